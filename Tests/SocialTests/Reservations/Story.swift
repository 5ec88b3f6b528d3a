internal import Platform

/// A small world and random steps in it, so small that they collide all the time.
struct Story {
    /// 2026-03-27 08:00 UTC, a Friday, in minutes: near the end of a week and of a month.
    static let base = Int((Instant("2026-03-27T08:00:00Z") ?? .epoch).microseconds / 60_000_000)
    static let places = (0xB0...0xB2).map { APIFixture.id($0).description }

    let kinds: [String]
    let persons: [String]
    let households: [String: [String]]
    private var dice: Noise
    private var unused: [UInt64]

    init(seed: UInt64) {
        dice = Noise(state: seed)
        kinds = Array(["adult", "child", "wheelchair"].prefix(Int.random(in: 2...3, using: &dice)))
        let count = Int.random(in: 3...8, using: &dice)
        persons = (0..<count).map { APIFixture.id(0xF00 + UInt64($0)).description }
        let homes = Int.random(in: 2...3, using: &dice)
        var households: [String: [String]] = [:]
        for (index, person) in persons.enumerated() {
            let home = APIFixture.id(0xD00 + UInt64(index % homes)).description
            households[home, default: []].append(person)
        }
        self.households = households
        unused = (0x1000..<0x1400).shuffled(using: &dice)
    }

    /// The world before its first step: its limits and ways, and no capacity yet.
    mutating func world() -> Reference.World {
        var world = Reference.World(now: Self.base)
        world.minutes = [[Self.places[0], Self.places[1]]: 20]
        guard oneIn(2) else { return world }
        for _ in 0..<number(1...2) {
            world.limits.append(
                Reference.Limit(
                    per: pick(["person", "household", "household"]),
                    counts: pick(["seats", "seats", "holds", "waiting"]),
                    period: pick(["day", "week", "month", "live"]), most: number(1...3)))
        }
        return world
    }

    /// The steps that open its capacities.
    mutating func opening() -> [Reference.Step] {
        (0..<number(1...3)).map { .open(capacity(APIFixture.id(0xC00 + UInt64($0)).description)) }
    }

    private mutating func capacity(_ id: String) -> Reference.Capacity {
        let begins = Self.base + 10 * number(10...30) + (oneIn(4) ? 1440 * number(1...5) : 0)
        let free = pick([0, 30, 60])
        let ends = begins + 10 * number(1...6)
        let closes = [begins, begins, ends, begins - 10 * number(0...3)]
        return Reference.Capacity(
            id: id, totals: totals(), overall: oneIn(2) ? number(2...4) : nil, begins: begins,
            ends: ends, place: oneIn(4) ? nil : pick(Self.places),
            opens: Self.base + (oneIn(4) ? 10 * number(0...3) : -10),
            closes: pick(closes),
            offerMinutes: 10 * number(1...4),
            cancelMinutes: Dictionary(
                uniqueKeysWithValues: kinds.map { ($0, oneIn(3) ? free + 10 : free) }),
            waitingMost: number(1...4))
    }

    private mutating func totals() -> [String: Int] {
        Dictionary(uniqueKeysWithValues: kinds.map { ($0, pick([0, 1, 1, 2, 2, 3])) })
    }

    /// What somebody does next.
    mutating func next(in world: Reference.World) -> Reference.Step {
        let capacity = pick(world.capacities.keys.sorted())
        switch number(0...19) {
        case 0...7: return book(capacity, in: world)
        case 8...9: return answer(in: world)
        case 10...12: return cancel(in: world)
        case 13: return oneIn(2) ? resize(capacity, in: world) : .settle(capacity)
        case 14: return oneIn(3) ? rarely(capacity, in: world) : .settle(capacity)
        case 15: return oneIn(6) ? part() : oneIn(3) ? serve(capacity) : .settle(capacity)
        case 16:
            return oneIn(3)
                ? .refuse(person: pick(persons), capacity: capacity)
                : .admit(person: pick(persons), capacity: capacity)
        case 17: return oneIn(2) ? .settle(capacity) : answer(in: world)
        default: return .advance(pick([1, 1, 5, 9, 10, 10, 10, 11]))
        }
    }

