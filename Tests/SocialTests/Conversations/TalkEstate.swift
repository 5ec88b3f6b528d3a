internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

/// The estate of the families, where the neighbour organises an activity and people speak about it.
struct TalkEstate: Sendable {
    typealias Reader = FamilyEstate.Reader

    let estate: FamilyEstate
    let activity: String
    let meeting: String
    var api: APIFixture { estate.api }

    /// Serves conversations about an activity of the neighbour's, who is verified in person.
    static func with(
        relay: (any CallRelay)? = nil, live isLive: Bool = false, prepare more: String = "",
        _ body: @Sendable (TalkEstate) async throws -> Void
    ) async throws {
        let operations: (Keyring, EventSignals) -> [Social.Operation] = { keyring, signals in
            ActivityOperations.all(signals: signals, keyring: keyring)
                + ParticipationOperations.all(signals: signals, keyring: keyring)
                + ConversationOperations.all(
                    keyring: keyring, signals: signals, relay: relay)
                + ModerationOperations.all(keyring: keyring, signals: signals)
                + BlockOperations.all(signals: signals)
                + ProtectionOperations.all(keyring: keyring, signals: signals)
                + TaskOperations.all(keyring: keyring, signals: signals)
                + StandingOperations.all(keyring: keyring, signals: signals)
                + ReadingOperations.all(signals: signals)
                + SafetyOperations.all(keyring: keyring, signals: signals)
        }
        try await FamilyEstate.with(operations, prepare: more) { estate in
            try estate.prove(FamilyEstate.neighbour)
            try estate.run(
                """
                INSERT INTO linli.proof
                    (estate_id, id, person_id, level, how, proved_at, by_person_id, because)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x77))', '\(FamilyEstate.worker)',
                    'in_person', 'desk', '2026-01-01Z', '\(FamilyEstate.neighbour)', '身份证')
                """)
            let (activity, meeting) = try publish(estate)
            try await body(TalkEstate(estate: estate, activity: activity, meeting: meeting))
        }
    }

    /// An activity of the neighbour's; the ids of it and of its meeting.
    static func publish(
        _ estate: FamilyEstate, _ draft: String = ParticipationEstate.draft(children: 3)
    ) throws -> (activity: String, meeting: String) {
        let drafted = try estate.json(.neighbour, "POST", "/activities", draft, is: 201)
        let id = drafted["activity"]?["id"]?.text ?? ""
        try estate.json(.neighbour, "POST", "/activities/\(id)/publication?declared=yes")
        let one = try estate.json(.neighbour, "GET", "/activities/\(id)")
        return (id, one["occurrences"]?.elements?.first?["id"]?.text ?? "")
    }

    static func words(_ words: String) -> String { #"{"body":"\#(words)"}"# }

    /// What begins a conversation about the activity.
    func wanted(_ words: String, _ more: String = "") -> String {
        #"{"kind":"activity","about":"\#(activity)","body":"\#(words)"\#(more)}"#
    }

    /// Begins one; its id.
    @discardableResult
    func begin(_ reader: Reader, _ words: String = "几点开始？", _ more: String = "") throws -> String {
        let made = try estate.json(
            reader, "POST", "/conversations", wanted(words, more), is: 201)
        return try #require(made["conversation"]?.text)
    }

    /// Says something; the message.
    @discardableResult
    func say(_ reader: Reader, _ conversation: String, _ words: String) throws -> JSON {
        try estate.json(
            reader, "POST", "/conversations/\(conversation)/messages", Self.words(words), is: 201)
    }

    /// What a reader sees of a conversation.
    func shown(_ reader: Reader, _ conversation: String) throws -> JSON {
        try estate.json(reader, "GET", "/conversations/\(conversation)")
    }

    /// What was said, the latest first.
    func said(_ reader: Reader, _ conversation: String) throws -> [String?] {
        try shown(reader, conversation)["messages"]?.elements?.map { $0["body"]?.text } ?? []
    }

    /// The ids of a reader's conversations.
    func list(_ reader: Reader) throws -> [String?] {
        try estate.json(reader, "GET", "/conversations")["conversations"]?.elements?
            .map { $0["id"]?.text } ?? []
    }

    /// The status and code of a refused message.
    func refusal(_ reader: Reader, _ conversation: String) throws -> String {
        try estate.refusal(
            reader, "POST", "/conversations/\(conversation)/messages", Self.words("在吗"))
    }

    @discardableResult
    func join(_ reader: Reader, _ body: String = "{}") throws -> String {
        let made = try estate.json(
            reader, "POST", "/occurrences/\(meeting)/reservations", body, is: 201)
        return made["id"]?.text ?? ""
    }

    func block(_ reader: Reader, _ other: UUID) throws {
        try estate.json(reader, "POST", "/me/blocks", #"{"person":"\#(other)"}"#, is: 201)
    }

    func count(_ sql: SQL) throws -> Int64 {
        try api.database.superuser().run(OneCell<Int64>(sql: sql)).first ?? 0
    }
}
