// How each kind of row is read from its cells. A row comes to be only without a problem; every cell
// is looked at even so, for all that is wrong with a row to be told at once.

extension EstateRow {
    init?(reader: inout CellReader) {
        let code = reader.code(Columns.estateCode)
        let name = reader.text(Columns.estateName)
        let nameEnglish = reader.text(Columns.nameEnglish)
        let path = [Columns.city, Columns.district, Columns.subdistrict, Columns.committeeArea]
            .compactMap { reader.text($0) }
        let builtYear = reader.integer(Columns.builtYear, in: 1800...2200)
        let zone = reader.text(Columns.zone)
        let propertyManager = reader.text(Columns.propertyManager)
        guard reader.problems.isEmpty, let code, let name, let zone else { return nil }
        self.init(
            line: reader.line, code: code, name: name, nameEnglish: nameEnglish, path: path,
            builtYear: builtYear, zone: zone, propertyManager: propertyManager)
    }
}

extension PlaceRow {
    init?(reader: inout CellReader) {
        let code = reader.code(Columns.placeCode)
        let kind = reader.choice(Columns.kind, .placeKind)
        let name = reader.text(Columns.placeName)
        let nameEnglish = reader.text(Columns.nameEnglish)
        let parent = reader.code(Columns.parent)
        guard reader.problems.isEmpty, let code, let kind, let name else { return nil }
        self.init(
            line: reader.line, code: code, kind: kind, name: name, nameEnglish: nameEnglish,
            parent: parent)
    }
}

extension ResidenceKey: CustomStringConvertible {
    init?(reader: inout CellReader) {
        let stair = reader.code(Columns.stair)
        let code = reader.code(Columns.residence)
        guard let stair, let code else { return nil }
        self.init(stair: stair, code: code)
    }

    /// As residents say it, such as `3号 1202`.
    package var description: String { "\(stair) \(code)" }
}

extension ResidenceRow {
    init?(reader: inout CellReader) {
        let key = ResidenceKey(reader: &reader)
        let floor = reader.integer(Columns.floor, in: -9...200)
        if floor == 0 { reader.refuse(Columns.floor, .outOfRange(-9, 200)) }
        let area = reader.hundredths(Columns.area, in: 1...10_000)
        guard reader.problems.isEmpty, let key, let floor else { return nil }
        self.init(line: reader.line, key: key, floor: floor, areaSquareDecimetres: area)
    }
}

extension HouseholdRow {
    init?(reader: inout CellReader) {
        let code = reader.code(Columns.household)
        let residence = ResidenceKey(reader: &reader)
        let tenure = reader.choice(Columns.tenure, .tenure)
        let term = reader.term(Columns.movedIn, Columns.movedOut)
        guard reader.problems.isEmpty, let code, let residence, let tenure, let term
        else { return nil }
        self.init(
            line: reader.line, code: code, residence: residence, tenure: tenure, term: term)
    }
}

extension PersonRow {
    init?(reader: inout CellReader, today: CalendarDate) {
        let code = reader.code(Columns.person)
        let name = reader.text(Columns.name)
        let birth = reader.date(Columns.birth)
        if let birth, birth > today { reader.refuse(Columns.birth, .dateInFuture) }
        let phone = reader.phone(Columns.phone)
        let language = reader.choice(Columns.language, .language)
        let account = reader.code(Columns.account)
        guard reader.problems.isEmpty, let code, let name else { return nil }
        self.init(
            line: reader.line, code: code, name: name, birth: birth, phone: phone,
            language: language ?? "zh", account: account)
    }
}

extension MembershipRow {
    init?(reader: inout CellReader) {
        let person = reader.code(Columns.person)
        let household = reader.code(Columns.household)
        let standing = reader.choice(Columns.standing, .standing)
        let owner = reader.choice(Columns.owner, .yesNo)
        let term = reader.term(Columns.from, Columns.until)
        guard reader.problems.isEmpty, let person, let household, let standing, let term
        else { return nil }
        self.init(
            line: reader.line, person: person, household: household, standing: standing,
            isOwner: owner == "yes", term: term)
    }
}

extension RoleRow {
    init?(reader: inout CellReader) {
        let person = reader.code(Columns.person)
        let role = reader.choice(Columns.role, .role)
        let kind = reader.choice(Columns.scopeKind, .scope)
        let name = kind == "committee" ? reader.text(Columns.scope) : reader.code(Columns.scope)
        let term = reader.term(Columns.from, Columns.termEnd)
        // Those that an account may hold above estates (account_role_term_office).
        let above = ["residents_committee", "social_worker", "grid_worker"]
        if kind == "committee", let role, !above.contains(role) {
            reader.refuse(Columns.scopeKind, .notOneOf(["小区", "楼栋", "门牌"]))
        }
        guard reader.problems.isEmpty, let person, let role, let kind, let name, let term
        else { return nil }
        let scope: Scope =
            switch kind {
            case "committee": .committeeArea(name)
            case "estate": .estate(name)
            default: .place(name)
            }
        self.init(line: reader.line, person: person, role: role, scope: scope, term: term)
    }
}

