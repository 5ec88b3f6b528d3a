/// Finds the best plan among given columns, and proves it: cuts, and branch and bound on pairs of
/// families that share a ring or do not, as Ryan and Foster (1981).
struct RingTree {
    /// Most cuts that a tree has.
    private static let cutsMax = 200
    private static let roundsMax = 30
    /// Most pairs that are tried before one is branched on.
    private static let triedMax = 6

    private let columns: RingColumns
    private let familyCount: Int
    private let search: RingScales
    private let budget: Budget
    /// Number of each of the tree's columns in `columns`.
    private let numbers: [Int]
    /// Families of each column of the tree, and the cuts that hold it.
    private var matrix = PackingMatrix()
    private var simplex: PackingSimplex
    private var costs: [Double] = []
    /// How many branchings forbid each column.
    private var forbidden: [Int32]
    /// Columns that a better plan could hold.
    private var active: [Int]
    /// Right side of each row: 1 of a family.
    private var rightSides: [Int64]
    /// Rows of each cut: families, and behind them earlier cuts.
    private(set) var cuts: [[Int32]] = []
    /// Best choice so far, in the numbers of `columns`.
    private(set) var best: RingChoice
    /// Only plans whose measure exceeds this are looked for.
    private let floor: Int64
    private let pivotsMax: Int
    private var nodes = 0
    /// Pivots when the branching began.
    private var begun = 0
    /// Whether it ended before all was looked at.
    private(set) var isCut = false

    var pivots: Int { simplex.pivots }

    /// A tree over some `numbers` of the columns, which hold those of the simplex's basis.
    init(
        _ columns: RingColumns, numbers: [Int], scales: RingScales, simplex: PackingSimplex,
        best: RingChoice, floor: Int64, pivotsMax: Int, budget: Budget
    ) {
        self.columns = columns
        self.numbers = numbers
        search = scales
        familyCount = scales.familyCount
        self.best = best
        self.floor = floor
        self.pivotsMax = pivotsMax
        self.budget = budget
        var places = [Int32](repeating: 0, count: columns.count)
        for (place, number) in numbers.enumerated() {
            places[number] = Int32(place)
            matrix.append(columns.range(number).map { Int32(columns.family(at: $0)) })
        }
        rightSides = Array(repeating: 1, count: scales.familyCount)
        self.simplex = simplex
        self.simplex.renumber(places)
        forbidden = Array(repeating: 0, count: numbers.count)
        active = Array(numbers.indices)
    }

    /// Searches all; cuts that an earlier tree found are taken over.
    mutating func run(_ given: RingGoal, cuts earlier: [[Int32]]) {
        var goal = given
        if goal.worth.weight == 1, goal.gifts > 0 { limitGifts(&goal) }
        if !earlier.isEmpty { add(earlier) }
        var last = Double.infinity
        var stalls = 0
        for _ in 0..<Self.roundsMax where !isEnded {
            guard let prices = price(goal.worth) else {
                isCut = true
                return
            }
            if isClosed(goal, prices) { return }
            let shares = simplex.shares
            consider(shares)
            if isClosed(goal, prices) { return }
            restrict(goal, prices)
            let sum = Double(total(prices))
            let room = Double(room(goal, prices: prices))
            stalls = last - sum < 0.02 * room ? stalls + 1 : 0
            last = sum
            guard stalls < 3, cuts.count < Self.cutsMax else { break }
            let found = RingCuts(matrix, rightSides: rightSides, shares: shares)
                .separate(round: cuts.count)
            if found.isEmpty { break }
            add(found)
        }
        dive(goal, pivotsMax: pivots + (pivotsMax - pivots) / 5)
        begun = pivots
        branch(goal, depth: 0)
    }

    private var isEnded: Bool { simplex.pivots >= pivotsMax || budget.stop.isRaised }

    /// No plan has more gifts than the goal's: a row says so, and then gifts may be worth enough for
    /// no share to do with fewer.
    private mutating func limitGifts(_ goal: inout RingGoal) {
        let enough = min(search.sizeMax * search.heaviest + 1, search.giftWorthMax)
        goal.worth = search.scaled(gift: max(goal.worth.gift, enough))
        let held = numbers.enumerated().flatMap { place, number in
            Array(repeating: Int32(place), count: Int(columns.gifts(number)))
        }
        matrix.add(rows: [held], from: rightSides.count)
        simplex.add(rows: [held], rightSides: [goal.gifts])
        rightSides.append(goal.gifts)
    }

