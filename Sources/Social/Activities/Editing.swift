internal import Platform
internal import Realtime

/// Edits of a draft, and of all meetings of an activity that have not begun.
extension Activities {
    /// Says an activity anew, if nobody else did meanwhile; past meetings stay as they were.
    static func edit(_ call: Call) async throws -> Response {
        let (id, event) = (call.id("activity"), call.context.ids.next())
        let content = try ActivityContent(call.body)
        return try await call.write { tx, _ in
            let row: ActivityRow
            switch try await take(id, tx) {
            case .success(let taken): row = taken
            case .failure(let problem): return .refused(problem)
            }
            if let stale = try await staleness(call, row, tx) { return .refused(stale) }
            guard row.state != .cancelled else { return .refused(Problem(.activityCancelled)) }
            if let refusal = try await refusal(of: content, tx) { return .refused(refusal) }
            let parts = ActivityPart.changed(from: row.content, to: content)
            guard !parts.isEmpty else { return answer(.ok, [row]) }
            guard row.state == .published else {
                let days = try await Laying.starts(of: content, tx)
                let rows = try await write(tx, row, content, parts, event)
                return answer(.ok, rows) { $0.member("years_unknown", days.yearsUnknown) }
            }
            if let lack = try await lack(of: id, for: content, tx) { return .refused(lack) }
            let edit = SeriesEdit(
                tx: tx, ids: call.context.ids, row: row, content: content,
                cancels: call.body["cancels"]?.bool ?? false,
                because: call.body["because"]?.text,
                meetings: try await tx.run(SeriesMeetings(activity: id)))
            let done: SeriesEdit.Done
            switch try await edit.apply() {
            case .success(let all): done = all
            case .failure(let problem): return .refused(problem)
            }
            let rows = try await write(tx, row, content, parts, event)
            try await edit.tell(done, parts, event: event)
            return answer(.ok, rows) { done.write(to: &$0) }
        }
    }

    /// Changes the activity's row, tells the log, and reads it again.
    static func write(
        _ tx: Transaction, _ row: ActivityRow, _ content: ActivityContent, _ parts: [ActivityPart],
        _ event: UUID
    ) async throws -> [ActivityRow] {
        var said = row
        said.content = content
        return try await tx.run(
            ChangeActivity(id: row.id, content: content),
            ActivityEvents.event(
                .changed, row.id, version: row.version + 1, to: said.eventAudience, event: event
            ) { json in json.member("what", parts.map(\.rawValue)) },
            OneActivity(id: row.id)
        ).2
    }
}

extension SeriesEdit.Done {
    /// Writes what came of an edit.
    func write(to json: inout JSONWriter) {
        json.member("occurrences", laid.count)
        json.member("moved", moved)
        json.member("cancelled", cancelled)
        json.key("clashes")
        json.array { json in
            for clash in clashes { clash.write(to: &json) }
        }
        json.member("years_unknown", yearsUnknown)
    }
}
