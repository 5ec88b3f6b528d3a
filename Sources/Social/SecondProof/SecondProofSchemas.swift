/// The shapes of what second proofs send and are sent.
enum SecondProofSchemas {
    private static let credentialMember = Schema.Member.required(
        "credential", .anyObject(note: "浏览器的 credential.toJSON() / What the browser's gives"))
    private static let label = Schema.text(
        0...80, note: "这把钥匙叫什么 / What it is called in the list")

    static let credential = Schema.object("PasskeyAnswer", [credentialMember])

    static let newPasskey = Schema.object(
        "NewPasskey", [credentialMember, .optional("label", label)])

    static let passkeySignIn = Schema.object(
        "PasskeySignIn",
        [credentialMember, .optional("ticket", .text(1...128))] + SignInAnswers.members)

    static let requestOptions = Schema.object(
        "PasskeyRequestOptions",
        [
            .required("challenge", .text(1...200)), .required("rpId", .text(1...255)),
            .required("timeout", .integer(1...600_000)),
            .required("userVerification", .choice(["required"])),
            .required("allowCredentials", .array(.anyObject(), count: 0...100)),
        ], note: "PublicKeyCredential.parseRequestOptionsFromJSON")

    static let passkey = Schema.object(
        "Passkey",
        [
            .required("id", .uuid()), .required("label", label),
            .required("created_at", .instant()),
            .required("is_trusted", .bool(note: "能否作再次验证 / Whether it proves a session")),
            .optional("last_used_on", .text(10...10)),
        ])

    static let passkeys = Schema.object(
        "Passkeys", [.required("passkeys", .array(passkey, count: 0...100))])

    private static let ways = ["passkey", "member", "paper_code", "desk"]

    static let proof = Schema.object(
        "SessionProof",
        [
            .required("is_proved", .bool()), .optional("proved_at", .instant()),
            .optional(
                "proved_by", .choice(ways + ["development", "known_device", "operator_code"])),
            .optional(
                "office_until",
                .instant(note: "职务到此刻前有效 / Until when offices count in this session")),
            .required("ways", .array(.choice(ways), count: 0...4)),
            .optional("asked", asked),
        ])

    static let asked = Schema.object(
        "ProofAsked",
        [
            .required("request", .uuid()),
            .required("number", .integer(10...99, note: "两块屏幕上的数字 / On both screens")),
            .required("until", .instant()),
        ])

    static let code = Schema.object(
        "DeviceCodeAnswer",
        [.required("code", .text(1...40, note: "纸上的十二个字符 / Twelve characters on the paper"))])

    static let ticket = Schema.object("SignInTicket", [.required("ticket", .text(1...128))])

    static let signInProof = Schema.object(
        "SignInProof",
        [
            .required("ticket", .text(1...128)), .optional("code", .text(1...40)),
            .optional("request", .uuid()),
        ] + SignInAnswers.members)

    static let ended = Schema.object("SessionsEnded", [.required("ended", .integer(0...1_000_000))])

    static let phone = Schema.object(
        "PhoneChange",
        [
            .required("phone", .text(5...40)), .required("request", .uuid()),
            .required("code", .text(1...12)),
        ])

    private static let because = Schema.text(1...400, note: "理由 / The reason")

    static let reason = Schema.object("DeskReason", [.required("because", because)])

    static let requests = Schema.object(
        "ProofRequests",
        [
            .required(
                "requests",
                .array(
                    .object(
                        "ProofRequest",
                        [
                            .required("id", .uuid()), .required("person", .uuid()),
                            .required("display_name", .text(1...80)),
                            .required("asked_at", .instant()), .required("until", .instant()),
                            .required("is_of_household", .bool()),
                        ]), count: 0...100))
        ])

    static let vouching = Schema.object(
        "Vouching",
        [
            .required("person", .uuid()),
            .required("number", .integer(10...99)),
            .optional("because", because),
        ])

    static let newCode = Schema.object(
        "NewDeviceCode",
        [.optional("days", .integer(1...30, note: "有效天数，默认 30 / Days that it lasts"))])

    static let madeCode = Schema.object(
        "MadeDeviceCode",
        [
            .required("id", .uuid()),
            .required("code", .text(14...14, note: "只显示一次 / Shown once")),
            .required("until", .instant()),
        ])

    static let newDesk = Schema.object("NewDesk", [.required("label", .text(1...80))])

    static let madeDesk = Schema.object(
        "MadeDesk",
        [
            .required("id", .uuid()),
            .required("token", .text(43...43, note: "只显示一次 / Shown once")),
            .required("until", .instant()),
        ])

    static let desks = Schema.object(
        "Desks",
        [
            .required(
                "desks",
                .array(
                    .object(
                        "Desk",
                        [
                            .required("id", .uuid()), .required("label", .text(1...80)),
                            .required("opened_by", .uuid()),
                            .required("opened_at", .instant()), .required("until", .instant()),
                        ]), count: 0...100))
        ])
}
