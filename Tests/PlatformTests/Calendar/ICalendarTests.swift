import Platform
import Support
import Testing

@Suite("Calendars to subscribe to", .serialized)
struct ICalendarTests {
    private static let first = Day(year: 2026, month: 1, day: 1) ?? Day(daysSinceEpoch: 0)
    private static let last = Day(year: 2026, month: 12, day: 31) ?? Day(daysSinceEpoch: 0)

    private func zone(_ name: String = "Asia/Shanghai") throws -> ZoneRules {
        try #require(ZoneRules(name, from: Self.first, until: Self.last))
    }

    private func event(_ uid: String = "a@linli.test") throws -> ICalendar.Event {
        ICalendar.Event(
            uid: uid, sequence: 3, changedAt: Instant(microseconds: 1_788_217_200_999_999),
            start: try #require(LocalTime("2026-09-01T19:00")),
            end: try #require(LocalTime("2026-09-01T20:30")), summary: "广场舞")
    }

    private func lines(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).replacing("\r\n ", with: "").split(
            separator: "\r\n"
        ).map(String.init)
    }

    @Test("an event has all that RFC 5545 asks, and the strict checker finds no fault")
    func whole() throws {
        var event = try event()
        event.details = "带水杯；第一次来的,先到大厅。\n下雨改期。"
        event.location = "3号楼一楼活动室"
        event.url = "https://linli.test/a?b=1,2;c"
        event.recurrence = event.start
        event.categories = ["舞蹈", "a,b"]
        var cancelled = try self.event("b@linli.test")
        cancelled.status = .cancelled
        let bytes = ICalendarWriter.bytes(
            of: ICalendar(
                name: "音乐广场, 我的日历", zone: try zone(), refreshMinutes: 30,
                url: "https://linli.test/c.ics", events: [event, cancelled]))
        #expect(ICalendarReader.faults(in: bytes) == [])
        let written = lines(bytes)
        for line in [
            "VERSION:2.0", "NAME:音乐广场\\, 我的日历", "X-WR-CALNAME:音乐广场\\, 我的日历",
            "REFRESH-INTERVAL;VALUE=DURATION:PT30M", "URL:https://linli.test/c.ics",
            "TZID:Asia/Shanghai", "TZOFFSETFROM:+0800", "TZOFFSETTO:+0800",
            "UID:a@linli.test", "SEQUENCE:3", "DTSTAMP:20260831T230000Z",
            "LAST-MODIFIED:20260831T230000Z",
            "DTSTART;TZID=Asia/Shanghai:20260901T190000",
            "DTEND;TZID=Asia/Shanghai:20260901T203000",
            "RECURRENCE-ID;TZID=Asia/Shanghai:20260901T190000", "SUMMARY:广场舞",
            "DESCRIPTION:带水杯；第一次来的\\,先到大厅。\\n下雨改期。", "LOCATION:3号楼一楼活动室",
            "URL:https://linli.test/a?b=1,2;c", "STATUS:CONFIRMED", "STATUS:CANCELLED",
            "CATEGORIES:舞蹈,a\\,b",
        ] {
            #expect(written.contains(line), "\(line)")
        }
        #expect(!written.contains { $0.hasPrefix("METHOD") || $0.hasPrefix("ORGANIZER") })
        let tree = try #require(ICalendarReader.tree(of: bytes))
        #expect(tree.components("VEVENT").count == 2)
        #expect(tree.components("VEVENT").first?.value("DESCRIPTION") == event.details)
    }

    @Test("the strict checker refuses a file without PRODID, and one without UID")
    func checker() throws {
        let bytes = ICalendarWriter.bytes(
            of: ICalendar(name: "a", zone: try zone(), events: [try event()]))
        for name in ["PRODID", "UID", "DTSTAMP"] {
            let kept = lines(bytes).filter { !$0.hasPrefix("\(name):") }
            #expect(kept.count == lines(bytes).count - 1)
            let file = kept.map { $0 + "\r\n" }.joined()
            #expect(!ICalendarReader.faults(in: Array(file.utf8)).isEmpty, "\(name)")
        }
        #expect(!ICalendarReader.faults(in: Array("nothing".utf8)).isEmpty)
    }

    @Test("an empty calendar, and one whose event ends as it begins, are sound too")
    func empty() throws {
        let none = ICalendar(name: "", zone: try zone(), refreshMinutes: 0, events: [])
        #expect(ICalendarReader.faults(in: ICalendarWriter.bytes(of: none)) == [])
        var short = try event()
        short.end = short.start
        let bytes = ICalendarWriter.bytes(
            of: ICalendar(name: "a", zone: try zone(), events: [short]))
        #expect(lines(bytes).contains("DTEND;TZID=Asia/Shanghai:20260901T190100"))
        #expect(ICalendarReader.faults(in: bytes) == [])
    }

