/// A calendar to subscribe to: what it is called, and its events.
package struct ICalendar: Sendable, Hashable {
    /// What a subscriber's program shows as its name.
    package var name: String
    /// The zone of all events, and its rules over their span.
    package var zone: ZoneRules
    /// How often a program may ask again, in minutes; at least 1.
    package var refreshMinutes: Int
    /// Its own address, if it is meant to be asked for again there.
    package var url: String?
    /// The events; each pair of UID and RECURRENCE-ID once.
    package var events: [Event]

    /// A calendar of these events.
    package init(
        name: String, zone: ZoneRules, refreshMinutes: Int = 60, url: String? = nil,
        events: [Event]
    ) {
        self.name = name
        self.zone = zone
        self.refreshMinutes = refreshMinutes
        self.url = url
        self.events = events
    }

    /// One event, at one time.
    ///
    /// It has no organiser and no attendees: a calendar link is passed on, and names must not be.
    package struct Event: Sendable, Hashable {
        /// Whether it takes place.
        package enum Status: String, Sendable, Hashable {
            case confirmed = "CONFIRMED"
            /// For its reader it is not settled yet.
            case tentative = "TENTATIVE"
            /// Kept in the calendar, struck through: what vanishes is not seen to be cancelled.
            case cancelled = "CANCELLED"
        }

        /// Globally unique and the same for ever, whatever else changes.
        package var uid: String
        /// Larger after each change of time, place or status.
        package var sequence: Int
        /// When it was last changed.
        package var changedAt: Instant
        /// Start and end in the calendar's zone.
        package var start: LocalTime
        /// The end, after the start.
        package var end: LocalTime
        /// The start that an occurrence of a series had at first, when one UID names the series.
        package var recurrence: LocalTime?
        /// The title.
        package var summary: String
        /// More about it; may have line breaks.
        package var details: String?
        /// Where.
        package var location: String?
        /// Its page.
        package var url: String?
        /// Whether it takes place.
        package var status: Status
        /// Words that programs group by.
        package var categories: [String]

        /// An event with these properties.
        package init(
            uid: String, sequence: Int, changedAt: Instant, start: LocalTime, end: LocalTime,
            recurrence: LocalTime? = nil, summary: String, details: String? = nil,
            location: String? = nil, url: String? = nil, status: Status = .confirmed,
            categories: [String] = []
        ) {
            self.uid = uid
            self.sequence = sequence
            self.changedAt = changedAt
            self.start = start
            self.end = end
            self.recurrence = recurrence
            self.summary = summary
            self.details = details
            self.location = location
            self.url = url
            self.status = status
            self.categories = categories
        }
    }
}

/// The offsets of a zone over a span of days: enough to place every time within it.
package struct ZoneRules: Sendable, Hashable {
    /// A moment from which another offset holds.
    package struct Change: Sendable, Hashable {
        /// The time of the wall at it, by the offset before.
        package var at: LocalTime
        /// Minutes east of UTC before.
        package var minutesBefore: Int
        /// Minutes east of UTC from then on.
        package var minutesAfter: Int
        /// Whether it is daylight saving time from then on.
        package var isDaylight: Bool
    }

    /// The name, such as `Asia/Shanghai`.
    package let name: String
    /// What holds at the start of the span, and each change within it, in order; never empty.
    package let changes: [Change]

    /// The rules of a zone of tzdata from one day to another, both included, and a day around them.
    ///
    /// Nil for a zone that tzdata lacks, or more than twenty years. Takes libical's lock.
    package init?(_ name: String, from first: Day, until last: Day) {
        guard first <= last, last.daysSinceEpoch - first.daysSinceEpoch <= 7320,
            let changes = LibIcal.changes(of: name, first.adding(days: -1), last.adding(days: 2))
        else { return nil }
        self.name = name
        self.changes = changes
    }
}
