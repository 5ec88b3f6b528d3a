internal import Platform
internal import Realtime

/// Lays down the meetings of an activity: their rows, their venue and their seats.
struct Laying {
    let tx: Transaction
    let ids: UUIDGenerator
    /// The activity, which the principal looks after.
    let activity: UUID
    let content: ActivityContent

    /// All starts of a schedule that lies ahead.
    ///
    /// - Throws: `Stop` where the rule gives none, too many or no end, or the first is past or more
    ///   than two years away.
    static func starts(
        of content: ActivityContent, _ tx: Transaction
    ) async throws -> DayRule.Days {
        let laid = try await content.schedule.laidOut(tx)
        try await check(content.schedule.starts, tx)
        return laid
    }

    /// Refuses a start that is past, or too far ahead.
    static func check(_ starts: LocalTime, _ tx: Transaction) async throws {
        let latest = tx.instant + .seconds(86_400 * Int64(Schedule.aheadDaysMax))
        guard let first = try await tx.run(InstantsOf(times: [starts])).first,
            first > tx.instant
        else { throw Stop(Problem(.invalid, faults: [Problem.Fault("/starts", past)])) }
        guard first <= latest else {
            throw Stop(Problem(.invalid, faults: [Problem.Fault("/starts", tooFarAhead)]))
        }
    }

    /// The terms of meetings that start then and take as long as the schedule says.
    func terms(_ starts: [LocalTime]) async throws -> [Range<Instant>] {
        guard !starts.isEmpty else { return [] }
        let length = Duration.seconds(60 * Int64(content.schedule.minutes))
        return try await tx.run(InstantsOf(times: starts)).map { $0..<$0 + length }
    }

    /// Lays down meetings; a refusal names each that the venue cannot take, and then nothing stands.
    func lay(_ starts: [LocalTime]) async throws -> Result<[NewOccurrence], Problem> {
        guard !starts.isEmpty else { return .success([]) }
        let occurrences = zip(starts, try await terms(starts)).map { start, term in
            NewOccurrence(id: ids.next(), capacity: ids.next(), starts: start, term: term)
        }
        _ = try await tx.run(
            InsertOccurrences(activity: activity, content: content, occurrences: occurrences))
        if let place = content.place.id {
            let refusal = try await book(
                occurrences.map { (id: $0.id, starts: $0.starts, term: $0.term) }, at: place)
            if let refusal { return .failure(refusal) }
        }
        let capacities = occurrences.map { each in
            NewCapacity(
                id: each.capacity, subject: each.id, term: each.term,
                window: content.window.term(begins: each.term.lowerBound, earliest: tx.instant))
        }
        _ = try await tx.run(OpenCapacities(content.plan(of: activity), capacities))
        return .success(occurrences)
    }

    /// A meeting that wants a venue.
    typealias Wanted = (id: UUID, starts: LocalTime, term: Range<Instant>)

    /// Books or moves the venue of meetings, all or none; why not, for each that it cannot take.
    func book(_ wanted: [Wanted], at place: UUID) async throws -> Problem? {
        let uses = wanted.map { VenueBooking.Use(id: $0.id, thing: activity, term: $0.term) }
        guard
            case .refused(let refused) = try await VenueBooking(ids: ids)
                .book(uses, at: place, in: tx)
        else { return nil }
        let starts = Dictionary(wanted.map { ($0.id, $0.starts) }, uniquingKeysWith: { $1 })
        return Problem(
            .venueRefused,
            faults: refused.prefix(Schema.faultsMax).map { each in
                let problem = each.refusal.problem
                let advice = problem.advice ?? problem.kind.advice
                let time = starts[each.use]?.description ?? ""
                return Problem.Fault(
                    "/starts", Text(zh: "\(time)：\(advice.zh)", en: "\(time): \(advice.en)"))
            })
    }

    private static let past = Text(
        zh: "开始时间已过；请选择将来的时间。", en: "That is past; choose a time to come.")
    private static let tooFarAhead = Text(
        zh: "最早一次须在两年以内。", en: "Let the first meeting be within two years.")
}

extension ActivityContent {
    /// What the kernel is told of the seats.
    func plan(of activity: UUID) -> CapacityPlan {
        let kinds = seats.seatKinds
        return CapacityPlan(
            feature: ActivityFeature().name, thing: activity,
            totals: zip(kinds, seats.totals).map { (kind: $0, count: Int($1)) },
            overall: seats.overall.map(Int.init), place: place.id,
            offerMinutes: seats.queue.offerMinutes, cancelMinutes: seats.queue.cancelMinutes,
            waitingMax: seats.queue.waitingMax)
    }
}

extension SeatPlan {
    /// The kinds, which the schema has checked.
    var seatKinds: [SeatKind] { kinds.compactMap { SeatKind($0) } }
    /// How many there are of each.
    var seats: Seats { Seats(totals, of: seatKinds) }
    /// How they are given.
    var queue: QueueSettings {
        QueueSettings(
            offerMinutes: Int(offerMinutes),
            cancelMinutes: Dictionary(
                zip(seatKinds, cancelMinutes.map(Int.init)), uniquingKeysWith: { $1 }),
            waitingMax: Int(waitingMax))
    }
}
