/// Finds the largest order that carries itself: all who can pay its price wish at least its units.
///
/// The wished units at the price of `k` units, in whole cases, rise with `k`; so the descent from
/// the sum of all wishes ends at the greatest fixed point (Tarski 1955).
public enum PriceLadderSolver {
    /// The largest order.
    ///
    /// Nil where a wish is not positive or too large, or all together are more than
    /// `PriceLadder.unitsMax` units.
    public static func order(_ wishes: [PurchaseWish], on ladder: PriceLadder) -> GroupOrder? {
        var sum: Int64 = 0
        for wish in wishes {
            guard (1...PriceLadder.unitsMax).contains(wish.units), wish.limit >= 0 else {
                return nil
            }
            sum += wish.units
            guard sum <= PriceLadder.unitsMax else { return nil }
        }
        let units = greatest(wishes, ladder, from: sum)
        guard units > 0, let invoice = ladder.invoice(units: units) else {
            let none = [Int64](repeating: 0, count: wishes.count)
            return GroupOrder(
                units: 0, invoice: 0, shares: none, payments: none,
                reasons: wishes.map { _ in .noOrder })
        }
        let price = ceiling(invoice, units)
        let buyers = wishes.indices.filter { wishes[$0].limit >= price }
        var shares = [Int64](repeating: 0, count: wishes.count)
        let filled = EvenFill.shares(of: units, among: buyers.map { wishes[$0].units })
        for (buyer, share) in zip(buyers, filled) { shares[buyer] = share }
        let short = buyers.reduce(-units) { $0 + wishes[$1].units }
        let reasons = wishes.indices.map { person -> GroupOrder.Reason? in
            if wishes[person].limit < price { return .aboveLimit(price: price) }
            return shares[person] < wishes[person].units ? .caseNotFull(units: short) : nil
        }
        return GroupOrder(
            units: units, invoice: invoice, shares: shares,
            payments: payments(invoice, shares, units), reasons: reasons)
    }

    /// Descends from a number of units to the greatest fixed point; 0 when there is none.
    private static func greatest(
        _ wishes: [PurchaseWish], _ ladder: PriceLadder, from sum: Int64
    ) -> Int64 {
        let sorted = wishes.sorted { $0.limit > $1.limit }
        var left = sorted.count
        var units = sum
        while true {
            units -= units % ladder.caseUnits
            guard units > 0, let invoice = ladder.invoice(units: units) else { return 0 }
            let price = ceiling(invoice, units)
            let before = left
            while left > 0, sorted[left - 1].limit < price { left -= 1 }
            if left == before { return units }
            let wished = sorted[..<left].reduce(Int64(0)) { $0 + $1.units }
            guard wished < units else { return units }
            units = wished
        }
    }

    private static func ceiling(_ sum: Int64, _ parts: Int64) -> Int64 {
        (sum + parts - 1) / parts
    }

    /// The invoice by units, to the fen: the largest remainders pay the fen that are left over.
    ///
    /// Nobody pays more than their units times the price of a unit, rounded up.
    private static func payments(_ invoice: Int64, _ shares: [Int64], _ units: Int64) -> [Int64] {
        var payments: [Int64] = []
        var remainders: [(rest: Int64, person: Int)] = []
        for (person, share) in shares.enumerated() {
            let product = Int128(invoice) * Int128(share)
            payments.append(Int64(product / Int128(units)))
            remainders.append((Int64(product % Int128(units)), person))
        }
        remainders.sort { $0.rest == $1.rest ? $0.person < $1.person : $0.rest > $1.rest }
        let left = Int(invoice - payments.reduce(0, +))
        for entry in remainders.prefix(left) { payments[entry.person] += 1 }
        return payments
    }
}

/// Shares units out so that the least filled wish is filled as far as can be, then the next.
enum EvenFill {
    /// Units of each wish, at most the wish, `units` in all or all wishes; equal wishes: the first
    /// get more.
    ///
    /// Each next unit goes to the least filled wish; of those filled alike, to the smallest. The
    /// units that are given below a fill `x`, a wish's units times `x` rounded up, are found by
    /// bisection in parts of 2^32; the few that are left go one by one.
    static func shares(of units: Int64, among wishes: [Int64]) -> [Int64] {
        var (low, high): (Int64, Int64) = (0, 1 << 32)
        while high - low > 1 {
            let middle = (low + high) / 2
            let sum = wishes.reduce(Int64(0)) { $0 + part($1, middle) }
            if sum <= units { low = middle } else { high = middle }
        }
        if wishes.reduce(0, +) <= units { return wishes }
        var shares = wishes.map { part($0, low) }
        var left = units - shares.reduce(0, +)
        var order = Array(wishes.indices)
        while left > 0 {
            order.sort { one, other in comesFirst(one, other, shares, wishes) }
            // Those as little filled as the first, who get one unit each.
            let level = order[0]
            let tied = order.prefix { other in
                Int128(shares[other]) * Int128(wishes[level])
                    == Int128(shares[level]) * Int128(wishes[other])
            }
            for person in tied.prefix(Int(left)) { shares[person] += 1 }
            left -= Int64(min(tied.count, Int(left)))
        }
        return shares
    }

    private static func part(_ wish: Int64, _ level: Int64) -> Int64 {
        Int64((Int128(wish) * Int128(level) + 0xFFFF_FFFF) >> 32)
    }

    private static func comesFirst(
        _ one: Int, _ other: Int, _ shares: [Int64], _ wishes: [Int64]
    ) -> Bool {
        let left = Int128(shares[one]) * Int128(wishes[other])
        let right = Int128(shares[other]) * Int128(wishes[one])
        if left != right { return left < right }
        let isMore = wishes[one] == wishes[other] ? one < other : wishes[one] < wishes[other]
        return isMore
    }
}
