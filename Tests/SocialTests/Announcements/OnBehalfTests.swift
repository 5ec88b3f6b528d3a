internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

@Suite("Acting for another, through the wire") struct OnBehalfTests {
    typealias Estate = AnnouncementEstate

    /// The husband of the other stair, who has a household; the stair leader acts for him.
    private static let beneficiary = APIFixture.id(0xF4)
    private static let leaderPerson = APIFixture.id(0xF1)
    private static let inbox = "/api/v1/estates/\(APIFixture.a)/inbox"
    private static let begins = Instant("2026-02-01T00:00:00Z") ?? .epoch
    private static let ends = Instant("2026-03-02T00:00:00Z") ?? .epoch

    private static func field(_ person: UUID = beneficiary) -> [(String, String)] {
        [("On-Behalf-Of", person.description)]
    }

    /// A delegation of the leader, with this scope and term, in this estate.
    private func delegate(
        _ estate: Estate, scope: String = "announcements", begins: Instant = begins,
        ends: Instant = ends, id: UInt64 = 0x41
    ) throws {
        _ = try estate.api.database.superuser().run(
            Delegation(
                id: APIFixture.id(id), doer: Self.leaderPerson, beneficiary: Self.beneficiary,
                scope: [scope], begins: begins, ends: ends))
    }

    private struct Delegation: Command {
        var id: UUID
        var doer: UUID
        var beneficiary: UUID
        var scope: [String]
        var begins: Instant
        var ends: Instant

        var sql: SQL {
            """
            INSERT INTO linli.delegation
                (estate_id, id, doer_id, beneficiary_id, scope, begins, ends, because)
            VALUES (\(APIFixture.a), \(id), \(doer), \(beneficiary), \(scope), \(begins), \(ends),
                'registry')
            """
        }
    }

    private func code(_ answer: TestClient.Answer) throws -> String? {
        try JSON(parsing: answer.body)["code"]?.text
    }

