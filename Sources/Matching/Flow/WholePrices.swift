/// Makes exact prices of prices that are right up to 1 in units of a fraction.
enum WholePrices {
    /// Prices divided by `scale`, rounded down from a common threshold; there must be fewer prices
    /// than `scale`.
    ///
    /// Where costs are multiples of `scale`, and an entry's cost, less the difference of two
    /// prices, is at least -1, it is at least 0 afterwards. For some residue r modulo `scale`
    /// belongs to no price; counted from behind it, residues run from 0 to `scale` - 2, so rounding
    /// changes a difference by at most `scale` - 2, and what was at least -1 becomes a whole number
    /// of scales above -`scale`, that is, at least 0.
    static func rounding(_ prices: [Int64], scale: Int64) -> [Int64] {
        var isTaken = [Bool](repeating: false, count: Int(scale))
        for price in prices { isTaken[Int(residue(price, scale))] = true }
        guard let gap = isTaken.firstIndex(of: false) else {
            preconditionFailure("there are fewer prices than residues")
        }
        return prices.map { price in
            let moved = price - Int64(gap) - 1
            return (moved - residue(moved, scale)) / scale
        }
    }

    private static func residue(_ price: Int64, _ scale: Int64) -> Int64 {
        let rest = price % scale
        return rest < 0 ? rest + scale : rest
    }
}
