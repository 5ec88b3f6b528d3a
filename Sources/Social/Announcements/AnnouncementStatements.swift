internal import Platform
internal import Realtime

/// Where a page of announcements ended.
struct AnnouncementPlace {
    var isPinned = true
    var publishedAt = Instant.latest
    var id = UUID(high: .max, low: .max)
}

/// A row of announcements, straight from cells to JSON.
enum AnnouncementRow {
    /// Writes the members of an announcement, and returns where it stands.
    static func write(
        _ cells: inout Cells, to json: inout JSONWriter
    ) throws(PostgresError) -> AnnouncementPlace {
        let id = try cells.read(UUID.self)
        json.member("id", id)
        try cells.write("version", to: &json)
        json.key("audience")
        json.beginArray()
        for addressee in Address(keys: try cells.read()).addressees { addressee.write(to: &json) }
        json.endArray()
        try cells.write("title_zh", to: &json)
        try cells.write("body_zh", to: &json)
        try cells.writeIfPresent("title_en", to: &json)
        try cells.writeIfPresent("body_en", to: &json)
        try cells.write("begins", to: &json)
        try cells.write("ends", to: &json)
        let isPinned = try cells.read(Bool.self)
        json.member("is_pinned", isPinned)
        let publishedAt = try cells.read(Instant.self)
        json.member("published_at", publishedAt)
        try cells.write("published_as", to: &json)
        try cells.write("changed_at", to: &json)
        try cells.writeIfPresent("withdrawn_at", to: &json)
        try cells.writeIfPresent("withdrawn_because", to: &json)
        return AnnouncementPlace(isPinned: isPinned, publishedAt: publishedAt, id: id)
    }
}

enum AnnouncementLists {
    /// The columns that `AnnouncementRow.write` reads, of `a`.
    static let columns: StaticString = """
        a.id, a.version, a.addressed, a.title_zh, a.body_zh, a.title_en, a.body_en, a.begins,
            a.ends, a.is_pinned, a.published_at, a.published_as::text, a.changed_at,
            a.withdrawn_at, a.withdrawn_because
        """

    /// A page of what the reader may see, the pinned first and then the latest; if `isWhole`, for
    /// those who may publish, also what is not live.
    static func page(after place: AnnouncementPlace, count: Int64, isWhole: Bool) -> SQL {
        """
        SELECT \(literal: columns), r.version IS NOT DISTINCT FROM a.version
        FROM linli.announcement AS a
        LEFT JOIN linli.announcement_receipt AS r
            ON r.estate_id = a.estate_id AND r.announcement_id = a.id
                AND r.person_id = (SELECT linli.person_id())
        WHERE a.estate_id = (SELECT linli.estate_id())
            AND (a.is_pinned, a.published_at, a.id)
                < (\(place.isPinned), \(place.publishedAt), \(place.id))
            AND (\(isWhole) OR (a.withdrawn_at IS NULL
                AND a.begins <= (SELECT linli.instant())
                AND a.ends > (SELECT linli.instant())))
        ORDER BY a.is_pinned DESC, a.published_at DESC, a.id DESC
        LIMIT \(count)
        """
    }

    /// A page of what the reader, or the one it acts for, has not read, the latest first.
    static func unread(after place: AnnouncementPlace, count: Int64) -> SQL {
        """
        SELECT \(literal: columns), false
        FROM linli.unread_announcement AS a
        WHERE (a.is_pinned, a.published_at, a.id)
            < (\(place.isPinned), \(place.publishedAt), \(place.id))
        ORDER BY a.is_pinned DESC, a.published_at DESC, a.id DESC
        LIMIT \(count)
        """
    }

    /// What one announcement said before a version, the latest first.
    static func history(of id: UUID, before version: Int32) -> SQL {
        """
        SELECT version, title_zh, body_zh, title_en, body_en, begins, ends, is_pinned, changed_at
        FROM linli.announcement_version
        WHERE estate_id = (SELECT linli.estate_id()) AND announcement_id = \(id)
            AND version < \(version)
        ORDER BY version DESC
        LIMIT 50
        """
    }
}

