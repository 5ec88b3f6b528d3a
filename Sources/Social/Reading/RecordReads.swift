internal import Platform
internal import Realtime

/// Who read whose record, as the person concerned sees it, and what an office reads of one.
enum RecordReads {
    /// Writes a page of who read the records that the person sees.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let cursor = try call.cursor()
        if let cursor, cursor.id == nil || cursor.numbers.count != 1 { throw Stop(.cursorInvalid) }
        let page = RecordReadPage(
            person: call.text("person").flatMap { UUID($0) },
            beforeAt: cursor?.numbers.first.map { Instant(microseconds: $0) } ?? latest,
            beforeID: cursor?.id ?? UUID(high: .max, low: .max), count: Int32(limit + 1))
        let rows = try await call.read(page)
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.key("reads")
                json.array { json in
                    for row in rows.prefix(Int(limit)) { json.raw(row.json) }
                }
            }
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            response.add(
                "Link", try call.link(next: Cursor(last.at.microseconds, id: last.id)))
        }
        return response
    }

    /// Later than any reading: the year 9999.
    private static let latest = Instant("9999-12-31T00:00:00Z") ?? .epoch

    /// Writes a person's record for an office that reads it for a purpose, and leaves a line.
    static func record(_ call: Call) async throws -> Response {
        let record = PersonRecord(person: call.id("person"), purpose: call.text("purpose") ?? "")
        guard let row = try await call.read(record).first else { throw Stop(.notFound) }
        return Response(.ok, "application/json", row)
    }
}

/// Whom a person named to see who reads its record.
enum RecordWatchers {
    /// Most watchers of one person.
    static let countMax: Int32 = 8

    /// Writes whom the person named, and who named it.
    static func list(_ call: Call) async throws -> Response {
        let rows = try await call.read(WatcherRows())
        return call.json { json in
            json.object { json in
                for (name, namesMe) in [("watchers", false), ("watched", true)] {
                    json.key(name)
                    json.array { json in
                        for row in rows where row.namesMe == namesMe { json.raw(row.json) }
                    }
                }
            }
        }
    }

    /// Names somebody.
    static func name(_ call: Call) async throws -> Response {
        let (watcher, event) = (call.id("person"), call.context.ids.next())
        return try await call.write { tx, _ in
            switch try await tx.run(NameWatcher(watcher: watcher, event: event)).first {
            case "named", "again": .done(Response(.noContent))
            case "too_many": .refused(Problem(.watchersMax))
            default: .refused(Problem(.notFound))
            }
        }
    }

    /// Ends it, from either side.
    static func drop(_ call: Call) async throws -> Response {
        let (other, event) = (call.id("person"), call.context.ids.next())
        return try await call.write { tx, _ in
            try await tx.run(DropWatcher(other: other, event: event)).first == true
                ? .done(Response(.noContent)) : .refused(Problem(.notFound))
        }
    }
}
