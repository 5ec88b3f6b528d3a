/// The generator of Steele, Lea and Flood ("Fast Splittable Pseudorandom Number Generators", 2014):
/// the only source of chance here, always from a seed that the caller gives.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// The same seed gives the same numbers, on every machine.
    public init(seed: UInt64) { state = seed }

    /// Uniform over all 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Uniform from 0 to `bound` - 1, which must be positive; fast, and the same on every machine.
    public mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// Uniform from 0 up to, but not, 1.
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
