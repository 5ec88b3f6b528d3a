internal import Platform
internal import Realtime

/// One meeting, or one use of a venue, as its reader may see it.
struct CalendarEntry {
    /// How its reader stands to it.
    enum Standing: String {
        /// Nothing but what everybody sees.
        case reader
        case organiser
        case confirmed
        case held
        case offered
        case waiting
        /// It had a place, or waited, and does no more.
        case left
    }

    /// What it is about, where its reader may know.
    struct Content {
        var occurrence: UUID
        var kind: String
        var title: Text
        var body: Text
        var placeWords: String?
        var cost: String?
        var bring: String?
        var isCancelled: Bool
        var cancelledBecause: String?
    }

    /// What its UID is made of: the meeting, or the booking of a venue.
    var id: UUID
    var begins: Instant
    var sequence: Int64
    var changedAt: Instant
    /// On the estate's clock.
    var start: LocalTime
    var end: LocalTime
    var placeName: Text?
    var content: Content?
    var standing = Standing.reader
    /// Until when, on the estate's clock, a place is kept that is not taken up yet.
    var keptUntil: LocalTime?

    /// The columns of a meeting `o`, its activity `a`, its estate `e` and its place `p`.
    ///
    /// Of what it says one character more than `CalendarFeed.bodyMax`, which shows that it goes on.
    static let columns: StaticString = """
        o.begins, o.begins AT TIME ZONE e.zone, o.ends AT TIME ZONE e.zone, p.name_zh, p.name_en,
            o.id, o.kind, coalesce(o.title_zh, a.title_zh),
            CASE WHEN o.title_zh IS NULL THEN a.title_en ELSE o.title_en END,
            left(coalesce(o.body_zh, a.body_zh), 501),
            left(CASE WHEN o.title_zh IS NULL THEN a.body_en ELSE o.body_en END, 501),
            o.place_text, a.cost_note, a.bring, o.state = 'cancelled', o.cancelled_because
        """

    /// What the columns are of, besides `o`.
    static let joins: StaticString = """
        JOIN linli.activity AS a ON a.estate_id = o.estate_id AND a.id = o.activity_id
            JOIN linli.estate AS e ON e.estate_id = o.estate_id
            LEFT JOIN linli.place AS p ON p.estate_id = o.estate_id AND p.id = o.place_id
        """

    /// Reads id, sequence, last change and the columns.
    init(_ cells: inout Cells) throws(PostgresError) {
        (id, sequence) = (try cells.read(), try cells.read())
        changedAt = try cells.read()
        begins = try cells.read()
        (start, end) = (try cells.read(), try cells.read())
        placeName = try Text.placeName(&cells)
        let occurrence = try cells.read(UUID?.self)
        let kind = try cells.read(String?.self)
        let title = try Text.placeName(&cells)
        let body = try Text.placeName(&cells)
        let (words, cost, bring) = (
            try cells.read(String?.self), try cells.read(String?.self),
            try cells.read(String?.self)
        )
        let isCancelled = try cells.read(Bool?.self) ?? false
        let because = try cells.read(String?.self)
        if let occurrence, let kind, let title, let body {
            content = Content(
                occurrence: occurrence, kind: kind, title: title, body: body, placeWords: words,
                cost: cost, bring: bring, isCancelled: isCancelled, cancelledBecause: because)
        }
    }
}

/// What takes place in the estate, as far as the principal may see it.
struct EstateEntries: Statement {
    var window: Range<Instant>

    // The pages are cut before anything is joined to them, so that the index alone gives the order.
    var sql: SQL {
        """
        WITH page AS MATERIALIZED (
            (SELECT o.*
            FROM linli.activity_occurrence AS o
            WHERE o.estate_id = (SELECT linli.estate_id()) AND NOT o.is_unlisted
                AND o.begins >= \(window.lowerBound) AND o.begins < (SELECT linli.instant())
            ORDER BY o.begins DESC, o.id DESC
            LIMIT \(CalendarFeed.pastMax))
            UNION ALL
            (SELECT o.*
            FROM linli.activity_occurrence AS o
            WHERE o.estate_id = (SELECT linli.estate_id()) AND NOT o.is_unlisted
                AND o.begins >= (SELECT linli.instant()) AND o.begins < \(window.upperBound)
            ORDER BY o.begins, o.id
            LIMIT \(CalendarFeed.comingMax))
        )
        SELECT o.id, o.sequence::bigint, greatest(o.changed_at, a.changed_at),
            \(literal: CalendarEntry.columns)
        FROM page AS o \(literal: CalendarEntry.joins)
        ORDER BY o.begins, o.id
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> CalendarEntry {
        try CalendarEntry(&cells)
    }
}

/// When a venue is taken; for what, where the principal may see that.
struct VenueEntries: Statement {
    var place: UUID
    var window: Range<Instant>

    var sql: SQL {
        """
        SELECT u.booking_id, u.sequence::bigint, u.changed_at, u.begins,
            u.begins AT TIME ZONE e.zone, u.ends AT TIME ZONE e.zone, p.name_zh, p.name_en,
            o.id, o.kind, coalesce(o.title_zh, a.title_zh),
            CASE WHEN o.title_zh IS NULL THEN a.title_en ELSE o.title_en END,
            left(coalesce(o.body_zh, a.body_zh), 501),
            left(CASE WHEN o.title_zh IS NULL THEN a.body_en ELSE o.body_en END, 501),
            NULL::text, NULL::text, NULL::text, false, NULL::text
        FROM linli.venue_uses(\(place), \(window.lowerBound), \(window.upperBound),
            \(CalendarFeed.pastMax), \(CalendarFeed.comingMax)) AS u
        JOIN linli.estate AS e ON e.estate_id = (SELECT linli.estate_id())
        JOIN linli.place AS p ON p.estate_id = e.estate_id AND p.id = \(place)
        LEFT JOIN (linli.activity_occurrence AS o
            JOIN linli.activity AS a ON a.estate_id = o.estate_id AND a.id = o.activity_id)
            ON o.estate_id = e.estate_id AND o.id = u.occurrence_id
        ORDER BY u.begins, u.booking_id
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> CalendarEntry {
        try CalendarEntry(&cells)
    }
}

/// What concerns the principal: what it organises, holds, is offered or waits for, and for a while
/// what it has left.
///
/// A meeting that it may not see any more stays as a gap without words, one step later than it was.
///
/// The sequence counts what guests must know and, on top, one's own steps: for each reservation one
/// and the seconds from its first step to its last, so that each step makes it larger.
struct PersonalEntries: Statement {
    var window: Range<Instant>

