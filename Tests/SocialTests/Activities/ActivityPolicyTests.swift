internal import Platform
internal import Support
import Testing

@testable internal import Social

/// What the database lets the serving role do when a statement forgets its filter.
@Suite("Activities behind row-level security") struct ActivityPolicyTests {
    typealias Estate = ActivityEstate

    private func connect(
        _ estate: Estate, kind: String, at place: UUID = APIFixture.a, person: UUID? = nil,
        account: UUID? = nil, job: String = ""
    ) throws -> BlockingConnection {
        let connection = try BlockingConnection(estate.api.database.connection(as: "linli"))
        for (name, value) in [
            ("instant", "\(estate.api.clock.now().microseconds)"), ("principal", kind),
            ("estate", "\(place)"), ("person", person?.description ?? ""),
            ("account", account?.description ?? ""), ("job", job),
        ] { try connection.run("SELECT set_config('linli.\(name)', '\(value)', false)") }
        return connection
    }

    private func seen(_ connection: BlockingConnection) throws -> [Int64] {
        try ["activity", "activity_occurrence", "activity_version"].flatMap { table in
            try connection.run(
                OneCell<Int64>(
                    sql: table == "activity"
                        ? "SELECT count(*) FROM linli.activity"
                        : table == "activity_version"
                            ? "SELECT count(*) FROM linli.activity_version"
                            : "SELECT count(*) FROM linli.activity_occurrence"))
        }
    }

    @Test("without any filter each principal sees its own, a job other than the visitor nothing")
    func unfiltered() async throws {
        try await Estate.with { estate async throws in
            _ = try estate.draft(.leader, Estate.body())
            _ = try estate.publish(
                .leader,
                Estate.body([
                    "audience": "[\(AnnouncementEstate.place(AnnouncementEstate.stair))]"
                ]))
            _ = try estate.publish(
                .officer, Estate.body(["audience": #"[{"kind":"everyone"}]"#]))
            for (connection, counts) in [
                (
                    try connect(
                        estate, kind: "person", person: Estate.leader, account: APIFixture.resident),
                    [3, 2, 1]
                ),
                (
                    try connect(
                        estate, kind: "person", person: Estate.member, account: APIFixture.wife),
                    [2, 2, 0]
                ),
                (
                    try connect(
                        estate, kind: "person", person: Estate.neighbour,
                        account: APIFixture.husband), [1, 1, 0]
                ),
                (
                    try connect(
                        estate, kind: "person", at: APIFixture.b, person: APIFixture.id(0xF2),
                        account: APIFixture.stranger), [0, 0, 0]
                ),
                (try connect(estate, kind: "job", job: "visitor"), [1, 1, 0]),
                (try connect(estate, kind: "job", job: "import"), [0, 0, 0]),
                (try connect(estate, kind: ""), [0, 0, 0]),
            ] as [(BlockingConnection, [Int64])] {
                #expect(try seen(connection) == counts)
                #expect(throws: PostgresError.self) {
                    try connection.run("DELETE FROM linli.activity_occurrence")
                }
                #expect(throws: PostgresError.self) {
                    try connection.run("SELECT * FROM linli.succeed_activities(10)")
                }
            }
        }
    }

    @Test(
        "a neighbour's own SQL changes nothing, lays nothing down, splits nothing and leads nothing"
    )
    func unauthorised() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.publish(.leader, Estate.body())
            let id = path.split(separator: "/").last ?? ""
            let neighbour = try connect(
                estate, kind: "person", person: Estate.neighbour, account: APIFixture.husband)
            try neighbour.run("UPDATE linli.activity SET title_zh = '假的'")
            try neighbour.run("UPDATE linli.activity_occurrence SET title_zh = '假', body_zh = '假'")
            #expect(
                try estate.count(
                    """
                    SELECT (SELECT count(*) FROM linli.activity WHERE title_zh = '假的')
                        + (SELECT count(*) FROM linli.activity_occurrence WHERE title_zh = '假')
                    """) == 0)
            for statement in [
                """
                INSERT INTO linli.activity_occurrence (estate_id, id, activity_id, recurrence,
                    begins, ends, kind, audience, place_text, capacity_id, changed_at, changed_by)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x55))', '\(id)', '2026-03-05',
                    '2026-03-05Z', '2026-03-06Z', 'sport', '{public}', '假',
                    '\(APIFixture.id(0x56))', linli.instant(), '\(Estate.neighbour)')
                """,
                """
                INSERT INTO linli.steward (estate_id, thing_id, person_id, is_lead, since)
                VALUES ('\(APIFixture.a)', '\(id)', '\(Estate.neighbour)', false, linli.instant())
                """,
                "SELECT linli.split_activity('\(id)', '{}')",
                "SELECT linli.lead_activity('\(id)', '\(Estate.neighbour)', 'x')",
            ] {
                #expect(throws: PostgresError.self, "\(statement)") { try neighbour.run(statement) }
            }
        }
    }
}
