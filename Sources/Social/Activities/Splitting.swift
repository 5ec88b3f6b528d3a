internal import Platform
internal import Realtime

extension Activities {
    /// Changes a meeting and all that follow.
    ///
    /// Where some go before it, the later ones become an activity of their own, with their seats and
    /// whoever holds them.
    static func editFollowing(
        _ call: Call, _ tx: Transaction, _ row: ActivityRow, _ first: TakeOccurrence.Row,
        _ change: OccurrenceChange
    ) async throws -> Outcome {
        let meetings = try await tx.run(SeriesMeetings(activity: row.id))
        let following = meetings.filter { $0.occurrence.begins >= first.begins }
        let content = try content(of: row, from: first, following, change)
        var part = row
        let splits = meetings.contains {
            $0.occurrence.begins < first.begins && $0.occurrence.begins > tx.instant
        }
        if splits {
            guard let split = try await split(call, tx, row, first, following, content) else {
                return .refused(Problem(.notFound))
            }
            part = split
        }
        let parts = ActivityPart.changed(from: row.content, to: content)
        let edit = SeriesEdit(
            tx: tx, ids: call.context.ids, row: part, content: content, cancels: change.cancels,
            because: change.because, meetings: splits ? following : meetings)
        let done: SeriesEdit.Done
        switch try await edit.apply() {
        case .success(let all): done = all
        case .failure(let problem): return .refused(problem)
        }
        let event = call.context.ids.next()
        let rows = try await write(tx, part, content, parts, event)
        try await edit.tell(done, parts, event: event)
        return answer(.ok, rows) { done.write(to: &$0) }
    }

    /// What the later part says: as before, but for what is changed, and by a rule that begins here.
    ///
    /// - Throws: `Stop` where the day changes and no rule says how it goes on.
    private static func content(
        of row: ActivityRow, from first: TakeOccurrence.Row, _ following: [SeriesMeetings.Row],
        _ change: OccurrenceChange
    ) throws(Stop) -> ActivityContent {
        var content = row.content
        if let words = change.words { content.words = words }
        if let place = change.place { content.place = place }
        change.giving.apply(to: &content.seats, &content.window)
        if let fault = content.window.fault {
            throw Stop(Problem(.invalid, faults: [fault]))
        }
        let old = row.content.schedule
        let starts = change.term?.starts ?? first.starts
        let shift = Int(starts.minutesSinceEpoch - first.starts.minutesSinceEpoch)
        let last = following.map(\.occurrence.starts).max() ?? first.starts
        if old.rule != nil, change.rule == nil, starts.day != first.starts.day {
            throw Stop(Problem(.invalid, faults: [Problem.Fault("/rrule", ruleWanted)]))
        }
        content.schedule = Schedule(
            starts: starts, minutes: change.term?.minutes ?? old.minutes,
            rule: change.rule
                ?? old.rule.flatMap {
                    Schedule.rule($0, until: LocalTime(last.day, minuteOfDay: 1439))
                }, days: old.days,
            exceptions: change.rule == nil
                ? old.exceptions.filter { $0 > first.starts }.map { $0.adding(minutes: shift) } : []
        )
        return content
    }

    private static let ruleWanted = Text(
        zh: "换到另一天时，请写明之后的重复规则。", en: "Give the rule of what follows with another day.")

    /// Makes the later meetings an activity of their own, as it was; ends the earlier one before it.
    private static func split(
        _ call: Call, _ tx: Transaction, _ row: ActivityRow, _ first: TakeOccurrence.Row,
        _ following: [SeriesMeetings.Row], _ content: ActivityContent
    ) async throws -> ActivityRow? {
        let (part, event) = (call.context.ids.next(), call.context.ids.next())
        var before = row.content
        before.schedule = row.content.schedule.ended(before: first.starts)
        var after = row.content
        after.schedule = row.content.schedule
        let places = following.map(\.occurrence.place.id) + [content.place.id]
        try await VenueBooking.lock(Array(Set(places.compactMap(\.self))), in: tx)
        try await tx.execute([
            InsertActivity(id: part, content: after, splitFrom: row, organiser: row.organiser).sql,
            "SELECT linli.split_activity(\(part), \(following.map(\.occurrence.id)))",
            ChangeActivity(id: row.id, content: before).sql,
        ])
        _ = try await tx.run(
            ActivityEvents.event(
                .split, row.id, version: row.version + 1, to: row.eventAudience, event: event
            ) { json in json.member("part", part) })
        return try await tx.run(TakeActivity(id: part)).first
    }
}
