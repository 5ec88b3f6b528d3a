/// A quantity of a JSON file as the decimal that stands there: `mantissa` over a power of ten.
///
/// A number such as 2.35 is read as 235 hundredths, exactly; finer ones than a billionth are read to
/// the nearest billionth, which is the resolution of all shares.
public struct ExactDecimal: Hashable, Sendable, Codable {
    /// Finest place that is read.
    public static let placesMax = 9
    /// Largest quantity, in the file's unit.
    public static let valueMax = 1e9

    /// The digits as a whole number, without trailing zeros.
    public var mantissa: Int64
    /// Digits behind the point, 0 to `placesMax`.
    public var places: Int

    /// Reads a number from 0 to `valueMax`; nil for any other.
    public init?(_ value: Double) {
        guard value >= 0, value <= Self.valueMax else { return nil }
        var power = 1.0
        for places in 0...Self.placesMax {
            let digits = (value * power).rounded()
            if digits / power == value || places == Self.placesMax {
                mantissa = Int64(digits)
                self.places = places
                return
            }
            power *= 10
        }
        return nil
    }

    /// Refuses what is no number from 0 to `valueMax`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let decimal = ExactDecimal(try container.decode(Double.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a number from 0 to \(Int(Self.valueMax))")
        }
        self = decimal
    }

    /// As a number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Double(mantissa) / Double(Self.power(places)))
    }

    /// The quantity in grains, of which a unit has ten to the power of `scale`, at least `places`.
    ///
    /// At most 10 to the power of 18, and nothing is rounded.
    func grains(scale: Int) -> Int64 { mantissa * Self.power(scale - places) }

    /// Ten to the power of 0 to 18.
    static func power(_ exponent: Int) -> Int64 {
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }
}
