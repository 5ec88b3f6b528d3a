/// Requests that each want one of some helpers, who all take up to the same number; what is left
/// unmet costs the same for each request.
///
/// Costs have no unit; they may be negative.
public struct CapacitatedInstance: Hashable, Sendable, Codable {
    /// Number of helpers.
    public var helperCount: Int
    /// Most requests a helper takes.
    public var capacity: Int
    /// Cost of a request that no helper takes.
    public var unmetCost: Int64
    /// By request, the helpers who could take it.
    public var requests: CompressedRows
    /// Cost of each entry of `requests`.
    public var costs: [Int64]
    /// What the file says the least cost is; nothing relies on it.
    public var statedOptimum: Int64?

    /// Entries in any order; of two with the same helper and request the cheaper counts.
    public init(
        helperCount: Int, requestCount: Int, capacity: Int, unmetCost: Int64, helpers: [Int32],
        requests: [Int32], costs: [Int64]
    ) {
        let (sorted, order) = CompressedRows.sorting(
            rows: requests, columns: helpers, rowCount: requestCount)
        self.helperCount = helperCount
        self.capacity = capacity
        self.unmetCost = unmetCost
        self.requests = sorted
        self.costs = order.map { costs[Int($0)] }
    }

    /// Number of requests.
    public var requestCount: Int { requests.rowCount }

    /// The cheapest way for a helper to take a request, or nil.
    public func cost(of request: Int, _ helper: Int32) -> Int64? {
        var least: Int64?
        for entry in requests.entries(of: request) where requests.columns[entry] == helper {
            least = min(least ?? costs[entry], costs[entry])
        }
        return least
    }
}

/// Who takes which request, and the prices that prove that nothing is cheaper.
public struct CapacitatedPlan: Hashable, Sendable, Codable {
    /// Sum of the costs, unmet requests included.
    public var cost: Int64
    /// Helper of each request; nil for an unmet one.
    public var assignment: [Int32?]
    /// Nil when the search was stopped before it had proven its plan.
    public var dual: CapacitatedDual?

    /// A plan from its parts.
    public init(cost: Int64, assignment: [Int32?], dual: CapacitatedDual?) {
        self.cost = cost
        self.assignment = assignment
        self.dual = dual
    }
}

/// Prices: a helper's is at most 0, a request's at most the cost of leaving it unmet, and the two
/// of an entry never sum to more than its cost.
///
/// The requests' sum and `capacity` times the helpers' is
/// a lower bound of every plan.
public struct CapacitatedDual: Hashable, Sendable, Codable {
    /// By helper: what one more place at this helper would save, negated.
    public var helpers: [Int64]
    /// By request: what the request costs all in all.
    public var requests: [Int64]

    /// Prices by helper and by request.
    public init(helpers: [Int64], requests: [Int64]) {
        self.helpers = helpers
        self.requests = requests
    }
}
