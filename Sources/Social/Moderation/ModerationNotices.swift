/// The words of notices of what became of a post.
extension NoticeKind {
    /// The words, before anything is filled in; `nil` for what is none of these.
    var moderationTemplate: Text? {
        switch self {
        case .moderationTold:
            Text(
                zh: "您发布的内容有了处理结果。{because}原因和申诉请看「我的」。",
                en: "Something you posted was decided on. {because} Your moderation page says why, "
                    + "and how to appeal.")
        case .moderationWithdrawn:
            Text(
                zh: "您报名的一项活动已被居委会或社工撤下，请不要前往，也不要付款。",
                en: "An activity that you joined was taken down by the committee or a social "
                    + "worker: do not go there, and pay nothing.")
        default: nil
        }
    }
}
