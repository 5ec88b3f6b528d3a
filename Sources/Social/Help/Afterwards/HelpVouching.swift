package import Platform
internal import Realtime

/// Vouching for a neighbour's help: by who is verified in person, in a domain, for a term.
package enum HelpVouchOperations {
    private static let tag = "help"
    private static let base = "/api/v1/estates/{estate}/me/vouches"
    private static let domains = [
        "home_visits", "errands", "childcare", "driving", "goods", "teaching", "company",
    ]

    /// All of them; `signals` hears of each commit.
    package static func all(signals: EventSignals) -> [Operation] {
        [
            .read(
                base, "listOwnVouches", Text(zh: "我为谁担保", en: "For whom one vouches"), tag: tag,
                security: .person, parameters: [.estate],
                answers: [Operation.Answer(.ok, Text(zh: "担保", en: "Vouches"), list)]
            ) { call, _ in try await own(call) },
            .write(
                .post, base, "vouchForHelp",
                Text(
                    zh: "为一位邻居的帮忙担保，180 天有效，可以再确认；同时最多五个",
                    en: "Vouch for a neighbour's help, for 180 days; at most five at a time"),
                tag: tag, security: .person, parameters: [.estate], body: wanted,
                answers: [Operation.Answer(.noContent, Text(zh: "已担保", en: "Vouched for"))],
                problems: [.notFound, .vouchUnproved, .vouchesTooMany],
                work: GoodsOperations.telling(signals, give)),
            .write(
                .delete, base + "/{vouch}", "endVouch", Text(zh: "收回担保", en: "Take it back"),
                tag: tag, security: .person,
                parameters: [.estate, .path("vouch", Text(zh: "担保", en: "The vouch"))],
                answers: [Operation.Answer(.noContent, Text(zh: "已收回", en: "Taken back"))],
                work: GoodsOperations.telling(signals, end)),
        ]
    }

    private static let wanted = Schema.object(
        "HelpVouchWanted", [.required("person", .uuid()), .required("domain", .choice(domains))])
    private static let list = Schema.object(
        "HelpVouches",
        [
            .required(
                "vouches",
                .array(
                    .object(
                        "HelpVouch",
                        [
                            .required("id", .uuid()), .required("person", .uuid()),
                            .required("domain", .choice(domains)), .required("begins", .instant()),
                            .required("ends", .instant()),
                        ]), count: 0...100))
        ])

    private static func own(_ call: Call) async throws -> Response {
        let rows = try await call.read(
            GoodsRows(
                members: ["person", "domain", "begins", "ends"],
                sql: "SELECT id, person, domain, begins, ends FROM linli.own_vouches()"))
        return call.json(capacity: 2048) { json in
            json.object { json in
                json.key("vouches")
                json.array { json in
                    for row in rows { json.raw(row.json) }
                }
            }
        }
    }

    private static func give(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        guard let person = call.bodyID("person"), let domain = call.body["domain"]?.text else {
            throw Stop(.invalid)
        }
        return try await HelpVisits.act(
            call, "SELECT linli.vouch(\(event), \(id), \(person), \(domain))")
    }

    private static func end(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        return try await HelpVisits.act(
            call, "SELECT linli.vouch_end(\(event), \(call.id("vouch")))")
    }
}

/// Why nobody is vouched for.
extension ProblemKind {
    static let vouchUnproved = ProblemKind(
        "vouch-unproved", .conflict,
        Text(zh: "担保的人要先当面核实过身份", en: "Only who is verified in person vouches"),
        Text(zh: "请带证件到居委会或办公台核实一次。", en: "Be verified in person at the desk first."))
    static let vouchesTooMany = ProblemKind(
        "vouches-too-many", .conflict,
        Text(zh: "同时最多为五位担保", en: "Five vouches at a time are the most"),
        Text(zh: "请先收回一个，或等到期。", en: "Take one back first, or wait until one ends."))
}
