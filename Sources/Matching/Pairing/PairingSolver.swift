/// Pairs all open requests with helpers at once.
public enum PairingSolver {
    /// The cheapest plan by flow; where tasks overlap that share no instant of the grid, the flow
    /// is the bound, and a local search of `budget.iterations` moves begins at what it can keep of
    /// it.
    ///
    /// A stopped search answers with the best plan until then, at worst nobody helped. The pairs
    /// that fell are listed on demand: there are as many as requests times helpers, and without
    /// them a request looks only at those within its reach.
    public static func solve(
        _ instance: PairingInstance, seed: UInt64 = 1, budget: Budget = Budget(iterations: 20_000),
        listsFallen: Bool = true
    ) -> PairingPlan {
        let filter = PairingFilter(instance)
        var fallen: [FallenPair] = []
        let arcs = instance.requests.indices.map { request in
            listsFallen
                ? filter.arcs(of: request, fallen: &fallen) : filter.arcs(of: request)
        }
        let unmet = instance.requests.indices.map { filter.unmetCost($0) }
        let network = PairingNetwork(instance, arcs, unmet: unmet)
        let flow = MinCostFlow.solve(network.network, stop: budget.stop)
        var search = PairingSearch(instance, arcs, unmet: unmet, seed: seed)
        search.begin(with: flow.map { network.helpers($0.flows) } ?? arcs.map { _ in nil })
        let bound = flow?.cost ?? lowest(arcs, unmet)
        search.run(budget, bound: bound)
        let prices =
            flow.map { network.helperPrices($0, instance) } ?? instance.helpers.map { _ in 0 }
        return PairingPlan(
            instance, filter, arcs, helpers: search.helpers, cost: search.cost, bound: bound,
            prices: prices, fallen: fallen)
    }

    /// What no plan can cost less than, each request taken alone.
    private static func lowest(_ arcs: [[PairingFilter.Arc]], _ unmet: [Int64]) -> Int64 {
        var sum: Int64 = 0
        for (request, own) in arcs.enumerated() {
            sum += min(unmet[request], own.first?.cost ?? .max)
        }
        return sum
    }
}

extension PairingPlan {
    /// Adds reasons and counts to who helps whom.
    init(
        _ instance: PairingInstance, _ filter: PairingFilter, _ arcs: [[PairingFilter.Arc]],
        helpers: [Int32?], cost: Int64, bound: Int64, prices: [Int64], fallen: [FallenPair]
    ) {
        self.helpers = helpers
        self.cost = cost
        self.bound = bound
        self.prices = prices
        self.fallen = fallen
        var loads = instance.helpers.map { Int($0.load) }
        reasons = helpers.enumerated().map { request, helper in
            guard let helper = helper.map({ Int($0) }) else {
                return arcs[request].isEmpty
                    ? [.nobody(counts: filter.obstacleCounts(request))]
                    : [.needed(candidates: arcs[request].count)]
            }
            loads[helper] += 1
            return Self.reasons(instance, filter, request, helper, loads[helper])
        }
        helpersOfPersons = Self.helpersOfPersons(instance, filter, helpers)
    }

    private static func reasons(
        _ instance: PairingInstance, _ filter: PairingFilter, _ request: Int, _ helper: Int,
        _ load: Int
    ) -> [PairingReason] {
        let wish = instance.requests[request]
        var reasons: [PairingReason] = []
        if let tie = filter.tie(wish.person, helper) {
            if tie.isKnown { reasons.append(.known) }
            if tie.nearness > 0 { reasons.append(.near(band: tie.nearness)) }
            if tie.evidence > 0 { reasons.append(.evidence(tie.evidence)) }
        }
        reasons.append(.close(cells: instance.helpers[helper].cell.distance(to: wish.cell)))
        reasons.append(.workload(load))
        return reasons
    }

    private static func helpersOfPersons(
        _ instance: PairingInstance, _ filter: PairingFilter, _ helpers: [Int32?]
    ) -> [PersonHelpers] {
        var pairs: [PersonHelper] = []
        for (request, helper) in helpers.enumerated() {
            let person = instance.requests[request].person
            if let helper { pairs.append(PersonHelper(person: person, helper: helper)) }
            pairs += filter.known(to: person).map { PersonHelper(person: person, helper: $0) }
        }
        pairs.sort()
        var persons = instance.requests.map { PersonHelpers(person: $0.person, count: 0) }
        persons.sort { $0.person < $1.person }
        var once: [PersonHelpers] = []
        for person in persons where once.last?.person != person.person { once.append(person) }
        for (index, pair) in pairs.enumerated() where index == 0 || pairs[index - 1] != pair {
            once[once.partition { $0.person < pair.person }].count += 1
        }
        return once
    }
}