    private mutating func book(_ capacity: String, in world: Reference.World) -> Reference.Step {
        let home = pick(households.keys.sorted())
        // A party of one home; now and then of anybody, for whom no household answers.
        let isMixed = oneIn(5)
        let party = (isMixed ? persons : households[home] ?? []).shuffled(using: &dice)
            .prefix(pick([1, 1, 1, 1, 1, 2, 2, 2, 3, 4]))
        var members: [String: String] = [:]
        for person in party { members[person] = oneIn(40) ? "pram" : pick(kinds) }
        let booking = Reference.Booking(
            id: APIFixture.id(unused.popLast() ?? 0).description, capacity: capacity,
            holder: oneIn(4) ? pick(persons) : party.first ?? "",
            household: isMixed ? nil : home, members: members, state: "",
            priority: oneIn(6) ? number(1...2) : 0, queued: 0)
        return .book(booking, hold: oneIn(4) ? 10 * number(1...3) : nil)
    }

    private mutating func answer(in world: Reference.World) -> Reference.Step {
        let open = world.bookings.filter { ["held", "offered"].contains($0.state) }
        guard let booking = open.isEmpty || oneIn(12) ? any(in: world) : pick(open) else {
            return .advance(1)
        }
        return oneIn(3) ? .decline(booking.id) : .accept(booking.id)
    }

    private mutating func cancel(in world: Reference.World) -> Reference.Step {
        let live = world.bookings.filter { $0.state != "ended" }
        guard let booking = live.isEmpty || oneIn(20) ? any(in: world) : pick(live) else {
            return .advance(1)
        }
        let some = booking.members.keys.sorted().filter { _ in oneIn(2) }
        let leaving = oneIn(20) ? [pick(persons)] : some
        return .cancel(
            booking.id, leaving: oneIn(2) || leaving.isEmpty ? nil : leaving,
            isExcused: oneIn(4))
    }

    private mutating func resize(_ id: String, in world: Reference.World) -> Reference.Step {
        let taking = world.bookings.filter { $0.capacity == id && world.isTaking($0) }
        var leaving = oneIn(2) ? [] : taking.filter { _ in oneIn(2) }.map(\.id)
        if oneIn(6) { leaving += leaving.prefix(1) }
        var totals = totals()
        if oneIn(10) { totals[kinds[0]] = nil }
        return .resize(
            id, totals: totals, overall: oneIn(2) ? number(0...4) : nil, leaving: leaving)
    }

    private mutating func rarely(_ id: String, in world: Reference.World) -> Reference.Step {
        if oneIn(8) { return .close(id) }
        guard var moved = world.capacities[id] else { return .settle(id) }
        moved.begins = world.now + 10 * number(1...12)
        moved.ends = moved.begins + 10 * number(1...6)
        moved.place = oneIn(4) ? nil : pick(Self.places)
        moved.opens = min(moved.opens, moved.begins)
        moved.closes = oneIn(4) ? moved.ends : moved.begins
        return .move(moved)
    }

    /// Now and then with a kind that it does not have, and without one that it has.
    private mutating func serve(_ id: String) -> Reference.Step {
        let free = pick([0, 20, 50, 90])
        var cancel = Dictionary(uniqueKeysWithValues: kinds.map { ($0, free) })
        if oneIn(4) { cancel[kinds[0]] = nil }
        if oneIn(4) { cancel["wheelchair"] = free }
        return .serve(
            id, offerMinutes: 10 * number(1...4), cancelMinutes: cancel, waitingMost: number(0...4))
    }

    private mutating func part() -> Reference.Step {
        let pair = persons.shuffled(using: &dice)
        return .part(pair[0], pair[1])
    }

    private mutating func any(in world: Reference.World) -> Reference.Booking? {
        world.bookings.randomElement(using: &dice)
    }

    private mutating func oneIn(_ count: Int) -> Bool { number(0...count - 1) == 0 }

    private mutating func number(_ range: ClosedRange<Int>) -> Int {
        .random(in: range, using: &dice)
    }

    /// One of some; there is always one.
    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[number(0...elements.count - 1)]
    }
}
