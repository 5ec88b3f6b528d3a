internal import Platform

/// The words of the codes in details.
extension NoticeWords {
    /// What of a thing may change.
    static let parts: [String: Text] = [
        "title": Text(zh: "名称", en: "title"), "body": Text(zh: "说明", en: "description"),
        "time": Text(zh: "时间", en: "time"), "place": Text(zh: "地点", en: "place"),
        "capacity": Text(zh: "名额", en: "places"), "cost": Text(zh: "费用", en: "cost"),
        "bring": Text(zh: "自带物品", en: "what to bring"),
        "accessibility": Text(zh: "无障碍", en: "accessibility"),
        "organiser": Text(zh: "组织者", en: "organisers"),
        "registration": Text(zh: "报名时间", en: "registration"),
        "audience": Text(zh: "参加范围", en: "audience"),
    ].merging(PairedFamilyWords.parts) { first, _ in first }

    /// Why something ended.
    static let reasons: [String: Text] = [
        "capacity": Text(zh: "原因：名额减少。", en: "Reason: fewer places."),
        "cancelled": Text(zh: "原因：活动取消。", en: "Reason: it was cancelled."),
        "moved": Text(zh: "原因：时间或地点改变。", en: "Reason: time or place changed."),
        "admission": Text(zh: "原因：不再符合参加条件。", en: "Reason: no longer open to you."),
        "passkey": Text(zh: "方式：通行密钥。", en: "By a passkey."),
        "member": Text(zh: "方式：家人确认。", en: "By a member of your household."),
        "desk": Text(zh: "方式：办公台确认。", en: "By the desk."),
        "paper_code": Text(zh: "方式：纸质设备码。", en: "By a code on paper."),
        "moderation_visible": Text(zh: "结果：公开。", en: "It is visible."),
        "moderation_unlisted": Text(zh: "结果：不进列表。", en: "It stands in no list."),
        "moderation_hidden": Text(zh: "结果：不公开。", en: "It is hidden."),
        "operator_code": Text(zh: "方式：首次设备码。", en: "By an operator's first code."),
    ].merging(GoodsWords.reasons) { first, _ in first }
        .merging(NeedWords.reasons) { first, _ in first }
        .merging(HelpVisitWords.reasons) { first, _ in first }
        .merging(PairedFamilyWords.reasons) { first, _ in first }
}
