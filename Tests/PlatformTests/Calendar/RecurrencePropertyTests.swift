import Platform
import Testing

/// Rules drawn at random, laid out day by day by a reader that is slow, plain and shares no code.
@Suite("Series against a reading day by day")
struct RecurrencePropertyTests {
    @Test("a rule and a search day by day give the same starts, for rules of every kind")
    func sameStarts() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Seeded(state: seed)
        var laidOut = 0
        for _ in 0..<150 {
            let rule = DrawnRule(using: &random)
            let start = LocalTime(
                Day(daysSinceEpoch: Int32.random(in: 20_000...23_000, using: &random)),
                minuteOfDay: Int.random(in: 0..<1440, using: &random))
            // Most days are none of the rule's: begin with one that is, where there is one soon.
            let first = (0..<(rule.positions.isEmpty ? 800 : 60)).lazy.map {
                start.day.adding(days: $0)
            }
            .first { rule.isOccurrence($0, start: $0) }
            let from = LocalTime(first ?? start.day, minuteOfDay: start.minuteOfDay)
            let wanted = rule.days(from: from.day, until: from.day.adding(days: 731))
            let outcome = Recurrence(start: from, rule: "\(rule.text);UNTIL=\(until(from))")
                .laidOut()
            switch outcome {
            case .starts(let starts):
                laidOut += 1
                #expect(
                    starts.times == wanted.map { LocalTime($0, minuteOfDay: from.minuteOfDay) },
                    "\(rule.text) from \(from), seed \(seed)")
            case .refused(.startIsNoOccurrence):
                #expect(
                    first == nil && !wanted.contains(from.day),
                    "\(rule.text) from \(from), seed \(seed)")
            case .refused(.tooMany):
                #expect(wanted.count > 400, "\(rule.text) from \(from), seed \(seed)")
            case .refused(let refusal):
                Issue.record("\(rule.text) from \(from): \(refusal), seed \(seed)")
            }
        }
        #expect(laidOut > 20, "seed \(seed)")
    }

    private func until(_ start: LocalTime) -> String {
        start.day.adding(days: 731).description.filter { $0 != "-" }
    }
}

/// A rule by its parts, and which days it means.
private struct DrawnRule {
    var frequency: String
    var interval: Int
    var weekStart: Int
    var months: [Int] = []
    var monthDays: [Int] = []
    var weekdays: [(number: Int, weekday: Int)] = []
    var positions: [Int] = []

    private static let codes = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

    init(using random: inout Seeded) {
        frequency = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"].randomElement(using: &random) ?? ""
        interval = Int.random(in: 1...4, using: &random)
        weekStart = Int.random(in: 1...7, using: &random)
        let chance = { (random: inout Seeded) in Int.random(in: 0..<3, using: &random) == 0 }
        if chance(&random) { months = Self.draw(1...12, using: &random) }
        if frequency != "WEEKLY", chance(&random) {
            monthDays = Self.draw(-31...31, using: &random).filter { $0 != 0 }
        }
        if chance(&random) || chance(&random) {
            let ofPeriod = frequency == "MONTHLY" || frequency == "YEARLY"
            let numberMax = frequency == "YEARLY" && months.isEmpty ? 53 : 5
            for weekday in Self.draw(1...7, using: &random) {
                let isNumbered = ofPeriod && chance(&random)
                weekdays.append(
                    (
                        isNumbered ? Int.random(in: -numberMax...numberMax, using: &random) : 0,
                        weekday
                    ))
            }
        }
        let several = !(weekdays.isEmpty && monthDays.isEmpty && months.isEmpty)
        if several, frequency == "MONTHLY" || frequency == "YEARLY", chance(&random) {
            positions = Self.draw(-6...6, using: &random).filter { $0 != 0 }
        }
    }

    private static func draw(_ range: ClosedRange<Int>, using random: inout Seeded) -> [Int] {
        (0..<Int.random(in: 1...4, using: &random)).map { _ in
            Int.random(in: range, using: &random)
        }
    }

