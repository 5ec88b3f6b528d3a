internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

@Suite("Visits of help and places at meetings: nobody is promised twice") struct HelpCommitmentTests
{
    typealias Fixture = ReservationFixture

    /// Plans a visit of an hour by one person at another, after so many hours.
    private static func plan(
        _ clone: TestDatabase, by helper: Int, for person: Int, inHours hours: Int64
    ) throws -> String? {
        let connection = try clone.superuser()
        for (name, value) in [
            ("instant", "\(Fixture.start.microseconds)"), ("principal", "job"),
            ("estate", "\(Fixture.estate)"), ("job", "tests"),
        ] { try connection.run("SELECT set_config('linli.\(name)', '\(value)', false)") }
        let begins = Fixture.start + .seconds(hours * 3600)
        let id = Fixture.id(0x6000 + UInt64(hours))
        return try connection.run(
            OneCell<String>(
                sql: """
                    SELECT coalesce(linli.plan_help_visit(\(id), 'request', \(id), 'company',
                        \(Fixture.person(helper)), \(Fixture.person(person)), NULL, NULL, \(begins),
                        \(begins + .seconds(3600))), 'planned')
                    """)
        ).first
    }

    private static func isOverlap(_ refusal: ReservationRefusal?) -> Bool {
        if case .overlap = refusal { true } else { false }
    }

    @Test(
        "a meeting is not joined over a visit, on either side, nor a visit promised over a meeting")
    func oneAfterTheOther() async throws {
        try await Fixture.with { fixture, _ in
            let capacity = try await fixture.open([(.adult, 5)], inHours: 48)
            #expect(try Self.plan(fixture.clone, by: 1, for: 2, inHours: 48) == "planned")
            for person in [1, 2] {
                let refusal = try await fixture.book([(person, .adult)], at: capacity).refusal
                #expect(Self.isOverlap(refusal))
            }
            #expect(try await fixture.book([(3, .adult)], at: capacity).state == .confirmed)
            #expect(try Self.plan(fixture.clone, by: 3, for: 4, inHours: 48) == "busy")
            #expect(try Self.plan(fixture.clone, by: 4, for: 3, inHours: 48) == "busy")
        }
    }

    @Test("a meeting and a visit at the same instant: one of them")
    func atOnce() async throws {
        try await Fixture.with { fixture, _ in
            for hours in stride(from: Int64(48), to: 72, by: 3) {
                let capacity = try await fixture.open([(.adult, 5)], inHours: hours)
                let clone = fixture.clone
                let plan = Task.detached {
                    try Self.plan(clone, by: 1, for: 2, inHours: hours)
                }
                let isBooked =
                    try await fixture.book([(1, .adult)], at: capacity).state == .confirmed
                let isPlanned = try await plan.value == "planned"
                #expect(isBooked != isPlanned)
            }
        }
    }
}
