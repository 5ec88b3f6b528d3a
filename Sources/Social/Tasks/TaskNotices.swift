internal import Realtime

extension NoticeKind {
    /// The words of what stewards have to see to; the title is that of the task's kind.
    var tasksTemplate: Text? {
        switch self {
        case .taskRaised:
            Text(
                zh: "有一件事归您的岗位：{title}。请在 {until} 前接手或说明不接。",
                en: "A task for your duty: {title}. Take it by {until}, or say no.")
        case .taskClimbed:
            Text(
                zh: "有一件事没人接，现在轮到您：{title}。",
                en: "Nobody took a task, and it is yours to take now: {title}.")
        case .taskPassed:
            Text(zh: "同事把一件事转给了您：{title}。", en: "A colleague passed a task to you: {title}.")
        case .taskHandedBack:
            Text(zh: "有一件事被交还，请接手：{title}。", en: "A task was handed back, to be taken: {title}.")
        case .taskFinished:
            Text(zh: "您手上的一件事已办结：{title}。", en: "A task you had is finished: {title}.")
        default: nil
        }
    }
}
