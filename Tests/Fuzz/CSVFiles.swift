import Platform

/// Files that operators import: their encoding, their rows however they are cut, and back again.
enum CSVFiles: FuzzTarget {
    static let name = "csv"

    static func check(_ bytes: [UInt8]) throws(Disagreement) {
        // The first byte chooses the limits and the cuts.
        guard let choice = bytes.first else { return }
        let file = Array(bytes.dropFirst())
        guard let text = try decoded(file) else { return }
        var limits = ImportLimits()
        if choice & 1 == 1 { (limits.rowsMax, limits.cellsMax, limits.cellBytesMax) = (3, 3, 8) }
        let whole = CSVReader.elements(of: text, limits: limits)
        let cut = elements(of: text, piece: Int(choice >> 1) % 31 + 1, limits)
        try expect(whole == cut, "cut: \(whole) and \(cut)")
        try judge(whole, limits, lineCount: text.count { $0 == 0x0A } + 1)
        let rows = whole.compactMap { element -> [String]? in
            if case .row(let cells) = element { cells.map(\.text) } else { nil }
        }
        if rows.count == whole.count {
            let again = plainRows(text[...])
            try expect(isSame(rows, again), "\(rows), read plainly: \(again)")
        }
        try writeBack(rows)
    }

    /// The rows of a file without a fault, read whole and cell by cell.
    private static func plainRows(_ text: ArraySlice<UInt8>) -> [[String]] {
        var rows: [[String]] = []
        var rest = text
        while !rest.isEmpty {
            let isEmpty = rest.first == 0x0A || rest.starts(with: [0x0D, 0x0A])
            var cells = [cell(&rest)]
            while rest.first == UInt8(ascii: ",") {
                rest = rest.dropFirst()
                cells.append(cell(&rest))
            }
            rest = rest.dropFirst(rest.first == 0x0D ? 2 : 1)
            if !isEmpty { rows.append(cells) }
        }
        return rows
    }

    private static func cell(_ rest: inout ArraySlice<UInt8>) -> String {
        let quote = UInt8(ascii: "\"")
        guard rest.first == quote else {
            let plain = rest.prefix { $0 != 0x2C && $0 != 0x0A && $0 != 0x0D }
            rest = rest.dropFirst(plain.count)
            return String(decoding: plain, as: UTF8.self)
        }
        var parts: [String] = []
        while rest.first == quote {
            let part = rest.dropFirst().prefix { $0 != quote }
            parts.append(String(decoding: part, as: UTF8.self))
            rest = rest.dropFirst(part.count + 2)
        }
        return parts.joined(separator: "\"")
    }

    /// The file as UTF-8, by whichever encoding it is in; `nil` when it is in none.
    private static func decoded(_ file: [UInt8]) throws(Disagreement) -> [UInt8]? {
        guard let (text, encoding) = try? TextEncoding.decode(file) else { return nil }
        guard let characters = String(validating: text, as: UTF8.self) else {
            throw Disagreement("decoded to something else than UTF-8")
        }
        switch encoding {
        case .utf8: try expect(text == file, "UTF-8 was changed")
        case .utf8WithMark: try expect([0xEF, 0xBB, 0xBF] + text == file, "UTF-8 was changed")
        case .gb18030:
            guard let again = GB18030.encode(characters) else {
                throw Disagreement("\(characters) cannot be written as GB18030")
            }
            try expect((try? GB18030.decode(again)) == text, "GB18030 reads back as other text")
        }
        return text
    }

    private static func elements(
        of text: [UInt8], piece: Int, _ limits: ImportLimits
    ) -> [CSVElement] {
        var reader = CSVReader(limits: limits)
        var elements: [CSVElement] = []
        for start in stride(from: 0, to: text.count, by: piece) {
            reader.read(text[start..<min(start + piece, text.count)]) { elements.append($0) }
        }
        reader.finish { elements.append($0) }
        return elements
    }

    private static func judge(
        _ elements: [CSVElement], _ limits: ImportLimits, lineCount: Int
    ) throws(Disagreement) {
        var rowCount = 0
        var last = TextPosition(line: 1, column: 1)
        for element in elements {
            switch element {
            case .fault(_, let position): try inOrder(position)
            case .row(let cells):
                rowCount += 1
                try expect(
                    !cells.isEmpty && cells.count <= limits.cellsMax
                        && cells.allSatisfy { $0.text.utf8.count <= limits.cellBytesMax },
                    "a row past its limits: \(cells)")
                for cell in cells { try inOrder(cell.position) }
            }
        }
        try expect(rowCount <= limits.rowsMax, "\(rowCount) rows")

        func inOrder(_ position: TextPosition) throws(Disagreement) {
            try expect(
                (last.line, last.column) <= (position.line, position.column)
                    && position.line <= lineCount,
                "\(position) after \(last), of \(lineCount) lines")
            last = position
        }
    }

    /// What was read, written and read again, is the same.
    private static func writeBack(_ rows: [[String]]) throws(Disagreement) {
        var writer = CSVWriter()
        for row in rows { writer.write(row) }
        var again: [[String]] = []
        for element in CSVReader.elements(of: writer.bytes) {
            guard case .row(let cells) = element else { throw Disagreement("wrote \(element)") }
            again.append(cells.map { FormulaGuard.unguarded($0.text) })
        }
        try expect(isSame(rows, again), "\(rows), read back as \(again)")
    }

    private static func isSame(_ left: [[String]], _ right: [[String]]) -> Bool {
        left.count == right.count
            && zip(left, right).allSatisfy { $0.elementsEqual($1, by: isSameText) }
    }

    /// The same scalars: Swift takes canonically equivalent texts for equal.
    private static func isSameText(_ left: String, _ right: String) -> Bool {
        left.utf8.elementsEqual(right.utf8)
    }

    private static let texts = [
        "门牌号,室号,面积\r\n1号,101室,89.5\r\n\"2号\",\"1\"\"02\",\"三\n行\"\r\n",
        "a,b\nc,\"d", "a,\u{7}b\nx,y", "\"a\"b\nx,y", "=1+1,'=2,@x,\t\n", "a\rb\n\r\n\"\"\r\n",
    ]

    static let seeds: [[UInt8]] = texts.flatMap { text -> [[UInt8]] in
        let utf8 = Array(text.utf8)
        return [[0] + utf8, [1, 0xEF, 0xBB, 0xBF] + utf8, [0] + (GB18030.encode(text) ?? [])]
    }
}
