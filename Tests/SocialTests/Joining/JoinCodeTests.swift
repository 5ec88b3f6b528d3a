internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Issuing codes and inviting, through the wire") struct JoinCodeTests {
    typealias Estate = JoiningEstate

    private static let codes = Estate.base + "/join-codes"
    private static let invitations = Estate.base + "/invitations"

    private func wanted(_ members: String, standing: String = "head") -> String {
        #"{\#(members),"standing":"\#(standing)","because":"新搬来"}"#
    }

    @Test("the committee issues anywhere, a stair leader at the stair, nobody for its own home")
    func rights() async throws {
        try await Estate.with { estate async throws in
            func issue(_ reader: Estate.Reader, _ members: String) throws -> String {
                let answer = try estate.ask(reader, "POST", Self.codes, wanted(members))
                return answer.status == 201 ? "201" : try estate.refusal(answer)
            }
            let (empty, other) = (
                #""residence":"\#(Estate.empty)""#, #""residence":"\#(Estate.otherHome)""#
            )
            #expect(try issue(.officer, empty) == "201")
            #expect(try issue(.officer, other) == "201")
            #expect(try issue(.leader, empty) == "201")
            #expect(try issue(.leader, #""household":"\#(Estate.firstFlat)""#) == "201")
            #expect(try issue(.leader, other) == "404 not-found")
            #expect(
                try issue(.leader, #""household":"\#(Estate.otherHousehold)""#) == "404 not-found")
            #expect(try issue(.leader, #""residence":"\#(Estate.home)""#) == "403 own-household")
            #expect(
                try issue(.leader, #""household":"\#(Estate.ownHousehold)""#) == "403 own-household"
            )
            #expect(try issue(.officer, #""household":"\#(Estate.ownHousehold)""#) == "201")
            for reader in [Estate.Reader.wife, .husband] {
                #expect(try issue(reader, empty) == "403 may-not-admit")
            }
            #expect(try issue(.stranger, empty) == "404 not-found")
            #expect(try issue(.nobody, empty).hasPrefix("401"))
            // What is not there, is not a residence, or does not belong together.
            for members in [
                #""residence":"\#(Estate.stair)""#, #""household":"\#(APIFixture.id(0x99))""#,
                #""household":"\#(Estate.firstFlat)","residence":"\#(Estate.empty)""#,
                #""household":"\#(Estate.firstFlat)","person":"\#(Estate.secondFlatmate)""#,
                #""household":"\#(Estate.ownHousehold)","person":"\#(Estate.wife)""#,
            ] { #expect(try issue(.officer, members) == "404 not-found", "\(members)") }
            for members in [
                #""person":"\#(Estate.firstFlatmate)","residence":"\#(Estate.shared)""#,
                #""residence":"\#(Estate.empty)","last_day":"2026-02-28""#,
                #""residence":"\#(Estate.empty)","last_day":"2026-04-01""#,
                #""residence":"\#(Estate.empty)","first_day":"2026-03-09","last_day":"2026-03-08""#,
                #""residence":"\#(Estate.empty)","last_day":"2026-02-30""#,
                #""first_day":"2026-03-09""#,
            ] { #expect(try issue(.officer, members) == "400 invalid", "\(members)") }
        }
    }

    @Test("a leader whose term has ended issues nothing, from its last microsecond on")
    func term() async throws {
        try await Estate.with { estate async throws in
            let body = wanted(#""residence":"\#(Estate.empty)""#)
            try estate.run("UPDATE linli.role_term SET ends = '2026-03-02Z'")
            let end = Instant("2026-03-02T00:00:00Z") ?? .epoch
            try estate.api.clock.set(end - .microseconds(1))
            #expect(try estate.ask(.leader, "POST", Self.codes, body).status == 201)
            try estate.api.clock.set(end)
            #expect(
                try estate.refusal(try estate.ask(.leader, "POST", Self.codes, body))
                    == "403 may-not-admit")
        }
    }

    @Test("a code is shown once: not on a repeat, not in a list, not in the database")
    func shownOnce() async throws {
        try await Estate.with { estate async throws in
            let body = wanted(#""residence":"\#(Estate.empty)""#)
            func issue() throws -> TestClient.Answer {
                try estate.api.request(
                    "POST", Self.codes, as: APIFixture.officer, key: "one", body: body)
            }
            let first = try estate.content(try issue(), 201)
            let code = try #require(first["code"]?.text)
            #expect(code.utf8.count == 14)
            #expect(try estate.refusal(try issue()) == "409 secret-shown-once")
            let list = try estate.ask(.officer, "GET", Self.codes)
            #expect(list.status == 200 && !list.text.contains(code))
            let one = try #require(try estate.content(list)["join_codes"]?.elements?.first)
            #expect(one["state"]?.text == "open")
            // Two weeks, today counted, to midnight in Shanghai.
            #expect(one["ends"]?.text == "2026-03-14T16:00:00Z")
            #expect(try estate.count("SELECT count(*) FROM linli.join_code") == 1)
            let bare = code.replacing("-", with: "")
            #expect(
                try estate.count(
                    """
                    SELECT count(*) FROM linli.event
                    WHERE payload::text LIKE '%' || \(bare) || '%'
                    """) == 0)
        }
    }

    @Test("a list shows who issued, whose household and who leads; pages join")
    func list() async throws {
        try await Estate.with { estate async throws in
            func seen(_ reader: Estate.Reader, _ query: String = "") throws -> [String] {
                let json = try estate.content(
                    try estate.ask(reader, "GET", Self.codes + query))
                return (json["join_codes"]?.elements ?? []).compactMap { $0["id"]?.text }
            }
            let atEmpty = try estate.issue(#""residence":"\#(Estate.empty)""#).id
            let atOther = try estate.issue(#""household":"\#(Estate.otherHousehold)""#).id
            let atHome = try estate.issue(#""household":"\#(Estate.ownHousehold)""#).id
            #expect(try seen(.officer) == [atHome, atOther, atEmpty])
            #expect(try seen(.leader) == [atHome, atEmpty])
            #expect(try seen(.wife) == [atHome])
            #expect(try seen(.husband) == [atOther])
            #expect(try estate.ask(.stranger, "GET", Self.codes).status == 404)
            let page = try estate.ask(.officer, "GET", Self.codes + "?limit=2")
            let next = try #require(page["link"]?.split(separator: ">").first?.dropFirst())
            let rest = try estate.content(try estate.ask(.officer, "GET", String(next)))
            #expect(rest["join_codes"]?.elements?.first?["id"]?.text == atEmpty)
            let gone = try estate.ask(.officer, "DELETE", Self.codes + "/\(atEmpty)")
            #expect(gone.status == 204)
            #expect(try seen(.officer) == [atHome, atOther])
            #expect(try seen(.officer, "?state=all").count == 3)
        }
    }

    @Test("who sees a code revokes it; its issuer is told; what was used stays used")
    func revoke() async throws {
        try await Estate.with { estate async throws in
            let paper = try estate.issue(#""household":"\#(Estate.otherHousehold)""#)
            let path = Self.codes + "/\(paper.id)"
            for reader in [Estate.Reader.leader, .wife, .stranger] {
                #expect(try estate.ask(reader, "DELETE", path).status == 404)
            }
            #expect(try estate.ask(.husband, "DELETE", path).status == 204)
            #expect(
                try estate.ask(.husband, "DELETE", path).status == 204, "it is as it was wanted")
            #expect(
                try estate.told(.officer, "joinCode.revoked")
                    == ["您发出的加入码被 1幢 4号 101室 李明 作废。"])
            let used = try estate.issue(#""residence":"\#(Estate.empty)""#)
            #expect(try await estate.come(used.code, "13911110001").status == 201)
            let late = try estate.ask(.officer, "DELETE", Self.codes + "/\(used.id)")
            #expect(try estate.refusal(late) == "409 join-code-ended")
            let kinds = try estate.texts("SELECT kind FROM linli.event ORDER BY id")
            #expect(kinds.count { $0 == "joinCode.revoked" } == 1)
        }
    }

    @Test("a proved adult invites into its own household, and the other members hear of it")
    func invite() async throws {
        try await Estate.with { estate async throws in
            let answer = try estate.ask(
                .leader, "POST", Self.invitations, #"{"standing":"parent"}"#)
            let json = try estate.content(answer, 201)
            #expect(json["join_code"]?["ends"]?.text == "2026-03-08T00:00:00Z")
            #expect(
                try estate.told(.wife, "joinCode.issued") == ["张三 邀请一人加入您家。若不同意，可以作废邀请。"])
            let code = try #require(json["code"]?.text)
            let joined = try estate.content(
                try await estate.come(code, "13911110001", name: "张老"), 201)
            let token = try #require(joined["token"]?.text)
            let standing = try estate.content(
                try estate.ask(token: token, "GET", Estate.base + "/me/standing"))
            #expect(standing["proofs"]?.elements?.first?["how"]?.text == "invitation")
            #expect(try estate.told(.wife, "person.joined") == ["新住户：张老。若不认识，请告诉居委会。"])
            // One who was invited is proved, and may invite.
            let next = try estate.ask(
                token: token, "POST", Self.invitations, #"{"standing":"carer"}"#)
            #expect(next.status == 201, "\(next.text)")
            #expect(
                try estate.ask(.leader, "POST", Self.invitations, #"{"standing":"head"}"#).status
                    == 400)
        }
    }

    @Test("an invitation is void at the end of its seventh day")
    func inviteEnds() async throws {
        try await Estate.with { estate async throws in
            let json = try estate.content(
                try estate.ask(.leader, "POST", Self.invitations, #"{"standing":"other"}"#), 201)
            let code = json["code"]?.text ?? ""
            let end = Instant("2026-03-08T00:00:00Z") ?? .epoch
            try estate.api.clock.set(end)
            #expect(
                try estate.refusal(
                    try estate.ask(
                        .stranger, "POST", "/api/v1/me/joining",
                        #"{"code":"\#(code)","display_name":"赵六"}"#)) == "409 join-code-ended")
            try estate.api.clock.set(end - .microseconds(1))
            #expect(
                try estate.ask(
                    .stranger, "POST", "/api/v1/me/joining",
                    #"{"code":"\#(code)","display_name":"赵六"}"#
                ).status == 201)
        }
    }

    @Test("who is not proved, has no household or several, or has five open ones does not invite")
    func inviteRefused() async throws {
        try await Estate.with { estate async throws in
            func invite(_ reader: Estate.Reader, _ more: String = "") throws -> String {
                let answer = try estate.ask(
                    reader, "POST", Self.invitations, #"{"standing":"other"\#(more)}"#)
                return answer.status == 201 ? "201" : try estate.refusal(answer)
            }
            #expect(try invite(.officer) == "404 not-found")
            #expect(try invite(.stranger) == "404 not-found")
            let foreign = #","household":"\#(Estate.otherHousehold)""#
            #expect(try invite(.leader, foreign) == "404 not-found")
            for _ in 0..<5 { #expect(try invite(.leader) == "201") }
            #expect(try invite(.wife) == "409 invitations-max", "of the household, whoever invites")
            try estate.api.clock.advance(by: .seconds(7 * 86_400))
            #expect(try invite(.wife) == "201")
            try estate.run(
                """
                UPDATE linli.proof SET withdrawn_at = '2026-03-01Z', withdrawn_by = '\(Estate.wife)',
                    withdrawn_because = '搬走' WHERE person_id = '\(Estate.husband)'
                """)
            #expect(try invite(.husband) == "403 not-proved")
            try estate.run(
                """
                INSERT INTO linli.membership
                    (estate_id, id, household_id, person_id, role_in_household, begins)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x79))', '\(Estate.firstFlat)',
                    '\(Estate.wife)', 'other', '2026-01-01Z')
                """)
            #expect(try invite(.wife) == "400 invalid")
            #expect(
                try invite(.wife, #","household":"\#(Estate.firstFlat)""#) == "403 not-proved",
                "a proof of one household proves no other")
        }
    }

    @Test("a minor does not invite, until midnight of its eighteenth birthday")
    func minor() async throws {
        let keyring = Keyring.random()
        let vault = PersonVault(keyring, of: APIFixture.a)
        let sealed = try vault.seal("2008-03-02", .birthDate, of: Estate.wife)
        let prepare = """
            INSERT INTO linli.person_sealed (estate_id, person_id, field, value_sealed, changed_at)
            VALUES ('\(APIFixture.a)', '\(Estate.wife)', 'birth_date', '\\x\(Hex.encoded(sealed))',
                '2026-01-01Z');
            """
        try await Estate.with(prepare: prepare, keyring: keyring) { estate async throws in
            let midnight = Instant("2026-03-01T16:00:00Z") ?? .epoch
            let body = #"{"standing":"other"}"#
            try estate.api.clock.set(midnight - .microseconds(1))
            #expect(
                try estate.refusal(try estate.ask(.wife, "POST", Self.invitations, body))
                    == "403 minors-do-not-invite")
            // Nor is it told of the invitation of another.
            #expect(try estate.ask(.leader, "POST", Self.invitations, body).status == 201)
            #expect(try estate.told(.wife, "joinCode.issued") == [])
            try estate.api.clock.set(midnight)
            #expect(try estate.ask(.wife, "POST", Self.invitations, body).status == 201)
        }
    }
}
