internal import Glibc

/// The branch and bound of `MaxNash` for one group of persons after another; the best is shared.
struct NashSearch {
    let instance: GoodsInstance
    let budget: Budget
    let persons: Int
    /// Worth of each good to each person, in grains: by good, then person.
    private let values: [Double]
    /// The first good that is worth the same to everybody as each good.
    private let kinds: [Int]
    private(set) var bestOwners: [Int32]
    private(set) var best = -Double.infinity
    private(set) var isOver = false
    private var nodes = 0
    private var group: UInt64 = 0

    /// A branch: goods without an owner yet, and who may become one.
    struct Branch {
        var open: [Int]
        var allowed: [UInt64]
        var committed: [Double]
        var owners: [Int32]
        /// What each person of the group bids for each good, by good, then person.
        var bids: [Double]
    }

    init(_ instance: GoodsInstance, budget: Budget) {
        self.instance = instance
        self.budget = budget
        let persons = instance.persons
        self.persons = persons
        values = (0..<instance.goods * persons).map { cell in
            Double(instance.values[cell % persons][cell / persons])
        }
        kinds = (0..<instance.goods).map { good in
            (0..<good).first { other in
                instance.values.allSatisfy { $0[other] == $0[good] }
            } ?? good
        }
        bestOwners = [Int32](repeating: 0, count: instance.goods)
    }

    /// Begins with a plan in which each of the group has something of worth.
    mutating func start(from group: UInt64, owners: [Int32]) {
        self.group = group
        let first = members.first ?? 0
        bestOwners = owners.map { owner in owner < 0 ? Int32(first) : owner }
        climb(&bestOwners)
        best = welfare(bestOwners)
    }

    private var members: [Int] { (0..<persons).filter { group & (1 << UInt64($0)) != 0 } }

    /// Searches for a better plan in which each of a group has something of worth.
    mutating func run(_ group: UInt64) {
        self.group = group
        var branch = Branch(
            open: [], allowed: [UInt64](repeating: 0, count: instance.goods),
            committed: [Double](repeating: 0, count: persons),
            owners: [Int32](repeating: -1, count: instance.goods),
            bids: [Double](repeating: 0, count: values.count))
        for good in 0..<instance.goods {
            for person in members where values[good * persons + person] > 0 {
                branch.allowed[good] |= 1 << UInt64(person)
                branch.bids[good * persons + person] = 1 / Double(instance.goods)
            }
            if branch.allowed[good] == 0 {
                branch.owners[good] = Int32(members.first ?? 0)
            } else {
                branch.open.append(good)
            }
        }
        explore(&branch)
    }

    private mutating func explore(_ branch: inout Branch) {
        nodes += 1
        if nodes & 0xFF == 0 {
            budget.progress(Progress(iterations: nodes, best: "log of the product \(best)"))
        }
        if nodes > budget.iterations || (nodes & 0xF == 0 && budget.stop.isRaised) {
            isOver = true
            return
        }
        guard let prices = bound(&branch) else { return }
        guard let good = choose(branch, prices) else {
            finish(branch)
            return
        }
        let worth = (0..<persons).map { prices.scales[$0] * values[good * persons + $0] }
        let owners = members.filter { branch.allowed[good] & (1 << UInt64($0)) != 0 }
            .sorted { worth[$0] == worth[$1] ? $0 < $1 : worth[$0] > worth[$1] }
        for person in owners where !isOver {
            let loss = worth[owners[0]] - worth[person]
            if prices.bound - loss <= best + Self.margin { break }
            var next = branch
            next.open.removeAll { $0 == good }
            give(good, to: person, &next)
            for cell in next.bids.indices where next.bids[cell] > 0 {
                next.bids[cell] = max(next.bids[cell], 1e-5)
            }
            explore(&next)
            // Goods that are alike to all: whoever would own one of them owns this one.
            for alike in branch.open where kinds[alike] == kinds[good] {
                branch.allowed[alike] &= ~(1 << UInt64(person))
                branch.bids[alike * persons + person] = 0
            }
        }
    }

    /// A plan counts as better when the logarithm of its product is larger by this.
    private static let margin = 1e-10

    /// What a bound was made of: how much each person's worth counts.
    struct Prices {
        var bound: Double
        var scales: [Double]
    }

    /// Bounds what can come of a branch and strikes out owners; nil when nothing better can.
    private mutating func bound(_ branch: inout Branch) -> Prices? {
        var last = Double.infinity
        for _ in 0..<24 {
            guard let utilities = respond(&branch, rounds: 8) else { return nil }
            var scales = [Double](repeating: 0, count: persons)
            var bound = 0.0
            for person in members {
                scales[person] = 1 / utilities[person]
                bound += log(utilities[person]) - 1 + branch.committed[person] * scales[person]
            }
            let most = branch.open.map { good in
                var most = 0.0
                for person in members where branch.allowed[good] & (1 << UInt64(person)) != 0 {
                    most = max(most, scales[person] * values[good * persons + person])
                }
                return most
            }
            bound += most.reduce(0, +)
            if bound <= best + Self.margin { return nil }
            let isChanged = strike(&branch, most, bound, scales)
            let isSlow = last - bound < 0.1 * (bound - best)
            last = min(last, bound)
            if isSlow, !isChanged { return Prices(bound: bound, scales: scales) }
            if branch.open.isEmpty { return Prices(bound: bound, scales: scales) }
        }
        guard let utilities = respond(&branch, rounds: 1) else { return nil }
        return Prices(bound: last, scales: utilities.map { $0 > 0 ? 1 / $0 : 0 })
    }
}