    @Test("hostile texts stay inside their property, whatever they hold")
    func hostile() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Seeded(state: seed)
        let pieces = [
            "\r\nATTACH:http://evil", "\n", "\r", "\u{0B}", "\u{0C}", "\u{85}", "\u{2028}",
            "\u{2029}", "END:VEVENT", "END:VCALENDAR", ";", ",", "\\", "\\n", ":", "\"", "\t",
            "\u{0}", "\u{1B}", "\u{7F}", "\u{FEFF}", "\u{202E}", "邻里互助", "👨‍👩‍👧‍👦", "a",
            String(repeating: "长", count: 80), String(repeating: "x", count: 160), " ", "\r\n ",
        ]
        let draw = { (random: inout Seeded) -> String in
            (0..<Int.random(in: 0...12, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
        }
        for _ in 0..<300 {
            var hostile = try event("\(Int.random(in: 0...99, using: &random))@linli.test")
            hostile.summary = "s" + draw(&random)
            hostile.details = "d" + draw(&random)
            hostile.location = "l" + draw(&random)
            hostile.url = "https://linli.test/" + draw(&random)
            hostile.categories = ["c" + draw(&random)]
            let calendar = ICalendar(name: "n" + draw(&random), zone: try zone(), events: [hostile])
            let bytes = ICalendarWriter.bytes(of: calendar)
            #expect(ICalendarReader.faults(in: bytes) == [], "seed \(seed)")
            let tree = try #require(ICalendarReader.tree(of: bytes), "seed \(seed)")
            #expect(tree.components.map(\.name) == ["VTIMEZONE", "VEVENT"], "seed \(seed)")
            let event = try #require(tree.components("VEVENT").first)
            #expect(
                event.properties.map(\.name) == [
                    "UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "SUMMARY",
                    "DESCRIPTION", "LOCATION", "URL", "STATUS", "CATEGORIES",
                ], "seed \(seed)")
            #expect(event.value("SUMMARY") == plain(hostile.summary), "seed \(seed)")
            #expect(event.value("DESCRIPTION") == plain(hostile.details ?? ""), "seed \(seed)")
            checkLines(bytes, seed)
        }
    }

    /// What is left of a text: breaks are line feeds, other control characters gone.
    private func plain(_ text: String) -> String {
        var text = text.replacing("\r\n", with: "\n")
        for mark in ["\r", "\u{0B}", "\u{0C}", "\u{85}", "\u{2028}", "\u{2029}"] {
            text = text.replacing(mark, with: "\n")
        }
        text = text.replacing("\t", with: " ")
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter {
                    $0 == "\n" || $0.properties.generalCategory != .control
                }))
    }

    /// Lines end in CRLF, are 75 bytes at most, and are cut between characters.
    private func checkLines(_ bytes: [UInt8], _ seed: UInt64) {
        let text = bytes.split(separator: 0x0D, omittingEmptySubsequences: false)
        #expect(text.dropFirst().allSatisfy { $0.first == 0x0A }, "seed \(seed)")
        for line in text {
            let line = line.first == 0x0A ? line.dropFirst() : line
            #expect(line.count <= 75 && !line.contains(0x0A), "seed \(seed)")
            #expect(String(validating: line, as: UTF8.self) != nil, "seed \(seed)")
        }
    }

    @Test("a zone with summer time has both changes of the year, at the minute of the old offset")
    func summerTime() throws {
        let changes = try zone("Europe/Berlin").changes
        #expect(
            changes.map { "\($0.at) \($0.minutesBefore) \($0.minutesAfter) \($0.isDaylight)" } == [
                "2025-12-31T00:00 60 60 false", "2026-03-29T02:00 60 120 true",
                "2026-10-25T03:00 120 60 false",
            ])
        let bytes = ICalendarWriter.bytes(
            of: ICalendar(name: "a", zone: try zone("Europe/Berlin"), events: [try event()]))
        #expect(ICalendarReader.faults(in: bytes) == [])
        #expect(ZoneRules("../../etc/passwd", from: Self.first, until: Self.last) == nil)
        #expect(ZoneRules("Asia/Shanghai", from: Self.last, until: Self.first) == nil)
        let north = try zone("America/St_Johns")
        #expect(north.changes.map(\.minutesAfter) == [-210, -150, -210])
    }
}
