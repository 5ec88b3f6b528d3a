/// A choice of columns that share no family.
struct RingChoice {
    var columns: [Int] = []
    var gifts: Int64 = 0
    var weight: Int64 = 0

    /// Whether the other has more gifts, or as many and more weight.
    func isLess(than other: RingChoice) -> Bool {
        (gifts, weight) < (other.gifts, other.weight)
    }
}

/// What is maximised: gifts, or weight among the plans with so many gifts.
struct RingGoal {
    var worth: RingWorth
    /// Gifts that a plan must have; 0 where gifts are the goal.
    var gifts: Int64

    /// What one more of the goal's measure is worth.
    var unit: Int64 { worth.weight == 0 ? worth.gift : 1 }

    /// What the required gifts are worth, and the goal does not count.
    var base: Int64 { worth.gift * gifts }

    /// The goal's measure of a choice.
    func value(of choice: RingChoice) -> Int64 {
        worth.weight == 0 ? choice.gifts : choice.weight
    }

    /// No plan's measure exceeds this, if its rings do not exceed the prices.
    func bound(_ prices: [Int64]) -> Int64 {
        // Prices are never negative.
        prices.reduce(0, +) / (worth.scale * unit) - base
    }
}
