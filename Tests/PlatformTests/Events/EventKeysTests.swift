internal import Platform
internal import Support
import Testing

@Suite("Keys of a reader") struct EventKeysTests {
    private static let (building, stair) = (Estates.id(0xA1), Estates.id(0xA2))
    private static let (floor, garden, hall, attic) =
        (Estates.id(0xA5), Estates.id(0xA6), Estates.id(0xA7), Estates.id(0xA8))

    /// A public place in the building, one in the stair and one on the floor; another building; and
    /// an office of somebody who lives nowhere.
    private static func rows(officeAt place: UUID?) -> String {
        """
        INSERT INTO linli.place (estate_id, id, parent_id, kind, code, name_zh, name_en) VALUES
            ('\(Estates.a)', '\(floor)', '\(stair)', 'floor', '1', '1层', 'Floor 1'),
            ('\(Estates.a)', '\(garden)', '\(building)', 'public', 'g', '花园', 'Garden'),
            ('\(Estates.a)', '\(hall)', '\(stair)', 'public', 'h', '门厅', 'Hall'),
            ('\(Estates.a)', '\(attic)', '\(floor)', 'public', 'a', '走廊', 'Corridor'),
            ('\(Estates.a)', '\(Estates.id(0xA9))', NULL, 'building', '2', '2幢', 'Building 2'),
            ('\(Estates.a)', '\(Estates.id(0xAA))', '\(Estates.id(0xA9))', 'public', 'b', '亭', 'B');
        INSERT INTO linli.role_term
            (estate_id, id, person_id, role, place_id, begins, ends, because) VALUES
            ('\(Estates.a)', '\(Estates.id(0x81))', '\(Estates.unclaimedPerson)', 'stair_leader',
                \(place.map { "'\($0)'" } ?? "NULL"), '2026-01-01Z', '2027-01-01Z', 'elected');
        """
    }

    @Test(
        "an office opens its place, the places above it and those below, residences apart",
        arguments: [
            (building, [building, stair, floor, garden, hall, attic]),
            (stair, [building, stair, floor, hall, attic]),
            (floor, [building, stair, floor, attic]),
            (attic, [building, stair, floor, attic]),
            (nil, []),
        ] as [(UUID?, [UUID])])
    func places(office: UUID?, opened: [UUID]) async throws {
        let clock = Platform.Clock.settable(scale: 0)
        try clock.set(Estates.start)
        try await TestDatabase.withPool(clock: clock) { database, clone, _ in
            try Estates.fill(clone, keyring: .random())
            try clone.superuser().run(Self.rows(officeAt: office))
            let principal = Principal.person(
                estate: Estates.a, person: Estates.unclaimedPerson, account: Estates.resident)
            let keys =
                try await database.read(
                    principal, Cell<[String]>("SELECT linli.own_event_keys()")
                ).first ?? []
            let places = keys.filter { $0.hasPrefix("place:") }
            #expect(Set(places) == Set(opened.map { "place:\($0)" }))
            #expect(Set(keys).count == keys.count)
        }
    }
}
