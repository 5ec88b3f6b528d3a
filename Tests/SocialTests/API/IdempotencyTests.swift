internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

@Suite("Writes that happen once") struct IdempotencyTests {
    private static let table = """
        CREATE TABLE linli.probe (estate_id uuid, word text);
        GRANT SELECT, INSERT ON linli.probe TO linli;
        """

    private struct AddProbe: Command {
        var word: String
        var sql: SQL {
            "INSERT INTO linli.probe (estate_id, word) VALUES (linli.estate_id(), \(word))"
        }
    }

    private struct Count: Statement {
        var sql: SQL

        func decode(_ cells: inout Cells) throws(PostgresError) -> Int { try cells.read() }
    }

    /// Writes a word; some words are refused after they were written, throw, or are secret.
    private static let operation = Operation.write(
        .post, "/api/v1/estates/{estate}/probes", "addProbe", Text(zh: "试", en: "Try"),
        tag: "test", security: .person, parameters: [.estate],
        body: .object(nil, [.required("word", .text(1...20))]),
        answers: [Operation.Answer(.created, Text(zh: "好", en: "Fine"))],
        problems: [.codeWrong, .tooMany]
    ) { call, _ in
        let word = call.body["word"]?.text ?? ""
        return try await call.write { tx, caller in
            try await tx.execute(AddProbe(word: word).sql)
            let response = call.json(.created) { json in
                json.object { json in
                    json.member("id", call.context.ids.next())
                    json.member("person", caller.person)
                }
            }
            switch word {
            case "refused": return .refused(Problem(.codeWrong))
            case "secret": return .doneWithSecret(response)
            case "busy": throw Stop(.tooMany)
            case "fault": throw CryptoError.wrongLength
            default: return .done(response.adding("ETag", "\"1\""))
            }
        }
    }

    private func withProbe(_ body: @Sendable (APIFixture) async throws -> Void) async throws {
        try await APIFixture.with([Self.operation], prepare: Self.table, body)
    }

