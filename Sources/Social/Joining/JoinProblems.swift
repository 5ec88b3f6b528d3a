internal import Realtime

/// Why a code, an entry or a proof is refused.
extension ProblemKind {
    static let joinCodeWrong = ProblemKind(
        "join-code-wrong", .unprocessableContent,
        Text(zh: "加入码或验证码不对，或已失效", en: "The join code or the message's code is wrong"),
        Text(
            zh: "请逐字核对纸上的加入码和短信验证码；验证码试五次或过五分钟后请重新获取。",
            en:
                "Check both codes, character by character; after five tries or five minutes ask for "
                + "a new message."))
    static let joinCodeEnded = ProblemKind(
        "join-code-ended", .conflict,
        Text(zh: "这个加入码不能再用", en: "This join code can be used no more"),
        Text(
            zh: "请向发码的居委会、楼组长或家人要一个新的。",
            en: "Ask the committee, the stair leader or the member who gave it for a new one."))
    static let joinCodeElsewhere = ProblemKind(
        "join-code-elsewhere", .conflict,
        Text(zh: "这是另一户的加入码", en: "This join code is of another residence"),
        Text(
            zh: "请核对门牌和室号；拿错了请还给发码的人，并要回您自己那一户的。",
            en: "Check the door's number; if it is not yours, give it back and ask for your own."))
    static let joinCodeForAnother = ProblemKind(
        "join-code-for-another", .conflict,
        Text(zh: "这个加入码是给另一个人的", en: "This join code is for somebody else"),
        Text(
            zh: "请交给本人使用，或向发码人要您自己的。",
            en: "Leave it to that person, or ask for one of your own."))
    static let alreadyMember = ProblemKind(
        "already-member", .conflict,
        Text(zh: "您已经是这一户的成员", en: "You belong to this household already"),
        Text(
            zh: "无需再用；请把加入码交给还没加入的家人。",
            en: "There is no need for it; leave the code to whom it is meant for."))
    static let personNotHere = ProblemKind(
        "person-not-here", .conflict,
        Text(zh: "您在这个小区的登记已停用", en: "Your entry in this estate is out of use"),
        Text(zh: "请带证件到居委会恢复。", en: "Ask the residents' committee to restore it."))
    static let phoneKnown = ProblemKind(
        "phone-known", .conflict,
        Text(zh: "这个手机号已有账号", en: "This phone has an account already"),
        Text(
            zh: "请先用它登录，再在「我的」里输入加入码；若这是家人共用的手机、您本人还没有账号，"
                + "请选择另建账号（as_another）。",
            en: "Sign in with it and enter the code there; if a relative shares this phone and you "
                + "have no account yet, choose to make another (as_another)."))
    static let phoneFull = ProblemKind(
        "phone-full", .conflict,
        Text(zh: "这个手机号的账号太多", en: "This phone has as many accounts as it may"),
        Text(zh: "请换一个手机号，或到居委会办理。", en: "Use another phone, or ask the committee."))
    static let underFourteen = ProblemKind(
        "under-fourteen", .unprocessableContent,
        Text(zh: "未满 14 周岁不能自己登录", en: "Nobody under 14 signs in"),
        Text(
            zh: "请由监护人登录后登记孩子；满 14 周岁的当天零点起可以自己加入。",
            en:
                "A guardian who has signed in enters the child, who can join from the 14th birthday "
                + "on."))
    static let mayNotAdmit = ProblemKind(
        "may-not-admit", .forbidden,
        Text(zh: "您不能在这里办理入户", en: "You may not let people in here"),
        Text(
            zh: "请找居委会或本楼楼组长；家里已核验的成年人可以发邀请。",
            en: "Ask the residents' committee or your stair leader; an adult member who is proved "
                + "can invite."))
    static let ownHousehold = ProblemKind(
        "own-household", .forbidden,
        Text(zh: "不能为自己或自己家办理", en: "Nobody does this for its own household"),
        Text(
            zh: "请另一位工作人员办理，或以家庭成员身份邀请。",
            en: "Leave it to another operator, or invite as a member."))
    static let notProved = ProblemKind(
        "not-proved", .forbidden,
        Text(zh: "您的住户身份还没有核验", en: "Your household is not proved yet"),
        Text(
            zh: "请先用加入码，或到居委会核验，再邀请家人。",
            en: "Use a join code, or go to the committee, before you invite."))
    static let minorsDoNotInvite = ProblemKind(
        "minors-do-not-invite", .forbidden,
        Text(zh: "未满 18 周岁不能邀请", en: "Only adults invite"),
        Text(zh: "请让家里的成年人邀请。", en: "Ask an adult of the household to invite."))
    static let invitationsMax = ProblemKind(
        "invitations-max", .conflict,
        Text(zh: "还没用掉的邀请太多", en: "There are as many open invitations as there may be"),
        Text(
            zh: "每户最多 \(JoinLimits.invitationsMax) 个；请先作废不用的。",
            en: "At most \(JoinLimits.invitationsMax) a household; revoke what is not needed."))
    static let personThere = ProblemKind(
        "person-there", .conflict,
        Text(zh: "这一户已登记了同名同生日的人", en: "That household has this person already"),
        Text(
            zh: "请先核对；确是两个人，请在姓名后加以区分。",
            en: "Check first; if they are two people, tell them apart by the name."))
    static let proofEnded = ProblemKind(
        "proof-ended", .conflict,
        Text(zh: "这项核验已经结束或撤回", en: "This proof has ended already"),
        Text(zh: "无需再撤回；需要时请重新核验。", en: "There is nothing to take back; prove anew."))
}

extension Problem {
    /// Why a code does not let its holder in; `nil` for a verdict that is none of these.
    static func ofJoinCode(_ verdict: String) -> Problem? {
        let words: [String: Text] = [
            "used": Text(
                zh: "这个加入码已被用过，每个只能用一次；若不是您用的，请告诉发码人。",
                en: "It was used, and each is good once; if that was not you, tell who gave it."),
            "revoked": Text(
                zh: "发码人已作废这个加入码，请向其要新的。",
                en: "Who gave it has revoked it; ask for a new one."),
            "expired": Text(
                zh: "这个加入码已过最后一天，请要一个新的。",
                en: "Its last day has passed; ask for a new one."),
            "early": Text(
                zh: "还没到这个加入码的第一天，请到那天再用。",
                en: "Its first day has not come; use it from then on."),
            "gone": Text(
                zh: "加入码对应的住户或成员有变动，请向发码人核实。",
                en: "The household or member it was for has changed; ask who gave it."),
        ]
        if let advice = words[verdict] { return Problem(.joinCodeEnded, advice: advice) }
        let kinds: [String: ProblemKind] = [
            "elsewhere": .joinCodeElsewhere, "own": .ownHousehold, "phone_known": .phoneKnown,
            "phone_full": .phoneFull, "not_here": .personNotHere,
            "other_person": .joinCodeForAnother, "member": .alreadyMember,
            "unknown": .joinCodeWrong, "refused": .joinCodeWrong,
            "protected": .protectionBetween,
        ]
        return kinds[verdict].map { Problem($0) }
    }
}
