internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Joining with an account, a shared phone or a place in the register")
struct JoiningAccountTests {
    typealias Estate = JoiningEstate

    private static let phone = "13911110001"
    private static let path = "/api/v1/me/joining"

    @Test("a phone that has an account signs in first, or makes another by choice")
    func phoneKnown() async throws {
        try await Estate.with { estate async throws in
            let paper = try estate.issue(#""residence":"\#(Estate.empty)""#)
            let request = try estate.request(paper.code, APIFixture.couplePhone)
            let code = try await estate.message(after: 0)
            let known = try estate.join(request, code)
            #expect(try estate.refusal(known) == "409 phone-known")
            #expect(known.text.contains("先用它登录") && known.text.contains("as_another"))
            let joined = try estate.join(request, code, #""as_another":true"#)
            #expect(joined.status == 201, "\(joined.text)")
            #expect(
                try estate.count(
                    """
                    SELECT count(DISTINCT account_id) FROM linli.account_identifier
                    WHERE value_hash = (SELECT value_hash FROM linli.account_identifier
                        WHERE account_id = \(APIFixture.wife))
                    """) == 3)
        }
    }

    @Test("a phone leads to so many accounts and no more")
    func phoneFull() async throws {
        var limits = JoinLimits()
        limits.accountsPerPhone = 2
        try await Estate.with(limits: limits) { estate async throws in
            let paper = try estate.issue(#""residence":"\#(Estate.empty)""#)
            let full = try await estate.come(
                paper.code, APIFixture.couplePhone, #""as_another":true"#)
            #expect(try estate.refusal(full) == "409 phone-full")
        }
    }

    @Test("a paper code does not prove who issued it, by its account or by its phone")
    func issuer() async throws {
        try await Estate.with { estate async throws in
            let paper = try estate.issue(#""residence":"\#(Estate.empty)""#, by: .leader)
            let own = try estate.ask(.leader, "POST", Self.path, #"{"code":"\#(paper.code)"}"#)
            #expect(try estate.refusal(own) == "403 own-household")
            let another = try await estate.come(
                paper.code, APIFixture.residentPhone, #""as_another":true"#)
            #expect(try estate.refusal(another) == "403 own-household")
        }
    }

    @Test("a code into the home of a protected person is revoked for the other; she reads why")
    func protected() async throws {
        try await Estate.with(
            prepare: ProtectionRow.sql(Estate.wife, from: Estate.husband, set: Estate.leader)
        ) { estate async throws in
            let hers = try estate.issue(
                #""household":"\#(Estate.ownHousehold)""#, standing: "relative")
            let his = try estate.issue(
                #""household":"\#(Estate.otherHousehold)""#, standing: "relative")
            let revoked = try estate.issue(
                #""household":"\#(Estate.firstFlat)""#, standing: "relative")
            #expect(
                try estate.ask(
                    .officer, "DELETE", Estate.base + "/join-codes/\(revoked.id)"
                ).status == 204)
            func used(_ reader: Estate.Reader, _ code: String) throws -> JSON {
                try JSON(
                    parsing: estate.ask(reader, "POST", Self.path, #"{"code":"\#(code)"}"#).body)
            }
            let blind = try used(.husband, hers.code)
            #expect(blind["code"]?.text == "join-code-ended")
            #expect(blind["detail"] == (try used(.husband, revoked.code)["detail"]))
            #expect(try used(.wife, his.code)["code"]?.text == "protection-between")
            #expect(try estate.households(of: "\(Estate.husband)").count == 1)
        }
    }

    @Test("a signed-in account becomes a person of the estate, or another member there, once")
    func signedIn() async throws {
        try await Estate.with { estate async throws in
            let first = try estate.issue(
                #""household":"\#(Estate.otherHousehold)""#, standing: "relative")
            let nameless = try estate.ask(
                .stranger, "POST", Self.path, #"{"code":"\#(first.code)"}"#)
            #expect(try estate.refusal(nameless) == "400 invalid")
            #expect(nameless.text.contains("/display_name"))
            let body = #"{"code":"\#(first.code)","display_name":"赵六"}"#
            let key = UUID.random()
            func join() throws -> TestClient.Answer {
                try estate.api.request(
                    "POST", Self.path, as: APIFixture.stranger, key: key, body: body)
            }
            let joined = try estate.content(try join(), 201)
            let again = try join()
            #expect(again.status == 201 && again["idempotency-replayed"] == "true")
            #expect(joined["estate"]?.text == APIFixture.a.description)
            let person = try #require(joined["person"]?.text)
            #expect(
                try estate.households(of: person) == [Estate.otherHousehold.description])
            #expect(try estate.told(.husband, "person.joined") == ["新住户：赵六。若不认识，请告诉居委会。"])
            #expect(try estate.told(.leader, "person.joined") == [])
            // A second household is another membership of the same person.
            let second = try estate.issue(#""residence":"\#(Estate.empty)""#)
            let more = try estate.content(
                try estate.ask(.stranger, "POST", Self.path, #"{"code":"\#(second.code)"}"#), 201)
            #expect(more["person"]?.text == person)
            #expect(try estate.households(of: person).count == 2)
            // Who belongs already does not use a code up.
            let third = try estate.issue(
                #""household":"\#(Estate.otherHousehold)""#, standing: "relative")
            let member = try estate.ask(
                .stranger, "POST", Self.path, #"{"code":"\#(third.code)"}"#)
            #expect(try estate.refusal(member) == "409 already-member")
            #expect(
                try estate.count("SELECT count(*) FROM linli.join_code WHERE used_at IS NULL") == 1)
            #expect(try estate.ask(.nobody, "POST", Self.path, body).status == 401)
        }
    }

    @Test("an entry that is out of use is for the committee to restore")
    func notHere() async throws {
        try await Estate.with { estate async throws in
            let paper = try estate.issue(#""residence":"\#(Estate.empty)""#)
            try estate.run("UPDATE linli.person SET state = 'moved' WHERE id = '\(Estate.husband)'")
            let refused = try estate.ask(
                .husband, "POST", Self.path, #"{"code":"\#(paper.code)"}"#)
            #expect(try estate.refusal(refused) == "409 person-not-here")
        }
    }

    @Test("an account tries ten codes an hour, and is told when to go on")
    func attempts() async throws {
        try await Estate.with { estate async throws in
            let paper = try estate.issue(#""residence":"\#(Estate.empty)""#)
            let wrong = #"{"code":"0000-0000-0000","display_name":"甲"}"#
            for _ in 0..<10 {
                let refused = try estate.ask(.stranger, "POST", Self.path, wrong)
                #expect(try estate.refusal(refused) == "422 join-code-wrong")
            }
            let right = #"{"code":"\#(paper.code)","display_name":"甲"}"#
            let refused = try estate.ask(.stranger, "POST", Self.path, right)
            #expect(refused.status == 429 && refused["retry-after"] == "600")
            try estate.api.clock.advance(by: .seconds(3600))
            #expect(try estate.ask(.stranger, "POST", Self.path, right).status == 201)
        }
    }

    @Test("a code for a person of the register makes its holder that person, and no other")
    func registered() async throws {
        try await Estate.with { estate async throws in
            let members = #""household":"\#(Estate.firstFlat)","person":"\#(Estate.firstFlatmate)""#
            let paper = try estate.issue(members)
            // Somebody who is here already is somebody else.
            let other = try estate.ask(
                .husband, "POST", Self.path, #"{"code":"\#(paper.code)"}"#)
            #expect(try estate.refusal(other) == "409 join-code-for-another")
            let joined = try estate.content(
                try await estate.come(paper.code, Self.phone, name: nil), 201)
            #expect(joined["person"]?.text == Estate.firstFlatmate.description)
            #expect(joined["account"]?.text == APIFixture.id(0xE6).description)
            #expect(
                try estate.households(of: Estate.firstFlatmate.description)
                    == [Estate.firstFlat.description])
            // It has signed in: a second code for it leads nowhere, and none is issued.
            let late = try estate.ask(
                .officer, "POST", Estate.base + "/join-codes",
                #"{\#(members),"standing":"head","because":"再发一次"}"#)
            #expect(late.status == 404)
        }
    }

    @Test("who has the name of an unclaimed member without a phone is that member")
    func sameName() async throws {
        try await Estate.with { estate async throws in
            let paper = try estate.issue(#""household":"\#(Estate.secondFlat)""#)
            let joined = try estate.content(
                try await estate.come(paper.code, Self.phone, name: "吴乙"), 201)
            #expect(joined["person"]?.text == Estate.secondFlatmate.description)
            // In another household the same name is somebody else.
            let first = try estate.issue(#""household":"\#(Estate.firstFlat)""#)
            let other = try estate.content(
                try await estate.come(first.code, "13911110002", name: "吴乙"), 201)
            #expect(other["person"]?.text != Estate.secondFlatmate.description)
            #expect(
                try estate.count(
                    "SELECT count(*) FROM linli.person WHERE id = \(Estate.firstFlatmate) AND claimed_at IS NULL"
                ) == 1)
        }
    }

    @Test(
        "the register's phone is not taken over by a name, and is retired by a code for its person")
    func registersPhone() async throws {
        let keyring = Keyring.random()
        let vault = IdentifierVault(keyring)
        let number = try #require(PhoneNumber("13922220000"))
        let row = APIFixture.id(0x19)
        let prepare = """
            INSERT INTO linli.account_identifier
                (account_id, id, kind, value_hash, value_sealed, created_at)
            VALUES ('\(APIFixture.id(0xE6))', '\(row)', 'phone',
                '\\x\(Hex.encoded(vault.hash(of: number)))',
                '\\x\(Hex.encoded(try vault.seal(number, identifier: row, of: APIFixture.id(0xE6))))', '2026-01-01Z');
            """
        try await Estate.with(prepare: prepare, keyring: keyring) { estate async throws in
            let byName = try estate.issue(#""household":"\#(Estate.firstFlat)""#)
            let other = try estate.content(
                try await estate.come(byName.code, Self.phone, name: "周甲"), 201)
            #expect(other["person"]?.text != Estate.firstFlatmate.description)
            let forOne = try estate.issue(
                #""household":"\#(Estate.firstFlat)","person":"\#(Estate.firstFlatmate)""#)
            let own = try estate.content(
                try await estate.come(forOne.code, "13911110002", name: nil), 201)
            #expect(own["person"]?.text == Estate.firstFlatmate.description)
            #expect(
                try estate.count(
                    """
                    SELECT count(*) FROM linli.account_identifier
                    WHERE account_id = \(APIFixture.id(0xE6)) AND retired_at IS NULL
                    """) == 1)
            #expect(
                try estate.count(
                    "SELECT count(*) FROM linli.account_identifier WHERE id = \(row) AND retired_at IS NOT NULL"
                ) == 1)
        }
    }

    @Test("of those who use one code at once, exactly one is let in")
    func race() async throws {
        try await Estate.with { estate async throws in
            let paper = try estate.issue(
                #""household":"\#(Estate.firstFlat)""#, standing: "other")
            var requests: [(request: String, code: String)] = []
            for number in 0..<6 {
                let request = try estate.request(paper.code, "1391111001\(number)")
                requests.append((request, try await estate.message(after: number)))
            }
            let ready = requests
            let statuses = try await withThrowingTaskGroup(of: String.self) { group in
                for one in ready {
                    group.addTask {
                        let answer = try estate.join(one.request, one.code)
                        return answer.status == 201 ? "201" : try estate.refusal(answer)
                    }
                }
                group.addTask {
                    let answer = try estate.ask(
                        .husband, "POST", Self.path, #"{"code":"\#(paper.code)"}"#)
                    return answer.status == 201 ? "201" : try estate.refusal(answer)
                }
                return try await group.reduce(into: [String]()) { $0.append($1) }
            }
            #expect(statuses.count { $0 == "201" } == 1)
            #expect(statuses.count { $0 == "409 join-code-ended" } == 6)
            #expect(
                try estate.count(
                    "SELECT count(*) FROM linli.membership WHERE household_id = \(Estate.firstFlat)"
                ) == 2)
            #expect(
                try estate.count("SELECT count(*) FROM linli.event WHERE kind = 'joinCode.used'")
                    == 1)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }
}
