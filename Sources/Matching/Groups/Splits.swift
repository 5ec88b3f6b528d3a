/// Splits an invoice among those who share it, to the fen, so that the payments are the invoice.
///
/// All amounts are in fen (a hundredth of a yuan). What does not divide goes fen by fen to those with
/// the largest remainder (Hamilton's method), of two alike to the first: the same input gives the same
/// payments.
public enum Splits {
    /// Largest invoice: ten million yuan.
    public static let amountMax: Int64 = 1_000_000_000
    /// Largest sum of shares.
    public static let sharesMax: Int64 = 1_000_000_000

    /// Why an invoice cannot be split.
    public enum Refusal: Error, Hashable, Sendable {
        /// It is negative or larger than `amountMax`.
        case amount
        /// Nobody is there to pay.
        case nobody
        /// A share is negative, or they are zero or more than `sharesMax` in sum.
        case shares
        /// What single legs cost falls somewhere, is negative, or exceeds the invoice.
        case legs
    }

    /// The same for each; they differ by one fen at most, and the first pay it.
    public static func equally(_ amount: Int64, among persons: Int) throws(Refusal) -> [Int64] {
        guard persons > 0 else { throw .nobody }
        guard persons <= sharesMax else { throw .shares }
        return try byShare(amount, shares: [Int64](repeating: 1, count: persons))
    }

    /// In proportion to whole shares (portions, metres, heads): less than one fen from the exact part.
    public static func byShare(_ amount: Int64, shares: [Int64]) throws(Refusal) -> [Int64] {
        guard amount >= 0, amount <= amountMax else { throw .amount }
        guard !shares.isEmpty else { throw .nobody }
        var sum: Int64 = 0
        for share in shares {
            guard share >= 0, share <= sharesMax - sum else { throw .shares }
            sum += share
        }
        guard sum > 0 else { throw .shares }
        return distribute(shares.map { ExactRatio(amount * $0, sum) }, amount)
    }

    /// The airport game: the trip to the one furthest out costs `costs.max()`, to each alone `costs[i]`.
    ///
    /// Shapley's value in closed form (Littlechild and Owen 1973): each stretch is paid by those who
    /// need it, in equal parts. Nobody pays more than alone, nor than who is further out, to one fen.
    public static func airport(_ costs: [Int64]) throws(Refusal) -> [Int64] {
        guard !costs.isEmpty else { throw .nobody }
        guard let amount = costs.max(), costs.allSatisfy({ $0 >= 0 }) else { throw .legs }
        guard amount <= amountMax else { throw .amount }
        let order = costs.indices.sorted { (costs[$0], $0) < (costs[$1], $1) }
        var whole: Int64 = 0
        var parts = [ExactRatio](repeating: .zero, count: costs.count)
        var paid = Fraction()
        for (place, person) in order.enumerated() {
            let before = place == 0 ? 0 : costs[order[place - 1]]
            paid.add(costs[person] - before, over: Int64(order.count - place))
            whole = paid.whole
            parts[person] = ExactRatio(Int128(whole) * Fraction.scale + paid.rest, Fraction.scale)
        }
        return distribute(parts, amount)
    }

    /// A sum of fractions of fen, to one part in 10 to the power of 18: exact enough to order
    /// remainders, while the sum of payments is exact by what is distributed.
    private struct Fraction {
        static let scale: Int128 = 1_000_000_000_000_000_000
        var whole: Int64 = 0
        var rest: Int128 = 0

        mutating func add(_ amount: Int64, over count: Int64) {
            whole += amount / count
            rest += Int128(amount % count) * Self.scale / Int128(count)
            whole += Int64(rest / Self.scale)
            rest %= Self.scale
        }
    }

    private static func distribute(_ parts: [ExactRatio], _ amount: Int64) -> [Int64] {
        var payments = parts.map { Int64($0.numerator / $0.denominator) }
        let rests = parts.map { ExactRatio($0.numerator % $0.denominator, $0.denominator) }
        let order = parts.indices.sorted { left, right in
            rests[left] == rests[right] ? left < right : rests[right].isLess(than: rests[left])
        }
        let left = amount - payments.reduce(0, +)
        for place in 0..<Int(left) { payments[order[place]] += 1 }
        return payments
    }
}
