import Foundation
import Realtime
import Testing

@Suite("Writing JSON")
struct JSONWriterTests {
    @Test("commas, keys and every kind of value stand where they should")
    func shapes() {
        var json = JSONWriter()
        json.object { json in
            json.member("a", 1)
            json.member("b", [Int]())
            json.key("c")
            json.array { json in
                json.null()
                json.bool(true)
                json.object { _ in }
                json.double(.infinity)
                json.int(.min)
            }
            json.member("d", String?.none)
            json.key("e")
            json.uuid(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210)
            json.key("f")
            json.instant(microseconds: 1)
            json.key("g")
            json.raw("[1, 2]".utf8)
        }
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"a":1,"b":[],"c":[null,true,{},null,-9223372036854775808],"d":null,"#
                + #""e":"01234567-89ab-cdef-fedc-ba9876543210","#
                + #""f":"1970-01-01T00:00:00.000001Z","g":[1, 2]}"#)
    }

    @Test("whatever is written, Foundation reads the same")
    func roundTrip() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Numbers(state: seed)
        for _ in 0..<300 {
            let texts = (0..<8).map { _ in text(&random) }
            let numbers = (0..<8).map { _ in
                Int64(bitPattern: random.next() >> (random.next() % 64))
            }
            var json = JSONWriter()
            json.object { json in
                json.key("texts")
                json.array { json in
                    for (index, text) in texts.enumerated() {
                        if index.isMultiple(of: 2) {
                            json.string(text)
                        } else {
                            json.string(utf8: Array(text.utf8).span)
                        }
                    }
                }
                json.key("numbers")
                json.array { json in for number in numbers { json.int(number) } }
                json.member(texts[0] + "numbers", false)
            }
            let back = try JSONDecoder().decode(Page.self, from: Data(json.bytes))
            #expect(back.texts == texts, "seed \(seed)")
            #expect(back.numbers == numbers, "seed \(seed)")
        }
    }

    private struct Page: Decodable {
        var texts: [String]
        var numbers: [Int64]
    }

    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private func text(_ random: inout Numbers) -> String {
        var text = "x"
        for _ in 0..<Int(random.next() % 24) {
            let ranges: [ClosedRange<UInt32>] = [0...0x7F, 0x80...0xD7FF, 0xE000...0x10FFFF]
            let range = ranges[Int(random.next() % 3)]
            let number = UInt32.random(in: range, using: &random)
            Unicode.Scalar(number).map { text.unicodeScalars.append($0) }
        }
        return text
    }
}
