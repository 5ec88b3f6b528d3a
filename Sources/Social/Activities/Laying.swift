internal import Platform
internal import Realtime

/// Lays down the meetings of an activity: their rows, their venue and their seats.
struct Laying {
    let tx: Transaction
    let ids: UUIDGenerator
    /// The activity, which the principal looks after.
    let activity: UUID
    let content: ActivityContent

    /// All starts of the schedule, on the estate's clock.
    ///
    /// - Throws: `Stop` where the rule gives none, too many or no end.
    static func starts(of content: ActivityContent, _ tx: Transaction) async throws -> [LocalTime] {
        let schedule = content.schedule
        let table = DayTable()
        let starts = try schedule.laidOut(table)
        let first = try await tx.run(InstantsOf(times: Array(starts.prefix(1)))).first
        let latest = tx.instant + .seconds(86_400 * Int64(Schedule.aheadDaysMax))
        guard let first, first > tx.instant else {
            throw Stop(Problem(.invalid, faults: [Problem.Fault("/starts", Self.past)]))
        }
        guard first <= latest else {
            throw Stop(Problem(.invalid, faults: [Problem.Fault("/starts", Self.tooFarAhead)]))
        }
        return starts
    }

    /// The terms of meetings that start then.
    func terms(_ starts: [LocalTime]) async throws -> [Range<Instant>] {
        let length = Duration.seconds(60 * Int64(content.schedule.minutes))
        return try await tx.run(InstantsOf(times: starts)).map { $0..<$0 + length }
    }

    /// Lays down meetings; a refusal names what of the venue cannot be had, and then nothing stands.
    func lay(_ starts: [LocalTime]) async throws -> (laid: [NewOccurrence], refusal: Problem?) {
        guard !starts.isEmpty else { return ([], nil) }
        let occurrences = zip(starts, try await terms(starts)).map { start, term in
            NewOccurrence(id: ids.next(), capacity: ids.next(), starts: start, term: term)
        }
        let capacities = occurrences.map { each in
            NewCapacity(
                id: each.capacity, subject: each.id, term: each.term,
                window: content.window.term(begins: each.term.lowerBound, earliest: tx.instant))
        }
        _ = try await tx.run(
            InsertOccurrences(activity: activity, content: content, occurrences: occurrences),
            OpenCapacities(content.plan(of: activity), capacities))
        return (occurrences, nil)
    }

    private static let past = Text(
        zh: "开始时间已过；请选择将来的时间。", en: "That is past; choose a time to come.")
    private static let tooFarAhead = Text(
        zh: "最早一次须在两年以内。", en: "Let the first meeting be within two years.")
}

extension ActivityContent {
    /// What the kernel is told of the seats.
    func plan(of activity: UUID) -> CapacityPlan {
        let kinds = seats.kinds.compactMap { SeatKind($0) }
        return CapacityPlan(
            feature: "activity", thing: activity,
            totals: zip(kinds, seats.totals).map { (kind: $0, count: Int($1)) },
            overall: seats.overall.map(Int.init), place: place.id,
            offerMinutes: Int(seats.offerMinutes),
            cancelMinutes: Dictionary(
                zip(kinds, seats.cancelMinutes.map(Int.init)), uniquingKeysWith: { $1 }),
            waitingMax: Int(seats.waitingMax))
    }
}
