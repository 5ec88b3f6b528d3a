internal import Platform
internal import Support
import Testing

@testable internal import Social

/// What tests of moderation do in the estate of the stewards.
extension StewardEstate {
    static let meeting = "2026-03-05T10:00"

    /// Serves activities, participation and moderation besides.
    static func moderated(
        prepare more: String = "", _ body: @Sendable (StewardEstate) async throws -> Void
    ) async throws {
        let (keyring, signals) = (Keyring.random(), EventSignals())
        let operations =
            ActivityOperations.all(signals: signals, keyring: keyring)
            + ParticipationOperations.all(signals: signals, keyring: keyring)
            + ModerationOperations.all(keyring: keyring, signals: signals)
        try await with(keyring: keyring, prepare: more, operations: operations, body)
    }

    static func draft(
        _ title: String, meantFor: String = "general", body: String = "一起来。",
        audience: String = #"{"kind":"estate"}"#
    ) -> String {
        """
        {"audience":[\(audience)],"kind":"health","meant_for":"\(meantFor)","title_zh":"\(title)",
        "body_zh":"\(body)","place_text":"活动室","starts":"\(meeting)","ends":"2026-03-05T11:00",
        "seats":[{"kind":"adult","total":9}]}
        """
    }

    /// Drafts and publishes; its id, and what the answer says of it.
    func publish(_ reader: Reader, _ draft: String) throws -> (id: String, shown: JSON) {
        let drafted = try content(ask(reader, "POST", Self.base + "/activities", draft), 201)
        let id = try #require(drafted["activity"]?["id"]?.text)
        let shown = try content(
            ask(reader, "POST", Self.base + "/activities/\(id)/publication?declared=yes"))
        return (id, try #require(shown["activity"]))
    }

    func comment(_ reader: Reader, on activity: String, _ words: String) throws -> String {
        let made = try content(
            ask(
                reader, "POST", Self.base + "/activities/\(activity)/comments",
                #"{"body":"\#(words)"}"#), 201)
        return try #require(made["id"]?.text)
    }

    /// The comments that a reader sees.
    func comments(_ reader: Reader, on activity: String) throws -> [String?] {
        try content(ask(reader, "GET", Self.base + "/activities/\(activity)/comments"))[
            "comments"]?.elements?.map { $0["body"]?.text } ?? []
    }

    func report(
        _ reader: Reader, _ kind: String, _ thing: String, words: String = "像骗子"
    ) throws -> TestClient.Answer {
        try ask(
            reader, "POST", Self.base + "/reports",
            #"{"thing_kind":"\#(kind)","thing":"\#(thing)","kind":"scam","words":"\#(words)"}"#)
    }

    static func decision(_ visibility: String, _ because: String = "scam") -> String {
        #"{"visibility":"\#(visibility)","because":"\#(because)","reason":"推销，不予公开"}"#
    }

    func decide(_ worker: UUID, _ thing: String, _ body: String) throws -> TestClient.Answer {
        try ask(worker, "POST", Self.base + "/moderation/\(thing)/decisions", body)
    }

    /// Whether a reader's feed shows the activity, and whether it opens by its id.
    func sees(_ reader: Reader, _ activity: String) throws -> [Bool] {
        let feed = try ask(
            reader, "GET",
            Self.base + "/occurrences?from=2026-03-01T00:00:00Z&until=2026-03-31T00:00:00Z")
        let one = try ask(reader, "GET", Self.base + "/activities/\(activity)")
        return [feed.text.contains(activity), one.status == 200]
    }

    /// The kinds of open tasks, sorted.
    func openTasks() throws -> [String] {
        try api.database.superuser().run(
            OneCell<String>(
                sql: "SELECT kind FROM linli.task WHERE finished_at IS NULL ORDER BY kind"))
    }

    /// That a person was seen with a document.
    static func proved(_ person: UUID) -> String {
        """
        INSERT INTO linli.proof
            (estate_id, id, person_id, level, how, proved_at, by_person_id, because)
        VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(person)', 'in_person', 'desk',
            '2026-01-02Z', '\(first)', '身份证');
        """
    }
}
