internal import Platform
internal import Realtime

/// Visits of help: what both sides see of them and do at them.
struct HelpVisits: Sendable {
    let keyring: Keyring

    /// Sealing under the keys of this keyring.
    init(_ keyring: Keyring) { self.keyring = keyring }

    private func vault(_ call: Call) -> EstateVault { EstateVault(keyring, of: call.id("estate")) }

    // MARK: Reading

    private static let members = [
        "kind", "side", "state", "begins", "ends", "helper", "helper_name", "person",
        "person_name", "child", "place", "address_zh", "address_en", "checked_in_at",
        "checked_out_at", "helper_confirmed_at", "person_confirmed_at", "because", "cash_fen",
        "paid_fen", "conversation",
    ]

    /// One visit that the principal may see, or its own after a place in their order.
    static func rows(
        _ one: UUID?, _ sort: Int64 = 0, _ id: UUID = UUID(high: 0, low: 0), _ count: Int64 = 1
    ) -> GoodsRows {
        GoodsRows(
            members: members, isSorted: true,
            sql: """
                SELECT sort, id, kind, side, state, begins, ends, helper, helper_name, person,
                    person_name, child, place, address_zh, address_en, checked_in_at,
                    checked_out_at, helper_confirmed_at, person_confirmed_at, because, cash_fen,
                    paid_fen, conversation_id
                FROM linli.visits_seen(\(one), \(sort), \(id), \(count))
                """)
    }

    /// Writes a page of one's visits: those to come, the next first, then those that are over.
    static func own(_ call: Call) async throws -> Response {
        let (limit, cursor) = (call.limit(), try call.cursor())
        return try await rows(
            nil, cursor?.numbers.first ?? 0, cursor?.id ?? UUID(high: 0, low: 0), limit + 1
        ).page(call, "visits", limit: limit)
    }

    /// Writes one visit with the texts that its reader may read.
    func read(_ call: Call) async throws -> Response {
        let visit = call.id("visit")
        guard
            let row = try await call.read(Self.rows(visit)).first
        else { throw Stop(.notFound) }
        let vault = vault(call)
        let texts = try await call.read(VisitTexts(visit: visit)).map { text in
            (text.what, try vault.open(text.sealed, text.column, of: text.visit))
        }
        return call.json(capacity: 2048) { json in
            json.object { json in
                json.key("visit")
                json.raw(row.json)
                for (what, words) in texts { json.member(what, words) }
            }
        }
    }

    // MARK: Acts

    /// What becomes of an act, by its verdict.
    private static func outcome(
        _ verdict: String?, _ call: Call, _ answer: () -> Response
    ) -> Outcome {
        switch verdict {
        case "done": .done(answer())
        case "unproved": .refused(Problem(.vouchUnproved))
        case "many": .refused(Problem(.vouchesTooMany))
        case "short": .refused(Problem(.timeCreditShort))
        case "same": .refused(Problem(.helpDisputeSame))
        case "state": .refused(Problem(.visitStateOther))
        case "early": .refused(Problem(.visitEarly))
        case "late": .refused(Problem(.visitLate))
        case "barred": .refused(Problem(.visitBarred))
        case "receipt": .refused(Problem(.visitReceiptFirst))
        // Its task stays.
        case "differs": .done(call.refusal(Problem(.visitSumsDiffer)))
        case "no_cash": .refused(Problem(.visitNoCash))
        case "over": .refused(Problem(.visitCashOver))
        case "unsaid": .refused(Problem(.visitCashUnsaid))
        default: .refused(Problem(.notFound))
        }
    }

    /// Runs a function that answers a verdict, and answers what became of it.
    static func act(
        _ call: Call, _ sql: SQL, _ answer: () -> Response = { Response(.noContent) }
    ) async throws -> Response {
        try await call.write { tx, _ in
            outcome(try await tx.run(GoodsVerdict(sql: sql)).first, call, answer)
        }
    }

    /// The helper has come.
    static func checkIn(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        return try await act(
            call, "SELECT linli.visit_check_in(\(event), \(call.id("visit")))")
    }

    /// The helper has not come after all.
    static func undoCheckIn(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        return try await act(
            call, "SELECT linli.visit_check_in_undo(\(event), \(call.id("visit")))")
    }

