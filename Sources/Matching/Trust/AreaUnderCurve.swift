/// How well scores tell two groups apart.
public enum AreaUnderCurve {
    /// The chance that one of `above` has a higher score than one of `below`, ties counting half.
    ///
    /// Nil where a group is empty. Pairs are counted in integers: only the last division rounds.
    public static func of(above: [Double], below: [Double]) -> Double? {
        guard !above.isEmpty, !below.isEmpty else { return nil }
        let lower = below.sorted()
        let upper = above.sorted()
        var doubled = 0
        var less = 0
        var notMore = 0
        for score in upper {
            while less < lower.count, lower[less] < score { less += 1 }
            while notMore < lower.count, lower[notMore] <= score { notMore += 1 }
            doubled += less + notMore
        }
        return Double(doubled) / (2 * Double(above.count) * Double(below.count))
    }
}