extension NashSearch {
    /// Lets the group buy the open goods for some rounds; nil when one of it cannot get anything.
    private func respond(_ branch: inout Branch, rounds: Int) -> [Double]? {
        var utilities = branch.committed
        for _ in 0..<rounds {
            for person in members { utilities[person] = branch.committed[person] }
            for good in branch.open {
                let row = good * persons
                var price = 0.0
                for cell in row..<row + persons { price += branch.bids[cell] }
                let part = price > 0 ? 1 / price : 0
                for person in 0..<persons {
                    branch.bids[row + person] *= part * values[row + person]
                    utilities[person] += branch.bids[row + person]
                }
            }
            for person in members where utilities[person] <= 0 { return nil }
            for good in branch.open {
                let row = good * persons
                for person in 0..<persons where branch.bids[row + person] > 0 {
                    branch.bids[row + person] /= utilities[person]
                }
            }
        }
        return utilities
    }

    /// Strikes out owners with whom nothing better can come, and gives goods to the last that is left.
    private func strike(
        _ branch: inout Branch, _ most: [Double], _ bound: Double, _ scales: [Double]
    ) -> Bool {
        var isChanged = false
        var kept: [Int] = []
        for (index, good) in branch.open.enumerated() {
            let row = good * persons
            for person in members where branch.allowed[good] & (1 << UInt64(person)) != 0 {
                let loss = most[index] - scales[person] * values[row + person]
                if bound - loss <= best + 1e-10 {
                    branch.allowed[good] &= ~(1 << UInt64(person))
                    branch.bids[row + person] = 0
                    isChanged = true
                }
            }
            if branch.allowed[good].nonzeroBitCount == 1 {
                give(good, to: branch.allowed[good].trailingZeroBitCount, &branch)
            } else {
                kept.append(good)
            }
        }
        branch.open = kept
        return isChanged
    }

    private func give(_ good: Int, to person: Int, _ branch: inout Branch) {
        branch.owners[good] = Int32(person)
        branch.committed[person] += values[good * persons + person]
        for cell in good * persons..<(good + 1) * persons { branch.bids[cell] = 0 }
    }

    /// The open good whose second-best owner costs most; nil when none is open.
    private func choose(_ branch: Branch, _ prices: Prices) -> Int? {
        var chosen: (good: Int, key: Double)?
        for good in branch.open {
            let row = good * persons
            var (first, second) = (0.0, 0.0)
            for person in members where branch.allowed[good] & (1 << UInt64(person)) != 0 {
                let worth = prices.scales[person] * values[row + person]
                if worth > first {
                    (first, second) = (worth, first)
                } else {
                    second = max(second, worth)
                }
            }
            let key = second
            if chosen.map({ key > $0.key }) ?? true { chosen = (good, key) }
        }
        return chosen?.good
    }

    private mutating func finish(_ branch: Branch) {
        var owners = branch.owners
        climb(&owners)
        let value = welfare(owners)
        guard value > best + Self.margin else { return }
        best = value
        bestOwners = owners
    }

    /// The sum of the logarithms of the group's utilities.
    private func welfare(_ owners: [Int32]) -> Double {
        let utilities = instance.utilities(of: owners)
        return members.reduce(0) { $0 + log(Double(utilities[$1])) }
    }

    /// Gives single goods to others, and exchanges two, as long as the product grows.
    private func climb(_ owners: inout [Int32]) {
        var utilities = instance.utilities(of: owners).map(Double.init)
        func isBetter(_ first: Int, _ gain: Double, _ second: Int, _ other: Double) -> Bool {
            (utilities[first] + gain) * (utilities[second] + other)
                > utilities[first] * utilities[second] * (1 + 1e-12)
        }
        var isMoving = true
        while isMoving {
            isMoving = false
            for good in owners.indices {
                for person in members where person != Int(owners[good]) {
                    let owner = Int(owners[good])
                    let loss = values[good * persons + owner]
                    let gain = values[good * persons + person]
                    guard isBetter(owner, -loss, person, gain) else { continue }
                    utilities[owner] -= loss
                    utilities[person] += gain
                    owners[good] = Int32(person)
                    isMoving = true
                }
                for other in owners.indices where owners[other] != owners[good] {
                    let (first, second) = (Int(owners[good]), Int(owners[other]))
                    let gain = values[other * persons + first] - values[good * persons + first]
                    let back = values[good * persons + second] - values[other * persons + second]
                    guard isBetter(first, gain, second, back) else { continue }
                    utilities[first] += gain
                    utilities[second] += back
                    owners.swapAt(good, other)
                    isMoving = true
                }
            }
        }
    }
}
