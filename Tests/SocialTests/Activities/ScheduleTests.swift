internal import Platform
import Testing

@testable internal import Social

@Suite("Schedules decided in values") struct ScheduleTests {
    private func times(_ texts: [String]) -> [LocalTime] { texts.compactMap { LocalTime($0) } }

    private func meetings(_ texts: [String]) -> [Rescheduling.Meeting] {
        times(texts).enumerated().map {
            Rescheduling.Meeting(id: APIFixture.id(UInt64($0)), starts: $1)
        }
    }

    @Test("a meeting follows its day, else its week; what has neither vanishes")
    func pairs() {
        let plan = Rescheduling(
            meetings(["2026-03-03T19:00", "2026-03-10T19:00", "2026-03-17T19:00"]),
            to: times(["2026-03-03T08:00", "2026-03-12T08:00", "2026-04-01T08:00"]))
        #expect(
            plan.kept.mapValues(\.description) == [
                APIFixture.id(0): "2026-03-03T08:00", APIFixture.id(1): "2026-03-12T08:00",
            ])
        #expect(plan.vanishing == [APIFixture.id(2)])
        #expect(plan.fresh.map(\.description) == ["2026-04-01T08:00"])
    }

    @Test("the same day goes before the same week, whatever the order")
    func dayFirst() {
        let plan = Rescheduling(
            meetings(["2026-03-02T19:00", "2026-03-04T19:00"]), to: times(["2026-03-04T20:00"]))
        #expect(plan.kept.mapValues(\.description) == [APIFixture.id(1): "2026-03-04T20:00"])
        #expect(plan.vanishing == [APIFixture.id(0)])
    }

    @Test("every meeting is kept or vanishes, and every start is used once", arguments: 0..<200)
    func partition(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        func some(_ count: Int) -> [LocalTime] {
            (0..<count).map { _ in
                LocalTime(
                    minutesSinceEpoch: 29_500_000 + Int64.random(in: 0..<60_000, using: &random))
            }
        }
        let starts = Array(Set(some(Int.random(in: 0...20, using: &random))))
        let all = some(Int.random(in: 0...20, using: &random)).enumerated().map {
            Rescheduling.Meeting(id: APIFixture.id(UInt64($0)), starts: $1)
        }
        let plan = Rescheduling(all, to: starts)
        #expect(Set(plan.kept.keys).union(plan.vanishing) == Set(all.map(\.id)))
        #expect(Set(plan.kept.keys).isDisjoint(with: plan.vanishing))
        #expect((Array(plan.kept.values) + plan.fresh).sorted() == starts.sorted())
    }

    @Test("a rule ends before a start, whatever its own end was")
    func ended() throws {
        let time = try #require(LocalTime("2026-03-17T19:00"))
        for end in ["COUNT=9", "UNTIL=20260701", "UNTIL=20260701T190000"] {
            #expect(
                Schedule.rule("FREQ=WEEKLY;\(end);BYDAY=TU", until: time.adding(minutes: -1))
                    == "FREQ=WEEKLY;BYDAY=TU;UNTIL=20260317T185900")
        }
    }

    @Test("a registration window is never inverted, and is not open before the activity is")
    func window() throws {
        let now = try #require(Instant("2026-03-01T00:00:00Z"))
        let begins = now + .seconds(3600)
        let plain = RegistrationWindow(opensMinutes: nil, closesMinutes: 0)
        #expect(plain.term(begins: begins, earliest: now) == now..<begins)
        let early = RegistrationWindow(opensMinutes: 600, closesMinutes: 30)
        #expect(early.term(begins: begins, earliest: now) == now..<begins - .seconds(1800))
        let late = RegistrationWindow(opensMinutes: 50, closesMinutes: 40)
        #expect(
            late.term(begins: begins, earliest: now)
                == begins - .seconds(3000)..<begins - .seconds(2400))
        let over = RegistrationWindow(opensMinutes: 900, closesMinutes: 600)
        #expect(over.term(begins: begins, earliest: now).isEmpty)
    }
}

/// SplitMix64: the same numbers for the same seed.
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
