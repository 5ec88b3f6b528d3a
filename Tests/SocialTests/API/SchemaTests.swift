internal import Social
import Testing

@Suite("Checking content against its schema") struct SchemaTests {
    private let schema = Schema.object(
        "Thing",
        [
            .required("title", .text(1...5)), .optional("body", .text(0...9, isMultiline: true)),
            .optional("kind", .choice(["a", "b"])), .optional("id", .uuid()),
            .optional("at", .instant()), .optional("count", .integer(1...9)),
            .optional("flag", .bool()), .optional("list", .array(.integer(0...1), count: 1...2)),
        ])

    private func pointers(_ text: String) throws -> [String] {
        schema.faults(in: try JSON(parsing: Array(text.utf8))).map(\.pointer)
    }

    @Test("what fits has no fault; what may be left out may be null")
    func fits() throws {
        #expect(try pointers(#"{"title":"你好世界😀"}"#) == [])
        #expect(try pointers(#"{"title":"a","kind":null,"count":1.0,"body":"a\nb"}"#) == [])
        let id = "01890000-0000-7000-8000-000000000001"
        #expect(
            try pointers(
                #"{"title":"a","id":"\#(id)","at":"2026-09-01T08:00:00+08:00","list":[0,1]}"#) == []
        )
    }

    @Test(
        "each fault is named by its pointer",
        arguments: [
            ("{}", "/title"), (#"{"title":null}"#, "/title"), (#"{"title":""}"#, "/title"),
            (#"{"title":"123456"}"#, "/title"), (#"{"title":"a\u0000"}"#, "/title"),
            (#"{"title":"a\nb"}"#, "/title"), (#"{"title":"a\u0085"}"#, "/title"),
            (#"{"title":1}"#, "/title"), (#"{"title":"a","kind":"c"}"#, "/kind"),
            (#"{"title":"a","id":"1"}"#, "/id"), (#"{"title":"a","at":"today"}"#, "/at"),
            (#"{"title":"a","count":0}"#, "/count"), (#"{"title":"a","count":10}"#, "/count"),
            (#"{"title":"a","count":1.5}"#, "/count"), (#"{"title":"a","count":"1"}"#, "/count"),
            (#"{"title":"a","flag":1}"#, "/flag"), (#"{"title":"a","list":[]}"#, "/list"),
            (#"{"title":"a","list":[0,1,0]}"#, "/list"),
            (#"{"title":"a","list":[0,2]}"#, "/list/1"),
            (#"{"title":"a","other":1}"#, ""), ("[]", ""), ("null", ""),
        ])
    func faults(text: String, pointer: String) throws {
        #expect(try pointers(text) == [pointer])
    }

    @Test("advice never repeats what was sent, and a long list of faults is cut")
    func bounded() throws {
        let secret = "13800000001"
        for fault in schema.faults(
            in: .object([secret: .string(secret), "title": .string(secret)]))
        {
            #expect(!"\(fault)".contains(secret))
        }
        let many = Schema.array(.bool(), count: 0...1000)
        #expect(many.faults(in: .array(Array(repeating: .null, count: 1000))).count == 20)
    }
}
