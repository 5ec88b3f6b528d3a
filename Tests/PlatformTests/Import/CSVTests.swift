import Platform
import Testing

@Suite("Reading CSV")
struct CSVReaderTests {
    private func rows(_ text: String) -> [[String]] {
        CSVReader.elements(of: Array(text.utf8)).compactMap {
            if case .row(let cells) = $0 { cells.map(\.text) } else { nil }
        }
    }

    private func faults(
        _ text: String, limits: ImportLimits = ImportLimits()
    ) -> [(CSVFault, TextPosition)] {
        CSVReader.elements(of: Array(text.utf8), limits: limits).compactMap {
            if case .fault(let fault, let position) = $0 { (fault, position) } else { nil }
        }
    }

    @Test("cells, quotes, doubled quotes and quoted line breaks are read as RFC 4180 says")
    func grammar() {
        #expect(rows("a,b\r\nc,d\r\n") == [["a", "b"], ["c", "d"]])
        #expect(rows("a,b\nc,d") == [["a", "b"], ["c", "d"]])
        #expect(
            rows("\"a\",\"b \"\"c\"\" d\",\"e,f\r\ng\"\r\n") == [["a", "b \"c\" d", "e,f\r\ng"]])
        #expect(rows("a,\r\n,\r\n\r\n\"\"\r\n") == [["a", ""], ["", ""], [""]])
        #expect(rows("") == [])
    }

    @Test("every cell knows its line and column, also after a quoted line break")
    func positions() {
        let elements = CSVReader.elements(of: Array("门牌,\"一\n二\",丙\n丁,戊".utf8))
        guard case .row(let first) = elements.first, case .row(let second) = elements.last else {
            Issue.record("two rows")
            return
        }
        #expect(first.map(\.position.line) == [1, 1, 2])
        #expect(first.map(\.position.column) == [1, 4, 4])
        #expect(second.map(\.position) == [.init(line: 3, column: 1), .init(line: 3, column: 3)])
    }

    @Test(
        "a faulty row is reported with its place, and the next one is read",
        arguments: [
            ("ab\"c,d\nx,y", CSVFault.quoteInsideCell, 3),
            ("\"a\"b,c\nx,y", .textAfterQuote, 4),
            ("a,\u{0}b\nx,y", .controlCharacter(0), 3),
            ("a,b\u{7}\nx,y", .controlCharacter(7), 4),
            ("a\tb\nx,y", .controlCharacter(9), 2),
            ("a\rb\nx,y", .controlCharacter(13), 3),
            ("a\u{7F}\nx,y", .controlCharacter(127), 2),
            ("a\u{85}b\nx,y", .controlCharacter(0x85), 3),
        ])
    func faultyRows(text: String, fault: CSVFault, column: Int) {
        let found = faults(text)
        #expect(found.map(\.0) == [fault])
        #expect(found.first?.1 == TextPosition(line: 1, column: column))
        #expect(rows(text) == [["x", "y"]])
    }

    @Test("a quote that is never closed is told at its opening")
    func openQuote() {
        let found = faults("a,b\nc,\"d\ne,f\n")
        #expect(found.map(\.0) == [.quoteNotClosed])
        #expect(found.first?.1 == TextPosition(line: 2, column: 3))
    }

    @Test("cells, rows and files have bounds: at the limit they pass, one past it they do not")
    func bounds() {
        var limits = ImportLimits()
        limits.cellBytesMax = 3
        limits.cellsMax = 2
        limits.rowsMax = 2
        #expect(faults("abc,d\nx,y", limits: limits).isEmpty)
        #expect(faults("abcd,d\nx,y", limits: limits).map(\.0) == [.cellTooLong(bytesMax: 3)])
        #expect(faults("a,b,c\nx,y", limits: limits).map(\.0) == [.tooManyCells(2)])
        #expect(faults("a\nb\nc", limits: limits).map(\.0) == [.tooManyRows(2)])
    }

    @Test("what is written is read back, however the bytes are cut")
    func roundTrip() {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("CSV round trip, seed \(seed)")
        var random = SplitMix(state: seed)
        let alphabet = Array("ab,\"\n'=+-@ 张𬱖٣éＺ＝0")
        for _ in 0..<300 {
            let rows = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                (0..<Int.random(in: 1...4, using: &random)).map { _ in
                    String(
                        (0..<Int.random(in: 0...6, using: &random)).map { _ in
                            alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                        })
                }
            }
            var writer = CSVWriter()
            for row in rows { writer.write(row) }
            var reader = CSVReader()
            var found: [[String]] = []
            let take: (CSVElement) -> Void = { element in
                guard case .row(let cells) = element else { return }
                found.append(cells.map { FormulaGuard.unguarded($0.text) })
            }
            var rest = writer.bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...8, using: &random)
                reader.read(rest.prefix(count), element: take)
                rest = rest.dropFirst(count)
            }
            reader.finish(element: take)
            #expect(found == rows, "seed \(seed)")
        }
    }
}

@Suite("Exporting CSV")
struct CSVWriterTests {
    @Test(
        "a cell that a spreadsheet would run gets an apostrophe",
        arguments: ["=1+1", "+86", "-2", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "'=1"])
    func formulas(cell: String) {
        #expect(FormulaGuard.guarded(cell) == "'" + cell)
        #expect(FormulaGuard.unguarded("'" + cell) == cell)
    }

    @Test("other cells stay as they are", arguments: ["", "a=b", "张伟", "'", "'a", "1-2"])
    func plain(cell: String) {
        #expect(FormulaGuard.guarded(cell) == cell)
        #expect(FormulaGuard.unguarded(cell) == cell)
    }

    @Test("the guard stands inside the quotes")
    func quoted() {
        var writer = CSVWriter(byteOrderMark: true)
        writer.write(["=\"a\"", "b,c"])
        let expected = "\u{FEFF}\"'=\"\"a\"\"\",\"b,c\"\r\n"
        #expect(writer.bytes == Array(expected.utf8))
    }
}

@Suite("Encodings of imported files")
struct TextEncodingTests {
    @Test("UTF-8 with and without mark, and GB18030 with a rare character, read the same")
    func same() throws {
        let text = "姓名,门牌\n𬱖林妹,3号\n"
        let plain = Array(text.utf8)
        #expect(try TextEncoding.decode(plain) == (plain, .utf8))
        #expect(try TextEncoding.decode([0xEF, 0xBB, 0xBF] + plain) == (plain, .utf8WithMark))
        let gb = try #require(GB18030.encode(text))
        #expect(gb != plain)
        #expect(try TextEncoding.decode(gb) == (plain, .gb18030))
    }

    @Test("bytes of no encoding are refused with their line")
    func unreadable() {
        let bad = Array("a\nb\n".utf8) + [0xFF, 0xFF, 0x0A]
        #expect(throws: UndecodableText(line: 3, encoding: .gb18030)) {
            try TextEncoding.decode(bad)
        }
        let cut = Array("a\n".utf8) + [0xD5]
        #expect(throws: UndecodableText(line: 2, encoding: .gb18030)) {
            try TextEncoding.decode(cut)
        }
        #expect(throws: UndecodableText(line: 2, encoding: .utf8WithMark)) {
            try TextEncoding.decode([0xEF, 0xBB, 0xBF, 0x61, 0x0A, 0xFF, 0x0A])
        }
    }
}

/// A small generator that a test can repeat (SplitMix64).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
