internal import Platform
internal import Realtime

/// Help groups: founding, joining, looking after, leaving.
struct HelpGroups: Sendable {
    /// The verdicts of what is done.
    static let done: Set<String> = [
        "done", "founded", "changed", "joined", "waiting", "invited", "made", "declined", "added",
    ]

    private let codes: SymmetricKey

    /// Codes under the keys of this keyring.
    init(_ keyring: Keyring) { codes = keyring.hashingKey(for: "help group code") }

    private static let last = UUID(high: .max, low: .max)

    // MARK: Reading

    private static func rows(_ one: UUID?, _ before: UUID, _ count: Int64) -> GoodsRows {
        GoodsRows(
            members: [
                "name_zh", "name_en", "purpose_zh", "purpose_en", "kinds", "joining", "places",
                "is_free", "side", "monthly_max", "asked", "conversation", "version", "closed_at",
            ],
            sql: """
                SELECT id, name_zh, name_en, purpose_zh, purpose_en, kinds, joining, places,
                    is_free, side, monthly_max, asked, conversation_id, version, closed_at
                FROM linli.help_groups_seen(\(one), \(before), \(count))
                """)
    }

    /// Writes a page of the groups.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit()
        return try await rows(nil, try call.cursor()?.id ?? last, limit + 1)
            .page(call, "groups", limit: limit)
    }

    /// Writes one group, with its version.
    static func one(_ call: Call) async throws -> Response {
        let group = call.id("group")
        let (found, version) = try await call.read(
            rows(group, last, 1), HelpGroupVersion(group: group))
        guard let row = found.first, let version = version.first else { throw Stop(.notFound) }
        return Response(.ok, "application/json", row.json)
            .adding("ETag", ETag(version: Int64(version)).description)
    }

    /// Writes the members of a group.
    static func members(_ call: Call) async throws -> Response {
        let group = call.id("group")
        let rows = try await call.read(
            GoodsRows(
                members: ["display_name", "is_steward", "since", "monthly_max"],
                sql: """
                    SELECT id, display_name, is_steward, since, monthly_max
                    FROM linli.help_group_members(\(group))
                    """))
        guard !rows.isEmpty else { throw Stop(.notFound) }
        return try GoodsRows.page(call, "members", rows, limit: 60)
    }

    /// Writes a page of what is asked: of a group, for its stewards, or of oneself.
    static func askings(_ call: Call, of group: UUID?) async throws -> Response {
        let limit = call.limit()
        if let group {
            let side = try await call.read(HelpGroupSide(group: group)).first
            guard side == "steward" else { throw Stop(.notFound) }
        }
        let before = try call.cursor()?.id ?? last
        return try await GoodsRows(
            members: ["group", "kind", "person", "person_name", "state", "made_at", "until"],
            sql: """
                SELECT id, group_id, kind, person, person_name, state, made_at, until
                FROM linli.help_group_askings(\(group), \(before), \(limit + 1))
                """
        ).page(call, "askings", limit: limit)
    }

    // MARK: Acting

    /// Runs a function that answers a verdict, and answers what became of it.
    static func act(
        _ call: Call, _ sql: SQL, _ answer: (String?) -> Response = { _ in Response(.noContent) }
    ) async throws -> Response {
        try await call.write { tx, _ in
            let verdict = try await tx.run(GoodsVerdict(sql: sql)).first
            if let refusal = ProblemKind.ofHelpGroup(verdict) { return .refused(Problem(refusal)) }
            return .done(answer(verdict))
        }
    }

    /// The words of a group, without telephone numbers.
    private struct Words {
        var nameZh: String
        var nameEn: String?
        var purposeZh: String
        var purposeEn: String?
        var kinds: [String]
        var joining: String
        var places: Int32

        init(_ body: JSON) throws(Stop) {
            guard let zh = body["name_zh"]?.text, let purpose = body["purpose_zh"]?.text,
                let joining = body["joining"]?.text, let places = body["places"]?.integer
            else { throw Stop(.invalid) }
            let texts = [zh, body["name_en"]?.text, purpose, body["purpose_en"]?.text]
            for text in texts { try HelpVisitWords.check(text) }
            let masked = texts.map { $0.map { TelephoneMask.masked($0).text } }
            (nameZh, nameEn) = (masked[0] ?? zh, masked[1])
            (purposeZh, purposeEn) = (masked[2] ?? purpose, masked[3])
            kinds = Array(Set(body["kinds"]?.elements?.compactMap(\.text) ?? [])).sorted()
            self.joining = joining
            self.places = Int32(clamping: places)
        }
    }

    private static func most(_ call: Call) -> Int32 {
        Int32(clamping: call.body["monthly_max"]?.integer ?? 4)
    }

    /// Founds a group.
    static func found(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        let words = try Words(call.body)
        return try await act(
            call,
            """
            SELECT linli.help_group_found(\(event), \(id), \(words.nameZh), \(words.nameEn),
                \(words.purposeZh), \(words.purposeEn), \(words.kinds), \(words.joining),
                \(words.places), \(most(call)))
            """
        ) { _ in call.json(.created) { $0.object { $0.member("id", id) } } }
    }

    /// Changes a group, in the version that was read.
    static func change(_ call: Call) async throws -> Response {
        let (group, event) = (call.id("group"), call.context.ids.next() as UUID)
        let words = try Words(call.body)
        return try await call.write { tx, _ in
            guard let version = try await tx.run(HelpGroupVersion(group: group)).first else {
                return .refused(Problem(.notFound))
            }
            if let stale = call.staleness(ETag(version: Int64(version))) { return .refused(stale) }
            let verdict = try await tx.run(
                GoodsVerdict(
                    sql: """
                        SELECT linli.help_group_change(\(event), \(group), \(version),
                            \(words.nameZh), \(words.nameEn), \(words.purposeZh),
                            \(words.purposeEn), \(words.kinds), \(words.joining),
                            \(words.places))
                        """)
            ).first
            if let refusal = ProblemKind.ofHelpGroup(verdict) { return .refused(Problem(refusal)) }
            return .done(
                Response(.noContent)
                    .adding("ETag", ETag(version: Int64(version) + 1).description))
        }
    }

    /// Closes a group.
    static func close(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        return try await act(call, "SELECT linli.help_group_close(\(event), \(call.id("group")))")
    }

    /// Joins, or asks to.
    static func join(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        let group = call.id("group")
        return try await act(
            call, "SELECT linli.help_group_join(\(event), \(id), \(group), \(most(call)))"
        ) { verdict in
            call.json(.created) { json in
                json.object { json in
                    json.member("group", group)
                    json.member("state", verdict ?? "")
                    if verdict == "waiting" { json.member("asking", id) }
                }
            }
        }
    }

    /// Leaves, or takes a member out.
    static func leave(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        let (group, person) = (call.id("group"), call.id("person"))
        return try await act(call, "SELECT linli.help_group_leave(\(event), \(group), \(person))")
    }

    /// Names a steward, or lays it down.
    static func steward(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        let (group, person) = (call.id("group"), call.id("person"))
        let becomes = call.body["is_steward"]?.bool ?? false
        return try await act(
            call, "SELECT linli.help_group_steward(\(event), \(group), \(person), \(becomes))")
    }

    /// Says how many shifts a month one takes at most.
    static func offer(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        return try await act(
            call,
            "SELECT linli.help_group_offer(\(event), \(call.id("group")), \(most(call)))")
    }

    /// Invites somebody.
    static func invite(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        guard let person = call.bodyID("person") else { throw Stop(.invalid) }
        return try await act(
            call,
            """
            SELECT linli.help_group_invite(\(event), \(id), \(call.id("group")), \(person))
            """
        ) { _ in call.json(.created) { $0.object { $0.member("id", id) } } }
    }

    /// Makes a code, and shows it once.
    func makeCode(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        let code = JoinCode.random()
        let until = call.body["until"]?.text.flatMap { Instant($0) }
        return try await Self.act(
            call,
            """
            SELECT linli.help_group_code(\(event), \(id), \(call.id("group")),
                \(code.hash(codes)), \(until))
            """
        ) { _ in
            call.json(.created) { json in
                json.object { json in
                    json.member("id", id)
                    json.member("code", code.text)
                }
            }
        }
    }

    /// Joins by a code.
    func enter(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        let code = JoinCode(call.body["code"]?.text ?? "") ?? .random()
        let statement = HelpGroupEntered(
            sql: """
                SELECT verdict, group_id
                FROM linli.help_group_enter(\(event), \(code.hash(codes)), \(Self.most(call)))
                """)
        return try await call.write { tx, _ in
            let entered = try await tx.run(statement).first
            if let refusal = ProblemKind.ofHelpGroup(entered?.verdict) {
                return .refused(Problem(refusal))
            }
            guard let group = entered?.group else { return .refused(Problem(.helpGroupCode)) }
            return .done(
                call.json(.created) { json in
                    json.object { json in
                        json.member("group", group)
                        json.member("state", "joined")
                    }
                })
        }
    }

    /// Answers an application, or an invitation.
    static func answer(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        let yes = call.body["answer"]?.text == "yes"
        let most = call.body["monthly_max"]?.integer.map { Int32(clamping: $0) }
        return try await act(
            call,
            """
            SELECT linli.help_group_answer(\(event), \(call.id("asking")), \(yes), \(most))
            """)
    }

    /// Takes an application, invitation or code back.
    static func withdraw(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        return try await act(
            call, "SELECT linli.help_group_withdraw(\(event), \(call.id("asking")))")
    }
}

/// The version of a group that the principal may read.
struct HelpGroupVersion: Statement {
    var group: UUID

    var sql: SQL {
        """
        SELECT version
        FROM linli.help_groups_seen(\(group), 'ffffffff-ffff-ffff-ffff-ffffffffffff', 1)
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int32 { try cells.read() }
}

/// As what the principal reads a group; none, where there is none for it.
struct HelpGroupSide: Statement {
    var group: UUID

    var sql: SQL {
        """
        SELECT side
        FROM linli.help_groups_seen(\(group), 'ffffffff-ffff-ffff-ffff-ffffffffffff', 1)
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// What became of joining by a code.
struct HelpGroupEntered: Statement {
    var sql: SQL

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (verdict: String, group: UUID?) {
        (try cells.read(), try cells.read())
    }
}
