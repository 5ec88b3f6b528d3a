internal import Platform
internal import Realtime

/// The shapes of what joining sends and is sent.
enum JoiningSchemas {
    private static let name = Schema.text(1...80, note: "邻居怎么称呼 / What neighbours call the person")
    private static let birth = Schema.text(8...10, note: "生日，如 1990-09-01 / A day")
    private static let standing = Schema.choice(Standing.all, note: "在户里的身份 / In the household")
    private static let because = Schema.text(1...400, note: "办理原因 / Why")
    private static let language = Schema.choice(["zh", "en"])
    private static let day = Schema.text(10...10, note: "如 2026-09-01，小区当地 / In the estate's zone")
    private static let code = Schema.text(
        1...40, note: "纸上的加入码，如 7K3M-9QWA-2DXH / The code as it is printed")
    private static let residence = Schema.uuid(
        note: "认为是哪一室的码，不符则不用 / Which residence its holder takes it for; not used if it is "
            + "of another")

    // MARK: Joining

    static let request = Schema.object(
        "JoinRequest",
        [.required("code", code), .required("phone", .text(5...40, note: "手机号 / A phone number"))])
    static let requested = Schema.object(
        "JoinRequested",
        [.required("request", .uuid(note: "与短信验证码一起发回 / Goes back with the message's code"))])

    static let join = Schema.object(
        "Join",
        [
            .required("request", .uuid()),
            .optional(
                "phone_code",
                .text(
                    1...12,
                    note: "短信里的六位数字；没收到也可不填，以得知加入码是否还能用 / Six digits of the message; "
                        + "without them one learns whether the code can still be used")),
            .optional("display_name", name), .optional("birth_date", birth),
            .optional("language", language), .optional("residence", residence),
            .optional(
                "as_another",
                .bool(note: "手机号已有家人的账号时，另建一个 / Another account beside those of the phone")),
            .optional("device_label", AccountSchemas.deviceLabel),
        ])
    static let joined = Schema.object(
        "Joined",
        [
            .required("account", .uuid()),
            .required("token", .text(43...43, note: "Authorization: Bearer")),
            .required("estate", .uuid()), .required("person", .uuid()),
        ])

    static let accountJoin = Schema.object(
        "AccountJoin",
        [
            .required("code", code), .optional("display_name", name),
            .optional("birth_date", birth), .optional("residence", residence),
        ])
    static let accountJoined = Schema.object(
        "AccountJoined", [.required("estate", .uuid()), .required("person", .uuid())])

    // MARK: Codes

    static let wanted = Schema.object(
        "JoinCodeWanted",
        [
            .optional(
                "household", .uuid(note: "入哪一户；不填则在 residence 立新户 / Without: a new one")),
            .optional("residence", .uuid(note: "哪一室 / The residence")),
            .optional(
                "person",
                .uuid(note: "给哪位已登记、未认领的人 / The unclaimed member whom it is for")),
            .required("standing", standing), .required("because", because),
            .optional("first_day", day),
            .optional(
                "last_day",
                .text(
                    10...10,
                    note: "最后一天；默认共 \(JoinLimits.paperDays) 天，最多 \(JoinLimits.paperDaysMax) 天 / "
                        + "The last day: \(JoinLimits.paperDays) in all if left out, at most "
                        + "\(JoinLimits.paperDaysMax)")),
        ])
    static let invitation = Schema.object(
        "InvitationWanted",
        [
            .optional("household", .uuid(note: "属于几户时指明 / Where one belongs to several")),
            .required("standing", .choice(Standing.invited)),
        ])
    private static let joinCode = Schema.object(
        "JoinCode",
        [
            .required("id", .uuid()), .required("how", .choice(["paper_code", "invitation"])),
            .optional("household", .uuid()), .optional("residence", .uuid()),
            .optional("person", .uuid()), .required("standing", standing),
            .required("issued_by", .uuid()), .required("issued_at", .instant()),
            .required("begins", .instant()), .required("ends", .instant()),
            .required("state", .choice(["open", "used", "revoked", "expired"])),
            .optional("used_at", .instant()), .optional("used_by", .uuid()),
        ])
    static let issued = Schema.object(
        "JoinCodeIssued",
        [
            .required("join_code", joinCode),
            .required("code", .text(14...14, note: "只显示这一次 / Shown this once")),
        ])
    static let codes = Schema.object(
        "JoinCodePage", [.required("join_codes", .array(joinCode, count: 0...100))])

