internal import Platform
internal import Support
internal import Testing

@testable internal import Social

@Suite("Nobody unclaimed is seen by a neighbour") struct UnseenTests {
    private static let a = APIFixture.a
    /// Entered by an import: an account and no sign-in; at home with the neighbour.
    private static let unclaimed = APIFixture.id(0xF5)

    private static let rows: String = """
        INSERT INTO linli.account (id, created_at)
            VALUES ('\(APIFixture.id(0xE6))', '2026-01-01Z');
        INSERT INTO linli.person (estate_id, id, account_id, display_name, created_at)
            VALUES ('\(a)', '\(unclaimed)', '\(APIFixture.id(0xE6))', '周甲', '2026-01-01Z');
        INSERT INTO linli.membership
            (estate_id, id, household_id, person_id, role_in_household, begins)
            VALUES ('\(a)', '\(APIFixture.id(0x76))', '\(APIFixture.id(0xD2))', '\(unclaimed)',
                'spouse', '2026-01-01Z');
        INSERT INTO linli.role_term
            (estate_id, id, person_id, role, place_id, begins, ends, because)
            VALUES ('\(a)', '\(APIFixture.id(0x83))', '\(unclaimed)', 'stair_leader',
                '\(AnnouncementEstate.otherStair)', '2026-01-01Z', '2027-01-01Z', 'elected');
        INSERT INTO linli.tie
            (estate_id, id, kind, claimer_id, other_id, claimed_at, confirmed_at) VALUES
            ('\(a)', '\(APIFixture.id(0x91))', 'kin', '\(unclaimed)', '\(ActivityEstate.leader)',
                '2026-01-01Z', '2026-01-01Z'),
            ('\(a)', '\(APIFixture.id(0x92))', 'neighbour', '\(ActivityEstate.neighbour)',
                '\(unclaimed)', '2026-01-01Z', '2026-01-01Z'),
            ('\(a)', '\(APIFixture.id(0x93))', 'friend', '\(ActivityEstate.leader)',
                '\(ActivityEstate.neighbour)', '2026-01-01Z', '2026-01-01Z');
        """

    /// What the claim changes: the first sign-in.
    private func claim(_ estate: ActivityEstate) throws {
        try estate.api.database.superuser().run(
            "UPDATE linli.person SET claimed_at = '2026-02-01Z' WHERE id = '\(Self.unclaimed)'")
    }

    private func read(
        _ estate: ActivityEstate, as person: UUID, _ sql: SQL
    ) throws -> [String] {
        try estate.estate.connect(person: person, account: APIFixture.resident)
            .run(OneCell<String>(sql: sql))
    }

    @Test("the list of officers has those alone who have claimed")
    func officers() async throws {
        try await ActivityEstate.with(prepare: Self.rows) { estate async throws in
            let sql: SQL = "SELECT display_name FROM linli.officer ORDER BY 1"
            #expect(try read(estate, as: ActivityEstate.leader, sql) == ["张三"])
            try claim(estate)
            #expect(Set(try read(estate, as: ActivityEstate.leader, sql)) == ["周甲", "张三"])
        }
    }

    @Test("a tie shows its other side to its home, and to others once that one has claimed")
    func ties() async throws {
        try await ActivityEstate.with(prepare: Self.rows) { estate async throws in
            let sql: SQL = "SELECT kind FROM linli.tie ORDER BY 1"
            #expect(try read(estate, as: ActivityEstate.leader, sql) == ["friend"])
            #expect(
                try read(estate, as: ActivityEstate.neighbour, sql) == ["friend", "neighbour"])
            try claim(estate)
            #expect(try read(estate, as: ActivityEstate.leader, sql) == ["friend", "kin"])
        }
    }

    @Test("nobody unclaimed is made an organiser, named as one, or handed an activity")
    func organisers() async throws {
        try await ActivityEstate.with(prepare: Self.rows) { estate async throws in
            let path = try estate.publish(.leader, ActivityEstate.body())
            let add = #"{"person":"\#(Self.unclaimed)"}"#
            let refused = try estate.ask(.leader, "POST", path + "/organisers", add)
            let unknown = #"{"person":"\#(APIFixture.id(0x999))"}"#
            let nobody = try estate.ask(.leader, "POST", path + "/organisers", unknown)
            #expect(refused.status == nobody.status)
            #expect(
                try JSON(parsing: refused.body)["code"] == JSON(parsing: nobody.body)["code"],
                "as somebody who is not there")
            // One who was made it before: without a name.
            let id = path.split(separator: "/").last.map(String.init) ?? ""
            try estate.api.database.superuser().run(
                """
                INSERT INTO linli.steward (estate_id, thing_id, person_id, is_lead, since)
                VALUES ('\(Self.a)', '\(id)', '\(Self.unclaimed)', false, '2026-02-01Z')
                """)
            func names() throws -> [String?] {
                let seen = try estate.json(.member, "GET", path)
                return (seen["activity"]?["organiser_names"]?.elements ?? []).map(\.text)
            }
            #expect(try names() == ["张三", "*"])
            #expect(
                try read(
                    estate, as: ActivityEstate.leader,
                    "SELECT linli.claimed(\(Self.unclaimed))::text"
                ) == ["false"])
            try claim(estate)
            #expect(try names() == ["张三", "周甲"])
        }
    }

    @Test("nobody unclaimed is brought along but by its own home")
    func brought() async throws {
        try await ActivityEstate.with(prepare: Self.rows) { estate async throws in
            let path = try estate.publish(.leader, ActivityEstate.body())
            let meeting = try estate.occurrences(path).first?["id"]?.text ?? ""
            let objections: SQL = """
                SELECT o.code
                FROM linli.activity_objections(\(UUID(meeting) ?? Self.a),
                    \([Self.a, Self.a]), \([ActivityEstate.member, ActivityEstate.neighbour]),
                    \([Self.unclaimed, Self.unclaimed])) AS o
                """
            #expect(try read(estate, as: ActivityEstate.leader, objections) == ["not-of-household"])
        }
    }
}
