internal import Logging
package import Platform
internal import Realtime

/// The job `data-export`: makes the copies that wait, and forgets those whose days are over.
package enum ExportJob {
    /// Its name.
    package static let name = "data-export"
    /// Rows read at a time.
    private static let pageRows: Int32 = 1000
    /// Most rows of a kind that are handed out; beyond, the copy says that it is cut.
    private static let kindRowsMax = 100_000
    /// Bytes of a piece, before it is sealed.
    private static let pieceBytes = 256 * 1024
    /// How far back the calendar of a copy goes, and how far ahead, in days.
    private static let calendarPastDays: Int64 = 4000
    private static let calendarComingDays: Int64 = 400

    /// The job; `told` hears of each commit with an event.
    package static func job(
        _ keyring: Keyring, ids: UUIDGenerator, every interval: Duration = .seconds(10),
        told: @escaping @Sendable () -> Void
    ) -> Job {
        Job(name: name, every: interval) { run, database, shard in
            let place = Place(estate: run.estate, instant: run.instant)
            try await make(in: place, keyring, ids, database, on: shard, told: told)
        }
    }

    /// Where and when copies are made.
    struct Place: Sendable {
        var estate: UUID
        var instant: Instant

        var principal: Principal { .job(ExportJob.name, estate: estate) }
    }

    /// Makes those that wait in an estate.
    static func make(
        in place: Place, _ keyring: Keyring, _ ids: UUIDGenerator, _ database: Database,
        on shard: isolated Shard, told: () -> Void
    ) async throws {
        try await database.write(place.principal) { tx in
            _ = try await tx.execute(DropExports().sql)
        }
        while true {
            try Task.checkCancellation()
            let begin = BeginExport(event: ids.next())
            let asked = try await database.write(place.principal) { tx in
                try await tx.run(begin).first
            }
            defer { told() }
            guard let asked else { return }
            let maker = Maker(run: place, asked: asked, keyring: keyring, database: database)
            try await maker.make(event: ids.next(), on: shard)
        }
    }

    /// Where a sealed piece stands.
    static func place(_ export: UUID, _ number: Int32) -> SealedPlace {
        SealedPlace(table: "data_export_piece", column: "\(number)", row: export.bytes)
    }

    /// The sealer of an estate's copies.
    static func sealer(_ keyring: Keyring, of estate: UUID) -> Sealer {
        keyring.sealer(for: "data_export", of: estate)
    }

    /// One copy being made.
    private struct Maker {
        let run: Place
        let asked: BeginExport.Row
        let keyring: Keyring
        let database: Database

        func make(event: UUID, on shard: isolated Shard) async throws {
            let kinds = try await database.read(run.principal, PersonalDataKinds())
            let vaults = ExportFile.Vaults(
                keyring, of: run.estate, person: asked.person, account: asked.account)
            var file = ExportFile(at: run.instant, vaults)
            var pieces: [[UInt8]] = []
            for kind in kinds where kind.handedOut == "yes" {
                // What belongs to an account is handed out to that account alone.
                guard asked.account != nil || !Self.isOfAccount(kind) else { continue }
                let (rows, isCut) = try await rows(of: kind)
                file = try await Self.off(shard) { [file] in
                    var file = file
                    try file.add(kind, rows, isCut: isCut)
                    return file
                }
                pieces += file.pieces(of: ExportJob.pieceBytes)
            }
            let calendar = try await calendar(on: shard)
            let instant = run.instant
            file = try await Self.off(shard) { [file] in
                var file = file
                if let calendar { try file.add(calendar: calendar) }
                try file.finish(kinds, at: instant)
                return file
            }
            pieces += file.pieces(of: ExportJob.pieceBytes, isEnd: true)
            try await keep(pieces, event, on: shard)
        }

        private func rows(
            of kind: PersonalDataKinds.Row
        ) async throws -> ([ExportRows.Row], Bool) {
            var rows: [ExportRows.Row] = []
            while true {
                try Task.checkCancellation()
                let page = try await database.read(
                    run.principal,
                    ExportRows(
                        export: asked.id, table: kind.table, column: kind.column,
                        after: rows.last?.key ?? "", count: ExportJob.pageRows))
                rows += page
                if page.count < Int(ExportJob.pageRows) { return (rows, false) }
                if rows.count >= ExportJob.kindRowsMax { return (rows, true) }
            }
        }

        private static func isOfAccount(_ kind: PersonalDataKinds.Row) -> Bool {
            kind.column == "account_id" || kind.table == "account"
        }

        /// The calendar of somebody's own activities; a child's guardian has its bookings instead.
        private func calendar(on shard: isolated Shard) async throws -> [UInt8]? {
            guard let account = asked.account else { return nil }
            let principal = Principal.person(
                estate: run.estate, person: asked.person, account: account)
            let window =
                run.instant - .seconds(ExportJob.calendarPastDays * 86_400)..<run.instant
                + .seconds(ExportJob.calendarComingDays * 86_400)
            let (heads, found) = try await database.read(
                principal, ExportHead(), PersonalEntries(window: window))
            guard let head = heads.first else { return nil }
            let entries = found.sorted { ($0.begins, $0.id) < ($1.begins, $1.id) }
            let words = CalendarWords(
                site: "", domain: "\(head.code.lowercased()).linli", language: head.language)
            let now = run.instant
            return try await Self.off(shard) {
                let zone = try CalendarFeed.zone(
                    head.zone, from: now - .seconds(ExportJob.calendarPastDays * 86_400),
                    until: now + .seconds(ExportJob.calendarComingDays * 86_400))
                let events = entries.map { entry in
                    var event = words.event(entry)
                    event.url = nil
                    return event
                }
                let name = Text(
                    zh: "我的活动（\(head.name.zh)）", en: "My activities (\(head.name.en))")
                return ICalendarWriter.bytes(
                    of: ICalendar(name: name[head.language], zone: zone, events: events))
            }
        }

        private func keep(
            _ pieces: [[UInt8]], _ event: UUID, on shard: isolated Shard
        ) async throws {
            let sealer = ExportJob.sealer(keyring, of: run.estate)
            let export = asked.id
            let sealed = try await Self.off(shard) {
                try pieces.enumerated().map { number, piece in
                    try sealer.seal(piece, at: ExportJob.place(export, Int32(number)))
                }
            }
            for (number, piece) in sealed.enumerated() {
                try Task.checkCancellation()
                let put = PutExportPiece(export: export, number: Int32(number), content: piece)
                try await database.write(run.principal) { tx in
                    _ = try await tx.execute(put.sql)
                }
            }
            let finish = FinishExport(
                export: export, bytes: Int64(pieces.reduce(0) { $0 + $1.count }),
                pieces: Int32(pieces.count), event: event)
            _ = try await database.write(run.principal) { tx in try await tx.run(finish) }
        }

        /// Runs `work` beside the loop; a cancelled one is tried again by the next run.
        private static func off<Value: Sendable>(
            _ shard: isolated Shard, _ work: @escaping @Sendable () throws -> Value
        ) async throws -> Value {
            do {
                return try await shard.offLoop(work)
            } catch {
                guard case .failed(let fault) = error else { throw CancellationError() }
                throw fault
            }
        }
    }
}
