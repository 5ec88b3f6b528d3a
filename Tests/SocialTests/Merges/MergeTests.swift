internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Merges of duplicates, through the wire") struct MergeTests {
    typealias Estate = JoiningEstate

    private static let merges = Estate.base + "/merges"

    private static func wanted(_ keep: UUID, _ drop: UUID) -> String {
        #"{"keep":"\#(keep)","drop":"\#(drop)","because":"核对身份证，同一人"}"#
    }

    /// What the unclaimed flatmate has, before it is found to be the husband.
    private static func rows(_ keyring: Keyring) throws -> String {
        let (a, id) = (APIFixture.a, APIFixture.id)
        let vault = PersonVault(keyring, of: a)
        let birth = Hex.encoded(try vault.seal("1980-08-08", .birthDate, of: Estate.firstFlatmate))
        return """
            INSERT INTO linli.person_sealed (estate_id, person_id, field, value_sealed, changed_at)
            VALUES ('\(a)', '\(Estate.firstFlatmate)', 'birth_date', '\\x\(birth)', '2026-01-01Z');
            INSERT INTO linli.membership
                (estate_id, id, household_id, person_id, role_in_household, begins)
            VALUES ('\(a)', '\(id(0x79))', '\(Estate.otherHousehold)', '\(Estate.firstFlatmate)',
                'head', '2026-01-01Z');
            INSERT INTO linli.role_term (estate_id, id, person_id, role, begins, because)
            VALUES ('\(a)', '\(id(0x83))', '\(Estate.firstFlatmate)', 'volunteer', '2026-01-01Z',
                'volunteered');
            INSERT INTO linli.tie (estate_id, id, kind, claimer_id, other_id, claimed_at,
                confirmed_at)
            VALUES ('\(a)', '\(id(0x84))', 'kin', '\(Estate.leader)', '\(Estate.firstFlatmate)',
                '2026-01-01Z', '2026-01-02Z'),
                ('\(a)', '\(id(0x85))', 'kin', '\(Estate.husband)', '\(Estate.firstFlatmate)',
                '2026-01-01Z', '2026-01-02Z');
            INSERT INTO linli.delegation (estate_id, id, doer_id, beneficiary_id, scope, begins,
                ends, because)
            VALUES ('\(a)', '\(id(0x86))', '\(Estate.wife)', '\(Estate.firstFlatmate)',
                '{activities}', '2026-01-01Z', '2027-01-01Z', 'mandate');
            INSERT INTO linli.notice (estate_id, person_id, id, kind, subject_kind, subject_id,
                details, at, expires_at)
            VALUES ('\(a)', '\(Estate.firstFlatmate)', '\(id(0x87))', 'proof.given', 'person',
                '\(Estate.firstFlatmate)', '{}', '2026-01-01Z', '2027-01-01Z');
            INSERT INTO linli.steward (estate_id, thing_id, person_id, is_lead, since)
            VALUES ('\(a)', '\(id(0x88))', '\(Estate.firstFlatmate)', true, '2026-01-01Z');
            INSERT INTO linli.capacity (estate_id, id, feature, subject_id, thing_id, kinds, totals,
                held, begins, ends, opens_at, closes_at, offer_minutes, cancel_minutes, waiting_max)
            VALUES ('\(a)', '\(id(0x89))', 'activity', '\(id(0x8A))', '\(id(0x88))', '{adult}',
                '{5}', '{0}', '2026-05-01Z', '2026-05-02Z', '2026-01-01Z', '2026-04-01Z', 60, '{0}',
                10);
            SET linli.principal = 'job';
            SET linli.job = 'import';
            SET linli.estate = '\(a)';
            INSERT INTO linli.reservation (estate_id, id, capacity_id, thing_id, holder_id, state,
                seats, priority, queued_at, changed_at)
            VALUES ('\(a)', '\(id(0x8B))', '\(id(0x89))', '\(id(0x88))', '\(Estate.firstFlatmate)',
                'confirmed', '{1}', 0, '2026-02-01Z', '2026-02-01Z');
            RESET linli.principal;
            RESET linli.job;
            RESET linli.estate;
            INSERT INTO linli.reservation_member (estate_id, reservation_id, person_id, capacity_id,
                kind, is_live)
            VALUES ('\(a)', '\(id(0x8B))', '\(Estate.firstFlatmate)', '\(id(0x89))', 'adult', true);
            """
    }

    /// Every row that names one of the two, and both of them, but what tells them of the merge itself: a
    /// text a column.
    private func snapshot(_ estate: Estate) throws -> [String] {
        try estate.texts(
            """
            SELECT query_to_xml(format('SELECT to_jsonb(r) AS row FROM linli.%I AS r
                WHERE r.%I = ANY (%L::uuid[]) AND to_jsonb(r)::text !~ ''person.(un)?merged''
                ORDER BY 1', f.table_name, f.column_name,
                \([Estate.husband, Estate.firstFlatmate])::uuid[]::text), true, false, f.table_name)::text
            FROM (
                SELECT table_name, column_name
                FROM linli.person_reference
                WHERE treatment IN ('move', 'sealed')
                UNION ALL
                SELECT 'person', 'id'
            ) AS f
            ORDER BY f.table_name, f.column_name
            """)
    }

    @Test("what is the dropped one's moves, and thirty days long goes back exactly")
    func merge() async throws {
        let keyring = Keyring.random()
        try await Estate.with(prepare: try Self.rows(keyring), keyring: keyring) {
            estate async throws in
            let body = Self.wanted(Estate.husband, Estate.firstFlatmate)
            for reader in [Estate.Reader.leader, .husband, .wife, .stranger] {
                #expect(try estate.ask(reader, "POST", Self.merges, body).status == 404)
            }
            let before = try snapshot(estate)
            #expect(before.count > 12)
            let made = try estate.content(
                try estate.ask(.officer, "POST", Self.merges, body), 201)
            let id = made["id"]?.text ?? ""
            try checkMoved(estate, keyring)
            #expect(try snapshot(estate) != before)
            #expect(try estate.told(.husband, "person.merged").count == 1)
            #expect(try estate.ask(.husband, "GET", Self.merges).status == 404)
            let list = try estate.content(try estate.ask(.officer, "GET", Self.merges))
            #expect(list["merges"]?.elements?.first?["dropped"]?.text == "\(Estate.firstFlatmate)")
            let again = try estate.ask(.officer, "POST", Self.merges, body)
            #expect(try estate.refusal(again) == "404 not-found", "what is merged is gone")
            // The last microsecond of thirty days.
            try estate.run(
                "UPDATE linli.session SET office_until = '2026-05-01Z' WHERE office_until IS NOT NULL"
            )
            let end = APIFixture.start + .seconds(30 * 86_400)
            let because = #"{"because":"弄错了"}"#
            try estate.api.clock.set(end)
            let late = try estate.ask(.officer, "POST", Self.merges + "/\(id)/undo", because)
            #expect(try estate.refusal(late) == "409 merge-late")
            try estate.api.clock.set(end - .microseconds(1))
            let undone = try estate.ask(.officer, "POST", Self.merges + "/\(id)/undo", because)
            #expect(undone.status == 204, "\(undone.text)")
            #expect(try snapshot(estate) == before)
            let twice = try estate.ask(.officer, "POST", Self.merges + "/\(id)/undo", because)
            #expect(try estate.refusal(twice) == "409 merge-undone")
            #expect(estate.api.logged.lines == [])
        }
    }

    /// What the husband has after it.
    private func checkMoved(_ estate: Estate, _ keyring: Keyring) throws {
        // A membership of both in one household, and a tie of the two, stay where they were.
        let left = try estate.texts(
            """
            SELECT 'membership ' || m.id FROM linli.membership AS m
            WHERE m.person_id = \(Estate.firstFlatmate)
            UNION ALL
            SELECT 'tie ' || t.id FROM linli.tie AS t
            WHERE \(Estate.firstFlatmate) IN (t.claimer_id, t.other_id)
            UNION ALL
            SELECT 'other' FROM linli.role_term AS r WHERE r.person_id = \(Estate.firstFlatmate)
            UNION ALL
            SELECT 'other' FROM linli.delegation AS d
            WHERE d.beneficiary_id = \(Estate.firstFlatmate)
            UNION ALL
            SELECT 'other' FROM linli.notice AS n WHERE n.person_id = \(Estate.firstFlatmate)
            UNION ALL
            SELECT 'other' FROM linli.steward AS s WHERE s.person_id = \(Estate.firstFlatmate)
            UNION ALL
            SELECT 'other' FROM linli.reservation AS r WHERE r.holder_id = \(Estate.firstFlatmate)
            UNION ALL
            SELECT 'other' FROM linli.reservation_member AS m
            WHERE m.person_id = \(Estate.firstFlatmate)
            ORDER BY 1
            """)
        #expect(left == ["membership \(APIFixture.id(0x79))", "tie \(APIFixture.id(0x85))"])
        #expect(
            try estate.households(of: "\(Estate.husband)")
                == ["\(Estate.firstFlat)", "\(Estate.otherHousehold)"])
        let sealed = try estate.texts(
            """
            SELECT encode(s.value_sealed, 'hex') FROM linli.person_sealed AS s
            WHERE s.person_id = \(Estate.husband) AND s.field = 'birth_date'
            """)
        let vault = PersonVault(keyring, of: APIFixture.a)
        let bytes = try #require(sealed.first.flatMap { Hex.decoded($0) })
        #expect(try vault.open(bytes, .birthDate, of: Estate.husband) == "1980-08-08")
    }

    @Test("two who both sign in are not made one unless both have agreed; the claimed one is kept")
    func bothAlive() async throws {
        try await Estate.with { estate async throws in
            let body = Self.wanted(Estate.husband, Estate.wife)
            func refused(_ body: String) throws -> String {
                try estate.refusal(try estate.ask(.officer, "POST", Self.merges, body))
            }
            #expect(try refused(body) == "409 merge-both-alive")
            #expect(
                try estate.ask(.officer, "POST", Self.merges, body).text.contains("各登录一次"))
            let agreements = Estate.base + "/me/merge-agreements"
            for person in [Estate.wife, APIFixture.id(0x999), APIFixture.id(0xF2)] {
                #expect(
                    try estate.ask(
                        .husband, "POST", agreements, #"{"person":"\#(person)"}"#
                    ).status == 204, "it says nothing of who is there")
            }
            #expect(try refused(body) == "409 merge-both-alive")
            #expect(
                try refused(Self.wanted(Estate.firstFlatmate, Estate.husband))
                    == "409 merge-keep-claimed")
            #expect(
                try refused(Self.wanted(Estate.husband, APIFixture.id(0xF2))) == "404 not-found",
                "never across estates")
            #expect(
                try refused(Self.wanted(Estate.husband, Estate.husband)) == "404 not-found")
            #expect(
                try estate.count("SELECT count(*) FROM linli.person_merge") == 0,
                "nothing half done")
            let agree = #"{"person":"\#(Estate.husband)"}"#
            #expect(try estate.ask(.wife, "POST", agreements, agree).status == 204)
            #expect(try estate.ask(.officer, "POST", Self.merges, body).status == 201)
            #expect(try estate.ask(.wife, "GET", Estate.base + "/household").status == 404)
            #expect(estate.api.logged.lines == [])
        }
    }

    @Test("of two merges of one person at once, one is done")
    func race() async throws {
        try await Estate.with { estate async throws in
            let answers = try await withThrowingTaskGroup(of: String.self) { group in
                for keep in [Estate.husband, Estate.wife] {
                    group.addTask {
                        try estate.refusal(
                            estate.ask(
                                .officer, "POST", Self.merges,
                                Self.wanted(keep, Estate.firstFlatmate)))
                    }
                }
                var all: [String] = []
                for try await one in group { all.append(one) }
                return all.sorted()
            }
            #expect(answers == ["201 ", "404 not-found"])
            #expect(try estate.count("SELECT count(*) FROM linli.person_merge") == 1)
            #expect(estate.api.logged.lines == [])
        }
    }

    @Test(
        "every column that references a person is treated, and what hangs on one that moves follows"
    )
    func catalogue() async throws {
        try await TestDatabase.with { database in
            let server = try database.superuser()
            let forgotten = try server.run(
                OneCell<String>(
                    sql: """
                        SELECT c.relname || '.' || a.attname
                        FROM pg_constraint AS k
                        JOIN pg_class AS c ON c.oid = k.conrelid
                        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)
                            AND a.attname <> 'estate_id'
                        WHERE k.contype = 'f' AND k.confrelid = 'linli.person'::regclass
                            AND NOT EXISTS (
                                SELECT FROM linli.person_reference AS f
                                WHERE f.table_name = c.relname AND f.column_name = a.attname)
                        ORDER BY 1
                        """))
            #expect(forgotten == [], "a migration adds its rows to linli.person_reference")
            let gone = try server.run(
                OneCell<String>(
                    sql: """
                        SELECT f.table_name || '.' || f.column_name
                        FROM linli.person_reference AS f
                        WHERE NOT EXISTS (
                            SELECT FROM pg_attribute AS a
                            WHERE a.attrelid = to_regclass('linli.' || f.table_name)
                                AND a.attname = f.column_name AND NOT a.attisdropped)
                        ORDER BY 1
                        """))
            #expect(gone == [])
            let stuck = try server.run(
                OneCell<String>(
                    sql: """
                        SELECT k.conrelid::regclass || '.' || k.conname
                        FROM pg_constraint AS k
                        JOIN pg_class AS far ON far.oid = k.confrelid
                        JOIN pg_attribute AS a ON a.attrelid = far.oid AND a.attnum = ANY (k.confkey)
                        JOIN linli.person_reference AS f ON f.table_name = far.relname
                            AND f.column_name = a.attname AND f.treatment = 'move'
                        WHERE k.contype = 'f' AND k.confupdtype <> 'c'
                        """))
            #expect(stuck == [], "a key that moves takes with it what references it")
        }
    }
}
