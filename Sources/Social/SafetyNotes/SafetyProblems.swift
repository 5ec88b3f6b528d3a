internal import Realtime

/// Why something about safety bans is refused.
extension ProblemKind {
    static let safetyBanThere = ProblemKind(
        "safety-ban-there", .conflict,
        Text(zh: "这个人已在安全禁令之中", en: "This person is under a ban already"),
        Text(zh: "如需更改，请先解除再重新决定。", en: "Lift it first if another is to be decided."))
    static let safetyBanOver = ProblemKind(
        "safety-ban-over", .conflict,
        Text(zh: "这项禁令已经结束", en: "This ban has ended"),
        Text(zh: "有新的凭据时，请重新决定。", en: "On new evidence, decide anew."))
    static let safetyOwnCase = ProblemKind(
        "safety-own-case", .forbidden,
        Text(zh: "不能决定与自己或家人有关的禁令", en: "Nobody decides on itself or its household"),
        Text(zh: "请由居委会另一位同事办理。", en: "Leave it to another member of the committee."))
    static let safetyAppealOther = ProblemKind(
        "safety-appeal-by-another", .forbidden,
        Text(zh: "申诉须由另一个人裁定", en: "Another person decides on an appeal"),
        Text(
            zh: "禁令是您决定的，请由居委会另一位同事裁定。",
            en: "You decided on this ban; leave the appeal to another member."))
    static let safetyAppealed = ProblemKind(
        "safety-appealed", .conflict,
        Text(zh: "已经申诉过一次", en: "There was an appeal already"),
        Text(zh: "结果请看「我的」；仍有异议可到街道。", en: "Your safety page shows its result."))
    static let safetyNoteUnreadable = ProblemKind(
        "safety-note-unreadable", .unprocessableContent,
        Text(zh: "通报无法读取，或签名不符", en: "The note cannot be read, or its signature fails"),
        Text(
            zh: "请让对方居委会重新出具原件，不要改动文件。",
            en: "Ask the other committee for the file anew, and change nothing in it."))
    static let safetyNoteIssuer = ProblemKind(
        "safety-note-issuer", .unprocessableContent,
        Text(zh: "出具通报的系统还没有登记", en: "The installation that signed it is not known here"),
        Text(
            zh: "请先打电话向对方居委会核对公钥，在本小区登记后再导入。",
            en: "Compare its key with the other committee by telephone, enter it here, and then "
                + "import the note."))
    static let safetyNoteAgain = ProblemKind(
        "safety-note-again", .conflict,
        Text(zh: "这份通报已经导入过", en: "This note has been imported"),
        Text(zh: "无需重复；匹配到住户时会有任务提醒。", en: "Once is enough; a task comes when it fits."))
    static let safetyNoteLifted = ProblemKind(
        "safety-note-lifted", .conflict,
        Text(zh: "原小区已解除这项禁令", en: "The other committee has lifted this ban"),
        Text(
            zh: "不能再据此决定。请删去文件；确有新情况，请向对方居委会要新的通报，或凭本小区的证据决定。",
            en: "Nothing follows from it any more. Delete the file; ask for a new note if there is "
                + "something new, or decide on evidence of your own."))
    static let safetyNoteExpired = ProblemKind(
        "safety-note-expired", .conflict,
        Text(zh: "通报中的禁令已到期", en: "The ban of this note has ended"),
        Text(
            zh: "请向对方居委会核实有没有延长，要新的通报。",
            en: "Ask the other committee whether there is another one."))
    static let safetyNoteOwn = ProblemKind(
        "safety-note-own", .conflict,
        Text(zh: "这是本小区自己的通报", en: "This note is this estate's own"),
        Text(zh: "请交给另一个小区的居委会。", en: "Hand it to the committee of another estate."))
    static let safetyIssuerThere = ProblemKind(
        "safety-issuer-there", .conflict,
        Text(zh: "这把公钥已经登记", en: "This key was entered already"),
        Text(zh: "可以直接导入通报。", en: "Import the note."))
    static let safetyMatchDecided = ProblemKind(
        "safety-match-decided", .conflict,
        Text(zh: "这一条已经决定过", en: "This was decided already"),
        Text(zh: "需要更改时请在禁令中办理。", en: "Change the ban itself if there is one."))
}

extension Problem {
    /// Why it was refused.
    static func ofSafety(_ verdict: String?) -> Problem {
        let kinds: [String: ProblemKind] = [
            "own": .safetyOwnCase, "there": .safetyBanThere, "over": .safetyBanOver,
            "again": .safetyAppealed, "decided_before": .safetyAppealOther,
        ]
        return Problem(verdict.flatMap { kinds[$0] } ?? .notFound)
    }

    /// Why a note, or a decision on whom it may be about, was refused.
    static func ofNote(_ verdict: String?) -> Problem {
        let kinds: [String: ProblemKind] = [
            "own": .safetyOwnCase, "there": .safetyBanThere, "issuer": .safetyNoteIssuer,
            "again": .safetyNoteAgain, "lifted": .safetyNoteLifted,
            "expired": .safetyNoteExpired, "own_estate": .safetyNoteOwn,
        ]
        return Problem(verdict.flatMap { kinds[$0] } ?? .notFound)
    }
}