    var text: String {
        var parts = ["FREQ=\(frequency)", "INTERVAL=\(interval)"]
        parts.append("WKST=\(Self.codes[weekStart - 1])")
        let words = { (numbers: [Int]) in numbers.map(String.init).joined(separator: ",") }
        if !months.isEmpty { parts.append("BYMONTH=\(words(months))") }
        if !monthDays.isEmpty { parts.append("BYMONTHDAY=\(words(monthDays))") }
        if !weekdays.isEmpty {
            let days = weekdays.map { day in
                (day.number == 0 ? "" : "\(day.number)") + Self.codes[day.weekday - 1]
            }
            parts.append("BYDAY=\(days.joined(separator: ","))")
        }
        if !positions.isEmpty { parts.append("BYSETPOS=\(words(positions))") }
        return parts.joined(separator: ";")
    }

    func days(from start: Day, until last: Day) -> [Day] {
        let all = (start.daysSinceEpoch...last.daysSinceEpoch).map { Day(daysSinceEpoch: $0) }
        let fitting = all.filter { isInPeriod($0, start: start) && fits($0, start: start) }
        return positions.isEmpty ? fitting : fitting.filter { isOccurrence($0, start: start) }
    }

    func isOccurrence(_ day: Day, start: Day) -> Bool {
        guard isInPeriod(day, start: start), fits(day, start: start) else { return false }
        guard !positions.isEmpty else { return true }
        let all = fellows(of: day).filter { fits($0, start: start) }
        guard let index = all.firstIndex(of: day) else { return false }
        return positions.contains(index + 1) || positions.contains(index - all.count)
    }

    /// Whether the day's period is one of every so many.
    private func isInPeriod(_ day: Day, start: Day) -> Bool {
        let (one, other) = (start.civil, day.civil)
        let week = { (day: Day) -> Int in
            let back = (day.weekday.rawValue - weekStart + 7) % 7
            return (Int(day.daysSinceEpoch) - back + 70_000) / 7
        }
        let distance =
            switch frequency {
            case "DAILY": Int(day.daysSinceEpoch - start.daysSinceEpoch)
            case "WEEKLY": week(day) - week(start)
            case "MONTHLY": (other.year - one.year) * 12 + other.month - one.month
            default: other.year - one.year
            }
        return distance % interval == 0
    }

    private func fits(_ day: Day, start: Day) -> Bool {
        let (_, month, dayOfMonth) = day.civil
        let first = start.civil
        if !months.isEmpty, !months.contains(month) { return false }
        if !monthDays.isEmpty {
            let length = fellows(of: day, month: true).count
            guard monthDays.contains(dayOfMonth) || monthDays.contains(dayOfMonth - length - 1)
            else { return false }
        }
        if !weekdays.isEmpty { return weekdays.contains { means($0, day) } }
        guard monthDays.isEmpty else { return true }
        switch frequency {
        case "WEEKLY": return day.weekday == start.weekday
        case "MONTHLY": return dayOfMonth == first.day
        case "YEARLY":
            return dayOfMonth == first.day && (!months.isEmpty || month == first.month)
        default: return true
        }
    }

    private func means(_ wanted: (number: Int, weekday: Int), _ day: Day) -> Bool {
        guard day.weekday.rawValue == wanted.weekday else { return false }
        guard wanted.number != 0 else { return true }
        let same = fellows(of: day, month: frequency == "MONTHLY" || !months.isEmpty)
            .filter { $0.weekday == day.weekday }
        let index = wanted.number > 0 ? wanted.number - 1 : same.count + wanted.number
        return same.indices.contains(index) && same[index] == day
    }

    /// The days of the same month or year.
    private func fellows(of day: Day, month ofMonth: Bool? = nil) -> [Day] {
        let (year, month, _) = day.civil
        let months = ofMonth ?? (frequency == "MONTHLY") ? month...month : 1...12
        return months.flatMap { month in
            (1...31).compactMap { Day(year: year, month: month, day: $0) }
        }
    }
}
