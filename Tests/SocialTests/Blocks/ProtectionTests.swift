internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Protection, through the wire") struct ProtectionTests {
    typealias Estate = ParticipationEstate
    private static let protections = Estate.base + "/protections"
    private static let until = Instant("2026-03-02T12:00:00Z") ?? .epoch

    /// The estate, with a social worker known in person; the member delegates to the leader, her
    /// husband, and they are kin.
    private func with(
        adults: Int = 7, _ body: @Sendable (Estate) async throws -> Void
    ) async throws {
        let (a, id) = (APIFixture.a, APIFixture.id)
        let rows = """
            INSERT INTO linli.account_role_term
                (account_id, id, role, node_id, display_name, begins, ends, because)
            VALUES ('\(APIFixture.officer)', '\(id(0x92))', 'social_worker', '\(id(0xC2))', '孙干事',
                '2026-01-01Z', '2027-01-01Z', 'appointed');
            INSERT INTO linli.delegation (estate_id, id, doer_id, beneficiary_id, scope, begins, ends,
                because)
            VALUES ('\(a)', '\(id(0x93))', '\(Estate.leader)', '\(Estate.member)', '{activities}',
                '2026-01-01Z', '2027-01-01Z', 'mandate');
            INSERT INTO linli.tie (estate_id, id, kind, claimer_id, other_id, claimed_at, confirmed_at)
            VALUES ('\(a)', '\(id(0x94))', 'kin', '\(Estate.leader)', '\(Estate.member)',
                '2026-01-01Z', '2026-01-02Z');
            """
        try await Estate.with(adults: adults, prepare: rows) { estate async throws in
            // The officer's person comes to be when it first enters.
            try estate.json(.officer, "GET", Estate.base + "/household")
            try estate.change(
                """
                INSERT INTO linli.proof (estate_id, id, person_id, level, how, proved_at, by_person_id,
                    because)
                SELECT p.estate_id, '\(id(0x95))', p.id, 'in_person', 'desk', '2026-02-01Z',
                    '\(Estate.neighbour)', '身份证'
                FROM linli.person AS p WHERE p.account_id = '\(APIFixture.officer)'
                """)
            try await body(estate)
        }
    }

    private static func wanted(
        _ person: UUID, from other: UUID, also: [UUID] = [],
        until: String = "2026-03-02T12:00:00Z"
    ) -> String {
        let children = also.map { "\"\($0)\"" }.joined(separator: ",")
        return """
            {"person":"\(person)","from":"\(other)","also":[\(children)],"until":"\(until)",
            "evidence":{"kind":"protective_order","reference":"（2026）沪0107民保令1号"}}
            """
    }

    private func protect(_ estate: Estate) throws -> String {
        let made = try estate.json(
            .officer, "POST", Self.protections, is: 201,
            Self.wanted(Estate.member, from: Estate.leader, also: [Estate.child]))
        return Self.protections + "/\(made["id"]?.text ?? "")"
    }

    private func household(_ estate: Estate, _ reader: Estate.Reader) throws -> [String?] {
        let read = try estate.json(reader, "GET", Estate.base + "/household")
        return read["members"]?.elements?.map { $0["display_name"]?.text } ?? []
    }

    @Test("from its instant on the protected and the child do not exist for the other; to its last")
    func doNotExist() async throws {
        try await with { estate async throws in
            #expect(try household(estate, .leader).count == 3)
            // He leads her stair, and reads there who lives where.
            let residences = Estate.base + "/residences"
            #expect(try estate.ask(.leader, "GET", residences).text.contains("王小芳"))
            let link = try estate.json(
                .member, "POST", Estate.base + "/calendar-links", is: 201, #"{"kind":"personal"}"#)
            let address = String(
                (link["url"]?.text ?? "").drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" })
            #expect(try estate.ask(.visitor, "GET", address).status == 200)
            let behalf = [("On-Behalf-Of", "\(Estate.member)")]
            #expect(
                try estate.ask(.leader, "GET", Estate.base + "/agenda", fields: behalf).status
                    == 200)
            let before = try estate.told(Estate.leader) + estate.told(Estate.member)
            _ = try protect(estate)
            #expect(try household(estate, .leader) == ["张三"])
            #expect(try household(estate, .member).count == 3)
            #expect(!(try estate.ask(.leader, "GET", residences).text.contains("王小芳")))
            #expect(try estate.ask(.officer, "GET", residences).text.contains("王小芳"))
            #expect(try estate.ask(.visitor, "GET", address).status == 404)
            #expect(
                try estate.ask(.leader, "GET", Estate.base + "/agenda", fields: behalf).status
                    != 200)
            for one in [Estate.member, Estate.child] {
                #expect(
                    try estate.refusal(
                        .leader, estate.meeting + "/reservations", Estate.group(one))
                        == "not-of-household")
            }
            #expect(
                try estate.json(.leader, "GET", Estate.base + "/me/visibility")["delegations"]?
                    .elements?.isEmpty == true)
            // A person tells her: nobody is sent anything, and the task knows who must not have it.
            #expect(try estate.told(Estate.leader) + estate.told(Estate.member) == before)
            #expect(
                try estate.estate.count(
                    """
                    SELECT count(*) FROM linli.task WHERE kind = 'protection-tell'
                        AND concerned @> \([Estate.leader])
                    """) == 2)
            #expect(
                try estate.estate.count(
                    """
                    SELECT count(*) FROM linli.protection
                    WHERE position('2026'::bytea IN evidence_sealed) > 0
                    """) == 0)
            #expect(
                try estate.estate.count(
                    """
                    SELECT count(*) FROM linli.event WHERE kind LIKE 'protection.%'
                        AND concat(about, audience, payload) ~ \("\(Estate.leader)|\(Estate.member)")
                    """) == 0)
            // To the last microsecond of its term, and no longer.
            try estate.api.clock.set(Self.until - .microseconds(1))
            #expect(try household(estate, .leader) == ["张三"])
            try estate.api.clock.set(Self.until)
            #expect(try household(estate, .leader).count == 3)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("an activity with a protected person goes by the list for everybody; the other waits on")
    func neverOffered() async throws {
        try await with { estate async throws in
            _ = try protect(estate)
            try estate.change("UPDATE linli.company_rule SET left_out_permille = 0")
            let hers = try estate.join(.member)
            let his = try estate.join(.leader)
            let others = try estate.join(.officer)
            #expect(Set([hers, his, others].map { $0["state"]?.text }) == ["waiting"])
            let pages = try [Estate.Reader.leader, .member, .neighbour, .officer].map {
                try estate.json($0, "GET", estate.meeting)["seats"]
            }
            #expect(Set(pages).count == 1)
            #expect(pages.first??.elements?.first?["free"]?.integer == 0)
            try await estate.settle()
            try estate.json(.member, "POST", estate.path(hers) + "/acceptance", "{}")
            let offered = try estate.json(.officer, "GET", estate.path(others))
            #expect(offered["state"]?.text == "offered")
            let mine = try estate.json(.leader, "GET", estate.path(his))
            #expect(mine["state"]?.text == "waiting")
            #expect(try estate.told(Estate.leader) == [])
            try await estate.settle()
            #expect(try estate.json(.leader, "GET", estate.path(his))["state"]?.text == "waiting")
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("a guardian from whom a child is protected has no right over it for that term")
    func guardian() async throws {
        try await with { estate async throws in
            func guardians() throws -> [UUID] {
                try estate.estate.connect(person: Estate.member, account: APIFixture.wife).run(
                    OneCell<UUID>(sql: "SELECT linli.guardians_of(\(Estate.child))"))
            }
            #expect(try Set(guardians()) == [Estate.leader, Estate.member])
            _ = try protect(estate)
            #expect(try guardians() == [Estate.member])
        }
    }

    @Test("where both held places before, a person is asked to see to it")
    func bothAtOneMeeting() async throws {
        try await with { estate async throws in
            try estate.join(.member)
            try estate.join(.leader)
            _ = try protect(estate)
            #expect(
                try estate.estate.count(
                    "SELECT count(*) FROM linli.task WHERE kind = 'protection-meeting'") == 1)
            // From the next booking on, whoever makes it, that meeting goes by the list.
            try estate.change("UPDATE linli.company_rule SET list_permille = 0")
            let next = try estate.join(.officer)
            #expect(next["state"]?.text == "waiting")
            #expect(next["position"] == nil)
        }
    }

    @Test("only a social worker sets one, known in person, not for itself, once, and not both ways")
    func refused() async throws {
        try await with { estate async throws in
            let wanted = Self.wanted(Estate.member, from: Estate.leader)
            #expect(try estate.ask(.neighbour, "GET", Self.protections).status == 404)
            #expect(try estate.refusal(.neighbour, Self.protections, wanted) == "not-found")
            for (body, code) in [
                (Self.wanted(Estate.member, from: Estate.member), "protection-of-oneself"),
                (Self.wanted(Estate.member, from: APIFixture.id(0x9999)), "not-found"),
                (
                    Self.wanted(Estate.member, from: Estate.leader, until: "2025-01-01T00:00:00Z"),
                    "invalid"
                ),
                (Self.wanted(Estate.member, from: Estate.leader, also: [Estate.member]), "invalid"),
            ] {
                #expect(try estate.refusal(.officer, Self.protections, body) == code)
            }
            let path = try protect(estate)
            #expect(try estate.refusal(.officer, Self.protections, wanted) == "protection-there")
            #expect(
                try estate.refusal(
                    .officer, Self.protections, Self.wanted(Estate.leader, from: Estate.member))
                    == "protection-mutual")
            let list = try estate.json(.officer, "GET", Self.protections)
            #expect(
                list["protections"]?.elements?.first?["evidence"]?["reference"]?.text
                    == "（2026）沪0107民保令1号")
            let later = #"{"until":"2026-07-01T00:00:00Z"}"#
            #expect(try estate.refusal(.leader, path + "/extension", later) == "not-found")
            #expect(try estate.ask(.officer, "POST", path + "/extension", later).status == 204)
            #expect(
                try estate.refusal(.officer, path + "/extension", later) == "protection-not-later")
            #expect(try estate.ask(.officer, "DELETE", path).status == 204)
            #expect(try household(estate, .leader).count == 3)
            // What was lifted is neither extended nor ended: it takes a new one.
            #expect(try estate.refusal(.officer, path + "/extension", later) == "protection-ended")
            #expect(try estate.ask(.officer, "DELETE", path).status == 409)
            _ = try protect(estate)
            try estate.change("DELETE FROM linli.proof WHERE level = 'in_person'")
            #expect(try estate.refusal(.officer, path + "/extension", later) == "protection-ended")
            #expect(
                try estate.refusal(
                    .officer, Self.protections,
                    Self.wanted(Estate.neighbour, from: Estate.leader)) == "in-person-needed")
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("one page shows where a person is visible, and one call takes it back")
    func visibility() async throws {
        try await with { estate async throws in
            let page = Estate.base + "/me/visibility"
            let link = try estate.json(
                .member, "POST", Estate.base + "/calendar-links", is: 201, #"{"kind":"personal"}"#)
            let shown = try estate.json(.member, "GET", page)
            #expect(shown["calendar_links"]?.elements?.first?["id"]?.text == link["id"]?.text)
            #expect(shown["sessions"]?.elements?.map { $0["is_current"]?.bool } == [true])
            #expect(
                shown["delegations"]?.elements?.first?["doer"]?.text == "\(Estate.leader)")
            let counts = try estate.json(.member, "POST", page + "/revocation")
            #expect(counts["calendar_links"]?.integer == 1)
            #expect(counts["delegations"]?.integer == 1)
            #expect(counts["sessions"]?.integer == 0)
            let after = try estate.json(.member, "GET", page)
            #expect(after["calendar_links"]?.elements?.isEmpty == true)
            #expect(after["delegations"]?.elements?.isEmpty == true)
            #expect(after["sessions"]?.elements?.count == 1)
        }
    }

    @Test("a calendar link dies with the household or role that it was made by, and stays dead")
    func linkDies() async throws {
        try await with { estate async throws in
            let link = try estate.json(
                .neighbour, "POST", Estate.base + "/calendar-links", is: 201,
                #"{"kind":"personal"}"#)
            let address = String(
                (link["url"]?.text ?? "").drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" })
            #expect(try estate.ask(.visitor, "GET", address).status == 200)
            let leaves = "UPDATE linli.membership SET ends = '2026-03-02Z' WHERE person_id = "
            try estate.change(leaves + "'\(Estate.neighbour)'")
            let end = Instant("2026-03-02T00:00:00Z") ?? .epoch
            try estate.api.clock.set(end - .microseconds(1))
            #expect(try estate.ask(.visitor, "GET", address).status == 200)
            try estate.api.clock.set(end)
            #expect(try estate.ask(.visitor, "GET", address).status == 404)
            try estate.change(
                """
                INSERT INTO linli.membership
                    (estate_id, id, household_id, person_id, role_in_household, begins)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x76))', '\(APIFixture.id(0xD2))',
                    '\(Estate.neighbour)', 'head', '2026-03-02Z')
                """)
            #expect(try estate.ask(.visitor, "GET", address).status == 404)
        }
    }
}
