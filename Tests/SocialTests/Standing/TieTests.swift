internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Ties that both confirm, through the wire") struct TieTests {
    typealias Estate = JoiningEstate

    private static let ties = Estate.base + "/ties"
    private static let codes = Estate.base + "/tie-codes"

    /// Kind and state of each tie that a reader sees.
    private func seen(_ estate: Estate, _ reader: Estate.Reader) throws -> [String] {
        let json = try estate.content(try estate.ask(reader, "GET", Self.ties))
        return (json["ties"]?.elements ?? []).map {
            "\($0["kind"]?.text ?? "") \($0["display_name"]?.text ?? "") \($0["state"]?.text ?? "")"
        }
    }

    private func claim(
        _ estate: Estate, _ reader: Estate.Reader, _ person: UUID, _ kind: String = "kin"
    ) throws -> TestClient.Answer {
        try estate.ask(
            reader, "POST", Self.ties, #"{"person":"\#(person)","kind":"\#(kind)"}"#)
    }

    private func code(_ estate: Estate, _ reader: Estate.Reader) throws -> String {
        let answer = try estate.ask(reader, "POST", Self.codes, #"{"kind":"classmate"}"#)
        return try estate.content(answer, 201)["code"]?.text ?? ""
    }

    private func use(
        _ estate: Estate, _ reader: Estate.Reader, _ code: String
    ) throws -> TestClient.Answer {
        try estate.ask(reader, "POST", Self.codes + "/use", #"{"code":"\#(code)"}"#)
    }

    @Test("a code that one shows and the other types confirms for both at once, once")
    func byCode() async throws {
        try await Estate.with { estate async throws in
            let shown = try code(estate, .leader)
            #expect(try estate.refusal(try use(estate, .leader, shown)) == "422 tie-code-wrong")
            #expect(try use(estate, .husband, shown.lowercased()).status == 201)
            #expect(try seen(estate, .leader) == ["classmate 李明 confirmed"])
            #expect(try seen(estate, .husband) == ["classmate 张三 confirmed"])
            #expect(try estate.told(.leader, "tie.confirmed") == ["您与 李明 互为「同学」，双方都已确认。"])
            #expect(try estate.refusal(try use(estate, .wife, shown)) == "422 tie-code-wrong")
            #expect(try counted(estate) == 2)
            // Another code of the same voids the one before; each lives ten minutes.
            let (first, second) = (try code(estate, .wife), try code(estate, .wife))
            #expect(try estate.refusal(try use(estate, .husband, first)) == "422 tie-code-wrong")
            let end = APIFixture.start + .seconds(600)
            try estate.api.clock.set(end)
            #expect(try estate.refusal(try use(estate, .husband, second)) == "422 tie-code-wrong")
            let third = try code(estate, .wife)
            try estate.api.clock.set(end + .seconds(600) - .microseconds(1))
            #expect(try use(estate, .husband, third).status == 201)
            // Ended by either, at once, and the other is not told.
            let listed = try estate.content(try estate.ask(.husband, "GET", Self.ties))
            let id = listed["ties"]?.elements?.first?["id"]?.text ?? ""
            let events = try estate.count("SELECT count(*) FROM linli.notice")
            #expect(try estate.ask(.officer, "DELETE", Self.ties + "/\(id)").status == 404)
            #expect(try estate.ask(.husband, "DELETE", Self.ties + "/\(id)").status == 204)
            #expect(try seen(estate, .leader) == [])
            #expect(try estate.count("SELECT count(*) FROM linli.notice") == events)
            #expect(
                try estate.texts(
                    "SELECT array_to_string(audience, ' ') FROM linli.event WHERE kind = 'tie.ended'"
                )
                    == ["person:\(Estate.husband)"])
        }
    }

    /// How many sides of ties count, as other features ask.
    private func counted(_ estate: Estate) throws -> Int64 {
        try estate.count(
            """
            SELECT count(*)
            FROM (SELECT set_config('linli.estate', \(APIFixture.a)::text, true),
                    set_config('linli.principal', 'job', true),
                    set_config('linli.job', 'matching', true),
                    set_config('linli.instant', \(APIFixture.start.microseconds)::text, true)
                OFFSET 0) AS s,
                unnest(\([Estate.leader, Estate.husband])) AS p (id),
                linli.confirmed_ties(p.id)
            """)
    }

    @Test("what is declined looks to its claimer as what is not yet confirmed, for as long")
    func declined() async throws {
        try await Estate.with { estate async throws in
            let made = try estate.content(try claim(estate, .husband, Estate.leader), 201)
            #expect(made["state"]?.text == "waiting")
            let id = made["id"]?.text ?? ""
            #expect(
                try estate.told(.leader, "tie.claimed")
                    == ["李明 登记您为「亲戚」。您确认后才算；不认识的不必理会，对方不会知道。"])
            #expect(try seen(estate, .leader) == ["kin 李明 asked"])
            let before = try estate.ask(.husband, "GET", Self.ties).text
            let path = Self.ties + "/\(id)"
            #expect(try estate.ask(.wife, "POST", path + "/confirmation").status == 404)
            #expect(try estate.ask(.husband, "POST", path + "/confirmation").status == 404)
            #expect(try estate.ask(.leader, "DELETE", path).status == 204)
            #expect(try seen(estate, .leader) == [])
            #expect(try estate.ask(.husband, "GET", Self.ties).text == before)
            #expect(try estate.ask(.leader, "POST", path + "/confirmation").status == 404)
            #expect(
                try estate.refusal(try claim(estate, .husband, Estate.leader)) == "409 tie-there")
            #expect(
                try estate.texts(
                    """
                    SELECT array_to_string(audience, ' ') FROM linli.event
                    WHERE kind = 'tie.declined'
                    """) == ["person:\(Estate.leader)"])
            let lapse = APIFixture.start + .seconds(TieLimits.claimDays * 86_400)
            try estate.api.clock.set(lapse - .microseconds(1))
            #expect(try seen(estate, .husband) == ["kin 张三 waiting"])
            try estate.api.clock.set(lapse)
            #expect(try seen(estate, .husband) == [])
            // Then it may be claimed again, and confirmed.
            let again = try estate.content(try claim(estate, .husband, Estate.leader), 201)
            let fresh = Self.ties + "/\(again["id"]?.text ?? "")/confirmation"
            #expect(try estate.ask(.leader, "POST", fresh).status == 204)
            #expect(try estate.told(.husband, "tie.confirmed").count == 1)
            #expect(
                try estate.refusal(try estate.ask(.leader, "POST", fresh)) == "409 tie-there")
        }
    }

    @Test("a tie is claimed to whom one sees; others are not found, as if they were not there")
    func seenOnly() async throws {
        try await Estate.with { estate async throws in
            for person in [
                Estate.wife, Estate.firstFlatmate, APIFixture.id(0xF2), APIFixture.id(0x999),
                Estate.husband,
            ] {
                let answer = try claim(estate, .husband, person)
                #expect(try estate.refusal(answer) == "404 not-found")
            }
            // Both claim the same: both have confirmed.
            #expect(try claim(estate, .leader, Estate.wife).status == 201)
            let both = try estate.content(try claim(estate, .wife, Estate.leader), 201)
            #expect(both["state"]?.text == "confirmed")
            try estate.run(
                """
                INSERT INTO linli.tie (estate_id, id, kind, claimer_id, other_id, claimed_at)
                SELECT '\(APIFixture.a)', gen_random_uuid(), kind, '\(Estate.husband)', other,
                    '2026-02-20Z'
                FROM unnest(ARRAY['kin', 'neighbour', 'friend', 'classmate', 'former_workmate'])
                        AS kind,
                    unnest(ARRAY['\(Estate.wife)', '\(Estate.firstFlatmate)']::uuid[]) AS other
                """)
            #expect(
                try estate.refusal(try claim(estate, .husband, Estate.leader)) == "409 ties-max")
        }
    }

    @Test("codes are tried ten times an hour, and one code ties one")
    func tries() async throws {
        try await Estate.with { estate async throws in
            let shown = try code(estate, .leader)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for reader in [Estate.Reader.wife, .husband, .officer] {
                    group.addTask { try use(estate, reader, shown).status }
                }
                var all: [Int] = []
                for try await one in group { all.append(one) }
                return all.sorted()
            }
            #expect(estate.api.logged.lines == [])
            #expect(statuses == [201, 422, 422])
            for _ in 0..<9 { #expect(try use(estate, .officer, "ABCD-EFGH").status == 422) }
            #expect(try use(estate, .officer, "ABCD-EFGH").status == 429)
        }
    }
}
