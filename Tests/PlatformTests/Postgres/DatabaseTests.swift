import Platform
import Realtime
import Support
import Testing

@Suite("A shard's database")
struct DatabaseTests {
    struct Text: Statement {
        var sql: SQL
        func decode(_ cells: inout Cells) throws(PostgresError) -> String? { try cells.read() }
    }

    @Test("reads and writes as the serving role")
    func readsAndWrites() async throws {
        try await TestDatabase.withPool { database, _, _ in
            let (a, b) = try await database.read(
                .none, Text(sql: "SELECT \("O'Brien")"), Text(sql: "SELECT \(nil as String?)"))
            #expect(a == ["O'Brien"])
            #expect(b == [nil])
            let value = try await database.write(.none) { transaction in
                try await transaction.run(Text(sql: "SELECT current_user"))
            }
            #expect(value == ["linli"])
        }
    }
}
