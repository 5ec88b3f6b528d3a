internal import Realtime

/// The operation that shows how periodic work goes.
package enum PeriodicWorkOperations {
    /// It.
    package static func all() -> [Operation] {
        [
            .read(
                "/api/v1/estates/{estate}/periodic-work", "listPeriodicWork",
                Text(
                    zh: "后台定时工作：上次、用时、结果、下次",
                    en: "Periodic work: its last run, how long it took, how it ended, and the next"),
                tag: "tasks", security: .person, proof: .forOffice, parameters: [.estate],
                answers: [Operation.Answer(.ok, Text(zh: "各项工作", en: "Each"), list)]
            ) { call, _ in try await PeriodicWork.list(call) }
        ]
    }

    private static let list = Schema.object(
        "PeriodicWork",
        [
            .required(
                "work",
                .array(
                    .object(
                        "PieceOfWork",
                        [
                            .required("job", .text(1...40)), .required("title_zh", .text(1...200)),
                            .required("title_en", .text(1...200)),
                            .required(
                                "state",
                                .choice(["done", "waiting", "running", "late", "failed"])),
                            .optional("last_started", .instant()),
                            .optional("last_finished", .instant()),
                            .optional(
                                "milliseconds",
                                .integer(
                                    0...86_400_000,
                                    note: "上次用了多少毫秒 / How long the last run took")),
                            .optional(
                                "outcome",
                                .text(
                                    1...64,
                                    note: "done，或出错的代码 / done, or the code of what went wrong")),
                            .required("next_run", .instant()),
                            .required("runs", .integer(0...Int64.max)),
                        ]), count: 0...100))
        ])
}
