internal import Platform
internal import Realtime

/// Why an act at a visit of help is refused.
extension ProblemKind {
    static let helpNamesSecret = ProblemKind(
        "help-names-secret", .unprocessableContent,
        Text(
            zh: "银行卡、密码、验证码、存折和养老本不交给别人",
            en: "Bank cards, codes and books of money are given to nobody"),
        Text(
            zh: "请改成现金并写明金额；取钱、办卡请家人或居委会陪同去柜台。",
            en: "Use cash and say how much; for the bank, let family or the committee go along."))
    static let visitStateOther = ProblemKind(
        "visit-state-other", .conflict,
        Text(zh: "这次互助现在不能这样办", en: "The visit is not at this point"),
        Text(zh: "请刷新看看：可能已签到、签退、确认或取消。", en: "Look at it again: it has gone on, or ended."))
    static let visitEarly = ProblemKind(
        "visit-early", .conflict,
        Text(zh: "还没到时间", en: "It is too early"),
        Text(zh: "请在开始前半小时起签到；开始后再说是否安全。", en: "Check in from half an hour before it begins."))
    static let visitLate = ProblemKind(
        "visit-late", .conflict,
        Text(zh: "过了时间", en: "It is too late"),
        Text(zh: "请联系对方；需要更正的请找居委会。", en: "Talk to the other side, or ask the committee."))
    static let visitBarred = ProblemKind(
        "visit-barred", .conflict,
        Text(zh: "这次互助现在不能进行", en: "The visit cannot take place now"),
        Text(zh: "请不要前往；有疑问请找居委会。", en: "Do not go; ask the residents' committee."))
    static let visitReceiptFirst = ProblemKind(
        "visit-receipt-first", .conflict,
        Text(zh: "还没有小票", en: "There is no receipt yet"),
        Text(zh: "请帮手先填实付金额和小票，再由双方确认。", en: "Let the helper enter what was paid first."))
    static let visitSumsDiffer = ProblemKind(
        "visit-sums-differ", .conflict,
        Text(zh: "两边的金额不一样", en: "The two sums differ"),
        Text(
            zh: "已请居委会核对；请留好小票。", en: "A person will look at it; keep the receipt."))
    static let visitNoCash = ProblemKind(
        "visit-no-cash", .conflict,
        Text(zh: "这类互助不经手钱", en: "No money goes with this kind of help"),
        Text(zh: "要代买的请另约「代买代取」。", en: "Ask for an errand instead."))
    static let visitCashOver = ProblemKind(
        "visit-cash-over", .unprocessableContent,
        Text(zh: "超过了小区定的代买上限", en: "It is more than the estate's cap for errands"),
        Text(zh: "请少买一些，或请家人、居委会办。", en: "Buy less, or let family or the committee do it."))
    static let visitCashUnsaid = ProblemKind(
        "visit-cash-unsaid", .conflict,
        Text(zh: "事先没有说好金额", en: "No sum was said before"),
        Text(zh: "请先在这次互助里说好金额，再填小票。", en: "Say the sum of the errand first."))
    static let helpDisputeSame = ProblemKind(
        "help-dispute-same", .conflict,
        Text(zh: "申诉要由另一位处理", en: "Another person decides on an appeal"),
        Text(zh: "请交给居委会的另一位同事。", en: "Hand it to another member of the committee."))
}
