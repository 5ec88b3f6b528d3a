internal import Logging
internal import Platform
internal import Realtime

/// Signing in by a code sent to a phone.
struct SignInRoutes: Sendable {
    let keyring: Keyring
    let gateway: any MessageGateway
    let limits: SignInLimits

    private func signIn(_ call: Call) -> SignIn {
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
            for: phone, from: call.request.peerAddress)
        return call.json(.accepted) { json in
            json.object { $0.member("request", request.nonce) }
        }
    }

    private static let phoneAdvice = Text(
        zh: "请填写手机号，例如 138 1234 5678。",
        en: "Send a phone number, such as +86 138 1234 5678.")

    /// A session, or the question who is there.
    func redeem(_ call: Call) async throws -> Response {
        let nonce = call.body["request"]?.text.flatMap { UUID($0) }
        guard let nonce, let code = call.body["code"]?.text else { throw Stop(.codeWrong) }
        switch try await signIn(call).redeem(code, nonce: nonce, deviceLabel: label(call)) {
        case .signedIn(let token, let account): return signedIn(call, token, account)
        case .refused: throw Stop(.codeWrong)
        case .who(let candidates, let ticket):
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
                }
            }
        }
    }

    /// A session for the one who was chosen.
    func choose(_ call: Call) async throws -> Response {
        guard let account = call.body["account"]?.text.flatMap({ UUID($0) }),
            let ticket = call.body["ticket"]?.text,
            let token = try await signIn(call).choose(
                account, ticket: ticket, deviceLabel: label(call))
        else { throw Stop(.ticketWrong) }
        return signedIn(call, token, account)
    }

    private func label(_ call: Call) -> String { call.body["device_label"]?.text ?? "" }

    private func signedIn(_ call: Call, _ token: SessionToken, _ account: UUID) -> Response {
        call.json(.created) { json in
            json.object { json in
                json.member("account", account)
                json.member("token", token.text)
            }
        }.adding(
            "Set-Cookie",
            call.context.cookie.field(
                token: token.text, seconds: limits.sessionLifetime.components.seconds))
    }
}
