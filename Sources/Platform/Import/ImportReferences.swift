/// What of an estate is in the database already, by the operators' own keys.
package struct KnownEstate: Sendable, Hashable {
    /// A place as other rows see it.
    package struct Place: Sendable, Hashable {
        /// `building`, `stair`, `public` or `parking`.
        package var kind: String
        /// The code of the place above; nil for the estate.
        package var parent: String?

        /// A place of this kind under `parent`.
        package init(kind: String, parent: String?) {
            self.kind = kind
            self.parent = parent
        }
    }

    /// Buildings, stairs, public places and parking spaces by code.
    package var places: [String: Place] = [:]
    /// The residences and their floors.
    package var residences: [ResidenceKey: Int] = [:]
    /// The households' codes.
    package var households: Set<String> = []
    /// The persons' codes.
    package var persons: Set<String> = []
    /// The codes of the places that are venues.
    package var venues: Set<String> = []

    /// An estate of which nothing is known.
    package init() {}
}

/// Looks up what rows refer to, and takes out those that refer to nothing or contradict another.
struct ReferenceCheck {
    var reading: ImportReading
    let known: KnownEstate
    private var births: [String: CalendarDate] = [:]
    private var accounts: Set<String> = []

    /// The reading without the rows that fail, their problems added.
    static func checked(_ reading: ImportReading, against known: KnownEstate) -> ImportReading {
        var check = ReferenceCheck(reading: reading, known: known)
        check.checkEstate()
        check.checkPlaces()
        check.checkResidences()
        check.checkHouseholds()
        check.checkPersons()
        check.checkMemberships()
        check.checkRoles()
        check.checkTies()
        check.checkDelegations()
        check.checkCalendarDays()
        check.checkVenues()
        check.checkVenueHours()
        check.checkPlaceMinutes()
        check.checkReservationLimits()
        return check.reading
    }

    private init(reading: ImportReading, known: KnownEstate) {
        self.reading = reading
        self.known = known
    }

    mutating func refuse(
        _ table: ImportTable, _ line: Int, _ column: ImportColumn, _ reason: ImportReason
    ) {
        reading.problems.append(
            ImportProblem(
                file: table.fileName, line: line, header: column.header, character: nil,
                reason: reason))
    }

    /// Why a key leads nowhere: its row was refused, or there is none.
    func missing(_ key: String, _ table: ImportTable) -> ImportReason {
        reading.refused.line(of: key, table).map { .dependsOnSkipped(line: $0) } ?? .unknown(key)
    }

    private mutating func checkEstate() {
        guard reading.rows.estates.count != 1 else { return }
        // A file that was refused as a whole, or its row, has said so already.
        if reading.rows.estates.count > 1
            || reading.problems.allSatisfy({ $0.file != "estates.csv" })
        {
            refuse(.estates, 0, Columns.estateCode, .notOneEstate)
        }
    }

    private mutating func checkPlaces() {
        var lines: [String: Int] = [:]
        var places: [String: PlaceRow] = [:]
        for row in reading.rows.places {
            if let line = lines[row.code] {
                refuse(.places, row.line, Columns.placeCode, .taken(line: line))
            } else {
                lines[row.code] = row.line
                places[row.code] = row
            }
        }
        // A refused place takes those below it along: repeat until nothing changes.
        var isStable = false
        while !isStable {
            isStable = true
            for row in reading.rows.places where places[row.code] == row {
                guard let fault = fault(of: row, among: places) else { continue }
                refuse(.places, row.line, fault.column, fault.reason)
                reading.refused.insert(row.code, .places, line: row.line)
                places[row.code] = nil
                isStable = false
            }
        }
        reading.rows.places = reading.rows.places.filter { places[$0.code] == $0 }
    }

