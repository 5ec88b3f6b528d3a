internal import Platform
internal import Realtime

/// Paired families: one helps another for long, at a cadence that both agreed to.
enum PairedFamilies {
    // MARK: Acting

    /// Proposes a pairing.
    static func propose(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        let (body, times) = (call.body, Times(call.body))
        let (helper, person) = (call.bodyID("helper"), call.bodyID("person"))
        let sql: SQL = """
            SELECT linli.pairing_propose(\(event), \(id), \(body["form"]?.text ?? ""),
                \(body["kind"]?.text ?? ""), \(helper), \(person), \(call.bodyID("child")),
                \(times.cadence), \(times.weekday), \(times.minute), \(times.minutes))
            """
        return try await act(call, sql) {
            call.json(.created) { $0.object { $0.member("id", id) } }
        }
    }

    /// The times of a pairing's visits.
    private struct Times {
        var cadence: String
        var weekday: Int32
        var minute: Int32
        var minutes: Int32

        init(_ body: JSON) {
            cadence = body["cadence"]?.text ?? ""
            weekday = Int32(clamping: body["weekday"]?.integer ?? 0)
            minute = Int32(clamping: body["minute"]?.integer ?? 0)
            minutes = Int32(clamping: body["minutes"]?.integer ?? 60)
        }
    }

    /// Runs an act, and answers it or why not.
    private static func act(
        _ call: Call, _ sql: SQL, _ answer: () -> Response = { Response(.noContent) }
    ) async throws -> Response {
        try await call.write { tx, _ in
            let verdict = try await tx.run(GoodsVerdict(sql: sql)).first
            if let refusal = ProblemKind.ofPairing(verdict) { return .refused(Problem(refusal)) }
            return .done(answer())
        }
    }

    private static func says(_ call: Call) -> Bool { call.body["answer"]?.text == "yes" }

    /// One side says yes or no to a proposal.
    static func answer(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        return try await act(
            call,
            "SELECT linli.pairing_answer(\(event), \(call.id("pairing")), \(says(call)))")
    }

    /// Ends it at once.
    static func end(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        return try await act(
            call, "SELECT linli.pairing_end(\(event), \(call.id("pairing")))")
    }

    /// Says whether it goes on.
    static func renew(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        return try await act(
            call, "SELECT linli.pairing_renew(\(event), \(call.id("pairing")), \(says(call)))")
    }

    /// Sets other times, in the version that was read.
    static func setCadence(_ call: Call) async throws -> Response {
        let (event, times) = (call.context.ids.next() as UUID, Times(call.body))
        let pairing = call.id("pairing")
        return try await call.write { tx, _ in
            guard let version = try await self.version(of: pairing, tx) else {
                return .refused(Problem(.notFound))
            }
            if let stale = call.staleness(ETag(version: version)) { return .refused(stale) }
            let verdict = try await tx.run(
                GoodsVerdict(
                    sql: """
                        SELECT linli.pairing_cadence(\(event), \(pairing), \(Int32(version)),
                            \(times.cadence), \(times.weekday), \(times.minute),
                            \(times.minutes))
                        """)
            ).first
            if verdict == "stale" { return .refused(Problem(.preconditionFailed)) }
            if let refusal = ProblemKind.ofPairing(verdict) { return .refused(Problem(refusal)) }
            let made = try await self.version(of: pairing, tx) ?? version
            return .done(
                Response(.noContent).adding("ETag", ETag(version: made).description))
        }
    }

    private static func version(of pairing: UUID, _ tx: Transaction) async throws -> Int64? {
        try await tx.run(PairingVersion(pairing: pairing)).first?.map { Int64($0) }
    }

    /// Rests until a day, or goes on.
    static func pause(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        let until = call.body["until"]?.text.flatMap { Day($0) }
        guard until != nil || call.body["until"] == nil else { throw Stop(.pairingTimeUnfit) }
        return try await act(
            call, "SELECT linli.pairing_pause(\(event), \(call.id("pairing")), \(until))")
    }

    /// Says whom one would have in the helper's stead.
    static func nameStandIn(_ call: Call) async throws -> Response {
        let (event, person) = (call.context.ids.next() as UUID, call.bodyID("person"))
        let pairing = call.id("pairing")
        return try await call.write { tx, _ in
            let verdict = try await tx.run(
                GoodsVerdict(
                    sql: "SELECT linli.pairing_name(\(event), \(pairing), \(person))")
            ).first
            if verdict == "unfit" { return .refused(Problem(.pairingStandInUnfit)) }
            if let refusal = ProblemKind.ofPairing(verdict) { return .refused(Problem(refusal)) }
            return .done(Response(.noContent))
        }
    }

    /// Leaves one visit out.
    static func skip(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        guard let visit = call.bodyID("visit") else { throw Stop(.invalid) }
        return try await act(
            call, "SELECT linli.pairing_skip(\(event), \(call.id("pairing")), \(visit))")
    }

    /// The stand-in's answer.
    static func answerStandIn(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        return try await act(
            call,
            "SELECT linli.pairing_cover_answer(\(event), \(call.id("cover")), \(says(call)))")
    }

