/// What a group buy costs: the more units, the less a unit, in fen.
public struct PriceLadder: Hashable, Sendable, Codable {
    /// Highest price of a unit, and highest fee, in fen.
    public static let priceMax: Int64 = 10_000_000
    /// Most units of one wish, of a case, and from which a tier begins.
    public static let unitsMax: Int64 = 1_000_000_000
    /// Most tiers.
    public static let tiersMax = 1000

    /// From how many units on a unit costs how much.
    public struct Tier: Hashable, Sendable, Codable {
        /// Fewest units of the whole order.
        public var units: Int64
        /// Price of a unit, in fen.
        public var price: Int64

        /// A tier of a ladder.
        public init(units: Int64, price: Int64) {
            self.units = units
            self.price = price
        }
    }

    /// Tiers by rising units and falling price.
    public let tiers: [Tier]
    /// What is paid once for the whole order, such as the delivery, in fen.
    public let fee: Int64
    /// Units of a case; the seller sells whole cases.
    public let caseUnits: Int64

    /// A ladder; nil unless tiers rise in units from at least 1, do not rise in price, and all lies
    /// within the limits.
    public init?(tiers: [Tier], fee: Int64 = 0, caseUnits: Int64 = 1) {
        guard tiers.count <= Self.tiersMax, (0...Self.priceMax).contains(fee),
            (1...Self.unitsMax).contains(caseUnits)
        else { return nil }
        for (index, tier) in tiers.enumerated() {
            guard (1...Self.unitsMax).contains(tier.units),
                (0...Self.priceMax).contains(tier.price)
            else { return nil }
            guard index > 0 else { continue }
            guard tier.units > tiers[index - 1].units, tier.price <= tiers[index - 1].price
            else { return nil }
        }
        self.tiers = tiers
        self.fee = fee
        self.caseUnits = caseUnits
    }

    /// What an order of so many units costs in all, in fen; nil below the first tier.
    public func invoice(units: Int64) -> Int64? {
        guard let tier = tiers.last(where: { $0.units <= units }) else { return nil }
        return units * tier.price + fee
    }
}

/// What one person would take of a group buy.
public struct PurchaseWish: Hashable, Sendable, Codable {
    /// Units, if a unit costs at most `limit`.
    public var units: Int64
    /// Most that a unit may cost with its part of the fee, in fen.
    public var limit: Int64

    /// A wish; its units should be positive.
    public init(units: Int64, limit: Int64) {
        self.units = units
        self.limit = limit
    }
}

/// Who takes how much of a group buy, and pays what.
public struct GroupOrder: Hashable, Sendable, Codable {
    /// Units in all: whole cases.
    public var units: Int64
    /// What the order costs, in fen; the payments sum to it.
    public var invoice: Int64
    /// Units of each person.
    public var shares: [Int64]
    /// Payment of each person, in fen.
    public var payments: [Int64]
    /// Why a person takes less than wished; nil where it does not.
    public var reasons: [Reason?]

    /// Why a person takes less than wished.
    public enum Reason: Hashable, Sendable, Codable {
        /// No number of units makes a price at which enough is wished.
        case noOrder
        /// A unit costs so many fen, rounded up; more than the person's limit.
        case aboveLimit(price: Int64)
        /// The last case would not have been full; so many units were left out in all.
        case caseNotFull(units: Int64)
    }

    /// An order as a solver leaves it.
    public init(
        units: Int64, invoice: Int64, shares: [Int64], payments: [Int64], reasons: [Reason?]
    ) {
        self.units = units
        self.invoice = invoice
        self.shares = shares
        self.payments = payments
        self.reasons = reasons
    }
}
