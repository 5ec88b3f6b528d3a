internal import Matching

extension PairingCheck {
    /// What asking somebody first costs a request that may stay without a yes.
    static func waiting(
        _ wish: PairingRequest, _ other: PairingHelper, _ tie: PairingTie?,
        _ instance: PairingInstance
    ) -> Int64 {
        guard let outlook = instance.outlook else { return 0 }
        let left = answeringMinutes(outlook, wish.window.begin)
        let own = max(1, Int64(other.answerMinutes ?? outlook.minutes))
        let yes = chance(outlook, other, tie)
        let isTimely = left >= 2 * own ? yes : yes * left / (2 * own)
        let stays = remaining(outlook, max(0, left - own), of: 1000)
        let unmet =
            instance.weights.unmet + instance.weights.unmetPriority * Int64(wish.priority)
        return unmet * instance.weights.waiting / 1000 * ((1000 - isTimely) * stays / 1000) / 1000
    }

    /// Minutes of answering, day by day, from now to a minute.
    private static func answeringMinutes(_ outlook: PairingOutlook, _ end: Int32) -> Int64 {
        var sum: Int64 = 0
        var day = Int64(outlook.now) / 1440
        while day * 1440 < Int64(end) {
            let first = max(Int64(outlook.now), day * 1440 + Int64(outlook.dayBegin))
            let last = min(Int64(end), day * 1440 + Int64(outlook.dayEnd))
            sum += max(0, last - first)
            day += 1
        }
        return sum
    }

    private static func chance(
        _ outlook: PairingOutlook, _ other: PairingHelper, _ tie: PairingTie?
    ) -> Int64 {
        var parts = [outlook.yes, other.yes]
        parts += outlook.yesByBand.dropFirst(max(0, Int(tie?.nearness ?? 0))).prefix(1)
        if let tie, tie.isKnown { parts.append(outlook.yesOfKnown) }
        parts += outlook.yesByAsked.prefix(max(0, Int(other.asked)) + 1).suffix(1)
        return within(50, 950, parts.reduce(0) { $0 + Int64($1) })
    }

    /// What is left of `whole` after minutes of asking one after another.
    private static func remaining(
        _ outlook: PairingOutlook, _ minutes: Int64, of whole: Int64
    ) -> Int64 {
        let (step, yes) = (max(1, Int64(outlook.minutes)), within(50, 950, Int64(outlook.yes)))
        guard minutes >= step else { return whole - whole * yes / 1000 * minutes / step }
        guard whole > 0 else { return 0 }
        return remaining(outlook, minutes - step, of: whole * (1000 - yes) / 1000)
    }

    private static func within(_ least: Int64, _ most: Int64, _ value: Int64) -> Int64 {
        min(most, max(least, value))
    }
}
