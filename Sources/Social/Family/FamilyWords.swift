internal import Platform
internal import Realtime

extension NoticeKind {
    /// The words of what concerns children; the title is a child's name.
    var familyTemplate: Text {
        switch self {
        case .guardianshipBegun:
            Text(
                zh: "{title} 登记了监护人。若有异议，请在「家庭」里提出，社工会处理。",
                en: "A guardian of {title} was recorded. Object under “family” if that is wrong, "
                    + "and a social worker will take it up.")
        case .guardianshipEnded:
            Text(zh: "{title} 的一项监护关系已结束。", en: "A guardianship of {title} has ended.")
        case .familyObjected:
            Text(
                zh: "有人就 {title} 提出异议，社工会联系您。",
                en: "Somebody objected in what concerns {title}; a social worker will call you.")
        case .familyDecided:
            Text(zh: "关于 {title} 的异议已处理。", en: "An objection about {title} was decided.")
        case .childDaysSet:
            Text(
                zh: "{title} 在家的日子有变动，请看看在您家的日子。",
                en: "The days of {title} have changed; look at those with you.")
        case .consentGiven:
            Text(zh: "一位监护人为 {title} 同意了一项用途。", en: "A guardian of {title} agreed to something.")
        case .consentWithdrawn:
            Text(
                zh: "为 {title} 作出的一项同意已撤回，立即生效。",
                en: "A consent for {title} was taken back, with effect at once.")
        default: Text(zh: "「{title}」有新消息。", en: "There is news of “{title}”.")
        }
    }
}
