internal import Platform

/// Hours in which a venue is open on a weekday, by the clock of the estate's zone.
struct OpeningHours: Hashable {
    /// 1 Monday to 7 Sunday.
    var weekday: Int
    /// Minutes since midnight.
    var opens: Int
    /// Minutes since midnight, to 1440.
    var closes: Int
}

/// A moment by the clock on the wall, in microseconds since 1970-01-01 00:00 there.
struct WallTime: Hashable, Comparable {
    var microseconds: Int64

    private static let dayMicroseconds: Int64 = 86_400_000_000

    /// Days since 1970-01-01.
    var day: Int64 {
        let (quotient, rest) = microseconds.quotientAndRemainder(dividingBy: Self.dayMicroseconds)
        return rest < 0 ? quotient - 1 : quotient
    }

    /// Microseconds since the midnight that begins this day.
    func since(day: Int64) -> Int64 { microseconds - day * Self.dayMicroseconds }

    /// 1 Monday to 7 Sunday; 1970-01-01 was a Thursday.
    static func weekday(ofDay day: Int64) -> Int { Int(((day + 3) % 7 + 7) % 7) + 1 }

    static func < (left: WallTime, right: WallTime) -> Bool {
        left.microseconds < right.microseconds
    }

    static func + (time: WallTime, minutes: Int) -> WallTime {
        WallTime(microseconds: time.microseconds + Int64(minutes) * 60_000_000)
    }

    static func - (time: WallTime, minutes: Int) -> WallTime { time + -minutes }
}

extension WallTime: CustomStringConvertible {
    /// For example `2026-03-02 09:00`.
    var description: String {
        // The estate's own clock, written as if it were UTC and cut before the seconds.
        let text = Instant(microseconds: microseconds).description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
    }
}

/// A use of a venue that is asked for, and what stands against it.
struct VenueUse: Hashable {
    /// From its begin to its end, without the gaps.
    var term: Range<Instant>
    /// The same by the estate's clock.
    var begins: WallTime
    /// The same by the estate's clock.
    var ends: WallTime
    /// Minutes that its booker has booked of the venue in the month in which it begins, without it.
    var minutesUsed: Int
    /// The first time already taken that it meets, gaps of both included.
    var clash: BusyTime?
    /// The term that it has now at this venue; `nil` if it has none.
    var held: Range<Instant>?
}

/// A time that is taken; never by whom.
struct BusyTime: Hashable {
    /// With the gaps.
    var period: Range<Instant>
    /// The same by the estate's clock, such as `2026-03-02 09:00`.
    var begins: String
    /// The same by the estate's clock.
    var ends: String
}

/// Who books: what the rules ask of a person.
struct VenueBooker: Hashable {
    /// Its roles now, at whatever place; `resident` if it belongs to a household.
    var roles: Set<String>
    /// Whether it may change the rules: then it may book whatever is free and open.
    var mayRule: Bool
}

/// Why a use cannot be booked.
enum VenueRefusal: Hashable {
    /// To whom the venue is open.
    case notOpenToYou([String])
    /// Past, or nearer than the venue asks.
    case tooSoon(leadMinutes: Int)
    /// Longer than any use may be.
    case tooLong
    /// Not within opening hours from its begin to its end.
    case closedThen
    /// More than the booker's hours in that month.
    case tooManyHours(max: Int)
    /// Taken.
    case clash(BusyTime)
}

/// The rules of a venue, as values: what is asked of a use, in this order, before it is booked.
///
/// 1. Its booker has one of the roles that the venue is open to, or may change its rules.
/// 2. It is at most seven days long.
/// 3. It begins so many minutes from now or later; never in the past.
/// 4. It lies wholly within opening hours, by the estate's clock and on the weekdays that it meets.
///    The gaps before and after may lie outside: who sets up and cleans has the key.
/// 5. Its booker stays within its hours of the month, at this venue. A use counts for the month in
///    which it begins, from its begin to its end, without the gaps.
/// 6. With its gaps it meets no other, gaps included; two may touch.
///
/// A use that only gives time back keeps what it has: of 1 to 5 nothing is asked.
struct VenueRules: Hashable {
    /// Longest use.
    static let daysMax = 7

    var setupMinutes: Int
    var cleaningMinutes: Int
    var leadMinutes: Int
    var hoursMonthMax: Int?
    /// Role codes; `resident` is whoever belongs to a household.
    var openTo: [String]
    var hours: [OpeningHours]

    /// Why `booker` cannot have this use now; `nil` if it can.
    func refusal(of use: VenueUse, by booker: VenueBooker, at now: Instant) -> VenueRefusal? {
        let onlyShrinks = use.held.map {
            $0.lowerBound <= use.term.lowerBound && use.term.upperBound <= $0.upperBound
        }
        if onlyShrinks != true, let refusal = ruling(use, booker, now) { return refusal }
        return use.clash.map { .clash($0) }
    }

    private func ruling(
        _ use: VenueUse, _ booker: VenueBooker, _ now: Instant
    ) -> VenueRefusal? {
        guard booker.mayRule || !booker.roles.isDisjoint(with: openTo) else {
            return .notOpenToYou(openTo)
        }
        let length = use.term.upperBound - use.term.lowerBound
        guard length <= .seconds(Self.daysMax * 86_400) else { return .tooLong }
        guard use.term.lowerBound >= now + .seconds(leadMinutes * 60) else {
            return .tooSoon(leadMinutes: leadMinutes)
        }
        guard isOpen(from: use.begins, until: use.ends) else { return .closedThen }
        if let hoursMonthMax {
            let used = Duration.seconds(use.minutesUsed * 60) + length
            guard used <= .seconds(hoursMonthMax * 3600) else {
                return .tooManyHours(max: hoursMonthMax)
            }
        }
        return nil
    }

    /// Whether it is open without a break from one moment to another.
    ///
    /// Where the clock goes back meanwhile, a use may end before it begins on the wall: then its begin
    /// alone is asked for.
    func isOpen(from begins: WallTime, until ends: WallTime) -> Bool {
        let ends = max(ends, WallTime(microseconds: begins.microseconds + 1))
        for day in begins.day...WallTime(microseconds: ends.microseconds - 1).day {
            let from = max(begins.since(day: day), 0)
            let until = min(ends.since(day: day), Self.minute * 1440)
            guard isOpen(WallTime.weekday(ofDay: day), from, until) else { return false }
        }
        return true
    }

    private static let minute: Int64 = 60_000_000

    private func isOpen(_ weekday: Int, _ from: Int64, _ until: Int64) -> Bool {
        var covered = from
        for hours in hours.filter({ $0.weekday == weekday }).sorted(by: { $0.opens < $1.opens })
        where Int64(hours.opens) * Self.minute <= covered {
            covered = max(covered, Int64(hours.closes) * Self.minute)
        }
        return covered >= until
    }

    /// What a use takes with its gaps.
    func period(of term: Range<Instant>) -> Range<Instant> {
        term.lowerBound - .seconds(setupMinutes * 60)..<term.upperBound
            + .seconds(cleaningMinutes * 60)
    }
}
