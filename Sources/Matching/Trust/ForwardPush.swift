/// Personal nearness by forward push (Andersen, Chung and Lang, "Local Graph Partitioning using
/// PageRank Vectors", FOCS 2006).
///
/// All mass begins as residual at the judge. A push takes a node's residual, keeps the restart's
/// share of it as score, and hands the rest to the node's row. At any moment score + G residual is
/// the exact personal PageRank, where G is what a unit of residual becomes in the end; so score
/// plus residual is 1, and no score exceeds the exact one.
///
/// The work is that of the pushed rows, at most 1 / (restart * precision), however large the graph
/// is. A step touches one cell of memory: what a node has, and how much it may keep, stand side by
/// side. 28 bytes a node of working room, which is used again.
public struct ForwardPush: Sendable {
    private struct Cell: Sendable {
        var residual = 0.0
        var score = 0.0
        /// The residual above which the node is pushed, and waits for it; negative before the node
        /// was given anything.
        var limit = -1.0
    }

    private var cells: [Cell]
    /// Nodes that the last push gave residual, in the order in which it came to them.
    public private(set) var touched: [Int32] = []
    /// Rows that the last push handed mass through.
    public private(set) var pushes = 0
    private var waiting: [Int32] = []

    /// Room for so many nodes.
    public init(count: Int) {
        cells = [Cell](repeating: Cell(), count: count)
    }

    /// Score of a node after the last push.
    public func score(of node: Int) -> Double { cells[node].score }

    /// Residual of a node after the last push.
    public func residual(of node: Int) -> Double { cells[node].residual }

    /// Residual of all nodes after the last push.
    public var residual: Double { touched.reduce(0) { $0 + cells[Int($1)].residual } }

    /// Pushes until no node has more residual than `precision` times its out-degree (a node without
    /// edges counts as of degree 1).
    ///
    /// `budget.iterations` is the most pushes; a search that ends early has more residual.
    public mutating func run(
        graph: StochasticRows, judge: Int, restart: Double, precision: Double, budget: Budget
    ) {
        clear()
        cells[judge].residual = 1
        cells[judge].limit = Self.limit(judge, graph, precision)
        touched.append(Int32(judge))
        waiting.append(Int32(judge))
        advance(
            Walk(graph: graph, judge: Int32(judge), restart: restart, precision: precision),
            budget)
    }

    /// Goes on from where the last push ended, with a smaller precision.
    public mutating func refine(
        graph: StochasticRows, judge: Int, restart: Double, precision: Double, budget: Budget
    ) {
        for node in touched {
            let limit = Self.limit(Int(node), graph, precision)
            cells[Int(node)].limit = limit
            if cells[Int(node)].residual > limit { waiting.append(node) }
        }
        advance(
            Walk(graph: graph, judge: Int32(judge), restart: restart, precision: precision),
            budget)
    }

    private struct Walk {
        var graph: StochasticRows
        var judge: Int32
        var restart: Double
        var precision: Double
    }

    private mutating func advance(_ walk: Walk, _ budget: Budget) {
        // Out of self and back, so that each can be changed beside the others.
        var cells: [Cell] = []
        var touched: [Int32] = []
        var waiting: [Int32] = []
        swap(&cells, &self.cells)
        swap(&touched, &self.touched)
        swap(&waiting, &self.waiting)
        var all = cells.mutableSpan
        var head = 0
        while head < waiting.count {
            if pushes >= budget.iterations { break }
            if pushes & 1023 == 1023 {
                if budget.stop.isRaised { break }
                budget.progress(Progress(iterations: pushes, best: "\(touched.count) near"))
            }
            let node = Int(waiting[head])
            head += 1
            Self.push(node, walk, &all, &touched, &waiting)
            pushes += 1
            if head > 1 << 16, head > waiting.count / 2 {
                waiting.removeFirst(head)
                head = 0
            }
        }
        waiting.removeAll(keepingCapacity: true)
        self.cells = cells
        self.touched = touched
        self.waiting = waiting
    }

    @inline(__always)
    private static func push(
        _ node: Int, _ walk: Walk, _ cells: inout MutableSpan<Cell>, _ touched: inout [Int32],
        _ waiting: inout [Int32]
    ) {
        let mass = cells[node].residual
        cells[node].residual = 0
        cells[node].score += walk.restart * mass
        let rest = mass - walk.restart * mass
        let entries = walk.graph.entries(of: node)
        if entries.isEmpty { give(rest, to: walk.judge, walk, &cells, &touched, &waiting) }
        let columns = walk.graph.columns.span
        let shares = walk.graph.shares.span
        for entry in entries {
            give(rest * shares[entry], to: columns[entry], walk, &cells, &touched, &waiting)
        }
    }

    /// Adds to a node's residual; where that passes the limit, the node begins to wait.
    @inline(__always)
    private static func give(
        _ mass: Double, to node: Int32, _ walk: Walk, _ cells: inout MutableSpan<Cell>,
        _ touched: inout [Int32], _ waiting: inout [Int32]
    ) {
        let index = Int(node)
        if cells[index].limit < 0 {
            cells[index].limit = limit(index, walk.graph, walk.precision)
            touched.append(node)
        }
        let before = cells[index].residual
        let after = before + mass
        cells[index].residual = after
        let limit = cells[index].limit
        if before <= limit, after > limit { waiting.append(node) }
    }

    private static func limit(
        _ node: Int, _ graph: StochasticRows, _ precision: Double
    ) -> Double {
        precision * Double(max(graph.rows[node].count, 1))
    }

    private mutating func clear() {
        for node in touched { cells[Int(node)] = Cell() }
        touched.removeAll(keepingCapacity: true)
        pushes = 0
    }

    /// The nodes of highest score after the last push, by falling score, then by rising node.
    public func nearest(atMost count: Int) -> [NearestPlan.Neighbour] {
        guard count > 0 else { return [] }
        var best: [NearestPlan.Neighbour] = []
        var least = 0.0
        func trim() {
            best.sort { ($1.score, $0.node) < ($0.score, $1.node) }
            best.removeLast(max(0, best.count - count))
            if best.count == count { least = best[count - 1].score }
        }
        for node in touched {
            let score = cells[Int(node)].score
            guard score > 0, score >= least else { continue }
            best.append(NearestPlan.Neighbour(node: Int(node), score: score))
            if best.count >= 4 * count { trim() }
        }
        trim()
        return best
    }
}

/// Answers `trust-nearest`.
public enum NearestSolver {
    /// Pushes from the judge; an empty graph has nobody near and no mass.
    public static func solve(_ instance: NearestInstance, budget: Budget) -> NearestPlan {
        guard instance.graph.count > 0 else { return NearestPlan(nearest: [], residual: 0) }
        var push = ForwardPush(count: instance.graph.count)
        push.run(
            graph: instance.graph, judge: instance.judge, restart: instance.restart,
            precision: instance.precision, budget: budget)
        return NearestPlan(
            nearest: push.nearest(atMost: NearestPlan.nearestMax), residual: push.residual)
    }
}
