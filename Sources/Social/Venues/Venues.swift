internal import Platform
internal import Realtime

/// What people of an estate read of its venues, and what committees and the property manager change.
enum Venues {
    /// Longest span of busy times that is read at once.
    static let spanDaysMax = 62
    /// Span of busy times unless asked otherwise.
    static let spanDays = 7

    // MARK: Reading

    /// Writes a page of venues with their rules.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit(default: 50)
        let after = try call.cursor()?.id ?? UUID(high: 0, low: 0)
        let rows = try await call.read(VenueRows.page(after: after, count: limit + 1))
        var response = call.json(capacity: 8192) { json in
            json.object { json in
                json.key("venues")
                json.array { json in
                    for row in rows.prefix(Int(limit)) { json.raw(row.json) }
                }
            }
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            response.add("Link", try call.link(next: Cursor(id: last.id)))
        }
        return response
    }

    /// Writes one venue.
    static func one(_ call: Call) async throws -> Response {
        let rows = try await call.read(VenueRows.one(call.id("place")))
        guard let row = rows.first else { throw Stop(.notFound) }
        let tag = ETag(version: Int64(row.version))
        if let unchanged = call.unchanged(tag) { return unchanged }
        return Response(.ok, "application/json", row.json).adding("ETag", tag.description)
    }

    /// Writes when a venue is taken, and by whom where the reader may know.
    static func bookings(_ call: Call) async throws -> Response {
        let (place, limit) = (call.id("place"), call.limit(default: 100))
        let span = try span(call)
        let cursor = try call.cursor()
        let after = cursor?.numbers.first.map { Instant(microseconds: $0) } ?? .earliest
        let bookings = BusyTimes(
            place: place, span: span, after: after, afterID: cursor?.id ?? UUID(high: 0, low: 0),
            count: limit + 1)
        let (venue, rows) = try await call.read(VenueRows.one(place), bookings)
        guard !venue.isEmpty else { throw Stop(.notFound) }
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.member("from", span.lowerBound)
                json.member("until", span.upperBound)
                json.key("bookings")
                json.array { json in
                    for row in rows.prefix(Int(limit)) { json.raw(row.json) }
                }
            }
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            response.add("Link", try call.link(next: Cursor(last.begins.microseconds, id: last.id)))
        }
        return response
    }

    /// From `from`, or now, until `until`, or a week later.
    private static func span(_ call: Call) throws(Stop) -> Range<Instant> {
        let from = call.text("from").flatMap { Instant($0) } ?? call.context.clock.now()
        let until =
            call.text("until").flatMap { Instant($0) } ?? from + .seconds(spanDays * 86_400)
        guard from < until, until - from <= .seconds(spanDaysMax * 86_400) else {
            throw Stop(Problem(.invalid, faults: [Problem.Fault("until", badSpan)]))
        }
        return from..<until
    }

    private static let badSpan = Text(
        zh: "until 须晚于 from，且不超过 \(spanDaysMax) 天。",
        en: "Let until come after from, by at most \(spanDaysMax) days.")

    // MARK: Writing

    /// Gives a venue other rules and hours, if nobody else did meanwhile.
    ///
    /// What is booked stays booked, with the gaps that it was given. Rules that are there already
    /// change nothing, and the log is told nothing.
    static func change(_ call: Call) async throws -> Response {
        let (place, event) = (call.id("place"), call.context.ids.next())
        let rules = try VenueRules(call.body)
        return try await call.write { tx, _ in
            let (_, may, found) = try await tx.run(
                LockVenues(places: [place]), MayRuleVenues(), VenueRows.one(place))
            guard let before = found.first else { return .refused(Problem(.notFound)) }
            guard may.first == true else { return .refused(Problem(.mayNotRuleVenue)) }
            if let stale = call.staleness(ETag(version: Int64(before.version))) {
                return .refused(stale)
            }
            let touched = try await tx.execute(ChangeVenue(place: place, rules: rules).statements)
            guard let row = try await tx.run(VenueRows.one(place)).first else {
                return .refused(Problem(.notFound))
            }
            if touched.contains(where: { $0 > 0 }) {
                _ = try await tx.run(
                    VenueEvents.changed(place, version: row.version, event: event))
            }
            return .done(
                Response(.ok, "application/json", row.json)
                    .adding("ETag", ETag(version: Int64(row.version)).description))
        }
    }
}
