/// Finds the best plan among given columns, and proves it: cuts, and branch and bound on pairs of
/// families that share a ring or do not, as Ryan and Foster (1981).
struct RingTree {
    /// Most cuts that a tree has.
    private static let cutsMax = 400
    private static let roundsMax = 30

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
    /// Families of each cut.
    private(set) var cuts: [[Int32]] = []
    /// Best choice so far, in the numbers of `columns`.
    private(set) var best: RingChoice
    /// Only plans whose measure exceeds this are looked for.
    private let floor: Int64
    private let pivotsMax: Int
    private var nodes = 0
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
        self.simplex = simplex
        self.simplex.renumber(places)
        forbidden = Array(repeating: 0, count: numbers.count)
        active = Array(numbers.indices)
    }

    /// Searches all; cuts that an earlier tree found are taken over.
    mutating func run(_ goal: RingGoal, cuts earlier: [[Int32]]) {
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
            let sum = prices.reduce(0.0) { $0 + Double($1) }
            let room = Double(room(goal, prices: prices))
            stalls = last - sum < 0.02 * room ? stalls + 1 : 0
            last = sum
            guard stalls < 3, cuts.count < Self.cutsMax else { break }
            let found = RingCuts(matrix, familyCount: familyCount, shares: shares).separate()
            if found.isEmpty { break }
            add(found)
        }
        branch(goal, depth: 0)
    }

    private var isEnded: Bool { simplex.pivots >= pivotsMax || budget.stop.isRaised }

    private mutating func add(_ families: [[Int32]]) {
        let held = families.map { RingCuts.columns(matrix, holding: $0) }
        matrix.add(rows: held, from: familyCount + cuts.count)
        simplex.add(rows: held)
        cuts += families
    }

    private func isClosed(_ goal: RingGoal, _ prices: [Int64]) -> Bool {
        goal.bound(prices) <= max(floor, goal.value(of: best))
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
        var prices = simplex.prices.map { Int64(max(0, $0 * factor).rounded(.up)) }
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
        goal.room(prices, for: max(floor, goal.value(of: best)) + 1)
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
        while true {
            guard let prices = price(goal.worth) else {
                isCut = true
                return
            }
            if isClosed(goal, prices) { return }
            let shares = simplex.shares.filter { costs[$0.column] != -1 }
            let whole = consider(shares)
            if isClosed(goal, prices) { return }
            if let pair = fractionalPair(shares) {
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

    /// The pair of families whose common share is nearest to 0.7, which leads to good plans soon; nil
    /// where all shares are whole.
    private func fractionalPair(_ shares: [(column: Int, share: Double)]) -> (Int32, Int32)? {
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
        var chosen: (Int32, Int32)?
        var distance = 0.68
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
            if sum < 0.98, abs(sum - 0.7) < distance {
                distance = abs(sum - 0.7)
                chosen = (Int32(pair.one), Int32(pair.other))
            }
        }
        return chosen
    }

    /// Makes a plan of the largest shares, and keeps it if it is the best; answers what it was before
    /// it was filled up.
    @discardableResult
    private mutating func consider(_ shares: [(column: Int, share: Double)]) -> RingChoice {
        let ordered = shares.sorted { ($1.share, $0.column) < ($0.share, $1.column) }
        return columns.consider(
            ordered.map { numbers[$0.column] }, thenAny: active.lazy.map { [numbers] in numbers[$0] },
            familyCount: familyCount, best: &best)
    }
}
