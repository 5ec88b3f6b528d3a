internal import Platform
internal import Realtime

/// The browsers that get a person's notices.
struct NoticePush: Sendable {
    let keyring: Keyring
    let channel: (any PushChannel)?

    /// Writes the key that browsers subscribe under.
    func key(_ call: Call) throws -> Response {
        guard let channel else { throw Stop(.notFound) }
        return call.json { json in
            json.object { $0.member("key", channel.applicationServerKey) }
        }
    }

    /// Keeps a browser's address.
    func subscribe(_ call: Call) async throws -> Response {
        guard
            let target = PushTarget(
                endpoint: call.body["endpoint"]?.text ?? "",
                p256dh: call.body["keys"]?["p256dh"]?.text ?? "",
                auth: call.body["keys"]?["auth"]?.text ?? "")
        else {
            throw Stop(
                Problem(
                    .invalid,
                    faults: [
                        Problem.Fault(
                            "",
                            Text(
                                zh: "请原样发送浏览器的 PushSubscription",
                                en: "send the browser's PushSubscription as it is"))
                    ]))
        }
        let (event, id) = (call.context.ids.next(), call.context.ids.next())
        let hash = HMACSHA256.code(
            of: Array(target.endpoint.utf8), key: keyring.hashingKey(for: "push endpoint"))
        return try await call.write { tx, caller in
            guard let estate = caller.estate else { return .refused(Problem(.notFound)) }
            let sealed = try EstateVault(keyring, of: estate).seal(target.text, .pushTarget, of: id)
            let sql: SQL = "SELECT linli.push_subscribe(\(event), \(id), \(hash), \(sealed))"
            guard try await tx.run(GoodsVerdict(sql: sql)).first == "kept" else {
                return .refused(Problem(.notFound))
            }
            return .done(
                call.json(.created) { json in json.object { $0.member("id", id) } })
        }
    }

    /// Writes one's own.
    static func own(_ call: Call) async throws -> Response {
        try await call.read(
            NeedRows(
                members: ["id", "made_at"],
                sql: "SELECT id, made_at FROM linli.own_push_subscriptions()")
        ).response(call, "subscriptions")
    }

    /// Forgets one.
    static func end(_ call: Call) async throws -> Response {
        let (event, id) = (call.context.ids.next(), call.id("subscription"))
        return try await call.write { tx, _ in
            let sql: SQL = "SELECT linli.push_end(\(event), \(id))"
            return try await tx.run(GoodsVerdict(sql: sql)).first == "ended"
                ? .done(Response(.noContent)) : .refused(Problem(.notFound))
        }
    }

    /// What the page's worker shows.
    static func message(_ words: OutgoingWords.Words, _ reference: String) -> [UInt8] {
        var json = JSONWriter(capacity: 512)
        json.object { json in
            json.member("title", words.subject)
            json.member("body", words.line)
            json.member("id", reference)
        }
        return json.bytes
    }
}