    @Test(
        "who is covered reads the other's inbox and marks as read, and no more than the other may")
    func covered() async throws {
        try await Estate.with { estate async throws in
            try delegate(estate)
            let path = try estate.publish(.officer, to: Estate.place(Estate.otherStair))
            _ = try estate.publish(.leader, to: Estate.place(Estate.stair))
            let own = try estate.ask(.leader, "GET", Self.inbox).text
            #expect(own.contains(Estate.stair.description))
            #expect(!own.contains(Estate.otherStair.description))
            let other = try estate.ask(.leader, "GET", Self.inbox, fields: Self.field())
            #expect(other.status == 200, "\(other.text)")
            #expect(!other.text.contains(Estate.stair.description))
            #expect(other.text.contains(Estate.otherStair.description))
            // Without the beneficiary it is none of the leader's.
            let alone = try estate.ask(.leader, "PUT", path + "/receipt", key: "0")
            #expect(alone.status == 404)
            for _ in 0..<2 {
                let done = try estate.ask(
                    .leader, "PUT", path + "/receipt", key: "1", fields: Self.field())
                #expect(done.status == 204, "\(done.text)")
            }
            #expect(
                try estate.ask(.leader, "GET", Self.inbox, fields: Self.field()).text
                    == #"{"announcements":[]}"#)
            #expect(
                try estate.ask(.neighbour, "GET", Self.inbox).text == #"{"announcements":[]}"#)
            let counts = try estate.ask(.officer, "GET", path + "/readers").text
            #expect(counts.contains(#""households_read":1,"households_current":1"#), "\(counts)")
            // One key stands for one beneficiary.
            let reused = try estate.ask(.leader, "PUT", path + "/receipt", key: "1")
            #expect(reused.status == 422)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("the two sides find a delegation by name until it ends, and nobody else does")
    func listed() async throws {
        try await Estate.with { estate async throws in
            try delegate(estate)
            let path = "/api/v1/estates/\(APIFixture.a)/delegations"
            func list(_ reader: Estate.Reader) throws -> [JSON]? {
                try JSON(parsing: estate.ask(reader, "GET", path).body)["delegations"]?.elements
            }
            for reader in [Estate.Reader.leader, .neighbour] {
                let one = try #require(try list(reader)?.first)
                #expect(one["doer"]?.text == Self.leaderPerson.description)
                #expect(one["beneficiary"]?.text == Self.beneficiary.description)
                #expect(one["doer_name"]?.text == "张三")
                #expect(one["beneficiary_name"]?.text == "李明")
                #expect(one["scope"]?.elements?.map(\.text) == ["announcements"])
            }
            for reader in [Estate.Reader.member, .officer] { #expect(try list(reader) == []) }
            #expect(try estate.ask(.stranger, "GET", path).status == 404)
            try estate.api.clock.set(Self.ends)
            #expect(try list(.leader) == [])
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("the event names doer and beneficiary, and both see it; a third person does not")
    func event() async throws {
        try await Estate.with(live: true) { estate async throws in
            try delegate(estate)
            let path = try estate.publish(.officer, to: #"{"kind":"estate"}"#)
            for (key, fields) in [("1", Self.field()), ("2", [])] {
                let done = try estate.ask(
                    .leader, "PUT", path + "/receipt", key: key, fields: fields)
                #expect(done.status == 204)
            }
            let rows = try estate.api.database.superuser().run(
                OneCell<String>(
                    sql: """
                        SELECT concat_ws(' ', actor_id, coalesce(beneficiary_id::text, '-'),
                            array_to_string(about, ','), array_to_string(audience, ','))
                        FROM linli.event WHERE kind = 'announcement.received' ORDER BY id
                        """))
            let (doer, other) = (Self.leaderPerson, Self.beneficiary)
            #expect(
                rows == [
                    "\(doer) \(other) \(other) person:\(doer),person:\(other)",
                    "\(doer) -  person:\(doer)",
                ])
            try await estate.numbered(3)
            for (reader, count) in [
                (Estate.Reader.leader, 2), (.neighbour, 1), (.member, 0), (.officer, 0),
            ] {
                let events = try estate.ask(reader, "GET", EventServing.path).text
                let seen = events.split(separator: "announcement.received").count - 1
                #expect(seen == count, "\(reader)")
            }
            let page = try JSON(parsing: estate.ask(.neighbour, "GET", EventServing.path).body)
            let event = page["items"]?.elements?.last
            #expect(event?["actor"]?.text == doer.description)
            #expect(event?["beneficiary"]?.text == other.description)
        }
    }

    @Test("a delegation is void before it begins and from the instant at which it ends")
    func term() async throws {
        try await Estate.with { estate async throws in
            let begins = APIFixture.start + .seconds(60)
            try delegate(estate, begins: begins)
            let path = try estate.publish(.officer, to: #"{"kind":"estate"}"#) + "/receipt"
            func ask(_ key: String) throws -> TestClient.Answer {
                try estate.ask(.leader, "PUT", path, key: key, fields: Self.field())
            }
            for (instant, status) in [
                (begins - .microseconds(1), 403), (begins, 204),
                (Self.ends - .microseconds(1), 204), (Self.ends, 403),
            ] {
                try estate.api.clock.set(instant)
                let read = try estate.ask(.leader, "GET", Self.inbox, fields: Self.field())
                let write = try ask("\(instant)")
                #expect(read.status == (status == 204 ? 200 : 403), "\(instant)")
                #expect(write.status == status, "\(instant)")
                guard status == 403 else { continue }
                #expect(try code(read) == "delegation-lacking")
                #expect(try code(write) == "delegation-lacking")
                #expect(!read.text.contains("停水"))
            }
            // What was done keeps its answer under its key.
            #expect(try ask("\(begins)").status == 204)
            #expect(try estate.count("SELECT count(*) FROM linli.announcement_receipt") == 1)
        }
    }

    @Test("another scope is told to the doer; no delegation and no person look the same")
    func refused() async throws {
        try await Estate.with { estate async throws in
            try delegate(estate, scope: "activities")
            let path = try estate.publish(.officer, to: #"{"kind":"estate"}"#) + "/receipt"
            func both(
                _ reader: Estate.Reader, _ person: UUID
            ) throws -> [(status: Int, code: String?, detail: String?)] {
                let fields = Self.field(person)
                return try [
                    estate.ask(reader, "GET", Self.inbox, fields: fields),
                    estate.ask(reader, "PUT", path, key: UUID.random(), fields: fields),
                ].map { ($0.status, try code($0), try JSON(parsing: $0.body)["detail"]?.text) }
            }
            for answer in try both(.leader, Self.beneficiary) {
                #expect(answer.status == 403 && answer.code == "delegation-lacking")
            }
            let unknown = APIFixture.id(0x99)
            let elsewhere = APIFixture.id(0xF2)
            let nobody = try both(.leader, unknown)[0].detail
            for (reader, person) in [
                (Estate.Reader.leader, unknown), (.leader, elsewhere),
                (.leader, APIFixture.id(0xF3)),
                (.member, Self.beneficiary), (.officer, Self.beneficiary),
                (.neighbour, Self.leaderPerson),
            ] {
                for answer in try both(reader, person) {
                    #expect(answer.status == 404 && answer.code == "not-found", "\(reader)")
                    #expect(answer.detail == nobody)
                }
            }
            #expect(try estate.count("SELECT count(*) FROM linli.announcement_receipt") == 0)
            // The narrower one beside it counts, however the two stand.
            try delegate(estate, id: 0x42)
            let done = try estate.ask(.leader, "GET", Self.inbox, fields: Self.field())
            #expect(done.status == 200)
        }
    }

    @Test("what declares no scope is never done for another, and a word that is no id is refused")
    func undeclared() async throws {
        try await Estate.with { estate async throws in
            try delegate(estate)
            let everyone = Estate.draft(to: #"{"kind":"everyone"}"#)
            for (method, target, body) in [
                ("GET", "/api/v1/me", nil), ("GET", Estate.path, nil),
                ("GET", "/api/v1/me/inbox", nil),
                ("POST", Estate.path, everyone),
            ] as [(String, String, String?)] {
                let answer = try estate.ask(
                    .leader, method, target, key: "k", fields: Self.field(), body: body)
                #expect(answer.status == 400, "\(target)")
                #expect(try code(answer) == "not-for-another", "\(target)")
            }
            for word in ["", "x", "\(Self.beneficiary), \(Self.beneficiary)", "邻居"] {
                let answer = try estate.ask(
                    .leader, "GET", Self.inbox, fields: [("On-Behalf-Of", word)])
                #expect(answer.status == 400, "\(word)")
                #expect(try code(answer) == "invalid", "\(word)")
            }
            let self1 = try estate.ask(
                .leader, "GET", Self.inbox, fields: Self.field(Self.leaderPerson))
            #expect(self1.status == 200)
            #expect(try estate.count("SELECT count(*) FROM linli.announcement") == 0)
        }
    }

    @Test("the database lets nobody name another beneficiary, nor act on without cover")
    func database() async throws {
        try await Estate.with { estate async throws in
            try delegate(estate)
            let path = try estate.publish(.officer, to: Estate.place(Estate.otherStair))
            let id = try #require(path.split(separator: "/").last.flatMap { UUID($0) })
            let shard = estate.api.server.shard
            try await Task(executorPreference: shard.loop) { try await shard.forge(id) }.value
        }
    }
}

extension Shard {
    fileprivate func forge(_ announcement: UUID) async throws {
        guard let database = local(Database.self) else { return }
        let leader = Principal.person(
            estate: APIFixture.a, person: APIFixture.id(0xF1), account: APIFixture.resident)
        let other = APIFixture.id(0xF4)
        let event: SQL = """
            SELECT linli.append_event(\(APIFixture.id(0x51)), 'test.forged', ARRAY['public'],
                ARRAY[]::uuid[], '{}', \(other))
            """
        await #expect(throws: PostgresError.self) {
            try await database.write(leader) { tx in try await tx.execute(event) }
        }
        let seen: SQL = """
            SELECT count(*) FROM linli.announcement WHERE id = \(announcement)
            """
        let covered = try await database.read(
            leader, ActFor(other, .announcements), OneCell<Int64>(sql: seen))
        #expect(covered.0 == [.covered] && covered.1 == [1])
        let unknown = try await database.read(
            leader, ActFor(APIFixture.id(0xF3), .announcements), OneCell<Int64>(sql: seen))
        #expect(unknown.0 == [.unknown] && unknown.1 == [0])
        // The next transaction on that connection acts for nobody else.
        #expect(try await database.read(leader, OneCell<Int64>(sql: seen)) == [0])
    }
}
