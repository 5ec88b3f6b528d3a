/// Makes groups that eat together: as many people as possible, then newcomers, then trust, then
/// distance, then the latest deadline.
///
/// One iteration of the budget seats one person and lets others get up for it. The search ends
/// early when nobody is left out who could sit anywhere.
public enum MealSolver {
    /// The best groups found.
    public static func plan(_ instance: MealInstance, seed: UInt64, budget: Budget) -> MealPlan {
        let model = MealModel(instance)
        let isPossible = possible(model)
        var bound = isPossible.count { $0 }
        var ejection = MealEjection(model, isPossible: isPossible, seed: seed)
        var first = budget
        first.iterations = min(budget.iterations, iterationsBeforePacking)
        var tables = ejection.run(goal: bound, budget: first)
        if tables.placed < bound {
            let exact = MealPacking.pack(model, isPossible, tables, stop: budget.stop)
            tables = exact.tables
            bound = exact.bound
        }
        if tables.placed < bound {
            var rest = budget
            rest.iterations -= first.iterations
            let more = ejection.run(goal: bound, budget: rest)
            if more.placed > tables.placed { tables = more }
        }
        var polish = MealPolish(model, tables)
        polish.run(rounds: budget.iterations == 0 ? 0 : 20, stop: budget.stop)
        return plan(polish.tables, model, instance, isPossible: isPossible, bound: bound)
    }

    /// What the tables say, with keys and reasons.
    static func plan(
        _ tables: MealTables, _ model: MealModel, _ instance: MealInstance, isPossible: [Bool],
        bound: Int
    ) -> MealPlan {
        let groups = tables.occupied.map { table in
            group(tables.seats[table].sorted(), model, instance)
        }.sorted { $0.members[0] < $1.members[0] }
        let reasons = tables.tableOf.indices.map { person in
            tables.tableOf[person] >= 0 ? nil : reason(person, isPossible[person], model)
        }
        return MealPlan(groups: groups, reasons: reasons, bound: bound)
    }

    /// Iterations after which small components that are not full are packed exactly.
    private static let iterationsBeforePacking = 200

    /// Steps of the search for one possible group around each person; where they end it counts as
    /// possible.
    private static let stepsMax = 200_000

    /// Who could sit in any group at all.
    static func possible(_ model: MealModel) -> [Bool] {
        var isPossible = [Bool](repeating: false, count: model.count)
        for person in isPossible.indices where !isPossible[person] {
            let pool = Array(model.neighbours.columns[model.neighbours.entries(of: person)])
            var steps = stepsMax
            let group = model.clique(
                around: Int32(person), in: pool, size: model.sizes.lowerBound, steps: &steps)
            if steps <= 0 { isPossible[person] = model.slots[person] != 0 }
            for member in group ?? [] { isPossible[Int(member)] = true }
        }
        return isPossible.indices.map { person in
            isPossible[person] && model.slots[person] != 0 && model.tastes[person] != 0
        }
    }

    /// The slot that locks last, then the first in the members' order of preference.
    private static func group(
        _ members: [Int32], _ model: MealModel, _ instance: MealInstance
    ) -> MealPlan.Group {
        var slots = instance.slots[Int(members[0])]
        var tastes = instance.tastes[Int(members[0])]
        for member in members {
            slots.removeAll { !instance.slots[Int(member)].contains($0) }
            tastes.removeAll { !instance.tastes[Int(member)].contains($0) }
        }
        func rank(_ key: Int32, _ lists: [[Int32]]) -> Int {
            members.reduce(0) { $0 + (lists[Int($1)].firstIndex(of: key) ?? 0) }
        }
        func deadline(_ slot: Int32) -> Int32 {
            instance.deadlines.last { $0.slot == slot }?.minutes ?? 0
        }
        let slot = slots.min { one, other in
            (-deadline(one), rank(one, instance.slots), one)
                < (-deadline(other), rank(other, instance.slots), other)
        }
        let taste = tastes.min { one, other in
            (rank(one, instance.tastes), one) < (rank(other, instance.tastes), other)
        }
        guard let slot, let taste else {
            preconditionFailure("the members of a group share a slot and a taste")
        }
        return MealPlan.Group(members: members, slot: slot, taste: taste)
    }

    private static func reason(
        _ person: Int, _ isPossible: Bool, _ model: MealModel
    ) -> MealPlan.Reason {
        if isPossible { return .othersFirst }
        guard model.slots[person] != 0, model.tastes[person] != 0 else { return .noKey }
        var most = 0
        for slot in model.slotIDs.indices where model.slots[person] & (1 << UInt64(slot)) != 0 {
            for taste in model.tasteIDs.indices
            where model.tastes[person] & (1 << UInt64(taste)) != 0 {
                let sharing = model.slots.indices.count { other in
                    model.slots[other] & (1 << UInt64(slot)) != 0
                        && model.tastes[other] & (1 << UInt64(taste)) != 0
                }
                most = max(most, sharing)
            }
        }
        return most < model.sizes.lowerBound ? .fewShareKey(most: most) : .noGroupPossible
    }
}
