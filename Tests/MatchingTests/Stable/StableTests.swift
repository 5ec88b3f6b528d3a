import Matching
import MatchingChecks
import Testing

@Suite("Stable pairs") struct StableTests {
    private func pairs(_ plan: MarriagePlan) -> [[Int]] {
        plan.partners.enumerated().compactMap { man, woman in woman.map { [man, Int($0)] } }
    }

    private func pairs(_ plan: RoommatesPlan) -> [[Int]] {
        plan.partners.enumerated().compactMap { one, other in
            other.flatMap { Int($0) > one ? [one, Int($0)] : nil }
        }
    }

    /// Mutual lists of two sides: each pair is on them with the given chance.
    private func marriage(
        _ random: inout SplitMix64, men: Int, women: Int, density: Double, capacityMax: Int
    ) -> MarriageInstance {
        var hers = [[Int]](repeating: [], count: women)
        var his = [[Int]](repeating: [], count: men)
        for man in 0..<men {
            for woman in 0..<women where random.unit() < density {
                his[man].append(woman)
                hers[woman].append(man)
            }
        }
        for man in 0..<men { his[man].shuffle(using: &random) }
        for woman in 0..<women { hers[woman].shuffle(using: &random) }
        return MarriageInstance(
            men: PreferenceLists(his), women: PreferenceLists(hers),
            capacities: (0..<women).map { _ in Int32(1 + random.below(capacityMax)) })
    }

    private func equals(
        _ random: inout SplitMix64, count: Int, density: Double
    ) -> RoommatesInstance {
        var lists = [[Int]](repeating: [], count: count)
        for one in 0..<count {
            for other in 0..<one where random.unit() < density {
                lists[one].append(other)
                lists[other].append(one)
            }
        }
        for one in 0..<count { lists[one].shuffle(using: &random) }
        return RoommatesInstance(preferences: PreferenceLists(lists))
    }

    /// Every plan of a small marriage that the checker finds stable.
    private func allStable(_ instance: MarriageInstance) -> [[Int?]] {
        var stable: [[Int?]] = []
        func choose(_ partners: [Int?]) {
            guard partners.count < instance.men.count else {
                let pairs = partners.enumerated().compactMap { man, woman in
                    woman.map { [man, $0] }
                }
                if StableCheck.faults(instance, pairs: pairs).isEmpty { stable.append(partners) }
                return
            }
            choose(partners + [nil])
            for woman in instance.men.list(of: partners.count)
            where partners.count(where: { $0 == Int(woman) })
                < Int(instance.capacities[Int(woman)])
            {
                choose(partners + [Int(woman)])
            }
        }
        choose([])
        return stable
    }

    @Test("proposers get the best of all stable plans, and all such plans match the same people")
    func proposersBest() {
        for seed in UInt64(1)...30 {
            var random = SplitMix64(seed: seed)
            let instance = marriage(
                &random, men: 1 + random.below(5), women: 1 + random.below(4),
                density: [0.6, 1][random.below(2)], capacityMax: 2)
            let plan = DeferredAcceptance(instance).solve()
            let stable = allStable(instance)
            #expect(stable.contains(plan.partners.map { $0.map { Int($0) } }), "seed \(seed)")
            for other in stable {
                for man in other.indices {
                    let own = plan.partners[man].map { Int($0) }
                    #expect((own == nil) == (other[man] == nil), "rural hospitals, seed \(seed)")
                    guard let own, let theirs = other[man] else { continue }
                    let list = instance.men.list(of: man)
                    let first = list.first { Int($0) == own || Int($0) == theirs }
                    #expect(first.map { Int($0) } == own, "man \(man), seed \(seed)")
                }
            }
        }
    }

    /// Most pairs of any plan of a small marriage, and the least sum of places of such.
    private func bestSum(_ instance: MarriageInstance) -> (pairs: Int, cost: Int64) {
        var best: (pairs: Int, cost: Int64) = (0, 0)
        func choose(_ partners: [Int32?]) {
            guard partners.count == instance.men.count else {
                choose(partners + [nil])
                for woman in instance.men.list(of: partners.count)
                where partners.count(where: { $0 == woman })
                    < Int(instance.capacities[Int(woman)])
                {
                    choose(partners + [woman])
                }
                return
            }
            var cost: Int64 = 0
            for (man, woman) in partners.enumerated() {
                guard let woman else { continue }
                let his = Array(instance.men.list(of: man))
                let hers = Array(instance.women.list(of: Int(woman)))
                cost += Int64((his.firstIndex(of: woman) ?? 0))
                cost += Int64((hers.firstIndex(of: Int32(man)) ?? 0))
            }
            let pairs = partners.count { $0 != nil }
            if (-pairs, cost) < (-best.pairs, best.cost) { best = (pairs, cost) }
        }
        choose([])
        return best
    }

    @Test("what stability costs is counted from the best of all plans") func priceOfStability() {
        for seed in UInt64(1)...60 {
            var random = SplitMix64(seed: seed)
            let instance = marriage(
                &random, men: 1 + random.below(5), women: 1 + random.below(4),
                density: [0.5, 1][random.below(2)], capacityMax: 1 + random.below(2))
            let (best, tried) = (BestSum(instance), bestSum(instance))
            #expect(best?.pairs == tried.pairs && best?.cost == tried.cost, "seed \(seed)")
        }
    }

