internal import Platform
internal import Realtime

/// Asking for help, and what is seen of it.
struct HelpRequests {
    /// Most weeks of one asking.
    private static let weeksMax = 10

    let keyring: Keyring
    let signals: EventSignals

    private func vault(_ call: Call) -> EstateVault { EstateVault(keyring, of: call.id("estate")) }

    // MARK: Acting

    /// When something is wanted.
    struct Span {
        var begins: Instant
        var ends: Instant
        var minutes: Int32

        /// The span of a body, if it holds the minutes: its own, where the caller has none.
        init?(_ body: JSON, minutes wanted: Int32? = nil) {
            guard let begins = body["begins"]?.text.flatMap({ Instant($0) }),
                let ends = body["ends"]?.text.flatMap({ Instant($0) }),
                let minutes = wanted.map({ Int64($0) }) ?? body["minutes"]?.integer
            else { return nil }
            // Whole minutes: the round counts in them.
            self.begins = Self.minute(begins)
            self.ends = Self.minute(ends)
            self.minutes = Int32(clamping: minutes)
            let span = self.ends.microseconds - self.begins.microseconds
            guard span >= minutes * 60_000_000, span <= 43_200_000_000 else { return nil }
        }

        private static func minute(_ instant: Instant) -> Instant {
            Instant(
                microseconds: instant.microseconds
                    - (instant.microseconds % 60_000_000 + 60_000_000) % 60_000_000)
        }
    }

    /// Asks for help; an urgent asking looks for somebody at once.
    func ask(_ call: Call) async throws -> Response {
        let ids = (0..<Self.weeksMax).map { _ in call.context.ids.next() as UUID }
        let event: UUID = call.context.ids.next()
        guard let span = Span(call.body), let kind = call.body["kind"]?.text else {
            throw Stop(.helpTimeUnfit)
        }
        let urgency = call.body["urgency"]?.text ?? "normal"
        // Who forgot the code of a phone may say so.
        if kind != "phone_help" { try HelpVisitWords.check(call.body["words"]?.text) }
        let words = call.body["words"]?.text.map { TelephoneMask.masked($0) }
        let sealed = try words.map { words in
            try ids.map { try vault(call).seal(words.text, .helpWords, of: $0) }
        }
        let sql = statement(call, event, ids, kind, span, urgency)
        let response = try await call.write { tx, _ in
            let answer = try await tx.run(HelpAsked(sql: sql)).first
            guard answer?.verdict == "asked" else {
                return .refused(Problem(Self.refusal(answer?.verdict)))
            }
            let made = ids.prefix(Int(answer?.made ?? 1))
            if let sealed, let words {
                let known = try await tx.run(WatchedWords())
                let watched = WatchedWords.found(in: words.text, known)
                for (id, bytes) in zip(made, sealed) {
                    try await tx.execute(
                        """
                        SELECT linli.help_words(\(id), \(bytes), \(words.isMasked), \(watched))
                        """)
                }
            }
            let first = try await tx.run(HelpSpan(request: ids[0])).first
            return .done(
                call.json(.created) { json in
                    json.object { json in
                        json.member("id", ids[0])
                        if let first {
                            json.member("begins", first.begins)
                            json.member("ends", first.ends)
                        }
                        if let first, first.begins != span.begins {
                            json.member("moved_zh", AskingWords.moved.zh)
                            json.member("moved_en", AskingWords.moved.en)
                        }
                        json.key("requests")
                        json.array { json in
                            for id in made { json.value(id) }
                        }
                    }
                })
        }
        signals.committed()
        if urgency == "urgent", response.status == .created {
            // What fails here the job does again.
            try? await HelpRound.urgent(
                call.database, .job(HelpRound.name, estate: call.id("estate")), ids, kind: kind,
                ids: call.context.ids)
            signals.committed()
        }
        return response
    }

