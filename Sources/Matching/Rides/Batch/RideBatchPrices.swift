/// Prices of requests, and the bound that they prove (Lagrangian relaxation: Geoffrion 1974).
///
/// Whatever the prices, no choice gains more than all prices together plus, for each vehicle, the
/// best that a trip gains beyond the prices of its requests.
struct RideBatchPrices {
    /// Price of each request, in the unit of the gains; from 0 to the largest gain, so that no sum
    /// can overflow.
    var prices: [Int64]
    /// Best gain beyond prices of each vehicle that is open, and the trip (-1: none).
    private(set) var surplus: [Int64]
    private(set) var favourites: [Int32]
    /// How often favourites hold each request.
    private var holds: [Int32]
    /// Average of the favourites, by trip, and of `holds`.
    private(set) var shares: [Double]
    private var activity: [Double]
    private let priceMax: Int64

    init(_ model: RideBatchModel) {
        prices = [Int64](repeating: 0, count: model.requestCount)
        surplus = [Int64](repeating: 0, count: model.vehicleCount)
        favourites = [Int32](repeating: -1, count: model.vehicleCount)
        holds = [Int32](repeating: 0, count: model.requestCount)
        shares = [Double](repeating: 0, count: model.gains.count)
        activity = [Double](repeating: 0, count: model.requestCount)
        priceMax = model.gainMax
    }

    /// What a trip gains beyond the prices of its requests.
    func reduced(_ trip: Int, _ model: RideBatchModel) -> Int64 {
        var gain = model.gains[trip]
        for entry in model.requests.entries(of: trip) {
            gain -= prices[Int(model.requests.columns[entry])]
        }
        return gain
    }

    /// The bound at these prices, of the open vehicles, requests and trips.
    mutating func bound(_ model: RideBatchModel, _ open: RideBatchOpen) -> Int64 {
        var sum: Int64 = 0
        for request in prices.indices {
            holds[request] = 0
            if open.requests[request] { sum += prices[request] }
        }
        for vehicle in surplus.indices {
            surplus[vehicle] = 0
            favourites[vehicle] = -1
            guard open.vehicles[vehicle] else { continue }
            for trip in model.trips(of: vehicle) where open.trips[trip] {
                let gain = reduced(trip, model)
                if gain > surplus[vehicle] {
                    surplus[vehicle] = gain
                    favourites[vehicle] = Int32(trip)
                }
            }
            sum += surplus[vehicle]
            guard favourites[vehicle] >= 0 else { continue }
            for entry in model.requests.entries(of: Int(favourites[vehicle])) {
                holds[Int(model.requests.columns[entry])] += 1
            }
        }
        return sum
    }

    /// Moves from the best prices against the smoothed slope (Polyak's step for a target); false
    /// when there is nothing to change.
    private mutating func step(
        _ open: RideBatchOpen, from base: [Int64], excess: Int64, factor: Double
    ) -> Bool {
        var norm = 0.0
        for request in prices.indices where open.requests[request] {
            let slope = 1 - activity[request]
            if slope > 0 && base[request] == 0 { continue }
            norm += slope * slope
        }
        guard norm > 1e-9 else { return false }
        let length = factor * Double(excess) / norm
        for request in prices.indices where open.requests[request] {
            let price = Double(base[request]) - length * (1 - activity[request])
            prices[request] = Int64(min(max(0, price), Double(priceMax)).rounded())
        }
        return true
    }

    /// Blends the present favourites into the average, with this weight.
    private mutating func blend(_ weight: Double) {
        for trip in shares.indices { shares[trip] *= 1 - weight }
        for trip in favourites where trip >= 0 { shares[Int(trip)] += weight }
        for request in activity.indices {
            activity[request] += weight * (Double(holds[request]) - activity[request])
        }
    }

    /// Follows the slope for some rounds, and ends at the best prices seen, with their bound (the
    /// volume algorithm: Barahona and Anbil 2000).
    ///
    /// `shares` is then close to an optimum of the linear relaxation.
    mutating func relax(
        _ model: RideBatchModel, _ open: RideBatchOpen, target: Int64, rounds: Int,
        smoothing: Double, stop: StopSignal
    ) -> Int64 {
        var best = bound(model, open)
        var bestPrices = prices
        blend(1)
        var factor = 1.0
        var patience = 0
        for _ in 0..<rounds {
            guard best > target, !stop.isRaised,
                step(open, from: bestPrices, excess: best - target, factor: factor)
            else { break }
            let value = bound(model, open)
            blend(smoothing)
            if value < best {
                best = value
                bestPrices = prices
                patience = 0
                factor = min(2, factor * 1.1)
            } else {
                patience += 1
                if patience >= 5 {
                    patience = 0
                    factor *= 0.7
                }
            }
        }
        prices = bestPrices
        return bound(model, open)
    }
}

/// What is still undecided at a node of the search.
struct RideBatchOpen {
    var vehicles: [Bool]
    var requests: [Bool]
    var trips: [Bool]

    init(_ model: RideBatchModel) {
        vehicles = [Bool](repeating: true, count: model.vehicleCount)
        requests = [Bool](repeating: true, count: model.requestCount)
        trips = [Bool](repeating: true, count: model.gains.count)
    }
}
