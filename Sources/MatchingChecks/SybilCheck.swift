public import Matching

/// Checks an answer of `trust-sybil`: the scores by walking twice over the list of edges, from each
/// edge to both of its ends, and the area by the ranks of the scores as they stand in the answer.
public enum SybilCheck {
    /// Largest difference of a score, relative to the largest score.
    static let tolerance = 1e-9

    /// What is wrong with the answer.
    public static func faults(_ plan: SybilPlan, of instance: SybilInstance) -> [Fault] {
        guard plan.scores.count == instance.nodes else {
            return [Fault("scores", "\(plan.scores.count) of them for \(instance.nodes) nodes")]
        }
        guard plan.scores.allSatisfy(\.isFinite) else {
            return [Fault("scores", "one is no number")]
        }
        let exact = exact(instance)
        let bound = tolerance * (exact.max() ?? 0)
        var faults: [Fault] = []
        for (node, score) in plan.scores.enumerated()
        where !(abs(score - exact[node]) <= bound) {
            faults.append(Fault("score", "node \(node) has \(score), not \(exact[node])"))
        }
        let area = area(plan.scores, honest: instance.honest)
        switch (plan.auc, area) {
        case (nil, nil): break
        case (let given?, let found?) where abs(given - found) <= 1e-12: break
        default: faults.append(Fault("auc", "it is \(area.map { "\($0)" } ?? "none")"))
        }
        return faults
    }

    private struct Edge: Hashable {
        var low: Int32
        var high: Int32
    }

    /// The second walk begins with what the first asks for: less at a seed that came out above the
    /// middle one, more below it, within a factor of four.
    private static func exact(_ instance: SybilInstance) -> [Double] {
        guard !instance.seeds.isEmpty else {
            return [Double](repeating: 0, count: instance.nodes)
        }
        let seeds = instance.seeds.map(Int.init)
        let first = walk(instance, [Double](repeating: 1 / Double(seeds.count), count: seeds.count))
        let found = seeds.map { first[$0] }
        // The middle: so many lie below it that those before its place in the order do.
        let middle =
            found.first { one in
                let below = found.count { $0 < one }
                return below <= found.count / 2
                    && found.count / 2 < below + found.count { $0 == one }
            } ?? 0
        let asked = found.map { min(4, max(0.25, $0 > 0 ? middle / $0 : 4)) }
        let sum = asked.reduce(0, +)
        return walk(instance, asked.map { $0 / sum })
    }

    private static func walk(_ instance: SybilInstance, _ begin: [Double]) -> [Double] {
        let edges = Set(
            zip(instance.from, instance.to).map { Edge(low: min($0, $1), high: max($0, $1)) }
        ).sorted { ($0.low, $0.high) < ($1.low, $1.high) }
        var degree = [Double](repeating: 0, count: instance.nodes)
        for edge in edges {
            degree[Int(edge.low)] += 1
            degree[Int(edge.high)] += 1
        }
        var now = [Double](repeating: 0, count: instance.nodes)
        for (seed, share) in zip(instance.seeds, begin) { now[Int(seed)] += share }
        var reach = 1
        while reach < instance.nodes {
            reach *= 2
            var next = [Double](repeating: 0, count: instance.nodes)
            for edge in edges {
                next[Int(edge.low)] += now[Int(edge.high)] / degree[Int(edge.high)]
                next[Int(edge.high)] += now[Int(edge.low)] / degree[Int(edge.low)]
            }
            now = next
        }
        return zip(now, degree).map { $1 > 0 ? $0 / $1 : 0 }
    }

    /// By the sum of ranks (Mann and Whitney 1947), equal scores sharing theirs.
    private static func area(_ scores: [Double], honest: Int) -> Double? {
        let others = scores.count - honest
        guard honest > 0, others > 0 else { return nil }
        let order = scores.indices.sorted { scores[$0] < scores[$1] }
        var sum = 0.0
        var first = 0
        while first < order.count {
            var next = first
            while next < order.count, scores[order[next]] == scores[order[first]] { next += 1 }
            let rank = Double(first + next + 1) / 2
            sum += rank * Double(order[first..<next].count { $0 < honest })
            first = next
        }
        let least = Double(honest) * Double(honest + 1) / 2
        return (sum - least) / (Double(honest) * Double(others))
    }
}