/// One announcement as JSON, without the brackets of the object, and its version.
struct OneAnnouncement: Statement {
    var id: UUID

    var sql: SQL {
        """
        SELECT \(literal: AnnouncementLists.columns), a.version
        FROM linli.announcement AS a
        WHERE a.estate_id = (SELECT linli.estate_id())
            AND a.id = (SELECT linli.readable_announcement(\(id)))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (version: Int32, json: [UInt8]) {
        var json = JSONWriter(capacity: 2048)
        json.beginObject()
        _ = try AnnouncementRow.write(&cells, to: &json)
        json.endObject()
        return (try cells.read(), json.bytes)
    }
}

/// Whether the person may speak to these keys, in which role, and how many of the places there are.
struct MayAnnounce: Statement {
    struct Row {
        var isAllowed: Bool
        var role: String?
        var placeCount: Int64
    }

    var address: Address

    var sql: SQL {
        """
        SELECT linli.announceable(\(address.keys), linli.own_announcement_keys()),
            (SELECT own.role FROM linli.own_roles() AS own
                WHERE own.role IN ('residents_committee', 'owners_committee', 'property_manager',
                    'stair_leader')
                ORDER BY own.place_id IS NOT NULL, own.role
                LIMIT 1),
            (SELECT count(*) FROM linli.place AS p
                WHERE p.estate_id = (SELECT linli.estate_id())
                    AND p.id = ANY (\(address.places))
                    AND p.kind IN ('building', 'stair'))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(isAllowed: try cells.read(), role: try cells.read(), placeCount: try cells.read())
    }
}

/// Writes a new announcement of the principal.
struct InsertAnnouncement: Command {
    var id: UUID
    var address: Address
    var audience: [EventAudience]
    var wording: Wording
    var role: String

    var sql: SQL {
        """
        INSERT INTO linli.announcement (estate_id, id, addressed, audience, title_zh, body_zh,
            title_en, body_en, begins, ends, is_pinned, published_at, published_by, published_as,
            changed_at, changed_by)
        VALUES (linli.estate_id(), \(id), \(address.keys), \(audience.flatMap(\.keys)),
            \(wording.titleZh), \(wording.bodyZh), \(wording.titleEn), \(wording.bodyEn),
            coalesce(\(wording.begins), linli.instant()), \(wording.ends), \(wording.isPinned),
            linli.instant(), linli.person_id(), \(role), linli.instant(), linli.person_id())
        """
    }
}

/// Takes an announcement that the principal may change, and holds it to the transaction's end.
struct TakeAnnouncement: Statement {
    struct Row {
        var version: Int32
        var addressed: [String]
        var publisher: UUID
        var begins: Instant
        var isWithdrawn: Bool
    }

    var id: UUID

    var sql: SQL {
        """
        SELECT version, addressed, published_by, begins, withdrawn_at IS NOT NULL
        FROM linli.announcement
        WHERE estate_id = (SELECT linli.estate_id())
            AND id = (SELECT linli.readable_announcement(\(id)))
        FOR UPDATE
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            version: try cells.read(), addressed: try cells.read(), publisher: try cells.read(),
            begins: try cells.read(), isWithdrawn: try cells.read())
    }
}

/// For each earlier version, what the current one says otherwise.
struct ChangedSince: Statement {
    var id: UUID

    var sql: SQL {
        """
        SELECT v.version, array_remove(ARRAY[
            CASE WHEN v.title_zh <> a.title_zh THEN 'title_zh' END,
            CASE WHEN v.body_zh <> a.body_zh THEN 'body_zh' END,
            CASE WHEN v.title_en IS DISTINCT FROM a.title_en THEN 'title_en' END,
            CASE WHEN v.body_en IS DISTINCT FROM a.body_en THEN 'body_en' END,
            CASE WHEN v.begins <> a.begins THEN 'begins' END,
            CASE WHEN v.ends <> a.ends THEN 'ends' END,
            CASE WHEN v.is_pinned <> a.is_pinned THEN 'is_pinned' END], NULL)
        FROM linli.announcement_version AS v
        JOIN linli.announcement AS a
            ON a.estate_id = v.estate_id AND a.id = v.announcement_id
        WHERE v.estate_id = (SELECT linli.estate_id()) AND v.announcement_id = \(id)
        ORDER BY v.version DESC
        LIMIT 50
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (version: Int32, names: [String]) {
        (try cells.read(), try cells.read())
    }
}

/// Says it anew; V0030 keeps what it said and counts.
struct CorrectAnnouncement: Command {
    var id: UUID
    var wording: Wording

