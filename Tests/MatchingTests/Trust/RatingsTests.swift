import Matching
import MatchingChecks
import Testing

@Suite("Ratings") struct RatingsTests {
    @Test(
        "the public file gives the published area, which its checker accepts",
        .enabled(if: SharedData.isThere))
    func publicFile() throws {
        let instance = try RatingsInstance(
            csv: try SharedData.bytes("trust/soc-sign-bitcoinalpha.csv"))
        let plan = RatingsSolver.solve(instance)
        let auc = try #require(plan.auc)
        #expect(auc >= 0.603 && auc < 0.6035)
        #expect(instance.ratings.count == 24_186)
    }

    private static func instance(_ random: inout SplitMix64) -> RatingsInstance {
        let ratings = (0..<300).map { _ in
            RatingsInstance.Rating(
                rater: Int32(random.below(20)), subject: Int32(random.below(20)),
                tenths: random.below(21) - 10, time: Double(random.below(90_000_000)))
        }
        return RatingsInstance(people: 20, ratings: ratings)
    }

    @Test(
        "the checker accepts each answer and refuses another area",
        arguments: 0..<20 as Range<UInt64>)
    func checked(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let instance = Self.instance(&random)
        var plan = RatingsSolver.solve(instance)
        #expect(RatingsCheck.faults(plan, of: instance).isEmpty, "seed \(seed)")
        plan.auc = try #require(plan.auc) + 0.01
        #expect(!RatingsCheck.faults(plan, of: instance).isEmpty, "seed \(seed)")
        plan.auc = nil
        #expect(!RatingsCheck.faults(plan, of: instance).isEmpty, "seed \(seed)")
    }

    @Test("the area is the share of pairs in order, ties counting half")
    func area() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<50 {
            let above = (0..<random.below(20)).map { _ in Double(random.below(6)) }
            let below = (0..<random.below(20)).map { _ in Double(random.below(6)) }
            var wins = 0.0
            for one in above {
                for other in below { wins += one > other ? 1 : one == other ? 0.5 : 0 }
            }
            let area = AreaUnderCurve.of(above: above, below: below)
            if above.isEmpty || below.isEmpty {
                #expect(area == nil)
            } else {
                #expect(area == wins / Double(above.count * below.count))
            }
        }
    }

    @Test("rows are read with or without a heading, and sorted by time without moving equals")
    func read() throws {
        let text = "from,to,feature,time\r\n7,1,10,5\n1,7,-3,4.5\n7,2,1,5\n9,9,2,4\n1,2,1,3\n"
        let instance = try RatingsInstance(csv: Array(text.utf8))
        #expect(instance.people == 4 && instance.ratings.count == 5)
        #expect(instance.split.train.map(\.time) == [3, 4, 4.5, 5])
        #expect(instance.split.train.last?.tenths == 10)
        #expect(instance.split.test.map(\.tenths) == [1])
        let bare = try RatingsInstance(csv: Array(text.utf8.drop { $0 != 10 }.dropFirst()))
        #expect(bare == instance)
    }

    @Test("an empty file has no area") func empty() throws {
        for text in ["", "from,to,feature,time\n"] {
            let instance = try RatingsInstance(csv: Array(text.utf8))
            #expect(RatingsSolver.solve(instance) == RatingsPlan(auc: nil))
            #expect(RatingsCheck.faults(RatingsPlan(auc: nil), of: instance).isEmpty)
        }
    }

    @Test(
        "a wrong row is refused with its line",
        arguments: [
            ("1,2,3", "four fields"), ("1,2,3,4,5", "four fields"), ("x,2,3,4", "the rater"),
            ("1,-2,3,4", "the rated"), ("1,2,11,4", "the rating"), ("1,2,1.5,4", "the rating"),
            ("1,2,3,-4", "the time"), ("1,2,3,nan", "the time"), ("1,2,3,", "the time"),
            ("99999999999999999999,2,3,4", "the rater"),
        ]) func refused(_ row: String, _ expected: String)
    {
        let problem = #expect(throws: InputProblem.self) {
            try RatingsInstance(csv: Array("from,to,feature,time\n1,2,3,4\n\(row)\n".utf8))
        }
        #expect(problem?.line == 3)
        #expect(problem?.expected.contains(expected) == true)
    }
}
