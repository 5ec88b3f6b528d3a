/// The words of notices about needs.
extension NoticeKind {
    /// The words, before anything is filled in; `nil` for what is none of these.
    var needsTemplate: Text? {
        switch self {
        case .needConfirmed:
            Text(
                zh: "您家的物资需求已核实；有了合适的物资会为您留出并通知您。",
                en: "What your household needs was confirmed: you will hear when some is set "
                    + "aside.")
        case .needRefused:
            Text(
                zh: "您家的物资需求没有通过。{because} 有疑问请到居委会说明。",
                en: "What your household asked for was not confirmed. {because} The residents' "
                    + "committee explains it.")
        case .parcelReady:
            Text(
                zh: "为您家留出了物资，请在 {until} 前凭口令到物资间领取；过时会退回。",
                en: "Something is set aside for your household: fetch it at the goods room with a "
                    + "word by {until}; then it goes back.")
        case .parcelHandedOver:
            Text(
                zh: "为您家留出的物资已领走。不是您家领的，请马上告诉居委会。",
                en:
                    "What was set aside for your household was handed over. If it did not reach you, "
                    + "tell the residents' committee at once.")
        case .parcelUndone:
            Text(
                zh: "刚才的领取已撤销，物资收回物资间。",
                en: "The hand-over was undone: what it was is at the goods room again.")
        case .parcelLapsed:
            Text(
                zh: "为您家留的物资已退回，请人送上门也一并取消了。还需要的话请到居委会登记。",
                en:
                    "What was set aside for your household went back, and nobody brings it any more. "
                    + "Tell the residents' committee if you still need it.")
        default: nil
        }
    }
}

/// What the codes of needs say.
enum NeedWords {
    /// Why a need was not confirmed.
    static let reasons: [String: Text] = [
        "not_needed": Text(zh: "原因：目前看不需要。", en: "Reason: it does not seem to be needed now."),
        "twice": Text(zh: "原因：已在别处登记。", en: "Reason: it was asked for already."),
        "elsewhere": Text(zh: "原因：另有更合适的帮助。", en: "Reason: other help fits better."),
        "not_reached": Text(zh: "原因：没有联系上您家。", en: "Reason: nobody at home was reached."),
    ]
}
