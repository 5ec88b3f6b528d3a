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
    func bound(_ prices: [Int64]) -> Int64 { bound(prices.reduce(0, +)) }

    /// The same, if all prices come to `total`, which is never negative.
    func bound(_ total: Int64) -> Int64 { total / (worth.scale * unit) - base / unit }
}

extension RingGoal {
    /// Most slack of a column of a plan whose measure is so much, by prices that prove a bound.
    func room(_ total: Int64, for value: Int64) -> Int64 {
        total - (value * unit + base) * worth.scale
    }
}

/// How large worths may be in a group, so that sums of Int64 and doubles are exact enough.
struct RingScales {
    /// Most of what prices are rounded to.
    private static let scaledMax = Double(1 << 44)

    let familyCount: Int
    let sizeMax: Int64
    let heaviest: Int64

    /// Most that a price is rounded to, and all prices together: more than any plan is worth.
    private static let priceMax = 0x1p49
    private static let totalMax: Int64 = 1 << 62

    /// A price in whole numbers, never less than it was or than nothing.
    static func whole(_ price: Double) -> Int64 {
        Int64((price > 0 ? min(price, priceMax) : 0).rounded(.up))
    }

    /// What prices come to, each as often as its row allows.
    static func total(_ prices: [Int64], _ rightSides: [Int64]) -> Int64 {
        var total: Int64 = 0
        for (price, side) in zip(prices, rightSides) {
            let (part, isTooMuch) = price.multipliedReportingOverflow(by: side)
            guard !isTooMuch, part <= totalMax - total else { return totalMax }
            total += part
        }
        return total
    }

    /// More than any ring is worth, not scaled.
    func most(_ worth: RingWorth) -> Double {
        let other = worth.weight * heaviest + worth.tie * RingGraph.tieMax
        return Double(sizeMax) * (Double(worth.gift) + Double(other)) + 1
    }

    /// Worth of weight, and so much of a gift, in parts as fine as can be.
    func scaled(gift: Int64) -> RingWorth {
        let most = Double(sizeMax) * (Double(gift) + Double(heaviest)) + 1
        var scale: Int64 = 1
        while Double(scale) * most * 2 <= Self.scaledMax { scale *= 2 }
        return RingWorth(gift: gift, weight: 1, scale: scale)
    }

    /// More than any plan's weight differs from another's, as far as sums of Int64 allow.
    var giftWorthMax: Int64 {
        let families = Int64(familyCount)
        return min(2 * heaviest * families + 1, (1 << 55) / max(families, 1))
    }
}
