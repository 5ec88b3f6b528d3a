/// Writes CSV (RFC 4180, CRLF) that a spreadsheet cannot take for formulas.
package struct CSVWriter {
    /// What has been written: UTF-8, without a byte order mark unless asked for.
    package private(set) var bytes: [UInt8]

    /// A writer of an empty file; `byteOrderMark` makes older spreadsheets read it as UTF-8.
    package init(byteOrderMark: Bool = false) {
        bytes = byteOrderMark ? [0xEF, 0xBB, 0xBF] : []
    }

    /// Writes one row; cells that look like formulas get an apostrophe before them.
    package mutating func write(_ cells: [String]) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            write(cell: FormulaGuard.guarded(cell), isAlone: cells.count == 1)
        }
        bytes += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    }

    /// An only and empty cell is quoted: an empty line would be no row.
    private mutating func write(cell: String, isAlone: Bool) {
        let quote = UInt8(ascii: "\"")
        let needsQuotes = cell.utf8.contains { [quote, 0x2C, 0x0A, 0x0D].contains($0) }
        guard needsQuotes || (isAlone && cell.isEmpty) else {
            bytes += cell.utf8
            return
        }
        bytes.append(quote)
        for byte in cell.utf8 {
            if byte == quote { bytes.append(quote) }
            bytes.append(byte)
        }
        bytes.append(quote)
    }
}

/// The apostrophe that keeps a spreadsheet from running a cell as a formula.
///
/// OWASP, "CSV Injection": `=`, `+`, `-`, `@`, tab, carriage return, line feed, and the full-width
/// forms of the first four.
package enum FormulaGuard {
    private static let starts: Set<Unicode.Scalar> = [
        "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
    ]

    /// The cell as it is exported.
    package static func guarded(_ cell: String) -> String {
        startsFormula(cell) ? "'" + cell : cell
    }

    /// The cell that was exported as `cell`; the inverse of `guarded`.
    package static func unguarded(_ cell: String) -> String {
        cell.unicodeScalars.first == "'" && startsFormula(cell)
            ? String(cell.unicodeScalars.dropFirst()) : cell
    }

    /// Apostrophes in front are looked through, so that guarding twice can be undone twice.
    private static func startsFormula(_ cell: String) -> Bool {
        cell.unicodeScalars.first { $0 != "'" }.map(starts.contains) ?? false
    }
}
