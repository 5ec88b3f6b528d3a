internal import Platform
internal import Realtime

/// Who looks after an activity, beside its organiser and after it.
extension Activities {
    /// Most who look after one activity, the organiser among them.
    static let stewardsMax = 10

    /// Lets another person look after it too.
    static func addOrganiser(_ call: Call, _ keyring: Keyring) async throws -> Response {
        let (id, event) = (call.id("activity"), call.context.ids.next())
        let vault = PersonVault(keyring, of: call.id("estate"))
        guard let person = call.body["person"]?.text.flatMap({ UUID($0) }) else {
            throw Stop(.invalid)
        }
        return try await call.write { tx, caller in
            let row: ActivityRow
            switch try await take(id, tx) {
            case .success(let taken): row = taken
            case .failure(let problem): return .refused(problem)
            }
            guard row.organiser == caller.person else { return .refused(Problem(.organiserOnly)) }
            guard row.state != .cancelled else { return .refused(Problem(.activityCancelled)) }
            guard !row.stewards.contains(person) else { return answer(.ok, [row]) }
            guard row.stewards.count < stewardsMax else {
                return .refused(Problem(.organisersMax))
            }
            // Unknown and outside the audience look the same.
            guard try await tx.run(MayLookAfter(activity: id, person: person)) == [true],
                try await !isChild(person, tx, vault)
            else {
                return .refused(Problem(.notOfTheAudience))
            }
            let rows = try await change(
                tx, row, AddSteward(activity: id, person: person), about: person, event)
            _ = try await tx.run(
                Notify(
                    .activityOrganiser, of: event, about: NoticeSubject(.activity, id),
                    to: [person]))
            return answer(.ok, rows)
        }
    }

    /// Lets a person look after it no more: the organiser decides, or the person itself.
    static func removeOrganiser(_ call: Call) async throws -> Response {
        let (id, person) = (call.id("activity"), call.id("person"))
        let event = call.context.ids.next()
        return try await call.write { tx, caller in
            let row: ActivityRow
            switch try await take(id, tx) {
            case .success(let taken): row = taken
            case .failure(let problem): return .refused(problem)
            }
            guard row.organiser == caller.person || person == caller.person else {
                return .refused(Problem(.organiserOnly))
            }
            guard row.stewards.contains(person) else { return .refused(Problem(.notFound)) }
            guard row.organiser != person else { return .refused(Problem(.organiserStays)) }
            _ = try await change(
                tx, row, RemoveSteward(activity: id, person: person), about: person, event)
            return .done(Response(.noContent))
        }
    }

    /// Counts a version, changes who looks after it, tells the log, and reads it again.
    private static func change(
        _ tx: Transaction, _ row: ActivityRow, _ command: some Command, about person: UUID,
        _ event: UUID
    ) async throws -> [ActivityRow] {
        var seen = row
        seen.stewards = Array(Set(row.stewards + [person])).sorted()
        let (_, _, _) = try await tx.run(
            CountActivity(id: row.id), command,
            ActivityEvents.event(
                .organisersChanged, row.id, version: row.version + 1, to: seen.eventAudience,
                event: event, about: [person]))
        return try await tx.run(OneActivity(id: row.id))
    }

    /// Gives an activity to another organiser: by the organiser, or by the residents' committee.
    static func handOver(_ call: Call, _ keyring: Keyring) async throws -> Response {
        let (id, event) = (call.id("activity"), call.context.ids.next())
        let vault = PersonVault(keyring, of: call.id("estate"))
        guard let person = call.body["person"]?.text.flatMap({ UUID($0) }),
            let because = call.body["because"]?.text
        else { throw Stop(.invalid) }
        return try await call.write { tx, _ in
            guard try await !isChild(person, tx, vault) else {
                return .refused(Problem(.noSuccessor))
            }
            let handed = HandOver(activity: id, successor: person, because: because)
            guard let outcome = try await tx.run(handed).first else {
                return .refused(Problem(.notFound))
            }
            switch outcome.verdict {
            case "done": break
            case "not_lead": return .refused(Problem(.organiserOnly))
            case "no_successor": return .refused(Problem(.noSuccessor))
            default: return .refused(Problem(.notFound))
            }
            // The committee may not see what it hands over: the answer is for who may.
            let address = Address(keys: outcome.addressed)
            let audience =
                (outcome.isDraft ? [] : address.addressees.map(\.audience))
                + outcome.stewards.map { .person($0) }
            let (_, _, _, rows) = try await tx.run(
                ActivityEvents.event(
                    .succeeded, id, version: outcome.version, to: audience, event: event,
                    about: [person]
                ) { json in json.member("because", "handed_over") },
                Notify(
                    .activitySuccessor, of: event, about: NoticeSubject(.activity, id),
                    to: outcome.stewards),
                NotifyGuests(.activitySuccessor, of: event, at: id), OneActivity(id: id))
            guard let row = rows.first else { return .done(Response(.noContent)) }
            return answer(.ok, [row])
        }
    }
}

extension Activities {
    /// Whether a person is under age; who has no day of birth here counts as grown up.
    static func isChild(
        _ person: UUID, _ tx: Transaction, _ vault: PersonVault
    ) async throws -> Bool {
        guard let fact = try await tx.run(OrganiserBirth(person: person)).first else {
            return false
        }
        return try Household.isChild(person, birth: fact.sealed, on: fact.today, vault) ?? false
    }
}

/// The sealed day of birth of one who would look after an activity.
private struct OrganiserBirth: Statement {
    var person: UUID

    var sql: SQL { "SELECT birth_sealed, today FROM linli.organiser_birth(\(person))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (sealed: [UInt8]?, today: Day) {
        (try cells.read(), try cells.read())
    }
}

/// Whether a person may look after an activity.
private struct MayLookAfter: Statement {
    var activity: UUID
    var person: UUID

    var sql: SQL {
        """
        SELECT linli.may_look_after(\(activity), \(person))
            AND NOT linli.banned_from(\(activity), \(person))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// Adds one who looks after an activity.
private struct AddSteward: Command {
    var activity: UUID
    var person: UUID

    var sql: SQL {
        """
        INSERT INTO linli.steward (estate_id, thing_id, person_id, is_lead, since)
        VALUES (linli.estate_id(), \(activity), \(person), false, linli.instant())
        """
    }
}

/// Removes one who looks after an activity.
private struct RemoveSteward: Command {
    var activity: UUID
    var person: UUID

    var sql: SQL {
        """
        DELETE FROM linli.steward
        WHERE estate_id = (SELECT linli.estate_id()) AND thing_id = \(activity)
            AND person_id = \(person) AND NOT is_lead
        """
    }
}

/// Counts a change that is not one of its row's own.
private struct CountActivity: Command {
    var id: UUID

    var sql: SQL {
        """
        UPDATE linli.activity
        SET state = state
        WHERE estate_id = (SELECT linli.estate_id()) AND id = \(id)
        """
    }
}

/// Gives an activity to another organiser, or says why not; and what it is after that.
private struct HandOver: Statement {
    struct Row {
        var verdict: String
        var version: Int32
        var isDraft: Bool
        var addressed: [String]
        var stewards: [UUID]
    }

    var activity: UUID
    var successor: UUID
    var because: String

    var sql: SQL {
        """
        SELECT verdict, version, is_draft, addressed, stewards
        FROM linli.hand_over_activity(\(activity), \(successor), \(because))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            verdict: try cells.read(), version: try cells.read(), isDraft: try cells.read(),
            addressed: try cells.read(), stewards: try cells.read())
    }
}
