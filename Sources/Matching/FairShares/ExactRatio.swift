/// An exact fraction, reduced, with a positive denominator.
///
/// Sums and comparisons are exact; where one does not fit into 128 bits it is nil, and never wrong.
public struct ExactRatio: Hashable, Sendable, Codable {
    /// Above the line.
    public private(set) var numerator: Int128
    /// Below the line; positive.
    public private(set) var denominator: Int128

    /// Nothing.
    public static let zero = ExactRatio(0, 1)

    /// `numerator` over a positive `denominator`, reduced.
    public init(_ numerator: some BinaryInteger, _ denominator: some BinaryInteger) {
        precondition(denominator > 0)
        let (above, below) = (Int128(numerator), Int128(denominator))
        let divisor = Self.divisor(above.magnitude, below.magnitude)
        self.numerator = above / Int128(divisor)
        self.denominator = below / Int128(divisor)
    }

    /// The nearest number, to a few units in the last place.
    public var value: Double { Double(numerator) / Double(denominator) }

    /// The sum, or nil beyond 128 bits.
    public func adding(_ other: ExactRatio) -> ExactRatio? {
        let shared = Int128(Self.divisor(denominator.magnitude, other.denominator.magnitude))
        let left = numerator.multipliedReportingOverflow(by: other.denominator / shared)
        let right = other.numerator.multipliedReportingOverflow(by: denominator / shared)
        let below = denominator.multipliedReportingOverflow(by: other.denominator / shared)
        let above = left.partialValue.addingReportingOverflow(right.partialValue)
        guard !left.overflow, !right.overflow, !below.overflow, !above.overflow else { return nil }
        return ExactRatio(above.partialValue, below.partialValue)
    }

    /// Whether it is less than another, exactly, without a product that could overflow.
    public func isLess(than other: ExactRatio) -> Bool {
        let left = numerator.multipliedFullWidth(by: other.denominator)
        let right = other.numerator.multipliedFullWidth(by: denominator)
        return left.high == right.high ? left.low < right.low : left.high < right.high
    }

    private static func divisor(_ first: UInt128, _ second: UInt128) -> UInt128 {
        var (larger, smaller) = (first, second)
        if larger <= UInt128(UInt64.max), smaller <= UInt128(UInt64.max) {
            var (wide, narrow) = (UInt64(larger), UInt64(smaller))
            while narrow != 0 { (wide, narrow) = (narrow, wide % narrow) }
            return UInt128(max(wide, 1))
        }
        while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
        return max(larger, 1)
    }
}
