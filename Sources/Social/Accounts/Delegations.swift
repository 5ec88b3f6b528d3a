internal import Platform
internal import Realtime

/// Who may act for whom, as the two of them see it.
enum Delegations {
    /// The operation that lists them.
    static let operation = Operation.read(
        "/api/v1/estates/{estate}/delegations", "listDelegations",
        Text(
            zh: "我为谁代办、谁为我代办：当前和将来的",
            en: "For whom one may act, and who may act for one, now or later"),
        tag: "accounts", security: .person, parameters: [.estate],
        answers: [Operation.Answer(.ok, Text(zh: "委托", en: "Delegations"), schema)]
    ) { call, _ in
        let answers = try await call.answers([statement])
        var json = JSONWriter(capacity: 1024)
        json.beginObject()
        json.key("delegations")
        json.beginArray()
        try answers.forEachRow(0) { cells throws(PostgresError) in
            json.beginObject()
            for name in ["id", "doer", "doer_name", "beneficiary", "beneficiary_name"] {
                try cells.write(name, to: &json)
            }
            json.member("scope", try cells.read([String].self))
            try cells.write("begins", to: &json)
            try cells.write("ends", to: &json)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return Response(.ok, "application/json", json.bytes)
    }

    private static let statement: SQL = """
        SELECT id, doer_id, doer_name, beneficiary_id, beneficiary_name, scope, begins, ends
        FROM linli.own_delegations()
        """

    private static let schema = Schema.object(
        "Delegations",
        [
            .required(
                "delegations",
                .array(
                    .object(
                        "Delegation",
                        [
                            .required("id", .uuid()),
                            .required("doer", .uuid(note: "代办人 / Who acts")),
                            .required("doer_name", .text(0...200)),
                            .required(
                                "beneficiary",
                                .uuid(note: "委托人 / For whom, as On-Behalf-Of names it")),
                            .required("beneficiary_name", .text(0...200)),
                            .required("scope", .array(.text(1...40), count: 1...32)),
                            .required("begins", .instant()),
                            .required(
                                "ends", .instant(note: "到此刻失效 / It is over at this instant")),
                        ]), count: 0...200))
        ])
}
