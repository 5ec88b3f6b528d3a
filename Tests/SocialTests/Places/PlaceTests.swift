internal import Foundation
internal import Platform
internal import Social
internal import Support
import Testing

@Suite("Places through the wire") struct PlaceTests {
    private static let path = "/api/v1/estates/\(APIFixture.a)/places"

    private static func with(
        _ body: @Sendable (APIFixture) async throws -> Void
    ) async throws {
        let (a, id) = (APIFixture.a, APIFixture.id)
        let rows = """
            INSERT INTO linli.place (estate_id, id, parent_id, kind, code, name_zh, name_en) VALUES
                ('\(a)', '\(id(0xA1))', NULL, 'building', '1', '1幢', 'Building 1'),
                ('\(a)', '\(id(0xA2))', '\(id(0xA1))', 'stair', '3', '3号', 'No. 3'),
                ('\(a)', '\(id(0xA3))', '\(id(0xA1))', 'stair', '4', '4号', ''),
                ('\(a)', '\(id(0xA4))', '\(id(0xA2))', 'residence', '101', '101室', '101'),
                ('\(a)', '\(id(0xA5))', NULL, 'public', 'G1', '花园', 'Garden');
            """
        try await APIFixture.with(PlaceOperations.all, prepare: rows, body)
    }

    @Test("a person reads buildings, stairs and public places, and no residence")
    func read() async throws {
        try await Self.with { api async throws in
            let all = try api.request("GET", Self.path, as: APIFixture.resident)
            #expect(all.status == 200)
            let places = try #require(try listed(all))
            #expect(places.map { $0["name_zh"] as? String } == ["1幢", "3号", "4号", "花园"])
            #expect(places[1]["building"] as? String == "\(APIFixture.id(0xA1))")
            #expect(places[0]["building"] is NSNull && places[3]["building"] is NSNull)
            let stairs = try api.request(
                "GET", Self.path + "?kind=stair", as: APIFixture.officer)
            #expect(try listed(stairs)?.map { $0["name_zh"] as? String } == ["3号", "4号"])
            let homes = try api.request(
                "GET", Self.path + "?kind=residence", as: APIFixture.officer)
            #expect(homes.status == 400)
        }
    }

    @Test("pages of places join without a gap")
    func pages() async throws {
        try await Self.with { api async throws in
            var target: String? = Self.path + "?limit=3"
            var names: [String?] = []
            while let next = target, names.count < 10 {
                let answer = try api.request("GET", next, as: APIFixture.resident)
                names += try listed(answer)?.map { $0["name_zh"] as? String } ?? []
                target = answer["link"].flatMap {
                    $0.split(separator: ">").first.map { String($0.dropFirst()) }
                }
            }
            #expect(names == ["1幢", "3号", "4号", "花园"])
        }
    }

    @Test("a stranger finds nothing, and who has no session is told to sign in")
    func refused() async throws {
        try await Self.with { api async throws in
            #expect(try api.request("GET", Self.path, as: APIFixture.stranger).status == 404)
            #expect(try api.request("GET", Self.path).status == 401)
        }
    }

    private func listed(_ answer: TestClient.Answer) throws -> [[String: Any]]? {
        let object = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
        return object?["places"] as? [[String: Any]]
    }
}
