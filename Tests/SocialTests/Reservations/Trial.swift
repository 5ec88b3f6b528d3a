/// What is compared with the reference: something that does steps, and says how things stand.
protocol Subject {
    /// Does a step; returns its outcome in the reference's words.
    mutating func perform(_ step: Reference.Step) async throws -> String
    /// How things stand, for the capacities and bookings of the reference.
    func standing() async throws -> Standing
    /// What else is wrong at the end.
    func findings() async throws -> [String]
}

/// Capacities and bookings by their ids.
struct Standing: Equatable {
    var capacities: [String: Reference.Capacity] = [:]
    var bookings: [String: Reference.Booking] = [:]

    init() {}

    init(_ world: Reference.World) {
        capacities = world.capacities
        bookings = Dictionary(uniqueKeysWithValues: world.bookings.map { ($0.id, $0) })
    }

    /// What differs from another.
    func differences(from other: Standing) -> [String] {
        let some = bookings.keys.filter { bookings[$0] != other.bookings[$0] }
        let more = other.bookings.keys.filter { bookings[$0] == nil }
        return (some + more).map { id in
            "\(String(describing: bookings[id])) for \(String(describing: other.bookings[id]))"
        }
            + capacities.keys.filter { capacities[$0] != other.capacities[$0] }.map { id in
                "\(String(describing: capacities[id])) for "
                    + String(describing: other.capacities[id])
            }
    }
}

/// The same steps for the reference and a subject; what differs first.
struct Trial<S: Subject> {
    struct Failure {
        /// The steps up to the one after which they differ.
        var steps: [Reference.Step]
        /// What differs.
        var what: String
    }

    let seed: UInt64
    let make: (Reference.World) async throws -> S

    /// Makes a subject of a world without capacities.
    init(seed: UInt64, make: @escaping (Reference.World) async throws -> S) {
        self.seed = seed
        self.make = make
    }

    /// Runs random steps; the first difference, with the fewest steps that still show one.
    func failure(of count: Int) async throws -> Failure? {
        var story = Story(seed: seed)
        var world = story.world()
        var steps = story.opening()
        for step in steps { _ = world.perform(step) }
        for _ in 0..<count {
            let step = story.next(in: world)
            _ = world.perform(step)
            steps.append(step)
        }
        guard let failure = try await run(steps) else { return nil }
        return try await shortened(failure)
    }

    /// Runs these steps.
    func run(_ steps: [Reference.Step]) async throws -> Failure? {
        var story = Story(seed: seed)
        var world = story.world()
        var subject = try await make(world)
        for (index, step) in steps.enumerated() {
            let before = world
            let expected = world.perform(step)
            let outcome: String
            do { outcome = try await subject.perform(step) } catch { outcome = "\(error)" }
            var found: [String] = []
            if outcome != expected { found.append("\(outcome) for \(expected)") }
            let standing = try await subject.standing()
            found += standing.differences(from: Standing(world))
            var after = world
            after.bookings = standing.bookings.values.sorted { $0.id < $1.id }
            after.capacities = standing.capacities
            found += Invariants.findings(from: before, to: after, after: step, outcome)
            if !found.isEmpty {
                return Failure(
                    steps: Array(steps[...index]), what: found.joined(separator: "\n"))
            }
        }
        let found = try await subject.findings()
        return found.isEmpty ? nil : Failure(steps: steps, what: found.joined(separator: "\n"))
    }

    /// Leaves out steps as long as a difference remains.
    private func shortened(_ failure: Failure) async throws -> Failure {
        var best = failure
        var size = best.steps.count / 2
        while size >= 1 {
            var start = 0
            while start < best.steps.count {
                var fewer = best.steps
                fewer.removeSubrange(start..<min(start + size, fewer.count))
                if let still = try await run(fewer) { best = still } else { start += size }
            }
            size /= 2
        }
        return best
    }
}

extension Trial.Failure: CustomStringConvertible {
    var description: String {
        (steps.map { "\($0)" } + [what]).joined(separator: "\n")
            .replacing("00000000-0000-7000-8000-000000000", with: "")
            .replacing("SocialTests.Reference.", with: "").replacing("Optional", with: "")
    }
}