    private func fault(
        of row: PlaceRow, among places: [String: PlaceRow]
    ) -> (column: ImportColumn, reason: ImportReason)? {
        if let old = known.places[row.code] {
            if old.kind != row.kind { return (Columns.kind, .stays) }
            if old.parent != row.parent { return (Columns.parent, .stays) }
        }
        guard let parent = row.parent else {
            return row.kind == "stair" ? (Columns.parent, .wrongParent) : nil
        }
        guard let kind = places[parent]?.kind ?? known.places[parent]?.kind else {
            return (Columns.parent, missing(parent, .places))
        }
        let fits =
            switch row.kind {
            case "building": false
            case "stair": kind == "building"
            default: kind != "parking"
            }
        guard fits else { return (Columns.parent, .wrongParent) }
        var above = places[parent]
        var steps = 0
        while let next = above?.parent, steps <= places.count {
            if next == row.code { return (Columns.parent, .circle) }
            above = places[next]
            steps += 1
        }
        return row.parent == row.code ? (Columns.parent, .circle) : nil
    }

    func kind(ofPlace code: String) -> String? {
        reading.rows.places.first { $0.code == code }?.kind ?? known.places[code]?.kind
    }

    private mutating func checkResidences() {
        let stairs = Set(
            reading.rows.places.filter { $0.kind == "stair" }.map(\.code)
                + known.places.filter { $0.value.kind == "stair" }.keys)
        var lines: [ResidenceKey: Int] = [:]
        reading.rows.residences = reading.rows.residences.filter { row in
            if let line = lines[row.key] {
                refuse(.residences, row.line, Columns.residence, .taken(line: line))
                return false
            }
            guard stairs.contains(row.key.stair) else {
                refuse(.residences, row.line, Columns.stair, missing(row.key.stair, .places))
                reading.refused.insert(row.key.description, .residences, line: row.line)
                return false
            }
            if let floor = known.residences[row.key], floor != row.floor {
                refuse(.residences, row.line, Columns.floor, .stays)
                return false
            }
            lines[row.key] = row.line
            return true
        }
    }

    private mutating func checkHouseholds() {
        let residences = Set(known.residences.keys)
            .union(reading.rows.residences.map(\.key))
        var lines: [String: Int] = [:]
        reading.rows.households = reading.rows.households.filter { row in
            if let line = lines[row.code] {
                refuse(.households, row.line, Columns.household, .taken(line: line))
                return false
            }
            guard residences.contains(row.residence) else {
                let reason = missing(row.residence.description, .residences)
                refuse(.households, row.line, Columns.residence, reason)
                reading.refused.insert(row.code, .households, line: row.line)
                return false
            }
            lines[row.code] = row.line
            return true
        }
    }

    private mutating func checkPersons() {
        var lines: [String: Int] = [:]
        var accountLines: [String: Int] = [:]
        reading.rows.persons = reading.rows.persons.filter { row in
            if let line = lines[row.code] {
                refuse(.persons, row.line, Columns.person, .taken(line: line))
                return false
            }
            if let account = row.account, let line = accountLines[account] {
                refuse(.persons, row.line, Columns.account, .taken(line: line))
                reading.refused.insert(row.code, .persons, line: row.line)
                return false
            }
            lines[row.code] = row.line
            births[row.code] = row.birth
            if let account = row.account {
                accountLines[account] = row.line
                accounts.insert(row.code)
            }
            return true
        }
    }

    private mutating func checkMemberships() {
        let persons = known.persons.union(reading.rows.persons.map(\.code))
        let households = known.households.union(reading.rows.households.map(\.code))
        var terms = TermsByKey()
        reading.rows.memberships = reading.rows.memberships.filter { row in
            let fault: (column: ImportColumn, reason: ImportReason)? =
                if !persons.contains(row.person) {
                    (Columns.person, missing(row.person, .persons))
                } else if !households.contains(row.household) {
                    (Columns.household, missing(row.household, .households))
                } else if let birth = births[row.person], row.term.first < birth {
                    (Columns.from, .beforeBirth)
                } else if let line = terms.overlap([row.person, row.household], row.term, row.line)
                {
                    (Columns.from, .overlaps(line: line))
                } else {
                    nil
                }
            if let fault { refuse(.memberships, row.line, fault.column, fault.reason) }
            return fault == nil
        }
    }

