internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Shifts of a help group and places at meetings: nobody is promised twice")
struct HelpGroupCommitmentTests {
    typealias Fixture = ReservationFixture

    private static let group = Fixture.id(0x7001)
    private static let place = Fixture.id(0x7002)

    /// A group of person 1 with a shift of an hour after each of so many hours.
    private static func lay(_ clone: TestDatabase, _ hours: [Int64]) throws {
        let (estate, person) = (Fixture.estate, Fixture.person(1))
        var rows = """
            INSERT INTO linli.place (estate_id, id, parent_id, kind, code, name_zh, name_en)
            VALUES ('\(estate)', '\(place)', NULL, 'building', '77', '77幢', 'Building 77');
            INSERT INTO linli.help_group (estate_id, id, name_zh, purpose_zh, kinds, joining,
                places, founded_by, founded_at)
            VALUES ('\(estate)', '\(group)', '组', '事', '{company}', 'open', 9, '\(person)',
                '2026-01-01Z');
            INSERT INTO linli.help_group_member (estate_id, id, group_id, person_id, is_steward,
                monthly_max, since)
            VALUES ('\(estate)', '\(Fixture.id(0x7003))', '\(group)', '\(person)', true, 31,
                '2026-01-01Z');
            INSERT INTO linli.help_rota (estate_id, id, group_id, kind, weekday, begins_minute,
                minutes, seats, place_id, made_by, made_at)
            VALUES ('\(estate)', '\(Fixture.id(0x7004))', '\(group)', 'company', 1, 0, 60, 1,
                '\(place)', '\(person)', '2026-01-01Z');
            """
        for hour in hours {
            let begins = Fixture.start + .seconds(hour * 3600)
            rows += """
                INSERT INTO linli.help_shift (estate_id, id, rota_id, group_id, begins, ends)
                VALUES ('\(estate)', '\(shift(hour))', '\(Fixture.id(0x7004))', '\(group)',
                    '\(begins)', '\(begins + .seconds(3600))');
                """
        }
        try clone.superuser().run(rows)
    }

    private static func shift(_ hour: Int64) -> UUID { Fixture.id(0x7100 + UInt64(hour)) }

    /// Person 1 takes the shift; the verdict.
    private static func take(_ clone: TestDatabase, _ hour: Int64) throws -> String? {
        let connection = try clone.superuser()
        for (name, value) in [
            ("instant", "\(Fixture.start.microseconds)"), ("principal", "person"),
            ("estate", "\(Fixture.estate)"), ("person", "\(Fixture.person(1))"),
            ("account", "\(Fixture.id(0x3001))"),
        ] { try connection.run("SELECT set_config('linli.\(name)', '\(value)', false)") }
        let ids = (Fixture.id(0x7200 + UInt64(hour)), Fixture.id(0x7300 + UInt64(hour)))
        return try connection.run(
            OneCell<String>(
                sql: "SELECT linli.help_seat_take(\(ids.0), \(ids.1), \(shift(hour)), NULL)")
        ).first
    }

    @Test("a meeting is not joined over a shift, nor a shift taken over a meeting")
    func oneAfterTheOther() async throws {
        try await Fixture.with { fixture, _ in
            try Self.lay(fixture.clone, [48, 72])
            let (one, two) = (
                try await fixture.open([(.adult, 5)], inHours: 48),
                try await fixture.open([(.adult, 5)], inHours: 72)
            )
            #expect(try Self.take(fixture.clone, 48) == "done")
            let refusal = try await fixture.book([(1, .adult)], at: one).refusal
            #expect(refusal != nil)
            #expect(try await fixture.book([(1, .adult)], at: two).state == .confirmed)
            #expect(try Self.take(fixture.clone, 72) == "busy")
        }
    }

    @Test("a meeting and a shift at the same instant: one of them")
    func atOnce() async throws {
        try await Fixture.with { fixture, _ in
            let hours = Array(stride(from: Int64(48), to: 72, by: 3))
            try Self.lay(fixture.clone, hours)
            for hour in hours {
                let capacity = try await fixture.open([(.adult, 5)], inHours: hour)
                let clone = fixture.clone
                let taking = Task.detached { try Self.take(clone, hour) }
                let isBooked =
                    try await fixture.book([(1, .adult)], at: capacity).state == .confirmed
                #expect(isBooked != (try await taking.value == "done"))
            }
        }
    }
}
