internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

/// The kernel on a database beside the reference: the same commands, as on its rules alone.
@Suite("Reservations in the database, beside the reference") struct ReservationDriverTests {
    @Test("random commands lead to the same rows, and the log tells of the same")
    func sameAsReference() async throws {
        let first = UInt64.random(in: 0..<1 << 40)
        print("seeds from \(first)")
        let start = Words.instant(Story.base)
        let clock = Platform.Clock.settable(at: start, scale: 0)
        try await TestDatabase.withPool(clock: clock) { pool, clone, shard in
            for seed in first..<first + 12 {
                let trial = Trial(seed: seed) { world in
                    try clock.set(start)
                    let story = Story(seed: seed)
                    let estate = try ReservationEstate(
                        UUID(high: 7 << 12, low: .random(in: 1 << 63 ... .max)), in: clone,
                        persons: story.persons, households: story.households.keys.sorted(), world)
                    return DriverSubject(
                        estate: estate, pool: pool, clock: clock,
                        ids: UUIDGenerator(clock: clock), gate: DriverSubject.Gate(world))
                }
                let failure = try await trial.failure(of: 60)
                try #require(failure == nil, "seed \(seed): \(failure.map(\.description) ?? "")")
            }
        }
    }
}
