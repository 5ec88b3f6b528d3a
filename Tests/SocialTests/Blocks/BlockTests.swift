internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

@Suite("Blocks, through the wire") struct BlockTests {
    typealias Estate = ParticipationEstate
    private static let blocks = Estate.base + "/me/blocks"

    private func block(_ estate: Estate, _ reader: Estate.Reader, _ other: UUID) throws -> JSON {
        try estate.json(reader, "POST", Self.blocks, is: 201, #"{"person":"\#(other)"}"#)
    }

    private func words(_ estate: Estate, _ reader: Estate.Reader) throws -> [String?] {
        let read = try estate.json(reader, "GET", estate.activity + "/comments")
        return read["comments"]?.elements?.map { $0["body"]?.text } ?? []
    }

    private func say(_ estate: Estate, _ reader: Estate.Reader, _ words: String) throws {
        try estate.json(
            reader, "POST", estate.activity + "/comments", is: 201, #"{"body":"\#(words)"}"#)
    }

    @Test("the answer is the same for anybody, and again; its list is the blocker's alone")
    func blindAnswers() async throws {
        try await Estate.with { estate async throws in
            try say(estate, .leader, "我来")
            let nobody = APIFixture.id(0x9999)
            let first = try block(estate, .neighbour, Estate.leader)
            let unknown = try block(estate, .neighbour, nobody)
            #expect(first["begins"]?.text == unknown["begins"]?.text)
            #expect(names(first) == names(unknown))
            let again = try block(estate, .neighbour, Estate.leader)
            #expect(again["id"]?.text == first["id"]?.text)
            #expect(
                try estate.refusal(
                    .neighbour, Self.blocks, #"{"person":"\#(Estate.neighbour)"}"#) == "invalid")
            #expect(try estate.refusal(.neighbour, Self.blocks, #"{"person":"x"}"#) == "invalid")
            // A name is shown of whom the blocker had been shown.
            let list = try estate.json(.neighbour, "GET", Self.blocks)["blocks"]?.elements ?? []
            #expect(list.map { $0["display_name"]?.text } == ["张三", nil])
            #expect(
                try estate.json(.leader, "GET", Self.blocks)["blocks"]?.elements?.isEmpty == true)
            let path = Self.blocks + "/\(first["id"]?.text ?? "")"
            #expect(try estate.ask(.leader, "DELETE", path).status == 404)
            #expect(try estate.ask(.neighbour, "DELETE", path).status == 204)
            #expect(try estate.ask(.neighbour, "DELETE", path).status == 404)
            // Its events say nothing of the other, and nobody was told.
            #expect(try estate.events("block.set") == 2)
            #expect(
                try estate.estate.count(
                    """
                    SELECT count(*) FROM linli.event WHERE kind LIKE 'block.%'
                        AND concat(about, audience, payload) LIKE \("%\(Estate.leader)%")
                    """) == 0)
            #expect(try estate.told(Estate.leader) == [])
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("neither is shown what the other says, nor its name; what is counted stays the same")
    func shownToNeither() async throws {
        try await Estate.with { estate async throws in
            let made = try estate.join(.leader)
            let set = try block(estate, .leader, Estate.neighbour)
            try say(estate, .leader, "要带围裙吗？")
            try say(estate, .neighbour, "不用。")
            try say(estate, .member, "好")
            #expect(try words(estate, .leader) == ["好", "要带围裙吗？"])
            #expect(try words(estate, .neighbour) == ["好", "不用。"])
            #expect(try words(estate, .member) == ["好", "不用。", "要带围裙吗？"])
            // The organiser is told of what the third one says, and of nothing else.
            #expect(try estate.told(Estate.neighbour) == ["comment.added"])
            let shown = try #require(
                try estate.json(.leader, "GET", estate.activity)["activity"])
            #expect(shown["organiser"] == nil)
            #expect(shown["organisers"]?.elements?.isEmpty == true)
            #expect(shown["organiser_names"]?.elements?.isEmpty == true)
            let others = try #require(
                try estate.json(.member, "GET", estate.activity)["activity"])
            #expect(others["organiser_names"]?.elements?.map(\.text) == ["李明"])
            // The activity stays open to both: the place is held, and everybody counts it.
            let seats = try [Estate.Reader.leader, .member, .neighbour].map {
                try estate.json($0, "GET", estate.meeting)["seats"]
            }
            #expect(Set(seats).count == 1)
            let target = estate.meeting + "/participants"
            let list = try estate.json(.neighbour, "GET", target)
            #expect(list["participants"]?.elements?.isEmpty == true)
            let sum = try #require(list["summary"]?.elements?.first)
            #expect(sum["kind"]?.text == "adult" && sum["confirmed"]?.integer == 1)
            // Who stands at the door with a code is noted all the same.
            try estate.api.clock.set(Estate.begins)
            let code = try estate.json(
                .leader, "POST", estate.path(made) + "/codes", is: 201,
                #"{"person":"\#(Estate.leader)","step":"in"}"#)
            try estate.json(
                .neighbour, "POST", estate.meeting + "/attendance",
                #"{"code":"\#(code["code"]?.text ?? "")"}"#)
            try estate.json(
                .leader, "DELETE", Self.blocks + "/\(set["id"]?.text ?? "")", is: 204)
            #expect(try words(estate, .neighbour).count == 3)
            let after = try estate.json(.neighbour, "GET", target)
            #expect(after["participants"]?.elements?.count == 1)
            #expect(after["summary"]?.elements?.first?["here"]?.integer == 1)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("an organiser's list is without some who are not kept apart, so that it tells of nobody")
    func unlisted() async throws {
        try await Estate.with(adults: 7, live: true) { estate async throws in
            _ = try block(estate, .leader, Estate.neighbour)
            let member = try estate.join(.member)
            _ = try estate.join(.leader)
            _ = try estate.join(.officer)
            try estate.change(
                """
                UPDATE linli.listing_rule SET unlisted_permille = 500, seed = (
                    SELECT s.seed
                    FROM (SELECT gen_random_uuid() AS seed FROM generate_series(1, 1000)) AS s
                    WHERE linli.company_draw(s.seed, '\(Estate.neighbour)', '\(Estate.member)') < 500
                        AND linli.company_draw(s.seed, '\(Estate.neighbour)', (
                            SELECT p.id FROM linli.person AS p
                            WHERE p.account_id = '\(APIFixture.officer)')) >= 500
                    LIMIT 1)
                """)
            let target = estate.meeting + "/participants"
            let list = try estate.json(.neighbour, "GET", target)
            #expect(
                list["participants"]?.elements?.map { $0["display_name"]?.text } == ["孙干事"])
            #expect(list["summary"]?.elements?.first?["confirmed"]?.integer == 3)
            // Nor is the booking in the organiser's events; it is in those of who booked.
            let count = try estate.estate.count("SELECT count(*) FROM linli.event") ?? 0
            try await estate.estate.numbered(count)
            func bookings(_ reader: Estate.Reader) throws -> Int {
                let page = try estate.json(reader, "GET", EventServing.path + "?limit=100")
                return page["items"]?.elements?
                    .count { $0["kind"]?.text == "reservation.confirmed" } ?? 0
            }
            #expect(try bookings(.neighbour) == 1)
            #expect(try bookings(.member) == 1)
            let feed = try estate.estate.connect(job: "feed")
            let seen = try feed.run(
                OneCell<Int64>(
                    sql: """
                        SELECT count(*)
                        FROM linli.visible_events(0, \(count), \([Estate.neighbour]), false) AS v
                        JOIN linli.event AS e ON e.estate_id = linli.estate_id() AND e.seq = v.seq
                        WHERE e.kind = 'reservation.confirmed'
                        """))
            #expect(seen == [1])
            // The door takes the code of whoever comes.
            try estate.api.clock.set(Estate.begins)
            let code = try estate.json(
                .member, "POST", estate.path(member) + "/codes", is: 201,
                #"{"person":"\#(Estate.member)","step":"in"}"#)
            try estate.json(
                .neighbour, "POST", estate.meeting + "/attendance",
                #"{"code":"\#(code["code"]?.text ?? "")"}"#)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("what one does is in no event that the other reads, but on duty")
    func events() async throws {
        try await Estate.with(live: true) { estate async throws in
            _ = try block(estate, .leader, Estate.neighbour)
            try say(estate, .leader, "要带围裙吗？")
            try say(estate, .member, "好")
            let count = try estate.estate.count("SELECT count(*) FROM linli.event") ?? 0
            try await estate.estate.numbered(count)
            func kinds(_ reader: Estate.Reader) throws -> [String?] {
                let page = try estate.json(
                    reader, "GET", EventServing.path + "?limit=100")
                return page["items"]?.elements?.map { $0["kind"]?.text }
                    .filter { $0?.hasPrefix("comment") == true } ?? []
            }
            #expect(try kinds(.leader).count == 2)
            #expect(try kinds(.member).count == 2)
            #expect(try kinds(.neighbour).count == 1)
            // The stream's question of many readers at once, as the job asks it.
            let feed = try estate.estate.connect(job: "feed")
            let seen = try feed.run(
                OneCell<Int64>(
                    sql: """
                        SELECT count(*)
                        FROM linli.visible_events(0, \(count),
                            \([Estate.leader, Estate.member, Estate.neighbour]), false) AS v
                        JOIN linli.event AS e ON e.estate_id = linli.estate_id() AND e.seq = v.seq
                        WHERE e.kind = 'comment.added' AND v.person_id = \(Estate.neighbour)
                        """))
            #expect(seen == [1])
        }
    }

    @Test("small company never brings the two together, and who is left out sees what others see")
    func smallCompany() async throws {
        try await Estate.with(adults: 3, organiser: .member) { estate async throws in
            _ = try block(estate, .leader, Estate.neighbour)
            #expect(try estate.join(.leader)["state"]?.text == "confirmed")
            // A place is free, and the list gives it: to everybody else, not to the one kept apart.
            let left = try estate.join(.neighbour)
            let other = try estate.join(.officer)
            #expect(left["state"]?.text == "waiting")
            #expect(other["state"]?.text == "waiting")
            #expect(names(left) == names(other))
            for reader in [Estate.Reader.leader, .member, .neighbour, .officer] {
                let seats = try estate.json(reader, "GET", estate.meeting)["seats"]?.elements
                #expect(seats?.first?["free"]?.integer == 0, "\(reader)")
            }
            try await estate.settle()
            let (mine, theirs) = (
                try estate.json(.neighbour, "GET", estate.path(left)),
                try estate.json(.officer, "GET", estate.path(other))
            )
            #expect(mine["state"]?.text == "waiting")
            #expect(theirs["state"]?.text == "offered")
            try estate.json(.officer, "POST", estate.path(other) + "/acceptance", "{}")
            // Leaving and coming again changes nothing, and tells nothing.
            try estate.json(.neighbour, "POST", estate.path(left) + "/cancellation", "{}")
            let seats = try estate.json(.neighbour, "GET", estate.meeting)["seats"]?.elements
            #expect(seats?.first?["free"]?.integer == 0)
            #expect(try estate.join(.neighbour)["state"]?.text == "waiting")
            try await estate.settle()
            #expect(try estate.told(Estate.neighbour) == [])
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("a large company stays open to both; the share of lists turns with a booking")
    func largeCompany() async throws {
        try await Estate.with(adults: 7, organiser: .member) { estate async throws in
            _ = try block(estate, .leader, Estate.neighbour)
            #expect(try estate.join(.leader)["state"]?.text == "confirmed")
            #expect(try estate.join(.neighbour)["state"]?.text == "confirmed")
            // The officer's person comes to be when it first enters.
            try estate.json(.officer, "GET", estate.meeting)
            try estate.change(
                """
                INSERT INTO linli.company_rule (estate_id, list_permille, left_out_permille, seed)
                SELECT '\(APIFixture.a)', 1000, 0, s.seed
                FROM (SELECT gen_random_uuid() AS seed FROM generate_series(1, 1000)) AS s,
                    linli.capacity AS c
                WHERE linli.company_draw(s.seed, c.id, c.thing_id) % 8 = 2
                    AND linli.company_draw(s.seed, c.id, (SELECT p.id FROM linli.person AS p
                        WHERE p.account_id = '\(APIFixture.officer)')) < 500
                LIMIT 1
                """)
            let turned = try estate.join(.officer)
            #expect(turned["state"]?.text == "waiting")
            try await estate.settle()
            let offered = estate.path(turned)
            #expect(try estate.json(.officer, "GET", offered)["state"]?.text == "offered")
            // Whom the draw leaves out is offered no place, and nothing says so.
            try estate.json(.officer, "POST", offered + "/cancellation", "{}")
            try estate.change("UPDATE linli.company_rule SET left_out_permille = 500")
            let left = try estate.join(.officer)
            #expect(left["state"]?.text == "waiting")
            try await estate.settle()
            let path = estate.path(left)
            #expect(try estate.json(.officer, "GET", path)["state"]?.text == "waiting")
        }
    }
}

/// The names of the members of an object.
private func names(_ json: JSON) -> Set<String> {
    guard case .object(let members) = json else { return [] }
    return Set(members.keys)
}

extension ParticipationEstate {
    /// Offers what is free, as the sweep does.
    func settle() async throws {
        let shard = api.server.shard
        try await Task { try await shard.settleAll() }.value
    }
}

extension Shard {
    fileprivate func settleAll() async throws {
        guard let database = local(Database.self) else { return }
        let clock = Platform.Clock.settable(at: APIFixture.start, scale: 0)
        let ids = UUIDGenerator(clock: clock)
        let sweep = Principal.job("reservation-sweep", estate: APIFixture.a)
        try await database.write(sweep) { tx in
            for id in try await tx.run(OneCell<UUID>(sql: "SELECT id FROM linli.capacity")) {
                _ = try await Reservations(in: tx, for: ActivityFeature(), ids: ids).settle(id)
            }
        }
    }
}
