internal import Platform
internal import Realtime

/// The calendar at a link's address.
///
/// It is read as the link's person at this moment, so that row-level security decides what is in it.
enum CalendarFeed {
    /// Where the addresses are.
    static let folder = "/calendars"
    /// RFC 5545 §8.1.
    static let mediaType = "text/calendar; charset=utf-8"
    /// How far back it goes, in days.
    static let pastDays: Int64 = 90
    /// How far ahead it goes, in days.
    static let comingDays: Int64 = 400
    /// Most events of it that have begun, and most that have not: 1,000 in all.
    static let pastMax: Int32 = 200
    static let comingMax: Int32 = 800
    /// How long one's own meeting stays, cancelled, after one has left it, in days.
    static let leftDays: Int64 = 30
    /// Most characters of what an activity says; the rest is on its page.
    static let bodyMax = 500
    /// How long a program may go without asking, in seconds.
    static let freshSeconds = 300

    /// Writes the calendar; unknown, revoked and a person who is here no more are one 404.
    static func read(_ call: Call, on shard: isolated Shard) async throws -> Response {
        guard let file = call.parameters["file"]?.text,
            let secret = CalendarSecret(file: file),
            let link = try await call.database.read(.none, LiveCalendarLink(hash: secret.hash))
                .first
        else { throw Stop(.notFound) }
        let now = call.context.clock.now()
        let principal = Principal.person(
            estate: link.estate, person: link.person, account: link.account)
        let today = Day(daysSinceEpoch: Int32(clamping: now.microseconds / 86_400_000_000))
        let head = CalendarHead(link: link.id, today: today)
        let (heads, entries) = try await entries(of: link, principal, head, at: now, call.database)
        guard let head = heads.first else { throw Stop(.notFound) }
        if head.isFirstToday {
            try await call.database.write(principal) { tx in
                _ = try await tx.finish(TouchCalendarLink(id: link.id, today: today).sql)
            }
        }
        let words = CalendarWords(
            site: "\(call.site)/#/estates/\(link.estate)",
            domain: "\(head.code.lowercased()).linli", language: head.language)
        let written: Written
        do {
            // Some milliseconds for a thousand events: others on this loop do not wait for them.
            written = try await shard.offLoop {
                try Written(
                    ICalendar(
                        name: words.name(of: link.kind, head), zone: zone(head.zone, around: now),
                        events: entries.map(words.event)))
            }
        } catch {
            guard case .failed(let fault) = error else { throw Stop(.unavailable) }
            throw fault
        }
        return answer(written, call)
    }

    /// A calendar as bytes, and their tag.
    private struct Written {
        let bytes: [UInt8]
        let tag: ETag

        init(_ calendar: ICalendar) {
            bytes = ICalendarWriter.bytes(of: calendar)
            tag = ETag(digest: Hex.encoded(SHA256.digest(of: bytes)))
        }
    }

    private static func entries(
        of link: LiveCalendarLink.Row, _ principal: Principal, _ head: CalendarHead,
        at now: Instant, _ database: Database
    ) async throws -> ([CalendarHead.Row], [CalendarEntry]) {
        let window =
            now - .seconds(pastDays * 86_400)..<now + .seconds(comingDays * 86_400)
        switch link.kind {
        case .personal:
            let own = PersonalEntries(window: window)
            let (heads, entries) = try await database.read(principal, head, own)
            return (heads, entries.sorted { ($0.begins, $0.id) < ($1.begins, $1.id) })
        case .estate:
            return try await database.read(principal, head, EstateEntries(window: window))
        case .venue:
            guard let place = link.place else { return ([], []) }
            return try await database.read(
                principal, head, VenueEntries(place: place, window: window))
        }
    }

    /// The rules of whole years, so that they, and the tag, stay the same from day to day.
    private static func zone(_ name: String, around now: Instant) throws -> ZoneRules {
        try zone(
            name, from: now - .seconds(pastDays * 86_400),
            until: now + .seconds(comingDays * 86_400))
    }