    private mutating func add(_ more: [[Int32]]) {
        var rest = more[...]
        while !rest.isEmpty {
            // Cuts of one round know only rows that stand before it.
            let first = rightSides.count
            let round = rest.prefix { cut in cut.allSatisfy { $0 < first } }
            let held = round.map { RingCuts.columns(matrix, cut: $0, rowCount: first) }
            let sides = round.map { cut in cut.reduce(0) { $0 + rightSides[Int($1)] } / 2 }
            matrix.add(rows: held, from: first)
            simplex.add(rows: held, rightSides: sides)
            rightSides += sides
            rest = rest.dropFirst(round.count)
        }
        cuts += more
    }

    private func isClosed(_ goal: RingGoal, _ prices: [Int64]) -> Bool {
        goal.bound(total(prices)) <= max(floor, goal.value(of: best))
    }

    /// What all rows pay together.
    private func total(_ prices: [Int64]) -> Int64 {
        RingScales.total(prices, rightSides)
    }

    /// Goes down by whole rings, and takes another way where one closes it: a good plan soon.
    private mutating func dive(_ goal: RingGoal, pivotsMax: Int) {
        let (saved, begin) = (simplex, forbidden)
        defer {
            forbidden = begin
            simplex.restore(saved)
        }
        var isFixed = [Bool](repeating: false, count: numbers.count)
        var last: (forbidden: [Int32], isFixed: [Bool], column: Int)?
        while pivots < pivotsMax, !isEnded, let prices = price(goal.worth) {
            if isClosed(goal, prices) {
                guard let back = last else { return }
                (forbidden, isFixed, last) = (back.forbidden, back.isFixed, nil)
                forbidden[back.column] += 1
                continue
            }
            let shares = simplex.shares.filter { costs[$0.column] != -1 }
            consider(shares)
            if isClosed(goal, prices) { return }
            let open = shares.filter { !isFixed[$0.column] }
            guard let top = open.max(by: { ($0.share, $1.column) < ($1.share, $0.column) })
            else { return }
            last = (forbidden, isFixed, top.column)
            for next in open where next.share > 0.95 || next.column == top.column {
                isFixed[next.column] = true
                fix(next.column, isFixed)
            }
        }
    }

    /// Forbids the columns that share a family with one that is fixed.
    private mutating func fix(_ column: Int, _ isFixed: [Bool]) {
        let families = columns.range(numbers[column]).map { Int32(columns.family(at: $0)) }
        for other in active where !isFixed[other] {
            if families.contains(where: { matrix.contains(other, $0) }) { forbidden[other] += 1 }
        }
    }

    // MARK: Bounds

    /// Prices of families and cuts that no column exceeds; nil where the budget ended it.
    private mutating func price(_ worth: RingWorth) -> [Int64]? {
        let most = search.most(worth)
        let factor = most * Double(worth.scale)
        // What may not be in the plan costs, so that it leaves the basis.
        costs = Array(repeating: -1, count: numbers.count)
        for column in active where forbidden[column] == 0 {
            costs[column] = Double(columns.worth(numbers[column], worth)) / most
        }
        guard simplex.maximise(costs, columns: matrix, active: active, stop: budget.stop)
        else { return nil }
        var prices = simplex.prices.map { RingScales.whole($0 * factor) }
        for column in active where forbidden[column] == 0 {
            let lack = -slack(column, worth, prices)
            guard lack > 0 else { continue }
            prices[matrix.row(at: matrix.range(column).lowerBound)] += lack
        }
        return prices
    }

    /// What a column's prices exceed its worth by, scaled.
    private func slack(_ column: Int, _ worth: RingWorth, _ prices: [Int64]) -> Int64 {
        var slack = -columns.worth(numbers[column], worth) * worth.scale
        for entry in matrix.range(column) { slack += prices[matrix.row(at: entry)] }
        return slack
    }

    /// Most slack of a column of a plan that is better than the best.
    private func room(_ goal: RingGoal, prices: [Int64]) -> Int64 {
        goal.room(total(prices), for: max(floor, goal.value(of: best)) + 1)
    }

    /// Lets only those columns enter that a plan better than the best could hold.
    private mutating func restrict(_ goal: RingGoal, _ prices: [Int64]) {
        let room = room(goal, prices: prices)
        active = active.filter { slack($0, goal.worth, prices) <= room }
    }

    // MARK: Branching

