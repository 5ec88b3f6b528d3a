internal import Platform
internal import Realtime

/// Erasure of one's own record, of a child's, by its guardians, and of one who died, by the committee
/// at the heirs' request.
struct Erasures: Sendable {
    private let keyring: Keyring

    /// Sealing under the keys of this keyring.
    init(_ keyring: Keyring) { self.keyring = keyring }

    /// Asks for one's own, once one knows what it means.
    static func ask(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        return try await call.write { tx, caller in
            guard let person = caller.person else { return .refused(Problem(.notFound)) }
            guard call.body["understood"]?.bool == true else {
                return .refused(Problem(.erasureMeans))
            }
            let ask = AskErasure(id: id, person: person, evidence: nil, event: event)
            return outcome(try await tx.run(ask).first, id, call)
        }
    }

    /// Asks for a child's that signs in to nothing, once its guardian knows what it means.
    static func askForChild(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        let ask = AskChildErasure(id: id, child: call.id("child"), event: event)
        return try await call.write { tx, _ in
            guard call.body["understood"]?.bool == true else {
                // Who is nobody's guardian reads the same as of a child that is not there.
                return .refused(
                    Problem(
                        try await tx.run(ErasesFor(child: ask.child)).first == true
                            ? .erasureMeans : .notFound))
            }
            return outcome(try await tx.run(ask).first, id, call)
        }
    }

    /// Asks for that of one who died, on evidence.
    func askForDead(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        guard let evidence = call.body["evidence"]?.text else { throw Stop(.invalid) }
        let sealed = try EstateVault(keyring, of: call.id("estate"))
            .seal(evidence, .erasureEvidence, of: id)
        let ask = AskErasure(
            id: id, person: call.id("person"), evidence: sealed, event: event)
        return try await call.write { tx, _ in
            Self.outcome(try await tx.run(ask).first, id, call)
        }
    }

    private static func outcome(_ verdict: String?, _ id: UUID, _ call: Call) -> Outcome {
        switch verdict {
        case "asked":
            .done(
                call.json(.created) { json in
                    json.object { json in json.member("id", id) }
                })
        case "there": .refused(Problem(.erasureThere))
        case "own": .refused(Problem(.ownHousehold))
        case "organises": .refused(Problem(.erasureOrganises))
        case "last_guardian": .refused(Problem(.erasureLastGuardian))
        case "office": .refused(Problem(.erasureOffice))
        default: .refused(Problem(.notFound))
        }
    }

    /// Takes one's own back.
    static func withdraw(_ call: Call) async throws -> Response {
        try await withdraw(call, of: nil)
    }

    /// Takes back that of one who died.
    static func withdrawForDead(_ call: Call) async throws -> Response {
        try await withdraw(call, of: call.id("person"))
    }

    private static func withdraw(_ call: Call, of other: UUID?) async throws -> Response {
        let event = call.context.ids.next()
        return try await call.write { tx, caller in
            guard let person = other ?? caller.person else { return .refused(Problem(.notFound)) }
            return withdrawal(
                try await tx.run(WithdrawErasure(person: person, event: event)).first)
        }
    }

    /// Takes a child's back.
    static func withdrawForChild(_ call: Call) async throws -> Response {
        let withdraw = WithdrawChildErasure(
            child: call.id("child"), event: call.context.ids.next())
        return try await call.write { tx, _ in
            withdrawal(try await tx.run(withdraw).first)
        }
    }

    private static func withdrawal(_ verdict: String?) -> Outcome {
        switch verdict {
        case "withdrawn": .done(Response(.noContent))
        case "late": .refused(Problem(.erasureLate))
        default: .refused(Problem(.notFound))
        }
    }

    /// Writes how one's own stands, and what would stay.
    static func show(_ call: Call) async throws -> Response {
        let (rows, kept) = try await call.read(OwnErasure(), KeptAfterErasure())
        return page(call, rows, kept)
    }

    /// Writes how a child's stands, for its guardian, and what would stay.
    static func showForChild(_ call: Call) async throws -> Response {
        let child = call.id("child")
        let (guards, rows, kept) = try await call.read(
            ErasesFor(child: child), ChildErasure(child: child), KeptAfterErasure())
        guard guards.first == true else { throw Stop(.notFound) }
        return page(call, rows, kept)
    }

    private static func page(
        _ call: Call, _ rows: [OwnErasure.Row], _ kept: [[UInt8]]
    ) -> Response {
        call.json(capacity: 8192) { json in
            json.beginObject()
            json.key("erasures")
            json.beginArray()
            for row in rows {
                json.beginObject()
                json.member("asked_at", row.askedAt)
                json.member("due_at", row.dueAt)
                json.key("hindrances")
                json.beginArray()
                for code in row.hindrances {
                    let text = RightsWords.hindrances[code] ?? Text(zh: code, en: code)
                    json.beginObject()
                    json.member("code", code)
                    json.member("text_zh", text.zh)
                    json.member("text_en", text.en)
                    json.endObject()
                }
                json.endArray()
                json.endObject()
            }
            json.endArray()
            json.key("kept")
            json.beginArray()
            for row in kept { json.raw(row) }
            json.endArray()
            json.endObject()
        }
    }
}
