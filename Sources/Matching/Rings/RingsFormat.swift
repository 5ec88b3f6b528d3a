internal import FoundationEssentials

/// Reads rings.
public enum RingsFormat {
    /// A graph: `n arcs`, then `from to weight` a row, and `-1 -1 -1` at the end.
    ///
    /// Vertices are families, 0 to n - 1; there are no altruists. Weights may have a fraction, up to
    /// a millionth.
    public static func arcs(_ bytes: [UInt8]) throws(InputProblem) -> RingsInstance {
        var scanner = TextScanner(bytes)
        let count = try scanner.integer("families", in: 0...RingsInstance.donorsMax)
        let arcCount = try scanner.integer("arcs", in: 0...RingsInstance.arcsMax)
        var arcs: [RingsInstance.Arc] = []
        var seen = Set<[Int32]>()
        for _ in 0..<arcCount {
            let from = try scanner.integer("giving family", in: 0...max(count - 1, 0))
            let to = try scanner.integer("receiving family", in: 0...max(count - 1, 0))
            let weight = try scanner.number(
                "weight", in: -RingsInstance.weightMax...RingsInstance.weightMax)
            guard seen.insert([Int32(from), Int32(to)]).inserted else {
                throw scanner.problem("each arc once", found: "\(from) \(to) again")
            }
            arcs.append(.init(from: Int32(from), to: Int32(to), weight: millionths(weight)))
        }
        for _ in 0..<3 { _ = try scanner.integer("-1 -1 -1 after the arcs", in: -1 ... -1) }
        try scanner.end(after: "-1 -1 -1")
        return RingsInstance(
            ids: Array(0..<count), isAltruist: Array(repeating: false, count: count),
            families: (0..<count).map { Int32($0) }, familyCount: count, arcs: arcs)
    }

    /// Donors: `{"data": {ID: {"sources": [recipient], "matches": [{"recipient", "score"}],
    /// "altruistic": true}}}`.
    ///
    /// A donor has one source, whose family it belongs to, or is altruistic. A recipient for whom
    /// nobody gives is not given to. Other members are passed over.
    public static func donors(_ bytes: [UInt8]) throws(InputProblem) -> RingsInstance {
        let file = try JSONInput.decode(DonorFile.self, from: bytes)
        guard file.data.count <= RingsInstance.donorsMax else {
            throw InputProblem(
                line: nil, expected: "at most \(RingsInstance.donorsMax) donors",
                found: "\(file.data.count)")
        }
        var entries: [DonorEntry] = []
        for name in file.data.keys.sorted() {
            guard let donor = file.data[name] else { continue }
            entries.append(try DonorEntry(name: name, donor: donor, bytes: bytes))
        }
        entries.sort { $0.id < $1.id }
        for (entry, next) in zip(entries, entries.dropFirst()) where entry.id == next.id {
            throw problem(next.name, [], "each donor once", "\(next.id) again", in: bytes)
        }
        return try instance(entries, recipients: file.recipients, bytes: bytes)
    }

    private static func instance(
        _ entries: [DonorEntry], recipients: [String: AnyMember]?, bytes: [UInt8]
    ) throws(InputProblem) -> RingsInstance {
        let sources = Set(entries.compactMap(\.source)).sorted()
        var familyOf: [Int: Int32] = [:]
        for (family, source) in sources.enumerated() { familyOf[source] = Int32(family) }
        var families: [Int32] = []
        var members = [[Int32]](repeating: [], count: sources.count)
        var familyCount = sources.count
        for (vertex, entry) in entries.enumerated() {
            if let source = entry.source, let family = familyOf[source] {
                families.append(family)
                members[Int(family)].append(Int32(vertex))
            } else {
                families.append(Int32(familyCount))
                familyCount += 1
            }
        }
        let known = recipients.map { Set($0.keys.compactMap { Int($0) }) }
        var arcs: [RingsInstance.Arc] = []
        for (vertex, entry) in entries.enumerated() {
            for (index, match) in entry.matches.enumerated() {
                if let known, !known.contains(match.recipient) {
                    throw problem(
                        entry.name, ["matches", "\(index)", "recipient"], "a known recipient",
                        "\(match.recipient)", in: bytes)
                }
                guard let family = familyOf[match.recipient] else { continue }
                for member in members[Int(family)] {
                    arcs.append(
                        .init(from: Int32(vertex), to: member, weight: millionths(match.score)))
                }
                guard arcs.count <= RingsInstance.arcsMax else {
                    throw problem(
                        entry.name, ["matches"], "at most \(RingsInstance.arcsMax) arcs", "more",
                        in: bytes)
                }
            }
        }
        return RingsInstance(
            ids: entries.map(\.id), isAltruist: entries.map { $0.source == nil },
            families: families, familyCount: familyCount, arcs: arcs)
    }

    fileprivate static func problem(
        _ donor: String, _ path: [String], _ expected: String, _ found: String, in bytes: [UInt8]
    ) -> InputProblem {
        InputProblem(
            line: JSONInput.line(of: ["data", donor] + path, in: bytes),
            expected: "\(expected) at donor \(donor)", found: found)
    }

    private static func millionths(_ weight: Double) -> Int64 {
        Int64((weight * Double(RingsInstance.unit)).rounded())
    }
}

/// One donor, checked.
private struct DonorEntry {
    var id: Int
    var name: String
    var source: Int?
    var matches: [(recipient: Int, score: Double)] = []

    init(name: String, donor: Donor, bytes: [UInt8]) throws(InputProblem) {
        self.name = name
        guard let id = Int(name), id >= 0, "\(id)" == name else {
            throw RingsFormat.problem(name, [], "a whole number as its id", name, in: bytes)
        }
        self.id = id
        let sources = donor.sources ?? []
        let isAltruistic = donor.altruistic ?? false
        guard sources.count == (isAltruistic ? 0 : 1) else {
            throw RingsFormat.problem(
                name, donor.sources == nil ? [] : ["sources"],
                isAltruistic ? "no source" : "one source", "\(sources.count)", in: bytes)
        }
        source = sources.first?.value
        var seen = Set<Int>()
        for (index, match) in (donor.matches ?? []).enumerated() {
            let score = match.score ?? 0
            guard abs(score) <= RingsInstance.weightMax else {
                throw RingsFormat.problem(
                    name, ["matches", "\(index)", "score"],
                    "a score up to \(RingsInstance.weightMax)", "\(score)", in: bytes)
            }
            guard seen.insert(match.recipient.value).inserted else {
                throw RingsFormat.problem(
                    name, ["matches", "\(index)"], "each recipient once",
                    "\(match.recipient.value) again", in: bytes)
            }
            matches.append((match.recipient.value, score))
        }
    }
}

private struct DonorFile: Decodable {
    var data: [String: Donor]
    var recipients: [String: AnyMember]?
}

private struct Donor: Decodable {
    var sources: [WholeNumber]?
    var matches: [Match]?
    var altruistic: Bool?
}

private struct Match: Decodable {
    var recipient: WholeNumber
    var score: Double?
}

/// A member that is not looked into.
private struct AnyMember: Decodable {
    init(from decoder: any Decoder) throws {}
}
