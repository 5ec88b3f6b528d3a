import Platform
import Realtime

/// A statement whose rows are one cell.
struct One<Value: SQLValue>: Statement {
    var sql: SQL

    init(_ sql: SQL, as _: Value.Type = Value.self) { self.sql = sql }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Value { try cells.read() }
}

/// A statement without rows that matter.
struct Run: Command {
    var sql: SQL

    init(_ sql: SQL) { self.sql = sql }
}

/// The shard has no pool.
struct NoPool: Error {}

/// The pool that a test installed on its shard.
func pool(of shard: isolated Shard) throws -> Database {
    guard let database = shard.local(Database.self) else { throw NoPool() }
    return database
}
