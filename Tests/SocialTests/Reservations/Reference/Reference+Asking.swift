/// Questions, each answered from the flat list.
extension Reference.World {
    typealias Capacity = Reference.Capacity
    typealias Booking = Reference.Booking

    /// Whether a booking keeps seats from others at this instant, swept or not.
    func isTaking(_ booking: Booking) -> Bool {
        switch booking.state {
        case "confirmed": true
        case "held", "offered": (booking.until ?? now) > now
        default: false
        }
    }

    /// Whether a booking still waits at this instant, swept or not.
    func isWaiting(_ booking: Booking) -> Bool {
        guard booking.state == "waiting", let capacity = capacities[booking.capacity] else {
            return false
        }
        return !capacity.isClosed && now < capacity.begins
    }

    func isLive(_ booking: Booking) -> Bool { isTaking(booking) || isWaiting(booking) }

    func find(_ id: String) -> Booking? { bookings.first { $0.id == id } }

    /// Seats by kind that a party asks for.
    func seats(_ members: [String: String]) -> [String: Int] {
        var seats: [String: Int] = [:]
        for kind in members.values { seats[kind, default: 0] += 1 }
        return seats
    }

    /// Seats by kind that are taken, those of some bookings aside.
    func taken(_ capacity: String, without: Set<String> = []) -> [String: Int] {
        var taken: [String: Int] = [:]
        for booking in bookings
        where booking.capacity == capacity && isTaking(booking) && !without.contains(booking.id) {
            for kind in booking.members.values { taken[kind, default: 0] += 1 }
        }
        return taken
    }

    /// Whether seats fit beside those taken.
    func fits(
        _ seats: [String: Int], beside taken: [String: Int], totals: [String: Int], overall: Int?
    ) -> Bool {
        for (kind, count) in seats where count + (taken[kind] ?? 0) > (totals[kind] ?? 0) {
            return false
        }
        guard let overall else { return true }
        return seats.values.reduce(0, +) + taken.values.reduce(0, +) <= overall
    }

    /// Whether a party fits into what is free at a capacity.
    func fitsNow(_ members: [String: String], _ capacity: Capacity) -> Bool {
        fits(
            seats(members), beside: taken(capacity.id), totals: capacity.totals,
            overall: capacity.overall)
    }

    /// Why a party may not be at a capacity now, if anything; a booking of its own aside.
    func objection(
        _ members: [String: String], household: String?, at capacity: Capacity, own id: String
    ) -> String? {
        let persons = members.keys.sorted()
        if persons.contains(where: { clashes($0, capacity) }) { return "overlap" }
        if isLimited(persons, household, capacity, own: id, waits: false) { return "limit" }
        if !isAdmitted(persons, capacity, own: id) { return "not admitted" }
        return nil
    }

    /// Whether the feature lets all of them be there, beside those who have seats.
    func isAdmitted(_ persons: [String], _ capacity: Capacity, own id: String) -> Bool {
        let others = bookings.filter {
            $0.capacity == capacity.id && $0.id != id && isTaking($0)
        }.flatMap(\.members.keys)
        return persons.allSatisfy { person in
            !refused.contains([person, capacity.id])
                && others.allSatisfy { !apart.contains([person, $0]) }
        }
    }

    /// Whether a person has something else then, or no time to get from one to the other.
    func clashes(_ person: String, _ capacity: Capacity) -> Bool {
        bookings.contains { booking in
            guard booking.capacity != capacity.id, booking.members[person] != nil,
                isTaking(booking), let other = capacities[booking.capacity]
            else { return false }
            let minutes = between(capacity.place, other.place)
            let isAfter = other.begins >= capacity.ends + minutes
            let isBefore = capacity.begins >= other.ends + minutes
            return !isAfter && !isBefore
        }
    }

    /// Minutes from one place to another; ten where none are given, or a place has no id.
    func between(_ here: String?, _ there: String?) -> Int {
        guard let here, let there else { return 10 }
        return here == there ? 0 : minutes[[here, there]] ?? 10
    }

    /// Whether one more booking would pass a limit.
    func isLimited(
        _ persons: [String], _ household: String?, _ capacity: Capacity, own id: String, waits: Bool
    ) -> Bool {
        limits.contains { limit in
            guard limit.feature == capacity.feature, (limit.counts == "waiting") == waits else {
                return false
            }
            let others = bookings.filter {
                $0.id != id && (waits ? isWaiting($0) : isTaking($0))
                    && isCounted($0, limit, with: capacity)
            }
            if limit.per == "household" {
                guard let household else { return false }
                let own = others.filter { $0.household == household }
                let before = limit.counts == "seats" ? rows(own) : own.count
                let more = limit.counts == "seats" ? persons.count : 1
                return before + more > limit.most
            }
            return persons.contains { person in
                others.count { $0.members[person] != nil } + 1 > limit.most
            }
        }
    }

    private func rows(_ bookings: [Booking]) -> Int {
        bookings.reduce(0) { $0 + $1.members.count }
    }

    private func isCounted(
        _ booking: Booking, _ limit: Reference.Limit, with here: Capacity
    ) -> Bool {
        guard let there = capacities[booking.capacity], there.feature == limit.feature else {
            return false
        }
        switch limit.period {
        case "day": return day(there.begins) == day(here.begins)
        case "week": return week(there.begins) == week(here.begins)
        case "month": return month(there.begins) == month(here.begins)
        default: return there.ends > now
        }
    }

    /// Days since 1970 on the wall of the estate.
    private func day(_ time: Int) -> Int { (time + zone) / 1440 }

    /// Weeks from Monday: 1970 began with a Thursday.
    private func week(_ time: Int) -> Int { (day(time) + 3) / 7 }

    /// Months since 1970, counted one by one.
    private func month(_ time: Int) -> Int {
        var left = day(time)
        var month = 0
        while true {
            let year = 1970 + month / 12
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month % 12]
            if left < days { return month }
            left -= days
            month += 1
        }
    }
}
