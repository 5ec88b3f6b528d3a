internal import Platform
internal import Support
internal import Testing

@testable internal import Social

@Suite("Paired families, through the wire") struct PairedFamiliesTests {
    typealias Estate = PairedEstate

    private static let wednesdays = ["03-04 10:00", "03-11 10:00", "03-18 10:00", "03-25 10:00"]

    @Test("a pair's whole life: proposed, agreed to, tried, kept up, renewed, ended")
    func life() async throws {
        try await Estate.with { pair async throws in
            let pairing = try pair.propose()
            let asked = try pair.shown(.neighbour, pairing)
            #expect(asked["state"]?.text == "proposed" && asked["has_agreed"]?.bool == false)
            #expect(asked["person_name"] == nil && asked["person"] == nil)
            #expect(asked["place_zh"]?.text == "1幢")
            #expect(try pair.shown(.grandmother, pairing)["helper_name"]?.text == "郑邻居")
            #expect(try pair.estate.ask(.father, "GET", "/pairings/\(pairing)").status == 404)
            #expect(try pair.answer(.father, pairing) == "404 not-found")
            #expect(try pair.answer(.worker, pairing) == "404 not-found")
            #expect(try pair.answer(.grandmother, pairing) == "204")
            #expect(try pair.answer(.grandmother, pairing) == "204", "again: it changes nothing")
            try await pair.tend()
            #expect(try pair.visits() == [])
            #expect(try pair.answer(.neighbour, pairing) == "204")
            let begun = try pair.shown(.neighbour, pairing)
            #expect(begun["state"]?.text == "trial" && begun["person_name"]?.text == "张三")
            #expect(begun["conversation"] != nil)
            #expect(
                try !pair.estate.ask(.neighbour, "GET", "/pairings/\(pairing)").text
                    .contains("101室"), "an address stands with a visit alone")
            try await pair.tend()
            #expect(try pair.visits("planned") == Self.wednesdays)
            let visit = try pair.estate.json(.neighbour, "GET", "/visits/\(pair.visit())")
            #expect(visit["visit"]?["address_zh"]?.text?.contains("101") == true)
            try await later(pair, pairing)
        }
    }

    /// From the trial's end to that of the pairing.
    private func later(_ pair: Estate, _ pairing: String) async throws {
        try pair.at("2026-03-28T23:59:00Z")
        try await pair.tend()
        #expect(try pair.state(.neighbour, pairing) == "trial")
        try pair.at("2026-03-29T00:01:00Z")
        try await pair.tendTwice()
        #expect(try pair.state(.neighbour, pairing) == "active")
        #expect(try pair.estate.told(Estate.elder).filter { $0 == "pairing.active" }.count == 1)
        try pair.at("2026-09-25T00:01:00Z")
        try await pair.tend()
        #expect(try pair.state(.neighbour, pairing) == "review")
        let path = "/pairings/\(pairing)/renewal"
        #expect(try pair.said(.neighbour, "PUT", path, #"{"answer":"yes"}"#) == "204")
        #expect(try pair.shown(.neighbour, pairing)["has_renewed"]?.bool == true)
        #expect(try pair.shown(.grandmother, pairing)["has_renewed"]?.bool == false)
        #expect(try pair.said(.grandmother, "PUT", path, #"{"answer":"yes"}"#) == "204")
        #expect(try pair.state(.grandmother, pairing) == "active")
        #expect(
            try pair.said(.grandmother, "PUT", path, #"{"answer":"yes"}"#) == "409 pairing-over")
        #expect(try pair.said(.grandmother, "POST", "/pairings/\(pairing)/end") == "204")
        #expect(
            try pair.said(.neighbour, "POST", "/pairings/\(pairing)/end") == "409 pairing-over")
        let over = try pair.shown(.neighbour, pairing)
        #expect(over["state"]?.text == "ended" && over["person_name"] == nil)
        #expect(over["conversation"] == nil && over["visit"] == nil)
        #expect(
            try pair.count(
                """
                SELECT count(*) FROM linli.help_visit WHERE state = 'planned'
                    AND begins > '2026-09-25Z'
                """) == 0)
        #expect(
            try pair.count("SELECT count(*) FROM linli.conversation WHERE closed_at IS NULL") == 0)
        for person in [Estate.elder, Estate.helper] {
            #expect(try pair.estate.told(person).filter { $0 == "pairing.ended" }.count == 1)
        }
    }

    @Test("a pairing leaves no key: nothing in the database knows it but its own rows")
    func noKey() async throws {
        try await Estate.with { pair async throws in
            let pairing = try await pair.begun()
            let tables = try pair.estate.texts(
                """
                SELECT c.relname::text
                FROM pg_class AS c
                JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'linli'
                CROSS JOIN LATERAL (
                    SELECT (xpath('/row/n/text()', query_to_xml(format(
                        'SELECT count(*) AS n FROM linli.%I AS r WHERE to_jsonb(r)::text LIKE %L',
                        c.relname, '%' || \(pairing) || '%'), false, true, '')))[1]::text::int AS n
                ) AS found
                WHERE c.relkind = 'r' AND found.n > 0 AND c.relname <> 'idempotency'
                ORDER BY 1
                """)
            #expect(
                tables == [
                    "conversation", "event", "help_visit", "notice", "pairing", "pairing_day",
                ])
        }
    }

    @Test("a resident proposes to whom it knows; a no looks like silence, and is left alone")
    func known() async throws {
        try await Estate.with { pair async throws in
            let body = Estate.wanted(nil)
            #expect(
                try pair.said(.father, "POST", "/pairings", Estate.wanted(nil))
                    == "409 pairing-unfit")
            #expect(try pair.said(.mother, "POST", "/pairings", body) == "409 pairing-unfit")
            let pairing = try pair.propose(body, by: .neighbour)
            #expect(try pair.shown(.neighbour, pairing)["person_name"]?.text == "张三")
            #expect(try pair.shown(.neighbour, pairing)["has_agreed"]?.bool == true)
            #expect(try pair.said(.neighbour, "POST", "/pairings", body) == "409 pairing-unfit")
            #expect(try pair.answer(.grandmother, pairing, "no") == "204")
            let text = try pair.shown(.neighbour, pairing)
            #expect(text["state"]?.text == "lapsed" && text["person_name"] == nil)
            #expect(try pair.estate.told(Estate.helper) == ["pairing.lapsed"])
            #expect(try pair.answer(.grandmother, pairing) == "409 pairing-over")
            #expect(try pair.said(.neighbour, "POST", "/pairings", body) == "409 pairing-unfit")
            try pair.at("2026-04-01T00:00:00Z")
            let second = try pair.propose(body, by: .neighbour)
            try pair.at("2026-04-07T23:59:59Z")
            #expect(try pair.state(.grandmother, second) == "proposed")
            try pair.at("2026-04-08T00:00:01Z")
            #expect(try pair.state(.grandmother, second) == "lapsed")
            #expect(try pair.answer(.grandmother, second) == "409 pairing-over")
            try await pair.tend()
            #expect(
                try pair.estate.texts("SELECT state FROM linli.pairing ORDER BY id")
                    == ["declined", "lapsed"])
        }
    }

    @Test("a delegate speaks for her within its scope, the helper for nobody but itself")
    func delegate() async throws {
        let rows = [(FamilyEstate.mother, "help"), (Estate.helper, "help")].map { doer, scope in
            """
            INSERT INTO linli.delegation (estate_id, id, doer_id, beneficiary_id, scope, begins,
                ends, because)
            VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(doer)', '\(Estate.elder)',
                '{\(scope)}', '2026-01-01Z', '2027-01-01Z', 'x');
            """
        }.joined()
        try await Estate.with(prepare: rows) { pair async throws in
            let elder = Estate.elder
            let pairing = try pair.propose()
            #expect(try pair.answer(.neighbour, pairing, for: elder) == "404 not-found")
            #expect(try pair.answer(.mother, pairing) == "404 not-found")
            #expect(try pair.answer(.neighbour, pairing) == "204")
            #expect(try pair.answer(.mother, pairing, for: elder) == "204")
            #expect(try pair.state(.grandmother, pairing) == "trial")
            #expect(
                try pair.estate.texts("SELECT person_agreed_by::text FROM linli.pairing")
                    == ["\(FamilyEstate.mother)"])
            #expect(
                try pair.said(
                    .mother, "PUT", "/pairings/\(pairing)/pause", #"{"until":"2026-03-10"}"#,
                    for: elder) == "204")
            #expect(
                try pair.said(.neighbour, "POST", "/pairings/\(pairing)/end", for: elder)
                    == "404 not-found")
            #expect(
                try pair.said(.mother, "POST", "/pairings/\(pairing)/end", for: elder) == "204")
            #expect(
                try pair.said(
                    .mother, "PUT", "/me/pairing-wishes/person",
                    #"{"form":"elder","kinds":["walk"]}"#, for: elder) == "204")
            #expect(
                try pair.said(
                    .mother, "PUT", "/me/pairing-wishes/helper",
                    #"{"form":"elder","kinds":["walk"]}"#, for: elder)
                    == "403 pairing-wish-not-yours")
        }
    }

    @Test("who may not be a pair is refused in one wording, whatever the reason")
    func gates() async throws {
        try await Estate.with { pair async throws in
            func refused(_ body: String) throws -> String {
                try pair.said(.worker, "POST", "/pairings", body)
            }
            let child = try #require(UUID(pair.estate.enter()))
            for (helper, person) in [
                (FamilyEstate.mother, Estate.elder),  // of one household
                (child, Estate.elder), (Estate.helper, child), (Estate.helper, Estate.helper),
                (Estate.helper, APIFixture.id(0x9999)),
            ] {
                #expect(
                    try refused(Estate.wanted(helper, person)) == "409 pairing-unfit",
                    "\(helper) \(person)")
            }
            // Not verified in person: enough for a family, and not for an elder.
            try pair.estate.run(
                "DELETE FROM linli.proof WHERE person_id = '\(FamilyEstate.father)' "
                    + "AND level = 'in_person'")
            #expect(
                try refused(Estate.wanted(FamilyEstate.father, Estate.elder))
                    == "409 pairing-unfit")
            #expect(
                try refused(Estate.wanted(FamilyEstate.father, Estate.elder, form: "family"))
                    == "201")
        }
    }

    @Test("what makes no sense is refused, and nothing is kept")
    func garbage() async throws {
        try await Estate.with { pair async throws in
            for (body, answer) in [
                ("{}", "400 invalid"),
                (Estate.wanted(minute: 1261), "400 invalid"),
                (Estate.wanted(minute: -1), "400 invalid"),
                (Estate.wanted(form: "friends"), "400 invalid"),
                (Estate.wanted(kind: "gold"), "400 invalid"),
                (Estate.wanted(kind: "homework"), "422 pairing-kind-unfit"),
                (
                    Estate.wanted(
                        Estate.helper, Estate.elder, #","child":"\#(FamilyEstate.child)""#),
                    "422 pairing-kind-unfit"
                ),
            ] { #expect(try pair.said(.worker, "POST", "/pairings", body) == answer, "\(body)") }
            #expect(try pair.count("SELECT count(*) FROM linli.pairing") == 0)
            let pairing = try await pair.begun()
            let path = "/pairings/\(pairing)"
            for until in ["2026-02-28", "2026-05-31", "2026-02-31", "gestern123"] {
                #expect(
                    try pair.said(.neighbour, "PUT", path + "/pause", #"{"until":"\#(until)"}"#)
                        == "422 pairing-time-unfit")
            }
            #expect(
                try pair.said(
                    .neighbour, "POST", path + "/skips", #"{"visit":"\#(APIFixture.id(0x9))"}"#)
                    == "409 pairing-visit-late")
            #expect(
                try pair.said(.worker, "PUT", "/help/pairing-rules", Self.rules(elders: 3))
                    == "404 not-found")
            #expect(
                try pair.said(.officer, "PUT", "/help/pairing-rules", Self.rules(elders: 0))
                    == "400 invalid")
            #expect(
                try pair.said(
                    .neighbour, "PUT", "/me/pairing-wishes/helper",
                    #"{"form":"elder","kinds":["homework"]}"#) == "422 pairing-kind-unfit")
            for change in [
                "UPDATE linli.pairing SET state = 'proposed'", "DELETE FROM linli.pairing",
                "UPDATE linli.pairing SET helper_agreed_at = NULL",
                "UPDATE linli.pairing SET helper_id = '\(FamilyEstate.father)'",
            ] { #expect(throws: PostgresError.self) { try pair.estate.run(change) } }
        }
    }

    static func rules(elders: Int) -> String {
        #"{"elders_max":\#(elders),"families_max":1,"trial_days":28,"review_days":180}"#
    }
}
