package import Platform
internal import Realtime

/// The operations of second proofs: passkeys, vouching, codes on paper, phones in doubt, desks.
package enum SecondProofOperations {
    /// All of them; `signals` hears of each commit, so that it goes out live.
    package static func all(
        keyring: Keyring, gateway: any MessageGateway, signals: EventSignals,
        limits: SignInLimits = SignInLimits()
    ) -> [Operation] {
        let routes = SignInRoutes(keyring: keyring, gateway: gateway, limits: limits)
        let passkeys = Passkeys(
            challenges: WebAuthnChallenges(keyring), signIn: routes, limits: limits)
        let proofs = SecondProofs(keyring: keyring, limits: limits)
        let operations =
            signIn(routes, passkeys, proofs) + ofPasskeys(passkeys) + ofProofs(proofs)
            + ofPhones(Phones(keyring: keyring, signIn: routes))
            + ofDesks(Desks(keyring: keyring, limits: limits))
        return operations.map { $0.telling(signals) }
    }

    private static let tag = "second-proof"
    private static let done = Operation.Answer(.noContent, Text(zh: "已完成", en: "Done"))
    private static let asked = Operation.Answer(
        .created, Text(zh: "已请求，屏幕上显示两位数字", en: "Asked; show the number"),
        SecondProofSchemas.asked)

    private static func signIn(
        _ routes: SignInRoutes, _ passkeys: Passkeys, _ proofs: SecondProofs
    ) -> [Operation] {
        let signedIn = Operation.Answer(
            .created, Text(zh: "已登录", en: "Signed in"), AccountSchemas.signedIn)
        return [
            .read(
                "/api/v1/sign-in/passkey-options", "getSignInPasskeyOptions",
                Text(zh: "用通行密钥登录的参数", en: "What to sign in by a passkey with"), tag: tag,
                security: .open,
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "参数", en: "Options"), SecondProofSchemas.requestOptions)
                ]
            ) { call, _ in try await passkeys.signInOptions(call) },
            .write(
                .post, "/api/v1/sign-in/passkeys", "signInByPasskey",
                Text(zh: "用通行密钥登录", en: "Sign in by a passkey"), tag: tag, security: .open,
                repetition: .exempt(because: "a challenge is good once"),
                body: SecondProofSchemas.passkeySignIn, answers: [signedIn],
                problems: [.passkeyNotGood, .minorSignsIn]
            ) { call, _ in try await passkeys.signIn(call) },
            .write(
                .post, "/api/v1/sign-in/proof-requests", "askToBeVouchedForAtSignIn",
                Text(
                    zh: "手机号待核实时，请家人或办公台确认",
                    en: "With a phone in doubt, ask the household or the desk to confirm it"),
                tag: tag, security: .open,
                repetition: .exempt(because: "asking is counted, and told apart by nobody"),
                body: SecondProofSchemas.ticket, answers: [asked]
            ) { call, _ in try await proofs.ask(byTicket: call, routes.signIn(call)) },
            .write(
                .post, "/api/v1/sign-in/proofs", "proveSignIn",
                Text(
                    zh: "手机号待核实时，用纸质设备码或已获确认的请求登录",
                    en: "With a phone in doubt, sign in by a code on paper, or by a request that "
                        + "was confirmed"), tag: tag, security: .open,
                repetition: .exempt(because: "a code, a request and a ticket are good once"),
                body: SecondProofSchemas.signInProof, answers: [signedIn],
                problems: [.signInProofWrong]
            ) { call, _ in try await routes.prove(call) },
        ]
    }

    private static func ofPasskeys(_ passkeys: Passkeys) -> [Operation] {
        [
            .read(
                "/api/v1/me/passkey-options", "getPasskeyOptions",
                Text(
                    zh: "添加通行密钥（add）或用它再次验证（prove）的参数",
                    en: "What to add a passkey with, or to prove the session by one"), tag: tag,
                security: .account,
                parameters: [
                    .query(
                        "for", .choice(["add", "prove"]),
                        Text(zh: "用途，默认 prove", en: "What for; to prove if left out"))
                ],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "参数", en: "Options"),
                        .anyObject(
                            note: "PublicKeyCredential.parseCreationOptionsFromJSON, "
                                + "parseRequestOptionsFromJSON"))
                ]
            ) { call, _ in try await passkeys.options(call) },
            .read(
                "/api/v1/me/passkeys", "listPasskeys", Text(zh: "我的通行密钥", en: "The passkeys"),
                tag: tag, security: .account,
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "通行密钥", en: "Passkeys"), SecondProofSchemas.passkeys)
                ]
            ) { call, _ in try await passkeys.list(call) },
            .write(
                .post, "/api/v1/me/passkeys", "addPasskey",
                Text(
                    zh: "添加通行密钥；未经再次验证时添加的，须先确认一次才能作证明",
                    en: "Add a passkey; one that is added without a second proof proves nothing "
                        + "before there was one"), tag: tag, security: .account,
                body: SecondProofSchemas.newPasskey,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "已添加", en: "Added"), SecondProofSchemas.passkey)
                ],
                problems: [.passkeyNotGood, .passkeyKnown, .passkeysMax, .secondProofNeeded]
            ) { call, _ in try await passkeys.add(call) },
            .write(
                .delete, "/api/v1/me/passkeys/{passkey}", "removePasskey",
                Text(zh: "删去通行密钥", en: "Remove a passkey"), tag: tag, security: .account,
                parameters: [.path("passkey", Text(zh: "通行密钥", en: "The passkey"))],
                answers: [done], problems: [.passkeyLast, .secondProofNeeded]
            ) { call, _ in try await passkeys.remove(call) },
            .write(
                .post, "/api/v1/me/proof/passkeys", "proveByPasskey",
                Text(zh: "用通行密钥再次验证", en: "Prove the session by a passkey"), tag: tag,
                security: .account, body: SecondProofSchemas.credential, answers: [done],
                problems: [.passkeyNotGood, .passkeyUntrusted]
            ) { call, _ in try await passkeys.prove(call) },
        ]
    }

    private static func ofProofs(_ proofs: SecondProofs) -> [Operation] {
        [
            .read(
                "/api/v1/me/proof", "getProof",
                Text(
                    zh: "这次登录是否已再次验证，可用哪些方式",
                    en: "Whether this session has a second proof, and by what it may"), tag: tag,
                security: .account,
                answers: [
                    Operation.Answer(.ok, Text(zh: "状态", en: "How it is"), SecondProofSchemas.proof)
                ]
            ) { call, _ in try await SecondProofs.state(call) },
            .write(
                .post, "/api/v1/me/proof/codes", "proveByCode",
                Text(zh: "用纸质设备码再次验证", en: "Prove the session by a code on paper"), tag: tag,
                security: .account, body: SecondProofSchemas.code, answers: [done],
                problems: [.deviceCodeWrong]
            ) { call, _ in try await proofs.byCode(call) },
            .write(
                .post, "/api/v1/me/proof/requests", "askToBeVouchedFor",
                Text(
                    zh: "请同住的成年家人或办公台确认",
                    en: "Ask a grown member of the household, or the desk, to confirm it"),
                tag: tag, security: .account, answers: [asked], problems: [.askedTooOften]
            ) { call, _ in try await proofs.ask(call) },
            .write(
                .delete, "/api/v1/me/sessions", "endOtherSessions",
                Text(
                    zh: "让其他设备全部退出，并忘记所有设备",
                    en: "End all other sessions, and forget every device"), tag: tag,
                security: .account,
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "已退出几个", en: "How many"), SecondProofSchemas.ended)
                ]
            ) { call, _ in try await SecondProofs.endOthers(call) },
        ]
    }

    private static func ofPhones(_ phones: Phones) -> [Operation] {
        [
            .write(
                .post, "/api/v1/me/phone-codes", "requestPhoneCode",
                Text(zh: "更换手机号：向新号码发送验证码", en: "Send a code to the account's new phone"),
                tag: tag, security: .account,
                repetition: .exempt(because: "asking is counted, and told apart by nobody"),
                proof: .needed, body: AccountSchemas.codeRequest,
                answers: [
                    Operation.Answer(
                        .accepted, Text(zh: "验证码会发到新号码", en: "A code is sent there"),
                        AccountSchemas.codeRequested)
                ]
            ) { call, _ in try await phones.requestCode(call) },
            .write(
                .put, "/api/v1/me/phone", "changePhone",
                Text(zh: "更换手机号", en: "Change the account's phone"), tag: tag,
                security: .account, proof: .needed, body: SecondProofSchemas.phone,
                answers: [done], problems: [.codeWrong]
            ) { call, _ in try await phones.change(call) },
            .write(
                .post, "/api/v1/me/phone-reports", "reportOwnPhone",
                Text(
                    zh: "这个手机号不再是我的：下次用它登录须再次验证",
                    en: "This phone is not mine any more: the next sign-in takes a second proof"),
                tag: tag, security: .account, answers: [done]
            ) { call, _ in try await Phones.report(call) },
            .write(
                .post, "/api/v1/estates/{estate}/people/{person}/phone-reports", "reportPhone",
                Text(
                    zh: "办公台报告某人的手机号已不属于他",
                    en: "The desk reports that a person's phone is not its own any more"),
                tag: tag, security: .person, proof: .forOffice,
                parameters: [.estate, person], body: SecondProofSchemas.reason, answers: [done]
            ) { call, _ in try await Phones.reportOf(call) },
        ]
    }

    private static let person = Operation.Parameter.path(
        "person", Text(zh: "本小区的人", en: "The person in the estate"))
}

