import Matching
import MatchingChecks
import Testing

@Suite("Leximin") struct LeximinTests {
    @Test("plans are possible, and each level's cut proves them", arguments: 0..<4)
    func plansPossible(_ kind: Int) {
        for seed in UInt64(0)..<60 {
            let round = Rounds.round(seed: seed * 4 + UInt64(kind), kind: kind)
            let plan = LeximinSolver.plan(round, budget: Budget(iterations: 200))
            #expect(plan.isProven)
            #expect(
                LeximinCertificateCheck.faults(plan, of: round).isEmpty, "seed \(seed), \(kind)")
            let answer = LeximinAnswer(plan, of: round)
            #expect(LeximinCheck.faults(answer, of: round).isEmpty, "seed \(seed), \(kind)")
        }
    }

    @Test("whole units are shared as the best of all ways to share them")
    func wholeUnits() {
        for seed in UInt64(0)..<80 {
            var random = SplitMix64(seed: seed)
            var round = LeximinInstance(
                needs: (0..<3).map { _ in Int64(1 + random.below(4)) },
                supplies: (0..<3).map { _ in Int64(random.below(4)) },
                eligible: (0..<3).map { _ in
                    (0..<3).filter { _ in random.below(2) == 0 }.map(Int32.init)
                })
            round.isIntegral = true
            round.priorities = (0..<3).map { _ in [1000, 1500, 2000][random.below(3)] }
            let plan = LeximinSolver.plan(round, budget: Budget(iterations: 10))
            let answer = LeximinAnswer(plan, of: round)
            #expect(LeximinCheck.faults(answer, of: round).isEmpty, "seed \(seed)")
            let best = Rounds.bestOfAll(round)
            let real = Rounds.sortedFills(plan, round)
            #expect(real == best, "seed \(seed)")
        }
    }

    @Test("the file's numbers are read exactly, and the vector is that of a known solution")
    func knownSolution() throws {
        let text = #"{"need":[1.5,1.5,3.0,2],"supply":[1.2,2.0],"eligible":[[0],[0],[0,1],[]]}"#
        let round = try #require(LeximinFormat.read(Array(text.utf8)).all.first)
        #expect(round.grainsPerUnit == 10 && round.needs == [15, 15, 30, 20])
        let plan = LeximinSolver.plan(round, budget: Budget(iterations: 1))
        let answer = LeximinAnswer(plan, of: round)
        #expect(answer.fill == [0.4, 0.4, 2.0 / 3, 0])
        #expect(
            plan.reasons(of: round) == [
                .lotsUsedUp(level: 1), .lotsUsedUp(level: 1), .lotsUsedUp(level: 2), .noLot,
            ])
    }

    @Test(
        "the published instances come out as their files say",
        .enabled(if: SharedData.isThere), arguments: ["50x20", "300x80"])
    func publishedInstances(_ name: String) throws {
        struct File: Decodable {
            var leximinFill: [Double]
            enum CodingKeys: String, CodingKey { case leximinFill = "leximin_fill" }
        }
        let bytes = try SharedData.bytes("fair-division/leximin-\(name).json")
        let round = try #require(LeximinFormat.read(bytes).all.first)
        let known = try JSONInput.decode(File.self, from: bytes).leximinFill
        let plan = LeximinSolver.plan(round, budget: Budget(iterations: 1))
        let answer = LeximinAnswer(plan, of: round)
        #expect(LeximinCertificateCheck.faults(plan, of: round).isEmpty)
        #expect(LeximinCheck.faults(answer, of: round).isEmpty)
        // The file was rounded to six places after a solver that is right to about as many.
        for (own, theirs) in zip(answer.fill, known) { #expect(abs(own - theirs) < 1.001e-6) }
    }

    @Test("shares that are changed are refused") func changedShares() throws {
        var refused = 0
        for seed in UInt64(0)..<40 {
            let round = Rounds.round(seed: seed, kind: 0)
            let plan = LeximinSolver.plan(round, budget: Budget(iterations: 200))
            for index in plan.shares.indices {
                var less = LeximinAnswer(plan, of: round)
                let entry = less.allocation[index]
                let need = Double(round.needs[entry.household])
                less.allocation[index].quantity *= 0.5
                less.fill[entry.household] -= entry.quantity * 0.5 / need
                #expect(!LeximinCheck.faults(less, of: round).isEmpty, "seed \(seed)")
                var more = LeximinAnswer(plan, of: round)
                more.allocation[index].quantity *= 1.5
                #expect(!LeximinCheck.faults(more, of: round).isEmpty, "seed \(seed)")
                var other = plan
                other.shares.remove(at: index)
                #expect(!LeximinCertificateCheck.faults(other, of: round).isEmpty)
                refused += 3
            }
            for level in plan.levels.indices where !plan.levels[level].lots.isEmpty {
                var other = plan
                other.levels[level].lots.removeLast()
                #expect(!LeximinCertificateCheck.faults(other, of: round).isEmpty, "seed \(seed)")
            }
        }
        #expect(refused > 300)
    }

    @Test("equal shares that leave a household worse off than need be are refused")
    func unfairRefused() {
        let round = LeximinInstance(needs: [2, 2], supplies: [2], eligible: [[0], [0]])
        let plan = LeximinSolver.plan(round, budget: Budget(iterations: 1))
        var answer = LeximinAnswer(plan, of: round)
        #expect(answer.fill == [0.5, 0.5])
        answer.fill = [0.75, 0.25]
        answer.allocation[0].quantity = 1.5
        answer.allocation[1].quantity = 0.5
        #expect(LeximinCheck.faults(answer, of: round).map(\.rule) == ["unfair"])
    }

    @Test("more supply, or a lot more to choose from, never makes the sorted fills worse")
    func monotone() {
        for seed in UInt64(0)..<100 {
            var random = SplitMix64(seed: seed)
            let round = Rounds.round(seed: seed, kind: 0)
            let before = Rounds.sortedFills(round)
            var richer = round
            richer.supplies[random.below(round.supplies.count)] += Int64(1 + random.below(5))
            #expect(!Rounds.isWorse(Rounds.sortedFills(richer), than: before), "seed \(seed)")
            let opened = Rounds.opening(round, &random)
            #expect(!Rounds.isWorse(Rounds.sortedFills(opened), than: before), "seed \(seed)")
        }
    }

    @Test("needs times a number give fills over it, where nobody has enough") func scale() {
        for seed in UInt64(0)..<60 {
            var round = Rounds.round(seed: seed, kind: 0)
            round.needs = round.needs.map { $0 * 100 }
            let before = Rounds.sortedFills(round)
            round.needs = round.needs.map { $0 * 3 }
            let after = Rounds.sortedFills(round)
            #expect(
                after == before.map { ExactRatio($0.numerator, $0.denominator * 3) },
                "seed \(seed)")
        }
    }

    @Test("households that are alike have the same fill, however they are numbered")
    func alike() {
        for seed in UInt64(0)..<60 {
            let round = Rounds.round(seed: seed, kind: 0)
            let households = round.needs.count
            let twice = LeximinInstance(
                needs: round.needs + round.needs, supplies: round.supplies.map { $0 * 2 },
                eligible: (0..<2 * households).map { Array(round.lots(of: $0 % households)) })
            let fills = Rounds.fills(twice)
            #expect(Array(fills[..<households]) == Array(fills[households...]), "seed \(seed)")
            #expect(Array(fills[..<households]) == Rounds.fills(round), "seed \(seed)")
        }
    }

    @Test("nobody gets more by hiding a lot that it may have") func hiding() {
        for seed in UInt64(0)..<100 {
            var random = SplitMix64(seed: seed)
            let round = Rounds.round(seed: seed, kind: 0)
            let household = random.below(round.needs.count)
            var rows = (0..<round.needs.count).map { Array(round.lots(of: $0)) }
            guard rows[household].count > 1 else { continue }
            rows[household].remove(at: random.below(rows[household].count))
            let hidden = LeximinInstance(
                needs: round.needs, supplies: round.supplies, eligible: rows)
            let (honest, sly) = (Rounds.fills(round)[household], Rounds.fills(hidden)[household])
            #expect(!honest.isLess(than: sly), "seed \(seed)")
        }
    }
}

