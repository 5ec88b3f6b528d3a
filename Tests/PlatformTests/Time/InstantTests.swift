import Platform
import Testing

@Suite("Instants, days and the clock")
struct InstantTests {
    @Test("every instant reads back from its text, and texts sort as instants do in a year")
    func roundTrip() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Seeded(state: seed)
        for _ in 0..<20_000 {
            let number = Int64.random(
                in: Instant.earliest.microseconds...Instant.latest.microseconds, using: &random)
            let instant = Instant(microseconds: number)
            #expect(Instant(instant.description) == instant, "seed \(seed)")
            let day = Day(daysSinceEpoch: Int32.random(in: -719_162...2_932_896, using: &random))
            #expect(Day(day.description) == day, "seed \(seed)")
        }
    }

    @Test(
        "texts of RFC 3339 mean what it says",
        arguments: [
            ("1970-01-01T00:00:00Z", Int64(0)),
            ("1970-01-01t08:00:00.5+08:00", 500_000),
            ("2000-02-29T23:59:59.000001-00:30", 951_870_599_000_001),
            ("0001-01-01T00:00:00Z", Instant.earliest.microseconds),
            ("9999-12-31T23:59:59.999999Z", Instant.latest.microseconds),
        ])
    func reads(text: String, microseconds: Int64) {
        #expect(Instant(text)?.microseconds == microseconds)
    }

    @Test(
        "other texts are refused",
        arguments: [
            "", "2026-02-29T00:00:00Z", "2026-01-01", "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:60Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00.1234567Z", "2026-01-01 00:00:00Z", "2026-1-01T00:00:00Z",
            "0000-12-31T00:00:00Z", "2026-01-01T00:00:00Z ", "2026-01-01T00:00:00+8:00",
            "0001-01-01T00:00:00+00:01", "２０２６-01-01T00:00:00Z",
            "2026-01-01T00:00:00+24:00", "2026-13-01T00:00:00Z",
        ])
    func refuses(text: String) { #expect(Instant(text) == nil) }

    @Test("text has no more digits than it needs")
    func prints() {
        #expect(Instant(microseconds: 0).description == "1970-01-01T00:00:00Z")
        #expect(Instant(microseconds: -1).description == "1969-12-31T23:59:59.999999Z")
        #expect(Instant(microseconds: 250_000).description == "1970-01-01T00:00:00.250Z")
    }

    @Test("durations move instants, and stop at the ends")
    func arithmetic() {
        let instant = Instant(microseconds: 1_000_000)
        #expect((instant + .seconds(2)).microseconds == 3_000_000)
        #expect(instant - .milliseconds(1500) < .epoch)
        #expect(instant - .epoch == .seconds(1))
        #expect(.latest + Duration.seconds(1) == Instant.latest)
        #expect(.earliest - Duration.seconds(Int64.max) == Instant.earliest)
    }

    @Test("a settable clock stands, jumps and runs as told; the machine's does not")
    func clock() throws {
        let clock = Clock.settable(at: .epoch, scale: 0)
        #expect(clock.now() == .epoch)
        try clock.advance(by: .seconds(5))
        #expect(clock.now() == .epoch + .seconds(5))
        try clock.set(.epoch)
        #expect(clock.now() == .epoch)
        try clock.scale(1_000_000)
        let start = clock.now()
        while clock.now() - start < .seconds(1000) {}
        #expect(throws: Clock.Refusal.scaleOutOfRange) { try clock.scale(-1) }
        #expect(throws: Clock.Refusal.notSettable) { try Clock.machine().set(.epoch) }
    }
}

/// SplitMix64: the same numbers from the same seed.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
