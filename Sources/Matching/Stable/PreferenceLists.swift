/// Whom each party would have, best first: strict lists, which may leave parties out.
///
/// One flat array, so that 5,000 complete lists take 100 MB and no more.
public struct PreferenceLists: Hashable, Sendable, Codable {
    /// Begin of each list in `choices`, and behind the last one the end.
    public private(set) var starts: [Int32]
    /// The parties on the lists, one list after another, each best first.
    public private(set) var choices: [Int32]

    /// No lists.
    public init() {
        starts = [0]
        choices = []
    }

    /// Lists as arrays, for small instances.
    public init(_ lists: [[Int]]) {
        self.init()
        for list in lists {
            choices.append(contentsOf: list.lazy.map { Int32($0) })
            close()
        }
    }

    /// Adds a party to the end of the list that is being written.
    public mutating func append(_ choice: Int32) { choices.append(choice) }

    /// Ends the list that is being written.
    public mutating func close() { starts.append(Int32(choices.count)) }

    /// Number of lists.
    public var count: Int { starts.count - 1 }

    /// Where in `choices` a party's list stands.
    public func range(of party: Int) -> Range<Int> { Int(starts[party])..<Int(starts[party + 1]) }

    /// A party's list.
    public func list(of party: Int) -> ArraySlice<Int32> { choices[range(of: party)] }

    /// Orders what is known as scores: the higher score first, among equals the lower id.
    ///
    /// `scores[p]` holds the parties that `p` may have, with their scores; the order is strict, so
    /// that the same scores give the same plan.
    public static func ordering(_ scores: [[(party: Int, score: Int64)]]) -> PreferenceLists {
        PreferenceLists(
            scores.map { row in
                row.sorted { ($1.score, $0.party) < ($0.score, $1.party) }.map(\.party)
            })
    }
}
