/// What a rule of RFC 5545 §3.3.10 says, as far as a series of an estate may say it.
///
/// By days, weeks, months or years, and never without end: parts that repeat within a day (BYHOUR …)
/// or count weeks of a year are refused, and so is what has no meaning, and what other readers quietly
/// ignore (BYSETPOS of a weekly rule, `1MO` in one).
package struct RecurrenceRule: Sendable, Hashable {
    /// The period that repeats.
    package enum Frequency: String, Sendable, Hashable, CaseIterable {
        case daily = "DAILY"
        case weekly = "WEEKLY"
        case monthly = "MONTHLY"
        case yearly = "YEARLY"
    }

    /// Where it ends.
    package enum End: Sendable, Hashable {
        /// After so many occurrences, exceptions among them.
        case count(Int)
        /// With the last occurrence that is not after this time.
        case until(LocalTime)
    }

    /// A day of the week; with a number the first, second … or, below 0, last … of its period.
    package struct WeekdayInPeriod: Sendable, Hashable {
        /// 1 to 53 from the start, −1 to −53 from the end of the month or year; nil is every one.
        package var number: Int?
        /// The day.
        package var weekday: Weekday
    }

    /// The period.
    package internal(set) var frequency: Frequency
    /// Every which period, from 1.
    package internal(set) var interval = 1
    /// Where it ends.
    package internal(set) var end: End
    /// BYDAY.
    package internal(set) var weekdays: [WeekdayInPeriod] = []
    /// BYMONTHDAY: 1 to 31, or −1 to −31 from the end of the month.
    package internal(set) var monthDays: [Int] = []
    /// BYMONTH.
    package internal(set) var months: [Int] = []
    /// BYSETPOS: which of the days of a period, from its start or, below 0, from its end.
    package internal(set) var positions: [Int] = []
    /// WKST: the day that a week begins with.
    package internal(set) var weekStart = Weekday.monday

    /// Longest text of a rule in bytes: four times what the longest sensible one has.
    package static let textBytesMax = 256
    /// Longest interval in periods: beyond it no series of two years repeats.
    package static let intervalMax = 366

    fileprivate init(_ frequency: Frequency, end: End) {
        self.frequency = frequency
        self.end = end
    }

    /// Reads a rule, in any case of letters and any order of its parts.
    package init(_ text: String) throws(RecurrenceRefusal) {
        self = try RuleReader(text).rule()
    }
}

extension RecurrenceRule: CustomStringConvertible {
    /// The rule as RFC 5545 writes it, its parts always in one order.
    package var description: String {
        let end =
            switch end {
            case .count(let count): "COUNT=\(count)"
            case .until(let time): "UNTIL=\(time.basicForm)"
            }
        var parts = ["FREQ=\(frequency.rawValue)", "WKST=\(weekStart.code)", end]
        if interval > 1 { parts.append("INTERVAL=\(interval)") }
        let lists = [
            ("BYMONTH", months.map(String.init)), ("BYMONTHDAY", monthDays.map(String.init)),
            ("BYDAY", weekdays.map { ($0.number.map(String.init) ?? "") + $0.weekday.code }),
            ("BYSETPOS", positions.map(String.init)),
        ]
        for (name, values) in lists where !values.isEmpty {
            parts.append("\(name)=\(values.joined(separator: ","))")
        }
        return parts.joined(separator: ";")
    }
}

extension Weekday {
    /// The two letters of RFC 5545.
    var code: String { Self.codes[rawValue - 1] }

    /// The day with these two letters.
    init?(code: some StringProtocol) {
        guard let index = Self.codes.firstIndex(where: { $0 == code }) else { return nil }
        self.init(rawValue: index + 1)
    }

    private static let codes = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
}

extension LocalTime {
    /// `20260901T190000`, as RFC 5545 writes a time without zone.
    package var basicForm: String {
        let digits = description.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ":") }
        return String(decoding: digits, as: UTF8.self) + "00"
    }
}

/// Reads a rule's text part by part, and knows every part that RFC 5545 has.
private struct RuleReader {
    private var parts: [String: Substring] = [:]

    private static let supported: Set<String> = [
        "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST",
    ]
    private static let unsupported: Set<String> = [
        "BYSECOND", "BYMINUTE", "BYHOUR", "BYYEARDAY", "BYWEEKNO", "RSCALE", "SKIP",
    ]

