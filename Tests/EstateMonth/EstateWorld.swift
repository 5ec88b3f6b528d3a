/// A month of an estate as it would be without anybody who pairs.
///
/// Who lives where, who has time when, who asks for what, and what each would answer. It knows
/// nothing of costs, and shares no code with the engine.
struct EstateWorld: Sendable {
    /// Why two residents are familiar.
    enum Bond: Sendable, CaseIterable {
        case kin, pairedFamily, stair, townsman, workmate, classmate, activity

        /// How much of a familiar person it makes, from 0 to 1.
        var strength: Double {
            switch self {
            case .kin: 0.9
            case .pairedFamily: 0.8
            case .workmate, .classmate: 0.5
            case .stair: 0.4
            case .activity: 0.35
            case .townsman: 0.2
            }
        }
    }

    /// A household, seen as the one of it who asks or helps.
    struct Resident: Sendable {
        var east: Int
        var north: Int
        var stair: Int
        var town: Int
        var isWoman: Bool
        /// Dialects that are spoken; 0 is the common speech.
        var speech: [Int]
    }

    /// Somebody who offers time.
    struct Offer: Sendable {
        var resident: Int
        /// Free hours of each weekday.
        var hours: [[Range<Int>]]
        var skills: Set<Int>
        /// Most tasks in the month.
        var tasksMax: Int
        var womenOnly: Bool
        /// How readily the answer is yes, from 0 to 1.
        var readiness: Double
        /// Minutes until an answer, as a rule.
        var minutesToAnswer: Int
        /// Days away that are told beforehand.
        var away: Range<Int>
        /// Days away that nobody knows of: what is asked then gets no answer.
        var gone: Range<Int>
    }

    /// A request, from the minute in which it is made.
    struct Ask: Sendable {
        var elder: Int
        var madeAt: Int
        var minutes: Range<Int>
        var skill: Int?
        var needsWoman: Bool
        var needsMan: Bool
        var urgency: Int
    }

    /// Two residents, the one who asks first.
    struct Pair: Hashable, Sendable {
        var elder: Int
        var offer: Int
    }

    var seed: UInt64
    var days: Int
    var residents: [Resident] = []
    /// Residents who ask.
    var elders: [Int] = []
    var offers: [Offer] = []
    /// By the time they are made.
    var asks: [Ask] = []
    /// All ties of the estate: two residents, and why.
    var bonds: [(Int, Int, Bond)] = []
    /// Of an elder and an offer, by the number of each.
    var strengths: [Pair: Double] = [:]
    /// Pairs that may not be.
    var barred: Set<Pair> = []

    /// Strength from which on two are familiar.
    static let familiarMin = 0.3
    /// Farthest helper, in cells.
    static let reach = 14
    /// Most times that one is asked within seven days.
    static let asksMax = 6

    func strength(_ elder: Int, _ offer: Int) -> Double {
        strengths[Pair(elder: elder, offer: offer)] ?? 0
    }

    func distance(_ elder: Int, _ offer: Int) -> Int {
        let one = residents[elders[elder]]
        let other = residents[offers[offer].resident]
        return max(abs(one.east - other.east), abs(one.north - other.north))
    }

    /// When an offer has time on a day: what weekday it is, less the days away that were told.
    func free(_ offer: Int, day: Int) -> [Range<Int>] {
        let own = offers[offer]
        guard !own.away.contains(day) else { return [] }
        return own.hours[day % 7].map {
            day * 1440 + $0.lowerBound * 60..<day * 1440 + $0.upperBound * 60
        }
    }

    /// What stands in the way of a pair whatever else happens in the month.
    func isPossible(_ ask: Int, _ offer: Int) -> Bool {
        let wish = asks[ask]
        let other = offers[offer]
        let (one, two) = (residents[elders[wish.elder]], residents[other.resident])
        guard
            free(offer, day: wish.minutes.lowerBound / 1440).contains(where: {
                $0.lowerBound <= wish.minutes.lowerBound && wish.minutes.upperBound <= $0.upperBound
            })
        else { return false }
        if let skill = wish.skill, !other.skills.contains(skill) { return false }
        if !one.speech.contains(where: two.speech.contains) { return false }
        if distance(wish.elder, offer) > Self.reach { return false }
        if wish.needsWoman && !two.isWoman || wish.needsMan && two.isWoman { return false }
        if other.womenOnly && !one.isWoman { return false }
        return !barred.contains(Pair(elder: wish.elder, offer: offer))
    }

    // MARK: Luck, the same for whoever asks

    /// What an offer answers to an ask, and after how many minutes; nil when it never does.
    ///
    /// Whether it is yes depends on the tie, on whether the two met this month, and on how often
    /// the helper was asked within seven days.
    func answer(
        _ ask: Int, _ offer: Int, at minute: Int, askedLately: Int, haveMet: Bool
    ) -> (isYes: Bool, minutes: Int)? {
        let other = offers[offer]
        var luck = Luck(seed, UInt64(ask) << 20 | UInt64(offer))
        let (word, silence, delay) = (luck.unit(), luck.unit(), luck.unit())
        guard silence > 0.06, !other.gone.contains(minute / 1440) else { return nil }
        let tie = strength(asks[ask].elder, offer)
        let yes =
            other.readiness + 0.3 * tie + (haveMet ? 0.1 : 0) - 0.06 * Double(askedLately)
        let minutes = 3 + Int(Double(other.minutesToAnswer) * (0.3 + 1.7 * delay))
        return (word < min(0.95, yes), minutes)
    }
}

/// Chance of its own: a number of the seed and of what it is for.
struct Luck {
    private var state: UInt64

    init(_ seed: UInt64, _ purpose: UInt64) {
        state = seed &* 0xD134_2543_DE82_EF95 &+ purpose &* 0x2545_F491_4F6C_DD1D &+ 1
        for _ in 0..<4 { _ = draw() }
    }

    mutating func draw() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        if state == 0 { state = 0x9E37_79B9 }
        return (state &* 0x2545_F491_4F6C_DD1D) >> 11
    }

    mutating func unit() -> Double { Double(draw()) * 0x1p-53 }
    mutating func below(_ count: Int) -> Int { Int(draw() % UInt64(count)) }
    mutating func isTrue(_ chance: Double) -> Bool { unit() < chance }
}
