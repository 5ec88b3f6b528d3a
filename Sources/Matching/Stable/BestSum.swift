/// What a plan could be if nobody ever left it for somebody they would rather have: the most pairs,
/// and of such plans the least sum of places.
///
/// The difference to a stable plan is what stability costs.
public struct BestSum: Hashable, Sendable {
    /// Most entries of lists, each counted once a seat, for which it is looked for.
    public static let seatsMax = 4_000_000

    /// Most pairs of any plan.
    public var pairs: Int
    /// Least sum of the places (0 the best) that partners have on each other's lists, of plans with
    /// as many pairs.
    public var cost: Int64

    /// The best sum of an instance, by a capacitated assignment; nil when it is too large, or the
    /// search was stopped.
    public init?(_ instance: MarriageInstance, stop: StopSignal = StopSignal()) {
        let seats = Seats(instance.capacities, instance.women)
        guard seats.entries <= Self.seatsMax else { return nil }
        let costs = Self.costs(instance)
        var helpers: [Int32] = []
        var requests: [Int32] = []
        var own: [Int64] = []
        for man in 0..<instance.men.count {
            for (woman, cost) in costs[man] {
                for seat in seats.columns(of: Int(woman)) {
                    helpers.append(seat)
                    requests.append(Int32(man))
                    own.append(cost)
                }
            }
        }
        // So dear that no sum of places outweighs a pair.
        let unmet = (own.max() ?? 0) * Int64(instance.men.count) + 1
        let plan = CapacitatedSolver.solve(
            CapacitatedInstance(
                helperCount: seats.columnCount, requestCount: instance.men.count,
                capacity: seats.capacity, unmetCost: unmet, helpers: helpers, requests: requests,
                costs: own),
            stop: stop)
        guard plan.dual != nil else { return nil }
        pairs = plan.assignment.count { $0 != nil }
        cost = plan.cost - unmet * Int64(instance.men.count - pairs)
    }

    /// By man, the women on his list in ascending order with the sum of both places.
    private static func costs(_ instance: MarriageInstance) -> [[(woman: Int32, cost: Int64)]] {
        let women = instance.women
        let owners = (0..<women.count).flatMap { woman in
            [Int32](repeating: Int32(woman), count: women.range(of: woman).count)
        }
        let (byMan, order) = CompressedRows.sorting(
            rows: women.choices, columns: owners, rowCount: instance.men.count)
        return (0..<instance.men.count).map { man in
            let places = instance.men.list(of: man).enumerated()
                .map { (woman: $0.element, place: Int64($0.offset)) }
                .sorted { $0.woman < $1.woman }
            return zip(places, byMan.entries(of: man)).map { own, entry in
                let place = Int64(order[entry]) - Int64(women.starts[Int(own.woman)])
                return (own.woman, own.place + place)
            }
        }
    }
}

/// The places of the second side as columns: one a party where all take as many, else one a seat.
private struct Seats {
    let capacity: Int
    let entries: Int
    private let starts: [Int32]

    init(_ capacities: [Int32], _ lists: PreferenceLists) {
        let most = Int(capacities.max() ?? 1)
        let isEven = capacities.allSatisfy { Int($0) == most }
        var starts: [Int32] = [0]
        var entries = 0
        for (party, own) in capacities.enumerated() {
            let length = lists.range(of: party).count
            let seats = isEven ? 1 : min(Int(own), length)
            starts.append(starts[party] + Int32(seats))
            entries += seats * length
        }
        self.capacity = isEven ? most : 1
        self.starts = starts
        self.entries = entries
    }

    var columnCount: Int { Int(starts.last ?? 0) }
    func columns(of party: Int) -> Range<Int32> { starts[party]..<starts[party + 1] }
}
