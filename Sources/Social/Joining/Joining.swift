internal import Logging
internal import Platform
internal import Realtime

/// Joining by a code that somebody was given.
struct Joining: Sendable {
    private let gateway: any MessageGateway
    private let limits: JoinLimits
    private let vault: IdentifierVault
    private let codes: JoinCodes
    private let keyring: Keyring

    /// Joining over these keys; messages go through this gateway.
    init(_ keyring: Keyring, gateway: any MessageGateway, limits: JoinLimits) {
        self.gateway = gateway
        self.limits = limits
        vault = IdentifierVault(keyring)
        codes = JoinCodes(keyring)
        self.keyring = keyring
    }

    // MARK: A newcomer

    /// Sends a message to the phone if the code is open and the limits allow; answers alike in any
    /// case, after the same work.
    func request(_ call: Call) async throws -> Response {
        guard let phone = call.body["phone"]?.text.flatMap({ PhoneNumber($0) }) else {
            throw Self.fault("/phone", Self.phoneAdvice)
        }
        // What has not the form of a code is looked up as one that nobody has.
        let shown = JoinCode(call.body["code"]?.text ?? "") ?? .random()
        let nonce = call.context.ids.next()
        let code = SignIn.freshCode()
        let request = RequestJoin(
            nonce: nonce, phone: vault.hash(of: phone),
            address: vault.hash(ofAddress: call.request.peerAddress),
            code: vault.hash(ofCode: code, nonce: nonce),
            sealed: try vault.sealUnowned(phone, identifier: nonce), shown: codes.hash(shown),
            at: .epoch, limits: limits)
        let isSent = try await call.database.write(.none) { tx in
            var request = request
            request.at = tx.instant
            return try await tx.finish(request)
        }
        if isSent.first == true { send(code, to: phone, call) }
        return call.json(.accepted) { json in json.object { $0.member("request", nonce) } }
    }

    /// No answer waits for the message: that would tell a code that lives from another.
    private func send(_ code: String, to phone: PhoneNumber, _ call: Call) {
        let minutes = limits.signIn.codeLifetime.components.seconds / 60
        let text =
            "【邻里】加入小区的验证码 \(code)，\(minutes) 分钟内有效，请勿告诉他人。"
            + "Linli code for joining \(code), valid \(minutes) min. Tell nobody."
        let (logger, id) = (call.context.logger, call.requestID)
        Task { [gateway] in
            do {
                try await gateway.send(to: phone, text: text)
            } catch {
                logger.error(
                    "a message was not delivered", error: error, metadata: ["request": "\(id)"])
            }
        }
    }

    /// Makes a member of the newcomer whose phone the message proved, in one transaction.
    func join(_ call: Call) async throws -> Response {
        guard let nonce = call.body["request"]?.text.flatMap({ UUID($0) }) else {
            throw Stop(.joinCodeWrong)
        }
        let birth = try Self.birth(call.body)
        let (name, token) = (try Self.name(call.body) ?? "", SessionToken.random())
        let code = vault.hash(ofCode: call.body["phone_code"]?.text ?? "", nonce: nonce)
        let ids = call.context.ids
        let (account, person, session) = (
            ids.next() as UUID, ids.next() as UUID, ids.next() as UUID
        )
        let outcome = try await call.database.write(.none) { tx -> Result<FinishJoin.Row, Stop> in
            let offer = try await tx.run(
                OpenJoin(
                    nonce: nonce, code: code, residence: Self.residence(call.body), name: name,
                    isAnother: call.body["as_another"]?.bool ?? false, at: tx.instant,
                    limits: limits)
            ).first
            if let refusal = try refusal(offer, birth, hasName: !name.isEmpty) {
                // The try counts: what was written of it is committed.
                return .failure(Stop(refusal))
            }
            let finished = try await tx.run(
                FinishJoin(
                    nonce: nonce, code: code, name: name,
                    language: call.body["language"]?.text ?? "zh", freshAccount: account,
                    freshPerson: person,
                    birthSealed: try sealed(birth, for: offer?.person ?? person, offer),
                    session: session, token: token.hash,
                    deviceLabel: Sessions.bounded(call.body["device_label"]?.text ?? ""),
                    at: tx.instant, limits: limits)
            ).first
            guard let finished else { throw Stop(.joinCodeWrong) }
            return .success(finished)
        }
        let member = try outcome.get()
        return call.json(.created) { json in
            json.object { json in
                json.member("account", member.account)
                json.member("token", token.text)
                json.member("estate", member.estate)
                json.member("person", member.person)
            }
        }.adding(
            "Set-Cookie",
            call.context.cookie.field(
                token: token.text, seconds: limits.signIn.sessionLifetime.components.seconds))
    }

    // MARK: A signed-in account

