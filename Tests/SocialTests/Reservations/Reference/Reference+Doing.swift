/// Commands.
///
/// What has lapsed ends first; a booking and an acceptance let the waiting go before them, every
/// other command does its own and then offers what is free.
extension Reference.World {
    /// Does a step; the text is its outcome.
    ///
    /// A step that is refused leaves nothing behind.
    mutating func perform(_ step: Reference.Step) -> String {
        let before = self
        let outcome = attempt(step)
        if outcome.hasPrefix("refused") { self = before }
        return outcome
    }

    private mutating func attempt(_ step: Reference.Step) -> String {
        switch step {
        case .open(let capacity):
            capacities[capacity.id] = capacity
            return "opened"
        case .book(let booking, let hold): return book(booking, hold: hold)
        case .accept(let id): return accept(id)
        case .decline(let id): return decline(id)
        case .cancel(let id, let leaving, let isExcused):
            return cancel(id, leaving: leaving, isExcused: isExcused)
        case .resize(let id, let totals, let overall, let leaving):
            return resize(id, totals: totals, overall: overall, leaving: leaving)
        case .move(let capacity): return move(capacity)
        case .serve(let id, let offer, let cancel, let most):
            return serve(id, offer: offer, cancel: cancel, most: most)
        case .close(let id): return close(id)
        case .settle(let id):
            settle(id)
            return capacities[id] == nil ? "refused: gone" : "settled"
        case .advance(let minutes):
            now += minutes
            return "later"
        case .refuse(let person, let capacity):
            refused.insert([person, capacity])
            return "noted"
        case .admit(let person, let capacity):
            refused.remove([person, capacity])
            return "noted"
        case .part(let one, let other):
            apart.insert([one, other])
            return "noted"
        }
    }

    /// Rule 1, first half: ends what is over.
    private mutating func lapse(_ id: String) {
        for booking in bookings where booking.capacity == id && booking.state != "ended" {
            if !isLive(booking) { end(booking.id, as: "lapsed") }
        }
    }

    /// Rule 1: then offers what is free, in order, until nothing changes.
    mutating func settle(_ id: String) {
        guard let capacity = capacities[id] else { return }
        lapse(id)
        let until = min(now + capacity.offerMinutes, capacity.begins)
        while let next = nextToOffer(capacity) {
            change(next) {
                $0.state = "offered"
                $0.until = until
            }
        }
    }

    private func nextToOffer(_ capacity: Capacity) -> String? {
        queue(capacity.id).first {
            fitsNow($0.members, capacity)
                && objection($0.members, household: $0.household, at: capacity, own: $0.id) == nil
        }?.id
    }

    /// Those who wait, in order.
    func queue(_ capacity: String) -> [Booking] {
        bookings.filter { $0.capacity == capacity && isWaiting($0) }.sorted {
            if $0.priority != $1.priority { return $0.priority > $1.priority }
            return $0.queued != $1.queued ? $0.queued < $1.queued : $0.id < $1.id
        }
    }

    /// Rule 2.
    private mutating func book(_ wish: Booking, hold: Int?) -> String {
        settle(wish.capacity)
        guard let capacity = capacities[wish.capacity] else { return "refused: gone" }
        if let refusal = bookingRefusal(wish, capacity) { return "refused: \(refusal)" }
        var booking = wish
        booking.queued = now
        let persons = wish.members.keys.sorted()
        if fitsNow(wish.members, capacity) {
            booking.state = hold == nil ? "confirmed" : "held"
            // A hold ends with its begin; at the door, where it has begun, after its minutes.
            booking.until = hold.map {
                now < capacity.begins ? min(now + $0, capacity.begins) : now + $0
            }
        } else if now >= capacity.begins || queue(capacity.id).count >= capacity.waitingMost {
            return "refused: full"
        } else if isLimited(persons, wish.household, capacity, own: wish.id, waits: true) {
            return "refused: limit"
        } else {
            booking.state = "waiting"
        }
        bookings.append(booking)
        return booking.state
    }

    private func bookingRefusal(_ wish: Booking, _ capacity: Capacity) -> String? {
        if capacity.isClosed { return "closed" }
        if now < capacity.opens { return "not yet open" }
        if now >= capacity.closes { return "too late" }
        if wish.members.values.contains(where: { capacity.totals[$0] == nil }) {
            return "unknown kind"
        }
        let isIn = wish.members.keys.contains { person in
            bookings.contains {
                $0.capacity == capacity.id && isLive($0) && $0.members[person] != nil
            }
        }
        if isIn { return "already in" }
        let isPossible = fits(
            seats(wish.members), beside: [:], totals: capacity.totals, overall: capacity.overall)
        if !isPossible { return "too many" }
        return objection(wish.members, household: wish.household, at: capacity, own: wish.id)
    }

    /// Rule 3.
    private mutating func accept(_ id: String) -> String {
        guard let before = find(id), before.state != "ended" else { return "refused: gone" }
        settle(before.capacity)
        guard let booking = find(id), let capacity = capacities[booking.capacity],
            before.state == booking.state, ["held", "offered"].contains(booking.state)
        else { return "refused: not offered" }
        let objection = objection(
            booking.members, household: booking.household, at: capacity, own: id)
        if let objection { return "refused: \(objection)" }
        change(id) {
            $0.state = "confirmed"
            $0.until = nil
        }
        return "confirmed"
    }

