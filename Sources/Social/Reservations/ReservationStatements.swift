internal import Platform

/// Takes a capacity, and holds it to the transaction's end.
struct TakeCapacity: Statement {
    var id: UUID

    var sql: SQL {
        """
        SELECT c.id, c.feature, c.subject_id, c.thing_id, c.kinds, c.totals, c.overall, c.held,
            c.waiting, c.begins, c.ends, c.place_id, c.opens_at, c.closes_at, c.offer_minutes,
            c.cancel_minutes, c.waiting_max, c.closed_at IS NOT NULL,
            (c.begins AT TIME ZONE e.zone)::date, c.by_list_since IS NOT NULL
        FROM linli.capacity_take(ARRAY[\(id)]) AS c
        JOIN linli.estate AS e ON e.estate_id = c.estate_id
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Capacity {
        let (id, feature): (UUID, String) = (try cells.read(), try cells.read())
        let (subject, thing): (UUID, UUID) = (try cells.read(), try cells.read())
        let kinds = try SeatKind.read(&cells)
        let totals = Seats(try cells.read(), of: kinds)
        let overall: Int32? = try cells.read()
        let held = Seats(try cells.read(), of: kinds)
        let waiting: Int32 = try cells.read()
        let (begins, ends): (Instant, Instant) = (try cells.read(), try cells.read())
        let place: UUID? = try cells.read()
        let (opens, closes): (Instant, Instant) = (try cells.read(), try cells.read())
        let offerMinutes: Int32 = try cells.read()
        let cancelMinutes: [Int32] = try cells.read()
        let waitingMax: Int32 = try cells.read()
        return Capacity(
            id: id, feature: feature, subject: subject, thing: thing, kinds: kinds, totals: totals,
            overall: overall.map(Int.init), held: held, waiting: Int(waiting),
            term: begins..<ends, place: place, window: opens..<closes,
            offerMinutes: Int(offerMinutes),
            cancelMinutes: Dictionary(
                zip(kinds, cancelMinutes.map(Int.init)), uniquingKeysWith: { first, _ in first }),
            waitingMax: Int(waitingMax), isClosed: try cells.read(), localDay: try cells.read(),
            isListed: try cells.read())
    }
}

extension SeatKind {
    /// Reads the kinds of a capacity, whose form V0050 checks.
    static func read(_ cells: inout Cells) throws(PostgresError) -> [SeatKind] {
        let codes: [String] = try cells.read()
        let kinds = codes.compactMap { SeatKind($0) }
        guard kinds.count == codes.count else {
            throw PostgresError(.decoding, message: "a kind of place is malformed")
        }
        return kinds
    }
}

/// Live reservations of a capacity, in the order of the queue.
struct FindParties: Statement {
    enum Which {
        /// Held or offered, and lapsed.
        case due
        /// Waiting, after this place in the queue, up to so many.
        case waiting(after: Reservation?, countMax: Int)
        /// All that are not ended, up to `Reservations.liveMax`.
        case live
        /// These, ended or not.
        case these([UUID])

        fileprivate var code: String {
            switch self {
            case .due: "due"
            case .waiting: "waiting"
            case .live: "live"
            case .these: "these"
            }
        }
    }

    private var which: Which
    private var capacity: UUID

    /// Of this capacity.
    init(_ which: Which, of capacity: UUID) {
        self.which = which
        self.capacity = capacity
    }

    /// Of this capacity.
    init(_ which: Which, of capacity: Capacity) { self.init(which, of: capacity.id) }

    var sql: SQL {
        var ids: [UUID] = []
        var after: Reservation?
        var countMax = Reservations.liveMax
        switch which {
        case .due, .live: break
        case .waiting(let place, let most): (after, countMax) = (place, most)
        case .these(let these): ids = these
        }
        return """
            SELECT id, capacity_id, holder_id, household_id, state, priority, queued_at, until,
                persons, kinds
            FROM linli.reservation_parties(\(capacity), \(which.code), \(ids),
                \(Int32(after?.priority ?? Int(Int32.max))),
                \(after?.queuedAt ?? Instant.epoch), \(after?.id ?? UUID(high: 0, low: 0)),
                \(Int32(countMax)))
            """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Reservation? {
        let (id, capacity, holder): (UUID, UUID, UUID) =
            (try cells.read(), try cells.read(), try cells.read())
        let household: UUID? = try cells.read()
        let state: String = try cells.read()
        let priority: Int32 = try cells.read()
        let queuedAt: Instant = try cells.read()
        let until: Instant? = try cells.read()
        let persons: [UUID] = try cells.read()
        let kinds = try SeatKind.read(&cells)
        guard let state = Reservation.State(rawValue: state) else { return nil }
        return Reservation(
            id: id, capacity: capacity, holder: holder, household: household,
            members: zip(persons, kinds).map { Reservation.Member($0, $1) },
            seats: Seats(of: kinds), state: state, priority: Int(priority), queuedAt: queuedAt,
            until: until)
    }
}

/// Who looks after a capacity's thing.
struct FindStewards: Statement {
    var capacity: UUID

    var sql: SQL {
        """
        SELECT s.person_id
        FROM linli.capacity AS c
        JOIN linli.steward AS s ON s.estate_id = c.estate_id AND s.thing_id = c.thing_id
        WHERE c.estate_id = linli.estate_id() AND c.id = \(capacity)
        ORDER BY s.since, s.person_id
        LIMIT 40
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}

/// Which of some persons have a reservation that lives at a capacity.
struct FindLiving: Statement {
    var capacity: UUID
    var persons: [UUID]

