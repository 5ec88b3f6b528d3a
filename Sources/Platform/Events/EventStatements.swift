internal import Realtime

/// Writes an event in the caller's transaction; its row is the event's public id.
///
/// The estate, the instant, the doer and the beneficiary are the transaction's own; who an act was
/// done for sees it.
package struct AppendEvent: Statement {
    private let draft: EventDraft

    /// Writes this draft.
    package init(_ draft: EventDraft) { self.draft = draft }

    package var sql: SQL {
        """
        SELECT linli.append_event(\(draft.id), \(draft.kind), \(draft.audience.flatMap(\.keys)),
            \(draft.about), \(draft.payload))
        """
    }

    package func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}

/// What one call of the numberer numbered in an estate.
package struct NumberedEvents: Sendable, Hashable {
    /// The estate.
    package var estate: UUID
    /// From this number to that one.
    package var sequences: ClosedRange<Int64>
}

/// Numbers waiting rows of all estates, up to `rowsMax`.
struct NumberEvents: Statement {
    var rowsMax: Int

    var sql: SQL {
        "SELECT estate_id, first_seq, last_seq FROM linli.number_events(\(Int32(rowsMax)))"
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> NumberedEvents {
        let estate: UUID = try cells.read()
        let first: Int64 = try cells.read()
        let last: Int64 = try cells.read()
        guard first <= last else {
            throw PostgresError(.decoding, message: "number_events: \(first) after \(last)")
        }
        return NumberedEvents(estate: estate, sequences: first...last)
    }
}

/// The last number of each of some estates.
struct EventHeads: Statement {
    var estates: [UUID]

    var sql: SQL { "SELECT estate_id, seq FROM linli.event_heads(\(estates))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (estate: UUID, sequence: Int64) {
        (try cells.read(), try cells.read())
    }
}

/// Who of some readers sees which event of a stretch, now: the principal is the job `feed`.
///
/// A person may read in two sessions, in one of which its offices count.
struct VisibleEvents: Statement {
    struct Row {
        var sequence: Int64
        var reader: FeedReader
    }

    var after: Int64
    var until: Int64
    var readers: Set<FeedReader>

    var sql: SQL {
        """
        SELECT seq, person_id, true
        FROM linli.visible_events(\(after), \(until), \(persons(true)), false)
        UNION ALL
        SELECT seq, person_id, false
        FROM linli.visible_events(\(after), \(until), \(persons(false)), true)
        """
    }

    private func persons(_ areOfficers: Bool) -> [UUID] {
        readers.filter { $0.isOfficer == areOfficers }.map(\.person)
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            sequence: try cells.read(),
            reader: FeedReader(person: try cells.read(), isOfficer: try cells.read()))
    }
}

/// By whose rights a stretch is read.
struct FeedReader: Hashable {
    var person: UUID
    /// Whether the person's offices count.
    var isOfficer: Bool
}

/// The events of a stretch that the principal may read, each as its JSON.
struct EventsAsJSON: Statement {
    var estate: UUID
    var after: Int64
    var until: Int64
    var countMax: Int

    var sql: SQL {
        """
        SELECT seq, event_id, kind, at, actor_kind, actor_id, beneficiary_id, about, payload
        FROM linli.event
        WHERE estate_id = \(estate) AND seq > \(after) AND seq <= \(until)
        ORDER BY seq
        LIMIT \(countMax)
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (sequence: Int64, json: [UInt8]) {
        let sequence: Int64 = try cells.read()
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        try cells.write("id", to: &json)
        try cells.write("kind", to: &json)
        try cells.write("at", to: &json)
        try cells.write("by", to: &json)
        try cells.writeIfPresent("actor", to: &json)
        try cells.writeIfPresent("beneficiary", to: &json)
        try cells.write("about", to: &json)
        // Erased: null.
        try cells.write("payload", to: &json)
        json.endObject()
        return (sequence, json.bytes)
    }
}

/// Whole rows in order, for the verifier and the export; the principal is the job `audit` or
/// `export`.
package struct EventRows: Statement {
    private let estate: UUID
    private let after: Int64
    private let countMax: Int

    /// Up to `countMax` rows after a number.
    package init(of estate: UUID, after: Int64, countMax: Int) {
        self.estate = estate
        self.after = after
        self.countMax = countMax
    }

    package var sql: SQL {
        """
        SELECT estate_id, event_id, seq, kind, at, actor_kind, actor_id, beneficiary_id, audience,
            about, payload::text, salt, digest, hash
        FROM linli.event
        WHERE estate_id = \(estate) AND seq > \(after)
        ORDER BY seq
        LIMIT \(countMax)
        """
    }

    package func decode(_ cells: inout Cells) throws(PostgresError) -> Event {
        Event(
            estate: try cells.read(), id: try cells.read(), sequence: try cells.read(),
            kind: try cells.read(), at: try cells.read(), actorKind: try cells.read(),
            actor: try cells.read(), beneficiary: try cells.read(), audience: try cells.read(),
            about: try cells.read(), payload: try cells.read(), salt: try cells.read(),
            digest: try cells.read(), hash: try cells.read())
    }
}

/// The last number and hash of the principal's estate.
package struct EventHeadRow: Statement {
    private let estate: UUID

    /// The head of this estate.
    package init(of estate: UUID) { self.estate = estate }

    package var sql: SQL { "SELECT seq, hash FROM linli.event_head WHERE estate_id = \(estate)" }

    package func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (sequence: Int64, hash: [UInt8]) {
        (try cells.read(), try cells.read())
    }
}
