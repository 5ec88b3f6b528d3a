internal import CPostgres
package import Realtime

/// The cells of one row, read from left to right.
///
/// Lives no longer than the result it reads: it cannot be copied, and only its result makes one.
@safe package struct Cells: ~Copyable {
    private let raw: OpaquePointer
    private let row: Int32
    private let count: Int32
    private var column: Int32 = 0

    init(of raw: OpaquePointer, row: Int32) {
        unsafe self.raw = raw
        self.row = row
        count = unsafe PQnfields(raw)
    }

    /// Whether every cell of the row was read.
    package var isAtEnd: Bool { column == count }

    /// Whether the next cell is NULL; does not move on.
    package var isNull: Bool {
        guard column < count else { return false }
        return unsafe PQgetisnull(raw, row, column) != 0
    }

    /// Passes over the next cell.
    package mutating func skip() { column += 1 }

    /// Reads the next cell; NULL is a fault unless `Value` is optional.
    ///
    /// - Throws: An error that names the column, and what it is instead.
    package mutating func read<Value: SQLValue>(
        _: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        defer { column += 1 }
        guard column < count else { throw mismatch("\(Value.self)") }
        if unsafe PQgetisnull(raw, row, column) != 0 {
            guard let null = Value.sqlNull else { throw mismatch("\(Value.self)") }
            return null
        }
        let bytes = unsafe buffer
        guard let value = unsafe Value(sqlBytes: bytes.span, type: type) else {
            throw mismatch("\(Value.self)")
        }
        return value
    }

    /// Writes the next cell as a JSON value, by its type; NULL becomes null.
    ///
    /// Text, uuid, bool, whole and floating numbers, timestamptz, timestamp of whole minutes,
    /// date, json and jsonb; no value is made between.
    package mutating func write(to json: inout JSONWriter) throws(PostgresError) {
        defer { column += 1 }
        guard column < count else { throw mismatch("JSON") }
        guard unsafe PQgetisnull(raw, row, column) == 0 else { return json.null() }
        let buffer = unsafe buffer
        let bytes = unsafe buffer.span
        guard write(bytes, of: type, to: &json) else { throw mismatch("JSON") }
    }

    /// Writes a key, and the next cell as its JSON value.
    package mutating func write(
        _ key: String, to json: inout JSONWriter
    ) throws(PostgresError) {
        json.key(key)
        try write(to: &json)
    }

    /// Writes a key and the next cell's value, or nothing if the cell is NULL.
    package mutating func writeIfPresent(
        _ key: String, to json: inout JSONWriter
    ) throws(PostgresError) {
        guard !isNull else { return skip() }
        try write(key, to: &json)
    }

    private func write(
        _ bytes: Span<UInt8>, of type: SQLType, to json: inout JSONWriter
    ) -> Bool {
        switch type {
        case .json: json.raw(json: bytes)
        case .jsonb:
            guard bytes.count > 1, bytes[0] == 1 else { return false }
            json.raw(json: bytes.extracting(1..<bytes.count))
        case .uuid: return write(UUID(sqlBytes: bytes, type: type), to: &json)
        case .bool: return write(Bool(sqlBytes: bytes, type: type), to: &json)
        case .int2, .int4, .int8: return write(Int64(sqlBytes: bytes, type: type), to: &json)
        case .float4, .float8: return write(Double(sqlBytes: bytes, type: type), to: &json)
        case .timestamptz: return write(Instant(sqlBytes: bytes, type: type), to: &json)
        case .timestamp: return write(LocalTime(sqlBytes: bytes, type: type), to: &json)
        case .date: return write(Day(sqlBytes: bytes, type: type), to: &json)
        case .textArray, .varcharArray:
            return write([String](sqlBytes: bytes, type: type), to: &json)
        case .uuidArray: return write([UUID](sqlBytes: bytes, type: type), to: &json)
        case .int2Array, .int4Array, .int8Array:
            return write([Int64](sqlBytes: bytes, type: type), to: &json)
        default:
            guard type.isText else { return false }
            json.string(utf8: bytes)
        }
        return true
    }

    private func write(_ value: (some JSONWritable)?, to json: inout JSONWriter) -> Bool {
        value?.write(to: &json)
        return value != nil
    }

    private var type: SQLType { unsafe SQLType(rawValue: PQftype(raw, column)) }

    private var buffer: UnsafeBufferPointer<UInt8> {
        let count = unsafe Int(PQgetlength(raw, row, column))
        guard let start = unsafe PQgetvalue(raw, row, column) else {
            return unsafe UnsafeBufferPointer(start: nil, count: 0)
        }
        return unsafe UnsafeBufferPointer(
            start: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: count)
    }

    private func mismatch(_ expected: String) -> PostgresError {
        guard column < count else {
            return PostgresError(
                .decoding, message: "the row has \(count) columns; \(expected) wanted one more")
        }
        let name = unsafe PQfname(raw, column).map { unsafe String(cString: $0) } ?? ""
        let found =
            isNull
            ? "NULL" : "type \(type.rawValue) of \(unsafe PQgetlength(raw, row, column)) bytes"
        return PostgresError(
            .decoding, message: "column \(column + 1) (\(name)) is \(found), not \(expected)")
    }
}
