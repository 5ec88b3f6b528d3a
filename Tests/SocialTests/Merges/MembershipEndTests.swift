internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Ends of memberships, through the wire") struct MembershipEndTests {
    typealias Estate = JoiningEstate

    private static let ends = Estate.base + "/membership-ends"
    private static let ended = #"{"outcome":"ended","because":"入户核实"}"#

    private static func wanted(_ person: UUID, _ kind: String = "leave") -> String {
        """
        {"household":"\(Estate.ownHousehold)","person":"\(person)","kind":"\(kind)",
        "because":"早已搬走"}
        """
    }

    /// Asks as the wife about the leader; the path of the request.
    private func ask(_ estate: Estate, _ kind: String = "leave") throws -> String {
        let body = Self.wanted(Estate.leader, kind)
        let made = try estate.content(try estate.ask(.wife, "POST", Self.ends, body), 201)
        return Self.ends + "/\(made["id"]?.text ?? "")"
    }

    private func isMember(_ estate: Estate, _ person: UUID) throws -> Bool {
        try estate.count(
            """
            SELECT count(*) FROM linli.membership AS m
            WHERE m.person_id = \(person) AND m.ends = 'infinity'
            """) == 1
    }

    @Test(
        "nobody ends another's membership at a stroke: it is told, answered, and decided by others")
    func asked() async throws {
        try await Estate.with { estate async throws in
            for (reader, person) in [
                (Estate.Reader.husband, Estate.leader), (.officer, Estate.leader),
                (.wife, Estate.husband), (.wife, Estate.wife), (.stranger, Estate.leader),
            ] {
                let answer = try estate.ask(reader, "POST", Self.ends, Self.wanted(person))
                #expect(try estate.refusal(answer) == "404 not-found", "\(reader)")
            }
            let path = try ask(estate)
            #expect(
                try estate.told(.leader, "membership.endAsked")
                    == ["家里有人申请办理：不再属于这一户，说的是 张三。可以表示同意或反对；由居委会核实后决定。"])
            let twice = try estate.ask(.wife, "POST", Self.ends, Self.wanted(Estate.leader))
            #expect(try estate.refusal(twice) == "409 end-asked")
            let early = try estate.ask(.officer, "POST", path + "/decision", Self.ended)
            #expect(try estate.refusal(early) == "409 end-too-early")
            #expect(try isMember(estate, Estate.leader))
            let objects = #"{"answer":"objected","because":"我住在这里"}"#
            for reader in [Estate.Reader.wife, .husband, .officer] {
                #expect(try estate.ask(reader, "POST", path + "/answer", objects).status == 404)
            }
            #expect(try estate.ask(.leader, "POST", path + "/answer", objects).status == 204)
            // What one says of the other, the other does not read.
            #expect(try !estate.ask(.wife, "GET", Self.ends).text.contains("objected"))
            #expect(try !estate.ask(.leader, "GET", Self.ends).text.contains("早已搬走"))
            let list = try estate.ask(.officer, "GET", Self.ends).text
            #expect(list.contains("objected") && list.contains("早已搬走"))
            #expect(try !estate.ask(.husband, "GET", Self.ends).text.contains("leave"))
            for reader in [Estate.Reader.wife, .leader, .husband] {
                #expect(
                    try estate.ask(reader, "POST", path + "/decision", Self.ended).status == 404)
            }
            #expect(try estate.ask(.officer, "POST", path + "/decision", Self.ended).status == 204)
            #expect(try !isMember(estate, Estate.leader))
            #expect(try estate.told(.leader, "membership.endDecided").count == 1)
            #expect(try estate.told(.wife, "membership.endDecided").count == 1)
            let again = try estate.ask(.officer, "POST", path + "/decision", Self.ended)
            #expect(try estate.refusal(again) == "409 end-decided")
            let late = try estate.ask(.leader, "POST", path + "/answer", objects)
            #expect(try estate.refusal(late) == "409 end-decided")
            #expect(
                try estate.texts(
                    """
                    SELECT t.outcome || ' ' || cardinality(t.concerned) FROM linli.task AS t
                    WHERE t.kind = 'membership-end' AND t.subject_id = \(Estate.leader)
                    """) == ["ended 2"])
            #expect(estate.api.logged.lines == [])
        }
    }

    @Test("without an answer it is decided after three days, and a death at once; never at home")
    func time() async throws {
        try await Estate.with { estate async throws in
            try estate.run(
                "UPDATE linli.session SET office_until = '2026-04-01Z' WHERE office_until IS NOT NULL"
            )
            let path = try ask(estate)
            let due = APIFixture.start + .seconds(72 * 3600)
            try estate.api.clock.set(due - .microseconds(1))
            let early = try estate.ask(.officer, "POST", path + "/decision", Self.ended)
            #expect(try estate.refusal(early) == "409 end-too-early")
            let refused = #"{"outcome":"refused","because":"仍住在此"}"#
            #expect(try estate.ask(.officer, "POST", path + "/decision", refused).status == 204)
            #expect(try isMember(estate, Estate.leader), "refusing takes no time")
            let dead = try ask(estate, "dead")
            try estate.run(
                """
                INSERT INTO linli.role_term (estate_id, id, person_id, role, begins, ends, because)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x82))', '\(Estate.wife)',
                    'residents_committee', '2026-01-01Z', '2027-01-01Z', 'elected')
                """)
            let own = try estate.ask(.wife, "POST", dead + "/decision", Self.ended)
            #expect(try estate.refusal(own) == "403 own-household")
            #expect(try estate.ask(.officer, "POST", dead + "/decision", Self.ended).status == 204)
            #expect(
                try estate.texts("SELECT state FROM linli.person WHERE id = \(Estate.leader)")
                    == ["dead"])
            #expect(try !isMember(estate, Estate.leader))
            #expect(try estate.told(.wife, "person.dead").count == 1)
            #expect(estate.api.logged.lines == [])
        }
    }

    @Test("one leaves at once, after reading what it means")
    func leaving() async throws {
        try await Estate.with { estate async throws in
            let path = Estate.base + "/household/leaving"
            let home = #""household":"\#(Estate.ownHousehold)""#
            let first = try estate.ask(.wife, "POST", path, "{\(home)}")
            #expect(try estate.refusal(first) == "409 leaving-means")
            #expect(first.text.contains("住户核验随之失效"))
            #expect(try isMember(estate, Estate.wife))
            let sure = #"{\#(home),"understood":true}"#
            #expect(try estate.ask(.husband, "POST", path, sure).status == 404)
            #expect(try estate.ask(.wife, "POST", path, sure).status == 204)
            #expect(try !isMember(estate, Estate.wife))
            #expect(try estate.told(.leader, "membership.left").count == 1)
            let standing = try estate.content(
                try estate.ask(.wife, "GET", Estate.base + "/me/standing"))
            #expect(standing["level"]?.text != "household")
            #expect(try estate.ask(.wife, "POST", path, sure).status == 404)
            #expect(estate.api.logged.lines == [])
        }
    }
}
