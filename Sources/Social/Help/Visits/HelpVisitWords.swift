internal import Platform
internal import Realtime

/// The words of notices about visits of help.
extension NoticeKind {
    /// The words, before anything is filled in; `nil` for what is none of these.
    var visitsTemplate: Text? {
        switch self {
        case .visitPlanned:
            Text(
                zh: "约好了一次互助：{begins}。详情和地址在「我的互助」里。",
                en: "Help is arranged for {begins}; the rest stands with your visits.")
        case .visitsPlanned:
            Text(
                zh: "约好了 {count} 次互助，第一次是 {begins}。各次的时间和地址在「我的互助」里。",
                en: "Help is arranged {count} times, first for {begins}; the rest stands with your "
                    + "visits.")
        case .visitCancelled:
            Text(
                zh: "{begins} 的互助取消了。{because} 不用解释，也不记在谁名下。",
                en: "The help of {begins} does not take place. {because} It counts against nobody.")
        case .visitCheckedIn:
            Text(zh: "帮手到了。", en: "The helper has come.")
        case .visitCheckInUndone:
            Text(zh: "刚才的签到撤销了：帮手还没到。", en: "That was a mistake: the helper has not come yet.")
        case .visitCheckedOut:
            Text(
                zh: "这次互助结束了，请在「我的互助」里确认。",
                en: "The visit is over; please confirm it with your visits.")
        case .visitLate:
            Text(
                zh: "{begins} 的互助还没有人签到。在路上的请签到；去不了的请告诉对方。",
                en: "Nobody has come yet to the help of {begins}. Check in, or tell the other side."
            )
        case .visitNotLeft:
            Text(
                zh: "{begins} 的互助过了结束时间还没签退。结束了请签退。",
                en: "The help of {begins} should be over and nobody has left. Check out if it is.")
        case .visitElsewhere:
            Text(
                zh: "{begins} 的互助换了地方：住处变了，新地址在「我的互助」里。",
                en: "The help of {begins} is at another home now; see the address with your "
                    + "visits.")
        case .visitMissed:
            Text(
                zh: "{begins} 的互助没有进行，居委会会打电话问问。",
                en: "The help of {begins} did not take place; the residents' committee will call.")
        case .visitCashSaid:
            Text(zh: "代买的金额说好了，请看一眼。", en: "How much money the errand takes was said; see it.")
        case .visitPaid:
            Text(
                zh: "代买付过钱了，请对一下小票再确认。",
                en: "The errand was paid: compare the receipt, then confirm.")
        case .helpDisputeRaised:
            Text(
                zh: "对方对 {begins} 的互助有不同看法，社工会听您说。",
                en: "The other side disagrees about the help of {begins}; a social worker will "
                    + "hear you.")
        case .helpDisputeDecided:
            Text(
                zh: "{begins} 的互助的分歧有了结果；不同意的可以申诉一次。",
                en: "The disagreement about the help of {begins} is decided; you may appeal once.")
        case .timeIssued:
            Text(
                zh: "{begins} 的互助记入了您的时间银行。", en: "The help of {begins} is in your time credits.")
        case .timeOverCap:
            Text(
                zh: "谢谢您。你们两位这个月记入时间银行的已到上限，{begins} 的这次不再记入。",
                en: "Thank you. The two of you have reached this month's cap of time credits: the "
                    + "help of {begins} adds none.")
        case .timeGiven:
            Text(zh: "有人把时间银行里的时间送给了您。", en: "Somebody gave you time credits.")
        case .timeReversed:
            Text(
                zh: "核对后，一笔时间银行的记录收回了；有疑问请到居委会说明。",
                en: "After a look at it, a time credit was taken back; the committee explains it.")
        default: nil
        }
    }
}

/// The codes of visits, and their words.
enum HelpVisitWords {
    static let states = ["planned", "under_way", "done", "missed", "cancelled"]
    static let sides = ["helper", "person", "office"]
    /// Why a side cancels.
    static let causes = ["not_needed", "ill", "no_time", "moved", "other"]

    static let reasons: [String: Text] = [
        "not_needed": Text(zh: "原因：这次不需要了。", en: "Reason: it is not needed now."),
        "ill": Text(zh: "原因：身体不适。", en: "Reason: illness."),
        "no_time": Text(zh: "原因：临时有事。", en: "Reason: something came up."),
        "moved": Text(zh: "原因：改约时间。", en: "Reason: another time."),
        "office": Text(zh: "由办公台取消。", en: "The desk cancelled it."),
    ]

    /// Words for what is never handed to a helper, nor written down.
    private static let secrets = [
        "银行卡", "信用卡", "储蓄卡", "密码", "验证码", "存折", "养老本", "养老金本", "医保卡密", "网银",
        "bank card", "credit card", "debit card", "password", "passcode", "pin code",
        "verification code", "passbook", "pension book",
    ]

    /// Whether a text names a bank card, a code or a book of money.
    static func namesSecret(_ text: String) -> Bool {
        let plain = String(text.lowercased().filter { !$0.isWhitespace })
        return secrets.contains { plain.contains($0.filter { !$0.isWhitespace }) }
    }

    /// Refuses a text that names what an errand never takes.
    static func check(_ text: String?) throws(Stop) {
        guard let text, namesSecret(text) else { return }
        throw Stop(.helpNamesSecret)
    }
}
