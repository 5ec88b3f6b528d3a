/// The words of notices about goods.
extension NoticeKind {
    /// The words, before anything is filled in; `nil` for what is none of these.
    var goodsTemplate: Text? {
        switch self {
        case .goodsTakenIn:
            Text(
                zh: "您捐的物资已入库，谢谢。后来怎样了，可在「我的捐赠」里看。",
                en: "What you gave was taken in: thank you. Your gifts show what becomes of it.")
        case .goodsRecalled:
            Text(
                zh: "您家领过的 {title} 正在召回，{what}。{because} 处理后请确认，或等人上门。",
                en:
                    "{title}, which your household was given, is recalled: {what}. {because} Confirm "
                    + "when it is done; otherwise somebody will knock.")
        default: nil
        }
    }
}

/// What the codes of goods say.
enum GoodsWords {
    /// What to do with what is recalled.
    static let advice: [String: Text] = [
        "bring_back": Text(zh: "请不要使用，送回物资间", en: "do not use it, and bring it back"),
        "throw_away": Text(zh: "请不要使用，直接丢弃", en: "do not use it, and throw it away"),
        "do_not_use": Text(zh: "请不要使用，先留着", en: "do not use it, and keep it for now"),
    ]
    /// Why something is recalled.
    static let reasons: [String: Text] = [
        "maker": Text(zh: "原因：厂家召回。", en: "Reason: its maker recalls it."),
        "authority": Text(zh: "原因：主管部门通报。", en: "Reason: the authorities say so."),
        "spoiled": Text(zh: "原因：发现变质。", en: "Reason: some of it is spoiled."),
        "mislabelled": Text(zh: "原因：标签有误。", en: "Reason: its label is wrong."),
        "dangerous": Text(zh: "原因：可能不安全。", en: "Reason: it may not be safe."),
    ]
}
