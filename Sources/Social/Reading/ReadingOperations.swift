package import Platform
internal import Realtime

/// The operations of who reads what.
package enum ReadingOperations {
    /// All of them.
    package static func all(signals: EventSignals) -> [Operation] { rules }

    private static let tag = "reading"

    private static let rules: [Operation] = [
        .read(
            "/api/v1/access-rules", "listAccessRules",
            Text(zh: "谁能看什么、为了什么", en: "Which role reads which kind of data, and what for"),
            tag: tag, security: .open,
            answers: [Operation.Answer(.ok, Text(zh: "规则", en: "The rules"), ReadingSchemas.rules)],
            isPersonal: false
        ) { call, _ in try await AccessRules.list(call) }
    ]
}