    /// Rule 4, and giving up a hold.
    private mutating func decline(_ id: String) -> String {
        guard let before = find(id), before.state != "ended" else { return "refused: gone" }
        lapse(before.capacity)
        guard let booking = find(id), ["held", "offered"].contains(booking.state) else {
            return "refused: not offered"
        }
        end(id, as: "declined")
        settle(booking.capacity)
        return "declined"
    }

    /// Rule 5.
    private mutating func cancel(_ id: String, leaving: [String]?, isExcused: Bool) -> String {
        guard let booking = find(id), let capacity = capacities[booking.capacity],
            booking.state == "waiting" || isTaking(booking)
        else { return "refused: gone" }
        if now >= capacity.begins { return "refused: begun" }
        lapse(booking.capacity)
        let persons = (leaving ?? booking.members.keys.sorted()).filter {
            booking.members[$0] != nil
        }
        guard !persons.isEmpty else { return "refused: gone" }
        var word = "cancelled"
        if booking.state == "offered" { word = "declined" }
        if ["held", "confirmed"].contains(booking.state) {
            let isInTime = persons.allSatisfy { person in
                let minutes = capacity.cancelMinutes[booking.members[person] ?? ""] ?? 0
                return now + minutes <= capacity.begins
            }
            if !isInTime { word = isExcused ? "excused" : "cancelled_late" }
        }
        if Set(persons) == Set(booking.members.keys) {
            end(id, as: word)
        } else {
            change(id) { booking in
                for person in persons { booking.members[person] = nil }
            }
            word = "fewer, \(word)"
        }
        settle(booking.capacity)
        return word
    }

    /// Rule 6.
    private mutating func resize(
        _ id: String, totals: [String: Int], overall: Int?, leaving: [String]
    ) -> String {
        guard let capacity = capacities[id] else { return "refused: gone" }
        if capacity.isClosed { return "refused: closed" }
        if now >= capacity.begins { return "refused: begun" }
        lapse(id)
        if capacity.totals.keys.contains(where: { totals[$0] == nil }) {
            return "refused: unknown kind"
        }
        let named = Set(leaving).compactMap(find)
        guard named.count == Set(leaving).count,
            named.allSatisfy({ $0.capacity == id && isTaking($0) })
        else { return "refused: gone" }
        let rest = taken(id, without: Set(leaving))
        guard fits([:], beside: rest, totals: totals, overall: overall) && fitsAll(rest, totals)
        else { return "refused: below held" }
        let isEachNeeded = named.allSatisfy {
            !fits(seats($0.members), beside: rest, totals: totals, overall: overall)
        }
        guard isEachNeeded else { return "refused: need not leave" }
        capacities[id]?.totals = totals
        capacities[id]?.overall = overall
        for booking in named {
            change(booking.id) {
                $0.state = "waiting"
                $0.priority = 100
                $0.until = nil
            }
        }
        settle(id)
        return "resized"
    }

    private func fitsAll(_ taken: [String: Int], _ totals: [String: Int]) -> Bool {
        taken.allSatisfy { $0.value <= totals[$0.key] ?? 0 }
    }

    /// Rule 8: the sweep offers what that makes room for.
    private mutating func move(_ moved: Capacity) -> String {
        guard let capacity = capacities[moved.id] else { return "refused: gone" }
        if capacity.isClosed { return "refused: closed" }
        if now >= capacity.begins { return "refused: begun" }
        lapse(moved.id)
        for booking in bookings where booking.capacity == moved.id && isTaking(booking) {
            change(booking.id) { $0.until = $0.until.map { min($0, moved.begins) } }
        }
        capacities[moved.id] = moved
        return "moved"
    }

    /// Rule 9: only what is offered from now on, who leaves from now on and who comes from now on
    /// notices.
    private mutating func serve(
        _ id: String, offer: Int, cancel: [String: Int], most: Int
    ) -> String {
        guard var capacity = capacities[id] else { return "refused: gone" }
        if capacity.isClosed { return "refused: closed" }
        if now >= capacity.begins { return "refused: begun" }
        lapse(id)
        capacity.offerMinutes = offer
        capacity.waitingMost = most
        for (kind, minutes) in cancel where capacity.totals[kind] != nil {
            capacity.cancelMinutes[kind] = minutes
        }
        capacities[id] = capacity
        return "served"
    }

    /// Rule 7.
    private mutating func close(_ id: String) -> String {
        guard let capacity = capacities[id] else { return "refused: gone" }
        if capacity.isClosed { return "refused: closed" }
        lapse(id)
        for booking in bookings where booking.capacity == id && isLive(booking) {
            end(booking.id, as: "closed")
        }
        capacities[id]?.isClosed = true
        return "closed"
    }

    private mutating func end(_ id: String, as word: String) {
        change(id) {
            $0.state = "ended"
            $0.endedAs = word
            $0.until = nil
            $0.members = [:]
        }
    }

    private mutating func change(_ id: String, _ edit: (inout Booking) -> Void) {
        for index in bookings.indices where bookings[index].id == id { edit(&bookings[index]) }
    }
}