@Suite("Leximin in the estate") struct LeximinEstateTests {
    @Test("what expires first is used first, as far as can be") func expiryFirst() {
        var round = LeximinInstance(
            needs: [4, 2], supplies: [5, 5, 5], eligible: [[0, 1, 2], [0, 1]])
        round.days = 3
        round.lastDays = [3, 1, 2]
        let plan = LeximinSolver.plan(round, budget: Budget(iterations: 1))
        var used: [Double] = [0, 0, 0]
        for share in plan.shares { used[Int(share.lot)] += share.quantity.value }
        #expect(used == [0, 5, 1])
        round.lastDays = [0, 0, 1]
        let late = LeximinSolver.plan(round, budget: Budget(iterations: 1))
        #expect(late.shares.allSatisfy { $0.lot == 2 })
        #expect(late.reasons(of: round) == [.needMet, .noLot])
    }

    @Test("nobody fetches more a day than it can carry, nor after the last day of a lot")
    func dailyPickUps() {
        var round = LeximinInstance(needs: [6, 6], supplies: [6, 9], eligible: [[0, 1], [1]])
        round.days = 3
        round.lastDays = [1, 3]
        round.dailyPickUps = [2, 1]
        let plan = LeximinSolver.plan(round, budget: Budget(iterations: 1))
        #expect(LeximinAnswer(plan, of: round).fill == [1, 0.5])
        #expect(LeximinCertificateCheck.faults(plan, of: round).isEmpty)
    }

