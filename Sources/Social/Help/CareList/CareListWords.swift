/// The words of notices about the care list.
extension NoticeKind {
    /// The words, before anything is filled in; `nil` for what is none of these.
    var careTemplate: Text? {
        switch self {
        case .careEntered:
            Text(
                zh: "您已列入探访关爱名单，会有人定期问候您。在「我的关爱」里可以看到是谁列入、下次谁来。",
                en:
                    "You are on the care list: somebody will call on you from time to time. Your own "
                    + "page says who entered you and who comes next.")
        case .careEnded:
            Text(
                zh: "您已不在探访关爱名单上。需要时请告诉居委会。",
                en: "You are not on the care list any more. Tell the residents' committee if you "
                    + "need it.")
        default: dailyCheckTemplate
        }
    }
}
