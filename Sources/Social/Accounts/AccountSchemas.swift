/// The shapes of what accounts send and are sent.
enum AccountSchemas {
    static let deviceLabel = Schema.text(
        0...80, note: "手机型号等 / What the device is called in the list of sessions")

    static let codeRequest = Schema.object(
        "CodeRequest",
        [
            .required("phone", .text(5...40, note: "手机号 / A phone number")),
            SignInAnswers.deskToken,
        ])

    static let codeRequested = Schema.object(
        "CodeRequested",
        [.required("request", .uuid(note: "与验证码一起发回 / Goes back with the code"))])

    static let signIn = Schema.object(
        "SignIn",
        [
            .required("request", .uuid()),
            .required("code", .text(1...12, note: "六位数字 / Six digits")),
        ] + SignInAnswers.members)

    static let choice = Schema.object(
        "SignInChoice",
        [
            .required("ticket", .text(1...128)), .required("account", .uuid()),
        ] + SignInAnswers.members)

    static let signedIn = Schema.object(
        "SignedIn",
        [
            .required("account", .uuid()),
            .required("token", .text(43...43, note: "Authorization: Bearer")),
            .required(
                "is_proved", .bool(note: "是否已再次验证 / Whether it has a second proof")),
            .required(
                "offers_passkey",
                .bool(note: "还没有通行密钥，可添加 / There is no passkey yet: offer one")),
            .optional(
                "device_token",
                .text(
                    43...43,
                    note: "请保存，下次登录时发回 / Keep it, and send it with the next sign-in")),
        ])

    static let who = Schema.object(
        "SignInWho",
        [
            .required("ticket", .text(1...128)),
            .required(
                "who",
                .array(
                    .object(
                        nil, [.required("account", .uuid()), .required("name", .text(0...80))]),
                    count: 0...100)),
            .required(
                "needs_proof",
                .bool(
                    note: "另有手机号待核实的人，须先再次验证 / There is somebody besides whose phone is "
                        + "in doubt, and who needs a second proof first")),
        ])

    static let me = Schema.object(
        "Me",
        [
            .required("account", .uuid()), .required("language", .choice(["zh", "en"])),
            .required("estates", .array(estate, count: 0...200)),
            .required(
                "offices", .array(office, count: 0...500, note: "小区以上的职务 / Held above estates")),
        ])

    private static let estate = Schema.object(
        "OwnEstate",
        [
            .required("id", .uuid()), .required("code", .text(1...80)),
            .required("name_zh", .text(1...200)), .required("name_en", .text(0...200)),
            .required("zone", .text(1...64)), .optional("person", .uuid()),
            .optional("display_name", .text(1...80)),
            .required("roles", .array(role, count: 0...500)),
        ])

    private static let role = Schema.object(
        "OwnRole", [.required("role", .text(1...40)), .optional("place", .uuid())])

    private static let office = Schema.object(
        "Office", [.required("role", .text(1...40)), .required("node", .uuid())])

    static let sessions = Schema.object(
        "Sessions",
        [
            .required(
                "sessions",
                .array(
                    .object(
                        "SessionSummary",
                        [
                            .required("id", .uuid()), .required("device_label", .text(0...80)),
                            .required("created_at", .instant()),
                            .required("last_seen_on", .text(10...10)),
                            .required("expires_at", .instant()),
                            .required("is_current", .bool()),
                        ]), count: 0...200))
        ])
}
