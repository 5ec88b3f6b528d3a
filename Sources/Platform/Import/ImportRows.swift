/// A row that has been read and found well formed, before its references are looked up.
package protocol ImportRow: Sendable, Hashable {
    /// Its line in the file.
    var line: Int { get }
}

/// The estate of an import, and its path in the tree above.
package struct EstateRow: ImportRow {
    package let line: Int
    package let code: String
    package let name: String
    package let nameEnglish: String?
    /// City, district, subdistrict, committee area.
    package let path: [String]
    package let builtYear: Int?
    package let zone: String
    package let propertyManager: String?
}

/// A building, stair, public place or parking space.
package struct PlaceRow: ImportRow {
    package let line: Int
    package let code: String
    /// `building`, `stair`, `public` or `parking`.
    package let kind: String
    package let name: String
    package let nameEnglish: String?
    package let parent: String?
}

/// A residence on a floor of a stair.
package struct ResidenceRow: ImportRow {
    package let line: Int
    package let key: ResidenceKey
    package let floor: Int
    /// Exclusive-part area in hundredths of a square metre.
    package let areaSquareDecimetres: Int?
}

/// What names a residence within its estate.
package struct ResidenceKey: Sendable, Hashable {
    package let stair: String
    package let code: String
}

/// Days from the first to the last, both included; without last day it goes on.
package struct Term: Sendable, Hashable {
    package let first: CalendarDate
    package let last: CalendarDate?

    /// Whether a day lies in both.
    package func overlaps(_ other: Term) -> Bool {
        (last.map { other.first <= $0 } ?? true) && (other.last.map { first <= $0 } ?? true)
    }
}

/// A household in a residence.
package struct HouseholdRow: ImportRow {
    package let line: Int
    package let code: String
    package let residence: ResidenceKey
    /// `owned`, `rented` or `shared`.
    package let tenure: String
    package let term: Term
}

/// A human who has to do with the estate.
package struct PersonRow: ImportRow {
    package let line: Int
    package let code: String
    package let name: String
    package let birth: CalendarDate?
    package let phone: PhoneNumber?
    /// `zh` or `en`.
    package let language: String
    package let account: String?
}

/// A person's place in a household.
package struct MembershipRow: ImportRow {
    package let line: Int
    package let person: String
    package let household: String
    /// A code of `membership_role_known`.
    package let standing: String
    package let isOwner: Bool
    package let term: Term
}

/// A role of a person with its term.
package struct RoleRow: ImportRow {
    /// Where a role holds.
    package enum Scope: Sendable, Hashable {
        case committeeArea(String)
        case estate(String)
        /// A building or a stair, by its code.
        case place(String)
    }

    package let line: Int
    package let person: String
    /// A code of the domain `role_code`.
    package let role: String
    package let scope: Scope
    package let term: Term
}

/// What one person is to another.
package struct TieRow: ImportRow {
    package let line: Int
    package let one: String
    package let other: String
    /// A code of `tie_kind_known`.
    package let kind: String
    package let term: Term
}

/// What one person may do for another.
package struct DelegationRow: ImportRow {
    package let line: Int
    package let doer: String
    package let beneficiary: String
    /// Codes of `DelegationScope`, in the order of the file.
    package let scopes: [String]
    package let term: Term
}

/// A day that a yearly notice rules to be a holiday or a workday.
package struct CalendarDayRow: ImportRow {
    package let line: Int
    package let day: CalendarDate
    /// `holiday` or `workday`.
    package let kind: String
    package let name: String
    package let nameEnglish: String?
    /// The year of the notice.
    package let year: Int
    package let source: String
}

/// A public place that can be booked, and its rules.
package struct VenueRow: ImportRow {
    package let line: Int
    package let place: String
    package let setupMinutes: Int
    package let cleaningMinutes: Int
    package let leadMinutes: Int
    package let hoursMonthMax: Int?
    /// Role codes, in the order of the file.
    package let openTo: [String]
}

/// Hours in which a venue is open on a weekday.
package struct VenueHoursRow: ImportRow {
    package let line: Int
    package let place: String
    /// 1 Monday to 7 Sunday.
    package let weekday: Int
    /// Minutes since midnight.
    package let opens: Int
    /// Minutes since midnight, to 1440.
    package let closes: Int
}

/// How long it takes on foot from one place to another, either way.
package struct PlaceMinutesRow: ImportRow {
    package let line: Int
    package let from: String
    package let to: String
    package let minutes: Int
}

/// How much one may reserve.
package struct ReservationLimitRow: ImportRow {
    package let line: Int
    /// A code of `reservation_limit_feature_known`.
    package let feature: String
    /// `person` or `household`.
    package let per: String
    /// `seats`, `holds` or `waiting`.
    package let counts: String
    /// `day`, `week`, `month` or `live`.
    package let period: String
    package let most: Int
}

/// The well-formed rows of an import's files.
package struct ImportRows: Sendable, Hashable {
    package var estates: [EstateRow] = []
    package var places: [PlaceRow] = []
    package var residences: [ResidenceRow] = []
    package var households: [HouseholdRow] = []
    package var persons: [PersonRow] = []
    package var memberships: [MembershipRow] = []
    package var roles: [RoleRow] = []
    package var ties: [TieRow] = []
    package var delegations: [DelegationRow] = []
    package var calendarDays: [CalendarDayRow] = []
    package var venues: [VenueRow] = []
    package var venueHours: [VenueHoursRow] = []
    package var placeMinutes: [PlaceMinutesRow] = []
    package var reservationLimits: [ReservationLimitRow] = []

    /// How many rows of one table there are.
    package func count(of table: ImportTable) -> Int {
        switch table {
        case .estates: estates.count
        case .places: places.count
        case .residences: residences.count
        case .households: households.count
        case .persons: persons.count
        case .memberships: memberships.count
        case .roles: roles.count
        case .ties: ties.count
        case .delegations: delegations.count
        case .calendarDays: calendarDays.count
        case .venues: venues.count
        case .venueHours: venueHours.count
        case .placeMinutes: placeMinutes.count
        case .reservationLimits: reservationLimits.count
        }
    }
}