extension TieRow {
    init?(reader: inout CellReader) {
        let one = reader.code(Columns.one)
        let kind = reader.choice(Columns.tie, .tie)
        let other = reader.code(Columns.other)
        let term = reader.term(Columns.from, Columns.until)
        if one != nil, one == other { reader.refuse(Columns.other, .tiedToSelf) }
        guard reader.problems.isEmpty, let one, let kind, let other, let term else { return nil }
        self.init(line: reader.line, one: one, other: other, kind: kind, term: term)
    }
}

extension DelegationRow {
    init?(reader: inout CellReader) {
        let doer = reader.code(Columns.doer)
        let beneficiary = reader.code(Columns.beneficiary)
        let scopes = reader.choices(Columns.matters, .matter)
        let term = reader.term(Columns.from, Columns.termEnd)
        if doer != nil, doer == beneficiary { reader.refuse(Columns.beneficiary, .tiedToSelf) }
        guard reader.problems.isEmpty, let doer, let beneficiary, let scopes, let term
        else { return nil }
        self.init(
            line: reader.line, doer: doer, beneficiary: beneficiary, scopes: scopes, term: term)
    }
}

extension CalendarDayRow {
    init?(reader: inout CellReader) {
        let day = reader.date(Columns.day)
        let kind = reader.choice(Columns.kind, .dayKind)
        let name = reader.text(Columns.placeName)
        let nameEnglish = reader.text(Columns.nameEnglish)
        // A notice rules days of its own year, and at most some at the end of the one before.
        let years = day.map { ($0.year - 1)...($0.year + 1) } ?? 1900...2200
        let year = reader.integer(Columns.year, in: years)
        let source = reader.text(Columns.source, charactersMax: 200)
        guard reader.problems.isEmpty, let day, let kind, let name, let year, let source
        else { return nil }
        self.init(
            line: reader.line, day: day, kind: kind, name: name, nameEnglish: nameEnglish,
            year: year, source: source)
    }
}

extension VenueRow {
    init?(reader: inout CellReader) {
        let place = reader.code(Columns.placeCode)
        let setup = reader.integer(Columns.setup, in: 0...720)
        let cleaning = reader.integer(Columns.cleaning, in: 0...720)
        let lead = reader.integer(Columns.lead, in: 0...129_600)
        let hours = reader.integer(Columns.hoursMonthMax, in: 1...744)
        let openTo = reader.choices(Columns.openTo, .openTo)
        guard reader.problems.isEmpty, let place else { return nil }
        self.init(
            line: reader.line, place: place, setupMinutes: setup ?? 0,
            cleaningMinutes: cleaning ?? 0, leadMinutes: lead ?? 0, hoursMonthMax: hours,
            openTo: openTo ?? ["resident"])
    }
}

extension VenueHoursRow {
    init?(reader: inout CellReader) {
        let place = reader.code(Columns.placeCode)
        let weekday = reader.choice(Columns.weekday, .weekday).flatMap { Int($0) }
        let opens = reader.timeOfDay(Columns.opens)
        let closes = reader.timeOfDay(Columns.closes)
        if let opens, let closes, closes <= opens {
            reader.refuse(Columns.closes, .endsBeforeStart)
        }
        guard reader.problems.isEmpty, let place, let weekday, let opens, let closes
        else { return nil }
        self.init(
            line: reader.line, place: place, weekday: weekday, opens: opens, closes: closes)
    }
}

extension PlaceMinutesRow {
    init?(reader: inout CellReader) {
        let from = reader.code(Columns.fromPlace)
        let to = reader.code(Columns.toPlace)
        let minutes = reader.integer(Columns.minutes, in: 0...240)
        if from != nil, from == to { reader.refuse(Columns.toPlace, .samePlace) }
        guard reader.problems.isEmpty, let from, let to, let minutes else { return nil }
        self.init(line: reader.line, from: from, to: to, minutes: minutes)
    }
}

extension ReservationLimitRow {
    init?(reader: inout CellReader) {
        let feature = reader.choice(Columns.feature, .feature)
        let per = reader.choice(Columns.per, .per)
        let counts = reader.choice(Columns.counts, .counts)
        let period = reader.choice(Columns.period, .period)
        let most = reader.integer(Columns.most, in: 1...10_000)
        guard reader.problems.isEmpty, let feature, let per, let counts, let period, let most
        else { return nil }
        self.init(
            line: reader.line, feature: feature, per: per, counts: counts, period: period,
            most: most)
    }
}
