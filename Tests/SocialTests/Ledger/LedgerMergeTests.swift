internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("What a merge of persons does with the ledger") struct LedgerMergeTests {
    typealias Fixture = LedgerFixture

    /// Person 0 is of the committee; 1, 2 and 4 have credits, 3 has none.
    private static func prepare(_ it: Fixture) async throws -> UUID {
        try it.clone.superuser().run(
            """
            INSERT INTO linli.role_term (estate_id, id, person_id, role, begins, ends, because)
            VALUES ('\(Fixture.estate)', '\(Fixture.id(0x90))', '\(Fixture.person(0))',
                'residents_committee', '2026-01-01Z', '2027-01-01Z', 'elected')
            """)
        let credits = try await it.credits()
        _ = try await it.post([
            it.movement(60, of: credits, from: .pot, to: .person(1)),
            it.movement(25, of: credits, from: .pot, to: .person(2)),
            it.movement(7, of: credits, from: .pot, to: .person(4)),
        ]).get()
        return credits
    }

    private static func merge(_ it: Fixture, _ kept: Int, _ dropped: Int) async throws -> UUID {
        let merge = it.ids.next()
        let verdict = try await it.pool.write(Fixture.principal(0)) { tx in
            try await tx.run(
                Word(
                    """
                    SELECT linli.merge_persons(\(merge), \(Fixture.person(kept)),
                        \(Fixture.person(dropped)), '同一人', \(it.ids.next()))
                    """))
        }
        #expect(verdict == ["merged"])
        return merge
    }

    private static func undo(_ it: Fixture, _ merge: UUID) async throws {
        let verdict = try await it.pool.write(Fixture.principal(0)) { tx in
            try await tx.run(
                Word("SELECT linli.undo_merge(\(merge), '弄错了', \(it.ids.next()))"))
        }
        #expect(verdict == ["undone"])
    }

    @Test("what both have goes over by a movement, and comes back when it is undone")
    func both() async throws {
        try await Fixture.with { it, _ in
            let credits = try await Self.prepare(it)
            let merge = try await Self.merge(it, 1, 2)
            #expect(try await it.held(of: credits, at: .person(1)) == 85)
            #expect(try await it.held(of: credits, at: .person(2)) == 0)
            #expect(try it.findings() == [])
            try await Self.undo(it, merge)
            #expect(try await it.held(of: credits, at: .person(1)) == 60)
            #expect(try await it.held(of: credits, at: .person(2)) == 25)
            #expect(try it.findings() == [])
        }
    }

    @Test("an account that the kept one lacks goes over as it is, and back")
    func lacking() async throws {
        try await Fixture.with { it, _ in
            let credits = try await Self.prepare(it)
            let merge = try await Self.merge(it, 3, 4)
            #expect(try await it.held(of: credits, at: .person(3)) == 7)
            try await Self.undo(it, merge)
            #expect(try await it.held(of: credits, at: .person(4)) == 7)
            #expect(try it.findings() == [])
        }
    }

    @Test("what the kept one has spent meanwhile stays spent")
    func spent() async throws {
        try await Fixture.with { it, _ in
            let credits = try await Self.prepare(it)
            let merge = try await Self.merge(it, 1, 2)
            _ = try await it.post([it.movement(70, of: credits, from: .person(1), to: .pot)]).get()
            try await Self.undo(it, merge)
            #expect(try await it.held(of: credits, at: .person(1)) == 15)
            #expect(try await it.held(of: credits, at: .person(2)) == 0)
            #expect(try it.findings() == [])
        }
    }

    private struct Word: Statement {
        var sql: SQL
        init(_ sql: SQL) { self.sql = sql }
        func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
    }
}
