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
    /// What an arrival goes on from; nil when it is to be made.
    private var going: PairingGoing?
    /// Whether nothing that costs depend on has changed since the last plan of all.
    private var isPlanned = false
    /// Minute at which the span ends, where what comes until then counts.
    private var spanEnd: Int32?

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
        if going == nil && isPlanned && spanEnd == nil { remember() }
        let number = instance.requests.count
        instance.requests.append(request)
        helpers.append(nil)
        isAccepted.append(false)
        isWithdrawn.append(false)
        guard let changes = going?.add(request, number) else {
            reoptimise(Budget(iterations: 1_000))
            return helpers[number]
        }
        for change in changes { helpers[change.request] = change.helper }
        return helpers[number]
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
        forget()
        return true
    }

    /// Nobody is needed any more, or it is too late; false where somebody accepted.
    @discardableResult
    public mutating func withdraw(_ request: Int) -> Bool {
        guard !isAccepted[request], !isWithdrawn[request] else { return false }
        isWithdrawn[request] = true
        helpers[request] = nil
        forget()
        return true
    }

    /// How often a helper was asked lately, once older askings no longer count, or some were for a
    /// proposal that moved.
    public mutating func setAsked(_ helper: Int, _ times: Int32) {
        guard instance.helpers[helper].asked != times else { return }
        instance.helpers[helper].asked = times
        forget()
    }

    /// What is expected of answers from now on.
    public mutating func setOutlook(_ outlook: PairingOutlook?) {
        guard instance.outlook != outlook else { return }
        instance.outlook = outlook
        forget()
    }

    /// What each person asked until now counts for what the person is expected to ask until the span
    /// ends; each new request is planned with all that are open.
    public mutating func setSpanEnd(_ end: Int32?) {
        spanEnd = end
        forget()
    }

    /// How a helper answers: thousandths of yes more or less than all, and minutes.
    public mutating func setAnswers(_ helper: Int, yes: Int32, minutes: Int32?) {
        let other = instance.helpers[helper]
        guard other.yes != yes || other.answerMinutes != minutes else { return }
        instance.helpers[helper].yes = yes
        instance.helpers[helper].answerMinutes = minutes
        forget()
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
        forget()
        return true
    }

    /// Plans all open requests anew; accepted pairs stay.
    public mutating func reoptimise(_ budget: Budget) {
        let open = openRequests
        let part = openInstance(open)
        let plan = PairingSolver.solve(part, budget: budget, listsFallen: false)
        for (place, request) in open.enumerated() { helpers[request] = plan.helpers[place] }
        forget()
        isPlanned = true
    }

    /// What was known of the plan does not hold any more.
    private mutating func forget() {
        going = nil
        isPlanned = false
    }

    /// Makes what arrivals go on from, with the costs of the proposals of now.
    private mutating func remember() {
        let open = openRequests
        going = PairingGoing(openInstance(open), open, helpers: open.map { helpers[$0] })
        guard let going else { return }
        for (place, request) in open.enumerated() { helpers[request] = going.helpers[place] }
    }

    private var openRequests: [Int] {
        isAccepted.indices.filter { !isAccepted[$0] && !isWithdrawn[$0] }
    }

    /// The open requests alone, each with the helper who is asked for it.
    private func openInstance(_ open: [Int]) -> PairingInstance {
        var part = instance
        part.forecast = spanEnd.map {
            PairingForecast(
                now: instance.outlook?.now ?? 0, end: $0, asked: instance.requests)
        }
        part.requests = open.map { request in
            var wish = instance.requests[request]
            wish.proposed = helpers[request]
            return wish
        }
        return part
    }
}

/// A plan of the open requests that takes in one after another: the filter, the flow with its
/// prices, and the plan that is proposed, which differs from the flow where tasks overlap between
/// two instants of the grid or share a first meeting.
private struct PairingGoing: Sendable {
    /// Number of each open request among all.
    private var open: [Int]
    private var filter: PairingFilter
    private var flow: PairingFlow
    private var search: PairingSearch
    /// Requests of which flow and plan think differently.
    private var differing: [Int] = []

    /// Goes on from a plan, or from the flow where that is as cheap; nil without a flow.
    init?(_ instance: PairingInstance, _ open: [Int], helpers: [Int32?]) {
        self.open = open
        let filter = PairingFilter(instance)
        let arcs = open.indices.map { filter.arcs(of: $0) }
        let unmet = open.indices.map { filter.unmetCost($0) }
        let network = PairingNetwork(instance, arcs, unmet: unmet)
        guard let plan = MinCostFlow.solve(network.network) else { return nil }
        let flow = PairingFlow(network, plan)
        var search = PairingSearch(instance, arcs, unmet: unmet, seed: 1)
        var other = search
        search.begin(with: flow.helpers)
        other.begin(with: helpers)
        if other.cost < search.cost { search = other }
        differing = open.indices.filter { search.helpers[$0] != flow.helpers[$0] }
        (self.filter, self.flow, self.search) = (filter, flow, search)
    }

    /// The plan, in the order of the open requests.
    var helpers: [Int32?] { search.helpers }

    /// Adds the request with a number; whose helper changed, and to whom, or nil without a way.
    mutating func add(
        _ request: PairingRequest, _ number: Int
    ) -> [(request: Int, helper: Int32?)]? {
        var wish = request
        wish.proposed = nil
        filter.add(wish)
        let place = open.count
        open.append(number)
        let arcs = filter.arcs(of: place)
        let unmet = filter.unmetCost(place)
        let instance = filter.instance
        guard
            let ways = flow.add(
                arcs, unmet: unmet, instant: wish.window.instant(every: instance.gridMinutes),
                of: instance)
        else { return nil }
        var isNamed = Set(differing)
        differing += ways.filter { isNamed.insert($0).inserted }
        let moved = search.add(
            wish, arcs, unmet: unmet, flow: flow.helpers, differing: differing)
        let (plan, others) = (search.helpers, flow.helpers)
        differing.removeAll { plan[$0] == others[$0] }
        return moved.map { (open[$0], search.helpers[$0]) }
    }
}
