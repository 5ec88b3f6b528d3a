internal import Matching
internal import Platform

/// Shares a room's free lots out over needs: what `Matching` finds, in whole smallest units of each lot.
///
/// Plain values in and out, so that it runs away from the loops.
struct AllocationSolver: Sendable {
    /// What one need is open for.
    struct Need: Sendable {
        var id: UUID
        var household: UUID
        /// This item alone.
        var item: UUID?
        /// In thousandths of the unit.
        var remaining: Int64
        var owed: Int64
        /// Lots of which its household has some waiting.
        var held: Set<UUID>
    }

    /// What is free of one lot in one bin, in smallest units.
    struct Bin: Sendable {
        var place: UUID
        var free: Int64
    }

    /// What is free of one lot, wherever it lies.
    struct Lot: Sendable {
        var id: UUID
        var item: UUID
        var bins: [Bin]
        /// There are 10^scale smallest units in a unit.
        var scale: Int
        /// Days it may still be handed out, today among them.
        var days: Int32
        var least: Int64

        /// In smallest units.
        var free: Int64 { bins.reduce(0) { $0 + $1.free } }
    }

    /// What one need gets of one lot, from one bin.
    struct Share: Sendable, Hashable {
        var need: Int
        var lot: Int
        /// Where it lies; the lot's own id until it is laid out.
        var place: UUID
        /// In smallest units of the lot, and in thousandths of the unit.
        var units: Int64
        var thousandths: Int64
    }

    /// What one need gets, and why so much; in thousandths of the unit.
    struct Result: Sendable {
        var got: Int64 = 0
        var priority: Int64 = 1000
        var reason = "no_lot"
        var least: Int64?
        var owedAfter: Int64 = 0
    }

    /// Most solutions that are tried.
    private static let iterationsMax = 200

    var needs: [Need]
    var lots: [Lot]

    /// The shares, what each need gets by index, and whether it is proven to be the fairest.
    func solve() -> (shares: [Share], results: [Result], isProven: Bool) {
        let scale = lots.map(\.scale).max() ?? 0
        let grain = Self.power(3 - scale)
        let instance = instance(scale: scale, grain: grain)
        let plan = LeximinSolver.plan(instance, budget: Budget(iterations: Self.iterationsMax))
        let shares = laidOut(whole(plan, instance, scale: scale))
        let reasons = plan.reasons(of: instance)
        var results = needs.indices.map { index in
            result(reasons[index], instance.priorities[index], grain: grain)
        }
        for share in shares { results[share.need].got += share.thousandths }
        for index in needs.indices {
            let got = ExactRatio(results[index].got, 1)
            results[index].owedAfter =
                CarriedDeficit(owed: needs[index].owed)
                .after(got: got, need: needs[index].remaining).owed
        }
        return (shares, results, plan.isProven)
    }

    private static func power(_ exponent: Int) -> Int64 {
        (0..<max(exponent, 0)).reduce(1) { product, _ in product * 10 }
    }

    /// Grains are the smallest units of the lot that is counted finest.
    private func instance(scale: Int, grain: Int64) -> LeximinInstance {
        // Who has a need for one item gets that item for it alone: a household has one share a lot.
        let named = Dictionary(grouping: needs.filter { $0.item != nil }, by: \.household)
            .mapValues { Set($0.compactMap(\.item)) }
        let eligible = needs.map { need in
            lots.indices.filter { index in
                let lot = lots[index]
                guard !need.held.contains(lot.id) else { return false }
                return need.item.map { $0 == lot.item }
                    ?? !(named[need.household]?.contains(lot.item) ?? false)
            }.map { Int32($0) }
        }
        var instance = LeximinInstance(
            needs: needs.map { $0.remaining / grain },
            supplies: lots.map { $0.free * Self.power(scale - $0.scale) },
            eligible: eligible, grainsPerUnit: scale == 0 ? 1 : Self.power(scale))
        instance.priorities = needs.map { CarriedDeficit(owed: $0.owed).priority(base: 1000) }
        instance.lastDays = lots.map(\.days)
        instance.days = lots.map(\.days).max() ?? 1
        // What is finer than pieces is shared exactly and then laid out in whole grains.
        instance.isIntegral = scale == 0
        instance.usefulQuantities = needs.indices.map { index in
            let least = eligible[index].map { lot in
                lots[Int(lot)].least * Self.power(scale - lots[Int(lot)].scale)
            }.max()
            let open = instance.needs[index]
            // All that is still open is of use, however little it is.
            return min(least ?? 0, open)
        }
        return instance
    }

