internal import Glibc

/// Divisible goods of which persons with incomes buy what is worth most to them for its price.
public struct DivisibleMarket: Codable, Hashable, Sendable {
    /// Quantity of each good, positive, in any unit.
    public var supplies: [Double]
    /// Weight of each person (its income), positive.
    public var weights: [Double]
    /// Goods that are worth something to each person; a row a person, none of them empty.
    public var wanted: CompressedRows
    /// Worth of one unit, for each entry of `wanted`; positive.
    public var values: [Double]

    /// A market; `values` has an entry for each of `wanted`.
    public init(
        supplies: [Double], weights: [Double], wanted: CompressedRows, values: [Double]
    ) {
        self.supplies = supplies
        self.weights = weights
        self.wanted = wanted
        self.values = values
    }
}

/// Quantities that maximise the weighted sum of logarithms of utilities, and the prices that prove it.
public struct DivisiblePlan: Codable, Hashable, Sendable {
    /// Quantity for each entry of the market's `wanted`.
    public var quantities: [Double]
    /// Price of one unit of each good; all goods together cost the sum of weights.
    public var prices: [Double]
    /// Worth of what each person gets.
    public var utilities: [Double]
    /// Sum of weight times natural logarithm of utility.
    public var objective: Double
    /// No division has an objective that is larger by more than this.
    public var gap: Double
}

/// The program of Eisenberg and Gale (1959) by proportional response (Wu and Zhang 2007; Zhang 2011).
///
/// Each person spends its weight on goods in proportion to the utility that each gave it the time
/// before. At every moment the quantities are possible. For any utilities, concavity of the logarithm
/// bounds the best objective: `gap` is that bound less the objective. Memory: 24 bytes a value.
public enum EisenbergGale {
    /// The division after so many rounds, or when the gap is at most `gapMax`, looked at every 50.
    public static func plan(
        _ market: DivisibleMarket, gapMax: Double, budget: Budget
    ) -> DivisiblePlan {
        var response = ProportionalResponse(market)
        var round = 0
        while round < budget.iterations, !budget.stop.isRaised {
            response.step()
            round += 1
            guard round % 50 == 0 else { continue }
            let gap = response.gap()
            budget.progress(Progress(iterations: round, best: "gap \(gap)"))
            if gap <= gapMax { break }
        }
        return response.plan()
    }
}

private struct ProportionalResponse {
    let market: DivisibleMarket
    var bids: [Double]
    var prices: [Double]
    var utilities: [Double]

    init(_ market: DivisibleMarket) {
        self.market = market
        bids = market.values
        prices = [Double](repeating: 0, count: market.supplies.count)
        utilities = [Double](repeating: 0, count: market.weights.count)
        for person in market.weights.indices {
            let entries = market.wanted.entries(of: person)
            var sum = 0.0
            for entry in entries {
                sum += market.values[entry] * market.supplies[Int(market.wanted.columns[entry])]
            }
            for entry in entries {
                let worth = market.values[entry] * market.supplies[column(entry)]
                bids[entry] = market.weights[person] * worth / sum
            }
        }
        trade()
    }

    func column(_ entry: Int) -> Int { Int(market.wanted.columns[entry]) }

    /// Prices by the bids, and what each person gets for its own.
    mutating func trade() {
        for good in prices.indices { prices[good] = 0 }
        for entry in bids.indices { prices[column(entry)] += bids[entry] }
        for good in prices.indices where prices[good] > 0 { prices[good] /= market.supplies[good] }
        for person in utilities.indices {
            var utility = 0.0
            for entry in market.wanted.entries(of: person) {
                utility += market.values[entry] * bids[entry] / prices[column(entry)]
            }
            utilities[person] = utility
        }
    }

    /// Spends anew, by what each bid was worth.
    mutating func step() {
        for person in utilities.indices {
            let scale = market.weights[person] / utilities[person]
            for entry in market.wanted.entries(of: person) {
                // A bid that vanished would divide nothing by nothing where nobody else bids.
                let worth = market.values[entry] * bids[entry] / prices[column(entry)]
                bids[entry] = max(worth * scale, 1e-200)
            }
        }
        trade()
    }

    /// The bound by the tangent of each logarithm at the utilities at hand, less the objective.
    func gap() -> Double {
        var best = [Double](repeating: 0, count: prices.count)
        for person in utilities.indices {
            let scale = market.weights[person] / utilities[person]
            for entry in market.wanted.entries(of: person) {
                best[column(entry)] = max(best[column(entry)], scale * market.values[entry])
            }
        }
        var bound = 0.0
        for good in best.indices { bound += best[good] * market.supplies[good] }
        return max(bound - market.weights.reduce(0, +), 0)
    }

    func plan() -> DivisiblePlan {
        DivisiblePlan(
            quantities: bids.indices.map { bids[$0] / prices[column($0)] },
            prices: prices, utilities: utilities,
            objective: utilities.indices.reduce(0) {
                $0 + market.weights[$1] * log(utilities[$1])
            },
            gap: gap())
    }
}
