internal import Platform

/// The shapes of roles and ties.
enum StandingSchemas {
    static let roles = StandingWords.roles.keys.sorted()
    private static let role = Schema.choice(roles, note: "见 role-kinds / role-kinds lists them")
    private static let reason = Schema.text(
        1...40, note: "事由代码，见 role-kinds / A code of role-kinds")
    private static let reference = Schema.text(
        1...200,
        note: "依据的编号，如选举纪要、合同 / The number of the minutes, contract or deed; no name")

    static let kinds = Schema.object(
        "RoleKinds",
        [
            .required(
                "role_kinds",
                .array(
                    .object(
                        "RoleKind",
                        [
                            .required("role", role), .required("name_zh", .text(1...40)),
                            .required("name_en", .text(1...80)),
                            .required(
                                "level_min",
                                .choice(
                                    Level.allCases.map(\.rawValue),
                                    note: "核验等级至少 / How well the holder must be known")),
                            .required("place_kinds", .array(.text(1...20), count: 0...6)),
                            .required("needs_place", .bool()),
                            .optional(
                                "days_max",
                                .integer(1...3653, note: "最长任期；没有则可不填结束 / Longest term")),
                            .required("is_public", .bool(note: "邻居可见 / Known to neighbours")),
                            .required("given", .array(giving, count: 1...18)),
                            .required("is_mine_to_give", .bool()),
                        ]), count: 0...18))
        ])
    private static let giving = Schema.object(
        "RoleGiving",
        [
            .required("by", role), .required("reasons", .array(reason, count: 1...16)),
            .required("needs_ref", .bool()),
            .required("only_if_none", .bool(note: "仅在无人担任时 / Only where nobody holds it")),
        ])

    static let terms = Schema.object(
        "RolePage",
        [
            .required(
                "roles",
                .array(
                    .object(
                        "RoleTerm",
                        [
                            .required("id", .uuid()), .required("person", .uuid()),
                            .required("display_name", .text(1...80)), .required("role", role),
                            .optional(
                                "place", .uuid(note: "不填即全小区 / Without: the whole estate")),
                            .required(
                                "is_above",
                                .bool(note: "在小区之上任职 / Held above the estate")),
                            .required("begins", .instant()), .optional("ends", .instant()),
                            .required("state", .choice(["current", "coming", "ended"])),
                            .optional("because", .text(1...200)),
                            .optional("because_ref", .text(1...200)),
                            .optional("ended_because", .text(1...40)),
                        ]), count: 0...100))
        ])
    static let wanted = Schema.object(
        "RoleWanted",
        [
            .required("person", .uuid(note: "给谁 / Who holds it")), .required("role", role),
            .optional("place", .uuid(note: "在何处；不填即全小区 / Where; without: everywhere")),
            .optional("begins", .instant(note: "不填即现在 / Now if left out")),
            .optional("ends", .instant(note: "职务必填 / An office needs one")),
            .required("because", reason), .optional("because_ref", reference),
        ])
    static let begun = Schema.object("RoleBegun", [.required("id", .uuid())])
    static let extended = Schema.object(
        "RoleExtension",
        [
            .required("ends", .instant()), .required("because", reason),
            .optional("because_ref", reference),
        ])
    static let ended = Schema.object(
        "RoleEnd",
        [
            .optional("ends", .instant(note: "不填即现在 / Now if left out")),
            .optional(
                "because",
                .choice(
                    [
                        "recalled", "replaced", "contract_ended", "moved_away", "mistake",
                        "laid_down",
                    ],
                    note: "自己辞去的记为 laid_down / What its holder lays down is laid_down")),
        ])

    private static let kind = Schema.choice(
        StandingWords.ties.keys.sorted(),
        note: "亲戚、老邻居、同乡、老同事、同学、朋友；籍贯和单位不登记 / Home town and workplace are not kept")
    static let ties = Schema.object(
        "TiePage",
        [
            .required(
                "ties",
                .array(
                    .object(
                        "Tie",
                        [
                            .required("id", .uuid()), .required("kind", kind),
                            .required("person", .uuid()),
                            .required("display_name", .text(1...80)),
                            .required(
                                "state",
                                .choice(
                                    ["confirmed", "waiting", "asked"],
                                    note: "已确认、对方未确认、等我确认 / Confirmed, not yet confirmed by "
                                        + "the other, waiting for me")),
                            .required("since", .instant()), .optional("until", .instant()),
                        ]), count: 0...100))
        ])
    static let claim = Schema.object(
        "TieClaim",
        [
            .required(
                "person",
                .uuid(note: "看得见的人：家人或职务公开的人 / Of one's household, or in a public office")),
            .required("kind", kind),
        ])
    static let made = Schema.object(
        "TieMade",
        [.required("id", .uuid()), .required("state", .choice(["confirmed", "waiting"]))])
    static let codeWanted = Schema.object("TieCodeWanted", [.required("kind", kind)])
    static let code = Schema.object(
        "TieCode",
        [
            .required("code", .text(9...9, note: "请对方在其手机上输入 / The other types it")),
            .required("kind", kind), .required("ends", .instant()),
        ])
    static let typed = Schema.object(
        "TieCodeTyped", [.required("code", .text(1...40, note: "对方手机上的码 / The other's code"))])

    // MARK: Absences and states

    private static let absence = Schema.object(
        "Absence",
        [
            .required("id", .uuid()), .required("kind", absenceKind),
            .required("begins", .instant()), .optional("ends", .instant()),
            .required("set_by", .uuid()),
        ])
    private static let absenceKind = Schema.choice(
        ["away", "in_hospital"], note: "外出、住院 / Away, in hospital")
    static let absences = Schema.object(
        "Absences", [.required("absences", .array(absence, count: 0...100))])
    static let absenceWanted = Schema.object(
        "AbsenceWanted",
        [
            .required("kind", absenceKind),
            .optional("begins", .instant(note: "不填即现在 / Now if left out")),
            .optional("ends", .instant(note: "不填即到另行结束 / Until it is ended, if left out")),
            .optional(
                "because",
                .text(1...400, note: "居委会、社工办理须写依据 / Needed where a duty role notes it")),
        ])
    static let absenceSet = Schema.object("AbsenceSet", [.required("id", .uuid())])
    static let absenceEnd = Schema.object(
        "AbsenceEnd", [.optional("ends", .instant(note: "不填即现在 / Now if left out"))])
    static let stateWanted = Schema.object(
        "PersonStateWanted",
        [
            .required(
                "state",
                .choice(
                    ["moved", "dead", "active"],
                    note: "搬离、去世；登记有误则恢复 active / active: it was a mistake")),
            .required("because", .text(1...400, note: "依据，如户口注销、物业交房 / The evidence")),
        ])
    static let stateSet = Schema.object(
        "PersonStateSet",
        [
            .required("state", .choice(["moved", "dead", "active"])),
            .required(
                "seats_freed",
                .integer(0...20_000, note: "退出的报名数 / Reservations that ended")),
        ])
}
