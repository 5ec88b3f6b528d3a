internal import CIcal
internal import Realtime

/// The one door to libical, which knows the zones of tzdata.
///
/// Behind a lock: libical promises nothing to threads, and a look-up reads the table of zones before
/// it takes the mutex that guards it (icaltimezone.c of 3.0.16).
///
/// Series are not laid out by libical. Version 3.0.16 gives other days than RFC 5545 for some rules
/// (a daily one with BYMONTHDAY=-1, a yearly one with BYMONTHDAY and BYDAY), seeks three seconds for
/// one that never gives a day, and would seek for ever if a rule gave none but the first.
enum LibIcal {
    private static let gate = {
        // The default of Debian's build, kept whatever a later one says: a refusal never aborts.
        icalerror_set_errors_are_fatal(0)
        return Locked(())
    }()
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
