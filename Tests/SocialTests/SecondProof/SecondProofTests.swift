internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("A new device's second proof") struct SecondProofTests {
    /// Signs the wife in with the couple's phone, without a proof; the session's token.
    private func newDevice(_ estate: ProofEstate) async throws -> String {
        try #require(try await estate.choose(APIFixture.wife)["token"]?.text)
    }

    private func enter(
        _ estate: ProofEstate, _ code: String, token: String
    ) throws -> TestClient.Answer {
        try estate.ask(
            nil, "POST", "/api/v1/me/proof/codes", token: token, #"{"code":"\#(code)"}"#)
    }

    @Test("a code on paper proves it, once, however it is typed")
    func paper() async throws {
        try await ProofEstate.with { estate in
            let token = try await newDevice(estate)
            let code = try estate.deviceCode(for: ProofEstate.wife)
            #expect(code.count == 14)
            let typed = code.lowercased().replacing("-", with: " ").replacing("0", with: "o")
            #expect(try enter(estate, typed, token: token).status == 204)
            #expect(try estate.isProved(token) == true)
            let again = try enter(estate, code, token: token)
            #expect(try again.status == 422 && estate.refusal(again) == "device-code-wrong")
            #expect(
                try estate.notices(of: ProofEstate.wife)
                    == ["deviceCode.issued", "session.proved"])
            let kept = try estate.api.database.superuser().run(
                OneCell<Int64>(
                    sql: """
                        SELECT count(*) FROM linli.device_code
                        WHERE position(\(code) IN device_code::text) > 0
                        """))
            #expect(kept == [0], "the code itself is kept nowhere")
        }
    }

    @Test("a code of another account, an older, a revoked or a lapsed one proves nothing")
    func void() async throws {
        try await ProofEstate.with { estate in
            let token = try await newDevice(estate)
            let his = try estate.deviceCode(for: ProofEstate.husband)
            #expect(try enter(estate, his, token: token).status == 422)
            let older = try estate.deviceCode(for: ProofEstate.wife)
            let revoked = try estate.object(
                estate.ask(
                    ProofEstate.worker, "POST",
                    "\(ProofEstate.path)/people/\(ProofEstate.wife)/device-codes", "{}"))
            #expect(try enter(estate, older, token: token).status == 422)
            let path = "\(ProofEstate.path)/device-codes/\(revoked["id"]?.text ?? "")"
            #expect(try estate.ask(APIFixture.wife, "DELETE", path).status == 404)
            #expect(try estate.ask(ProofEstate.worker, "DELETE", path).status == 204)
            #expect(
                try enter(estate, revoked["code"]?.text ?? "", token: token).status == 422)
            let dated = try estate.deviceCode(for: ProofEstate.wife, days: 1)
            try estate.api.clock.set(APIFixture.start + .seconds(86_400))
            #expect(try enter(estate, dated, token: token).status == 422)
            let good = try estate.deviceCode(for: ProofEstate.wife, days: 1)
            try estate.api.clock.set(APIFixture.start + .seconds(2 * 86_400) - .microseconds(1))
            #expect(try enter(estate, good, token: token).status == 204)
        }
    }

    @Test("an account tries ten codes an hour, and the right one is no better after that")
    func tries() async throws {
        try await ProofEstate.with { estate in
            let token = try await newDevice(estate)
            let code = try estate.deviceCode(for: ProofEstate.wife)
            for _ in 0..<10 {
                #expect(try enter(estate, "ZZZZ-ZZZZ-ZZZZ", token: token).status == 422)
            }
            #expect(try enter(estate, code, token: token).status == 422)
            try estate.api.clock.set(APIFixture.start + .seconds(3600))
            #expect(try enter(estate, code, token: token).status == 204)
        }
    }

    @Test("one try under one key counts once, and answers the same")
    func repeats() async throws {
        try await ProofEstate.with { estate in
            let token = try await newDevice(estate)
            for _ in 0..<12 {
                let answer = try estate.ask(
                    nil, "POST", "/api/v1/me/proof/codes", token: token, key: "one",
                    #"{"code":"ZZZZ-ZZZZ-ZZZZ"}"#)
                #expect(answer.status == 422)
            }
            let code = try estate.deviceCode(for: ProofEstate.wife)
            #expect(try enter(estate, code, token: token).status == 204)
        }
    }

    @Test("a grown member of the household vouches by the number on the other's screen")
    func member() async throws {
        try await ProofEstate.with { estate in
            let token = try await newDevice(estate)
            let request = try estate.request(token: token)
            let state = try estate.object(
                estate.ask(nil, "GET", "/api/v1/me/proof", token: token))
            #expect(state["asked"]?["number"]?.integer == request.number)
            let list = try estate.object(
                estate.ask(APIFixture.husband, "GET", "\(ProofEstate.path)/proof-requests"))
            let shown = try #require(list["requests"]?.elements?.first)
            #expect(shown["display_name"]?.text == "王小芳")
            #expect(shown["is_of_household"]?.bool == true && shown["number"] == nil)
            let neighbour = try estate.vouch(
                APIFixture.resident, for: ProofEstate.wife, request)
            #expect(neighbour.status == 404, "of another household")
            let wrong = try estate.vouch(
                APIFixture.husband, for: ProofEstate.wife,
                (request.id, request.number == 10 ? 11 : 10))
            #expect(try wrong.status == 422 && estate.refusal(wrong) == "number-wrong")
            #expect(try estate.isProved(token) == false)
            #expect(
                try estate.vouch(APIFixture.husband, for: ProofEstate.wife, request).status
                    == 204)
            #expect(try estate.isProved(token) == true)
            #expect(
                try estate.vouch(APIFixture.husband, for: ProofEstate.wife, request).status
                    == 404, "it is done")
            #expect(
                try estate.events(about: ProofEstate.wife) == [
                    "proof.asked person", "session.proved person",
                ])
        }
    }

    @Test("the third wrong number ends it, and so does the tenth minute")
    func ends() async throws {
        try await ProofEstate.with { estate in
            let token = try await newDevice(estate)
            let first = try estate.request(token: token)
            for _ in 0..<3 {
                let wrong = (first.id, first.number == 10 ? 11 as Int64 : 10)
                #expect(
                    try estate.vouch(APIFixture.husband, for: ProofEstate.wife, wrong).status
                        == 422)
            }
            #expect(
                try estate.vouch(APIFixture.husband, for: ProofEstate.wife, first).status == 404)
            let second = try estate.request(token: token)
            try estate.api.clock.set(APIFixture.start + .seconds(600))
            #expect(
                try estate.vouch(APIFixture.husband, for: ProofEstate.wife, second).status == 404)
            let third = try estate.request(token: token)
            try estate.api.clock.set(APIFixture.start + .seconds(1200) - .microseconds(1))
            #expect(
                try estate.vouch(APIFixture.husband, for: ProofEstate.wife, third).status == 204)
            let often = try estate.ask(
                nil, "POST", "/api/v1/me/proof/requests", token: token)
            #expect(try often.status == 429 && estate.refusal(often) == "asked-too-often")
        }
    }

    @Test("a child does not vouch, nor a session without a proof, nor anybody for itself")
    func others() async throws {
        try await ProofEstate.with { estate in
            try birthday(estate, ProofEstate.daughterPerson, "2011-01-01")
            let token = try await newDevice(estate)
            let request = try estate.request(token: token)
            #expect(
                try estate.vouch(ProofEstate.daughter, for: ProofEstate.wife, request).status
                    == 404)
            try estate.api.clock.set(APIFixture.start + .seconds(61))
            let his = try #require(try await estate.choose(APIFixture.husband)["token"]?.text)
            let path = "\(ProofEstate.path)/proof-requests"
            let unproved = try estate.ask(nil, "GET", path, token: his)
            #expect(try unproved.status == 403 && estate.refusal(unproved) == "second-proof-needed")
            #expect(
                try estate.vouch(APIFixture.wife, for: ProofEstate.wife, request).status == 404)
            try birthday(estate, ProofEstate.daughterPerson, "2008-03-01")
            #expect(
                try estate.vouch(ProofEstate.daughter, for: ProofEstate.wife, request).status
                    == 204, "of age since today")
        }
    }

    /// Enters a day of birth, sealed as the roster's import does.
    private func birthday(_ estate: ProofEstate, _ person: UUID, _ day: String) throws {
        let vault = PersonVault(estate.api.keyring, of: APIFixture.a)
        let sealed = try vault.seal(day, .birthDate, of: person)
        _ = try estate.api.database.superuser().run(
            OneCell<Int64>(
                sql: """
                    WITH entered AS (
                        INSERT INTO linli.person_sealed
                            (estate_id, person_id, field, value_sealed, changed_at)
                        VALUES (\(APIFixture.a), \(person), 'birth_date', \(sealed),
                            '2026-01-01Z')
                        ON CONFLICT ON CONSTRAINT person_sealed_pkey
                        DO UPDATE SET value_sealed = excluded.value_sealed
                        RETURNING 1)
                    SELECT count(*) FROM entered
                    """))
    }

    @Test("the desk vouches with a reason, for others alone, and is told of by name of its act")
    func desk() async throws {
        try await ProofEstate.with { estate in
            let token = try await newDevice(estate)
            let request = try estate.request(token: token)
            let silent = try estate.vouch(ProofEstate.worker, for: ProofEstate.wife, request)
            #expect(silent.status == 404, "without a reason it would be the household's word")
            let vouched = try estate.vouch(
                ProofEstate.worker, for: ProofEstate.wife, request, because: "看过身份证")
            #expect(vouched.status == 204)
            let state = try estate.object(
                estate.ask(nil, "GET", "/api/v1/me/proof", token: token))
            #expect(state["proved_by"]?.text == "desk")
            #expect(try estate.notices(of: ProofEstate.wife) == ["proof.asked", "session.proved"])
            let own = try estate.request(
                token: #require(estate.api.tokens[APIFixture.officer]))
            let officer = try estate.api.database.superuser().run(
                OneCell<UUID>(
                    sql: """
                        SELECT id FROM linli.person
                        WHERE estate_id = \(APIFixture.a) AND account_id = \(APIFixture.officer)
                        """)
            ).first
            let itself = try estate.vouch(
                APIFixture.officer, for: officer ?? ProofEstate.wife, own, because: "我自己")
            #expect(itself.status == 404)
            let code = try estate.ask(
                ProofEstate.worker, "POST",
                "\(ProofEstate.path)/people/\(ProofEstate.workerPerson)/device-codes", "{}")
            #expect(try code.status == 403 && estate.refusal(code) == "not-for-oneself")
        }
    }

    @Test("a device that a proved session made known proves the next, for a year")
    func known() async throws {
        try await ProofEstate.with { estate in
            let first = try await estate.choose(APIFixture.wife)
            let device = try #require(first["device_token"]?.text)
            let token = try #require(first["token"]?.text)
            try estate.api.clock.set(APIFixture.start + .seconds(61))
            let second = try await estate.choose(APIFixture.wife, device: device)
            #expect(second["is_proved"]?.bool == false, "it was never proved")
            #expect(second["device_token"] == nil, "it keeps the one that it has")
            let code = try estate.deviceCode(for: ProofEstate.wife)
            let proving = try #require(second["token"]?.text)
            #expect(try enter(estate, code, token: proving).status == 204)
            try estate.api.clock.set(APIFixture.start + .seconds(122))
            let his = try await estate.choose(APIFixture.husband, device: device)
            #expect(his["is_proved"]?.bool == false, "it is known to the account alone")
            try estate.api.clock.set(APIFixture.start + .seconds(365 * 86_400) - .microseconds(1))
            let third = try await estate.choose(APIFixture.wife, device: device)
            #expect(third["is_proved"]?.bool == true)
            #expect(try estate.ask(nil, "GET", "/api/v1/me", token: token).status == 401)
        }
    }

    @Test("ending all other sessions forgets every device")
    func forgets() async throws {
        try await ProofEstate.with { estate in
            let first = try await estate.choose(APIFixture.wife)
            let device = try #require(first["device_token"]?.text)
            let token = try #require(first["token"]?.text)
            let code = try estate.deviceCode(for: ProofEstate.wife)
            #expect(try enter(estate, code, token: token).status == 204)
            let ended = try estate.ask(APIFixture.wife, "DELETE", "/api/v1/me/sessions")
            #expect(try ended.status == 200 && estate.object(ended)["ended"]?.integer == 1)
            #expect(try estate.ask(nil, "GET", "/api/v1/me", token: token).status == 401)
            #expect(try estate.ask(APIFixture.wife, "GET", "/api/v1/me").status == 200)
            try estate.api.clock.set(APIFixture.start + .seconds(61))
            let next = try await estate.choose(APIFixture.wife, device: device)
            #expect(next["is_proved"]?.bool == false)
        }
    }
}