    var sql: SQL {
        """
        UPDATE linli.announcement
        SET title_zh = \(wording.titleZh), body_zh = \(wording.bodyZh),
            title_en = \(wording.titleEn), body_en = \(wording.bodyEn),
            begins = coalesce(\(wording.begins), begins), ends = \(wording.ends),
            is_pinned = \(wording.isPinned)
        WHERE estate_id = (SELECT linli.estate_id()) AND id = \(id)
        """
    }
}

/// Takes it back, for a reason.
struct WithdrawAnnouncement: Command {
    var id: UUID
    var because: String

    var sql: SQL {
        """
        UPDATE linli.announcement
        SET withdrawn_at = linli.instant(), withdrawn_because = \(because)
        WHERE estate_id = (SELECT linli.estate_id()) AND id = \(id)
        """
    }
}

/// Notes that the principal, or the one it acts for, has read the current version; no row when there
/// is nothing to read.
struct GiveReceipt: Statement {
    struct Row {
        var version: Int32
        /// Whether it was not read before.
        var isNews: Bool
    }

    var id: UUID

    var sql: SQL {
        """
        WITH seen AS MATERIALIZED (
            SELECT a.estate_id, a.id, a.version
            FROM linli.announcement AS a
            WHERE a.estate_id = (SELECT linli.estate_id())
                AND a.id = (SELECT linli.readable_announcement(\(id)))
        ), given AS (
            INSERT INTO linli.announcement_receipt AS r
                (estate_id, announcement_id, person_id, version, read_at)
            SELECT seen.estate_id, seen.id, linli.subject_id(), seen.version, linli.instant()
            FROM seen
            ON CONFLICT ON CONSTRAINT announcement_receipt_pkey DO UPDATE
            SET version = excluded.version, read_at = excluded.read_at
            WHERE r.version < excluded.version
            RETURNING r.version
        )
        SELECT seen.version, EXISTS (SELECT FROM given)
        FROM seen
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(version: try cells.read(), isNews: try cells.read())
    }
}

/// How far an announcement has come, for those who may publish it; counts that are hidden from its
/// reader are left out.
struct AnnouncementReaders: Statement {
    var id: UUID

    var sql: SQL {
        """
        SELECT version, persons, households_read, households_current, households_addressed
        FROM linli.announcement_readers(\(id))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] {
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        try cells.write("version", to: &json)
        for name in ["persons", "households_read", "households_current", "households_addressed"] {
            try cells.writeIfPresent(name, to: &json)
        }
        json.endObject()
        return json.bytes
    }
}

/// The estates that are served.
struct PublicEstates: Statement {
    var after: UUID
    var count: Int64

    var sql: SQL {
        """
        SELECT estate_id, code, name_zh, name_en
        FROM linli.public_estates(\(after), \(Int32(count)))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (id: UUID, json: [UInt8]) {
        let id = try cells.read(UUID.self)
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        json.member("id", id)
        try cells.write("code", to: &json)
        try cells.write("name_zh", to: &json)
        try cells.write("name_en", to: &json)
        json.endObject()
        return (id, json.bytes)
    }
}

/// The estate that the principal acts in, if there is one of this id.
struct EstateHere: Statement {
    var sql: SQL { "SELECT estate_id FROM linli.estate WHERE estate_id = linli.estate_id()" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}
