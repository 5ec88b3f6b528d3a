import Matching
import MatchingChecks
import Testing

@Suite("Meals") struct MealTests {
    static func faults(_ plan: MealPlan, _ instance: MealInstance) -> [Fault] {
        MealCheck.faults(
            groups: plan.groups.map { $0.members.map(Int.init) }, placed: plan.placed,
            keys: plan.groups.map { [Int($0.slot), Int($0.taste)] }, of: instance)
    }

    static func plan(
        _ instance: MealInstance, seed: UInt64 = 1, iterations: Int = 2000
    ) -> MealPlan {
        MealSolver.plan(instance, seed: seed, budget: Budget(iterations: iterations))
    }

    @Test(
        "where all can be placed, at least 99 of 100 are",
        arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func planted(seed: UInt64) {
        let instance = MealFamily.planted(people: 30 + 5 * Int(seed), seed: seed)
        let plan = Self.plan(instance, seed: seed)
        #expect(plan.placed * 100 >= 99 * instance.count, "seed \(seed)")
        #expect(Self.faults(plan, instance) == [], "seed \(seed)")
    }

    @Test("small instances are packed as well as all partitions allow") func bruteForce() {
        for seed in 0..<120 as Range<UInt64> {
            let low = 2 + Int(seed % 2)
            let instance = MealFamily.small(
                people: Int(seed % 10), sizes: low...(low + Int(seed % 3)), seed: seed)
            let plan = Self.plan(instance, iterations: Int(seed % 3) * 20)
            let most = instance.mostPlaced()
            #expect(plan.placed == most && plan.bound >= most, "seed \(seed)")
            #expect(Self.faults(plan, instance) == [], "seed \(seed)")
        }
    }

    @Test("other numbers for the same people place as many") func renumbering() {
        for seed in 0..<30 as Range<UInt64> {
            let instance = MealFamily.small(people: 9, sizes: 2...4, seed: 500 + seed)
            let other = instance.renumbered([4, 7, 2, 0, 8, 1, 3, 6, 5])
            #expect(Self.plan(instance).placed == Self.plan(other).placed, "seed \(500 + seed)")
        }
        let planted = MealFamily.planted(people: 40, seed: 9)
        let other = planted.renumbered((0..<40).map { ($0 * 7 + 3) % 40 })
        #expect(Self.plan(planted).placed == Self.plan(other).placed)
    }

    @Test("the same seed and iterations give the same plan; no iteration still gives a full one")
    func determinism() {
        let instance = MealFamily.planted(people: 40, seed: 21)
        #expect(Self.plan(instance, seed: 5) == Self.plan(instance, seed: 5))
        let quick = Self.plan(instance, iterations: 0)
        #expect(Self.faults(quick, instance) == [])
        let stop = StopSignal()
        stop.raise()
        let stopped = MealSolver.plan(
            instance, seed: 1, budget: Budget(iterations: 100, stop: stop))
        #expect(Self.faults(stopped, instance) == [])
    }

    @Test("nobody is placed where nobody is, or nobody has a key") func empty() {
        let nobody = MealFamily.small(people: 0, sizes: 3...6, seed: 1)
        #expect(Self.plan(nobody).groups == [])
        var keyless = MealFamily.planted(people: 12, seed: 3)
        keyless.slots = keyless.slots.map { _ in [] }
        #expect(Self.plan(keyless).reasons.allSatisfy { $0 == .noKey })
    }

    @Test("who blocked each other never share a group") func blocks() {
        for seed in 0..<10 as Range<UInt64> {
            var instance = MealFamily.planted(people: 20, seed: 70 + seed)
            for group in Self.plan(instance).groups {
                let block = MealInstance.Block(group.members[1], group.members[0])
                instance.blocks.append(block)
            }
            let plan = Self.plan(instance)
            #expect(Self.faults(plan, instance) == [], "seed \(70 + seed)")
            for group in plan.groups {
                #expect(
                    instance.blocks.allSatisfy { block in
                        !group.members.contains(block.first)
                            || !group.members.contains(block.second)
                    }, "seed \(70 + seed)")
            }
        }
    }

    @Test("of plans that place as many, newcomers decide, and then trust") func newcomers() {
        var instance = MealInstance(
            slots: [[1], [1], [1], [1]], tastes: [[2], [2], [2], [2]],
            trust: [Double](repeating: 0.5, count: 16),
            distances: [Double](repeating: 10, count: 16), sizes: 3...3, leastTrust: 0.3,
            mostDistance: 300)
        for newcomer in 0..<4 as Range<Int32> {
            instance.newcomers = [newcomer]
            let plan = Self.plan(instance)
            #expect(plan.placed == 3 && plan.reasons[Int(newcomer)] == nil)
            #expect(plan.reasons.contains(.othersFirst))
        }
        instance.newcomers = []
        for stranger in 0..<4 {
            var other = instance
            for person in 0..<4 { other.trust[stranger * 4 + person] = 0.4 }
            #expect(Self.plan(other).reasons[stranger] == .othersFirst)
        }
    }

    @Test("a group eats in the slot that locks last, then as most prefer") func keys() {
        var instance = MealInstance(
            slots: [[1, 5], [5, 1], [5, 1]], tastes: [[7, 2], [2, 7], [2, 7]],
            trust: [Double](repeating: 0.5, count: 9),
            distances: [Double](repeating: 10, count: 9), sizes: 3...3, leastTrust: 0.3,
            mostDistance: 300)
        let group = MealPlan.Group(members: [0, 1, 2], slot: 5, taste: 2)
        #expect(Self.plan(instance).groups == [group])
        instance.deadlines = [MealInstance.Deadline(slot: 1, minutes: 30)]
        #expect(Self.plan(instance).groups[0].slot == 1)
    }

