internal import FoundationEssentials

/// Reads instances and solutions written as JSON, and says on which line one is wrong.
public enum JSONInput {
    /// Decodes a text that holds one value, or a list of them.
    public static func oneOrMany<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8]
    ) throws(InputProblem) -> OneOrMany<Value> {
        let isList = bytes.first { !$0.isJSONSpace } == UInt8(ascii: "[")
        guard isList else { return .one(try decode(type, from: bytes)) }
        return .many(try decode([Value].self, from: bytes))
    }

    /// Decodes a text that holds one value.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8]
    ) throws(InputProblem) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw problem(error, in: bytes)
        } catch let error as InputProblem {
            throw error
        } catch {
            throw InputProblem(line: nil, expected: "JSON", found: "something else")
        }
    }

    /// The line on which the value at a path of the text stands; for problems of its meaning.
    ///
    /// A step is a member's name, or an element's index. The text must be JSON.
    public static func line(of path: [String], in bytes: [UInt8]) -> Int {
        var locator = JSONLocator(bytes)
        return locator.line(of: path[...])
    }

    private static func problem(_ error: DecodingError, in bytes: [UInt8]) -> InputProblem {
        switch error {
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            return located(context, "\(name(of: type)) at \(name(of: context))", in: bytes)
        case .keyNotFound(let key, let context):
            return located(
                context, "a member \"\(key.stringValue)\" in \(name(of: context))", in: bytes)
        case .dataCorrupted(let context):
            if context.codingPath.isEmpty {
                return InputProblem(
                    line: JSONLocator.lineOfFirstError(bytes), expected: "JSON",
                    found: "something else")
            }
            return located(
                context, "\(context.debugDescription) at \(name(of: context))", in: bytes)
        @unknown default:
            return InputProblem(line: nil, expected: "JSON", found: "something else")
        }
    }

    private static func located(
        _ context: DecodingError.Context, _ expected: String, in bytes: [UInt8]
    ) -> InputProblem {
        let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
        var locator = JSONLocator(bytes)
        let line = locator.line(of: path[...])
        return InputProblem(line: line, expected: expected, found: locator.excerpt())
    }

    private static func name(of context: DecodingError.Context) -> String {
        let path = context.codingPath.map { step in
            step.intValue.map { "[\($0)]" } ?? ".\(step.stringValue)"
        }
        return path.isEmpty ? "the whole" : path.joined()
    }

    private static func name(of type: Any.Type) -> String {
        switch type {
        case is Int.Type, is Int64.Type, is Int32.Type: "a whole number"
        case is Double.Type: "a number"
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        default: "\(type)".hasPrefix("Array") ? "a list" : "an object"
        }
    }
}

/// A file of one instance, or of a list of them; answers have the same form.
public enum OneOrMany<Value> {
    case one(Value)
    case many([Value])

    /// What `body` makes of each, in the same form.
    public func map<Other, Failure: Error>(
        _ body: (Value) throws(Failure) -> Other
    ) throws(Failure) -> OneOrMany<Other> {
        switch self {
        case .one(let value): return .one(try body(value))
        case .many(let values):
            var others: [Other] = []
            for value in values { others.append(try body(value)) }
            return .many(others)
        }
    }

    /// All, in the file's order.
    public var all: [Value] {
        switch self {
        case .one(let value): [value]
        case .many(let values): values
        }
    }
}

extension OneOrMany: Sendable where Value: Sendable {}

extension OneOrMany: Encodable where Value: Encodable {
    /// As the value itself, or as a list.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .one(let value): try value.encode(to: encoder)
        case .many(let values): try values.encode(to: encoder)
        }
    }
}

/// A whole number in JSON, whose place is known when it is none.
///
/// The decoder refuses 1.5 as an `Int` without saying where; exact up to 2 to the power of 53.
public struct WholeNumber: Hashable, Sendable, Codable {
    /// The number.
    public var value: Int

    /// Wraps a number.
    public init(_ value: Int) { self.value = value }

    /// Refuses fractions, and what is too large to be exact.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let number = try container.decode(Double.self)
        guard number.rounded() == number, abs(number) <= 0x1p53 else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a whole number")
        }
        value = Int(number)
    }

    /// As a number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}

extension UInt8 {
    var isJSONSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}
