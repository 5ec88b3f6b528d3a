internal import Platform
internal import Realtime

/// The operations of the rota of help groups.
enum HelpGroupRotaOperations {
    private static let base = HelpGroupOperations.base
    private static let tag = HelpGroupOperations.tag
    private static let group = HelpGroupOperations.group
    private static let rota = Operation.Parameter.path("rota", Text(zh: "固定班次", en: "The template"))
    private static let shift = Operation.Parameter.path("shift", Text(zh: "班次", en: "The shift"))
    private static let seat = Operation.Parameter.path("seat", Text(zh: "班次里的位置", en: "The seat"))

    /// All of them; `signals` hears of each commit.
    static func all(_ rota: HelpGroupRota, _ signals: EventSignals) -> [Operation] {
        reading(rota) + laying(signals) + coming(rota, signals)
    }

    private static func reading(_ rota: HelpGroupRota) -> [Operation] {
        func page(_ schema: Schema) -> [Operation.Answer] {
            [Operation.Answer(.ok, Text(zh: "一页", en: "A page"), schema)]
        }
        return [
            .read(
                base + "/help-groups/{group}/rotas", "listHelpRotas",
                Text(zh: "小组每周的固定班次", en: "The shifts of each week of a group"), tag: tag,
                security: .person, proof: .forOffice, parameters: [.estate, group],
                answers: page(HelpGroupSchemas.rotas)
            ) { call, _ in try await HelpGroupRota.rotas(call, of: call.id("group")) },
            .read(
                base + "/me/help-rotas", "listOwnHelpRotas",
                Text(zh: "小组想来帮我的固定时间", en: "What groups would come to help one with"),
                tag: tag, security: .person, delegation: .help, parameters: [.estate],
                answers: page(HelpGroupSchemas.rotas)
            ) { call, _ in try await HelpGroupRota.rotas(call, of: nil) },
            .read(
                base + "/help-groups/{group}/shifts", "listHelpShifts",
                Text(zh: "小组接下来的班次", en: "The shifts of a group that are to come"), tag: tag,
                security: .person, parameters: [.estate, group, .cursor, .limit()],
                answers: page(HelpGroupSchemas.shifts)
            ) { call, _ in try await HelpGroupRota.shifts(call, of: call.id("group")) },
            .read(
                base + "/me/help-shifts", "listOwnHelpShifts",
                Text(zh: "我的班次，和请我来的", en: "One's shifts, and those one is asked for"),
                tag: tag, security: .person, delegation: .help,
                parameters: [.estate, .cursor, .limit()], answers: page(HelpGroupSchemas.shifts)
            ) { call, _ in try await HelpGroupRota.shifts(call, of: nil) },
            .read(
                base + "/help-shifts/{shift}", "readHelpShift",
                Text(zh: "一班：谁来，上一班留的话", en: "One shift: who comes, and what was left to it"),
                tag: tag, security: .person, parameters: [.estate, shift],
                answers: [
                    Operation.Answer(.ok, Text(zh: "它", en: "It"), HelpGroupSchemas.shown)
                ]
            ) { call, _ in try await rota.shift(call) },
        ]
    }

