/// What happens when the groups of a slot lock: values in, values out; the minute is an argument.
public enum MealLock {
    /// Plans after a lock.
    public struct Round: Hashable, Sendable, Codable {
        /// Groups that have locked.
        public var locked: [MealPlan.Group]
        /// Groups that are still open, and reasons of those without one.
        public var open: MealPlan
        /// What is left to plan: people of locked groups and those who withdrew have no slot in it,
        /// people of open groups only the key of their group, others the slots that are not yet
        /// due.
        public var remaining: MealInstance

        /// A round as `lock` leaves it.
        public init(locked: [MealPlan.Group], open: MealPlan, remaining: MealInstance) {
            self.locked = locked
            self.open = open
            self.remaining = remaining
        }
    }

    /// Locks the groups whose slot is due at `minute`, without those who withdrew.
    ///
    /// A slot without a deadline is never due. Groups that became too small dissolve; their
    /// members, and others without a group, roll on to their next key, in the order in which they
    /// named slots and then tastes. The plan must be one of the instance.
    public static func lock(
        _ plan: MealPlan, of instance: MealInstance, minute: Int32, withdrawn: [Int32]
    ) -> Round {
        let due = Set(instance.deadlines.filter { $0.minutes <= minute }.map(\.slot))
        let gone = Set(withdrawn)
        var remaining = instance
        for person in remaining.slots.indices {
            remaining.slots[person].removeAll { due.contains($0) || gone.contains(Int32(person)) }
        }
        let rolling = remaining
        var locked: [MealPlan.Group] = []
        var open: [MealPlan.Group] = []
        for var group in plan.groups {
            group.members.removeAll { gone.contains($0) }
            guard group.members.count >= instance.sizes.lowerBound else { continue }
            let isDue = due.contains(group.slot)
            for member in group.members {
                remaining.slots[Int(member)] = isDue ? [] : [group.slot]
                remaining.tastes[Int(member)] = isDue ? [] : [group.taste]
            }
            if isDue { locked.append(group) } else { open.append(group) }
        }
        let model = MealModel(remaining)
        var tables = MealTables(model)
        for group in open { tables.found(group.members, least: instance.sizes.lowerBound) }
        for person in tables.unplaced {
            guard let table = next(person, open, tables, model, rolling) else { continue }
            tables.join(person, table)
        }
        var polish = MealPolish(model, tables)
        polish.run(rounds: 0, stop: StopSignal())
        let isPossible = MealSolver.possible(model)
        let after = MealSolver.plan(
            polish.tables, model, remaining, isPossible: isPossible,
            bound: isPossible.count { $0 })
        return Round(locked: locked, open: after, remaining: remaining)
    }

    /// The first table, by somebody's own order of keys, that has a seat and fits.
    private static func next(
        _ person: Int32, _ open: [MealPlan.Group], _ tables: MealTables, _ model: MealModel,
        _ rolling: MealInstance
    ) -> Int? {
        for slot in rolling.slots[Int(person)] {
            for taste in rolling.tastes[Int(person)] {
                for group in open where group.slot == slot && group.taste == taste {
                    let table = Int(tables.tableOf[Int(group.members[0])])
                    let members = tables.seats[table]
                    if members.count < model.sizes.upperBound, model.fits(person, members) {
                        return table
                    }
                }
            }
        }
        return nil
    }
}
