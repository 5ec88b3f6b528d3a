package import Realtime

/// A UUID (RFC 9562): sixteen bytes, as two numbers in network order.
package struct UUID: Sendable, Hashable, Comparable {
    /// The first eight bytes.
    package let high: UInt64
    /// The last eight bytes.
    package let low: UInt64

    /// A UUID by its halves.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads the 36 characters of RFC 9562 §4, in either case.
    package init?(_ text: some StringProtocol) {
        var halves: (UInt64, UInt64) = (0, 0)
        var position = 0
        for byte in text.utf8 {
            defer { position += 1 }
            switch position {
            case 36...: return nil
            case 8, 13, 18, 23: guard byte == UInt8(ascii: "-") else { return nil }
            default:
                guard let nibble = Self.nibble(byte) else { return nil }
                if position < 18 {
                    halves.0 = halves.0 << 4 | nibble
                } else {
                    halves.1 = halves.1 << 4 | nibble
                }
            }
        }
        guard position == 36 else { return nil }
        (high, low) = halves
    }

    /// Whether the left one comes first in the order of their bytes, which is PostgreSQL's too.
    package static func < (left: UUID, right: UUID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    private static func nibble(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 0x30...0x39: UInt64(byte - 0x30)
        case 0x61...0x66: UInt64(byte - 0x57)
        case 0x41...0x46: UInt64(byte - 0x37)
        default: nil
        }
    }
}

extension UUID: CustomStringConvertible, JSONWritable {
    /// Thirty-six characters in lower case.
    package var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(36)
        TextForms.appendUUID(high: high, low: low, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes a string.
    package func write(to json: inout JSONWriter) { json.uuid(high: high, low: low) }
}

/// Makes UUIDs of version 7 (RFC 9562 §5.7), each greater than the one before.
///
/// 48 bits of milliseconds, 12 bits of their fraction (§6.2, method 3), 62 random bits. While the
/// clock stands or goes back, the fraction counts on from the last one made.
package struct UUIDv7Sequence: Sendable {
    /// Milliseconds and fraction of the last one made: 60 bits.
    private var last: UInt64 = 0

    /// Starts a sequence.
    package init() {}

    /// The next one, at `instant`; an instant before 1970 counts as 1970.
    package mutating func next(
        at instant: Instant, random: inout some RandomNumberGenerator
    ) -> UUID {
        let microseconds = UInt64(max(instant.microseconds, 0))
        let (milliseconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1000)
        last = max(milliseconds << 12 | rest * 4096 / 1000, last + 1)
        let high = (last >> 12) << 16 | 0x7000 | last & 0xFFF
        let low = random.next() as UInt64
        return UUID(high: high, low: low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
    }
}

/// Makes the process's identifiers: UUIDs of version 7 from the clock and the system's randomness.
package final class UUIDGenerator: Sendable {
    private let clock: Clock
    private let sequence = Locked(UUIDv7Sequence())

    /// A generator on the server's clock.
    package init(clock: Clock) { self.clock = clock }

    /// A new UUID, greater than all that this generator made before.
    package func next() -> UUID {
        let instant = clock.now()
        return sequence.withLock { sequence in
            var random = SystemRandomNumberGenerator()
            return sequence.next(at: instant, random: &random)
        }
    }

    /// A new identifier.
    package func next<Tag>(_: Identifier<Tag>.Type = Identifier<Tag>.self) -> Identifier<Tag> {
        Identifier(next())
    }
}

/// A UUID that names a thing of one kind, so that two kinds cannot be swapped.
///
/// `Tag` only marks the kind: `typealias ID = Identifier<Person>`.
package struct Identifier<Tag>: Sendable, Hashable, Comparable {
    /// The UUID itself.
    package let rawValue: UUID

    /// Marks `rawValue` as naming a `Tag`.
    package init(_ rawValue: UUID) { self.rawValue = rawValue }

    /// Reads the 36 characters of RFC 9562 §4.
    package init?(_ text: some StringProtocol) {
        guard let rawValue = UUID(text) else { return nil }
        self.rawValue = rawValue
    }

    /// Whether the left one comes first in the order of their bytes.
    package static func < (left: Identifier, right: Identifier) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension Identifier: CustomStringConvertible, JSONWritable {
    /// Thirty-six characters in lower case.
    package var description: String { rawValue.description }

    /// Writes a string.
    package func write(to json: inout JSONWriter) { rawValue.write(to: &json) }
}
