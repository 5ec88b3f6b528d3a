internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

/// A ledger as one would write it without thinking of any other: names and numbers in dictionaries.
struct NaiveLedger {
    struct Entry: Hashable {
        var asset: Int
        var from: String
        var to: String
        var units: Int64
    }

    var there: [String: Int64] = [:]
    var entries: [UUID: Entry] = [:]
    var keys: [String: UUID] = [:]
    var takenBack: Set<UUID> = []
    var takers: Set<UUID> = []

    /// What becomes of a posting: whose ids stand for the movements, or why not.
    mutating func post(_ posting: [(id: UUID, entry: Entry, key: String?)]) -> String {
        var next = self
        var names: [UUID] = []
        var used: Set<String> = []
        for (id, entry, key) in posting {
            if let key, !used.insert(key).inserted { return "key" }
            if let key, let first = next.keys[key] {
                guard next.entries[first] == entry, !next.takers.contains(first) else {
                    return "key"
                }
                names.append(first)
                continue
            }
            let (from, to) = ("\(entry.asset) \(entry.from)", "\(entry.asset) \(entry.to)")
            let left = next.there[from, default: 0] - entry.units
            if left < 0, entry.from != "outside" { return "short \(left + entry.units)" }
            next.there[from] = left
            next.there[to, default: 0] += entry.units
            next.entries[id] = entry
            if let key { next.keys[key] = id }
            names.append(id)
        }
        self = next
        return "\(names)"
    }

    /// What becomes of taking a movement back.
    mutating func reverse(_ movement: UUID, as id: UUID) -> String {
        guard let entry = entries[movement] else { return "unknown" }
        if takers.contains(movement) || takenBack.contains(movement) { return "reversed" }
        let back = Entry(
            asset: entry.asset, from: entry.to, to: entry.from, units: entry.units)
        let answer = post([(id, back, nil)])
        if answer == "\([id])" {
            takenBack.insert(movement)
            takers.insert(id)
        }
        return answer
    }
}

@Suite("The ledger beside a naive one") struct LedgerPropertyTests {
    typealias Fixture = LedgerFixture

    private static let stepCount = 400
    private static let sides = ["outside", "p0", "p1", "p2", "r0", "r1"]

    private static func side(_ name: String) -> LedgerSide {
        switch name {
        case "outside": .outside
        case "p0": .place(0)
        case "p1": .place(1)
        case "p2": .place(2)
        case "r0": .place(0, "reserved")
        default: .place(1, "reserved")
        }
    }

    private static func words(_ answer: Ledger.Answer) -> String {
        switch answer {
        case .success(let ids): "\(ids)"
        case .failure(.short(_, _, let there)): "short \(there)"
        case .failure(.full): "full"
        case .failure(.keyReused): "key"
        case .failure(.reversed): "reversed"
        case .failure(.unknown): "unknown"
        }
    }

    @Test("answers the same to random postings, and its balances are the sums of its movements")
    func random() async throws {
        let seed = UInt64.random(in: 0..<1 << 40)
        print("seed \(seed)")
        try await Fixture.with { it, _ in
            var dice = Noise(state: seed)
            var naive = NaiveLedger()
            let lots = [try await it.lot(1), try await it.lot(2)]
            var known: [UUID] = []
            var tally: [Substring: Int] = [:]
            for step in 0..<Self.stepCount {
                let expected: String
                let answer: Ledger.Answer
                if Int.random(in: 0..<6, using: &dice) == 0,
                    let old = known.randomElement(using: &dice)
                {
                    let id = it.ids.next()
                    expected = naive.reverse(old, as: id)
                    answer = try await it.pool.write(Fixture.principal(0)) { tx in
                        _ = try await tx.run(AppendEvent(Fixture.event(id)))
                        return try await Ledger(in: tx).reverse(
                            old, as: id, reason: "mistaken", telling: id)
                    }
                } else {
                    let drafts = Self.draw(it, naive, &dice)
                    expected = naive.post(drafts)
                    answer = try await it.post(
                        drafts.map { draft in
                            var movement = try it.movement(
                                draft.entry.units, of: lots[draft.entry.asset],
                                from: Self.side(draft.entry.from), to: Self.side(draft.entry.to),
                                key: draft.key)
                            movement.id = draft.id
                            return movement
                        })
                }
                #expect(Self.words(answer) == expected, "step \(step) of seed \(seed)")
                tally[expected.prefix(while: { $0.isLetter }), default: 0] += 1
                if case .success(let ids) = answer { known += ids }
                if step % 100 == 99 { #expect(try it.findings() == [], "seed \(seed)") }
            }
            for (asset, lot) in lots.enumerated() {
                for name in Self.sides {
                    let there = try await it.held(of: lot, at: Self.side(name))
                    #expect(there == naive.there["\(asset) \(name)", default: 0], "seed \(seed)")
                }
            }
            #expect(try it.findings() == [], "seed \(seed)")
            // Every sort of answer was met.
            print(tally)
            #expect(Set(tally.keys).isSuperset(of: ["", "short", "key", "reversed"]))
        }
    }

    /// One to four movements; now and then under a key that was used.
    private static func draw(
        _ it: Fixture, _ naive: NaiveLedger, _ dice: inout Noise
    ) -> [(id: UUID, entry: NaiveLedger.Entry, key: String?)] {
        (0..<Int.random(in: 1...4, using: &dice)).map { _ in
            let from = Int.random(in: 0..<sides.count, using: &dice)
            let to = (from + Int.random(in: 1..<sides.count, using: &dice)) % sides.count
            var entry = NaiveLedger.Entry(
                asset: Int.random(in: 0..<2, using: &dice), from: sides[from], to: sides[to],
                units: Int64.random(in: 1...(from == 0 ? 60 : 12), using: &dice))
            let number = Int.random(in: 0..<120, using: &dice)
            let key = number < 20 ? "k\(number)" : nil
            // A key that was used is used again: for the same in most cases, else for another thing.
            if let key, let first = naive.keys[key], let same = naive.entries[first],
                Int.random(in: 0..<3, using: &dice) > 0
            {
                entry = same
            }
            return (it.ids.next(), entry, key)
        }
    }
}

extension LedgerFixture {
    /// What is at an address, as the superuser sees it.
    func held(of asset: UUID, at side: LedgerSide) async throws -> Int64 {
        try numbers(
            """
            SELECT coalesce(sum(balance), 0)::bigint FROM linli.ledger_account
            WHERE asset_id = \(asset) AND holder_kind = \(side.holder.kind.rawValue)
                AND holder_id IS NOT DISTINCT FROM \(side.holder.id) AND status = \(side.status)
            """
        ).first ?? 0
    }
}
