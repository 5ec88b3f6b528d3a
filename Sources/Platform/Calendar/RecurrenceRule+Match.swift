extension RecurrenceRule {
    /// Whether a series that begins on this day begins with an occurrence, as RFC 5545 asks of it.
    ///
    /// It is also what bounds libical: a month or year that has an occurrence comes again within
    /// 400 years, whereas a rule without any (30 February) would be sought for seconds, or for ever.
    func includes(start: Day) -> Bool {
        guard matches(start, start: start) else { return false }
        guard !positions.isEmpty else { return true }
        let days = period(of: start).filter { matches($0, start: start) }
        guard let index = days.firstIndex(of: start) else { return false }
        return positions.contains(index + 1) || positions.contains(index - days.count)
    }

    /// Whether a day of a period that counts is one of the rule's, before BYSETPOS chooses.
    private func matches(_ day: Day, start: Day) -> Bool {
        let (year, month, dayOfMonth) = day.civil
        let first = start.civil
        if months.isEmpty {
            let isAnyMonth =
                frequency != .yearly || !monthDays.isEmpty || !weekdays.isEmpty
            guard isAnyMonth || month == first.month else { return false }
        } else {
            guard months.contains(month) else { return false }
        }
        let length = Self.length(year, month)
        if !monthDays.isEmpty {
            guard monthDays.contains(dayOfMonth) || monthDays.contains(dayOfMonth - length - 1)
            else { return false }
        } else if weekdays.isEmpty, frequency == .monthly || frequency == .yearly {
            guard dayOfMonth == first.day else { return false }
        }
        guard weekdays.isEmpty else { return weekdays.contains { holds($0, day) } }
        return frequency != .weekly || day.weekday == start.weekday
    }

    /// Whether a day is this one of its month or year.
    private func holds(_ wanted: WeekdayInPeriod, _ day: Day) -> Bool {
        guard wanted.weekday == day.weekday else { return false }
        guard let number = wanted.number else { return true }
        let days = numberedPeriod(of: day)
        let index = Int(day.daysSinceEpoch - days.lowerBound)
        let fromStart = index / 7 + 1
        let fromEnd = -((days.count - 1 - index) / 7 + 1)
        return number == fromStart || number == fromEnd
    }

    /// The days that BYDAY's numbers count: a month, or a year if no month is named.
    private func numberedPeriod(of day: Day) -> Range<Int32> {
        let (year, month, dayOfMonth) = day.civil
        if frequency == .monthly || !months.isEmpty {
            let first = day.daysSinceEpoch - Int32(dayOfMonth - 1)
            return first..<first + Int32(Self.length(year, month))
        }
        return Self.days(ofYear: year)
    }

    /// The days of the month or year that BYSETPOS counts.
    private func period(of day: Day) -> [Day] {
        let (year, month, dayOfMonth) = day.civil
        let first = day.daysSinceEpoch - Int32(dayOfMonth - 1)
        let days =
            frequency == .monthly
            ? first..<first + Int32(Self.length(year, month)) : Self.days(ofYear: year)
        return days.map { Day(daysSinceEpoch: $0) }
    }

    private static func days(ofYear year: Int) -> Range<Int32> {
        let first = (Day(year: year, month: 1, day: 1) ?? Day(daysSinceEpoch: 0)).daysSinceEpoch
        let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
        return first..<first + (isLeap ? 366 : 365)
    }

    private static func length(_ year: Int, _ month: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
