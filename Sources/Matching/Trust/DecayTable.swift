/// What an event of a day weighs, against the fixed first day of its era.
///
/// Forward decay (Cormode, Shkapenyuk, Srivastava and Xu, "Forward Decay", ICDE 2009): the weight
/// of an event depends on its own day alone, and only a reading divides by the weight of the day on
/// which it is made. So sums of weights are integers that no passing of time changes, and that are
/// the same in whichever order their events came.
///
/// Days count from 1970-01-01. An era is `halfLivesAnEra` half-lives; era 0 begins on day 0. Within
/// an era the weight rises from `unit` on its first day to almost 2 to the power of 36 on its last,
/// and doubles exactly with each half-life. An event of one era weighs exactly 2 to the power of
/// -16 of what the same number means in the next; two eras back it weighs nothing.
///
/// The table is made with multiplication and square roots alone, which IEEE 754 rounds in one way:
/// it has the same bits on every machine.
public struct DecayTable: Hashable, Sendable {
    /// Half-lives in an era.
    public static let halfLivesAnEra = 16
    /// Weight of an event on the first day of an era.
    public static let unit: Int64 = 1 << 20
    /// Days that an event may have: the years 1707 to 2517.
    public static let days: ClosedRange<Int> = -96_000...200_000
    /// Half-lives that a table may have, in days.
    public static let halfLives: ClosedRange<Int> = 1...3_660

    /// Days in which a weight halves.
    public let halfLifeDays: Int
    private let firstHalfLife: [Int64]

    /// The table of a half-life, which must be one of `halfLives`.
    public init(halfLifeDays: Int) {
        precondition(Self.halfLives.contains(halfLifeDays))
        self.halfLifeDays = halfLifeDays
        firstHalfLife = (0..<halfLifeDays).map { day in
            Int64((Double(Self.unit) * Self.powerOfTwo(day, of: halfLifeDays)).rounded())
        }
    }

    /// The era of a day; negative before 1970.
    public func era(of day: Int) -> Int {
        let length = halfLifeDays * Self.halfLivesAnEra
        return (day - ((day % length) + length) % length) / length
    }

    /// What an event of that day weighs in its era.
    public func weight(of day: Int) -> Int64 {
        let length = halfLifeDays * Self.halfLivesAnEra
        let inEra = ((day % length) + length) % length
        return firstHalfLife[inEra % halfLifeDays] << Int64(inEra / halfLifeDays)
    }

    /// 2 to the power of `part` / `whole`, from the binary digits of the quotient: the product of
    /// those among the square root of 2, the root of that, and so on.
    private static func powerOfTwo(_ part: Int, of whole: Int) -> Double {
        var power = 1.0
        var root = 2.0
        var rest = part
        for _ in 0..<48 {
            root = root.squareRoot()
            rest *= 2
            if rest >= whole {
                rest -= whole
                power *= root
            }
        }
        return power
    }
}
