internal import Realtime

extension ProblemKind {
    /// All that a booking may be refused for, besides what its feature says.
    package static let bookingRefusals: [ProblemKind] = [
        .reservationClosed, .bookingNotOpen, .bookingOver, .hasBegun, .seatKindUnknown,
        .alreadyReserved, .partyTooLarge, .timeConflict, .tooFarApart, .limitReached, .fullyBooked,
    ]
    /// All that an acceptance may be refused for, besides what its feature says.
    package static let acceptanceRefusals: [ProblemKind] = [
        .reservationClosed, .timeConflict, .tooFarApart, .limitReached, .offerOver,
    ]
    /// All that leaving may be refused for.
    package static let cancellationRefusals: [ProblemKind] = [
        .reservationClosed, .hasBegun, .reservationGone,
    ]
    /// All that a change of a capacity may be refused for.
    package static let capacityRefusals: [ProblemKind] = [
        .reservationClosed, .hasBegun, .belowHeld, .needNotLeave, .reservationGone,
        .seatKindUnknown,
    ]

    static let reservationClosed = ProblemKind(
        "reservation-closed", .conflict,
        Text(zh: "已经取消或结束", en: "It was cancelled, or is over"),
        Text(zh: "请看看别的日期或活动。", en: "Look for another date or activity."))
    static let bookingNotOpen = ProblemKind(
        "booking-not-open", .conflict,
        Text(zh: "报名还没有开始", en: "Booking has not begun"),
        Text(zh: "请在报名开始后再试。", en: "Try again once booking has begun."))
    static let bookingOver = ProblemKind(
        "booking-over", .conflict,
        Text(zh: "报名已经截止", en: "Booking has ended"),
        Text(zh: "请联系组织者，或看看别的日期。", en: "Ask an organiser, or look for another date."))
    static let hasBegun = ProblemKind(
        "has-begun", .conflict,
        Text(zh: "已经开始了", en: "It has begun"),
        Text(
            zh: "开始之后不能再改动；请联系组织者。",
            en: "From its beginning on nothing can be changed; ask an organiser."))
    static let seatKindUnknown = ProblemKind(
        "seat-kind-unknown", .conflict,
        Text(zh: "这里没有这种名额", en: "There are no places of this kind here"),
        Text(zh: "请从所列的名额种类中选择。", en: "Choose one of the kinds that are listed."))
    static let alreadyReserved = ProblemKind(
        "already-reserved", .conflict,
        Text(zh: "已经报名或候补了", en: "Already booked or waiting"),
        Text(
            zh: "请在“我的预约”中查看；要改人数请先退出。",
            en: "See your reservations; to change the group, leave first."))
    static let partyTooLarge = ProblemKind(
        "party-too-large", .conflict,
        Text(zh: "人数超过了全部名额", en: "The group is larger than all the places there are"),
        Text(zh: "请减少同行的人，或分开报名。", en: "Bring fewer, or book apart."))
    static let timeConflict = ProblemKind(
        "time-conflict", .conflict,
        Text(zh: "同一时间已有别的安排", en: "There is something else at that time"),
        Text(zh: "请先退出时间重叠的那一个，或选别的日期。", en: "Leave the other one first, or choose another date."))
    static let tooFarApart = ProblemKind(
        "too-far-apart", .conflict,
        Text(zh: "两个安排之间来不及赶到", en: "There is not enough time to get from one to the other"),
        Text(zh: "请留出路上的时间，或选别的日期。", en: "Leave time for the way, or choose another date."))
    static let limitReached = ProblemKind(
        "limit-reached", .conflict,
        Text(zh: "已达到预约上限", en: "The limit of reservations is reached"),
        Text(zh: "请先退出一个，或等下一个周期。", en: "Leave one first, or wait for the next period."))
    static let fullyBooked = ProblemKind(
        "fully-booked", .conflict,
        Text(zh: "名额和候补都满了", en: "All places are taken, and so is the wait-list"),
        Text(zh: "请看看别的日期或活动。", en: "Look for another date or activity."))
    static let offerOver = ProblemKind(
        "offer-over", .conflict,
        Text(zh: "这个名额没有为您保留，或已过时限", en: "The place is not kept for you, or no longer"),
        Text(zh: "请重新报名，会排到候补的末尾。", en: "Book again; you will be at the end of the wait-list."))
    static let reservationGone = ProblemKind(
        "reservation-gone", .conflict,
        Text(zh: "这个预约已经结束", en: "This reservation has ended"),
        Text(zh: "请刷新后再看。", en: "Read it again."))
    static let belowHeld = ProblemKind(
        "below-held", .conflict,
        Text(zh: "名额会少于已经报名的人数", en: "There would be fewer places than are taken"),
        Text(
            zh: "请保留足够的名额，或在 leaving 中写明谁退回候补，并说明原因。",
            en: "Keep enough places, or name in `leaving` who goes back to the wait-list, and why.")
    )
    static let needNotLeave = ProblemKind(
        "need-not-leave", .conflict,
        Text(zh: "不需要请这么多人退出", en: "Not so many need to leave"),
        Text(zh: "请从 leaving 中去掉不必退出的人。", en: "Take out of `leaving` whoever could stay."))
}

