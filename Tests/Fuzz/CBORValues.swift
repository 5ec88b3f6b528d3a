@testable import Platform

/// CBOR as authenticators send it: what is read is one value in its shortest form, that ends where
/// the input does; and nothing that reads authenticators' answers breaks on any bytes.
enum CBORValues: FuzzTarget {
    static let name = "cbor"

    static func check(_ bytes: [UInt8]) throws(Disagreement) {
        if let value = CBOR(bytes) {
            try expect(size(value) == bytes.count, "\(value) is longer than it need be")
            try expect(end(bytes, 0, 0) == bytes.count, "\(value) does not end there")
        } else if let first = CBOR.first(of: bytes[...]) {
            try expect(size(first.value) == bytes.count - first.rest.count, "\(first.value)")
        }
        let key = COSEKey(bytes)
        try expect(key == nil || CBOR(bytes) != nil, "a key that is no value")
        if let data = AuthenticatorData(bytes), let made = data.credential {
            try expect(
                37 + 18 + made.id.count + made.publicKey.count <= bytes.count,
                "more than there is")
        }
    }

    /// How many bytes the shortest form has.
    private static func size(_ value: CBOR) -> Int {
        switch value {
        case .unsigned(let number), .negative(let number): head(number)
        case .bytes(let bytes): head(UInt64(bytes.count)) + bytes.count
        case .text(let text): head(UInt64(text.utf8.count)) + text.utf8.count
        case .array(let all): all.reduce(head(UInt64(all.count))) { $0 + size($1) }
        case .map(let all):
            all.reduce(head(UInt64(all.count))) { $0 + size($1.key) + size($1.value) }
        case .bool, .null: 1
        }
    }

    private static func head(_ number: UInt64) -> Int {
        switch number {
        case ..<24: 1
        case ...0xFF: 2
        case ...0xFFFF: 3
        case ...0xFFFF_FFFF: 5
        default: 9
        }
    }

    /// Where the value at `start` ends by RFC 8949 §3 alone; `nil` when it does not.
    private static func end(_ bytes: [UInt8], _ start: Int, _ depth: Int) -> Int? {
        guard depth <= 4, start < bytes.count else { return nil }
        let kind = bytes[start] >> 5
        let info = bytes[start] & 31
        var place = start + 1
        var number = UInt64(info)
        if info >= 24 {
            guard info <= 27 else { return nil }
            let count = 1 << Int(info - 24)
            guard place + count <= bytes.count else { return nil }
            number = bytes[place..<place + count].reduce(0) { $0 << 8 | UInt64($1) }
            place += count
        }
        switch kind {
        case 0, 1: return place
        case 2, 3:
            guard number <= UInt64(bytes.count - place) else { return nil }
            return place + Int(number)
        case 4, 5:
            guard number <= UInt64(bytes.count) else { return nil }
            for _ in 0..<Int(number) * (kind == 5 ? 2 : 1) {
                guard let next = end(bytes, place, depth + 1) else { return nil }
                place = next
            }
            return place
        case 7: return (20...22).contains(info) ? place : nil
        default: return nil
        }
    }

    static let seeds: [[UInt8]] = [
        [0x00], [0x18, 0x18], [0x39, 0x01, 0x00], [0xA1, 0x01, 0x02], [0x82, 0x61, 0x61, 0xF6],
        [0xA4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20]
            + [UInt8](repeating: 9, count: 32),
        [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]
            + [UInt8](repeating: 9, count: 32) + [0x22, 0x58, 0x20]
            + [UInt8](repeating: 9, count: 32),
        [UInt8](repeating: 7, count: 32) + [0x45, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 16)
            + [0, 2, 8, 9, 0xA1, 0x01, 0x02],
    ]
}
