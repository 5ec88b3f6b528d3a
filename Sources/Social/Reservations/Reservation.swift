package import Platform

/// Places that somebody holds, is offered, or waits for.
package struct Reservation: Sendable, Hashable {
    /// The states that live; docs/reservations.md has the picture.
    package enum State: String, Sendable {
        /// In the queue.
        case waiting
        /// The place is kept until its holder says yes, or it lapses.
        case offered
        /// The place is kept until something else is settled, or it lapses.
        case held
        /// The place is theirs.
        case confirmed

        /// Whether it takes places.
        package var holds: Bool { self != .waiting }
    }

    /// How one ends.
    package enum Ending: String, Sendable {
        /// Left in time, or left the queue.
        case cancelled
        /// Left when it was too late to give the place to somebody else.
        case cancelledLate = "cancelled_late"
        /// Left late, because of illness.
        case excused
        /// The hold or the offer was not taken up, or the queue ended.
        case lapsed
        /// The offer was refused.
        case declined
        /// What it was for was cancelled.
        case closed
    }

    /// One whom it brings.
    package struct Member: Sendable, Hashable {
        /// The person.
        package var person: UUID
        /// In which kind of place.
        package var kind: SeatKind

        /// A person in a kind of place.
        package init(_ person: UUID, _ kind: SeatKind) {
            self.person = person
            self.kind = kind
        }
    }

    /// Its id.
    package var id: UUID
    /// Of which capacity.
    package var capacity: UUID
    /// Who answers for it.
    package var holder: UUID
    /// The household whose limits it counts for.
    package var household: UUID?
    /// Whom it brings.
    package var members: [Member]
    /// Which places it takes or wants.
    package var seats: Seats
    /// Where it stands.
    package var state: State
    /// The higher goes first in the queue; 0 unless the feature says otherwise.
    package var priority: Int
    /// When it came; the earlier goes first among equals, then the lower id.
    package var queuedAt: Instant
    /// When a hold or an offer lapses.
    package var until: Instant?

    /// Who is concerned: whom it brings, and who answers for it.
    package var persons: [UUID] { Set(members.map(\.person) + [holder]).sorted() }

    /// Whose agendas it touches.
    package var owners: [UUID] { members.map(\.person) + [household].compactMap(\.self) }

    /// Whether this one stands before another in the queue.
    package func isBefore(_ other: Reservation) -> Bool {
        (-priority, queuedAt, id) < (-other.priority, other.queuedAt, other.id)
    }
}

/// What is asked for: one group, all or none.
package struct Booking: Sendable, Hashable {
    /// The id that it gets.
    package var id: UUID
    /// Who answers for it.
    package var holder: UUID
    /// The household whose limits it counts for.
    package var household: UUID?
    /// Whom it brings, nobody twice.
    package var members: [Reservation.Member]
    /// In the queue, the higher goes first.
    package var priority = 0
    /// To hold only until then, for something else to be settled first.
    package var holdMinutes: Int?

    /// A group of these.
    package init(
        id: UUID, holder: UUID, household: UUID?, members: [Reservation.Member], priority: Int = 0,
        holdMinutes: Int? = nil
    ) {
        self.id = id
        self.holder = holder
        self.household = household
        self.members = members
        self.priority = priority
        self.holdMinutes = holdMinutes
    }

    /// The places that it wants.
    package var seats: Seats { Seats(of: members.map(\.kind)) }

    /// The group that would hold them.
    var party: Party { Party(id: id, holder: holder, members: members) }
}

/// Why the kernel refuses; nothing has changed then.
package enum ReservationRefusal: Error, Sendable, Hashable {
    /// Cancelled, or over.
    case closed
    /// Booking begins then.
    case notYetOpen(Instant)
    /// Booking has ended, then.
    case tooLate(Instant)
    /// It has begun.
    case begun
    /// There is no such kind of place here.
    case unknownKind(SeatKind)
    /// This person has a reservation here already.
    case alreadyIn(UUID)
    /// Not even an empty one would have these places.
    case tooMany(Seats)
    /// This person has something else then.
    case overlap(UUID, Range<Instant>)
    /// This person could not get there, or to the next, in time; so many minutes are needed.
    case tooFar(UUID, Range<Instant>, minutes: Int)
    /// A limit for persons or households.
    case limit(ReservationLimit, reached: Int)
    /// The feature says no.
    case notAdmitted(AdmissionRefusal)
    /// No place is free, and as many as may are waiting.
    case full
    /// It is not offered or held, or no longer.
    case notOffered
    /// There is no such reservation, or it has ended.
    case gone
    /// Of this kind (`nil`: over all) more are held than there would be.
    case belowHeld(SeatKind?, held: Int)
    /// This one need not leave: its places would still be there.
    case needNotLeave(UUID)

    /// Whether it keeps a party waiting instead of refusing it.
    var waits: Bool {
        guard case .notAdmitted(let refusal) = self else { return false }
        return AdmissionRefusal.waiting.contains(refusal.code)
    }

    /// Whether a protection keeps the party away.
    var isOfProtection: Bool { self == .notAdmitted(AdmissionRefusal("protected")) }
}