    /// The plan in whole smallest units: each share rounded down, and what that leaves of a lot goes on,
    /// a unit each, to those who lost most by it.
    private func whole(
        _ plan: LeximinPlan, _ instance: LeximinInstance, scale: Int
    ) -> [Share] {
        var given = [Int64](repeating: 0, count: needs.count)
        var shares: [(share: Share, lost: Double)] = []
        for share in plan.shares {
            let (need, lot) = (Int(share.household), Int(share.lot))
            let step = Int128(Self.power(scale - lots[lot].scale)) * share.quantity.denominator
            let units = Int64(share.quantity.numerator / step)
            let lost = Double(share.quantity.numerator % step) / Double(step)
            let thousandths = units * Self.power(3 - lots[lot].scale)
            given[need] += thousandths
            shares.append(
                (
                    Share(
                        need: need, lot: lot, place: lots[lot].id, units: units,
                        thousandths: thousandths), lost
                ))
        }
        var left = [Double](repeating: 0, count: lots.count)
        for (share, lost) in shares { left[share.lot] += lost }
        let order = shares.indices.sorted { one, other in
            (shares[other].lost, one) < (shares[one].lost, other)
        }
        for index in order where shares[index].lost > 0 {
            let (need, lot) = (shares[index].share.need, shares[index].share.lot)
            let unit = Self.power(3 - lots[lot].scale)
            // Lost parts of whole units sum to whole units, but for the last bits of a Double.
            guard left[lot] > 1 - 1e-6, given[need] + unit <= needs[need].remaining else {
                continue
            }
            left[lot] -= 1
            given[need] += unit
            shares[index].share.units += 1
            shares[index].share.thousandths += unit
        }
        return shares.map(\.share).filter { $0.units > 0 }
    }

    /// The shares by bin: each from the fullest bin that has it whole, the largest first; one that no bin
    /// has whole from as few as it takes.
    private func laidOut(_ shares: [Share]) -> [Share] {
        var bins = lots.map(\.bins)
        var laid: [Share] = []
        let order = shares.indices.sorted { one, other in
            (shares[other].units, one) < (shares[one].units, other)
        }
        for share in order.map({ shares[$0] }) {
            let grain = share.thousandths / share.units
            var open = share.units
            while open > 0 {
                let here = bins[share.lot]
                guard
                    let bin = here.indices.filter({ here[$0].free > 0 }).max(by: { one, other in
                        (here[one].free, other) < (here[other].free, one)
                    })
                else { break }
                let much = min(open, here[bin].free)
                bins[share.lot][bin].free -= much
                open -= much
                var part = share
                (part.place, part.units) = (here[bin].place, much)
                part.thousandths = much * grain
                laid.append(part)
            }
        }
        return laid
    }

    private func result(
        _ reason: LeximinPlan.Reason, _ priority: Int64, grain: Int64
    ) -> Result {
        var result = Result(priority: priority)
        switch reason {
        case .needMet: result.reason = "need_met"
        case .lotsUsedUp: result.reason = "lots_used_up"
        case .unitsUsedUp: result.reason = "units_used_up"
        case .noLot: result.reason = "no_lot"
        case .tooLittleThere(_, let useful):
            result.reason = "too_little_there"
            result.least = useful * grain
        case .shareBelowUse(_, let useful):
            result.reason = "share_below_use"
            result.least = useful * grain
        }
        return result
    }
}
