/// Reads the words of a text one after another, and knows on which line each stands.
///
/// White space separates words; line ends are white space too, unless a reader asks for them. Every
/// number has a range, so that no sum of what was read can overflow.
public struct TextScanner {
    private let bytes: [UInt8]
    private var position = 0
    /// Line of the word that was read last, or of the next one before any was read.
    public private(set) var line = 1

    /// Begins at the first byte of `bytes`, which should be UTF-8.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether only white space is left.
    public var isAtEnd: Bool {
        bytes[position...].allSatisfy { isSpace($0) }
    }

    /// The next word, or a problem that says what was `expected`.
    public mutating func word(_ expected: String) throws(InputProblem) -> String {
        let range = try next(expected)
        return String(decoding: bytes[range], as: UTF8.self)
    }

    /// The next word as a whole number within `range`; `name` says what it is, and its unit.
    public mutating func integer(
        _ name: String, in range: ClosedRange<Int>
    ) throws(InputProblem) -> Int {
        skipSpace(lines: true)
        let begin = position
        if let value = wholeNumber(), range.contains(value) { return value }
        position = begin
        let word = try next(expected(name, "a whole number", range))
        throw problem(expected(name, "a whole number", range), word)
    }

    /// The next word as a number within `range`; `name` says what it is, and its unit.
    public mutating func number(
        _ name: String, in range: ClosedRange<Double>
    ) throws(InputProblem) -> Double {
        skipSpace(lines: true)
        let ahead = wordRange()
        let text = String(decoding: bytes[ahead], as: UTF8.self)
        if let value = Double(text), range.contains(value) {
            position = ahead.upperBound
            return value
        }
        let word = try next(expected(name, "a number", range))
        throw problem(expected(name, "a number", range), word)
    }

    /// Refuses words that are left over.
    public mutating func end(after what: String) throws(InputProblem) {
        skipSpace(lines: true)
        guard position < bytes.count else { return }
        throw problem("nothing after \(what)", wordRange())
    }

    /// Whether another word stands on the line of the word read last.
    public var hasMoreOnLine: Bool {
        for byte in bytes[position...] {
            if byte == UInt8(ascii: "\n") { return false }
            if !isSpace(byte) { return true }
        }
        return false
    }

    /// A problem with the word that was read last.
    public func problem(_ expected: String, found: String) -> InputProblem {
        InputProblem(line: line, expected: expected, found: found)
    }

    private mutating func next(_ expected: String) throws(InputProblem) -> Range<Int> {
        skipSpace(lines: true)
        guard position < bytes.count else {
            throw InputProblem(line: line, expected: expected, found: nil)
        }
        let range = wordRange()
        position = range.upperBound
        return range
    }

    private func wordRange() -> Range<Int> {
        var end = position
        while end < bytes.count, !isSpace(bytes[end]) { end += 1 }
        return position..<end
    }

    private mutating func skipSpace(lines: Bool) {
        while position < bytes.count, isSpace(bytes[position]) {
            if bytes[position] == UInt8(ascii: "\n") { line += 1 }
            position += 1
        }
    }

    private func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (byte >= 9 && byte <= 13)
    }

    /// Goes behind a word of digits with an optional sign, at most 18; nil where none begins here.
    private mutating func wholeNumber() -> Int? {
        let isNegative = position < bytes.count && bytes[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let first = position
        var value = 0
        while position < bytes.count {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            guard position - first < 18 else { return nil }
            value = value &* 10 &+ Int(digit)
            position += 1
        }
        guard position > first, position == bytes.count || isSpace(bytes[position]) else {
            return nil
        }
        return isNegative ? -value : value
    }

    private func expected<Bound>(
        _ name: String, _ kind: String, _ range: ClosedRange<Bound>
    ) -> String {
        "\(name), \(kind) from \(range.lowerBound) to \(range.upperBound)"
    }

    private func problem(_ expected: String, _ word: Range<Int>) -> InputProblem {
        InputProblem(
            line: line, expected: expected, found: String(decoding: bytes[word], as: UTF8.self))
    }
}