    var sql: SQL {
        """
        WITH part AS MATERIALIZED (
            SELECT m.reservation_id AS id, m.is_live, m.left_at
            FROM linli.reservation_member AS m
            WHERE m.estate_id = (SELECT linli.estate_id())
                AND m.person_id = (SELECT linli.person_id())
            UNION ALL
            SELECT r.id, true, NULL
            FROM linli.reservation AS r
            WHERE r.estate_id = (SELECT linli.estate_id())
                AND r.holder_id = (SELECT linli.person_id())
        ), step AS MATERIALIZED (
            SELECT r.capacity_id, r.id, r.queued_at, r.until, r.ended_as = 'closed' AS is_closed,
                bool_or(part.is_live AND r.state <> 'ended'
                    AND (r.until IS NULL OR r.until > (SELECT linli.instant()))) AS is_live,
                r.state,
                greatest(r.changed_at, max(part.left_at), CASE
                    WHEN r.until <= (SELECT linli.instant()) THEN r.until END) AS changed_at
            FROM part
            JOIN linli.reservation AS r
                ON r.estate_id = (SELECT linli.estate_id()) AND r.id = part.id
            GROUP BY r.capacity_id, r.id, r.queued_at, r.until, r.ended_as, r.state, r.changed_at
        ), own AS MATERIALIZED (
            SELECT s.capacity_id, max(s.changed_at) AS changed_at,
                sum(1 + ceil(extract(epoch FROM greatest(s.changed_at - s.queued_at, interval '0'))))
                    ::bigint AS steps,
                coalesce((array_agg(s.state ORDER BY array_position(
                    ARRAY['confirmed', 'held', 'offered', 'waiting'], s.state))
                    FILTER (WHERE s.is_live))[1], 'left') AS standing,
                max(s.until) FILTER (WHERE s.is_live) AS until
            FROM step AS s
            GROUP BY s.capacity_id
            HAVING bool_or(s.is_live OR s.is_closed)
                OR max(s.changed_at) > (SELECT linli.instant()) - \(Self.leftDays)::interval
        ), mine AS MATERIALIZED (
            SELECT o.id
            FROM own
            JOIN linli.activity_occurrence AS o
                ON o.estate_id = (SELECT linli.estate_id()) AND o.capacity_id = own.capacity_id
            UNION
            SELECT o.id
            FROM unnest(linli.own_activities()) AS s (id)
            JOIN linli.activity_occurrence AS o
                ON o.estate_id = (SELECT linli.estate_id()) AND o.activity_id = s.id
                    AND o.begins >= \(window.lowerBound) AND o.begins < \(window.upperBound)
        )
        SELECT *
        FROM (
            SELECT o.id AS event_id, o.sequence + coalesce(own.steps, 0),
                greatest(o.changed_at, a.changed_at, own.changed_at),
                \(literal: CalendarEntry.columns),
                CASE WHEN o.activity_id = ANY ((SELECT linli.own_activities())::uuid[])
                    THEN 'organiser' ELSE coalesce(own.standing, 'left') END,
                own.until AT TIME ZONE e.zone
            FROM mine
            JOIN linli.activity_occurrence AS o
                ON o.estate_id = (SELECT linli.estate_id()) AND o.id = mine.id
            LEFT JOIN own ON own.capacity_id = o.capacity_id
            \(literal: CalendarEntry.joins)
            WHERE o.begins >= \(window.lowerBound) AND o.begins < \(window.upperBound)
            UNION ALL
            SELECT l.occurrence_id, l.sequence + own.steps + 1,
                greatest(l.changed_at, own.changed_at),
                l.begins, l.begins AT TIME ZONE e.zone, l.ends AT TIME ZONE e.zone,
                NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                'left', NULL
            FROM linli.lost_meetings(ARRAY(SELECT own.capacity_id FROM own), \(window.lowerBound),
                \(window.upperBound)) AS l
            JOIN own ON own.capacity_id = l.capacity_id
            JOIN linli.estate AS e ON e.estate_id = (SELECT linli.estate_id())
        ) AS entry
        ORDER BY abs(extract(epoch FROM entry.begins - (SELECT linli.instant()))),
            entry.event_id
        LIMIT \(CalendarFeed.pastMax + CalendarFeed.comingMax)
        """
    }

    private static let leftDays = "\(CalendarFeed.leftDays) days"

    func decode(_ cells: inout Cells) throws(PostgresError) -> CalendarEntry {
        var entry = try CalendarEntry(&cells)
        entry.standing = CalendarEntry.Standing(rawValue: try cells.read()) ?? .left
        entry.keptUntil = try cells.read()
        return entry
    }
}
