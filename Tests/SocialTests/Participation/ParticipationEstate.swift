internal import Platform
internal import Support
import Testing

@testable internal import Social

/// The estate of the announcements, with a child in the leader's household, where the neighbour
/// organises an activity.
struct ParticipationEstate: Sendable {
    typealias Reader = AnnouncementEstate.Reader

    static let base = "/api/v1/estates/\(APIFixture.a)"
    static let leader = APIFixture.id(0xF1)
    static let member = APIFixture.id(0xF3)
    static let neighbour = APIFixture.id(0xF4)
    static let child = APIFixture.id(0xF7)
    static let births = [leader: "1990-05-05", member: "1991-06-06", child: "2017-07-07"]
    /// When the activity begins and ends: 19:00 and 20:30 in Shanghai.
    static let begins = Instant("2026-03-03T11:00:00Z") ?? .epoch
    static let ends = Instant("2026-03-03T12:30:00Z") ?? .epoch

    let estate: AnnouncementEstate
    /// The path of the activity and of its one meeting.
    let activity: String
    let meeting: String
    var api: APIFixture { estate.api }

    /// Serves an activity that is published, with so many seats.
    static func with(
        adults: Int = 2, children: Int = 1, born births: [UUID: String] = births,
        live isLive: Bool = false, organiser: Reader = .neighbour, prepare more: String = "",
        _ body: @Sendable (ParticipationEstate) async throws -> Void
    ) async throws {
        let keyring = Keyring.random()
        let signals = EventSignals()
        let operations =
            ActivityOperations.all(signals: signals, keyring: keyring)
            + ParticipationOperations.all(signals: signals, keyring: keyring)
            + NoticeOperations.all(signals: signals, titles: ActivityTitles.all)
            + StandingOperations.all(keyring: keyring, signals: signals)
            + MergeOperations.all(keyring: keyring, signals: signals)
            + BlockOperations.all(signals: signals) + VisibilityOperations.all(signals: signals)
            + ProtectionOperations.all(keyring: keyring, signals: signals)
            + HouseholdOperations.all(keyring: keyring)
            + JoiningOperations.all(
                keyring: keyring, gateway: APIFixture.Post(), signals: signals)
            + CalendarLinkOperations.all(signals: signals)
            + RightsOperations.all(keyring: keyring, signals: signals)
        try await AnnouncementEstate.with(
            live: isLive, operations: operations, prepare: try rows(keyring, births) + more
        ) { estate in
            let (activity, meeting) = try publish(
                estate, organiser, draft(adults: adults, children: children))
            try await body(
                ParticipationEstate(estate: estate, activity: activity, meeting: meeting))
        }
    }

    /// Publishes an activity; the paths of it and of its first meeting.
    static func publish(
        _ estate: AnnouncementEstate, _ reader: Reader, _ draft: String
    ) throws -> (activity: String, meeting: String) {
        let drafted = try estate.ask(
            reader, "POST", base + "/activities", key: UUID.random(), body: draft)
        try #require(drafted.status == 201, "\(drafted.text)")
        let path = drafted["location"] ?? ""
        let published = try estate.ask(reader, "POST", path + "/publication", key: UUID.random())
        try #require(published.status == 200, "\(published.text)")
        let one = try JSON(parsing: estate.ask(reader, "GET", path).body)
        let meeting = one["occurrences"]?.elements?.first?["id"]?.text ?? ""
        return (path, base + "/occurrences/\(meeting)")
    }

    static func draft(
        adults: Int = 2, children: Int = 1, audience: String = #"{"kind":"estate"}"#,
        starts: String = "2026-03-03T19:00", ends: String = "2026-03-03T20:30"
    ) -> String {
        """
        {"audience":[\(audience)],"kind":"culture","title_zh":"包粽子","body_zh":"一起来。",
        "place_text":"小花园","starts":"\(starts)","ends":"\(ends)","seats":[
        {"kind":"adult","total":\(adults)},{"kind":"child","total":\(children)}]}
        """
    }

