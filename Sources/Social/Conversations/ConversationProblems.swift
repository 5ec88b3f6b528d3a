internal import Realtime

/// Why something in a conversation is refused.
extension ProblemKind {
    static let conversationClosed = ProblemKind(
        "conversation-closed", .conflict,
        Text(zh: "这次交谈已经结束", en: "This conversation is closed"),
        Text(
            zh: "结束后 30 天内还能看。还有事要问，可以从活动页重新发起，或到办公台。",
            en: "It can be read for 30 days. If there is more to ask, begin anew from the "
                + "activity, or come to the desk."))
    static let householdNeeded = ProblemKind(
        "household-needed", .forbidden,
        Text(zh: "核实住户身份后才能交谈", en: "It takes a proof of your household to write"),
        Text(
            zh: "请用家里的加入码或请家人、居委会核实住户身份；「我的」里写着怎么办。",
            en: "Have your household proved by a code, a member or the committee; your standing "
                + "says how."))
    static let guardianWrites = ProblemKind(
        "guardian-writes", .conflict,
        Text(zh: "未成年人的交谈由监护人进行", en: "A guardian speaks for who is under age"),
        Text(
            zh: "未满 18 周岁不与无亲属关系的成年人单独交谈，请监护人来发起；与亲属或同龄人交谈须监护人先同意。",
            en:
                "Nobody under 18 speaks alone with an unrelated adult: let a guardian begin it. With "
                + "relatives or others of that age a guardian agrees first."))
    static let conversationWithOneself = ProblemKind(
        "conversation-with-oneself", .conflict,
        Text(zh: "这是您自己组织的活动", en: "You look after this activity yourself"),
        Text(
            zh: "请在 person 中写明要联系的报名人。",
            en: "Name in `person` whom of those who take part you would speak with."))
    static let conversationsFull = ProblemKind(
        "conversations-full", .conflict,
        Text(zh: "您进行中的交谈太多", en: "You have too many open conversations"),
        Text(zh: "请先结束几个再发起新的。", en: "Close some before you begin another."))
    static let conversationReadOnly = ProblemKind(
        "conversation-read-only", .forbidden,
        Text(zh: "您只能查看这次交谈", en: "You may read this conversation, and not write in it"),
        Text(
            zh: "监护人要联系组织者，请自己发起交谈；办公台请按任务联系本人。",
            en: "A guardian begins one of its own; the desk does what its task says."))
    static let takeBackLate = ProblemKind(
        "take-back-late", .conflict,
        Text(zh: "发出超过五分钟，不能撤回", en: "After five minutes a message stays"),
        Text(zh: "可以再发一条更正。", en: "Write another one that puts it right."))
}

extension Problem {
    /// Why an act in a conversation was refused, by its verdict.
    ///
    /// - Throws: `Stop` where only time helps.
    static func ofConversation(_ verdict: String?) throws(Stop) -> Problem {
        switch verdict {
        case "closed", "over": return Problem(.conversationClosed)
        case "level": return Problem(.householdNeeded)
        case "guardian": return Problem(.guardianWrites)
        case "own": return Problem(.conversationWithOneself)
        case "full": return Problem(.conversationsFull)
        case "reads_only": return Problem(.conversationReadOnly)
        case "late": return Problem(.takeBackLate)
        case "too_many":
            var problem = Problem(.tooMany)
            problem.retryAfterSeconds = 60
            throw Stop(problem)
        default: return Problem(.notFound)
        }
    }
}
