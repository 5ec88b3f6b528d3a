internal import Platform
internal import Realtime

/// What activities say about their seats: who may hold one (`ActivityAdmission`), and that everybody
/// concerned is told of each step.
struct ActivityFeature: ReservationFeature {
    let name = "activity"

    func refusals(
        of parties: [Party], at capacity: Capacity, beside: Beside, in transaction: Transaction
    ) async throws -> [UUID: AdmissionRefusal] {
        try await ActivityAdmission().refusals(
            of: parties, at: capacity, beside: beside, in: transaction)
    }

    func question(about party: Party, at capacity: UUID) -> AdmissionQuestion? {
        ActivityAdmission.question(about: party, at: capacity)
    }

    func companyRefusal(
        of party: Party, at capacity: Capacity, beside: Beside, in transaction: Transaction
    ) async throws -> AdmissionRefusal? {
        try await ActivityAdmission().companyRefusal(
            of: party, beside: beside, in: transaction)
    }

    func notices(of outcome: ReservationOutcome) -> [SQL] {
        let subject = NoticeSubject(.occurrence, outcome.capacity.subject)
        return outcome.steps.compactMap { change, event -> SQL? in
            guard let notice = Self.notice(of: change) else { return nil }
            return Notify(notice.kind, of: event, about: subject, to: notice.persons) { json in
                json.member("reservation", change.reservation.id)
                json.member("begins", outcome.capacity.term.lowerBound)
                if let until = change.reservation.until { json.member("until", until) }
                if let because = notice.because { json.member("because", because) }
            }.sql
        }
    }

    private static func notice(
        of change: ReservationChange
    ) -> (kind: NoticeKind, persons: [UUID], because: String?)? {
        let persons = change.reservation.persons
        switch change {
        case .booked(let it):
            return (it.state.holds ? .reservationConfirmed : .reservationWaiting, persons, nil)
        case .offered: return (.reservationOffered, persons, nil)
        case .confirmed: return (.reservationConfirmed, persons, nil)
        case .ended(_, .lapsed, _): return (.reservationLapsed, persons, nil)
        case .ended(_, .closed, _): return (.reservationClosed, persons, "cancelled")
        case .ended(_, .declined, _): return nil
        case .ended: return (.reservationCancelled, persons, nil)
        case .shrunk(let it, let leaving, _):
            // Who answers for the group learns who left it, whoever did it.
            return (.reservationCancelled, leaving.map(\.person) + [it.holder], nil)
        case .requeued: return (.reservationReleased, persons, "capacity")
        // Told with the move that cut it.
        case .cut: return nil
        }
    }
}
