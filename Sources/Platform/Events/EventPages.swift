/// Pages of an estate's log, as one reader may see it at this moment.
package struct EventPages: Sendable {
    /// Most events on a page.
    package static let countMax = 100
    /// Most numbers that one page goes through, seen or not.
    package static let stretchMax: Int64 = 2000

    /// One page.
    package struct Page: Sendable {
        /// The events that the reader may see, oldest first.
        package var events: [[UInt8]]
        /// Up to where the reader has been served.
        package var cursor: EventCursor
        /// Whether the log goes on after it.
        package var hasMore: Bool
    }

    /// Reads the page after a cursor, or from the beginning.
    ///
    /// The principal is a person, a session of one in the estate, or the job `visitor`. A page may be
    /// empty though the log goes on.
    package static func page(
        of estate: UUID, as principal: Principal, after cursor: EventCursor?,
        count: Int = countMax, from database: Database
    ) async throws(PostgresError) -> Page {
        let after = max(cursor?.sequence ?? 0, 0)
        let count = min(max(count, 1), countMax)
        let until = after + stretchMax
        let (heads, rows) = try await database.read(
            principal, EventHeads(estates: [estate]),
            EventsAsJSON(estate: estate, after: after, until: until, countMax: count))
        let head = heads.first?.sequence ?? 0
        // A row numbered between the two statements is past `head` and comes with the next page.
        let seen = rows.filter { $0.sequence <= head }
        let end = seen.count == count ? seen[count - 1].sequence : max(min(until, head), after)
        return Page(
            events: seen.map(\.json), cursor: EventCursor(estate: estate, sequence: end),
            hasMore: end < head)
    }
}
