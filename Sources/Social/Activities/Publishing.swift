internal import Platform
internal import Realtime

extension Activities {
    /// Makes a draft an activity: every meeting with its seats and its venue, or nothing at all.
    static func publish(_ call: Call) async throws -> Response {
        let (id, event) = (call.id("activity"), call.context.ids.next())
        return try await call.write { tx, _ in
            let row: ActivityRow
            switch try await take(id, tx) {
            case .success(let taken): row = taken
            case .failure(let problem): return .refused(problem)
            }
            switch row.state {
            case .draft: break
            case .published: return .refused(Problem(.alreadyPublished))
            case .cancelled: return .refused(Problem(.activityCancelled))
            }
            // Review before publication and guardians' consent stand before these.
            guard row.content.meantFor == "general" else {
                return .refused(Problem(.waitsForSafety))
            }
            if let refusal = try await refusal(of: row.content, tx) { return .refused(refusal) }
            let starts = try await Laying.starts(of: row.content, tx)
            _ = try await tx.run(PublishActivity(id: id))
            let laying = Laying(
                tx: tx, ids: call.context.ids, activity: id, content: row.content)
            let (laid, refusal) = try await laying.lay(starts)
            if let refusal { return .refused(refusal) }
            let audience =
                row.content.address.addressees.map(\.audience)
                + row.stewards.map { .person($0) }
            let (_, rows) = try await tx.run(
                ActivityEvents.event(
                    .published, id, version: row.version + 1, to: audience, event: event
                ) { json in json.member("occurrences", laid.count) },
                OneActivity(id: id))
            return answer(.ok, rows, besides: { $0.member("occurrences", laid.count) })
        }
    }
}
