internal import CPostgres

/// A connection whose calls block their thread: for migrations, tools and tests, never on a loop.
@safe package final class BlockingConnection {
    private let raw: OpaquePointer

    /// Connects; `connection` is a libpq connection string or URI.
    package init(_ connection: String) throws(PostgresError) {
        guard let raw = unsafe PQconnectdb(connection) else {
            throw PostgresError(.unavailable, message: "libpq has no memory for a connection")
        }
        guard unsafe PQstatus(raw) == CONNECTION_OK else {
            let message = unsafe String(cString: PQerrorMessage(raw))
            unsafe PQfinish(raw)
            throw PostgresError(.unavailable, message: message)
        }
        unsafe c_ignore_notices(raw)
        unsafe self.raw = raw
    }

    /// Runs a text of one or more statements; several are one transaction, unless they say BEGIN.
    package func run(_ text: String) throws(PostgresError) {
        guard let answer = unsafe PQexec(raw, text) else { throw lost }
        let result = unsafe PostgresResult(taking: answer)
        if result.status == .failed { throw result.error }
    }

    /// Runs one statement and returns its rows.
    package func run<S: Statement>(_ statement: S) throws(PostgresError) -> [S.Row] {
        let sql = statement.sql
        let types = sql.binds.map { Oid($0.type.rawValue) }
        let answer = unsafe withParameters(of: sql) { values, lengths, formats in
            unsafe PQexecParams(
                raw, sql.text, Int32(types.count), types, values, lengths, formats, 1)
        }
        guard let answer = unsafe answer else { throw lost }
        let result = unsafe PostgresResult(taking: answer)
        if result.status == .failed { throw result.error }
        var rows: [S.Row] = []
        try result.forEachRow { (cells) throws(PostgresError) in
            rows.append(try statement.decode(&cells))
        }
        return rows
    }

    private var lost: PostgresError {
        unsafe PostgresError(.connectionLost, message: String(cString: PQerrorMessage(raw)))
    }

    deinit { unsafe PQfinish(raw) }
}
