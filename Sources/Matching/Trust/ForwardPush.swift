/// Personal nearness by forward push (Andersen, Chung and Lang, "Local Graph Partitioning using
/// PageRank Vectors", FOCS 2006).
///
/// All mass begins as residual at the judge. A push takes a node's residual, keeps the restart's
/// share of it as score, and hands the rest to the node's row. At any moment score + G residual is
/// the exact personal PageRank, where G is what a unit of residual becomes in the end; so score
/// plus residual is 1, and no score exceeds the exact one.
///
/// The work is that of the pushed rows, at most 1 / (restart * precision), however large the graph
/// is. 26 bytes a node of working room, which is used again.
public struct ForwardPush: Sendable {
    private struct Cell: Sendable {
        var residual = 0.0
        var score = 0.0
    }

    private var cells: [Cell]
    private var isWaiting: [Bool]
    private var isTouched: [Bool]
    /// Nodes that the last push gave residual, in the order in which it came to them.
    public private(set) var touched: [Int32] = []
    /// Rows that the last push handed mass through.
    public private(set) var pushes = 0
    private var waiting: [Int32] = []

    /// Room for so many nodes.
    public init(count: Int) {
        cells = [Cell](repeating: Cell(), count: count)
        isWaiting = [Bool](repeating: false, count: count)
        isTouched = [Bool](repeating: false, count: count)
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
        give(1, to: judge)
        enqueue(judge)
        advance(
            graph: graph, judge: judge, restart: restart, precision: precision, budget: budget)
    }

    /// Goes on from where the last push ended, with a smaller precision.
    public mutating func refine(
        graph: StochasticRows, judge: Int, restart: Double, precision: Double, budget: Budget
    ) {
        for node in touched where exceeds(Int(node), graph, precision) { enqueue(Int(node)) }
        advance(
            graph: graph, judge: judge, restart: restart, precision: precision, budget: budget)
    }

    private mutating func advance(
        graph: StochasticRows, judge: Int, restart: Double, precision: Double, budget: Budget
    ) {
        var head = 0
        while head < waiting.count {
            if pushes >= budget.iterations { break }
            if pushes & 1023 == 1023 {
                if budget.stop.isRaised { break }
                budget.progress(Progress(iterations: pushes, best: "\(touched.count) near"))
            }
            let node = Int(waiting[head])
            head += 1
            isWaiting[node] = false
            push(node, graph, judge, restart, precision)
            pushes += 1
            if head > 1 << 16, head > waiting.count / 2 {
                waiting.removeFirst(head)
                head = 0
            }
        }
        for node in waiting[head...] { isWaiting[Int(node)] = false }
        waiting.removeAll(keepingCapacity: true)
    }

    private mutating func push(
        _ node: Int, _ graph: StochasticRows, _ judge: Int, _ restart: Double,
        _ precision: Double
    ) {
        let mass = cells[node].residual
        cells[node].residual = 0
        cells[node].score += restart * mass
        let rest = mass - restart * mass
        let entries = graph.entries(of: node)
        if entries.isEmpty {
            receive(rest, judge, graph, precision)
            return
        }
        for entry in entries {
            receive(
                rest * graph.shares[entry], Int(graph.columns[entry]), graph, precision)
        }
    }

    private mutating func receive(
        _ mass: Double, _ node: Int, _ graph: StochasticRows, _ precision: Double
    ) {
        give(mass, to: node)
        if !isWaiting[node], exceeds(node, graph, precision) { enqueue(node) }
    }

    private func exceeds(_ node: Int, _ graph: StochasticRows, _ precision: Double) -> Bool {
        cells[node].residual > precision * Double(max(graph.rows[node].count, 1))
    }

    private mutating func give(_ mass: Double, to node: Int) {
        cells[node].residual += mass
        if !isTouched[node] {
            isTouched[node] = true
            touched.append(Int32(node))
        }
    }

    private mutating func enqueue(_ node: Int) {
        isWaiting[node] = true
        waiting.append(Int32(node))
    }

    private mutating func clear() {
        for node in touched {
            cells[Int(node)] = Cell()
            isTouched[Int(node)] = false
        }
        touched.removeAll(keepingCapacity: true)
        pushes = 0
    }

    /// The nodes of highest score after the last push, by falling score, then by rising node.
    public func nearest(atMost count: Int) -> [NearestPlan.Neighbour] {
        var best: [NearestPlan.Neighbour] = []
        for node in touched {
            let score = cells[Int(node)].score
            guard score > 0 else { continue }
            best.append(NearestPlan.Neighbour(node: Int(node), score: score))
        }
        best.sort { ($1.score, $0.node) < ($0.score, $1.node) }
        return Array(best.prefix(count))
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
