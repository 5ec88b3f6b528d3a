extension Database {
    /// Runs a statement as `principal` and returns its rows: one round trip.
    ///
    /// - Throws: `noSession` when the principal is a session that is not valid; `unavailable`,
    ///   `busy` or `connectionLost` when there is no database; the server's refusal; `decoding`.
    package func read<S: Statement>(
        _ principal: Principal, _ statement: S
    ) async throws(PostgresError) -> [S.Row] {
        let answers = try await admitted(principal, [statement.sql])
        return try answers.rows(0, statement)
    }

    /// Runs two statements as `principal` in one round trip; throws as `read` of one does.
    package func read<S1: Statement, S2: Statement>(
        _ principal: Principal, _ statement1: S1, _ statement2: S2
    ) async throws(PostgresError) -> ([S1.Row], [S2.Row]) {
        let answers = try await admitted(principal, [statement1.sql, statement2.sql])
        return (try answers.rows(0, statement1), try answers.rows(1, statement2))
    }

    /// Runs three statements as `principal` in one round trip; throws as `read` of one does.
    package func read<S1: Statement, S2: Statement, S3: Statement>(
        _ principal: Principal, _ statement1: S1, _ statement2: S2, _ statement3: S3
    ) async throws(PostgresError) -> ([S1.Row], [S2.Row], [S3.Row]) {
        let answers = try await admitted(
            principal, [statement1.sql, statement2.sql, statement3.sql])
        return (
            try answers.rows(0, statement1), try answers.rows(1, statement2),
            try answers.rows(2, statement3)
        )
    }

    /// Runs four statements as `principal` in one round trip; throws as `read` of one does.
    package func read<S1: Statement, S2: Statement, S3: Statement, S4: Statement>(
        _ principal: Principal, _ statement1: S1, _ statement2: S2, _ statement3: S3,
        _ statement4: S4
    ) async throws(PostgresError) -> ([S1.Row], [S2.Row], [S3.Row], [S4.Row]) {
        let answers = try await admitted(
            principal, [statement1.sql, statement2.sql, statement3.sql, statement4.sql])
        return (
            try answers.rows(0, statement1), try answers.rows(1, statement2),
            try answers.rows(2, statement3), try answers.rows(3, statement4)
        )
    }

    /// Runs a statement as `principal` and reads each row with `body`, such as into a JSON writer;
    /// throws as `read` of one does.
    package func read(
        _ principal: Principal, _ sql: SQL,
        forEachRow body: (inout Cells) throws(PostgresError) -> Void
    ) async throws(PostgresError) {
        try await admitted(principal, [sql]).forEachRow(0, body)
    }

    /// Runs a statement as `principal`; beside the rows says whose session it was.
    ///
    /// `nil` and no rows when the principal is a session that is not valid.
    package func readIdentified<S: Statement>(
        _ principal: Principal, _ statement: S
    ) async throws(PostgresError) -> (identity: SessionIdentity?, rows: [S.Row]) {
        let answers = try await answers(principal, [statement.sql])
        if case .session = principal, answers.identity == nil { return (nil, []) }
        return (answers.identity, try answers.rows(0, statement))
    }

    private func admitted(
        _ principal: Principal, _ statements: [SQL]
    ) async throws(PostgresError) -> Answers {
        let answers = try await answers(principal, statements)
        if case .session = principal, answers.identity == nil {
            throw PostgresError(.noSession, message: "no such session, or no longer")
        }
        return answers
    }
}
