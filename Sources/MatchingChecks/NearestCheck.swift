public import Matching

/// Checks an answer of `trust-nearest` against the exact nearness, found by iterating the fixed
/// point over all nodes: no score exceeds it, none falls short by more than the residual, and
/// nobody who is left out can be nearer than one who is named.
public enum NearestCheck {
    /// What is wrong with the answer.
    public static func faults(_ plan: NearestPlan, of instance: NearestInstance) -> [Fault] {
        let count = instance.graph.count
        guard plan.nearest.allSatisfy({ (0..<count).contains($0.node) }) else {
            return [Fault("node", "one is not in the graph")]
        }
        guard count > 0 else { return [] }
        var faults: [Fault] = []
        if plan.nearest.count > NearestPlan.nearestMax {
            faults.append(Fault("count", "\(plan.nearest.count) are named"))
        }
        let named = Set(plan.nearest.map(\.node))
        if named.count < plan.nearest.count { faults.append(Fault("node", "one comes twice")) }
        for (one, next) in zip(plan.nearest, plan.nearest.dropFirst())
        where !(one.score > next.score || (one.score == next.score && one.node < next.node)) {
            faults.append(Fault("order", "\(next.node) follows \(one.node)"))
        }
        let mass = plan.nearest.reduce(plan.residual) { $0 + $1.score }
        let isWhole = plan.nearest.count < NearestPlan.nearestMax
        if !(plan.residual >= 0 && mass <= 1 + 1e-12) || (isWhole && mass < 1 - 1e-12) {
            faults.append(Fault("mass", "scores and residual come to \(mass)"))
        }
        let exact = exact(instance)
        for neighbour in plan.nearest {
            let short = exact[neighbour.node] - neighbour.score
            if !(neighbour.score > 0 && short >= -1e-12 && short <= plan.residual + 1e-12) {
                faults.append(
                    Fault(
                        "score",
                        "\(neighbour.node): \(neighbour.score) of \(exact[neighbour.node])"))
            }
        }
        let least = plan.nearest.count < NearestPlan.nearestMax ? 0 : plan.nearest.last?.score ?? 0
        for node in 0..<count
        where !named.contains(node) && exact[node] > least + plan.residual + 1e-12 {
            faults.append(Fault("missing", "\(node), whose nearness is \(exact[node])"))
        }
        return faults
    }

    /// x = restart e + (1 - restart) x P, until what is left to add is below 1e-14.
    private static func exact(_ instance: NearestInstance) -> [Double] {
        let count = instance.graph.count
        var sum = [Double](repeating: 0, count: count)
        let rows = (0..<count).map { instance.graph.row($0) }
        var step = sum
        step[instance.judge] = 1
        var left = 1.0
        while left > 1e-14 {
            var next = [Double](repeating: 0, count: count)
            for node in 0..<count where step[node] > 0 {
                sum[node] += instance.restart * step[node]
                let rest = (1 - instance.restart) * step[node]
                if rows[node].isEmpty { next[instance.judge] += rest }
                for entry in rows[node] { next[Int(entry.column)] += rest * entry.share }
            }
            left *= 1 - instance.restart
            step = next
        }
        return sum
    }
}
