public import Matching

/// Checks a choice of trips: a vehicle and a request in one trip at most, and what it costs.
public enum RideBatchCheck {
    /// What is wrong with the chosen trips and with what is said of them.
    ///
    /// `bound`, where it is stated, must not exceed the cost; that no choice is cheaper cannot be
    /// seen from the trips alone.
    public static func faults(
        trips: [Int], served: Int, cost: Int64, bound: Int64? = nil,
        of instance: RideBatchInstance
    ) -> [Fault] {
        var faults: [Fault] = []
        var tripOfVehicle: [Int32: Int] = [:]
        var tripOfRequest: [Int32: Int] = [:]
        var delays: Int64 = 0
        for trip in trips {
            guard instance.trips.indices.contains(trip) else {
                faults.append(Fault("trip", "there is no trip \(trip)"))
                continue
            }
            let chosen = instance.trips[trip]
            delays += chosen.delay
            if let other = tripOfVehicle.updateValue(trip, forKey: chosen.vehicle) {
                faults.append(Fault("vehicle", "\(chosen.vehicle) in trips \(other) and \(trip)"))
            }
            for request in chosen.requests {
                if let other = tripOfRequest.updateValue(trip, forKey: request) {
                    faults.append(Fault("request", "\(request) in trips \(other) and \(trip)"))
                }
            }
        }
        guard faults.isEmpty else { return faults }
        if tripOfRequest.count != served {
            faults.append(Fault("served", "\(served) stated, \(tripOfRequest.count) true"))
        }
        let unserved = Int64(instance.requestCount - tripOfRequest.count)
        let sum = delays + unserved * instance.unservedCost
        if sum != cost { faults.append(Fault("cost", "\(cost) stated, \(sum) true")) }
        if let bound, bound > cost {
            faults.append(Fault("bound", "\(bound) above the cost \(cost)"))
        }
        return faults + idle(tripOfVehicle, tripOfRequest, instance)
    }

    /// Idle vehicles that could make a trip with unserved requests at a gain.
    private static func idle(
        _ tripOfVehicle: [Int32: Int], _ tripOfRequest: [Int32: Int],
        _ instance: RideBatchInstance
    ) -> [Fault] {
        for (index, trip) in instance.trips.enumerated() where tripOfVehicle[trip.vehicle] == nil {
            let gain = instance.unservedCost * Int64(trip.requests.count) - trip.delay
            let areFree = trip.requests.allSatisfy { tripOfRequest[$0] == nil }
            if areFree && gain > 0 {
                return [Fault("idle", "vehicle \(trip.vehicle) could make trip \(index)")]
            }
        }
        return []
    }
}