    var sql: SQL { "SELECT linli.living_members(\(capacity), \(persons))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}

/// Whether a booking for some persons turns a capacity to its list.
struct FindTurn: Statement {
    var capacity: UUID
    var persons: [UUID]

    var sql: SQL { "SELECT linli.capacity_turns(\(capacity), \(persons))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// Takes the agendas of persons and households, in order, and holds them to the transaction's end.
struct TakeAgendas: Statement {
    var owners: [UUID]

    var sql: SQL { "SELECT linli.agenda_take(\(owners))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int32 { try cells.read() }
}

/// Takes the agendas of a party, unless some of the queue may have to be looked at first: then false,
/// and nothing is taken.
struct TakeAgendasEarly: Statement {
    var owners: [UUID]
    var capacity: UUID

    var sql: SQL { "SELECT linli.agenda_take_early(\(owners), \(capacity))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// What persons and households have reserved, and how far each is from a place.
struct FindCommitments: Statement {
    var persons: [UUID]
    var households: [UUID]
    /// The capacity that is asked about.
    var capacity: UUID

    var sql: SQL {
        // What was over 32 days before it begins is in no period of its own.
        """
        SELECT c.person_id, c.household_id, c.reservation_id, c.capacity_id, c.feature,
            c.state <> 'waiting', c.begins, c.ends,
            linli.minutes_between(c.place_id, asked.place_id), c.local_day
        FROM linli.capacity AS asked
        CROSS JOIN LATERAL linli.commitments(\(persons), \(households),
            least(asked.begins - interval '32 days', linli.instant())) AS c
        WHERE asked.estate_id = linli.estate_id() AND asked.id = \(capacity)
            -- Whoever waits for what has begun waits no more, swept or not.
            AND (c.state <> 'waiting' OR c.begins > linli.instant())
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Commitment {
        let person: UUID = try cells.read()
        let household: UUID? = try cells.read()
        let (reservation, capacity): (UUID, UUID) = (try cells.read(), try cells.read())
        let feature: String = try cells.read()
        let holds: Bool = try cells.read()
        let (begins, ends): (Instant, Instant) = (try cells.read(), try cells.read())
        let minutes: Int32 = try cells.read()
        return Commitment(
            person: person, household: household, reservation: reservation, capacity: capacity,
            feature: feature, holds: holds, term: begins..<ends, minutesAway: Int(minutes),
            localDay: try cells.read())
    }
}

/// The limits of the estate for a feature.
struct FindLimits: Statement {
    var feature: String

    var sql: SQL {
        """
        SELECT per, counts, period, most
        FROM linli.reservation_limit
        WHERE estate_id = linli.estate_id() AND feature = \(feature)
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> ReservationLimit {
        let (per, counts, period): (String, String, String) =
            (try cells.read(), try cells.read(), try cells.read())
        let most: Int32 = try cells.read()
        guard let owner = ReservationLimit.Owner(rawValue: per),
            let measure = ReservationLimit.Measure(rawValue: counts),
            let period = ReservationLimit.Period(rawValue: period)
        else { throw PostgresError(.decoding, message: "a limit is malformed") }
        return ReservationLimit(Int(most), measure, a: owner, per: period)
    }
}

/// How many wait up to this reservation; `nil` when it does not wait.
struct WaitingPosition: Statement {
    var reservation: UUID

    var sql: SQL { "SELECT linli.waiting_position(\(reservation))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int64? { try cells.read() }
}

/// The capacities of the estate that may have something to settle, after an id.
struct CapacitiesToSettle: Statement {
    var after: UUID
    var countMax: Int

    var sql: SQL {
        """
        SELECT capacity_id, feature
        FROM linli.capacities_to_settle(\(after), \(Int32(countMax)))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (id: UUID, feature: String) {
        (try cells.read(), try cells.read())
    }
}
