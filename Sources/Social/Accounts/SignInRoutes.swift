internal import Logging
internal import Platform
internal import Realtime

/// Signing in by a code sent to a phone.
struct SignInRoutes: Sendable {
    let keyring: Keyring
    let gateway: any MessageGateway
    let limits: SignInLimits

    func signIn(_ call: Call) -> SignIn {
        let (logger, id) = (call.context.logger, call.requestID)
        return SignIn(
            database: call.database, ids: call.context.ids, keyring: keyring, gateway: gateway,
            limits: limits
        ) { error in
            logger.error(
                "a message was not delivered", error: error, metadata: ["request": "\(id)"])
        }
    }

    /// Answers the same for every phone: known, unknown, or asked for too often.
    func requestCode(_ call: Call) async throws -> Response {
        guard let phone = call.body["phone"]?.text.flatMap({ PhoneNumber($0) }) else {
            throw Stop(Problem(.invalid, faults: [Problem.Fault("/phone", Self.phoneAdvice)]))
        }
        let request = try await signIn(call).requestCode(
            for: phone, from: SignInAnswers.client(call))
        return call.json(.accepted) { json in
            json.object { $0.member("request", request.nonce) }
        }
    }

    static let phoneAdvice = Text(
        zh: "请填写手机号，例如 138 1234 5678。",
        en: "Send a phone number, such as +86 138 1234 5678.")

    /// A session, or the question who is there.
    func redeem(_ call: Call) async throws -> Response {
        let nonce = call.body["request"]?.text.flatMap { UUID($0) }
        guard let nonce, let code = call.body["code"]?.text else { throw Stop(.codeWrong) }
        let redeemed = try await signIn(call).redeem(
            code, nonce: nonce, from: SignInAnswers.client(call))
        switch redeemed {
        case .signedIn(let signedIn): return SignInAnswers.signedIn(call, signedIn, limits)
        case .refused: throw Stop(.codeWrong)
        case .who(let candidates, let hasDoubt, let ticket):
            return call.json { json in
                json.object { json in
                    json.member("ticket", ticket)
                    json.key("who")
                    json.array { json in
                        for candidate in candidates {
                            json.object { json in
                                json.member("account", candidate.account)
                                json.member("name", candidate.name.text)
                            }
                        }
                    }
                    json.member("needs_proof", hasDoubt)
                }
            }
        }
    }

    /// A session for the one who was chosen.
    func choose(_ call: Call) async throws -> Response {
        guard let account = call.body["account"]?.text.flatMap({ UUID($0) }),
            let ticket = call.body["ticket"]?.text,
            let signedIn = try await signIn(call).choose(
                account, ticket: ticket, from: SignInAnswers.client(call))
        else { throw Stop(.ticketWrong) }
        return SignInAnswers.signedIn(call, signedIn, limits)
    }

    /// A session for one whose phone is in doubt, by a second proof.
    func prove(_ call: Call) async throws -> Response {
        let code = call.body["code"]?.text.flatMap { DeviceCode($0) }
        let request = call.body["request"]?.text.flatMap { UUID($0) }
        let proof = code.map { TicketProof.code($0) } ?? request.map { .request($0) }
        guard let proof,
            let signedIn = try await signIn(call).prove(
                proof, ticket: call.body["ticket"]?.text ?? "",
                from: SignInAnswers.client(call))
        else { throw Stop(.signInProofWrong) }
        return SignInAnswers.signedIn(call, signedIn, limits)
    }
}
