internal import Platform
internal import Realtime

/// What organisers do with activities, and what everybody reads of them.
enum Activities {
    /// Most meetings that one activity shows at once.
    static let comingMax: Int64 = 50

    // MARK: Reading

    /// Writes one activity with its next meetings.
    static func one(_ call: Call) async throws -> Response {
        let one = OneActivity(id: call.id("activity"))
        guard let row = try await Announcements.answers(call, [one.sql]).rows(0, one).first else {
            throw Stop(.notFound)
        }
        // Asked for only now: the meetings of what is forbidden would take their time.
        let coming = OccurrenceLists.coming(of: one.id, count: comingMax)
        let answers = try await Announcements.answers(call, [coming])
        return try call.json(capacity: 16 * 1024) { json in
            json.beginObject()
            json.key("activity")
            row.write(to: &json)
            json.key("occurrences")
            json.beginArray()
            try answers.forEachRow(0) { cells throws(PostgresError) in
                json.beginObject()
                _ = try OccurrenceRow.write(&cells, to: &json)
                json.endObject()
            }
            json.endArray()
            json.endObject()
        }.adding("ETag", ETag(version: Int64(row.version)).description)
    }

    /// Writes the activities that the person looks after, the latest first.
    static func own(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let before = try call.cursor()?.id ?? UUID(high: .max, low: .max)
        let rows = try await call.read(OwnActivities(before: before, count: limit + 1))
        var response = call.json(capacity: 16 * 1024) { json in
            json.object { json in
                json.key("activities")
                json.array { json in
                    for row in rows.prefix(Int(limit)) { row.write(to: &json) }
                }
            }
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            response.add("Link", try call.link(next: Cursor(id: last.id)))
        }
        return response
    }

    /// Draws the code that a phone reads from a poster: the address of the activity's page.
    static func code(_ call: Call) async throws -> Response {
        let one = OneActivity(id: call.id("activity"))
        guard let row = try await Announcements.answers(call, [one.sql]).rows(0, one).first else {
            throw Stop(.notFound)
        }
        let address = "\(call.site)/#/estates/\(call.id("estate"))/activities/\(row.id)"
        guard let code = QRMatrix(address) else { throw Stop(.notFound) }
        let words = row.content.words
        // A poster of what is for children or elders names nothing.
        let title =
            row.content.meantFor == "general"
            ? Text(zh: words.titleZh, en: words.titleEn ?? words.titleZh)
            : Text(zh: "邻里活动", en: "An activity of neighbours")
        return Response(
            .ok, "image/svg+xml", Array(code.svg(title: title[call.language]).utf8))
    }

    // MARK: Drafting

    /// Keeps a draft that only who looks after it sees.
    static func draft(_ call: Call, _ keyring: Keyring) async throws -> Response {
        let content = try ActivityContent(call.body)
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        let vault = PersonVault(keyring, of: call.id("estate"))
        return try await call.write { tx, caller in
            guard let person = caller.person else { throw Stop(.notFound) }
            guard try await !isChild(person, tx, vault) else {
                return .refused(Problem(.notOfAge))
            }
            if let refusal = try await refusal(of: content, tx) { return .refused(refusal) }
            let starts = try await Laying.starts(of: content, tx)
            let (_, _, _) = try await tx.run(
                InsertActivity(id: id, content: content), LeadActivity(id: id),
                ActivityEvents.event(
                    .drafted, id, version: 1, to: [.person(person)], event: event))
            return answer(
                .created, try await tx.run(OneActivity(id: id)),
                location: "\(call.request.path)/\(id)"
            ) { json in json.member("years_unknown", starts.yearsUnknown) }
        }
    }

    /// Why the principal may not say this; `nil` when it may.
    ///
    /// - Throws: `Stop` with a fault for each place that is not of the estate.
    static func refusal(
        of content: ActivityContent, _ tx: Transaction
    ) async throws -> Problem? {
        let may = try await tx.run(MayInvite(address: content.address, place: content.place))
        guard let may = may.first, may.isAllowed else { return Problem(.mayNotInvite) }
        var faults: [Problem.Fault] = []
        if may.addressedCount != content.address.places.count {
            faults.append(Problem.Fault("/audience", addressedUnknown))
        }
        if !may.isPlaceKnown { faults.append(Problem.Fault("/place", placeUnknown)) }
        guard faults.isEmpty else { throw Stop(Problem(.invalid, faults: faults)) }
        return nil
    }

    private static let addressedUnknown = Text(
        zh: "请选择本小区的楼栋或门牌。", en: "Choose buildings and stairs of this estate.")
    static let placeUnknown = Text(
        zh: "请选择本小区的楼栋、门牌或公共场所，或改用 place_text。",
        en: "Choose a building, a stair or a public place of this estate, or use place_text.")

    // MARK: Taking and answering

    /// Takes an activity that the principal looks after, or says why it cannot.
    static func take(
        _ id: UUID, _ tx: Transaction
    ) async throws -> Result<ActivityRow, Problem> {
        if let row = try await tx.run(TakeActivity(id: id)).first { return .success(row) }
        let isOpen = try await !tx.run(OneActivity(id: id)).isEmpty
        return .failure(Problem(isOpen ? .stewardsOnly : .notFound))
    }

    /// The refusal of an edit of an old version, with what changed since; `nil` when it is current.
    static func staleness(
        _ call: Call, _ row: ActivityRow, _ tx: Transaction
    ) async throws -> Problem? {
        let tag = ETag(version: Int64(row.version))
        guard call.staleness(tag) != nil else { return nil }
        let changed = try await tx.run(ActivityChangedSince(id: row.id)).first {
            call.staleness(ETag(version: Int64($0.version))) == nil
        }
        return call.staleness(tag, changed: changed?.names ?? [])
    }

    /// The activity as it is now.
    static func answer(
        _ status: Status, _ rows: [ActivityRow], location: String? = nil,
        besides: (inout JSONWriter) -> Void = { _ in }
    ) -> Outcome {
        guard let row = rows.first else { return .refused(Problem(.notFound)) }
        var json = JSONWriter(capacity: 4096)
        json.object { json in
            json.key("activity")
            row.write(to: &json)
            besides(&json)
        }
        var response = Response(status, "application/json", json.bytes)
        response.add("ETag", ETag(version: Int64(row.version)).description)
        if let location { response.add("Location", location) }
        return .done(response)
    }
}

extension Problem: Error {}
