internal import Platform

/// The words of a notice, made when it is read.
enum NoticeWords {
    /// What fills a template.
    struct Values {
        /// The subject's title, where its reader may see it.
        var title: Text?
        var until: Text?
        var begins: Text?
        var what: [String] = []
        /// How many there are.
        var count: Int64?
        /// The code of a reason.
        var because: String?
    }

    /// The words for a kind as it is stored; one that this version does not know is news.
    static func text(_ kind: String, _ values: Values) -> Text {
        let known = NoticeKind(rawValue: kind)
        let template =
            known?.template ?? Text(zh: "「{title}」有新消息。", en: "There is news of “{title}”.")
        var values = values
        values.title = values.title ?? known?.untitled
        return Text(zh: fill(template.zh, values, .zh), en: fill(template.en, values, .en))
    }

    private static func fill(_ template: String, _ values: Values, _ language: Language) -> String {
        var text = ""
        var rest = Substring(template)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            text += rest[..<open]
            text += value(rest[rest.index(after: open)..<close], values)[language]
            rest = rest[rest.index(after: close)...]
        }
        text += rest
        // A reason that is not given leaves the space before it.
        while text.last == " " { text.removeLast() }
        return text
    }

    private static func value(_ name: Substring, _ values: Values) -> Text {
        switch name {
        case "title": values.title ?? untitled
        case "until": values.until ?? soon
        case "begins": values.begins ?? soon
        case "what": what(values.what)
        case "count": values.count.map { Text(zh: "\($0)", en: "\($0)") } ?? several
        case "because": values.because.flatMap { reasons[$0] } ?? Text(zh: "", en: "")
        default: Text(zh: "", en: "")
        }
    }

    private static func what(_ codes: [String]) -> Text {
        let known = codes.compactMap { parts[$0] ?? StandingWords.all[$0] ?? GoodsWords.advice[$0] }
        guard !known.isEmpty else { return Text(zh: "请点开查看", en: "open it to see") }
        return Text(
            zh: known.map(\.zh).joined(separator: "、"),
            en: known.map(\.en).joined(separator: ", "))
    }

    private static let untitled = Text(zh: "一项活动", en: "an activity")
    private static let several = Text(zh: "几", en: "several")
    private static let soon = Text(zh: "所示时间", en: "the time shown")
}
