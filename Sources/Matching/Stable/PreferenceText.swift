/// Reads JSON objects whose members are lists of lists of whole numbers, byte by byte.
///
/// What stands in other members is passed over by its brackets and quotes alone.
struct PreferenceText {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var entries = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// One object or a list of objects, each made into a value.
    mutating func oneOrMany<Value>(
        _ names: [String], _ make: (PreferenceParts) throws(InputProblem) -> Value
    ) throws(InputProblem) -> OneOrMany<Value> {
        guard try peek("an object or a list of objects") == UInt8(ascii: "[") else {
            let value = try make(object(names))
            try end()
            return .one(value)
        }
        var values: [Value] = []
        try take("[")
        if try peek("]") == UInt8(ascii: "]") {
            try take("]")
        } else {
            repeat { values.append(try make(object(names))) } while try takeSeparator("]")
        }
        try end()
        return .many(values)
    }

    private mutating func object(_ names: [String]) throws(InputProblem) -> PreferenceParts {
        try take("{")
        var parts = PreferenceParts(line: line)
        if try peek("}") == UInt8(ascii: "}") {
            try take("}")
            return parts
        }
        repeat {
            let name = try text()
            try take(":")
            guard names.contains(name) else {
                try skipValue()
                continue
            }
            guard parts.found[name] == nil else { throw problem("each member once") }
            if name == "capacities" {
                var lists = PreferenceLists()
                parts.lines[name] = [Int32(line)]
                try numbers(into: &lists, upTo: MarriageInstance.capacityMax)
                parts.found[name] = lists
            } else {
                (parts.found[name], parts.lines[name]) = try lists()
            }
        } while try takeSeparator("}")
        return parts
    }

    private mutating func lists() throws(InputProblem) -> (PreferenceLists, [Int32]) {
        var lists = PreferenceLists()
        var lines: [Int32] = []
        try take("[")
        if try peek("]") == UInt8(ascii: "]") {
            try take("]")
            return (lists, lines)
        }
        repeat {
            guard lines.count < MarriageInstance.partiesMax else {
                throw problem("at most \(MarriageInstance.partiesMax) lists")
            }
            _ = try peek("a list")
            lines.append(Int32(line))
            try numbers(into: &lists, upTo: MarriageInstance.partiesMax)
        } while try takeSeparator("]")
        return (lists, lines)
    }

    private mutating func numbers(
        into lists: inout PreferenceLists, upTo bound: Int
    ) throws(InputProblem) {
        try take("[")
        if try peek("]") == UInt8(ascii: "]") {
            try take("]")
            return lists.close()
        }
        repeat {
            _ = try peek("a whole number")
            let begin = position
            var value = 0
            while position < bytes.count, bytes[position] >= 0x30, bytes[position] <= 0x39,
                position - begin < 8
            {
                value = value * 10 + Int(bytes[position] & 15)
                position += 1
            }
            guard position > begin, value <= bound, isEndOfNumber else {
                position = begin
                throw problem("a whole number from 0 to \(bound)")
            }
            guard entries < MarriageInstance.entriesMax else {
                throw problem("at most \(MarriageInstance.entriesMax) entries")
            }
            entries += 1
            lists.append(Int32(value))
        } while try takeSeparator("]")
        lists.close()
    }

    private var isEndOfNumber: Bool {
        guard position < bytes.count else { return true }
        let byte = bytes[position]
        return byte.isJSONSpace || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]")
    }

    /// Takes a comma, and answers true, or what closes.
    private mutating func takeSeparator(_ closing: Unicode.Scalar) throws(InputProblem) -> Bool {
        let byte = try peek("a comma or \(closing)")
        guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: closing) else {
            throw problem("a comma or \(closing)")
        }
        position += 1
        return byte == UInt8(ascii: ",")
    }

    private mutating func take(_ scalar: Unicode.Scalar) throws(InputProblem) {
        guard try peek("\(scalar)") == UInt8(ascii: scalar) else { throw problem("\(scalar)") }
        position += 1
    }

    private mutating func text() throws(InputProblem) -> String {
        try take("\"")
        let begin = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            if bytes[position] == UInt8(ascii: "\n") { throw problem("the end of a text") }
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard position < bytes.count else {
            throw InputProblem(line: line, expected: "the end of a text", found: nil)
        }
        position += 1
        return String(decoding: bytes[begin..<position - 1], as: UTF8.self)
    }

    /// Passes over a value: to the bracket that closes it, or to what ends a word.
    private mutating func skipValue() throws(InputProblem) {
        var depth = 0
        repeat {
            switch try peek("a value") {
            case UInt8(ascii: "\""): _ = try text()
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                position += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                guard depth > 0 else { throw problem("a value") }
                depth -= 1
                position += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { throw problem("a value") }
                position += 1
            default: try skipWord()
            }
        } while depth > 0
    }

    /// Passes over a number, `true`, `false` or `null`.
    private mutating func skipWord() throws(InputProblem) {
        let begin = position
        while position < bytes.count, isWordByte(bytes[position]) { position += 1 }
        guard position > begin else { throw problem("a value") }
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
    }

    private mutating func end() throws(InputProblem) {
        skipSpace()
        guard position == bytes.count else { throw problem("nothing after the last bracket") }
    }

    private mutating func peek(_ expected: String) throws(InputProblem) -> UInt8 {
        skipSpace()
        guard position < bytes.count else {
            throw InputProblem(line: line, expected: expected, found: nil)
        }
        return bytes[position]
    }

    private mutating func skipSpace() {
        while position < bytes.count, bytes[position].isJSONSpace {
            if bytes[position] == UInt8(ascii: "\n") { line += 1 }
            position += 1
        }
    }

    private func problem(_ expected: String) -> InputProblem {
        let rest = bytes[min(position, bytes.count)...].prefix(40)
        let found = rest.prefix { $0 != UInt8(ascii: "\n") }
        return InputProblem(
            line: line, expected: expected,
            found: found.isEmpty ? nil : String(decoding: found, as: UTF8.self))
    }
}
