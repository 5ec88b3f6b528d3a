internal import Platform
internal import Realtime

/// One activity that the principal may see.
struct OneActivity: Statement {
    var id: UUID

    var sql: SQL {
        """
        SELECT \(literal: ActivityRow.columns)
        FROM linli.activity AS a
        WHERE a.estate_id = (SELECT linli.estate_id())
            AND a.id = (SELECT linli.readable_activity(\(id)))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> ActivityRow {
        try ActivityRow(&cells)
    }
}

/// Whether the principal may see an activity: its id again, or no row.
struct ReadableActivity: Statement {
    var id: UUID

    var sql: SQL {
        """
        SELECT a.id
        FROM linli.activity AS a
        WHERE a.estate_id = (SELECT linli.estate_id())
            AND a.id = (SELECT linli.readable_activity(\(id)))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}

/// One activity, and whether the principal looks after it; held to the transaction's end if so.
struct TakeActivity: Statement {
    var id: UUID

    var sql: SQL {
        """
        SELECT \(literal: ActivityRow.columns)
        FROM linli.activity AS a
        WHERE a.estate_id = (SELECT linli.estate_id())
            AND a.id = (SELECT linli.readable_activity(\(id)))
            AND linli.is_steward(a.id)
        FOR NO KEY UPDATE OF a
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> ActivityRow {
        try ActivityRow(&cells)
    }
}

/// What may be said to these keys, and what of the places there is.
struct MayInvite: Statement {
    struct Row {
        var isAllowed: Bool
        /// How many of the places addressed are buildings and stairs here.
        var addressedCount: Int64
        /// Whether the activity's own place is one of the estate that people meet at.
        var isPlaceKnown: Bool
    }

    var address: Address
    var place: ActivityPlace

    var sql: SQL {
        """
        SELECT linli.announceable(\(address.keys), linli.own_activity_keys()),
            (SELECT count(*) FROM linli.place AS p
                WHERE p.estate_id = (SELECT linli.estate_id())
                    AND p.id = ANY (\(address.places))
                    AND p.kind IN ('building', 'stair')),
            \(place.id)::uuid IS NULL OR EXISTS (
                SELECT
                FROM linli.place AS p
                WHERE p.estate_id = (SELECT linli.estate_id()) AND p.id = \(place.id)
                    AND p.kind IN ('building', 'stair', 'public'))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            isAllowed: try cells.read(), addressedCount: try cells.read(),
            isPlaceKnown: try cells.read())
    }
}

/// Writes a new draft of the principal, or the published later part of an activity.
struct InsertActivity: Command {
    var id: UUID
    var content: ActivityContent
    /// The activity whose later meetings it takes, as it is.
    var splitFrom: ActivityRow?
    /// Who organises it; `nil`: the principal.
    var organiser: UUID?

    var sql: SQL {
        let audience = content.address.addressees.flatMap(\.audience.keys)
        let (words, place, seats) = (content.words, content.place, content.seats)
        let (schedule, window) = (content.schedule, content.window)
        return """
            INSERT INTO linli.activity (estate_id, id, state, kind, meant_for, addressed, audience,
                title_zh, body_zh, title_en, body_en, place_id, place_text, cost_note, bring,
                accessibility, accessibility_note, starts_local, minutes, rrule, days, exdates,
                kinds, totals, overall, cancel_minutes, offer_minutes, waiting_max, opens_minutes,
                closes_minutes, organiser_id, created_at, published_at, changed_at, changed_by,
                split_from)
            VALUES (linli.estate_id(), \(id), \(splitFrom == nil ? "draft" : "published"),
                \(content.kind), \(content.meantFor), \(content.address.keys), \(audience),
                \(words.titleZh), \(words.bodyZh), \(words.titleEn), \(words.bodyEn), \(place.id),
                \(place.words), \(content.costNote), \(content.bring), \(content.accessibility),
                \(content.accessibilityNote), \(schedule.starts), \(schedule.minutes),
                \(schedule.rule), \(schedule.days.rawValue), \(schedule.exceptions), \(seats.kinds),
                \(seats.totals), \(seats.overall), \(seats.cancelMinutes), \(seats.offerMinutes),
                \(seats.waitingMax), \(window.opensMinutes), \(window.closesMinutes),
                coalesce(\(organiser), linli.person_id()), linli.instant(),
                \(splitFrom?.publishedAt), linli.instant(), linli.person_id(), \(splitFrom?.id))
            """
    }
}

