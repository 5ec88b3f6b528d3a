internal import Platform
internal import Realtime

/// What a helper is asked, and what it answers.
struct HelpProposals {
    let keyring: Keyring

    private func vault(_ call: Call) -> EstateVault { EstateVault(keyring, of: call.id("estate")) }

    private static func rows(_ one: UUID?, _ before: UUID, _ count: Int64) -> HelpRows {
        HelpRows(
            members: [
                "origin", "kind", "begins", "ends", "minutes", "urgency", "place_zh", "place_en",
                "state", "until", "visit", "person_name", "address_zh", "address_en",
                "conversation", "request",
            ],
            sql: """
                SELECT request_id, words_sealed, reasons, id, origin, kind, begins, ends, minutes,
                    urgency, place_zh, place_en, state, until, visit_id, person_name, address_zh,
                    address_en, conversation_id, request_id
                FROM linli.own_help_proposals(\(one), \(before), \(count))
                """)
    }

    /// Writes a page of what one is or was asked.
    func list(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let before = try call.cursor()?.id ?? UUID(high: .max, low: .max)
        return try await Self.rows(nil, before, limit + 1)
            .page(call, "proposals", limit: limit, vault(call), .helpWords)
    }

    /// Writes one of them.
    func one(_ call: Call) async throws -> Response {
        let rows = try await call.read(
            Self.rows(call.id("proposal"), UUID(high: .max, low: .max), 1))
        guard let row = rows.first else { throw Stop(.notFound) }
        return Response(.ok, "application/json", try row.json(vault(call), .helpWords))
    }

    // MARK: Answering

    /// Says yes: the visit is promised, or nothing is.
    func accept(_ call: Call) async throws -> Response {
        let (proposal, event) = (call.id("proposal"), call.context.ids.next() as UUID)
        let vault = vault(call)
        return try await call.write { tx, _ in
            let verdict = try await tx.run(
                GoodsVerdict(sql: "SELECT linli.help_accept(\(event), \(proposal))")
            ).first
            guard verdict == "agreed" else { return .refused(Problem(Self.refusal(verdict))) }
            let rows = try await tx.run(Self.rows(proposal, UUID(high: .max, low: .max), 1))
            guard let row = rows.first else { return .refused(Problem(.notFound)) }
            return .done(Response(.ok, "application/json", try row.json(vault, .helpWords)))
        }
    }

    /// Says no.
    static func decline(_ call: Call) async throws -> Response {
        let (proposal, event) = (call.id("proposal"), call.context.ids.next() as UUID)
        let because = call.body["because"]?.text
        return try await act(call, "declined") {
            "SELECT linli.help_decline(\(event), \(proposal), \(because))"
        }
    }

    /// Gives back what was accepted.
    static func release(_ call: Call) async throws -> Response {
        let (proposal, event) = (call.id("proposal"), call.context.ids.next() as UUID)
        return try await act(call, "released") {
            "SELECT linli.help_release(\(event), \(proposal))"
        }
    }

    private static func act(
        _ call: Call, _ good: String, _ sql: () -> SQL
    ) async throws -> Response {
        let statement = GoodsVerdict(sql: sql())
        return try await call.write { tx, _ in
            let verdict = try await tx.run(statement).first
            guard verdict == good else { return .refused(Problem(refusal(verdict))) }
            return .done(Response(.noContent))
        }
    }

    private static func refusal(_ verdict: String?) -> ProblemKind {
        switch verdict {
        case "over": .helpProposalOver
        case "busy": .helpBusy
        case "time": .helpTimeUnfit
        case "there": .helpOfferedBefore
        case "unfit": .helpHelperUnfit
        default: .notFound
        }
    }

    // MARK: Offers, and by hand

    /// Offers help for what is listed.
    static func offer(_ call: Call) async throws -> Response {
        try await propose(call, "offered") { request, id, event, begins in
            "SELECT linli.help_offer(\(event), \(id), \(request), \(begins))"
        }
    }

    /// An office asks a helper by hand.
    static func propose(_ call: Call) async throws -> Response {
        guard let helper = call.bodyID("helper") else { throw Stop(.invalid) }
        return try await propose(call, "proposed") { request, id, event, begins in
            """
            SELECT linli.help_propose_by_hand(\(event), \(id), \(request), \(helper), \(begins))
            """
        }
    }

    private static func propose(
        _ call: Call, _ good: String, _ sql: (UUID, UUID, UUID, Instant) -> SQL
    ) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        guard let begins = call.body["begins"]?.text.flatMap({ Instant($0) }) else {
            throw Stop(.helpTimeUnfit)
        }
        let statement = GoodsVerdict(sql: sql(call.id("request"), id, event, begins))
        return try await call.write { tx, _ in
            let verdict = try await tx.run(statement).first
            guard verdict == good else {
                return .refused(
                    Problem(
                        good == "proposed" && verdict == "over" ? .helpOver : refusal(verdict)))
            }
            return .done(call.json(.created) { $0.object { $0.member("id", id) } })
        }
    }

    /// The asker answers an offer.
    static func answer(_ call: Call) async throws -> Response {
        let (request, offer) = (call.id("request"), call.id("offer"))
        let event: UUID = call.context.ids.next()
        let yes = call.body["answer"]?.text == "yes"
        return try await act(call, yes ? "agreed" : "declined") {
            "SELECT linli.help_offer_answer(\(event), \(request), \(offer), \(yes))"
        }
    }
}
