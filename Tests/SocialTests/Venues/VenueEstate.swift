internal import Platform
internal import Realtime
internal import Support

@testable internal import Social

/// The fixture's estate A with two venues, and a public place that is none.
///
/// Anybody of a household may book. It is Sunday, 2026-03-01, eight in the morning in Shanghai.
struct VenueEstate: Sendable {
    static let room = APIFixture.id(0xB1)
    static let garden = APIFixture.id(0xB2)
    /// Used without booking.
    static let lobby = APIFixture.id(0xB3)
    static let path = "/api/v1/estates/\(APIFixture.a)/venues"
    /// Two of one household; one of the property manager's; one who belongs to no household.
    static let one = person(0xF1, APIFixture.resident)
    static let other = person(0xF3, APIFixture.wife)
    static let manager = person(0xF4, APIFixture.husband)
    static let guest = person(0xF7, APIFixture.husband)

    let api: APIFixture

    static func with(_ body: @Sendable (VenueEstate) async throws -> Void) async throws {
        try await APIFixture.with(VenueOperations.all(signals: EventSignals()), prepare: rows) {
            api async throws in try await body(VenueEstate(api: api))
        }
    }

    private static func person(_ person: UInt64, _ account: UUID) -> Principal {
        .person(estate: APIFixture.a, person: APIFixture.id(person), account: account)
    }

    /// A use on a day of March, from one hour to another by the estate's clock.
    static func use(
        _ id: UInt64, _ day: Int, _ from: String, _ until: String, month: String = "03"
    ) -> VenueBooking.Use {
        let day = "2026-\(month)-\(day < 10 ? "0" : "")\(day)T"
        let begins = Instant("\(day)\(from):00+08:00") ?? .epoch
        let ends = Instant("\(day)\(until):00+08:00") ?? .epoch
        return VenueBooking.Use(
            id: APIFixture.id(0x1000 + id), thing: APIFixture.id(0x2000), term: begins..<ends)
    }

    /// Books in a transaction of its own.
    func book(
        _ principal: Principal, _ place: UUID, _ uses: VenueBooking.Use...
    ) async throws -> VenueBooking.Outcome {
        try await api.server.shard.venues(principal) { venues, tx in
            try await venues.book(uses, at: place, in: tx)
        }
    }

    /// Why the first use was refused.
    func refusal(
        _ principal: Principal, _ place: UUID, _ uses: VenueBooking.Use...
    ) async throws -> VenueRefusal? {
        let outcome = try await api.server.shard.venues(principal) { venues, tx in
            try await venues.book(uses, at: place, in: tx)
        }
        guard case .refused(let refused) = outcome else { return nil }
        return refused.first?.refusal
    }

    /// A number that the superuser sees.
    func count(_ sql: SQL) throws -> Int64? {
        try api.database.superuser().run(OneCell<Int64>(sql: sql)).first
    }

    var live: Int64? {
        get throws {
            try count("SELECT count(*) FROM linli.venue_booking WHERE cancelled_at IS NULL")
        }
    }

    private static var rows: String {
        let (a, id) = (APIFixture.a, APIFixture.id)
        return """
            INSERT INTO linli.place (estate_id, id, parent_id, kind, code, name_zh, name_en) VALUES
                ('\(a)', '\(id(0xA1))', NULL, 'building', '1', '1幢', 'Building 1'),
                ('\(a)', '\(id(0xA2))', '\(id(0xA1))', 'stair', '3', '3号', 'Stair 3'),
                ('\(a)', '\(id(0xA4))', '\(id(0xA2))', 'residence', '101', '101室', '101'),
                ('\(a)', '\(room)', NULL, 'public', 'G1', '活动室', 'Activity room'),
                ('\(a)', '\(garden)', NULL, 'public', 'G2', '花园', 'Garden'),
                ('\(a)', '\(lobby)', NULL, 'public', 'G3', '大堂', 'Lobby');
            INSERT INTO linli.person (estate_id, id, display_name, created_at) VALUES
                ('\(a)', '\(id(0xF7))', '周七', '2026-01-01Z');
            INSERT INTO linli.household (estate_id, id, residence_id, begins) VALUES
                ('\(a)', '\(id(0xD1))', '\(id(0xA4))', '2026-01-01Z');
            INSERT INTO linli.membership
                (estate_id, id, household_id, person_id, role_in_household, begins) VALUES
                ('\(a)', '\(id(0x71))', '\(id(0xD1))', '\(id(0xF1))', 'head', '2026-01-01Z'),
                ('\(a)', '\(id(0x72))', '\(id(0xD1))', '\(id(0xF3))', 'spouse', '2026-01-01Z');
            INSERT INTO linli.role_term
                (estate_id, id, person_id, role, begins, ends, because) VALUES
                ('\(a)', '\(id(0x82))', '\(id(0xF4))', 'property_manager', '2026-01-01Z',
                    '2027-01-01Z', 'contract');
            INSERT INTO linli.venue (estate_id, place_id, setup_minutes, cleaning_minutes,
                lead_minutes, hours_month_max, changed_at) VALUES
                ('\(a)', '\(room)', 30, 15, 60, 6, '2026-01-01Z'),
                ('\(a)', '\(garden)', 0, 0, 0, NULL, '2026-01-01Z');
            INSERT INTO linli.venue_hours (estate_id, place_id, weekday, opens, closes)
            SELECT '\(a)', place, weekday, '08:00', '21:00'
            FROM unnest(ARRAY['\(room)', '\(garden)']::uuid[]) AS place,
                generate_series(1, 7) AS weekday;
            """
    }
}

extension Shard {
    /// Runs a transaction of the shard's database.
    func venues<Value: Sendable>(
        _ principal: Principal,
        _ work: @Sendable (VenueBooking, Transaction) async throws -> Value
    ) async throws -> Value {
        guard let database = local(Database.self) else {
            preconditionFailure("the fixture's shard has a database")
        }
        let venues = VenueBooking(ids: UUIDGenerator(clock: .machine()))
        return try await database.write(principal) { tx in try await work(venues, tx) }
    }

    /// Transactions that were run again since the start.
    var transactionsRetried: Int { local(Database.self)?.counters.retries ?? 0 }
}
