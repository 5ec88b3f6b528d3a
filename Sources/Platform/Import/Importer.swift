package import Realtime

/// How an import goes about.
package struct ImportOptions: Sendable, Hashable {
    /// Imports the sound rows although others are refused.
    package var skipBad = false
    /// Does everything, then rolls it back.
    package var dryRun = false
    /// Marks the estate as one with demo people, for good: production refuses to serve it.
    package var isDemo = false

    /// All or nothing, for good.
    package init(skipBad: Bool = false, dryRun: Bool = false, isDemo: Bool = false) {
        self.skipBad = skipBad
        self.dryRun = dryRun
        self.isDemo = isDemo
    }
}

/// What became of the rows of one file.
package struct ImportCounts: Sendable, Hashable {
    /// Data rows in the file.
    package var rows = 0
    /// Rows that were refused.
    package var refused = 0
    /// Things made; a row may make several (a residence and its floor).
    package var inserted = 0
    /// Things changed.
    package var updated = 0
}

/// What an import did, or why it did nothing.
package struct ImportReport: Sendable, Hashable {
    /// How it ended.
    package enum Outcome: Sendable, Hashable {
        /// The rows stand in the database.
        case imported
        /// They would; a dry run leaves nothing behind.
        case wouldImport
        /// Nothing was written: there are problems, and bad rows were not to be skipped.
        case refused
    }

    /// How it ended.
    package var outcome: Outcome
    /// The estate; nil when it was refused.
    package var estate: UUID?
    /// The counts by file.
    package var counts: [ImportTable: ImportCounts]
    /// Everything that is wrong, in the order of the files.
    package var problems: [ImportProblem]
    /// Headers that no column has, by file.
    package var unknownHeaders: [ImportTable: [String]]

    /// Whether nothing was made or changed.
    package var changedNothing: Bool {
        counts.values.allSatisfy { $0.inserted == 0 && $0.updated == 0 }
    }
}

/// Imports an estate's files in one transaction, under the job `import` of that estate.
///
/// Importing the same files again changes nothing; a changed row changes what has its key. What is
/// missing from later files stays.
package struct Importer {
    private let clock: Clock
    private let ids: UUIDGenerator
    private let keyring: Keyring

    /// An importer that seals and hashes with these keys.
    package init(clock: Clock, keyring: Keyring) {
        self.clock = clock
        ids = UUIDGenerator(clock: clock)
        self.keyring = keyring
    }

    /// Thrown to roll a dry run back.
    private struct RollBack: Error {
        var counts: [ImportTable: ImportCounts]
    }

    /// Checks and imports the files; `progress` is told after each file is written.
    ///
    /// Reading and checking leave the loop of `shard`, on which `database` lives.
    ///
    /// Throws the `PostgresError` of the database; then nothing was imported.
    package func run(
        _ files: [ImportFile], into database: Database, options: ImportOptions = ImportOptions(),
        on shard: isolated Shard,
        progress: (ImportTable, ImportCounts) -> Void = { _, _ in }
    ) async throws -> ImportReport {
        // Dates of birth may lie up to the day that has begun anywhere on Earth.
        let day = Day(
            daysSinceEpoch: Int32((clock.now() + .seconds(14 * 3600)).microseconds / 86_400_000_000)
        )
        let today = CalendarDate(day.description) ?? .latest
        let read = try await shard.offLoop { ImportReader(today: today).read(files) }
        guard let estateRow = read.rows.estates.first, read.rows.estates.count == 1 else {
            return report(.refused, read.checked(against: KnownEstate()))
        }
        let found = try await database.read(
            .none, FindEstate(path: estateRow.path, code: estateRow.code))
        let estate = found.first.flatMap(\.self) ?? ids.next()
        let principal = Principal.job("import", estate: estate)
        var known = KnownEstate()
        if found.first.flatMap(\.self) != nil {
            known = try await knownEstate(database, principal)
        }
        let reading = try await shard.offLoop { [known] in read.checked(against: known) }
        guard reading.problems.isEmpty || options.skipBad else { return report(.refused, reading) }
        do {
            let counts = try await database.write(principal) { transaction in
                var writer = ImportWriter(
                    transaction: transaction, estate: estate, ids: ids, keyring: keyring,
                    rows: reading.rows)
                let counts = try await writer.write(progress: progress)
                if options.isDemo { try await transaction.execute("SELECT linli.mark_demo()") }
                if options.dryRun { throw RollBack(counts: counts) }
                return counts
            }
            return report(.imported, reading, estate: estate, counts)
        } catch let dryRun as RollBack {
            return report(.wouldImport, reading, estate: estate, dryRun.counts)
        }
    }

    private func knownEstate(
        _ database: Database, _ principal: Principal
    ) async throws -> KnownEstate {
        let (places, residences, households, persons) = try await database.read(
            principal, KnownPlaces(), KnownResidences(), KnownKeys(table: .households),
            KnownKeys(table: .persons))
        var known = KnownEstate()
        for (code, kind, parent) in places {
            known.places[code] = KnownEstate.Place(kind: kind, parent: parent)
        }
        for (stair, code, floor) in residences {
            known.residences[ResidenceKey(stair: stair, code: code)] = Int(floor)
        }
        known.households = Set(households)
        known.persons = Set(persons)
        known.venues = Set(try await database.read(principal, KnownVenues()))
        return known
    }

    private func report(
        _ outcome: ImportReport.Outcome, _ reading: ImportReading, estate: UUID? = nil,
        _ written: [ImportTable: ImportCounts] = [:]
    ) -> ImportReport {
        var counts = written
        for (table, rows) in reading.rowCounts {
            counts[table, default: ImportCounts()].rows = rows
            counts[table, default: ImportCounts()].refused = rows - reading.rows.count(of: table)
        }
        return ImportReport(
            outcome: outcome, estate: estate, counts: counts, problems: reading.problems,
            unknownHeaders: reading.unknownHeaders)
    }
}
