/// Writes JSON (RFC 8259) straight into bytes.
///
/// Commas are set by the writer; that objects and arrays are closed, and that a key stands before
/// each value of an object, is the caller's part (`object` and `array` close what they open).
/// Numbers, identifiers and instants pass through no intermediate string.
package struct JSONWriter: Sendable {
    /// What was written so far.
    package private(set) var bytes: [UInt8]
    private var needsComma = false

    /// Starts empty, with room for `capacity` bytes.
    package init(capacity: Int = 1024) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Writes an object; `body` writes its members.
    package mutating func object<Failure>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        beginObject()
        try body(&self)
        endObject()
    }

    /// Writes an array; `body` writes its elements.
    package mutating func array<Failure>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        beginArray()
        try body(&self)
        endArray()
    }

    /// Opens an object.
    package mutating func beginObject() { open(UInt8(ascii: "{")) }

    /// Closes an object.
    package mutating func endObject() { close(UInt8(ascii: "}")) }

    /// Opens an array.
    package mutating func beginArray() { open(UInt8(ascii: "[")) }

    /// Closes an array.
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    /// Writes the key of the next value.
    package mutating func key(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a key and its value.
    package mutating func member(_ name: String, _ value: some JSONWritable) {
        key(name)
        value.write(to: &self)
    }

    /// Writes a value.
    package mutating func value(_ value: some JSONWritable) { value.write(to: &self) }

    /// Writes a string, escaped as RFC 8259 §7 asks.
    package mutating func string(_ text: String) {
        beginValue()
        bytes.append(UInt8(ascii: "\""))
        let utf8 = text.utf8
        if utf8.contains(where: needsEscape) {
            for byte in utf8 { appendEscaped(byte) }
        } else {
            bytes.append(contentsOf: utf8)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes a string given as bytes, which must be UTF-8, escaped as RFC 8259 §7 asks.
    package mutating func string(utf8: Span<UInt8>) {
        beginValue()
        bytes.append(UInt8(ascii: "\""))
        var plain = 0
        for index in utf8.indices where needsEscape(utf8[index]) {
            append(utf8.extracting(plain..<index))
            appendEscaped(utf8[index])
            plain = index + 1
        }
        append(utf8.extracting(plain..<utf8.count))
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes a whole number.
    ///
    /// JavaScript readers are exact to 2^53; send more as a string.
    package mutating func int(_ number: Int64) {
        beginValue()
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        appendDigits(number.magnitude)
    }

    /// Writes a floating-point number, or null for infinities and NaN, which JSON lacks.
    package mutating func double(_ number: Double) {
        guard number.isFinite else { return null() }
        beginValue()
        bytes.append(contentsOf: number.description.utf8)
    }

    /// Writes `true` or `false`.
    package mutating func bool(_ value: Bool) {
        beginValue()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// Writes `null`.
    package mutating func null() {
        beginValue()
        bytes.append(contentsOf: "null".utf8)
    }

    /// Writes a UUID's text (RFC 9562 §4), given its halves, as a string.
    package mutating func uuid(high: UInt64, low: UInt64) {
        beginValue()
        bytes.append(UInt8(ascii: "\""))
        TextForms.appendUUID(high: high, low: low, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes an instant, in microseconds since 1970 UTC, as an RFC 3339 string.
    ///
    /// The fraction has as many digits as it needs: none, three or six.
    package mutating func instant(microseconds: Int64) {
        beginValue()
        bytes.append(UInt8(ascii: "\""))
        TextForms.appendInstant(microseconds: microseconds, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes bytes that are one JSON value already.
    package mutating func raw(_ json: some Collection<UInt8>) {
        beginValue()
        bytes.append(contentsOf: json)
    }

    /// Writes bytes that are one JSON value already.
    package mutating func raw(json: Span<UInt8>) {
        beginValue()
        append(json)
    }

    private mutating func open(_ bracket: UInt8) {
        beginValue()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func beginValue() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func appendDigits(_ number: UInt64) {
        TextForms.appendDigits(number, to: &bytes)
    }

    private mutating func append(_ span: Span<UInt8>) {
        unsafe span.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0x0A: bytes.append(contentsOf: "\\n".utf8)
        case 0x0D: bytes.append(contentsOf: "\\r".utf8)
        case 0x09: bytes.append(contentsOf: "\\t".utf8)
        case ..<0x20:
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(TextForms.hexDigit(byte >> 4))
            bytes.append(TextForms.hexDigit(byte & 15))
        default: bytes.append(byte)
        }
    }
}

private func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
}

/// A value that writes itself as JSON.
package protocol JSONWritable {
    /// Writes exactly one JSON value.
    func write(to json: inout JSONWriter)
}

extension String: JSONWritable {
    /// Writes a string.
    package func write(to json: inout JSONWriter) { json.string(self) }
}

extension Bool: JSONWritable {
    /// Writes `true` or `false`.
    package func write(to json: inout JSONWriter) { json.bool(self) }
}

extension Int: JSONWritable {
    /// Writes a number.
    package func write(to json: inout JSONWriter) { json.int(Int64(self)) }
}

extension Int64: JSONWritable {
    /// Writes a number.
    package func write(to json: inout JSONWriter) { json.int(self) }
}

extension Int32: JSONWritable {
    /// Writes a number.
    package func write(to json: inout JSONWriter) { json.int(Int64(self)) }
}

extension Double: JSONWritable {
    /// Writes a number.
    package func write(to json: inout JSONWriter) { json.double(self) }
}

extension Optional: JSONWritable where Wrapped: JSONWritable {
    /// Writes the value, or null.
    package func write(to json: inout JSONWriter) {
        if let self { self.write(to: &json) } else { json.null() }
    }
}

extension Array: JSONWritable where Element: JSONWritable {
    /// Writes an array.
    package func write(to json: inout JSONWriter) {
        json.beginArray()
        for element in self { element.write(to: &json) }
        json.endArray()
    }
}
