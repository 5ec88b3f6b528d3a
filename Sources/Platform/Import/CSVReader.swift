/// A place in a text file; both count from 1, the column in characters (Unicode scalars).
package struct TextPosition: Sendable, Hashable {
    /// The line, counting line feeds.
    package var line: Int
    /// The column within the line.
    package var column: Int

    /// The place at this line and column.
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// One cell of a CSV row and where it begins.
package struct CSVCell: Sendable, Hashable {
    /// The text without its quotes, doubled quotes made single.
    package var text: String
    /// Where the cell, or its opening quote, stands.
    package var position: TextPosition
}

/// What is wrong with the bytes of a CSV file.
package enum CSVFault: Sendable, Hashable {
    case quoteInsideCell
    case textAfterQuote
    case quoteNotClosed
    /// A control character, by its code; NUL is 0.
    case controlCharacter(UInt32)
    case cellTooLong(bytesMax: Int)
    case tooManyCells(Int)
    case tooManyRows(Int)
}

/// What a reader finds, in the order of the file.
package enum CSVElement: Sendable, Hashable {
    case row([CSVCell])
    /// A row that cannot be read; the reader goes on with the next line.
    case fault(CSVFault, TextPosition)
}

/// Reads CSV (RFC 4180) from pieces of UTF-8, however they are cut.
///
/// Rows end in CRLF or LF, the last with or without one; quoted cells may hold commas, doubled
/// quotes and line breaks. Lines without a character are skipped. A faulty row is reported once and
/// skipped to the end of its line. Memory is bounded by one row.
package struct CSVReader {
    private enum State {
        case cellStart
        case plain
        case quoted
        /// After a quote within quotes: the end of the cell, or half of a doubled quote.
        case quoteSeen
        /// After a carriage return outside quotes.
        case returnSeen
        case skipping
        case stopped
    }

    private let limits: ImportLimits
    private var state = State.cellStart
    private var cells: [CSVCell] = []
    private var cell: [UInt8] = []
    private var cellPosition = TextPosition(line: 1, column: 1)
    private var position = TextPosition(line: 1, column: 1)
    private var rowCount = 0
    /// Whether the line holds anything, be it an empty pair of quotes.
    private var rowBegun = false
    /// The first byte of a two-byte sequence that may be a C1 control character.
    private var leadsControl = false

    /// A reader at the first line of a file.
    package init(limits: ImportLimits = ImportLimits()) {
        self.limits = limits
    }

    /// All elements of a whole file.
    package static func elements(
        of bytes: [UInt8], limits: ImportLimits = ImportLimits()
    ) -> [CSVElement] {
        var reader = CSVReader(limits: limits)
        var elements: [CSVElement] = []
        reader.read(bytes) { elements.append($0) }
        reader.finish { elements.append($0) }
        return elements
    }

    /// Takes the next bytes and hands on the elements that they complete.
    package mutating func read(
        _ bytes: some Sequence<UInt8>, element: (CSVElement) -> Void
    ) {
        for byte in bytes {
            if state == .stopped { return }
            take(byte, element)
            if byte == Byte.feed {
                position = TextPosition(line: position.line + 1, column: 1)
            } else if byte & 0b1100_0000 != 0b1000_0000 {
                position.column += 1
            }
        }
    }

    /// Ends the file: hands on a last row without line end, or the quote that was never closed.
    package mutating func finish(element: (CSVElement) -> Void) {
        switch state {
        case .quoted: element(.fault(.quoteNotClosed, cellPosition))
        case .returnSeen: fail(.controlCharacter(0x0D), at: position, element)
        case .cellStart, .plain, .quoteSeen: endRow(element)
        case .skipping, .stopped: break
        }
        state = .stopped
    }

    private mutating func take(_ byte: UInt8, _ element: (CSVElement) -> Void) {
        if state == .skipping {
            if byte == Byte.feed { startRow() }
            return
        }
        if state == .returnSeen {
            guard byte == Byte.feed else {
                return fail(.controlCharacter(0x0D), at: position, element)
            }
            return endRow(element)
        }
        if let control = control(byte) {
            return fail(.controlCharacter(control), at: position, element)
        }
        if byte != Byte.feed, byte != Byte.carriageReturn { rowBegun = true }
        switch (state, byte) {
        case (.quoted, Byte.quote): state = .quoteSeen
        case (.quoted, _): append(byte, element)
        case (.quoteSeen, Byte.quote):
            state = .quoted
            append(byte, element)
        case (_, Byte.comma): endCell(element)
        case (_, Byte.feed): endRow(element)
        case (_, Byte.carriageReturn): state = .returnSeen
        case (.cellStart, Byte.quote): state = .quoted
        case (.quoteSeen, _): fail(.textAfterQuote, at: position, element)
        case (_, Byte.quote): fail(.quoteInsideCell, at: position, element)
        case (_, _):
            state = .plain
            append(byte, element)
        }
    }

    /// The code of a control character that `byte` is or ends; line ends are judged by the grammar.
    private mutating func control(_ byte: UInt8) -> UInt32? {
        let follows = leadsControl
        leadsControl = byte == 0xC2
        if follows, (0x80...0x9F).contains(byte) { return UInt32(byte) }
        guard byte < 0x20 || byte == 0x7F else { return nil }
        let isLineEnd = byte == Byte.feed || byte == Byte.carriageReturn
        return isLineEnd ? nil : UInt32(byte)
    }

    private mutating func append(_ byte: UInt8, _ element: (CSVElement) -> Void) {
        guard cell.count < limits.cellBytesMax else {
            return fail(.cellTooLong(bytesMax: limits.cellBytesMax), at: cellPosition, element)
        }
        cell.append(byte)
    }

    private mutating func endCell(_ element: (CSVElement) -> Void) {
        guard cells.count < limits.cellsMax else {
            return fail(.tooManyCells(limits.cellsMax), at: cellPosition, element)
        }
        cells.append(CSVCell(text: String(decoding: cell, as: UTF8.self), position: cellPosition))
        cell.removeAll(keepingCapacity: true)
        cellPosition = TextPosition(line: position.line, column: position.column + 1)
        state = .cellStart
    }

    private mutating func endRow(_ element: (CSVElement) -> Void) {
        guard rowBegun else { return startRow() }
        endCell(element)
        guard state != .skipping else { return startRow() }
        rowCount += 1
        guard rowCount <= limits.rowsMax else {
            element(.fault(.tooManyRows(limits.rowsMax), position))
            state = .stopped
            return
        }
        element(.row(cells))
        startRow()
    }

    private mutating func startRow() {
        cells.removeAll(keepingCapacity: true)
        cell.removeAll(keepingCapacity: true)
        rowBegun = false
        cellPosition = TextPosition(line: position.line + 1, column: 1)
        state = .cellStart
    }

    private mutating func fail(
        _ fault: CSVFault, at place: TextPosition, _ element: (CSVElement) -> Void
    ) {
        element(.fault(fault, place))
        state = .skipping
    }
}

/// The bytes with a meaning in CSV.
private enum Byte {
    static let quote = UInt8(ascii: "\"")
    static let comma = UInt8(ascii: ",")
    static let feed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
}
