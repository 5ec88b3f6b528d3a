internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Retention and the minors' report, through the wire") struct RetentionTests {
    typealias Estate = FamilyEstate

    private static let term = "/retention/absence"

    private static func days(_ count: Int) -> String {
        #"{"days":\#(count),"because":"居民代表会议决定"}"#
    }

    /// Absences that ended 400 and 100 days ago, a consent of 2021, and a reading of then.
    private static let rows: String = {
        let (a, id) = (APIFixture.a, APIFixture.id)
        return """
            INSERT INTO linli.absence
                (estate_id, id, person_id, kind, begins, ends, set_by, set_at) VALUES
                ('\(a)', '\(id(0x501))', '\(Estate.mother)', 'away', '2025-01-01Z', '2025-01-25Z',
                    '\(Estate.mother)', '2025-01-01Z'),
                ('\(a)', '\(id(0x502))', '\(Estate.mother)', 'away', '2025-11-01Z', '2025-11-21Z',
                    '\(Estate.mother)', '2025-11-01Z');
            INSERT INTO linli.consent (estate_id, id, giver_id, subject_id, purpose, text_version,
                given_at, until)
            SELECT '\(a)', g.id, '\(Estate.mother)', '\(Estate.child)', 'join_activities', 1,
                g.given, g.given + interval '365 days'
            FROM (VALUES ('\(id(0x503))'::uuid, '2021-01-01Z'::timestamptz),
                ('\(id(0x504))'::uuid, '2026-02-01Z'::timestamptz)) AS g (id, given);
            INSERT INTO linli.record_read (estate_id, id, reader_id, reader_role, about_id, kind,
                purpose, on_day, at) VALUES
                ('\(a)', '\(id(0x505))', '\(Estate.worker)', 'social_worker', '\(Estate.child)',
                    'person', 'care', '2021-01-01', '2021-01-01Z'),
                ('\(a)', '\(id(0x506))', '\(Estate.worker)', 'social_worker', '\(Estate.child)',
                    'person', 'care', '2026-02-01', '2026-02-01Z');
            """
    }()

    @Test(
        "what is past goes each night, by the estate's own terms within the law, once and for all")
    func nightly() async throws {
        try await Estate.with(RightsEstate.operations, prepare: Self.rows) { estate async throws in
            let shard = estate.api.server.shard
            try estate.say("几点开始？", at: "2025-08-31Z")
            func left(_ table: String) throws -> [String] {
                try estate.api.database.superuser().run(
                    OneCell<String>(
                        sql: """
                            SELECT right(id::text, 3) FROM (
                                SELECT 'absence' AS t, id FROM linli.absence
                                UNION ALL SELECT 'consent', id FROM linli.consent
                                UNION ALL SELECT 'record_read', id FROM linli.record_read) AS r
                            WHERE t = \(table) ORDER BY id
                            """))
            }
            // Two servers at once: the lease lets one of them, and both do no harm.
            _ = try await concurrently(2, on: shard) { _, shard in try await shard.retain() }
            #expect(try left("absence") == ["502"])
            #expect(try left("consent") == ["504"])
            #expect(try left("record_read") == ["506"])
            #expect(
                try estate.count(
                    """
                    SELECT sum(gone)::bigint FROM linli.retention_run WHERE kind = 'absence'
                    """) == 1)
            #expect(try estate.count("SELECT count(*) FROM linli.conversation") == 0)
            // Nobody else takes a consent out.
            #expect(throws: PostgresError.self) { try estate.run("DELETE FROM linli.consent") }
            for reader in [Estate.Reader.mother, .worker, .neighbour] {
                #expect(
                    try estate.refusal(reader, "PUT", Self.term, Self.days(30)) == "404 not-found")
            }
            #expect(
                try estate.refusal(.officer, "PUT", Self.term, Self.days(29))
                    == "422 retention-bounds")
            #expect(
                try estate.refusal(.officer, "PUT", "/retention/record_read", Self.days(1095))
                    == "422 retention-bounds", "the law asks for three years")
            try estate.json(.officer, "PUT", Self.term, Self.days(30), is: 204)
            let terms = try estate.json(.mother, "GET", "/retention")
            let absence = terms["terms"]?.elements?.first { $0["kind"]?.text == "absence" }
            #expect(absence?["days"]?.integer == 30)
            #expect((terms["data"]?.elements?.count ?? 0) > 60)
            try await shard.retain()
            #expect(try left("absence") == [])
            try await shard.retain()
            #expect(try left("consent") == ["504"])
            #expect(estate.api.logged.lines == [])
        }
    }

    @Test("the yearly report has counts alone, and none of a group with a cell below five")
    func report() async throws {
        try await Estate.with(RightsEstate.operations, prepare: Self.rows) { estate async throws in
            for number in 0..<6 {
                _ = try estate.enter("孩子\(number)", born: "2018-0\(number + 1)-08")
            }
            for number in 0..<5 {
                _ = try estate.enter("少年\(number)", born: "2010-0\(number + 1)-08")
            }
            let few = try await estate.api.server.shard.report(2026)
            let ages = try JSON(parsing: Array(few.utf8))["ages"]?.elements
            #expect(ages?.map { $0["count"]?.integer } == [nil, nil, nil], "nobody is below six")
            for number in 0..<5 {
                _ = try estate.enter("幼儿\(number)", born: "2022-0\(number + 1)-08")
            }
            let text = try await estate.api.server.shard.report(2026)
            let report = try JSON(parsing: Array(text.utf8))
            #expect(report["minors"]?.integer == 16)
            #expect(report["ages"]?.elements?.map { $0["count"]?.integer } == [5, 6, 5])
            let guards = report["guardianships"]?.elements?.first
            #expect(guards?["name"]?.text == "entered" && guards?["count"]?.integer == 16)
            #expect(report["reads"]?.elements?.first?["count"] == nil, "one reading is hidden")
            for word in ["孩子", "少年", "幼儿", "王小芳", "\(Estate.mother)", "\(Estate.child)"] {
                #expect(!text.contains(word))
            }
        }
    }
}

extension Shard {
    /// Runs the nightly job in the fixture's estate.
    func retain() async throws {
        guard let database = local(Database.self) else { return }
        try await Retention.carryOut(in: APIFixture.a, database)
    }

    /// The report of a year, as JSON.
    func report(_ year: Int32) async throws -> String {
        guard let database = local(Database.self) else { return "" }
        return try await database.read(
            .job("report", estate: APIFixture.a),
            OneCell<String>(sql: "SELECT linli.minors_report(\(year))::text")
        ).first ?? ""
    }
}
