/// Shares out indivisible goods by turns, so that nobody envies another up to one good (WEF1).
///
/// The turn is that of the person with the fewest picks for its weight, who takes what is worth most
/// to it. Chakraborty, Igarashi, Suksompong and Zick (2021) prove that what comes out is WEF1. Then
/// goods are exchanged, or given away, where nobody loses, somebody gains, and it stays WEF1.
/// Memory: 16 bytes a value.
public enum PickingSequence {
    /// The plan; an iteration is one round over all pairs of goods that might be exchanged.
    public static func plan(_ instance: GoodsInstance, budget: Budget) -> GoodsPlan {
        let owners = turns(instance)
        guard instance.persons > 1, instance.persons <= tradersMax else {
            return GoodsPlan(owners: owners, isProven: false)
        }
        var trades = FairTrades(instance, owners)
        var round = 0
        while round < budget.iterations, !budget.stop.isRaised, trades.round(budget.stop) {
            round += 1
            budget.progress(Progress(iterations: round, best: "\(trades.made) trades"))
        }
        return GoodsPlan(owners: trades.owners, isProven: false)
    }

    /// Most persons among whom goods are exchanged: every pair of them is looked at.
    public static let tradersMax = 2000

    /// The owners after all turns; of two persons with as many picks for their weight the first has
    /// the turn, of two goods of the same worth it takes the first.
    public static func turns(_ instance: GoodsInstance) -> [Int32] {
        let persons = instance.persons
        guard persons > 0 else { return [Int32](repeating: -1, count: instance.goods) }
        var owners = [Int32](repeating: -1, count: instance.goods)
        var picks = [Int64](repeating: 0, count: persons)
        var wishes = [[Int32]?](repeating: nil, count: persons)
        var next = [Int](repeating: 0, count: persons)
        for _ in 0..<instance.goods {
            var turn = 0
            for person in 1..<max(persons, 1)
            where isFewer(
                picks[person], instance.weights[person], picks[turn], instance.weights[turn])
            {
                turn = person
            }
            let order = wishes[turn] ?? order(of: turn, instance)
            wishes[turn] = order
            while owners[Int(order[next[turn]])] >= 0 { next[turn] += 1 }
            owners[Int(order[next[turn]])] = Int32(turn)
            picks[turn] += 1
        }
        return owners
    }

    private static func isFewer(
        _ picks: Int64, _ weight: Int64, _ others: Int64, _ otherWeight: Int64
    ) -> Bool {
        let left = picks.multipliedFullWidth(by: otherWeight)
        let right = others.multipliedFullWidth(by: weight)
        return left.high == right.high ? left.low < right.low : left.high < right.high
    }

    private static func order(of person: Int, _ instance: GoodsInstance) -> [Int32] {
        let values = instance.values[person]
        return (0..<Int32(instance.goods)).sorted { left, right in
            let (first, second) = (values[Int(left)], values[Int(right)])
            return first == second ? left < right : first > second
        }
    }
}

/// Exchanges of goods by which nobody loses, somebody gains, and WEF1 is kept.
struct FairTrades {
    let instance: GoodsInstance
    private(set) var owners: [Int32]
    private(set) var made = 0
    /// Worth of each person's bundle to each: row by who looks.
    private var worth: [[Int64]]
    private var bundles: [[Int32]]

    init(_ instance: GoodsInstance, _ owners: [Int32]) {
        self.instance = instance
        self.owners = owners
        bundles = [[Int32]](repeating: [], count: instance.persons)
        for (good, owner) in owners.enumerated() { bundles[Int(owner)].append(Int32(good)) }
        worth = instance.values.map { [instance] values in
            var sums = [Int64](repeating: 0, count: instance.persons)
            for (good, owner) in owners.enumerated() { sums[Int(owner)] += values[good] }
            return sums
        }
    }

    /// Looks once at every gift and every exchange; whether any was made.
    mutating func round(_ stop: StopSignal) -> Bool {
        let before = made
        for good in owners.indices {
            if stop.isRaised { break }
            giveAway(good)
            for other in owners.indices where other > good {
                tryExchange(good, other)
            }
        }
        return made > before
    }

    /// Gives a good that is worth nothing to its owner to whom it is worth most.
    private mutating func giveAway(_ good: Int) {
        let owner = Int(owners[good])
        guard instance.values[owner][good] == 0 else { return }
        var taker = owner
        for person in 0..<instance.persons
        where instance.values[person][good] > instance.values[taker][good] {
            taker = person
        }
        guard taker != owner else { return }
        move(good, to: taker)
        if keepsWEF1(owner, taker) {
            made += 1
        } else {
            move(good, to: owner)
        }
    }

    private mutating func tryExchange(_ good: Int, _ other: Int) {
        let (first, second) = (Int(owners[good]), Int(owners[other]))
        guard first != second else { return }
        let gain = instance.values[first][other] - instance.values[first][good]
        let otherGain = instance.values[second][good] - instance.values[second][other]
        guard gain >= 0, otherGain >= 0, gain + otherGain > 0 else { return }
        move(good, to: second)
        move(other, to: first)
        if keepsWEF1(first, second) {
            made += 1
        } else {
            move(good, to: first)
            move(other, to: second)
        }
    }

    private mutating func move(_ good: Int, to person: Int) {
        let owner = Int(owners[good])
        for viewer in 0..<instance.persons {
            let value = instance.values[viewer][good]
            worth[viewer][owner] -= value
            worth[viewer][person] += value
        }
        bundles[owner].removeAll { $0 == Int32(good) }
        bundles[person].append(Int32(good))
        owners[good] = Int32(person)
    }

    /// Whether nobody envies these two up to one good, nor these two anybody.
    private func keepsWEF1(_ first: Int, _ second: Int) -> Bool {
        for person in 0..<instance.persons {
            for changed in [first, second] where person != changed {
                if envies(person, changed) || envies(changed, person) { return false }
            }
        }
        return true
    }

    private func envies(_ person: Int, _ other: Int) -> Bool {
        let values = instance.values[person]
        let own = worth[person][person].multipliedFullWidth(by: instance.weights[other])
        var theirs = worth[person][other].multipliedFullWidth(by: instance.weights[person])
        if own >= theirs { return false }
        let best = bundles[other].reduce(0) { max($0, values[Int($1)]) }
        theirs = (worth[person][other] - best).multipliedFullWidth(by: instance.weights[person])
        return own < theirs
    }
}
