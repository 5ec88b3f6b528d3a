internal import Platform
internal import Realtime

/// What the estate's log tells of reservations: ids, codes and numbers, to whom they concern and to
/// who looks after the thing.
struct ReservationEvents {
    var capacity: Capacity
    var stewards: [UUID]

    /// The event of a step.
    func draft(of change: ReservationChange, id: UUID) -> EventDraft {
        let reservation = change.reservation
        let persons = reservation.persons
        let (kind, because) = Self.words(change)
        return EventDraft(
            id: id, kind: kind,
            audience: Set(persons + stewards).sorted().map { .person($0) },
            about: Array(persons.prefix(64))
        ) { json in
            json.member("capacity", capacity.id)
            json.member("subject", capacity.subject)
            json.member("reservation", reservation.id)
            json.key("seats")
            json.object { json in
                for kind in capacity.kinds where reservation.seats[kind] > 0 {
                    json.member(kind.code, reservation.seats[kind])
                }
            }
            if let because { json.member("because", because) }
            if let until = reservation.until { json.member("until", until) }
        }
    }

    private static func words(_ change: ReservationChange) -> (kind: String, because: String?) {
        switch change {
        case .booked(let it):
            switch it.state {
            case .waiting: ("reservation.waiting", nil)
            case .held: ("reservation.held", nil)
            case .offered, .confirmed: ("reservation.confirmed", nil)
            }
        case .offered: ("reservation.offered", nil)
        case .confirmed: ("reservation.confirmed", nil)
        case .ended(_, let ending, _): ("reservation.ended", ending.rawValue)
        case .shrunk(_, _, let ending): ("reservation.shrunk", ending.rawValue)
        case .requeued: ("reservation.requeued", nil)
        case .cut: ("reservation.cut", nil)
        }
    }

    /// The event of a change of the capacity itself.
    func altered(id: UUID) -> EventDraft {
        EventDraft(
            id: id, kind: capacity.isClosed ? "capacity.closed" : "capacity.changed",
            audience: stewards.map { .person($0) }
        ) { json in
            json.member("capacity", capacity.id)
            json.member("subject", capacity.subject)
            json.key("totals")
            json.object { json in
                for kind in capacity.kinds { json.member(kind.code, capacity.totals[kind]) }
            }
        }
    }
}
