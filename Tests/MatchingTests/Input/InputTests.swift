import Matching
import Testing

@Suite("Input") struct InputTests {
    @Test("numbers are read with the line on which they stand") func numbersReadLine() throws {
        var scanner = TextScanner(Array("3 -4\n\n 2.5e1 x\n".utf8))
        #expect(try scanner.integer("count", in: 0...9) == 3)
        #expect(try scanner.integer("offset", in: -9...9) == -4)
        #expect(scanner.line == 1 && !scanner.hasMoreOnLine)
        #expect(try scanner.number("cost", in: 0...100) == 25)
        #expect(scanner.line == 3 && scanner.hasMoreOnLine)
        #expect(throws: InputProblem(line: 3, expected: "nothing after the costs", found: "x")) {
            try scanner.end(after: "the costs")
        }
    }

    @Test(
        "a number out of range, or no number, is refused with what was expected",
        arguments: ["", "12", "-1", "1e1", "0x1", "99999999999999999999", "+1", "-"])
    func numberOutRange(
        _ text: String
    ) {
        var scanner = TextScanner(Array("\n\(text)".utf8))
        #expect(
            throws: InputProblem(
                line: 2, expected: "seats, a whole number from 0 to 9",
                found: text.isEmpty ? nil : text)
        ) { try scanner.integer("seats", in: 0...9) }
    }

    @Test("a number that is none is refused", arguments: ["nan", "inf", "1e999", "--1"])
    func numberNoneRefused(_ text: String) {
        var scanner = TextScanner(Array(text.utf8))
        #expect(throws: InputProblem.self) { try scanner.number("cost", in: -10...10) }
    }

    private struct Pair: Decodable {
        var left: WholeNumber
        var right: [Double]
    }

    @Test(
        "a wrong value in JSON is refused with its line",
        arguments: [
            (#"{"left": 1, "right": [1, "x"]}"#, 1, "a number at .right[1]"),
            ("[{\"left\": 1,\n\"right\": []},\n{\"right\": []}]", 3, "a member \"left\" in [1]"),
            ("{\"left\": 1,\n\"right\": 7}", 2, "a list at .right"),
            ("{\"left\": 1.5,\n\"right\": []}", 1, "a whole number at .left"),
        ]) func wrongValueJson(
            _ text: String, _ line: Int, _ expected: String
        )
    {
        let problem = #expect(throws: InputProblem.self) {
            try JSONInput.oneOrMany(Pair.self, from: Array(text.utf8))
        }
        #expect(problem?.line == line)
        #expect(problem?.expected == expected)
    }

    @Test(
        "what is no JSON is refused, and never more",
        arguments: ["", "{", "[1,", "\"\\", "{\"left\": \u{1}}", "nul", "[[[[", "}"])
    func whatNoJson(_ text: String) {
        let problem = #expect(throws: InputProblem.self) {
            try JSONInput.oneOrMany(Pair.self, from: Array(text.utf8))
        }
        #expect(problem?.line != 0)
    }

    @Test("one instance and a list of them are answered in the same form") func oneInstanceList()
        throws
    {
        let one = try JSONInput.oneOrMany(Pair.self, from: Array(#"{"left":1,"right":[]}"#.utf8))
        let many = try JSONInput.oneOrMany(
            Pair.self, from: Array(#" [{"left":1,"right":[]}]"#.utf8))
        #expect(one.all.count == 1 && many.all.count == 1)
        guard case .many = many.map(\.left.value), case .one = one.map(\.left.value) else {
            Issue.record("another form")
            return
        }
    }
}
