internal import Platform

/// The words of notices that leave the house.
///
/// They pass through others' hands and stand on locked screens: they name nobody and nothing, and what
/// they mean is read in the inbox.
enum OutgoingWords {
    /// What a delivery says in one language, by each channel.
    struct Words: Sendable, Hashable {
        /// What it says, in one line.
        var line: String
        /// A text message.
        var text: String
        /// A message by e-mail.
        var subject: String
        var body: String
    }

    /// Most notices that a day's digest names by their words.
    static let namedMax = 50

    /// What a delivery says; `nil` where nothing is left to tell.
    static func words(
        _ form: String, _ notices: [DeliveryNotices.Row], _ language: Language
    ) -> Words? {
        guard let words = words(form, notices) else { return nil }
        let line = words[language]
        let lines =
            form == "digest" ? notices.prefix(namedMax).map { "· " + $0.words[language] } : []
        let body = ([line] + lines + ["", footer[language]]).joined(separator: "\n") + "\n"
        return Words(line: line, text: "【邻里】" + line, subject: subject(form)[language], body: body)
    }

    private static func subject(_ form: String) -> Text {
        switch form {
        case "digest": Text(zh: "邻里：今天的通知", en: "Linli: today's notices")
        case "delegate":
            Text(zh: "邻里：您代办的居民有通知没读", en: "Linli: somebody you act for has an unread notice")
        default: Text(zh: "邻里：一条新通知", en: "Linli: a new notice")
        }
    }

    private static let footer = Text(
        zh: "请打开邻里查看详情。不想再收邮件，可在邻里的通知设置里关掉。",
        en: "Open Linli to read more. To get no more e-mail, change your notice settings there.")

    private static func words(_ form: String, _ notices: [DeliveryNotices.Row]) -> Text? {
        guard let first = notices.first else { return nil }
        switch form {
        case "digest": return digest(notices.count)
        case "delegate": return delegate
        default: return first.words
        }
    }

    /// What a day's digest says.
    static func digest(_ count: Int) -> Text {
        Text(
            zh: "您有 \(count) 条新通知，请打开邻里查看。",
            en: count == 1
                ? "You have 1 new notice: open Linli to read it."
                : "You have \(count) new notices: open Linli to read them.")
    }

    /// What a delegate is told.
    static let delegate = Text(
        zh: "您代办的居民有一条要紧的通知还没读，请打开邻里代为查看，或打个电话。",
        en:
            "Somebody whom you act for has not read an urgent notice: open Linli and read it for them, "
            + "or call.")
}
