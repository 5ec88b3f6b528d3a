internal import Platform
internal import Realtime

extension ProblemKind {
    /// Rules are for committees and the property manager to change.
    static let mayNotRuleVenue = ProblemKind(
        "may-not-rule-venue", .forbidden,
        Text(zh: "您不能修改场地规则", en: "You may not change the rules of a venue"),
        Text(
            zh: "场地规则由居委会、业委会或物业修改，请联系他们。",
            en: "The committees and the property manager change them: ask one of them."))
    /// Its booker has none of the roles.
    static let venueNotOpen = ProblemKind(
        "venue-not-open", .forbidden,
        Text(zh: "这个场地不对您开放预订", en: "This venue is not open to you"),
        Text(
            zh: "请换一个场地，或请可以预订的人（例如居委会、物业）代为组织。",
            en: "Choose another venue, or ask someone who may book it, such as the committee."))
    /// Past, or too near.
    static let venueTooSoon = ProblemKind(
        "venue-too-soon", .unprocessableContent,
        Text(zh: "预订得太晚", en: "It is booked too late"),
        Text(zh: "请把开始时间往后移。", en: "Let it begin later."))
    /// Longer than any use may be.
    static let venueTooLong = ProblemKind(
        "venue-too-long", .unprocessableContent,
        Text(zh: "一次使用时间太长", en: "One use is too long"),
        Text(
            zh: "一次最多 \(VenueRules.daysMax) 天，请分成几次。",
            en: "Book at most \(VenueRules.daysMax) days at once: split it."))
    /// Not within opening hours.
    static let venueClosed = ProblemKind(
        "venue-closed", .unprocessableContent,
        Text(zh: "场地那时不开放", en: "The venue is closed then"),
        Text(
            zh: "活动本身须全部在开放时间内（准备和清场可以在外）；请查看场地的开放时间后改期。",
            en: "Keep the use itself within opening hours (set-up and cleaning may lie outside): "
                + "look them up and choose another time."))
    /// The booker's hours of the month are used up.
    static let venueHoursSpent = ProblemKind(
        "venue-hours-spent", .conflict,
        Text(zh: "本月的场地时数已用完", en: "Your hours at this venue are spent for that month"),
        Text(
            zh: "请换一个月份或场地，或取消您在那个月的其他预订。",
            en: "Choose another month or venue, or cancel another booking of that month."))
    /// Taken.
    static let venueTaken = ProblemKind(
        "venue-taken", .conflict,
        Text(zh: "场地那时已被预订", en: "The venue is taken then"),
        Text(zh: "请换一个时间或场地。", en: "Choose another time or venue."))

    /// What booking a venue may be refused for: an operation that books lists them.
    static let venueRefusals: [ProblemKind] = [
        venueNotOpen, venueTooSoon, venueTooLong, venueClosed, venueHoursSpent, venueTaken,
    ]
}

extension VenueRefusal {
    /// The kind of refusal.
    var kind: ProblemKind {
        switch self {
        case .notOpenToYou: .venueNotOpen
        case .tooSoon: .venueTooSoon
        case .tooLong: .venueTooLong
        case .closedThen: .venueClosed
        case .tooManyHours: .venueHoursSpent
        case .clash: .venueTaken
        }
    }

    /// What a client reads, with what is known of this occurrence.
    var problem: Problem { Problem(kind, advice: advice) }

    private var advice: Text? {
        switch self {
        case .notOpenToYou, .tooLong, .closedThen: nil
        case .tooSoon(0):
            Text(zh: "开始时间已过，请选择将来的时间。", en: "It would begin in the past: choose a later time.")
        case .tooSoon(let minutes):
            Text(
                zh: "这个场地须至少提前 \(minutes) 分钟预订，请把开始时间往后移。",
                en: "This venue is booked at least \(minutes) minutes ahead: let it begin later.")
        case .tooManyHours(let hours):
            Text(
                zh: "每人每月在这个场地最多 \(hours) 小时；请换一个月份或场地，或取消那个月的其他预订。",
                en: "At most \(hours) hours a person in a month here: choose another month or "
                    + "venue, or cancel another booking of that month.")
        case .clash(let busy):
            Text(
                zh: "\(busy.begins) 至 \(busy.ends)（含准备和清场）已被预订；请换一个时间或场地。",
                en:
                    "It is taken from \(busy.begins) to \(busy.ends), set-up and cleaning included: "
                    + "choose another time or venue.")
        }
    }
}
