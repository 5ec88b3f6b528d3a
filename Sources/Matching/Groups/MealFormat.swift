/// Reads people who would eat together: `n`, `slots`, `tastes`, `trust`, `dist`, `lo`, `hi`,
/// `theta` and `dmax`.
///
/// Optional: `blocks` (pairs), `newcomers` (people) and `deadlines` (pairs of slot and minute).
/// Limits are those of `MealInstance`; trust lies between 0 and 1, ids are at most 10^9.
public enum MealFormat {
    /// Reads one instance, or a list of them.
    public static func read(_ bytes: [UInt8]) throws(InputProblem) -> OneOrMany<MealInstance> {
        let files = try JSONInput.oneOrMany(File.self, from: bytes)
        let isList = if case .many = files { true } else { false }
        var index = 0
        return try files.map { file throws(InputProblem) in
            defer { index += 1 }
            return try Reader(file: file, path: isList ? ["\(index)"] : [], bytes: bytes)
                .instance()
        }
    }

    struct File: Decodable {
        var n: WholeNumber
        var slots: [[WholeNumber]]
        var tastes: [[WholeNumber]]
        var trust: [[Double]]
        var dist: [[Double]]
        var lo: WholeNumber
        var hi: WholeNumber
        var theta: Double
        var dmax: Double
        var blocks: [[WholeNumber]]?
        var newcomers: [WholeNumber]?
        var deadlines: [[WholeNumber]]?
    }

    private struct Reader {
        let file: File
        let path: [String]
        let bytes: [UInt8]
        var count: Int { file.n.value }

        func instance() throws(InputProblem) -> MealInstance {
            _ = try within(count, 0...MealInstance.peopleMax, ["n"])
            let low = try within(file.lo.value, 1...MealInstance.sizeMax, ["lo"])
            let high = try within(file.hi.value, low...MealInstance.sizeMax, ["hi"])
            try require(file.theta.isFinite, ["theta"], "a number", "\(file.theta)")
            try require(file.dmax.isFinite, ["dmax"], "a number", "\(file.dmax)")
            var instance = MealInstance(
                slots: try keys(file.slots, "slots"), tastes: try keys(file.tastes, "tastes"),
                trust: try matrix(file.trust, 0...1, "trust"),
                distances: try matrix(file.dist, 0...MealInstance.distanceMax, "dist"),
                sizes: low...high, leastTrust: file.theta, mostDistance: file.dmax)
            for (index, pair) in (file.blocks ?? []).enumerated() {
                let step = ["blocks", "\(index)"]
                try require(pair.count == 2, step, "two people", "\(pair.count)")
                instance.blocks.append(
                    MealInstance.Block(
                        try person(pair[0], step + ["0"]), try person(pair[1], step + ["1"])))
            }
            for (index, newcomer) in (file.newcomers ?? []).enumerated() {
                instance.newcomers.append(try person(newcomer, ["newcomers", "\(index)"]))
            }
            for (index, pair) in (file.deadlines ?? []).enumerated() {
                let step = ["deadlines", "\(index)"]
                try require(pair.count == 2, step, "a slot and a minute", "\(pair.count)")
                instance.deadlines.append(
                    MealInstance.Deadline(
                        slot: Int32(try within(pair[0].value, 0...Self.idMax, step + ["0"])),
                        minutes: Int32(try within(pair[1].value, 0...Self.idMax, step + ["1"]))))
            }
            return instance
        }

        private static let idMax = 1_000_000_000

        private func keys(
            _ lists: [[WholeNumber]], _ name: String
        ) throws(InputProblem) -> [[Int32]] {
            try require(
                lists.count == count, [name], "one list a person (\(count))", "\(lists.count)")
            var all: Set<Int32> = []
            var keys: [[Int32]] = []
            for (person, list) in lists.enumerated() {
                var own: [Int32] = []
                for (index, id) in list.enumerated() {
                    let step = [name, "\(person)", "\(index)"]
                    let key = Int32(try within(id.value, 0...Self.idMax, step))
                    try require(!own.contains(key), step, "each once", "\(key) twice")
                    all.insert(key)
                    try require(
                        all.count <= MealInstance.keysMax, step,
                        "at most \(MealInstance.keysMax) different ones", "more")
                    own.append(key)
                }
                keys.append(own)
            }
            return keys
        }

        private func matrix(
            _ rows: [[Double]], _ range: ClosedRange<Double>, _ name: String
        ) throws(InputProblem) -> [Double] {
            try require(rows.count == count, [name], "\(count) rows", "\(rows.count)")
            var all: [Double] = []
            all.reserveCapacity(count * count)
            for (row, numbers) in rows.enumerated() {
                try require(
                    numbers.count == count, [name, "\(row)"], "\(count) numbers",
                    "\(numbers.count)")
                for (column, number) in numbers.enumerated() where !range.contains(number) {
                    try require(
                        false, [name, "\(row)", "\(column)"],
                        "a number from \(range.lowerBound) to \(range.upperBound)", "\(number)")
                }
                all.append(contentsOf: numbers)
            }
            return all
        }

        private func person(
            _ id: WholeNumber, _ step: [String]
        ) throws(InputProblem) -> Int32 {
            try require(
                (0..<count).contains(id.value), step, "a person below \(count)", "\(id.value)")
            return Int32(id.value)
        }

        private func within(
            _ value: Int, _ range: ClosedRange<Int>, _ step: [String]
        ) throws(InputProblem) -> Int {
            try require(
                range.contains(value), step,
                "a whole number from \(range.lowerBound) to \(range.upperBound)", "\(value)")
            return value
        }

        private func require(
            _ holds: Bool, _ step: [String], _ expected: String, _ found: String
        ) throws(InputProblem) {
            guard !holds else { return }
            throw InputProblem(
                line: JSONInput.line(of: path + step, in: bytes),
                expected: "\(expected) at .\(step.joined(separator: "."))", found: found)
        }
    }
}
