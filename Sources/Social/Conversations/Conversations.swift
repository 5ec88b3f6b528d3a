internal import Platform
internal import Realtime

/// Conversations (交谈): a thread between one person and those who look after a thing.
struct Conversations: Sendable {
    /// Most characters of a message.
    static let bodyMax = 1000
    /// Most messages of one person.
    static let perMinuteMax: Int32 = 10
    static let perHourMax: Int32 = 100
    /// Most threads that one person has open of its own.
    static let openMax: Int32 = 200
    /// What a thread can be about.
    static let kinds = ["activity"]
    /// Those that rooms open themselves: nobody begins one by hand.
    static let shownKinds = kinds + ["match", "group"]

    private let keyring: Keyring

    /// Sealing under the keys of this keyring.
    init(_ keyring: Keyring) { self.keyring = keyring }

    private func vault(_ call: Call) -> EstateVault { EstateVault(keyring, of: call.id("estate")) }

    // MARK: Reading

    /// Writes a page of one's threads, or of those of a child whose guardian one is.
    func list(_ call: Call, of child: UUID? = nil) async throws -> Response {
        let limit = call.limit()
        let (rows, guards) = try await call.read(
            ConversationsSeen(
                child: child, before: try call.cursor()?.id ?? UUID(high: .max, low: .max),
                count: Int32(limit + 1)),
            GuardsSpeech(child: child))
        guard child == nil || guards == [true] else { throw Stop(.notFound) }
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.key("conversations")
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

    /// Writes a thread and a page of what was said in it, the latest first.
    func read(_ call: Call) async throws -> Response {
        let (id, limit) = (call.id("conversation"), call.limit(default: 50))
        let (found, rows) = try await call.read(
            ConversationsSeen(wanted: id),
            ConversationMessages(
                conversation: id, before: try call.cursor()?.id, count: Int32(limit + 1)))
        guard let thread = found.first else { throw Stop(.notFound) }
        let vault = vault(call)
        var response = try call.json(capacity: 8192) { json in
            json.beginObject()
            json.key("conversation")
            json.raw(thread.json)
            json.key("messages")
            try json.array { json in
                for row in rows.prefix(Int(limit)) {
                    let words = try row.sealed.map {
                        try vault.open($0, .messageBody, of: row.id)
                    }
                    write(row, words, to: &json)
                }
            }
            json.endObject()
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            response.add("Link", try call.link(next: Cursor(id: last.id)))
        }
        return response
    }

    private func write(
        _ row: ConversationMessages.Row, _ words: String?, to json: inout JSONWriter
    ) {
        json.object { json in
            json.member("id", row.id)
            json.member("side", row.side)
            json.member("is_own", row.isOwn)
            json.memberIfPresent("author_name", row.author)
            json.memberIfPresent("body", words)
            json.member("is_masked", row.isMasked)
            json.member("at", row.at)
            json.memberIfPresent("mark", row.mark)
        }
    }

    // MARK: Writing

    /// Begins a thread with a message; the one that is open already goes on.
    func begin(_ call: Call) async throws -> Response {
        guard let kind = call.body["kind"]?.text, let about = call.bodyID("about") else {
            throw Stop(.invalid)
        }
        let said = try Said(call, vault(call))
        let wanted = StartConversation(
            id: call.context.ids.next(), kind: kind, about: about, person: call.bodyID("person"),
            child: call.bodyID("child"))
        return try await call.write { tx, _ in
            let begun = try await tx.run(wanted).first
            guard begun?.verdict == "open", let id = begun?.id else {
                return .refused(try Problem.ofConversation(begun?.verdict))
            }
            return try await Self.say(call, tx, said, in: id)
        }
    }

    /// Says something in a thread.
    func say(_ call: Call) async throws -> Response {
        let said = try Said(call, vault(call))
        let id = call.id("conversation")
        return try await call.write { tx, _ in try await Self.say(call, tx, said, in: id) }
    }

    /// What somebody says: sealed, without telephone numbers.
    private struct Said {
        var id: UUID
        var event: UUID
        var words: String
        var isMasked: Bool
        var sealed: [UInt8]

        init(_ call: Call, _ vault: EstateVault) throws {
            guard let body = call.body["body"]?.text else { throw Stop(.invalid) }
            (id, event) = (call.context.ids.next(), call.context.ids.next())
            (words, isMasked) = TelephoneMask.masked(body)
            sealed = try vault.seal(words, .messageBody, of: id)
        }
    }

    private static func say(
        _ call: Call, _ tx: Transaction, _ said: Said, in conversation: UUID
    ) async throws -> Outcome {
        let known = try await tx.run(WatchedWords())
        let verdict = try await tx.run(
            Say(
                id: said.id, conversation: conversation, sealed: said.sealed,
                isMasked: said.isMasked, watched: WatchedWords.found(in: said.words, known),
                event: said.event)
        ).first
        guard verdict == "said" else { return .refused(try Problem.ofConversation(verdict)) }
        return .done(
            call.json(.created) { json in
                json.object { json in
                    json.member("conversation", conversation)
                    json.member("id", said.id)
                    json.member("at", tx.instant)
                    json.member("body", said.words)
                    json.member("is_masked", said.isMasked)
                }
            })
    }

    /// Takes back one's own message of a moment ago.
    static func takeBack(_ call: Call) async throws -> Response {
        let (message, event) = (call.id("message"), call.context.ids.next())
        return try await act(call, "taken_back") {
            "SELECT linli.take_back(\(message), \(event))"
        }
    }

    /// Notes up to where one has read.
    static func receive(_ call: Call) async throws -> Response {
        guard let until = call.bodyID("until") else { throw Stop(.invalid) }
        let id = call.id("conversation")
        return try await act(call, "read") {
            "SELECT linli.read_conversation(\(id), \(until))"
        }
    }

    /// Closes a thread.
    static func close(_ call: Call) async throws -> Response {
        let id = call.id("conversation")
        return try await act(call, "closed") { "SELECT linli.close_conversation(\(id))" }
    }

    private static func act(
        _ call: Call, _ done: String, _ sql: () -> SQL
    ) async throws -> Response {
        let statement = ConversationVerdict(sql: sql())
        return try await call.write { tx, _ in
            let verdict = try await tx.run(statement).first
            guard verdict == done else { return .refused(try Problem.ofConversation(verdict)) }
            return .done(Response(.noContent))
        }
    }
}
