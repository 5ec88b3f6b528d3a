extension [UInt8] {
    /// Appends a number in network order.
    mutating func appendBigEndian(_ number: some FixedWidthInteger) {
        var shift = number.bitWidth
        while shift > 0 {
            shift -= 8
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    /// Copies a span.
    init(copying span: Span<UInt8>) {
        self = unsafe span.withUnsafeBufferPointer { unsafe Array($0) }
    }
}

extension FixedWidthInteger {
    /// Its bytes in network order.
    var bigEndianBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendBigEndian(self)
        return bytes
    }
}

extension Span<UInt8> {
    /// The number in network order that this is, or `nil` if it is of another length.
    func bigEndian<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
        guard count * 8 == Number.bitWidth else { return nil }
        var number: Number = 0
        for index in indices { number = number << 8 | Number(truncatingIfNeeded: self[index]) }
        return number
    }
}
