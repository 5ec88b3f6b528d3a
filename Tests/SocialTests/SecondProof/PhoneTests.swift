internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

@Suite("Phones that changed hands, and phones that change") struct PhoneTests {
    /// 90 days after the fixture's phones were entered, which nobody has signed in by.
    private static let unused =
        (Instant("2026-01-01T00:00:00Z") ?? .epoch) + .seconds(90 * 86_400)

    @Test("a phone that nobody used for 90 days names nobody, and asks for more")
    func recycled() async throws {
        try await ProofEstate.with { estate in
            try estate.api.clock.set(Self.unused - .microseconds(1))
            #expect(try await estate.redeem(APIFixture.residentPhone).status == 201)
            try estate.api.clock.set(Self.unused)
            let answer = try await estate.redeem(APIFixture.couplePhone)
            #expect(answer.status == 200)
            let who = try estate.object(answer)
            #expect(who["who"]?.elements?.isEmpty == true && who["needs_proof"]?.bool == true)
            #expect(!answer.text.contains("王") && !answer.text.contains("李"))
            #expect(!answer.text.contains(APIFixture.wife.description))
            let ticket = try #require(who["ticket"]?.text)
            let chosen = try estate.ask(
                nil, "POST", "/api/v1/sign-in/choices",
                ProofEstate.json([
                    ("ticket", ticket), ("account", APIFixture.wife.description),
                ]))
            #expect(chosen.status == 422, "not even by who knows the account")
            let code = try estate.deviceCode(for: ProofEstate.husband)
            let signedIn = try prove(estate, ticket, code: code)
            #expect(signedIn.status == 201, "\(signedIn.text)")
            let session = try estate.object(signedIn)
            #expect(session["account"]?.text == APIFixture.husband.description)
            #expect(session["is_proved"]?.bool == true)
            #expect(try prove(estate, ticket, code: code).status == 422, "once")
        }
    }

    private func prove(
        _ estate: ProofEstate, _ ticket: String, code: String? = nil, request: String? = nil
    ) throws -> TestClient.Answer {
        try estate.ask(
            nil, "POST", "/api/v1/sign-in/proofs",
            ProofEstate.json([("ticket", ticket), ("code", code), ("request", request)]))
    }

    @Test("only the one whose phone is in doubt is asked; the other is named as ever")
    func mixed() async throws {
        try await ProofEstate.with { estate in
            try estate.api.clock.set(Self.unused - .seconds(3600))
            _ = try await estate.choose(APIFixture.wife)
            try estate.api.clock.set(Self.unused)
            let who = try estate.object(await estate.redeem(APIFixture.couplePhone))
            #expect(who["who"]?.elements?.map { $0["name"]?.text } == ["王*芳"])
            #expect(who["needs_proof"]?.bool == true)
        }
    }

