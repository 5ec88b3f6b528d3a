internal import CIcal
internal import Realtime

/// The one door to libical.
///
/// Behind a lock: its error codes and scratch memory are a thread's own, but beginning a rule fills
/// in a static text (`icaltimezone_tzid_prefix`) and a look-up of a zone reads the table of zones
/// before it takes the mutex for that (icaltimezone.c of 3.0.16); nothing is promised to threads.
enum LibIcal {
    private static let gate = {
        // The default of Debian's build, kept whatever a later one says: a refusal never aborts.
        icalerror_set_errors_are_fatal(0)
        return Locked(())
    }()

    /// The first occurrences of a rule, at most `max`, in order; nil if libical refuses the rule.
    ///
    /// The rule has an UNTIL, and `start` is one of its days: without, this may take for ever.
    static func occurrences(of rule: String, from start: LocalTime, max: Int) -> [LocalTime]? {
        gate.withLock { _ in
            guard let iterator = unsafe c_icalrecur_begin(rule, icaltimetype(start)) else {
                return nil
            }
            defer { unsafe icalrecur_iterator_free(iterator) }
            var found: [LocalTime] = []
            while found.count < max {
                guard let time = unsafe LocalTime(icalrecur_iterator_next(iterator)) else { break }
                found.append(time)
            }
            return found
        }
    }
}

extension icaltimetype {
    /// A time without zone.
    init(_ time: LocalTime) {
        unsafe self = icaltime_null_time()
        let (year, month, day) = time.day.civil
        unsafe self.year = Int32(year)
        unsafe self.month = Int32(month)
        unsafe self.day = Int32(day)
        unsafe hour = Int32(time.minuteOfDay / 60)
        unsafe minute = Int32(time.minuteOfDay % 60)
    }
}

extension LocalTime {
    /// The minute of a time; nil for the null time, or one that is none.
    fileprivate init?(_ time: icaltimetype) {
        guard unsafe icaltime_is_null_time(time) == 0,
            let day = unsafe Day(
                year: Int(time.year), month: Int(time.month), day: Int(time.day))
        else { return nil }
        unsafe self.init(day, minuteOfDay: Int(time.hour) * 60 + Int(time.minute))
    }
}

extension LibIcal {
    private struct Offset: Equatable {
        var minutes: Int
        var isDaylight: Bool
    }

    /// The offset at the start of `first` and every change until the start of `end`.
    ///
    /// Nil if there is no such zone. Offsets are whole minutes, as they have been since 1972.
    static func changes(of zone: String, _ first: Day, _ end: Day) -> [ZoneRules.Change]? {
        gate.withLock { _ in
            guard let zone = unsafe icaltimezone_get_builtin_timezone(zone) else { return nil }
            let offset = { (minute: Int64) -> Offset in
                var time = unsafe icaltimetype(LocalTime(minutesSinceEpoch: minute))
                var isDaylight: Int32 = 0
                let seconds = unsafe icaltimezone_get_utc_offset_of_utc_time(
                    zone, &time, &isDaylight)
                return Offset(minutes: Int(seconds) / 60, isDaylight: isDaylight != 0)
            }
            var minute = Int64(first.daysSinceEpoch) * 1440
            var current = offset(minute)
            let begin = LocalTime(first, minuteOfDay: 0)
            var changes = [
                ZoneRules.Change(
                    at: begin, minutesBefore: current.minutes, minutesAfter: current.minutes,
                    isDaylight: current.isDaylight)
            ]
            while minute < Int64(end.daysSinceEpoch) * 1440 {
                let next = minute + 1440
                while let change = self.change(from: current, minute..<next, offset) {
                    let found = offset(change)
                    changes.append(
                        ZoneRules.Change(
                            at: LocalTime(minutesSinceEpoch: change + Int64(current.minutes)),
                            minutesBefore: current.minutes, minutesAfter: found.minutes,
                            isDaylight: found.isDaylight))
                    (current, minute) = (found, change)
                }
                minute = next
            }
            return changes
        }
    }

    /// The first minute of a day at whose end another offset holds, by halving.
    private static func change(
        from current: Offset, _ day: Range<Int64>, _ offset: (Int64) -> Offset
    ) -> Int64? {
        var (low, high) = (day.lowerBound, day.upperBound)
        guard offset(high) != current else { return nil }
        while high - low > 1 {
            let middle = (low + high) / 2
            if offset(middle) == current { low = middle } else { high = middle }
        }
        return high
    }
}
