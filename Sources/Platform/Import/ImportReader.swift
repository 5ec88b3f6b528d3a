/// One file of an import: its name and its bytes as they came.
package struct ImportFile: Sendable, Hashable {
    /// The name, such as `residences.csv`.
    package let name: String
    /// The content.
    package let bytes: [UInt8]

    /// A file as it was read.
    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// What reading the files gave: rows, what is wrong, what was left unread.
package struct ImportReading: Sendable, Hashable {
    /// The rows that are well formed.
    package var rows = ImportRows()
    /// Everything that is wrong, in the order of the files.
    package var problems: [ImportProblem] = []
    /// Headers that no column has, by file.
    package var unknownHeaders: [ImportTable: [String]] = [:]
    /// How each file spelled its text.
    package var encodings: [ImportTable: TextEncoding] = [:]
    /// How many data rows each file has, the refused among them.
    package var rowCounts: [ImportTable: Int] = [:]
    /// The lines whose row was refused, and the keys that they would have had, for dependants.
    var refused = RefusedKeys()
}

/// Keys of refused rows, by table, with their lines: what depends on them is refused for that reason.
struct RefusedKeys: Sendable, Hashable {
    private var lines: [ImportTable: [String: Int]] = [:]

    mutating func insert(_ key: String, _ table: ImportTable, line: Int) {
        lines[table, default: [:]][key] = line
    }

    func line(of key: String, _ table: ImportTable) -> Int? { lines[table]?[key] }
}

/// Reads the files of an estate into rows, without a database.
package struct ImportReader {
    private let limits: ImportLimits
    private let today: CalendarDate
    private var reading = ImportReading()

    /// Reads with these bounds; `today` bounds dates of birth.
    package init(today: CalendarDate, limits: ImportLimits = ImportLimits()) {
        self.limits = limits
        self.today = today
    }

    /// Reads what there is of the tables' files; others are not looked at.
    package consuming func read(_ files: [ImportFile]) -> ImportReading {
        for table in ImportTable.allCases {
            if let file = files.first(where: { $0.name == table.fileName }) {
                read(file, as: table)
            } else if table == .estates {
                refuse(table, line: 0, .fileMissing)
            }
        }
        return reading
    }

    private mutating func refuse(
        _ table: ImportTable, line: Int, header: String? = nil, character: Int? = nil,
        _ reason: ImportReason
    ) {
        reading.problems.append(
            ImportProblem(
                file: table.fileName, line: line, header: header, character: character,
                reason: reason))
    }

    private mutating func read(_ file: ImportFile, as table: ImportTable) {
        guard file.bytes.count <= limits.fileBytesMax else {
            return refuse(table, line: 0, .fileTooLarge(bytesMax: limits.fileBytesMax))
        }
        let text: [UInt8]
        do {
            let decoded = try TextEncoding.decode(file.bytes)
            text = decoded.text
            reading.encodings[table] = decoded.encoding
        } catch {
            return refuse(table, line: error.line, .notText(error.encoding))
        }
        var headers: [ImportColumn?]?
        var reader = CSVReader(limits: limits)
        let take: (inout ImportReader, CSVElement) -> Bool = { me, element in
            switch element {
            case .fault(let fault, let position):
                me.refuse(
                    table, line: position.line, character: position.column, .csv(fault))
                if headers != nil { me.reading.rowCounts[table, default: 0] += 1 }
                return headers != nil
            case .row(let cells):
                guard let known = headers else {
                    headers = me.headers(cells, of: table)
                    return headers != nil
                }
                me.row(cells, headers: known, of: table)
                return true
            }
        }
        var elements: [CSVElement] = []
        reader.read(text) { elements.append($0) }
        reader.finish { elements.append($0) }
        for element in elements where !take(&self, element) { return }
        if headers == nil { refuse(table, line: 0, .headerMissing) }
    }

    /// The column at each place of the header row; nil when a required one is missing or stands twice.
    private mutating func headers(
        _ cells: [CSVCell], of table: ImportTable
    ) -> [ImportColumn?]? {
        var found: [ImportColumn?] = []
        var isWhole = true
        for cell in cells {
            let name = cell.text.filter { !$0.isWhitespace }
            let column = table.columns.first { $0.header == name }
            if let column, found.contains(column) {
                refuse(
                    table, line: cell.position.line, header: name, character: cell.position.column,
                    .headerTwice)
                isWhole = false
            }
            if column == nil, !name.isEmpty {
                reading.unknownHeaders[table, default: []].append(name)
            }
            found.append(column)
        }
        for column in table.columns where column.isRequired && !found.contains(column) {
            refuse(table, line: 1, header: column.header, .headerMissing)
            isWhole = false
        }
        return isWhole ? found : nil
    }

    private mutating func row(
        _ cells: [CSVCell], headers: [ImportColumn?], of table: ImportTable
    ) {
        // Spreadsheets leave rows of nothing but commas behind.
        guard cells.contains(where: { !$0.text.isEmpty }), let first = cells.first else { return }
        reading.rowCounts[table, default: 0] += 1
        let line = first.position.line
        var found: [ImportColumn: CSVCell] = [:]
        for (cell, header) in zip(cells, headers) {
            if let header { found[header] = cell }
        }
        var reader = CellReader(line: line, file: table.fileName, cells: found)
        if cells.dropFirst(headers.count).contains(where: { !$0.text.isEmpty }) {
            refuse(table, line: line, .tooManyCells(expected: headers.count))
            refusedKey(&reader, of: table)
            return
        }
        take(&reader, of: table)
        if !reader.problems.isEmpty {
            reading.problems += reader.problems
            refusedKey(&reader, of: table)
        }
    }

    /// Keeps the key of a refused row, where it can be read.
    private mutating func refusedKey(_ reader: inout CellReader, of table: ImportTable) {
        let key: String? =
            switch table {
            case .places: reader.code(Columns.placeCode)
            case .residences:
                ResidenceKey(reader: &reader)?.description
            case .households: reader.code(Columns.household)
            case .persons: reader.code(Columns.person)
            case .venues, .venueHours: reader.code(Columns.placeCode)
            case .estates, .memberships, .roles, .ties, .delegations, .placeMinutes,
                .reservationLimits, .calendarDays:
                nil
            }
        if let key { reading.refused.insert(key, table, line: reader.line) }
    }

    private mutating func take(_ reader: inout CellReader, of table: ImportTable) {
        switch table {
        case .estates: EstateRow(reader: &reader).map { reading.rows.estates.append($0) }
        case .places: PlaceRow(reader: &reader).map { reading.rows.places.append($0) }
        case .residences: ResidenceRow(reader: &reader).map { reading.rows.residences.append($0) }
        case .households: HouseholdRow(reader: &reader).map { reading.rows.households.append($0) }
        case .persons:
            PersonRow(reader: &reader, today: today).map { reading.rows.persons.append($0) }
        case .memberships:
            MembershipRow(reader: &reader).map { reading.rows.memberships.append($0) }
        case .roles: RoleRow(reader: &reader).map { reading.rows.roles.append($0) }
        case .ties: TieRow(reader: &reader).map { reading.rows.ties.append($0) }
        case .delegations:
            DelegationRow(reader: &reader).map { reading.rows.delegations.append($0) }
        case .calendarDays:
            CalendarDayRow(reader: &reader).map { reading.rows.calendarDays.append($0) }
        case .venues: VenueRow(reader: &reader).map { reading.rows.venues.append($0) }
        case .venueHours:
            VenueHoursRow(reader: &reader).map { reading.rows.venueHours.append($0) }
        case .placeMinutes:
            PlaceMinutesRow(reader: &reader).map { reading.rows.placeMinutes.append($0) }
        case .reservationLimits:
            ReservationLimitRow(reader: &reader).map { reading.rows.reservationLimits.append($0) }
        }
    }
}
