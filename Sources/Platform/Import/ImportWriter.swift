internal import Realtime

/// Writes an import's rows, table by table, a statement for all rows of a kind.
///
/// Values travel as arrays; an empty text stands for NULL. Days become instants in the estate's
/// zone by PostgreSQL: a term ends with the midnight after its last day.
struct ImportWriter {
    let transaction: Transaction
    let estate: UUID
    let ids: UUIDGenerator
    let keyring: Keyring
    let rows: ImportRows
    private var counts: [ImportTable: ImportCounts] = [:]
    var zone: String { rows.estates.first?.zone ?? "Asia/Shanghai" }

    init(
        transaction: Transaction, estate: UUID, ids: UUIDGenerator, keyring: Keyring,
        rows: ImportRows
    ) {
        self.transaction = transaction
        self.estate = estate
        self.ids = ids
        self.keyring = keyring
        self.rows = rows
    }

    /// Writes everything, and the event when anything changed; returns the counts.
    mutating func write(
        progress: (ImportTable, ImportCounts) -> Void
    ) async throws -> [ImportTable: ImportCounts] {
        // Two imports at once would both make what neither finds.
        // Tables filled a moment ago have no statistics: PostgreSQL takes them for empty and joins
        // them row by row (2 s for the seed's ties, 0.1 s by hash).
        _ = try await transaction.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('linli.import', 0))",
            "SET LOCAL enable_nestloop = off")
        var node: UUID?
        for table in ImportTable.allCases {
            switch table {
            case .estates: node = try await writeEstate()
            case .places: try await writePlaces()
            case .residences: try await writeResidences()
            case .households: try await writeHouseholds()
            case .persons: try await writePersons(at: node)
            case .memberships: try await writeMemberships()
            case .roles: try await writeRoles(at: node)
            case .ties: try await writeTies()
            case .delegations: try await writeDelegations()
            case .calendarDays: try await writeCalendarDays()
            case .venues: try await writeVenues()
            case .venueHours: try await writeVenueHours()
            case .placeMinutes: try await writePlaceMinutes()
            case .reservationLimits: try await writeReservationLimits()
            }
            progress(table, counts[table] ?? ImportCounts())
        }
        try await appendEvent()
        return counts
    }

    mutating func count(_ table: ImportTable, _ upsert: SQL) async throws {
        for isNew in try await transaction.run(Upsert(sql: upsert)) {
            if isNew {
                counts[table, default: ImportCounts()].inserted += 1
            } else {
                counts[table, default: ImportCounts()].updated += 1
            }
        }
    }

    mutating func addUpdates(_ number: Int, to table: ImportTable) {
        counts[table, default: ImportCounts()].updated += number
    }

    func newIDs(_ count: Int) -> [UUID] { (0..<count).map { _ in ids.next() } }

    private mutating func writeEstate() async throws -> UUID? {
        guard let row = rows.estates.first else { return nil }
        let kinds = ["city", "district", "subdistrict", "committee_area"]
        var node: UUID?
        for (kind, name) in zip(kinds, row.path) {
            node = try await transaction.run(
                EnsureNode(id: ids.next(), parent: node, kind: kind, name: name)
            ).first
        }
        // A file without places keeps the number that an earlier one brought.
        let parking = rows.places.count { $0.kind == "parking" }
        let spaces: Int32? = rows.places.isEmpty ? nil : Int32(parking)
        try await count(
            .estates,
            """
            INSERT INTO linli.estate AS e
                (estate_id, node_id, code, name_zh, name_en, zone, built_year, parking_spaces)
            VALUES (\(estate), \(node), \(row.code), \(row.name), \(row.nameEnglish ?? row.name),
                \(row.zone), \(row.builtYear.map { Int32($0) }), \(spaces))
            ON CONFLICT ON CONSTRAINT estate_pkey DO UPDATE
            SET name_zh = excluded.name_zh, name_en = excluded.name_en,
                built_year = excluded.built_year,
                parking_spaces = coalesce(excluded.parking_spaces, e.parking_spaces)
            WHERE (e.name_zh, e.name_en, e.built_year, e.parking_spaces) IS DISTINCT FROM
                (excluded.name_zh, excluded.name_en, excluded.built_year,
                coalesce(excluded.parking_spaces, e.parking_spaces))
            RETURNING xmax = 0
            """)
        return node
    }

    /// From the estate downwards, a statement for each depth, as children look up their parent.
    private mutating func writePlaces() async throws {
        var waiting = rows.places
        while !waiting.isEmpty {
            let codes = Set(waiting.map(\.code))
            let ready = waiting.filter { $0.parent.map { !codes.contains($0) } ?? true }
            guard !ready.isEmpty else { return }
            waiting.removeAll { row in row.parent.map { !codes.contains($0) } ?? true }
            try await count(
                .places,
                """
                INSERT INTO linli.place AS p
                    (estate_id, id, parent_id, kind, code, name_zh, name_en)
                SELECT \(estate), g.id, above.id, g.kind, g.code, g.name, g.english
                FROM unnest(\(newIDs(ready.count)), \(ready.map(\.code)), \(ready.map(\.kind)),
                    \(ready.map(\.name)), \(ready.map { $0.nameEnglish ?? $0.name }),
                    \(ready.map { $0.parent ?? "" })) AS g (id, code, kind, name, english, parent)
                LEFT JOIN linli.place AS above ON above.estate_id = \(estate)
                    AND above.code = g.parent AND above.kind IN ('building', 'stair', 'public')
                ON CONFLICT ON CONSTRAINT place_code_once DO UPDATE
                SET name_zh = excluded.name_zh, name_en = excluded.name_en
                WHERE (p.name_zh, p.name_en) IS DISTINCT FROM (excluded.name_zh, excluded.name_en)
                RETURNING xmax = 0
                """)
        }
    }

    private mutating func writeResidences() async throws {
        guard !rows.residences.isEmpty else { return }
        struct Floor: Hashable {
            var stair: String
            var number: Int
        }
        let floors = Set(rows.residences.map { Floor(stair: $0.key.stair, number: $0.floor) })
            .sorted { ($0.stair, $0.number) < ($1.stair, $1.number) }
        try await count(
            .residences,
            """
            INSERT INTO linli.place (estate_id, id, parent_id, kind, code, name_zh, name_en)
            SELECT \(estate), g.id, stair.id, 'floor', g.code, g.code || '层', 'Floor ' || g.code
            FROM unnest(\(newIDs(floors.count)), \(floors.map(\.stair)),
                \(floors.map { String($0.number) })) AS g (id, stair, code)
            JOIN linli.place AS stair ON stair.estate_id = \(estate) AND stair.code = g.stair
                AND stair.kind = 'stair'
            ON CONFLICT ON CONSTRAINT place_code_once DO NOTHING
            RETURNING true
            """)
        let all = rows.residences
        try await count(
            .residences,
            """
            INSERT INTO linli.place (estate_id, id, parent_id, kind, code, name_zh, name_en)
            SELECT \(estate), g.id, floor.id, 'residence', g.code, g.code || '室', g.code
            FROM unnest(\(newIDs(all.count)), \(all.map(\.key.stair)), \(all.map(\.key.code)),
                \(all.map { String($0.floor) })) AS g (id, stair, code, floor)
            JOIN linli.place AS stair ON stair.estate_id = \(estate) AND stair.code = g.stair
                AND stair.kind = 'stair'
            JOIN linli.place AS floor ON floor.estate_id = \(estate) AND floor.parent_id = stair.id
                AND floor.kind = 'floor' AND floor.code = g.floor
            ON CONFLICT ON CONSTRAINT place_code_once DO NOTHING
            RETURNING true
            """)
    }

    private mutating func writeHouseholds() async throws {
        let all = rows.households
        guard !all.isEmpty else { return }
        try await count(
            .households,
            """
            INSERT INTO linli.household AS h
                (estate_id, id, residence_id, begins, ends, import_key)
            SELECT \(estate), g.id, residence.id,
                g.first::date::timestamp AT TIME ZONE \(zone),
                coalesce((nullif(g.last, '')::date + 1)::timestamp AT TIME ZONE \(zone), 'infinity'),
                g.code
            FROM unnest(\(newIDs(all.count)), \(all.map(\.code)), \(all.map(\.residence.stair)),
                \(all.map(\.residence.code)), \(all.firstDays), \(all.lastDays))
                AS g (id, code, stair, residence, first, last)
            JOIN linli.place AS stair ON stair.estate_id = \(estate) AND stair.code = g.stair
                AND stair.kind = 'stair'
            JOIN linli.place AS residence ON residence.estate_id = \(estate)
                AND residence.stair_id = stair.id AND residence.kind = 'residence'
                AND residence.code = g.residence
            ON CONFLICT ON CONSTRAINT household_import_once DO UPDATE
            SET ends = excluded.ends
            WHERE h.ends IS DISTINCT FROM excluded.ends
            RETURNING xmax = 0
            """)
    }

    /// Of no estate: whoever imports them last is right for all.
    private mutating func writeCalendarDays() async throws {
        let all = rows.calendarDays
        guard !all.isEmpty else { return }
        try await count(
            .calendarDays,
            """
            INSERT INTO linli.calendar_day AS d (day, kind, name_zh, name_en, year, source)
            SELECT g.day::date, g.kind, g.name, g.english, g.year, g.source
            FROM unnest(\(all.map(\.day.description)), \(all.map(\.kind)), \(all.map(\.name)),
                \(all.map { $0.nameEnglish ?? $0.name }), \(all.map { Int32($0.year) }),
                \(all.map(\.source))) AS g (day, kind, name, english, year, source)
            ON CONFLICT ON CONSTRAINT calendar_day_pkey DO UPDATE
            SET kind = excluded.kind, name_zh = excluded.name_zh, name_en = excluded.name_en,
                year = excluded.year, source = excluded.source
            WHERE (d.kind, d.name_zh, d.name_en, d.year, d.source) IS DISTINCT FROM
                (excluded.kind, excluded.name_zh, excluded.name_en, excluded.year, excluded.source)
            RETURNING xmax = 0
            """)
    }

    /// The event says how many rows of each file came, and nothing about any of them.
    private func appendEvent() async throws {
        guard counts.values.contains(where: { $0.inserted + $0.updated > 0 }) else { return }
        let draft = EventDraft(
            id: ids.next(), kind: "import.completed",
            audience: [.role("residents_committee"), .role("property_manager")]
        ) { json in
            for table in ImportTable.allCases {
                json.key(table.rawValue)
                json.beginObject()
                json.member("inserted", counts[table]?.inserted ?? 0)
                json.member("updated", counts[table]?.updated ?? 0)
                json.endObject()
            }
        }
        _ = try await transaction.run(AppendEvent(draft))
    }
}

/// A row with a term.
protocol TermedRow {
    var term: Term { get }
}

extension HouseholdRow: TermedRow {}
extension MembershipRow: TermedRow {}
extension RoleRow: TermedRow {}
extension TieRow: TermedRow {}
extension DelegationRow: TermedRow {}

extension Array where Element: TermedRow {
    /// First days, as ISO 8601 writes them.
    var firstDays: [String] { map(\.term.first.description) }
    /// Last days; empty without one.
    var lastDays: [String] { map { $0.term.last?.description ?? "" } }
}
