internal import Platform

/// The words of the kinds that have no room of their own.
extension NoticeKind {
    /// The words, before anything is filled in.
    var template: Text {
        switch self {
        case .reservationConfirmed:
            Text(zh: "您已报上「{title}」。", en: "You have a place at “{title}”.")
        case .reservationWaiting:
            Text(
                zh: "「{title}」名额已满，您在候补中；有空位时会通知您。",
                en: "“{title}” is full and you are on the wait-list; you will hear of a free place."
            )
        case .reservationOffered:
            Text(
                zh: "「{title}」为您留出了名额，请在 {until} 前确认，过时名额会让给下一位。",
                en: "A place at “{title}” is held for you until {until}; accept it before, or it "
                    + "goes to the next.")
        case .reservationLapsed:
            Text(
                zh: "「{title}」为您留的名额已过期。需要的话请重新报名。",
                en:
                    "The place held for you at “{title}” has lapsed. Join again if you still want it."
            )
        case .reservationReleased:
            Text(
                zh: "「{title}」名额有变，您已回到候补并优先补上。{because}",
                en: "“{title}” has fewer places; you are back on the wait-list, at its front. "
                    + "{because}")
        case .reservationCancelled:
            Text(zh: "「{title}」的报名已取消。", en: "The place at “{title}” was cancelled.")
        case .reservationClosed:
            Text(
                zh: "「{title}」不再举行，您的报名已结束。{because}",
                en: "“{title}” does not take place; your place there has ended. {because}")
        case .reservationMoved:
            Text(
                zh: "「{title}」改了时间或地点，现在是 {begins}，您的名额仍保留。",
                en: "“{title}” was moved, now to {begins}; your place is kept.")
        case .reservationClash:
            Text(
                zh: "「{title}」改期后与您的另一项安排冲突，请看看要去哪一个。",
                en: "After its change “{title}” clashes with something else you joined; see which "
                    + "you can keep.")
        default: organisersTemplate
        }
    }

    /// The words of what organisers do, and of what comes afterwards.
    private var organisersTemplate: Text {
        switch self {
        case .activityChanged:
            Text(zh: "「{title}」有变动：{what}。", en: "“{title}” has changed: {what}.")
        case .activityCancelled:
            Text(
                zh: "「{title}」已取消，点开可看原因。",
                en: "“{title}” was cancelled; open it to read why.")
        case .activitySuccessor:
            Text(zh: "「{title}」换了发起人。", en: "“{title}” has a new organiser.")
        case .activityOrganiser:
            Text(zh: "您成为「{title}」的组织者。", en: "You are now an organiser of “{title}”.")
        case .attendanceIn:
            Text(zh: "「{title}」：您带的人已签到。", en: "Whom you bring to “{title}” has checked in.")
        case .attendanceOut:
            Text(zh: "「{title}」：您带的人已签退。", en: "Whom you brought to “{title}” has checked out.")
        case .noShowClaimed:
            Text(
                zh: "组织者记下您未到「{title}」。请回复是否属实；不属实可申诉。",
                en:
                    "An organiser noted that you did not come to “{title}”. Say whether that is so; "
                    + "if it is not, it goes to the committee.")
        case .noShowAnswered:
            Text(
                zh: "「{title}」的一条未到记录有了本人回复。",
                en: "The person answered a no-show noted at “{title}”.")
        case .noShowAppealed:
            Text(
                zh: "「{title}」的一条未到记录有异议，请居委会裁定。",
                en: "A no-show at “{title}” is disputed; the residents' committee is asked to "
                    + "decide.")
        case .noShowDecided:
            Text(
                zh: "居委会已裁定您在「{title}」的未到记录，点开可看结果。",
                en: "The committee has decided on the no-show at “{title}”; open it to read how.")
        case .commentAdded:
            Text(zh: "「{title}」有新的留言。", en: "There is a new comment on “{title}”.")
        case .commentRemoved:
            Text(
                zh: "您在「{title}」下的留言被组织者移除。",
                en: "An organiser removed your comment on “{title}”.")
        case .feedbackGiven:
            Text(zh: "「{title}」收到一条反馈。", en: "“{title}” received feedback.")
        default: peopleTemplate
        }
    }

