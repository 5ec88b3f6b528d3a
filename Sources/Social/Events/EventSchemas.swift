internal import Platform
internal import Realtime

/// The shapes of what readers of an estate's log send and are sent.
enum EventSchemas {
    static let cursor = Operation.Parameter.query(
        "cursor", .text(1...LastEventID.bytesMax),
        Text(
            zh: "读到哪里，取自 cursor 或事件流的 id",
            en: "Up to where it was read: `cursor`, or the `id` of a stream"))

    private static let event = Schema.object(
        "Event",
        [
            .required("id", .uuid()), .required("kind", .text(1...64)),
            .required("at", .instant()),
            .required("by", .choice(["person", "device", "job", "account"])),
            .optional("actor", .uuid()), .optional("beneficiary", .uuid()),
            .required("about", .array(.uuid(), count: 0...64)),
            .optional("payload", .anyObject(note: "取决于 kind / Depends on kind; null once erased")),
        ])

    static let page = Schema.object(
        "EventPage",
        [
            .required("items", .array(event, count: 0...EventPages.countMax)),
            .required("cursor", .text(1...LastEventID.bytesMax)), .required("has_more", .bool()),
        ])

    /// What a socket's client says first, if its address has no cursor.
    static let greeting = Schema.object(
        nil, [.optional("cursor", .text(1...LastEventID.bytesMax))])

    /// What is said on a socket; docs/events.md says it at length.
    static let socketNote = Text(
        zh: #"改用 WebSocket。网址没有 cursor 时，客户端先发 {} 或 {"cursor":"…"}。"#
            + #"服务器发 {"type":"served","cursor":"…"} 与 {"type":"event","cursor":"…","event":Event}。"#
            + "关闭码：1001 服务器停止，4008 读得太慢，均请续接；4001 登录已失效；1008 第一条消息有误。",
        en:
            #"It becomes a WebSocket. Without `cursor` in the address the client first sends {} or "#
            + #"{"cursor":"…"}, within 10 s. The server sends {"type":"served","cursor":"…"} and "#
            + #"{"type":"event","cursor":"…","event":Event}. Close codes: 1001 the server stops and "#
            + "4008 read too slowly, resume after the last cursor; 4001 the session has ended; "
            + "1008 the first message is wrong.")
}
