internal import Platform
internal import Realtime

/// How a person wants to be told, and what could not be delivered.
enum NoticeSettings {
    /// Writes one's own settings as they hold now.
    static func own(_ call: Call) async throws -> Response {
        let rows = try await call.read(
            NeedRows(
                members: [
                    "quiet", "quiet_begins", "quiet_ends", "digest_minute", "chain", "is_chained",
                    "sms_after", "delegate_after", "preferences",
                ],
                sql: """
                    SELECT quiet, quiet_begins, quiet_ends, digest_minute, chain, is_chained,
                        sms_after, delegate_after, preferences
                    FROM linli.own_notice_settings()
                    """))
        guard let row = rows.first else { throw Stop(.notFound) }
        return Response(.ok, "application/json", row)
    }

    /// Sets them, all at once.
    static func set(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        let sql = try statement(event, call.body)
        return try await call.write { tx, _ in
            try await tx.run(GoodsVerdict(sql: sql)).first == "set"
                ? .done(Response(.noContent)) : .refused(Problem(.notFound))
        }
    }

    private static func statement(_ event: UUID, _ body: JSON) throws -> SQL {
        let wanted = Wanted(body)
        let faults = wanted.faults
        guard faults.isEmpty else { throw Stop(Problem(.invalid, faults: faults)) }
        return """
            SELECT linli.notice_settings_set(\(event), \(wanted.quiet),
                \(wanted.number("quiet_begins", 1320)), \(wanted.number("quiet_ends", 420)),
                \(wanted.number("digest_minute", 1080)), \(wanted.chain), \(wanted.smsAfter),
                \(wanted.delegateAfter), \(wanted.preferences.map(\.topic)),
                \(wanted.preferences.map(\.channel)), \(wanted.preferences.map(\.wanted)))
            """
    }

    /// Settings as somebody sent them.
    private struct Wanted {
        let body: JSON
        let preferences: [(topic: String, channel: String, wanted: String)]

        init(_ body: JSON) {
            self.body = body
            preferences = (body["preferences"]?.elements ?? []).map {
                ($0["topic"]?.text ?? "", $0["channel"]?.text ?? "", $0["wanted"]?.text ?? "")
            }
        }

        var quiet: String { body["quiet"]?.text ?? "estate" }
        var chain: String { body["chain"]?.text ?? "auto" }
        var smsAfter: Int32 { number("sms_after", 30) }
        var delegateAfter: Int32 { number("delegate_after", 60) }

        func number(_ name: String, _ otherwise: Int64) -> Int32 {
            Int32(clamping: body[name]?.integer ?? otherwise)
        }

        /// What the schema cannot check.
        var faults: [Problem.Fault] {
            var faults: [Problem.Fault] = []
            if quiet == "own", number("quiet_begins", 1320) == number("quiet_ends", 420) {
                faults.append(
                    Problem.Fault(
                        "/quiet_ends",
                        Text(
                            zh: "请与开始时间不同；不要安静时段请选 none",
                            en: "choose another minute than the beginning, or none")))
            }
            if delegateAfter < smsAfter {
                faults.append(
                    Problem.Fault(
                        "/delegate_after",
                        Text(zh: "请不早于短信的时间", en: "choose no less than sms_after")))
            }
            var seen: Set<String> = []
            for (index, one) in preferences.enumerated() {
                if !NoticeTopics.all.contains(one.topic) {
                    faults.append(
                        Problem.Fault(
                            "/preferences/\(index)/topic",
                            Text(
                                zh: "请填通知的代码、它的第一段，或 *",
                                en: "give a kind of notice, its first word, or *")))
                }
                if !seen.insert(one.topic + " " + one.channel).inserted {
                    faults.append(
                        Problem.Fault(
                            "/preferences/\(index)",
                            Text(zh: "请只写一次", en: "say this once")))
                }
            }
            return faults
        }
    }

    // MARK: The desk

    /// Writes a page of what could not be delivered, the latest first.
    static func failed(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let before = try call.cursor()?.id ?? UUID(high: .max, low: .max)
        let (isOffice, all) = try await call.read(
            ReadsDeliveries(), FailedDeliveries(before: before, count: limit + 1))
        guard isOffice == [true] else { throw Stop(.notFound) }
        var rows = all
        let isMore = rows.count > limit
        rows = Array(rows.prefix(Int(limit)))
        var response = rows.map(\.json).response(call, "deliveries")
        if isMore, let last = rows.last {
            response.add("Link", try call.link(next: Cursor(id: last.id)))
        }
        return response
    }

    /// Tries one again.
    static func retry(_ call: Call) async throws -> Response {
        let (event, delivery) = (call.context.ids.next(), call.id("delivery"))
        return try await call.write { tx, _ in
            let sql: SQL = "SELECT linli.retry_delivery(\(event), \(delivery))"
            return try await tx.run(GoodsVerdict(sql: sql)).first == "again"
                ? .done(Response(.noContent)) : .refused(Problem(.notFound))
        }
    }

    // MARK: Reports

    /// Takes what a gateway reports of texts; whoever has not its secret is told nothing else than
    /// that.
    static func report(_ call: Call, _ secret: String?) async throws -> Response {
        let given = call.request.field("authorization") ?? ""
        guard let secret,
            isEqualInConstantTime(
                SHA256.digest(of: Array(given.utf8)),
                SHA256.digest(of: Array("Bearer \(secret)".utf8)))
        else { throw Stop(.reportRefused) }
        let reports = (call.body["reports"]?.elements ?? []).compactMap { one -> ReportDelivery? in
            let ids = (one["id"]?.text ?? "").split(separator: ".").map { UUID($0) }
            guard ids.count == 2, let estate = ids[0], let delivery = ids[1] else { return nil }
            return ReportDelivery(
                estate: estate, delivery: delivery, isDelivered: one["state"]?.text == "delivered")
        }
        try await call.database.write(.none) { tx in
            for report in reports { _ = try await tx.run(report) }
        }
        return Response(.noContent)
    }
}

/// What preferences can be about.
enum NoticeTopics {
    /// Every kind, what stands before its first dot, and all of them.
    static let all = Set(
        NoticeKind.allCases.map(\.rawValue)
            + NoticeKind.allCases.map { String($0.rawValue.prefix { $0 != "." }) } + ["*"])
}

extension ProblemKind {
    static let reportRefused = ProblemKind(
        "report-refused", .unauthorized,
        Text(zh: "回执不被接受", en: "The report is not accepted"),
        Text(
            zh: "请用网关配置里的回执密钥（Authorization: Bearer）。",
            en: "Send the report secret of the gateway's file as Authorization: Bearer."))
}

/// Whether the principal's office reads what could not be delivered.
private struct ReadsDeliveries: Statement {
    var sql: SQL { "SELECT linli.may_read('delivery', 'desk')" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// What could not be delivered, as an office reads it.
private struct FailedDeliveries: Statement {
    struct Row {
        var id: UUID
        var json: [UInt8]
    }

    var before: UUID
    var count: Int64

    var sql: SQL {
        """
        SELECT id, id, person_id, display_name, channel, urgency, state, outcome, attempts, made_at,
            settled_at
        FROM linli.failed_deliveries(\(before), \(count))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        let id: UUID = try cells.read()
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        for name in [
            "id", "person", "name", "channel", "urgency", "state", "outcome", "attempts", "made_at",
            "settled_at",
        ] { try cells.writeIfPresent(name, to: &json) }
        json.endObject()
        return Row(id: id, json: json.bytes)
    }
}
