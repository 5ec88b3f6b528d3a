/// A type that goes to PostgreSQL and comes back in binary format.
package protocol SQLValue: Sendable {
    /// The type that a bound value has.
    static var sqlType: SQLType { get }

    /// The type of this bound value.
    var boundType: SQLType { get }

    /// The value that NULL reads as; `nil`, as by default, if NULL is a fault.
    static var sqlNull: Self? { get }

    /// Appends the value's binary format and returns true, or returns false for NULL.
    func encode(into bytes: inout [UInt8]) -> Bool

    /// Reads a cell's binary format; `nil` if it is of another type or malformed.
    init?(sqlBytes: Span<UInt8>, type: SQLType)
}

extension SQLValue {
    /// Its type's own.
    package var boundType: SQLType { Self.sqlType }

    /// NULL is a fault.
    package static var sqlNull: Self? { nil }
}

extension Optional: SQLValue where Wrapped: SQLValue {
    /// That of the value inside.
    package static var sqlType: SQLType { Wrapped.sqlType }

    /// NULL reads as `nil`.
    package static var sqlNull: Wrapped?? { .some(.none) }

    /// NULL for `nil`.
    package func encode(into bytes: inout [UInt8]) -> Bool { self?.encode(into: &bytes) ?? false }

    /// Reads the value inside.
    package init?(sqlBytes: Span<UInt8>, type: SQLType) {
        guard let value = Wrapped(sqlBytes: sqlBytes, type: type) else { return nil }
        self = .some(value)
    }
}

extension Bool: SQLValue {
    /// `bool`.
    package static var sqlType: SQLType { .bool }

    /// One byte.
    package func encode(into bytes: inout [UInt8]) -> Bool {
        bytes.append(self ? 1 : 0)
        return true
    }

    /// Reads `bool`.
    package init?(sqlBytes: Span<UInt8>, type: SQLType) {
        guard type == .bool, sqlBytes.count == 1 else { return nil }
        self = sqlBytes[0] != 0
    }
}

extension Int: SQLValue {
    /// `int8`.
    package static var sqlType: SQLType { .int8 }

    /// Eight bytes.
    package func encode(into bytes: inout [UInt8]) -> Bool { Int64(self).encode(into: &bytes) }

    /// Reads `int2`, `int4` or `int8`.
    package init?(sqlBytes: Span<UInt8>, type: SQLType) {
        guard let value = Int64(sqlBytes: sqlBytes, type: type) else { return nil }
        self = Int(value)
    }
}

extension Int64: SQLValue {
    /// `int8`.
    package static var sqlType: SQLType { .int8 }

    /// Eight bytes.
    package func encode(into bytes: inout [UInt8]) -> Bool {
        bytes.appendBigEndian(self)
        return true
    }

    /// Reads `int2`, `int4` or `int8`.
    package init?(sqlBytes: Span<UInt8>, type: SQLType) {
        switch type {
        case .int8:
            guard let value = sqlBytes.bigEndian(Int64.self) else { return nil }
            self = value
        case .int4, .int2:
            guard let value = Int32(sqlBytes: sqlBytes, type: type) else { return nil }
            self = Int64(value)
        default: return nil
        }
    }
}

extension Int32: SQLValue {
    /// `int4`.
    package static var sqlType: SQLType { .int4 }

    /// Four bytes.
    package func encode(into bytes: inout [UInt8]) -> Bool {
        bytes.appendBigEndian(self)
        return true
    }

    /// Reads `int2` or `int4`.
    package init?(sqlBytes: Span<UInt8>, type: SQLType) {
        switch type {
        case .int4:
            guard let value = sqlBytes.bigEndian(Int32.self) else { return nil }
            self = value
        case .int2:
            guard let value = sqlBytes.bigEndian(Int16.self) else { return nil }
            self = Int32(value)
        default: return nil
        }
    }
}

extension Int16: SQLValue {
    /// `int2`.
    package static var sqlType: SQLType { .int2 }

    /// Two bytes.
    package func encode(into bytes: inout [UInt8]) -> Bool {
        bytes.appendBigEndian(self)
        return true
    }

    /// Reads `int2`.
    package init?(sqlBytes: Span<UInt8>, type: SQLType) {
        guard type == .int2, let value = sqlBytes.bigEndian(Int16.self) else { return nil }
        self = value
    }
}

extension Double: SQLValue {
    /// `float8`.
    package static var sqlType: SQLType { .float8 }

    /// Eight bytes.
    package func encode(into bytes: inout [UInt8]) -> Bool {
        bytes.appendBigEndian(bitPattern)
        return true
    }

    /// Reads `float4` or `float8`.
    package init?(sqlBytes: Span<UInt8>, type: SQLType) {
        switch type {
        case .float8:
            guard let bits = sqlBytes.bigEndian(UInt64.self) else { return nil }
            self.init(bitPattern: bits)
        case .float4:
            guard let bits = sqlBytes.bigEndian(UInt32.self) else { return nil }
            self.init(Float(bitPattern: bits))
        default: return nil
        }
    }
}

extension String: SQLValue {
    /// `text`.
    package static var sqlType: SQLType { .text }

    /// UTF-8; PostgreSQL refuses a zero byte (SQLSTATE 22021).
    package func encode(into bytes: inout [UInt8]) -> Bool {
        bytes.append(contentsOf: utf8)
        return true
    }

