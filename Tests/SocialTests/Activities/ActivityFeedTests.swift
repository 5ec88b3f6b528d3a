internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Feeds of activities through the wire") struct ActivityFeedTests {
    typealias Estate = ActivityEstate

    private static let feed = Estate.base + "/occurrences"

    @Test("pages follow one another in order of time, none twice and none left out")
    func pages() async throws {
        try await Estate.with { estate async throws in
            let daily = ["rrule": #""FREQ=DAILY;COUNT=7""#]
            for kind in ["sport", "culture"] {
                _ = try estate.publish(
                    .leader, Estate.body(daily.merging(["kind": #""\#(kind)""#]) { $1 }))
            }
            let seen = try pages(estate, "?limit=3")
            #expect(seen.count == 14 && Set(seen.map(\.1)).count == 14)
            #expect(seen.map(\.0) == seen.map(\.0).sorted())
            let one = try estate.json(.neighbour, "GET", Self.feed + "?kind=culture&limit=100")
            #expect(one["occurrences"]?.elements?.count == 7)
        }
    }

    @Test("a window has what is under way in it, and is bounded")
    func windows() async throws {
        try await Estate.with { estate async throws in
            _ = try estate.publish(
                .leader,
                Estate.body(["place_text": "-", "place": #""\#(Estate.garden)""#]))
            func count(_ query: String) throws -> Int? {
                try estate.json(.neighbour, "GET", Self.feed + query)["occurrences"]?.elements?
                    .count
            }
            let during = "?from=2026-03-03T12:29:59Z&until=2026-03-03T12:40:00Z"
            #expect(try count(during) == 1)
            #expect(try count("?from=2026-03-03T12:30:00Z") == 0)
            #expect(try count("?until=2026-03-03T11:00:00Z") == 0)
            #expect(try count("?place=\(Estate.garden)") == 1)
            #expect(try count("?place=\(Estate.room)") == 0)
            for query in [
                "?until=2026-02-01T00:00:00Z", "?until=2028-01-01T00:00:00Z", "?kind=karaoke",
            ] { #expect(try estate.ask(.neighbour, "GET", Self.feed + query).status == 400) }
        }
    }

    @Test(
        "what has begun and not ended comes first, however long ago it began, on one page or many")
    func underWay() async throws {
        try await Estate.with { estate async throws in
            // When it is 20:00 on 1 March, all but those that end then are there.
            for (starts, ends) in [
                ("2026-03-01T09:00", "2026-03-15T09:00"), ("2026-03-01T10:00", "2026-03-05T10:00"),
                ("2026-03-01T10:00", "2026-03-02T10:00"), ("2026-03-01T13:00", "2026-03-01T20:01"),
                ("2026-03-01T13:30", "2026-03-01T20:00"), ("2026-03-01T14:00", "2026-03-01T20:00"),
                ("2026-03-01T14:00", "2026-03-01T20:01"), ("2026-03-01T19:00", "2026-03-01T21:00"),
                ("2026-03-01T20:00", "2026-03-02T20:00"), ("2026-03-02T08:00", "2026-03-02T09:00"),
            ] {
                _ = try estate.publish(
                    .leader,
                    Estate.body([
                        "starts": #""\#(starts)""#, "ends": #""\#(ends)""#, "place_text": "-",
                        "place": #""\#(Estate.garden)""#,
                    ]))
            }
            try estate.api.clock.set(try #require(Instant("2026-03-01T12:00:00Z")))
            for query in ["", "kind=sport&", "place=\(Estate.garden)&"] {
                for limit in [1, 3, 100] {
                    let begun = try pages(estate, "?\(query)limit=\(limit)").map(\.begins)
                    #expect(
                        begun.map { $0.dropFirst(8).prefix(5) } == [
                            "01T01", "01T02", "01T02", "01T05", "01T06", "01T11", "01T12", "02T00",
                        ], "\(query) \(limit)")
                }
            }
        }
    }

    /// The meetings of a feed, page after page.
    private func pages(
        _ estate: Estate, _ query: String
    ) throws -> [(begins: String, id: String)] {
        var target: String? = Self.feed + query
        var seen: [(begins: String, id: String)] = []
        while let next = target, seen.count < 40 {
            let answer = try estate.ask(.neighbour, "GET", next)
            try #require(answer.status == 200, "\(answer.text)")
            for each in try JSON(parsing: answer.body)["occurrences"]?.elements ?? [] {
                seen.append((each["begins"]?.text ?? "", each["id"]?.text ?? ""))
            }
            target = answer["link"].flatMap {
                $0.split(separator: ">").first.map { String($0.dropFirst()) }
            }
        }
        return seen
    }

    @Test("what is free is the same for everybody, and a lapsed hold is free at its instant")
    func free() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.publish(
                .officer,
                Estate.body([
                    "audience": #"[{"kind":"everyone"}]"#,
                    "seats": #"[{"kind":"adult","total":3},{"kind":"child","total":3}]"#,
                    "overall": "4",
                ]))
            let one = try estate.occurrences(path, as: .officer).first
            let lapses = try #require(Instant("2026-03-01T01:00:00Z"))
            try estate.join(one, [Estate.neighbour, Estate.member], state: "held", until: lapses)
            let readers: [Estate.Reader] = [.leader, .neighbour, .officer, .visitor]
            func free() throws -> [[Int64?]] {
                try readers.map { reader in
                    (try estate.json(reader, "GET", Estate.path(of: one))["seats"]?.elements ?? [])
                        .map { $0["free"]?.integer }
                }
            }
            try estate.api.clock.set(lapses - .microseconds(1))
            #expect(try Set(free()) == [[1, 2]])
            try estate.api.clock.set(lapses)
            #expect(try Set(free()) == [[3, 3]])
        }
    }

    @Test("what concerns me is what I organise, hold or wait for, mine or my beneficiary's")
    func concerning() async throws {
        try await Estate.with { estate async throws in
            let own = try estate.publish(.member, Estate.body())
            let held = try estate.publish(
                .leader,
                Estate.body(["starts": #""2026-03-05T19:00""#, "ends": #""2026-03-05T20:00""#]))
            let waited = try estate.publish(
                .leader,
                Estate.body(["starts": #""2026-03-06T19:00""#, "ends": #""2026-03-06T20:00""#]))
            try estate.join(try estate.occurrences(held).first, [Estate.member])
            try estate.join(
                try estate.occurrences(waited).first, [Estate.member, Estate.neighbour],
                state: "waiting")
            func activities(
                _ reader: Estate.Reader, _ target: String, fields: [(String, String)] = []
            ) throws -> [String] {
                let answer = try estate.ask(reader, "GET", target, fields: fields)
                try #require(answer.status == 200, "\(answer.text)")
                return (try JSON(parsing: answer.body)["occurrences"]?.elements ?? []).map {
                    "\(Estate.path)/\($0["activity"]?.text ?? "")"
                }
            }
            let mine = Self.feed + "?concerning=me"
            #expect(try activities(.member, mine) == [own, held, waited])
            #expect(try activities(.neighbour, mine) == [waited])
            #expect(try activities(.leader, mine) == [held, waited])
            #expect(try estate.ask(.visitor, "GET", mine).status == 401)
            #expect(try activities(.member, Estate.base + "/agenda") == [own, held, waited])
            // The leader, for the member: what is the member's, not what either organises.
            try estate.api.database.superuser().run(
                """
                INSERT INTO linli.delegation (estate_id, id, doer_id, beneficiary_id, scope, begins,
                    ends, because)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x41))', '\(Estate.leader)',
                    '\(Estate.member)', '{activities}', '2026-01-01Z', '2027-01-01Z', 'written')
                """)
            let behalf = [("On-Behalf-Of", "\(Estate.member)")]
            #expect(
                try activities(.leader, Estate.base + "/agenda", fields: behalf) == [held, waited])
        }
    }

    @Test("the feeds are found by their indexes as the serving role, a page at a time")
    func plans() async throws {
        try await Estate.with { estate async throws in
            for (hour, members) in [
                (7, ["kind": #""culture""#]), (8, ["kind": #""learning""#]),
                (9, ["place_text": "-", "place": #""\#(Estate.garden)""#]),
            ] {
                let term = [
                    "starts": #""2026-03-03T0\#(hour):00""#, "ends": #""2026-03-03T0\#(hour):30""#,
                    "rrule": #""FREQ=DAILY;COUNT=400""#,
                ]
                _ = try estate.publish(.leader, Estate.body(term.merging(members) { $1 }))
            }
            let server = try estate.api.database.superuser()
            try server.run("ANALYZE linli.activity_occurrence; ANALYZE linli.capacity")
            let window = APIFixture.start..<APIFixture.start + .seconds(60 * 86_400)
            let serving = try Self.serving(estate)
            for (place, kind, explain, index) in [
                (
                    nil, nil,
                    """
                    EXPLAIN EXECUTE page(NULL, NULL, '2026-02-15Z',
                        '00000000-0000-0000-0000-000000000000', '2026-02-28T18:00Z', '2026-03-01Z',
                        21, '2026-02-28T18:00Z', '00000000-0000-0000-0000-000000000000',
                        '2026-04-30Z', '2026-03-01Z', 21, 21)
                    """, "activity_occurrence_feed"
                ),
                (
                    Estate.garden, nil,
                    """
                    EXPLAIN EXECUTE page('00000000-0000-7000-8000-0000000000a9', NULL,
                        '2026-02-15Z', '00000000-0000-0000-0000-000000000000',
                        '2026-02-28T18:00Z', '2026-03-01Z', 21, '2026-02-28T18:00Z',
                        '00000000-0000-0000-0000-000000000000', '2026-04-30Z', '2026-03-01Z', 21,
                        21)
                    """, "activity_occurrence_at"
                ),
                (
                    nil, "culture",
                    """
                    EXPLAIN EXECUTE page(NULL, 'culture', '2026-02-15Z',
                        '00000000-0000-0000-0000-000000000000', '2026-02-28T18:00Z', '2026-03-01Z',
                        21, '2026-02-28T18:00Z', '00000000-0000-0000-0000-000000000000',
                        '2026-04-30Z', '2026-03-01Z', 21, 21)
                    """, "activity_occurrence_kind"
                ),
            ] as [(UUID?, String?, SQL, String)] {
                let statement = OccurrenceLists.page(
                    window, place: place, kind: kind, after: OccurrencePlace(), count: 21)
                try serving.run("PREPARE page AS \(statement.text)")
                let plan = try serving.run(OneCell<String>(sql: explain))
                try serving.run("DEALLOCATE page")
                Self.check(plan, using: index)
            }
        }
    }

    /// Checks that a page comes from these indexes in order: the only sort is outside of it.
    private static func check(_ plan: [String], using index: String) {
        let text = Comment(rawValue: plan.joined(separator: "\n"))
        for name in [index, "activity_occurrence_long"] {
            #expect(plan.contains { $0.contains("Index Scan using \(name)") }, text)
        }
        let page = plan.drop { !$0.contains("CTE page") }.prefix {
            !$0.contains("CTE Scan on page")
        }
        #expect(!page.contains { $0.contains("Sort  (") }, text)
    }

    /// A connection of the serving role, for the neighbour.
    private static func serving(_ estate: Estate) throws -> BlockingConnection {
        let connection = try BlockingConnection(estate.api.database.connection(as: "linli"))
        for (name, value) in [
            ("linli.instant", "\(estate.api.clock.now().microseconds)"),
            ("linli.principal", "person"), ("linli.estate", "\(APIFixture.a)"),
            ("linli.person", "\(Estate.neighbour)"), ("linli.account", "\(APIFixture.husband)"),
            // So few rows are read fastest whole; the question is whether the index can serve
            // condition and order under row-level security.
            ("enable_seqscan", "off"),
        ] { try connection.run("SELECT set_config('\(name)', '\(value)', false)") }
        return connection
    }
}