    init(_ text: String) throws(RecurrenceRefusal) {
        let letters = text.utf8.allSatisfy { byte in
            (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || (0x30...0x39).contains(byte) || [0x2B, 0x2C, 0x2D, 0x3B, 0x3D].contains(byte)
        }
        guard letters, text.utf8.count <= RecurrenceRule.textBytesMax else {
            throw .malformed(part: "RRULE")
        }
        for part in text.uppercased().split(separator: ";", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", omittingEmptySubsequences: false)
            guard sides.count == 2 else { throw .malformed(part: "RRULE") }
            let name = String(sides[0])
            if Self.unsupported.contains(name) { throw .unsupported(part: name) }
            guard Self.supported.contains(name) else { throw .malformed(part: "RRULE") }
            guard parts.updateValue(sides[1], forKey: name) == nil, !sides[1].isEmpty else {
                throw .malformed(part: name)
            }
        }
    }

    func rule() throws(RecurrenceRefusal) -> RecurrenceRule {
        guard let word = parts["FREQ"] else { throw .malformed(part: "FREQ") }
        guard let frequency = RecurrenceRule.Frequency(rawValue: String(word)) else {
            let others: [Substring] = ["SECONDLY", "MINUTELY", "HOURLY"]
            throw others.contains(word) ? .unsupported(part: "FREQ") : .malformed(part: "FREQ")
        }
        var rule = RecurrenceRule(frequency, end: try end())
        if parts["INTERVAL"] != nil {
            rule.interval = try numbers("INTERVAL", 1...RecurrenceRule.intervalMax)[0]
            guard parts["INTERVAL"]?.contains(",") != true else {
                throw .malformed(part: "INTERVAL")
            }
        }
        if let word = parts["WKST"] {
            guard let day = Weekday(code: word) else { throw .malformed(part: "WKST") }
            rule.weekStart = day
        }
        rule.months = try numbers("BYMONTH", 1...12)
        rule.monthDays = try numbers("BYMONTHDAY", 1...31, signed: true)
        rule.weekdays = try weekdays(frequency, ofMonths: !rule.months.isEmpty)
        rule.positions = try numbers("BYSETPOS", 1...366, signed: true)
        try check(rule)
        return rule
    }

    /// Parts that RFC 5545 forbids together, or that mean nothing together.
    private func check(_ rule: RecurrenceRule) throws(RecurrenceRefusal) {
        if rule.frequency == .weekly, !rule.monthDays.isEmpty {
            throw .malformed(part: "BYMONTHDAY")
        }
        let isOfSeveral =
            (rule.frequency == .monthly || rule.frequency == .yearly)
            && !(rule.weekdays.isEmpty && rule.monthDays.isEmpty && rule.months.isEmpty)
        if !rule.positions.isEmpty, !isOfSeveral { throw .malformed(part: "BYSETPOS") }
    }

    private func end() throws(RecurrenceRefusal) -> RecurrenceRule.End {
        switch (parts["COUNT"], parts["UNTIL"]) {
        case (nil, nil): throw .endless
        case (.some, .some): throw .malformed(part: "UNTIL")
        case (.some(let text), nil):
            guard let count = Self.number(text), count > 0 else { throw .malformed(part: "COUNT") }
            return .count(count)
        case (nil, .some(let text)):
            guard let time = Self.time(text) else { throw .malformed(part: "UNTIL") }
            return .until(time)
        }
    }

    /// `20261231`, the whole day, or `20261231T190000`; a time in UTC is not on the wall.
    private static func time(_ text: Substring) -> LocalTime? {
        let digits = Array(text)
        guard digits.count == 8 || (digits.count == 15 && digits[8] == "T"),
            digits.indices.allSatisfy({ $0 == 8 || digits[$0].isNumber })
        else { return nil }
        let word = { (range: Range<Int>) in String(digits[range]) }
        let day = "\(word(0..<4))-\(word(4..<6))-\(word(6..<8))"
        guard digits.count == 15 else { return LocalTime("\(day)T23:59") }
        guard let second = Int(word(13..<15)), second < 60 else { return nil }
        return LocalTime("\(day)T\(word(9..<11)):\(word(11..<13))")
    }

    /// A number of at most nine digits.
    private static func number(_ text: some StringProtocol) -> Int? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return Int(text)
    }

    private static func number(
        _ text: Substring, _ range: ClosedRange<Int>, signed: Bool
    ) -> Int? {
        let sign = text.first == "-" ? -1 : 1
        let digits = signed && (text.first == "-" || text.first == "+") ? text.dropFirst() : text
        guard let number = number(digits), range.contains(number) else { return nil }
        return sign * number
    }

    /// The values of a list, each once, in order; none if the part is missing.
    private func numbers(
        _ name: String, _ range: ClosedRange<Int>, signed: Bool = false
    ) throws(RecurrenceRefusal) -> [Int] {
        guard let text = parts[name] else { return [] }
        var found: Set<Int> = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let number = Self.number(word, range, signed: signed) else {
                throw .malformed(part: name)
            }
            found.insert(number)
        }
        return found.sorted()
    }

    private func weekdays(
        _ frequency: RecurrenceRule.Frequency, ofMonths: Bool
    ) throws(RecurrenceRefusal) -> [RecurrenceRule.WeekdayInPeriod] {
        let numbersMax =
            switch frequency {
            case .daily, .weekly: 0
            case .monthly: 5
            case .yearly: ofMonths ? 5 : 53
            }
        var found: Set<RecurrenceRule.WeekdayInPeriod> = []
        for word in (parts["BYDAY"] ?? "").split(separator: ",", omittingEmptySubsequences: false)
        where parts["BYDAY"] != nil {
            guard let weekday = Weekday(code: word.suffix(2)) else {
                throw .malformed(part: "BYDAY")
            }
            let digits = word.dropLast(2)
            let number =
                numbersMax > 0 ? Self.number(digits, 1...numbersMax, signed: true) : nil
            guard digits.isEmpty || number != nil else { throw .malformed(part: "BYDAY") }
            found.insert(.init(number: number, weekday: weekday))
        }
        return found.sorted { ($0.weekday, $0.number ?? 0) < ($1.weekday, $1.number ?? 0) }
    }
}