    /// Reads any type that is text in binary too: `text`, `varchar`, `json`, enumerations.
    package init?(sqlBytes: Span<UInt8>, type: SQLType) {
        guard type.isText, let utf8 = try? UTF8Span(validating: sqlBytes) else { return nil }
        self.init(copying: utf8)
    }
}

extension UUID: SQLValue {
    /// `uuid`.
    package static var sqlType: SQLType { .uuid }

    /// Sixteen bytes.
    package func encode(into bytes: inout [UInt8]) -> Bool {
        bytes.appendBigEndian(high)
        bytes.appendBigEndian(low)
        return true
    }

    /// Reads `uuid`.
    package init?(sqlBytes: Span<UInt8>, type: SQLType) {
        guard type == .uuid, sqlBytes.count == 16,
            let high = sqlBytes.extracting(0..<8).bigEndian(UInt64.self),
            let low = sqlBytes.extracting(8..<16).bigEndian(UInt64.self)
        else { return nil }
        self.init(high: high, low: low)
    }
}

extension Identifier: SQLValue {
    /// `uuid`.
    package static var sqlType: SQLType { .uuid }

    /// Sixteen bytes.
    package func encode(into bytes: inout [UInt8]) -> Bool { rawValue.encode(into: &bytes) }

    /// Reads `uuid`.
    package init?(sqlBytes: Span<UInt8>, type: SQLType) {
        guard let value = UUID(sqlBytes: sqlBytes, type: type) else { return nil }
        self.init(value)
    }
}

extension Instant: SQLValue {
    /// Microseconds from 1970 to 2000, where PostgreSQL begins (`timestamp.h`).
    private static let postgresEpoch: Int64 = 946_684_800_000_000

    /// `timestamptz`.
    package static var sqlType: SQLType { .timestamptz }

    /// Microseconds since 2000.
    package func encode(into bytes: inout [UInt8]) -> Bool {
        bytes.appendBigEndian(microseconds - Self.postgresEpoch)
        return true
    }

    /// Reads `timestamptz`; `infinity` becomes the latest instant, `-infinity` the earliest.
    package init?(sqlBytes: Span<UInt8>, type: SQLType) {
        guard type == .timestamptz, let value = sqlBytes.bigEndian(Int64.self) else { return nil }
        let (sum, overflow) = value.addingReportingOverflow(Self.postgresEpoch)
        self.init(microseconds: overflow ? .max : sum)
    }
}

extension Day: SQLValue {
    /// Days from 1970 to 2000, where PostgreSQL begins.
    private static let postgresEpoch: Int32 = 10957

    /// `date`.
    package static var sqlType: SQLType { .date }

    /// Days since 2000.
    package func encode(into bytes: inout [UInt8]) -> Bool {
        bytes.appendBigEndian(daysSinceEpoch - Self.postgresEpoch)
        return true
    }

    /// Reads `date`; `infinity` becomes the last day of year 9999.
    package init?(sqlBytes: Span<UInt8>, type: SQLType) {
        guard type == .date, let value = sqlBytes.bigEndian(Int32.self) else { return nil }
        let (sum, overflow) = value.addingReportingOverflow(Self.postgresEpoch)
        self.init(daysSinceEpoch: overflow ? .max : sum)
    }
}

extension LocalTime: SQLValue {
    /// Minutes from 1970 to 2000, where PostgreSQL begins.
    private static let postgresEpoch: Int64 = 10957 * 1440

    /// `timestamp`, without zone.
    package static var sqlType: SQLType { .timestamp }

    /// Microseconds since 2000.
    package func encode(into bytes: inout [UInt8]) -> Bool {
        bytes.appendBigEndian((minutesSinceEpoch - Self.postgresEpoch) * 60_000_000)
        return true
    }

    /// Reads a `timestamp` of whole minutes; `infinity` is none.
    package init?(sqlBytes: Span<UInt8>, type: SQLType) {
        guard type == .timestamp, let value = sqlBytes.bigEndian(Int64.self),
            value.isMultiple(of: 60_000_000)
        else { return nil }
        self.init(minutesSinceEpoch: value / 60_000_000 + Self.postgresEpoch)
    }
}

/// JSON text as `jsonb` keeps it.
package struct JSONB: SQLValue, Hashable {
    /// UTF-8 of one JSON value.
    package var bytes: [UInt8]

    /// Wraps bytes that are one JSON value; the server checks them (SQLSTATE 22P02).
    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// `jsonb`.
    package static var sqlType: SQLType { .jsonb }

    /// The format's version, 1, and the text (`jsonb.c`, jsonb_recv).
    package func encode(into bytes: inout [UInt8]) -> Bool {
        bytes.append(1)
        bytes.append(contentsOf: self.bytes)
        return true
    }

    /// Reads `jsonb` or `json`.
    package init?(sqlBytes: Span<UInt8>, type: SQLType) {
        switch type {
        case .jsonb:
            guard sqlBytes.count > 1, sqlBytes[0] == 1 else { return nil }
            bytes = Array(copying: sqlBytes.extracting(1..<sqlBytes.count))
        case .json: bytes = Array(copying: sqlBytes)
        default: return nil
        }
    }
}
