import Matching
import MatchingChecks
import Testing

@Suite("Meal lock") struct MealLockTests {
    @Test("due groups lock, small ones dissolve, and their members roll on") func randomLocks() {
        for seed in 0..<20 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            var instance = MealFamily.planted(people: 40, seed: 800 + seed)
            instance.deadlines = (0..<10).map { slot in
                MealInstance.Deadline(slot: slot, minutes: Int32(random.below(60)))
            }
            let plan = MealTests.plan(instance, iterations: 500)
            let withdrawn = (0..<6).map { _ in Int32(random.below(40)) }
            let round = MealLock.lock(plan, of: instance, minute: 30, withdrawn: withdrawn)
            #expect(MealTests.faults(round.open, round.remaining) == [], "seed \(seed)")
            let due = Set(instance.deadlines.filter { $0.minutes <= 30 }.map(\.slot))
            let seated = (round.locked + round.open.groups).flatMap(\.members)
            #expect(Set(seated).count == seated.count, "seed \(seed)")
            #expect(Set(seated).isDisjoint(with: withdrawn), "seed \(seed)")
            #expect(round.open.groups.allSatisfy { !due.contains($0.slot) }, "seed \(seed)")
            for group in round.locked {
                #expect(due.contains(group.slot) && group.members.count >= 3, "seed \(seed)")
                #expect(
                    plan.groups.contains { Set($0.members).isSuperset(of: group.members) },
                    "seed \(seed)")
            }
            for group in plan.groups where !due.contains(group.slot) {
                let stayed = Set(group.members).subtracting(withdrawn)
                guard stayed.count >= 3 else { continue }
                let after = round.open.groups.first { $0.members.contains(stayed.min() ?? 0) }
                #expect(after.map { stayed.isSubset(of: $0.members) } == true, "seed \(seed)")
                #expect(after?.slot == group.slot && after?.taste == group.taste)
            }
        }
    }

    @Test("somebody rolls on in the order of the keys that they named") func order() {
        var instance = MealInstance(
            slots: [[1], [1], [1], [2], [2], [2], [3, 2, 1], [3], [3]],
            tastes: [[4], [4], [4], [4], [4], [4], [4], [4], [4]],
            trust: [Double](repeating: 1, count: 81),
            distances: [Double](repeating: 0, count: 81), sizes: 3...5, leastTrust: 0.3,
            mostDistance: 300)
        instance.deadlines = [MealInstance.Deadline(slot: 3, minutes: 10)]
        let plan = MealPlan(
            groups: [[0, 1, 2], [3, 4, 5], [6, 7, 8]].enumerated().map { index, members in
                MealPlan.Group(members: members, slot: Int32(index + 1), taste: 4)
            }, reasons: [Int](0..<9).map { _ in nil }, bound: 9)
        let kept = MealLock.lock(plan, of: instance, minute: 9, withdrawn: [])
        #expect(kept.locked == [] && kept.open.groups == plan.groups)
        let round = MealLock.lock(plan, of: instance, minute: 10, withdrawn: [8])
        #expect(round.locked == [])
        #expect(round.open.groups.map(\.members) == [[0, 1, 2], [3, 4, 5, 6]])
        #expect(round.open.reasons[7] == .noKey && round.open.reasons[8] == .noKey)
    }
}
