/// One CBOR value (RFC 8949) of the kinds that authenticators send: WebAuthn Level 2 §6.5 and COSE
/// keys need integers, byte and text strings, arrays, maps, and true, false and null.
///
/// Read strictly: definite lengths in their shortest form (CTAP 2.1 §8), no key twice, nothing else.
enum CBOR: Hashable {
    case unsigned(UInt64)
    /// −1 − the number.
    case negative(UInt64)
    case bytes([UInt8])
    case text(String)
    case array([CBOR])
    case map([CBOR: CBOR])
    case bool(Bool)
    case null

    /// Most brackets open at once (CTAP 2.1 §8 asks for four).
    static let depthMax = 4

    /// The whole number, as far as it fits.
    var integer: Int64? {
        switch self {
        case .unsigned(let number): Int64(exactly: number)
        case .negative(let number): Int64(exactly: number).map { -1 - $0 }
        default: nil
        }
    }

    /// The bytes, if they are bytes.
    var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }

    /// The text, if it is text.
    var text: String? { if case .text(let text) = self { text } else { nil } }

    /// The member with this name, if it is a map that has one.
    subscript(name: String) -> CBOR? { member(.text(name)) }

    /// The member with this number, if it is a map that has one.
    subscript(number: Int64) -> CBOR? {
        member(number < 0 ? .negative(UInt64(-1 - number)) : .unsigned(UInt64(number)))
    }

    private func member(_ key: CBOR) -> CBOR? {
        guard case .map(let members) = self else { return nil }
        return members[key]
    }
}

extension CBOR {
    /// Reads exactly one value; `nil` when it is none that we read.
    init?(_ bytes: [UInt8]) {
        guard let (value, rest) = CBOR.first(of: bytes[...]), rest.isEmpty else { return nil }
        self = value
    }

    /// Reads the value that the bytes begin with, and what follows it; `nil` when there is none.
    static func first(of bytes: ArraySlice<UInt8>) -> (value: CBOR, rest: ArraySlice<UInt8>)? {
        var reader = Reader(rest: bytes)
        guard let value = reader.value(depth: 0) else { return nil }
        return (value, reader.rest)
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func value(depth: Int) -> CBOR? {
            guard let head = rest.popFirst() else { return nil }
            if head >> 5 == 7 { return simple(head & 31) }
            guard let argument = argument(head & 31) else { return nil }
            switch head >> 5 {
            case 0: return .unsigned(argument)
            case 1: return .negative(argument)
            case 2: return take(argument).map { .bytes(Array($0)) }
            case 3:
                return take(argument).flatMap { String(validating: $0, as: UTF8.self) }
                    .map { .text($0) }
            case 4: return array(argument, depth)
            case 5: return map(argument, depth)
            // Tags: nothing that we read has one.
            default: return nil
            }
        }

        /// §3: the argument, in no more bytes than it needs.
        private mutating func argument(_ additional: UInt8) -> UInt64? {
            guard additional >= 24 else { return UInt64(additional) }
            guard additional <= 27 else { return nil }
            let count = 1 << Int(additional - 24)
            guard let bytes = take(UInt64(count)) else { return nil }
            let number = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let leastThatNeedsIt: UInt64 = count == 1 ? 24 : 1 << UInt64(count * 4)
            return number >= leastThatNeedsIt ? number : nil
        }

        private mutating func take(_ count: UInt64) -> ArraySlice<UInt8>? {
            guard count <= UInt64(rest.count) else { return nil }
            defer { rest = rest.dropFirst(Int(count)) }
            return rest.prefix(Int(count))
        }

        private func simple(_ additional: UInt8) -> CBOR? {
            switch additional {
            case 20: .bool(false)
            case 21: .bool(true)
            case 22: .null
            default: nil
            }
        }

        private mutating func array(_ count: UInt64, _ depth: Int) -> CBOR? {
            // Each element has a byte at least: a count that lies asks for no memory.
            guard depth < CBOR.depthMax, count <= UInt64(rest.count) else { return nil }
            var elements: [CBOR] = []
            for _ in 0..<count {
                guard let element = value(depth: depth + 1) else { return nil }
                elements.append(element)
            }
            return .array(elements)
        }

        private mutating func map(_ count: UInt64, _ depth: Int) -> CBOR? {
            guard depth < CBOR.depthMax, count <= UInt64(rest.count) / 2 else { return nil }
            var members: [CBOR: CBOR] = [:]
            for _ in 0..<count {
                guard let key = value(depth: depth + 1), key.isKey,
                    let member = value(depth: depth + 1),
                    members.updateValue(member, forKey: key) == nil
                else { return nil }
            }
            return .map(members)
        }
    }

    private var isKey: Bool {
        switch self {
        case .unsigned, .negative, .text: true
        default: false
        }
    }
}
