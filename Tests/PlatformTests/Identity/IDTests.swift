import Platform
import Testing

@Suite("Identifiers")
struct IDTests {
    @Test("text reads back, in either case; anything else is refused")
    func text() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Seeded(state: seed)
        for _ in 0..<1000 {
            let id = UUID(high: random.next(), low: random.next())
            #expect(UUID(id.description) == id, "seed \(seed)")
            #expect(UUID(id.description.uppercased()) == id, "seed \(seed)")
        }
        for bad in [
            "", "0", "00000000-0000-0000-0000-00000000000", "00000000-0000-0000-0000-0000000000000",
            "000000000000-0000-0000-0000-00000000", "g0000000-0000-0000-0000-000000000000",
        ] {
            #expect(UUID(bad) == nil)
        }
    }

    @Test("version 7 holds its instant, and grows though the clock stands or goes back")
    func version7() {
        var sequence = UUIDv7Sequence()
        var random = Seeded(state: 1)
        let instant = Instant(microseconds: 1_645_557_742_000_000)  // RFC 9562, appendix A.6
        var last = sequence.next(at: instant, random: &random)
        #expect(last.high >> 16 == 0x017F_22E2_79B0)
        for step in 0..<10_000 {
            let back = Duration.microseconds(step % 7 * 100)
            let next = sequence.next(at: instant - back, random: &random)
            #expect(last < next)
            #expect(next.high >> 12 & 0xF == 7)
            #expect(next.low >> 62 == 2)
            last = next
        }
    }

    @Test("an identifier of one kind is made by the process's generator")
    func generator() {
        enum Bench {}
        let generator = UUIDGenerator(clock: .settable(at: .epoch, scale: 0))
        let (one, two) = (
            generator.next(Identifier<Bench>.self), generator.next(Identifier<Bench>.self)
        )
        #expect(one < two)
        #expect(Identifier<Bench>(one.description) == one)
    }
}
