/// Searches that run beside each other and are told apart by their index alone.
enum RouteTeam {
    /// Searches of one plan.
    static let size = 2

    /// Runs all; the results stand by index, whoever was first.
    static func run<Result: Sendable>(
        threads: Int, _ body: @escaping @Sendable (Int) -> Result
    ) async -> [Result] {
        guard threads > 1 else { return (0..<size).map(body) }
        return await withTaskGroup(of: (Int, Result).self) { group in
            for index in 0..<size { group.addTask { (index, body(index)) } }
            var results = [Result?](repeating: nil, count: size)
            for await (index, result) in group { results[index] = result }
            return results.compactMap { $0 }
        }
    }

    /// The state with the fewest left out, then the fewest vehicles where asked, then the least
    /// cost.
    static func best(
        _ states: [RouteState], _ model: RoutingModel, isFleetLeast: Bool = false
    ) -> RouteState {
        var best = states[0]
        for state in states.dropFirst() {
            let fewer = isFleetLeast ? state.used - best.used : 0
            let missing = state.absent.count - best.absent.count
            if missing < 0
                || (missing == 0
                    && (fewer < 0 || (fewer == 0 && state.cost(model) < best.cost(model))))
            {
                best = state
            }
        }
        return best
    }
}
