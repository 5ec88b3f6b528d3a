internal import Platform
internal import Realtime

extension NoticeKind {
    /// The words of conversations; the title is that of what they are about.
    var conversationTemplate: Text? {
        switch self {
        case .messageSent:
            Text(
                zh: "「{title}」的交谈有新消息。",
                en: "There is news in the conversation about “{title}”.")
        case .conversationOfChild:
            Text(
                zh: "{title} 在活动里与人开始了交谈，您作为监护人可以查看，孩子也知道。",
                en: "{title} has begun to speak with somebody about an activity. As its guardian "
                    + "you may read it, and the child knows.")
        default: nil
        }
    }
}

/// How notices name conversations: by what they are about, for who is in them.
enum ConversationTitles {
    static let all = [
        NoticeTitles(kind: .conversation) { ids in
            """
            SELECT t.id, t.title_zh, t.title_en
            FROM linli.conversation_titles(\(ids)) AS t
            """
        }
    ]
}
