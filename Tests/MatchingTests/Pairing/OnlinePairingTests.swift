import MatchingChecks
import Testing

@testable import Matching

@Suite("OnlinePairing") struct OnlinePairingTests {
    /// First come, first served: each request takes the cheapest helper with time and room.
    private func greedy(_ instance: PairingInstance) -> Int64 {
        let filter = PairingFilter(instance)
        var tasks = [[MinuteWindow]](repeating: [], count: instance.helpers.count)
        var cost: Int64 = 0
        var met: [PersonHelper] = []
        for (request, wish) in instance.requests.enumerated() {
            var best = filter.unmetCost(request)
            var chosen: Int?
            for helper in instance.helpers.indices where filter.obstacle(request, helper) == nil {
                let own = tasks[helper]
                guard own.count < instance.helpers[helper].room,
                    !own.contains(where: { $0.overlaps(wish.window) })
                else { continue }
                let load = Int(instance.helpers[helper].load) + own.count + 1
                let whole =
                    filter.cost(request, helper)
                    + instance.weights.workload(
                        task: load, of: instance.helpers[helper])
                    + (met.contains(PersonHelper(person: wish.person, helper: Int32(helper)))
                        ? 0 : filter.meeting(wish.person, helper))
                if whole < best { (best, chosen) = (whole, helper) }
            }
            if let chosen {
                tasks[chosen].append(wish.window)
                met.append(PersonHelper(person: wish.person, helper: Int32(chosen)))
            }
            cost += best
        }
        return cost
    }

