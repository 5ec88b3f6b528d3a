import Platform

/// Rules of series: whatever the text, an answer within bounds, and the same one however it is spelled.
enum Series: FuzzTarget {
    static let name = "series"

    private static let start = LocalTime("2026-01-05T19:30") ?? LocalTime(minutesSinceEpoch: 0)

    static func check(_ bytes: [UInt8]) throws(Disagreement) {
        let text = String(decoding: bytes, as: UTF8.self)
        let outcome = Recurrence(start: start, rule: text).laidOut()
        guard let rule = try? RecurrenceRule(text) else {
            if case .starts = outcome { throw Disagreement("\(text) is no rule, yet \(outcome)") }
            return
        }
        let again = try? RecurrenceRule(rule.description)
        try expect(again == rule, "\(rule) reads back as \(String(describing: again))")
        let written = Recurrence(start: start, rule: rule.description).laidOut()
        try expect(written == outcome, "\(text) gives \(outcome), but \(rule) \(written)")
        guard case .starts(let starts) = outcome else { return }
        let times = starts.times
        let last = LocalTime(start.day.adding(days: 731), minuteOfDay: 1439)
        try expect(
            times.first == start && times.count <= 400 && times.allSatisfy { $0 <= last }
                && zip(times, times.dropFirst()).allSatisfy { $0 < $1 }
                && times.allSatisfy { $0.minuteOfDay == start.minuteOfDay },
            "\(text) gives \(times)")
        if case .count(let count) = rule.end {
            try expect(times.count == count, "\(text) gives \(times.count)")
        }
    }

    static let seeds = [
        "FREQ=WEEKLY;COUNT=3", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU;COUNT=9",
        "FREQ=DAILY;BYMONTH=1,3;BYDAY=MO,FR;UNTIL=20271231", "FREQ=MONTHLY;BYMONTHDAY=5,-1;COUNT=4",
        "FREQ=MONTHLY;BYDAY=1MO,-1FR;COUNT=4", "FREQ=YEARLY;BYDAY=1MO,-52MO;UNTIL=20271201T193000",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE;BYSETPOS=1,-1;UNTIL=20271201T193000",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", "freq=secondly;count=1000000000",
        "FREQ=DAILY;INTERVAL=366;COUNT=1",
    ].map { Array($0.utf8) }
}
