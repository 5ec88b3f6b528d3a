/// Who of an estate's subscribers has been served up to where; decides what to read next.
///
/// Pure. Subscribers that stand at the same place are served by one query; one that resumes from
/// further back is served in stretches that end where others stand, and so joins them.
struct FeedPlan: Sendable {
    /// Most events in a stretch.
    static let stretchMax: Int64 = 256

    /// Events after `after` up to `until` are to be read for these subscribers.
    struct Stretch: Sendable, Hashable {
        var after: Int64
        var until: Int64
        var subscribers: [Int]
    }

    /// The last known number of the log.
    private(set) var head: Int64 = 0
    private var places: [Int: Int64] = [:]

    private var expected: Set<Int> = []

    var isEmpty: Bool { places.isEmpty && expected.isEmpty }

    /// Announces a subscriber whose place is being looked up: heads that move are kept meanwhile.
    mutating func expect(_ subscriber: Int) { expected.insert(subscriber) }

    /// Adds a subscriber who has seen everything up to `place`.
    mutating func add(_ subscriber: Int, at place: Int64) {
        expected.remove(subscriber)
        places[subscriber] = place
    }

    mutating func remove(_ subscriber: Int) {
        expected.remove(subscriber)
        places[subscriber] = nil
    }

    /// Takes news of the log's head; whether it is news.
    mutating func headMoved(to sequence: Int64) -> Bool {
        guard sequence > head else { return false }
        head = sequence
        return true
    }

    /// What to read next: for whoever is furthest behind.
    var next: Stretch? {
        guard let after = places.values.min(), after < head else { return nil }
        let others = places.values.lazy.filter { $0 > after }.min() ?? head
        let until = min(after + Self.stretchMax, head, others)
        let subscribers = places.filter { $0.value == after }.map(\.key).sorted()
        return Stretch(after: after, until: until, subscribers: subscribers)
    }

    /// Moves the stretch's subscribers that are still there to its end.
    mutating func served(_ stretch: Stretch) {
        for subscriber in stretch.subscribers where places[subscriber] != nil {
            places[subscriber] = stretch.until
        }
    }
}
