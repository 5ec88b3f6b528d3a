internal import Realtime

extension NoticeKind {
    /// The words of safety bans; they are told to the person alone.
    var safetyTemplate: Text? {
        switch self {
        case .safetyBanned:
            Text(
                zh: "居委会决定：{until} 前，您不能组织面向儿童和老人的活动，也不能与他们单独往来。"
                    + "原因和申诉办法见「我的」。",
                en: "The residents' committee has decided that until {until} you organise nothing "
                    + "for children and elders, nor meet them in small company. Your safety page "
                    + "says why and how to appeal.")
        case .safetyLifted:
            Text(zh: "对您的安全禁令已解除。", en: "The safety ban on you was lifted.")
        case .safetyStands:
            Text(
                zh: "您对安全禁令的申诉已有结果：禁令保留。理由见「我的」。",
                en: "Your appeal was decided: the ban stands. Your safety page says why.")
        default: nil
        }
    }
}
