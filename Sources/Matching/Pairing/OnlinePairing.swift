/// A pairing that goes on: requests come, helpers say yes or no, and what was accepted stays.
///
/// A new request takes the cheapest way around the proposals that are still open, by the prices
/// that are kept from the last plan: one search, and as cheap as a plan made anew. An open proposal
/// moves only for more than `PairingWeights.kept`; an accepted one never.
public struct OnlinePairing: Sendable {
    /// Everybody and everything so far; accepted requests are in their helpers' load and windows.
    public private(set) var instance: PairingInstance
    /// Who is proposed for each request, or has accepted it.
    public private(set) var helpers: [Int32?]
    /// Whether each request was accepted.
    public private(set) var isAccepted: [Bool]
    /// Whether each request was withdrawn, or its time came without a helper.
    public private(set) var isWithdrawn: [Bool]
    private var kept: Kept?

    /// What an arrival goes on from.
    private struct Kept {
        var open: [Int]
        var arcs: [[PairingFilter.Arc]]
        var network: PairingNetwork
        var flows: [Int32]
        var prices: [Int64]
    }

    /// Begins with a first plan for all requests.
    public init(_ instance: PairingInstance, budget: Budget = Budget(iterations: 20_000)) {
        self.instance = instance
        helpers = instance.requests.map(\.proposed)
        isAccepted = instance.requests.map { _ in false }
        isWithdrawn = isAccepted
        self.instance.ties.sort { $0.pair < $1.pair }
        reoptimise(budget)
    }

    /// Sum of what the open requests cost as they are, by the filter's costs of the moment.
    public var openCost: Int64 {
        let open = openRequests
        let part = openInstance(open)
        let filter = PairingFilter(part)
        var loads = part.helpers.map { Int($0.load) }
        var sum: Int64 = 0
        var pairs: [PersonHelper] = []
        for (place, request) in open.enumerated() {
            guard let helper = helpers[request].map({ Int($0) }) else {
                sum += filter.unmetCost(place)
                continue
            }
            loads[helper] += 1
            sum += filter.cost(place, helper)
            sum += part.weights.workload(task: loads[helper], of: part.helpers[helper])
            pairs.append(
                PersonHelper(person: part.requests[place].person, helper: Int32(helper)))
        }
        pairs.sort()
        for (place, pair) in pairs.enumerated() where place == 0 || pairs[place - 1] != pair {
            sum += filter.meeting(pair.person, Int(pair.helper))
        }
        return sum
    }

    /// A new request, and who is proposed for it, or nil.
    @discardableResult
    public mutating func add(_ request: PairingRequest) -> Int32? {
        let before = helpers
        instance.requests.append(request)
        helpers.append(nil)
        isAccepted.append(false)
        isWithdrawn.append(false)
        guard let kept, let next = extend(kept) else {
            reoptimise(Budget(iterations: 1_000))
            return helpers[helpers.count - 1]
        }
        let part = openInstance(next.open)
        let filter = PairingFilter(part)
        let unmet = next.open.indices.map { filter.unmetCost($0) }
        var best: PairingSearch?
        // Beside the flow stands the old plan with the new request at its best: never worse.
        let old = next.open.map { $0 < before.count ? before[$0] : nil }
        for plan in [next.network.helpers(next.flows), old] {
            var search = PairingSearch(part, next.arcs, unmet: unmet, seed: 1)
            search.begin(with: plan)
            if let best, best.cost <= search.cost { continue }
            best = search
        }
        for (place, request) in next.open.enumerated() {
            helpers[request] = best?.helpers[place]
        }
        self.kept = next
        return helpers[helpers.count - 1]
    }

    /// The proposed helper says yes: the pair stays whatever comes, and the person knows the helper
    /// from now on; false without a proposal.
    public mutating func accept(_ request: Int) -> Bool {
        guard !isAccepted[request], let helper = helpers[request].map({ Int($0) }) else {
            return false
        }
        isAccepted[request] = true
        instance.helpers[helper].load += 1
        instance.helpers[helper].asked += 1
        instance.helpers[helper].busy.append(instance.requests[request].window)
        setKnown(PersonHelper(person: instance.requests[request].person, helper: Int32(helper)))
        kept = nil
        return true
    }

    /// Nobody is needed any more, or it is too late; false where somebody accepted.
    @discardableResult
    public mutating func withdraw(_ request: Int) -> Bool {
        guard !isAccepted[request], !isWithdrawn[request] else { return false }
        isWithdrawn[request] = true
        helpers[request] = nil
        kept = nil
        return true
    }

    /// How often a helper was asked lately, once older askings no longer count, or some were for a
    /// proposal that moved.
    public mutating func setAsked(_ helper: Int, _ times: Int32) {
        guard instance.helpers[helper].asked != times else { return }
        instance.helpers[helper].asked = times
        kept = nil
    }

    /// What is expected of answers from now on.
    public mutating func setOutlook(_ outlook: PairingOutlook?) {
        instance.outlook = outlook
    }

    /// How a helper answers: thousandths of yes more or less than all, and minutes.
    public mutating func setAnswers(_ helper: Int, yes: Int32, minutes: Int32?) {
        instance.helpers[helper].yes = yes
        instance.helpers[helper].answerMinutes = minutes
    }

