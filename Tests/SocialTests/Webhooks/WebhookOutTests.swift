internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

/// A receiver of webhooks that keeps what it is handed, and answers as a test says.
private final class HookPost: WebhookChannel {
    private let kept = Locked<[OutgoingWebhook]>([])
    private let answers = Locked<[Handover]>([])

    func hand(_ webhook: OutgoingWebhook) async -> Handover {
        kept.withLock { $0.append(webhook) }
        return answers.withLock { $0.isEmpty ? .taken : $0.removeFirst() }
    }

    func answer(_ next: Handover, times count: Int = 1) {
        answers.withLock { $0 += Array(repeating: next, count: count) }
    }

    func taken() -> [OutgoingWebhook] {
        kept.withLock { kept in
            defer { kept = [] }
            return kept
        }
    }
}

@Suite("Webhooks of an estate, through the wire") struct WebhookOutTests {
    typealias Estate = AnnouncementEstate

    private static let list = "/api/v1/estates/\(APIFixture.a)/webhooks"

    private struct House {
        let estate: Estate
        let post: HookPost
        let job: Job

        func ask(
            _ reader: Estate.Reader, _ method: String, _ path: String, _ status: Int,
            _ body: String? = nil
        ) throws -> JSON {
            let answer = try estate.ask(
                reader, method, WebhookOutTests.list + path, key: UUID.random(), body: body)
            #expect(answer.status == status, "\(answer.text)")
            return answer.body.isEmpty ? .null : try JSON(parsing: answer.body)
        }

        /// Names an address; its id.
        func make(_ members: String = "") throws -> String {
            let made = try ask(
                .officer, "POST", "", 201, #"{"url":"https://hooks.b.cn/a"\#(members)}"#)
            #expect(made["secret"]?.text?.hasPrefix("whsec_") == true)
            return made["id"]?.text ?? ""
        }

        /// Writes an event of some kind for an audience, and lets it have its number.
        func happen(_ kind: String, _ audience: EventAudience) throws {
            let id = UUIDGenerator(clock: estate.api.clock).next()
            let connection = try estate.connect(job: "test")
            _ = try connection.run(
                AppendEvent(
                    EventDraft(id: id, kind: kind, audience: [audience]) { json in
                        json.member("secret", "never sent")
                    }))
            try connection.run("SELECT linli.number_events(1000)")
        }

        func sent(after seconds: Int64 = 5) async throws -> [OutgoingWebhook] {
            try estate.api.clock.advance(by: .seconds(seconds))
            try await estate.api.server.shard.runJobs([job], estate.api.clock)
            return post.taken()
        }
    }

    private func with(_ body: @Sendable (House) async throws -> Void) async throws {
        let (keyring, post) = (Keyring.random(), HookPost())
        try await Estate.with(
            operations: WebhookOperations.all(keyring: keyring, signals: EventSignals()),
            prepare: """
                INSERT INTO linli.account_role_term
                    (account_id, id, role, node_id, display_name, begins, ends, because) VALUES
                    ('\(APIFixture.officer)', '\(APIFixture.id(0x92))', 'software_operator',
                        '\(APIFixture.id(0xC2))', '孙干事', '2026-01-01Z', '2027-01-01Z', 'contract');
                """, keyring: keyring
        ) { estate async throws in
            try await body(
                House(
                    estate: estate, post: post,
                    job: WebhooksOut.job(post, keyring: keyring) {}))
        }
    }

    @Test(
        "what is public or for the estate goes out as ids and codes; nothing else, and nothing twice"
    )
    func events() async throws {
        try await with { house async throws in
            try house.happen("thing.before", .estate)
            _ = try house.make()
            try house.happen("thing.done", .estate)
            try house.happen("thing.seen", .everyone)
            try house.happen("thing.secret", .person(APIFixture.id(0xF1)))
            let sent = try await house.sent()
            let contents = try sent.map { try JSON(parsing: $0.content) }
            #expect(Set(contents.map { $0["type"]?.text }) == ["thing.done", "thing.seen"])
            for (one, content) in zip(sent, contents) {
                #expect(content["data"]?["event"]?.text == one.id)
                #expect(content["data"]?["estate"]?.text == APIFixture.a.description)
                #expect(!String(decoding: one.content, as: UTF8.self).contains("never sent"))
            }
            #expect(try await house.sent().isEmpty)
            #expect(house.estate.api.logged.lines.isEmpty)
        }
    }

    @Test("kinds are chosen by code or first word; what is asked of others is not there for them")
    func kinds() async throws {
        try await with { house async throws in
            let id = try house.make(#","kinds":["thing","other.done"]"#)
            for kind in ["thing.done", "other.done", "other.seen"] {
                try house.happen(kind, .estate)
            }
            #expect(try await house.sent().count == 2)
            for reader in [Estate.Reader.member, .neighbour, .leader] {
                _ = try house.ask(reader, "GET", "", 404)
                _ = try house.ask(reader, "POST", "", 404, #"{"url":"https://hooks.b.cn/a"}"#)
                _ = try house.ask(reader, "DELETE", "/\(id)", 404)
                _ = try house.ask(reader, "POST", "/\(id)/rotation", 404)
                _ = try house.ask(reader, "POST", "/\(id)/retry", 404)
            }
            for url in ["http://b.cn", "https://", "https://a:b@c.cn/", "https://b.cn/ a"] {
                _ = try house.ask(.officer, "POST", "", 400, #"{"url":"\#(url)"}"#)
            }
            let one = try house.ask(.officer, "GET", "", 200)["webhooks"]?.elements?.first
            #expect(one?["url"]?.text == "https://hooks.b.cn/a")
            #expect(one?["kinds"]?.elements?.count == 2)
        }
    }

    @Test("after a rotation both secrets sign for a day, then the new one alone")
    func rotation() async throws {
        try await with { house async throws in
            let id = try house.make()
            let new = try house.ask(.officer, "POST", "/\(id)/rotation", 200)["secret"]?.text
            try house.happen("thing.done", .estate)
            let during = try await house.sent().first?.secrets.map(\.text) ?? []
            #expect(during.count == 2 && during.first == new)
            try house.happen("thing.again", .estate)
            let after = try await house.sent(after: 86_400).first?.secrets.map(\.text)
            #expect(after == [new ?? ""])
        }
    }

    @Test("what fails is tried again under one id by the schedule, given up, retried; 410 ends it")
    func retries() async throws {
        try await with { house async throws in
            let id = try house.make()
            try house.happen("thing.done", .estate)
            house.post.answer(.later("status_500"), times: 10)
            var ids: Set<String> = []
            for wait in [5] + WebhooksOut.waits {
                let sent = try await house.sent(after: wait)
                #expect(sent.count == 1)
                ids.formUnion(sent.map(\.id))
            }
            #expect(ids.count == 1)
            let one = try house.ask(.officer, "GET", "", 200)["webhooks"]?.elements?.first
            #expect(one?["dead"]?.integer == 1 && one?["waiting"]?.integer == 0)
            _ = try house.ask(.officer, "POST", "/\(id)/retry", 204)
            #expect(try await house.sent().map(\.id) == Array(ids))
            try house.happen("thing.last", .estate)
            house.post.answer(.gone)
            #expect(try await house.sent().count == 1)
            let left = try house.ask(.officer, "GET", "", 200)
            #expect(left["webhooks"]?.elements?.isEmpty == true)
            try house.happen("thing.late", .estate)
            #expect(try await house.sent().isEmpty)
        }
    }
}
