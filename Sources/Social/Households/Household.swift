internal import Platform

/// Members of the households that one person belongs to.
struct Household {
    /// Below this age in whole years a person is a child (民法典 第十七条).
    static let adultYears = 18

    /// One person of one household; a person may belong to several.
    struct Member {
        var household: UUID
        var person: UUID
        var displayName: String
        /// What it is in the household, such as `head`.
        var role: String
        /// `nil`: nobody has entered the day of birth; such a person counts as an adult.
        var isChild: Bool?
    }

    var members: [Member]

    /// Opens the sealed days of birth, and keeps of each only whether it is a child's.
    ///
    /// - Throws: `CryptoError` when a day was sealed under a key that is not held any more.
    init(_ rows: [HouseholdMembers.Row], _ vault: PersonVault) throws(CryptoError) {
        members = []
        for row in rows {
            var member = row.member
            member.isChild = try Self.isChild(
                member.person, birth: row.birthSealed, on: row.today, vault)
            members.append(member)
        }
    }

    /// Whether a person is a child on a day; `nil` when nobody has entered its day of birth.
    ///
    /// - Throws: `CryptoError` when the day was sealed under a key that is not held any more.
    static func isChild(
        _ person: UUID, birth sealed: [UInt8]?, on day: Day, _ vault: PersonVault
    ) throws(CryptoError) -> Bool? {
        guard let birth = try birth(person, sealed, vault),
            let today = CalendarDate(day.description)
        else { return nil }
        return isChild(born: birth, on: today)
    }

    /// Whether who was born on a day is a child on another; an adult from the birthday on, which is
    /// the first of March in a year without the 29th of February.
    static func isChild(born birth: CalendarDate, on today: CalendarDate) -> Bool {
        years(born: birth, on: today) < adultYears
    }

    /// The age in whole years; a birthday on the 29th of February is the first of March in other years.
    static func years(born birth: CalendarDate, on today: CalendarDate) -> Int {
        let years = today.year - birth.year
        let hadBirthday = (today.month, today.day) >= (birth.month, birth.day)
        return hadBirthday ? years : years - 1
    }

    /// The day of birth that was sealed for a person; `nil`: none, or none that exists.
    ///
    /// - Throws: `CryptoError` when the day was sealed under a key that is not held any more.
    static func birth(
        _ person: UUID, _ sealed: [UInt8]?, _ vault: PersonVault
    ) throws(CryptoError) -> CalendarDate? {
        guard let sealed else { return nil }
        return CalendarDate(try vault.open(sealed, .birthDate, of: person))
    }
}

/// Who belongs to the principal's households now.
struct HouseholdMembers: Statement {
    struct Row {
        var member: Household.Member
        var birthSealed: [UInt8]?
        /// The day in the estate.
        var today: Day
    }

    var sql: SQL {
        """
        SELECT household_id, person_id, display_name, role_in_household, birth_sealed, today
        FROM linli.household_members()
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        let member = Household.Member(
            household: try cells.read(), person: try cells.read(), displayName: try cells.read(),
            role: try cells.read())
        return Row(member: member, birthSealed: try cells.read(), today: try cells.read())
    }
}
