/// What was seen of answers: counts of yes and no that fade, by helper and by what the asking was.
///
/// What a helper is expected to answer is what all do in such an asking, and so much of the
/// helper's own difference from that as the number of answers bears out.
public struct AnswerBook: Hashable, Sendable {
    /// An asking, as it was when it was sent.
    public struct Asking: Hashable, Sendable {
        /// Who was asked.
        public var helper: Int32
        /// Band of nearness, 0 to 4.
        public var band: Int32
        /// Whether the helper had helped the person this month.
        public var isKnown: Bool
        /// How often the helper had been asked lately.
        public var asked: Int32

        /// An asking.
        public init(helper: Int32, band: Int32, isKnown: Bool, asked: Int32) {
            self.helper = helper
            self.band = band
            self.isKnown = isKnown
            self.asked = asked
        }
    }

    /// Answers, and how many of them were yes or what they sum to.
    private struct Count: Hashable, Sendable {
        var answers = 0.0
        var sum = 0.0

        mutating func add(_ value: Double) {
            answers += 1
            sum += value
        }

        mutating func fade(_ factor: Double) {
            answers *= factor
            sum *= factor
        }

        /// The mean, drawn to another as if that had been seen so many times.
        func mean(_ other: Double, times: Double) -> Double {
            (sum + other * times) / (answers + times)
        }
    }

    /// Share of what was seen that still counts a day later.
    public static let dailyShare = 0.98
    private static let askedSteps = 7

    private var all = Count()
    private var allMinutes = Count()
    private var bands = [Count](repeating: Count(), count: 5)
    private var known = Count()
    private var asked = [Count](repeating: Count(), count: askedSteps)
    private var differences: [Count]
    private var minutes: [Count]

    /// Nothing was seen yet.
    public init(helpers: Int) {
        differences = [Count](repeating: Count(), count: helpers)
        minutes = differences
    }

    /// An answer, or that none came: `minutes` after the asking, those of the night not counted.
    public mutating func record(_ asking: Asking, isYes: Bool, minutes spent: Int32) {
        let helper = Int(asking.helper)
        let value = isYes ? 1.0 : 0.0
        differences[helper].add(value - expected(asking))
        all.add(value)
        bands[Int(min(4, max(0, asking.band)))].add(value)
        if asking.isKnown { known.add(value) }
        asked[Int(min(Int32(Self.askedSteps - 1), max(0, asking.asked)))].add(value)
        allMinutes.add(Double(spent))
        minutes[helper].add(Double(spent))
    }

    /// A day has passed.
    public mutating func fade() {
        all.fade(Self.dailyShare)
        allMinutes.fade(Self.dailyShare)
        known.fade(Self.dailyShare)
        for place in bands.indices { bands[place].fade(Self.dailyShare) }
        for place in asked.indices { asked[place].fade(Self.dailyShare) }
        for place in differences.indices {
            differences[place].fade(Self.dailyShare)
            minutes[place].fade(Self.dailyShare)
        }
    }

    private var mean: Double { all.mean(0.5, times: 10) }
    private var meanMinutes: Double { allMinutes.mean(90, times: 10) }

    private func effect(_ count: Count) -> Double { count.mean(mean, times: 20) - mean }

    private func expected(_ asking: Asking) -> Double {
        mean + effect(bands[Int(min(4, max(0, asking.band)))])
            + (asking.isKnown ? effect(known) : 0)
            + effect(asked[Int(min(Int32(Self.askedSteps - 1), max(0, asking.asked)))])
    }

    /// What all are expected to answer from a minute on.
    public func outlook(now: Int32) -> PairingOutlook {
        var outlook = PairingOutlook(now: now)
        outlook.yes = Self.thousandths(mean)
        outlook.minutes = Int32(meanMinutes.rounded())
        outlook.yesByBand = bands.map { Self.thousandths(effect($0)) }
        outlook.yesOfKnown = Self.thousandths(effect(known))
        outlook.yesByAsked = asked.map { Self.thousandths(effect($0)) }
        return outlook
    }

    /// How a helper differs in thousandths of yes, and the minutes that the helper takes.
    public func helper(_ helper: Int) -> (yes: Int32, minutes: Int32) {
        (
            Self.thousandths(differences[helper].mean(0, times: 12)),
            Int32(minutes[helper].mean(meanMinutes, times: 1.5).rounded())
        )
    }

    private static func thousandths(_ value: Double) -> Int32 { Int32((value * 1000).rounded()) }
}
