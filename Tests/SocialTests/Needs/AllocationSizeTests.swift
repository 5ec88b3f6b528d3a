internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

/// `ops/test long` shares out what a whole estate has.
@Suite("A round of many households") struct AllocationSizeTests {
    typealias Estate = GoodsEstate

    private static let isLong = Files.environment("LINLI_TEST_SCALE") == "100"
    private static let households = isLong ? 903 : 150
    private static let lots = isLong ? 300 : 100

    /// So many households, each with a confirmed need.
    private func fill(_ goods: Estate) throws {
        _ = try NeedTests.need(goods, NeedTests.wanted("4", unit: "can"))
        try goods.api.database.superuser().run(
            """
            INSERT INTO linli.person (estate_id, id, display_name, created_at)
            SELECT '\(APIFixture.a)', md5('p' || n)::uuid, '居民', '2026-01-01Z'
            FROM generate_series(2, \(Self.households)) AS n;
            INSERT INTO linli.household (estate_id, id, residence_id, begins)
            SELECT h.estate_id, md5('h' || n)::uuid, h.residence_id, h.begins
            FROM linli.household AS h, generate_series(2, \(Self.households)) AS n
            WHERE h.id = '\(Estate.household)';
            INSERT INTO linli.membership
                (estate_id, id, household_id, person_id, role_in_household, begins)
            SELECT '\(APIFixture.a)', md5('m' || n)::uuid, md5('h' || n)::uuid,
                md5('p' || n)::uuid, 'head', '2026-01-01Z'
            FROM generate_series(2, \(Self.households)) AS n;
            INSERT INTO linli.need (estate_id, id, household_id, category, unit, quantity, until,
                entered_by, entered_at, state, decided_by, decided_at)
            SELECT n.estate_id, md5('n' || k)::uuid, md5('h' || k)::uuid, 'food', 'can',
                1000 * (1 + k % 9), n.until, n.entered_by, n.entered_at, 'confirmed', n.decided_by,
                n.decided_at
            FROM linli.need AS n, generate_series(2, \(Self.households)) AS k;
            ANALYZE;
            """)
    }

    @Test("many households and lots: proposed, accepted and conserved")
    func whole() async throws {
        try await Estate.with { goods async throws in
            let item = try goods.item("豆罐头", unit: "can", scale: 0)
            for batch in 0..<Self.lots / 100 {
                let lines = (0..<100).map { line in
                    """
                    {"item":"\(item)","quantity":"\(1 + (batch + line) % 12)",
                    "expires_on":"2026-\(["04", "05", "06"][batch])-\(10 + line % 20)"}
                    """
                }
                try goods.content(
                    goods.ask(
                        .neighbour, "POST", "/intakes",
                        """
                        {"place":"\(Estate.room)","source":"anonymous",
                        "lines":[\(lines.joined(separator: ","))]}
                        """), 201)
            }
            try fill(goods)
            let proposal = try AllocationTests.propose(goods)
            try AllocationTests.accept(goods, proposal.id)
            let free = try goods.estate.count(
                "SELECT sum(balance)::bigint FROM linli.ledger_account WHERE status = 'free'")
            let reserved = try goods.estate.count(
                "SELECT sum(quantity)::bigint FROM linli.goods_hold WHERE is_live")
            let given = proposal.got.compactMap { $0.flatMap { Int64($0) } }.reduce(0, +)
            #expect(free == 0)
            #expect(reserved == given)
            #expect(proposal.got.count == Self.households)
            // Leximin: nobody's fill is more than a piece apart from what its need allows.
            #expect(proposal.got.allSatisfy { $0 != "0" })
        }
    }
}
