internal import Platform
internal import Support
import Testing

/// Rules of the schema that the catalogue can tell, for every migration that there is.
@Suite("The schema as the catalogue tells it") struct SchemaTests {
    /// What breaks a rule, a text a row; a rule holds when there is none.
    func findings(_ sql: SQL) async throws -> [String] {
        try await TestDatabase.with { database in
            try database.superuser().run(Cell<String>(sql))
        }
    }

    @Test("every estate table forces row-level security and has policies")
    func rowSecurity() async throws {
        let open = try await findings(
            """
            SELECT c.relname::text
            FROM pg_class AS c
            JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'linli'
            WHERE c.relkind IN ('r', 'p')
                AND EXISTS (
                    SELECT FROM pg_attribute AS a
                    WHERE a.attrelid = c.oid AND a.attname IN ('estate_id', 'account_id')
                        AND NOT a.attisdropped)
                AND NOT (c.relrowsecurity AND c.relforcerowsecurity
                    AND EXISTS (
                        SELECT FROM pg_policy AS p
                        WHERE p.polrelid = c.oid AND p.polwithcheck IS NOT NULL))
            """)
        #expect(open == [])
    }

    @Test("every policy that lets write checks what is written")
    func withCheck() async throws {
        let unchecked = try await findings(
            """
            SELECT c.relname || '.' || p.polname
            FROM pg_policy AS p
            JOIN pg_class AS c ON c.oid = p.polrelid
            WHERE p.polcmd IN ('*', 'a', 'w') AND p.polwithcheck IS NULL
            """)
        #expect(unchecked == [])
    }

    @Test("every sealed text is known to the job that seals it anew")
    func sealedColumns() async throws {
        // Persons and identifiers have vaults of their own; a request to join and an answer kept for
        // its repeats are swept.
        let there = try await findings(
            """
            SELECT c.relname || '.' || a.attname
            FROM pg_attribute AS a
            JOIN pg_class AS c ON c.oid = a.attrelid AND c.relkind = 'r'
            JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'linli'
            WHERE a.attname LIKE '%\\_sealed' AND NOT a.attisdropped
                AND c.relname NOT IN (
                    'person_sealed', 'account_identifier', 'join_request', 'idempotency')
            """)
        let named = try await findings("SELECT source || '.' || field FROM linli.sealed_column")
        #expect(Set(there) == Set(named))
        #expect(Set(there) == Set(SealedColumn.allCases.map(\.rawValue)))
    }

    @Test("of every column that names a person it is written what copies and erasures do")
    func personalData() async throws {
        let without = try await findings(
            """
            SELECT c.relname || '.' || a.attname
            FROM pg_constraint AS k
            JOIN pg_class AS c ON c.oid = k.conrelid
            JOIN pg_class AS far ON far.oid = k.confrelid
            JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
            JOIN pg_attribute AS b ON b.attrelid = k.confrelid
                AND b.attnum = k.confkey[array_position(k.conkey, a.attnum)]
            WHERE k.contype = 'f' AND k.connamespace = 'linli'::regnamespace
                AND (far.relname, b.attname) IN (
                    ('person', 'id'), ('account', 'id'), ('reservation_member', 'person_id'))
            UNION
            SELECT f.table_name || '.' || f.column_name FROM linli.person_reference AS f
            EXCEPT
            SELECT d.table_name || '.' || d.column_name FROM linli.personal_data AS d
            """)
        #expect(Set(without) == ["person.account_id"])
        let gone = try await findings(
            """
            SELECT d.table_name || '.' || d.column_name
            FROM linli.personal_data AS d
            WHERE NOT EXISTS (
                SELECT FROM pg_attribute AS a
                WHERE a.attrelid = to_regclass('linli.' || d.table_name)
                    AND a.attname = d.column_name AND NOT a.attisdropped)
            """)
        #expect(gone == [])
        let termless = try await findings(
            """
            SELECT d.table_name || '.' || d.column_name
            FROM linli.personal_data AS d
            WHERE d.kept NOT IN ('person', 'ledger')
                AND d.kept NOT IN (SELECT k.code FROM linli.retention_kind AS k)
            """)
        #expect(termless == [])
    }

    @Test("estate_id leads every primary, unique and exclusion key of an estate table")
    func leadingKeys() async throws {
        let others = try await findings(
            """
            SELECT i.indexrelid::regclass::text
            FROM pg_index AS i
            JOIN pg_class AS c ON c.oid = i.indrelid
            JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'linli'
            JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'estate_id'
            WHERE (i.indisunique OR i.indisexclusion)
                AND i.indkey[0] <> a.attnum
            """)
        #expect(others == [])
    }

