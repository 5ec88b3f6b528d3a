internal import Platform
internal import Realtime

/// One inbox of an account, however many estates it is in.
enum AccountInbox {
    /// Writes a page of what the account has not read in any estate, and the counts of each.
    ///
    /// One round trip. Where an office above estates has opened one that the account has not entered
    /// yet, it enters first: that happens once for each estate.
    static func page(_ call: Call) async throws -> Response {
        let (place, limit) = (try Announcements.place(call), call.limit())
        let page = AnnouncementLists.unreadEverywhere(after: place, count: limit + 1)
        let statements = [page, AccountUnread().sql, EstatesToEnter().sql]
        var answers = try await call.answers(statements)
        let closed = try answers.rows(2, EstatesToEnter())
        if !closed.isEmpty, let account = answers.identity?.account {
            let sessions = Sessions(
                database: call.database, clock: call.context.clock, ids: call.context.ids)
            try await sessions.enter(closed, as: account)
            answers = try await call.answers(statements)
        }
        let estates = try answers.rows(1, AccountUnread())
        return try Announcements.write(answers, limit, call) { cells, json throws(PostgresError) in
            try cells.write("estate", to: &json)
        } after: { json in
            json.key("estates")
            json.beginArray()
            for estate in estates { json.raw(estate.json) }
            json.endArray()
            json.member("unread", estates.reduce(0) { $0 + $1.unread })
        }.response
    }
}

extension AnnouncementLists {
    /// A page of what is unread in all estates of the account that asks, each with its estate.
    static func unreadEverywhere(after place: AnnouncementPlace, count: Int64) -> SQL {
        """
        SELECT \(literal: columns), a.estate_id
        FROM linli.account_inbox(
            \(place.isPinned), \(place.publishedAt), \(place.id), \(count)) AS a
        ORDER BY a.is_pinned DESC, a.published_at DESC, a.id DESC
        LIMIT \(count)
        """
    }
}

/// The estates that the account is in, by name, and how much it has not read in each.
struct AccountUnread: Statement {
    /// No more are counted in one estate.
    static let countMax: Int64 = 1000

    struct Row {
        var unread: Int64
        var json: [UInt8]
    }

    var sql: SQL {
        """
        SELECT e.estate_id, e.code, e.name_zh, e.name_en, own.unread
        FROM linli.account_unread(\(Self.countMax)) AS own
        JOIN linli.estate AS e ON e.estate_id = own.estate_id
        ORDER BY e.estate_id
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        for name in ["id", "code", "name_zh", "name_en"] { try cells.write(name, to: &json) }
        let unread = try cells.read(Int64.self)
        json.member("unread", unread)
        json.endObject()
        return Row(unread: unread, json: json.bytes)
    }
}

/// The estates that an office above opens to the account, and where it has no person yet.
struct EstatesToEnter: Statement {
    var sql: SQL {
        """
        SELECT own
        FROM linli.own_estates() AS own
        WHERE NOT EXISTS (
            SELECT
            FROM linli.person AS p
            WHERE p.estate_id = own AND p.account_id = (SELECT linli.account_id()))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}
