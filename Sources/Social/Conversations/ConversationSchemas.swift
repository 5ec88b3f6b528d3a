internal import Platform

/// The shapes of conversations on the wire.
enum ConversationSchemas {
    private static let body = Schema.Member.required(
        "body",
        .text(
            1...Conversations.bodyMax, isMultiline: true,
            note: "其中的电话号码会被隐去 / Telephone numbers are left out of it"))

    static let wanted = Schema.object(
        "ConversationWanted",
        [
            .required("kind", .choice(Conversations.kinds)), .required("about", .uuid()),
            .optional("person", .uuid(note: "组织者要联系的报名人 / Whom an organiser writes to")),
            .optional("child", .uuid(note: "监护人为哪个孩子 / For which child a guardian writes")),
            body,
        ])
    static let saying = Schema.object("MessageWanted", [body])
    static let said = Schema.object(
        "MessageSaid",
        [
            .required("conversation", .uuid()), .required("id", .uuid()),
            .required("at", .instant()), .required("body", words),
            .required("is_masked", masked),
        ])
    private static let words = Schema.text(1...4000, isMultiline: true)
    private static let masked = Schema.bool(
        note: "电话号码已隐去；请用转接电话 / A telephone number was left out; ask for a call instead")

    private static let one = Schema.object(
        "Conversation",
        [
            .required("id", .uuid()), .required("kind", .choice(Conversations.shownKinds)),
            .required("about", .uuid()), .optional("title_zh", .text(1...120)),
            .optional("title_en", .text(1...240)),
            .required(
                "side",
                .choice(
                    ["asker", "host", "desk", "guardian"],
                    note: "我在哪一方 / As what one reads it")),
            .optional("person", .uuid(note: "对方；只给组织者一方 / For the other side alone")),
            .optional("display_name", .text(1...80)), .optional("child", .uuid()),
            .optional("child_name", .text(1...80)), .required("is_open", .bool()),
            .required("last_at", .instant()),
            .required("unread", .integer(0...1_000_000, note: "只有自己看得到 / One's own count")),
            .required(
                "guardians_read",
                .bool(note: "未成年人的交谈，监护人可以查看 / A child's: its guardians may read it")),
        ])
    static let page = Schema.object(
        "Conversations", [.required("conversations", .array(one, count: 0...100))])
    private static let message = Schema.object(
        "Message",
        [
            .required("id", .uuid()), .required("side", .choice(["asker", "host"])),
            .required("is_own", .bool()), .optional("author_name", .text(1...80)),
            .optional("body", words), .required("is_masked", masked),
            .required("at", .instant()),
            .optional(
                "mark",
                .choice(["taken_back", "removed"], note: "已撤回、已移除 / Why there are no words")),
        ])
    static let shown = Schema.object(
        "ConversationShown",
        [.required("conversation", one), .required("messages", .array(message, count: 0...100))])
    static let reading = Schema.object(
        "ConversationReading",
        [.required("until", .uuid(note: "读到哪一条 / The last message read"))])
    static let call = Schema.object(
        "ConversationCall",
        [
            .required("id", .uuid()),
            .required(
                "how",
                .choice(
                    ["relay", "desk"],
                    note: "拨转接号，或由办公台转达 / Dial the relay's number, or the desk passes it on")),
            .optional("number", .text(3...17, note: "转接号，不是任何一方的号码 / The relay's own")),
            .optional("until", .instant()),
            .optional("desk", .choice([ConversationCalls.desk])),
        ])
}
