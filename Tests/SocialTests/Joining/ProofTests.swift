internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Proofs and claims") struct ProofTests {
    typealias Estate = JoiningEstate

    private static func proofs(_ person: UUID) -> String {
        Estate.base + "/people/\(person)/proofs"
    }
    private static let standing = Estate.base + "/me/standing"
    private static let body = #"{"because":"看过身份证"}"#

    @Test("the committee or a social worker proves in person; the person is told and sees it")
    func give() async throws {
        try await Estate.with { estate async throws in
            let given = try estate.content(
                try estate.ask(.officer, "POST", Self.proofs(Estate.husband), Self.body), 201)
            #expect(given["level"]?.text == "in_person" && given["how"]?.text == "desk")
            #expect(given["because"]?.text == "看过身份证")
            #expect(try estate.told(.husband, "proof.given") == ["您已通过当面核验。"])
            let own = try estate.ask(.husband, "GET", Self.standing)
            let json = try estate.content(own)
            #expect(json["level"]?.text == "in_person" && json["next"] == nil)
            #expect(!own.text.contains("身份证"), "why stays with the operators")
            // Withdrawn, with a reason that the person reads.
            let id = given["id"]?.text ?? ""
            let path = Self.proofs(Estate.husband) + "/\(id)/withdrawal"
            let because = #"{"because":"证件有误"}"#
            #expect(try estate.ask(.husband, "POST", path, because).status == 404)
            #expect(try estate.ask(.officer, "POST", path, because).status == 200)
            let again = try estate.ask(.officer, "POST", path, because)
            #expect(try estate.refusal(again) == "409 proof-ended")
            let after = try estate.content(try estate.ask(.husband, "GET", Self.standing))
            #expect(after["level"]?.text == "household")
            #expect(after["proofs"]?.elements?.first?["withdrawn_because"]?.text == "证件有误")
            #expect(try estate.told(.husband, "proof.withdrawn").count == 1)
            let list = try estate.content(
                try estate.ask(.officer, "GET", Self.proofs(Estate.husband)))
            #expect(list["proofs"]?.elements?.count == 2)
        }
    }

    @Test("nobody proves itself or its home, and who is no such operator finds nobody")
    func rights() async throws {
        try await Estate.with { estate async throws in
            for reader in [Estate.Reader.leader, .husband, .stranger] {
                let path = Self.proofs(Estate.wife)
                #expect(try estate.ask(reader, "POST", path, Self.body).status == 404)
                #expect(try estate.ask(reader, "GET", path).status == 404)
            }
            #expect(
                try estate.ask(.officer, "POST", Self.proofs(APIFixture.id(0xF2)), Self.body).status
                    == 404, "a person of another estate")
            try estate.run(
                """
                INSERT INTO linli.role_term
                    (estate_id, id, person_id, role, begins, ends, because)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x82))', '\(Estate.wife)',
                    'social_worker', '2026-01-01Z', '2027-01-01Z', 'appointed')
                """)
            for person in [Estate.wife, Estate.leader] {
                let refused = try estate.ask(.wife, "POST", Self.proofs(person), Self.body)
                #expect(try estate.refusal(refused) == "403 own-household")
            }
            #expect(
                try estate.ask(.wife, "POST", Self.proofs(Estate.firstFlatmate), Self.body).status
                    == 201)
            // A household's proof is the committee's to take back.
            let path = Self.proofs(Estate.husband) + "/\(APIFixture.id(0x73))/withdrawal"
            #expect(try estate.ask(.wife, "POST", path, Self.body).status == 404)
            #expect(try estate.ask(.officer, "POST", path, Self.body).status == 200)
            let standing = try estate.content(try estate.ask(.husband, "GET", Self.standing))
            #expect(standing["level"]?.text == "guest")
            #expect(standing["next"]?["how_zh"]?.text?.contains("验证码") == true)
            let past = #"{"because":"看过身份证","ends":"2026-03-01T00:00:00Z"}"#
            #expect(
                try estate.ask(.officer, "POST", Self.proofs(Estate.husband), past).status == 400)
        }
    }

    @Test("a proof is void at its end, and a household's with the membership")
    func ends() async throws {
        try await Estate.with { estate async throws in
            func level() throws -> String? {
                try estate.content(try estate.ask(.husband, "GET", Self.standing))["level"]?.text
            }
            let body = #"{"because":"看过身份证","ends":"2026-03-02T00:00:00Z"}"#
            #expect(
                try estate.ask(.officer, "POST", Self.proofs(Estate.husband), body).status == 201)
            let end = Instant("2026-03-02T00:00:00Z") ?? .epoch
            try estate.api.clock.set(end - .microseconds(1))
            #expect(try level() == "in_person")
            try estate.api.clock.set(end)
            #expect(try level() == "household")
            try estate.run(
                """
                UPDATE linli.membership SET ends = '2026-03-03Z'
                WHERE person_id = '\(Estate.husband)'
                """)
            let left = Instant("2026-03-03T00:00:00Z") ?? .epoch
            try estate.api.clock.set(left - .microseconds(1))
            #expect(try level() == "household")
            try estate.api.clock.set(left)
            #expect(try level() == "guest")
        }
    }

    /// Opens a session of an account, as any way of signing in does.
    private func signIn(_ estate: Estate, _ account: UUID, _ number: UInt64) throws {
        try estate.run(
            """
            INSERT INTO linli.session (account_id, id, token_hash, device_label, created_at,
                last_seen_on, expires_at)
            VALUES ('\(account)', '\(APIFixture.id(number))', sha256(int8send(\(number))), 'test',
                '2026-03-01T00:00:00Z', '2026-03-01', '2027-01-01Z')
            """)
    }

    @Test("the first sign-in claims, proves what the roster has and is told; no other does")
    func claim() async throws {
        try await Estate.with { estate async throws in
            try signIn(estate, APIFixture.id(0xE6), 0x66)
            #expect(
                try estate.texts(
                    """
                    SELECT f.how || ' ' || f.household_id
                    FROM linli.proof AS f WHERE f.person_id = \(Estate.firstFlatmate)
                    """) == ["roster \(Estate.firstFlat)"])
            #expect(
                try estate.told(.leader, "person.claimed")
                    == ["1幢 3号 102室 周甲 首次登录，成为已认领的住户。若不是本人，请告诉居委会。"])
            #expect(try estate.told(.husband, "person.claimed") == [])
            let event: SQL = """
                SELECT actor_kind || ' ' || actor_id || ' ' || array_to_string(audience, ',')
                FROM linli.event WHERE kind = 'person.claimed'
                """
            let building = APIFixture.id(0xA1)
            let seen = try #require(try estate.texts(event).first)
            #expect(seen.hasPrefix("person \(Estate.firstFlatmate) person:\(Estate.firstFlatmate)"))
            for key in [
                "household:\(Estate.firstFlat)", "role:stair_leader@\(Estate.stair)",
                "role:stair_leader@\(building)", "role:residents_committee",
            ] { #expect(seen.contains(key)) }
            // What is withdrawn stays so, however often one signs in.
            try estate.run(
                """
                UPDATE linli.proof SET withdrawn_at = '2026-03-01Z', withdrawn_by = '\(Estate.wife)',
                    withdrawn_because = '不是本人' WHERE person_id = '\(Estate.firstFlatmate)'
                """)
            try signIn(estate, APIFixture.id(0xE6), 0x67)
            #expect(
                try estate.count(
                    "SELECT count(*) FROM linli.proof WHERE person_id = \(Estate.firstFlatmate)")
                    == 1)
            #expect(try estate.texts(event).count == 1)
            // Who may not act claims nothing.
            try estate.run(
                "UPDATE linli.person SET state = 'moved' WHERE id = '\(Estate.secondFlatmate)'")
            try signIn(estate, APIFixture.id(0xE7), 0x68)
            #expect(try estate.texts(event).count == 1)
        }
    }

    @Test("a person whom an import gives a signed-in account is claimed with its households")
    func arrives() async throws {
        try await Estate.with { estate async throws in
            let (person, stranger) = (APIFixture.id(0xF8), APIFixture.stranger)
            let later = """
                INSERT INTO linli.membership
                    (estate_id, id, household_id, person_id, role_in_household, begins)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x78))', '\(Estate.secondFlat)',
                    '\(person)', 'other', '2026-01-01Z');
                """
            let connection = try BlockingConnection(estate.api.database.connection(as: "linli"))
            for (name, value) in [
                ("instant", "\((Instant("2026-03-02T00:00:00Z") ?? .epoch).microseconds)"),
                ("principal", "job"), ("estate", "\(APIFixture.a)"), ("job", "import"),
            ] { try connection.run("SELECT set_config('linli.\(name)', '\(value)', false)") }
            try connection.run(
                """
                BEGIN;
                INSERT INTO linli.person (estate_id, id, account_id, display_name, created_at)
                VALUES ('\(APIFixture.a)', '\(person)', '\(stranger)', '赵六', '2026-03-02Z');
                INSERT INTO linli.membership
                    (estate_id, id, household_id, person_id, role_in_household, begins)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x77))', '\(Estate.firstFlat)',
                    '\(person)', 'other', '2026-01-01Z');
                COMMIT
                """)
            let proved: SQL = """
                SELECT household_id::text FROM linli.proof WHERE person_id = \(person) ORDER BY 1
                """
            #expect(try estate.texts(proved) == [Estate.firstFlat.description])
            // A household that a later import adds is proved by it, and told.
            try connection.run(
                "SELECT set_config('linli.instant', '\((Instant("2026-03-03T00:00:00Z") ?? .epoch).microseconds)', false)"
            )
            try connection.run(later)
            #expect(
                try estate.texts(proved)
                    == [Estate.firstFlat, Estate.secondFlat].map(\.description))
            #expect(
                try estate.texts(
                    "SELECT kind FROM linli.event WHERE \(person) = ANY (about) ORDER BY id")
                    == ["person.claimed", "proof.given"])
        }
    }

    @Test("levels are ordered, and an unknown word is none")
    func order() async throws {
        try await Estate.with { estate async throws in
            let ordered = try estate.count(
                """
                SELECT count(*)
                FROM unnest(ARRAY['guest', 'phone', 'household', 'in_person', 'x'])
                        WITH ORDINALITY AS one (level, number),
                    unnest(ARRAY['guest', 'phone', 'household', 'in_person', 'x'])
                        WITH ORDINALITY AS other (level, number)
                WHERE linli.is_at_least(one.level, other.level)
                    = (one.number >= other.number AND one.level <> 'x' AND other.level <> 'x')
                """)
            #expect(ordered == 25)
        }
    }
}
