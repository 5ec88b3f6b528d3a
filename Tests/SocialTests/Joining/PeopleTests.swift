internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Who is known, as operators see and enter it") struct PeopleTests {
    typealias Estate = JoiningEstate

    private static let people = Estate.base + "/people"

    private func names(_ json: JSON) -> [String] {
        (json["people"]?.elements ?? []).compactMap { $0["display_name"]?.text }
    }

    @Test("the committee reads who is unclaimed or new, a stair leader those of the stair")
    func list() async throws {
        try await Estate.with { estate async throws in
            func seen(_ reader: Estate.Reader, _ state: String) throws -> [String] {
                names(
                    try estate.content(
                        try estate.ask(reader, "GET", Self.people + "?state=\(state)")))
            }
            try estate.run(
                """
                INSERT INTO linli.person (estate_id, id, display_name, created_at)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0xF9))', '无户', '2026-01-01Z')
                """)
            #expect(try seen(.officer, "unclaimed") == ["周甲", "吴乙", "无户"])
            #expect(try seen(.leader, "unclaimed") == ["周甲", "吴乙"])
            #expect(try seen(.leader, "new") == [], "who claimed long ago is not new")
            for reader in [Estate.Reader.wife, .husband] {
                let refused = try estate.ask(reader, "GET", Self.people)
                #expect(try estate.refusal(refused) == "403 may-not-admit")
            }
            #expect(try estate.ask(.stranger, "GET", Self.people).status == 404)
            #expect(try estate.ask(.nobody, "GET", Self.people).status == 401)
            for (number, place) in [Estate.empty, Estate.otherHome].enumerated() {
                let paper = try estate.issue(#""residence":"\#(place)""#)
                let joined = try await estate.come(
                    paper.code, "1391111000\(number)", name: "新\(number)")
                #expect(joined.status == 201, "\(joined.text)")
                try estate.api.clock.advance(by: .seconds(1))
            }
            #expect(try seen(.officer, "new") == ["新1", "新0"])
            #expect(try seen(.leader, "new") == ["新0"])
            let one = try estate.content(
                try estate.ask(.leader, "GET", Self.people + "?state=new"))["people"]?.elements?[0]
            #expect(one?["level"]?.text == "household")
            #expect(one?["homes"]?.elements?.first?["place_zh"]?.text == "1幢 3号 103室")
            let text = try estate.ask(.officer, "GET", Self.people + "?state=new").text
            #expect(!text.contains("1391111"))
            let page = try estate.ask(.officer, "GET", Self.people + "?state=new&limit=1")
            let next = try #require(page["link"]?.split(separator: ">").first?.dropFirst())
            #expect(
                names(try estate.content(try estate.ask(.officer, "GET", String(next)))) == ["新0"])
            try estate.api.clock.advance(by: .seconds(30 * 86_400))
            #expect(try seen(.officer, "new") == [])
        }
    }

    @Test("residences are listed with who lives there, for those who may let people in")
    func residences() async throws {
        try await Estate.with { estate async throws in
            let path = Estate.base + "/residences"
            func places(_ reader: Estate.Reader, _ query: String = "") throws -> [String] {
                let json = try estate.content(try estate.ask(reader, "GET", path + query))
                return (json["residences"]?.elements ?? []).compactMap { $0["place_zh"]?.text }
            }
            #expect(
                try places(.leader) == ["1幢 3号 101室", "1幢 3号 102室", "1幢 3号 103室"])
            #expect(try places(.officer).count == 4)
            #expect(try places(.officer, "?place=\(Estate.otherStair)") == ["1幢 4号 101室"])
            #expect(try places(.leader, "?place=\(Estate.otherStair)") == [])
            #expect(
                try estate.refusal(try estate.ask(.husband, "GET", path)) == "403 may-not-admit")
            let flat = try estate.content(
                try estate.ask(.leader, "GET", path + "?place=\(Estate.shared)"))
            let households = flat["residences"]?.elements?.first?["households"]?.elements ?? []
            #expect(
                households.map { $0["members"]?.elements?.first?["display_name"]?.text }
                    == ["周甲", "吴乙"])
            #expect(
                households.allSatisfy {
                    $0["members"]?.elements?.first?["is_claimed"]?.bool == false
                })
        }
    }

    @Test("the committee enters a person, who claims by its phone; its home hears of it")
    func enter() async throws {
        try await Estate.with { estate async throws in
            let body = #"""
                {"display_name":"郑老","phone":"139 2222 0000","birth_date":"1940-05-05",
                "household":"\#(Estate.otherHousehold)","standing":"parent","because":"入户登记"}
                """#
            let json = try estate.content(try estate.ask(.officer, "POST", Self.people, body), 201)
            let person = try #require(json["person"]?.text)
            #expect(json["household"]?.text == Estate.otherHousehold.description)
            #expect(try estate.told(.husband, "person.joined") == ["新住户：郑老。若不认识，请告诉居委会。"])
            #expect(
                try estate.texts(
                    """
                    SELECT p.how || ' ' || p.because || ' ' || (q.claimed_at IS NULL)
                    FROM linli.proof AS p
                    JOIN linli.person AS q ON q.estate_id = p.estate_id AND q.id = p.person_id
                    WHERE p.person_id::text = \(person)
                    """) == ["operator 入户登记 true"])
            #expect(
                try estate.texts(
                    "SELECT field FROM linli.person_sealed WHERE person_id::text = \(person) ORDER BY 1"
                ) == ["birth_date", "contact_phone"])
            let twice = try estate.ask(.officer, "POST", Self.people, body)
            #expect(try estate.refusal(twice) == "409 person-there")
            #expect(twice.text.contains(person))
            // Another day of birth is somebody else.
            let other = body.replacing("1940-05-05", with: "1940-05-06")
            #expect(try estate.ask(.officer, "POST", Self.people, other).status == 201)
            // It signs in by the phone that was entered.
            let asked = try estate.ask(
                .nobody, "POST", "/api/v1/sign-in/codes", #"{"phone":"13922220000"}"#)
            let request = try JSON(parsing: asked.body)["request"]?.text ?? ""
            let code = try await estate.message(after: 0)
            let who = try estate.ask(
                .nobody, "POST", "/api/v1/sign-in/sessions",
                #"{"request":"\#(request)","code":"\#(code)"}"#)
            #expect(who.status == 200, "two were entered with this phone")
            let ticket = try JSON(parsing: who.body)["ticket"]?.text ?? ""
            let account = try estate.texts(
                "SELECT account_id::text FROM linli.person WHERE id::text = \(person)")
            let signedIn = try estate.ask(
                .nobody, "POST", "/api/v1/sign-in/choices",
                #"{"ticket":"\#(ticket)","account":"\#(account.first ?? "")"}"#)
            let token = try estate.content(signedIn, 201)["token"]?.text ?? ""
            let standing = try estate.content(
                try estate.ask(token: token, "GET", Estate.base + "/me/standing"))
            #expect(standing["level"]?.text == "household")
            #expect(standing["is_claimed"]?.bool == true)
            #expect(
                standing["proofs"]?.elements?.map { $0["how"]?.text } == ["operator"],
                "what is proved is not proved again by the roster")
            #expect(try estate.told(.husband, "person.claimed").count == 1)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("a new household is entered at its residence; two at once with one name are one")
    func enterAtResidence() async throws {
        try await Estate.with { estate async throws in
            let body = #"""
                {"display_name":"钱老","residence":"\#(Estate.empty)","standing":"head",
                "because":"入户登记"}
                """#
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask { try estate.ask(.officer, "POST", Self.people, body).status }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }.sorted()
            }
            #expect(statuses == [201, 409, 409, 409])
            #expect(
                try estate.count(
                    "SELECT count(*) FROM linli.household WHERE residence_id = \(Estate.empty)")
                    == 1)
        }
    }

    @Test("who is no committee enters nobody, nor the committee at its own home")
    func enterRefused() async throws {
        try await Estate.with { estate async throws in
            func body(_ members: String) -> String {
                #"{"display_name":"甲","standing":"other","because":"登记",\#(members)}"#
            }
            let there = #""household":"\#(Estate.firstFlat)""#
            for reader in [Estate.Reader.leader, .wife] {
                let refused = try estate.ask(reader, "POST", Self.people, body(there))
                #expect(try estate.refusal(refused) == "403 may-not-admit")
            }
            #expect(
                try estate.ask(
                    .officer, "POST", Self.people,
                    body(#""household":"\#(APIFixture.id(0x99))""#)
                ).status == 404)
            for members in [
                #""phone":"12","household":"\#(Estate.firstFlat)""#, #""phone":"13922220000""#,
                #""birth_date":"2026-03-02","household":"\#(Estate.firstFlat)""#,
                #""birth_date":"1990-13-01","household":"\#(Estate.firstFlat)""#,
            ] {
                let refused = try estate.ask(.officer, "POST", Self.people, body(members))
                #expect(try estate.refusal(refused) == "400 invalid", "\(members)")
            }
            // The wife becomes the committee's.
            try estate.run(
                """
                INSERT INTO linli.role_term
                    (estate_id, id, person_id, role, begins, ends, because)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x82))', '\(Estate.wife)',
                    'residents_committee', '2026-01-01Z', '2027-01-01Z', 'elected')
                """)
            for members in [
                #""household":"\#(Estate.ownHousehold)""#, #""residence":"\#(Estate.home)""#,
            ] {
                let refused = try estate.ask(.wife, "POST", Self.people, body(members))
                #expect(try estate.refusal(refused) == "403 own-household")
            }
            #expect(try estate.ask(.wife, "POST", Self.people, body(there)).status == 201)
        }
    }
}
