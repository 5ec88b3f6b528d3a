package import Platform
internal import Realtime

/// The operations of conversations, and of calls between their sides.
package enum ConversationOperations {
    /// All of them; `signals` hears of each commit, `relay` puts calls through where there is one.
    package static func all(
        keyring: Keyring, signals: EventSignals, relay: (any CallRelay)? = nil
    ) -> [Operation] {
        let conversations = Conversations(keyring)
        return reading(conversations) + writing(conversations, signals)
            + acting(ConversationCalls(keyring, relay: relay), signals)
    }

    private static let tag = "conversations"
    private static let list = "/api/v1/estates/{estate}/conversations"
    private static let one = list + "/{conversation}"
    private static let conversation = Operation.Parameter.path(
        "conversation", Text(zh: "哪一次交谈", en: "The conversation"))
    private static let said = Operation.Answer(
        .created, Text(zh: "已发出", en: "Said"), ConversationSchemas.said)
    private static let page = Operation.Answer(
        .ok, Text(zh: "一页", en: "A page"), ConversationSchemas.page)
    private static let refusals: [ProblemKind] = [
        .conversationClosed, .householdNeeded, .guardianWrites, .conversationReadOnly, .tooMany,
    ]

    private static func telling(
        _ signals: EventSignals, _ work: @escaping @Sendable (Call) async throws -> Response
    ) -> Operation.Work {
        { call, _ in
            let response = try await work(call)
            signals.committed()
            return response
        }
    }

    private static func reading(_ conversations: Conversations) -> [Operation] {
        [
            .read(
                list, "listConversations",
                Text(
                    zh: "我的交谈，最近发起的在前；办公台也有等它答复的",
                    en: "One's conversations, the latest begun first; at the desk those that wait "
                        + "for it, too"),
                tag: tag, security: .person, parameters: [.estate, .cursor, .limit()],
                answers: [page]
            ) { call, _ in try await conversations.list(call) },
            .read(
                one, "getConversation",
                Text(zh: "一次交谈和其中的话，最新的在前", en: "One, with what was said, the latest first"),
                tag: tag, security: .person,
                parameters: [.estate, conversation, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "它", en: "It"), ConversationSchemas.shown)
                ]
            ) { call, _ in try await conversations.read(call) },
            .read(
                "/api/v1/estates/{estate}/children/{child}/conversations",
                "listChildConversations",
                Text(
                    zh: "监护人查看孩子（14 至 17 周岁）的交谈；孩子知道",
                    en: "A guardian reads those of its child of 14 to 17, who knows it"),
                tag: tag, security: .person,
                parameters: [
                    .estate, .path("child", Text(zh: "孩子", en: "The child")), .cursor, .limit(),
                ],
                answers: [page]
            ) { call, _ in try await conversations.list(call, of: call.id("child")) },
        ]
    }

    private static func writing(
        _ conversations: Conversations, _ signals: EventSignals
    ) -> [Operation] {
        [
            .write(
                .post, list, "beginConversation",
                Text(
                    zh: "就一项活动与组织者交谈，或由组织者联系报名人；已有的接着谈",
                    en: "Speak with those who look after an activity, or as one of them with who "
                        + "takes part; an open one goes on"),
                tag: tag, security: .person, parameters: [.estate],
                body: ConversationSchemas.wanted, answers: [said],
                problems: refusals + [.conversationWithOneself, .conversationsFull],
                work: telling(signals, conversations.begin)),
            .write(
                .post, one + "/messages", "sendMessage",
                Text(zh: "说一句话", en: "Say something"),
                tag: tag, security: .person, parameters: [.estate, conversation],
                body: ConversationSchemas.saying, answers: [said], problems: refusals,
                work: telling(signals, conversations.say)),
            .write(
                .delete, one + "/messages/{message}", "takeBackMessage",
                Text(
                    zh: "五分钟内撤回自己的一句话，会留下痕迹",
                    en: "Take back one's own message within five minutes; a mark stays"),
                tag: tag, security: .person,
                parameters: [
                    .estate, conversation, .path("message", Text(zh: "哪一句", en: "The message")),
                ],
                answers: [Operation.Answer(.noContent, Text(zh: "已撤回", en: "Taken back"))],
                problems: [.takeBackLate], work: telling(signals, Conversations.takeBack)),
        ]
    }

    private static func acting(
        _ calls: ConversationCalls, _ signals: EventSignals
    ) -> [Operation] {
        [
            .write(
                .put, one + "/reading", "readConversation",
                Text(
                    zh: "记下自己读到哪里；对方不会知道",
                    en: "Note how far one has read; nobody else learns it"),
                tag: tag, security: .person, parameters: [.estate, conversation],
                body: ConversationSchemas.reading,
                answers: [Operation.Answer(.noContent, Text(zh: "已记下", en: "Noted"))],
                work: telling(signals, Conversations.receive)),
            .write(
                .post, one + "/closing", "closeConversation",
                Text(
                    zh: "结束交谈；双方 30 天内还能看",
                    en: "Close it; both sides read it for 30 days more"),
                tag: tag, security: .person, parameters: [.estate, conversation],
                answers: [Operation.Answer(.noContent, Text(zh: "已结束", en: "Closed"))],
                problems: [.conversationReadOnly],
                work: telling(signals, Conversations.close)),
            .write(
                .post, one + "/calls", "askCall",
                Text(
                    zh: "与对方通电话：给转接号，或由办公台转达；双方都看不到号码",
                    en: "Speak by telephone: through a relay number or the desk; neither sees a "
                        + "number"),
                tag: tag, security: .person, parameters: [.estate, conversation],
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "怎么通话", en: "How"), ConversationSchemas.call)
                ],
                problems: refusals, work: telling(signals, calls.ask)),
        ]
    }
}
