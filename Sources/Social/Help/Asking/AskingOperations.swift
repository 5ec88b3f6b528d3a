package import Platform
internal import Realtime

/// The operations of asking for help, and of helping.
package enum AskingOperations {
    private static let tag = "help"
    private static let base = "/api/v1/estates/{estate}"
    private static let request = Operation.Parameter.path(
        "request", Text(zh: "求助", en: "The request"))
    private static let proposal = Operation.Parameter.path(
        "proposal", Text(zh: "邀请", en: "What one is asked"))

    /// All of them; `signals` hears of each commit.
    package static func all(keyring: Keyring, signals: EventSignals) -> [Operation] {
        let requests = HelpRequests(keyring: keyring, signals: signals)
        let proposals = HelpProposals(keyring: keyring)
        return helping(signals) + asking(requests, signals) + reading(requests)
            + answering(proposals, signals) + offers(signals)
    }

    private static func act(
        _ method: Method, _ path: String, _ id: String, _ summary: Text,
        _ signals: EventSignals, delegation: DelegationScope? = nil,
        proof: Operation.Proof = .none, parameters: [Operation.Parameter] = [],
        body: Schema? = nil, answer: Operation.Answer? = nil, problems: [ProblemKind],
        _ work: @escaping @Sendable (Call) async throws -> Response
    ) -> Operation {
        .write(
            method, base + path, id, summary, tag: tag, security: .person, delegation: delegation,
            proof: proof, parameters: [.estate] + parameters, body: body,
            answers: [answer ?? Operation.Answer(.noContent, Text(zh: "已办", en: "Done"))],
            problems: problems, work: GoodsOperations.telling(signals, work))
    }

    private static func helping(_ signals: EventSignals) -> [Operation] {
        [
            .read(
                base + "/me/helping", "getHelping",
                Text(zh: "我能帮什么、什么时候有空；只有自己看得到", en: "What one offers to help with, and when"),
                tag: tag, security: .person, parameters: [.estate],
                answers: [
                    Operation.Answer(.ok, Text(zh: "我能帮的", en: "The offer"), AskingSchemas.helping)
                ]
            ) { call, _ in try await HelpProfiles.read(call) },
            act(
                .put, "/me/helping", "setHelping",
                Text(zh: "填写我能帮什么、什么时候有空", en: "Say what one helps with, and when"), signals,
                body: AskingSchemas.helping, problems: [.helpingNotYours, .helpingUnfit],
                HelpProfiles.put),
        ]
    }

    private static func asking(
        _ requests: HelpRequests, _ signals: EventSignals
    ) -> [Operation] {
        [
            act(
                .post, "/help-requests", "askForHelp",
                Text(
                    zh: "求助：为自己、家人、孩子；代办人、社工可以代提；可以每周一次",
                    en: "Ask for help, for oneself, one's family or child; weekly if wanted"),
                signals, delegation: .help, proof: .forOffice, body: AskingSchemas.wanted,
                answer: Operation.Answer(
                    .created, Text(zh: "正在找人", en: "Somebody is looked for"),
                    AskingSchemas.made),
                problems: [
                    .helpChildNeeded, .helpChildUnfit, .helpConsentLacking, .helpPlaceUnfit,
                    .helpTimeUnfit, .helpNotUrgent, .helpNotListed, .helpTooMany,
                    .helpPersonGone, .helpNamesSecret,
                ], requests.ask),
            act(
                .put, "/help-requests/{request}", "changeHelpRequest",
                Text(zh: "还在找人时改时间和希望", en: "Change when and how, while nobody has agreed"),
                signals, delegation: .help, proof: .forOffice, parameters: [request],
                body: AskingSchemas.change,
                problems: [.helpTimeUnfit, .helpOver, .helpNotListed], HelpRequests.change),
            act(
                .delete, "/help-requests/{request}", "withdrawHelpRequest",
                Text(zh: "撤回求助；约好的也随之取消", en: "Take a request back, and its visit"), signals,
                delegation: .help, proof: .forOffice,
                parameters: [
                    request,
                    .query(
                        "series", .choice(["one", "all"]),
                        Text(zh: "以后各周也撤回", en: "The later weeks too")),
                ], problems: [.helpOver], HelpRequests.withdraw),
            act(
                .post, "/help-requests/{request}/offers/{offer}/answer", "answerHelpOffer",
                Text(zh: "答复邻居提出的帮助", en: "Say yes or no to a neighbour's offer"), signals,
                delegation: .help,
                parameters: [request, .path("offer", Text(zh: "哪一个", en: "The offer"))],
                body: AskingSchemas.offerAnswer,
                problems: [.helpProposalOver], HelpProposals.answer),
            act(
                .post, "/help-requests/{request}/proposals", "proposeHelper",
                Text(zh: "居委会或社工请一位来帮，条件一样", en: "An office asks a helper by hand"), signals,
                proof: .forOffice, parameters: [request], body: AskingSchemas.byHand,
                answer: Operation.Answer(
                    .created, Text(zh: "已邀请", en: "Asked"), AskingSchemas.one),
                problems: [.helpOver, .helpTimeUnfit, .helpHelperUnfit], HelpProposals.propose),
        ]
    }

    private static func reading(_ requests: HelpRequests) -> [Operation] {
        [
            .read(
                base + "/help-requests", "listHelpRequests",
                Text(
                    zh: "我的求助；居委会、社工可看全小区的（会留记录）",
                    en: "One's own requests; an office reads all of the estate, which is logged"),
                tag: tag, security: .person, delegation: .help, proof: .forOffice,
                parameters: [
                    .estate, .cursor, .limit(),
                    .query("state", .choice(AskingSchemas.states), Text(zh: "状态", en: "State")),
                    .query(
                        "scope", .choice(["own", "estate"]),
                        Text(zh: "自己的或全小区的", en: "One's own, or all")),
                ],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), AskingSchemas.requests)
                ]
            ) { call, _ in try await requests.list(call) },
            .read(
                base + "/help-requests/{request}", "getHelpRequest",
                Text(zh: "一项求助", en: "One request"), tag: tag, security: .person,
                delegation: .help, proof: .forOffice, parameters: [.estate, request],
                answers: [
                    Operation.Answer(.ok, Text(zh: "它", en: "It"), AskingSchemas.request)
                ]
            ) { call, _ in try await requests.one(call) },
            .read(
                base + "/help-board", "listHelpBoard",
                Text(
                    zh: "愿意公开的求助：不写是谁，没有老人的", en: "Requests that are listed: not whose"),
                tag: tag, security: .person, parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), AskingSchemas.board)
                ]
            ) { call, _ in try await HelpRequests.board(call) },
        ]
    }

    private static func answering(
        _ proposals: HelpProposals, _ signals: EventSignals
    ) -> [Operation] {
        [
            .read(
                base + "/help-proposals", "listHelpProposals",
                Text(zh: "请我去帮的", en: "What one is asked to help with"), tag: tag,
                security: .person, parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), AskingSchemas.proposals)
                ]
            ) { call, _ in try await proposals.list(call) },
            .read(
                base + "/help-proposals/{proposal}", "getHelpProposal",
                Text(
                    zh: "一次邀请：地点只到门牌，答应之后才有地址",
                    en: "One of them: a stair at most, and the address once one has said yes"),
                tag: tag, security: .person, parameters: [.estate, proposal],
                answers: [
                    Operation.Answer(.ok, Text(zh: "它", en: "It"), AskingSchemas.proposal)
                ]
            ) { call, _ in try await proposals.one(call) },
            act(
                .post, "/help-proposals/{proposal}/acceptance", "acceptHelpProposal",
                Text(zh: "答应去帮", en: "Say yes"), signals, parameters: [proposal],
                answer: Operation.Answer(
                    .ok, Text(zh: "约好了", en: "It is agreed"), AskingSchemas.proposal),
                problems: [.helpProposalOver, .helpBusy], proposals.accept),
            act(
                .post, "/help-proposals/{proposal}/refusal", "declineHelpProposal",
                Text(zh: "这次不去；原因不告诉对方", en: "Say no; the other does not hear why"),
                signals, parameters: [proposal], body: AskingSchemas.decline,
                problems: [.helpProposalOver], HelpProposals.decline),
            act(
                .post, "/help-proposals/{proposal}/release", "releaseHelpProposal",
                Text(zh: "答应了又去不了", en: "Give back what one has agreed to"), signals,
                parameters: [proposal], problems: [.helpProposalOver], HelpProposals.release),
        ]
    }

    private static func offers(_ signals: EventSignals) -> [Operation] {
        [
            act(
                .post, "/help-requests/{request}/offers", "offerHelp",
                Text(zh: "我能帮：回应一项公开的求助", en: "Offer help for a listed request"), signals,
                parameters: [request], body: AskingSchemas.offerWanted,
                answer: Operation.Answer(
                    .created, Text(zh: "等对方答复", en: "The asker answers"), AskingSchemas.one),
                problems: [.helpTimeUnfit, .helpOfferedBefore], HelpProposals.offer)
        ]
    }
}
