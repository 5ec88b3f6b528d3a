internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Calls between the sides of a conversation, through the wire") struct ConversationCallTests {
    typealias Estate = FamilyEstate

    /// A provider of relay numbers: what it was asked, and how it answers.
    private final class Provider: CallRelay {
        private let asked = Locked<[UUID]>([])
        private let refuses: Bool

        init(refuses: Bool = false) { self.refuses = refuses }

        var calls: [UUID] { asked.withLock { $0 } }

        func connect(
            _ call: UUID, from caller: PhoneNumber, to callee: PhoneNumber
        ) async throws -> RelayedCall? {
            asked.withLock { $0.append(call) }
            guard !refuses, caller.e164 == "+8613800000002", callee.e164 == "+8613800000001",
                let until = Instant("2026-03-01T00:30:00Z")
            else { return nil }
            return RelayedCall(number: "02160000000", until: until, between: [caller, callee])
        }
    }

    /// The neighbour has the fixture's other phone; all are verified.
    private func phones(_ talk: TalkEstate) throws {
        try talk.estate.run(
            """
            UPDATE linli.account_identifier SET verified_at = '2026-01-01Z';
            UPDATE linli.person SET account_id = NULL, claimed_at = NULL
                WHERE id = '\(Estate.grandmother)';
            UPDATE linli.session SET account_id = '\(APIFixture.resident)'
                WHERE account_id = '\(APIFixture.id(0xE8))';
            UPDATE linli.person SET account_id = '\(APIFixture.resident)'
                WHERE id = '\(Estate.neighbour)';
            """)
    }

    /// No number of either stands in what is kept and logged.
    private func noNumbers(_ talk: TalkEstate) throws {
        for number in ["13800000001", "13800000002"] {
            #expect(
                try talk.count(
                    """
                    SELECT (SELECT count(*) FROM linli.event AS t WHERE t::text LIKE \("%\(number)%"))
                        + (SELECT count(*) FROM linli.task AS t WHERE t::text LIKE \("%\(number)%"))
                        + (SELECT count(*) FROM linli.conversation_call AS t
                            WHERE t::text LIKE \("%\(number)%"))
                    """) == 0)
            #expect(!talk.api.logged.lines.joined().contains(number))
        }
    }

    @Test("the relay gives a number that is neither's; a repeat gives the same")
    func relayed() async throws {
        let provider = Provider()
        try await TalkEstate.with(relay: provider) { talk async throws in
            try phones(talk)
            let id = try talk.begin(.mother)
            let path = "/conversations/\(id)/calls"
            let answers = try (0..<2).map { _ in
                try talk.estate.ask(.mother, "POST", path, key: "call")
            }
            #expect(answers.map(\.status) == [201, 201], "\(answers[0].text)")
            #expect(answers[0].body == answers[1].body)
            let how = try JSON(parsing: answers[0].body)
            #expect(how["how"]?.text == "relay")
            #expect(how["number"]?.text == "02160000000")
            #expect(provider.calls.count == 2 && Set(provider.calls).count == 1)
            #expect(!answers[0].text.contains("1380000000"))
            #expect(try talk.estate.ask(.father, "POST", path).status == 404)
            try talk.estate.json(.mother, "POST", "/conversations/\(id)/closing", is: 204)
            #expect(
                try talk.estate.refusal(.mother, "POST", path) == "409 conversation-closed")
            try noNumbers(talk)
        }
    }

    @Test(
        "without a relay, or when it refuses, the desk passes the call on",
        arguments: [true, false])
    func desk(isConfigured: Bool) async throws {
        let provider = Provider(refuses: true)
        try await TalkEstate.with(relay: isConfigured ? provider : nil) { talk async throws in
            try phones(talk)
            let id = try talk.begin(.mother)
            let how = try talk.estate.json(
                .mother, "POST", "/conversations/\(id)/calls", is: 201)
            #expect(how["how"]?.text == "desk")
            #expect(how["desk"]?.text == "social_worker")
            #expect(how["number"] == nil)
            let tasks = try talk.estate.ask(.worker, "GET", "/tasks")
            #expect(tasks.text.contains("conversation-call"))
            // The worker reads who it is about, and does not write there.
            #expect(try talk.shown(.worker, id)["conversation"]?["side"]?.text == "desk")
            #expect(try talk.refusal(.worker, id) == "403 conversation-read-only")
            #expect(provider.calls.count == (isConfigured ? 1 : 0))
            try noNumbers(talk)
        }
    }
}