    @Test("who is left out hears why, as far as it betrays nobody") func reasons() {
        var instance = MealFamily.small(people: 5, sizes: 3...4, seed: 1)
        instance.slots = [[1], [1], [1], [2], [1]]
        instance.tastes = [[1], [1], [1], [1], [1]]
        instance.trust = [Double](repeating: 1, count: 25)
        instance.distances = [Double](repeating: 0, count: 25)
        instance.blocks = [MealInstance.Block(4, 0), MealInstance.Block(1, 4)]
        let blocked = Self.plan(instance)
        #expect(blocked.reasons == [nil, nil, nil, .fewShareKey(most: 1), .noGroupPossible])
        instance.blocks = []
        for other in 0..<4 { instance.distances[20 + other] = 301 }
        #expect(Self.plan(instance).reasons == blocked.reasons)
    }
}

extension MealTests {
    @Test("spoilt plans are refused") func mutations() throws {
        let instance = MealFamily.planted(people: 40, seed: 33)
        let plan = Self.plan(instance)
        let groups = plan.groups.map { $0.members.map(Int.init) }
        func rules(_ groups: [[Int]], placed: Int? = nil, keys: [[Int]]? = nil) -> Set<String> {
            let sum = groups.reduce(0) { $0 + $1.count }
            return Set(
                MealCheck.faults(groups: groups, placed: placed ?? sum, keys: keys, of: instance)
                    .map(\.rule))
        }
        #expect(rules(groups).isEmpty)
        #expect(rules(groups, placed: 39) == ["placed"])
        #expect(rules(groups + [[0]]).contains("twice"))
        #expect(rules([[0, 1, 40]]).contains("person"))
        #expect(rules(Array(groups.dropFirst())).contains("left-over"))
        #expect(rules(groups, keys: groups.map { _ in [99, 99] }) == ["key"])
        #expect(rules(groups, keys: []) == ["keys"])
        let three = try #require(groups.firstIndex { $0.count == 3 })
        var short = groups
        short[three].removeLast()
        #expect(rules(short).contains("size"))
        var refused = 0
        for other in groups.indices where other != three {
            var swapped = groups
            (swapped[three][0], swapped[other][0]) = (groups[other][0], groups[three][0])
            if !rules(swapped).isDisjoint(with: ["pair", "slot", "taste"]) { refused += 1 }
        }
        #expect(refused > groups.count / 2)
        let large = try #require(groups.firstIndex { $0.count > 3 })
        var open = groups
        open[large].removeLast()
        #expect(rules(open).contains("open"))
    }

    @Test("two groups that are one are refused") func mergeable() {
        var instance = MealFamily.planted(people: 6, seed: 1)
        instance.slots = instance.slots.map { _ in [1] }
        instance.tastes = instance.tastes.map { _ in [1] }
        instance.trust = [Double](repeating: 1, count: 36)
        instance.distances = [Double](repeating: 0, count: 36)
        let faults = MealCheck.faults(groups: [[0, 1, 2], [3, 4, 5]], placed: 6, of: instance)
        #expect(faults.map(\.rule) == ["merge"])
        #expect(Self.plan(instance).groups.count == 1)
    }

    private static let plain = """
        {"n": 3, "lo": 3, "hi": 3, "theta": 0.3, "dmax": 300,
        "slots": [[0], [0, 1], [0]],
        "tastes": [[2], [2], [2]],
        "trust": [[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]],
        "dist": [[0, 1, 1], [1, 0, 1], [1, 1, 0]]}
        """

    @Test(
        "a file that contradicts itself is refused with its line",
        arguments: [
            (#""n": 3"#, #""n": 4"#, 2), (#""hi": 3"#, #""hi": 2"#, 1),
            (#""lo": 3"#, #""lo": 0"#, 1), (#"[0, 1]"#, #"[1, 1]"#, 2),
            (#"[[2], "#, #"[[-2], "#, 3), (#"[1, 0.5, 0.5]"#, #"[1, 0.5]"#, 4),
            (#"[0.5, 1, 0.5]"#, #"[0.5, 1, 1.5]"#, 4), (#"[0, 1, 1]"#, #"[0, -1, 1]"#, 5),
            (#"[1, 1, 0]]}"#, "[1, 1, 0]],\n\"blocks\": [[0, 3]]}", 6),
            (#"[1, 1, 0]]}"#, "[1, 1, 0]],\n\"newcomers\": [7]}", 6),
            (#"[1, 1, 0]]}"#, "[1, 1, 0]],\n\"deadlines\": [[1]]}", 6),
        ])
    func badFile(_ old: String, _ new: String, _ line: Int) throws {
        let spoilt = Self.plain.replacing(old, with: new, maxReplacements: 1)
        #expect(spoilt != Self.plain)
        let problem = #expect(throws: InputProblem.self) {
            try MealFormat.read(Array(spoilt.utf8))
        }
        #expect(problem?.line == line)
        let whole = try MealFormat.read(Array(Self.plain.utf8)).all
        #expect(Self.plan(whole[0]).placed == 3)
    }

    @Test(
        "everybody is placed in the public instances", .enabled(if: SharedData.isThere),
        arguments: ["meal-40", "meal-80"])
    func known(name: String) throws {
        let bytes = try SharedData.bytes("meal-groups/\(name).json")
        for instance in try MealFormat.read(bytes).all {
            let plan = Self.plan(instance)
            #expect(plan.placed >= instance.count - instance.count / 80)
            #expect(Self.faults(plan, instance) == [])
        }
    }
}
