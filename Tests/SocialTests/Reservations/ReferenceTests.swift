import Testing

/// The reference alone, and the invariants on rows that break them.
@Suite("The reference of reservations") struct ReferenceTests {
    /// What a story must come to, or it would compare little.
    private static let outcomes: Set<String> = [
        "book confirmed", "book held", "book waiting", "book refused: already in",
        "book refused: closed", "book refused: full", "book refused: limit",
        "book refused: not admitted", "book refused: not yet open", "book refused: overlap",
        "book refused: too late", "book refused: too many", "book refused: unknown kind",
        "accept confirmed", "accept refused: gone", "accept refused: not offered",
        "decline declined", "decline refused: gone", "cancel cancelled", "cancel cancelled_late",
        "cancel declined", "cancel excused", "cancel fewer, cancelled", "cancel refused: begun",
        "cancel refused: gone", "resize resized", "resize refused: below held",
        "resize refused: closed", "resize refused: need not leave",
        "resize refused: unknown kind", "move moved", "close closed", "settle settled",
    ]

    @Test("keeps every invariant, whatever is asked of it, and comes to what the rules have")
    func keepsInvariants() {
        var outcomes: Set<String> = []
        for seed in UInt64(1)...150 {
            var story = Story(seed: seed)
            var world = story.world()
            for step in story.opening() { _ = world.perform(step) }
            for _ in 0..<60 {
                let step = story.next(in: world)
                let before = world
                let outcome = world.perform(step)
                outcomes.insert("\("\(step)".prefix { $0 != "(" }) \(outcome)")
                let found = Invariants.findings(from: before, to: world, after: step, outcome)
                #expect(found.isEmpty, "seed \(seed): \(step) \(outcome): \(found)")
                guard found.isEmpty else { return }
            }
        }
        #expect(Self.outcomes.subtracting(outcomes).isEmpty)
    }

    /// What may never be: how one who waits and one who has a place may not become.
    enum Wrong: CaseIterable {
        case overfull, overAll, twice, pastUntil, idle, grown, unoffered, passedOver, revived
    }

    @Test("finds each thing that may never be", arguments: Wrong.allCases)
    func findsWrong(_ wrong: Wrong) {
        let before = Self.scene
        var after = before
        let step = Reference.Step.settle("c")
        #expect(Invariants.findings(from: before, to: after, after: step, "settled").isEmpty)
        Self.spoil(&after, wrong)
        #expect(!Invariants.findings(from: before, to: after, after: step, "settled").isEmpty)
    }

    /// One place of a kind: one confirmed, one offered the other kind, two who wait, one gone.
    private static var scene: Reference.World {
        var world = Reference.World(now: 100)
        world.capacities["c"] = Reference.Capacity(
            id: "c", totals: ["adult": 1, "child": 1], overall: 2, begins: 200, ends: 260,
            place: nil, opens: 0, closes: 200, offerMinutes: 30, cancelMinutes: [:],
            waitingMost: 9)
        func row(_ id: String, _ state: String, _ members: [String: String]) -> Reference.Booking {
            Reference.Booking(
                id: id, capacity: "c", holder: id, household: nil, members: members, state: state,
                queued: 50, until: state == "offered" ? 120 : nil,
                endedAs: state == "ended" ? "lapsed" : nil)
        }
        world.bookings = [
            row("a", "confirmed", ["a": "adult"]), row("b", "offered", ["b": "child"]),
            row("d", "waiting", ["d": "adult"]), row("e", "waiting", ["e": "adult"]),
            row("f", "ended", [:]),
        ]
        return world
    }

    private static func spoil(_ world: inout Reference.World, _ wrong: Wrong) {
        switch wrong {
        case .overfull: world.capacities["c"]?.totals["adult"] = 0
        case .overAll: world.capacities["c"]?.overall = 1
        case .twice: world.bookings[3].members = ["d": "adult"]
        case .pastUntil: world.now = 120
        case .idle: world.bookings[0].state = "waiting"
        case .grown: world.bookings[0].members["x"] = "child"
        case .unoffered: world.bookings[2].state = "confirmed"
        case .passedOver:
            world.bookings[3].state = "offered"
            world.bookings[3].until = 130
            world.bookings[0].state = "ended"
            world.bookings[0].endedAs = "cancelled"
        case .revived:
            world.bookings[4].state = "waiting"
            world.bookings[4].endedAs = nil
            world.bookings[4].members = ["f": "adult"]
        }
    }
}
