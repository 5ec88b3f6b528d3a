internal import Realtime

/// Why a steward's act is refused.
extension ProblemKind {
    static let taskTaken = ProblemKind(
        "task-taken", .conflict,
        Text(zh: "这件事已有人接手", en: "Somebody has taken this task"),
        Text(
            zh: "请看是谁接的（taken_by）；需要换人请其交还或转给替补。",
            en: "See who has it (taken_by); ask that person to hand it back or pass it on."))
    static let taskNotYours = ProblemKind(
        "task-not-yours", .forbidden,
        Text(zh: "这件事不在您手上", en: "You do not have this task in hand"),
        Text(zh: "请先接手，再交还、转交或办结。", en: "Take it first, then hand it back, pass or finish it."))
    static let taskFinished = ProblemKind(
        "task-finished", .conflict,
        Text(zh: "这件事已办结", en: "This task is finished"),
        Text(zh: "请看办结结果；又有新情况会另起一件。", en: "Read its outcome; what is new becomes a new task."))
    static let taskNoStandIn = ProblemKind(
        "task-no-stand-in", .conflict,
        Text(zh: "没有可以接替的人", en: "There is no stand-in"),
        Text(
            zh: "请交还（hand-back）：没人接时会按时上转。",
            en: "Hand it back: what nobody takes in time goes to the next role."))
    static let taskDecidedElsewhere = ProblemKind(
        "task-decided-elsewhere", .conflict,
        Text(zh: "这件事在它自己的页面上裁定后自动办结", en: "This task ends when its matter is decided"),
        Text(
            zh: "请打开 about 所指的事项作出决定。",
            en: "Open the matter that `about` names, and decide it there."))
}

extension Problem {
    /// Why an act on a task was refused; `nil` when it was done.
    static func ofTask(_ verdict: String) -> Problem? {
        let kinds: [String: ProblemKind] = [
            "finished": .taskFinished, "taken": .taskTaken, "not_yours": .taskNotYours,
            "no_stand_in": .taskNoStandIn, "elsewhere": .taskDecidedElsewhere,
        ]
        return verdict == "done" ? nil : Problem(kinds[verdict] ?? .notFound)
    }
}
