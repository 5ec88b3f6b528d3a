package import Platform
internal import Realtime

/// The operations of signing in and of one's own account.
package enum AccountOperations {
    /// All of them, sending codes through this gateway.
    package static func all(
        keyring: Keyring, gateway: any MessageGateway, limits: SignInLimits = SignInLimits()
    ) -> [Operation] {
        signIn(SignInRoutes(keyring: keyring, gateway: gateway, limits: limits)) + own
    }

    private static let tag = "accounts"
    private static let onceByItself = "a code and a ticket are good once"
    private static let signedIn = Operation.Answer(
        .created, Text(zh: "已登录", en: "Signed in"), AccountSchemas.signedIn)

    private static func signIn(_ routes: SignInRoutes) -> [Operation] {
        [
            .write(
                .post, "/api/v1/sign-in/codes", "requestSignInCode",
                Text(zh: "获取验证码", en: "Ask for a sign-in code"), tag: tag, security: .open,
                repetition: .exempt(because: "asking is counted, and told apart by nobody"),
                body: AccountSchemas.codeRequest,
                answers: [
                    Operation.Answer(
                        .accepted,
                        Text(
                            zh: "若手机号已登记，验证码会发到手机",
                            en: "A code is sent if the phone is known"),
                        AccountSchemas.codeRequested)
                ]
            ) { call, _ in try await routes.requestCode(call) },
            .write(
                .post, "/api/v1/sign-in/sessions", "signIn",
                Text(zh: "用验证码登录", en: "Sign in with a code"), tag: tag, security: .open,
                repetition: .exempt(because: onceByItself), body: AccountSchemas.signIn,
                answers: [
                    signedIn,
                    Operation.Answer(
                        .ok, Text(zh: "请选择是谁", en: "Say who is there"), AccountSchemas.who),
                ], problems: [.codeWrong, .minorSignsIn]
            ) { call, _ in try await routes.redeem(call) },
            .write(
                .post, "/api/v1/sign-in/choices", "chooseAccount",
                Text(zh: "选择是谁在登录", en: "Say who is signing in"), tag: tag, security: .open,
                repetition: .exempt(because: onceByItself), body: AccountSchemas.choice,
                answers: [signedIn], problems: [.ticketWrong, .minorSignsIn]
            ) { call, _ in try await routes.choose(call) },
            .write(
                .post, "/api/v1/sign-out", "signOut", Text(zh: "退出登录", en: "Sign out"), tag: tag,
                security: .account,
                repetition: .exempt(because: "the session it would be repeated in has ended"),
                answers: [Operation.Answer(.noContent, Text(zh: "已退出", en: "Signed out"))]
            ) { call, _ in try await Accounts.signOut(call) },
        ]
    }

    private static let own: [Operation] = [
        Delegations.operation,
        .read(
            "/api/v1/me", "getMe", Text(zh: "我的账号", en: "The account, its estates and roles"),
            tag: tag, security: .account,
            answers: [Operation.Answer(.ok, Text(zh: "账号", en: "The account"), AccountSchemas.me)]
        ) { call, _ in try await Accounts.me(call) },
        .read(
            "/api/v1/me/sessions", "listSessions",
            Text(zh: "我的登录设备", en: "The account's sessions"), tag: tag, security: .account,
            answers: [
                Operation.Answer(.ok, Text(zh: "登录设备", en: "Sessions"), AccountSchemas.sessions)
            ]
        ) { call, _ in try await Accounts.sessions(call) },
        .write(
            .delete, "/api/v1/me/sessions/{session}", "endSession",
            Text(zh: "让一台设备退出登录", en: "End one of the sessions"), tag: tag,
            security: .account,
            parameters: [.path("session", Text(zh: "登录", en: "The session"))],
            answers: [Operation.Answer(.noContent, Text(zh: "已退出", en: "It has ended"))]
        ) { call, _ in try await Accounts.endSession(call) },
    ]
}
