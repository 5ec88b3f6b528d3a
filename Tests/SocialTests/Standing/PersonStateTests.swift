internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Who has moved or died, through the wire") struct PersonStateTests {
    typealias Estate = ParticipationEstate

    private static func state(_ person: UUID) -> String {
        Estate.base + "/people/\(person)/state"
    }

    /// Roles, a delegation and a calendar link of the member.
    private static let held = """
        INSERT INTO linli.role_term (estate_id, id, person_id, role, begins, because)
        VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x83))', '\(Estate.member)',
            'volunteer', '2026-01-01Z', 'volunteered'),
            ('\(APIFixture.a)', '\(APIFixture.id(0x84))', '\(Estate.member)',
            'organiser', '2026-05-01Z', 'volunteered');
        INSERT INTO linli.delegation (estate_id, id, doer_id, beneficiary_id, scope, begins,
            ends, because)
        VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x85))', '\(Estate.neighbour)',
            '\(Estate.member)', '{activities}', '2026-01-01Z', '2027-01-01Z', 'mandate');
        INSERT INTO linli.calendar_link (estate_id, id, person_id, kind, secret_hash,
            created_at)
        VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x86))', '\(Estate.member)',
            'personal', sha256('x'), '2026-01-01Z');
        """

    @Test("with a person all that it holds ends at once, its seat goes on, and coming back is bare")
    func dead() async throws {
        try await Estate.with(adults: 1) { estate async throws in
            let mine = try estate.join(.member)
            let next = try estate.join(.neighbour)
            try estate.change(Self.held)
            let body = #"{"state":"dead","because":"死亡证明"}"#
            for reader in [Estate.Reader.leader, .neighbour, .member, .stranger] {
                #expect(
                    try estate.ask(reader, "POST", Self.state(Estate.member), body).status == 404)
            }
            let set = try estate.json(.officer, "POST", Self.state(Estate.member), body)
            #expect(set["seats_freed"]?.integer == 1)
            #expect(try estate.ask(.member, "GET", Estate.base + "/reservations").status == 401)
            #expect(
                try estate.estate.count(
                    """
                    SELECT count(*) FROM linli.membership AS m
                    WHERE m.person_id = \(Estate.member) AND m.ends > '2026-03-01Z'
                    """) == 0)
            #expect(
                try estate.estate.count(
                    """
                    SELECT count(*) FROM linli.role_term AS t
                    WHERE t.person_id = \(Estate.member)
                        AND (t.ended_because = 'dead') AND t.ends <= greatest(t.begins, '2026-03-01Z')
                    """) == 2)
            #expect(
                try estate.estate.count(
                    """
                    SELECT count(*) FROM linli.delegation AS d, linli.calendar_link AS l
                    WHERE d.ends = '2026-03-01Z' AND l.revoked_at = '2026-03-01Z'
                    """) == 1)
            #expect(
                try estate.estate.count(
                    """
                    SELECT count(*) FROM linli.reservation AS r
                    WHERE r.id::text = \(mine["id"]?.text ?? "") AND r.state = 'ended'
                    """) == 1)
            try await estate.api.server.shard.settleOnce()
            #expect(
                try estate.json(.neighbour, "GET", estate.path(next))["state"]?.text == "offered")
            #expect(
                try estate.refusal(.officer, Self.state(Estate.member), body) == "state-there")
            // A mistake is undone with evidence; what ended stays ended.
            let back = #"{"state":"active","because":"登记有误"}"#
            try estate.json(.officer, "POST", Self.state(Estate.member), back)
            #expect(
                try estate.estate.count(
                    """
                    SELECT count(*) FROM linli.membership AS m
                    WHERE m.person_id = \(Estate.member) AND m.ends > '2026-03-01Z'
                    """) == 0)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("who answers for a group leaves with it; a duty role does nothing for its own home")
    func group() async throws {
        try await Estate.with(adults: 2) { estate async throws in
            let group = try estate.join(.leader, Estate.leader, Estate.member, Estate.child)
            let body = #"{"state":"moved","because":"物业交房"}"#
            try estate.json(.officer, "POST", Self.state(Estate.member), body)
            #expect(
                try estate.estate.count(
                    "SELECT count(*) FROM linli.reservation_member WHERE is_live") == 2)
            #expect(
                try estate.json(.leader, "GET", estate.path(group))["state"]?.text == "confirmed")
            try estate.change(
                """
                INSERT INTO linli.role_term (estate_id, id, person_id, role, begins, ends, because)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x83))', '\(Estate.leader)',
                    'social_worker', '2026-01-01Z', '2027-01-01Z', 'appointed')
                """)
            #expect(
                try estate.refusal(.leader, Self.state(Estate.child), body) == "own-household")
            let set = try estate.json(.officer, "POST", Self.state(Estate.leader), body)
            #expect(set["seats_freed"]?.integer == 1)
            #expect(
                try estate.estate.count(
                    "SELECT count(*) FROM linli.reservation WHERE state <> 'ended'") == 0)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }
}

extension Shard {
    /// Settles the capacities of the fixture's estate, as the sweep does.
    fileprivate func settleOnce() async throws {
        guard let database = local(Database.self) else { return }
        let job = Principal.job("reservation-sweep", estate: APIFixture.a)
        let page = try await database.read(
            job, CapacitiesToSettle(after: UUID(high: 0, low: 0), countMax: 10))
        let ids = UUIDGenerator(clock: Platform.Clock.settable(at: APIFixture.start, scale: 0))
        for (capacity, _) in page {
            _ = try await database.write(job) { tx in
                try await Reservations(in: tx, for: ActivityFeature(), ids: ids).settle(capacity)
                    .next
            }
        }
    }
}
