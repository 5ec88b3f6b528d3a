/// Ratings with their time, to ask whether earlier ones foretell the sign of later ones.
public struct RatingsInstance: Hashable, Sendable, Codable {
    /// One rating.
    public struct Rating: Hashable, Sendable, Codable {
        /// Who rates; a dense number from 0.
        public var rater: Int32
        /// Who is rated; a dense number from 0.
        public var subject: Int32
        /// -10 to 10; 0 says nothing.
        public var tenths: Int
        /// Seconds since 1970.
        public var time: Double

        /// One rating.
        public init(rater: Int32, subject: Int32, tenths: Int, time: Double) {
            self.rater = rater
            self.subject = subject
            self.tenths = tenths
            self.time = time
        }
    }

    /// Number of people.
    public var people: Int
    /// In the order of the file.
    public var ratings: [Rating]

    /// Ratings of so many people.
    public init(people: Int, ratings: [Rating]) {
        self.people = people
        self.ratings = ratings
    }

    /// Seconds of a day.
    static let daySeconds = 86_400.0

    /// Ratings that train, and those that test: sorted by time, stable; the first 80 % train.
    public var split: (train: [Rating], test: [Rating]) {
        let order = ratings.indices.sorted { left, right in
            (ratings[left].time, left) < (ratings[right].time, right)
        }
        let sorted = order.map { ratings[$0] }
        let count = ratings.count * 4 / 5
        return (Array(sorted[..<count]), Array(sorted[count...]))
    }
}

/// What the job `trust-ratings` answers.
public struct RatingsPlan: Hashable, Sendable, Codable {
    /// The chance that the target of a good later rating stands above that of a bad one; nil where
    /// the test has not both.
    public var auc: Double?

    /// An answer.
    public init(auc: Double?) { self.auc = auc }

    /// With `auc` as null where there is none.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(auc, forKey: .auc)
    }
}
