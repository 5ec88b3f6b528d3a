internal import Platform
internal import Realtime

/// A change of all meetings of an activity that have not begun: nobody loses a place unless the
/// organiser said so, with a reason.
struct SeriesEdit {
    let tx: Transaction
    let ids: UUIDGenerator
    /// The activity as it was, which is held.
    let row: ActivityRow
    /// What it says from now on.
    let content: ActivityContent
    /// Whether meetings with guests may vanish, and why.
    let cancels: Bool
    let because: String?
    /// Its meetings, past and cancelled ones too.
    let meetings: [SeriesMeetings.Row]

    /// What came of it.
    struct Done {
        var laid: [NewOccurrence] = []
        var moved: [UUID] = []
        var cancelled: [UUID] = []
        var clashes: [Clash] = []
        var yearsUnknown: [Int] = []
    }

    /// Somebody who keeps a place, and has something else then.
    struct Clash: Hashable {
        var occurrence: UUID
        var person: UUID

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("occurrence", occurrence)
                json.member("person", person)
            }
        }
    }

    /// A meeting that goes elsewhere, or to another time.
    struct Move {
        var meeting: SeriesMeetings.Row
        var starts: LocalTime
        var term: Range<Instant>
        var place: ActivityPlace

        /// Whether its guests see it.
        var isSeen: Bool {
            term != meeting.occurrence.begins..<meeting.occurrence.ends
                || place != meeting.occurrence.place
        }
    }

    /// Changes the meetings; the activity itself says it anew already.
    func apply() async throws -> Result<Done, Problem> {
        var done = Done()
        let coming = meetings.filter { $0.occurrence.begins > tx.instant }
        let plan: (kept: [UUID: LocalTime], vanishing: [UUID], fresh: [LocalTime])
        if content.schedule == row.content.schedule {
            plan = ([:], [], [])
        } else {
            let days = try await content.schedule.laidOut(tx)
            done.yearsUnknown = days.yearsUnknown
            plan = try await reschedule(coming, to: days.times)
        }
        let vanishing = coming.filter { plan.vanishing.contains($0.occurrence.id) }
        if let refusal = refusal(of: vanishing) { return .failure(refusal) }
        let moves = try await moves(
            of: coming.filter {
                !$0.occurrence.isCancelled && !plan.vanishing.contains($0.occurrence.id)
            },
            plan.kept)
        try await lock(coming, moves)
        if let refusal = try await useVenues(vanishing, moves) { return .failure(refusal) }
        try await write(coming, vanishing, moves)
        let laying = Laying(tx: tx, ids: ids, activity: row.id, content: content)
        switch try await laying.lay(plan.fresh) {
        case .success(let laid): done.laid = laid
        case .failure(let problem): return .failure(problem)
        }
        done.clashes = try await changeCapacities(vanishing, moves)
        if let refusal = try await resize(coming, vanishing) { return .failure(refusal) }
        try await serve(coming, vanishing)
        done.moved = moves.filter(\.isSeen).map(\.meeting.occurrence.id)
        done.cancelled = vanishing.map(\.occurrence.id)
        return .success(done)
    }

    /// Pairs the meetings to come with the new starts that lie ahead.
    private func reschedule(
        _ coming: [SeriesMeetings.Row], to starts: [LocalTime]
    ) async throws -> (kept: [UUID: LocalTime], vanishing: [UUID], fresh: [LocalTime]) {
        let instants = try await tx.run(InstantsOf(times: starts))
        let ahead = zip(starts, instants).filter { $1 > tx.instant }.map(\.0)
        // What has begun today is not laid down again for later today.
        let begun = Set(
            meetings.filter { $0.occurrence.begins <= tx.instant }.map(\.occurrence.starts.day))
        let pairs = Rescheduling(
            coming.map { Rescheduling.Meeting(id: $0.occurrence.id, starts: $0.occurrence.starts) },
            to: ahead.filter { !begun.contains($0.day) })
        let fixed = Set(coming.filter(\.isFixed).map(\.occurrence.id))
        return (
            pairs.kept.filter { !fixed.contains($0.key) },
            pairs.vanishing.filter { !fixed.contains($0) }, pairs.fresh
        )
    }

    private func refusal(of vanishing: [SeriesMeetings.Row]) -> Problem? {
        let joined = vanishing.filter(\.hasGuests)
        guard !joined.isEmpty, !cancels || because == nil else { return nil }
        return Problem(
            .guestsWouldLose,
            faults: joined.prefix(Schema.faultsMax).map { meeting in
                let time = meeting.occurrence.starts
                return Problem.Fault(
                    "/rrule",
                    Text(zh: "\(time) 已有人报名。", en: "People have joined the one of \(time)."))
            })
    }

    /// Where and when each meeting is from now on.
    private func moves(
        of staying: [SeriesMeetings.Row], _ kept: [UUID: LocalTime]
    ) async throws -> [Move] {
        let laying = Laying(tx: tx, ids: ids, activity: row.id, content: content)
        let isTimed = content.schedule != row.content.schedule
        let starts = staying.map { kept[$0.occurrence.id] ?? $0.occurrence.starts }
        let terms = isTimed ? try await laying.terms(starts) : []
        return staying.enumerated().map { index, meeting in
            let occurrence = meeting.occurrence
            let hasTime = !isTimed || occurrence.overrides.contains("time")
            let hasPlace = occurrence.overrides.contains("place")
            return Move(
                meeting: meeting, starts: hasTime ? occurrence.starts : starts[index],
                term: hasTime ? occurrence.begins..<occurrence.ends : terms[index],
                place: hasPlace ? occurrence.place : content.place)
        }
    }

    // MARK: Doing it

    /// Holds all venues, then all capacities, each in order of ids: no later step takes a lock out of
    /// order.
    ///
    /// Agendas are left to the sweep, which offers what more seats there are.
    private func lock(_ coming: [SeriesMeetings.Row], _ moves: [Move]) async throws {
        let places = coming.map(\.occurrence.place.id) + moves.map(\.place.id) + [content.place.id]
        try await VenueBooking.lock(Array(Set(places.compactMap(\.self))), in: tx)
        let capacities = coming.map(\.occurrence.capacity)
        guard !capacities.isEmpty else { return }
        try await tx.execute(["SELECT c.id FROM linli.capacity_take(\(capacities)) AS c"])
    }

    /// Gives back, moves and books venues: all or none.
    private func useVenues(
        _ vanishing: [SeriesMeetings.Row], _ moves: [Move]
    ) async throws -> Problem? {
        let seen = moves.filter(\.isSeen)
        let left =
            vanishing.map(\.occurrence.id)
            + seen.filter { $0.place.id == nil }.map(\.meeting.occurrence.id)
        try await VenueBooking(ids: ids).cancel(left, in: tx)
        let laying = Laying(tx: tx, ids: ids, activity: row.id, content: content)
        let byPlace = Dictionary(grouping: seen) { $0.place.id }
        for (place, moves) in byPlace {
            guard let place else { continue }
            let refusal = try await laying.book(
                moves.map { (id: $0.meeting.occurrence.id, starts: $0.starts, term: $0.term) },
                at: place)
            if let refusal { return refusal }
        }
        return nil
    }

    private func write(
        _ coming: [SeriesMeetings.Row], _ vanishing: [SeriesMeetings.Row], _ moves: [Move]
    ) async throws {
        var statements = [
            FollowActivity(
                activity: row.id, content: content, occurrences: coming.map(\.occurrence.id)
            ).sql
        ]
        let seen = moves.filter(\.isSeen)
        if !seen.isEmpty {
            statements.append(
                MoveOccurrences(
                    moves: seen.map {
                        MoveOccurrences.Move(
                            id: $0.meeting.occurrence.id, term: $0.term, place: $0.place)
                    }
                ).sql)
        }
        if !vanishing.isEmpty {
            statements.append(
                CancelOccurrences(ids: vanishing.map(\.occurrence.id), because: reason).sql)
        }
        try await tx.execute(statements)
    }

    /// Why meetings vanish, where nobody said it: nobody had joined them.
    private var reason: String { because ?? "活动安排已调整 / The schedule was changed" }

    /// Moves and ends what can be reserved, in order of ids; finds who has something else then.
    private func changeCapacities(
        _ vanishing: [SeriesMeetings.Row], _ moves: [Move]
    ) async throws -> [Clash] {
        let kernel = Reservations(in: tx, for: ActivityFeature(), ids: ids)
        let byCapacity = Dictionary(
            moves.map { ($0.meeting.occurrence.capacity, $0) }, uniquingKeysWith: { $1 })
        let ending = Set(vanishing.map(\.occurrence.capacity))
        var moved: [Capacity] = []
        for capacity in (Array(byCapacity.keys) + ending).sorted() {
            if let move = byCapacity[capacity] {
                let window = window(of: move)
                guard move.isSeen || window != move.meeting.window else { continue }
                let answer = try await kernel.move(
                    capacity, to: move.term, window: window, place: move.place.id)
                guard case .success(let outcome) = answer else { continue }
                if move.isSeen, move.meeting.hasGuests { moved.append(outcome.capacity) }
            } else {
                _ = try await kernel.close(capacity, because: reason)
            }
        }
        return try await Self.clashes(at: moved, tx)
    }

    private func window(of move: Move) -> Range<Instant> {
        guard move.isSeen || content.window != row.content.window else {
            return move.meeting.window
        }
        return content.window.term(
            begins: move.term.lowerBound, earliest: row.publishedAt ?? tx.instant)
    }

    /// Who holds a place at a capacity that was moved, and cannot keep both now.
    static func clashes(at capacities: [Capacity], _ tx: Transaction) async throws -> [Clash] {
        guard !capacities.isEmpty else { return [] }
        var found: [Clash] = []
        for capacity in capacities {
            let parties = try await tx.run(FindParties(.live, of: capacity)).compactMap(\.self)
                .filter(\.state.holds)
            let persons = Set(parties.flatMap(\.members).map(\.person)).sorted()
            guard !persons.isEmpty else { continue }
            let commitments = Commitments(
                try await tx.run(
                    FindCommitments(persons: persons, households: [], capacity: capacity.id)),
                limits: [])
            for member in parties.flatMap(\.members)
            where commitments.clash(of: [member], at: capacity) != nil {
                found.append(Clash(occurrence: capacity.subject, person: member.person))
            }
        }
        return found
    }

    // MARK: Seats

    private var isResized: Bool {
        let (old, new) = (row.content.seats, content.seats)
        return old.kinds != new.kinds || old.totals != new.totals || old.overall != new.overall
    }

    private func resize(
        _ coming: [SeriesMeetings.Row], _ vanishing: [SeriesMeetings.Row]
    ) async throws -> Problem? {
        guard isResized else { return nil }
        let kernel = Reservations(in: tx, for: ActivityFeature(), ids: ids)
        let alike = staying(coming, vanishing).filter { !$0.occurrence.overrides.contains("seats") }
        for meeting in alike {
            let answer = try await kernel.resize(
                meeting.occurrence.capacity, to: content.seats.seats,
                kinds: content.seats.seatKinds, overall: content.seats.overall.map(Int.init),
                leaving: [], because: because ?? "", settles: false)
            guard case .failure(let refusal) = answer else { continue }
            var problem = refusal.problem { _ in Problem(.reservationClosed) }
            let time = meeting.occurrence.starts
            problem.faults = [
                Problem.Fault("/seats", Text(zh: "\(time) 这一场。", en: "At the one of \(time)."))
            ]
            return problem
        }
        return nil
    }

    /// Lets the queues of those that stay be served as it says now, in order of ids; those with a
    /// number of seats of their own, too.
    private func serve(
        _ coming: [SeriesMeetings.Row], _ vanishing: [SeriesMeetings.Row]
    ) async throws {
        let queue = content.seats.queue
        guard queue != row.content.seats.queue else { return }
        let kernel = Reservations(in: tx, for: ActivityFeature(), ids: ids)
        for meeting in staying(coming, vanishing) {
            // Refused only where it has begun or is closed: then nobody is served there any more.
            _ = try await kernel.serve(meeting.occurrence.capacity, by: queue)
        }
    }

    /// The meetings to come that take place, in order of their capacities' ids.
    private func staying(
        _ coming: [SeriesMeetings.Row], _ vanishing: [SeriesMeetings.Row]
    ) -> [SeriesMeetings.Row] {
        let ending = Set(vanishing.map(\.occurrence.id))
        return coming.filter {
            !$0.occurrence.isCancelled && !ending.contains($0.occurrence.id)
        }.sorted { $0.occurrence.capacity < $1.occurrence.capacity }
    }

    // MARK: Telling

    /// Tells who holds a place or waits at what was moved, and who has something else then.
    func tell(_ done: Done, _ parts: [ActivityPart], event: UUID) async throws {
        let concerned = try await tx.run(
            Concerned(
                capacities: meetings.filter {
                    $0.occurrence.begins > tx.instant && !$0.occurrence.isCancelled
                }.map(\.occurrence.capacity)))
        let clashing = Set(done.clashes.map(\.person))
        let others = Set(concerned.flatMap(\.persons) + row.stewards).subtracting(clashing).sorted()
        var statements = [
            Notify(
                .activityChanged, of: event, about: NoticeSubject(.activity, row.id), to: others
            ) { json in json.member("what", parts.map(\.rawValue)) }.sql
        ]
        for clash in done.clashes {
            statements.append(
                Notify(
                    .reservationClash, of: event,
                    about: NoticeSubject(.occurrence, clash.occurrence), to: [clash.person]
                ).sql)
        }
        try await tx.execute(statements)
    }
}

