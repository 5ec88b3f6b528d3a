internal import FoundationEssentials

/// Reads rounds of donations: `need`, `supply` and `eligible`, and what else a round may have.
///
/// A file of those three alone is a plain round. Optional members, each a list unless said otherwise:
/// `priority` (0.001 to 8 a household), `useful` (least useful quantity a household), `expiry`
/// (last day a lot, from 1; 0 has expired), `days` (a number), `daily` (most that a household fetches
/// a day) and `whole` (true: whole units only). Quantities run to `ExactDecimal.valueMax`.
public enum LeximinFormat {
    /// Reads one round, or a list of them.
    public static func read(_ bytes: [UInt8]) throws(InputProblem) -> OneOrMany<LeximinInstance> {
        let files = try JSONInput.oneOrMany(File.self, from: bytes)
        var index = 0
        let isList = if case .many = files { true } else { false }
        return try files.map { file throws(InputProblem) in
            defer { index += 1 }
            return try RoundReader(file, isList ? ["\(index)"] : [], bytes).instance()
        }
    }

    struct File: Decodable {
        var need: [ExactDecimal]
        var supply: [ExactDecimal]
        var eligible: [[WholeNumber]]
        var priority: [ExactDecimal]?
        var useful: [ExactDecimal]?
        var expiry: [WholeNumber]?
        var days: WholeNumber?
        var daily: [ExactDecimal]?
        var whole: Bool?
    }
}

/// Checks a file's numbers against each other.
private struct RoundReader {
    let file: LeximinFormat.File
    let path: [String]
    let bytes: [UInt8]
    var households: Int { file.need.count }
    var lots: Int { file.supply.count }

    init(_ file: LeximinFormat.File, _ path: [String], _ bytes: [UInt8]) {
        self.file = file
        self.path = path
        self.bytes = bytes
    }

    func instance() throws(InputProblem) -> LeximinInstance {
        try counts()
        let quantities = [file.need, file.supply, file.useful ?? [], file.daily ?? []]
        let scale = quantities.lazy.joined().map(\.places).max() ?? 0
        let needs = try grains(file.need, "need", scale, limitsSum: true)
        let supplies = try grains(file.supply, "supply", scale, limitsSum: true)
        var instance = LeximinInstance(
            needs: needs, supplies: supplies, eligible: try eligible(),
            grainsPerUnit: ExactDecimal.power(scale))
        instance.isIntegral = file.whole ?? false
        if let priority = file.priority { instance.priorities = try thousandths(priority) }
        if let useful = file.useful {
            instance.usefulQuantities = try grains(useful, "useful", scale, limitsSum: false)
            for index in needs.indices where instance.usefulQuantities[index] > needs[index] {
                throw problem(
                    ["useful", "\(index)"], "at most the need", "\(useful[index].mantissa)")
            }
        }
        instance.days = Int32(
            try within(file.days?.value ?? 1, 1...LeximinInstance.daysMax, ["days"]))
        for (lot, day) in (file.expiry ?? []).enumerated() {
            let last = try within(day.value, 0...1_000_000, ["expiry", "\(lot)"])
            instance.lastDays[lot] = min(Int32(last), instance.days)
        }
        if file.expiry == nil {
            instance.lastDays = [Int32](repeating: instance.days, count: lots)
        }
        if let daily = file.daily {
            instance.dailyPickUps = try grains(daily, "daily", scale, limitsSum: false)
            let arcs = (instance.eligible.columns.count + households) * Int(instance.days)
            guard arcs <= LeximinInstance.arcsMax else {
                throw problem(
                    ["days"],
                    "at most \(LeximinInstance.arcsMax) households and pairs, times days",
                    "\(arcs)")
            }
        }
        return instance
    }

    private func counts() throws(InputProblem) {
        let most = LeximinInstance.countMax
        guard households <= most else { throw problem(["need"], "at most \(most)", "more") }
        guard lots <= most else { throw problem(["supply"], "at most \(most)", "more") }
        let perHousehold = [
            ("eligible", file.eligible.count), ("priority", file.priority?.count),
            ("useful", file.useful?.count), ("daily", file.daily?.count),
        ]
        for (name, count) in perHousehold where count ?? households != households {
            throw problem([name], "one of \(households) households each", "\(count ?? 0)")
        }
        if let expiry = file.expiry, expiry.count != lots {
            throw problem(["expiry"], "one of \(lots) lots each", "\(expiry.count)")
        }
    }

    private func grains(
        _ decimals: [ExactDecimal], _ name: String, _ scale: Int, limitsSum: Bool
    ) throws(InputProblem) -> [Int64] {
        var grains: [Int64] = []
        grains.reserveCapacity(decimals.count)
        var sum: Int64 = 0
        for (index, decimal) in decimals.enumerated() {
            let value = decimal.grains(scale: scale)
            sum += limitsSum ? value : 0
            guard max(sum, value) <= LeximinInstance.sumMax else {
                throw problem(
                    [name, "\(index)"],
                    "a sum of at most \(LeximinInstance.sumMax) steps of the finest place",
                    "more")
            }
            grains.append(value)
        }
        return grains
    }

    private func thousandths(_ priorities: [ExactDecimal]) throws(InputProblem) -> [Int64] {
        var thousandths: [Int64] = []
        for (index, priority) in priorities.enumerated() {
            guard priority.places <= 3, priority.grains(scale: 3) >= 1,
                priority.grains(scale: 3) <= LeximinInstance.priorityMax
            else {
                throw problem(
                    ["priority", "\(index)"], "0.001 to 8 with at most three decimals",
                    "\(priority.mantissa) over ten to the power of \(priority.places)")
            }
            thousandths.append(priority.grains(scale: 3))
        }
        return thousandths
    }

    private func eligible() throws(InputProblem) -> [[Int32]] {
        var pairs = 0
        var rows: [[Int32]] = []
        rows.reserveCapacity(households)
        for (household, lots) in file.eligible.enumerated() {
            pairs += lots.count
            guard pairs <= LeximinInstance.pairsMax else {
                throw problem(
                    ["eligible", "\(household)"], "at most \(LeximinInstance.pairsMax) in all",
                    "more")
            }
            var row: [Int32] = []
            for (index, lot) in lots.enumerated() {
                let step = ["eligible", "\(household)", "\(index)"]
                guard lot.value >= 0, lot.value < self.lots else {
                    throw problem(step, "a lot from 0 to \(self.lots - 1)", "\(lot.value)")
                }
                row.append(Int32(lot.value))
            }
            row.sort()
            for index in row.indices.dropFirst() where row[index] == row[index - 1] {
                throw problem(
                    ["eligible", "\(household)"], "each lot once", "lot \(row[index]) twice")
            }
            rows.append(row)
        }
        return rows
    }

    private func within(
        _ value: Int, _ range: ClosedRange<Int>, _ step: [String]
    ) throws(InputProblem) -> Int {
        guard range.contains(value) else {
            throw problem(
                step, "a whole number from \(range.lowerBound) to \(range.upperBound)", "\(value)")
        }
        return value
    }

    private func problem(_ step: [String], _ expected: String, _ found: String) -> InputProblem {
        InputProblem(
            line: JSONInput.line(of: path + step, in: bytes),
            expected: "\(expected) at .\(step.joined(separator: "."))", found: found)
    }
}