    /// Makes the account's person a member, a new one where it has none in that estate.
    func joinSignedIn(_ call: Call) async throws -> Response {
        let (attempt, person) = (call.context.ids.next(), call.context.ids.next())
        let shown = codes.hash(JoinCode(call.body["code"]?.text ?? "") ?? .random())
        let birth = try Self.birth(call.body)
        let name = try Self.name(call.body) ?? ""
        return try await call.write { tx, _ in
            let offer = try await tx.run(
                OpenAccountJoin(
                    attempt: attempt, shown: shown, residence: Self.residence(call.body),
                    name: name, limits: limits)
            ).first
            if let refusal = try refusal(offer, birth, hasName: !name.isEmpty) {
                // The try counts, so what was written stays.
                return .done(call.refusal(refusal))
            }
            let joined = try await tx.run(
                FinishAccountJoin(
                    shown: shown, name: name, freshPerson: person,
                    birthSealed: try sealed(birth, for: offer?.person ?? person, offer))
            ).first
            guard let joined else { return .refused(Problem(.joinCodeEnded)) }
            return .done(
                call.json(.created) { json in
                    json.object { json in
                        json.member("estate", joined.estate)
                        json.member("person", joined.person)
                    }
                })
        }
    }

    // MARK: Judging

    /// Why an offer is not taken up; `nil`: it is.
    ///
    /// - Throws: `Stop` for what the client has to correct, with nothing kept.
    private func refusal(
        _ offer: JoinOffer?, _ birth: CalendarDate?, hasName: Bool
    ) throws -> Problem? {
        guard let offer, let today = offer.today, offer.verdict == "open" else {
            if offer?.verdict == "too_many" {
                var problem = Problem(.tooMany)
                problem.retryAfterSeconds = Self.retrySeconds
                throw Stop(problem)
            }
            return Problem.ofJoinCode(offer?.verdict ?? "refused") ?? Problem(.joinCodeWrong)
        }
        guard offer.person != nil || hasName else {
            throw Self.fault("/display_name", Self.nameAdvice)
        }
        let registered: CalendarDate? =
            if let person = offer.person, let estate = offer.estate {
                try Household.birth(
                    person, offer.birthSealed, PersonVault(keyring, of: estate))
            } else { nil }
        guard let born = registered ?? birth else {
            guard !offer.isOwn, Standing.isOfChild(offer.standing ?? "") else { return nil }
            throw Self.fault("/birth_date", Self.birthAdvice)
        }
        guard let day = CalendarDate(today.description) else { throw Stop(.internalFault) }
        guard born <= day else { throw Self.fault("/birth_date", Self.birthForm) }
        return Household.years(born: born, on: day) < JoinLimits.signInYears
            ? Problem(.underFourteen) : nil
    }

    private func sealed(
        _ birth: CalendarDate?, for person: UUID, _ offer: JoinOffer?
    ) throws(CryptoError) -> [UInt8]? {
        guard let birth, let estate = offer?.estate else { return nil }
        return try PersonVault(keyring, of: estate).seal(
            birth.description, .birthDate, of: person)
    }

    // MARK: Reading what was sent

    private static func residence(_ body: JSON) -> UUID? {
        body["residence"]?.text.flatMap { UUID($0) }
    }

    /// The name without space around it; `nil`: none was sent.
    static func name(_ body: JSON) throws(Stop) -> String? {
        guard let text = body["display_name"]?.text else { return nil }
        var name = Substring(text)
        while name.first?.isWhitespace == true { name.removeFirst() }
        while name.last?.isWhitespace == true { name.removeLast() }
        guard !name.isEmpty else { throw fault("/display_name", nameAdvice) }
        return String(name)
    }

    /// The day of birth, if one was sent.
    static func birth(_ body: JSON) throws(Stop) -> CalendarDate? {
        guard let text = body["birth_date"]?.text else { return nil }
        guard let birth = CalendarDate(text) else { throw fault("/birth_date", birthForm) }
        return birth
    }

    static func fault(_ pointer: String, _ detail: Text) -> Stop {
        Stop(Problem(.invalid, faults: [Problem.Fault(pointer, detail)]))
    }

    /// Seconds after which an account's tries of the last hour are fewer.
    private static let retrySeconds = 600
    static let phoneAdvice = Text(
        zh: "请填写手机号，例如 138 1234 5678。",
        en: "Send a phone number, such as +86 138 1234 5678.")
    private static let nameAdvice = Text(
        zh: "请填写邻居怎么称呼您。", en: "Say what neighbours call you.")
    private static let birthForm = Text(
        zh: "请写成 2010-09-01 这样的、已经过去的日期。", en: "Write a past day such as 2010-09-01.")
    private static let birthAdvice = Text(
        zh: "以孩子身份加入，请填写生日。", en: "Who joins as a child states its day of birth.")
}

/// The installation's job that forgets requests and tries that no limit counts any more.
enum JoinSweep {
    static let name = "joining-sweep"
    private static let batch: Int64 = 1000
    private static let batchesMax = 100

    static func job(every interval: Duration = .seconds(600)) -> Job {
        Job(name: name, every: interval, scope: .installation) { run, database, _ in
            for _ in 0..<batchesMax {
                try Task.checkCancellation()
                let gone = try await database.write(run.principal) { tx in
                    try await tx.finish(Forget(at: run.instant))
                }
                guard let count = gone.first, count >= batch else { return }
            }
        }
    }

    private struct Forget: Statement {
        var at: Instant

        var sql: SQL { "SELECT linli.forget_joins(\(at), \(JoinSweep.batch))::bigint" }

        func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
    }
}
