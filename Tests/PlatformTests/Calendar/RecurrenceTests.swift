import Platform
import Testing

@Suite("Series by rules")
struct RecurrenceTests {
    private func time(_ text: String) throws -> LocalTime { try #require(LocalTime(text)) }

    private func starts(
        _ rule: String?, from start: String, without exceptions: [String] = [],
        with dates: [String] = []
    ) throws -> [String]? {
        let outcome = Recurrence(
            start: try time(start), rule: rule, exceptions: try exceptions.map(time),
            dates: try dates.map(time)
        ).laidOut()
        guard case .starts(let starts) = outcome else { return nil }
        return starts.times.map { String("\($0)".dropFirst(5)) }
    }

    private func refusal(
        _ rule: String?, from start: String = "2026-01-05T19:00", without exceptions: [String] = [],
        with dates: [String] = []
    ) throws -> RecurrenceRefusal? {
        let outcome = Recurrence(
            start: try time(start), rule: rule, exceptions: try exceptions.map(time),
            dates: try dates.map(time)
        ).laidOut()
        guard case .refused(let refusal) = outcome else { return nil }
        return refusal
    }

    @Test(
        "a rule gives the starts that RFC 5545 says, at the same time of the wall",
        arguments: [
            (
                "FREQ=WEEKLY;COUNT=3", "2026-01-05T19:00",
                ["01-05T19:00", "01-12T19:00", "01-19T19:00"]
            ),
            (
                "FREQ=DAILY;INTERVAL=10;UNTIL=20260131", "2026-01-05T07:30",
                ["01-05T07:30", "01-15T07:30", "01-25T07:30"]
            ),
            (
                "freq=weekly;interval=2;byday=MO,SU;wkst=MO;count=4", "2026-01-05T19:00",
                ["01-05T19:00", "01-11T19:00", "01-19T19:00", "01-25T19:00"]
            ),
            (
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU;COUNT=4", "2026-01-05T19:00",
                ["01-05T19:00", "01-18T19:00", "01-19T19:00", "02-01T19:00"]
            ),
            (
                "FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", "2026-01-30T09:00",
                ["01-30T09:00", "02-27T09:00", "03-27T09:00"]
            ),
            (
                "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=4", "2026-01-31T09:00",
                ["01-31T09:00", "03-31T09:00", "05-31T09:00", "07-31T09:00"]
            ),
            (
                "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3", "2026-01-30T18:00",
                ["01-30T18:00", "02-27T18:00", "03-31T18:00"]
            ),
            (
                "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU;UNTIL=20270401T000000", "2026-03-08T10:00",
                ["03-08T10:00", "03-14T10:00"]
            ),
            (
                "FREQ=WEEKLY;UNTIL=20260119T190000", "2026-01-05T19:00",
                ["01-05T19:00", "01-12T19:00", "01-19T19:00"]
            ),
            (
                "FREQ=WEEKLY;UNTIL=20260119T185959", "2026-01-05T19:00",
                ["01-05T19:00", "01-12T19:00"]
            ),
        ])
    func gives(rule: String, start: String, wanted: [String]) throws {
        #expect(try starts(rule, from: start) == wanted)
    }

    @Test("exceptions are taken out of what COUNT counted, further dates come on top, each once")
    func exceptionsAndDates() throws {
        let found = try starts(
            "FREQ=WEEKLY;COUNT=3", from: "2026-01-05T19:00", without: ["2026-01-12T19:00"],
            with: ["2026-01-13T20:00", "2026-01-19T19:00"])
        #expect(found == ["01-05T19:00", "01-13T20:00", "01-19T19:00"])
        #expect(try starts(nil, from: "2026-01-05T19:00") == ["01-05T19:00"])
    }

    @Test("an exception that takes nothing out is named")
    func unusedException() throws {
        let wrong = try time("2026-01-12T18:00")
        let outcome = Recurrence(
            start: try time("2026-01-05T19:00"), rule: "FREQ=WEEKLY;COUNT=3", exceptions: [wrong]
        ).laidOut()
        guard case .starts(let starts) = outcome else { return #expect(Bool(false), "\(outcome)") }
        #expect(starts.times.count == 3)
        #expect(starts.unusedExceptions == [wrong])
    }

    @Test(
        "a rule that cannot be read is refused, and the part is named",
        arguments: [
            ("", "RRULE"), ("FREQ=WEEKLY;COUNT=3;", "RRULE"), ("COUNT=3", "FREQ"),
            ("FREQ=FORTNIGHTLY;COUNT=3", "FREQ"), ("FREQ=WEEKLY;FREQ=DAILY;COUNT=3", "FREQ"),
            ("FREQ=WEEKLY;COUNT=0", "COUNT"), ("FREQ=WEEKLY;COUNT=-1", "COUNT"),
            ("FREQ=WEEKLY;COUNT=3;UNTIL=20260201", "UNTIL"), ("FREQ=WEEKLY;COUNT=1e3", "COUNT"),
            ("FREQ=WEEKLY;COUNT=99999999999999999999", "COUNT"),
            ("FREQ=WEEKLY;UNTIL=20260230", "UNTIL"),
            ("FREQ=WEEKLY;UNTIL=20260201T190000Z", "UNTIL"),
            ("FREQ=WEEKLY;UNTIL=tomorrow", "UNTIL"), ("FREQ=WEEKLY;INTERVAL=0;COUNT=3", "INTERVAL"),
            ("FREQ=WEEKLY;INTERVAL=32768;COUNT=3", "INTERVAL"),
            ("FREQ=WEEKLY;INTERVAL=1,2;COUNT=3", "INTERVAL"),
            ("FREQ=WEEKLY;BYDAY=1MO;COUNT=3", "BYDAY"), ("FREQ=WEEKLY;BYDAY=XX;COUNT=3", "BYDAY"),
            ("FREQ=MONTHLY;BYDAY=6MO;COUNT=3", "BYDAY"), ("FREQ=WEEKLY;BYDAY=;COUNT=3", "BYDAY"),
            ("FREQ=WEEKLY;BYDAY=MO,;COUNT=3", "BYDAY"),
            ("FREQ=MONTHLY;BYDAY=0MO;COUNT=3", "BYDAY"),
            ("FREQ=WEEKLY;BYMONTHDAY=5;COUNT=3", "BYMONTHDAY"),
            ("FREQ=MONTHLY;BYMONTHDAY=32;COUNT=3", "BYMONTHDAY"),
            ("FREQ=MONTHLY;BYMONTHDAY=0;COUNT=3", "BYMONTHDAY"),
            ("FREQ=YEARLY;BYMONTH=13;COUNT=3", "BYMONTH"), ("FREQ=WEEKLY;WKST=8;COUNT=3", "WKST"),
            ("FREQ=WEEKLY;BYDAY=MO;BYSETPOS=1;COUNT=3", "BYSETPOS"),
            ("FREQ=MONTHLY;BYSETPOS=1;COUNT=3", "BYSETPOS"), ("FREQ=WEEKLY;COUNT=3;X=1", "RRULE"),
            ("FREQ=WEEKLY\r\nATTACH:x;COUNT=3", "RRULE"), ("FREQ=WEEKLY;COUNT=3\0", "RRULE"),
            ("FREQ=WEEKLY;COUNT=３", "RRULE"),
            ("FREQ=WEEKLY;COUNT=3;BYDAY=" + String(repeating: "MO,", count: 100) + "MO", "RRULE"),
        ])
    func malformed(rule: String, part: String) throws {
        #expect(try refusal(rule) == .malformed(part: part))
    }

    @Test(
        "what repeats within a day, or by weeks of a year, is not for a series here",
        arguments: [
            ("FREQ=SECONDLY;COUNT=1000000000", "FREQ"), ("FREQ=MINUTELY;COUNT=2", "FREQ"),
            ("FREQ=HOURLY;UNTIL=20300101", "FREQ"), ("FREQ=DAILY;BYHOUR=1;COUNT=2", "BYHOUR"),
            ("FREQ=YEARLY;BYWEEKNO=20;COUNT=2", "BYWEEKNO"),
            ("FREQ=YEARLY;BYYEARDAY=100;COUNT=2", "BYYEARDAY"),
            ("RSCALE=CHINESE;FREQ=YEARLY;COUNT=2", "RSCALE"),
        ])
    func unsupported(rule: String, part: String) throws {
        #expect(try refusal(rule) == .unsupported(part: part))
    }

    @Test("a series has an end, at most 400 occurrences, and lies within two years")
    func bounds() throws {
        #expect(try refusal("FREQ=WEEKLY") == .endless)
        #expect(try starts("FREQ=DAILY;COUNT=400", from: "2026-01-05T19:00")?.count == 400)
        #expect(try refusal("FREQ=DAILY;COUNT=401") == .tooMany(max: 400))
        #expect(try refusal("FREQ=DAILY;COUNT=999999999") == .tooMany(max: 400))
        #expect(try refusal("FREQ=DAILY;UNTIL=20280101") == .tooMany(max: 400))
        let last = try #require(Day("2028-01-06"))
        #expect(try starts("FREQ=MONTHLY;COUNT=24", from: "2026-01-05T19:00")?.count == 24)
        #expect(try starts("FREQ=YEARLY;UNTIL=20280106", from: "2026-01-05T19:00")?.count == 3)
        #expect(try refusal("FREQ=YEARLY;UNTIL=20280107") == .beyondSpan(lastDay: last))
        #expect(try refusal("FREQ=YEARLY;COUNT=4") == .beyondSpan(lastDay: last))
        #expect(try refusal("FREQ=WEEKLY;UNTIL=20251231") == .empty)
        let far = try time("2028-01-07T00:00")
        #expect(try refusal(nil, with: ["2028-01-07T00:00"]) == .dateOutsideSpan(far))
        let early = try time("2026-01-05T18:59")
        #expect(try refusal(nil, with: ["2026-01-05T18:59"]) == .dateOutsideSpan(early))
        #expect(try refusal(nil, without: ["2026-01-05T19:00"]) == .empty)
        let dates = (0...400).map { "2026-02-01T\(10 + $0 / 60):\(10 + $0 % 50)" }
        #expect(try refusal(nil, with: dates) == .tooMany(max: 400))
        #expect(
            try refusal("FREQ=DAILY;COUNT=400", with: ["2027-12-01T10:00"]) == .tooMany(max: 400))
    }

    @Test(
        "a rule that does not give its own start, or never anything, is refused at once",
        arguments: [
            "FREQ=WEEKLY;BYDAY=TU;COUNT=3", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2",
            "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2",
            "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6;COUNT=2",
            "FREQ=YEARLY;BYDAY=MO;BYSETPOS=60;UNTIL=20271231", "FREQ=DAILY;BYMONTH=2;COUNT=2",
            "FREQ=MONTHLY;BYMONTHDAY=-31;BYMONTH=2;BYDAY=MO;BYSETPOS=5;COUNT=9",
        ])
    func neverMatches(rule: String) throws {
        let begun = ContinuousClock.now
        #expect(try refusal(rule) == .startIsNoOccurrence)
        // Another reader of rules seeks the longest of these for three seconds.
        #expect(ContinuousClock.now - begun < .milliseconds(500))
    }

    @Test("a rule is written the same way whatever the order and case of its parts")
    func canonical() throws {
        let one = try RecurrenceRule("count=3;byday=su,+1mo,MO,su;freq=monthly;interval=02")
        #expect(
            one.description == "FREQ=MONTHLY;WKST=MO;COUNT=3;INTERVAL=2;BYDAY=MO,1MO,SU")
        #expect(try RecurrenceRule(one.description) == one)
    }
}