    private func add(
        _ api: APIFixture, _ word: String, key: String?, as account: UUID = APIFixture.resident,
        estate: UUID = APIFixture.a
    ) throws -> TestClient.Answer {
        try api.request(
            "POST", "/api/v1/estates/\(estate)/probes", as: account, key: key,
            body: #"{"word":"\#(word)"}"#)
    }

    private func count(_ api: APIFixture, _ table: StaticString = "probe") throws -> Int? {
        try api.database.superuser().run(
            Count(sql: "SELECT count(*) FROM linli.\(literal: table)")
        ).first
    }

    @Test("the same key and request: the same answer, and one change")
    func repeated() async throws {
        try await withProbe { api async throws in
            let first = try add(api, "a", key: "k")
            #expect(first.status == 201 && first["idempotency-replayed"] == nil)
            let second = try add(api, "a", key: "k")
            #expect(second.status == 201 && second.body == first.body)
            #expect(second["idempotency-replayed"] == "true" && second["etag"] == "\"1\"")
            let other = try add(api, "b", key: "k")
            #expect(other.status == 422 && other.text.contains("idempotency-key-reused"))
            let neighbour = try add(api, "a", key: "k", as: APIFixture.wife)
            #expect(neighbour.body != first.body, "a key is its account's own")
            #expect(try count(api) == 2)
            #expect(api.logged.lines.isEmpty, "\(api.logged.lines)")
        }
    }

    @Test("32 repeats at once: one change, 32 equal answers")
    func race() async throws {
        try await withProbe { api async throws in
            let body = #"{"word":"a"}"#
            var head = "POST /api/v1/estates/\(APIFixture.a)/probes HTTP/1.1\r\nHost: localhost\r\n"
            for (name, value) in api.fields(APIFixture.resident, "race", body) {
                head += "\(name): \(value)\r\n"
            }
            let request = head + "Content-Length: \(body.utf8.count)\r\n\r\n" + body
            let clients = try (0..<32).map { _ in try TestClient(port: api.server.port) }
            for client in clients { client.send(request) }
            let answers = try clients.map { try $0.answer() }
            #expect(answers.allSatisfy { $0.status == 201 })
            #expect(Set(answers.map(\.body)).count == 1)
            #expect(answers.count { $0["idempotency-replayed"] == nil } == 1)
            #expect(try count(api) == 1)
        }
    }

    @Test("a refusal is an outcome: its key is kept, and nothing else")
    func refused() async throws {
        try await withProbe { api async throws in
            let first = try add(api, "refused", key: "k")
            #expect(first.status == 422)
            let second = try add(api, "refused", key: "k")
            #expect(second.status == 422 && second.body == first.body)
            #expect(second["content-type"] == "application/problem+json")
            #expect(try count(api) == 0)
            #expect(try count(api, "idempotency") == 1)
        }
    }

    @Test("too many, faults and the wrong estate keep nothing, and the key is free again")
    func notKept() async throws {
        try await withProbe { api async throws in
            #expect(try add(api, "busy", key: "k").status == 429)
            #expect(try add(api, "fault", key: "k").status == 500)
            #expect(try add(api, "a", key: "k", estate: APIFixture.b).status == 404)
            #expect(try count(api, "idempotency") == 0)
            #expect(try add(api, "a", key: "k").status == 201)
            #expect(try add(api, "a", key: "two words").status == 400)
            #expect(try add(api, "a", key: String(repeating: "k", count: 256)).status == 400)
            #expect(try add(api, "a", key: String(repeating: "k", count: 255)).status == 201)
        }
    }

    @Test("a secret is shown once and stored nowhere")
    func secret() async throws {
        try await withProbe { api async throws in
            #expect(try add(api, "secret", key: "k").status == 201)
            let again = try add(api, "secret", key: "k")
            #expect(again.status == 409 && again.text.contains("secret-shown-once"))
            let kept = try api.database.superuser().run(
                Count(
                    sql: "SELECT count(*) FROM linli.idempotency WHERE answer_sealed IS NOT NULL"))
            #expect(kept == [0])
            #expect(try count(api) == 1)
        }
    }

    @Test("after 48 hours a key is free, whether or not the sweep came; the sweep takes it")
    func expiry() async throws {
        try await withProbe { api async throws in
            let first = try add(api, "a", key: "k")
            try api.clock.advance(by: .seconds(48 * 3600 - 1))
            #expect(try add(api, "a", key: "k").body == first.body)
            try api.clock.advance(by: .seconds(1))
            let second = try add(api, "b", key: "k")
            #expect(second.status == 201 && second["idempotency-replayed"] == nil)
            #expect(try count(api) == 2)
            try api.clock.advance(by: .seconds(49 * 3600))
            try await api.server.shard.sweep(clock: api.clock, estate: APIFixture.b)
            #expect(try count(api, "idempotency") == 1, "another estate's sweep")
            // What an account did above estates stands under the nil estate: any sweep takes it.
            try api.database.superuser().run(
                """
                INSERT INTO linli.idempotency
                SELECT '00000000-0000-0000-0000-000000000000', account_id, route, key_hash,
                    request_digest, answer_sealed, expires_at
                FROM linli.idempotency;
                """)
            try await api.server.shard.sweep(clock: api.clock, estate: APIFixture.b)
            #expect(try count(api, "idempotency") == 1, "the account's own")
            try await api.server.shard.sweep(clock: api.clock, estate: APIFixture.a)
            #expect(try count(api, "idempotency") == 0)
        }
    }

    @Test("unknown and forbidden look the same; an officer enters where the term reaches")
    func entering() async throws {
        try await withProbe { api async throws in
            let none = UUID(high: 7 << 12, low: 1 << 63 | 0xDEAD)
            let unknown = try add(api, "a", key: "k", estate: none)
            let forbidden = try add(api, "a", key: "k", estate: APIFixture.b)
            #expect(unknown.status == 404 && forbidden.status == 404)
            #expect(Self.withoutID(unknown) == Self.withoutID(forbidden))
            #expect(unknown.fields.map(\.name) == forbidden.fields.map(\.name))
            let officer = try add(api, "a", key: "k", as: APIFixture.officer)
            #expect(officer.status == 201)
            let elsewhere = try add(
                api, "a", key: "k", as: APIFixture.officer, estate: APIFixture.b)
            #expect(elsewhere.status == 404)
        }
    }

    private static func withoutID(_ answer: TestClient.Answer) -> String {
        answer.text.split(separator: "\"request_id\":").first.map(String.init) ?? ""
    }
}

extension Shard {
    fileprivate func sweep(clock: Platform.Clock, estate: UUID) async throws {
        guard let database = local(Database.self) else { return }
        let sql: SQL = "DELETE FROM linli.idempotency WHERE expires_at <= linli.instant()"
        try await database.write(.job("idempotency-sweep", estate: estate)) { tx in
            _ = try await tx.execute(sql)
        }
    }
}
