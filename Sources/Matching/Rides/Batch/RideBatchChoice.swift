/// A choice of trips that is possible, and how to make it better.
struct RideBatchChoice {
    /// Trip of each vehicle, -1 for none.
    private(set) var trips: [Int32]
    /// Vehicle of each request, -1 for none.
    private var vehicles: [Int32]
    /// Sum of the gains.
    private(set) var gain: Int64 = 0

    init(_ model: RideBatchModel) {
        trips = [Int32](repeating: -1, count: model.vehicleCount)
        vehicles = [Int32](repeating: -1, count: model.requestCount)
    }

    private func isFree(_ trip: Int, _ model: RideBatchModel) -> Bool {
        for entry in model.requests.entries(of: trip)
        where vehicles[Int(model.requests.columns[entry])] >= 0 {
            return false
        }
        return true
    }

    mutating func take(_ trip: Int, _ vehicle: Int, _ model: RideBatchModel) {
        trips[vehicle] = Int32(trip)
        gain += model.gains[trip]
        for entry in model.requests.entries(of: trip) {
            vehicles[Int(model.requests.columns[entry])] = Int32(vehicle)
        }
    }

    private mutating func drop(_ vehicle: Int, _ model: RideBatchModel) {
        guard trips[vehicle] >= 0 else { return }
        let trip = Int(trips[vehicle])
        trips[vehicle] = -1
        gain -= model.gains[trip]
        for entry in model.requests.entries(of: trip) {
            vehicles[Int(model.requests.columns[entry])] = -1
        }
    }

    /// Gives a vehicle the free trip with the largest gain.
    private mutating func fill(_ vehicle: Int, _ model: RideBatchModel) {
        var best = -1
        for trip in model.trips(of: vehicle)
        where (best < 0 || model.gains[trip] > model.gains[best]) && isFree(trip, model) {
            best = trip
        }
        if best >= 0 { take(best, vehicle, model) }
    }

    /// Takes the favourites of all open vehicles, the largest surplus first, where they are free,
    /// and then what else is.
    mutating func follow(
        _ prices: RideBatchPrices, _ open: RideBatchOpen, _ model: RideBatchModel
    ) {
        let order = trips.indices.filter { open.vehicles[$0] && prices.favourites[$0] >= 0 }
            .sorted { one, other in
                let (left, right) = (prices.surplus[one], prices.surplus[other])
                return left == right ? one < other : left > right
            }
        for vehicle in order where isFree(Int(prices.favourites[vehicle]), model) {
            take(Int(prices.favourites[vehicle]), vehicle, model)
        }
        for vehicle in trips.indices where open.vehicles[vehicle] && trips[vehicle] < 0 {
            fill(vehicle, model)
        }
    }

    /// Takes the open trips by falling share where they are free, and then what else is.
    mutating func follow(_ shares: [Double], _ open: RideBatchOpen, _ model: RideBatchModel) {
        var order: [(share: Double, trip: Int, vehicle: Int)] = []
        for vehicle in trips.indices where open.vehicles[vehicle] {
            for trip in model.trips(of: vehicle) where open.trips[trip] && shares[trip] > 0.01 {
                order.append((shares[trip], trip, vehicle))
            }
        }
        order.sort { $0.share == $1.share ? $0.trip < $1.trip : $0.share > $1.share }
        for entry in order where trips[entry.vehicle] < 0 && isFree(entry.trip, model) {
            take(entry.trip, entry.vehicle, model)
        }
        for vehicle in trips.indices where open.vehicles[vehicle] && trips[vehicle] < 0 {
            fill(vehicle, model)
        }
    }

    /// Lets one vehicle take a trip from others, which take what is left, as long as that gains.
    mutating func improve(_ model: RideBatchModel, stop: StopSignal) {
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for vehicle in trips.indices {
                guard !stop.isRaised else { return }
                for trip in model.trips(of: vehicle) where trips[vehicle] != Int32(trip) {
                    hasChanged = exchange(trip, vehicle, model) || hasChanged
                }
            }
        }
    }

    private mutating func exchange(
        _ trip: Int, _ vehicle: Int, _ model: RideBatchModel
    ) -> Bool {
        let before = gain
        var moved = [(vehicle: vehicle, trip: trips[vehicle])]
        for entry in model.requests.entries(of: trip) {
            let owner = Int(vehicles[Int(model.requests.columns[entry])])
            if owner >= 0 && !moved.contains(where: { $0.vehicle == owner }) {
                moved.append((owner, trips[owner]))
            }
        }
        for entry in moved { drop(entry.vehicle, model) }
        take(trip, vehicle, model)
        for entry in moved.dropFirst() { fill(entry.vehicle, model) }
        if gain > before { return true }
        for entry in moved { drop(entry.vehicle, model) }
        for entry in moved where entry.trip >= 0 { take(Int(entry.trip), entry.vehicle, model) }
        return false
    }
}
