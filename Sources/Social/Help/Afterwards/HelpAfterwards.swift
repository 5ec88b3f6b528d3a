internal import Platform
internal import Realtime

/// What comes after help: a few facts about each other, and disputes.
struct HelpAfterwards: Sendable {
    /// What a dispute is about.
    static let matters = ["no_show", "late", "money", "damage", "conduct", "other"]

    let keyring: Keyring

    /// Sealing under the keys of this keyring.
    init(_ keyring: Keyring) { self.keyring = keyring }

    private func vault(_ call: Call) -> EstateVault { EstateVault(keyring, of: call.id("estate")) }

    // MARK: Ratings

    /// Rates the other side.
    static func rate(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        guard let time = call.body["kept_time"]?.integer,
            let careful = call.body["careful"]?.integer,
            let friendly = call.body["friendly"]?.integer, let again = call.body["again"]?.bool
        else { throw Stop(.invalid) }
        return try await HelpVisits.act(
            call,
            """
            SELECT linli.visit_rate(\(event), \(id), \(call.id("visit")), \(Int32(time)),
                \(Int32(careful)), \(Int32(friendly)), \(again))
            """)
    }

    /// Writes one's own rating of a visit, and the other's once it is shown.
    static func ratings(_ call: Call) async throws -> Response {
        guard try await call.read(HelpVisits.rows(call.id("visit"))).isEmpty == false else {
            throw Stop(.notFound)
        }
        let rows = try await call.read(
            GoodsRows(
                members: ["is_own", "kept_time", "careful", "friendly", "again"],
                sql: """
                    SELECT id, is_own, kept_time, careful, friendly, again
                    FROM linli.visit_ratings(\(call.id("visit")))
                    """))
        return call.json { json in
            json.object { json in
                json.key("ratings")
                json.array { json in
                    for row in rows { json.raw(row.json) }
                }
            }
        }
    }

    // MARK: Disputes

    /// A side says what went wrong.
    func dispute(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        guard let about = call.body["about"]?.text, let words = call.body["words"]?.text else {
            throw Stop(.invalid)
        }
        let sealed = try vault(call).seal(words, .helpDisputeWords, of: id)
        return try await HelpVisits.act(
            call,
            """
            SELECT linli.visit_dispute(\(event), \(id), \(call.id("visit")), \(about), \(sealed))
            """
        ) { call.json(.created) { $0.object { $0.member("id", id) } } }
    }

    /// Writes a dispute; its words for who wrote them and the office.
    func read(_ call: Call) async throws -> Response {
        let rows = try await call.read(
            HelpDisputesSeen(vault: vault(call), dispute: call.id("dispute")))
        guard let json = rows.first else { throw Stop(.notFound) }
        return Response(.ok, "application/json", json)
    }

    /// Writes the disputes of a visit that its reader may see.
    func list(_ call: Call) async throws -> Response {
        guard try await call.read(HelpVisits.rows(call.id("visit"))).isEmpty == false else {
            throw Stop(.notFound)
        }
        let rows = try await call.read(
            HelpDisputesSeen(vault: vault(call), visit: call.id("visit")))
        return call.json { json in
            json.object { json in
                json.key("disputes")
                json.array { json in
                    for row in rows { json.raw(row) }
                }
            }
        }
    }

    /// Decides on a dispute, or on the appeal.
    static func decide(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        guard let decision = call.body["decision"]?.text else { throw Stop(.invalid) }
        return try await HelpVisits.act(
            call,
            "SELECT linli.help_dispute_decide(\(event), \(call.id("dispute")), \(decision))")
    }

    /// Asks for another person's decision.
    static func appeal(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        return try await HelpVisits.act(
            call, "SELECT linli.help_dispute_appeal(\(event), \(call.id("dispute")))")
    }
}

/// The disputes of a visit, or one of them, as JSON.
struct HelpDisputesSeen: Statement {
    var vault: EstateVault
    var visit: UUID?
    var dispute: UUID?

    var sql: SQL {
        """
        SELECT id, words_sealed, visit_id, side, about, raised_at, decision, decided_at,
            appealed_at, appeal_decision, appeal_decided_at
        FROM linli.help_disputes_seen(\(visit), \(dispute))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] {
        let (id, sealed): (UUID, [UInt8]?) = (try cells.read(), try cells.read())
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        json.member("id", id)
        for name in [
            "visit", "side", "about", "raised_at", "decision", "decided_at", "appealed_at",
            "appeal_decision", "appeal_decided_at",
        ] { try cells.writeIfPresent(name, to: &json) }
        // What no key opens any more is left out.
        if let sealed, let words = try? vault.open(sealed, .helpDisputeWords, of: id) {
            json.member("words", words)
        }
        json.endObject()
        return json.bytes
    }
}
