internal import Glibc
public import Matching

/// Checks an answer of `trust-ratings` by decaying backwards from the last day that trains, in
/// floating point, and comparing each pair of the test.
public enum RatingsCheck {
    /// Scores closer than this may stand either way round.
    static let tolerance = 1e-5

    /// What is wrong with the answer.
    public static func faults(
        _ plan: RatingsPlan, of instance: RatingsInstance, halfLifeDays: Double = 365,
        disputeWeight: Double = 3
    ) -> [Fault] {
        let sorted = instance.ratings.enumerated().sorted {
            $0.element.time == $1.element.time
                ? $0.offset < $1.offset : $0.element.time < $1.element.time
        }.map(\.element)
        let cut = sorted.count * 4 / 5
        let means = means(sorted[..<cut], instance.people, halfLifeDays, disputeWeight)
        let good = sorted[cut...].filter { $0.tenths > 0 }
        let bad = sorted[cut...].filter { $0.tenths < 0 }
        guard !good.isEmpty, !bad.isEmpty else {
            return plan.auc == nil ? [] : [Fault("auc", "there is no pair to compare")]
        }
        guard let auc = plan.auc else { return [Fault("auc", "it is missing")] }
        var least = 0.0
        var most = 0.0
        for upper in good {
            for lower in bad {
                let gap = means[Int(upper.subject)] - means[Int(lower.subject)]
                if gap == 0 {
                    least += 0.5
                    most += 0.5
                } else if abs(gap) <= tolerance {
                    most += 1
                } else if gap > 0 {
                    least += 1
                    most += 1
                }
            }
        }
        let pairs = Double(good.count) * Double(bad.count)
        guard auc >= least / pairs - 1e-12, auc <= most / pairs + 1e-12 else {
            return [Fault("auc", "\(auc) is not within \(least / pairs) to \(most / pairs)")]
        }
        return []
    }

    private static func means(
        _ train: ArraySlice<RatingsInstance.Rating>, _ people: Int, _ halfLife: Double,
        _ disputeWeight: Double
    ) -> [Double] {
        let last = floor((train.last?.time ?? 0) / 86_400)
        var good = [Double](repeating: 0, count: people)
        var bad = good
        for rating in train where rating.rater != rating.subject {
            let age = last - floor(rating.time / 86_400)
            let weight = exp2(-age / halfLife) * Double(abs(rating.tenths)) / 10
            if rating.tenths > 0 {
                good[Int(rating.subject)] += weight
            } else {
                bad[Int(rating.subject)] += weight * disputeWeight
            }
        }
        return zip(good, bad).map { good, bad in (good + 1) / (good + bad + 2) }
    }
}
