internal import Platform
internal import Realtime

/// How the titles of one kind of subject are looked up: by their reader's rights, when they are read.
///
/// A feature gives one for each kind of subject that its notices lead to.
struct NoticeTitles: Sendable {
    /// What it names.
    var kind: NoticeSubject.Kind
    /// Selects id, Chinese and English title (which may be NULL) of those of these ids that the
    /// principal may see.
    var sql: @Sendable ([UUID]) -> SQL

    /// One title.
    struct Named: Statement {
        var sql: SQL

        func decode(_ cells: inout Cells) throws(PostgresError) -> (id: UUID, title: Text) {
            let id = try cells.read(UUID.self)
            let zh = try cells.read(String.self)
            return (id, Text(zh: zh, en: try cells.read(String?.self) ?? zh))
        }
    }
}

/// A page of the notices of the person, or of the one it acts for, the latest first.
struct NoticePage: Statement {
    /// One notice as it is stored.
    struct Row {
        var id: UUID
        var kind: String
        var subjectKind: String
        var subject: UUID
        var details: String
        var at: Instant
        var readAt: Instant?
        var until: Text?
        var begins: Text?
    }

    var isUnread: Bool
    var after: UUID
    var count: Int64

    var sql: SQL {
        """
        SELECT n.id, n.kind, n.subject_kind, n.subject_id, n.details::text, n.at, n.read_at,
            to_char(t.until, \(Self.formatZh)), to_char(t.until, \(Self.formatEn)),
            to_char(t.begins, \(Self.formatZh)), to_char(t.begins, \(Self.formatEn))
        FROM linli.notice AS n
        JOIN linli.estate AS e ON e.estate_id = n.estate_id
        CROSS JOIN LATERAL (
            SELECT (n.details ->> 'until')::timestamptz AT TIME ZONE e.zone AS until,
                (n.details ->> 'begins')::timestamptz AT TIME ZONE e.zone AS begins) AS t
        WHERE n.estate_id = (SELECT linli.estate_id())
            AND n.person_id = (SELECT linli.subject_id())
            AND n.id < \(after)\(literal: isUnread ? " AND n.read_at IS NULL" : "")
        ORDER BY n.id DESC
        LIMIT \(count)
        """
    }

    static let formatZh = #"FMMM"月"FMDD"日" HH24:MI"#
    static let formatEn = "FMDD Mon HH24:MI"

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            id: try cells.read(), kind: try cells.read(), subjectKind: try cells.read(),
            subject: try cells.read(), details: try cells.read(), at: try cells.read(),
            readAt: try cells.read(), until: try Self.text(&cells),
            begins: try Self.text(&cells))
    }

    static func text(_ cells: inout Cells) throws(PostgresError) -> Text? {
        let zh = try cells.read(String?.self)
        let en = try cells.read(String?.self)
        guard let zh, let en else { return nil }
        return Text(zh: zh, en: en)
    }
}

/// How many notices are unread; no more than `countMax` are counted.
struct UnreadNotices: Statement {
    static let countMax: Int64 = 1000

    var sql: SQL {
        """
        SELECT count(*)
        FROM (
            SELECT
            FROM linli.notice AS n
            WHERE n.estate_id = (SELECT linli.estate_id())
                AND n.person_id = (SELECT linli.subject_id())
                AND n.read_at IS NULL
            LIMIT \(Self.countMax)) AS counted
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
}

/// Marks one notice as read; no row when there is none, `isNews` when it was not read before.
struct ReceiveNotice: Statement {
    var id: UUID

    var sql: SQL {
        """
        WITH found AS MATERIALIZED (
            SELECT n.read_at
            FROM linli.notice AS n
            WHERE n.estate_id = (SELECT linli.estate_id())
                AND n.person_id = (SELECT linli.subject_id())
                AND n.id = \(id)
        ), given AS (
            UPDATE linli.notice AS n
            SET read_at = linli.instant(), expires_at = linli.instant() + interval '180 days'
            WHERE n.estate_id = (SELECT linli.estate_id())
                AND n.person_id = (SELECT linli.subject_id())
                AND n.id = \(id)
                AND n.read_at IS NULL
            RETURNING n.id
        )
        SELECT EXISTS (SELECT FROM given)
        FROM found
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// Marks those up to one as read, at most `countMax` at a time; how many there were.
struct ReceiveNotices: Statement {
    static let countMax: Int64 = 1000

    var until: UUID

    var sql: SQL {
        """
        WITH given AS (
            UPDATE linli.notice AS n
            SET read_at = linli.instant(), expires_at = linli.instant() + interval '180 days'
            WHERE n.estate_id = (SELECT linli.estate_id())
                AND n.person_id = (SELECT linli.subject_id())
                AND n.id IN (
                    SELECT u.id
                    FROM linli.notice AS u
                    WHERE u.estate_id = (SELECT linli.estate_id())
                        AND u.person_id = (SELECT linli.subject_id())
                        AND u.read_at IS NULL
                        AND u.id <= \(until)
                    ORDER BY u.id DESC
                    LIMIT \(Self.countMax))
                AND n.read_at IS NULL
            RETURNING n.id
        )
        SELECT count(*)
        FROM given
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
}
