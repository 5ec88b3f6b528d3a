/// A graph of residents, some of whom are one attacker's inventions and a few verified in person.
public struct SybilInstance: Hashable, Sendable, Codable {
    /// Most nodes of a file: a city.
    public static let nodesMax = 10_000_000
    /// Most edges of a file.
    public static let edgesMax = 100_000_000

    /// Nodes below this are honest.
    public var honest: Int
    /// Number of nodes.
    public var nodes: Int
    /// Verified nodes, distinct.
    public var seeds: [Int32]
    /// One end of each edge.
    public var from: [Int32]
    /// The other end.
    public var to: [Int32]
    /// Edges between the honest and the others, as the file says.
    public var attackEdges: Int

    /// A graph; ids lie within `0 ..< nodes`.
    public init(
        honest: Int, nodes: Int, seeds: [Int32], from: [Int32], to: [Int32], attackEdges: Int
    ) {
        self.honest = honest
        self.nodes = nodes
        self.seeds = seeds
        self.from = from
        self.to = to
        self.attackEdges = attackEdges
    }

    /// Reads line 1 `honest nodes edges attackEdges`, line 2 `seeds` and the verified nodes, then
    /// `edges` lines of two different nodes; an edge named twice counts once.
    public init(edges bytes: [UInt8]) throws(InputProblem) {
        var scanner = TextScanner(bytes)
        let honest = try scanner.integer("honest nodes", in: 0...Self.nodesMax)
        let nodes = try scanner.integer("nodes", in: honest...Self.nodesMax)
        let count = try scanner.integer("edges", in: 0...Self.edgesMax)
        let attackEdges = try scanner.integer("attack edges", in: 0...count)
        let seeds = try Self.seeds(nodes, &scanner)
        var from: [Int32] = []
        var to: [Int32] = []
        for _ in 0..<count {
            let one = try Self.node("a node", nodes, &scanner)
            let other = try Self.node("a node", nodes, &scanner)
            guard one != other else {
                throw scanner.problem("two different nodes", found: "\(other)")
            }
            from.append(one)
            to.append(other)
        }
        try scanner.end(after: "\(count) edges")
        self.init(
            honest: honest, nodes: nodes, seeds: seeds, from: from, to: to,
            attackEdges: attackEdges)
    }

    /// The second line; the word `seeds` may be left out where there is one.
    private static func seeds(
        _ nodes: Int, _ scanner: inout TextScanner
    ) throws(InputProblem) -> [Int32] {
        var seeds: [Int32] = []
        var isSeed = [Bool](repeating: false, count: nodes)
        var ahead = scanner
        var isNumber = true
        if try ahead.word("the word seeds") == "seeds" {
            scanner = ahead
            isNumber = false
        }
        while isNumber || scanner.hasMoreOnLine {
            isNumber = false
            let seed = try node("a verified node", nodes, &scanner)
            guard !isSeed[Int(seed)] else {
                throw scanner.problem("each verified node once", found: "\(seed)")
            }
            isSeed[Int(seed)] = true
            seeds.append(seed)
        }
        return seeds
    }

    private static func node(
        _ name: String, _ nodes: Int, _ scanner: inout TextScanner
    ) throws(InputProblem) -> Int32 {
        guard nodes > 0 else {
            throw scanner.problem("no node, where there are 0", found: "one")
        }
        return Int32(try scanner.integer(name, in: 0...nodes - 1))
    }
}

/// What the job `trust-sybil` answers.
public struct SybilPlan: Hashable, Sendable, Codable {
    /// For each node the chance that a short walk from the verified, evened out, ends there, over
    /// the node's degree; 0 where there are no edges.
    public var scores: [Double]
    /// The chance that an honest node stands above another; nil where one of the groups is empty.
    public var auc: Double?

    /// An answer.
    public init(scores: [Double], auc: Double?) {
        self.scores = scores
        self.auc = auc
    }

    /// With `auc` as null where there is none.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(scores, forKey: .scores)
        try container.encode(auc, forKey: .auc)
    }
}
