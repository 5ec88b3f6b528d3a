/// Holidays and make-up workdays, as far as the yearly notices are known.
package struct CalendarDays: Sendable, Hashable {
    /// What a notice makes of a day.
    package enum Kind: String, Sendable, Hashable {
        /// 节假日, a weekend that falls among its days too.
        case holiday
        /// 调休上班: a Saturday or Sunday on which people work.
        case workday
    }

    /// The days that notices name.
    package let kinds: [Day: Kind]
    /// The years whose notice is known.
    package let years: Set<Int>

    /// The days of these notices.
    package init(kinds: [Day: Kind] = [:], years: Set<Int> = []) {
        self.kinds = kinds
        self.years = years
    }

    /// The days and their notices' years, as the table gives them.
    package init(rows: [(day: Day, kind: Kind, year: Int)]) {
        self.init(
            kinds: Dictionary(rows.map { ($0.day, $0.kind) }) { _, last in last },
            years: Set(rows.map(\.year)))
    }

    /// Whether people work on this day: as the notice says, else from Monday to Friday.
    package func isWorkday(_ day: Day) -> Bool {
        kinds[day].map { $0 == .workday } ?? !day.weekday.isWeekend
    }
}

/// What a series does about holidays.
package enum DayRule: String, Sendable, Hashable, CaseIterable {
    /// Takes place as its rule says.
    case asRuled = "as_ruled"
    /// Not on holidays.
    case skipHolidays = "skip_holidays"
    /// On workdays: neither on holidays nor at weekends, and on make-up workdays too.
    case workdays

    /// A series after the rule.
    package struct Days: Sendable, Hashable {
        /// The starts in order; may be none.
        package var times: [LocalTime]
        /// The years of the series whose notice is not known: their holidays are not left out, and
        /// the organiser should be told.
        package var yearsUnknown: [Int]
    }

    /// Leaves out, and for `workdays` adds, starts; COUNT has counted before, and counts none of them.
    ///
    /// A make-up workday from the first start to the last gets one start, at the minute of the day
    /// that the first start has.
    package func apply(to starts: [LocalTime], _ days: CalendarDays) -> Days {
        guard self != .asRuled, let first = starts.min(), let last = starts.max() else {
            return Days(times: starts.sorted(), yearsUnknown: [])
        }
        let years = first.day.civil.year...last.day.civil.year
        let unknown = years.filter { !days.years.contains($0) }
        if self == .skipHolidays {
            let kept = starts.filter { days.kinds[$0.day] != .holiday }
            return Days(times: kept.sorted(), yearsUnknown: unknown)
        }
        var kept = Set(starts.filter { days.isWorkday($0.day) })
        let taken = Set(kept.map(\.day))
        for (day, kind) in days.kinds where kind == .workday && !taken.contains(day) {
            let added = LocalTime(day, minuteOfDay: first.minuteOfDay)
            if (first...last).contains(added) { kept.insert(added) }
        }
        return Days(times: kept.sorted(), yearsUnknown: unknown)
    }
}

/// The table's days from one to another, both included, and the years whose notice is known.
package struct CalendarDaysBetween: Statement {
    private let first: Day
    private let last: Day

    /// Asks, as any principal may, for the notices of the years that a series touches.
    package init(_ first: Day, _ last: Day) {
        self.first = first
        self.last = last
    }

    package var sql: SQL {
        """
        SELECT day, kind, year
        FROM linli.calendar_day
        WHERE year BETWEEN extract(year FROM \(first)) AND extract(year FROM \(last)) + 1
        ORDER BY day
        """
    }

    package func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (day: Day, kind: CalendarDays.Kind, year: Int) {
        let day = try cells.read(Day.self)
        let kind = CalendarDays.Kind(rawValue: try cells.read(String.self)) ?? .holiday
        return (day, kind, try cells.read())
    }
}
