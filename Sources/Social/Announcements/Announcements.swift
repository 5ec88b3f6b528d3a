internal import Platform
internal import Realtime

/// What readers and publishers do with an estate's announcements.
enum Announcements {
    // MARK: Reading

    /// Runs statements as the person that asks, or as the estate's visitor where it has none.
    ///
    /// - Throws: `Stop` when a session was sent that is over.
    static func answers(_ call: Call, _ statements: [SQL]) async throws -> Answers {
        let estate = call.id("estate")
        if let token = call.token {
            let session = Principal.session(tokenHash: token.hash, estate: estate)
            let answers = try await call.database.answers(session, statements)
            guard let identity = answers.identity else { throw Stop(.unauthenticated) }
            if identity.person != nil { return answers }
            // An office above the estate has no person here before it first enters.
            let sessions = Sessions(
                database: call.database, clock: call.context.clock, ids: call.context.ids)
            if try await sessions.session(of: token, estate: estate)?.person != nil {
                return try await call.database.answers(session, statements)
            }
        }
        return try await call.database.answers(.job("visitor", estate: estate), statements)
    }

    /// Writes a page of announcements.
    static func list(_ call: Call) async throws -> Response {
        let (place, limit) = (try place(call), call.limit())
        let page = AnnouncementLists.page(
            after: place, count: limit + 1, isWhole: call.text("state") == "all")
        let response = try write(try await answers(call, [page]), limit, call, item: isRead)
        if response.count == 0 {
            let here = try await answers(call, [EstateHere().sql])
            guard here.rowCount(0) == 1 else { throw Stop(.notFound) }
        }
        return response.response
    }

    /// Writes a page of what the person, or the one it acts for, has not read.
    static func inbox(_ call: Call) async throws -> Response {
        let (place, limit) = (try place(call), call.limit())
        let page = AnnouncementLists.unread(after: place, count: limit + 1)
        return try write(try await call.answers([page]), limit, call, item: isRead).response
    }

    private static func isRead(
        _ cells: inout Cells, _ json: inout JSONWriter
    ) throws(PostgresError) { try cells.write("is_read", to: &json) }

    /// Where the page that is asked for begins.
    static func place(_ call: Call) throws(Stop) -> AnnouncementPlace {
        guard let cursor = try call.cursor() else { return AnnouncementPlace() }
        guard cursor.numbers.count == 2, let id = cursor.id else { throw Stop(.cursorInvalid) }
        return AnnouncementPlace(
            isPinned: cursor.numbers[0] == 1,
            publishedAt: Instant(microseconds: cursor.numbers[1]), id: id)
    }

    /// Writes up to `limit` rows; one more says that there is a next page.
    ///
    /// `item` writes what each row has besides, `after` what the page has besides.
    static func write(
        _ answers: Answers, _ limit: Int64, _ call: Call,
        item: (inout Cells, inout JSONWriter) throws(PostgresError) -> Void,
        after: (inout JSONWriter) -> Void = { _ in }
    ) throws -> (response: Response, count: Int) {
        var last = AnnouncementPlace()
        var count = 0
        var json = JSONWriter(capacity: 12 * 1024)
        json.beginObject()
        json.key("announcements")
        json.beginArray()
        try answers.forEachRow(0) { cells throws(PostgresError) in
            count += 1
            guard count <= limit else { return }
            json.beginObject()
            last = try AnnouncementRow.write(&cells, to: &json)
            try item(&cells, &json)
            json.endObject()
        }
        json.endArray()
        after(&json)
        json.endObject()
        var response = Response(.ok, "application/json", json.bytes)
        if count > limit {
            let next = Cursor(last.isPinned ? 1 : 0, last.publishedAt.microseconds, id: last.id)
            response.add("Link", try call.link(next: next))
        }
        return (response, count)
    }

    /// Writes one announcement with what it said before.
    static func one(_ call: Call) async throws -> Response {
        let one = OneAnnouncement(id: call.id("announcement"))
        let found = try await answers(call, [one.sql]).rows(0, one)
        guard let row = found.first else { throw Stop(.notFound) }
        let tag = ETag(version: Int64(row.version))
        if let unchanged = call.unchanged(tag) { return unchanged }
        // Asked for only now: the history of what is forbidden would take its time.
        let history = AnnouncementLists.history(of: one.id, before: row.version)
        let answers = try await answers(call, [history])
        return try call.json(capacity: 4096) { json in
            json.beginObject()
            json.key("announcement")
            json.raw(row.json)
            json.key("history")
            json.beginArray()
            try answers.forEachRow(0) { cells throws(PostgresError) in
                json.beginObject()
                try cells.write("version", to: &json)
                try cells.write("title_zh", to: &json)
                try cells.write("body_zh", to: &json)
                try cells.writeIfPresent("title_en", to: &json)
                try cells.writeIfPresent("body_en", to: &json)
                try cells.write("begins", to: &json)
                try cells.write("ends", to: &json)
                try cells.write("is_pinned", to: &json)
                try cells.write("changed_at", to: &json)
                json.endObject()
            }
            json.endArray()
            json.endObject()
        }.adding("ETag", tag.description)
    }

