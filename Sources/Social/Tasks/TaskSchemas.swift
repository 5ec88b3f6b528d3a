internal import Platform

/// The shapes of tasks on the wire.
enum TaskSchemas {
    private static let note = Schema.text(
        1...2000, isMultiline: true, note: "只有当值的人能看 / For those on duty alone")
    private static let name = Schema.text(1...80)

    private static let one = Schema.object(
        "Task",
        [
            .required("id", .uuid()),
            .required("kind", .text(1...40, note: "事项类别 / The code of its kind")),
            .required("title_zh", .text(1...60)), .required("title_en", .text(1...100)),
            .optional("about", .uuid(note: "所指事项 / What it is about")),
            .optional("place", .uuid(note: "地点；没有则是全小区 / Where; all of the estate if left out")),
            .required("state", .choice(["open", "taken", "finished"])),
            .required("role", .text(1...40, note: "现在归哪个角色 / The role that has it now")),
            .required("raised_at", .instant()), .required("due_at", .instant()),
            .required("is_overdue", .bool()),
            .required(
                "is_decided_elsewhere",
                .bool(note: "由所指事项的裁定办结 / Ends when what it is about is decided")),
            .optional("stand_in", .uuid(note: "替补 / Who stands in")),
            .optional("taken_by", .uuid()), .optional("taken_at", .instant()),
            .optional("finished_at", .instant()), .optional("finished_by", .uuid()),
            .optional("outcome", .text(1...40)),
        ])
    static let threads = Schema.object(
        "TaskThreads",
        [
            .required(
                "threads",
                .array(
                    .object(
                        "TaskThread",
                        [
                            .optional("person", .uuid(note: "关于谁 / About whom")),
                            .optional("display_name", name),
                            .required("tasks", .array(one, count: 1...1000)),
                        ]), count: 0...100))
        ])
    static let shown = Schema.object(
        "TaskShown",
        [
            .required("task", one), .optional("person", .uuid()),
            .optional("display_name", name), .optional("note", note),
            .required(
                "refusals",
                .array(
                    .object(
                        "TaskRefusal",
                        [
                            .optional("person", .uuid()), .required("at", .instant()),
                            .required("because", .choice(Tasks.reasons)), .optional("note", note),
                        ]), count: 0...100)),
        ])
    static let load = Schema.object(
        "TaskLoad",
        [
            .required(
                "load",
                .array(
                    .object(
                        "TaskLoadOf",
                        [
                            .required("role", .text(1...40)),
                            .optional("person", .uuid(note: "没有：还没人接 / None: nobody has it")),
                            .optional("display_name", name),
                            .required("open", .integer(0...1_000_000)),
                            .required("overdue", .integer(0...1_000_000)),
                        ]), count: 0...200))
        ])
    static let refusal = Schema.object(
        "TaskRefusalWanted",
        [.required("because", .choice(Tasks.reasons)), .optional("note", note)])
    static let end = Schema.object(
        "TaskEnd", [.required("outcome", .choice(Tasks.outcomes)), .optional("note", note)])
}
