/// Improves groups without placing fewer people: newcomers, then trust, then distance; and leaves
/// nobody out whom the groups could take.
struct MealPolish {
    private let model: MealModel
    private(set) var tables: MealTables

    init(_ model: MealModel, _ tables: MealTables) {
        self.model = model
        self.tables = tables
    }

    /// Steps of the last search for a group among those left out.
    static let stepsMax = 20_000_000

    /// Exchanges while they gain something, at most `rounds` times around; then fills and merges,
    /// which is always done.
    mutating func run(rounds: Int, stop: StopSignal) {
        complete()
        for _ in 0..<rounds {
            guard !stop.isRaised, exchange(stop) else { break }
            complete()
        }
        complete()
    }

    /// Seats all who fit somewhere, founds groups of those left out, and merges what is one group.
    private mutating func complete() {
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for person in tables.unplaced { hasChanged = fill(person) || hasChanged }
            hasChanged = found() || hasChanged
            hasChanged = merge() || hasChanged
        }
    }

    private mutating func fill(_ person: Int32) -> Bool {
        for table in tables.occupied
        where tables.seats[table].count < model.sizes.upperBound
            && model.fits(person, tables.seats[table])
        {
            tables.join(person, table)
            return true
        }
        return false
    }

    private mutating func found() -> Bool {
        var steps = Self.stepsMax
        var left = tables.unplaced
        var hasFound = false
        while let person = left.first {
            left.removeFirst()
            let group = model.clique(
                around: person, in: left, size: model.sizes.lowerBound, steps: &steps)
            guard let group else { continue }
            tables.found(group, least: model.sizes.lowerBound)
            left.removeAll { group.contains($0) }
            hasFound = true
        }
        return hasFound
    }

    private mutating func merge() -> Bool {
        var hasMerged = false
        for table in tables.occupied {
            for other in tables.occupied where other > table {
                let (one, two) = (tables.seats[table], tables.seats[other])
                guard !one.isEmpty, one.count + two.count <= model.sizes.upperBound else {
                    continue
                }
                guard areOne(one + two) else { continue }
                tables.dissolve(other)
                for person in two { tables.join(person, table) }
                hasMerged = true
            }
        }
        return hasMerged
    }

    private func areOne(_ members: [Int32]) -> Bool {
        var (slots, tastes) = (UInt64.max, UInt64.max)
        for (index, member) in members.enumerated() {
            slots &= model.slots[Int(member)]
            tastes &= model.tastes[Int(member)]
            guard slots != 0, tastes != 0,
                members[..<index].allSatisfy({ model.fit($0, member) })
            else { return false }
        }
        return true
    }

    /// One round over all pairs of people at different tables, and over all who could move alone.
    private mutating func exchange(_ stop: StopSignal) -> Bool {
        var hasChanged = false
        for person in 0..<Int32(model.count) where tables.tableOf[Int(person)] >= 0 {
            guard !stop.isRaised else { return hasChanged }
            hasChanged = move(person) || hasChanged
            for entry in model.neighbours.entries(of: Int(person)) {
                let host = model.neighbours.columns[entry]
                hasChanged = swapAround(person, host) || hasChanged
            }
            for other in tables.unplaced { hasChanged = swap(person, other) || hasChanged }
        }
        return hasChanged
    }

    /// Swaps somebody with each of those who sit with a person who fits them.
    private mutating func swapAround(_ person: Int32, _ host: Int32) -> Bool {
        let table = tables.tableOf[Int(host)]
        guard table >= 0, table != tables.tableOf[Int(person)] else { return false }
        for other in tables.seats[Int(table)] where other != host && other > person {
            if swap(person, other) { return true }
        }
        return false
    }

    private mutating func move(_ person: Int32) -> Bool {
        let own = Int(tables.tableOf[Int(person)])
        guard tables.seats[own].count > model.sizes.lowerBound else { return false }
        let before = worth(person, tables.seats[own])
        for table in tables.occupied where table != own {
            let members = tables.seats[table]
            guard members.count < model.sizes.upperBound, worth(person, members) > before,
                model.fits(person, members)
            else { continue }
            tables.leave(person)
            tables.join(person, table)
            return true
        }
        return false
    }

    /// Swaps two people, of whom the second may have no group, if that gains something.
    private mutating func swap(_ one: Int32, _ other: Int32) -> Bool {
        let (left, right) = (Int(tables.tableOf[Int(one)]), Int(tables.tableOf[Int(other)]))
        guard left >= 0, left != right else { return false }
        let leftRest = tables.seats[left].filter { $0 != one }
        guard model.fits(other, leftRest) else { return false }
        let rightRest = right < 0 ? [] : tables.seats[right].filter { $0 != other }
        guard model.fits(one, rightRest) else { return false }
        var before = worth(one, leftRest)
        var after = worth(other, leftRest)
        if right >= 0 {
            before = before + worth(other, rightRest)
            after = after + worth(one, rightRest)
        } else {
            before.newcomers = model.isNewcomer[Int(one)] ? 1 : 0
            after.newcomers = model.isNewcomer[Int(other)] ? 1 : 0
        }
        guard after > before else { return false }
        tables.leave(one)
        if right >= 0 {
            tables.leave(other)
            tables.join(one, right)
        }
        tables.join(other, left)
        return true
    }

    /// What somebody adds to a group.
    private func worth(_ person: Int32, _ members: [Int32]) -> Worth {
        var worth = Worth(newcomers: 0, trust: 0, nearness: 0)
        for member in members where member != person {
            worth.trust += model.trust(person, member)
            worth.nearness -= model.distance(person, member)
        }
        return worth
    }

    /// The objective below the number of people placed, in falling weight.
    struct Worth: Comparable {
        var newcomers: Int
        var trust: Int64
        var nearness: Int64

        static func < (left: Worth, right: Worth) -> Bool {
            (left.newcomers, left.trust, left.nearness)
                < (right.newcomers, right.trust, right.nearness)
        }

        static func + (left: Worth, right: Worth) -> Worth {
            Worth(
                newcomers: left.newcomers + right.newcomers, trust: left.trust + right.trust,
                nearness: left.nearness + right.nearness)
        }
    }
}
