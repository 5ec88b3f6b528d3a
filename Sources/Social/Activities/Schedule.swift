internal import Platform
internal import Realtime

/// When an activity is, on the estate's clock: once, or in a series.
struct Schedule: Hashable {
    /// The first start.
    var starts: LocalTime
    /// How long each meeting takes.
    var minutes: Int32
    /// RFC 5545's RRULE, with COUNT or UNTIL.
    var rule: String?
    /// What holidays and make-up workdays do to the series.
    var days: DayRule
    /// Starts of the rule that do not take place.
    var exceptions: [LocalTime]

    /// Most meetings of one series.
    static let occurrencesMax = Recurrence.Bounds.series.occurrencesMax
    /// Longest meeting: 14 days, in minutes.
    static let minutesMax: Int64 = 14 * 1440
    /// How far ahead the first one may be: two years, one of them leap, in days.
    static let aheadDaysMax = Recurrence.Bounds.series.spanDaysMax

    /// Reads the content of a request; `nil` where a time cannot be read.
    init?(_ body: JSON, _ faults: inout [Problem.Fault]) {
        exceptions = []
        for (index, each) in (body["exdates"]?.elements ?? []).enumerated() {
            if let time = each.text.flatMap({ LocalTime($0) }) {
                exceptions.append(time)
            } else {
                faults.append(Problem.Fault("/exdates/\(index)", Self.timeAdvice))
            }
        }
        rule = body["rrule"]?.text
        days = body["days"]?.text.flatMap { DayRule(rawValue: $0) } ?? .asRuled
        if rule == nil, !exceptions.isEmpty {
            faults.append(Problem.Fault("/exdates", Self.exceptionsOfNothing))
        }
        if rule == nil, days != .asRuled {
            faults.append(Problem.Fault("/days", Self.daysOfNothing))
        }
        guard let (starts, minutes) = Self.term(body, &faults) else { return nil }
        (self.starts, self.minutes) = (starts, minutes)
    }

    /// As it stands in the database.
    init(
        starts: LocalTime, minutes: Int32, rule: String?, days: DayRule, exceptions: [LocalTime]
    ) {
        self.starts = starts
        self.minutes = minutes
        self.rule = rule
        self.days = days
        self.exceptions = exceptions
    }

    /// Reads `starts` and `ends`; `nil` where one is no time, or they are too far apart.
    static func term(_ body: JSON, _ faults: inout [Problem.Fault]) -> (LocalTime, Int32)? {
        let starts = body["starts"]?.text.flatMap { LocalTime($0) }
        let ends = body["ends"]?.text.flatMap { LocalTime($0) }
        if starts == nil { faults.append(Problem.Fault("/starts", timeAdvice)) }
        if ends == nil { faults.append(Problem.Fault("/ends", timeAdvice)) }
        guard let starts, let ends else { return nil }
        let minutes = ends.minutesSinceEpoch - starts.minutesSinceEpoch
        guard minutes > 0 else {
            faults.append(Problem.Fault("/ends", endsFirst))
            return nil
        }
        guard minutes <= minutesMax else {
            faults.append(Problem.Fault("/ends", tooLong))
            return nil
        }
        return (starts, Int32(minutes))
    }

    /// All starts that the rule gives, in order.
    ///
    /// - Throws: `Stop` where the rule cannot be read, has no end, is too large, or nothing is left.
    func ruled() throws(Stop) -> [LocalTime] {
        let series = Recurrence(start: starts, rule: rule, exceptions: exceptions)
        switch series.laidOut() {
        case .refused(let refusal): throw Stop(Self.problem(refusal))
        case .starts(let found):
            guard found.unusedExceptions.isEmpty else {
                throw Stop(
                    Problem(.invalid, faults: [Problem.Fault("/exdates", Self.exceptionUnused)]))
            }
            return found.times
        }
    }

    /// All starts, in order, after what holidays and make-up workdays do to them.
    ///
    /// - Throws: `Stop` where the rule cannot be read, has no end, is too large, or nothing is left.
    func laidOut(_ tx: Transaction) async throws -> DayRule.Days {
        let ruled = try ruled()
        guard days != .asRuled, let first = ruled.first, let last = ruled.last else {
            return days.apply(to: ruled, CalendarDays())
        }
        let notices = CalendarDays(rows: try await tx.run(CalendarDaysBetween(first.day, last.day)))
        let laid = days.apply(to: ruled, notices)
        guard !laid.times.isEmpty else {
            throw Stop(Problem(.invalid, faults: [Problem.Fault("/days", Self.nothingLeft)]))
        }
        guard laid.times.count <= Self.occurrencesMax else { throw Stop(.seriesTooLong) }
        return laid
    }