    // MARK: People

    private static let home = Schema.object(
        "PersonHome",
        [
            .required("household", .uuid()), .optional("residence", .uuid()),
            .required("place_zh", .text(0...200)), .required("place_en", .text(0...200)),
            .required("standing", standing),
        ])
    static let people = Schema.object(
        "PeoplePage",
        [
            .required(
                "people",
                .array(
                    .object(
                        "KnownPerson",
                        [
                            .required("person", .uuid()), .required("display_name", .text(1...80)),
                            .required("level", level),
                            .required(
                                "since",
                                .instant(note: "登记或认领的时刻 / When it was entered, or claimed")),
                            .required("homes", .array(home, count: 0...50)),
                        ]), count: 0...100))
        ])
    static let residences = Schema.object(
        "ResidencePage",
        [
            .required(
                "residences",
                .array(
                    .object(
                        "Residence",
                        [
                            .required("id", .uuid()), .required("place_zh", .text(0...200)),
                            .required("place_en", .text(0...200)),
                            .required("households", .array(household, count: 0...100)),
                        ]), count: 0...100))
        ])
    private static let household = Schema.object(
        "ResidenceHousehold",
        [
            .required("id", .uuid()),
            .required(
                "members",
                .array(
                    .object(
                        "ResidenceMember",
                        [
                            .required("person", .uuid()), .required("display_name", .text(1...80)),
                            .required("standing", standing), .required("is_claimed", .bool()),
                        ]), count: 0...200)),
        ])
    static let entry = Schema.object(
        "PersonEntry",
        [
            .required("display_name", name), .optional("phone", .text(5...40)),
            .optional("birth_date", birth), .optional("household", .uuid()),
            .optional("residence", .uuid(note: "不填 household 则立新户 / A new household there")),
            .required("standing", standing), .required("because", because),
            .optional("language", language),
        ])
    static let entered = Schema.object(
        "PersonEntered", [.required("person", .uuid()), .required("household", .uuid())])

    // MARK: Proofs

    private static let level = Schema.choice(
        Level.allCases.map(\.rawValue),
        note: "访客、手机已验证、住户已验证、当面核验 / How well a person is known")
    private static let proofMembers: [Schema.Member] = [
        .required("id", .uuid()), .required("level", .choice(["household", "in_person"])),
        .required("how", .choice(["roster", "paper_code", "invitation", "operator", "desk"])),
        .optional("household", .uuid()), .required("proved_at", .instant()),
        .optional("ends", .instant()), .optional("withdrawn_at", .instant()),
        .optional("withdrawn_because", .text(1...400)),
    ]
    static let proof = Schema.object(
        "Proof",
        proofMembers + [
            .optional("because", .text(1...400)), .optional("by", .uuid(note: "谁核验的 / By whom")),
        ])
    static let proofs = Schema.object(
        "Proofs", [.required("proofs", .array(proof, count: 0...100))])
    static let proofWanted = Schema.object(
        "ProofWanted",
        [
            .required("because", .text(1...400, note: "看了什么证件 / Which document was seen")),
            .optional("ends", .instant(note: "到何时止；不填则一直有效 / Until when; for good if left out")),
        ])
    static let withdrawal = Schema.object("ProofWithdrawal", [.required("because", because)])
    static let standingOfOwn = Schema.object(
        "OwnStanding",
        [
            .required("level", level), .required("is_claimed", .bool()),
            .required(
                "proofs", .array(.object("OwnProof", proofMembers), count: 0...100)),
            .optional(
                "next",
                .object(
                    "NextLevel",
                    [
                        .required("level", level), .required("how_zh", .text(1...400)),
                        .required("how_en", .text(1...400)),
                    ], note: "还差什么、怎么办 / What the next level takes")),
        ])
}
