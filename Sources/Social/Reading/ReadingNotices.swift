internal import Realtime

extension NoticeKind {
    /// The words of who reads what.
    var readingTemplate: Text? {
        switch self {
        case .recordWatcherNamed:
            Text(
                zh: "{title} 请您一同留意谁看过其档案，可在「我的」里查看或退出。",
                en: "{title} lets you see who reads the record; you may read it, or leave.")
        case .accessApproved: Text(zh: "您的查阅申请已获批准。", en: "Your request was approved.")
        case .accessRefused: Text(zh: "您的查阅申请未获批准。", en: "Your request was refused.")
        case .accessEnded: Text(zh: "您的查阅已提前结束。", en: "Your access was ended early.")
        case .accessOpened:
            Text(
                zh: "经居委会批准，软件运维可在 {until} 前查阅您的资料。「谁看过我的档案」里可看到每次查阅。",
                en: "With the committee's approval an operator of the software may read your data "
                    + "until {until}; each reading stands among your record's readings.")
        case .accessUsed:
            Text(
                zh: "经居委会批准和公告，软件运维查阅了您的资料。「谁看过我的档案」里可看到详情。",
                en: "With the committee's approval, which it announced, an operator of the "
                    + "software has read your data; see your record's readings.")
        default: nil
        }
    }
}
