import Matching

/// Small rounds by chance, and their fills.
enum Rounds {
    /// Kind 0 is plain; 1 has priorities and expiry; 2 pick-ups a day as well; 3 useful quantities.
    static func round(seed: UInt64, kind: Int) -> LeximinInstance {
        var random = SplitMix64(seed: seed)
        let (households, lots) = (2 + random.below(12), 1 + random.below(7))
        var round = LeximinInstance(
            needs: (0..<households).map { _ in Int64(1 + random.below(6)) },
            supplies: (0..<lots).map { _ in Int64(random.below(9)) },
            eligible: (0..<households).map { _ in
                (0..<lots).filter { _ in random.below(3) == 0 }.map(Int32.init)
            })
        guard kind > 0 else { return round }
        round.priorities = (0..<households).map { _ in [500, 1000, 1000, 2000][random.below(4)] }
        round.days = 3
        round.lastDays = (0..<lots).map { _ in Int32(random.below(4)) }
        if kind == 2 {
            round.dailyPickUps = (0..<households).map { _ in Int64(random.below(4)) }
        }
        if kind == 3 {
            round.usefulQuantities = round.needs.map { Int64(random.below(Int($0) + 1)) }
        }
        return round
    }

    /// Fills by need, exactly, as households stand.
    static func fills(_ round: LeximinInstance) -> [ExactRatio] {
        fills(LeximinSolver.plan(round, budget: Budget(iterations: 100)), round)
    }

    /// Fills by weight, exactly, ascending.
    static func sortedFills(_ round: LeximinInstance) -> [ExactRatio] {
        sortedFills(LeximinSolver.plan(round, budget: Budget(iterations: 100)), round)
    }

    static func sortedFills(_ plan: LeximinPlan, _ round: LeximinInstance) -> [ExactRatio] {
        fills(plan, round).sorted { $0.isLess(than: $1) }
    }

    private static func fills(_ plan: LeximinPlan, _ round: LeximinInstance) -> [ExactRatio] {
        plan.quantities(households: round.needs.count).enumerated().map { household, got in
            let got = got ?? .zero
            let weight = Int128(round.weight(of: household))
            return ExactRatio(got.numerator, got.denominator * weight)
        }
    }

    /// Whether sorted fills are less than others where they first differ.
    static func isWorse(_ fills: [ExactRatio], than others: [ExactRatio]) -> Bool {
        for (fill, other) in zip(fills, others) where fill != other {
            return fill.isLess(than: other)
        }
        return false
    }

    /// The same round with one household that may have a lot more.
    static func opening(
        _ round: LeximinInstance, _ random: inout SplitMix64
    ) -> LeximinInstance {
        var rows = (0..<round.needs.count).map { Array(round.lots(of: $0)) }
        let (household, lot) = (random.below(rows.count), random.below(round.supplies.count))
        if !rows[household].contains(Int32(lot)) {
            rows[household].append(Int32(lot))
            rows[household].sort()
        }
        return LeximinInstance(needs: round.needs, supplies: round.supplies, eligible: rows)
    }

    /// The best sorted fills of all ways to give each unit to somebody or nobody.
    static func bestOfAll(_ round: LeximinInstance) -> [ExactRatio] {
        var best: [ExactRatio] = []
        var got = [Int64](repeating: 0, count: round.needs.count)
        func deal(_ lot: Int, _ left: Int64) {
            guard lot < round.supplies.count else {
                let fills = got.indices.map { ExactRatio(got[$0], round.weight(of: $0)) }
                    .sorted { $0.isLess(than: $1) }
                if best.isEmpty || isWorse(best, than: fills) { best = fills }
                return
            }
            let after = lot + 1 < round.supplies.count ? round.supplies[lot + 1] : 0
            deal(lot + 1, after)
            guard left > 0 else { return }
            for household in got.indices
            where round.lots(of: household).contains(Int32(lot))
                && got[household] < round.needs[household]
            {
                got[household] += 1
                deal(lot, left - 1)
                got[household] -= 1
            }
        }
        deal(0, round.supplies.first ?? 0)
        return best
    }
}
