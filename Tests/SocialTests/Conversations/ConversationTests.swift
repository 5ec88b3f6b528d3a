internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Conversations, through the wire") struct ConversationTests {
    typealias Estate = FamilyEstate

    @Test("who asks speaks with those who look after it, and reads no name; nobody else knows")
    func story() async throws {
        try await TalkEstate.with { talk async throws in
            let id = try talk.begin(.mother, "悄悄话：几点开始？")
            #expect(try talk.begin(.mother, "要带围裙吗？") == id, "the open one goes on")
            let hers = try talk.shown(.mother, id)
            #expect(hers["conversation"]?["side"]?.text == "asker")
            #expect(hers["conversation"]?["person"] == nil)
            #expect(hers["conversation"]?["title_zh"]?.text == "包粽子")
            let theirs = try talk.shown(.neighbour, id)
            #expect(theirs["conversation"]?["display_name"]?.text == "王小芳")
            #expect(theirs["conversation"]?["unread"]?.integer == 2)
            let reply = try talk.say(.neighbour, id, "七点。")
            #expect(try talk.said(.mother, id) == ["七点。", "要带围裙吗？", "悄悄话：几点开始？"])
            let last = try talk.shown(.mother, id)["messages"]?.elements?.first
            #expect(last?["side"]?.text == "host")
            #expect(last?["author_name"] == nil, "to who asks the other side is one")
            // How far she has read is hers to know; one notice a thread, until she has.
            let until = #"{"until":"\#(reply["id"]?.text ?? "")"}"#
            #expect(
                try talk.shown(.mother, id)["conversation"]?["unread"]?.integer == 1)
            #expect(try talk.estate.told(Estate.neighbour) == ["message.sent"])
            try talk.estate.json(.mother, "PUT", "/conversations/\(id)/reading", until, is: 204)
            #expect(
                try talk.shown(.mother, id)["conversation"]?["unread"]?.integer == 0)
            try talk.say(.neighbour, id, "带。")
            #expect(try talk.estate.told(Estate.mother) == ["message.sent", "message.sent"])
            let notices = try talk.estate.ask(.mother, "GET", "/notices")
            #expect(notices.text.contains("交谈有新消息"))
            // Others find nothing: not who comes, not the offices, not another's key.
            try talk.join(.father)
            for reader in [Estate.Reader.father, .worker, .officer, .grandmother] {
                #expect(try talk.estate.ask(reader, "GET", "/conversations/\(id)").status == 404)
                #expect(try talk.refusal(reader, id) == "404 not-found")
                #expect(try talk.list(reader) == [])
            }
            #expect(
                try talk.count(
                    """
                    SELECT count(*) FROM linli.event
                    WHERE kind = 'message.sent' AND actor_id IS NULL AND about = '{}'
                        AND audience <@ ARRAY['person:' || \(Estate.mother),
                            'person:' || \(Estate.neighbour)]
                    """) == 4)
            try noWords(talk, "悄悄话", "几点开始")
            #expect(talk.api.logged.lines.isEmpty)
        }
    }

    /// None of these stands in clear in what a dump would hold of conversations, events and notices.
    private func noWords(_ talk: TalkEstate, _ words: String...) throws {
        for word in words {
            #expect(
                try talk.count(
                    """
                    SELECT (SELECT count(*) FROM linli.conversation_message AS t
                            WHERE position(convert_to(\(word), 'UTF8') IN body_sealed) > 0
                                OR t::text LIKE \("%\(word)%"))
                        + (SELECT count(*) FROM linli.event AS t WHERE t::text LIKE \("%\(word)%"))
                        + (SELECT count(*) FROM linli.task AS t WHERE t::text LIKE \("%\(word)%"))
                        + (SELECT count(*) FROM linli.notice AS t
                            WHERE t::text LIKE \("%\(word)%"))
                        + (SELECT count(*) FROM linli.idempotency AS t
                            WHERE t::text LIKE \("%\(word)%"))
                    """) == 0, "\(word)")
        }
    }

    @Test("an organiser writes to who takes part alone; a number is left out, and said so")
    func organiser() async throws {
        try await TalkEstate.with { talk async throws in
            func to(_ person: UUID) -> String { #","person":"\#(person)""# }
            #expect(
                try talk.estate.refusal(
                    .neighbour, "POST", "/conversations", talk.wanted("您好", to(Estate.mother)))
                    == "404 not-found")
            #expect(
                try talk.estate.refusal(.neighbour, "POST", "/conversations", talk.wanted("喂"))
                    == "409 conversation-with-oneself")
            try talk.join(.mother)
            let id = try talk.begin(.neighbour, "请打 138-1234-5678", to(Estate.mother))
            let said = try talk.shown(.mother, id)["messages"]?.elements?.first
            #expect(said?["body"]?.text == "请打 ［号码已隐去］")
            #expect(said?["is_masked"] == .bool(true))
            #expect(try talk.list(.mother) == [id])
            // Who helps from now on is in it; who does no more reads what was said until then.
            try talk.estate.json(
                .neighbour, "POST", "/activities/\(talk.activity)/organisers",
                #"{"person":"\#(Estate.father)"}"#)
            try talk.say(.father, id, "我来答")
            let named = try talk.shown(.neighbour, id)["messages"]?.elements?.first
            #expect(named?["author_name"]?.text == "李明")
            try talk.estate.json(
                .neighbour, "DELETE", "/activities/\(talk.activity)/organisers/\(Estate.father)",
                is: 204)
            try talk.say(.mother, id, "好的")
            #expect(try talk.said(.father, id).count == 2)
            #expect(try talk.refusal(.father, id) == "409 conversation-closed")
            // Without a household that is proved nobody writes.
            try talk.estate.run("DELETE FROM linli.proof WHERE level = 'household'")
            #expect(try talk.refusal(.mother, id) == "403 household-needed")
            #expect(talk.api.logged.lines.isEmpty)
        }
    }

    @Test("a message is taken back within five minutes, to the last microsecond; a mark stays")
    func takenBack() async throws {
        try await TalkEstate.with { talk async throws in
            let id = try talk.begin(.mother, "说错了")
            func path(_ message: JSON) -> String {
                "/conversations/\(id)/messages/\(message["id"]?.text ?? "")"
            }
            let first = try #require(try talk.shown(.mother, id)["messages"]?.elements?.first)
            let other = try talk.say(.mother, id, "另一句")
            #expect(try talk.estate.ask(.neighbour, "DELETE", path(first)).status == 404)
            try talk.estate.set("2026-03-01T00:05:00Z", plus: 1)
            #expect(
                try talk.estate.refusal(.mother, "DELETE", path(first)) == "409 take-back-late")
            try talk.estate.set("2026-03-01T00:05:00Z")
            try talk.estate.json(.mother, "DELETE", path(first), is: 204)
            #expect(try talk.estate.ask(.mother, "DELETE", path(first)).status == 404)
            let marks = try talk.shown(.neighbour, id)["messages"]?.elements
            #expect(marks?.map { $0["mark"]?.text } == [nil, "taken_back"])
            #expect(marks?.last?["body"] == nil)
            #expect(
                try talk.count(
                    "SELECT count(*) FROM linli.conversation_message WHERE body_sealed IS NULL")
                    == 1)
            #expect(throws: (any Error).self) {
                try talk.api.database.superuser().run(
                    "UPDATE linli.conversation_message SET side = 'host'")
            }
            #expect(other["is_masked"] == .bool(false))
        }
    }

    @Test("ten messages a minute, and one key says a thing once")
    func limits() async throws {
        try await TalkEstate.with { talk async throws in
            let id = try talk.begin(.mother)
            let path = "/conversations/\(id)/messages"
            for _ in 0..<2 {
                let answer = try talk.estate.ask(
                    .mother, "POST", path, TalkEstate.words("一次"), key: "same")
                #expect(answer.status == 201)
            }
            #expect(try talk.said(.mother, id).count == 2)
            for number in 2..<10 { try talk.say(.mother, id, "第\(number)句") }
            #expect(try talk.refusal(.mother, id) == "429 too-many")
            try talk.estate.set("2026-03-01T00:01:00Z")
            try talk.say(.mother, id, "又可以了")
            let long = String(repeating: "长", count: 1001)
            #expect(
                try talk.estate.refusal(.mother, "POST", path, TalkEstate.words(long))
                    == "400 invalid")
        }
    }

    @Test("it closes a week after the end, when it is left or closed, and is read for 30 days")
    func closing() async throws {
        try await TalkEstate.with { talk async throws in
            let id = try talk.begin(.mother)
            let hers = try talk.join(.father)
            let his = try talk.begin(.father)
            // Leaving, and closing, look alike.
            try talk.estate.json(.father, "POST", "/reservations/\(hers)/cancellation", "{}")
            #expect(try talk.refusal(.father, his) == "409 conversation-closed")
            #expect(try talk.shown(.neighbour, his)["conversation"]?["is_open"] == .bool(false))
            let again = try talk.begin(.father, "还有一个问题")
            #expect(again != his)
            try talk.estate.json(.neighbour, "POST", "/conversations/\(again)/closing", is: 204)
            #expect(
                names(try talk.shown(.father, again)["conversation"])
                    == names(try talk.shown(.father, his)["conversation"]))
            // The meeting ends at 12:30; a week later it closes, at that very instant.
            try talk.estate.set("2026-03-10T12:30:00Z", plus: -1)
            try talk.say(.mother, id, "谢谢")
            try talk.estate.set("2026-03-10T12:30:00Z")
            #expect(try talk.refusal(.mother, id) == "409 conversation-closed")
            #expect(
                try talk.estate.refusal(
                    .grandmother, "POST", "/conversations", talk.wanted("还来得及吗"))
                    == "409 conversation-closed")
            try talk.estate.set("2026-04-09T12:30:00Z", plus: -1)
            #expect(try talk.said(.mother, id).count == 2)
            try talk.estate.set("2026-04-09T12:30:00Z")
            #expect(try talk.estate.ask(.mother, "GET", "/conversations/\(id)").status == 404)
            #expect(try talk.list(.neighbour) == [])
        }
    }

    @Test("a cancelled activity closes what was open about it")
    func cancelled() async throws {
        try await TalkEstate.with { talk async throws in
            let id = try talk.begin(.mother)
            try talk.estate.json(
                .neighbour, "POST", "/activities/\(talk.activity)/cancellation",
                #"{"because":"下雨"}"#)
            #expect(try talk.refusal(.mother, id) == "409 conversation-closed")
            #expect(try talk.refusal(.neighbour, id) == "409 conversation-closed")
            #expect(try talk.said(.mother, id).count == 1)
        }
    }

    @Test("nobody of another estate opens, reads or writes anything here")
    func otherEstate() async throws {
        try await TalkEstate.with { talk async throws in
            let id = try talk.begin(.mother)
            for (method, path, body) in [
                ("GET", "/conversations", nil), ("GET", "/conversations/\(id)", nil),
                ("POST", "/conversations", talk.wanted("你好")),
                ("POST", "/conversations/\(id)/messages", TalkEstate.words("你好")),
                ("POST", "/conversations/\(id)/closing", nil),
            ] as [(String, String, String?)] {
                let answer = try talk.api.request(
                    method, Estate.base + path, as: APIFixture.stranger,
                    key: method == "GET" ? nil : UUID.random(), body: body)
                #expect(answer.status == 404, "\(method) \(path): \(answer.text)")
            }
        }
    }
}

/// The names of the members of an object.
private func names(_ json: JSON?) -> Set<String> {
    guard case .object(let members)? = json else { return [] }
    return Set(members.keys)
}