    @Test("requests that come one by one cost no more than greedy", arguments: 1...10)
    func neverBelowGreedy(_ seed: UInt64) {
        for (isLong, meets) in [(false, true), (false, false), (true, true)] {
            var whole = PairingTests.estate(seed, helpers: 12, requests: 16, isLong: isLong)
            if !meets { whole.weights.unknown = 0 }
            var first = whole
            first.requests = []
            first.weights.kept = 0
            var online = OnlinePairing(first, budget: Budget(iterations: 0))
            for request in whole.requests { online.add(request) }
            let batch = PairingSolver.solve(whole, budget: Budget(iterations: 2_000))
            var same = whole
            same.weights.kept = 0
            let cost = online.openCost
            let greedy = greedy(same)
            print("seed \(seed): online \(cost), greedy \(greedy), batch \(batch.cost)")
            #expect(cost <= greedy, "seed \(seed)")
            #expect(cost >= batch.bound, "seed \(seed)")
            if !isLong && !meets { #expect(cost == batch.cost, "seed \(seed)") }
        }
    }

    @Test(
        "an accepted pair stays whatever comes, and nobody is asked again after a no",
        arguments: 1...10)
    func acceptedStays(_ seed: UInt64) {
        let whole = PairingTests.estate(seed, helpers: 12, requests: 20, isLong: seed % 2 == 0)
        var first = whole
        first.requests = []
        var online = OnlinePairing(first)
        var random = SplitMix64(seed: seed)
        var accepted: [Int: Int32] = [:]
        var declined: [(Int, Int32)] = []
        for request in whole.requests {
            online.add(request)
            let any = random.below(online.helpers.count)
            if let helper = online.helpers[any], !online.isAccepted[any] {
                if random.below(3) > 0 {
                    let isTaken = online.accept(any)
                    #expect(isTaken)
                    accepted[any] = helper
                } else {
                    let isTaken = online.decline(any)
                    #expect(isTaken)
                    declined.append((any, helper))
                }
            }
            if random.below(4) == 0 { online.reoptimise(Budget(iterations: 200)) }
            for (request, helper) in accepted {
                #expect(online.helpers[request] == helper, "seed \(seed)")
                let isChanged = online.accept(request) || online.decline(request)
                #expect(!isChanged)
            }
            for (request, helper) in declined {
                #expect(online.helpers[request] != helper, "seed \(seed)")
            }
        }
        for helper in whole.helpers.indices {
            let own = online.helpers.indices.filter { online.helpers[$0] == Int32(helper) }
            #expect(own.count <= max(0, whole.helpers[helper].room), "seed \(seed)")
            for one in own {
                for other in own where one < other {
                    let window = whole.requests[one].window
                    #expect(!window.overlaps(whole.requests[other].window), "seed \(seed)")
                }
            }
        }
    }

    @Test("a yes makes the helper known, and what is withdrawn is not planned any more")
    func knownAndWithdrawn() {
        let helper = PairingHelper(
            windows: [MinuteWindow(0, 600)], cell: PlaceCell(x: 0, y: 0), loadMax: 5)
        var first = PairingInstance(helpers: [helper, helper], requests: [])
        first.helpers[1].cell = PlaceCell(x: 1, y: 0)
        var online = OnlinePairing(first)
        var request = PairingRequest(
            person: 0, window: MinuteWindow(0, 60), cell: PlaceCell(x: 1, y: 0), reach: 5)
        online.add(request)
        let isTaken = online.accept(0)
        #expect(isTaken && online.helpers == [1])
        // Nearer to the other helper, who is free as well: known is worth more.
        request.window = MinuteWindow(120, 180)
        request.cell = PlaceCell(x: 0, y: 0)
        let again = online.add(request)
        #expect(again == 1)
        let isWithdrawn = online.withdraw(1) && !online.withdraw(1) && !online.withdraw(0)
        online.reoptimise(Budget(iterations: 10))
        #expect(isWithdrawn && online.helpers == [1, nil])
    }

    @Test("one request after another costs what a flow made anew costs", arguments: 1...20)
    func growingFlow(_ seed: UInt64) throws {
        let whole = PairingTests.estate(seed, helpers: 10, requests: 40, isLong: seed % 3 == 0)
        var first = whole
        first.requests = Array(whole.requests.prefix(Int(seed % 4)))
        var filter = PairingFilter(first)
        var arcs = first.requests.indices.map { filter.arcs(of: $0) }
        var unmet = first.requests.indices.map { filter.unmetCost($0) }
        let network = PairingNetwork(first, arcs, unmet: unmet)
        var flow = PairingFlow(network, try #require(MinCostFlow.solve(network.network)))
        for request in whole.requests.dropFirst(first.requests.count) {
            filter.add(request)
            first.requests.append(request)
            arcs.append(filter.arcs(of: arcs.count))
            unmet.append(filter.unmetCost(unmet.count))
            let moved = flow.add(
                arcs[arcs.count - 1], unmet: unmet[unmet.count - 1],
                instant: request.window.instant(every: first.gridMinutes), of: first)
            #expect(moved?.contains(arcs.count - 1) == true, "seed \(seed)")
            let anew = PairingNetwork(first, arcs, unmet: unmet)
            let best = try #require(MinCostFlow.solve(anew.network))
            #expect(flow.cost == best.cost, "seed \(seed)")
            // Who has whom is what the flow says.
            var tasks = [Int](repeating: 0, count: first.helpers.count)
            var cost: Int64 = 0
            for (place, helper) in flow.helpers.enumerated() {
                guard let helper else {
                    cost += unmet[place]
                    continue
                }
                tasks[Int(helper)] += 1
                let task = Int(first.helpers[Int(helper)].load) + tasks[Int(helper)]
                cost += first.weights.workload(task: task, of: first.helpers[Int(helper)])
                cost += try #require(arcs[place].first { $0.helper == helper }).cost
            }
            #expect(cost == best.cost, "seed \(seed)")
        }
    }

    @Test("an open proposal moves only for more than it is worth to keep") func keeps() {
        let helper = PairingHelper(
            windows: [MinuteWindow(0, 60)], cell: PlaceCell(x: 0, y: 0), loadMax: 1)
        var first = PairingInstance(helpers: [helper, helper], requests: [])
        first.helpers[1].cell = PlaceCell(x: 2, y: 0)
        var online = OnlinePairing(first)
        let request = PairingRequest(
            person: 0, window: MinuteWindow(0, 60), cell: PlaceCell(x: 0, y: 0), reach: 5)
        let one = online.add(request)
        #expect(one == 0)
        var near = request
        near.person = 1
        near.cell = PlaceCell(x: -3, y: 0)
        let other = online.add(near)
        #expect(other == 1)
        #expect(online.helpers == [0, 1])
    }
}
