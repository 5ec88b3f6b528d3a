/// A kind of place that can be reserved, such as adult, child, wheelchair or child_seat.
package struct SeatKind: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Lower-case letters and underscores; at most 24.
    package let code: String

    /// The kind of this code; `nil` when it is none that V0050 would store.
    package init?(_ code: String) {
        let isNamed = code.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "_")
        }
        guard (1...24).contains(code.utf8.count), isNamed, !code.hasPrefix("_") else { return nil }
        self.code = code
    }

    private init(known code: String) { self.code = code }

    /// Somebody of age.
    package static let adult = SeatKind(known: "adult")
    /// Somebody under age.
    package static let child = SeatKind(known: "child")
    /// A place for a wheelchair.
    package static let wheelchair = SeatKind(known: "wheelchair")

    /// By their codes.
    package static func < (left: SeatKind, right: SeatKind) -> Bool { left.code < right.code }

    /// The code.
    package var description: String { code }
}

/// How many places of each kind; kinds with none are left out.
package struct Seats: Sendable, Hashable {
    /// Never zero, never below.
    package private(set) var counts: [SeatKind: Int] = [:]

    /// None.
    package init() {}

    /// So many of each; what is not above zero is left out.
    package init(_ counts: [SeatKind: Int]) { self.counts = counts.filter { $0.value > 0 } }

    /// One place for each of these.
    package init(of kinds: some Sequence<SeatKind>) {
        for kind in kinds { counts[kind, default: 0] += 1 }
    }

    /// So many of each of the kinds, in their order.
    package init(_ counts: [Int32], of kinds: [SeatKind]) {
        for (kind, count) in zip(kinds, counts) where count > 0 { self.counts[kind] = Int(count) }
    }

    /// How many of a kind.
    package subscript(kind: SeatKind) -> Int { counts[kind] ?? 0 }

    /// Over all kinds.
    package var total: Int { counts.values.reduce(0, +) }

    /// Whether there are none.
    package var isEmpty: Bool { counts.isEmpty }

    /// How many of each of the kinds, in their order.
    package func aligned(with kinds: [SeatKind]) -> [Int32] { kinds.map { Int32(self[$0]) } }

    /// Kind by kind.
    package static func + (left: Seats, right: Seats) -> Seats {
        Seats(left.counts.merging(right.counts, uniquingKeysWith: +))
    }

    /// Kind by kind, none below zero.
    package static func - (left: Seats, right: Seats) -> Seats {
        Seats(left.counts.merging(right.counts.mapValues { -$0 }, uniquingKeysWith: +))
    }
}
