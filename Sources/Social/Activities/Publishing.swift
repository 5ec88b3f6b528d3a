internal import Platform
internal import Realtime

extension Activities {
    /// Makes a draft an activity: every meeting with its seats and its venue, or nothing at all.
    static func publish(_ call: Call, _ keyring: Keyring) async throws -> Response {
        let (id, event) = (call.id("activity"), call.context.ids.next())
        let vault = PersonVault(keyring, of: call.id("estate"))
        return try await call.write { tx, caller in
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
            guard let person = caller.person, try await !isChild(person, tx, vault) else {
                return .refused(Problem(.notOfAge))
            }
            guard row.content.meantFor == "general" || call.text("declared") == "yes" else {
                return .refused(Problem(.declarationMissing))
            }
            if let lack = try await lack(of: id, for: row.content, tx) { return .refused(lack) }
            if let refusal = try await refusal(of: row.content, tx) { return .refused(refusal) }
            let starts = try await Laying.starts(of: row.content, tx)
            // A review may hold it from here on: it is laid down whole, for nobody else to see.
            _ = try await tx.run(PublishActivity(id: id))
            guard let published = try await tx.run(OneActivity(id: id)).first else {
                return .refused(Problem(.notFound))
            }
            let laying = Laying(
                tx: tx, ids: call.context.ids, activity: id, content: row.content)
            let laid: [NewOccurrence]
            switch try await laying.lay(starts.times) {
            case .success(let occurrences): laid = occurrences
            case .failure(let problem): return .refused(problem)
            }
            let (_, rows) = try await tx.run(
                ActivityEvents.event(
                    .published, id, version: row.version + 1, to: published.eventAudience,
                    event: event
                ) { json in json.member("occurrences", laid.count) },
                OneActivity(id: id))
            return answer(.ok, rows) { json in
                json.member("occurrences", laid.count)
                json.member("years_unknown", starts.yearsUnknown)
            }
        }
    }

    /// What those who look after an activity lack to make it one for children or elders.
    static func lack(
        of activity: UUID, for content: ActivityContent, _ tx: Transaction
    ) async throws -> Problem? {
        switch try await tx.run(
            OrganisersLack(activity: activity, meantFor: content.meantFor)
        ).first ?? nil {
        case "two-adults": Problem(.childrenNeedAdults)
        case "unproved": Problem(.organiserUnproved)
        default: nil
        }
    }
}

/// What those who look after an activity lack for whom it is meant.
private struct OrganisersLack: Statement {
    var activity: UUID
    var meantFor: String

    var sql: SQL { "SELECT linli.organisers_lack(\(activity), \(meantFor))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String? { try cells.read() }
}
