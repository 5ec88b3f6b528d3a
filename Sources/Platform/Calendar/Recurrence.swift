/// Why a series cannot be laid out.
package enum RecurrenceRefusal: Error, Hashable {
    /// A part of the rule (`BYDAY` …) cannot be read or stands twice; `RRULE` is the text as a whole.
    case malformed(part: String)
    /// A part, or a frequency, that a series here may not have.
    case unsupported(part: String)
    /// Neither COUNT nor UNTIL.
    case endless
    /// More occurrences, further dates or exceptions than a series may have.
    case tooMany(max: Int)
    /// Occurrences after the last day that a series may have.
    case beyondSpan(lastDay: Day)
    /// The start is none of the rule's own days.
    case startIsNoOccurrence
    /// A further date before the start or after the last day.
    case dateOutsideSpan(LocalTime)
    /// Nothing is left once the exceptions are taken out.
    case empty
}

/// A series in the time of the wall: a start, a rule, exceptions and further dates.
package struct Recurrence: Sendable, Hashable {
    /// How large a series may be.
    package struct Bounds: Sendable, Hashable {
        /// Most occurrences.
        package var occurrencesMax: Int
        /// Most days from the first day to the last.
        package var spanDaysMax: Int

        /// Bounds of one's own; at most 1,000 occurrences and ten years.
        package init(occurrencesMax: Int, spanDaysMax: Int) {
            self.occurrencesMax = min(occurrencesMax, 1000)
            self.spanDaysMax = min(spanDaysMax, 3660)
        }

        /// What a series of an estate may have: 400 occurrences within two years, one of them leap.
        package static let series = Bounds(occurrencesMax: 400, spanDaysMax: 731)
    }

    /// The starts of a series.
    package struct Starts: Sendable, Hashable {
        /// In order, each once.
        package var times: [LocalTime]
        /// Exceptions that took nothing out.
        package var unusedExceptions: [LocalTime]
    }

    /// What came of laying a series out.
    package enum Outcome: Sendable, Hashable {
        case starts(Starts)
        case refused(RecurrenceRefusal)
    }

    /// The first occurrence.
    package var start: LocalTime
    /// The rule as text; nil has the start and the further dates only.
    package var rule: String?
    /// Starts that the rule gives and that do not take place.
    package var exceptions: [LocalTime]
    /// Starts besides those of the rule.
    package var dates: [LocalTime]

    /// A series; the rule is read when it is laid out.
    package init(
        start: LocalTime, rule: String? = nil, exceptions: [LocalTime] = [],
        dates: [LocalTime] = []
    ) {
        self.start = start
        self.rule = rule
        self.exceptions = exceptions
        self.dates = dates
    }

    /// Lays the whole series out, in the time that its span takes, whatever the rule.
    package func laidOut(within bounds: Bounds = .series) -> Outcome {
        do throws(RecurrenceRefusal) {
            return .starts(try starts(within: bounds))
        } catch {
            return .refused(error)
        }
    }

    private func starts(within bounds: Bounds) throws(RecurrenceRefusal) -> Starts {
        let lastDay = start.day.adding(days: bounds.spanDaysMax)
        let last = LocalTime(lastDay, minuteOfDay: 1439)
        guard max(exceptions.count, dates.count) <= bounds.occurrencesMax else {
            throw .tooMany(max: bounds.occurrencesMax)
        }
        if let outside = dates.first(where: { !(start...last).contains($0) }) {
            throw .dateOutsideSpan(outside)
        }
        var times: Set<LocalTime> = [start]
        if let rule {
            times = Set(try Self.times(RecurrenceRule(rule), start, last, bounds.occurrencesMax))
        }
        times.formUnion(dates)
        let unused = Set(exceptions).subtracting(times)
        times.subtract(exceptions)
        guard !times.isEmpty else { throw .empty }
        guard times.count <= bounds.occurrencesMax else {
            throw .tooMany(max: bounds.occurrencesMax)
        }
        return Starts(times: times.sorted(), unusedExceptions: unused.sorted())
    }

    /// The occurrences of a rule up to `last`.
    private static func times(
        _ rule: RecurrenceRule, _ start: LocalTime, _ last: LocalTime, _ countMax: Int
    ) throws(RecurrenceRefusal) -> [LocalTime] {
        let (until, wanted): (LocalTime, Int)
        switch rule.end {
        case .count(let count):
            guard count <= countMax else { throw .tooMany(max: countMax) }
            (until, wanted) = (last, count)
        case .until(let time):
            guard time >= start else { throw .empty }
            guard time <= last else { throw .beyondSpan(lastDay: last.day) }
            (until, wanted) = (time, countMax + 1)
        }
        let found = rule.days(from: start.day, until: until.day, max: wanted)
            .map { LocalTime($0, minuteOfDay: start.minuteOfDay) }.filter { $0 <= until }
        guard found.first == start else { throw .startIsNoOccurrence }
        if case .count(let count) = rule.end {
            guard found.count == count else { throw .beyondSpan(lastDay: last.day) }
        } else {
            guard found.count <= countMax else { throw .tooMany(max: countMax) }
        }
        return found
    }
}
