internal import Platform
internal import Realtime

/// The operation that names an estate's places to its people.
package enum PlaceOperations {
    /// All of them.
    package static let all: [Operation] = [
        .read(
            "/api/v1/estates/{estate}/places", "listPlaces",
            Text(zh: "小区的楼栋、门牌和公共场所", en: "Buildings, stairs and public places"),
            tag: "places", security: .person,
            parameters: [
                .estate, .cursor, .limit(),
                .query("kind", kind, Text(zh: "只要这一类", en: "Only those of this kind")),
            ],
            answers: [Operation.Answer(.ok, Text(zh: "一页地点", en: "A page"), page)]
        ) { call, _ in try await list(call) }
    ]

    // Floors and residences are left out: who lives where is not for every neighbour to list.
    private static let kinds = ["building", "stair", "public"]
    private static let kind = Schema.choice(kinds)

    private static let page = Schema.object(
        "PlacePage",
        [
            .required(
                "places",
                .array(
                    .object(
                        "Place",
                        [
                            .required("id", .uuid()), .required("kind", kind),
                            .optional("building", .uuid(note: "所在楼栋 / The building it is in")),
                            .required("code", .text(1...80)), .required("name_zh", .text(1...200)),
                            .required("name_en", .text(0...200)),
                        ]), count: 0...100))
        ])

    /// Writes a page of places in the order in which they were entered.
    private static func list(_ call: Call) async throws -> Response {
        let limit = call.limit(default: 100)
        let statement = PlacesOfEstate(
            kinds: call.text("kind").map { [$0] } ?? kinds,
            after: try call.cursor()?.id ?? UUID(high: 0, low: 0), count: limit + 1)
        let rows = try await call.read(statement)
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.key("places")
                json.array { json in
                    for row in rows.prefix(Int(limit)) { json.raw(row.json) }
                }
            }
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            response.add("Link", try call.link(next: Cursor(id: last.id)))
        }
        return response
    }
}

/// Places of these kinds, each as JSON.
private struct PlacesOfEstate: Statement {
    var kinds: [String]
    var after: UUID
    var count: Int64

    var sql: SQL {
        """
        SELECT id, kind, building_id, code, name_zh, name_en
        FROM linli.place
        WHERE estate_id = (SELECT linli.estate_id()) AND kind = ANY (\(kinds)) AND id > \(after)
        ORDER BY id
        LIMIT \(count)
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (id: UUID, json: [UInt8]) {
        let id = try cells.read(UUID.self)
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        json.member("id", id)
        try cells.write("kind", to: &json)
        let building = try cells.read(UUID?.self)
        // A building is in itself, as the tree has it; that says nothing to a reader.
        json.member("building", building == id ? nil : building)
        try cells.write("code", to: &json)
        try cells.write("name_zh", to: &json)
        try cells.write("name_en", to: &json)
        json.endObject()
        return (id, json.bytes)
    }
}
