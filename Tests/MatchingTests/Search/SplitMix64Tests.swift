import Matching
import Testing

@Suite("SplitMix64") struct SplitMix64Tests {
    /// From the reference implementation in C of Sebastiano Vigna (splitmix64.c), seed 1234567.
    @Test("the numbers are those of the reference") func numbersThoseReference() {
        var random = SplitMix64(seed: 1_234_567)
        let first = (0..<3).map { _ in random.next() }
        #expect(
            first == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
    }

    @Test("numbers below a bound reach every value and no other") func numbersBelowBound() {
        var random = SplitMix64(seed: 7)
        var seen = Set<Int>()
        for _ in 0..<1000 { seen.insert(random.below(10)) }
        #expect(seen == Set(0..<10))
        #expect((0..<1000).allSatisfy { _ in (0..<1).contains(random.unit()) })
    }
}