    private static func laying(_ signals: EventSignals) -> [Operation] {
        [
            HelpGroupOperations.act(
                .post, "/help-groups/{group}/rotas", "addHelpRota",
                Text(
                    zh: "组长加一个每周班次；上门的要对方先同意",
                    en: "Add a shift of each week, as a steward; a home is agreed to first"),
                signals, parameters: [group], body: HelpGroupSchemas.rotaWanted,
                made: HelpGroupSchemas.made,
                problems: [
                    .helpRotaTime, .helpRotaKind, .helpRotaPlace, .helpRotaPerson, .helpRotaMany,
                ], HelpGroupRota.add),
            HelpGroupOperations.act(
                .delete, "/help-rotas/{rota}", "endHelpRota",
                Text(zh: "组长停掉一个每周班次", en: "End a shift of each week"), signals,
                parameters: [rota], HelpGroupRota.end),
            HelpGroupOperations.act(
                .put, "/help-rotas/{rota}/agreement", "answerHelpRota",
                Text(
                    zh: "同意小组每周上门，或不要了；家人、代办人可代答",
                    en: "Agree to a weekly visit, or end it, for oneself or whom one stands for"),
                signals, delegation: .help, parameters: [rota], body: HelpGroupSchemas.agreement,
                HelpGroupRota.agree),
            HelpGroupOperations.act(
                .delete, "/help-shifts/{shift}", "cancelHelpShift",
                Text(zh: "组长取消一班", en: "Call a shift off, as a steward"), signals,
                parameters: [shift], problems: [.helpShiftOver], HelpGroupRota.cancel),
        ]
    }

    private static func coming(_ rota: HelpGroupRota, _ signals: EventSignals) -> [Operation] {
        let taking: [ProblemKind] = [.helpShiftThere, .helpShiftOver, .helpShiftUnfit, .helpBusy]
        func seated(
            _ method: Method, _ path: String, _ id: String, _ summary: Text,
            delegation: DelegationScope? = nil, body: Schema? = nil, made: Schema? = nil,
            problems: [ProblemKind], _ work: @escaping @Sendable (Call) async throws -> Response
        ) -> Operation {
            HelpGroupOperations.act(
                method, "/help-seats/{seat}" + path, id, summary, signals, delegation: delegation,
                parameters: [seat], body: body, made: made, problems: problems, work)
        }
        return [
            HelpGroupOperations.act(
                .post, "/help-shifts/{shift}/seats", "takeHelpShift",
                Text(zh: "我来这一班", en: "Take a free seat"), signals, parameters: [shift],
                made: HelpGroupSchemas.seat, problems: taking, HelpGroupRota.take),
            seated(
                .post, "/acceptance", "acceptHelpShift", Text(zh: "答应来", en: "Say yes"),
                problems: [.helpShiftOver, .helpBusy], HelpGroupRota.accept),
            seated(
                .post, "/refusal", "declineHelpShift",
                Text(zh: "这次不来，不用说原因", en: "Say no, without a reason"), delegation: .help,
                problems: [.helpShiftOver], HelpGroupRota.decline),
            seated(
                .post, "/release", "releaseHelpShift",
                Text(zh: "来不了，交还小组", en: "Give it back: others are asked"), delegation: .help,
                problems: [.helpShiftOver], HelpGroupRota.release),
            seated(
                .put, "/swap", "offerHelpShift",
                Text(zh: "想换班：有人接了才算换", en: "Offer it to the others; it is yours till then"),
                body: HelpGroupSchemas.swap, problems: [.helpShiftOver], HelpGroupRota.offer),
            seated(
                .post, "/takeover", "takeOverHelpShift",
                Text(zh: "接别人想换的班", en: "Take what another offers"),
                made: HelpGroupSchemas.seat, problems: taking, HelpGroupRota.takeOver),
            seated(
                .post, "/check-in", "checkInHelpShift",
                Text(zh: "签到：开始前半小时起", en: "One has come"),
                problems: [.helpShiftOver, .helpShiftEarly, .helpShiftIsVisit],
                HelpGroupRota.checkIn),
            seated(
                .post, "/check-out", "checkOutHelpShift", Text(zh: "签退", en: "One has left"),
                problems: [.helpShiftOver, .helpShiftIsVisit], HelpGroupRota.checkOut),
            seated(
                .put, "/note", "noteHelpShift",
                Text(
                    zh: "给下一班留话，三十天后删去；不写银行卡、密码",
                    en: "Leave a note for the next shift, for thirty days"),
                body: HelpGroupSchemas.note,
                problems: [.helpShiftOver, .helpShiftIsVisit, .helpNamesSecret], rota.note),
        ]
    }
}