    private func statement(
        _ call: Call, _ event: UUID, _ ids: [UUID], _ kind: String, _ span: Span, _ urgency: String
    ) -> SQL {
        let body = call.body
        let (person, child) = (call.bodyID("person"), call.bodyID("child"))
        let (gender, language) = (body["wish_gender"]?.text, body["wish_language"]?.text)
        let until = body["until"]?.text.flatMap { Day($0) }
        return """
            SELECT verdict, made
            FROM linli.help_ask(\(event), \(ids), \(kind), \(person), \(child),
                \(call.bodyID("place")), \(span.begins), \(span.ends), \(span.minutes), \(urgency),
                \(gender), \(language), \(body["is_elder"]?.bool ?? false),
                \(body["is_listed"]?.bool ?? false), \(until))
            """
    }

    static func refusal(_ verdict: String?) -> ProblemKind {
        switch verdict {
        case "child_needed": .helpChildNeeded
        case "child_unfit": .helpChildUnfit
        case "consent": .helpConsentLacking
        case "home", "place": .helpPlaceUnfit
        case "time": .helpTimeUnfit
        case "urgent": .helpNotUrgent
        case "list": .helpNotListed
        case "many": .helpTooMany
        case "gone": .helpPersonGone
        case "over": .helpOver
        default: .notFound
        }
    }

    /// Changes when and how one's request is.
    static func change(_ call: Call) async throws -> Response {
        let (request, event) = (call.id("request"), call.context.ids.next() as UUID)
        guard let span = Span(call.body) else { throw Stop(.helpTimeUnfit) }
        let gender = call.body["wish_gender"]?.text
        let language = call.body["wish_language"]?.text
        let listed = call.body["is_listed"]?.bool ?? false
        return try await verdict(call, "changed") {
            """
            SELECT linli.help_change(\(event), \(request), \(span.begins), \(span.ends),
                \(span.minutes), \(gender), \(language), \(listed))
            """
        }
    }

    /// Takes a request back, or all the later ones of its series too.
    static func withdraw(_ call: Call) async throws -> Response {
        let (request, event) = (call.id("request"), call.context.ids.next() as UUID)
        let whole = call.text("series") == "all"
        return try await verdict(call, "withdrawn") {
            "SELECT linli.help_withdraw(\(event), \(request), \(whole))"
        }
    }

    private static func verdict(
        _ call: Call, _ good: String, _ sql: () -> SQL
    ) async throws -> Response {
        let statement = GoodsVerdict(sql: sql())
        return try await call.write { tx, _ in
            let verdict = try await tx.run(statement).first
            guard verdict == good else { return .refused(Problem(refusal(verdict))) }
            return .done(Response(.noContent))
        }
    }

    // MARK: Reading

    private static let members = [
        "series", "kind", "person", "person_name", "child", "place", "place_zh", "place_en",
        "begins", "ends", "minutes", "urgency", "wish_gender", "wish_language", "is_elder",
        "is_listed", "state", "entered_at", "helper_name", "visit", "visit_begins", "visit_ends",
        "conversation", "offers",
    ]

    private static func seen(
        _ one: UUID?, _ state: String?, _ office: Bool, _ before: UUID, _ count: Int64
    ) -> HelpRows {
        HelpRows(
            members: members,
            sql: """
                SELECT id, words_sealed, NULL::text, id, series_id, kind, person_id, person_name,
                    child_id, place_id, place_zh, place_en, begins, ends, minutes, urgency,
                    wish_gender, wish_language, is_elder, is_listed, state, entered_at,
                    helper_name, visit_id, visit_begins, visit_ends, conversation_id, offers
                FROM linli.help_requests_seen(\(one), \(state), \(office), \(before), \(count))
                """)
    }

    /// Writes a page of one's own requests, or, for an office that asks for it, of all.
    func list(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let before = try call.cursor()?.id ?? UUID(high: .max, low: .max)
        let office = call.text("scope") == "estate"
        if office {
            guard try await call.read(MayRead(kind: "help_request", purpose: "care")).first == true
            else { throw Stop(.notFound) }
        }
        return try await Self.seen(nil, call.text("state"), office, before, limit + 1)
            .page(call, "requests", limit: limit, vault(call), .helpWords)
    }

