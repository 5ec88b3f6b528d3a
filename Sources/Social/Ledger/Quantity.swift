/// So much of something that is counted: a whole number of its smallest units, exact.
package struct Quantity: Sendable, Hashable, Comparable {
    /// The most that one movement moves or an account holds, in smallest units.
    package static let unitsMax: Int64 = 1_000_000_000_000_000
    /// Most decimal places that anything is counted in.
    package static let scaleMax = 6
    /// Most characters of a quantity as it is written.
    static let charactersMax = 32

    /// In units of 10^-scale of the asset; from 1 to `unitsMax`.
    package let units: Int64

    /// So many smallest units; `nil` where that is none, or beyond sense.
    package init?(units: Int64) {
        guard 1...Self.unitsMax ~= units else { return nil }
        self.units = units
    }

    /// Reads a decimal such as `1.25` of something counted in so many decimal places.
    ///
    /// Digits with at most one point among them: no sign, exponent, space or comma.
    ///
    /// - Throws: what is wrong with it.
    package init(_ text: String, scale: Int) throws(QuantityFault) {
        precondition(0...Self.scaleMax ~= scale, "an asset's scale is bounded by the schema")
        var rest = Array(text.utf8)
        guard rest.count <= Self.charactersMax else { throw .malformed }
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest.removeFirst() }
        let parts = rest.split(
            separator: UInt8(ascii: "."), maxSplits: 2, omittingEmptySubsequences: false)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard 1...2 ~= parts.count, parts.allSatisfy({ !$0.isEmpty }),
            parts.allSatisfy({ $0.allSatisfy(digits.contains) })
        else { throw .malformed }
        guard !isNegative else { throw .negative }
        // What is behind the last place that counts must be nothing.
        var decimals = parts.count == 2 ? Array(parts[1]) : []
        while decimals.last == UInt8(ascii: "0") { decimals.removeLast() }
        guard decimals.count <= scale else {
            throw scale == 0 ? .fractional : .tooFine(scale: scale)
        }
        decimals += Array(repeating: UInt8(ascii: "0"), count: scale - decimals.count)
        var units: Int64 = 0
        for digit in parts[0] + decimals {
            // At most ten times the most and nine: far from the end of Int64.
            units = units * 10 + Int64(digit - UInt8(ascii: "0"))
            guard units <= Self.unitsMax else { throw .tooLarge(scale: scale) }
        }
        guard units > 0 else { throw .nothing }
        self.units = units
    }

    /// As a decimal without zeros behind, such as `1.25`.
    package func text(scale: Int) -> String { Self.text(of: units, scale: scale) }

    /// A balance or a change as a decimal without zeros behind, such as `-1.25`.
    package static func text(of units: Int64, scale: Int) -> String {
        var digits = String(units.magnitude)
        if digits.count <= scale {
            digits = String(repeating: "0", count: scale + 1 - digits.count) + digits
        }
        var fraction = String(digits.suffix(scale))
        while fraction.last == "0" { fraction.removeLast() }
        return (units < 0 ? "-" : "") + digits.dropLast(scale)
            + (fraction.isEmpty ? "" : "." + fraction)
    }

    package static func < (one: Quantity, other: Quantity) -> Bool { one.units < other.units }
}

/// What is wrong with a quantity that somebody sent.
package enum QuantityFault: Error, Hashable {
    /// No decimal number.
    case malformed
    case negative
    /// Zero.
    case nothing
    /// Part of a piece of what is counted in whole ones.
    case fractional
    /// More decimal places than it is counted in.
    case tooFine(scale: Int)
    /// Beyond `Quantity.unitsMax`.
    case tooLarge(scale: Int)
}
