internal import Platform
internal import Realtime

/// Why what is asked of an activity is refused.
extension ProblemKind {
    /// Who asks may not invite these.
    static let mayNotInvite = ProblemKind(
        "may-not-invite", .forbidden,
        Text(zh: "您不能向这些对象发布活动", en: "You may not invite this audience"),
        Text(
            zh: "居民可以向全小区、自己的楼栋和门牌、以及自己所属的角色发布；其他范围请居委会、业委会或物业发布。",
            en: "Residents invite the estate, their own building and stair, and those who share a "
                + "role of theirs; for others ask a committee or the property manager."))
    /// Who organises is of age.
    static let notOfAge = ProblemKind(
        "not-of-age", .forbidden,
        Text(zh: "未满 18 岁不能发布活动", en: "Who is under 18 cannot organise an activity"),
        Text(zh: "请家里的大人来发布。", en: "Ask a grown-up of your household to publish it."))
    /// Children are among two unrelated adults.
    static let childrenNeedAdults = ProblemKind(
        "children-need-adults", .conflict,
        Text(
            zh: "面向儿童的活动还缺照看的成年人",
            en: "An activity for children needs adults to look after them"),
        Text(
            zh: "请再加一位没有亲属关系的成年组织者，并请居委会为你们中的一位登记审查；草稿会保留。",
            en: "Add a grown-up co-organiser who is not of your family, and let the residents' "
                + "committee vet one of you; the draft is kept."))
    /// Who helps with children and elders is known in person.
    static let organiserUnproved = ProblemKind(
        "organiser-unproved", .conflict,
        Text(
            zh: "有共同组织者还没有当面核验",
            en: "A co-organiser is not verified in person"),
        Text(
            zh: "面向老人或儿童的活动，请先请对方带证件到办公台当面核验，或先移除。",
            en: "Let the co-organiser come to the desk with a document, or remove that person: "
                + "this is for elders or children."))
    /// It is a draft no more.
    static let alreadyPublished = ProblemKind(
        "already-published", .conflict,
        Text(zh: "这个活动已经发布", en: "This activity is published already"),
        Text(zh: "要修改请直接编辑，要停办请取消。", en: "Edit it, or cancel it."))
    /// It is a draft still.
    static let notPublished = ProblemKind(
        "not-published", .conflict,
        Text(zh: "这个活动还没有发布", en: "This activity is not published yet"),
        Text(zh: "请先发布；草稿可以直接修改。", en: "Publish it first; a draft is simply edited."))
    /// What was cancelled stays so.
    static let activityCancelled = ProblemKind(
        "activity-cancelled", .conflict,
        Text(zh: "这个活动已取消", en: "This activity was cancelled"),
        Text(zh: "取消后不能恢复；要继续举办请重新发布一个。", en: "That is not undone: publish a new one."))
    /// What has begun is not changed.
    static let alreadyBegun = ProblemKind(
        "already-begun", .conflict,
        Text(zh: "这次活动已经开始或结束", en: "This meeting has begun, or is over"),
        Text(zh: "请修改还没开始的场次。", en: "Change a meeting that has not begun."))
    /// A rule has neither COUNT nor UNTIL.
    static let seriesUnbounded = ProblemKind(
        "series-unbounded", .unprocessableContent,
        Text(zh: "重复的活动没有结束", en: "The series has no end"),
        Text(
            zh: "请在重复规则中写明次数（COUNT）或截止日期（UNTIL）。",
            en: "Give the rule a COUNT or an UNTIL."))
    /// A rule gives more than is laid down.
    static let seriesTooLong = ProblemKind(
        "series-too-long", .unprocessableContent,
        Text(zh: "重复的次数太多或时间太长", en: "The series is too long"),
        Text(
            zh: "一个系列最多 400 次、跨两年；请缩短，到期后再发布下一个。",
            en: "A series has at most 400 meetings within two years; shorten it, and publish the "
                + "next one later."))
    /// The venue is taken, closed or not theirs.
    static let venueRefused = ProblemKind(
        "venue-refused", .conflict,
        Text(zh: "场地订不到", en: "The venue cannot be booked"),
        Text(
            zh: "errors 列出了每一场的原因；请换时间或换场地后再发布，现在一场也没有订。",
            en: "The errors say why for each meeting; choose other times or another place. Nothing "
                + "was booked."))
    /// Meetings with reservations would vanish.
    static let guestsWouldLose = ProblemKind(
        "guests-would-lose-places", .conflict,
        Text(zh: "有人报名的场次会因此取消", en: "Meetings that people joined would vanish"),
        Text(
            zh: "errors 列出了这些场次；确要取消，请填 cancels: true 和原因 because，会通知每一位。",
            en: "The errors name them. To cancel them, send cancels: true and because; everyone is "
                + "told."))
    /// Fewer seats than are held.
    static let seatsHeld = ProblemKind(
        "seats-held", .conflict,
        Text(zh: "名额少于已报名的人数", en: "There would be fewer seats than are held"),
        Text(
            zh: "请把名额留到不少于已报名人数，或在 leaving 中写明哪些报名回到候补，并填写原因。",
            en: "Keep as many as are held, or name in leaving which reservations go back to the "
                + "wait-list, with because."))
    /// A co-organiser must be able to see the activity.
    static let notOfTheAudience = ProblemKind(
        "not-of-the-audience", .unprocessableContent,
        Text(zh: "这个人不在活动的对象范围内", en: "This person is not of the audience"),
        Text(
            zh: "请选择看得到这个活动的成年居民；面向老人或儿童的，还须已当面核验。",
            en: "Choose a grown-up of the estate who can see the activity, and for elders or "
                + "children one verified in person."))
    /// Enough help already.
    static let organisersMax = ProblemKind(
        "organisers-max", .conflict,
        Text(zh: "组织者已满", en: "There are as many organisers as there may be"),
        Text(zh: "一个活动最多 10 位组织者；请先移除一位。", en: "At most 10; remove one first."))
    /// The organiser does not simply leave.
    static let organiserStays = ProblemKind(
        "organiser-stays", .conflict,
        Text(zh: "发起人不能直接移除", en: "The organiser is not removed"),
        Text(zh: "请先把活动交给另一位组织者。", en: "Hand the activity over to a co-organiser first."))
    /// Only the organiser decides that.
    static let organiserOnly = ProblemKind(
        "organiser-only", .forbidden,
        Text(zh: "只有发起人可以这样做", en: "Only the organiser can do this"),
        Text(zh: "请联系活动的发起人。", en: "Ask the organiser."))
    /// The activity is seen by more than look after it.
    static let stewardsOnly = ProblemKind(
        "organisers-only", .forbidden,
        Text(zh: "只有组织者可以这样做", en: "Only its organisers can do this"),
        Text(zh: "请联系活动的组织者。", en: "Ask one of the organisers."))
    /// The successor is none.
    static let noSuccessor = ProblemKind(
        "no-successor", .unprocessableContent,
        Text(zh: "不能交给这个人", en: "This person cannot take it over"),
        Text(
            zh: "请选择一位组织者；先把对方加为组织者再移交。",
            en: "Choose one of the co-organisers; add the person as one first."))
}
