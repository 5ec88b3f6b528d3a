internal import Platform
internal import Realtime

/// The webhooks of an estate, as an operator of the software looks after them.
struct Webhooks: Sendable {
    let keyring: Keyring

    /// Writes those that are live.
    func list(_ call: Call) async throws -> Response {
        let (mayRead, rows) = try await call.read(RunsWebhooks(), WebhookRows())
        guard mayRead == [true], let estate = call.estate else { throw Stop(.notFound) }
        let vault = EstateVault(keyring, of: estate)
        return call.json { json in
            json.object { json in
                json.key("webhooks")
                json.array { json in
                    for row in rows { json.object { Self.write(row, vault, to: &$0) } }
                }
            }
        }
    }

    private static func write(
        _ row: WebhookRows.Row, _ vault: EstateVault, to json: inout JSONWriter
    ) {
        json.member("id", row.id)
        json.member("url", (try? vault.open(row.url, .webhookURL, of: row.id)) ?? "")
        json.key("kinds")
        json.raw(Array(row.kinds.utf8))
        json.member("made_at", row.madeAt)
        json.member("waiting", row.waiting)
        json.member("dead", row.dead)
    }

    /// Names an address; its secret is shown this once.
    func make(_ call: Call) async throws -> Response {
        guard let url = Self.address(call.body["url"]?.text ?? "") else {
            throw Stop(Problem(.invalid, faults: [Problem.Fault("/url", Self.advice)]))
        }
        let kinds = (call.body["kinds"]?.elements ?? []).compactMap(\.text)
        let (event, id) = (call.context.ids.next(), call.context.ids.next())
        let secret = WebhookSecret.random()
        return try await call.write { tx, caller in
            guard let estate = caller.estate else { return .refused(Problem(.notFound)) }
            let vault = EstateVault(keyring, of: estate)
            let make: SQL = """
                SELECT linli.webhook_make(\(event), \(id),
                    \(try vault.seal(url, .webhookURL, of: id)),
                    \(try vault.seal(WebhookSecret.sealed([secret]), .webhookSecrets, of: id)),
                    \(kinds))
                """
            switch try await tx.run(GoodsVerdict(sql: make)).first {
            case "made": return .doneWithSecret(Self.made(call, .created, id, secret))
            case "many": return .refused(Problem(.webhooksMany))
            default: return .refused(Problem(.notFound))
            }
        }
    }

    /// Signs with a new secret, and for a day with the one before as well.
    func rotate(_ call: Call) async throws -> Response {
        let (event, id) = (call.context.ids.next(), call.id("webhook"))
        let secret = WebhookSecret.random()
        return try await call.write { tx, caller in
            guard let estate = caller.estate,
                let sealed = try await tx.run(WebhookSecrets(webhook: id)).first
            else { return .refused(Problem(.notFound)) }
            let vault = EstateVault(keyring, of: estate)
            let before = WebhookSecret.read(try vault.open(sealed, .webhookSecrets, of: id))
            let both = WebhookSecret.sealed([secret] + before.prefix(1))
            let rotate: SQL = """
                SELECT linli.webhook_rotate(\(event), \(id),
                    \(try vault.seal(both, .webhookSecrets, of: id)))
                """
            guard try await tx.run(GoodsVerdict(sql: rotate)).first == "rotated" else {
                return .refused(Problem(.notFound))
            }
            return .doneWithSecret(Self.made(call, .ok, id, secret))
        }
    }

    private static func made(
        _ call: Call, _ status: Status, _ id: UUID, _ secret: WebhookSecret
    ) -> Response {
        call.json(status) { json in
            json.object { json in
                json.member("id", id)
                json.member("secret", secret.text)
            }
        }
    }

    /// Ends one.
    static func end(_ call: Call) async throws -> Response {
        let (event, id) = (call.context.ids.next(), call.id("webhook"))
        return try await call.write { tx, _ in
            let end: SQL = "SELECT linli.webhook_end(\(event), \(id))"
            return try await tx.run(GoodsVerdict(sql: end)).first == "ended"
                ? .done(Response(.noContent)) : .refused(Problem(.notFound))
        }
    }

    /// Tries all again that were given up.
    static func retry(_ call: Call) async throws -> Response {
        let (event, id) = (call.context.ids.next(), call.id("webhook"))
        return try await call.write { tx, _ in
            let retry: SQL = "SELECT linli.webhook_retry(\(event), \(id))"
            return try await tx.run(GoodsVerdict(sql: retry)).first == "again"
                ? .done(Response(.noContent)) : .refused(Problem(.notFound))
        }
    }

    /// An `https` URL without user or password; `nil` for another text.
    private static func address(_ text: String) -> String? {
        let authority = text.dropFirst("https://".count).prefix { !"/?#".contains($0) }
        guard text.hasPrefix("https://"), !authority.isEmpty, !authority.contains("@"),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return text
    }

    private static let advice = Text(
        zh: "请写 https 地址，不带用户名和密码",
        en: "give an https address without user and password")
}

/// Whether the principal looks after webhooks.
private struct RunsWebhooks: Statement {
    var sql: SQL { "SELECT linli.runs_webhooks()" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// Those that are live, the newest first.
private struct WebhookRows: Statement {
    struct Row {
        var id: UUID
        var url: [UInt8]
        /// A JSON array.
        var kinds: String
        var madeAt: Instant
        var waiting: Int64
        var dead: Int64
    }

    var sql: SQL {
        """
        SELECT id, url_sealed, to_json(kinds)::text, made_at, waiting, dead
        FROM linli.webhooks()
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            id: try cells.read(), url: try cells.read(), kinds: try cells.read(),
            madeAt: try cells.read(), waiting: try cells.read(), dead: try cells.read())
    }
}

/// The sealed secrets of one, held until the end of the transaction.
private struct WebhookSecrets: Statement {
    var webhook: UUID

    var sql: SQL { "SELECT linli.webhook_secrets(\(webhook))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] { try cells.read() }
}

extension ProblemKind {
    static let webhooksMany = ProblemKind(
        "webhooks-many", .conflict,
        Text(zh: "已有十个 webhook", en: "There are ten webhooks already"),
        Text(zh: "请先结束一个不用的。", en: "End one that is not used first."))
}
