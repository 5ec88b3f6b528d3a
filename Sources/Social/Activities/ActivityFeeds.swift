internal import Platform
internal import Realtime

/// Lists of meetings in order of time.
enum OccurrenceLists {
    /// The meetings of one activity that have not ended.
    static func coming(of activity: UUID, count: Int64) -> SQL {
        """
        SELECT \(literal: OccurrenceRow.columns)
        FROM linli.activity_occurrence AS o \(literal: OccurrenceRow.joins)
        WHERE o.estate_id = (SELECT linli.estate_id()) AND o.activity_id = \(activity)
            AND o.begins > (SELECT linli.instant()) - interval '14 days'
            AND o.ends > (SELECT linli.instant())
        ORDER BY o.begins, o.id
        LIMIT \(count)
        """
    }

    /// A page of what takes place within a window and is open to the reader.
    ///
    /// What began before the window and has not ended is in it. Those longer than six hours have an
    /// index of their own (V0066), as no meeting is longer than 14 days; so a page reads little of
    /// the past. The page is cut before anything is joined to it, and each list has one lower bound:
    /// of two, PostgreSQL may begin with the earlier.
    static func page(
        _ window: Range<Instant>, place: UUID?, kind: String?, after: OccurrencePlace, count: Int64
    ) -> SQL {
        let recent = window.lowerBound - .seconds(6 * 3600)
        let long = after.orFrom(window.lowerBound - .seconds(14 * 86_400))
        let after = after.orFrom(recent)
        // Each has an index of its own, which a condition that may be off would not use.
        let narrowed: StaticString =
            switch (place, kind) {
            case (nil, nil): ""
            case (_?, _):
                """
                AND o.place_id = (SELECT q.place FROM asked AS q)
                        AND o.kind = coalesce((SELECT q.kind FROM asked AS q), o.kind)
                """
            case (nil, _?): "AND o.kind = (SELECT q.kind FROM asked AS q)"
            }
        return """
            WITH asked AS (
                SELECT \(place)::uuid AS place, \(kind)::text AS kind
            ), page AS MATERIALIZED (
                (SELECT o.*
                FROM linli.activity_occurrence AS o
                WHERE o.estate_id = (SELECT linli.estate_id()) AND NOT o.is_unlisted
                    AND o.ends - o.begins > interval '6 hours'
                    AND (o.begins, o.id) > (\(long.begins), \(long.id))
                    AND o.begins < \(recent) AND o.ends > \(window.lowerBound)
                    AND coalesce(o.place_id = (SELECT q.place FROM asked AS q),
                        (SELECT q.place FROM asked AS q) IS NULL)
                    AND o.kind = coalesce((SELECT q.kind FROM asked AS q), o.kind)
                ORDER BY o.begins, o.id
                LIMIT \(count))
                UNION ALL
                (SELECT o.*
                FROM linli.activity_occurrence AS o
                WHERE o.estate_id = (SELECT linli.estate_id()) AND NOT o.is_unlisted
                    AND (o.begins, o.id) > (\(after.begins), \(after.id))
                    AND o.begins < \(window.upperBound) AND o.ends > \(window.lowerBound)
                    \(literal: narrowed)
                ORDER BY o.begins, o.id
                LIMIT \(count))
                ORDER BY begins, id
                LIMIT \(count)
            )
            SELECT \(literal: OccurrenceRow.columns)
            FROM page AS o \(literal: OccurrenceRow.joins)
            ORDER BY o.begins, o.id
            """
    }

    /// A page of what concerns a person within a window: what it looks after itself, and what it, or
    /// the one it acts for, holds a seat at or waits for.
    ///
    /// Each of those is looked up by itself (OFFSET 0), however many meetings the window has.
    static func concerning(
        _ window: Range<Instant>, place: UUID?, kind: String?, after: OccurrencePlace, count: Int64
    ) -> SQL {
        let after = after.orFrom(window.lowerBound - .seconds(14 * 86_400))
        return """
            WITH own AS MATERIALIZED (
                SELECT m.capacity_id
                FROM linli.reservation_member AS m
                WHERE m.estate_id = (SELECT linli.estate_id())
                    AND m.person_id = (SELECT linli.subject_id()) AND m.is_live
                UNION
                SELECT r.capacity_id
                FROM linli.reservation AS r
                WHERE r.estate_id = (SELECT linli.estate_id())
                    AND r.holder_id = (SELECT linli.subject_id()) AND r.state <> 'ended'
            ), mine AS MATERIALIZED (
                SELECT o.*
                FROM own
                CROSS JOIN LATERAL (
                    SELECT o.*
                    FROM linli.activity_occurrence AS o
                    WHERE o.estate_id = (SELECT linli.estate_id())
                        AND o.capacity_id = own.capacity_id
                    OFFSET 0
                ) AS o
                UNION ALL
                SELECT o.*
                FROM unnest(linli.own_activities()) AS s (id)
                CROSS JOIN LATERAL (
                    SELECT o.*
                    FROM linli.activity_occurrence AS o
                    WHERE o.estate_id = (SELECT linli.estate_id()) AND o.activity_id = s.id
                        AND o.begins >= \(after.begins) AND o.begins < \(window.upperBound)
                    OFFSET 0
                ) AS o
                WHERE o.capacity_id NOT IN (SELECT own.capacity_id FROM own)
            ), page AS MATERIALIZED (
                SELECT o.*
                FROM mine AS o
                WHERE (o.begins, o.id) > (\(after.begins), \(after.id))
                    AND o.begins < \(window.upperBound) AND o.ends > \(window.lowerBound)
                    AND (\(place)::uuid IS NULL OR o.place_id = \(place))
                    AND o.kind = coalesce(\(kind), o.kind)
                ORDER BY o.begins, o.id
                LIMIT \(count)
            )
            SELECT \(literal: OccurrenceRow.columns)
            FROM page AS o \(literal: OccurrenceRow.joins)
            ORDER BY o.begins, o.id
            """
    }
}

