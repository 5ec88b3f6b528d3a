internal import Platform

/// A meeting that is about to be laid down.
struct NewOccurrence {
    var id: UUID
    var capacity: UUID
    var starts: LocalTime
    var term: Range<Instant>
}

/// Lays down the meetings of an activity that the principal looks after, in one statement.
struct InsertOccurrences: Command {
    var activity: UUID
    var content: ActivityContent
    var occurrences: [NewOccurrence]

    var sql: SQL {
        let audience = content.address.addressees.flatMap(\.audience.keys)
        return """
            INSERT INTO linli.activity_occurrence (estate_id, id, activity_id, recurrence, begins,
                ends, kind, audience, place_id, place_text, capacity_id, changed_at, changed_by)
            SELECT linli.estate_id(), o.id, \(activity), o.recurrence, o.begins, o.ends,
                \(content.kind), \(audience), \(content.place.id), \(content.place.words),
                o.capacity, linli.instant(), linli.person_id()
            FROM unnest(\(occurrences.map(\.id)), \(occurrences.map(\.capacity)),
                \(occurrences.map(\.starts)), \(occurrences.map(\.term.lowerBound)),
                \(occurrences.map(\.term.upperBound)))
                AS o (id, capacity, recurrence, begins, ends)
            """
    }
}

/// Gives meetings new times and places, in one statement; each says so in its sequence.
struct MoveOccurrences: Command {
    struct Move {
        var id: UUID
        var term: Range<Instant>
        var place: ActivityPlace
    }

    var moves: [Move]

    var sql: SQL {
        """
        UPDATE linli.activity_occurrence AS o
        SET begins = m.begins, ends = m.ends, place_id = m.place_id, place_text = m.place_text,
            sequence = o.sequence + 1
        FROM unnest(\(moves.map(\.id)), \(moves.map(\.term.lowerBound)),
            \(moves.map(\.term.upperBound)), \(moves.map(\.place.id)), \(moves.map(\.place.words)))
            AS m (id, begins, ends, place_id, place_text)
        WHERE o.estate_id = (SELECT linli.estate_id()) AND o.id = m.id
        """
    }
}

/// Copies to the coming meetings what feeds read of their activity.
struct FollowActivity: Command {
    var activity: UUID
    var content: ActivityContent
    var occurrences: [UUID]

    var sql: SQL {
        let audience = content.address.addressees.flatMap(\.audience.keys)
        return """
            UPDATE linli.activity_occurrence AS o
            SET kind = \(content.kind), audience = \(audience)
            WHERE o.estate_id = (SELECT linli.estate_id()) AND o.activity_id = \(activity)
                AND o.id = ANY (\(occurrences))
                AND (o.kind <> \(content.kind) OR o.audience <> \(audience))
            """
    }
}

/// Gives one meeting words of its own, and notes what it has of its own.
struct OverrideOccurrence: Command {
    var id: UUID
    /// `nil` leaves the words as they are.
    var words: ActivityWords?
    var overrides: [String]
    /// Whether its guests must know.
    var countsUp: Bool

    var sql: SQL {
        """
        UPDATE linli.activity_occurrence
        SET title_zh = coalesce(\(words?.titleZh), title_zh),
            body_zh = coalesce(\(words?.bodyZh), body_zh),
            title_en = CASE WHEN \(words == nil) THEN title_en ELSE \(words?.titleEn) END,
            body_en = CASE WHEN \(words == nil) THEN body_en ELSE \(words?.bodyEn) END,
            overrides = \(overrides),
            sequence = sequence + CASE WHEN \(countsUp) THEN 1 ELSE 0 END
        WHERE estate_id = (SELECT linli.estate_id()) AND id = \(id)
        """
    }
}

/// Calls meetings off, for a reason; each says so in its sequence.
struct CancelOccurrences: Command {
    var ids: [UUID]
    var because: String

    var sql: SQL {
        """
        UPDATE linli.activity_occurrence
        SET state = 'cancelled', cancelled_at = linli.instant(), cancelled_because = \(because),
            sequence = sequence + 1
        WHERE estate_id = (SELECT linli.estate_id()) AND id = ANY (\(ids)) AND state = 'scheduled'
        """
    }
}

/// Who holds places at capacities or waits for them, and who answers for them; each once.
struct Concerned: Statement {
    var capacities: [UUID]

    var sql: SQL {
        """
        SELECT r.capacity_id, array_agg(DISTINCT p.id)
        FROM linli.reservation AS r
        LEFT JOIN linli.reservation_member AS m
            ON m.estate_id = r.estate_id AND m.reservation_id = r.id AND m.is_live
        CROSS JOIN LATERAL (VALUES (r.holder_id), (m.person_id)) AS p (id)
        WHERE r.estate_id = (SELECT linli.estate_id())
            AND r.capacity_id = ANY (\(capacities)) AND r.state <> 'ended' AND p.id IS NOT NULL
        GROUP BY r.capacity_id
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (capacity: UUID, persons: [UUID]) {
        (try cells.read(), try cells.read())
    }
}

/// Tells the guests of an activity's coming meetings of an event that this transaction has just
/// written about it.
///
/// Whoever was told of the event before is told once.
struct NotifyGuests: Command {
    private let kind: NoticeKind
    private let event: UUID
    private let activity: UUID

    /// A notice of `event`, for guests whom the doer need not know.
    init(_ kind: NoticeKind, of event: UUID, at activity: UUID) {
        self.kind = kind
        self.event = event
        self.activity = activity
    }

    var sql: SQL {
        "SELECT linli.notify_guests(\(event), \(kind.rawValue), \(activity))"
    }
}
