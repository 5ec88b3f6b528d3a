package import Platform
internal import Realtime

/// The operations of visits of help.
package enum HelpVisitOperations {
    private static let tag = "help"
    static let base = "/api/v1/estates/{estate}"
    private static let visit = Operation.Parameter.path("visit", Text(zh: "互助", en: "The visit"))

    /// All of them; `signals` hears of each commit.
    package static func all(keyring: Keyring, signals: EventSignals) -> [Operation] {
        let visits = HelpVisits(keyring)
        return reading(visits) + coming(visits, signals) + errands(visits, signals)
            + safety(visits, signals)
    }

    /// What one does at a visit.
    static func act(
        _ path: String, _ id: String, _ summary: Text, _ signals: EventSignals,
        method: Method = .post, body: Schema? = nil, problems: [ProblemKind],
        _ work: @escaping @Sendable (Call) async throws -> Response
    ) -> Operation {
        .write(
            method, base + "/visits/{visit}" + path, id, summary, tag: tag, security: .person,
            delegation: .help, proof: .forOffice, parameters: [.estate, visit], body: body,
            answers: [Operation.Answer(.noContent, Text(zh: "已记下", en: "Noted"))],
            problems: problems, work: GoodsOperations.telling(signals, work))
    }

    private static func reading(_ visits: HelpVisits) -> [Operation] {
        [
            .read(
                base + "/me/visits", "listOwnHelpVisits",
                Text(
                    zh: "我帮别人和别人帮我的互助，将到的在前",
                    en: "One's visits of help, on either side, those to come first"), tag: tag,
                security: .person, delegation: .help, parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), HelpVisitSchemas.page)
                ]
            ) { call, _ in try await HelpVisits.own(call) },
            .read(
                base + "/visits/{visit}", "readHelpVisit",
                Text(
                    zh: "一次互助：双方、受助人的家人和办公台可看",
                    en: "A visit, for its sides, who stands for them, and the desk"), tag: tag,
                security: .person, delegation: .help, proof: .forOffice,
                parameters: [.estate, visit],
                answers: [
                    Operation.Answer(.ok, Text(zh: "互助", en: "The visit"), HelpVisitSchemas.one)
                ]
            ) { call, _ in try await visits.read(call) },
        ]
    }

    private static func coming(_ visits: HelpVisits, _ signals: EventSignals) -> [Operation] {
        [
            act(
                "/check-in", "checkInHelpVisit",
                Text(zh: "帮手签到：开始前半小时起", en: "The helper has come"), signals,
                problems: [.visitStateOther, .visitEarly, .visitLate, .visitBarred],
                HelpVisits.checkIn),
            act(
                "/check-in", "undoHelpVisitCheckIn",
                Text(zh: "撤销签到，十分钟之内", en: "Take a check-in back, within ten minutes"), signals,
                method: .delete, problems: [.visitStateOther, .visitLate], HelpVisits.undoCheckIn),
            act(
                "/check-out", "checkOutHelpVisit",
                Text(zh: "帮手签退；办公台可代办", en: "The helper has left"), signals,
                problems: [.visitStateOther], HelpVisits.checkOut),
            act(
                "/cancellation", "cancelHelpVisit",
                Text(
                    zh: "开始前取消，说个原因，不记名下", en: "Cancel it before it begins; it is no mark"),
                signals, body: HelpVisitSchemas.cancel, problems: [.visitStateOther, .visitLate],
                HelpVisits.cancel),
            act(
                "/confirmation", "confirmHelpVisit",
                Text(
                    zh: "确认这次互助；受助人的代办人、家人或办公台可代确认",
                    en: "Confirm it, for oneself or whom one stands for"), signals,
                body: HelpVisitSchemas.confirm,
                problems: [.visitStateOther, .visitReceiptFirst, .visitSumsDiffer],
                HelpVisits.confirm),
            act(
                "/note", "noteHelpVisit",
                Text(
                    zh: "给下一位帮手留话；不写银行卡、密码", en: "Leave a note for the next helper"),
                signals, method: .put, body: HelpVisitSchemas.note,
                problems: [.visitStateOther, .visitLate, .helpNamesSecret], visits.note),
        ]
    }

    private static func errands(_ visits: HelpVisits, _ signals: EventSignals) -> [Operation] {
        [
            act(
                "/cash", "sayErrandCash",
                Text(zh: "代买前说好金额", en: "Say how much money an errand takes"), signals,
                method: .put, body: HelpVisitSchemas.cash,
                problems: [.visitStateOther, .visitNoCash, .visitCashOver], HelpVisits.cash),
            act(
                "/receipt", "showErrandReceipt",
                Text(zh: "帮手填实付金额和小票", en: "The helper shows what was paid"), signals,
                method: .put, body: HelpVisitSchemas.receipt,
                problems: [.visitStateOther, .visitCashUnsaid, .helpNamesSecret], visits.receipt),
            .read(
                base + "/help/limits", "readHelpLimits",
                Text(zh: "代买和时间银行的上限", en: "The caps of errands and time credits"), tag: tag,
                security: .person, parameters: [.estate],
                answers: [
                    Operation.Answer(.ok, Text(zh: "上限", en: "The caps"), HelpVisitSchemas.limits)
                ]
            ) { call, _ in try await HelpVisits.limits(call) },
            .write(
                .put, base + "/help/limits", "setHelpLimits",
                Text(zh: "居委会设上限", en: "Set the caps, as the residents' committee"), tag: tag,
                security: .person, proof: .forOffice, parameters: [.estate],
                body: HelpVisitSchemas.limits,
                answers: [Operation.Answer(.noContent, Text(zh: "已设", en: "Set"))],
                work: GoodsOperations.telling(signals, HelpVisits.setLimits)),
        ]
    }

    private static func safety(_ visits: HelpVisits, _ signals: EventSignals) -> [Operation] {
        [
            act(
                "/safety", "sayHelpVisitSafety",
                Text(
                    zh: "这次安全吗？说不安全会马上有人处理，对方看不到",
                    en: "Whether it was safe: 'no' reaches a person at once, and never the other"),
                signals, body: HelpVisitSchemas.safety, problems: [.visitEarly], visits.safety),
            .read(
                base + "/help/safety-reports", "listHelpSafetyReports",
                Text(zh: "有人说不安全的互助；社工和居委会看", en: "What was said not to be safe"), tag: tag,
                security: .person, proof: .forOffice, parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "一页", en: "A page"), HelpVisitSchemas.reports)
                ]
            ) { call, _ in try await visits.reports(call) },
            .write(
                .put, base + "/help/safety-reports/{report}/decision", "decideHelpSafetyReport",
                Text(zh: "决定维持或解除", en: "Decide that it stands, or is lifted"), tag: tag,
                security: .person, proof: .forOffice,
                parameters: [.estate, .path("report", Text(zh: "反馈", en: "The report"))],
                body: HelpVisitSchemas.decision,
                answers: [Operation.Answer(.noContent, Text(zh: "已决定", en: "Decided"))],
                work: GoodsOperations.telling(signals, HelpVisits.decide)),
        ]
    }
}
