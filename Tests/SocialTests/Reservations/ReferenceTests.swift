import Testing

/// The reference alone, and the invariants on rows that break them.
@Suite("The reference of reservations") struct ReferenceTests {
    @Test("keeps every invariant, whatever is asked of it", arguments: 1...200)
    func keepsInvariants(seed: Int) {
        var story = Story(seed: UInt64(seed))
        var world = story.world()
        for step in story.opening() { _ = world.perform(step) }
        for _ in 0..<60 {
            let step = story.next(in: world)
            let before = world
            let outcome = world.perform(step)
            let found = Invariants.findings(from: before, to: world, after: step, outcome)
            #expect(found.isEmpty, "seed \(seed): \(step) \(outcome): \(found)")
            guard found.isEmpty else { return }
        }
    }

    @Test("comes to every outcome that the rules have")
    func everyOutcome() {
        var outcomes: [String: Int] = [:]
        for seed in 1...200 {
            var story = Story(seed: UInt64(seed))
            var world = story.world()
            for step in story.opening() { _ = world.perform(step) }
            for _ in 0..<60 {
                let step = story.next(in: world)
                let kind = "\(step)".prefix { $0 != "(" }
                outcomes["\(kind) \(world.perform(step))", default: 0] += 1
            }
            for booking in world.bookings { outcomes[booking.endedAs ?? "-", default: 0] += 1 }
        }
        for (outcome, count) in outcomes.sorted(by: { $0.key < $1.key }) { print(count, outcome) }
    }
}
