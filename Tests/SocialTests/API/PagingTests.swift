internal import Platform
internal import Realtime
internal import Social
internal import Support
import Testing

@Suite("Pages and versions through the wire") struct PagingTests {
    private static let table = """
        CREATE TABLE linli.leaf (id bigint PRIMARY KEY, version bigint, word text);
        INSERT INTO linli.leaf SELECT n, 1, 'w' FROM generate_series(1, 7) AS n;
        GRANT SELECT, INSERT, UPDATE ON linli.leaf TO linli;
        """

    private struct Leaves: Statement {
        var after: Int64
        var limit: Int64
        var sql: SQL {
            "SELECT id, version FROM linli.leaf WHERE id > \(after) ORDER BY id LIMIT \(limit)"
        }

        func decode(_ cells: inout Cells) throws(PostgresError) -> (id: Int64, version: Int64) {
            (try cells.read(), try cells.read())
        }
    }

    private static let ok = Operation.Answer(.ok, Text(zh: "好", en: "Fine"))

    private static let list = Operation.read(
        "/api/v1/leaves", "listLeaves", Text(zh: "列", en: "List"), tag: "test",
        security: .account, parameters: [.cursor, .limit(max: 3)], answers: [ok]
    ) { call, _ in
        let limit = call.limit(default: 3)
        let after = try call.cursor()?.numbers.first ?? 0
        let rows = try await call.read(Leaves(after: after, limit: limit + 1))
        let page = rows.prefix(Int(limit))
        var response = call.json { $0.value(page.map(\.id)) }
        if rows.count > page.count, let last = page.last {
            response.add("Link", try call.link(next: Cursor(last.id)))
        }
        return response
    }

    private static let other = Operation.read(
        "/api/v1/other", "listOther", Text(zh: "列", en: "List"), tag: "test",
        security: .account, parameters: [.cursor], answers: [ok]
    ) { call, _ in
        _ = try call.cursor()
        return Response(.ok)
    }

    private static let get = Operation.read(
        "/api/v1/leaf", "getLeaf", Text(zh: "读", en: "Read"), tag: "test", security: .account,
        answers: [ok]
    ) { call, _ in
        guard let leaf = try await call.read(Leaves(after: 0, limit: 1)).first else {
            throw Stop(.notFound)
        }
        let tag = ETag(version: leaf.version)
        return call.unchanged(tag)
            ?? call.json { $0.value(leaf.version) }.adding("ETag", tag.description)
    }

    private static let edit = Operation.write(
        .put, "/api/v1/leaf", "editLeaf", Text(zh: "改", en: "Edit"), tag: "test",
        security: .account, needsIfMatch: true,
        body: .object(nil, [.required("word", .text(1...9))]), answers: [ok],
        problems: [.notFound]
    ) { call, _ in
        try await call.write { tx, _ in
            guard let leaf = try await tx.run(Leaves(after: 0, limit: 1)).first else {
                return .refused(Problem(.notFound))
            }
            let tag = ETag(version: leaf.version)
            if let problem = call.staleness(tag, changed: ["word"]) { return .refused(problem) }
            try await tx.execute("UPDATE linli.leaf SET version = version + 1 WHERE id = 1")
            return .done(
                Response(.ok).adding("ETag", ETag(version: leaf.version + 1).description))
        }
    }

    private func withLeaves(_ body: @Sendable (APIFixture) async throws -> Void) async throws {
        try await APIFixture.with(
            [Self.list, Self.other, Self.get, Self.edit], prepare: Self.table, body)
    }

    @Test("following Link reads every row once, while rows are added before the place")
    func following() async throws {
        try await withLeaves { api async throws in
            var target: String? = "/api/v1/leaves?limit=2"
            var seen: [Int64] = []
            while let next = target {
                let page = try api.request("GET", next, as: APIFixture.resident)
                #expect(page.status == 200)
                seen += try JSON(parsing: page.body).elements?.compactMap(\.integer) ?? []
                try api.database.superuser().run(
                    "INSERT INTO linli.leaf VALUES (\(-seen.count), 1, 'w')")
                target = page["link"].map { link in
                    String(link.dropFirst().prefix { $0 != ">" })
                }
                if let link = page["link"] { #expect(link.hasSuffix("limit=2>; rel=\"next\"")) }
            }
            #expect(seen == [1, 2, 3, 4, 5, 6, 7])
        }
    }

    @Test("a cursor that is not ours, or of another list, is refused; so is too much at once")
    func refused() async throws {
        try await withLeaves { api async throws in
            func status(_ target: String) throws -> (Int, String?) {
                let answer = try api.request("GET", target, as: APIFixture.resident)
                return (answer.status, try JSON(parsing: answer.body)["code"]?.text)
            }
            #expect(try status("/api/v1/leaves?cursor=abc") == (400, "cursor-invalid"))
            #expect(try status("/api/v1/leaves?limit=4") == (400, "invalid"))
            #expect(try status("/api/v1/leaves?limit=0") == (400, "invalid"))
            #expect(try status("/api/v1/leaves?limit=%31%20") == (400, "invalid"))
            #expect(try status("/api/v1/leaves?limit=1&limit=2") == (400, "invalid"))
            // A filter that cannot be read must not read as none.
            #expect(try status("/api/v1/leaves?cursor=a%00") == (400, "invalid"))
            #expect(try status("/api/v1/leaves?cursor=%FF") == (400, "invalid"))
            #expect(try status("/api/v1/leaves?offset=3") == (400, "invalid"))
            let page = try api.request("GET", "/api/v1/leaves", as: APIFixture.resident)
            let link = try #require(page["link"])
            let query = link.drop { $0 != "?" }.prefix { $0 != ">" }
            #expect(try status("/api/v1/other\(query)") == (400, "cursor-invalid"))
        }
    }

    @Test("an edit names the version that it edits; a stale one is told what changed")
    func versions() async throws {
        try await withLeaves { api async throws in
            let read = try api.request("GET", "/api/v1/leaf", as: APIFixture.resident)
            let tag = try #require(read["etag"])
            let unchanged = try api.request(
                "GET", "/api/v1/leaf", as: APIFixture.resident, fields: [("If-None-Match", tag)])
            #expect(unchanged.status == 304 && unchanged["etag"] == tag)
            func edit(_ key: String, _ fields: [(String, String)]) throws -> TestClient.Answer {
                try api.request(
                    "PUT", "/api/v1/leaf", as: APIFixture.resident, key: key, fields: fields,
                    body: #"{"word":"x"}"#)
            }
            #expect(try edit("k0", []).status == 428)
            let first = try edit("k1", [("If-Match", tag)])
            #expect(first.status == 200)
            let stale = try edit("k2", [("If-Match", tag)])
            #expect(stale.status == 412 && stale["etag"] == first["etag"])
            let changed = try JSON(parsing: stale.body)["changed"]?.elements?.compactMap(\.text)
            #expect(changed == ["word"])
            let replay = try edit("k1", [("If-Match", tag)])
            #expect(replay.status == 200 && replay["idempotency-replayed"] == "true")
            #expect(try edit("k3", [("If-Match", "W/\(first["etag"] ?? "")")]).status == 412)
            #expect(try edit("k4", [("If-Match", first["etag"] ?? "")]).status == 200)
        }
    }
}
