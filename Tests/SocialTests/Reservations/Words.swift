internal import Platform

@testable internal import Social

/// Between the words of the reference and the types of the kernel.
enum Words {
    static func id(_ text: String) -> UUID { UUID(text) ?? UUID(high: 0, low: 0) }

    static func instant(_ minutes: Int) -> Instant {
        Instant(microseconds: Int64(minutes) * 60_000_000)
    }

    static func minutes(_ instant: Instant) -> Int { Int(instant.microseconds / 60_000_000) }

    static func kind(_ code: String) -> SeatKind { SeatKind(code) ?? .adult }

    static func kinds(_ counts: [String: Int]) -> [SeatKind] { counts.keys.map(kind).sorted() }

    static func seats(_ counts: [String: Int]) -> Seats {
        Seats(Dictionary(uniqueKeysWithValues: counts.map { (kind($0.key), $0.value) }))
    }

    static func capacity(_ it: Reference.Capacity) -> Capacity {
        Capacity(
            id: id(it.id), feature: it.feature, subject: id(it.id), thing: id(it.id),
            kinds: kinds(it.totals), totals: seats(it.totals), overall: it.overall, held: Seats(),
            waiting: 0, term: instant(it.begins)..<instant(it.ends), place: it.place.map(id),
            window: instant(it.opens)..<instant(it.closes), offerMinutes: it.offerMinutes,
            cancelMinutes: Dictionary(
                uniqueKeysWithValues: it.cancelMinutes.map { (kind($0.key), $0.value) }),
            waitingMax: it.waitingMost, isClosed: it.isClosed,
            localDay: Day(daysSinceEpoch: Int32((it.begins + 8 * 60) / 1440)))
    }

    static func queue(offer: Int, cancel: [String: Int], most: Int) -> QueueSettings {
        QueueSettings(
            offerMinutes: offer,
            cancelMinutes: Dictionary(
                uniqueKeysWithValues: cancel.map { (kind($0.key), $0.value) }),
            waitingMax: most)
    }

    static func words(_ it: Capacity) -> Reference.Capacity {
        Reference.Capacity(
            id: it.id.description, feature: it.feature,
            totals: Dictionary(uniqueKeysWithValues: it.kinds.map { ($0.code, it.totals[$0]) }),
            overall: it.overall, begins: minutes(it.term.lowerBound),
            ends: minutes(it.term.upperBound), place: it.place?.description,
            opens: minutes(it.window.lowerBound), closes: minutes(it.window.upperBound),
            offerMinutes: it.offerMinutes,
            cancelMinutes: Dictionary(
                uniqueKeysWithValues: it.cancelMinutes.map { ($0.key.code, $0.value) }),
            waitingMost: it.waitingMax, isClosed: it.isClosed)
    }

    static func booking(_ it: Reference.Booking, hold: Int?) -> Booking {
        Booking(
            id: id(it.id), holder: id(it.holder), household: it.household.map(id),
            members: it.members.sorted { $0.key < $1.key }.map {
                Reservation.Member(id($0.key), kind($0.value))
            },
            priority: it.priority, holdMinutes: hold)
    }

    static func words(
        _ it: Reservation, as ending: Reservation.Ending? = nil
    ) -> Reference.Booking {
        Reference.Booking(
            id: it.id.description, capacity: it.capacity.description,
            holder: it.holder.description, household: it.household?.description,
            members: ending != nil
                ? [:]
                : Dictionary(
                    uniqueKeysWithValues: it.members.map {
                        ($0.person.description, $0.kind.code)
                    }),
            state: ending == nil ? it.state.rawValue : "ended", priority: it.priority,
            queued: minutes(it.queuedAt), until: ending == nil ? it.until.map(minutes) : nil,
            endedAs: ending?.rawValue)
    }

    static func limit(_ it: Reference.Limit) -> ReservationLimit {
        ReservationLimit(
            it.most, ReservationLimit.Measure(rawValue: it.counts) ?? .seats,
            a: ReservationLimit.Owner(rawValue: it.per) ?? .person,
            per: ReservationLimit.Period(rawValue: it.period) ?? .live)
    }

    /// How a reservation was left, by what a command did.
    static func leaving(_ changes: [ReservationChange], _ id: UUID) -> String {
        for change in changes where change.reservation.id == id {
            switch change {
            case .ended(_, let ending, _): return ending.rawValue
            case .shrunk(_, _, let ending): return "fewer, \(ending.rawValue)"
            default: continue
            }
        }
        return "nothing"
    }

    /// The outcome of a step that is none of the kernel's.
    static func noted(_ step: Reference.Step) -> String {
        if case .advance = step { "later" } else { "noted" }
    }

    static func code(_ refusal: ReservationRefusal) -> String {
        switch refusal {
        case .closed: "closed"
        case .notYetOpen: "not yet open"
        case .tooLate: "too late"
        case .begun: "begun"
        case .unknownKind: "unknown kind"
        case .alreadyIn: "already in"
        case .tooMany: "too many"
        case .overlap, .tooFar: "overlap"
        case .limit: "limit"
        case .notAdmitted: "not admitted"
        case .full: "full"
        case .notOffered: "not offered"
        case .gone: "gone"
        case .belowHeld: "below held"
        case .needNotLeave: "need not leave"
        }
    }
}
