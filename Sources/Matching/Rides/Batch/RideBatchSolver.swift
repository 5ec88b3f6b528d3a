/// Chooses trips for a batch of requests: exact cover by branch and bound, component by component.
///
/// One iteration of the budget is one node of a search. While it lasts the answer is the best there
/// is, and proven; when it ends before, the answer is the best found and `bound` says how far off
/// it may be.
public enum RideBatchSolver {
    /// The best choice, or the best found within the budget.
    public static func plan(_ instance: RideBatchInstance, budget: Budget) -> RideBatchPlan {
        let weights = weights(of: instance)
        var trips: [Int32] = []
        var gap: Int64 = 0
        var nodes = budget.iterations
        // The smallest first: a search that is cut off leaves one component open, not several.
        let models = RideBatchModel.components(of: instance, weights: weights)
        let order = models.indices.sorted {
            (models[$0].gains.count, $0) < (models[$1].gains.count, $1)
        }
        for model in order.map({ models[$0] }) {
            var search = RideBatchSearch(model, stop: budget.stop)
            search.run(nodes: &nodes)
            trips += search.best
            gap += search.gap
            let done = budget.iterations - nodes
            budget.progress(Progress(iterations: done, best: "\(trips.count) trips"))
        }
        trips.sort()
        return plan(trips, gap: gap, of: instance)
    }

    /// What a request that rides is worth: one that was promised more than all others together.
    private static func weights(of instance: RideBatchInstance) -> [Int64] {
        var weights = [Int64](repeating: instance.unservedCost, count: instance.requestCount)
        guard !instance.promised.isEmpty else { return weights }
        var most = [Int64](repeating: 0, count: instance.vehicleCount)
        for trip in instance.trips {
            most[Int(trip.vehicle)] = max(most[Int(trip.vehicle)], trip.delay)
        }
        let all = most.reduce(instance.unservedCost * Int64(instance.requestCount), +)
        for request in instance.promised { weights[Int(request)] = all + 1 }
        return weights
    }

    private static func plan(
        _ trips: [Int32], gap: Int64, of instance: RideBatchInstance
    ) -> RideBatchPlan {
        var rides = [Bool](repeating: false, count: instance.requestCount)
        var cost: Int64 = 0
        for trip in trips {
            cost += instance.trips[Int(trip)].delay
            for request in instance.trips[Int(trip)].requests { rides[Int(request)] = true }
        }
        var count = [Int](repeating: 0, count: instance.requestCount)
        for trip in instance.trips {
            for request in trip.requests { count[Int(request)] += 1 }
        }
        let served = rides.count { $0 }
        cost += Int64(instance.requestCount - served) * instance.unservedCost
        let reasons = rides.indices.map { request -> RideBatchPlan.Reason? in
            if rides[request] { return nil }
            return count[request] == 0 ? .noTrip : .othersFirst(trips: count[request])
        }
        return RideBatchPlan(
            trips: trips, served: served, cost: cost, bound: max(0, cost - gap), reasons: reasons)
    }
}
