internal import Logging
internal import Platform
internal import Realtime

/// A person's address of e-mail for its notices: its own once it has given back a code.
struct NoticeEmail: Sendable {
    let keyring: Keyring
    let channel: (any MailChannel)?

    /// Asks for an address, and sends a code there, for which the answer does not wait.
    func ask(_ call: Call) async throws -> Response {
        guard let channel else { throw Stop(.mailMissing) }
        guard let address = EmailAddress(call.body["address"]?.text ?? "") else {
            throw Stop(
                Problem(
                    .invalid,
                    faults: [
                        Problem.Fault(
                            "/address",
                            Text(
                                zh: "请写完整的邮箱，如 name@example.com",
                                en: "give a whole address, as name@example.com")
                        )
                    ]))
        }
        let (event, code) = (call.context.ids.next(), SignIn.freshCode())
        // A repeat under one key is answered from what is kept: it sends nothing again.
        var isAsked = false
        let response = try await call.write { tx, caller in
            isAsked = true
            return try await asked(tx, caller, call, address, code, event)
        }
        if isAsked, response.status == .accepted {
            send(code, to: address, event, call, channel)
        }
        return response
    }

    private func asked(
        _ tx: Transaction, _ caller: Caller, _ call: Call, _ address: EmailAddress, _ code: String,
        _ event: UUID
    ) async throws -> Outcome {
        guard let person = caller.person, let estate = caller.estate else {
            return .refused(Problem(.notFound))
        }
        let sealed = try PersonVault(keyring, of: estate)
            .seal(address.text, .emailWanted, of: person)
        let hash = IdentifierVault(keyring).hash(ofCode: code, nonce: person)
        let sql: SQL = "SELECT linli.email_ask(\(event), \(sealed), \(hash))"
        switch try await tx.run(GoodsVerdict(sql: sql)).first {
        case "asked": return .done(Response(.accepted))
        case "often": throw Stop(.emailOften)
        default: return .refused(Problem(.notFound))
        }
    }

    private func send(
        _ code: String, to address: EmailAddress, _ reference: UUID, _ call: Call,
        _ channel: any MailChannel
    ) {
        let mail = OutgoingMail(
            reference: "\(reference)", to: address, subject: "邻里验证码 / Linli code",
            text: "验证码 \(code)，15 分钟内有效，请勿告诉他人。\n"
                + "Your code is \(code), valid for 15 minutes. Tell nobody.\n",
            at: call.context.clock.now())
        let logger = call.context.logger
        Task {
            let outcome = await channel.hand(mail)
            if outcome != .taken { logger.warning("a code by e-mail was not taken: \(outcome)") }
        }
    }

    /// Gives the code back: from then on the address is the person's.
    func confirm(_ call: Call) async throws -> Response {
        let (event, code) = (call.context.ids.next(), call.body["code"]?.text ?? "")
        return try await call.write { tx, caller in
            try await confirmed(tx, caller, call, code, event)
        }
    }

    private func confirmed(
        _ tx: Transaction, _ caller: Caller, _ call: Call, _ code: String, _ event: UUID
    ) async throws -> Outcome {
        guard let person = caller.person, let estate = caller.estate else {
            return .refused(Problem(.notFound))
        }
        let hash = IdentifierVault(keyring).hash(ofCode: code, nonce: person)
        let row = try await tx.run(ConfirmEmail(event: event, code: hash)).first
        switch row?.verdict {
        case "confirmed":
            guard let sealed = row?.sealed else { return .refused(Problem(.notFound)) }
            let vault = PersonVault(keyring, of: estate)
            let address = try vault.open(sealed, .emailWanted, of: person)
            let kept = try vault.seal(address, .email, of: person)
            _ = try await tx.run(KeepEmail(sealed: kept))
            return .done(Response(.noContent))
        // Not undone: the try counts.
        case "wrong": return .done(call.refusal(Problem(.emailCodeWrong)))
        default: return .refused(Problem(.notFound))
        }
    }

    /// Writes one's own address, and the one that waits for its code.
    func own(_ call: Call) async throws -> Response {
        guard let row = try await call.read(OwnEmail()).first, let person = row.person,
            let estate = call.estate
        else { throw Stop(.notFound) }
        let vault = PersonVault(keyring, of: estate)
        let address = row.email.flatMap { try? vault.open($0, .email, of: person) }
        let wanted = row.wanted.flatMap { try? vault.open($0, .emailWanted, of: person) }
        return call.json { json in
            json.object { json in
                if let address { json.member("address", address) }
                if let wanted { json.member("wanted", wanted) }
            }
        }
    }

    /// Forgets it.
    static func end(_ call: Call) async throws -> Response {
        let event = call.context.ids.next()
        return try await call.write { tx, _ in
            try await tx.run(GoodsVerdict(sql: "SELECT linli.email_end(\(event))")).first == "ended"
                ? .done(Response(.noContent)) : .refused(Problem(.notFound))
        }
    }
}

/// Gives a code back.
private struct ConfirmEmail: Statement {
    var event: UUID
    var code: [UInt8]

    var sql: SQL { "SELECT verdict, sealed FROM linli.email_confirm(\(event), \(code))" }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (verdict: String, sealed: [UInt8]?) {
        (try cells.read(), try cells.read())
    }
}

/// Keeps an address that was confirmed in this transaction.
private struct KeepEmail: Command {
    var sealed: [UInt8]

    var sql: SQL { "SELECT linli.email_keep(\(sealed))" }
}

/// The principal's own.
private struct OwnEmail: Statement {
    var sql: SQL { "SELECT linli.person_id(), email, wanted FROM linli.own_email()" }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (person: UUID?, email: [UInt8]?, wanted: [UInt8]?) {
        (try cells.read(), try cells.read(), try cells.read())
    }
}

extension ProblemKind {
    static let mailMissing = ProblemKind(
        "mail-missing", .conflict,
        Text(zh: "这里还不能用电子邮件通知", en: "This server sends no e-mail yet"),
        Text(
            zh: "请先用别的渠道；管理员用 --mail-server 接上邮件服务器后再试。",
            en: "Choose another channel; try again once the operator has named a mail server."))
    static let emailOften = ProblemKind(
        "email-often", .tooManyRequests,
        Text(zh: "验证码要得太频繁", en: "Codes were asked for too often"),
        Text(zh: "请一分钟后再试；一天最多五次。", en: "Wait a minute and try again; five times a day at most."))
    static let emailCodeWrong = ProblemKind(
        "email-code-wrong", .unprocessableContent,
        Text(zh: "验证码不对或已过期", en: "The code is not right, or too old"),
        Text(
            zh: "请核对邮件里的六位数字，或重新获取。",
            en: "Check the six digits of the message, or ask for a new code."))
}
