internal import Realtime

extension NoticeKind {
    /// The words of roles and ties.
    var standingTemplate: Text? {
        switch self {
        case .roleBegun:
            Text(
                zh: "您有了新的身份：{what}，{begins} 起。可在「我的」里查看任期，也可随时辞去。",
                en: "You are {what} from {begins} on. Your roles show the term, and you may lay it "
                    + "down at any time.")
        case .roleExtended:
            Text(zh: "您的「{what}」延长到 {until}。", en: "You are {what} until {until} now.")
        case .roleEnded:
            Text(
                zh: "您的「{what}」到 {until} 结束。有疑问请问居委会。",
                en: "You are {what} until {until}. Ask the residents' committee if you wonder why.")
        case .roleLaidDown:
            Text(zh: "{title} 辞去了「{what}」，到 {until} 为止。", en: "{title} lays down a role: {what}.")
        case .tieClaimed:
            Text(
                zh: "{title} 登记您为「{what}」。您确认后才算；不认识的不必理会，对方不会知道。",
                en:
                    "{title} names you as {what}. It counts once you confirm it; leave it if you do "
                    + "not know the person, who will not learn of it.")
        case .tieConfirmed:
            Text(
                zh: "您与 {title} 互为「{what}」，双方都已确认。",
                en: "You and {title}: {what}, confirmed by both.")
        default: nil
        }
    }
}
