/// A search that seats somebody who has no group, whoever must get up for it, and remembers who got
/// up often: weights on people, as in breakout local search (Morris 1993), and a short tabu.
struct MealEjection {
    private let model: MealModel
    /// Who could sit in any group at all.
    private let isPossible: [Bool]
    private(set) var tables: MealTables
    private var random: SplitMix64
    /// How much it counts that each person has no group.
    private var weights: [Int]
    /// First iteration in which each person may be made to get up again.
    private var freeFrom: [Int]
    private var iteration = 0

    /// A way to seat somebody.
    private enum Move {
        case join(table: Int, leaving: [Int32])
        case found([Int32])
    }

    init(_ model: MealModel, isPossible: [Bool], seed: UInt64) {
        self.model = model
        self.isPossible = isPossible
        tables = MealTables(model)
        random = SplitMix64(seed: seed)
        weights = [Int](repeating: 1, count: model.count)
        freeFrom = [Int](repeating: 0, count: model.count)
        let order = model.slots.indices.sorted { one, other in
            let (left, right) = (
                model.neighbours.entries(of: one).count, model.neighbours.entries(of: other).count
            )
            return left == right ? one < other : left < right
        }
        for person in order where tables.tableOf[person] < 0 { seat(Int32(person), gainOnly: true) }
    }

    /// Goes on until `goal` people sit, or the budget ends; answers the best tables seen.
    mutating func run(goal: Int, budget: Budget) -> MealTables {
        var best = tables
        for _ in 0..<budget.iterations {
            guard best.placed < goal, !budget.stop.isRaised else { break }
            iteration += 1
            let waiting = tables.unplaced.filter { isPossible[Int($0)] }
            guard !waiting.isEmpty else { break }
            let person = waiting[random.below(waiting.count)]
            weights[Int(person)] += 1
            seat(person, gainOnly: false)
            for other in tables.unplaced where tables.tableOf[Int(other)] < 0 {
                seat(other, gainOnly: true)
            }
            if tables.placed > best.placed { best = tables }
            if iteration % 256 == 0 {
                budget.progress(Progress(iterations: iteration, best: "\(best.placed) placed"))
            }
        }
        return best
    }

    /// Seats somebody in the way that costs least; with `gainOnly`, only where nobody gets up.
    private mutating func seat(_ person: Int32, gainOnly: Bool) {
        var least = gainOnly ? 0 : Int.max
        var ties = 0
        var move: Move?
        joins(person, &least, &ties, &move)
        if !(gainOnly && move != nil) { foundings(person, &least, &ties, &move) }
        switch move {
        case .join(let table, let leaving):
            for other in leaving { tables.leave(other) }
            tables.join(person, table)
            punish(leaving)
        case .found(let members):
            let before = tables
            tables.found(members, least: model.sizes.lowerBound)
            let emptied = members.map { before.tableOf[Int($0)] }.filter { $0 >= 0 }
            for table in emptied {
                punish(before.seats[Int(table)].filter { tables.tableOf[Int($0)] < 0 })
            }
        case nil: return
        }
        freeFrom[Int(person)] = iteration + 4 + random.below(6)
    }

    private mutating func punish(_ people: [Int32]) {
        for person in people { weights[Int(person)] += 1 }
    }

    private mutating func isBetter(_ loss: Int, _ least: inout Int, _ ties: inout Int) -> Bool {
        guard loss <= least, loss < Int.max else { return false }
        ties = loss < least ? 1 : ties + 1
        least = loss
        return ties == 1 || random.below(ties) == 0
    }

    /// Tables that somebody could join, at each key, those getting up who do not fit.
    private mutating func joins(
        _ person: Int32, _ least: inout Int, _ ties: inout Int, _ move: inout Move?
    ) {
        var seen: Set<Int32> = []
        for entry in model.neighbours.entries(of: Int(person)) {
            let table = tables.tableOf[Int(model.neighbours.columns[entry])]
            guard table >= 0, seen.insert(table).inserted else { continue }
            let members = tables.seats[Int(table)]
            var slots = model.slots[Int(person)]
            while slots != 0 {
                let slot = slots & (~slots + 1)
                slots &= slots - 1
                var tastes = model.tastes[Int(person)]
                while tastes != 0 {
                    let taste = tastes & (~tastes + 1)
                    tastes &= tastes - 1
                    guard let loss = loss(person, members, slot, taste) else { continue }
                    if isBetter(loss, &least, &ties) {
                        move = .join(
                            table: Int(table), leaving: leaving(person, members, slot, taste))
                    }
                }
            }
        }
    }

