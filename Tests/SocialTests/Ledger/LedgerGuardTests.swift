internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

/// What the database holds by itself, whatever the server asks.
@Suite("What the ledger refuses and hides") struct LedgerGuardTests {
    typealias Fixture = LedgerFixture

    @Test("nothing moves without an event of the same transaction that tells of it")
    func untold() async throws {
        try await Fixture.with { it, _ in
            let rice = try await it.lot(1)
            await #expect {
                try await it.run { ledger in
                    let movement = try it.movement(1, of: rice, from: .outside, to: .place(0))
                    _ = try await ledger.post([movement], telling: it.ids.next())
                }
            } throws: {
                ($0 as? PostgresError)?.constraint == "ledger_movement_event"
            }
            #expect(try it.numbers("SELECT count(*) FROM linli.ledger_movement") == [0])
        }
    }

    @Test(
        "what moved is not changed, nor an account but by movements, by whoever owns the tables",
        arguments: [
            "UPDATE linli.ledger_movement SET quantity = 2",
            "DELETE FROM linli.ledger_movement",
            "UPDATE linli.ledger_account SET balance = balance + 1",
            "UPDATE linli.ledger_account SET may_be_negative = true",
            "UPDATE linli.ledger_account SET status = 'spoiled'",
            "UPDATE linli.ledger_account SET moves = moves - 1",
            "UPDATE linli.ledger_account SET moves = moves + 1, balance = -1",
            "DELETE FROM linli.ledger_account",
            """
            INSERT INTO linli.ledger_account (estate_id, id, asset_id, book, holder_kind, status,
                balance)
            SELECT estate_id, gen_random_uuid(), id, book, 'pot', 'free', 5
            FROM linli.ledger_asset
            """,
            """
            INSERT INTO linli.ledger_account (estate_id, id, asset_id, book, holder_kind, holder_id,
                status, may_be_negative)
            SELECT a.estate_id, gen_random_uuid(), a.id, a.book, 'household', h.id, 'owed', true
            FROM linli.ledger_asset AS a
            JOIN linli.household AS h ON h.estate_id = a.estate_id
            """,
        ])
    func kept(_ change: String) async throws {
        try await Fixture.with { it, _ in
            let rice = try await it.lot(1)
            _ = try await it.post([it.movement(1, of: rice, from: .outside, to: .place(0))]).get()
            #expect {
                try it.clone.superuser().run("SET ROLE linli_owner; \(change)")
            } throws: {
                ($0 as? PostgresError)?.constraint?.hasPrefix("ledger_") == true
            }
            #expect(try it.findings() == [])
        }
    }

    @Test("the serving role writes through the postings alone, and reads no movement by itself")
    func grants() async throws {
        try await Fixture.with { it, _ in
            let allowed = try it.clone.superuser().run(
                Names(
                    """
                    SELECT c.relname || ' ' || p.privilege
                    FROM pg_class AS c
                    CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'])
                        AS p (privilege)
                    WHERE c.relnamespace = 'linli'::regnamespace AND c.relkind = 'r'
                        AND c.relname LIKE 'ledger%'
                        AND has_table_privilege('linli', c.oid, p.privilege)
                    UNION ALL
                    SELECT p.proname
                    FROM pg_proc AS p
                    WHERE p.pronamespace = 'linli'::regnamespace
                        AND (p.proname LIKE 'ledger%' OR p.proname = 'post_movements')
                        AND has_function_privilege('linli', p.oid, 'EXECUTE')
                    ORDER BY 1
                    """))
            #expect(
                allowed.sorted() == [
                    "ledger_account SELECT", "ledger_asset SELECT", "ledger_asset_open",
                    "ledger_open_pot", "ledger_postable", "ledger_readable", "ledger_reverse",
                    "ledger_statement", "ledger_take", "post_movements",
                ])
        }
    }

    @Test("a person reads what is its own; who is on the other side shows to neither")
    func readers() async throws {
        try await Fixture.with { it, _ in
            let credits = try await it.credits()
            _ = try await it.post([
                it.movement(60, of: credits, from: .pot, to: .person(1), subject: 1),
                it.movement(20, of: credits, from: .person(1), to: .person(2), subject: 2),
            ]).get()
            let own = try await it.run(as: 1) { ledger in
                let accounts = try await ledger.accounts(of: .person(Fixture.person(1)))
                let account = try #require(accounts.first)
                #expect(accounts.count == 1 && account.balance == 40)
                return try #require(try await ledger.statement(of: account.id))
            }
            #expect(own.entries.map(\.change) == [-20, 60])
            #expect(own.entries.map(\.balance) == [40, 60])
            #expect(own.entries.map(\.other.holder.kind) == [.person, .pot])
            #expect(own.entries.allSatisfy { $0.other.holder.id == nil && $0.doer == nil })
            #expect(own.entries.map(\.subject) == [nil, Fixture.person(1)])
            // Everybody else asks in vain.
            let account = own.account.id
            let strangers: [Principal] = [
                Fixture.principal(0), Fixture.principal(2), Fixture.principal(1, of: Fixture.other),
                .job("visitor", estate: Fixture.estate), .job("sweep", estate: Fixture.estate),
            ]
            for stranger in strangers {
                try await it.pool.write(stranger) { tx in
                    let ledger = Ledger(in: tx)
                    let own = try await ledger.accounts(of: .person(Fixture.person(1)))
                    let pot = try await ledger.accounts(of: .pot())
                    let balance = try await ledger.balance(of: credits, at: .person(1))
                    let statement = try await ledger.statement(of: account)
                    #expect(own == [] && pot == [] && balance == nil && statement == nil)
                }
            }
        }
    }

    @Test("a visitor and another estate post nothing")
    func posters() async throws {
        try await Fixture.with { it, _ in
            let rice = try await it.lot(1)
            let taken = try await it.post([
                it.movement(5, of: rice, from: .outside, to: .place(0))
            ]).get()
            let movement = try it.movement(1, of: rice, from: .place(0), to: .place(1))
            for stranger: Principal in [
                .job("visitor", estate: Fixture.estate), Fixture.principal(0, of: Fixture.other),
            ] {
                try await it.pool.write(stranger) { tx in
                    let ledger = Ledger(in: tx)
                    let posted = try await ledger.post([movement], telling: movement.id)
                    let reversed = try await ledger.reverse(
                        taken[0], as: movement.id, reason: "no", telling: movement.id)
                    #expect(posted == .failure(.unknown) && reversed == .failure(.unknown))
                }
            }
            #expect(
                try it.numbers("SELECT count(*) FROM linli.ledger_account WHERE moves > 0") == [2])
        }
    }

    @Test("a statement pages by number and lists as CSV, in both languages")
    func statement() async throws {
        try await Fixture.with { it, _ in
            let credits = try await it.credits()
            var movements: [Movement] = []
            for minutes in 1...25 {
                movements.append(
                    try it.movement(
                        Int64(minutes), of: credits, from: .pot, to: .person(1), reason: "issued"))
            }
            let ids = try await it.post(movements).get()
            _ = try await it.reverse(ids[24]).get()
            let pages = try await it.run(as: 1) { ledger in
                let account = try #require(
                    try await ledger.accounts(of: .person(Fixture.person(1))).first)
                var pages = [try #require(try await ledger.statement(of: account.id, countMax: 10))]
                while let next = pages.last?.next {
                    pages.append(
                        try #require(
                            try await ledger.statement(
                                of: account.id, before: next, countMax: 10)))
                }
                return pages
            }
            #expect(pages.map(\.entries.count) == [10, 10, 6])
            let entries = pages.flatMap(\.entries)
            #expect(entries.map(\.number) == (1...26).reversed())
            #expect(entries[0].reverses == ids[24] && entries[1].reversedBy == entries[0].movement)
            #expect(entries[0].balance == 300)
            let words = { (code: String) in Text(zh: code == "issued" ? "发放" : "冲销", en: code) }
            let chinese = String(decoding: pages[0].csv(.zh, words: words), as: UTF8.self)
            let lines = chinese.split(separator: "\r\n")
            #expect(lines.count == 11)
            #expect(lines[0] == "\u{FEFF}序号,时间（UTC）,事由,收入,支出,结余,单位,流水号,冲销,被冲销")
            #expect(lines[1].hasPrefix("26,2026-03-01T00:00:00Z,冲销,,25,300,minute,"))
            #expect(lines[2].hasPrefix("25,2026-03-01T00:00:00Z,发放,25,,325,minute,"))
            let english = String(decoding: pages[2].csv(.en, words: words), as: UTF8.self)
            #expect(english.hasPrefix("\u{FEFF}number,time (UTC),reason,in,out,balance,unit,"))
        }
    }

    struct Names: Statement {
        var sql: SQL
        init(_ sql: SQL) { self.sql = sql }
        func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
    }
}
