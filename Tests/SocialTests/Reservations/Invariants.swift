/// What must hold of reservations whatever the rules of a command are; asks the reference nothing.
///
/// Reads only the rows of a world, and what the feature refuses.
enum Invariants {
    typealias World = Reference.World
    typealias Booking = Reference.Booking
    typealias Capacity = Reference.Capacity

    private static let keeping: Set<String> = ["held", "offered", "confirmed"]
    private static let states = keeping.union(["waiting", "ended"])
    private static let endings: Set<String> = [
        "cancelled", "cancelled_late", "excused", "lapsed", "declined", "released", "closed",
    ]

    /// What is wrong after a step, with the rows and with the way to them.
    static func findings(
        from before: World, to after: World, after step: Reference.Step, _ outcome: String
    ) -> [String] {
        let isRefused = outcome.hasPrefix("refused")
        let settled =
            switch step {
            case .book(let booking, _): booking.capacity
            case .accept(let id), .decline(let id), .cancel(let id, _, _):
                after.bookings.first { $0.id == id }?.capacity
            case .resize(let id, _, _, _), .close(let id), .settle(let id): id
            case .open, .move, .serve, .advance, .refuse, .admit, .part: String?.none
            }
        return findings(after) + findings(from: before, to: after)
            + (isRefused ? [] : settled.map { findings(settled: $0, in: after) } ?? [])
    }

    /// What is wrong with rows as they stand.
    static func findings(_ world: World) -> [String] {
        var found: [String] = []
        for booking in world.bookings {
            let isEnded = booking.state == "ended"
            let isTimed = ["held", "offered"].contains(booking.state)
            if !states.contains(booking.state) { found.append("\(booking.id): a strange state") }
            if isEnded != (booking.endedAs != nil) || isTimed != (booking.until != nil) {
                found.append("\(booking.id): \(booking.state), but not its columns")
            }
            if let word = booking.endedAs, !endings.contains(word) {
                found.append("\(booking.id): ended as \(word)")
            }
            if booking.members.isEmpty, !isEnded { found.append("\(booking.id): nobody in it") }
        }
        for capacity in world.capacities.values {
            found += overfull(capacity, in: world) + twice(capacity, in: world)
        }
        return found
    }

    private static func overfull(_ capacity: Capacity, in world: World) -> [String] {
        let kinds = world.bookings.filter {
            $0.capacity == capacity.id && keeping.contains($0.state)
        }.flatMap(\.members.values)
        var found = Set(kinds).filter { kind in
            kinds.count { $0 == kind } > capacity.totals[kind] ?? 0
        }.map { "\(capacity.id): too many of kind \($0)" }
        if let overall = capacity.overall, kinds.count > overall {
            found.append("\(capacity.id): \(kinds.count) of \(overall)")
        }
        if capacity.isClosed, !kinds.isEmpty { found.append("\(capacity.id): closed, yet held") }
        return found
    }

    private static func twice(_ capacity: Capacity, in world: World) -> [String] {
        var seen: Set<String> = []
        return world.bookings.filter { $0.capacity == capacity.id && $0.state != "ended" }
            .flatMap(\.members.keys).filter { !seen.insert($0).inserted }
            .map { "\($0) is twice at \(capacity.id)" }
    }

    /// What is wrong with a capacity that was settled at this instant.
    static func findings(settled id: String, in world: World) -> [String] {
        guard let capacity = world.capacities[id] else { return [] }
        var found: [String] = []
        for booking in world.bookings where booking.capacity == id {
            // A hold at the door, made after it began, may go on.
            let isAtDoor = booking.state == "held" && booking.queued >= capacity.begins
            if let until = booking.until,
                until <= world.now || until > capacity.begins && !isAtDoor
            {
                found.append("\(booking.id) is \(booking.state) until \(until) at \(world.now)")
            }
            guard booking.state == "waiting" else { continue }
            if world.now >= capacity.begins { found.append("\(booking.id) waits for the past") }
            if isUnburdened(booking, in: world), hasRoom(capacity, booking, in: world) {
                found.append("\(booking.id) waits beside free room")
            }
        }
        return found
    }

    /// What a step may not have done.
    private static func findings(from before: World, to after: World) -> [String] {
        var found: [String] = []
        let old = Dictionary(uniqueKeysWithValues: before.bookings.map { ($0.id, $0) })
        let new = Dictionary(uniqueKeysWithValues: after.bookings.map { ($0.id, $0) })
        found += Set(old.keys).subtracting(new.keys).map { "\($0) vanished" }
        for (id, booking) in new {
            guard let was = old[id] else { continue }
            if was.state == "ended", booking != was { found.append("\(id) changed after its end") }
            if booking.queued != was.queued { found.append("\(id) lost its place") }
            if was.state == "waiting", ["held", "confirmed"].contains(booking.state) {
                found.append("\(id) got a place without an offer")
            }
            if !booking.members.allSatisfy({ was.members[$0.key] == $0.value }) {
                found.append("\(id) grew")
            }
            if was.state == "waiting", booking.state == "offered" {
                found += passedOver(by: booking, old, new, in: after)
            }
        }
        return found
    }

    /// Whether nothing but room can keep a waiting party from its place.
    private static func isUnburdened(_ booking: Booking, in world: World) -> Bool {
        let isElsewhere = world.bookings.contains { other in
            other.capacity != booking.capacity && keeping.contains(other.state)
                && booking.members.keys.contains { other.members[$0] != nil }
        }
        let isRefused = booking.members.keys.contains { person in
            world.refused.contains([person, booking.capacity])
                || world.apart.contains { $0.contains(person) }
        }
        return !isElsewhere && !isRefused && world.limits.isEmpty
    }

    private static func hasRoom(
        _ capacity: Capacity, _ booking: Booking, in world: World
    ) -> Bool {
        let kinds = world.bookings.filter {
            $0.capacity == capacity.id && keeping.contains($0.state)
        }.flatMap(\.members.values)
        let wanted = Array(booking.members.values)
        let isEachFree = Set(wanted).allSatisfy { kind in
            wanted.count { $0 == kind } + kinds.count { $0 == kind } <= capacity.totals[kind] ?? 0
        }
        return isEachFree && kinds.count + wanted.count <= capacity.overall ?? .max
    }

    /// Who still waits, stood before one that was offered a place, and asked for no more than it.
    private static func passedOver(
        by winner: Booking, _ old: [String: Booking], _ new: [String: Booking], in world: World
    ) -> [String] {
        new.values.filter { other in
            guard other.capacity == winner.capacity, other.state == "waiting",
                old[other.id]?.state == "waiting", isUnburdened(other, in: world)
            else { return false }
            let isBefore =
                (-other.priority, other.queued, other.id)
                < (-winner.priority, winner.queued, winner.id)
            let wanted = Array(other.members.values)
            let given = Array(winner.members.values)
            return isBefore
                && wanted.allSatisfy { kind in
                    wanted.count { $0 == kind } <= given.count { $0 == kind }
                }
        }.map { "\($0.id) was passed over by \(winner.id)" }
    }
}
