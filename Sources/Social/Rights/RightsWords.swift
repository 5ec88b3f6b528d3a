internal import Platform

/// The words of copies, corrections and erasure.
enum RightsWords {
    /// Why something is in no copy, by its code.
    static let leftOut: [String: Text] = [
        "doer": Text(
            zh: "记的是谁办了别人的事，属于那个人的资料",
            en: "it says who did something to another's record, and belongs to that one"),
        "confidence": Text(
            zh: "别人私下说的话，或正在办理的事",
            en: "it is what others said in confidence, or what is still being seen to"),
        "protects": Text(
            zh: "会泄露别人的保护或屏蔽", en: "it would betray whom a block or a protection guards"),
        "secret": Text(
            zh: "密钥或一次性的码，从不示人", en: "it is a key or a code, and shown to nobody"),
        "elsewhere": Text(
            zh: "由副本里的其他内容推得", en: "it follows from what stands elsewhere in the copy"),
    ]

    /// Why an erasure waits, by its code.
    static let hindrances: [String: Text] = [
        "organises": Text(
            zh: "还有未结束的活动：请取消，或交给另一位组织者。",
            en: "Activities are still to come: cancel them, or hand them over."),
        "last_guardian": Text(
            zh: "是一个孩子唯一的监护人：请先登记另一位监护人。",
            en: "A child has no other guardian: have one recorded first."),
        "office": Text(zh: "还担任职务：请先辞去。", en: "An office is held: lay it down first."),
        "legal": Text(
            zh: "有依法须先办完的事；办完后自动执行，您无需再办。",
            en: "Something is seen to that the law has finished first; it goes on by itself then."),
    ]

    /// The page beside the files.
    static let readMe = """
        这是邻里保存的、关于您的全部资料（个人信息保护法第四十五条）。
        「数据 json」供程序读取，「表格 csv」可用表格软件打开，「我的活动 activities.ics」可导入日历。
        以 = + - @ 开头的单元格前加了一个撇号，以免被当作公式。时间为协调世界时（UTC）。
        「说明 about.json」写明每个文件是什么、保留多久、注销后如何处理，以及哪些没有放进来、为什么。
        别人私下说的话、谁举报了您、别人设的屏蔽和保护不在其中。
        这份副本包含您的手机号等隐私，请妥善保管，不要转发。

        This is all that Linli keeps about you (PIPL, article 45).
        "json" is for programs, "csv" for spreadsheets, "activities.ics" for calendars.
        A cell that begins with = + - @ has an apostrophe before it, so that it is no formula. Times are UTC.
        "about.json" says what each file is, how long it is kept, what an erasure does with it, and what
        is not in here and why.
        What others said in confidence, who reported you, and others' blocks and protections are not in it.
        It holds your phone and other private things: keep it safe, and do not pass it on.
        \n
        """.replacing("\n", with: "\r\n")

    /// A path of the API, in the estate or above.
    struct Path {
        var text: String
        var isOfEstate: Bool
    }

    /// What a person changes itself, and where.
    static let selfService: [(title: Text, path: Path)] = [
        (
            Text(zh: "手机号", en: "The phone"),
            Path(text: "/api/v1/me/phone", isOfEstate: false)
        ),
        (
            Text(zh: "通行密钥", en: "Passkeys"),
            Path(text: "/api/v1/me/passkeys", isOfEstate: false)
        ),
        (
            Text(zh: "登录过的设备", en: "Sessions"),
            Path(text: "/api/v1/me/sessions", isOfEstate: false)
        ),
        (Text(zh: "亲友关系", en: "Ties"), Path(text: "/ties", isOfEstate: true)),
        (Text(zh: "同意", en: "Consents"), Path(text: "/consents", isOfEstate: true)),
        (Text(zh: "屏蔽", en: "Blocks"), Path(text: "/me/blocks", isOfEstate: true)),
        (
            Text(zh: "我在哪里可见", en: "Where one is visible"),
            Path(text: "/me/visibility", isOfEstate: true)
        ),
    ]
}

extension NoticeKind {
    /// The words of one's rights; the title is the name of whom it is about.
    var rightsTemplate: Text? {
        switch self {
        case .exportMade:
            Text(
                zh: "{title} 的资料副本已生成，{until} 前可下载。不是您要的，"
                    + "请立即结束其他登录并联系办公台。",
                en:
                    "The copy of what is kept of {title} is ready, until {until}. If you did not ask "
                    + "for it, end your other sessions at once and tell the desk.")
        case .exportFailed:
            Text(
                zh: "{title} 的资料副本没能生成，请再要一次；仍不行请联系办公台。",
                en: "The copy of what is kept of {title} could not be made. Ask for it again, "
                    + "or tell the desk.")
        case .correctionDecided:
            Text(
                zh: "居委会已决定 {title} 的一项资料更正，点开可看结果和理由。",
                en:
                    "The committee has decided on a correction of {title}'s record; open it to read "
                    + "how and why.")
        case .childErasureAsked:
            Text(
                zh: "有监护人申请注销 {title} 的资料，{until} 起执行。不同意请在此前撤回。",
                en:
                    "A guardian asked that what is kept of {title} goes, from {until} on. If you do "
                    + "not agree, take it back before.")
        case .childErasureWithdrawn:
            Text(
                zh: "注销 {title} 资料的申请已撤回。",
                en: "The request to erase what is kept of {title} was taken back.")
        default: nil
        }
    }
}
