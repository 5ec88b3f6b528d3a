internal import Social
import Testing

@Suite("Reading JSON strictly") struct JSONTests {
    private func parse(_ text: String) -> Result<JSON, JSON.Refusal> {
        Result { () throws(JSON.Refusal) in try JSON(parsing: Array(text.utf8)) }
    }

    @Test("values of every kind come through")
    func values() throws {
        let text = #" {"a":[1,-2.5,1e2,true,false,null],"b":"\u4f60\ud83d\ude00\n","":{}} "#
        let value = try JSON(parsing: Array(text.utf8))
        #expect(
            value
                == .object([
                    "a": .array([
                        .integer(1), .number(-2.5), .number(100), .bool(true), .bool(false), .null,
                    ]), "b": .string("你😀\n"), "": .object([:]),
                ]))
        #expect(value["a"]?.elements?[2].integer == 100)
        #expect(try JSON(parsing: Array("9223372036854775807".utf8)) == .integer(.max))
    }

    @Test(
        "what is no JSON is refused, and where is said",
        arguments: [
            "", " ", "{", "[1,]", "{\"a\":1,}", "{'a':1}", "{a:1}", "01", "+1", "1.", ".5", "1e",
            "--1", "nul", "true false", "\"a", "\"\t\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"",
            "\"\\udc00\"", "\"\\ud800\\u0041\"", "NaN", "1e999", "[1 2]", "{\"a\" 1}", "/**/1",
            "\u{FEFF}1", String(repeating: "1", count: 41),
        ])
    func syntax(text: String) {
        guard case .failure(.syntax) = parse(text) else {
            Issue.record("\(text) was taken")
            return
        }
    }

    @Test("bombs end at the sixteenth bracket, at any length")
    func depth() {
        let deepest = String(repeating: "[", count: 16) + String(repeating: "]", count: 16)
        guard case .success = parse(deepest) else {
            Issue.record("sixteen brackets were refused")
            return
        }
        #expect(parse("[" + deepest + "]") == .failure(.tooDeep))
        #expect(parse(String(repeating: "[", count: 100_000)) == .failure(.tooDeep))
        let nested = String(repeating: "{\"a\":", count: 100_000)
        #expect(parse(nested) == .failure(.tooDeep))
    }

    @Test("a key named twice is refused, also when it is written otherwise")
    func repeated() {
        #expect(parse(#"{"a":1,"a":2}"#) == .failure(.repeatedKey))
        #expect(parse(#"{"a":1,"\u0061":2}"#) == .failure(.repeatedKey))
    }

    @Test(
        "bytes that are not UTF-8 are refused",
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
        ])
    func encoding(bytes: [UInt8]) {
        #expect(throws: JSON.Refusal.notUTF8) { try JSON(parsing: bytes) }
    }

    @Test("no bytes crash the reader")
    func noise() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = Noise(state: seed)
        let alphabet = Array(#"{}[]",:\u0129ealsrtfn.-+eE "#.utf8)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0..<24, using: &generator)
            let bytes = (0..<count).compactMap { _ in alphabet.randomElement(using: &generator) }
            _ = try? JSON(parsing: bytes)
        }
        print("seed \(seed)")
    }
}

/// SplitMix64: the same numbers for the same seed.
struct Noise: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
