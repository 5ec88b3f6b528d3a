internal import Platform
internal import Realtime

/// The words of notices about help groups and their shifts.
extension NoticeKind {
    /// The words, before anything is filled in; `nil` for what is none of these.
    var helpGroupsTemplate: Text? {
        switch self {
        case .helpGroupJoined:
            Text(zh: "互助小组「{title}」来了一位新组员。", en: "“{title}” has a new member.")
        case .helpGroupTaken:
            Text(zh: "您已加入互助小组「{title}」。", en: "You are a member of “{title}” now.")
        case .helpGroupAsked:
            Text(
                zh: "有人申请加入「{title}」，请在十四天内答复。",
                en: "Somebody asks to join “{title}”: answer within fourteen days.")
        case .helpGroupInvited:
            Text(
                zh: "邀请您加入互助小组「{title}」，{until} 前有效。",
                en: "You are invited to the help group “{title}”, until {until}.")
        case .helpGroupNotTaken:
            Text(
                zh: "这次没能加入「{title}」。可以看看别的小组，或过些时候再申请。",
                en: "You did not get into “{title}” this time. Look at other groups, or ask again.")
        case .helpGroupLeft:
            Text(zh: "互助小组「{title}」有一位组员退出了。", en: "A member has left “{title}”.")
        case .helpGroupRemoved:
            Text(
                zh: "您已不在互助小组「{title}」里，后面的班次也取消了。",
                en: "You are not a member of “{title}” any more; your shifts are given back.")
        case .helpGroupNamedSteward:
            Text(zh: "您现在是互助小组「{title}」的组长。", en: "You are a steward of “{title}” now.")
        case .helpGroupClosed:
            Text(zh: "互助小组「{title}」解散了，谢谢您。", en: "“{title}” has closed. Thank you.")
        case .helpRotaAsked:
            Text(
                zh: "互助小组「{title}」想每周定时来帮您。请看一看时间，同意了才开始。",
                en: "“{title}” would come to help you each week. Look at the time: it begins when "
                    + "you agree.")
        case .helpRotaAgreed:
            Text(zh: "「{title}」的每周上门得到同意，开始排班。", en: "The weekly visit of “{title}” is agreed.")
        case .helpRotaRefused:
            Text(zh: "「{title}」的每周上门停止了。", en: "The weekly visit of “{title}” has ended.")
        default: helpShiftsTemplate
        }
    }

    private var helpShiftsTemplate: Text? {
        switch self {
        case .helpShiftProposed:
            Text(
                zh: "「{title}」{begins} 的班次想请您来；请在 {until} 前说行不行。",
                en: "“{title}” asks you for the shift of {begins}: say yes or no by {until}.")
        case .helpShiftCancelled:
            Text(zh: "「{title}」{begins} 的班次取消了。", en: "The shift of {begins} (“{title}”) is off.")
        case .helpShiftSwapped:
            Text(
                zh: "「{title}」{begins} 的班次有人替您了。",
                en: "Somebody took your shift of {begins} (“{title}”).")
        case .helpShiftOffered:
            Text(
                zh: "「{title}」{begins} 的班次有人想换，您能来吗？",
                en: "Somebody would hand on the shift of {begins} (“{title}”): can you come?")
        case .helpShiftLate:
            Text(
                zh: "「{title}」{begins} 的班次还有人没签到。到了请签到；来不了请告诉组长。",
                en:
                    "Somebody has not checked in to the shift of {begins} (“{title}”). Check in, "
                    + "or tell a steward.")
        case .helpShiftFree:
            Text(
                zh: "「{title}」{begins} 的班次还缺人，请想想办法。",
                en: "The shift of {begins} (“{title}”) lacks somebody: see what can be done.")
        case .helpShiftFreed:
            Text(
                zh: "您在「{title}」{begins} 的班次已替您退回，会另找人来；您不用去。",
                en:
                    "Your shift of {begins} (“{title}”) is given back for you, and others are asked: "
                    + "you need not come.")
        default: nil
        }
    }
}

/// How notices name help groups, and what is of them.
enum HelpGroupTitles {
    static let all = [NoticeSubject.Kind.helpGroup, .helpRota, .helpShift].map { kind in
        NoticeTitles(kind: kind) { ids in
            "SELECT t.id, t.title_zh, t.title_en FROM linli.help_group_titles(\(ids)) AS t"
        }
    }
}
