internal import FoundationEssentials
internal import Platform

/// Writes calendars, QR codes and series for the foreign readers of ops/tests/calendar.
///
///     calendar-samples FOLDER
@main
enum CalendarSamples {
    static func main() throws {
        guard CommandLine.arguments.count == 2 else {
            throw Refusal("usage: calendar-samples FOLDER")
        }
        let folder = CommandLine.arguments[1]
        for (name, bytes) in try calendars() + codes() + [("series.txt", series())] {
            try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"))
        }
    }

    private struct Refusal: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    // MARK: Calendars

    private static func calendars() throws -> [(String, [UInt8])] {
        try ["Asia/Shanghai", "Europe/Berlin"].map { zone in
            guard let first = Day("2026-01-01"), let last = Day("2027-12-31"),
                let rules = ZoneRules(zone, from: first, until: last)
            else { throw Refusal("no rules of \(zone)") }
            // Every nine days for two years, at an hour that each change of summer time touches.
            let events = (0..<80).map { event($0, on: first.adding(days: $0 * 9)) }
            let calendar = ICalendar(
                name: "音乐广场小区; 我的日历", zone: rules, url: "https://linli.test/calendar.ics",
                events: events)
            let name = zone.replacing("/", with: "-")
            return ("\(name).ics", ICalendarWriter.bytes(of: calendar))
        }
    }

    private static func event(_ number: Int, on day: Day) -> ICalendar.Event {
        let start = LocalTime(day, minuteOfDay: number % 24 * 60 + 30)
        var event = ICalendar.Event(
            uid: "\(number / 2)@linli.test", sequence: number % 5,
            changedAt: .epoch + .seconds(1_780_000_000 + number), start: start,
            end: start.adding(minutes: 90), recurrence: number % 2 == 1 ? start : nil,
            summary: "第\(number)场：广场舞, 太极; 合唱 \\ 排练",
            details: String(repeating: "请带水杯，到一楼大厅集合。\r\n", count: 8) + "END:VEVENT",
            location: "3号楼一楼活动室", url: "https://linli.test/a/\(number)",
            categories: ["舞蹈", "老人,优先"])
        if number % 7 == 0 { event.status = .cancelled }
        return event
    }

    // MARK: QR codes

    private static func codes() throws -> [(String, [UInt8])] {
        let texts = [
            "https://linli.test/a/0198c1f0-7b1e-7c3d-9a4b-0123456789ab", "邻里互助：签到码 48213", "1",
            String(repeating: "长", count: 333),
        ]
        return try texts.enumerated().flatMap { number, text in
            guard let code = QRMatrix(text) else { throw Refusal("no code of \(text)") }
            let name = "code-\(number)"
            return [
                ("\(name).svg", Array(code.svg(title: "签到").utf8)),
                ("\(name).txt", Array(text.utf8)),
            ]
        }
    }

    // MARK: Series

    /// A rule a line, its start and what it gives.
    private static func series() -> [UInt8] {
        let rules = [
            "FREQ=DAILY;INTERVAL=3;COUNT=200", "FREQ=DAILY;BYMONTH=1,3;BYDAY=MO,FR;UNTIL=20271231",
            "FREQ=WEEKLY;COUNT=100", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU;COUNT=90",
            "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,TH,SU;COUNT=60", "FREQ=MONTHLY;COUNT=20",
            "FREQ=MONTHLY;BYMONTHDAY=5,-1;COUNT=40", "FREQ=MONTHLY;BYDAY=1MO,-1FR;COUNT=40",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE;BYSETPOS=1,-1;UNTIL=20271201T193000",
            "FREQ=MONTHLY;INTERVAL=5;BYDAY=MO;BYMONTHDAY=1,2,3,4,5,6,7;UNTIL=20271231",
            "FREQ=YEARLY;COUNT=2", "FREQ=YEARLY;BYMONTH=1,6;BYDAY=1MO,2SU;UNTIL=20271231",
            "FREQ=YEARLY;BYDAY=1MO,20MO,-1SU;UNTIL=20271231",
            "FREQ=YEARLY;BYMONTHDAY=5,13;BYDAY=MO,FR;UNTIL=20271231",
            "FREQ=YEARLY;BYMONTH=1,2;BYDAY=MO,FR;BYSETPOS=2,3,-2;UNTIL=20271231",
        ]
        let start = LocalTime("2026-01-05T19:30") ?? LocalTime(minutesSinceEpoch: 0)
        var lines = rules.map { rule in
            let outcome = Recurrence(start: start, rule: rule).laidOut()
            guard case .starts(let starts) = outcome else { return "\(rule)\t\(start)\t\(outcome)" }
            return line(rule, start, starts)
        }
        // Those drawn that do not begin with an occurrence, or have too many, are others' matter.
        for _ in 0..<20_000 where lines.count < 1000 {
            let start = LocalTime(
                minutesSinceEpoch: Int64.random(in: 29_000_000...36_000_000))
            let rule = drawnRule(until: start.day.adding(days: 731))
            guard case .starts(let starts) = Recurrence(start: start, rule: rule).laidOut() else {
                continue
            }
            lines.append(line(rule, start, starts))
        }
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    private static func line(
        _ rule: String, _ start: LocalTime, _ starts: Recurrence.Starts
    ) -> String {
        "\(rule)\t\(start)\t\(starts.times.map(\.description).joined(separator: " "))"
    }

    /// A rule drawn at random, of any parts that may stand together.
    private static func drawnRule(until last: Day) -> String {
        let frequency = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"].randomElement() ?? ""
        let codes = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
        var parts = [
            "FREQ=\(frequency)", "INTERVAL=\(Int.random(in: 1...3))",
            "WKST=\(codes.randomElement() ?? "")",
            "UNTIL=\(last.description.filter { $0 != "-" })",
        ]
        let isSpread = frequency == "MONTHLY" || frequency == "YEARLY"
        let numbers = { (range: ClosedRange<Int>) in
            Set((0..<8).map { _ in Int.random(in: range) }).subtracting([0]).map(String.init)
                .joined(separator: ",")
        }
        let hasMonths = Bool.random()
        if hasMonths { parts.append("BYMONTH=\(numbers(1...12))") }
        if frequency != "WEEKLY", Bool.random() {
            parts.append("BYMONTHDAY=\(numbers(-31...31))")
        }
        if Bool.random() {
            let most = frequency == "YEARLY" && !hasMonths ? 53 : 5
            // All with a number or none: dateutil takes a mixture for what both have in common.
            let isNumbered = isSpread && Bool.random()
            let days = codes.shuffled().prefix(4).map { code in
                let number = Int.random(in: 1...most) * (Bool.random() ? 1 : -1)
                return isNumbered ? "\(number)\(code)" : code
            }
            parts.append("BYDAY=\(days.joined(separator: ","))")
        }
        if isSpread, parts.count > 4, Bool.random() { parts.append("BYSETPOS=\(numbers(-9...9))") }
        return parts.joined(separator: ";")
    }
}