    private func stays(
        _ member: Int32, _ person: Int32, _ slot: UInt64, _ taste: UInt64
    ) -> Bool {
        model.slots[Int(member)] & slot != 0 && model.tastes[Int(member)] & taste != 0
            && model.fit(member, person)
    }

    /// Weight of those who must get up, nil where it cannot be done.
    private func loss(
        _ person: Int32, _ members: [Int32], _ slot: UInt64, _ taste: UInt64
    ) -> Int? {
        var loss = 0
        var staying = 0
        var lightest = Int.max
        for member in members {
            let weight = freeFrom[Int(member)] > iteration ? 1 << 30 : weights[Int(member)]
            if stays(member, person, slot, taste) {
                staying += 1
                lightest = min(lightest, weight)
            } else {
                loss += weight
            }
        }
        guard staying + 1 >= model.sizes.lowerBound else { return nil }
        if staying + 1 > model.sizes.upperBound { loss += lightest }
        return loss >= 1 << 30 ? nil : loss
    }

    private func leaving(
        _ person: Int32, _ members: [Int32], _ slot: UInt64, _ taste: UInt64
    ) -> [Int32] {
        var leaving = members.filter { !stays($0, person, slot, taste) }
        guard members.count - leaving.count + 1 > model.sizes.upperBound else { return leaving }
        let lightest = members.filter { !leaving.contains($0) }.min { one, other in
            (weights[Int(one)], one) < (weights[Int(other)], other)
        }
        if let lightest { leaving.append(lightest) }
        return leaving
    }
}

extension MealEjection {
    /// New groups of the least size around somebody, of people who have none or leave theirs.
    private mutating func foundings(
        _ person: Int32, _ least: inout Int, _ ties: inout Int, _ move: inout Move?
    ) {
        var pool: [(cost: Int, person: Int32)] = []
        for entry in model.neighbours.entries(of: Int(person)) {
            let other = model.neighbours.columns[entry]
            pool.append((loss(of: [other]), other))
        }
        pool.removeAll { $0.cost >= 1 << 30 }
        pool.sort { $0.cost == $1.cost ? $0.person < $1.person : $0.cost < $1.cost }
        var steps = 4000
        var chosen = [person]
        grow(
            &chosen, model.slots[Int(person)], model.tastes[Int(person)], pool.map(\.person)[...],
            &steps, &least, &ties, &move)
    }

    private mutating func grow(
        _ chosen: inout [Int32], _ slot: UInt64, _ taste: UInt64, _ pool: ArraySlice<Int32>,
        _ steps: inout Int, _ least: inout Int, _ ties: inout Int, _ move: inout Move?
    ) {
        if chosen.count == model.sizes.lowerBound {
            if isBetter(loss(of: chosen.dropFirst()), &least, &ties) { move = .found(chosen) }
            return
        }
        for index in pool.indices {
            let next = pool[index]
            let (slots, tastes) = (
                slot & model.slots[Int(next)], taste & model.tastes[Int(next)]
            )
            steps -= 1
            guard steps > 0 else { return }
            guard slots != 0, tastes != 0,
                chosen.dropFirst().allSatisfy({ model.fit($0, next) })
            else { continue }
            chosen.append(next)
            grow(&chosen, slots, tastes, pool[(index + 1)...], &steps, &least, &ties, &move)
            chosen.removeLast()
        }
    }

    /// Weight of those who have no group when these leave theirs, less that of these.
    private func loss(of leaving: some Collection<Int32>) -> Int {
        var loss = 0
        for (index, person) in leaving.enumerated() {
            let table = Int(tables.tableOf[Int(person)])
            guard table >= 0 else {
                loss -= weights[Int(person)]
                continue
            }
            let isCounted = leaving.prefix(index).contains {
                Int(tables.tableOf[Int($0)]) == table
            }
            if isCounted { continue }
            let members = tables.seats[table]
            let gone = leaving.count { Int(tables.tableOf[Int($0)]) == table }
            guard members.count - gone < model.sizes.lowerBound else { continue }
            for member in members where !leaving.contains(member) {
                loss += freeFrom[Int(member)] > iteration ? 1 << 30 : weights[Int(member)]
            }
        }
        return loss
    }
}
