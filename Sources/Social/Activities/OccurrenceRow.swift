internal import Platform
internal import Realtime

/// Where a page of meetings ended.
struct OccurrencePlace {
    var id = UUID(high: 0, low: 0)
    var begins = Instant.earliest

    /// This place, or the one before all that begins then, whichever is later.
    func orFrom(_ instant: Instant) -> OccurrencePlace {
        begins < instant ? OccurrencePlace(begins: instant) : self
    }
}

/// One meeting of an activity, with the words and the place that it has in the end, and its seats.
enum OccurrenceRow {
    /// The columns that `write` reads, of `o`, its activity `a`, its capacity `c` and its place `p`.
    ///
    /// What is the reader's own is asked last, of the rows that are left.
    static let columns: StaticString = """
        o.id, o.begins, o.activity_id, o.version, o.recurrence, o.ends, o.state, o.kind,
            coalesce(o.title_zh, a.title_zh), coalesce(o.body_zh, a.body_zh),
            CASE WHEN o.title_zh IS NULL THEN a.title_en ELSE o.title_en END,
            CASE WHEN o.title_zh IS NULL THEN a.body_en ELSE o.body_en END,
            o.place_id, o.place_text, p.name_zh, nullif(p.name_en, ''), o.overrides, o.sequence, c.opens_at, c.closes_at, c.kinds,
            c.totals, linli.capacity_free(c), c.overall, c.waiting, o.changed_at, o.cancelled_at,
            o.cancelled_because,
            (SELECT ARRAY[own.reservation_id::text, own.state]
                FROM linli.own_reservation_at(c.id) AS own)
        """

    /// What the columns are of, besides `o`.
    static let joins: StaticString = """
        JOIN linli.activity AS a ON a.estate_id = o.estate_id AND a.id = o.activity_id
            JOIN linli.capacity AS c ON c.estate_id = o.estate_id AND c.id = o.capacity_id
            LEFT JOIN linli.place AS p ON p.estate_id = o.estate_id AND p.id = o.place_id
        """

    /// Writes the members of a meeting, and returns where it stands.
    ///
    /// What is free is the same for everybody: what has lapsed is free, swept or not.
    static func write(
        _ cells: inout Cells, to json: inout JSONWriter
    ) throws(PostgresError) -> OccurrencePlace {
        let place = OccurrencePlace(id: try cells.read(), begins: try cells.read())
        json.member("id", place.id)
        json.member("begins", place.begins)
        try cells.write("activity", to: &json)
        try cells.write("version", to: &json)
        json.member("recurrence", try cells.read(LocalTime.self))
        try cells.write("ends", to: &json)
        try cells.write("state", to: &json)
        try cells.write("kind", to: &json)
        try cells.write("title_zh", to: &json)
        try cells.write("body_zh", to: &json)
        try cells.writeIfPresent("title_en", to: &json)
        try cells.writeIfPresent("body_en", to: &json)
        try cells.writeIfPresent("place", to: &json)
        try cells.writeIfPresent("place_text", to: &json)
        try cells.writeIfPresent("place_name_zh", to: &json)
        try cells.writeIfPresent("place_name_en", to: &json)
        try cells.write("overrides", to: &json)
        try cells.write("sequence", to: &json)
        try cells.write("opens_at", to: &json)
        try cells.write("closes_at", to: &json)
        try writeSeats(&cells, to: &json)
        try cells.write("waiting", to: &json)
        try cells.write("changed_at", to: &json)
        try cells.writeIfPresent("cancelled_at", to: &json)
        try cells.writeIfPresent("cancelled_because", to: &json)
        try writeOwn(&cells, to: &json)
        return place
    }

    private static func writeOwn(
        _ cells: inout Cells, to json: inout JSONWriter
    ) throws(PostgresError) {
        guard let own = try cells.read([String]?.self), own.count == 2 else { return }
        json.key("mine")
        json.object { json in
            json.member("reservation", own[0])
            json.member("state", own[1])
        }
    }

    private static func writeSeats(
        _ cells: inout Cells, to json: inout JSONWriter
    ) throws(PostgresError) {
        let kinds: [String] = try cells.read()
        let totals: [Int32] = try cells.read()
        let free: [Int32] = try cells.read()
        json.key("seats")
        json.beginArray()
        for (index, kind) in kinds.enumerated() {
            json.object { json in
                json.member("kind", kind)
                json.member("total", totals[index])
                json.member("free", max(0, free[index]))
            }
        }
        json.endArray()
        try cells.writeIfPresent("overall", to: &json)
    }
}

/// One meeting as JSON, and its version.
struct OneOccurrence: Statement {
    var id: UUID

    var sql: SQL {
        """
        SELECT o.version, \(literal: OccurrenceRow.columns)
        FROM linli.activity_occurrence AS o \(literal: OccurrenceRow.joins)
        WHERE o.estate_id = (SELECT linli.estate_id())
            AND o.id = (SELECT linli.readable_occurrence(\(id)))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (version: Int32, json: [UInt8]) {
        let version: Int32 = try cells.read()
        var json = JSONWriter(capacity: 2048)
        json.beginObject()
        _ = try OccurrenceRow.write(&cells, to: &json)
        json.endObject()
        return (version, json.bytes)
    }
}

/// One meeting as its editor needs it: held to the transaction's end.
struct TakeOccurrence: Statement {
    struct Row {
        var id: UUID
        var activity: UUID
        var version: Int32
        var begins: Instant
        var ends: Instant
        /// Its start on the estate's clock now.
        var starts: LocalTime
        var isCancelled: Bool
        var place: ActivityPlace
        var words: ActivityWords?
        var overrides: [String]
        var sequence: Int32
        var capacity: UUID
    }

    var id: UUID

    /// The columns of `Row`, of `o` and its estate `e`.
    static let columns: StaticString = """
        o.id, o.activity_id, o.version, o.begins, o.ends, o.begins AT TIME ZONE e.zone,
            o.state = 'cancelled', o.place_id, o.place_text, o.title_zh, o.body_zh, o.title_en,
            o.body_en, o.overrides, o.sequence, o.capacity_id
        """

    var sql: SQL {
        """
        SELECT \(literal: Self.columns)
        FROM linli.activity_occurrence AS o
        JOIN linli.estate AS e ON e.estate_id = o.estate_id
        WHERE o.estate_id = (SELECT linli.estate_id())
            AND o.id = (SELECT linli.readable_occurrence(\(id)))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row { try Self.row(&cells) }

    static func row(_ cells: inout Cells) throws(PostgresError) -> Row {
        let (id, activity): (UUID, UUID) = (try cells.read(), try cells.read())
        let version: Int32 = try cells.read()
        let (begins, ends): (Instant, Instant) = (try cells.read(), try cells.read())
        let starts: LocalTime = try cells.read()
        let isCancelled: Bool = try cells.read()
        let (placeID, placeText): (UUID?, String?) = (try cells.read(), try cells.read())
        let (titleZh, bodyZh): (String?, String?) = (try cells.read(), try cells.read())
        let (titleEn, bodyEn): (String?, String?) = (try cells.read(), try cells.read())
        let words = titleZh.map {
            ActivityWords(titleZh: $0, bodyZh: bodyZh ?? "", titleEn: titleEn, bodyEn: bodyEn)
        }
        return Row(
            id: id, activity: activity, version: version, begins: begins, ends: ends,
            starts: starts, isCancelled: isCancelled,
            place: ActivityPlace(id: placeID, words: placeText) ?? .words(""), words: words,
            overrides: try cells.read(), sequence: try cells.read(), capacity: try cells.read())
    }
}
