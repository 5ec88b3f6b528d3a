extension RatingsInstance {
    /// Most rows of a file.
    public static let ratingsMax = 50_000_000

    /// Reads rows `from,to,rating,time`, as SNAP publishes them, with or without a heading.
    ///
    /// Ids are whole numbers from 0 to 10^15, ratings whole numbers from -10 to 10, times seconds
    /// from 0 (1970) to 10^10, whole or with decimals.
    public init(csv bytes: [UInt8]) throws(InputProblem) {
        var numbers: [Int: Int32] = [:]
        var ratings: [Rating] = []
        var line = 0
        for row in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            line += 1
            var row = row
            if row.last == UInt8(ascii: "\r") { row.removeLast() }
            if row.allSatisfy({ $0 == UInt8(ascii: " ") }) { continue }
            if line == 1, Self.isHeading(row) { continue }
            let fields = row.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            guard fields.count == 4 else {
                throw InputProblem(
                    line: line, expected: "four fields: from,to,rating,time",
                    found: String(decoding: row, as: UTF8.self))
            }
            guard ratings.count < Self.ratingsMax else {
                throw InputProblem(
                    line: line, expected: "at most \(Self.ratingsMax) ratings", found: "more")
            }
            let from = try Self.whole(fields[0], "the rater", 0...1_000_000_000_000_000, line)
            let to = try Self.whole(fields[1], "the rated", 0...1_000_000_000_000_000, line)
            let tenths = try Self.whole(fields[2], "the rating", -10...10, line)
            let time = try Self.time(fields[3], line)
            let rater = Self.number(of: from, in: &numbers)
            let subject = Self.number(of: to, in: &numbers)
            ratings.append(Rating(rater: rater, subject: subject, tenths: tenths, time: time))
        }
        self.init(people: numbers.count, ratings: ratings)
    }

    private static func isHeading(_ row: ArraySlice<UInt8>) -> Bool {
        row.first.map { $0 >= UInt8(ascii: "A") } ?? false
    }

    private static func number(of id: Int, in numbers: inout [Int: Int32]) -> Int32 {
        if let number = numbers[id] { return number }
        let number = Int32(numbers.count)
        numbers[id] = number
        return number
    }

    private static func whole(
        _ field: ArraySlice<UInt8>, _ name: String, _ range: ClosedRange<Int>, _ line: Int
    ) throws(InputProblem) -> Int {
        let text = String(decoding: field, as: UTF8.self)
        guard let value = Int(text), range.contains(value) else {
            throw InputProblem(
                line: line,
                expected:
                    "\(name), a whole number from \(range.lowerBound) to \(range.upperBound)",
                found: text)
        }
        return value
    }

    private static func time(
        _ field: ArraySlice<UInt8>, _ line: Int
    ) throws(InputProblem) -> Double {
        let text = String(decoding: field, as: UTF8.self)
        guard let value = Double(text), (0...1e10).contains(value) else {
            throw InputProblem(
                line: line, expected: "the time, seconds from 0 to 1e10", found: text)
        }
        return value
    }
}
