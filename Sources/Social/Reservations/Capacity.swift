package import Platform

/// What can be reserved: so many places of each kind, for a time, at a place.
package struct Capacity: Sendable, Hashable {
    /// Its id.
    package var id: UUID
    /// Whose rules decide who may hold, such as `activity`.
    package var feature: String
    /// What the places are of, such as the occurrence of an activity.
    package var subject: UUID
    /// What its stewards look after, such as the activity.
    package var thing: UUID
    /// The kinds there are; one may have no places now.
    package var kinds: [SeatKind]
    /// How many there are of each kind.
    package var totals: Seats
    /// The most over all kinds; `nil` leaves it to the kinds.
    package var overall: Int?
    /// How many are held, offered or confirmed; what has lapsed counts until it is settled.
    package var held: Seats
    /// How many reservations wait.
    package var waiting: Int
    /// When it is, half-open.
    package var term: Range<Instant>
    /// Where it is; `nil` where that is no place of the estate.
    package var place: UUID?
    /// From when until when it can be booked.
    package var window: Range<Instant>
    /// How long an offer holds its place.
    package var offerMinutes: Int
    /// Up to how long before it begins one leaves without a mark.
    package var cancelMinutes: [SeatKind: Int]
    /// Most reservations that may wait.
    package var waitingMax: Int
    /// Whether it is over or was cancelled.
    package var isClosed: Bool
    /// The day it begins on in the estate's zone.
    package var localDay: Day
    /// Whether its places are given by the list alone: whoever books waits first.
    package var isListed = false

    /// Whether these places are free.
    package func hasRoom(for seats: Seats) -> Bool {
        seats.counts.allSatisfy { held[$0.key] + $0.value <= totals[$0.key] }
            && (overall.map { held.total + seats.total <= $0 } ?? true)
    }

    /// Whether there would be these places if nobody held any.
    package func couldHold(_ seats: Seats) -> Bool {
        seats.counts.allSatisfy { $0.value <= totals[$0.key] }
            && (overall.map { seats.total <= $0 } ?? true)
    }

    /// The most places that may be free, over all kinds.
    package var freeMax: Int { max(0, min(totals.total, overall ?? Int.max) - held.total) }

    /// Whether any place is free at all.
    package var hasRoom: Bool { kinds.contains { hasRoom(for: Seats(of: [$0])) } }
}

/// How the queue of a capacity is served, and until when one leaves without a mark.
package struct QueueSettings: Sendable, Hashable {
    /// How long an offer holds its place.
    package var offerMinutes: Int
    /// Up to how long before it begins one leaves without a mark; kinds that are not named keep
    /// theirs.
    package var cancelMinutes: [SeatKind: Int]
    /// Most reservations that may wait.
    package var waitingMax: Int

    /// Settings.
    package init(offerMinutes: Int, cancelMinutes: [SeatKind: Int], waitingMax: Int) {
        self.offerMinutes = offerMinutes
        self.cancelMinutes = cancelMinutes
        self.waitingMax = waitingMax
    }
}

/// A capacity that a feature is about to open.
package struct NewCapacity: Sendable {
    /// Its id, made by the server.
    package var id: UUID
    /// What the places are of.
    package var subject: UUID
    /// When it is.
    package var term: Range<Instant>
    /// From when until when it can be booked; `upperBound` at most the end of the term.
    package var window: Range<Instant>

    /// A capacity of this subject.
    package init(id: UUID, subject: UUID, term: Range<Instant>, window: Range<Instant>) {
        self.id = id
        self.subject = subject
        self.term = term
        self.window = window
    }
}

/// What the capacities of a thing have in common.
package struct CapacityPlan: Sendable {
    /// Whose rules decide who may hold, such as `activity`.
    package var feature: String
    /// What its stewards look after.
    package var thing: UUID
    /// How many there are of each kind, in the order in which kinds are shown.
    package var totals: [(kind: SeatKind, count: Int)]
    /// The most over all kinds; `nil` leaves it to the kinds.
    package var overall: Int?
    /// Where it is; `nil` where that is no place of the estate.
    package var place: UUID?
    /// How long an offer holds its place.
    package var offerMinutes: Int
    /// Up to how long before it begins one leaves without a mark; kinds that are not named: 0.
    package var cancelMinutes: [SeatKind: Int]
    /// Most reservations that may wait.
    package var waitingMax: Int

    /// A plan.
    package init(
        feature: String, thing: UUID, totals: [(kind: SeatKind, count: Int)], overall: Int? = nil,
        place: UUID? = nil, offerMinutes: Int = 120, cancelMinutes: [SeatKind: Int] = [:],
        waitingMax: Int = 100
    ) {
        self.feature = feature
        self.thing = thing
        self.totals = totals
        self.overall = overall
        self.place = place
        self.offerMinutes = offerMinutes
        self.cancelMinutes = cancelMinutes
        self.waitingMax = waitingMax
    }

    /// The kinds in their order.
    package var kinds: [SeatKind] { totals.map(\.kind) }
}
