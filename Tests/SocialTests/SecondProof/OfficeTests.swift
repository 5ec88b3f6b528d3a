internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Offices and their two factors") struct OfficeTests {
    private static let announcements = "\(ProofEstate.path)/announcements"

    private static let draft = """
        {"audience":[{"kind":"place","place":"\(APIFixture.id(0xA1))"}],"title_zh":"停水","body_zh":"明天。",
        "ends":"2026-04-01T00:00:00Z"}
        """

    private static let forStairLeaders = """
        {"audience":[{"kind":"role","role":"stair_leader"}],"title_zh":"开会","body_zh":"今晚。",
        "ends":"2026-04-01T00:00:00Z"}
        """

    /// The leader, signed in by phone alone, and what publishing answers.
    private func leader(_ estate: ProofEstate) async throws -> String {
        try #require(
            try estate.object(await estate.redeem(APIFixture.residentPhone))["token"]?.text)
    }

    private func publish(_ estate: ProofEstate, _ token: String) throws -> TestClient.Answer {
        try estate.ask(nil, "POST", Self.announcements, token: token, Self.draft)
    }

    @Test("an office does nothing in a session without a proof, and is told why")
    func asleep() async throws {
        try await ProofEstate.with(AnnouncementOperations.all(signals: EventSignals())) { estate in
            let token = try await leader(estate)
            let refused = try publish(estate, token)
            #expect(refused.status == 403)
            #expect(try estate.refusal(refused) == "second-proof-needed")
            #expect(refused.text.contains("通行密钥"))
            let wife = try publish(estate, #require(estate.api.tokens[APIFixture.wife]))
            #expect(try estate.refusal(wife) == "may-not-announce", "who has none is not told so")
            #expect(
                try publish(estate, #require(estate.api.tokens[APIFixture.resident])).status
                    == 201)
        }
    }

    @Test("what is addressed to an office is not read without a proof")
    func reading() async throws {
        try await ProofEstate.with(AnnouncementOperations.all(signals: EventSignals())) { estate in
            let published = try estate.ask(
                APIFixture.officer, "POST", Self.announcements, Self.forStairLeaders)
            #expect(published.status == 201, "\(published.text)")
            let path = try #require(published["location"])
            let token = try await leader(estate)
            #expect(try estate.ask(nil, "GET", path, token: token).status == 404)
            #expect(try estate.ask(APIFixture.resident, "GET", path).status == 200)
        }
    }

    @Test("a refused write is not kept: after the proof the same key goes through")
    func retried() async throws {
        try await ProofEstate.with(AnnouncementOperations.all(signals: EventSignals())) { estate in
            let key = SoftAuthenticator()
            #expect(
                try estate.add(key, token: #require(estate.api.tokens[APIFixture.resident]))
                    .status == 201)
            let token = try await leader(estate)
            func publish() throws -> Int {
                try estate.ask(
                    nil, "POST", Self.announcements, token: token, key: "one", Self.draft
                ).status
            }
            #expect(try publish() == 403)
            #expect(try estate.prove(key, token: token).status == 204)
            #expect(try publish() == 201)
            #expect(try publish() == 201)
        }
    }

    @Test("twelve hours after its proof an office takes another, and the session goes on")
    func shift() async throws {
        try await ProofEstate.with(AnnouncementOperations.all(signals: EventSignals())) { estate in
            let key = SoftAuthenticator()
            #expect(
                try estate.add(key, token: #require(estate.api.tokens[APIFixture.resident]))
                    .status == 201)
            let token = try #require(try estate.object(estate.signIn(key))["token"]?.text)
            let ends = APIFixture.start + .seconds(12 * 3600)
            try estate.api.clock.set(ends - .microseconds(1))
            #expect(try publish(estate, token).status == 201)
            try estate.api.clock.set(ends)
            #expect(try publish(estate, token).status == 403)
            #expect(try estate.ask(nil, "GET", "/api/v1/me", token: token).status == 200)
            #expect(try estate.isProved(token) == true, "as a resident's it is still proved")
            #expect(try estate.prove(key, token: token).status == 204)
            #expect(try publish(estate, token).status == 201)
        }
    }

    /// What proves a session.
    enum Way: CaseIterable {
        case paper, member, desk
    }

    @Test(
        "paper and household prove a person; an office takes a passkey, or another's desk",
        arguments: Way.allCases)
    func factors(way: Way) async throws {
        try await ProofEstate.with(AnnouncementOperations.all(signals: EventSignals())) { estate in
            try estate.api.database.superuser().run(
                """
                INSERT INTO linli.membership
                    (estate_id, id, household_id, person_id, role_in_household, begins) VALUES
                    ('\(APIFixture.a)', '\(APIFixture.id(0x79))', '\(APIFixture.id(0xD1))',
                        '\(ProofEstate.leader)', 'relative', '2026-01-01Z')
                """)
            let token = try await leader(estate)
            switch way {
            case .paper:
                let code = try estate.deviceCode(for: ProofEstate.leader)
                let proved = try estate.ask(
                    nil, "POST", "/api/v1/me/proof/codes", token: token, #"{"code":"\#(code)"}"#)
                #expect(proved.status == 204)
            case .member:
                let request = try estate.request(token: token)
                #expect(
                    try estate.vouch(APIFixture.wife, for: ProofEstate.leader, request).status
                        == 204)
            case .desk:
                let request = try estate.request(token: token)
                #expect(
                    try estate.vouch(
                        ProofEstate.worker, for: ProofEstate.leader, request, because: "本人在场"
                    ).status == 204)
            }
            #expect(try estate.isProved(token) == true)
            #expect(try publish(estate, token).status == (way == .desk ? 201 : 403))
        }
    }

    @Test("the machine's operator gives an office its first code, once, for a day")
    func firstCode() async throws {
        try await ProofEstate.with(AnnouncementOperations.all(signals: EventSignals())) { estate in
            let vault = IdentifierVault(estate.api.keyring)
            func issue(_ phone: String) throws -> (count: Int64?, code: DeviceCode) {
                let code = DeviceCode.random()
                let phone = vault.hash(of: try #require(PhoneNumber(phone)))
                let at = estate.api.clock.now()
                let id = UUIDGenerator(clock: estate.api.clock).next()
                let server = try BlockingConnection(
                    estate.api.database.connection(as: "linli"))
                let count = try server.run(
                    OneCell<Int64>(
                        sql: """
                            SELECT linli.issue_operator_code(\(phone),
                                \(id), \(vault.hash(of: code)), \(at), \(at + .seconds(86_400)))
                            """)
                ).first
                return (count, code)
            }
            #expect(try issue(APIFixture.couplePhone).count == 0, "no office, no code")
            let first = try issue(APIFixture.residentPhone)
            #expect(first.count == 1)
            let token = try await leader(estate)
            func enter(_ code: DeviceCode) throws -> Int {
                try estate.ask(
                    nil, "POST", "/api/v1/me/proof/codes", token: token,
                    #"{"code":"\#(code.text)"}"#
                ).status
            }
            let second = try issue(APIFixture.residentPhone)
            #expect(try enter(first.code) == 422, "the newer one voids it")
            #expect(try enter(second.code) == 204)
            #expect(try publish(estate, token).status == 201)
            #expect(try estate.add(SoftAuthenticator(), token: token).status == 201)
            #expect(try enter(second.code) == 422)
        }
    }
}
