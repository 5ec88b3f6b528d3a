/// How long to wait before something is handed over again: twice as long each time, up to a most, each
/// wait cut by a chance that follows from a seed.
package struct Backoff: Sendable, Hashable {
    /// The wait after the first try, in seconds.
    package var firstSeconds: Int64
    /// The longest wait, in seconds.
    package var mostSeconds: Int64
    /// After so many tries it is given up.
    package var triesMax: Int64

    /// Waits from a first to a longest, so many times.
    package init(firstSeconds: Int64, mostSeconds: Int64, triesMax: Int64) {
        self.firstSeconds = firstSeconds
        self.mostSeconds = mostSeconds
        self.triesMax = triesMax
    }

    /// For what is in no hurry: given up after about five hours.
    package static let plain = Backoff(firstSeconds: 30, mostSeconds: 3600, triesMax: 12)
    /// For alarms: given up after about twenty minutes, when somebody must go there.
    package static let alarm = Backoff(firstSeconds: 5, mostSeconds: 180, triesMax: 12)

    /// Seconds until the next try, from half of the wait to all of it; `nil` after the last one.
    ///
    /// The same seed and number of tries give the same.
    package func seconds(afterTries tries: Int64, seed: UInt64) -> Int64? {
        guard tries < triesMax else { return nil }
        let doublings = min(max(tries, 1) - 1, 32)
        let wait = min(mostSeconds, firstSeconds << doublings)
        var chance = seed &+ UInt64(bitPattern: tries) &* 0x9E37_79B9_7F4A_7C15
        // SplitMix64 (Steele, Lea and Flood, 2014).
        chance = (chance ^ (chance >> 30)) &* 0xBF58_476D_1CE4_E5B9
        chance = (chance ^ (chance >> 27)) &* 0x94D0_49BB_1331_11EB
        chance ^= chance >> 31
        let half = wait / 2
        return max(1, half + Int64(chance % UInt64(wait - half + 1)))
    }
}
