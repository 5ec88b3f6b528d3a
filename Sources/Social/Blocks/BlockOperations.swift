package import Platform
internal import Realtime

/// The operations of blocks.
package enum BlockOperations {
    /// All of them; `signals` hears of each commit, so that it goes out live.
    package static func all(signals: EventSignals) -> [Operation] {
        [
            .read(
                list, "listBlocks",
                Text(zh: "我屏蔽的人；只有自己能看到", en: "Whom I block; seen by myself alone"),
                tag: tag, security: .person, parameters: [.estate, .cursor, .limit()],
                answers: [Operation.Answer(.ok, Text(zh: "屏蔽的人", en: "The blocks"), page)]
            ) { call, _ in try await Blocks.list(call) },
            .write(
                .post, list, "setBlock",
                Text(
                    zh: "屏蔽一个人：互相看不到对方说的话和名字，小范围的活动不会安排到一起；对方不会得知",
                    en: "Block a person: neither is shown the other's words and name, and small "
                        + "company never brings the two together; the other is told nothing"),
                tag: tag, security: .person, parameters: [.estate], body: wanted,
                answers: [
                    Operation.Answer(
                        .created,
                        Text(
                            zh: "已屏蔽；无论有没有这个人，回答都一样",
                            en: "Blocked; the answer is the same whether there is such a person"),
                        made)
                ], problems: [.blocksMax], work: telling(signals, Blocks.set)),
            .write(
                .delete, list + "/{block}", "endBlock",
                Text(zh: "解除屏蔽", en: "End a block"),
                tag: tag, security: .person,
                parameters: [.estate, .path("block", Text(zh: "屏蔽", en: "The block"))],
                answers: [Operation.Answer(.noContent, Text(zh: "已解除", en: "Ended"))],
                work: telling(signals, Blocks.end)),
        ]
    }

    private static let tag = "safety"
    private static let list = "/api/v1/estates/{estate}/me/blocks"

    /// Tells the numberer after the commit.
    private static func telling(
        _ signals: EventSignals, _ work: @escaping @Sendable (Call) async throws -> Response
    ) -> Operation.Work {
        { call, _ in
            let response = try await work(call)
            signals.committed()
            return response
        }
    }

    private static let wanted = Schema.object(
        "BlockWanted", [.required("person", .uuid(note: "屏蔽谁 / Whom"))])

    private static let block: [Schema.Member] = [
        .required("id", .uuid()), .required("person", .uuid()), .required("begins", .instant()),
    ]

    private static let made = Schema.object("BlockMade", block)

    private static let page = Schema.object(
        "Blocks",
        [
            .required(
                "blocks",
                .array(
                    .object(
                        "Block",
                        block + [
                            .optional(
                                "display_name",
                                .text(
                                    1...80,
                                    note: "屏蔽时见过的名字才有 / Of one whom the person had been shown"))
                        ]), count: 0...100))
        ])
}
