/// Shares out a round of donations so that the worst-off is as well off as can be, then the next.
///
/// What is compared is quantity over need times priority. Of all such shares, those are taken that use
/// lots by rising expiry as far as can be. Where a share would be too small to be of use, households
/// are left out, in each level the one furthest from its least first, and the others get theirs; at the
/// end those come back for whom there is enough after all. Memory: about 100 bytes a pair of
/// household and lot (times the days, where pick-ups are limited).
public enum LeximinSolver {
    /// The fairest plan, or a possible one when the budget is over; an iteration is one solution for
    /// a set of households.
    public static func plan(_ instance: LeximinInstance, budget: Budget) -> LeximinPlan {
        var included = instance.needs.map { $0 > 0 }
        var reasons: [Int: LeximinPlan.Reason] = [:]
        for household in included.indices where included[household] {
            guard let reason = hopeless(household, instance) else { continue }
            included[household] = false
            reasons[household] = reason
        }
        var plan = solve(instance, included, budget.stop)
        var order: [Int] = []
        var iterations = 1
        while true {
            let worst = worstBelowUse(plan, instance, included)
            if worst.isEmpty { break }
            for (household, share) in worst {
                included[household] = false
                order.append(household)
                reasons[household] = .shareBelowUse(
                    share: share, useful: instance.usefulQuantities[household])
            }
            plan = solve(instance, included, budget.stop)
            iterations += 1
            budget.progress(Progress(iterations: iterations, best: "\(order.count) left out"))
        }
        for household in order.prefix(returnsMax) where iterations < budget.iterations {
            guard !budget.stop.isRaised else { break }
            included[household] = true
            let wider = solve(instance, included, budget.stop)
            iterations += 1
            if wider.isProven, worstBelowUse(wider, instance, included).isEmpty {
                plan = wider
                reasons[household] = nil
            } else {
                included[household] = false
            }
        }
        plan.dropped = reasons.keys.sorted().compactMap { household in
            reasons[household].map { reason in
                LeximinPlan.Dropped(household: Int32(household), reason: reason)
            }
        }
        return plan
    }

    /// Why a household with a least useful quantity cannot get it, whoever else is there.
    private static func hopeless(
        _ household: Int, _ instance: LeximinInstance
    ) -> LeximinPlan.Reason? {
        let useful = instance.usefulQuantities[household]
        guard useful > 0 else { return nil }
        let open = instance.lots(of: household).filter { instance.lastDays[Int($0)] > 0 }
        guard !open.isEmpty else { return .noLot }
        let held = open.reduce(0) { $0 + instance.supplies[Int($1)] }
        return held < useful ? .tooLittleThere(held: held, useful: useful) : nil
    }

    /// Most households left out that are tried once more at the end, those left out first before others.
    public static let returnsMax = 32

    /// Who is to be left out next: in each level with shares below use the household whose share is the
    /// smallest part of what is of use to it, of two alike the one with less priority, then the later
    /// one; and more of them as long as the least of all others there exceeds what the level has.
    private static func worstBelowUse(
        _ plan: LeximinPlan, _ instance: LeximinInstance, _ included: [Bool]
    ) -> [(household: Int, share: Double)] {
        guard instance.usefulQuantities.contains(where: { $0 > 0 }) else { return [] }
        let got = plan.quantities(households: included.count).map { $0 ?? .zero }
        let all = included.indices.filter { included[$0] }.map { Int32($0) }
        let levels = plan.levels.isEmpty ? [all] : plan.levels.map(\.households)
        var worst: [(household: Int, share: Double)] = []
        for level in levels.map({ level in level.map { Int($0) } }) {
            func part(_ household: Int) -> Double {
                got[household].value / Double(instance.usefulQuantities[household])
            }
            let below = level.filter { household in
                got[household].isLess(than: ExactRatio(instance.usefulQuantities[household], 1))
            }.sorted { left, right in
                (part(left), instance.priorities[left], right)
                    < (part(right), instance.priorities[right], left)
            }
            let held = level.reduce(0) { $0 + got[$1].value } * (1 + 1e-9)
            var least = level.reduce(0) { $0 + Double(instance.usefulQuantities[$1]) }
            for (place, household) in below.enumerated() where place == 0 || least > held {
                worst.append((household, got[household].value))
                least -= Double(instance.usefulQuantities[household])
            }
        }
        return worst
    }

    private static func solve(
        _ instance: LeximinInstance, _ included: [Bool], _ stop: StopSignal
    ) -> LeximinPlan {
        let network = LeximinNetwork(instance, included: included)
        if instance.isIntegral {
            var units = LeximinUnits(network, stop: stop)
            let flows = units.run()
            var plan = LeximinPlan()
            plan.isProven = units.isFinished
            plan.shares = flows.indices.compactMap { arc in
                network.share(arc: arc, quantity: ExactRatio(flows[arc] * network.step, 1))
            }
            return plan
        }
        let weights = network.weights.reduce(1, +)
        let product = weights.multipliedReportingOverflow(by: network.endless)
        return product.overflow || product.partialValue > Int64.max / 4
            ? decompose(LeximinDecomposition<Int128>(network, stop: stop))
            : decompose(LeximinDecomposition<Int64>(network, stop: stop))
    }

    private static func decompose<Amount>(
        _ start: LeximinDecomposition<Amount>
    ) -> LeximinPlan {
        var search = start
        search.run()
        var plan = LeximinPlan()
        plan.isProven = search.isFinished
        plan.levels = search.isFinished ? search.levels : []
        for arc in search.flows.indices where search.flows[arc] > 0 {
            let quantity = ExactRatio(
                search.flows[arc], search.denominators[Int(search.trials[arc])])
            if let share = search.network.share(arc: arc, quantity: quantity) {
                plan.shares.append(share)
            }
        }
        if search.network.days > 0 {
            plan.shares.sort { left, right in
                (left.household, left.lot, left.day) < (right.household, right.lot, right.day)
            }
        }
        return plan
    }
}
