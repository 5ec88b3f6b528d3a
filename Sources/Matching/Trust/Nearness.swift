/// Who is near to one resident, and whether that still holds.
public struct Nearness: Hashable, Sendable {
    /// The nearest, the resident first as a rule; see `NearestPlan`.
    public let nearest: [NearestPlan.Neighbour]
    /// Mass that was not pushed.
    public let residual: Double
    /// When it was pushed, in changes of the graph.
    private let changes: UInt64
    /// Blocks of 64 residents in which the push read a row or its length.
    private let blocks: [UInt64]

    /// Chance that a walk ends at each step.
    public static let restart = 0.15
    /// Most mass left at a resident, for each of its ties.
    public static let precision = 1e-5

    /// Pushes from a resident over the ties as they are.
    init(of resident: Int, ties: TieGraph, push: inout ForwardPush, budget: Budget) {
        push.run(
            graph: ties.rows, judge: resident, restart: Self.restart, precision: Self.precision,
            budget: budget)
        nearest = push.nearest(atMost: NearestPlan.nearestMax)
        residual = push.residual
        changes = ties.changes
        var blocks = [UInt64](repeating: 0, count: (ties.changesOfBlock.count >> 6) + 1)
        for node in push.touched {
            let block = Int(node) >> TieGraph.blockBits
            blocks[block >> 6] |= 1 << UInt64(block & 63)
        }
        self.blocks = blocks
    }

    /// Whether a row that the push read may have changed since; never false when one has.
    func isStale(in ties: TieGraph) -> Bool {
        guard ties.changes > changes else { return false }
        for (index, word) in blocks.enumerated() {
            var rest = word
            while rest != 0 {
                let block = index << 6 + rest.trailingZeroBitCount
                if ties.changesOfBlock[block] > changes { return true }
                rest &= rest - 1
            }
        }
        return false
    }

    /// The nearness of a resident; 0 beyond the nearest.
    public func score(of resident: Int) -> Double {
        nearest.first { $0.node == resident }?.score ?? 0
    }
}
