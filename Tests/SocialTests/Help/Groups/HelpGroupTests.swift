internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Help groups, through the wire: founding, joining, leaving") struct HelpGroupTests {
    typealias Estate = HelpGroupEstate

    @Test("founded, joined at once; members are known to members alone; left at any time")
    func whole() async throws { try await Estate.with { try Self.whole($0) } }

    private static func whole(_ help: Estate) throws {
        #expect(
            try help.said(.mother, "POST", "/help-groups", Estate.words())
                == "403 help-group-level")
        let group = try help.found(places: 2)
        let path = "/help-groups/\(group)"
        let seen = try help.group(.mother, group)
        #expect(seen["side"]?.text == "nobody" && seen["is_free"]?.bool == true)
        #expect(seen["name_zh"]?.text == "早餐互助" && seen["conversation"] == nil)
        #expect(try help.said(.mother, "GET", path + "/members") == "404 not-found")
        #expect(try help.said(.mother, "GET", path + "/shifts") == "404 not-found")
        #expect(try help.said(.mother, "GET", path + "/askings") == "404 not-found")
        #expect(try help.join(.mother, group) == "joined")
        #expect(
            try help.said(.mother, "POST", path + "/members", #"{"monthly_max":1}"#)
                == "409 help-group-member")
        #expect(
            try help.said(.neighbour, "POST", path + "/members", #"{"monthly_max":1}"#)
                == "409 help-group-full")
        #expect(try help.group(.neighbour, group)["is_free"]?.bool == false)
        let members = try help.list(.mother, path + "/members", "members")
        #expect(
            Set(members.compactMap { $0["id"]?.text })
                == [FamilyEstate.father.description, FamilyEstate.mother.description])
        #expect(members.first?["is_steward"]?.bool == true && members.first?["monthly_max"] == nil)
        #expect(try help.told(FamilyEstate.father, "helpGroup.joined") == 1)
        let talk = try help.group(.mother, group)["conversation"]?.text ?? ""
        #expect(
            try help.said(
                .mother, "POST", "/conversations/\(talk)/messages", #"{"body":"几点到？"}"#)
                == "201")
        #expect(
            try help.list(.father, "/conversations", "conversations").map { $0["id"]?.text }
                == [talk])
        #expect(
            try help.said(.father, "DELETE", path + "/members/\(FamilyEstate.mother)") == "204")
        #expect(try help.told(FamilyEstate.mother, "helpGroup.removed") == 1)
        #expect(
            try help.said(
                .mother, "POST", "/conversations/\(talk)/messages", #"{"body":"还在吗"}"#)
                == "409 conversation-closed")
        #expect(try help.said(.mother, "GET", path + "/members") == "404 not-found")
        #expect(try help.said(.father, "DELETE", path) == "204")
        #expect(try help.said(.mother, "GET", path) == "404 not-found")
        #expect(try help.list(.mother, "/help-groups", "groups").isEmpty)
    }

    @Test("an edit needs the version that was read, and leaves room for who is there")
    func edited() async throws { try await Estate.with { try Self.edited($0) } }

    private static func edited(_ help: Estate) throws {
        let group = try help.found()
        for reader in [Estate.Reader.mother, .neighbour] {
            #expect(try help.join(reader, group) == "joined")
        }
        let path = FamilyEstate.base + "/help-groups/\(group)"
        func put(_ tag: String?, _ body: String, as reader: Estate.Reader = .father) throws -> Int {
            try help.tick()
            let fields = help.estate.fields(reader) + (tag.map { [("If-Match", $0)] } ?? [])
            return Int(
                try help.api.request(
                    "PUT", path, key: UUID.random(), fields: fields, body: body
                ).status)
        }
        let tag = try help.estate.ask(.father, "GET", "/help-groups/\(group)")["etag"]
        #expect(tag == "\"1\"")
        #expect(try put(nil, Estate.words()) == 428)
        #expect(try put(tag, Estate.words(), as: .mother) == 404)
        #expect(try put(tag, Estate.words(places: 2)) == 422)
        #expect(try put(tag, Estate.words("application", places: 3)) == 204)
        #expect(try put(tag, Estate.words()) == 412)
        #expect(try help.group(.mother, group)["joining"]?.text == "application")
    }

    @Test("an application: taken, or not; a no is not seen before the fourteen days are over")
    func applied() async throws { try await Estate.with { try Self.applied($0) } }

    private static func applied(_ help: Estate) throws {
        let group = try help.found(.father, "application")
        #expect(try help.join(.mother, group) == "waiting")
        #expect(
            try help.said(
                .mother, "POST", "/help-groups/\(group)/members", #"{"monthly_max":1}"#)
                == "409 help-group-asked")
        let asked = try help.list(.father, "/help-groups/\(group)/askings", "askings")
        let id = try #require(asked.first?["id"]?.text)
        #expect(asked.first?["person"]?.text == FamilyEstate.mother.description)
        let answer = "/help-group-askings/\(id)/answer"
        #expect(try help.said(.mother, "POST", answer, #"{"answer":"yes"}"#) == "404 not-found")
        #expect(try help.said(.father, "POST", answer, #"{"answer":"yes"}"#) == "204")
        #expect(
            try help.said(.father, "POST", answer, #"{"answer":"no"}"#) == "409 help-group-over")
        #expect(try help.group(.mother, group)["side"]?.text == "member")
        #expect(try help.told(FamilyEstate.mother, "helpGroup.taken") == 1)
        // The last microsecond before it lapses, and the instant itself.
        #expect(try help.join(.grandmother, group) == "waiting")
        let since = help.api.clock.now()
        let other = try #require(
            help.list(.father, "/help-groups/\(group)/askings", "askings").first?["id"]?.text)
        try help.api.clock.set(since + .seconds(14 * 86_400) - .microseconds(1))
        #expect(try help.group(.grandmother, group)["asked"]?.text == "waiting")
        try help.api.clock.set(since + .seconds(14 * 86_400))
        #expect(try help.group(.grandmother, group)["asked"] == nil)
        #expect(
            try help.said(
                .father, "POST", "/help-group-askings/\(other)/answer", #"{"answer":"yes"}"#)
                == "409 help-group-over")
        try help.sweep()
        #expect(try help.told(FamilyEstate.grandmother, "helpGroup.notTaken") == 1)
    }

    @Test("who is kept apart from a member sees, byte for byte, what another sees who is not taken")
    func blind() async throws { try await Estate.with { try Self.blind($0) } }

    private static func blind(_ help: Estate) throws {
        let group = try help.found(.father, "application", places: 6)
        #expect(try help.join(.neighbour, group) == "waiting")
        let first = try #require(
            help.list(.father, "/help-groups/\(group)/askings", "askings").first?["id"]?.text)
        #expect(
            try help.said(
                .father, "POST", "/help-group-askings/\(first)/answer", #"{"answer":"yes"}"#)
                == "204")
        try help.block(FamilyEstate.neighbour, FamilyEstate.mother)
        let blocked = try trace(help, .mother, group)
        let other = try trace(help, .grandmother, group)
        #expect(blocked == other)
        #expect(blocked.joined().contains("not_taken"))
    }

    /// What somebody reads of its application to a group, whose steward says no where it sees it.
    private static func trace(
        _ help: Estate, _ reader: Estate.Reader, _ group: String
    ) throws -> [String] {
        let start = APIFixture.start + .seconds(3600 * (reader == .mother ? 100 : 1000))
        let person = reader == .mother ? FamilyEstate.mother : FamilyEstate.grandmother
        try help.api.clock.set(start)
        let paths = ["/help-groups/\(group)", "/help-groups", "/me/help-group-askings"]
        func seen() throws -> [String] {
            try paths.map { try help.estate.ask(reader, "GET", $0).text }
        }
        let asked = try help.estate.ask(
            reader, "POST", "/help-groups/\(group)/members", #"{"monthly_max":3}"#)
        let id = try JSON(parsing: asked.body)["asking"]?.text ?? ""
        var trace = ["\(asked.status) \(asked.text)"] + (try seen())
        let known = try help.list(.father, "/help-groups/\(group)/askings", "askings")
            .contains { $0["id"]?.text == id }
        #expect(known == (reader == .grandmother))
        try help.api.clock.set(start + .seconds(60))
        #expect(
            try help.estate.ask(
                .father, "POST", "/help-group-askings/\(id)/answer", #"{"answer":"no"}"#
            ).status == (known ? 204 : 404))
        trace += try seen()
        try help.api.clock.set(start + .seconds(120))
        let again = try help.estate.ask(
            reader, "POST", "/help-groups/\(group)/members", #"{"monthly_max":3}"#)
        trace.append("\(again.status) \(try JSON(parsing: again.body)["code"]?.text ?? "")")
        try help.api.clock.set(start + .seconds(15 * 86_400))
        try help.sweep()
        trace += try seen()
        trace += try help.estate.texts(
            """
            SELECT kind || ' ' || details::text FROM linli.notice
            WHERE person_id = \(person) AND kind LIKE 'helpGroup%' ORDER BY at
            """)
        trace += try help.estate.texts(
            """
            SELECT kind FROM linli.event
            WHERE 'person:' || \(person.description) = ANY (audience) AND kind LIKE 'helpGroup%'
            ORDER BY event_id
            """)
        // What differs by person and moment alone.
        var texts = trace
        for (number, name) in [
            (person.description, "PERSON"), (id, "ASKING"),
            (start.description, "START"),
            ((start + .seconds(14 * 86_400)).description, "UNTIL"),
            (
                try help.estate.texts(
                    "SELECT display_name FROM linli.person WHERE id = \(person)"
                ).first ?? "", "NAME"
            ),
        ] { texts = texts.map { replaced($0, number, name) } }
        return texts
    }

    private static func replaced(_ text: String, _ old: String, _ new: String) -> String {
        guard !old.isEmpty else { return text }
        var (rest, made) = (Substring(text), "")
        while let range = rest.firstRange(of: old) {
            made += rest[..<range.lowerBound] + new
            rest = rest[range.upperBound...]
        }
        return made + rest
    }

    @Test("an open group that holds somebody back takes nobody at once any more")
    func turned() async throws { try await Estate.with { try Self.turned($0) } }

    private static func turned(_ help: Estate) throws {
        let small = try help.found(places: 6)
        let large = try help.found(places: 7)
        try help.block(FamilyEstate.father, FamilyEstate.mother)
        #expect(try help.join(.mother, small) == "waiting")
        #expect(try help.group(.grandmother, small)["joining"]?.text == "application")
        #expect(try help.join(.grandmother, small) == "waiting")
        #expect(
            try help.list(.father, "/help-groups/\(small)/askings", "askings")
                .map { $0["person"]?.text } == [FamilyEstate.grandmother.description])
        // In a large one both are, and neither sees the other.
        #expect(try help.join(.mother, large) == "joined")
        for (reader, hidden) in [
            (Estate.Reader.mother, FamilyEstate.father), (.father, FamilyEstate.mother),
        ] {
            let seen = try help.list(reader, "/help-groups/\(large)/members", "members")
            #expect(!seen.contains { $0["id"]?.text == hidden.description })
        }
        #expect(try help.told(FamilyEstate.father, "helpGroup.joined") == 0)
    }

    @Test("who is under 18 is no member")
    func children() async throws { try await Estate.with { try Self.children($0) } }

    private static func children(_ help: Estate) throws {
        let group = try help.found()
        try help.estate.run(
            """
            INSERT INTO linli.age (estate_id, person_id, entered_at, turns_14, turns_18)
            VALUES ('\(APIFixture.a)', '\(FamilyEstate.neighbour)', '2026-01-01Z', '2025-01-01',
                '2029-01-01')
            ON CONFLICT (estate_id, person_id) DO UPDATE SET turns_18 = '2029-01-01'
            """)
        #expect(
            try help.said(
                .neighbour, "POST", "/help-groups/\(group)/members", #"{"monthly_max":1}"#)
                == "422 help-group-adults")
        #expect(
            try help.said(.neighbour, "POST", "/help-groups", Estate.words())
                == "403 help-group-level")
    }
}
