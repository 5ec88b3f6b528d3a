internal import Platform
internal import Realtime

/// What a calendar link shows.
enum CalendarKind: String, CaseIterable {
    /// What the person organises, holds or waits for.
    case personal
    /// What the person may see of the estate.
    case estate
    /// When a venue is taken.
    case venue
}

/// The secret of a calendar link, as its address carries it; the database knows its hash alone.
struct CalendarSecret: Hashable, CustomStringConvertible, CustomReflectable {
    /// How many characters of base64url 32 bytes are.
    static let length = 43
    /// What its file is called after the secret.
    static let suffix = ".ics"

    /// SHA-256 of its 32 bytes.
    let hash: [UInt8]
    /// The last segment of its address.
    let file: String

    /// A fresh secret.
    static func random() -> CalendarSecret { CalendarSecret(SecureRandom.bytes(32)) }

    /// Reads the last segment of an address; `nil` when it has not the form of one.
    init?(file: String) {
        guard file.hasSuffix(Self.suffix),
            let bytes = Base64.urlDecoded(file.dropLast(Self.suffix.count)), bytes.count == 32
        else { return nil }
        self.init(bytes)
    }

    private init(_ bytes: [UInt8]) {
        hash = SHA256.digest(of: bytes)
        file = Base64.urlEncoded(bytes) + Self.suffix
    }

    var description: String { "a calendar's secret" }
    var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a calendar link is refused.
extension ProblemKind {
    /// A person has as many as it may.
    static let calendarLinksMax = ProblemKind(
        "calendar-links-max", .conflict,
        Text(zh: "日历链接太多", en: "There are as many calendar links as there may be"),
        Text(
            zh: "每人最多 \(CalendarLinks.liveMax) 个；请先停用不再用的链接。",
            en: "At most \(CalendarLinks.liveMax) a person; revoke one that is used no more."))
}

/// What a person does with its calendar links.
enum CalendarLinks {
    /// Most live links of a person.
    static let liveMax: Int32 = 20

    /// Writes the person's live links, without their secrets.
    static func list(_ call: Call) async throws -> Response {
        let rows = try await call.read(OwnCalendarLinks(count: liveMax))
        return call.json(capacity: 2048) { json in
            json.object { json in
                json.key("links")
                json.array { json in
                    for row in rows { json.raw(row) }
                }
            }
        }
    }

    /// Makes a link, and shows its address once.
    static func make(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        guard let kind = call.body["kind"]?.text.flatMap({ CalendarKind(rawValue: $0) }) else {
            throw Stop(.invalid)
        }
        let place = call.body["place"]?.text.flatMap { UUID($0) }
        guard (kind == .venue) == (place != nil) else { throw refusal(of: venueAlone) }
        let secret = CalendarSecret.random()
        return try await call.write { tx, caller in
            guard let person = caller.person else { throw Stop(.notFound) }
            let make = MakeCalendarLink(id: id, kind: kind, place: place, hash: secret.hash)
            switch try await tx.run(make).first {
            case "made": break
            case "no_venue": throw refusal(of: noVenue)
            default: return .refused(Problem(.calendarLinksMax))
            }
            _ = try await tx.run(change("calendarLink.made", id, of: person, kind, event))
            return .doneWithSecret(
                call.json(.created) { json in
                    json.object { json in
                        json.member("id", id)
                        json.member("kind", kind.rawValue)
                        json.member("place", place)
                        json.member("created_at", tx.instant)
                        json.member("url", "\(call.site)\(CalendarFeed.folder)/\(secret.file)")
                    }
                })
        }
    }

    /// Revokes a link: its address opens nothing from this instant on.
    static func revoke(_ call: Call) async throws -> Response {
        let (id, event) = (call.id("link"), call.context.ids.next())
        return try await call.write { tx, caller in
            guard let person = caller.person,
                let kind = try await tx.run(RevokeCalendarLink(id: id)).first
            else { return .refused(Problem(.notFound)) }
            _ = try await tx.run(
                change("calendarLink.revoked", id, of: person, CalendarKind(rawValue: kind), event))
            return .done(Response(.noContent))
        }
    }

    /// The periodic work that forgets what was revoked 90 days ago.
    static func sweep() -> Job {
        .sweep(name: "calendar-link-sweep", every: .seconds(86_400), [forget])
    }

    /// Forgets those of the job's estate; V0068 lets go of nothing younger.
    static let forget: SQL = """
        DELETE FROM linli.calendar_link
        WHERE estate_id = linli.estate_id()
            AND revoked_at <= linli.instant() - interval '90 days'
        """

    private static func change(
        _ kind: String, _ link: UUID, of person: UUID, _ shows: CalendarKind?, _ event: UUID
    ) -> AppendEvent {
        AppendEvent(
            EventDraft(id: event, kind: kind, audience: [.person(person)], about: [person]) {
                json in
                json.member("link", link)
                json.member("kind", shows?.rawValue)
            })
    }

    private static func refusal(of advice: Text) -> Stop {
        Stop(Problem(.invalid, faults: [Problem.Fault("/place", advice)]))
    }

    private static let venueAlone = Text(
        zh: "kind 为 venue 时须填写场地 place，其他不填。",
        en: "Name the place of a venue's calendar, and of no other.")
    private static let noVenue = Text(
        zh: "请填写一个可预订的场地。", en: "Name a venue: a public place that can be booked.")
}

/// The principal's live links, each as JSON.
private struct OwnCalendarLinks: Statement {
    var count: Int32

    var sql: SQL {
        """
        SELECT id, kind, place_id, created_at, last_fetched_on
        FROM linli.calendar_link
        WHERE estate_id = (SELECT linli.estate_id())
            AND person_id = (SELECT linli.person_id()) AND revoked_at IS NULL
        ORDER BY id
        LIMIT \(count)
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] {
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        try cells.write("id", to: &json)
        try cells.write("kind", to: &json)
        try cells.writeIfPresent("place", to: &json)
        try cells.write("created_at", to: &json)
        json.member("last_fetched_on", try cells.read(Day?.self))
        json.endObject()
        return json.bytes
    }
}

/// Makes a link; what comes is `made`, `full` or `no_venue`.
private struct MakeCalendarLink: Statement {
    var id: UUID
    var kind: CalendarKind
    var place: UUID?
    var hash: [UInt8]

    var sql: SQL {
        """
        SELECT linli.calendar_link_make(\(id), \(kind.rawValue), \(place), \(hash),
            \(CalendarLinks.liveMax))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Revokes a live link of the principal; what comes is its kind.
private struct RevokeCalendarLink: Statement {
    var id: UUID

    var sql: SQL {
        """
        UPDATE linli.calendar_link
        SET revoked_at = linli.instant()
        WHERE estate_id = (SELECT linli.estate_id()) AND id = \(id)
            AND person_id = (SELECT linli.person_id()) AND revoked_at IS NULL
        RETURNING kind
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}
