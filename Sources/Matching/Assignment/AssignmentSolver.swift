/// Solves assignments to the optimum, with the prices that prove it.
public enum AssignmentSolver {
    /// The cheapest assignment of all rows; where there is none, why.
    ///
    /// Dense instances by shortest augmenting paths, sparse ones by auction. A stopped search
    /// answers with an assignment of all rows, and without prices.
    public static func solve(
        _ instance: AssignmentInstance, stop: StopSignal = StopSignal()
    ) -> AssignmentPlan {
        guard let rows = instance.rows else {
            var search = JonkerVolgenant(instance)
            let isSolved = search.run(stop: stop)
            return plan(
                instance, isSolved ? search.columnOfRow : (0..<instance.size).map { Int32($0) },
                isSolved ? search.dual : nil)
        }
        let matching = PerfectMatching(rows)
        guard matching.isPerfect else {
            return AssignmentPlan(
                cost: nil, assignment: matching.columnOfRow.map { $0 < 0 ? nil : $0 }, dual: nil,
                shortage: matching.shortage)
        }
        var auction = Auction(instance, rows: rows)
        let isSolved = auction.run(stop: stop)
        return plan(
            instance, isSolved ? auction.columnOfRow : matching.columnOfRow,
            isSolved ? auction.dual(instance) : nil)
    }

    private static func plan(
        _ instance: AssignmentInstance, _ columns: [Int32], _ dual: AssignmentDual?
    ) -> AssignmentPlan {
        var cost: Int64 = 0
        for (row, column) in columns.enumerated() {
            cost += instance.cost(of: row, column) ?? 0
        }
        return AssignmentPlan(cost: cost, assignment: columns, dual: dual)
    }
}
