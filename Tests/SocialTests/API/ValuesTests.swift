internal import Platform
internal import Realtime
import Testing

@testable internal import Social

@Suite("Languages, refusals, tags and cursors") struct ValuesTests {
    @Test(
        "Chinese unless English is preferred",
        arguments: [
            (nil, Language.zh), ("", .zh), ("en", .en), ("en-GB,en;q=0.9", .en),
            ("zh-CN,zh;q=0.9,en;q=0.8", .zh), ("fr, en;q=0.3", .en), ("zh;q=0.1, en;q=0.2", .en),
            ("en;q=0", .zh), ("*", .zh), ("en;q=2", .zh), ("EN", .en), (",,;q=,", .zh),
        ])
    func language(field: String?, language: Language) {
        #expect(Language(accepting: field) == language)
    }

    @Test("every refusal is whole in both languages, and its code is its own")
    func catalogue() {
        let kinds = ProblemKind.common
        #expect(Set(kinds.map(\.code)).count == kinds.count)
        for kind in kinds {
            for text in [kind.title, kind.advice] {
                #expect(text.zh.unicodeScalars.contains { $0.properties.isIdeographic }, "\(kind)")
                #expect(!text.en.isEmpty && text.en.allSatisfy(\.isASCII), "\(kind)")
            }
            #expect(kind.status.code >= 400)
            #expect(kind.code.allSatisfy { $0.isLowercase || $0 == "-" }, "\(kind.code)")
        }
    }

    @Test("what the server refuses keeps its status as a problem")
    func refusals() {
        let refusals: [Refusal] = [
            .malformed("x"), .hostMissingOrRepeated, .hostUnknown, .methodUnknown, .versionUnknown,
            .targetTooLong, .fieldsTooLarge, .contentTooLarge, .expectationUnknown, .tooSlow,
            .routeUnknown, .methodNotAllowed(allowed: "GET"), .failed,
        ]
        for refusal in refusals {
            #expect(Problem(refusal: refusal).kind.status.code == refusal.status.code)
        }
        #expect(Problem(refusal: .methodNotAllowed(allowed: "GET")).fields["Allow"] == "GET")
    }

    @Test(
        "a database that was lost is 503, a mistake 500, and neither tells its inside",
        arguments: [
            ("57P01", 503), ("25006", 503), ("55P03", 503), ("57014", 503), ("08006", 503),
            ("53300", 503), ("23505", 500), ("42601", 500),
        ])
    func faults(state: String, status: Int) {
        let error = PostgresError(
            .server, state: state, message: "inside", constraint: "inside", detail: "inside")
        let problem = Problem(fault: error)
        #expect(problem.kind.status.code == status)
        #expect((problem.retryAfterSeconds != nil) == (status == 503))
        #expect(!"\(problem)".contains("inside"))
    }

    @Test("If-Match compares strongly, If-None-Match weakly")
    func tags() {
        let tag = ETag(version: 7)
        #expect(tag.description == "\"7\"")
        #expect(tag.isMatched(by: "\"6\", \"7\""))
        #expect(tag.isMatched(by: "*"))
        #expect(!tag.isMatched(by: "W/\"7\""))
        #expect(!tag.isMatched(by: "7"))
        #expect(tag.isListed(in: "W/\"7\""))
        #expect(!tag.isListed(in: "\"8\""))
    }

    @Test("a cursor opens for its own list only, and not when a bit is changed")
    func cursors() throws {
        let sealer = CursorSealer(.random())
        let id = UUID(high: 1, low: 2)
        for cursor in [Cursor(), Cursor(-5), Cursor(.max, 0, id: id), Cursor(id: id)] {
            let text = try sealer.text(cursor, for: "list", scope: [1])
            #expect(sealer.cursor(text, for: "list", scope: [1]) == cursor)
            #expect(sealer.cursor(text, for: "other", scope: [1]) == nil)
            #expect(sealer.cursor(text, for: "list", scope: [2]) == nil)
            #expect(CursorSealer(.random()).cursor(text, for: "list", scope: [1]) == nil)
            var bytes = try #require(Base64.urlDecoded(text))
            bytes[bytes.count / 2] ^= 1
            #expect(sealer.cursor(Base64.urlEncoded(bytes), for: "list", scope: [1]) == nil)
        }
        #expect(sealer.cursor("", for: "list", scope: []) == nil)
        #expect(sealer.cursor("12345", for: "list", scope: []) == nil)
    }

    @Test("a stored answer comes back as it was")
    func stored() throws {
        let plain = Response(.created, "application/json", Array("{\n\"a\":1}".utf8))
            .adding("ETag", "\"1\"").adding("Location", "/a:b")
        let answer = try #require(StoredAnswer(bytes: StoredAnswer(plain).bytes)).response
        #expect(answer.status.code == 201)
        #expect(answer.contentType == "application/json")
        #expect(answer.fields.map(\.value) == ["\"1\"", "/a:b"])
        guard case .bytes(let content) = answer.body else { throw CryptoError.wrongLength }
        #expect(content == Array("{\n\"a\":1}".utf8))
        let empty = try #require(StoredAnswer(bytes: StoredAnswer(Response(.noContent)).bytes))
        #expect(empty.response.status.code == 204)
        #expect(StoredAnswer(bytes: [1, 2, 3]) == nil)
    }
}
