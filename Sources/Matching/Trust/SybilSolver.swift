/// Ranks residents by early-ended walks from the verified (Cao, Sirivianos, Yang and Pregueiro,
/// "Aiding the Detection of Fake Accounts in Large Scale Social Online Services", NSDI 2012).
///
/// A walk that ends after as many steps as honest residents need to mix has hardly had the time to
/// cross the few edges that an attacker got; dividing by the degree makes the honest equal.
///
/// The walk is made twice. In the first every verified node begins with as much. Where they lie
/// close together, each of them ends with more than the middle one of them, and begins the second
/// with as much less; where they lie far apart, with more; by no more than `evening` times. So a
/// part of the graph with few of them is not taken for an attacker's. The second walk gives the
/// scores.
///
/// Weights are symmetric, so no score ever exceeds the highest with which a walk begins: each step
/// brings at most that times their weight across the attacker's edges, however many nodes are
/// behind them.
public enum SybilSolver {
    /// How much more, or less, a verified node may begin with than the middle one of them.
    public static let evening = 4.0

    /// Steps of a walk: the logarithm of the number of nodes to base 2, rounded up.
    public static func steps(nodes: Int) -> Int {
        nodes <= 1 ? 0 : Int.bitWidth - (nodes - 1).leadingZeroBitCount
    }

    /// Scores all nodes; O(edges) a step.
    ///
    /// A stop ends the walk after the step that runs.
    public static func solve(_ instance: SybilInstance, budget: Budget) -> SybilPlan {
        let rows = neighbours(of: instance)
        let scores = scores(
            rows: rows, weights: nil, seeds: instance.seeds, stop: budget.stop)
        let honest = min(instance.honest, scores.count)
        return SybilPlan(
            scores: scores,
            auc: AreaUnderCurve.of(
                above: Array(scores[..<honest]), below: Array(scores[honest...])))
    }

    /// Both directions of each edge, once.
    private static func neighbours(of instance: SybilInstance) -> CompressedRows {
        // Sorting by one end and then, stably, by the other puts equal edges side by side.
        let tails = instance.from + instance.to
        let heads = instance.to + instance.from
        let byHead = CompressedRows.sorting(
            rows: heads, columns: tails, rowCount: instance.nodes)
        var sortedHeads: [Int32] = []
        sortedHeads.reserveCapacity(heads.count)
        for entry in byHead.order { sortedHeads.append(heads[Int(entry)]) }
        let both = CompressedRows.sorting(
            rows: byHead.rows.columns, columns: sortedHeads, rowCount: instance.nodes
        ).rows
        var rows: [Int32] = []
        var columns: [Int32] = []
        for row in 0..<both.rowCount {
            var last: Int32 = -1
            for entry in both.entries(of: row) where both.columns[entry] != last {
                last = both.columns[entry]
                rows.append(Int32(row))
                columns.append(last)
            }
        }
        return CompressedRows.sorting(
            rows: rows, columns: columns, rowCount: instance.nodes
        ).rows
    }

    /// The two walks over a symmetric graph, whose entries weigh alike or as `weights` says.
    static func scores(
        rows: CompressedRows, weights: [Int32]?, seeds: [Int32], stop: StopSignal
    ) -> [Double] {
        let even = [Double](repeating: 1, count: seeds.count)
        let first = walk(rows: rows, weights: weights, seeds: seeds, shares: even, stop: stop)
        let shares = evened(seeds.map { first[Int($0)] })
        return walk(rows: rows, weights: weights, seeds: seeds, shares: shares, stop: stop)
    }

    /// What seeds begin the second walk with, in proportion, by their scores after the first.
    static func evened(_ scores: [Double]) -> [Double] {
        let middle = middle(of: scores)
        return scores.map { score in
            guard score * evening > middle else { return evening }
            return max(middle / score, 1 / evening)
        }
    }

    /// The median, of an even number the higher; 0 of none.
    static func middle(of scores: [Double]) -> Double {
        scores.isEmpty ? 0 : scores.sorted()[scores.count / 2]
    }

    /// A walk that begins at the seeds with these shares, in proportion.
    static func walk(
        rows: CompressedRows, weights: [Int32]?, seeds: [Int32], shares: [Double],
        stop: StopSignal
    ) -> [Double] {
        let count = rows.rowCount
        let degrees = degrees(rows, weights)
        let total = shares.reduce(0, +)
        var mass = [Double](repeating: 0, count: count)
        for (seed, share) in zip(seeds, shares) { mass[Int(seed)] = share / total }
        var spread = mass
        for _ in 0..<steps(nodes: count) {
            if stop.isRaised { break }
            for node in 0..<count {
                spread[node] = degrees[node] > 0 ? mass[node] / degrees[node] : 0
            }
            // Each node gathers, in the order of its row: sums have the same bits in any schedule.
            gather(rows, weights, spread, into: &mass, degrees)
        }
        return (0..<count).map { degrees[$0] > 0 ? mass[$0] / degrees[$0] : 0 }
    }

    private static func degrees(_ rows: CompressedRows, _ weights: [Int32]?) -> [Double] {
        (0..<rows.rowCount).map { node in
            guard let weights else { return Double(rows.entries(of: node).count) }
            return Double(rows.entries(of: node).reduce(0) { $0 + Int(weights[$1]) })
        }
    }

    private static func gather(
        _ rows: CompressedRows, _ weights: [Int32]?, _ spread: [Double],
        into mass: inout [Double], _ degrees: [Double]
    ) {
        let shares = spread.span
        let columns = rows.columns.span
        for node in 0..<rows.rowCount where degrees[node] > 0 {
            var sum = 0.0
            if let weights {
                for entry in rows.entries(of: node) {
                    sum += shares[Int(columns[entry])] * Double(weights[entry])
                }
            } else {
                for entry in rows.entries(of: node) { sum += shares[Int(columns[entry])] }
            }
            mass[node] = sum
        }
    }
}
