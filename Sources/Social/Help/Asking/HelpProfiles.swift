internal import Platform
internal import Realtime

/// What one offers to help with, and when.
enum HelpProfiles {
    /// Writes one's own offer; empty where there is none.
    static func read(_ call: Call) async throws -> Response {
        let rows = try await call.read(
            NeedRows(
                members: [
                    "is_active", "kinds", "languages", "gender", "gender_rule", "monthly_max",
                    "rest_days", "paused_until", "windows", "days_off",
                ],
                sql: """
                    SELECT is_active, to_json(kinds), to_json(languages), gender, gender_rule,
                        monthly_max, rest_days, paused_until, windows, to_json(days_off)
                    FROM linli.own_helping()
                    """))
        guard let row = rows.first else {
            return call.json { json in
                json.object { json in
                    json.member("is_active", false)
                    for name in ["kinds", "languages", "windows", "days_off"] {
                        json.key(name)
                        json.array { _ in }
                    }
                }
            }
        }
        return Response(.ok, "application/json", row)
    }

    /// Puts one's own offer in the place of what it was.
    static func put(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        let body = call.body
        let windows = body["windows"]?.elements ?? []
        func minutes(_ name: String) -> [Int32] {
            windows.map { Int32(clamping: $0[name]?.integer ?? 0) }
        }
        let (begins, ends) = (minutes("begins_minute"), minutes("ends_minute"))
        let kinds = body["kinds"]?.elements?.compactMap(\.text) ?? []
        let languages = body["languages"]?.elements?.compactMap(\.text) ?? []
        let (gender, rule) = (body["gender"]?.text, body["gender_rule"]?.text)
        let pause = body["paused_until"]?.text.flatMap { Day($0) }
        let days = (body["days_off"]?.elements ?? []).compactMap { $0.text.flatMap { Day($0) } }
        let most = Int32(clamping: body["monthly_max"]?.integer ?? 8)
        let rest = Int32(clamping: body["rest_days"]?.integer ?? 0)
        let active = body["is_active"]?.bool ?? false
        let fits =
            zip(begins, ends).allSatisfy { $0 < $1 } && (rule == nil || gender != nil)
            && Set(kinds).count == kinds.count && Set(languages).count == languages.count
        return try await call.write { tx, _ in
            guard fits else { return .refused(Problem(.helpingUnfit)) }
            let verdict = try await tx.run(
                GoodsVerdict(
                    sql: """
                        SELECT linli.helping_put(\(event), \(active), \(kinds), \(languages),
                            \(gender), \(rule), \(most), \(rest), \(pause),
                            \(minutes("weekday")), \(begins), \(ends), \(days))
                        """)
            ).first
            switch verdict {
            case "set": return .done(Response(.noContent))
            case "kinds": return .refused(Problem(.helpingUnfit))
            default: return .refused(Problem(.helpingNotYours))
            }
        }
    }
}
