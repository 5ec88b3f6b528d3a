/// Trips that share vehicles or requests, directly or through others; ids begin at 0.
struct RideBatchModel {
    /// Trips of vehicle `v`: `vehicleStarts[v] ..< vehicleStarts[v + 1]`.
    private(set) var vehicleStarts: [Int32]
    /// Requests by trip, those from `realCount` on being cuts: at most one of their trips is made.
    private(set) var requests: CompressedRows
    /// Trips by request.
    private(set) var trips: CompressedRows
    /// Requests that are no cuts.
    private(set) var realCount: Int
    /// Gain of each trip over serving nobody, in seconds times `scale`; positive.
    private(set) var gains: [Int64]
    /// Index of each trip in the instance.
    private(set) var sources: [Int32]

    /// Prices and gains are whole numbers of this part of a second.
    static let scale: Int64 = 64

    /// Largest gain of a trip; no price needs to be higher.
    var gainMax: Int64 { gains.max() ?? 0 }
    var vehicleCount: Int { vehicleStarts.count - 1 }
    var requestCount: Int { trips.rowCount }

    func trips(of vehicle: Int) -> Range<Int> {
        Int(vehicleStarts[vehicle])..<Int(vehicleStarts[vehicle + 1])
    }

    /// The components of an instance, of the trips that gain something.
    static func components(
        of instance: RideBatchInstance, weights: [Int64]
    ) -> [RideBatchModel] {
        let gains = instance.trips.map { trip in
            trip.requests.reduce(-trip.delay) { $0 + weights[Int($1)] }
        }
        var sets = DisjointSets(count: instance.vehicleCount + instance.requestCount)
        for (index, trip) in instance.trips.enumerated() where gains[index] > 0 {
            for request in trip.requests {
                sets.join(Int(trip.vehicle), instance.vehicleCount + Int(request))
            }
        }
        var numbers = [Int32](repeating: -1, count: instance.vehicleCount)
        var members: [[Int32]] = []
        for (index, trip) in instance.trips.enumerated() where gains[index] > 0 {
            let root = sets.root(Int(trip.vehicle))
            if numbers[root] < 0 {
                numbers[root] = Int32(members.count)
                members.append([])
            }
            members[Int(numbers[root])].append(Int32(index))
        }
        var local = [Int32](repeating: -1, count: instance.requestCount)
        return members.map { RideBatchModel($0, instance, gains, &local) }
    }

    /// The trips with these indices; `local` is -1 everywhere, before and after.
    private init(
        _ members: [Int32], _ instance: RideBatchInstance, _ gains: [Int64],
        _ local: inout [Int32]
    ) {
        let sorted = members.sorted { one, other in
            let (left, right) = (instance.trips[Int(one)], instance.trips[Int(other)])
            return left.vehicle == right.vehicle ? one < other : left.vehicle < right.vehicle
        }
        var vehicleStarts: [Int32] = []
        var last: Int32 = -1
        var used: [Int32] = []
        var (rows, columns): ([Int32], [Int32]) = ([], [])
        for (index, source) in sorted.enumerated() {
            let trip = instance.trips[Int(source)]
            if trip.vehicle != last { vehicleStarts.append(Int32(index)) }
            last = trip.vehicle
            for request in trip.requests {
                if local[Int(request)] < 0 {
                    local[Int(request)] = Int32(used.count)
                    used.append(request)
                }
                rows.append(Int32(index))
                columns.append(local[Int(request)])
            }
        }
        for request in used { local[Int(request)] = -1 }
        vehicleStarts.append(Int32(sorted.count))
        self.vehicleStarts = vehicleStarts
        realCount = used.count
        requests =
            CompressedRows.sorting(rows: rows, columns: columns, rowCount: sorted.count).rows
        trips = CompressedRows.sorting(rows: columns, columns: rows, rowCount: used.count).rows
        self.gains = sorted.map { gains[Int($0)] * Self.scale }
        sources = sorted
    }

    /// The model without trips that are not in `keeping`, with those cuts of it that are kept, in
    /// order, and then new ones; a cut is a list of trips that exclude each other.
    func rebuilt(keeping: [Bool], cuts: [Int], adding: [[Int32]]) -> RideBatchModel {
        var numbers = [Int32](repeating: -1, count: gains.count)
        var kept: [Int] = []
        for trip in gains.indices where keeping[trip] {
            numbers[trip] = Int32(kept.count)
            kept.append(trip)
        }
        var cutNumbers = [Int32](repeating: -1, count: requestCount)
        for request in 0..<realCount { cutNumbers[request] = Int32(request) }
        for (index, cut) in cuts.enumerated() { cutNumbers[cut] = Int32(realCount + index) }
        var (rows, columns): ([Int32], [Int32]) = ([], [])
        for (index, trip) in kept.enumerated() {
            for entry in requests.entries(of: trip) {
                let column = cutNumbers[Int(requests.columns[entry])]
                guard column >= 0 else { continue }
                rows.append(Int32(index))
                columns.append(column)
            }
        }
        for (index, cut) in adding.enumerated() {
            for trip in cut where numbers[Int(trip)] >= 0 {
                rows.append(numbers[Int(trip)])
                columns.append(Int32(realCount + cuts.count + index))
            }
        }
        var model = self
        model.vehicleStarts = vehicleStarts.map { start in
            Int32(numbers[..<Int(start)].count { $0 >= 0 })
        }
        model.requests =
            CompressedRows.sorting(rows: rows, columns: columns, rowCount: kept.count).rows
        model.trips =
            CompressedRows.sorting(
                rows: columns, columns: rows, rowCount: realCount + cuts.count + adding.count
            ).rows
        model.gains = kept.map { gains[$0] }
        model.sources = kept.map { sources[$0] }
        return model
    }
}

/// Sets that grow together (Tarjan's union by the smaller root, with path halving).
private struct DisjointSets {
    private var parents: [Int32]

    init(count: Int) { parents = (0..<Int32(count)).map { $0 } }

    mutating func root(_ element: Int) -> Int {
        var element = element
        while Int(parents[element]) != element {
            parents[element] = parents[Int(parents[element])]
            element = Int(parents[element])
        }
        return element
    }

    mutating func join(_ one: Int, _ other: Int) {
        let (left, right) = (root(one), root(other))
        parents[max(left, right)] = Int32(min(left, right))
    }
}