    @Test("a member of the household or the desk vouches before anybody is signed in")
    func vouching() async throws {
        try await ProofEstate.with { estate in
            try estate.api.clock.set(Self.unused)
            let who = try estate.object(await estate.redeem(APIFixture.couplePhone))
            let ticket = try #require(who["ticket"]?.text)
            let asked = try estate.ask(
                nil, "POST", "/api/v1/sign-in/proof-requests",
                ProofEstate.json([("ticket", ticket)]))
            #expect(asked.status == 201)
            let object = try estate.object(asked)
            let id = try #require(object["request"]?.text)
            let number = try #require(object["number"]?.integer)
            #expect(try prove(estate, ticket, request: id).status == 422, "nobody has yet")
            try estate.api.clock.set(Self.unused + .seconds(599))
            let vouched = try estate.vouch(
                APIFixture.husband, for: ProofEstate.wife, (id, number))
            #expect(vouched.status == 204, "\(vouched.text)")
            let signedIn = try estate.object(prove(estate, ticket, request: id))
            #expect(signedIn["account"]?.text == APIFixture.wife.description)
            #expect(signedIn["is_proved"]?.bool == true)
            #expect(
                try estate.events(about: ProofEstate.wife) == [
                    "proof.asked job", "session.proved person", "session.proved job",
                ])
        }
    }

    @Test("whoever asks with a ticket of nobody hears the same")
    func alike() async throws {
        try await ProofEstate.with { estate in
            for made in [SessionToken.random().text, String(repeating: "x", count: 43), "?"] {
                let asked = try estate.ask(
                    nil, "POST", "/api/v1/sign-in/proof-requests",
                    ProofEstate.json([("ticket", made)]))
                #expect(asked.status == 201, "\(made)")
                let id = try #require(try estate.object(asked)["request"]?.text)
                #expect(try prove(estate, made, request: id).status == 422)
            }
        }
    }

    @Test("the same device ends the doubt about a phone that was not used, and proves nothing")
    func sameDevice() async throws {
        try await ProofEstate.with { estate in
            let first = try estate.object(await estate.redeem(APIFixture.residentPhone))
            let device = try #require(first["device_token"]?.text)
            try estate.api.clock.set(APIFixture.start + .seconds(90 * 86_400))
            let stranger = try await estate.redeem(APIFixture.residentPhone)
            #expect(stranger.status == 200)
            try estate.api.clock.set(APIFixture.start + .seconds(90 * 86_400 + 61))
            let same = try await estate.redeem(APIFixture.residentPhone, device: device)
            #expect(same.status == 201)
            #expect(try estate.object(same)["is_proved"]?.bool == false)
        }
    }

    @Test(
        "a reported phone asks for more at once, and a known device that proves nothing will not do"
    )
    func reported() async throws {
        try await ProofEstate.with { estate in
            let first = try estate.object(await estate.redeem(APIFixture.residentPhone))
            let device = try #require(first["device_token"]?.text)
            let strangers = try #require(first["token"]?.text)
            let path = "\(ProofEstate.path)/people/\(ProofEstate.leader)/phone-reports"
            let body = #"{"because":"来电的是陌生人"}"#
            #expect(try estate.ask(APIFixture.wife, "POST", path, body).status == 404)
            #expect(try estate.ask(ProofEstate.worker, "POST", path, body).status == 204)
            let over = try estate.ask(nil, "GET", "/api/v1/me", token: strangers)
            #expect(over.status == 401, "a session without a proof may be the stranger's")
            #expect(try estate.ask(APIFixture.resident, "GET", "/api/v1/me").status == 200)
            try estate.api.clock.set(APIFixture.start + .seconds(61))
            let answer = try await estate.redeem(APIFixture.residentPhone, device: device)
            #expect(answer.status == 200 && !answer.text.contains("张"))
            #expect(try estate.notices(of: ProofEstate.leader) == ["phone.reported"])

            let key = SoftAuthenticator()
            let own = try #require(estate.api.tokens[APIFixture.resident])
            #expect(try estate.add(key, token: own).status == 201)
            let ticket = try #require(try estate.object(answer)["ticket"]?.text)
            #expect(try estate.signIn(key, ticket: ticket).status == 201)
            try estate.api.clock.set(APIFixture.start + .seconds(122))
            #expect(
                try await estate.redeem(APIFixture.residentPhone).status == 201,
                "the passkey said that the phone is there")
        }
    }

    @Test("who is protected from the one at the desk is served by the next: code and phone alike")
    func protectedFromDesk() async throws {
        try await ProofEstate.with { estate in
            try estate.api.database.superuser().run(
                ProtectionRow.sql(
                    ProofEstate.wife, from: ProofEstate.workerPerson, set: ProofEstate.leader))
            let person = "\(ProofEstate.path)/people/\(ProofEstate.wife)"
            for (desk, code, report) in [
                (ProofEstate.worker, 404, 404), (APIFixture.officer, 201, 204),
            ] {
                #expect(try estate.ask(desk, "POST", person + "/device-codes", "{}").status == code)
                let reported = try estate.ask(
                    desk, "POST", person + "/phone-reports", #"{"because":"号码换了人"}"#)
                #expect(reported.status == report, "\(reported.text)")
            }
        }
    }

    @Test("one reports one's own phone in any session, and goes on in it")
    func ownReport() async throws {
        try await ProofEstate.with { estate in
            let token = try #require(
                try estate.object(await estate.redeem(APIFixture.residentPhone))["token"]?.text)
            let reported = try estate.ask(
                nil, "POST", "/api/v1/me/phone-reports", token: token)
            #expect(reported.status == 204)
            #expect(try estate.ask(nil, "GET", "/api/v1/me", token: token).status == 200)
            try estate.api.clock.set(APIFixture.start + .seconds(61))
            #expect(try await estate.redeem(APIFixture.residentPhone).status == 200)
        }
    }

    @Test("a phone is changed in a proved session, by the code that came to the new one")
    func change() async throws {
        try await ProofEstate.with { estate in
            let new = "13900000009"
            let unproved = try #require(
                try await estate.choose(APIFixture.wife)["token"]?.text)
            let refused = try estate.ask(
                nil, "POST", "/api/v1/me/phone-codes", token: unproved, #"{"phone":"\#(new)"}"#)
            #expect(try refused.status == 403 && estate.refusal(refused) == "second-proof-needed")
            let sent = estate.api.post.count
            let asked = try estate.ask(
                APIFixture.wife, "POST", "/api/v1/me/phone-codes", #"{"phone":"\#(new)"}"#)
            #expect(asked.status == 202)
            for _ in 0..<2000 where estate.api.post.count <= sent {
                await estate.api.server.shard.sleep(for: .milliseconds(1))
            }
            let request = try #require(try estate.object(asked)["request"]?.text)
            let code = try #require(estate.api.post.lastCode)
            let signIn = try estate.ask(
                nil, "POST", "/api/v1/sign-in/sessions",
                ProofEstate.json([("request", request), ("code", code)]))
            #expect(signIn.status == 422, "it is no sign-in's code")
            func put(_ account: UUID, _ phone: String, _ code: String) throws -> Int {
                try estate.ask(
                    account, "PUT", "/api/v1/me/phone",
                    ProofEstate.json([("phone", phone), ("request", request), ("code", code)])
                ).status
            }
            #expect(try put(APIFixture.wife, new, code == "000000" ? "1" : "000000") == 422)
            #expect(try put(APIFixture.wife, "13900000008", code) == 422)
            #expect(try put(APIFixture.resident, new, code) == 422, "of another account")
            #expect(try put(APIFixture.wife, new, code) == 204)
            #expect(try put(APIFixture.wife, new, code) == 422, "once")
            try estate.api.clock.set(APIFixture.start + .seconds(61))
            #expect(try await estate.redeem(new).status == 201)
            let his = try await estate.redeem(APIFixture.couplePhone)
            #expect(his.status == 201, "the old one is the husband's alone")
            #expect(try estate.notices(of: ProofEstate.wife) == ["phone.changed"])
        }
    }
}
