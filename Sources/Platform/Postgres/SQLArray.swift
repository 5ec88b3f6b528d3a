/// A type whose arrays go to PostgreSQL and come back; only `UInt8`'s are not SQL arrays but `bytea`.
package protocol SQLArrayElement: Sendable {
    /// The type of a bound array.
    static var sqlArrayType: SQLType { get }

    /// Appends the binary format of an array.
    static func encode(_ array: [Self], into bytes: inout [UInt8])

    /// Reads the binary format of an array; `nil` if it is of another type or malformed.
    static func decodeArray(_ bytes: Span<UInt8>, type: SQLType) -> [Self]?
}

extension Array: SQLValue where Element: SQLArrayElement {
    /// The array type of the element.
    package static var sqlType: SQLType { Element.sqlArrayType }

    /// As the element's arrays are written.
    package func encode(into bytes: inout [UInt8]) -> Bool {
        Element.encode(self, into: &bytes)
        return true
    }

    /// As the element's arrays are read.
    package init?(sqlBytes: Span<UInt8>, type: SQLType) {
        guard let array = Element.decodeArray(sqlBytes, type: type) else { return nil }
        self = array
    }
}

extension UInt8: SQLArrayElement {
    /// `bytea`.
    package static var sqlArrayType: SQLType { .bytea }

    /// The bytes themselves.
    package static func encode(_ array: [UInt8], into bytes: inout [UInt8]) {
        bytes.append(contentsOf: array)
    }

    /// Reads `bytea`.
    package static func decodeArray(_ bytes: Span<UInt8>, type: SQLType) -> [UInt8]? {
        type == .bytea ? Array(copying: bytes) : nil
    }
}

extension SQLArrayElement where Self: SQLValue {
    /// One dimension from 1, as `arrayfuncs.c` (array_send) writes it.
    package static func encode(_ array: [Self], into bytes: inout [UInt8]) {
        bytes.appendBigEndian(Int32(array.isEmpty ? 0 : 1))  // dimensions
        let flagsAt = bytes.count
        bytes.appendBigEndian(Int32(0))  // whether there are NULLs
        bytes.appendBigEndian(sqlType.rawValue)
        guard !array.isEmpty else { return }
        bytes.appendBigEndian(Int32(array.count))
        bytes.appendBigEndian(Int32(1))  // lower bound
        for element in array {
            let countAt = bytes.count
            bytes.appendBigEndian(Int32(-1))
            guard element.encode(into: &bytes) else {
                bytes[flagsAt + 3] = 1
                continue
            }
            let count = UInt32(bytes.count - countAt - 4).bigEndianBytes
            for index in 0..<4 { bytes[countAt + index] = count[index] }
        }
    }

    /// Reads an empty or one-dimensional array.
    package static func decodeArray(_ bytes: Span<UInt8>, type: SQLType) -> [Self]? {
        guard bytes.count >= 12,
            let dimensions = bytes.extracting(0..<4).bigEndian(Int32.self),
            let element = bytes.extracting(8..<12).bigEndian(UInt32.self)
        else { return nil }
        guard dimensions != 0 else { return [] }
        guard dimensions == 1, bytes.count >= 20,
            let count = bytes.extracting(12..<16).bigEndian(Int32.self)
        else { return nil }
        return elements(
            of: bytes.extracting(20..<bytes.count), count: Int(count),
            type: SQLType(rawValue: element))
    }

    private static func elements(of bytes: Span<UInt8>, count: Int, type: SQLType) -> [Self]? {
        var array: [Self] = []
        var offset = 0
        for _ in 0..<count {
            guard offset + 4 <= bytes.count,
                let length = bytes.extracting(offset..<offset + 4).bigEndian(Int32.self)
            else { return nil }
            offset += 4
            guard length >= 0 else {
                guard let null = sqlNull else { return nil }
                array.append(null)
                continue
            }
            let end = offset + Int(length)
            guard end <= bytes.count,
                let value = Self(sqlBytes: bytes.extracting(offset..<end), type: type)
            else { return nil }
            array.append(value)
            offset = end
        }
        return array
    }
}

extension Bool: SQLArrayElement {
    /// `bool[]`.
    package static var sqlArrayType: SQLType { .boolArray }
}

extension Int: SQLArrayElement {
    /// `int8[]`.
    package static var sqlArrayType: SQLType { .int8Array }
}

extension Int64: SQLArrayElement {
    /// `int8[]`.
    package static var sqlArrayType: SQLType { .int8Array }
}

extension Int32: SQLArrayElement {
    /// `int4[]`.
    package static var sqlArrayType: SQLType { .int4Array }
}

extension Int16: SQLArrayElement {
    /// `int2[]`.
    package static var sqlArrayType: SQLType { .int2Array }
}

extension Double: SQLArrayElement {
    /// `float8[]`.
    package static var sqlArrayType: SQLType { .float8Array }
}

extension String: SQLArrayElement {
    /// `text[]`.
    package static var sqlArrayType: SQLType { .textArray }
}

extension UUID: SQLArrayElement {
    /// `uuid[]`.
    package static var sqlArrayType: SQLType { .uuidArray }
}

extension Identifier: SQLArrayElement {
    /// `uuid[]`.
    package static var sqlArrayType: SQLType { .uuidArray }
}

extension Instant: SQLArrayElement {
    /// `timestamptz[]`.
    package static var sqlArrayType: SQLType { .timestamptzArray }
}

extension Day: SQLArrayElement {
    /// `date[]`.
    package static var sqlArrayType: SQLType { .dateArray }
}

extension LocalTime: SQLArrayElement {
    /// `timestamp[]`.
    package static var sqlArrayType: SQLType { .timestampArray }
}

extension Optional: SQLArrayElement where Wrapped: SQLArrayElement & SQLValue {
    /// That of the value inside.
    package static var sqlArrayType: SQLType { Wrapped.sqlArrayType }
}
