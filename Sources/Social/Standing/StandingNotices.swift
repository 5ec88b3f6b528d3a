/// The words of what becomes of persons: roles, ties, absences, states, memberships and merges.
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
            Text(
                zh: "{title} 辞去了「{what}」，到 {until} 为止。",
                en: "{title} lays down a role: {what}.")
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
        default: stateTemplate
        }
    }

    /// The words of absences and states.
    private var stateTemplate: Text? {
        switch self {
        case .absenceSet:
            Text(
                zh: "已为您登记「{what}」，{begins} 起：其间不再提醒和邀请您。只有您、家人和居委会、社工看得到；不对请取消。",
                en:
                    "You are noted as {what} from {begins} on: no reminders or offers meanwhile. Only "
                    + "you, your household and the duty roles see it; end it if it is wrong.")
        case .absenceEnded:
            Text(zh: "您的「{what}」登记已改或结束。", en: "What was noted of you has changed: {what}.")
        case .personMoved:
            Text(
                zh: "居委会登记 {title} 已搬离。若有误，请告诉居委会。",
                en: "{title} is noted as moved. Tell the residents' committee if that is wrong.")
        case .personDead:
            Text(
                zh: "居委会登记 {title} 已去世，谨致哀悼。若有误，请告诉居委会。",
                en:
                    "{title} is noted as dead; our condolences. Tell the residents' committee if that "
                    + "is wrong.")
        case .personActive:
            Text(
                zh: "{title} 的登记已恢复。住户关系、身份和报名不会自动恢复，需要的请重新办理。",
                en: "{title} is restored. Memberships, roles and bookings do not come back by "
                    + "themselves: ask for what is needed.")
        default: membershipTemplate
        }
    }

    /// The words of memberships and merges.
    private var membershipTemplate: Text? {
        switch self {
        case .personMerged:
            Text(
                zh: "居委会把您的两份登记合并为一份。若其中一份不是您的，请在三十天内告诉居委会。",
                en:
                    "Two entries of yours were made one. Tell the residents' committee within thirty "
                    + "days if one of them was not yours.")
        case .personUnmerged:
            Text(
                zh: "您的登记已恢复为合并以前的两份。",
                en: "The merge of your entries was undone: there are two again.")
        case .membershipAsked:
            Text(
                zh: "家里有人申请办理：{what}，说的是 {title}。可以表示同意或反对；由居委会核实后决定。",
                en: "A member of the household asks for this: {what}, of {title}. You may agree or "
                    + "object; the residents' committee decides.")
        case .membershipDecided:
            Text(
                zh: "居委会已决定「{what}」的申请，点开可看结果。",
                en: "The committee has decided on what was asked for ({what}); open it to read how."
            )
        case .membershipLeft:
            Text(zh: "{title} 已离开您这一户。", en: "{title} has left your household.")
        default: nil
        }
    }
}