    /// Writes how many households have read it.
    static func readers(_ call: Call) async throws -> Response {
        let rows = try await call.read(AnnouncementReaders(id: call.id("announcement")))
        guard let json = rows.first else { throw Stop(.notFound) }
        return Response(.ok, "application/json", json)
    }

    /// Writes the estates that are served.
    static func estates(_ call: Call) async throws -> Response {
        let limit = call.limit(default: 100)
        let after = try call.cursor()?.id ?? UUID(high: 0, low: 0)
        let statement = PublicEstates(after: after, count: limit + 1)
        let answers = try await call.database.answers(.none, [statement.sql])
        let rows = try answers.rows(0, statement)
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.key("estates")
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

    // MARK: Writing

    /// Publishes an announcement, if the person may speak to its audience.
    static func publish(_ call: Call) async throws -> Response {
        let address = try Address(call.body["audience"])
        let wording = try Wording(call.body)
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        return try await call.write { tx, caller in
            guard let person = caller.person else { throw Stop(.notFound) }
            try wording.check(begins: tx.instant)
            let may = try await tx.run(MayAnnounce(address: address)).first
            guard let may, may.isAllowed, let role = may.role else {
                return .refused(Problem(.mayNotAnnounce))
            }
            guard may.placeCount == address.places.count else {
                throw Stop(
                    Problem(.invalid, faults: [Problem.Fault("/audience", placeUnknown)]))
            }
            let audience = address.audience(publisher: person)
            let (_, _, rows) = try await tx.run(
                InsertAnnouncement(
                    id: id, address: address, audience: audience, wording: wording, role: role),
                AnnouncementEvents.event(.published, id, version: 1, to: audience, event: event),
                OneAnnouncement(id: id))
            return answer(.created, rows) { response in
                response.add("Location", "\(call.request.path)/\(id)")
            }
        }
    }

    private static let placeUnknown = Text(
        zh: "请选择本小区的楼栋或门牌。", en: "Choose buildings and stairs of this estate.")

    /// Says it anew, if nobody else did meanwhile.
    static func correct(_ call: Call) async throws -> Response {
        let (id, event) = (call.id("announcement"), call.context.ids.next())
        let wording = try Wording(call.body)
        return try await call.write { tx, _ in
            guard let taken = try await tx.run(TakeAnnouncement(id: id)).first else {
                return .refused(Problem(.notFound))
            }
            let tag = ETag(version: Int64(taken.version))
            if call.staleness(tag) != nil {
                let changed = try await tx.run(ChangedSince(id: id)).first { row in
                    call.staleness(ETag(version: Int64(row.version))) == nil
                }
                return .refused(
                    call.staleness(tag, changed: changed?.names ?? [])
                        ?? Problem(.preconditionFailed))
            }
            guard !taken.isWithdrawn else { return .refused(Problem(.announcementWithdrawn)) }
            try wording.check(begins: taken.begins)
            return answer(
                .ok,
                try await change(
                    tx, CorrectAnnouncement(id: id, wording: wording), taken, id, .corrected,
                    event))
        }
    }

    /// Takes it back for a reason; its history stays for those who may publish it.
    static func withdraw(_ call: Call) async throws -> Response {
        let (id, event) = (call.id("announcement"), call.context.ids.next())
        guard let because = call.body["because"]?.text else { throw Stop(.invalid) }
        return try await call.write { tx, _ in
            guard let taken = try await tx.run(TakeAnnouncement(id: id)).first else {
                return .refused(Problem(.notFound))
            }
            guard !taken.isWithdrawn else { return .refused(Problem(.announcementWithdrawn)) }
            return answer(
                .ok,
                try await change(
                    tx, WithdrawAnnouncement(id: id, because: because), taken, id, .withdrawn,
                    event))
        }
    }

    /// Changes it, tells the log, and reads it again, in one round trip.
    private static func change(
        _ tx: Transaction, _ command: some Command, _ taken: TakeAnnouncement.Row, _ id: UUID,
        _ kind: AnnouncementEvents.Kind, _ event: UUID
    ) async throws -> [OneAnnouncement.Row] {
        let audience = Address(keys: taken.addressed).audience(publisher: taken.publisher)
        return try await tx.run(
            command,
            AnnouncementEvents.event(
                kind, id, version: taken.version + 1, to: audience, event: event),
            OneAnnouncement(id: id)
        ).2
    }

    private static func answer(
        _ status: Status, _ rows: [OneAnnouncement.Row],
        adjust: (inout Response) -> Void = { _ in }
    ) -> Outcome {
        guard let row = rows.first else { return .refused(Problem(.notFound)) }
        var response = Response(status, "application/json", row.json)
        response.add("ETag", ETag(version: Int64(row.version)).description)
        adjust(&response)
        return .done(response)
    }

    /// Notes that the person, or the one it acts for, has read the version that is there.
    static func receive(_ call: Call) async throws -> Response {
        let (id, event) = (call.id("announcement"), call.context.ids.next())
        return try await call.write { tx, caller in
            guard let person = caller.person,
                let receipt = try await tx.run(GiveReceipt(id: id)).first
            else { return .refused(Problem(.notFound)) }
            if receipt.isNews {
                _ = try await tx.run(
                    AnnouncementEvents.event(
                        .received, id, version: receipt.version, to: [.person(person)],
                        event: event))
            }
            return .done(Response(.noContent))
        }
    }
}
