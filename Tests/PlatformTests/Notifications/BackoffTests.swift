import Platform
import Testing

@Suite("Waiting before something is handed over again")
struct BackoffTests {
    private static let backoff = Backoff(firstSeconds: 30, mostSeconds: 3600, triesMax: 12)

    @Test(
        "a wait is between half of its time and all of it, the time twice as long each try, up to a most"
    )
    func growth() {
        for seed in 0..<200 as Range<UInt64> {
            for tries in 1...11 as ClosedRange<Int64> {
                let whole: Int64 = min(3600, 30 << (tries - 1))
                let wait = Self.backoff.seconds(afterTries: tries, seed: seed) ?? 0
                #expect((whole / 2...whole).contains(wait))
            }
        }
    }

    @Test("the same seed waits the same, others wait otherwise")
    func seeds() {
        let waits = (0..<100 as Range<UInt64>).map {
            Self.backoff.seconds(afterTries: 8, seed: $0)
        }
        #expect(waits == (0..<100).map { Self.backoff.seconds(afterTries: 8, seed: $0) })
        #expect(Set(waits).count > 80)
    }

    @Test("after the last try there is no other, and no number of tries is too large")
    func end() {
        #expect(Self.backoff.seconds(afterTries: 11, seed: 1) != nil)
        #expect(Self.backoff.seconds(afterTries: 12, seed: 1) == nil)
        let endless = Backoff(firstSeconds: 30, mostSeconds: 3600, triesMax: .max)
        #expect(endless.seconds(afterTries: .max - 1, seed: .max) != nil)
    }
}
