internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Passkeys through the wire") struct PasskeyTests {
    @Test("a passkey of a proved session signs in alone, and proves that session")
    func whole() async throws {
        try await ProofEstate.with { estate in
            let key = SoftAuthenticator()
            let own = try #require(estate.api.tokens[APIFixture.wife])
            let added = try estate.add(key, token: own)
            #expect(added.status == 201, "\(added.text)")
            let passkey = try estate.object(added)
            #expect(passkey["is_trusted"]?.bool == true && passkey["label"]?.text == "手机")
            let signedIn = try estate.signIn(key)
            #expect(signedIn.status == 201, "\(signedIn.text)")
            let session = try estate.object(signedIn)
            #expect(session["account"]?.text == APIFixture.wife.description)
            #expect(session["is_proved"]?.bool == true)
            #expect(session["offers_passkey"]?.bool == false)
            let token = try #require(session["token"]?.text)
            let state = try estate.object(
                estate.ask(nil, "GET", "/api/v1/me/proof", token: token))
            #expect(state["proved_by"]?.text == "passkey")
            #expect(state["ways"]?.elements?.first?.text == "passkey")
            #expect(
                try estate.notices(of: ProofEstate.wife) == ["passkey.added", "session.proved"])
            #expect(
                try estate.events(about: ProofEstate.wife) == [
                    "passkey.added person", "session.proved job",
                ])
        }
    }

    @Test("one that is added without a proof signs in, and proves nothing before there was one")
    func untrusted() async throws {
        try await ProofEstate.with { estate in
            let first = try await estate.choose(APIFixture.wife)
            #expect(first["is_proved"]?.bool == false && first["offers_passkey"]?.bool == true)
            let token = try #require(first["token"]?.text)
            let key = SoftAuthenticator()
            let added = try estate.object(estate.add(key, token: token))
            #expect(added["is_trusted"]?.bool == false)
            let proved = try estate.prove(key, token: token)
            #expect(proved.status == 422)
            #expect(try estate.refusal(proved) == "passkey-untrusted")
            let second = try estate.object(estate.signIn(key))
            #expect(second["is_proved"]?.bool == false)
            let later = try #require(second["token"]?.text)
            let request = try estate.request(token: later)
            let vouched = try estate.vouch(
                APIFixture.husband, for: ProofEstate.wife, request)
            #expect(vouched.status == 204, "\(vouched.text)")
            #expect(try estate.isProved(later) == true)
            #expect(try estate.prove(key, token: token).status == 204, "now it is trusted")
            #expect(try estate.isProved(token) == true)
        }
    }

    @Test("who has a trusted passkey, or an office, adds another in a proved session alone")
    func adding() async throws {
        try await ProofEstate.with { estate in
            let own = try #require(estate.api.tokens[APIFixture.wife])
            #expect(try estate.add(SoftAuthenticator(), token: own).status == 201)
            let token = try #require(try await estate.choose(APIFixture.wife)["token"]?.text)
            let refused = try estate.add(SoftAuthenticator(), token: token)
            #expect(refused.status == 403)
            #expect(try estate.refusal(refused) == "second-proof-needed")
            let leader = try estate.object(await estate.redeem(APIFixture.residentPhone))
            let office = try #require(leader["token"]?.text)
            #expect(try estate.add(SoftAuthenticator(), token: office).status == 403)
            let again = SoftAuthenticator()
            #expect(try estate.add(again, token: own).status == 201)
            let known = try estate.add(again, token: own)
            #expect(try estate.refusal(known) == "passkey-known")
        }
    }

    /// What a bad answer has wrong.
    enum Fault: CaseIterable {
        case origin, relyingParty, absent, unverified, type, crossOrigin, tampered
    }

    private func bend(_ fault: Fault) -> SoftAuthenticator.Bend {
        var bend = SoftAuthenticator.Bend()
        switch fault {
        case .origin: bend.origin = "https://evil.example"
        case .relyingParty: bend.rpID = "evil.example"
        case .absent: bend.flags = 0x04
        case .unverified: bend.flags = 0x01
        case .type: bend.type = "webauthn.other"
        case .crossOrigin: bend.isCrossOrigin = true
        case .tampered: bend.tampers = true
        }
        return bend
    }

    @Test("an answer with anything wrong is refused, everywhere", arguments: Fault.allCases)
    func faults(fault: Fault) async throws {
        try await ProofEstate.with { estate in
            let own = try #require(estate.api.tokens[APIFixture.wife])
            let key = SoftAuthenticator()
            if fault != .tampered {
                let refused = try estate.add(key, token: own, bend(fault))
                #expect(refused.status == 422)
                #expect(try estate.refusal(refused) == "passkey-not-good")
            }
            #expect(try estate.add(key, token: own).status == 201)
            #expect(try estate.refusal(estate.signIn(key, bend(fault))) == "passkey-not-good")
            #expect(try estate.prove(key, token: own, bend(fault)).status == 422)
            #expect(try estate.signIn(key).status == 201, "the good one still does")
        }
    }

    @Test("an attestation of whatever format is taken, and none is believed")
    func attestation() async throws {
        try await ProofEstate.with { estate in
            var bend = SoftAuthenticator.Bend()
            bend.format = "packed"
            let own = try #require(estate.api.tokens[APIFixture.wife])
            #expect(try estate.add(SoftAuthenticator(), token: own, bend).status == 201)
        }
    }

    @Test("a challenge is good once, for what it was made for, and until its fifth minute")
    func challenges() async throws {
        try await ProofEstate.with { estate in
            let own = try #require(estate.api.tokens[APIFixture.wife])
            let key = SoftAuthenticator()
            #expect(try estate.add(key, token: own).status == 201)
            key.counts = false
            let counted = SoftAuthenticator()
            #expect(try estate.add(counted, token: own).status == 201)

            let challenge = try estate.challenge(for: "sign_in")
            let once = try key.get(challenge)
            #expect(try estate.signIn(with: once).status == 201)
            #expect(try estate.signIn(with: once).status == 422, "a repeat")
            #expect(try estate.signIn(with: counted.get(challenge)).status == 422, "by another")

            let other = try key.get(estate.challenge(for: "prove", token: own))
            #expect(try estate.signIn(with: other).status == 422, "for another purpose")
            let made = SymmetricKey.random()
            let forged = Base64.urlEncoded(HMACSHA256.code(of: [1], key: made))
            #expect(try estate.signIn(with: key.get(forged)).status == 422, "none of ours")

            let late = try key.get(estate.challenge(for: "sign_in"))
            let inTime = try key.get(estate.challenge(for: "sign_in"))
            try estate.api.clock.set(APIFixture.start + .seconds(300) - .microseconds(1))
            #expect(try estate.signIn(with: inTime).status == 201)
            try estate.api.clock.set(APIFixture.start + .seconds(300))
            #expect(try estate.signIn(with: late).status == 422)
        }
    }

    @Test("a counter that goes back is a copied key, and refused")
    func counter() async throws {
        try await ProofEstate.with { estate in
            let own = try #require(estate.api.tokens[APIFixture.wife])
            let key = SoftAuthenticator()
            #expect(try estate.add(key, token: own).status == 201)
            key.count = 7
            #expect(try estate.signIn(key).status == 201)
            key.count = 7
            #expect(try estate.signIn(key).status == 422)
            key.count = 8
            #expect(try estate.signIn(key).status == 201)
        }
    }

    @Test("a passkey proves no other account's session, and is removed by its own alone")
    func owners() async throws {
        try await ProofEstate.with { estate in
            let wife = try #require(estate.api.tokens[APIFixture.wife])
            let key = SoftAuthenticator()
            let added = try estate.object(estate.add(key, token: wife))
            let husband = try #require(
                try await estate.choose(APIFixture.husband)["token"]?.text)
            #expect(try estate.prove(key, token: husband).status == 422)
            let path = "/api/v1/me/passkeys/\(added["id"]?.text ?? "")"
            #expect(try estate.ask(nil, "DELETE", path, token: husband).status == 404)
            let unproved = try #require(try await laterWife(estate)["token"]?.text)
            let refused = try estate.ask(nil, "DELETE", path, token: unproved)
            #expect(try estate.refusal(refused) == "second-proof-needed")
            #expect(try estate.ask(nil, "DELETE", path, token: wife).status == 204)
            #expect(try estate.signIn(key).status == 422, "it is gone")
            #expect(try estate.notices(of: ProofEstate.wife).contains("passkey.removed"))
        }
    }

    private func laterWife(_ estate: ProofEstate) async throws -> JSON {
        try estate.api.clock.set(APIFixture.start + .seconds(61))
        return try await estate.choose(APIFixture.wife)
    }

    @Test("who holds an office keeps the last trusted passkey")
    func last() async throws {
        try await ProofEstate.with { estate in
            let token = try #require(estate.api.tokens[APIFixture.officer])
            let first = try estate.object(estate.add(SoftAuthenticator(), token: token))
            let path = "/api/v1/me/passkeys/\(first["id"]?.text ?? "")"
            let refused = try estate.ask(nil, "DELETE", path, token: token)
            #expect(refused.status == 409)
            #expect(try estate.refusal(refused) == "passkey-last")
            #expect(try estate.add(SoftAuthenticator(), token: token).status == 201)
            #expect(try estate.ask(nil, "DELETE", path, token: token).status == 204)
        }
    }
}
