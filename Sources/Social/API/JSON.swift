/// One JSON value as it came, read strictly (RFC 8259).
package enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    /// A number without fraction or exponent that fits.
    case integer(Int64)
    /// Any other number.
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// The member of this name, if it is an object that has one other than null.
    package subscript(name: String) -> JSON? {
        guard case .object(let members) = self, let member = members[name], member != .null else {
            return nil
        }
        return member
    }

    /// The text, if it is a string.
    package var text: String? { if case .string(let text) = self { text } else { nil } }

    /// The number, if it is a whole one.
    package var integer: Int64? {
        switch self {
        case .integer(let number): number
        case .number(let number): Int64(exactly: number)
        default: nil
        }
    }

    /// The truth, if it is one.
    package var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }

    /// The elements, if it is an array.
    package var elements: [JSON]? { if case .array(let elements) = self { elements } else { nil } }
}

extension JSON {
    /// Most brackets open at once; past it, the content is refused.
    package static let depthMax = 16
    /// Most characters of a number.
    static let numberBytesMax = 40

    /// Why bytes are no JSON that we read.
    package enum Refusal: Error, Hashable {
        /// Not UTF-8 (RFC 3629).
        case notUTF8
        /// Not the grammar; where, in bytes from the start.
        case syntax(offset: Int)
        /// More than `depthMax` brackets open.
        case tooDeep
        /// An object names a member twice: two readers may take different ones.
        case repeatedKey
    }

    /// Reads exactly one value, with nothing but white space around it.
    package init(parsing bytes: [UInt8]) throws(Refusal) {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
        var parser = JSONParser(bytes)
        self = try parser.document()
    }
}

/// A recursive reader whose depth is bounded, so that no content exhausts the stack.
private struct JSONParser {
    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSON.Refusal) -> JSON {
        let value = try value()
        skipSpace()
        guard index == bytes.count else { throw unexpected }
        return value
    }

    private var unexpected: JSON.Refusal { .syntax(offset: index) }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            index += 1
        }
    }

    private mutating func takes(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        index += 1
        return true
    }

    private mutating func value() throws(JSON.Refusal) -> JSON {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"):
            return try nested { parser throws(JSON.Refusal) in
                try parser.object()
            }
        case UInt8(ascii: "["):
            return try nested { parser throws(JSON.Refusal) in
                try parser.array()
            }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func nested(
        _ body: (inout JSONParser) throws(JSON.Refusal) -> JSON
    ) throws(JSON.Refusal) -> JSON {
        guard depth < JSON.depthMax else { throw .tooDeep }
        depth += 1
        index += 1
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws(JSON.Refusal) -> JSON {
        var members: [String: JSON] = [:]
        skipSpace()
        if takes(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw unexpected }
            let name = try string()
            skipSpace()
            guard takes(UInt8(ascii: ":")) else { throw unexpected }
            let value = try value()
            guard members.updateValue(value, forKey: name) == nil else { throw .repeatedKey }
            skipSpace()
            if takes(UInt8(ascii: "}")) { return .object(members) }
            guard takes(UInt8(ascii: ",")) else { throw unexpected }
        }
    }

    private mutating func array() throws(JSON.Refusal) -> JSON {
        var elements: [JSON] = []
        skipSpace()
        if takes(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try value())
            skipSpace()
            if takes(UInt8(ascii: "]")) { return .array(elements) }
            guard takes(UInt8(ascii: ",")) else { throw unexpected }
        }
    }

    private mutating func word(
        _ word: StaticString, _ value: JSON
    ) throws(JSON.Refusal) -> JSON {
        for byte in word.description.utf8 { guard takes(byte) else { throw unexpected } }
        return value
    }

    private mutating func number() throws(JSON.Refusal) -> JSON {
        let start = index
        _ = takes(UInt8(ascii: "-"))
        if !takes(UInt8(ascii: "0")) { try digits() }
        var isWhole = true
        if takes(UInt8(ascii: ".")) {
            isWhole = false
            try digits()
        }
        if takes(UInt8(ascii: "e")) || takes(UInt8(ascii: "E")) {
            isWhole = false
            if !takes(UInt8(ascii: "+")) { _ = takes(UInt8(ascii: "-")) }
            try digits()
        }
        guard index - start <= JSON.numberBytesMax else { throw unexpected }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isWhole, let number = Int64(text) { return .integer(number) }
        guard let number = Double(text), number.isFinite else { throw unexpected }
        return .number(number)
    }

    private mutating func digits() throws(JSON.Refusal) {
        let start = index
        while let byte = next, byte >= 0x30, byte <= 0x39 { index += 1 }
        guard index > start else { throw unexpected }
    }

    private mutating func string() throws(JSON.Refusal) -> String {
        index += 1
        var text: [UInt8] = []
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text.append(contentsOf: try escape())
            case ..<0x20: throw unexpected
            default: text.append(byte)
            }
        }
        throw unexpected
    }

    private mutating func escape() throws(JSON.Refusal) -> [UInt8] {
        guard let byte = next else { throw unexpected }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(try scalar()).utf8)
        default: throw unexpected
        }
    }

    /// A scalar from `\u` escapes; half a surrogate pair names none.
    private mutating func scalar() throws(JSON.Refusal) -> Unicode.Scalar {
        let unit = try codeUnit()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xDC00, takes(UInt8(ascii: "\\")), takes(UInt8(ascii: "u")) else {
            throw unexpected
        }
        let low = try codeUnit()
        guard (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
        else { throw unexpected }
        return scalar
    }

    private mutating func codeUnit() throws(JSON.Refusal) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw unexpected
            }
            unit = unit << 4 | UInt32(digit)
            index += 1
        }
        return unit
    }
}