    @Test("a larger marriage has no blocking pair, and a spoilt one has") func largerMarriage() {
        var random = SplitMix64(seed: 77)
        let instance = marriage(&random, men: 90, women: 60, density: 0.7, capacityMax: 3)
        let pairs = pairs(DeferredAcceptance(instance).solve())
        #expect(StableCheck.faults(instance, pairs: pairs).isEmpty)
        for index in pairs.indices {
            var spoilt = pairs
            spoilt.remove(at: index)
            #expect(!StableCheck.faults(instance, pairs: spoilt).isEmpty)
        }
        #expect(!StableCheck.faults(instance, pairs: pairs + [pairs[0]]).isEmpty)
        #expect(!StableCheck.faults(instance, pairs: [[0, 60]]).isEmpty)
    }

    /// Fewest blocking pairs over all matchings, by the checker.
    private func fewest(_ instance: RoommatesInstance) -> Int {
        var fewest = Int.max
        func choose(_ party: Int, _ taken: Set<Int>, _ pairs: [[Int]]) {
            guard party < instance.preferences.count else {
                let faults = StableCheck.faults(
                    instance, pairs: pairs, isStable: true, blocking: nil)
                fewest = min(fewest, faults.count)
                return
            }
            choose(party + 1, taken, pairs)
            guard !taken.contains(party) else { return }
            for other in instance.preferences.list(of: party)
            where Int(other) > party && !taken.contains(Int(other)) {
                choose(
                    party + 1, taken.union([party, Int(other)]), pairs + [[party, Int(other)]])
            }
        }
        choose(0, [], [])
        return fewest
    }

    @Test("equals are matched stably where it can be, else with the fewest blocking pairs")
    func equalsFewest() {
        var unsolvable = 0
        for seed in UInt64(1)...60 {
            var random = SplitMix64(seed: 100 + seed)
            let instance = equals(
                &random, count: 3 + random.below(5), density: [0.7, 1][random.below(2)])
            let plan = RoommatesSolver(instance).solve(budget: Budget(iterations: 10_000))
            let faults = StableCheck.faults(
                instance, pairs: pairs(plan), isStable: plan.isStable,
                blocking: plan.blocking.map { $0.map { Int($0) } })
            #expect(faults.isEmpty, "seed \(seed)")
            #expect(plan.blocking.count == fewest(instance) && plan.isFewest, "seed \(seed)")
            #expect(plan.isStable == plan.oddRings.isEmpty, "seed \(seed)")
            if !plan.isStable { unsolvable += 1 }
        }
        #expect(unsolvable >= 5)
    }

    @Test("large groups without a stable plan are matched greedily, and say so")
    func largeGroups() {
        var unsolvable = 0
        for seed in UInt64(1)...6 {
            var random = SplitMix64(seed: 200 + seed)
            let instance = equals(&random, count: 41, density: 1)
            let plan = RoommatesSolver(instance).solve(budget: Budget(iterations: 10_000))
            let faults = StableCheck.faults(
                instance, pairs: pairs(plan), isStable: plan.isStable,
                blocking: plan.blocking.map { $0.map { Int($0) } })
            #expect(faults.isEmpty, "seed \(seed)")
            #expect(plan.isStable == plan.isFewest, "seed \(seed)")
            if !plan.isStable { unsolvable += 1 }
        }
        #expect(unsolvable > 0)
    }

    @Test("scores are ordered strictly: the higher first, then the lower id")
    func scoresOrdered() {
        let lists = PreferenceLists.ordering([[(3, 5), (1, 7), (2, 5)], []])
        #expect(Array(lists.list(of: 0)) == [1, 2, 3] && lists.list(of: 1).isEmpty)
    }

    @Test(
        "wrong lists are refused with their line",
        arguments: [
            ("{\"prefs\": [[1],\n[0, 0]]}", 2), ("{\"prefs\": [[1],\n[]]}", 1),
            ("{\"prefs\": [[1],\n[0, 2]]}", 2), ("{\"prefs\": [[1],\n[1]]}", 2),
            ("{\"prefs\": [[1],\n[0.5]]}", 2), ("{\"prefs\": [[1],\n[-1]]}", 2),
            ("{\"prefs\": [[1],\n[0]", 2), ("{\"other\": 3}", 1), ("[{\"prefs\": []},\n7]", 2),
            ("{\"prefs\": [[1],\n[123456789]]}", 2), ("", 1), ("{\"prefs\": []} x", 1),
        ]) func wrongLists(_ text: String, _ line: Int)
    {
        let problem = #expect(throws: InputProblem.self) {
            try StableFormat.roommates(Array(text.utf8))
        }
        #expect(problem?.line == line)
    }

    @Test("places of the second side are read, and their number is checked") func places() throws {
        let text = "{\"men\": [[0], [0]], \"women\": [[1, 0]],\n\"capacities\": [2]}"
        let instance = try StableFormat.marriages(Array(text.utf8)).all[0]
        #expect(DeferredAcceptance(instance).solve().partners == [0, 0])
        let wrong = text.replacing("[2]", with: "[2, 1]")
        let problem = #expect(throws: InputProblem.self) {
            try StableFormat.marriages(Array(wrong.utf8))
        }
        #expect(problem?.line == 2)
    }

    private struct Published: Decodable {
        var stable: [[[Int]]]
    }

    @Test("published roommates are answered right", .enabled(if: SharedData.isThere))
    func publishedRoommates() throws {
        for name in try SharedData.names(in: "stable", ending: ".json")
        where name.hasPrefix("roommates") {
            let bytes = try SharedData.bytes("stable/\(name)")
            let instances = try StableFormat.roommates(bytes).all
            let published = try JSONInput.oneOrMany(Published.self, from: bytes).all
            for (instance, known) in zip(instances, published) {
                let plan = RoommatesSolver(instance).solve(budget: Budget(iterations: 10_000))
                #expect(plan.isStable == !known.stable.isEmpty)
                #expect(!plan.isStable || known.stable.contains(pairs(plan)))
            }
        }
    }
}
