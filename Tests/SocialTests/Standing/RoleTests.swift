internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Roles with terms, through the wire") struct RoleTests {
    typealias Estate = JoiningEstate

    private static let roles = Estate.base + "/roles"
    private static let end = Instant("2026-03-01T06:00:00Z") ?? .epoch

    /// A request for a role of the wife's, with these members besides.
    private static func wanted(
        _ role: String, _ because: String, _ more: String = "", to person: UUID = Estate.wife
    ) -> String {
        #"{"person":"\#(person)","role":"\#(role)","because":"\#(because)"\#(more)}"#
    }

    private static let leading = wanted(
        "stair_leader", "elected",
        #","place":"\#(Estate.otherStair)","ends":"2026-03-01T06:00:00Z""#)

    /// The ids of the terms that a reader sees.
    private func seen(
        _ estate: Estate, _ reader: Estate.Reader, _ query: String = ""
    ) throws -> [String] {
        let json = try estate.content(try estate.ask(reader, "GET", Self.roles + query))
        return (json["roles"]?.elements ?? []).compactMap { $0["id"]?.text }
    }

    private func begin(
        _ estate: Estate, _ body: String, by reader: Estate.Reader = .officer
    ) throws -> String {
        let json = try estate.content(try estate.ask(reader, "POST", Self.roles, body), 201)
        return json["id"]?.text ?? ""
    }

    private func prove(_ estate: Estate, _ person: UUID) throws {
        let path = Estate.base + "/people/\(person)/proofs"
        let body = #"{"because":"看过身份证"}"#
        try #require(try estate.ask(.officer, "POST", path, body).status == 201)
    }

    @Test("an office takes a person known in person, is public, and counts to its last microsecond")
    func office() async throws {
        try await Estate.with { estate async throws in
            let early = try estate.ask(.officer, "POST", Self.roles, Self.leading)
            #expect(try estate.refusal(early) == "409 role-level-lacking")
            try prove(estate, Estate.wife)
            let id = try begin(estate, Self.leading)
            #expect(
                try estate.told(.wife, "role.begun")
                    == ["您有了新的身份：楼组长，3月1日 08:00 起。可在「我的」里查看任期，也可随时辞去。"])
            #expect(try seen(estate, .husband, "?role=stair_leader").contains(id))
            let answer = try estate.ask(.husband, "GET", Self.roles)
            #expect(!answer.text.contains("because"), "why is read by those who give it")
            let own = try estate.ask(.officer, "GET", Self.roles + "?person=\(Estate.wife)")
            #expect(own.text.contains(#""because":"elected""#))
            #expect(
                try estate.texts(
                    """
                    SELECT array_to_string(audience, ' ') FROM linli.event
                    WHERE kind = 'role.begun'
                    """) == ["person:\(Estate.wife) role:residents_committee"])
            let people = Estate.base + "/people"
            try estate.api.clock.set(Self.end - .microseconds(1))
            #expect(try estate.ask(.wife, "GET", people).status == 200)
            try estate.api.clock.set(Self.end)
            #expect(try estate.ask(.wife, "GET", people).status == 403)
            #expect(try !seen(estate, .husband).contains(id))
            #expect(try seen(estate, .husband, "?state=ended") == [], "history is the committee's")
            #expect(try seen(estate, .officer, "?state=ended") == [id])
            #expect(try seen(estate, .wife, "?state=ended") == [id], "and one's own")
            // What has lapsed is not extended.
            let more = #"{"ends":"2026-09-01T00:00:00Z","because":"elected"}"#
            let late = try estate.ask(.officer, "POST", Self.roles + "/\(id)/extension", more)
            #expect(try estate.refusal(late) == "409 role-ended")
        }
    }

    @Test("nobody gives itself a role, or one that is not its to give, and nothing is half right")
    func refusals() async throws {
        try await Estate.with { estate async throws in
            func refused(_ body: String, _ reader: Estate.Reader = .officer) throws -> String {
                try estate.refusal(try estate.ask(reader, "POST", Self.roles, body))
            }
            let volunteer = Self.wanted("volunteer", "volunteered", to: Estate.husband)
            for reader in [Estate.Reader.leader, .wife, .husband] {
                #expect(try refused(volunteer, reader) == "403 may-not-give-role")
            }
            #expect(try refused(volunteer, .stranger) == "404 not-found")
            #expect(try refused(Self.wanted("duty_guard", "contract")) == "403 may-not-give-role")
            #expect(
                try refused(Self.wanted("residents_committee", "elected"))
                    == "403 may-not-give-role", "a committee does not make itself")
            let officer = try #require(
                try estate.texts(
                    "SELECT id::text FROM linli.person WHERE origin = 'office'"
                ).first.flatMap { UUID($0) })
            #expect(
                try refused(Self.wanted("volunteer", "volunteered", to: officer))
                    == "403 not-for-oneself")
            #expect(
                try refused(Self.wanted("volunteer", "volunteered", to: APIFixture.id(0xF2)))
                    == "404 not-found", "a person of another estate")
            for body in [
                Self.wanted("stair_leader", "elected", #","ends":"2026-06-01T00:00:00Z""#),
                Self.wanted("volunteer", "bought"),
                Self.wanted("owner", "deed", #","place":"\#(Estate.home)""#),
                Self.wanted(
                    "volunteer", "volunteered", #","begins":"2026-02-01T00:00:00Z""#),
                Self.wanted(
                    "stair_leader", "elected",
                    #","place":"\#(Estate.stair)","ends":"2036-06-01T00:00:00Z""#),
                Self.wanted("stair_leader", "elected", #","place":"\#(Estate.stair)""#),
            ] { #expect(try refused(body).hasPrefix("400")) }
            #expect(
                try refused(
                    Self.wanted("volunteer", "volunteered", to: Estate.firstFlatmate))
                    == "409 role-level-lacking", "an unclaimed person")
            #expect(try estate.count("SELECT count(*) FROM linli.role_term") == 1)
        }
    }

    @Test("a term is extended by those who give it, and laid down by its holder; the other is told")
    func ends() async throws {
        try await Estate.with { estate async throws in
            let body = Self.wanted(
                "volunteer", "volunteered", #","ends":"2026-06-01T00:00:00Z""#, to: Estate.husband)
            let id = try begin(estate, body)
            #expect(try seen(estate, .husband).contains(id))
            #expect(try !seen(estate, .wife).contains(id), "no neighbour reads who volunteers")
            let again = try estate.ask(.officer, "POST", Self.roles, body)
            #expect(try estate.refusal(again) == "409 role-there")
            let path = Self.roles + "/\(id)"
            let longer = #"{"ends":"2026-09-01T00:00:00Z","because":"volunteered"}"#
            #expect(try estate.ask(.husband, "POST", path + "/extension", longer).status == 404)
            #expect(try estate.ask(.officer, "POST", path + "/extension", longer).status == 204)
            #expect(try estate.told(.husband, "role.extended") == ["您的「志愿者」延长到 9月1日 08:00。"])
            #expect(
                try estate.ask(.officer, "POST", path + "/extension", longer).status == 400,
                "an extension ends later")
            #expect(try estate.ask(.wife, "POST", path + "/end", "{}").status == 404)
            #expect(try estate.ask(.husband, "POST", path + "/end", "{}").status == 204)
            #expect(estate.api.logged.lines == [])
            #expect(try estate.told(.officer, "role.laidDown").count == 1)
            let late = try estate.ask(.husband, "POST", path + "/end", "{}")
            #expect(try estate.refusal(late) == "409 role-ended")
            // Taken back before it begins, it never counts.
            let coming = try begin(
                estate,
                Self.wanted(
                    "volunteer", "volunteered", #","begins":"2026-03-01T04:00:00Z""#,
                    to: Estate.husband))
            #expect(try seen(estate, .officer, "?state=coming") == [coming])
            let recalled = #"{"because":"mistake"}"#
            #expect(
                try estate.ask(.officer, "POST", Self.roles + "/\(coming)/end", recalled).status
                    == 204)
            #expect(try estate.told(.husband, "role.ended").count == 1)
            try estate.api.clock.set(Instant("2026-03-01T04:00:00Z") ?? .epoch)
            #expect(try !seen(estate, .officer).contains(coming))
        }
    }

    @Test("the operator of the software gives the committee only where there is none")
    func operatorOfTheSoftware() async throws {
        let rows = """
            INSERT INTO linli.account_role_term
                (account_id, id, role, node_id, display_name, begins, ends, because)
            VALUES ('\(APIFixture.stranger)', '\(APIFixture.id(0x92))', 'software_operator',
                '\(APIFixture.id(0xC1))', '运维', '2026-01-01Z', '2027-01-01Z', 'contract');
            """
        try await Estate.with(prepare: rows) { estate async throws in
            try prove(estate, Estate.husband)
            let body = Self.wanted(
                "residents_committee", "elected",
                #","because_ref":"2026-1","ends":"2027-01-01T00:00:00Z""#, to: Estate.husband)
            let early = try estate.ask(.stranger, "POST", Self.roles, body)
            #expect(try estate.refusal(early) == "403 may-not-give-role")
            // The officer lays down its term above the estates.
            let own = try seen(estate, .officer, "?role=residents_committee")
            #expect(own == [APIFixture.id(0x91).description])
            #expect(
                try estate.ask(.officer, "POST", Self.roles + "/\(own[0])/end", "{}").status == 204)
            _ = try begin(estate, body, by: .stranger)
            let volunteer = Self.wanted("volunteer", "volunteered", to: Estate.husband)
            #expect(
                try estate.refusal(try estate.ask(.stranger, "POST", Self.roles, volunteer))
                    == "403 may-not-give-role")
        }
    }

    @Test("two who give one role at once give it once")
    func race() async throws {
        try await Estate.with { estate async throws in
            let body = Self.wanted("volunteer", "volunteered", to: Estate.husband)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<6 {
                    group.addTask { try estate.ask(.officer, "POST", Self.roles, body).status }
                }
                var all: [Int] = []
                for try await one in group { all.append(one) }
                return all.sorted()
            }
            #expect(statuses == [201, 409, 409, 409, 409, 409])
        }
    }
}
