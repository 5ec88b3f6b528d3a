internal import Realtime

/// Why taking part is refused, besides what the kernel says (`ReservationProblems.swift`).
extension ProblemKind {
    /// The meeting does not speak to one of the group.
    static let notAddressed = ProblemKind(
        "not-addressed", .forbidden,
        Text(zh: "这场活动不面向同行的某一位", en: "The meeting is not open to one of the group"),
        Text(
            zh: "请去掉不在参加范围内的人，或看看别的活动。", en: "Leave out who is not addressed, or look for another.")
    )
    /// One takes along one's own household and nobody else.
    static let notOfHousehold = ProblemKind(
        "not-of-household", .forbidden,
        Text(zh: "只能为自己和同住的家人报名", en: "One joins for oneself and one's own household"),
        Text(
            zh: "请从 household 列出的人中选择；代办时只能为委托人本人报名。",
            en:
                "Choose among those that household lists; who acts for another joins that one alone."
        ))
    /// Only who answers for the reservation decides.
    static let holderOnly = ProblemKind(
        "holder-only", .forbidden,
        Text(zh: "只有报名人可以这样做", en: "Only who made the reservation can do this"),
        Text(
            zh: "您可以退出自己的名额；其余请联系报名人。",
            en: "You can leave by yourself; for the rest ask the holder."))

    // MARK: Attendance

    /// It is not the time to check in or out.
    static let notAttendanceTime = ProblemKind(
        "not-attendance-time", .conflict,
        Text(zh: "现在不能签到或签退", en: "It is not the time to check in or out"),
        Text(
            zh: "开始前一小时起可以签到；签到码到结束后一小时、点名到结束后一天为止。",
            en:
                "From an hour before it begins: by code until an hour after its end, by roll-call for a day."
        ))
    /// A place that is not theirs yet.
    static let notConfirmed = ProblemKind(
        "not-confirmed", .conflict,
        Text(zh: "这个名额还没有确认", en: "The place is not confirmed"),
        Text(zh: "请先接受名额；候补的人不能签到。", en: "Accept it first; who waits cannot check in."))
    /// It was noted already.
    static let alreadyNoted = ProblemKind(
        "already-noted", .conflict,
        Text(zh: "已经签过了", en: "It was noted already"),
        Text(zh: "无需再签。", en: "Nothing is left to do."))
    /// Who has not come cannot go.
    static let notCheckedIn = ProblemKind(
        "not-checked-in", .conflict,
        Text(zh: "还没有签到", en: "Not checked in yet"), Text(zh: "请先签到。", en: "Check in first."))
    /// No such code.
    static let attendanceCodeUnknown = ProblemKind(
        "attendance-code-unknown", .unprocessableContent,
        Text(zh: "没有这个签到码", en: "There is no such code"),
        Text(
            zh: "请核对 8 位数字，或请对方重新取码；也可以点名。",
            en: "Check the 8 digits or ask for a new code; or call the roll."))
    /// A code of another activity.
    static let attendanceCodeElsewhere = ProblemKind(
        "attendance-code-elsewhere", .conflict,
        Text(zh: "这是另一场活动的签到码", en: "The code is of another meeting"),
        Text(zh: "请对方打开这一场的报名重新取码。", en: "Ask for a code of this meeting's reservation."))
    /// A code works once.
    static let attendanceCodeUsed = ProblemKind(
        "attendance-code-used", .conflict,
        Text(zh: "这个签到码已经用过", en: "The code was used already"),
        Text(zh: "每码只能用一次，请对方重新取码。", en: "A code works once; ask for a new one."))
    /// A code lives ten minutes.
    static let attendanceCodeExpired = ProblemKind(
        "attendance-code-expired", .conflict,
        Text(zh: "这个签到码已经失效", en: "The code has lapsed"),
        Text(
            zh: "签到码十分钟内有效，取新码时旧码作废；请对方重新取码。",
            en: "A code lives 10 minutes, and a new one voids it; ask for a new one."))
}

/// Why a no-show is not noted, answered or decided.
extension ProblemKind {
    static let notOver = ProblemKind(
        "not-over", .conflict,
        Text(zh: "这场活动还没有结束", en: "The meeting is not over"),
        Text(zh: "请在结束后再试。", en: "Try again after its end."))
    static let tooLongAgo = ProblemKind(
        "too-long-ago", .conflict,
        Text(zh: "已经过了时限", en: "It is too long ago"),
        Text(
            zh: "请在期限内办理：未到在结束后 14 天内记录，反馈在 30 天内填写。",
            en: "A no-show is noted within 14 days after the end, feedback given within 30."))
    static let wasThere = ProblemKind(
        "was-there", .conflict,
        Text(zh: "这个人签到过", en: "The person checked in"),
        Text(zh: "请核对所选的人；签到过的不能记为未到。", en: "Check whom you chose: who came is no no-show."))
    static let noShowClaimed = ProblemKind(
        "no-show-claimed", .conflict,
        Text(zh: "已经记为未到", en: "It is noted as a no-show"),
        Text(zh: "有异议请本人申诉，由居委会裁定。", en: "The person can dispute it; the committee decides."))
    static let alreadyAnswered = ProblemKind(
        "already-answered", .conflict,
        Text(zh: "已经回复过", en: "It was answered already"),
        Text(
            zh: "无需再回复；有异议的，请居委会裁定。",
            en: "Nothing is left to do; what is disputed, the committee decides."))
    static let alreadyDecided = ProblemKind(
        "already-decided", .conflict,
        Text(zh: "已经裁定", en: "It was decided already"), Text(zh: "请刷新后再看。", en: "Read it again."))
    static let ownCase = ProblemKind(
        "own-case", .forbidden,
        Text(zh: "不能裁定与自己有关的记录", en: "Nobody decides a case of the own"),
        Text(zh: "请由居委会其他成员裁定。", en: "Let another member of the committee decide."))
    static let committeeOnly = ProblemKind(
        "committee-only", .forbidden,
        Text(zh: "只有居委会可以裁定", en: "Only the residents' committee decides"),
        Text(zh: "请等待居委会裁定。", en: "Wait for its decision."))

    // MARK: What is said

    static let threadFull = ProblemKind(
        "thread-full", .conflict,
        Text(zh: "留言已满", en: "The thread is full"),
        Text(zh: "请直接联系组织者。", en: "Speak to an organiser."))
    static let notTheAuthor = ProblemKind(
        "not-the-author", .forbidden,
        Text(zh: "只有作者和组织者可以移除", en: "Only its author or an organiser removes it"),
        Text(zh: "请联系组织者。", en: "Ask an organiser."))
    static let wasNotThere = ProblemKind(
        "was-not-there", .forbidden,
        Text(zh: "只有签到过的人可以反馈", en: "Feedback is by those who came"),
        Text(zh: "若您到场但没有签到，请联系组织者补记。", en: "If you were there, ask an organiser to note it."))
    static let feedbackGiven = ProblemKind(
        "feedback-given", .conflict,
        Text(zh: "已经反馈过", en: "Feedback was given already"),
        Text(zh: "无需再填，每场反馈一次。", en: "Nothing is left to do: it is given once a meeting."))
}
