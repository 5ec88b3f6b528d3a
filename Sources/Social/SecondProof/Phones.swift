internal import Platform
internal import Realtime

/// A phone that changes, and one that is not its account's any more.
struct Phones: Sendable {
    let keyring: Keyring
    let signIn: SignInRoutes

    /// Sends a code to the phone that the account wants for its own; answers the same for every
    /// phone.
    func requestCode(_ call: Call) async throws -> Response {
        let phone = try Self.phone(call)
        let request = try await signIn.signIn(call).requestCode(
            for: phone, from: SignInAnswers.client(call), as: call.principal
        ) { identity in
            guard let caller = try call.caller(identity) else { throw Stop(.unauthenticated) }
            return caller.account
        }
        return call.json(.accepted) { json in
            json.object { $0.member("request", request.nonce) }
        }
    }

    /// Makes it the account's, by the code that came there.
    func change(_ call: Call) async throws -> Response {
        let phone = try Self.phone(call)
        guard let nonce = call.body["request"]?.text.flatMap({ UUID($0) }),
            let code = call.body["code"]?.text
        else { throw Stop(.invalid) }
        let vault = IdentifierVault(keyring)
        let (identifier, ids) = (call.context.ids.next(), call.context.ids)
        return try await call.write { tx, caller in
            let change = ChangePhone(
                nonce: nonce, code: vault.hash(ofCode: code, nonce: nonce),
                phone: vault.hash(of: phone), identifier: identifier,
                sealed: try vault.seal(phone, identifier: identifier, of: caller.account))
            // Not undone: the try counts.
            guard try await tx.run(change).first == true else {
                return .done(call.refusal(Problem(.codeWrong)))
            }
            try await tx.execute(
                TellAccount(
                    caller.account, ids: ids, kind: "phone.changed", notice: "phone.changed"
                ) { $0.member("identifier", identifier) }.sql)
            return .done(Response(.noContent))
        }
    }

    /// The account says that its phone is not its own any more.
    static func report(_ call: Call) async throws -> Response {
        let ids = call.context.ids
        return try await call.write { tx, caller in
            let count = try await tx.run(ReportOwnPhones()).first ?? 0
            let telling = TellAccount(
                caller.account, ids: ids, kind: "phone.reported", notice: "phone.reported"
            ) { $0.member("count", count) }
            try await tx.execute(telling.sql)
            return .done(Response(.noContent))
        }
    }

    /// The desk says it of a person, and why.
    static func reportOf(_ call: Call) async throws -> Response {
        let (person, event) = (call.id("person"), call.context.ids.next())
        let because = call.body["because"]?.text ?? ""
        return try await call.write { tx, caller in
            let report = ReportPhonesOf(person: person, because: because)
            guard let own = caller.person, let account = try await tx.run(report).first ?? nil
            else { return .refused(Problem(.notFound)) }
            try await tx.execute(
                AppendEvent(
                    EventDraft(
                        id: event, kind: "phone.reported",
                        audience: [.person(person), .person(own)], about: [person]
                    ) { _ in }
                ).sql,
                Notify(
                    .phoneReported, of: event, about: NoticeSubject(.account, account),
                    to: [person]
                ).sql)
            return .done(Response(.noContent))
        }
    }

    private static func phone(_ call: Call) throws(Stop) -> PhoneNumber {
        guard let phone = call.body["phone"]?.text.flatMap({ PhoneNumber($0) }) else {
            throw Stop(
                Problem(.invalid, faults: [Problem.Fault("/phone", SignInRoutes.phoneAdvice)]))
        }
        return phone
    }
}

private struct ChangePhone: Statement {
    var nonce: UUID
    var code: [UInt8]
    var phone: [UInt8]
    var identifier: UUID
    var sealed: [UInt8]

    var sql: SQL {
        """
        SELECT linli.change_phone(\(nonce), \(code), \(phone), \(identifier), \(sealed))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

private struct ReportOwnPhones: Statement {
    var sql: SQL { "SELECT linli.report_own_phones()" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
}

private struct ReportPhonesOf: Statement {
    var person: UUID
    var because: String

    var sql: SQL { "SELECT linli.report_phones_of(\(person), \(because))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID? { try cells.read() }
}
