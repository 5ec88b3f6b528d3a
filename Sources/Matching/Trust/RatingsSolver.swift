/// Foretells the sign of a rating from what was said of its target before.
public enum RatingsSolver {
    /// Half-life of a rating in days.
    public static let halfLifeDays = 365
    /// How much more a dispute weighs than praise.
    public static let disputeWeight = 3.0

    /// Learns from the first 80 % and is tested on the rest; one pass over the ratings.
    public static func solve(_ instance: RatingsInstance) -> RatingsPlan {
        let (train, test) = instance.split
        let means = means(people: instance.people, train)
        var above: [Double] = []
        var below: [Double] = []
        for rating in test where rating.tenths != 0 {
            if rating.tenths > 0 {
                above.append(means[Int(rating.subject)])
            } else {
                below.append(means[Int(rating.subject)])
            }
        }
        return RatingsPlan(auc: AreaUnderCurve.of(above: above, below: below))
    }

    /// What each person is expected to be, read on the last day that trains; self-ratings are void.
    private static func means(
        people: Int, _ ratings: [RatingsInstance.Rating]
    ) -> [Double] {
        let table = DecayTable(halfLifeDays: halfLifeDays)
        var sums = [EvidenceSums](repeating: EvidenceSums(), count: people)
        var lastDay = 0
        for rating in ratings where rating.rater != rating.subject {
            let day = Int(rating.time / RatingsInstance.daySeconds)
            lastDay = max(lastDay, day)
            sums[Int(rating.subject)].add(day: day, tenths: rating.tenths, table: table)
        }
        return sums.map { sum in
            sum.counts(on: lastDay, table: table).weighing(disputes: disputeWeight).mean
        }
    }
}