extension SecondProofOperations {
    fileprivate static func ofDesks(_ desks: Desks) -> [Operation] {
        vouching(desks) + [
            .read(
                desksPath, "listDesks", Text(zh: "开着的办公台", en: "The desks that are open"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate],
                answers: [
                    Operation.Answer(.ok, Text(zh: "办公台", en: "Desks"), SecondProofSchemas.desks)
                ]
            ) { call, _ in try await Desks.list(call) },
            .write(
                .post, desksPath, "openDesk",
                Text(
                    zh: "把这个浏览器设为办公台（一个班次）：在此登录的人不受同一网络的次数限制",
                    en:
                        "Make this browser a desk for a shift: who signs in there is not counted by "
                        + "its network's address"), tag: tag, security: .person,
                proof: .forOffice, parameters: [.estate], body: SecondProofSchemas.newDesk,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "已设", en: "It is open"), SecondProofSchemas.madeDesk)
                ]
            ) { call, _ in try await desks.open(call) },
            .write(
                .delete, desksPath + "/{desk}", "closeDesk",
                Text(zh: "关闭办公台", en: "Close a desk"), tag: tag, security: .person,
                proof: .forOffice,
                parameters: [.estate, .path("desk", Text(zh: "办公台", en: "The desk"))],
                answers: [done]
            ) { call, _ in try await Desks.close(call) },
        ]
    }

    private static let desksPath = "/api/v1/estates/{estate}/desks"

    private static func vouching(_ desks: Desks) -> [Operation] {
        [
            .read(
                "/api/v1/estates/{estate}/proof-requests", "listProofRequests",
                Text(
                    zh: "等我确认的登录：家人的；办公台看本小区的",
                    en: "Who waits to be vouched for: of the household, and at a desk"), tag: tag,
                security: .person, proof: .needed, parameters: [.estate],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "请求", en: "Requests"), SecondProofSchemas.requests)
                ]
            ) { call, _ in try await Desks.requests(call) },
            .write(
                .post, "/api/v1/estates/{estate}/proof-requests/{request}/vouchings", "vouch",
                Text(
                    zh: "确认是他本人：填写其屏幕上的数字；办公台须写明理由",
                    en: "Vouch for somebody by the number on its screen; the desk says why"),
                tag: tag, security: .person, proof: .needed,
                parameters: [.estate, .path("request", Text(zh: "请求", en: "The request"))],
                body: SecondProofSchemas.vouching, answers: [done], problems: [.numberWrong]
            ) { call, _ in try await desks.vouch(call) },
            .write(
                .post, "/api/v1/estates/{estate}/people/{person}/device-codes",
                "issueDeviceCode",
                Text(
                    zh: "为某人开一张纸质设备码，只显示一次；以前开的作废",
                    en: "Issue a device's code on paper, shown once; the one before is void"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, person],
                body: SecondProofSchemas.newCode,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "已开具", en: "Issued"), SecondProofSchemas.madeCode)
                ], problems: [.notForOneself]
            ) { call, _ in try await desks.issueCode(call) },
            .write(
                .delete, "/api/v1/estates/{estate}/device-codes/{code}", "revokeDeviceCode",
                Text(zh: "作废设备码", en: "Revoke a device's code"), tag: tag,
                security: .person, proof: .forOffice,
                parameters: [.estate, .path("code", Text(zh: "设备码", en: "The code"))],
                answers: [done]
            ) { call, _ in try await Desks.revokeCode(call) },
        ]
    }
}

extension Operation {
    /// Says after each answer that the log may have something new.
    fileprivate func telling(_ signals: EventSignals) -> Operation {
        guard method != .get else { return self }
        var telling = self
        let work = work
        telling.work = { call, shard in
            let response = try await work(call, shard)
            signals.committed()
            return response
        }
        return telling
    }
}
