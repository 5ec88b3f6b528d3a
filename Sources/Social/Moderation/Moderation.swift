internal import Platform
internal import Realtime

/// Reports, what becomes of posts, and appeals.
struct Moderation: Sendable {
    /// Most reports of one person within 24 hours.
    static let reportsPerDayMax: Int32 = 20
    /// What can be reported.
    static let things = [
        "activity", "comment", "feedback", "announcement", "message", "help_group",
    ]
    /// What for.
    static let kinds = ["scam", "harassment", "children", "health_goods", "other"]
    /// What a post can become.
    static let visibilities = ["visible", "unlisted", "shadowed", "hidden"]
    /// Why.
    static let reasons = [
        "scam", "harassment", "children", "health_goods", "investment", "cash", "off_topic",
        "unfounded", "fine", "other",
    ]

    private let keyring: Keyring

    /// Sealing under the keys of this keyring.
    init(_ keyring: Keyring) { self.keyring = keyring }

    private func vault(_ call: Call) -> EstateVault { EstateVault(keyring, of: call.id("estate")) }

    // MARK: Reporting

    /// Reports a post; nobody learns who did.
    func report(_ call: Call) async throws -> Response {
        let id: UUID = call.context.ids.next()
        guard let kind = call.body["thing_kind"]?.text, let what = call.body["kind"]?.text,
            let thing = call.body["thing"]?.text.flatMap({ UUID($0) })
        else { throw Stop(.invalid) }
        let sealed = try call.body["words"]?.text.map {
            try vault(call).seal($0, .reportWords, of: id)
        }
        return try await call.write { tx, _ in
            let verdicts = try await tx.run(
                ReportPost(id: id, kind: kind, thing: thing, what: what, sealed: sealed))
            switch verdicts.first {
            case "done": return .done(Response(.noContent))
            case "own": return .refused(Problem(.ownPost))
            case "too_many":
                var problem = Problem(.tooMany)
                problem.retryAfterSeconds = 86_400
                throw Stop(problem)
            default: return .refused(Problem(.notFound))
            }
        }
    }

    // MARK: Deciding

    /// Writes a page of the posts that wait, or of all that there are.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let rows = try await call.read(
            ModerationSeen(
                view: call.text("view") ?? "waiting",
                before: try call.cursor()?.id ?? UUID(high: .max, low: .max),
                count: Int32(limit + 1)))
        var response = call.json(capacity: 8192) { json in
            json.object { json in
                json.key("posts")
                json.array { json in
                    for row in rows.prefix(Int(limit)) { json.raw(row.json) }
                }
            }
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            response.add("Link", try call.link(next: Cursor(id: last.thing)))
        }
        return response
    }

    /// Writes one post with its reports, decisions and appeal.
    func read(_ call: Call) async throws -> Response {
        let thing = call.id("thing")
        let (rows, log, said) = try await call.read(
            ModerationSeen(thing: thing), ModerationLog(thing: thing),
            ReportedMessages(thing: thing))
        guard let row = rows.first else { throw Stop(.notFound) }
        return try shown(call, row, log, said)
    }

    private func shown(
        _ call: Call, _ row: ModerationSeen.Row, _ log: [ModerationLog.Row],
        _ said: [ReportedMessages.Row] = []
    ) throws -> Response {
        let vault = vault(call)
        return try call.json(capacity: 4096) { json in
            json.beginObject()
            json.key("post")
            json.raw(row.json)
            if !said.isEmpty { try write(said, vault, to: &json) }
            json.key("log")
            try json.array { json in
                for entry in log {
                    let column: SealedColumn =
                        switch entry.what {
                        case "report": .reportWords
                        case "appeal": .appealWords
                        default: .decisionReason
                        }
                    let words = try entry.sealed.map {
                        try vault.open($0, column, of: entry.id)
                    }
                    json.object { json in
                        json.member("what", entry.what)
                        json.member("at", entry.at)
                        json.memberIfPresent("code", entry.code)
                        json.memberIfPresent("visibility", entry.becomes)
                        json.memberIfPresent("by", entry.by)
                        json.memberIfPresent("words", words)
                    }
                }
            }
            json.endObject()
        }
    }

    /// A reported message after those before it.
    private func write(
        _ said: [ReportedMessages.Row], _ vault: EstateVault, to json: inout JSONWriter
    ) throws {
        json.key("messages")
        try json.array { json in
            for row in said {
                let words = try row.sealed.map { try vault.open($0, .messageBody, of: row.id) }
                json.object { json in
                    json.member("id", row.id)
                    json.member("author", row.author)
                    json.member("author_name", row.name)
                    json.member("at", row.at)
                    json.memberIfPresent("body", words)
                    json.member("is_taken_back", row.isTakenBack)
                }
            }
        }
    }

    /// Decides what a post becomes; its author reads why.
    func decide(_ call: Call) async throws -> Response {
        let ids = call.context.ids
        let (thing, id, event) = (call.id("thing"), ids.next() as UUID, ids.next() as UUID)
        guard let visibility = call.body["visibility"]?.text,
            let because = call.body["because"]?.text, let reason = call.body["reason"]?.text
        else { throw Stop(.invalid) }
        let sealed = try vault(call).seal(reason, .decisionReason, of: id)
        return try await call.write { tx, _ in
            let verdicts = try await tx.run(
                DecideOnPost(
                    id: id, thing: thing, visibility: visibility, because: because,
                    sealed: sealed, event: event))
            if let problem = Problem.ofModeration(verdicts.first ?? "unknown") {
                return .refused(problem)
            }
            let (rows, log) = try await tx.run(
                ModerationSeen(thing: thing), ModerationLog(thing: thing))
            guard let row = rows.first else { return .refused(Problem(.notFound)) }
            return .done(try shown(call, row, log))
        }
    }

    // MARK: One's own

    /// Writes what was decided on one's own posts, and why.
    func own(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let rows = try await call.read(
            OwnModeration(
                before: try call.cursor()?.id ?? UUID(high: .max, low: .max),
                count: Int32(limit + 1)))
        let vault = vault(call)
        var response = try call.json(capacity: 4096) { json in
            json.beginObject()
            json.key("posts")
            try json.array { json in
                for row in rows.prefix(Int(limit)) {
                    var reason: String?
                    if let decision = row.decision, let sealed = row.sealed {
                        reason = try vault.open(sealed, .decisionReason, of: decision)
                    }
                    json.object { json in
                        json.member("thing", row.thing)
                        json.member("thing_kind", row.kind)
                        json.member("visibility", row.visibility)
                        json.member("changed_at", row.changedAt)
                        json.memberIfPresent("because", row.because)
                        json.memberIfPresent("reason", reason)
                        json.member("may_appeal", row.mayAppeal)
                        json.memberIfPresent("appealed_at", row.appealedAt)
                    }
                }
            }
            json.endObject()
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            response.add("Link", try call.link(next: Cursor(id: last.thing)))
        }
        return response
    }

    /// Appeals against what was decided on one's own post, once.
    func appeal(_ call: Call) async throws -> Response {
        let (thing, id) = (call.id("thing"), call.context.ids.next() as UUID)
        guard let words = call.body["words"]?.text else { throw Stop(.invalid) }
        let sealed = try vault(call).seal(words, .appealWords, of: id)
        return try await call.write { tx, _ in
            let verdicts = try await tx.run(AppealDecision(id: id, thing: thing, sealed: sealed))
            if let problem = Problem.ofModeration(verdicts.first ?? "unknown") {
                return .refused(problem)
            }
            return .done(Response(.noContent))
        }
    }
}
