internal import Platform
internal import Support
internal import Testing

@testable internal import Social

@Suite("The visits of a pair, through the wire") struct PairedVisitsTests {
    typealias Estate = PairedEstate

    private static func away(
        _ person: UUID, _ begins: String, _ ends: String = "infinity", kind: String = "away"
    ) -> String {
        """
        INSERT INTO linli.absence (estate_id, id, person_id, kind, begins, ends, set_by, set_at)
        VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(person)', '\(kind)', '\(begins)',
            '\(ends)', '\(person)', '2026-03-01Z')
        """
    }

    @Test("other times are told, and planned anew from tomorrow on; each cadence keeps its days")
    func cadence() async throws {
        try await Estate.with { pair async throws in
            let pairing = try await pair.begun()
            let path = "/pairings/\(pairing)/cadence"
            let body = #"{"cadence":"fortnightly","weekday":5,"minute":900,"minutes":90}"#
            let read = try pair.tag(.neighbour, pairing)
            #expect(try pair.said(.neighbour, "PUT", path, body) == "428 if-match-missing")
            #expect(try pair.said(.father, "PUT", path, body, match: read) == "404 not-found")
            #expect(try pair.said(.worker, "PUT", path, body, match: read) == "404 not-found")
            #expect(try pair.said(.neighbour, "PUT", path, body, match: read) == "204")
            #expect(try pair.estate.told(Estate.elder).contains("pairing.changed"))
            try await pair.tend()
            #expect(try pair.visits("planned") == ["03-06 15:00", "03-20 15:00"])
            // Who has not seen that does not undo it.
            let monthly = #"{"cadence":"monthly","weekday":1,"minute":600}"#
            #expect(
                try pair.said(.grandmother, "PUT", path, monthly, match: read)
                    == "412 changed-meanwhile")
            #expect(try pair.visits("planned") == ["03-06 15:00", "03-20 15:00"])
            let now = try pair.tag(.grandmother, pairing)
            #expect(try pair.said(.grandmother, "PUT", path, monthly, match: now) == "204")
            try pair.at("2026-04-20T00:00:00Z")
            try await pair.tend()
            #expect(try pair.visits("planned") == ["05-04 10:00"])
        }
    }

    @Test(
        "the visits of four weeks are one notice to each, with the first and how many; one is one")
    func toldOnce() async throws {
        try await Estate.with { pair async throws in
            let pairing = try await pair.begun()
            #expect(try pair.visits("planned").count == 4)
            #expect(
                try pair.count(
                    "SELECT count(*) FROM linli.event WHERE kind = 'helpVisit.planned'") == 4)
            for reader in [Estate.Reader.neighbour, .grandmother] {
                let list = try pair.estate.json(reader, "GET", "/notices")["notices"]?.elements
                let told = (list ?? []).filter {
                    $0["kind"]?.text?.hasPrefix("helpVisit.planned") == true
                }
                #expect(told.count == 1, "\(reader)")
                #expect(told.first?["text_zh"]?.text?.contains("4 次") == true)
                #expect(told.first?["text_zh"]?.text?.contains("3月4日 10:00") == true)
                #expect(told.first?["text_en"]?.text?.contains("4 times") == true)
            }
            // A week later the one that is new is told of as one.
            try pair.at("2026-03-07T00:00:00Z")
            try await pair.tend()
            #expect(try pair.state(.neighbour, pairing) == "trial")
            #expect(
                try pair.estate.told(Estate.elder).filter { $0.hasPrefix("helpVisit.planned") }
                    == ["helpVisit.plannedSeries", "helpVisit.planned"])
        }
    }

    @Test("a rest ends nothing: its visits fall out, and come back when it is over")
    func pause() async throws {
        try await Estate.with { pair async throws in
            let pairing = try await pair.begun()
            let path = "/pairings/\(pairing)/pause"
            #expect(
                try pair.said(.grandmother, "PUT", path, #"{"until":"2026-03-11"}"#) == "204")
            try await pair.tend()
            #expect(try pair.visits("planned") == ["03-18 10:00", "03-25 10:00"])
            #expect(try pair.shown(.neighbour, pairing)["paused_until"]?.text == "2026-03-11")
            #expect(try pair.state(.neighbour, pairing) == "trial")
            #expect(try pair.said(.neighbour, "PUT", path, "{}") == "204")
            try await pair.tend()
            #expect(try pair.visits("planned").first == "03-04 10:00")
            #expect(try pair.visits("planned").count == 4)
        }
    }

    @Test("in hospital nothing is planned and nothing ends; home again the visits are there")
    func hospital() async throws {
        try await Estate.with { pair async throws in
            let pairing = try await pair.begun()
            try pair.estate.run(
                Self.away(Estate.elder, "2026-03-01T00:00Z", "2026-03-12Z", kind: "in_hospital"))
            try pair.at("2026-03-01T00:20:00Z")
            try await pair.tend()
            #expect(try pair.visits("planned") == ["03-18 10:00", "03-25 10:00"])
            #expect(try pair.state(.neighbour, pairing) == "trial")
            try pair.estate.run("DELETE FROM linli.absence")
            try pair.at("2026-03-01T00:40:00Z")
            try await pair.tend()
            #expect(try pair.visits("planned").count == 4)
        }
    }

    @Test("where the hour is taken the visit moves to the next free day, or is not fixed")
    func busy() async throws {
        let visit: (Int, Int) -> String = { number, day in
            """
            INSERT INTO linli.help_visit (estate_id, id, source, source_id, kind, helper_id,
                person_id, begins, ends, state, planned_at)
            VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x800 + UInt64(number)))', 'request',
                '\(APIFixture.id(0x800))', 'company', '\(Estate.helper)',
                '\(FamilyEstate.father)', '2026-03-\(day)T02:00Z', '2026-03-\(day)T03:00Z',
                'planned', '2026-03-01Z');
            """
        }
        let rows = ([11, 18, 19, 20, 21].enumerated().map { visit($0, $1) }).joined()
        try await Estate.with(prepare: rows) { pair async throws in
            let pairing = try await pair.begun()
            #expect(
                try pair.visits("planned") == ["03-04 10:00", "03-12 10:00", "03-25 10:00"])
            let shown = try pair.shown(.grandmother, pairing)
            #expect(shown["unfixed"]?.elements?.compactMap(\.text) == ["2026-03-18"])
            // The hour is free again: it is fixed after all.
            try pair.estate.run(
                "UPDATE linli.help_visit SET state = 'cancelled', closed_at = planned_at, "
                    + "because = 'ill' WHERE begins = '2026-03-18T02:00Z'")
            try pair.at("2026-03-01T01:00:00Z")
            try await pair.tend()
            #expect(try pair.visits("planned").contains("03-18 10:00"))
        }
    }

    @Test("a stand-in whom both named is asked when the helper cannot come; she sees who does")
    func standIn() async throws {
        try await Estate.with { pair async throws in
            let pairing = try await pair.begun()
            let named = #"{"person":"\#(FamilyEstate.father)"}"#
            let path = "/pairings/\(pairing)/stand-in"
            #expect(
                try pair.said(.neighbour, "PUT", path, named) == "409 pairing-stand-in-unfit",
                "he helps nobody yet")
            try pair.estate.run(
                """
                INSERT INTO linli.helper_profile (estate_id, person_id, is_active, kinds,
                    languages, changed_at)
                VALUES ('\(APIFixture.a)', '\(FamilyEstate.father)', true, '{}', '{}',
                    '2026-01-01Z')
                """)
            #expect(try pair.said(.neighbour, "PUT", path, named) == "204")
            let skip = #"{"visit":"\#(try pair.visit())"}"#
            #expect(
                try pair.shown(.grandmother, pairing)["other_stand_in"]?.text
                    == "\(FamilyEstate.father)")
            #expect(try pair.said(.grandmother, "PUT", path, named) == "204")
            #expect(
                try pair.said(.father, "POST", "/pairings/\(pairing)/skips", skip)
                    == "404 not-found")
            #expect(
                try pair.said(.neighbour, "POST", "/pairings/\(pairing)/skips", skip) == "204")
            #expect(
                try pair.said(.neighbour, "POST", "/pairings/\(pairing)/skips", skip)
                    == "409 pairing-visit-late")
            try await covered(pair)
            // Who is helped leaves one out, and nobody is asked.
            #expect(
                try pair.said(
                    .grandmother, "POST", "/pairings/\(pairing)/skips",
                    #"{"visit":"\#(pair.visit())"}"#) == "204")
            #expect(try pair.count("SELECT count(*) FROM linli.pairing_cover") == 1)
        }
    }

    /// The father is asked, and comes.
    private func covered(_ pair: Estate) async throws {
        let asked = try pair.estate.json(.father, "GET", "/me/stand-ins")["stand_ins"]?.elements
        let one = try #require(asked?.first)
        #expect(asked?.count == 1 && one["place_zh"]?.text == "1幢")
        #expect(try !pair.estate.ask(.father, "GET", "/me/stand-ins").text.contains("张三"))
        let path = "/me/stand-ins/\(one["id"]?.text ?? "")/answer"
        #expect(
            try pair.said(.neighbour, "POST", path, #"{"answer":"yes"}"#) == "404 not-found")
        #expect(try pair.said(.father, "POST", path, #"{"answer":"yes"}"#) == "204")
        #expect(try pair.said(.father, "POST", path, #"{"answer":"yes"}"#) == "409 pairing-over")
        try await pair.tend()
        #expect(try pair.visits("planned").filter { $0 == "03-04 10:00" }.count == 1)
        let hers = try pair.estate.json(.grandmother, "GET", "/visits/\(pair.visit())")
        #expect(hers["visit"]?["helper"]?.text == "\(FamilyEstate.father)")
        for person in [Estate.elder, Estate.helper] {
            let told = try pair.estate.told(person)
            #expect(told.contains("pairing.covered"))
            #expect(!told.contains("helpVisit.planned"), "that somebody stands in says it")
        }
    }

    @Test("while the helper is away its stand-in is asked for the week; silence is told to both")
    func absent() async throws {
        try await Estate.with { pair async throws in
            let pairing = try await pair.begun()
            try pair.estate.run(
                """
                UPDATE linli.pairing SET helper_names_id = '\(FamilyEstate.father)',
                    person_names_id = '\(FamilyEstate.father)' WHERE id = '\(pairing)';
                \(Self.away(Estate.helper, "2026-03-01Z", "2026-03-20Z"))
                """)
            try pair.at("2026-03-01T00:20:00Z")
            try await pair.tend()
            #expect(try pair.visits("planned") == ["03-25 10:00"])
            #expect(
                try pair.estate.texts("SELECT on_day::text FROM linli.pairing_cover")
                    == ["2026-03-04"])
            try pair.at("2026-03-03T00:21:00Z")
            try await pair.tend()
            #expect(
                try pair.estate.texts("SELECT state FROM linli.pairing_cover ORDER BY on_day")
                    == ["lapsed"])
            for person in [Estate.elder, Estate.helper] {
                #expect(
                    try pair.estate.told(person).filter { $0 == "pairing.uncovered" }.count == 1)
            }
        }
    }

    @Test("two missed in a row raise one task, when the quiet hours are over; a visit begins anew")
    func missed() async throws {
        try await Estate.with { pair async throws in
            _ = try await pair.begun(Estate.wanted(minute: 1250))
            // It is 20:50, and nobody comes.
            try await miss(pair, "2026-03-04")
            #expect(try pair.tasks("help-missed") == 1)
            #expect(try pair.tasks("pairing-missed") == 0)
            try await miss(pair, "2026-03-11")
            #expect(try pair.tasks("pairing-missed") == 0, "it is past ten")
            for (instant, count) in [
                ("2026-03-11T22:59:59Z", 0), ("2026-03-11T23:00:00Z", 1),
                ("2026-03-11T23:20:00Z", 1),
            ] {
                try pair.at(instant)
                try await pair.tend()
                #expect(try pair.tasks("pairing-missed") == Int64(count), "\(instant)")
            }
            try pair.estate.run(
                "UPDATE linli.task SET finished_at = '2026-03-12Z', outcome = 'called', "
                    + "finished_by = '\(FamilyEstate.worker)' WHERE kind = 'pairing-missed'")
            try await miss(pair, "2026-03-18", "2026-03-19T00:00:00Z")
            #expect(try pair.tasks("pairing-missed") == 0, "one task for a row of them")
            try pair.at("2026-03-25T12:45:00Z")
            let visit = try pair.visit()
            #expect(try pair.said(.neighbour, "POST", "/visits/\(visit)/check-in") == "204")
            #expect(try pair.said(.neighbour, "POST", "/visits/\(visit)/check-out") == "204")
            try await miss(pair, "2026-04-01", "2026-04-02T00:00:00Z")
            #expect(try pair.tasks("pairing-missed") == 0)
            try await miss(pair, "2026-04-08", "2026-04-09T00:00:00Z")
            #expect(try pair.tasks("pairing-missed") == 1)
        }
    }

    /// Nobody comes to the visit of a day.
    private func miss(_ pair: Estate, _ day: String, _ then: String? = nil) async throws {
        for instant in ["\(day)T13:06:00Z", "\(day)T14:06:00Z"] + (then.map { [$0] } ?? []) {
            try pair.at(instant)
            try await pair.tend()
        }
    }

    @Test("a review that nobody answers goes to a person by day, and ends after four weeks")
    func silence() async throws {
        try await Estate.with { pair async throws in
            let pairing = try await pair.begun()
            try pair.at("2026-03-29T00:01:00Z")
            try await pair.tend()
            // The review begins at night: nothing of it wakes anybody.
            try pair.at("2026-09-25T16:00:00Z")
            try await pair.tend()
            #expect(try pair.state(.grandmother, pairing) == "review")
            for (instant, count) in [
                ("2026-10-09T15:00:00Z", 0), ("2026-10-09T16:00:00Z", 0),
                ("2026-10-09T23:00:00Z", 1),
            ] {
                try pair.at(instant)
                try await pair.tend()
                #expect(try pair.tasks("pairing-review") == Int64(count), "\(instant)")
            }
            try pair.at("2026-10-23T16:00:00Z")
            try await pair.tend()
            #expect(try pair.state(.grandmother, pairing) == "ended")
            #expect(try pair.tasks("pairing-review") == 0)
        }
    }
}