    /// The schedule with its rule ended before a start.
    func ended(before time: LocalTime) -> Schedule {
        var schedule = self
        schedule.exceptions = exceptions.filter { $0 < time }
        schedule.rule = rule.flatMap { Self.rule($0, until: time.adding(minutes: -1)) }
        return schedule
    }

    /// The rule with another end; `nil` where it cannot be read.
    static func rule(_ text: String, until time: LocalTime) -> String? {
        let parts = text.uppercased().split(separator: ";").filter {
            !$0.hasPrefix("COUNT=") && !$0.hasPrefix("UNTIL=")
        }
        guard !parts.isEmpty else { return nil }
        return (parts + ["UNTIL=\(time.basicForm)"]).joined(separator: ";")
    }

    private static func problem(_ refusal: RecurrenceRefusal) -> Problem {
        switch refusal {
        case .endless: Problem(.seriesUnbounded)
        case .tooMany, .beyondSpan: Problem(.seriesTooLong)
        case .malformed(let part):
            fault("/rrule", "请检查重复规则的 \(part)。", "Check \(part) of the rule.")
        case .unsupported(let part):
            fault(
                "/rrule", "重复规则不能使用 \(part)；请按日、周、月或年重复。",
                "Leave out \(part): a series repeats by days, weeks, months or years.")
        case .startIsNoOccurrence:
            fault(
                "/starts", "首次开始时间须符合重复规则。",
                "Let the first start be one that the rule gives.")
        case .dateOutsideSpan, .empty: fault("/rrule", nothingLeft.zh, nothingLeft.en)
        }
    }

    private static func fault(_ pointer: String, _ zh: String, _ en: String) -> Problem {
        Problem(.invalid, faults: [Problem.Fault(pointer, Text(zh: zh, en: en))])
    }

    static let timeAdvice = Text(
        zh: "请填写小区当地时间，例如 2026-09-01T19:00。",
        en: "Give a time on the estate's clock, such as 2026-09-01T19:00.")
    private static let endsFirst = Text(
        zh: "结束时间须晚于开始时间。", en: "Let it end after it starts.")
    private static let tooLong = Text(
        zh: "一次活动最长 14 天；更长的请拆成几次。", en: "One meeting takes 14 days at most; split it.")
    private static let exceptionsOfNothing = Text(
        zh: "只有重复的活动才有例外日期。", en: "Only a series has exceptions.")
    private static let daysOfNothing = Text(
        zh: "只有重复的活动才需要节假日规则。", en: "Only a series has a rule about holidays.")
    private static let exceptionUnused = Text(
        zh: "例外日期须是重复规则中的某一次开始时间。",
        en: "Let each exception be a start that the rule gives.")
    private static let nothingLeft = Text(
        zh: "按这个规则没有任何一次活动；请放宽规则。",
        en: "Nothing is left of the series by this rule; widen it.")
}

/// How the meetings of a series follow a new schedule: each keeps its guests where it can.
struct Rescheduling: Hashable {
    /// A meeting that there is.
    struct Meeting: Hashable {
        var id: UUID
        /// Its start on the estate's clock now.
        var starts: LocalTime
    }

    /// Meetings that stay, with their new starts.
    var kept: [UUID: LocalTime] = [:]
    /// Meetings that the new schedule has no place for.
    var vanishing: [UUID] = []
    /// Starts that no meeting has yet.
    var fresh: [LocalTime] = []

    /// Pairs what there is with what shall be: first by the day, then in order within a week from
    /// Monday; a meeting keeps its guests if either is found.
    init(_ meetings: [Meeting], to starts: [LocalTime]) {
        var open = meetings.sorted { ($0.starts, $0.id) < ($1.starts, $1.id) }
        var free = starts.sorted()
        for key in [Self.day, Self.week] {
            var places = Dictionary(grouping: free, by: key)
            var left: [Meeting] = []
            for meeting in open {
                guard var some = places[key(meeting.starts)], !some.isEmpty else {
                    left.append(meeting)
                    continue
                }
                kept[meeting.id] = some.removeFirst()
                places[key(meeting.starts)] = some
            }
            open = left
            free = places.values.flatMap(\.self).sorted()
        }
        vanishing = open.map(\.id)
        fresh = free
    }

    private static func day(_ time: LocalTime) -> Int32 { time.day.daysSinceEpoch }

    /// The Monday of its week.
    private static func week(_ time: LocalTime) -> Int32 {
        time.day.daysSinceEpoch - Int32(time.day.weekday.rawValue - 1)
    }
}