    /// The rules of a zone in the years of these instants, and some days around them.
    static func zone(
        _ name: String, from start: Instant, until end: Instant
    ) throws -> ZoneRules {
        func year(_ instant: Instant, days: Int) -> Int {
            Day(daysSinceEpoch: Int32(clamping: instant.microseconds / 86_400_000_000))
                .adding(days: days).civil.year
        }
        let first = year(start, days: -15)
        let last = year(end, days: 15)
        guard let begin = Day(year: first, month: 1, day: 1),
            let end = Day(year: last, month: 12, day: 31),
            let rules = ZoneRules(name, from: begin, until: end)
        else { throw CalendarFault.zoneUnknown }
        return rules
    }

    /// The bytes, or that they are those that the client has.
    ///
    /// The tag is weak, since they may go squeezed.
    private static func answer(_ written: Written, _ call: Call) -> Response {
        let (bytes, tag) = (written.bytes, written.tag)
        let isKnown = call.request.field("if-none-match").map { tag.isListed(in: $0) } ?? false
        return (isKnown ? Response(.notModified) : Response(.ok, mediaType, bytes))
            .adding("ETag", "W/\(tag)")
            .adding("Cache-Control", "private, max-age=\(freshSeconds)")
    }
}

/// What keeps a calendar from being written.
enum CalendarFault: Error {
    /// The estate's zone is not in tzdata.
    case zoneUnknown
}

/// Whose link a secret opens; no row if it opens none.
struct LiveCalendarLink: Statement {
    struct Row {
        var estate: UUID
        var id: UUID
        var person: UUID
        var account: UUID
        var kind: CalendarKind
        var place: UUID?
    }

    var hash: [UInt8]

    var sql: SQL {
        """
        SELECT estate_id, link_id, person_id, account_id, kind, place_id
        FROM linli.live_calendar_link(\(hash))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            estate: try cells.read(), id: try cells.read(), person: try cells.read(),
            account: try cells.read(),
            kind: CalendarKind(rawValue: try cells.read()) ?? .personal, place: try cells.read())
    }
}

/// What a calendar says of itself; no row once the link is revoked.
struct CalendarHead: Statement {
    struct Row {
        var code: String
        var estateName: Text
        var zone: String
        var language: Language
        var placeName: Text?
        /// Whether it was not read today before.
        var isFirstToday: Bool
    }

    var link: UUID
    var today: Day

    var sql: SQL {
        """
        SELECT e.code, e.name_zh, e.name_en, e.zone,
            (SELECT a.language FROM linli.account AS a WHERE a.id = (SELECT linli.account_id())),
            p.name_zh, p.name_en, l.last_fetched_on IS NULL OR l.last_fetched_on < \(today)
        FROM linli.calendar_link AS l
        JOIN linli.estate AS e ON e.estate_id = l.estate_id
        LEFT JOIN linli.place AS p ON p.estate_id = l.estate_id AND p.id = l.place_id
        WHERE l.estate_id = (SELECT linli.estate_id()) AND l.id = \(link)
            AND l.revoked_at IS NULL
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        let code: String = try cells.read()
        let name = try Text(zh: cells.read(), en: cells.read())
        let zone: String = try cells.read()
        let language = try cells.read(String?.self).flatMap { Language(rawValue: $0) } ?? .zh
        let place = try Text.placeName(&cells)
        return Row(
            code: code, estateName: name, zone: zone, language: language, placeName: place,
            isFirstToday: try cells.read())
    }
}

/// Notes the day on which a link was read.
private struct TouchCalendarLink: Command {
    var id: UUID
    var today: Day

    var sql: SQL {
        """
        UPDATE linli.calendar_link
        SET last_fetched_on = \(today)
        WHERE estate_id = (SELECT linli.estate_id()) AND id = \(id) AND revoked_at IS NULL
            AND (last_fetched_on IS NULL OR last_fetched_on < \(today))
        """
    }
}

extension Text {
    /// Reads a place's names; an English one that is empty is the Chinese one.
    static func placeName(_ cells: inout Cells) throws(PostgresError) -> Text? {
        let (zh, en) = (try cells.read(String?.self), try cells.read(String?.self))
        guard let zh else { return nil }
        return Text(zh: zh, en: en.flatMap { $0.isEmpty ? nil : $0 } ?? zh)
    }
}
