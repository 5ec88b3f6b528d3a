extension RecurrenceRule {
    /// The rule's days from `start` to `last`, in order, at most `max`; the start need not be one.
    ///
    /// Every day of every period that counts is looked at once and on its own, so the cost is that of
    /// the span, whatever the rule: also of one that never gives a day, such as 30 February.
    func days(from start: Day, until last: Day, max: Int) -> [Day] {
        var found: [Day] = []
        var period = firstPeriod(of: start)
        while let days = period, days.lowerBound <= last.daysSinceEpoch, found.count < max {
            let fitting = days.lazy.map { Day(daysSinceEpoch: $0) }
                .filter { fits($0, start: start) }
            let occurrences = positions.isEmpty ? Array(fitting) : chosen(of: Array(fitting))
            found += occurrences.filter { start <= $0 && $0 <= last }
            period = nextPeriod(after: days)
        }
        return Array(found.prefix(max))
    }

    // MARK: Periods

    /// The day, week, month or year that the series begins in, as numbers of days.
    private func firstPeriod(of start: Day) -> Range<Int32>? {
        let number = start.daysSinceEpoch
        let (year, month, _) = start.civil
        switch frequency {
        case .daily: return number..<number + 1
        case .weekly:
            let back = (start.weekday.rawValue - weekStart.rawValue + 7) % 7
            return number - Int32(back)..<number - Int32(back) + 7
        case .monthly: return Self.days(ofYear: year, months: month...month)
        case .yearly: return Self.days(ofYear: year, months: 1...12)
        }
    }

    /// The period one interval later; nil past the year 9999.
    private func nextPeriod(after days: Range<Int32>) -> Range<Int32>? {
        let (year, month, _) = Day(daysSinceEpoch: days.lowerBound).civil
        switch frequency {
        case .daily, .weekly:
            let step = Int32(days.count * interval)
            return days.lowerBound + step..<days.upperBound + step
        case .monthly:
            let months = year * 12 + month - 1 + interval
            let next = months % 12 + 1
            return Self.days(ofYear: months / 12, months: next...next)
        case .yearly: return Self.days(ofYear: year + interval, months: 1...12)
        }
    }

    private static func days(ofYear year: Int, months: ClosedRange<Int>) -> Range<Int32>? {
        guard let first = Day(year: year, month: months.lowerBound, day: 1),
            let last = Day(
                year: year, month: months.upperBound, day: length(year, months.upperBound))
        else { return nil }
        return first.daysSinceEpoch..<last.daysSinceEpoch + 1
    }

    private static func length(_ year: Int, _ month: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    // MARK: Days of a period

    /// Those of a period's days that BYSETPOS names.
    private func chosen(of days: [Day]) -> [Day] {
        days.enumerated().filter { index, _ in
            positions.contains(index + 1) || positions.contains(index - days.count)
        }.map(\.element)
    }

    /// Whether a day of a period that counts is one of the rule's, before BYSETPOS chooses.
    ///
    /// What the rule does not name is that of the start (RFC 5545 §3.3.10, the table of parts).
    private func fits(_ day: Day, start: Day) -> Bool {
        let (year, month, dayOfMonth) = day.civil
        let isSpread = frequency == .monthly || frequency == .yearly
        if months.isEmpty {
            let isOfStart = frequency == .yearly && monthDays.isEmpty && weekdays.isEmpty
            guard !isOfStart || month == start.civil.month else { return false }
        } else {
            guard months.contains(month) else { return false }
        }
        if !monthDays.isEmpty {
            let fromEnd = dayOfMonth - Self.length(year, month) - 1
            guard monthDays.contains(dayOfMonth) || monthDays.contains(fromEnd) else {
                return false
            }
        } else if weekdays.isEmpty, isSpread {
            guard dayOfMonth == start.civil.day else { return false }
        }
        guard weekdays.isEmpty else { return weekdays.contains { holds($0, day) } }
        return frequency != .weekly || day.weekday == start.weekday
    }

    /// Whether a day is this one of its month, or of its year if a yearly rule names no month.
    private func holds(_ wanted: WeekdayInPeriod, _ day: Day) -> Bool {
        guard wanted.weekday == day.weekday else { return false }
        guard let number = wanted.number else { return true }
        let (year, month, _) = day.civil
        let ofMonth = frequency == .monthly || !months.isEmpty
        guard let days = Self.days(ofYear: year, months: ofMonth ? month...month : 1...12) else {
            return false
        }
        let before = Int(day.daysSinceEpoch - days.lowerBound)
        let after = Int(days.upperBound - 1 - day.daysSinceEpoch)
        return number == before / 7 + 1 || number == -(after / 7 + 1)
    }
}