    /// The words of who is known; the title is a person's name.
    private var peopleTemplate: Text {
        switch self {
        case .personClaimed:
            Text(
                zh: "{title} 首次登录，成为已认领的住户。若不是本人，请告诉居委会。",
                en: "{title} has signed in for the first time. If that is somebody else, tell the "
                    + "residents' committee.")
        case .personJoined:
            Text(
                zh: "新住户：{title}。若不认识，请告诉居委会。",
                en: "A newcomer: {title}. Tell the residents' committee if you do not know the "
                    + "person.")
        case .proofGiven: Text(zh: "您已通过当面核验。", en: "You have been proved in person.")
        case .proofWithdrawn:
            Text(
                zh: "您的一项核验被撤回，可在「我的」里看原因。",
                en: "One of your proofs was taken back; your standing says why.")
        case .joinCodeIssued:
            Text(
                zh: "{title} 邀请一人加入您家。若不同意，可以作废邀请。",
                en: "{title} has invited somebody into your household; you may revoke it.")
        case .joinCodeUsed:
            Text(zh: "您发出的加入码已由 {title} 使用。", en: "The join code you gave was used: {title}.")
        case .joinCodeRevoked:
            Text(zh: "您发出的加入码被 {title} 作废。", en: "The join code you gave was revoked: {title}.")
        default: accountTemplate
        }
    }

    /// The words of what happens to one's own account.
    private var accountTemplate: Text {
        switch self {
        case .sessionProved:
            Text(
                zh: "您的账号有一次登录通过了再次验证。{because} 不是您本人的，请立即结束所有登录并联系办公台。",
                en:
                    "A session of your account got its second proof. {because} If it was not you, end "
                    + "all sessions at once and tell the desk.")
        case .proofAsked:
            Text(
                zh: "有人用您的手机号登录，正请家人或办公台确认。不是您本人的，请不要确认。",
                en:
                    "Somebody signs in with your phone, and asks your household or the desk to confirm "
                    + "it. If it is not you, do not let them.")
        case .passkeyAdded:
            Text(
                zh: "您的账号添加了一个通行密钥。不是您本人的，请删去它并联系办公台。",
                en:
                    "A passkey was added to your account. If it was not you, remove it and tell the "
                    + "desk.")
        case .passkeyRemoved:
            Text(zh: "您的账号删去了一个通行密钥。", en: "A passkey of your account was removed.")
        case .deviceCodeIssued:
            Text(
                zh: "办公台为您开了一张设备码，{until} 前有效。不是您要的，请联系办公台作废。",
                en:
                    "The desk issued you a device's code, good until {until}. If you did not ask for "
                    + "it, have it revoked.")
        case .phoneChanged:
            Text(
                zh: "您的登录手机号已更换。不是您本人的，请立即联系办公台。",
                en: "Your account has a new phone. If it was not you, tell the desk at once.")
        case .phoneReported:
            Text(
                zh: "您的手机号已标为待核实：下次用它登录须再次验证。",
                en: "Your phone is in doubt now: the next sign-in with it takes a second proof.")
        default: roomTemplate
        }
    }

    /// The words that stand in the rooms of those who write the notices.
    private var roomTemplate: Text {
        tasksTemplate ?? standingTemplate ?? familyTemplate ?? readingTemplate
            ?? moderationTemplate ?? rightsTemplate ?? conversationTemplate ?? safetyTemplate
            ?? goodsTemplate ?? needsTemplate ?? visitsTemplate ?? careTemplate ?? askingTemplate
            ?? pairingTemplate
            ?? helpGroupsTemplate
            ?? Text(zh: "「{title}」有新消息。", en: "There is news of “{title}”.")
    }

    /// What stands for a title that its reader may not see.
    var untitled: Text {
        switch rawValue.prefix(while: { $0 != "." }) {
        case "person", "proof", "joinCode", "role", "tie", "recordWatcher", "access",
            "absence", "membership", "delegation", "export", "correction", "erasure", "dailyCheck":
            Text(zh: "一位居民", en: "a resident")
        case "guardianship", "family", "child", "consent", "conversation":
            Text(zh: "一个孩子", en: "a child")
        case "task": Text(zh: "一件事", en: "a task")
        case "goods": Text(zh: "一种物资", en: "some goods")
        case "helpGroup", "helpRota", "helpShift": Text(zh: "一个互助小组", en: "a help group")
        default: Text(zh: "一项活动", en: "an activity")
        }
    }
}
