package import Platform
internal import Realtime

/// The operations of what stewards have to see to.
package enum TaskOperations {
    /// All of them; `signals` hears of each commit.
    package static func all(keyring: Keyring, signals: EventSignals) -> [Operation] {
        let tasks = Tasks(keyring)
        return reading(tasks) + [
            act(
                .take, "taking", "takeTask", Text(zh: "接手一件事", en: "Take a task"), tasks, signals,
                problems: [.taskTaken]),
            act(
                .handBack, "handing-back", "handBackTask",
                Text(zh: "交还，让别人来接", en: "Hand a task back, for somebody else to take"), tasks,
                signals,
                problems: [.taskNotYours]),
            act(
                .pass, "passing", "passTask", Text(zh: "转给替补", en: "Pass a task to its stand-in"),
                tasks, signals, problems: [.taskNotYours, .taskNoStandIn]),
            act(
                .decline, "refusals", "declineTask",
                Text(zh: "说明原因，不接这件事", en: "Say no to a task, for a reason"), tasks, signals,
                body: TaskSchemas.refusal, problems: [.taskTaken]),
            act(
                .finish, "end", "finishTask",
                Text(zh: "办结，写明结果", en: "Finish a task, with its outcome"), tasks, signals,
                body: TaskSchemas.end, problems: [.taskNotYours, .taskDecidedElsewhere]),
        ]
    }

    private static let tag = "tasks"
    private static let list = "/api/v1/estates/{estate}/tasks"
    private static let task = Operation.Parameter.path("task", Text(zh: "哪一件", en: "The task"))

    private static func reading(_ tasks: Tasks) -> [Operation] {
        [
            .read(
                list, "listTasks",
                Text(
                    zh: "归我这个岗位的事，按所涉的人归在一起，最急的在前",
                    en: "What one's duties have to see to, by the person it is about, the most "
                        + "pressing first"),
                tag: tag, security: .person, proof: .forOffice,
                parameters: [
                    .estate, .cursor, .limit(),
                    .query(
                        "view", .choice(["open", "mine", "finished"]),
                        Text(
                            zh: "open（默认）：未办结；mine：我接手的；finished：已办结",
                            en: "open, as if left out: not finished; mine: those in hand; finished"
                        )),
                    .query("person", .uuid(), Text(zh: "只要关于此人的", en: "Only those about a person")),
                ],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), TaskSchemas.threads)
                ]
            ) { call, _ in try await Tasks.list(call) },
            .read(
                list + "/{task}", "getTask",
                Text(zh: "一件事和它的记录", en: "One task, and what was written at it"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, task],
                answers: [
                    Operation.Answer(.ok, Text(zh: "这件事", en: "It"), TaskSchemas.shown)
                ]
            ) { call, _ in try await tasks.read(call) },
            .read(
                "/api/v1/estates/{estate}/task-load", "getTaskLoad",
                Text(
                    zh: "我和同岗各有多少件在办、多少件逾期",
                    en: "How many tasks oneself and one's colleagues have open and overdue"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate],
                answers: [Operation.Answer(.ok, Text(zh: "各人手上的事", en: "It"), TaskSchemas.load)]
            ) { call, _ in try await Tasks.load(call) },
        ]
    }

    private static func act(
        _ act: Tasks.Act, _ path: String, _ id: String, _ summary: Text, _ tasks: Tasks,
        _ signals: EventSignals, body: Schema? = nil, problems: [ProblemKind]
    ) -> Operation {
        .write(
            .post, "\(list)/{task}/\(path)", id, summary, tag: tag, security: .person,
            proof: .forOffice, parameters: [.estate, task], body: body,
            answers: [
                Operation.Answer(.ok, Text(zh: "它现在的样子", en: "As it is now"), TaskSchemas.shown)
            ], problems: [.taskFinished] + problems
        ) { call, _ in
            let response = try await tasks.act(act, call)
            signals.committed()
            return response
        }
    }
}
