/// The words of notices about the daily check.
extension NoticeKind {
    /// The words, before anything is filled in; `nil` for what is none of these.
    var dailyCheckTemplate: Text? {
        switch self {
        case .dailyCheckReminded:
            Text(
                zh: "今天还没报平安。请点一下「我很好」；半小时后会通知您选的人。",
                en: "You have not said today that you are well. Tap “I am well”; in half an hour "
                    + "those whom you named are told.")
        case .dailyCheckTold:
            Text(
                zh: "{title}今天没有报平安。请打个电话或上门看看；没事的话请替她点「平安」。",
                en: "{title} has not said today that all is well. Call or go and see; if all is "
                    + "well, say so for her.")
        case .dailyCheckSaid:
            Text(zh: "{title}今天平安。", en: "{title} is well today.")
        default: nil
        }
    }
}
