internal import Platform
internal import Realtime

extension NoticeKind {
    /// The words of what concerns children; the title is a child's name.
    var familyTemplate: Text? {
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
        case .placeKept:
            Text(
                zh: "{title} 的一个名额已撤回；为另一位监护人保留到 {until}，可在「我的报名」里确认。",
                en: "A place of {title} was taken back; it is kept until {until} for the other "
                    + "guardian, who confirms it under “my places”.")
        case .placeGone:
            Text(zh: "{title} 的一个名额已撤回。", en: "A place of {title} was taken back.")
        case .childCodeMade:
            Text(zh: "有人取了 {title} 的接送码。", en: "A pick-up code for {title} was made.")
        case .childReleased:
            Text(zh: "{title} 已凭接送码接走。", en: "{title} was fetched by the pick-up code.")
        case .childWaits:
            Text(
                zh: "{title} 在活动处等人来接，请尽快联系办公台或前往。",
                en: "{title} waits to be fetched; come, or call the desk, as soon as you can.")
        default: delegatesTemplate
        }
    }

    /// The words of delegates; the title is the elder's name, as its reader may know it.
    private var delegatesTemplate: Text? {
        switch self {
        case .delegationAsked:
            Text(
                zh: "有人请求为 {title} 代办，社工会打电话核实；不同意请直接拒绝。",
                en: "Somebody asks to act for {title}; a social worker will call to hear whether "
                    + "that is wanted.")
        case .delegationAppointed:
            Text(
                zh: "{title} 登记了代办人，{begins} 起生效。不妥请立即在「我的」里结束，或到办公台办理。",
                en: "A delegate of {title} was appointed, from {begins} on. If that is wrong, end "
                    + "it at once in the app or at a desk.")
        case .delegationRefused:
            Text(zh: "为 {title} 代办的请求未获同意。", en: "{title} did not want to be acted for.")
        case .delegationEnded:
            Text(zh: "{title} 的一项代办委托已结束。", en: "A delegation of {title} has ended.")
        case .vettingGiven:
            Text(zh: "您已通过审查，可照看别人的孩子。", en: "You have been vetted for children.")
        case .vettingWithdrawn:
            Text(zh: "您的审查记录已撤回。", en: "Your vetting was taken back.")
        default: nil
        }
    }
}