    @Test("who would get too little to be of use is left out, and the others get its part")
    func usefulQuantity() {
        var round = LeximinInstance(needs: [4, 4, 4], supplies: [8], eligible: [[0], [0], [0]])
        round.usefulQuantities = [4, 4, 4]
        round.priorities = [1000, 1500, 1000]
        let plan = LeximinSolver.plan(round, budget: Budget(iterations: 100))
        #expect(plan.dropped.map(\.household) == [2])
        let answer = LeximinAnswer(plan, of: round)
        #expect(answer.fill == [1, 1, 0])
        #expect(LeximinCheck.faults(answer, of: round).isEmpty)
        guard case .shareBelowUse(_, let useful) = plan.reasons(of: round)[2] else {
            Issue.record("another reason")
            return
        }
        #expect(useful == 4)
        round.supplies = [3]
        let none = LeximinSolver.plan(round, budget: Budget(iterations: 100))
        #expect(none.reasons(of: round)[0] == .tooLittleThere(held: 3, useful: 4))
    }

    @Test("what a round owes raises the next one's share, and fades") func deficits() {
        var deficits = [CarriedDeficit(), CarriedDeficit()]
        var round = LeximinInstance(needs: [4, 4], supplies: [4], eligible: [[0], [0]])
        deficits[0] = deficits[0].after(got: ExactRatio(1, 1), need: 4)
        deficits[1] = deficits[1].after(got: ExactRatio(3, 1), need: 4)
        #expect(deficits.map(\.owed) == [750, 250])
        round.priorities = deficits.map { $0.priority(base: 1000) }
        let plan = LeximinSolver.plan(round, budget: Budget(iterations: 1))
        #expect(LeximinAnswer(plan, of: round).fill == [7.0 / 12, 5.0 / 12])
        let faded = (0..<12).reduce(deficits[0]) { deficit, _ in
            deficit.after(got: ExactRatio(4, 1), need: 4)
        }
        #expect(faded == CarriedDeficit())
    }

    @Test("a search that is ended has a possible plan all the same") func ended() {
        let stop = StopSignal()
        stop.raise()
        for kind in 0..<4 {
            let round = Rounds.round(seed: 5, kind: kind)
            let plan = LeximinSolver.plan(round, budget: Budget(iterations: 9, stop: stop))
            #expect(!plan.isProven)
            #expect(LeximinCertificateCheck.faults(plan, of: round).isEmpty)
        }
    }

    @Test(
        "a file that contradicts itself is refused with its line",
        arguments: [
            ("{\"need\":[1],\n\"supply\":[1],\n\"eligible\":[[1]]}", 3),
            ("{\"need\":[1],\n\"supply\":[-1],\n\"eligible\":[[0]]}", 2),
            ("{\"need\":[1,2],\n\"supply\":[1],\n\"eligible\":[[0]]}", 3),
            ("{\"need\":[1],\n\"supply\":[1],\n\"eligible\":[[0,0]]}", 3),
            ("{\"need\":[1],\"supply\":[1],\"eligible\":[[0]],\n\"useful\":[2]}", 2),
            ("{\"need\":[1],\"supply\":[1],\"eligible\":[[0]],\n\"priority\":[0]}", 2),
            ("{\"need\":[1],\"supply\":[1],\"eligible\":[[0]],\n\"expiry\":[-1]}", 2),
            ("{\"need\":[1e10],\"supply\":[1],\"eligible\":[[0]]}", 1),
        ])
    func contradictions(_ text: String, _ line: Int) {
        let problem = #expect(throws: InputProblem.self) {
            try LeximinFormat.read(Array(text.utf8))
        }
        #expect(problem?.line == line)
    }

    @Test("nobody and nothing is answered") func empty() throws {
        let text = #"{"need":[],"supply":[],"eligible":[]}"#
        let round = try #require(LeximinFormat.read(Array(text.utf8)).all.first)
        let plan = LeximinSolver.plan(round, budget: Budget(iterations: 1))
        #expect(plan == LeximinPlan())
    }
}
