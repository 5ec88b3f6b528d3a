internal import CPostgres

/// One finished statement's rows or error; owns the `PGresult`.
@safe struct PostgresResult: ~Copyable {
    private let raw: OpaquePointer

    /// What libpq says a result is.
    enum Status {
        case rows
        case done
        case failed
        /// An earlier statement of the batch failed, so this one did not run.
        case skipped
        /// The end of a batch.
        case sync
    }

    /// Takes over `raw`.
    init(taking raw: OpaquePointer) { unsafe self.raw = raw }

    var status: Status {
        switch unsafe PQresultStatus(raw) {
        case PGRES_TUPLES_OK: .rows
        case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: .done
        case PGRES_PIPELINE_SYNC: .sync
        case PGRES_PIPELINE_ABORTED: .skipped
        default: .failed
        }
    }

    var rowCount: Int { unsafe Int(PQntuples(raw)) }

    /// The command's tag, such as `COMMIT` or `INSERT 0 1`.
    var tag: String { unsafe String(cString: PQcmdStatus(raw)) }

    /// Rows that the command touched; 0 where that means nothing.
    var touchedCount: Int { unsafe Int(String(cString: PQcmdTuples(raw))) ?? 0 }

    /// What the server reported instead of rows.
    var error: PostgresError {
        let status = unsafe PQresultStatus(raw)
        let state = field(c_PG_DIAG_SQLSTATE)
        return PostgresError(
            state == nil ? .connectionLost : .server, state: state,
            message: field(c_PG_DIAG_MESSAGE_PRIMARY) ?? "libpq status \(status.rawValue)",
            constraint: field(c_PG_DIAG_CONSTRAINT_NAME),
            detail: field(c_PG_DIAG_MESSAGE_DETAIL))
    }

    /// Reads every row with `body`.
    func forEachRow(
        _ body: (inout Cells) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        for row in 0..<Int32(rowCount) {
            var cells = unsafe Cells(of: raw, row: row)
            try body(&cells)
        }
    }

    private func field(_ code: Int32) -> String? {
        unsafe PQresultErrorField(raw, code).map { unsafe String(cString: $0) }
    }

    deinit { unsafe PQclear(raw) }
}
