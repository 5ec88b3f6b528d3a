internal import FoundationEssentials

/// Reads goods to be divided: `n` persons, `m` goods, `values` (n rows of m), and `weights` if any.
///
/// Other members are passed over. Values and weights run from 0 (weights above 0) to
/// `ExactDecimal.valueMax`.
public enum GoodsFormat {
    /// Reads one instance, or a list of them.
    public static func read(_ bytes: [UInt8]) throws(InputProblem) -> OneOrMany<GoodsInstance> {
        let files = try JSONInput.oneOrMany(File.self, from: bytes)
        var index = 0
        let isList = if case .many = files { true } else { false }
        return try files.map { file throws(InputProblem) in
            defer { index += 1 }
            return try instance(file, isList ? ["\(index)"] : [], bytes)
        }
    }

    private struct File: Decodable {
        var n: WholeNumber
        var m: WholeNumber
        var values: [[ExactDecimal]]
        var weights: [ExactDecimal]?
    }

    private static func instance(
        _ file: File, _ path: [String], _ bytes: [UInt8]
    ) throws(InputProblem) -> GoodsInstance {
        func problem(_ step: [String], _ expected: String, _ found: String) -> InputProblem {
            InputProblem(
                line: JSONInput.line(of: path + step, in: bytes),
                expected: "\(expected) at .\(step.joined(separator: "."))", found: found)
        }
        for (name, count) in [("n", file.n.value), ("m", file.m.value)]
        where count < 0 || count > GoodsInstance.countMax {
            throw problem([name], "a whole number from 0 to \(GoodsInstance.countMax)", "\(count)")
        }
        let (persons, goods) = (file.n.value, file.m.value)
        guard persons * goods <= GoodsInstance.cellsMax else {
            throw problem(["m"], "at most \(GoodsInstance.cellsMax) values", "\(persons * goods)")
        }
        guard file.values.count == persons else {
            throw problem(["values"], "\(persons) rows", "\(file.values.count)")
        }
        let scale = file.values.lazy.joined().map(\.places).max() ?? 0
        var values: [[Int64]] = []
        for (person, row) in file.values.enumerated() {
            guard row.count == goods else {
                throw problem(["values", "\(person)"], "\(goods) values", "\(row.count)")
            }
            var sum: Int64 = 0
            for decimal in row where sum <= GoodsInstance.sumMax {
                sum += decimal.grains(scale: scale)
            }
            guard sum <= GoodsInstance.sumMax else {
                throw problem(
                    ["values", "\(person)"],
                    "a sum of at most \(GoodsInstance.sumMax) steps of the finest place", "more")
            }
            values.append(row.map { $0.grains(scale: scale) })
        }
        var instance = GoodsInstance(
            values: values, goods: goods, grainsPerUnit: ExactDecimal.power(scale))
        guard let weights = file.weights else { return instance }
        guard weights.count == persons else {
            throw problem(["weights"], "\(persons) weights", "\(weights.count)")
        }
        let places = weights.map(\.places).max() ?? 0
        instance.weights = weights.map { $0.grains(scale: places) }
        for (person, weight) in instance.weights.enumerated()
        where weight < 1 || weight > GoodsInstance.sumMax {
            throw problem(["weights", "\(person)"], "a positive weight", "\(weight)")
        }
        return instance
    }
}
