package import Platform
internal import Realtime

/// The operations of protections.
package enum ProtectionOperations {
    /// All of them; `signals` hears of each commit, so that it goes out live.
    package static func all(keyring: Keyring, signals: EventSignals) -> [Operation] {
        let protections = Protections(keyring)
        return [
            .read(
                list, "listProtections",
                Text(
                    zh: "现行的保护；只有社工能看到，涉及本人或家人的除外",
                    en: "The protections that hold: for social workers, but not of their own homes"),
                tag: tag, security: .person, proof: .needed,
                parameters: [.estate, .cursor, .limit()],
                answers: [Operation.Answer(.ok, Text(zh: "保护", en: "The protections"), page)]
            ) { call, _ in try await protections.list(call) },
            .write(
                .post, list, "setProtection",
                Text(
                    zh: "凭依据设立保护：对方从此看不到受保护人及其住处、报名和行踪，并立即失去一切已有的通路；"
                        + "双方都不会收到消息，请当面告知受保护人",
                    en: "Set a protection on evidence: for the other the protected one, her home "
                        + "and bookings do not exist, and every way in is shut at once; neither "
                        + "gets a message, so tell the protected one in person"),
                tag: tag, security: .person, proof: .needed, parameters: [.estate], body: wanted,
                answers: [Operation.Answer(.created, Text(zh: "已设立", en: "Set"), made)],
                problems: [
                    .inPersonNeeded, .notForOneself, .protectionOfBoth, .protectionMutual,
                    .protectionThere,
                ], work: telling(signals, protections.set)),
            .write(
                .post, one + "/extension", "extendProtection",
                Text(zh: "延长保护", en: "Extend a protection"),
                tag: tag, security: .person, proof: .needed, parameters: [.estate, protection],
                body: extending,
                answers: [Operation.Answer(.noContent, Text(zh: "已延长", en: "Extended"))],
                problems: [.inPersonNeeded, .protectionEnded, .protectionNotLater],
                work: telling(signals, protections.extend)),
            .write(
                .delete, one, "endProtection",
                Text(zh: "解除保护；请当面告知受保护人", en: "End a protection; tell the protected one"),
                tag: tag, security: .person, proof: .needed, parameters: [.estate, protection],
                answers: [Operation.Answer(.noContent, Text(zh: "已解除", en: "Ended"))],
                problems: [.inPersonNeeded, .protectionEnded],
                work: telling(signals, protections.end)),
        ]
    }

    private static let tag = "safety"
    private static let list = "/api/v1/estates/{estate}/protections"
    private static let one = list + "/{protection}"
    private static let protection = Operation.Parameter.path(
        "protection", Text(zh: "保护", en: "The protection"))

    /// Tells the numberer after the commit.
    private static func telling(
        _ signals: EventSignals, _ work: @escaping @Sendable (Call) async throws -> Response
    ) -> Operation.Work {
        { call, _ in
            let response = try await work(call)
            signals.committed()
            return response
        }
    }

    private static let evidence = Schema.object(
        "ProtectionEvidence",
        [
            .required(
                "kind",
                .choice(
                    [
                        "protective_order", "police_warning", "police_report", "court_judgment",
                        "other",
                    ],
                    note: "人身安全保护令、告诫书、报警回执、判决书、其他 / What it is")),
            .required(
                "reference",
                .text(1...200, note: "文号等，加密保存 / What its document says; kept sealed")),
        ])
    private static let until = Schema.Member.required(
        "until", .instant(note: "到期时间，最长五年 / Within five years"))
    private static let wanted = Schema.object(
        "ProtectionWanted",
        [
            .required("person", .uuid(note: "受保护人 / Whom it protects")),
            .optional(
                "also",
                .array(
                    .uuid(), count: 0...Protections.personsMax - 1,
                    note: "一起受保护的子女等 / Her children, and others with her")),
            .required("from", .uuid(note: "对方 / From whom")),
            .required("evidence", evidence), until,
        ])
    private static let extending = Schema.object("ProtectionExtension", [until])
    private static let made = Schema.object(
        "ProtectionMade",
        [.required("id", .uuid()), .required("begins", .instant()), until])
    private static let page = Schema.object(
        "Protections",
        [
            .required(
                "protections",
                .array(
                    .object(
                        "Protection",
                        [
                            .required("id", .uuid()), .required("person", .uuid()),
                            .required("display_name", .text(1...80)),
                            .required("from", .uuid()),
                            .required("from_name", .text(1...80)),
                            .required("evidence", evidence), .required("begins", .instant()),
                            until,
                        ]), count: 0...100))
        ])
}