    /// A request of one reader; a write has a key of its own.
    func ask(
        _ reader: Reader, _ method: String, _ target: String,
        fields: [(String, String)] = [], _ body: String? = nil
    ) throws -> TestClient.Answer {
        try estate.ask(
            reader, method, target, key: method == "GET" ? nil : UUID.random(), fields: fields,
            body: body)
    }

    /// The content of an answer that must have this status.
    @discardableResult
    func json(
        _ reader: Reader, _ method: String, _ target: String, is status: Int = 200,
        fields: [(String, String)] = [], _ body: String? = nil
    ) throws -> JSON {
        let answer = try ask(reader, method, target, fields: fields, body)
        try #require(answer.status == status, "\(method) \(target): \(answer.text)")
        return answer.body.isEmpty ? .null : try JSON(parsing: answer.body)
    }

    /// The code of the refusal of a write.
    func refusal(
        _ reader: Reader, _ target: String, _ body: String? = nil,
        fields: [(String, String)] = []
    ) throws -> String {
        let answer = try ask(reader, "POST", target, fields: fields, body)
        return try JSON(parsing: answer.body)["code"]?.text ?? "\(answer.status)"
    }

    /// What a request sends to bring these.
    static func group(_ persons: UUID...) -> String {
        let members = persons.map { #"{"person":"\#($0)"}"# }.joined(separator: ",")
        return #"{"members":[\#(members)]}"#
    }

    /// Joins the meeting, and returns the reservation.
    @discardableResult
    func join(_ reader: Reader, _ persons: UUID...) throws -> JSON {
        let members = persons.map { #"{"person":"\#($0)"}"# }.joined(separator: ",")
        let body = persons.isEmpty ? "{}" : #"{"members":[\#(members)]}"#
        return try json(reader, "POST", meeting + "/reservations", is: 201, body)
    }

    /// The path of a reservation.
    func path(_ reservation: JSON) -> String {
        Self.base + "/reservations/\(reservation["id"]?.text ?? "")"
    }

    /// The kinds of what a person was told, the first first.
    func told(_ person: UUID) throws -> [String] {
        try api.database.superuser().run(
            OneCell<String>(
                sql: "SELECT kind FROM linli.notice WHERE person_id = \(person) ORDER BY at, id"))
    }

    /// How many events of a kind there are.
    func events(_ kind: String) throws -> Int64? {
        try estate.count("SELECT count(*) FROM linli.event WHERE kind = \(kind)")
    }

    /// Runs what a superuser may.
    func change(_ sql: String) throws { try api.database.superuser().run(sql) }

    private static func rows(_ keyring: Keyring, _ births: [UUID: String]) throws -> String {
        let vault = PersonVault(keyring, of: APIFixture.a)
        let (a, id) = (APIFixture.a, APIFixture.id)
        var rows = """
            INSERT INTO linli.person (estate_id, id, display_name, created_at)
            VALUES ('\(a)', '\(child)', '小宝', '2026-01-01Z');
            INSERT INTO linli.membership
                (estate_id, id, household_id, person_id, role_in_household, begins)
            VALUES ('\(a)', '\(id(0x74))', '\(id(0xD1))', '\(child)', 'child', '2026-01-02Z');
            INSERT INTO linli.age (estate_id, person_id, entered_at, turns_14, turns_18)
            VALUES ('\(a)', '\(child)', '2026-01-01Z', '2031-07-07', '2035-07-07');
            INSERT INTO linli.guardianship (estate_id, id, guardian_id, child_id, rights, how,
                household_id, recorded_by, begins)
            SELECT '\(a)', g.id, g.guardian, '\(child)', linli.guardian_rights(), 'declared',
                '\(id(0xD1))', g.guardian, '2026-01-02Z'
            FROM (VALUES ('\(id(0x91))'::uuid, '\(leader)'::uuid),
                ('\(id(0x92))'::uuid, '\(member)'::uuid)) AS g (id, guardian);
            """
        for (person, day) in births {
            let sealed = Hex.encoded(try vault.seal(day, .birthDate, of: person))
            rows += """
                INSERT INTO linli.person_sealed
                    (estate_id, person_id, field, value_sealed, changed_at)
                VALUES ('\(a)', '\(person)', 'birth_date', '\\x\(sealed)', '2026-01-01Z');
                """
        }
        return rows
    }
}
