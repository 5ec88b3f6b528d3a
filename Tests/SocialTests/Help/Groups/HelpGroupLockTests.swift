internal import Dispatch
internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

/// One after another at the same rows, each stopped where it holds something that the other wants.
@Suite("Whoever waits in a help group waits for nobody who waits for it")
struct HelpGroupLockTests {
    typealias Estate = HelpGroupEstate

    private static let bound: Duration = .seconds(30)

    /// Waits until so many transactions of this database wait for a lock.
    private static func waiting(_ help: Estate, _ count: Int64) async throws {
        let deadline = ContinuousClock.now + bound
        let watcher = try help.api.database.superuser()
        let waiters = OneCell<Int64>(
            sql: """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock'
                """)
        while try watcher.run(waiters).first ?? 0 < count {
            try #require(ContinuousClock.now < deadline, "nobody waits")
            await Task.yield()
        }
    }

    /// What a function says to a person, or to the job; on a thread of its own, and tried once.
    private static func call(
        _ help: Estate, as person: UUID?, _ sql: SQL, at instant: Instant
    ) -> Task<String?, any Error> {
        Task.detached {
            try await withCheckedThrowingContinuation { answer in
                DispatchQueue.global().async {
                    answer.resume(with: Result { try say(help, as: person, sql, at: instant) })
                }
            }
        }
    }

    private static func say(
        _ help: Estate, as person: UUID?, _ sql: SQL, at instant: Instant
    ) throws -> String? {
        let connection = try help.api.database.superuser()
        let who =
            person.map { [("principal", "person"), ("person", "\($0)")] }
            ?? [("principal", "job"), ("job", HelpGroupRound.name)]
        let when = [("instant", "\(instant.microseconds)"), ("estate", "\(APIFixture.a)")]
        for (name, value) in when + who {
            try connection.run("SELECT set_config('linli.\(name)', '\(value)', false)")
        }
        return try connection.run(OneCell<String>(sql: sql)).first
    }

    @Test("one leaves while another takes a seat of its shift")
    func leaving() async throws { try await Estate.with { try await Self.leaving($0) } }

    private static func leaving(_ help: Estate) async throws {
        let group = try #require(UUID(help.laid([.mother, .neighbour], seats: 2)))
        let found = try help.shifts(.mother, "\(group)").first?["id"]?.text.flatMap { UUID($0) }
        let shift = try #require(found)
        _ = try help.made(.mother, "/help-shifts/\(shift)/seats")
        let (mother, neighbour) = (FamilyEstate.mother, FamilyEstate.neighbour)
        // Whoever takes the seat has the shift, and waits here for its agenda.
        let holder = try help.api.database.superuser()
        try holder.run(
            """
            INSERT INTO linli.agenda (estate_id, owner_id) VALUES ('\(APIFixture.a)', '\(neighbour)')
            ON CONFLICT DO NOTHING
            """)
        try holder.run("BEGIN")
        try holder.run("SELECT FROM linli.agenda WHERE owner_id = '\(neighbour)' FOR UPDATE")
        let at = help.api.clock.now()
        let taking = call(
            help, as: neighbour,
            "SELECT linli.help_seat_take(\(APIFixture.id(0x901)), \(APIFixture.id(0x902)), \(shift), NULL)",
            at: at)
        try await waiting(help, 1)
        let leaving = call(
            help, as: mother,
            "SELECT linli.help_group_leave(\(APIFixture.id(0x903)), \(group), \(mother))", at: at)
        try await waiting(help, 2)
        try holder.run("COMMIT")
        #expect(try await taking.value == "done")
        #expect(try await leaving.value == "done")
        let shown = try help.shifts(.neighbour, "\(group)").first
        #expect(shown?["taken"]?.integer == 1)
    }

    @Test("an application is answered at the instant at which the job lapses it")
    func lapsing() async throws { try await Estate.with { try await Self.lapsing($0) } }

    private static func lapsing(_ help: Estate) async throws {
        let group = try #require(UUID(help.found(.father, "application")))
        try help.rota("\(group)")
        let asked = try help.made(
            .mother, "/help-groups/\(group)/members", #"{"monthly_max":4}"#)["asking"]?.text
        let asking = try #require(asked.flatMap { UUID($0) })
        let lapses = help.api.clock.now() + .seconds(14 * 86_400)
        let holder = try help.api.database.superuser()
        try holder.run("BEGIN")
        try holder.run("SELECT FROM linli.help_group WHERE id = '\(group)' FOR UPDATE")
        let answering = call(
            help, as: FamilyEstate.father,
            "SELECT linli.help_group_answer(\(APIFixture.id(0x904)), \(asking), true, NULL)",
            at: lapses - .microseconds(1))
        try await waiting(help, 1)
        let sweeping = call(
            help, as: nil, "SELECT linli.help_rota_sweep(200)::text", at: lapses)
        try await waiting(help, 2)
        try holder.run("COMMIT")
        let (answer, swept) = (try await answering.value, try await sweeping.value)
        #expect(["joined", "over"].contains(answer))
        #expect(swept != nil && swept != "0")
        #expect(
            try help.count(
                """
                SELECT count(*) FROM linli.help_group_member
                WHERE person_id = \(FamilyEstate.mother) AND ended_at IS NULL
                """) == (answer == "joined" ? 1 : 0))
    }

    @Test("a visit is said not to be safe while its helper says yes to a shift")
    func reporting() async throws { try await Estate.with { try await Self.reporting($0) } }

    private static func reporting(_ help: Estate) async throws {
        let (neighbour, elder) = (FamilyEstate.neighbour, FamilyEstate.grandmother)
        let group = try help.laid([.neighbour])
        try help.offer(.neighbour)
        try await help.round()
        let found = try help.shifts(.neighbour, group).first?["seat"]?.text.flatMap { UUID($0) }
        let seat = try #require(found)
        let visit = APIFixture.id(0x905)
        let holder = try help.api.database.superuser()
        try holder.run(
            """
            INSERT INTO linli.help_visit (estate_id, id, source, source_id, kind, helper_id,
                person_id, place_id, begins, ends, planned_at, state, checked_in_at)
            VALUES ('\(APIFixture.a)', '\(visit)', 'request', '\(APIFixture.id(0x906))', 'company',
                '\(neighbour)', '\(elder)', '\(APIFixture.id(0xA4))', '2026-02-20T01:00:00Z',
                '2026-02-20T02:00:00Z', '2026-02-01Z', 'under_way', '2026-02-20T01:00:00Z');
            INSERT INTO linli.agenda (estate_id, owner_id) VALUES ('\(APIFixture.a)', '\(neighbour)')
            ON CONFLICT DO NOTHING
            """)
        try holder.run("BEGIN")
        try holder.run("SELECT FROM linli.agenda WHERE owner_id = '\(neighbour)' FOR UPDATE")
        let at = help.api.clock.now()
        let reporting = call(
            help, as: elder,
            "SELECT linli.visit_safety(\(APIFixture.id(0x907)), \(visit), false, NULL)", at: at)
        try await waiting(help, 1)
        let answering = call(
            help, as: neighbour,
            "SELECT linli.help_seat_answer(\(APIFixture.id(0x908)), \(seat), true)", at: at)
        try await waiting(help, 2)
        try holder.run("COMMIT")
        #expect(try await reporting.value == "done")
        #expect(try await answering.value == "done")
    }
}