/// All meetings of an activity, in order, and whether anybody joined them.
struct SeriesMeetings: Statement {
    struct Row {
        var occurrence: TakeOccurrence.Row
        /// Whether somebody holds a place or waits.
        var hasGuests: Bool
        /// When one can register.
        var window: Range<Instant>

        /// Whether the series leaves it where it is: it was called off, or has a time of its own.
        var isFixed: Bool { occurrence.isCancelled || occurrence.overrides.contains("time") }
    }

    var activity: UUID

    var sql: SQL {
        """
        SELECT \(literal: TakeOccurrence.columns), c.waiting > 0 OR 0 < ANY (c.held), c.opens_at,
            c.closes_at
        FROM linli.activity_occurrence AS o
        JOIN linli.estate AS e ON e.estate_id = o.estate_id
        JOIN linli.capacity AS c ON c.estate_id = o.estate_id AND c.id = o.capacity_id
        WHERE o.estate_id = (SELECT linli.estate_id()) AND o.activity_id = \(activity)
        ORDER BY o.begins, o.id
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        let occurrence = try TakeOccurrence.row(&cells)
        let hasGuests: Bool = try cells.read()
        let (opens, closes): (Instant, Instant) = (try cells.read(), try cells.read())
        return Row(occurrence: occurrence, hasGuests: hasGuests, window: opens..<closes)
    }
}
