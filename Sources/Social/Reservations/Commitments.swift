package import Platform

/// The most that a person or a household may have reserved (V0056).
package struct ReservationLimit: Sendable, Hashable {
    /// Whose reservations are counted.
    package enum Owner: String, Sendable { case person, household }
    /// What of them is counted.
    package enum Measure: String, Sendable {
        /// Places held, offered or confirmed.
        case seats
        /// Reservations that hold, are offered or are confirmed.
        case holds
        /// Reservations that wait.
        case waiting
    }
    /// Over which time, by the day on which each begins in the estate's zone.
    package enum Period: String, Sendable {
        case day, week, month
        /// All that is not over.
        case live
    }

    /// Whose.
    package var owner: Owner
    /// Of what.
    package var measure: Measure
    /// Over which time.
    package var period: Period
    /// How many at most.
    package var most: Int

    /// A limit.
    package init(_ most: Int, _ measure: Measure, a owner: Owner, per period: Period) {
        self.owner = owner
        self.measure = measure
        self.period = period
        self.most = most
    }
}

/// What a person has reserved elsewhere.
package struct Commitment: Sendable, Hashable {
    /// Who.
    package var person: UUID
    /// The household whose limits it counts for.
    package var household: UUID?
    /// By which reservation.
    package var reservation: UUID
    /// Of which capacity.
    package var capacity: UUID
    /// Of which feature.
    package var feature: String
    /// Whether it takes a place; otherwise it waits.
    package var holds: Bool
    /// When.
    package var term: Range<Instant>
    /// Minutes from there to the capacity that is asked about.
    package var minutesAway: Int
    /// The day on which it begins in the estate's zone.
    package var localDay: Day
}

/// What some persons and households have reserved, and what that forbids them.
package struct Commitments: Sendable {
    /// Minutes from one place to another where none were imported, or a place is free text.
    package static let minutesUnknown = 10

    private var all: [Commitment]
    private let limits: [ReservationLimit]

    /// None, and no limits.
    package init() { self.init([], limits: []) }

    /// These commitments, under these limits.
    package init(_ all: [Commitment], limits: [ReservationLimit]) {
        self.all = all
        self.limits = limits
    }

    /// Notes that a reservation has ended.
    mutating func remove(_ reservation: UUID) { all.removeAll { $0.reservation == reservation } }

    /// Notes that a reservation of the capacity takes places now.
    mutating func add(_ reservation: Reservation, at capacity: Capacity) {
        remove(reservation.id)
        all += reservation.members.map {
            Commitment(
                person: $0.person, household: reservation.household, reservation: reservation.id,
                capacity: capacity.id, feature: capacity.feature, holds: true, term: capacity.term,
                minutesAway: 0, localDay: capacity.localDay)
        }
    }

    /// What keeps a group from coming: another commitment of one of them at that time, or one that is
    /// too far away.
    func clash(of members: [Reservation.Member], at capacity: Capacity) -> ReservationRefusal? {
        for member in members {
            for other in all
            where other.person == member.person && other.holds && other.capacity != capacity.id {
                if other.term.overlaps(capacity.term) { return .overlap(member.person, other.term) }
                let gap =
                    other.term.upperBound <= capacity.term.lowerBound
                    ? capacity.term.lowerBound - other.term.upperBound
                    : other.term.lowerBound - capacity.term.upperBound
                if gap < .seconds(60 * other.minutesAway) {
                    return .tooFar(member.person, other.term, minutes: other.minutesAway)
                }
            }
        }
        return nil
    }

    /// The limit that a group would exceed with places, or by waiting; `id` is its own reservation,
    /// which is not counted twice.
    func exceeded(
        by members: [Reservation.Member], of household: UUID?, _ id: UUID, waits: Bool,
        at capacity: Capacity, now: Instant
    ) -> ReservationRefusal? {
        for limit in limits where (limit.measure == .waiting) == waits {
            let owners =
                limit.owner == .person ? members.map(\.person) : [household].compactMap(\.self)
            for owner in owners {
                let counted = all.filter {
                    (limit.owner == .person ? $0.person : $0.household) == owner
                        && $0.reservation != id && $0.feature == capacity.feature
                        && $0.holds != waits && isWithin(limit.period, $0, of: capacity, now)
                }
                let countsSeats = limit.measure == .seats
                let had = countsSeats ? counted.count : Set(counted.map(\.reservation)).count
                let more = countsSeats && limit.owner == .household ? members.count : 1
                if had + more > limit.most { return .limit(limit, reached: had) }
            }
        }
        return nil
    }

    private func isWithin(
        _ period: ReservationLimit.Period, _ commitment: Commitment, of capacity: Capacity,
        _ now: Instant
    ) -> Bool {
        switch period {
        case .day: commitment.localDay == capacity.localDay
        case .week: commitment.localDay.week == capacity.localDay.week
        case .month: commitment.localDay.month == capacity.localDay.month
        case .live: commitment.term.upperBound > now
        }
    }
}

extension Day {
    /// A number that all days of one week share; weeks begin on Monday (ISO 8601).
    fileprivate var week: Int {
        // 1970-01-01 was a Thursday.
        let days = Int(daysSinceEpoch) + 3
        return days >= 0 ? days / 7 : (days - 6) / 7
    }

    /// Year and month as text.
    fileprivate var month: Substring { description.prefix(7) }
}
