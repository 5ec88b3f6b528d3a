internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

@Suite("A desk that vouches for sign-ins") struct DeskTests {
    private static let desks = "\(ProofEstate.path)/desks"

    private func open(_ estate: ProofEstate) throws -> (id: String, token: String) {
        let opened = try estate.ask(
            ProofEstate.worker, "POST", Self.desks, #"{"label":"居委会大厅"}"#)
        #expect(opened.status == 201, "\(opened.text)")
        #expect(opened["set-cookie"]?.hasPrefix("linli-desk=") == true)
        let object = try estate.object(opened)
        return (try #require(object["id"]?.text), try #require(object["token"]?.text))
    }

    /// Enters so many residents, each with a phone of its own.
    private func residents(_ count: Int, _ estate: ProofEstate) throws -> [String] {
        let vault = IdentifierVault(estate.api.keyring)
        let server = try estate.api.database.superuser()
        return try (0..<count).map { place in
            let number = "137\(String(place + 10_000_000))"
            let account = APIFixture.id(0x1000 + UInt64(place))
            let phone = try #require(PhoneNumber(number))
            _ = try server.run(
                OneCell<Int64>(
                    sql: """
                        WITH account AS (
                            INSERT INTO linli.account (id, created_at)
                            VALUES (\(account), '2026-02-01Z') RETURNING id
                        ), phone AS (
                            INSERT INTO linli.account_identifier (account_id, id, kind,
                                value_hash, value_sealed, created_at)
                            SELECT id, id, 'phone', \(vault.hash(of: phone)), '\\x00',
                                '2026-02-01Z'
                            FROM account RETURNING 1)
                        SELECT count(*) FROM phone
                        """))
            return number
        }
    }

    private func sent(_ estate: ProofEstate, _ phones: [String], desk: String?) async throws -> Int
    {
        let before = estate.api.post.count
        for phone in phones {
            _ = try estate.ask(
                nil, "POST", "/api/v1/sign-in/codes",
                ProofEstate.json([("phone", phone), ("desk_token", desk)]))
        }
        for _ in 0..<300 where estate.api.post.count - before < phones.count {
            await estate.api.server.shard.sleep(for: .milliseconds(1))
        }
        return estate.api.post.count - before
    }

    @Test("thirty sign in within a minute from one address, where without it ten would")
    func thirty() async throws {
        try await ProofEstate.with { estate in
            let phones = try residents(40, estate)
            let desk = try open(estate)
            for phone in phones.prefix(30) {
                let answer = try await estate.redeem(phone, desk: desk.token)
                #expect(answer.status == 201, "\(answer.text)")
                #expect(try estate.object(answer)["device_token"] == nil, "it is the desk's")
            }
            let vouched = try estate.api.database.superuser().run(
                OneCell<Int64>(
                    sql: """
                        SELECT count(*) FROM linli.session AS s
                        JOIN linli.desk AS d ON d.estate_id = s.desk_estate_id AND d.id = s.desk_id
                        WHERE d.opened_by = \(ProofEstate.workerPerson)
                        """))
            #expect(vouched == [30], "who vouched is known")
            #expect(try await sent(estate, Array(phones.suffix(10)), desk: nil) == 10)
            try estate.api.clock.set(APIFixture.start + .seconds(3600))
            #expect(try await sent(estate, phones, desk: nil) == 10)
        }
    }

    @Test("a desk vouches for sixty codes a minute")
    func budget() async throws {
        try await ProofEstate.with { estate in
            let phones = try residents(61, estate)
            let desk = try open(estate)
            #expect(try await sent(estate, phones, desk: desk.token) == 60)
            try estate.api.clock.set(APIFixture.start + .seconds(60))
            #expect(try await sent(estate, Array(phones.suffix(1)), desk: desk.token) == 1)
        }
    }

    /// What ends a desk.
    enum End: CaseIterable {
        case shift, closing, office
    }

    @Test(
        "it vouches no longer than its shift, its closing, and the office of who opened it",
        arguments: End.allCases)
    func ends(end: End) async throws {
        try await ProofEstate.with { estate in
            let phones = try residents(12, estate)
            let desk = try open(estate)
            switch end {
            case .shift: try estate.api.clock.set(APIFixture.start + .seconds(12 * 3600))
            case .closing:
                let path = "\(Self.desks)/\(desk.id)"
                #expect(try estate.ask(APIFixture.wife, "DELETE", path).status == 404)
                #expect(try estate.ask(ProofEstate.worker, "DELETE", path).status == 204)
                #expect(try estate.ask(ProofEstate.worker, "DELETE", path).status == 404)
            case .office:
                try estate.api.database.superuser().run(
                    "UPDATE linli.role_term SET ends = '2026-03-01Z' "
                        + "WHERE role = 'social_worker'")
            }
            #expect(try await sent(estate, phones, desk: desk.token) == 10)
        }
    }

    @Test("who has no office opens none and sees none; a made-up token vouches for nothing")
    func closed() async throws {
        try await ProofEstate.with { estate in
            let body = #"{"label":"我家"}"#
            #expect(try estate.ask(APIFixture.wife, "POST", Self.desks, body).status == 404)
            #expect(try estate.ask(APIFixture.wife, "GET", Self.desks).status == 404)
            let desk = try open(estate)
            let list = try estate.object(estate.ask(ProofEstate.worker, "GET", Self.desks))
            #expect(list["desks"]?.elements?.map { $0["id"]?.text } == [desk.id])
            let phones = try residents(11, estate)
            #expect(try await sent(estate, phones, desk: SessionToken.random().text) == 10)
        }
    }
}
