/// Cuts that the linear relaxation breaks: of the trips that hold two of three rows (vehicles or
/// requests) at most one is made (subset-row inequalities: Jepsen, Petersen, Spoorendonk and
/// Pisinger 2008).
struct RideBatchCuts {
    /// Most cuts found at a time.
    private static let cutsMax = 80
    /// Most rows among which cuts are sought.
    private static let rowsMax = 1500
    private static let leastShare = 1e-4
    private static let leastExcess = 0.01

    private let model: RideBatchModel
    private let shares: [Double]
    /// Rows of each trip with a share: its requests that are no cuts, then its vehicle.
    private var rows: [[Int]] = []
    private var weights: [Double] = []
    /// Trips with a share by row.
    private var trips: [[Int]]
    /// Sum of shares of the trips that hold both of two rows.
    private var pairs: [Double]
    private let count: Int
    /// How many of the rows in question a trip holds.
    private var held: [UInt8]

    private struct Triple {
        var weight: Double
        var rows: [Int]
    }

    /// Lists of trips that exclude each other, of whose shares more than one is taken.
    static func violated(_ model: RideBatchModel, shares: [Double]) -> [[Int32]] {
        guard model.realCount + model.vehicleCount <= rowsMax else { return [] }
        var finder = RideBatchCuts(model, shares)
        return finder.cuts()
    }

    private init(_ model: RideBatchModel, _ shares: [Double]) {
        self.model = model
        self.shares = shares
        held = [UInt8](repeating: 0, count: shares.count)
        count = model.realCount + model.vehicleCount
        trips = [[Int]](repeating: [], count: count)
        pairs = [Double](repeating: 0, count: count * count)
        for vehicle in 0..<model.vehicleCount {
            for trip in model.trips(of: vehicle) where shares[trip] >= Self.leastShare {
                let own = rows(of: trip, vehicle)
                for row in own { trips[row].append(rows.count) }
                for row in own {
                    for other in own { pairs[row * count + other] += shares[trip] }
                }
                rows.append(own)
                weights.append(shares[trip])
            }
        }
    }

    private func rows(of trip: Int, _ vehicle: Int) -> [Int] {
        model.requests.entries(of: trip).map { Int(model.requests.columns[$0]) }
            .filter { $0 < model.realCount } + [model.realCount + vehicle]
    }

    private mutating func cuts() -> [[Int32]] {
        var found: [Triple] = []
        let near = trips.map { own in Array(Set(own.flatMap { rows[$0] })).sorted() }
        for row in near.indices {
            for other in near[row] where other > row {
                for third in near[row] + near[other] where third != row && third != other {
                    consider(row, other, third, &found)
                }
            }
        }
        found.sort { left, right in
            left.weight == right.weight
                ? left.rows.lexicographicallyPrecedes(right.rows) : left.weight > right.weight
        }
        var cuts: [[Int32]] = []
        for triple in found where cuts.count < Self.cutsMax {
            let cut = trips(of: triple.rows)
            if !cuts.contains(cut) { cuts.append(cut) }
        }
        return cuts
    }

    private func consider(_ one: Int, _ two: Int, _ three: Int, _ found: inout [Triple]) {
        let sum =
            pairs[one * count + two] + pairs[one * count + three] + pairs[two * count + three]
        guard sum > 1 + Self.leastExcess else { return }
        let all = trips[one].reduce(0.0) { sum, trip in
            rows[trip].contains(two) && rows[trip].contains(three) ? sum + weights[trip] : sum
        }
        guard sum - 2 * all > 1 + Self.leastExcess else { return }
        found.append(Triple(weight: sum - 2 * all, rows: [one, two, three].sorted()))
    }

    /// All trips that hold two of three rows, ascending.
    private mutating func trips(of three: [Int]) -> [Int32] {
        var cut: [Int32] = []
        for row in three {
            if row < model.realCount {
                for entry in model.trips.entries(of: row) {
                    count(Int(model.trips.columns[entry]), &cut)
                }
            } else {
                for trip in model.trips(of: row - model.realCount) { count(trip, &cut) }
            }
        }
        for row in three where row < model.realCount {
            for entry in model.trips.entries(of: row) { held[Int(model.trips.columns[entry])] = 0 }
        }
        for row in three where row >= model.realCount {
            for trip in model.trips(of: row - model.realCount) { held[trip] = 0 }
        }
        return cut.sorted()
    }

    private mutating func count(_ trip: Int, _ cut: inout [Int32]) {
        held[trip] += 1
        if held[trip] == 2 { cut.append(Int32(trip)) }
    }
}
