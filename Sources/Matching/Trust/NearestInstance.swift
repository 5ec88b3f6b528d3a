/// A question to a directed graph with weights: who is near to one person.
public struct NearestInstance: Sendable {
    /// Most nodes of a file: a city.
    public static let nodesMax = 10_000_000
    /// Most edges of a file.
    public static let edgesMax = 100_000_000
    /// Heaviest edge; the lightest that counts is `weightMin`, and 0 is no edge.
    public static let weightMax = 1e9
    /// Lightest edge.
    public static let weightMin = 1e-9

    /// The edges: each node's weights as shares of their sum.
    public var graph: StochasticRows
    /// Whose neighbours are asked for; within the graph, unless that is empty.
    public var judge: Int
    /// The chance that a walk ends at each step; more than 0, less than 1.
    public var restart: Double
    /// Most mass that may be left at a node, a unit of its out-degree.
    public var precision: Double

    /// A question to a graph.
    public init(graph: StochasticRows, judge: Int, restart: Double, precision: Double) {
        self.graph = graph
        self.judge = judge
        self.restart = restart
        self.precision = precision
    }

    /// Reads line 1 `nodes edges`, then `edges` lines `from to weight`, directed; the weights of an
    /// edge that is named twice add up.
    public init(
        edges bytes: [UInt8], judge: Int, restart: Double, precision: Double
    ) throws(InputProblem) {
        var scanner = TextScanner(bytes)
        let nodes = try scanner.integer("nodes", in: 0...Self.nodesMax)
        let count = try scanner.integer("edges", in: 0...Self.edgesMax)
        guard nodes == 0 || (0..<nodes).contains(judge) else {
            throw InputProblem(
                line: 1, expected: "more nodes than the judge's number, \(judge)",
                found: "\(nodes)")
        }
        var from: [Int32] = []
        var to: [Int32] = []
        var weights: [Double] = []
        for _ in 0..<count {
            guard nodes > 0 else {
                throw scanner.problem("0 edges, where there are 0 nodes", found: "\(count)")
            }
            let tail = try scanner.integer("the edge's tail", in: 0...nodes - 1)
            let head = try scanner.integer("the edge's head", in: 0...nodes - 1)
            let weight = try scanner.number("the edge's weight", in: 0...Self.weightMax)
            guard weight > 0 else { continue }
            guard weight >= Self.weightMin else {
                throw scanner.problem(
                    "a weight of 0, or at least \(Self.weightMin)", found: "\(weight)")
            }
            from.append(Int32(tail))
            to.append(Int32(head))
            weights.append(weight)
        }
        try scanner.end(after: "\(count) edges")
        self.init(
            graph: Self.graph(nodes, from, to, weights), judge: judge, restart: restart,
            precision: precision)
    }

    /// Rows sorted by head, equal edges joined: the file's order of lines reaches no answer but
    /// through the sum of equal edges.
    private static func graph(
        _ nodes: Int, _ from: [Int32], _ to: [Int32], _ weights: [Double]
    ) -> StochasticRows {
        let (rows, order) = CompressedRows.sorting(rows: from, columns: to, rowCount: nodes)
        var graph = StochasticRows(count: nodes)
        for row in 0..<nodes {
            let sorted = rows.entries(of: row).sorted {
                (rows.columns[$0], $0) < (rows.columns[$1], $1)
            }
            var columns: [Int32] = []
            var sums: [Double] = []
            for entry in sorted {
                let weight = weights[Int(order[entry])]
                if columns.last == rows.columns[entry] {
                    sums[sums.count - 1] += weight
                } else {
                    columns.append(rows.columns[entry])
                    sums.append(weight)
                }
            }
            graph.replace(row, columns: columns, weights: sums)
        }
        return graph
    }
}

/// What the job `trust-nearest` answers.
public struct NearestPlan: Hashable, Sendable, Codable {
    /// A node and its nearness, written as a list of both.
    public struct Neighbour: Hashable, Sendable, Codable {
        /// The node.
        public var node: Int
        /// The mass that the push left there: never more than the chance that a walk from the
        /// judge, which ends at each step with the restart's chance, ends there.
        public var score: Double

        /// A node and its nearness.
        public init(node: Int, score: Double) {
            self.node = node
            self.score = score
        }

        /// From `[node, score]`.
        public init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            node = try list.decode(WholeNumber.self).value
            score = try list.decode(Double.self)
        }

        /// As `[node, score]`.
        public func encode(to encoder: any Encoder) throws {
            var list = encoder.unkeyedContainer()
            try list.encode(node)
            try list.encode(score)
        }
    }

    /// The nearest, the judge among them: by falling score, then by rising node.
    public var nearest: [Neighbour]
    /// Mass that was not pushed: no node's score falls short by more.
    public var residual: Double

    /// Most that are named.
    public static let nearestMax = 64

    /// An answer.
    public init(nearest: [Neighbour], residual: Double) {
        self.nearest = nearest
        self.residual = residual
    }
}
