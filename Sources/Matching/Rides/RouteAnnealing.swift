internal import Glibc

extension RouteSearch {
    /// How hot the search for cheap routes begins and ends, in mean distances of neighbours.
    struct Cooling {
        var first: Double
        var last: Double
    }

    /// Iterations after which a search looks whether to go on.
    static let lookEvery = 16

    /// Serves as many as can be, and then with as few vehicles as can be where `isFleetLeast`.
    ///
    /// What is left out counts by how often it was left out before, so that the search turns to
    /// what
    /// is hard to place; a route goes when all are served.
    mutating func serveAll(_ budget: Budget, iterations: Int, isFleetLeast: Bool) {
        recreate(blinking: 0)
        var best = state
        var current = state
        var isWhole = state.absent.isEmpty
        if isWhole {
            guard isFleetLeast, closeRoute() else { return }
            current = state
        }
        let unit = 0.5 * scale
        for iteration in 0..<max(0, iterations) {
            if iteration % Self.lookEvery == 0, budget.stop.isRaised { break }
            ruin()
            recreate()
            if state.absent.isEmpty {
                best = state
                isWhole = true
                guard isFleetLeast, closeRoute() else { break }
                current = state
                continue
            }
            let (new, old) = (missing(state), missing(current))
            if new < old
                || state.absent.count < current.absent.count
                || (new == old && state.cost(model) < current.cost(model) + chance(unit))
            {
                current = state
                if !isWhole, state.cost(model) < best.cost(model) { best = state }
            }
            for request in state.absent { absences[Int(request)] += 1 }
            state = current
        }
        state = best
        for vehicle in state.routes.indices where isFleetLeast {
            state.routes[vehicle].isOpen = state.routes[vehicle].stops > 0 || !isWhole
        }
    }

    /// What a state may be dearer by, at a temperature.
    private mutating func chance(_ temperature: Double) -> Double {
        -temperature * log(max(random.unit(), 1e-12))
    }

    private func missing(_ state: RouteState) -> Int {
        state.absent.reduce(0) { $0 + absences[Int($1)] }
    }

    /// Closes the vehicle whose requests were left out least often; false when none is left to
    /// close.
    private mutating func closeRoute() -> Bool {
        var chosen = -1
        var least = Int.max
        for vehicle in state.routes.indices where state.routes[vehicle].isOpen {
            if state.routes[vehicle].stops == 0 {
                state.routes[vehicle].isOpen = false
                continue
            }
            var sum = 0
            for node in state.nodes(of: vehicle, model) where node < model.requests {
                sum += absences[node]
            }
            if sum < least {
                least = sum
                chosen = vehicle
            }
        }
        guard chosen >= 0, state.used > 1 else { return false }
        for node in state.nodes(of: chosen, model) where node < model.requests { remove(node) }
        let holds = refresh(chosen)
        assert(holds, "an empty route was driven before")
        state.routes[chosen].isOpen = false
        return true
    }

    /// Mean distance from a stop to its fifth neighbour: what a small change of a route costs.
    var scale: Double {
        guard model.requests > 0 else { return 1 }
        var sum = 0.0
        for node in neighbours.indices {
            let near = neighbours[node][min(5, neighbours[node].count - 1)]
            sum += model.distance(node, Int(near))
        }
        return max(sum / Double(neighbours.count), 1e-6)
    }

    /// Makes the routes cheaper by simulated annealing; the best state is kept in the end.
    mutating func cheapen(_ budget: Budget, iterations: Int, _ cooling: Cooling) {
        guard model.requests > 0, iterations > 0 else { return }
        let unit = scale
        var temperature = cooling.first * unit
        let factor = pow(cooling.last / cooling.first, 1 / Double(iterations))
        var best = state
        var bestCost = state.cost(model)
        var current = state
        var currentCost = bestCost
        for iteration in 0..<iterations {
            if iteration % Self.lookEvery == 0, budget.stop.isRaised { break }
            if iteration % 4096 == 0 {
                budget.progress(Progress(iterations: iteration, best: "cost \(bestCost)"))
            }
            ruin()
            recreate()
            let cost = state.cost(model)
            if cost < currentCost + chance(temperature) {
                current = state
                currentCost = cost
                if cost < bestCost - 1e-9 {
                    best = state
                    bestCost = cost
                }
            } else {
                state = current
            }
            temperature *= factor
        }
        state = best
    }
}
