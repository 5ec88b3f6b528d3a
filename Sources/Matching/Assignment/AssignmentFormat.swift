/// Reads the three forms in which assignments are published.
///
/// Limits: 10,000 rows where every cost is written, otherwise 5,000,000 rows or requests and
/// 50,000,000 entries; costs as `AssignmentInstance.costMax` and `MinCostFlow.costMax` bound them.
public enum AssignmentFormat {
    private static let denseMax = 10_000
    private static let sizeMax = 5_000_000
    private static let entriesMax = 50_000_000
    private static let optimumMax = 999_999_999_999_999_999

    /// OR-Library (Beasley 1990): `n`, then n rows of n costs.
    public static func orLibrary(_ bytes: [UInt8]) throws(InputProblem) -> AssignmentInstance {
        var scanner = TextScanner(bytes)
        let size = try scanner.integer("the number of rows", in: 0...denseMax)
        // A cost takes at least two bytes: what the file cannot hold is not reserved.
        guard size * size <= bytes.count else {
            throw scanner.problem("\(size) times \(size) costs", found: "a shorter file")
        }
        let costMax = Int(AssignmentInstance.costMax(size: size))
        var costs: [Int64] = []
        costs.reserveCapacity(size * size)
        for _ in 0..<size * size {
            costs.append(Int64(try scanner.integer("a cost", in: -costMax...costMax)))
        }
        try scanner.end(after: "the costs")
        return AssignmentInstance(dense: costs, size: size)
    }

    /// `n arcs optimum`, then `row column cost`; each row must get a column.
    public static func sparse(_ bytes: [UInt8]) throws(InputProblem) -> AssignmentInstance {
        var scanner = TextScanner(bytes)
        let size = try scanner.integer("the number of rows", in: 0...sizeMax)
        let count = try entryCount(&scanner, bytes)
        let optimum = try scanner.integer("the optimum", in: -optimumMax...optimumMax)
        let costMax = Int(AssignmentInstance.costMax(size: size))
        let entries = try Entries(
            &scanner, count: count, "row", size, "column", size, costMax: costMax)
        var instance = AssignmentInstance(
            size: size, rows: entries.left, columns: entries.right, costs: entries.costs)
        instance.statedOptimum = Int64(optimum)
        return instance
    }

    /// `helpers requests arcs capacity unmetCost optimum`, then `helper request cost`.
    public static func capacitated(_ bytes: [UInt8]) throws(InputProblem) -> CapacitatedInstance {
        var scanner = TextScanner(bytes)
        let helpers = try scanner.integer("the number of helpers", in: 0...sizeMax)
        let requests = try scanner.integer("the number of requests", in: 0...sizeMax)
        let count = try entryCount(&scanner, bytes)
        let capacity = try scanner.integer("the capacity of a helper", in: 0...sizeMax)
        let costMax = Int(MinCostFlow.costMax(nodes: helpers + requests + 1))
        let unmetCost = try scanner.integer(
            "the cost of an unmet request", in: -costMax...costMax)
        let optimum = try scanner.integer("the optimum", in: -optimumMax...optimumMax)
        let entries = try Entries(
            &scanner, count: count, "helper", helpers, "request", requests, costMax: costMax)
        var instance = CapacitatedInstance(
            helperCount: helpers, requestCount: requests, capacity: capacity,
            unmetCost: Int64(unmetCost), helpers: entries.left, requests: entries.right,
            costs: entries.costs)
        instance.statedOptimum = Int64(optimum)
        return instance
    }

    /// An entry takes at least six bytes: what the file cannot hold is not reserved.
    private static func entryCount(
        _ scanner: inout TextScanner, _ bytes: [UInt8]
    ) throws(InputProblem) -> Int {
        try scanner.integer("the number of arcs", in: 0...min(entriesMax, bytes.count / 5))
    }
}

/// Lines of two ids and a cost.
private struct Entries {
    var left: [Int32] = []
    var right: [Int32] = []
    var costs: [Int64] = []

    init(
        _ scanner: inout TextScanner, count: Int, _ leftName: String, _ leftCount: Int,
        _ rightName: String, _ rightCount: Int, costMax: Int
    ) throws(InputProblem) {
        if count > 0, leftCount == 0 || rightCount == 0 {
            throw scanner.problem("no arcs, as there is nobody", found: "\(count)")
        }
        left.reserveCapacity(count)
        right.reserveCapacity(count)
        costs.reserveCapacity(count)
        for _ in 0..<count {
            left.append(Int32(try scanner.integer(leftName, in: 0...leftCount - 1)))
            right.append(Int32(try scanner.integer(rightName, in: 0...rightCount - 1)))
            costs.append(Int64(try scanner.integer("a cost", in: -costMax...costMax)))
        }
        try scanner.end(after: "the arcs")
    }
}
