package import Platform
internal import Realtime

/// The operations of the rights of the person: copies, corrections, erasure, and how long what is kept.
package enum RightsOperations {
    /// All of them; `signals` hears of each commit.
    package static func all(keyring: Keyring, signals: EventSignals) -> [Operation] {
        exports(Exports(keyring), signals) + corrections(Corrections(keyring), signals)
            + ownErasure(signals) + erasureOfChild(signals)
            + erasureOfDead(Erasures(keyring), signals)
            + retention(signals)
    }

    static let tag = "rights"
    static let estate = "/api/v1/estates/{estate}"

    /// Tells the numberer after the commit.
    static func telling(
        _ signals: EventSignals, _ work: @escaping @Sendable (Call) async throws -> Response
    ) -> Operation.Work {
        { call, _ in
            let response = try await work(call)
            signals.committed()
            return response
        }
    }

    private static func exports(_ exports: Exports, _ signals: EventSignals) -> [Operation] {
        [
            .write(
                .post, estate + "/me/export", "askExport",
                Text(
                    zh: "要一份关于我（或我监护的孩子）的全部资料，几分钟内生成",
                    en: "Ask for a copy of all that is kept of one, or of a child that one guards"),
                tag: tag, security: .person, proof: .needed, parameters: [.estate],
                body: RightsSchemas.exportWanted,
                answers: [
                    Operation.Answer(
                        .accepted, Text(zh: "生成后会通知", en: "A notice will say when it is there"),
                        RightsSchemas.exportAsked)
                ], problems: [.exportWaits, .exportsMax],
                work: telling(signals, Exports.ask)),
            .read(
                estate + "/me/export", "listExports",
                Text(zh: "我要过的资料副本，最新的在前", en: "The copies that one asked for"),
                tag: tag, security: .person, parameters: [.estate],
                answers: [
                    Operation.Answer(.ok, Text(zh: "副本", en: "Them"), RightsSchemas.exports)
                ]
            ) { call, _ in try await Exports.list(call) },
            .read(
                estate + "/me/export/{export}", "openExport",
                Text(
                    zh: "下载资料副本（ZIP），七天内、只限本人；每次下载都记入日志",
                    en: "The copy as a ZIP, for seven days and its person alone; the log has each "
                        + "opening"),
                tag: tag, security: .person, proof: .needed,
                parameters: [.estate, .path("export", Text(zh: "哪一份", en: "The copy"))],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "压缩文件", en: "The archive"), mediaType: "application/zip")
                ], work: telling(signals, exports.open)),
        ]
    }

    private static func corrections(
        _ corrections: Corrections, _ signals: EventSignals
    ) -> [Operation] {
        let own = estate + "/me/corrections"
        return [
            .write(
                .post, own, "askCorrection",
                Text(
                    zh: "请居委会更正自己改不了的资料：姓名、生日、住址等",
                    en: "Ask the committee to correct what one cannot edit: name, birth, home"),
                tag: tag, security: .person, parameters: [.estate],
                body: RightsSchemas.correctionWanted,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "已提出", en: "Asked for"),
                        RightsSchemas.correctionAsked)
                ], problems: [.correctionThere], work: telling(signals, corrections.ask)),
            .read(
                own, "listOwnCorrections",
                Text(
                    zh: "我请求的更正及结果，和自己就能改的在哪里改",
                    en: "The corrections that one asked for, and where to change what one may"),
                tag: tag, security: .person, parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "一页", en: "A page"), RightsSchemas.ownCorrections)
                ]
            ) { call, _ in try await corrections.own(call) },
            .read(
                estate + "/corrections", "listCorrections",
                Text(
                    zh: "等居委会决定的更正；查阅会留下记录",
                    en: "Corrections that wait for the committee; reading them leaves a line"),
                tag: tag, security: .person, proof: .forOffice,
                parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), RightsSchemas.corrections)
                ]
            ) { call, _ in try await corrections.waiting(call) },
            .write(
                .post, estate + "/corrections/{correction}/decision", "decideCorrection",
                Text(
                    zh: "居委会决定一项更正，写明理由", en: "Decide on a correction, with a reason"),
                tag: tag, security: .person, proof: .forOffice,
                parameters: [
                    .estate, .path("correction", Text(zh: "哪一项", en: "The correction")),
                ], body: RightsSchemas.decision,
                answers: [Operation.Answer(.noContent, Text(zh: "已决定", en: "Decided"))],
                problems: [.ownHousehold, .correctionDecided],
                work: telling(signals, corrections.decide)),
        ]
    }
}
