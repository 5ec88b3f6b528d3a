internal import Platform
internal import Realtime

/// Corrections of what somebody's record says and it cannot edit itself.
struct Corrections: Sendable {
    /// What can be corrected; a residence and what else there is, the committee changes by its own means.
    static let fields = ["display_name", "legal_name", "birth_date", "residence", "other"]

    private let keyring: Keyring

    /// Sealing under the keys of this keyring.
    init(_ keyring: Keyring) { self.keyring = keyring }

    private func vault(_ call: Call) -> EstateVault { EstateVault(keyring, of: call.id("estate")) }

    // MARK: Asking

    /// Asks for one; what stands there now is kept beside what is wanted.
    func ask(_ call: Call) async throws -> Response {
        let ids = call.context.ids
        let (id, event): (UUID, UUID) = (ids.next(), ids.next())
        guard let field = call.body["field"]?.text, let wanted = call.body["wanted"]?.text else {
            throw Stop(.invalid)
        }
        try Self.check(field, wanted, now: call.context.clock.now())
        let about = call.body["person"]?.text.flatMap { UUID($0) }
        let because = call.body["because"]?.text
        let vault = vault(call)
        let persons = PersonVault(keyring, of: call.id("estate"))
        return try await call.write { tx, caller in
            guard let person = about ?? caller.person,
                let now = try await tx.run(Correctable(about: person, field: field)).first
            else { return .refused(Problem(.notFound)) }
            let was =
                try now.name
                ?? now.sealed.flatMap { sealed in
                    try SealedField(rawValue: field).map {
                        try persons.open(sealed, $0, of: person)
                    }
                }
            let ask = AskCorrection(
                id: id, about: person, field: field,
                was: try was.map { try vault.seal($0, .correctionWas, of: id) },
                wanted: try vault.seal(wanted, .correctionWanted, of: id),
                because: try because.map { try vault.seal($0, .correctionBecause, of: id) },
                event: event)
            return switch try await tx.run(ask).first {
            case "asked":
                .done(
                    call.json(.created) { json in
                        json.object { json in json.member("id", id) }
                    })
            case "there": .refused(Problem(.correctionThere))
            default: .refused(Problem(.notFound))
            }
        }
    }

    private static func check(
        _ field: String, _ wanted: String, now: Instant
    ) throws(Stop) {
        switch field {
        case "display_name", "legal_name":
            guard wanted.unicodeScalars.count <= 80 else {
                throw Joining.fault("/wanted", nameAdvice)
            }
        case "birth_date":
            let day = Day(wanted)
            let today = Day(daysSinceEpoch: Int32(clamping: now.microseconds / 86_400_000_000))
            guard let day, day.civil.year >= 1900, day <= today.adding(days: 1) else {
                throw Joining.fault("/wanted", dayAdvice)
            }
        default: break
        }
    }

    private static let nameAdvice = Text(
        zh: "姓名最多 80 个字。", en: "A name has at most 80 characters.")
    private static let dayAdvice = Text(
        zh: "请写成 1950-09-01 这样的日期，不晚于今天。",
        en: "Write a day such as 1950-09-01, not after today.")

    // MARK: Reading

    /// Writes those that the person asked for, and what it edits itself.
    func own(_ call: Call) async throws -> Response {
        try await list(call, isForOffice: false)
    }

    /// Writes those that wait for the committee.
    func waiting(_ call: Call) async throws -> Response {
        try await list(call, isForOffice: true)
    }

    private func list(_ call: Call, isForOffice: Bool) async throws -> Response {
        let limit = call.limit()
        let (rows, may) = try await call.read(
            CorrectionsSeen(
                isForOffice: isForOffice,
                before: try call.cursor()?.id ?? UUID(high: .max, low: .max),
                count: Int32(limit + 1)), MayCorrect())
        guard !isForOffice || may.first == true else { throw Stop(.notFound) }
        let vault = vault(call)
        var response = try call.json(capacity: 4096) { json in
            json.beginObject()
            json.key("corrections")
            json.beginArray()
            for row in rows.prefix(Int(limit)) { try Self.write(row, vault, to: &json) }
            json.endArray()
            if !isForOffice { Self.writeSelfService(call.id("estate"), to: &json) }
            json.endObject()
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            response.add("Link", try call.link(next: Cursor(id: last.id)))
        }
        return response
    }

    private static func write(
        _ row: CorrectionsSeen.Row, _ vault: EstateVault, to json: inout JSONWriter
    ) throws {
        json.beginObject()
        json.member("id", row.id)
        json.member("person", row.person)
        json.member("display_name", row.name)
        json.member("field", row.field)
        json.member("asked_at", row.askedAt)
        if let was = row.was {
            json.member("was", try vault.open(was, .correctionWas, of: row.id))
        }
        json.member("wanted", try vault.open(row.wanted, .correctionWanted, of: row.id))
        if let because = row.because {
            json.member("because", try vault.open(because, .correctionBecause, of: row.id))
        }
        json.memberIfPresent("outcome", row.outcome)
        json.memberIfPresent("decided_at", row.decidedAt)
        if let reason = row.reason {
            json.member("reason", try vault.open(reason, .correctionReason, of: row.id))
        }
        json.endObject()
    }

    /// What one changes oneself, and where.
    private static func writeSelfService(_ estate: UUID, to json: inout JSONWriter) {
        json.key("self_service")
        json.beginArray()
        for each in RightsWords.selfService {
            json.beginObject()
            json.member("title_zh", each.title.zh)
            json.member("title_en", each.title.en)
            json.member(
                "href",
                each.path.isOfEstate
                    ? "\(base)\(estate)\(each.path.text)"
                    : each.path.text)
            json.endObject()
        }
        json.endArray()
    }

    private static let base = "/api/v1/estates/"

    // MARK: Deciding

    /// Decides on one; what is corrected is put in the same transaction.
    func decide(_ call: Call) async throws -> Response {
        let event = call.context.ids.next()
        let correction = call.id("correction")
        guard let outcome = call.body["outcome"]?.text, let reason = call.body["reason"]?.text
        else { throw Stop(.invalid) }
        let vault = vault(call)
        let persons = PersonVault(keyring, of: call.id("estate"))
        let decide = DecideCorrection(
            correction: correction, outcome: outcome,
            reason: try vault.seal(reason, .correctionReason, of: correction), event: event)
        return try await call.write { tx, _ in
            let decided = try await tx.run(decide).first
            switch decided?.verdict {
            case "done": break
            case "own": return .refused(Problem(.ownHousehold))
            case "again": return .refused(Problem(.correctionDecided))
            default: return .refused(Problem(.notFound))
            }
            if outcome == "corrected", let field = decided?.field, let person = decided?.person,
                let sealed = decided?.wanted
            {
                let wanted = try vault.open(sealed, .correctionWanted, of: correction)
                let put = PutCorrected(
                    correction: correction, name: field == "display_name" ? wanted : nil,
                    sealed: try SealedField(rawValue: field).map {
                        try persons.seal(wanted, $0, of: person)
                    })
                _ = try await tx.run(put)
            }
            return .done(Response(.noContent))
        }
    }
}
