import Platform
import Testing

@Suite("Series and holidays")
struct DayRuleTests {
    /// 2026, as the notice 国办发明电〔2025〕7号 rules it around Labour Day.
    private static let days = CalendarDays(
        rows: [
            ("2026-05-01", .holiday), ("2026-05-02", .holiday), ("2026-05-03", .holiday),
            ("2026-05-04", .holiday), ("2026-05-05", .holiday), ("2026-05-09", .workday),
        ].compactMap { (text: String, kind: CalendarDays.Kind) in Day(text).map { ($0, kind, 2026) }
        })

    private func starts(_ rule: String, from start: String) throws -> [LocalTime] {
        let outcome = Recurrence(start: try #require(LocalTime(start)), rule: rule).laidOut()
        guard case .starts(let starts) = outcome else {
            Issue.record("\(outcome)")
            return []
        }
        return starts.times
    }

    private func shown(_ days: DayRule.Days) -> [String] {
        days.times.map { String("\($0)".dropFirst(5)) }
    }

    @Test("as ruled changes nothing, whatever is known of the years")
    func asRuled() throws {
        let series = try starts("FREQ=DAILY;COUNT=3", from: "2026-05-01T19:00")
        let days = DayRule.asRuled.apply(to: series, CalendarDays())
        #expect(days.times == series && days.yearsUnknown.isEmpty)
    }

    @Test("a series that skips holidays leaves them out and keeps its weekends")
    func skipHolidays() throws {
        let series = try starts("FREQ=DAILY;COUNT=12", from: "2026-04-30T19:00")
        let days = DayRule.skipHolidays.apply(to: series, Self.days)
        #expect(
            shown(days) == [
                "04-30T19:00", "05-06T19:00", "05-07T19:00", "05-08T19:00", "05-09T19:00",
                "05-10T19:00", "05-11T19:00",
            ])
        #expect(days.yearsUnknown.isEmpty)
    }

    @Test("one of workdays leaves out weekends too, and adds the make-up workday at its hour")
    func workdays() throws {
        let series = try starts(
            "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=5", from: "2026-04-30T07:30")
        let days = DayRule.workdays.apply(to: series, Self.days)
        #expect(
            shown(days) == [
                "04-30T07:30", "05-07T07:30", "05-09T07:30", "05-12T07:30", "05-14T07:30",
            ])
        let daily = try starts("FREQ=DAILY;UNTIL=20260510", from: "2026-05-07T07:30")
        #expect(
            shown(DayRule.workdays.apply(to: daily, Self.days)) == [
                "05-07T07:30", "05-08T07:30", "05-09T07:30",
            ])
    }

    @Test("a make-up workday outside the series is not added, and a rule may leave nothing")
    func outside() throws {
        let before = try starts("FREQ=DAILY;COUNT=2", from: "2026-05-07T07:30")
        #expect(DayRule.workdays.apply(to: before, Self.days).times == before)
        let holidays = try starts("FREQ=DAILY;COUNT=5", from: "2026-05-01T07:30")
        #expect(DayRule.skipHolidays.apply(to: holidays, Self.days).times.isEmpty)
        #expect(DayRule.workdays.apply(to: [], Self.days).times.isEmpty)
    }

    @Test("years whose notice is not known are named, and weekends count in them all the same")
    func unknownYears() throws {
        let series = try starts("FREQ=DAILY;UNTIL=20270103", from: "2026-12-31T07:30")
        let days = DayRule.workdays.apply(to: series, Self.days)
        #expect(days.yearsUnknown == [2027])
        #expect(shown(days) == ["12-31T07:30", "01-01T07:30"])
        let early = try starts("FREQ=YEARLY;COUNT=2", from: "2024-01-01T07:30")
        #expect(DayRule.skipHolidays.apply(to: early, Self.days).yearsUnknown == [2024, 2025])
    }
}
