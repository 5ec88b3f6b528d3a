public import Matching

/// Judges an assignment and its certificate by the instance alone.
public enum AssignmentCheck {
    /// What does not hold; an empty list proves that the plan is an optimum, or, where the plan
    /// says that none is perfect, that it is right.
    public static func faults(
        of plan: AssignmentPlan, in instance: AssignmentInstance
    ) -> [Fault] {
        guard plan.assignment.count == instance.size else {
            return [Fault("assignment", "\(plan.assignment.count) rows of \(instance.size)")]
        }
        var faults = entryFaults(plan, instance)
        if let shortage = plan.shortage {
            faults += shortageFaults(shortage, instance)
            if plan.cost != nil { faults.append(Fault("cost", "a cost beside a shortage")) }
            return faults
        }
        for row in plan.assignment.indices where plan.assignment[row] == nil {
            faults.append(Fault("perfect", "row \(row) has no column"))
        }
        guard faults.isEmpty else { return faults }
        let cost = total(
            plan.assignment.indices.map { row in
                plan.assignment[row].flatMap { instance.cost(of: row, $0) } ?? 0
            })
        if plan.cost.map({ Int128($0) }) != cost {
            faults.append(Fault("cost", "\(plan.cost.map(String.init) ?? "none"), not \(cost)"))
        }
        guard let dual = plan.dual else { return faults + [Fault("dual", "none")] }
        return faults + dualFaults(dual, cost, instance)
    }

    private static func entryFaults(
        _ plan: AssignmentPlan, _ instance: AssignmentInstance
    ) -> [Fault] {
        var faults: [Fault] = []
        var owners = [Int?](repeating: nil, count: instance.size)
        for (row, column) in plan.assignment.enumerated() {
            guard let column else { continue }
            guard column >= 0, column < instance.size, instance.cost(of: row, column) != nil else {
                faults.append(Fault("entry", "row \(row) may not take column \(column)"))
                continue
            }
            if let owner = owners[Int(column)] {
                faults.append(Fault("column", "\(column) has rows \(owner) and \(row)"))
            }
            owners[Int(column)] = row
        }
        return faults
    }

    private static func dualFaults(
        _ dual: AssignmentDual, _ cost: Int128, _ instance: AssignmentInstance
    ) -> [Fault] {
        guard dual.rows.count == instance.size, dual.columns.count == instance.size else {
            return [Fault("dual", "\(dual.rows.count) rows, \(dual.columns.count) columns")]
        }
        for row in 0..<instance.size {
            for entry in instance.entries(of: row) {
                let column = Int(instance.column(of: entry, in: row))
                let (sum, overflow) = dual.rows[row].addingReportingOverflow(dual.columns[column])
                if overflow || sum > instance.costs[entry] {
                    return [Fault("dual", "row \(row), column \(column): \(sum) is above its cost")]
                }
            }
        }
        let value = total(dual.rows) + total(dual.columns)
        return value == cost ? [] : [Fault("dual", "it sums to \(value), not to \(cost)")]
    }

    private static func shortageFaults(
        _ shortage: AssignmentShortage, _ instance: AssignmentInstance
    ) -> [Fault] {
        let rows = Set(shortage.rows)
        let columns = Set(shortage.columns)
        guard rows.allSatisfy({ $0 >= 0 && $0 < instance.size }), columns.count < rows.count else {
            return [Fault("shortage", "\(rows.count) rows, \(columns.count) columns")]
        }
        for row in rows.sorted() {
            for entry in instance.entries(of: Int(row)) {
                let column = instance.column(of: entry, in: Int(row))
                if !columns.contains(column) {
                    return [Fault("shortage", "row \(row) may take column \(column)")]
                }
            }
        }
        return []
    }
}

/// Judges a plan of helpers with capacities, and its certificate, by the instance alone.
public enum CapacitatedCheck {
    /// What does not hold; an empty list proves that the plan is an optimum.
    public static func faults(
        of plan: CapacitatedPlan, in instance: CapacitatedInstance
    ) -> [Fault] {
        guard plan.assignment.count == instance.requestCount else {
            return [Fault("assignment", "\(plan.assignment.count) of \(instance.requestCount)")]
        }
        var faults: [Fault] = []
        var loads = [Int](repeating: 0, count: instance.helperCount)
        var costs: [Int64] = []
        for (request, helper) in plan.assignment.enumerated() {
            guard let helper else {
                costs.append(instance.unmetCost)
                continue
            }
            guard helper >= 0, helper < instance.helperCount,
                let cost = instance.cost(of: request, helper)
            else {
                faults.append(Fault("entry", "helper \(helper) may not take request \(request)"))
                continue
            }
            costs.append(cost)
            loads[Int(helper)] += 1
        }
        for (helper, load) in loads.enumerated() where load > instance.capacity {
            faults.append(Fault("capacity", "helper \(helper) has \(load) requests"))
        }
        guard faults.isEmpty else { return faults }
        let cost = total(costs)
        if Int128(plan.cost) != cost { faults.append(Fault("cost", "\(plan.cost), not \(cost)")) }
        guard let dual = plan.dual else { return faults + [Fault("dual", "none")] }
        return faults + dualFaults(dual, cost, instance)
    }

    private static func dualFaults(
        _ dual: CapacitatedDual, _ cost: Int128, _ instance: CapacitatedInstance
    ) -> [Fault] {
        guard dual.helpers.count == instance.helperCount,
            dual.requests.count == instance.requestCount
        else { return [Fault("dual", "one price a helper and a request")] }
        for (helper, price) in dual.helpers.enumerated() where price > 0 {
            return [Fault("dual", "helper \(helper): \(price) is above 0")]
        }
        for (request, price) in dual.requests.enumerated() {
            if price > instance.unmetCost {
                return [Fault("dual", "request \(request): \(price) is above the unmet cost")]
            }
            for entry in instance.requests.entries(of: request) {
                let helper = Int(instance.requests.columns[entry])
                let (sum, overflow) = price.addingReportingOverflow(dual.helpers[helper])
                if overflow || sum > instance.costs[entry] {
                    return [Fault("dual", "helper \(helper), request \(request): above its cost")]
                }
            }
        }
        let value = total(dual.requests) + total(dual.helpers) * Int128(instance.capacity)
        return value == cost ? [] : [Fault("dual", "it sums to \(value), not to \(cost)")]
    }
}

/// A sum that cannot overflow, whatever a solution says.
private func total(_ values: [Int64]) -> Int128 {
    var sum: Int128 = 0
    for value in values { sum += Int128(value) }
    return sum
}