/// The activities that the principal looks after, the latest first.
struct OwnActivities: Statement {
    var before: UUID
    var count: Int64

    var sql: SQL {
        """
        SELECT \(literal: ActivityRow.columns)
        FROM linli.activity AS a
        WHERE a.estate_id = (SELECT linli.estate_id())
            AND a.id = ANY ((SELECT linli.own_activities())::uuid[]) AND a.id < \(before)
        ORDER BY a.id DESC
        LIMIT \(count)
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> ActivityRow {
        try ActivityRow(&cells)
    }
}

/// What is read of meetings.
enum ActivityFeeds {
    /// Longest window of a page, in days.
    static let windowDaysMax: Int64 = 366
    /// The window where none is asked for, in days.
    static let windowDays: Int64 = 62

    /// Writes a page of meetings that are open to the reader, or that concern it.
    static func page(_ call: Call) async throws -> Response {
        let concernsMe = call.text("concerning") != nil
        guard !concernsMe || call.token != nil else { throw Stop(.unauthenticated) }
        return try await page(call, concerning: concernsMe) {
            try await Announcements.answers(call, $0)
        }
    }

    /// Writes a page of meetings that concern the person, or the one it acts for.
    static func agenda(_ call: Call) async throws -> Response {
        try await page(call, concerning: true) { try await call.answers($0) }
    }

    private static func page(
        _ call: Call, concerning: Bool, _ read: ([SQL]) async throws -> Answers
    ) async throws -> Response {
        let (window, after, limit) = (try window(call), try place(call), call.limit())
        let place = call.text("place").flatMap { UUID($0) }
        let list = concerning ? OccurrenceLists.concerning : OccurrenceLists.page
        let statement = list(window, place, call.text("kind"), after, limit + 1)
        let answers = try await read([statement])
        var (last, count) = (OccurrencePlace(), 0)
        var json = JSONWriter(capacity: 16 * 1024)
        json.beginObject()
        json.key("occurrences")
        json.beginArray()
        try answers.forEachRow(0) { cells throws(PostgresError) in
            count += 1
            guard count <= limit else { return }
            json.beginObject()
            last = try OccurrenceRow.write(&cells, to: &json)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        if count == 0 {
            let here = try await read([EstateHere().sql])
            guard here.rowCount(0) == 1 else { throw Stop(.notFound) }
        }
        var response = Response(.ok, "application/json", json.bytes)
        if count > limit {
            let next = Cursor(
                window.lowerBound.microseconds, window.upperBound.microseconds,
                last.begins.microseconds, id: last.id)
            response.add("Link", try call.link(next: next))
        }
        return response
    }

    /// The window that is asked for: from now on for two months, unless said otherwise.
    ///
    /// A later page has the window of the first.
    private static func window(_ call: Call) throws(Stop) -> Range<Instant> {
        if let cursor = try call.cursor() {
            guard cursor.numbers.count == 3, cursor.numbers[0] < cursor.numbers[1] else {
                throw Stop(.cursorInvalid)
            }
            return Instant(
                microseconds: cursor.numbers[0])..<Instant(
                    microseconds: cursor.numbers[1])
        }
        let from = call.text("from").flatMap { Instant($0) } ?? call.context.clock.now()
        let until =
            call.text("until").flatMap { Instant($0) } ?? from + .seconds(86_400 * windowDays)
        guard from < until, until - from <= .seconds(86_400 * windowDaysMax) else {
            throw Stop(Problem(.invalid, faults: [Problem.Fault("until", windowAdvice)]))
        }
        return from..<until
    }

    private static func place(_ call: Call) throws(Stop) -> OccurrencePlace {
        guard let cursor = try call.cursor() else { return OccurrencePlace() }
        guard cursor.numbers.count == 3, let id = cursor.id else { throw Stop(.cursorInvalid) }
        return OccurrencePlace(id: id, begins: Instant(microseconds: cursor.numbers[2]))
    }

    private static let windowAdvice = Text(
        zh: "until 须晚于 from，最多相差 366 天。", en: "Let until be after from, by 366 days at most.")

    /// Writes one meeting.
    ///
    /// Its tag names the version of what an organiser edits: what is free changes without it, so it
    /// answers no If-None-Match.
    static func one(_ call: Call) async throws -> Response {
        let one = OneOccurrence(id: call.id("occurrence"))
        guard let row = try await Announcements.answers(call, [one.sql]).rows(0, one).first else {
            throw Stop(.notFound)
        }
        return Response(.ok, "application/json", row.json)
            .adding("ETag", ETag(version: Int64(row.version)).description)
    }
}
