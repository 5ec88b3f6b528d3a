/// One SQL statement: its text and values, and how one of its rows becomes a value.
package protocol Statement {
    /// What a row becomes.
    associatedtype Row

    /// The statement and its values.
    var sql: SQL { get }

    /// Reads one row's cells, in the order that `sql` selects them.
    func decode(_ cells: inout Cells) throws(PostgresError) -> Row
}

/// A statement whose rows, if any, are not read.
package protocol Command: Statement where Row == Void {}

extension Command {
    /// Reads nothing.
    package func decode(_ cells: inout Cells) throws(PostgresError) {}
}
