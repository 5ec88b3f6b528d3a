import Matching

/// Small graphs for the tests of trust, made from seeds.
enum TrustGraphs {
    /// Edges with weights; a node may have none.
    struct Edges {
        var count: Int
        var list: [(from: Int, to: Int, weight: Double)]

        var graph: StochasticRows {
            var graph = StochasticRows(count: count)
            for node in 0..<count {
                let row = list.filter { $0.from == node }.sorted { $0.to < $1.to }
                graph.replace(
                    node, columns: row.map { Int32($0.to) }, weights: row.map(\.weight))
            }
            return graph
        }
    }

    /// A directed graph with about `degree` edges out of a node, none twice; some nodes have none.
    static func directed(
        _ count: Int, degree: Int, _ random: inout SplitMix64
    ) -> Edges {
        var edges = Edges(count: count, list: [])
        for from in 0..<count where random.below(8) > 0 {
            var heads = Set<Int>()
            for _ in 0..<(1 + random.below(2 * degree)) { heads.insert(random.below(count)) }
            for to in heads.sorted() {
                edges.list.append((from, to, Double(1 + random.below(1000)) / 1000))
            }
        }
        return edges
    }

    /// The transitions as a full matrix; a node without edges goes back to the judge.
    static func matrix(_ graph: StochasticRows, judge: Int) -> [[Double]] {
        (0..<graph.count).map { node in
            var row = [Double](repeating: 0, count: graph.count)
            let entries = graph.row(node)
            if entries.isEmpty { row[judge] = 1 }
            for entry in entries { row[Int(entry.column)] += entry.share }
            return row
        }
    }

    /// The exact personal PageRank of a mass at each node: x = a (I - (1 - a) P^T)^-1 mass, by
    /// Gaussian elimination with pivots, which shares nothing with pushing.
    static func exact(
        _ matrix: [[Double]], from mass: [Double], restart: Double
    ) -> [Double] {
        let count = matrix.count
        var rows = (0..<count).map { row in
            (0..<count).map { column in
                (row == column ? 1 : 0) - (1 - restart) * matrix[column][row]
            } + [restart * mass[row]]
        }
        for column in 0..<count {
            let pivot = (column..<count).max { abs(rows[$0][column]) < abs(rows[$1][column]) }
            rows.swapAt(column, pivot ?? column)
            for row in column + 1..<count {
                let factor = rows[row][column] / rows[column][column]
                if factor == 0 { continue }
                for entry in column...count {
                    rows[row][entry] -= factor * rows[column][entry]
                }
            }
        }
        var result = [Double](repeating: 0, count: count)
        for row in (0..<count).reversed() {
            var value = rows[row][count]
            for entry in row + 1..<count { value -= rows[row][entry] * result[entry] }
            result[row] = value / rows[row][row]
        }
        return result
    }

    /// SybilRank as published: the seeds begin with as much each, one walk.
    static func sybilRank(_ instance: SybilInstance) -> [Double] {
        var neighbours = [[Int]](repeating: [], count: instance.nodes)
        for (one, other) in zip(instance.from, instance.to) {
            neighbours[Int(one)].append(Int(other))
            neighbours[Int(other)].append(Int(one))
        }
        var mass = [Double](repeating: 0, count: instance.nodes)
        for seed in instance.seeds { mass[Int(seed)] = 1 / Double(instance.seeds.count) }
        for _ in 0..<SybilSolver.steps(nodes: instance.nodes) {
            var next = [Double](repeating: 0, count: instance.nodes)
            for node in 0..<instance.nodes {
                for other in neighbours[node] {
                    next[other] += mass[node] / Double(neighbours[node].count)
                }
            }
            mass = next
        }
        return (0..<instance.nodes).map {
            neighbours[$0].isEmpty ? 0 : mass[$0] / Double(neighbours[$0].count)
        }
    }

    static func unit(_ node: Int, of count: Int) -> [Double] {
        (0..<count).map { $0 == node ? 1 : 0 }
    }

    /// An estate of clusters with a Sybil region behind it: `attack` edges lead there.
    ///
    /// Each honest node knows about `degree` of its own cluster and a few beyond; the region is as
    /// dense in itself.
    static func sybil(
        honest: Int, sybils: Int, attack: Int, degree: Int, seeds: Int, _ random: inout SplitMix64
    ) -> SybilInstance {
        var edges = Set<[Int]>()
        func join(_ one: Int, _ other: Int) {
            if one != other { edges.insert([min(one, other), max(one, other)]) }
        }
        let cluster = 50
        for node in 0..<honest {
            let first = node / cluster * cluster
            let size = min(cluster, honest - first)
            for _ in 0..<degree / 2 { join(node, first + random.below(size)) }
            for _ in 0..<2 { join(node, random.below(honest)) }
        }
        for node in 0..<sybils {
            for _ in 0..<degree / 2 { join(honest + node, honest + random.below(sybils)) }
        }
        let inside = edges.count
        while edges.count < inside + attack {
            join(random.below(honest), honest + random.below(sybils))
        }
        let list = edges.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
        var verified = Set<Int>()
        while verified.count < seeds { verified.insert(random.below(honest)) }
        return SybilInstance(
            honest: honest, nodes: honest + sybils, seeds: verified.sorted().map { Int32($0) },
            from: list.map { Int32($0[0]) }, to: list.map { Int32($0[1]) }, attackEdges: attack)
    }

    /// The same graph with node `v` called `names[v]`.
    static func renamed(_ edges: Edges, _ names: [Int]) -> Edges {
        Edges(
            count: edges.count,
            list: edges.list.map { (names[$0.from], names[$0.to], $0.weight) })
    }

    static func pushed(
        _ graph: StochasticRows, judge: Int, precision: Double, restart: Double = 0.15
    ) -> ForwardPush {
        var push = ForwardPush(count: graph.count)
        push.run(
            graph: graph, judge: judge, restart: restart, precision: precision,
            budget: Budget(iterations: .max))
        return push
    }
}
