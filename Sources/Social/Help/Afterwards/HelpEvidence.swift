package import Platform
internal import Realtime

/// What help leaves as evidence about oneself.
package enum HelpEvidenceOperations {
    private static let tag = "help"

    /// All of them; `signals` hears of each commit.
    package static func all(signals: EventSignals) -> [Operation] {
        [
            .read(
                "/api/v1/estates/{estate}/me/evidence", "listOwnEvidence",
                Text(
                    zh: "关于我的互助记录：按方面和季度，至少三人可能写过才显示",
                    en: "What help says of oneself, by domain and quarter"), tag: tag,
                security: .person, parameters: [.estate],
                answers: [Operation.Answer(.ok, Text(zh: "记录", en: "Evidence"), cells)]
            ) { call, _ in try await own(call) },
            .write(
                .post, "/api/v1/estates/{estate}/me/evidence/contests", "contestEvidence",
                Text(zh: "对记录有异议，请人核对", en: "Contest it: a person looks at it"), tag: tag,
                security: .person, parameters: [.estate],
                answers: [Operation.Answer(.noContent, Text(zh: "已转交", en: "Handed on"))],
                problems: [.notFound], work: GoodsOperations.telling(signals, contest)),
        ]
    }

    private static let cells = Schema.object(
        "OwnEvidence",
        [
            .required(
                "cells",
                .array(
                    .object(
                        "EvidenceCell",
                        [
                            .required("domain", .text(1...40)),
                            .required("season", .text(6...6, note: "季度，如 2026Q1 / A quarter")),
                            .required("good", .integer(0...1_000_000)),
                            .required("other", .integer(0...1_000_000)),
                        ]), count: 0...1000))
        ])

    private static func own(_ call: Call) async throws -> Response {
        let rows = try await call.read(OwnEvidence())
        return call.json(capacity: 2048) { json in
            json.object { json in
                json.key("cells")
                json.array { json in
                    for row in rows { json.raw(row) }
                }
            }
        }
    }

    private static func contest(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        return try await HelpVisits.act(call, "SELECT linli.contest_evidence(\(event))")
    }
}

/// The cells of one's own evidence, as JSON.
struct OwnEvidence: Statement {
    var sql: SQL { "SELECT domain, season, good, other FROM linli.own_evidence()" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] {
        var json = JSONWriter(capacity: 128)
        json.beginObject()
        for name in ["domain", "season", "good", "other"] {
            try cells.writeIfPresent(name, to: &json)
        }
        json.endObject()
        return json.bytes
    }
}
