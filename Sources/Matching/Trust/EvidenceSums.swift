/// What was seen of somebody, as forward-decayed integer sums: the good and the disputed apart.
///
/// The sums depend on the events alone, never on the order in which they came or on how a log was
/// cut into parts: they are a commutative monoid, up to the last bit. Only the latest era that has
/// an event, and the one before it, are kept: what is older weighs less than 2 to the power of -16
/// and is dropped, whether it came before or after the newer.
public struct EvidenceSums: Hashable, Sendable, Codable {
    /// Strength of a whole event; a weaker one has fewer tenths.
    public static let wholeTenths = 10
    /// No sum exceeds this, a few million events on one day; then it stays.
    public static let sumMax: Int64 = 1 << 62

    /// Latest day of any event, from 1970-01-01; nil before the first.
    public private(set) var lastDay: Int?
    private var era = 0
    private var good = Part()
    private var disputed = Part()

    private struct Part: Hashable, Sendable, Codable {
        var latest: Int64 = 0
        var before: Int64 = 0
    }

    /// Nothing seen.
    public init() {}

    /// One event.
    ///
    /// `day` lies within `DecayTable.days`, the strength is 0 to 10 tenths: positive for good,
    /// negative for a dispute. The table is the same for all events of one sum.
    public mutating func add(day: Int, tenths: Int, table: DecayTable) {
        precondition(DecayTable.days.contains(day) && abs(tenths) <= Self.wholeTenths)
        var event = EvidenceSums()
        event.lastDay = day
        event.era = table.era(of: day)
        let weight = table.weight(of: day) * Int64(abs(tenths))
        if tenths > 0 { event.good.latest = weight } else { event.disputed.latest = weight }
        merge(event)
    }

    /// What two parts of a log say together; both of the same table.
    public mutating func merge(_ other: EvidenceSums) {
        guard let otherDay = other.lastDay else { return }
        guard let ownDay = lastDay else {
            self = other
            return
        }
        let newest = max(era, other.era)
        good = Self.sum(shifted(good, to: newest), other.shifted(other.good, to: newest))
        disputed = Self.sum(
            shifted(disputed, to: newest), other.shifted(other.disputed, to: newest))
        era = newest
        lastDay = max(ownDay, otherDay)
    }

    private func shifted(_ part: Part, to newest: Int) -> Part {
        switch newest - era {
        case 0: part
        case 1: Part(latest: 0, before: part.latest)
        default: Part()
        }
    }

    private static func sum(_ left: Part, _ right: Part) -> Part {
        Part(
            latest: min(left.latest + right.latest, sumMax - 1),
            before: min(left.before + right.before, sumMax - 1))
    }

    /// The decayed counts on a day, in whole events of that day.
    ///
    /// A day before the last event reads as the day of that event.
    public func counts(on day: Int, table: DecayTable) -> BetaCounts {
        guard let lastDay else { return BetaCounts() }
        let day = max(day, lastDay)
        let later = table.era(of: day) - era
        let unit = Double(table.weight(of: day)) * Double(Self.wholeTenths)
        return BetaCounts(
            good: Self.value(good, erasLater: later) / unit,
            disputed: Self.value(disputed, erasLater: later) / unit)
    }

    private static func value(_ part: Part, erasLater: Int) -> Double {
        switch erasLater {
        case 0: Double(part.latest) + Double(part.before) * 0x1p-16
        case 1: Double(part.latest) * 0x1p-16
        default: 0
        }
    }
}

/// Counts of a Beta distribution over its uniform prior (Jøsang and Ismail, "The Beta Reputation
/// System", 2002).
public struct BetaCounts: Hashable, Sendable {
    /// Good events, decayed; not negative.
    public var good: Double
    /// Disputed events, decayed and, where a rule says so, weighed; not negative.
    public var disputed: Double

    /// Counts; none of either is the prior.
    public init(good: Double = 0, disputed: Double = 0) {
        self.good = good
        self.disputed = disputed
    }

    /// The expectation: 0.5 without evidence.
    public var mean: Double { (1 + good) / (2 + good + disputed) }

    /// How little is known: 1 without evidence, towards 0 with much (subjective logic's u).
    public var uncertainty: Double { 2 / (2 + good + disputed) }

    /// Disputes weigh `factor` times as much.
    public func weighing(disputes factor: Double) -> BetaCounts {
        BetaCounts(good: good, disputed: disputed * factor)
    }

    /// Both scaled down so that together they are at most `cap`; the mean moves towards the prior.
    public func capped(at cap: Double) -> BetaCounts {
        let total = good + disputed
        guard total > cap else { return self }
        return BetaCounts(good: good * (cap / total), disputed: disputed * (cap / total))
    }
}
