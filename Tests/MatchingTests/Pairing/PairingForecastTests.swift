import Matching
import MatchingChecks
import Testing

@Suite("PairingForecast") struct PairingForecastTests {
    private static let week: Int32 = 7 * 1440

    /// Somebody near who has time this week, and somebody farther away who has it every week.
    private func instance(asked: Int) -> PairingInstance {
        let near = PairingHelper(
            windows: [MinuteWindow(600, 660)], cell: PlaceCell(x: 0, y: 0), loadMax: 9)
        var regular = near
        regular.cell = PlaceCell(x: 3, y: 0)
        regular.windows = (0..<5).map { MinuteWindow(600 + $0 * Self.week, 660 + $0 * Self.week) }
        let request = PairingRequest(
            person: 3, window: MinuteWindow(600, 660), cell: PlaceCell(x: 0, y: 0), reach: 9)
        var instance = PairingInstance(helpers: [near, regular], requests: [request])
        instance.forecast = PairingForecast(
            now: 0, end: 5 * Self.week, asked: Array(repeating: request, count: asked))
        return instance
    }

    @Test("whoever has time again when it is asked again goes before the nearest door")
    func regular() {
        for (asked, helper) in [(0, 0), (1, 1), (3, 1)] as [(Int, Int32)] {
            let instance = instance(asked: asked)
            let plan = PairingSolver.solve(instance)
            #expect(plan.helpers == [helper], "asked \(asked)")
            #expect(PairingCheck.faults(of: plan, in: instance).isEmpty)
        }
        // Who has no task left after this one promises nothing, nor who lacks the skill.
        var instance = instance(asked: 3)
        instance.helpers[1].loadMax = 1
        instance.weights.fullness = 0
        #expect(PairingSolver.solve(instance).helpers == [0])
        instance = self.instance(asked: 3)
        instance.forecast?.persons[0].asked[0].skills = [7]
        instance.helpers[0].skills = [7]
        instance.helpers[0].windows = instance.helpers[1].windows
        #expect(PairingSolver.solve(instance).helpers == [0])
    }

    @Test("somebody known stays first, whatever others promise") func known() {
        var instance = instance(asked: 3)
        instance.ties = [
            PairingTie(
                pair: PersonHelper(person: 3, helper: 0), nearness: 0, evidence: 0, isKnown: true)
        ]
        #expect(PairingSolver.solve(instance).helpers == [0])
    }

    @Test("what is expected costs what the checker counts", arguments: 1...30)
    func checked(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var instance = PairingTests.estate(seed, helpers: 12, requests: 10, isLong: seed % 2 == 0)
        if seed % 3 == 0 { instance.outlook = PairingTests.outlook(&instance, seed) }
        for helper in instance.helpers.indices {
            instance.helpers[helper].loadMax += Int32(random.below(6))
            let own = instance.helpers[helper].windows
            for week in 1...3 as ClosedRange<Int32> where random.below(3) > 0 {
                instance.helpers[helper].windows += own.map {
                    MinuteWindow($0.begin + week * Self.week, $0.end + week * Self.week)
                }
            }
        }
        var asked = instance.requests
        for request in instance.requests where random.below(2) == 0 {
            var past = request
            past.window.begin += Int32(random.below(600))
            past.window.end = past.window.begin + 60
            asked.append(past)
        }
        instance.forecast = PairingForecast(
            now: Int32(random.below(1440)), end: 3 * Self.week + Int32(random.below(20_000)),
            asked: asked)
        let plan = PairingSolver.solve(instance)
        #expect(PairingCheck.faults(of: plan, in: instance) == [], "seed \(seed)")
        #expect(plan == PairingSolver.solve(instance), "seed \(seed)")
        // The part of what comes later is in the cost, and no part of it is another's.
        instance.weights.again = 0
        let without = PairingCheck.faults(of: plan, in: instance)
        let hasMet = plan.helpersOfPersons.allSatisfy { own in
            instance.ties.count { $0.isKnown && $0.pair.person == own.person } == own.count
        }
        #expect(hasMet == without.isEmpty, "seed \(seed)")
    }

    @Test("requests that come one by one are planned by what was asked before") func online() {
        var first = instance(asked: 0)
        first.forecast = nil
        let request = first.requests[0]
        first.requests = []
        for (end, helper) in [(nil, 0), (5 * Self.week, 1)] as [(Int32?, Int32)] {
            var online = OnlinePairing(first, budget: Budget(iterations: 0))
            online.setSpanEnd(end)
            let proposed = online.add(request)
            #expect(proposed == helper)
        }
    }
}
