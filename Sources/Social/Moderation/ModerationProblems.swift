internal import Realtime

/// Why a report, a decision or an appeal is refused.
extension ProblemKind {
    static let ownPost = ProblemKind(
        "own-post", .conflict,
        Text(zh: "这是您自己发的", en: "This is your own post"),
        Text(zh: "不想保留，可以自己删除或取消。", en: "Remove or cancel it yourself if you do not want it."))
    static let ownModeration = ProblemKind(
        "own-moderation", .forbidden,
        Text(zh: "不能处理与自己有关的内容", en: "Nobody decides on what concerns itself"),
        Text(
            zh: "您是作者、组织者、举报人或其家人，请由另一位同事处理。",
            en: "You wrote it, organise it, reported it, or live with who did; leave it to a "
                + "colleague."))
    static let decidedBefore = ProblemKind(
        "decided-before", .forbidden,
        Text(zh: "申诉须由另一个人裁定", en: "An appeal is decided by another person"),
        Text(
            zh: "您已处理过这条内容，请由同事裁定申诉。",
            en: "You decided on it before; leave the appeal to a colleague."))
    static let authorUnproved = ProblemKind(
        "author-unproved", .conflict,
        Text(zh: "发起人还没有当面核验", en: "The organiser is not verified in person"),
        Text(
            zh: "面向老人或儿童的活动，请先请发起人带证件到办公台当面核验，再通过。",
            en:
                "Ask the organiser to come to the desk with a document first: who invites elders or "
                + "children is verified in person."))
    static let notForThisPost = ProblemKind(
        "not-for-this-post", .unprocessableContent,
        Text(zh: "这类内容不能这样处理", en: "This cannot be done with such a post"),
        Text(
            zh: "公告请由发布的办公室撤回；留言和反馈只能公开、隐藏或仅本人可见。",
            en: "An announcement is withdrawn by its office; comments and feedback are visible, "
                + "hidden or shadowed."))
    static let appealedAlready = ProblemKind(
        "appealed-already", .conflict,
        Text(zh: "已经申诉过一次", en: "There was an appeal already"),
        Text(
            zh: "每条内容只能申诉一次，结果请看通知；仍有异议可到居委会。",
            en: "A post is appealed once; ask the committee if you still disagree."))
    static let nothingToAppeal = ProblemKind(
        "nothing-to-appeal", .conflict,
        Text(zh: "这条内容没有被限制", en: "Nothing is kept from this post"),
        Text(
            zh: "待审核的请等候结果；公开的无需申诉。",
            en: "Wait for the review, if there is one; what is visible needs no appeal."))
    static let declarationMissing = ProblemKind(
        "declaration-missing", .unprocessableContent,
        Text(zh: "请先确认不涉及禁止的内容", en: "Declare first that nothing refused is in it"),
        Text(
            zh: "面向老人的活动不得推销保健品、投资理财，也不得要求带现金；确认后请带 declared=yes 再发布，之后由社工审核。",
            en:
                "An activity for elders sells no health goods and no investment, and asks nobody to "
                + "bring cash. Send declared=yes to declare it; a social worker reviews it then."))
}

extension Problem {
    /// Why it was refused; `nil` when it was done.
    static func ofModeration(_ verdict: String) -> Problem? {
        let kinds: [String: ProblemKind] = [
            "own_case": .ownModeration, "decided_before": .decidedBefore,
            "author_unproved": .authorUnproved, "not_for_kind": .notForThisPost,
            "again": .appealedAlready, "not_kept_back": .nothingToAppeal,
        ]
        return verdict == "done" ? nil : Problem(kinds[verdict] ?? .notFound)
    }
}