    /// The helper has left.
    static func checkOut(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        return try await act(
            call, "SELECT linli.visit_check_out(\(event), \(call.id("visit")))")
    }

    /// A side cancels it.
    static func cancel(_ call: Call) async throws -> Response {
        guard let because = call.body["because"]?.text else { throw Stop(.invalid) }
        return try await act(
            call, "SELECT linli.visit_cancel(\(call.id("visit")), \(because))")
    }

    /// A side says that it was as it should be.
    static func confirm(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        let paid = call.body["paid_fen"]?.integer
        return try await act(
            call, "SELECT linli.visit_confirm(\(event), \(call.id("visit")), \(paid))")
    }

    /// The helper leaves a note for the next.
    func note(_ call: Call) async throws -> Response {
        let (visit, event) = (call.id("visit"), call.context.ids.next() as UUID)
        guard let note = call.body["note"]?.text else { throw Stop(.invalid) }
        try HelpVisitWords.check(note)
        let sealed = try vault(call).seal(note, .visitNote, of: visit)
        return try await Self.act(
            call, "SELECT linli.visit_note(\(event), \(visit), \(sealed))")
    }

    // MARK: Errands

    /// A side says how much money an errand takes.
    static func cash(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        guard let fen = call.body["fen"]?.integer else { throw Stop(.invalid) }
        return try await act(
            call, "SELECT linli.visit_cash(\(event), \(call.id("visit")), \(fen))")
    }

    /// The helper shows what was paid.
    func receipt(_ call: Call) async throws -> Response {
        let (visit, event) = (call.id("visit"), call.context.ids.next() as UUID)
        guard let paid = call.body["paid_fen"]?.integer, let words = call.body["receipt"]?.text
        else { throw Stop(.invalid) }
        try HelpVisitWords.check(words)
        let sealed = try vault(call).seal(words, .visitReceipt, of: visit)
        return try await Self.act(
            call, "SELECT linli.visit_receipt(\(event), \(visit), \(paid), \(sealed))")
    }

    /// What an estate has set.
    static func limits(_ call: Call) async throws -> Response {
        guard
            let limits = try await call.read(
                HelpLimits(sql: "SELECT cash_fen_max, pair_minutes_max FROM linli.help_limits()")
            ).first
        else { throw Stop(.notFound) }
        return call.json { json in
            json.object { json in
                json.member("cash_fen", limits.cash)
                json.member("pair_minutes", limits.minutes)
            }
        }
    }

    /// Sets it.
    static func setLimits(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        guard let cash = call.body["cash_fen"]?.integer,
            let minutes = call.body["pair_minutes"]?.integer
        else { throw Stop(.invalid) }
        return try await call.write { tx, _ in
            let verdict = try await tx.run(
                GoodsVerdict(
                    sql: "SELECT linli.help_limits_set(\(event), \(cash), \(Int32(minutes)))")
            ).first
            guard verdict == "set" else { return .refused(Problem(.notFound)) }
            return .done(Response(.noContent))
        }
    }

    // MARK: Safety

    /// Whether it was safe.
    func safety(_ call: Call) async throws -> Response {
        let (visit, report) = (call.id("visit"), call.context.ids.next() as UUID)
        guard let isSafe = call.body["is_safe"]?.bool else { throw Stop(.invalid) }
        let note = try call.body["note"]?.text.map {
            try vault(call).seal($0, .helpSafetyNote, of: report)
        }
        return try await Self.act(
            call, "SELECT linli.visit_safety(\(report), \(visit), \(isSafe), \(note))")
    }

    /// Writes a page of what was said not to be safe.
    func reports(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let before = try call.cursor()?.id ?? UUID(high: .max, low: .max)
        let rows = try await call.read(
            HelpSafetyReports(vault: vault(call), before: before, count: limit + 1))
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.key("reports")
                json.array { json in
                    for row in rows.prefix(Int(limit)) { json.raw(row.json) }
                }
            }
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            response.add("Link", try call.link(next: Cursor(id: last.id)))
        }
        return response
    }

    /// Decides on a report.
    static func decide(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        guard let decision = call.body["decision"]?.text else { throw Stop(.invalid) }
        return try await act(
            call,
            "SELECT linli.safety_report_decide(\(event), \(call.id("report")), \(decision))")
    }
}
