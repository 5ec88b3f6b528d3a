internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Two persons before an operator of the software reads, through the wire")
struct AccessRequestTests {
    typealias Estate = JoiningEstate

    private static let requests = Estate.base + "/access-requests"

    /// The stranger operates the software, above both estates.
    private static let operatorRow = """
        INSERT INTO linli.account_role_term
            (account_id, id, role, node_id, display_name, begins, ends, because)
        VALUES ('\(APIFixture.stranger)', '\(APIFixture.id(0x95))', 'software_operator',
            '\(APIFixture.id(0xC1))', '运维', '2026-01-01Z', '2027-01-01Z', 'appointed');
        """

    private func ask(
        _ estate: Estate, _ members: String, as reader: Estate.Reader = .stranger
    ) throws -> String {
        let json = try estate.content(
            try estate.ask(
                reader, "POST", Self.requests, #"{\#(members),"because":"无法登录","hours":2}"#), 201)
        return try #require(json["id"]?.text)
    }

    private func decide(
        _ estate: Estate, _ request: String, _ decision: String = "approved",
        announcement: String? = nil, as reader: Estate.Reader = .officer
    ) throws -> TestClient.Answer {
        let more = announcement.map { #","announcement":"\#($0)""# } ?? ""
        return try estate.ask(
            reader, "POST", "\(Self.requests)/\(request)/decision",
            #"{"decision":"\#(decision)"\#(more)}"#)
    }

    private func read(_ estate: Estate, _ person: UUID) throws -> Int {
        try estate.ask(
            .stranger, "GET", Estate.base + "/people/\(person)/record?purpose=support"
        ).status
    }

    private func state(_ estate: Estate, _ request: String) throws -> String? {
        let json = try estate.content(try estate.ask(.officer, "GET", Self.requests))
        return json["requests"]?.elements?.first { $0["id"]?.text == request }?["state"]?.text
    }

    private let wife = #""kind":"person","person":"\#(Estate.wife)""#

    @Test("one person's record opens by a second person, for its hours, and the person knows")
    func one() async throws {
        try await Estate.with(prepare: Self.operatorRow) { estate async throws in
            #expect(try read(estate, Estate.wife) == 404)
            #expect(try estate.told(.officer, "task.raised").isEmpty, "and it has entered")
            let request = try ask(estate, wife)
            #expect(try estate.told(.officer, "task.raised").count == 1)
            #expect(try read(estate, Estate.wife) == 404, "nobody has approved")
            #expect(try decide(estate, request, as: .stranger).status == 404)
            #expect(try decide(estate, request, as: .leader).status == 404)
            #expect(try state(estate, request) == "waiting")
            #expect(try decide(estate, request).status == 204)
            #expect(
                try estate.texts("SELECT outcome FROM linli.task WHERE kind = 'access-second'")
                    == ["approved"])
            #expect(try estate.told(.wife, "access.opened").count == 1, "told at once")
            #expect(try estate.told(.stranger, "access.approved").count == 1)
            #expect(try estate.refusal(try decide(estate, request)) == "409 access-over")
            #expect(try read(estate, Estate.wife) == 200)
            #expect(try read(estate, Estate.husband) == 404, "it is hers alone")
            let proofs = Estate.base + "/people/\(Estate.wife)/proofs"
            #expect(try estate.ask(.stranger, "GET", proofs).status == 404, "of another kind")
            let line = try estate.content(
                try estate.ask(.wife, "GET", Estate.base + "/me/record-reads"))["reads"]?
                .elements?.first
            #expect(line?["role"]?.text == "software_operator")
            #expect(line?["reader_name"]?.text == "运维")
            #expect(line?["request"]?.text == request)
            let ends = APIFixture.start + .seconds(2 * 3600)
            try estate.api.clock.set(ends - .microseconds(1))
            #expect(try read(estate, Estate.wife) == 200)
            try estate.api.clock.set(ends)
            #expect(try read(estate, Estate.wife) == 404)
            #expect(try state(estate, request) == "lapsed")
        }
    }

    @Test("a proof is read under a request of its kind, which is ended early by either side")
    func ended() async throws {
        try await Estate.with(prepare: Self.operatorRow) { estate async throws in
            let proofs = Estate.base + "/people/\(Estate.wife)/proofs"
            for reader in [Estate.Reader.officer, .stranger] {
                let request = try ask(estate, #""kind":"proof","person":"\#(Estate.wife)""#)
                #expect(try decide(estate, request).status == 204)
                let read = try estate.content(try estate.ask(.stranger, "GET", proofs))
                #expect(read["proofs"]?.elements?.count == 1)
                let path = "\(Self.requests)/\(request)"
                #expect(try estate.ask(.wife, "DELETE", path).status == 404)
                #expect(try estate.ask(reader, "DELETE", path).status == 204)
                #expect(try estate.ask(.stranger, "GET", proofs).status == 404)
                let again = try estate.ask(reader, "DELETE", path)
                #expect(try estate.refusal(again) == "409 access-over")
            }
        }
    }

    @Test("the whole estate opens once it is announced, and each is told at the first reading")
    func whole() async throws {
        try await Estate.with(prepare: Self.operatorRow) { estate async throws in
            let request = try ask(estate, #""kind":"person""#)
            let early = try decide(estate, request)
            #expect(try estate.refusal(early) == "422 access-not-announced")
            func announce(_ audience: String) throws -> String {
                let answer = try estate.ask(
                    .officer, "POST", Estate.base + "/announcements",
                    #"""
                    {"audience":[\#(audience)],"title_zh":"系统检修","body_zh":"运维将查阅资料。",
                    "ends":"2026-04-01T00:00:00Z"}
                    """#)
                #expect(answer.status == 201, "\(answer.text)")
                return String(try #require(answer["location"]?.split(separator: "/").last))
            }
            let partial = try announce(#"{"kind":"role","role":"stair_leader"}"#)
            #expect(
                try estate.refusal(try decide(estate, request, announcement: partial))
                    == "422 access-not-announced")
            let announcement = try announce(#"{"kind":"estate"}"#)
            #expect(try decide(estate, request, announcement: announcement).status == 204)
            #expect(try estate.told(.husband, "access.used").isEmpty)
            for _ in 0..<2 { #expect(try read(estate, Estate.husband) == 200) }
            #expect(try estate.told(.husband, "access.used").count == 1)
            #expect(try estate.told(.wife, "access.used").isEmpty)
        }
    }

    @Test("nobody decides alone, nor twice, nor too late; some kinds open to no request")
    func refused() async throws {
        let also = """
            INSERT INTO linli.account_role_term
                (account_id, id, role, node_id, display_name, begins, ends, because)
            VALUES ('\(APIFixture.officer)', '\(APIFixture.id(0x96))', 'software_operator',
                '\(APIFixture.id(0xC1))', '孙干事', '2026-01-01Z', '2027-01-01Z', 'appointed');
            INSERT INTO linli.role_term (estate_id, id, person_id, role, begins, ends, because)
            VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x87))', '\(Estate.wife)',
                'residents_committee', '2026-01-01Z', '2027-01-01Z', 'elected');
            """
        let husband = #""kind":"person","person":"\#(Estate.husband)""#
        try await Estate.with(prepare: Self.operatorRow + also) { estate async throws in
            let own = try ask(estate, husband, as: .officer)
            #expect(try estate.refusal(try decide(estate, own)) == "403 second-person-needed")
            for (members, hours, expected) in [
                (#""kind":"health""#, 2, "422 access-never"),
                (#""kind":"person""#, 25, "400 invalid"),
                (#""kind":"person","person":"\#(APIFixture.id(0x99))""#, 2, "404 not-found"),
            ] {
                let answer = try estate.ask(
                    .stranger, "POST", Self.requests,
                    #"{\#(members),"because":"查","hours":\#(hours)}"#)
                #expect(try estate.refusal(answer) == expected)
            }
            let nobody = try estate.ask(
                .leader, "POST", Self.requests, #"{"kind":"person","because":"查","hours":2}"#)
            #expect(nobody.status == 404)
            let late = try ask(estate, husband)
            try estate.run(
                "UPDATE linli.access_request SET lapses_at = '2026-03-01T00:00:00.000001Z'")
            try estate.api.clock.advance(by: .microseconds(1))
            #expect(try estate.refusal(try decide(estate, late)) == "409 access-over")
            let raced = try ask(estate, husband)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for (reader, decision) in [
                    (Estate.Reader.officer, "approved"), (.wife, "refused"),
                    (.officer, "refused"), (.wife, "approved"),
                ] {
                    group.addTask { try decide(estate, raced, decision, as: reader).status }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }.sorted()
            }
            #expect(statuses == [204, 409, 409, 409])
        }
    }
}
