/// What past rounds owe a household, so that shares are fair over weeks and not only in each.
///
/// All in thousandths and whole numbers: the same rounds give the same priorities, everywhere.
public struct CarriedDeficit: Codable, Hashable, Sendable {
    /// Part of a deficit that is left after a round, in thousandths: half of it.
    public static let kept: Int64 = 500
    /// Most by which deficits raise a priority, in thousandths: three times an ordinary one.
    public static let raiseMax: Int64 = 3000

    /// What is owed, in thousandths of a round's need, 0 to 2000.
    public private(set) var owed: Int64

    /// A household that nothing is owed.
    public init() { owed = 0 }

    /// As it was kept; what is outside 0 to 2000 becomes the nearest of them.
    public init(owed: Int64) { self.owed = min(max(owed, 0), 2000) }

    /// What is owed after a round in which `got` of `need` arrived, both in the same unit.
    ///
    /// A round in which nothing was needed only lets the deficit fade. A household that was left out got nothing.
    public func after(got: ExactRatio, need: Int64) -> CarriedDeficit {
        var next = self
        next.owed = owed * Self.kept / 1000
        guard need > 0 else { return next }
        let part = min(max(got.value / Double(need), 0), 1)
        next.owed += 1000 - Int64((part * 1000).rounded())
        return next
    }

    /// The priority for the next round, in thousandths, of a household that has `base` without this.
    public func priority(base: Int64) -> Int64 {
        let raised = base * (1000 + min(owed, Self.raiseMax)) / 1000
        return min(max(raised, 1), LeximinInstance.priorityMax)
    }
}