    /// Searches below the branchings that stand; what it cannot finish, it notes as cut.
    private mutating func branch(_ goal: RingGoal, depth: Int) {
        guard !isEnded, depth < 1000 else {
            isCut = true
            return
        }
        nodes += 1
        if nodes % 64 == 0 {
            budget.progress(
                Progress(iterations: pivots, best: "\(best.gifts) gifts, weight \(best.weight)"))
        }
        var goal = goal
        var rounds = 2
        while true {
            guard let prices = price(goal.worth) else {
                isCut = true
                return
            }
            if isClosed(goal, prices) { return }
            let shares = simplex.shares.filter { costs[$0.column] != -1 }
            let whole = consider(shares)
            if isClosed(goal, prices) { return }
            let isCheap = nodes > 32 && pivots < begun + 60 * nodes
            if isCheap, rounds > 0, cuts.count < Self.cutsMax {
                rounds -= 1
                let found = RingCuts(matrix, rightSides: rightSides, shares: shares)
                    .separate(round: cuts.count)
                if !found.isEmpty {
                    add(found)
                    continue
                }
            }
            let pairs = fractionalPairs(shares)
            if let pair = isCheap ? strongest(pairs, goal.worth) : pairs.first {
                return branch(goal, on: pair, depth: depth)
            }
            // A whole plan with too few gifts: they have to be worth more here.
            guard goal.worth.weight == 1, whole.gifts < goal.gifts,
                goal.worth.gift < search.giftWorthMax
            else {
                isCut = true
                return
            }
            goal.worth = search.scaled(gift: min(search.giftWorthMax, goal.worth.gift * 8 + 1))
        }
    }

    private mutating func branch(_ goal: RingGoal, on pair: (Int32, Int32), depth: Int) {
        for isTogether in [true, false] {
            forbid(pair, isTogether: isTogether, by: 1)
            branch(goal, depth: depth + 1)
            forbid(pair, isTogether: isTogether, by: -1)
        }
    }

    /// Forbids columns that part the pair, or those that join it.
    private mutating func forbid(_ pair: (Int32, Int32), isTogether: Bool, by step: Int32) {
        for column in active {
            let hasOne = matrix.contains(column, pair.0)
            let hasOther = matrix.contains(column, pair.1)
            if isTogether ? hasOne != hasOther : hasOne && hasOther { forbidden[column] += step }
        }
    }

    /// Of the first pairs the one that lowers the bound most, on both sides.
    private mutating func strongest(
        _ pairs: [(Int32, Int32)], _ worth: RingWorth
    ) -> (Int32, Int32)? {
        guard pairs.count > 1 else { return pairs.first }
        var chosen = pairs[0]
        var most = -1.0
        let saved = simplex
        let before = price(worth).map { total($0) } ?? 0
        for pair in pairs.prefix(Self.triedMax) {
            var score = 1.0
            for isTogether in [true, false] {
                forbid(pair, isTogether: isTogether, by: 1)
                let after = price(worth).map { total($0) } ?? before
                score *= max(Double(before - after), 1)
                forbid(pair, isTogether: isTogether, by: -1)
                simplex.restore(saved)
            }
            if score > most { (most, chosen) = (score, pair) }
        }
        return chosen
    }

    /// The pairs of families that share a ring in part, first those whose common share is nearest to
    /// 0.7, which leads to good plans soon.
    private func fractionalPairs(
        _ shares: [(column: Int, share: Double)]
    ) -> [(Int32, Int32)] {
        var pairs: [(one: Int, other: Int, share: Double)] = []
        for (column, share) in shares where share > 0.02 && share < 0.98 {
            let range = columns.range(numbers[column])
            for entry in range {
                for other in (entry + 1)..<range.upperBound {
                    pairs.append((columns.family(at: entry), columns.family(at: other), share))
                }
            }
        }
        pairs.sort { ($0.one, $0.other, $0.share) < ($1.one, $1.other, $1.share) }
        var found: [(distance: Double, pair: (Int32, Int32))] = []
        var index = 0
        while index < pairs.count {
            let pair = pairs[index]
            var sum = 0.0
            while index < pairs.count, pairs[index].one == pair.one,
                pairs[index].other == pair.other
            {
                sum += pairs[index].share
                index += 1
            }
            if sum < 0.98 {
                found.append((abs(sum - 0.7), (Int32(pair.one), Int32(pair.other))))
            }
        }
        found.sort { ($0.distance, $0.pair.0, $0.pair.1) < ($1.distance, $1.pair.0, $1.pair.1) }
        return found.map(\.pair)
    }

    /// Makes a plan of the largest shares, and keeps it if it is the best; answers what it was before
    /// it was filled up.
    @discardableResult
    private mutating func consider(_ shares: [(column: Int, share: Double)]) -> RingChoice {
        let ordered = shares.sorted { ($1.share, $0.column) < ($0.share, $1.column) }
        return columns.consider(
            ordered.map { numbers[$0.column] },
            thenAny: active.lazy.map { [numbers] in numbers[$0] }, familyCount: familyCount,
            best: &best)
    }
}
