internal import Platform
internal import Testing

@testable internal import Social

@Suite("The rules of a venue, as values") struct VenueRulesTests {
    /// 2026-03-02 was a Monday.
    private static func wall(_ day: Int, _ hour: Int, _ minute: Int = 0) -> WallTime {
        let midnight = Day("2026-03-01").map { Int64($0.daysSinceEpoch) } ?? 0
        let minutes = (midnight + Int64(day - 1)) * 1440 + Int64(hour * 60 + minute)
        return WallTime(microseconds: minutes * 60_000_000)
    }

    /// The instant of that time in Shanghai.
    private static func instant(_ time: WallTime) -> Instant {
        Instant(microseconds: time.microseconds) - .seconds(8 * 3600)
    }

    private static func use(
        _ begins: WallTime, _ ends: WallTime, used: Int = 0, clash: BusyTime? = nil,
        held: Range<Instant>? = nil
    ) -> VenueUse {
        VenueUse(
            term: instant(begins)..<instant(ends), begins: begins, ends: ends, minutesUsed: used,
            clash: clash, held: held)
    }

    private static let rules = VenueRules(
        setupMinutes: 30, cleaningMinutes: 15, leadMinutes: 120, hoursMonthMax: 4,
        openTo: ["resident", "volunteer"],
        hours: [
            OpeningHours(weekday: 1, opens: 540, closes: 720),
            OpeningHours(weekday: 1, opens: 780, closes: 1440),
            OpeningHours(weekday: 2, opens: 0, closes: 60),
            OpeningHours(weekday: 2, opens: 60, closes: 480),
        ])
    private static let resident = VenueBooker(roles: ["resident"], mayRule: false)
    private static let now = instant(wall(1, 12))
    private static let busy = BusyTime(
        period: now..<now + .seconds(60), begins: "2026-03-01 12:00", ends: "2026-03-01 12:01")

    @Test(
        "the use itself lies within opening hours, to the minute",
        arguments: [
            (wall(2, 9), wall(2, 12), true),
            (wall(2, 8, 59), wall(2, 12), false),
            (wall(2, 9), wall(2, 12, 1), false),
            (wall(2, 11), wall(2, 14), false),
            (wall(2, 13), wall(3, 0), true),
            // Over midnight, and over hours that touch.
            (wall(2, 22), wall(3, 8), true),
            (wall(2, 22), wall(3, 8, 1), false),
            (wall(3, 0, 30), wall(3, 1, 30), true),
            // A day without hours.
            (wall(4, 10), wall(4, 11), false),
            (wall(3, 7), wall(4, 0, 1), false),
            // The clock went back meanwhile.
            (wall(2, 9, 30), wall(2, 9, 30), true),
            (wall(4, 9, 30), wall(4, 9, 30), false),
        ])
    func opening(begins: WallTime, ends: WallTime, isOpen: Bool) {
        #expect(Self.rules.isOpen(from: begins, until: ends) == isOpen)
    }

    @Test("a weekday is that of the estate's day, before 1970 too")
    func weekdays() {
        #expect(WallTime.weekday(ofDay: 0) == 4)
        #expect(WallTime.weekday(ofDay: -1) == 3)
        #expect(WallTime.weekday(ofDay: -5) == 6)
        #expect(WallTime(microseconds: -1).day == -1)
        #expect(Self.wall(2, 9).description == "2026-03-02 09:00")
        #expect(WallTime.weekday(ofDay: Self.wall(2, 23, 59).day) == 1)
    }

    @Test("only its roles may book, and whoever may change the rules")
    func roles() {
        let use = Self.use(Self.wall(2, 9), Self.wall(2, 10))
        for (booker, may) in [
            (Self.resident, true), (VenueBooker(roles: ["volunteer"], mayRule: false), true),
            (VenueBooker(roles: ["stair_leader"], mayRule: false), false),
            (VenueBooker(roles: [], mayRule: false), false),
            (VenueBooker(roles: [], mayRule: true), true),
        ] {
            let refusal = Self.rules.refusal(of: use, by: booker, at: Self.now)
            #expect(refusal == (may ? nil : .notOpenToYou(["resident", "volunteer"])))
        }
    }

    @Test("it is booked so long ahead, to the microsecond, and never in the past")
    func lead() {
        let use = Self.use(Self.wall(2, 9), Self.wall(2, 10))
        let last = use.term.lowerBound - .seconds(7200)
        #expect(Self.rules.refusal(of: use, by: Self.resident, at: last) == nil)
        #expect(
            Self.rules.refusal(of: use, by: Self.resident, at: last + .microseconds(1))
                == .tooSoon(leadMinutes: 120))
        var rules = Self.rules
        rules.leadMinutes = 0
        #expect(rules.refusal(of: use, by: Self.resident, at: use.term.lowerBound) == nil)
        #expect(
            rules.refusal(
                of: use, by: Self.resident, at: use.term.lowerBound + .microseconds(1))
                == .tooSoon(leadMinutes: 0))
    }

    @Test("hours of the month count to the last minute; without a maximum they do not")
    func hours() {
        let (begins, ends) = (Self.wall(2, 9), Self.wall(2, 10))
        for (used, isRefused) in [(0, false), (180, false), (181, true)] {
            let use = Self.use(begins, ends, used: used)
            let refusal = Self.rules.refusal(of: use, by: Self.resident, at: Self.now)
            #expect(refusal == (isRefused ? .tooManyHours(max: 4) : nil))
        }
        var rules = Self.rules
        rules.hoursMonthMax = nil
        let use = Self.use(begins, ends, used: 100_000)
        #expect(rules.refusal(of: use, by: Self.resident, at: Self.now) == nil)
    }

    @Test("a use of seven days is long, a longer one too long")
    func length() {
        var rules = Self.rules
        rules.hoursMonthMax = nil
        rules.hours = (1...7).map { OpeningHours(weekday: $0, opens: 0, closes: 1440) }
        let week = Self.use(Self.wall(2, 9), Self.wall(9, 9))
        #expect(rules.refusal(of: week, by: Self.resident, at: Self.now) == nil)
        let more = Self.use(Self.wall(2, 9), Self.wall(9, 9, 1))
        #expect(rules.refusal(of: more, by: Self.resident, at: Self.now) == .tooLong)
    }

    @Test("what is taken is told as it stands, and last")
    func clash() {
        let use = Self.use(Self.wall(2, 9), Self.wall(2, 10), clash: Self.busy)
        #expect(
            Self.rules.refusal(of: use, by: Self.resident, at: Self.now) == .clash(Self.busy))
        let closed = Self.use(Self.wall(2, 8), Self.wall(2, 10), clash: Self.busy)
        #expect(Self.rules.refusal(of: closed, by: Self.resident, at: Self.now) == .closedThen)
    }

    @Test("a use that gives time back is asked for nothing but a clash")
    func shrinking() {
        let nobody = VenueBooker(roles: [], mayRule: false)
        let held = Self.instant(Self.wall(4, 9))..<Self.instant(Self.wall(4, 12))
        let less = Self.use(Self.wall(4, 10), Self.wall(4, 12), used: 9999, held: held)
        let late = held.upperBound
        #expect(Self.rules.refusal(of: less, by: nobody, at: late) == nil)
        let other = Self.use(Self.wall(4, 10), Self.wall(4, 12, 1), held: held)
        #expect(Self.rules.refusal(of: other, by: nobody, at: late) != nil)
        let taken = Self.use(Self.wall(4, 10), Self.wall(4, 12), clash: Self.busy, held: held)
        #expect(Self.rules.refusal(of: taken, by: nobody, at: late) == .clash(Self.busy))
    }
}
