/// What is expected of askings that are not answered yet: how likely they are yes, how long they
/// take, and what a request loses by one that fails.
///
/// All are means of what was seen (`AnswerBook`), in thousandths or minutes.
public struct PairingOutlook: Hashable, Sendable, Codable {
    /// Minute of the plan.
    public var now: Int32
    /// Minute of the day from which somebody answers.
    public var dayBegin: Int32 = 420
    /// Minute of the day until which somebody answers.
    public var dayEnd: Int32 = 1320
    /// Thousandths of the askings that end with a yes.
    public var yes: Int32 = 500
    /// Minutes until an asking is answered, or given up.
    public var minutes: Int32 = 90
    /// More or less of `yes` by band of nearness, 0 to 4.
    public var yesByBand: [Int32] = [0, 0, 0, 0, 0]
    /// More of `yes` from a helper who has helped the person this month.
    public var yesOfKnown: Int32 = 0
    /// More or less of `yes` by how often the helper was asked lately; the last for all above.
    public var yesByAsked: [Int32] = [0]

    /// As things stand before anybody was asked.
    public init(now: Int32) { self.now = now }

    /// Minutes in which somebody answers, of those between two.
    public func minutesOfDay(from begin: Int32, to end: Int32) -> Int32 {
        max(0, minutesOfDay(until: end) - minutesOfDay(until: begin))
    }

    private func minutesOfDay(until minute: Int32) -> Int32 {
        let minute = max(0, minute)
        let day = max(0, dayEnd - dayBegin)
        return minute / 1440 * day + min(day, max(0, minute % 1440 - dayBegin))
    }

    /// Thousandths by which a yes is expected.
    func chance(_ helper: PairingHelper, _ tie: PairingTie?) -> Int64 {
        var chance = Int64(yes) + Int64(helper.yes)
        let band = Int(tie?.nearness ?? 0)
        if yesByBand.indices.contains(band) { chance += Int64(yesByBand[band]) }
        if tie?.isKnown == true { chance += Int64(yesOfKnown) }
        if !yesByAsked.isEmpty {
            chance += Int64(yesByAsked[min(yesByAsked.count - 1, Int(max(0, helper.asked)))])
        }
        return min(950, max(50, chance))
    }

    /// Thousandths that a request with so many minutes left stays without a yes, when a helper is
    /// asked first.
    ///
    /// An answer comes at any time up to twice its mean. Who is asked after a no takes as long, and
    /// says yes as often, as anybody.
    func loss(minutesLeft: Int32, chance: Int64, minutes: Int32) -> Int64 {
        let (left, own) = (Int64(max(0, minutesLeft)), Int64(max(1, minutes)))
        let timely = chance * min(left, 2 * own) / (2 * own)
        return (1000 - timely) * stays(max(0, left - own)) / 1000
    }

    /// Thousandths that nobody says yes in so many minutes.
    private func stays(_ left: Int64) -> Int64 {
        let no = Int64(1000 - min(950, max(50, yes)))
        let step = Int64(max(1, minutes))
        var stays: Int64 = 1000
        var rest = left
        while rest >= step, stays > 0 {
            stays = stays * no / 1000
            rest -= step
        }
        return stays - stays * (1000 - no) / 1000 * min(rest, step) / step
    }
}
