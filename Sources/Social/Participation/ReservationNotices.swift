internal import Platform
internal import Realtime

/// What those concerned are told of the kernel's steps at an activity.
enum ReservationNotices {
    /// A notice for each step that somebody else than its doer has to know of.
    static func all(_ outcome: ReservationOutcome) -> [Notify] {
        let subject = NoticeSubject(.occurrence, outcome.capacity.subject)
        return outcome.steps.compactMap { step in
            let (kind, persons, because) = words(step.change)
            let reservation = step.change.reservation
            return persons.isEmpty
                ? nil
                : Notify(kind, of: step.event, about: subject, to: persons) { json in
                    json.member("reservation", reservation.id)
                    if let until = reservation.until { json.member("until", until) }
                    if let because { json.member("because", because) }
                }
        }
    }

    private static func words(
        _ change: ReservationChange
    ) -> (NoticeKind, persons: [UUID], because: String?) {
        let persons = change.reservation.persons
        return switch change {
        case .booked(let it):
            (it.state == .waiting ? .reservationWaiting : .reservationConfirmed, persons, nil)
        case .offered, .cut: (.reservationOffered, persons, nil)
        case .confirmed: (.reservationConfirmed, persons, nil)
        case .ended(_, let ending, _):
            switch ending {
            case .lapsed: (.reservationLapsed, persons, nil)
            case .closed: (.reservationClosed, persons, nil)
            case .cancelled, .cancelledLate, .excused, .declined:
                (.reservationCancelled, persons, nil)
            }
        case .shrunk(let rest, let leaving, _):
            (.reservationCancelled, leaving.map(\.person) + [rest.holder], nil)
        case .requeued: (.reservationReleased, persons, "capacity")
        }
    }
}