/// Makes the principal the organiser of a new thing.
struct LeadActivity: Command {
    var id: UUID

    var sql: SQL {
        """
        INSERT INTO linli.steward (estate_id, thing_id, person_id, is_lead, since)
        VALUES (linli.estate_id(), \(id), linli.person_id(), true, linli.instant())
        """
    }
}

/// Says it anew; V0060 keeps what it said and counts.
struct ChangeActivity: Command {
    var id: UUID
    var content: ActivityContent

    var sql: SQL {
        let audience = content.address.addressees.flatMap(\.audience.keys)
        let (words, place, seats) = (content.words, content.place, content.seats)
        let (schedule, window) = (content.schedule, content.window)
        return """
            UPDATE linli.activity
            SET kind = \(content.kind), meant_for = \(content.meantFor),
                addressed = \(content.address.keys), audience = \(audience),
                title_zh = \(words.titleZh), body_zh = \(words.bodyZh),
                title_en = \(words.titleEn), body_en = \(words.bodyEn), place_id = \(place.id),
                place_text = \(place.words), cost_note = \(content.costNote),
                bring = \(content.bring), accessibility = \(content.accessibility),
                accessibility_note = \(content.accessibilityNote),
                starts_local = \(schedule.starts), minutes = \(schedule.minutes),
                rrule = \(schedule.rule), days = \(schedule.days.rawValue),
                exdates = \(schedule.exceptions), kinds = \(seats.kinds), totals = \(seats.totals),
                overall = \(seats.overall), cancel_minutes = \(seats.cancelMinutes),
                offer_minutes = \(seats.offerMinutes), waiting_max = \(seats.waitingMax),
                opens_minutes = \(window.opensMinutes), closes_minutes = \(window.closesMinutes)
            WHERE estate_id = (SELECT linli.estate_id()) AND id = \(id)
            """
    }
}

/// Makes a draft an activity.
struct PublishActivity: Command {
    var id: UUID

    var sql: SQL {
        """
        UPDATE linli.activity
        SET state = 'published', published_at = linli.instant()
        WHERE estate_id = (SELECT linli.estate_id()) AND id = \(id)
        """
    }
}

/// Calls it off, for a reason.
struct CancelActivity: Command {
    var id: UUID
    var because: String

    var sql: SQL {
        """
        UPDATE linli.activity
        SET state = 'cancelled', cancelled_at = linli.instant(), cancelled_because = \(because)
        WHERE estate_id = (SELECT linli.estate_id()) AND id = \(id)
        """
    }
}

/// For each earlier version, the names of what the current one says otherwise.
struct ActivityChangedSince: Statement {
    var id: UUID

    var sql: SQL {
        """
        SELECT v.version, ARRAY(
            SELECT was.key
            FROM jsonb_each(v.said) AS was
            WHERE was.value IS DISTINCT FROM to_jsonb(a) -> was.key
            ORDER BY was.key)
        FROM linli.activity_version AS v
        JOIN linli.activity AS a ON a.estate_id = v.estate_id AND a.id = v.activity_id
        WHERE v.estate_id = (SELECT linli.estate_id()) AND v.activity_id = \(id)
        ORDER BY v.version DESC
        LIMIT 50
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (version: Int32, names: [String]) {
        (try cells.read(), try cells.read())
    }
}

/// Instants of times on the estate's clock, in order; PostgreSQL knows the zone.
struct InstantsOf: Statement {
    var times: [LocalTime]

    var sql: SQL {
        """
        SELECT t.time AT TIME ZONE e.zone
        FROM linli.estate AS e
        CROSS JOIN unnest(\(times)) WITH ORDINALITY AS t (time, number)
        WHERE e.estate_id = (SELECT linli.estate_id())
        ORDER BY t.number
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Instant { try cells.read() }
}
