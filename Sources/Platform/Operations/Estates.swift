/// Every estate of the database, asked before a principal can be in one.
package struct EstateIDs: Statement {
    /// Asks for all.
    package init() {}

    package var sql: SQL { "SELECT linli.estate_ids()" }

    package func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}

/// The codes of estates with demo people; production serves none.
package struct DemoEstates: Statement {
    /// Asks for all.
    package init() {}

    package var sql: SQL { "SELECT linli.demo_estates()" }

    package func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Whether the role that asks may serve: neither superuser, nor owner, nor past row-level security.
package struct ServingRole: Statement {
    /// What the role is.
    package struct Row: Sendable, Hashable {
        package var name: String
        package var isPrivileged: Bool
        package var isOwner: Bool
        package var isStandby: Bool

        /// Whether row-level security binds it.
        package var mayServe: Bool { !isPrivileged && !isOwner }
    }

    /// Asks about the role of the connection.
    package init() {}

    package var sql: SQL {
        """
        SELECT current_user::text, r.rolsuper OR r.rolbypassrls,
            pg_has_role(current_user, n.nspowner, 'MEMBER'), pg_is_in_recovery()
        FROM pg_roles AS r, pg_namespace AS n
        WHERE r.rolname = current_user AND n.nspname = 'linli'
        """
    }

    package func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        try Row(
            name: cells.read(), isPrivileged: cells.read(), isOwner: cells.read(),
            isStandby: cells.read())
    }
}