extension ReservationRefusal {
    /// As a client reads it; `admission` makes words of what the feature said.
    package func problem(_ admission: (AdmissionRefusal) -> Problem) -> Problem {
        switch self {
        case .closed: Problem(.reservationClosed)
        case .notYetOpen: Problem(.bookingNotOpen)
        case .tooLate: Problem(.bookingOver)
        case .begun: Problem(.hasBegun)
        case .unknownKind: Problem(.seatKindUnknown)
        case .alreadyIn: Problem(.alreadyReserved)
        case .tooMany(let seats): Problem(.partyTooLarge, advice: Self.atMost(seats))
        case .overlap: Problem(.timeConflict)
        case .tooFar(_, _, let minutes): Problem(.tooFarApart, advice: Self.needs(minutes))
        case .limit(let limit, let reached):
            Problem(.limitReached, advice: Self.limited(limit, reached))
        case .notAdmitted(let refusal): admission(refusal)
        case .full: Problem(.fullyBooked)
        case .notOffered: Problem(.offerOver)
        case .gone: Problem(.reservationGone)
        case .belowHeld(let kind, let held): Problem(.belowHeld, advice: Self.taken(kind, held))
        case .needNotLeave: Problem(.needNotLeave)
        }
    }

    private static func atMost(_ seats: Seats) -> Text {
        let list = seats.counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            .joined(separator: ", ")
        return Text(
            zh: "名额一共只有：\(list)。请减少同行的人，或分开报名。",
            en: "There are in all: \(list). Bring fewer, or book apart.")
    }

    private static func needs(_ minutes: Int) -> Text {
        Text(
            zh: "两地之间需要 \(minutes) 分钟。请留出路上的时间，或选别的日期。",
            en: "The way takes \(minutes) minutes. Leave time for it, or choose another date.")
    }

    private static func limited(_ limit: ReservationLimit, _ reached: Int) -> Text {
        let owner = limit.owner == .person ? ("每人", "a person") : ("每户", "a household")
        let measure: (String, String) =
            switch limit.measure {
            case .seats: ("名额", "places")
            case .holds: ("预约", "reservations")
            case .waiting: ("候补", "waiting")
            }
        let period: (String, String) =
            switch limit.period {
            case .day: ("每天", "a day")
            case .week: ("每周", "a week")
            case .month: ("每月", "a month")
            case .live: ("同时", "at a time")
            }
        return Text(
            zh: "\(owner.0)\(period.0)最多 \(limit.most) 个\(measure.0)，已有 \(reached) 个。"
                + "请先退出一个，或等下一个周期。",
            en: "At most \(limit.most) \(measure.1) \(owner.1) \(period.1); there are \(reached). "
                + "Leave one first, or wait for the next period.")
    }

    private static func taken(_ kind: SeatKind?, _ held: Int) -> Text {
        Text(
            zh: "已有 \(held) 个\(kind.map { "（\($0)）" } ?? "")名额被占用。"
                + "请保留足够的名额，或在 leaving 中写明谁退回候补。",
            en: "\(held) places\(kind.map { " (\($0))" } ?? "") are taken. Keep enough, or name in "
                + "`leaving` who goes back to the wait-list.")
    }
}
