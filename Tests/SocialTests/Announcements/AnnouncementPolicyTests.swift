internal import Platform
internal import Support
import Testing

@testable internal import Social

/// What the database lets the serving role do when a query forgets its filter.
@Suite("Announcements behind row-level security") struct AnnouncementPolicyTests {
    typealias Estate = AnnouncementEstate

    /// A connection of the serving role with these settings for good.
    private func connect(
        _ estate: Estate, kind: String, at place: UUID = APIFixture.a, person: UUID? = nil,
        account: UUID? = nil, job: String = ""
    ) throws -> BlockingConnection {
        let database = estate.api.database
        let connection = try BlockingConnection(database.connection(as: "linli"))
        for (name, value) in [
            ("instant", "\(estate.api.clock.now().microseconds)"), ("principal", kind),
            ("estate", "\(place)"), ("person", person?.description ?? ""),
            ("account", account?.description ?? ""), ("job", job),
        ] { try connection.run("SELECT set_config('linli.\(name)', '\(value)', false)") }
        return connection
    }

    private func seen(_ connection: BlockingConnection) throws -> Int64? {
        try connection.run(OneCell<Int64>(sql: "SELECT count(*) FROM linli.announcement")).first
    }

    @Test("without any filter each principal sees its own, a job other than the visitor nothing")
    func unfiltered() async throws {
        try await Estate.with { estate async throws in
            _ = try estate.publish(.leader, to: Estate.place(Estate.stair))
            _ = try estate.publish(.officer, to: #"{"kind":"everyone"}"#)
            let id = APIFixture.id
            for (connection, count) in [
                (
                    try connect(
                        estate, kind: "person", person: id(0xF3), account: Estate.member), 2
                ),
                (
                    try connect(
                        estate, kind: "person", person: id(0xF4), account: APIFixture.husband), 1
                ),
                (
                    try connect(
                        estate, kind: "person", at: APIFixture.b, person: id(0xF2),
                        account: Estate.stranger), 0
                ),
                (try connect(estate, kind: "job", job: "visitor"), 1),
                (try connect(estate, kind: "job", at: APIFixture.b, job: "visitor"), 0),
                (try connect(estate, kind: "job", job: "import"), 0),
                (try connect(estate, kind: "account", account: Estate.officer), 0),
                (try connect(estate, kind: ""), 0),
            ] as [(BlockingConnection, Int64)] {
                #expect(try seen(connection) == count)
                #expect(throws: PostgresError.self) {
                    try connection.run("DELETE FROM linli.announcement")
                }
            }
        }
    }

    @Test("a neighbour's own SQL changes nothing and publishes nothing; a stranger sees no history")
    func unauthorised() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.publish(.officer, to: #"{"kind":"everyone"}"#)
            _ = try estate.ask(
                .officer, "PUT", path, key: "1", fields: [("If-Match", "*")],
                body: Estate.correction("停水改期"))
            let id = APIFixture.id(0xF4)
            let neighbour = try connect(
                estate, kind: "person", person: id, account: APIFixture.husband)
            try neighbour.run("UPDATE linli.announcement SET title_zh = '假的'")
            #expect(
                try estate.count(
                    "SELECT count(*) FROM linli.announcement WHERE title_zh = '假的'") == 0)
            #expect(throws: PostgresError.self) {
                try neighbour.run(
                    """
                    INSERT INTO linli.announcement (estate_id, id, addressed, audience, title_zh,
                        body_zh, begins, ends, is_pinned, published_at, published_by,
                        published_as, changed_at, changed_by)
                    VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x55))', '{public}', '{public}',
                        '假的', '假的', linli.instant(), 'infinity', false, linli.instant(),
                        '\(id)', 'residents_committee', linli.instant(), '\(id)')
                    """)
            }
            #expect(throws: PostgresError.self) {
                try neighbour.run("DELETE FROM linli.announcement_version")
            }
            let stranger = try connect(
                estate, kind: "person", at: APIFixture.b, person: APIFixture.id(0xF2),
                account: Estate.stranger)
            let history = OneCell<Int64>(sql: "SELECT count(*) FROM linli.announcement_version")
            #expect(try stranger.run(history).first == 0)
            #expect(try neighbour.run(history).first == 1)
        }
    }
}