    @Test("estate_id leads every foreign key between estate tables, on both sides")
    func leadingReferences() async throws {
        let others = try await findings(
            """
            SELECT k.conrelid::regclass || '.' || k.conname
            FROM pg_constraint AS k
            JOIN pg_attribute AS own ON own.attrelid = k.conrelid AND own.attname = 'estate_id'
            JOIN pg_attribute AS far ON far.attrelid = k.confrelid AND far.attname = 'estate_id'
            WHERE k.contype = 'f'
                AND (k.conkey[1] <> own.attnum OR k.confkey[1] <> far.attnum)
            """)
        #expect(others == [])
    }

    @Test("nothing in the database reads a clock of its own")
    func noClock() async throws {
        let readers = try await findings(
            #"""
            SELECT text.name
            FROM (
                SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid)
                FROM pg_proc AS p
                JOIN pg_namespace AS n ON n.oid = p.pronamespace AND n.nspname = 'linli'
                JOIN pg_language AS l ON l.oid = p.prolang AND l.lanname IN ('sql', 'plpgsql')
                WHERE p.prokind IN ('f', 'p')
                UNION ALL
                SELECT c.relname::text, pg_get_viewdef(c.oid)
                FROM pg_class AS c
                JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'linli'
                WHERE c.relkind IN ('v', 'm')
                UNION ALL
                SELECT p.polname::text, concat(pg_get_expr(p.polqual, p.polrelid),
                    ' ', pg_get_expr(p.polwithcheck, p.polrelid))
                FROM pg_policy AS p
                UNION ALL
                SELECT d.adrelid::regclass::text, pg_get_expr(d.adbin, d.adrelid)
                FROM pg_attrdef AS d
                UNION ALL
                SELECT t.tgname::text, pg_get_triggerdef(t.oid)
                FROM pg_trigger AS t
                WHERE NOT t.tgisinternal
                UNION ALL
                SELECT k.conname::text, pg_get_constraintdef(k.oid)
                FROM pg_constraint AS k
                WHERE k.contype = 'c'
            ) AS text (name, body)
            WHERE text.body ~* '\y(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\('
                OR text.body ~* '\y(current_timestamp|current_date|current_time|localtime|localtimestamp)\y'
            """#)
        #expect(readers == [])
    }

    @Test("functions that run as their owner pin their search path, and are granted by name")
    func definers() async throws {
        let loose = try await findings(
            """
            SELECT p.oid::regprocedure::text
            FROM pg_proc AS p
            JOIN pg_namespace AS n ON n.oid = p.pronamespace AND n.nspname = 'linli'
            WHERE p.prosecdef
                AND (NOT EXISTS (
                        SELECT FROM unnest(p.proconfig) AS setting
                        WHERE setting IN ('search_path=pg_catalog, linli',
                            'search_path=pg_catalog, linli, pg_temp'))
                    OR p.proacl IS NULL
                    OR EXISTS (SELECT FROM aclexplode(p.proacl) AS granted
                        WHERE granted.grantee = 0)
                    OR p.proowner <> 'linli_owner'::regrole)
            """)
        #expect(loose == [])
    }

    @Test("the serving role owns nothing and passes no policy; the backup only reads")
    func roles() async throws {
        let wrong = try await findings(
            """
            SELECT rolname::text
            FROM pg_roles
            WHERE (rolname = 'linli' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb))
                OR (rolname IN ('linli_owner', 'linli_backup') AND rolsuper)
            UNION ALL
            SELECT c.relname::text
            FROM pg_class AS c
            JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'linli'
            WHERE c.relowner <> 'linli_owner'::regrole
            UNION ALL
            SELECT m.roleid::regrole::text
            FROM pg_auth_members AS m
            WHERE m.member IN ('linli'::regrole, 'linli_backup'::regrole)
            UNION ALL
            SELECT c.relname::text
            FROM pg_class AS c
            JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'linli'
            WHERE c.relkind IN ('r', 'p')
                AND (NOT has_table_privilege('linli_backup', c.oid, 'SELECT')
                    OR has_table_privilege('linli_backup', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                    OR has_table_privilege('linli', c.oid, 'TRUNCATE, TRIGGER, REFERENCES'))
            """)
        #expect(wrong == [])
    }

    @Test("an own row is found by its key as the serving role, not by reading the table")
    func plan() async throws {
        try await withEstates { database, _ in
            let principal = Estates.personAs(Estates.residentPerson, Estates.resident)
            let plan = try await database.write(principal) { transaction in
                _ = try await transaction.execute("SET LOCAL enable_seqscan = off")
                return try await transaction.run(
                    Cell<String>(
                        """
                        EXPLAIN SELECT display_name FROM linli.person
                        WHERE estate_id = \(Estates.a) AND id = \(Estates.residentPerson)
                        """))
            }
            #expect(
                plan.contains { $0.contains("Index Cond: ((estate_id = $1) AND (id = $2))") }
                    || plan.contains { $0.contains("Index Cond: ((estate_id = '") })
        }
    }
}
