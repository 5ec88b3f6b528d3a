internal import Platform
internal import Realtime

/// The ledger of consents: what is asked, what was agreed to, and what was taken back.
enum Consents {
    /// Most days that a consent stands.
    static let daysMax: Int64 = 731
    /// Days that it stands unless it says otherwise.
    static let days: Int64 = 365

    /// Writes the texts of now.
    static func texts(_ call: Call) async throws -> Response {
        let answers = try await call.answers([
            """
            SELECT purpose, version, zh, en, needs, is_of_adults, names_person
            FROM linli.consent_text_now
            ORDER BY purpose
            """
        ])
        var json = JSONWriter(capacity: 4096)
        json.beginObject()
        json.key("texts")
        json.beginArray()
        try answers.forEachRow(0) { cells throws(PostgresError) in
            json.beginObject()
            for name in [
                "purpose", "version", "zh", "en", "needs", "is_of_adults", "names_person",
            ] { try cells.write(name, to: &json) }
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return Response(.ok, "application/json", json.bytes)
    }

    private static let columns = [
        "id", "subject", "purpose", "version", "about", "given_at", "until", "withdrawn_at",
        "is_covered",
    ]

    private static func rows(
        _ id: UUID? = nil, before: UUID = UUID(high: .max, low: .max), count: Int64 = 1
    ) -> FamilyRows {
        FamilyRows(
            names: columns,
            sql: """
                SELECT id, subject_id, purpose, text_version, about_id, given_at, until,
                    withdrawn_at, is_covered
                FROM linli.consents_seen(\(id), \(before), \(Int32(count)))
                """)
    }

    /// Writes a page of what the person has agreed to.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let page = rows(
            before: try call.cursor()?.id ?? UUID(high: .max, low: .max), count: limit + 1)
        return try call.page("consents", try await call.read(page), limit)
    }

    /// Agrees for oneself or a child.
    static func give(_ call: Call) async throws -> Response {
        let (id, event): (UUID, UUID) = (call.context.ids.next(), call.context.ids.next())
        let (subject, about) = (call.bodyID("subject"), call.bodyID("about"))
        guard let purpose = call.body["purpose"]?.text,
            let version = call.body["version"]?.integer
        else { throw Stop(.invalid) }
        let until = call.body["until"]?.text.flatMap { Instant($0) }
        return try await call.write { tx, caller in
            guard let own = caller.person else { return .refused(Problem(.notFound)) }
            let last = tx.instant + .seconds(daysMax * 86_400)
            let ends = until ?? tx.instant + .seconds(days * 86_400)
            guard ends > tx.instant, ends <= last else {
                throw Joining.fault(
                    "/until",
                    Text(zh: "请填两年之内的将来时刻。", en: "Give an instant within two years."))
            }
            let given = try await tx.run(
                GiveConsent(
                    sql: """
                        SELECT verdict, consent_id
                        FROM linli.give_consent(\(id), \(subject ?? own), \(purpose),
                            \(Int32(version)), \(about), \(ends), \(event))
                        """)
            ).first
            guard let consent = given?.id, let row = try await tx.run(rows(consent)).first else {
                return FamilyRefusal.outcome(given?.verdict)
            }
            return .done(Response(.created, "application/json", row.json))
        }
    }

    /// Takes one back: at once, wherever it counted.
    static func withdraw(_ call: Call) async throws -> Response {
        let (id, event) = (call.id("consent"), call.context.ids.next())
        return try await call.write { tx, _ in
            let act = FamilyVerdict(sql: "SELECT linli.withdraw_consent(\(id), \(event))")
            switch try await tx.run(act).first {
            case "withdrawn": break
            case "again", "over": return .refused(Problem(.consentOver))
            default: return .refused(Problem(.notFound))
            }
            guard let row = try await tx.run(rows(id)).first else {
                return .refused(Problem(.notFound))
            }
            return .done(Response(.ok, "application/json", row.json))
        }
    }
}

/// Agrees; the verdict, and the consent that stands.
private struct GiveConsent: Statement {
    var sql: SQL

    func decode(_ cells: inout Cells) throws(PostgresError) -> (verdict: String, id: UUID?) {
        (try cells.read(), try cells.read())
    }
}