    /// Sets the estate's rules.
    static func setRules(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        func number(_ name: String) -> Int32 { Int32(clamping: call.body[name]?.integer ?? 0) }
        return try await act(
            call,
            """
            SELECT linli.pairing_rules_set(\(event), \(number("elders_max")),
                \(number("families_max")), \(number("trial_days")), \(number("review_days")))
            """)
    }

    /// Says that one would be one of a pair.
    static func wish(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        let (body, side) = (call.body, call.text("side") ?? "")
        let kinds = (body["kinds"]?.elements ?? []).compactMap(\.text)
        let seats = body["seats"]?.integer.map { Int32(clamping: $0) }
        return try await act(
            call,
            """
            SELECT linli.pairing_wish_put(\(event), \(side), \(body["form"]?.text ?? ""), \(kinds),
                \(seats), \(call.bodyID("child")))
            """)
    }

    /// Takes that back.
    static func endWish(_ call: Call) async throws -> Response {
        let (event, side) = (call.context.ids.next() as UUID, call.text("side") ?? "")
        return try await act(call, "SELECT linli.pairing_wish_end(\(event), \(side))")
    }

    // MARK: Reading

    private static func seen(
        _ one: UUID?, _ office: Bool, _ before: UUID, _ count: Int64
    ) -> GoodsRows {
        GoodsRows(
            members: [
                "form", "kind", "side", "state", "cadence", "weekday", "minute", "minutes",
                "helper", "helper_name", "person", "person_name", "child", "place_zh", "place_en",
                "proposed_at", "until", "has_agreed", "trial_until", "review_at", "has_renewed",
                "paused_until", "own_stand_in", "other_stand_in", "other_stand_in_name", "visit",
                "visit_begins", "unfixed", "conversation", "ended_at",
            ],
            sql: """
                SELECT id, form, kind, side, state, cadence, weekday, minute, minutes, helper_id,
                    helper_name, person_id, person_name, child_id, place_zh, place_en, proposed_at,
                    until, has_agreed, trial_until, review_at, has_renewed, paused_until,
                    own_stand_in, other_stand_in, other_stand_in_name, visit_id, visit_begins,
                    to_json(unfixed), conversation_id, ended_at
                FROM linli.pairings_seen(\(one), \(office), \(before), \(count))
                """)
    }

    private static let last = UUID(high: .max, low: .max)

    /// Writes a page of one's own pairings, the latest first.
    static func own(_ call: Call) async throws -> Response {
        let limit = call.limit()
        return try await seen(nil, false, try call.cursor()?.id ?? last, limit + 1)
            .page(call, "pairings", limit: limit)
    }

    /// Writes a page of those that live, for an office; that is logged.
    static func all(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let (may, rows) = try await call.read(
            MayRead(kind: "help", purpose: "care"),
            seen(nil, true, try call.cursor()?.id ?? last, limit + 1))
        guard may.first == true else { throw Stop(.notFound) }
        return try GoodsRows.page(call, "pairings", rows, limit: limit)
    }

    /// Writes one: one's own, or as an office, which is logged.
    static func one(_ call: Call) async throws -> Response {
        let pairing = call.id("pairing")
        let (own, may, versions) = try await call.read(
            seen(pairing, false, last, 1), MayRead(kind: "help", purpose: "care"),
            PairingVersion(pairing: pairing))
        let tag = ETag(version: Int64((versions.first ?? nil) ?? 1)).description
        if let row = own.first {
            return Response(.ok, "application/json", row.json).adding("ETag", tag)
        }
        guard may.first == true else { throw Stop(.notFound) }
        return try await seen(pairing, true, last, 1).one(call).adding("ETag", tag)
    }

    /// Writes what one is asked to stand in for.
    static func standIns(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let before = try call.cursor()?.id ?? last
        return try await GoodsRows(
            members: [
                "kind", "begins", "ends", "place_zh", "place_en", "state", "until", "visit",
            ],
            sql: """
                SELECT id, kind, begins, ends, place_zh, place_en, state, until, visit_id
                FROM linli.own_pairing_covers(\(before), \(limit + 1))
                """
        ).page(call, "stand_ins", limit: limit)
    }

    /// Writes the estate's rules.
    static func rules(_ call: Call) async throws -> Response {
        let rows = try await call.read(
            NeedRows(
                members: ["elders_max", "families_max", "trial_days", "review_days"],
                sql: """
                    SELECT elders_max, families_max, trial_days, review_days
                    FROM linli.pairing_rules()
                    """))
        guard let row = rows.first else { throw Stop(.notFound) }
        return Response(.ok, "application/json", row)
    }

    /// Writes that one would be one of a pair.
    static func wishes(_ call: Call) async throws -> Response {
        try await call.read(
            NeedRows(
                members: ["side", "form", "kinds", "seats", "child", "since"],
                sql: """
                    SELECT side, form, kinds, seats, child_id, since
                    FROM linli.own_pairing_wishes()
                    """)
        ).response(call, "wishes")
    }
}

/// The version of a pairing that the principal may see.
struct PairingVersion: Statement {
    var pairing: UUID

    var sql: SQL { "SELECT linli.pairing_version(\(pairing))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int32? { try cells.read() }
}