    private mutating func setKnown(_ pair: PersonHelper) {
        let place = instance.ties.partition { $0.pair < pair }
        if place < instance.ties.count, instance.ties[place].pair == pair {
            instance.ties[place].isKnown = true
        } else {
            instance.ties.insert(
                PairingTie(pair: pair, nearness: 0, evidence: 0, isKnown: true), at: place)
        }
    }

    /// The proposed helper says no, and is not asked for this request again; false without one.
    public mutating func decline(_ request: Int) -> Bool {
        guard !isAccepted[request], let helper = helpers[request] else { return false }
        instance.requests[request].declined.append(helper)
        instance.helpers[Int(helper)].asked += 1
        helpers[request] = nil
        kept = nil
        return true
    }

    /// Plans all open requests anew; accepted pairs stay.
    public mutating func reoptimise(_ budget: Budget) {
        let open = openRequests
        let part = openInstance(open)
        let plan = PairingSolver.solve(part, budget: budget)
        for (place, request) in open.enumerated() { helpers[request] = plan.helpers[place] }
        kept = remember(open)
    }

    private var openRequests: [Int] {
        isAccepted.indices.filter { !isAccepted[$0] && !isWithdrawn[$0] }
    }

    /// The open requests alone, each with the helper who is asked for it.
    private func openInstance(_ open: [Int]) -> PairingInstance {
        var part = instance
        part.requests = open.map { request in
            var wish = instance.requests[request]
            wish.proposed = helpers[request]
            return wish
        }
        return part
    }
}

extension OnlinePairing {
    /// The flow of the open requests with the costs of their proposals, to go on from.
    private func remember(_ open: [Int]) -> Kept? {
        let part = openInstance(open)
        let filter = PairingFilter(part)
        var fallen: [FallenPair] = []
        let arcs = open.indices.map { filter.arcs(of: $0, fallen: &fallen) }
        let network = PairingNetwork(
            part, arcs, unmet: open.indices.map { filter.unmetCost($0) })
        guard let flow = MinCostFlow.solve(network.network) else { return nil }
        return Kept(
            open: open, arcs: arcs, network: network, flows: flow.flows, prices: flow.prices)
    }

    /// One request more than before: the old flow stands in the new network, and one search adds
    /// the new request.
    private func extend(_ kept: Kept) -> Kept? {
        let request = instance.requests.count - 1
        var next = kept
        next.open.append(request)
        let part = openInstance(next.open)
        let filter = PairingFilter(part)
        var fallen: [FallenPair] = []
        next.arcs.append(filter.arcs(of: next.open.count - 1, fallen: &fallen))
        next.network = PairingNetwork(
            part, next.arcs, unmet: next.open.indices.map { filter.unmetCost($0) })
        let carried = next.network.carrying(kept.network, flows: kept.flows, prices: kept.prices)
        var paths = ShortestPaths(
            next.network.network, sink: next.network.sink, flows: carried.flows,
            prices: carried.prices)
        guard paths.reach(from: next.open.count - 1) != nil else { return nil }
        paths.augment(from: next.open.count - 1)
        next.flows = paths.residual.flows
        next.prices = paths.prices
        return next
    }
}

extension PairingNetwork {
    /// The flow and the prices of a network that lacked only the last request.
    ///
    /// A node of an instant that is new costs what its helper costs; the new request's price makes
    /// its cheapest arc just even.
    fileprivate func carrying(
        _ old: PairingNetwork, flows: [Int32], prices: [Int64]
    ) -> (flows: [Int32], prices: [Int64]) {
        let request = arcs.count - 1
        let helperCount = sink - arcs.count - slots.count
        var carried = [Int64](repeating: 0, count: network.nodeCount)
        var isUsed = [Int32](repeating: 0, count: network.arcCount)
        for node in 0..<request { carried[node] = prices[node] }
        for helper in 0..<helperCount {
            carried[helperNode(helper)] = prices[old.helperNode(helper)]
        }
        carried[sink] = prices[old.sink]
        for (place, key) in slots.enumerated() {
            let node = helperNode(helperCount + place)
            let before = old.slots.partition { $0 < key }
            let isOld = before < old.slots.count && old.slots[before] == key
            carried[node] =
                isOld
                ? prices[old.helperNode(helperCount + before)]
                : carried[helperNode(Int(key >> 32))]
        }
        for arc in 0..<firsts[request] { isUsed[arc] = flows[arc] }
        carry(&isUsed)
        carried[request] = .min
        for arc in firsts[request]..<firsts[request] + arcs[request].count + 1 {
            let even = carried[Int(network.heads[arc])] - network.costs[arc]
            carried[request] = max(carried[request], even)
        }
        return (isUsed, carried)
    }

    /// Units on the arcs behind the requests: of an instant, and of a helper's tasks in their
    /// order.
    private func carry(_ isUsed: inout [Int32]) {
        var units = [Int32](repeating: 0, count: network.nodeCount)
        for arc in 0..<network.arcCount {
            let (tail, head) = (Int(network.tails[arc]), Int(network.heads[arc]))
            if tail < arcs.count {
                units[head] += isUsed[arc]
            } else {
                isUsed[arc] = min(network.capacities[arc], units[tail])
                units[tail] -= isUsed[arc]
                units[head] += isUsed[arc]
            }
        }
    }
}
