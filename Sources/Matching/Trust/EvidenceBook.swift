/// What a helper is trusted with; evidence of one domain says nothing of another.
public struct TrustDomain: RawRepresentable, Hashable, Sendable, Codable {
    /// A number that the log keeps.
    public var rawValue: UInt8

    /// A domain by its number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Minding children.
    public static let childcare = TrustDomain(rawValue: 1)
    /// Driving people.
    public static let driving = TrustDomain(rawValue: 2)
    /// Lending, giving and fetching goods.
    public static let goods = TrustDomain(rawValue: 3)
    /// Visits at home.
    public static let homeVisits = TrustDomain(rawValue: 4)
    /// Cooking and sharing meals.
    public static let meals = TrustDomain(rawValue: 5)
    /// Repairs and handiwork.
    public static let repairs = TrustDomain(rawValue: 6)
}

/// One resident's experience of another, as an entry of the log says it.
public struct EvidenceEvent: Hashable, Sendable, Codable {
    /// Whose experience it is.
    public var rater: Int32
    /// Whom it is of.
    public var subject: Int32
    /// In what.
    public var domain: TrustDomain
    /// Days since 1970-01-01, within `DecayTable.days`.
    public var day: Int
    /// 10 for a whole good event, -10 for a whole dispute; weaker ones less.
    public var tenths: Int

    /// One experience.
    public init(rater: Int32, subject: Int32, domain: TrustDomain, day: Int, tenths: Int) {
        self.rater = rater
        self.subject = subject
        self.domain = domain
        self.day = day
        self.tenths = tenths
    }
}

/// How evidence is read.
public struct EvidenceRules: Hashable, Sendable, Codable {
    /// Days in which an event's weight halves.
    public var halfLifeDays = 365
    /// How much more a dispute weighs than a good event.
    public var disputeWeight = 3.0
    /// Most that one rater's evidence of one subject counts, in whole events.
    public var pairCap = 4.0
    /// Most that one rater's evidence of all subjects counts in a domain; beyond it, each counts
    /// less.
    public var raterCap = 64.0

    /// The rules of the estate.
    public init() {}
}

/// Evidence for each ordered pair of residents and each domain; O(1) an event.
///
/// The book depends on the set of events, not on their order. An event that is recorded twice
/// counts twice: whoever reads a log records each of its entries once.
public struct EvidenceBook: Hashable, Sendable {
    private struct Pair: Hashable, Sendable {
        var rater: Int32
        var subject: Int32
        var domain: TrustDomain
    }

    private struct Both: Hashable, Sendable {
        var rater: Int32
        var subject: Int32
    }

    private struct Person: Hashable, Sendable {
        var person: Int32
        var domain: TrustDomain
    }

    /// How the book is read.
    public let rules: EvidenceRules
    private let table: DecayTable
    private var pairs: [Pair: EvidenceSums] = [:]
    private var between: [Both: EvidenceSums] = [:]
    private var given: [Person: EvidenceSums] = [:]
    private var raters: [Person: [Int32]] = [:]

    /// An empty book.
    public init(rules: EvidenceRules = EvidenceRules()) {
        self.rules = rules
        table = DecayTable(halfLifeDays: rules.halfLifeDays)
    }

    /// Adds one event; of oneself, it is void.
    public mutating func record(_ event: EvidenceEvent) {
        guard event.rater != event.subject else { return }
        let pair = Pair(rater: event.rater, subject: event.subject, domain: event.domain)
        if pairs[pair] == nil {
            let subject = Person(person: event.subject, domain: event.domain)
            var known = raters[subject] ?? []
            raters[subject] = nil
            var place = known.count
            if let last = known.last, last > event.rater {
                // The place of the first above, by halves.
                var low = 0
                while low < place {
                    let middle = (low + place) / 2
                    if known[middle] > event.rater { place = middle } else { low = middle + 1 }
                }
            }
            known.insert(event.rater, at: place)
            raters[subject] = known
        }
        pairs[pair, default: EvidenceSums()].add(
            day: event.day, tenths: event.tenths, table: table)
        between[Both(rater: event.rater, subject: event.subject), default: EvidenceSums()].add(
            day: event.day, tenths: event.tenths, table: table)
        given[Person(person: event.rater, domain: event.domain), default: EvidenceSums()].add(
            day: event.day, tenths: event.tenths, table: table)
    }

    /// What one has seen of another until that day, decayed, neither weighed nor capped.
    public func counts(
        by rater: Int32, of subject: Int32, in domain: TrustDomain, on day: Int
    ) -> BetaCounts {
        pairs[Pair(rater: rater, subject: subject, domain: domain)]?
            .counts(on: day, table: table) ?? BetaCounts()
    }

    /// The same with disputes weighed and both caps of the rater applied.
    public func cappedCounts(
        by rater: Int32, of subject: Int32, in domain: TrustDomain, on day: Int
    ) -> BetaCounts {
        let counts = counts(by: rater, of: subject, in: domain, on: day)
            .weighing(disputes: rules.disputeWeight).capped(at: rules.pairCap)
        let all = given[Person(person: rater, domain: domain)]?
            .counts(on: day, table: table).weighing(disputes: rules.disputeWeight)
        let total = (all?.good ?? 0) + (all?.disputed ?? 0)
        let share = total > rules.raterCap ? rules.raterCap / total : 1
        return BetaCounts(good: counts.good * share, disputed: counts.disputed * share)
    }

    /// Who has seen anything of a resident, by rising number.
    public func raters(of subject: Int32, in domain: TrustDomain) -> [Int32] {
        raters[Person(person: subject, domain: domain)] ?? []
    }

    /// What all raters say, each weighing as `weight` says (0 to 1).
    ///
    /// Summed by rising rater: the same bits in whatever order the events came.
    public func counts(
        of subject: Int32, in domain: TrustDomain, on day: Int, weight: (Int32) -> Double
    ) -> BetaCounts {
        var sum = BetaCounts()
        for rater in raters(of: subject, in: domain) {
            let share = weight(rater)
            guard share > 0 else { continue }
            let counts = cappedCounts(by: rater, of: subject, in: domain, on: day)
            sum.good += share * counts.good
            sum.disputed += share * counts.disputed
        }
        return sum
    }

    /// Ordered pairs of whom one has seen anything of the other, each once, rising.
    func orderedPairs() -> [(rater: Int32, subject: Int32)] {
        between.keys.map { ($0.rater, $0.subject) }.sorted { $0 < $1 }
    }

    /// What one has seen of another in all domains, disputes weighed and capped.
    func counts(by rater: Int32, of subject: Int32, on day: Int) -> BetaCounts {
        let counts = between[Both(rater: rater, subject: subject)]?.counts(on: day, table: table)
        return (counts ?? BetaCounts())
            .weighing(disputes: rules.disputeWeight).capped(at: rules.pairCap)
    }
}
