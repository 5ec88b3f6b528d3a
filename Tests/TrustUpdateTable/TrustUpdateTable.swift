internal import Matching

/// Takes ties from standard input into the trust model, changes some, and prints what it took.
///
///     trust-update CHANGES <TIES     a line `residents ties`, then a line `one other` for each tie
///
/// Each change adds an activity that two residents share, and asks for the nearness of the first
/// anew. A line a number: seconds of the load of all ties at once, microseconds of a change
/// (median), of a change and the push (median, then the 99th of a hundred), then the residents
/// asked for, each with the nearest of them.
@main
enum TrustUpdateTable {
    static func main() {
        let changes = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 200
        var ties: [TieEvent] = []
        let residents = integers()?.0 ?? 1
        while let (one, other) = integers() {
            ties.append(.registered(.sameStair, Int32(one), Int32(other)))
        }
        var model = TrustModel(residents: residents, day: 20_000)
        let clock = ContinuousClock()
        let load = clock.measure { model.apply(ties) }
        print("load \(seconds(load))")
        var random = SplitMix64(seed: 1)
        var taken: [Double] = []
        var whole: [Double] = []
        var answers: [String] = []
        for _ in 0..<changes {
            let one = Int32(random.below(residents))
            let other = Int32(random.below(residents))
            _ = model.nearness(of: one)
            let change = clock.measure { model.apply([.tookPartTogether(one, other)]) }
            var near: Nearness?
            let push = clock.measure { near = model.nearness(of: one) }
            taken.append(seconds(change) * 1e6)
            whole.append(seconds(change + push) * 1e6)
            let nodes = (near?.nearest ?? []).map { "\($0.node)" }
            answers.append("near \(one) \(other) \(nodes.joined(separator: " "))")
        }
        taken.sort()
        whole.sort()
        print("change \(taken[changes / 2])")
        print("update \(whole[changes / 2]) \(whole[changes * 99 / 100])")
        print(answers.joined(separator: "\n"))
    }

    /// The two numbers of a line.
    private static func integers() -> (Int, Int)? {
        guard let line = readLine() else { return nil }
        let words = line.split(separator: " ").compactMap { Int($0) }
        return words.count == 2 ? (words[0], words[1]) : nil
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }
}
