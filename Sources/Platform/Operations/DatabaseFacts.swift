/// What an operator may have set otherwise than a server needs.
package struct DatabaseFacts: Statement {
    /// Settings and roles, as the serving role sees them.
    package struct Row: Sendable, Hashable {
        /// Such as 150018 for 15.18.
        package var version: Int64
        /// `on` or `off`.
        package var checksums: String
        package var fsync: String
        package var fullPageWrites: String
        package var synchronousCommit: String
        package var connectionsMax: Int64
        /// The database machine's clock, as it stamped this very question.
        package var clock: Instant
    }

    /// Asks for all.
    package init() {}

    // The one question about a clock that is not ours: the server stamps each query's begin itself,
    // and no row depends on it.
    package var sql: SQL {
        """
        SELECT current_setting('server_version_num')::bigint, current_setting('data_checksums'),
            current_setting('fsync'), current_setting('full_page_writes'),
            current_setting('synchronous_commit'), current_setting('max_connections')::bigint,
            a.query_start
        FROM pg_stat_activity AS a
        WHERE a.pid = pg_backend_pid()
        """
    }

    package func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        try Row(
            version: cells.read(), checksums: cells.read(), fsync: cells.read(),
            fullPageWrites: cells.read(), synchronousCommit: cells.read(),
            connectionsMax: cells.read(), clock: cells.read())
    }
}

/// Whether the three roles stand as ops/roles.sql makes them.
package struct RoleFacts: Statement {
    /// What of the roles is as it must be.
    package struct Row: Sendable, Hashable {
        /// The schema is `linli_owner`'s, which is no superuser.
        package var isOwned: Bool
        /// `linli_backup` is there, and reads past row-level security.
        package var hasBackup: Bool
        /// Tables that the backup may not read.
        package var unreadableCount: Int64
        /// The serving role may use the schema, and make nothing in it.
        package var isGranted: Bool
    }

    /// Asks for all.
    package init() {}

    package var sql: SQL {
        """
        SELECT EXISTS (
                SELECT FROM pg_namespace AS n JOIN pg_roles AS r ON r.oid = n.nspowner
                WHERE n.nspname = 'linli' AND r.rolname = 'linli_owner' AND NOT r.rolsuper),
            EXISTS (
                SELECT FROM pg_roles
                WHERE rolname = 'linli_backup' AND rolbypassrls AND NOT rolsuper),
            (SELECT count(*)
                FROM pg_class AS c
                JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'linli'
                JOIN pg_roles AS b ON b.rolname = 'linli_backup'
                WHERE c.relkind IN ('r', 'p') AND NOT has_table_privilege(b.oid, c.oid, 'SELECT')),
            has_schema_privilege('linli', 'USAGE') AND NOT has_schema_privilege('linli', 'CREATE')
        """
    }

    package func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        try Row(
            isOwned: cells.read(), hasBackup: cells.read(), unreadableCount: cells.read(),
            isGranted: cells.read())
    }
}