    private mutating func checkRoles() {
        let persons = known.persons.union(reading.rows.persons.map(\.code))
        let estate = reading.rows.estates.first
        var terms = TermsByKey()
        reading.rows.roles = reading.rows.roles.filter { row in
            var fault: (column: ImportColumn, reason: ImportReason)?
            if !persons.contains(row.person) {
                fault = (Columns.person, missing(row.person, .persons))
            }
            let scope: String
            switch row.scope {
            case .committeeArea(let name):
                scope = "committee"
                if let estate, name != estate.path.last { fault = (Columns.scope, .unknown(name)) }
                if fault == nil, !accounts.contains(row.person) {
                    fault = (Columns.person, .accountMissing)
                }
            case .estate(let code):
                scope = "estate"
                if let estate, code != estate.code { fault = (Columns.scope, .unknown(code)) }
            case .place(let code):
                scope = code
                let kind = kind(ofPlace: code)
                if kind == nil { fault = (Columns.scope, missing(code, .places)) }
                if let kind, kind != "building", kind != "stair" {
                    fault = (Columns.scope, .wrongParent)
                }
            }
            if fault == nil,
                let line = terms.overlap([row.person, row.role, scope], row.term, row.line)
            {
                fault = (Columns.from, .overlaps(line: line))
            }
            if let fault { refuse(.roles, row.line, fault.column, fault.reason) }
            return fault == nil
        }
    }

    private mutating func checkTies() {
        let persons = known.persons.union(reading.rows.persons.map(\.code))
        var terms = TermsByKey()
        reading.rows.ties = reading.rows.ties.filter { row in
            let pair = [row.one, row.other].sorted()
            let fault: (column: ImportColumn, reason: ImportReason)? =
                if !persons.contains(row.one) {
                    (Columns.one, missing(row.one, .persons))
                } else if !persons.contains(row.other) {
                    (Columns.other, missing(row.other, .persons))
                } else if let line = terms.overlap(pair + [row.kind], row.term, row.line) {
                    (Columns.tie, .overlaps(line: line))
                } else {
                    nil
                }
            if let fault { refuse(.ties, row.line, fault.column, fault.reason) }
            return fault == nil
        }
    }
}

extension ReferenceCheck {
    private mutating func checkDelegations() {
        let persons = known.persons.union(reading.rows.persons.map(\.code))
        var terms = TermsByKey()
        reading.rows.delegations = reading.rows.delegations.filter { row in
            let fault: (column: ImportColumn, reason: ImportReason)? =
                if !persons.contains(row.doer) {
                    (Columns.doer, missing(row.doer, .persons))
                } else if !persons.contains(row.beneficiary) {
                    (Columns.beneficiary, missing(row.beneficiary, .persons))
                } else if let line = terms.overlap(
                    [row.doer, row.beneficiary], row.term, row.line)
                {
                    (Columns.from, .overlaps(line: line))
                } else {
                    nil
                }
            if let fault { refuse(.delegations, row.line, fault.column, fault.reason) }
            return fault == nil
        }
    }
}

extension ReferenceCheck {
    /// A day is ruled once.
    private mutating func checkCalendarDays() {
        var lines: [CalendarDate: Int] = [:]
        reading.rows.calendarDays = reading.rows.calendarDays.filter { row in
            if let line = lines[row.day] {
                refuse(.calendarDays, row.line, Columns.day, .taken(line: line))
                return false
            }
            lines[row.day] = row.line
            return true
        }
    }
}

/// The terms that each key has so far, to find those that overlap.
private struct TermsByKey {
    private var terms: [[String]: [(term: Term, line: Int)]] = [:]

    /// The line of an earlier term of this key that overlaps; without one the term is kept.
    mutating func overlap(_ key: [String], _ term: Term, _ line: Int) -> Int? {
        if let other = terms[key]?.first(where: { $0.term.overlaps(term) }) { return other.line }
        terms[key, default: []].append((term, line))
        return nil
    }
}

extension ImportReading {
    /// This reading without the rows that refer to nothing, contradict another, or build on one that
    /// was refused; what is wrong with them is added to the problems, in the order of the files.
    package func checked(against known: KnownEstate) -> ImportReading {
        var checked = ReferenceCheck.checked(self, against: known)
        let order = Dictionary(
            uniqueKeysWithValues: ImportTable.allCases.enumerated().map { ($1.fileName, $0) })
        checked.problems = checked.problems.enumerated()
            .sorted { one, other in
                let (left, right) = (one.element, other.element)
                return (order[left.file] ?? 0, left.line, one.offset)
                    < (order[right.file] ?? 0, right.line, other.offset)
            }
            .map(\.element)
        return checked
    }
}