    /// Writes one request: one's own, or as an office.
    func one(_ call: Call) async throws -> Response {
        let (request, last) = (call.id("request"), UUID(high: .max, low: .max))
        let own = try await call.read(Self.seen(request, nil, false, last, 1))
        if let row = own.first {
            return Response(.ok, "application/json", try row.json(vault(call), .helpWords))
        }
        let office = try await call.read(Self.seen(request, nil, true, last, 1))
        guard let row = office.first else { throw Stop(.notFound) }
        return Response(.ok, "application/json", try row.json(vault(call), .helpWords))
    }

    /// Writes a page of what is listed.
    static func board(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let before = try call.cursor()?.id ?? UUID(high: .max, low: .max)
        return try await GoodsRows(
            members: [
                "kind", "place", "place_zh", "place_en", "begins", "ends", "minutes", "urgency",
                "offered",
            ],
            sql: """
                SELECT id, kind, place_id, place_zh, place_en, begins, ends, minutes, urgency,
                    offered
                FROM linli.help_board(\(before), \(limit + 1))
                """
        ).page(call, "requests", limit: limit)
    }
}

/// When a request that the principal may see is to be met.
struct HelpSpan: Statement {
    var request: UUID

    var sql: SQL { "SELECT begins, ends FROM linli.help_span(\(request))" }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (begins: Instant, ends: Instant) {
        (try cells.read(), try cells.read())
    }
}

/// What became of asking.
struct HelpAsked: Statement {
    var sql: SQL

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (verdict: String, made: Int32?) {
        (try cells.read(), try cells.read())
    }
}

/// Rows with sealed words of a request and reasons as codes, each written to JSON: the first cells are
/// the request, its words and the reasons.
struct HelpRows: Statement {
    struct Row {
        var id: UUID
        /// An object.
        var members: [UInt8]
        var request: UUID?
        var sealed: [UInt8]?
        var reasons: String?

        /// The whole object, with the words opened.
        func json(_ vault: EstateVault, _ column: SealedColumn) throws -> [UInt8] {
            var more = JSONWriter(capacity: 512)
            more.beginObject()
            if let reasons { try Self.write(reasons, to: &more) }
            if let sealed, let request {
                more.member("words", try vault.open(sealed, column, of: request))
            }
            more.endObject()
            guard more.bytes.count > 2 else { return members }
            return Array(members.dropLast()) + [UInt8(ascii: ",")] + more.bytes.dropFirst()
        }

        private static func write(_ reasons: String, to json: inout JSONWriter) throws {
            let codes = try JSON(parsing: Array(reasons.utf8)).elements ?? []
            json.key("reasons")
            json.array { json in
                for reason in codes {
                    let code = reason["code"]?.text ?? ""
                    let words = PairingWords.text(
                        code, word: reason["word"]?.text, count: reason["count"]?.integer)
                    json.object { json in
                        json.member("code", code)
                        json.member("zh", words.zh)
                        json.member("en", words.en)
                    }
                }
            }
        }
    }

    var members: [String]
    var sql: SQL

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        let request = try cells.read(UUID?.self)
        let sealed = try cells.read([UInt8]?.self)
        let reasons = try cells.read(String?.self)
        let id = try cells.read(UUID.self)
        var json = JSONWriter(capacity: 1024)
        json.beginObject()
        json.member("id", id)
        for name in members { try cells.writeIfPresent(name, to: &json) }
        json.endObject()
        return Row(id: id, members: json.bytes, request: request, sealed: sealed, reasons: reasons)
    }

    /// Writes a page of rows under a name, and links to the next.
    func page(
        _ call: Call, _ name: String, limit: Int64, _ vault: EstateVault, _ column: SealedColumn
    ) async throws -> Response {
        let rows = try await call.read(self)
        var response = try call.json(capacity: 8192) { json in
            try json.object { json in
                json.key(name)
                try json.array { json in
                    for row in rows.prefix(Int(limit)) { json.raw(try row.json(vault, column)) }
                }
            }
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            response.add("Link", try call.link(next: Cursor(id: last.id)))
        }
        return response
    }
}
