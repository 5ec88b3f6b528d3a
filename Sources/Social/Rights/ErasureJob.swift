package import Platform
package import Realtime

/// The job `erasure`: carries out what is due, and erases again whom the list outside the database names
/// and a restored backup brought back.
package enum ErasureJob {
    /// Its name.
    package static let name = "erasure"

    /// The job; `told` hears of each commit with an event.
    package static func job(
        _ list: ErasureList, ids: UUIDGenerator, every interval: Duration = .seconds(300),
        told: @escaping @Sendable () -> Void
    ) -> Job {
        Job(name: name, every: interval) { run, database, shard in
            try await carryOut(
                in: run.estate, at: run.instant, list, ids, database, on: shard)
            told()
        }
    }

    /// Erases again whom the list names, then whoever is due.
    static func carryOut(
        in estate: UUID, at instant: Instant, _ list: ErasureList, _ ids: UUIDGenerator,
        _ database: Database, on shard: isolated Shard
    ) async throws {
        _ = try await reapply(in: estate, list, ids, database, on: shard)
        let principal = Principal.job(name, estate: estate)
        let due = try await database.write(principal) { tx in try await tx.run(DecideErasures()) }
        for one in due {
            try Task.checkCancellation()
            if !one.isAgain {
                // On the list first: from here on no backup brings it back.
                let entry = ErasureList.Entry(estate: estate, person: one.person, at: instant)
                try await off(shard) { () throws(ErasureList.Fault) in try list.append(entry) }
            }
            try await erase(one.person, principal, ids, database)
        }
    }

    /// Erases again those of an estate whom the list names; how many there were.
    ///
    /// - Throws: `ErasureList.Fault` where the list was altered.
    package static func reapply(
        in estate: UUID, _ list: ErasureList, _ ids: UUIDGenerator, _ database: Database,
        on shard: isolated Shard
    ) async throws -> Int {
        let listed = try await off(shard) { () throws(ErasureList.Fault) in
            try list.contents(of: estate)
        }
        guard !listed.persons.isEmpty else { return 0 }
        let principal = Principal.job(name, estate: estate)
        let back = try await database.read(principal, Unerased(persons: listed.persons))
        for person in back {
            try Task.checkCancellation()
            try await erase(person, principal, ids, database)
        }
        return back.count
    }

    /// How many of an estate the list names and the database still holds, and torn lines of the list.
    package static func standing(
        of estate: UUID, _ list: ErasureList, _ database: Database
    ) async throws -> (listed: Int, held: Int, torn: Int) {
        let listed = try list.contents(of: estate)
        let held = try await database.read(
            .job(name, estate: estate), Unerased(persons: listed.persons))
        return (listed.persons.count, held.count, listed.torn)
    }

    /// Frees the seats to come, and erases the person, in one transaction; again if a seat was taken
    /// meanwhile.
    private static func erase(
        _ person: UUID, _ principal: Principal, _ ids: UUIDGenerator, _ database: Database
    ) async throws {
        let event = ids.next()
        try await database.write(principal) { tx in
            let kernel = Reservations(in: tx, for: ActivityFeature(), ids: ids)
            for row in try await tx.run(SeatsToErase(person: person)) {
                // Without settling: several capacities in one transaction, in order of their ids.
                _ = try await kernel.cancel(
                    row.reservation, at: row.capacity, leaving: row.isHolder ? nil : [person],
                    isExcused: true, settles: false)
            }
            _ = try await tx.run(ErasePerson(person: person, event: event))
        }
    }

    /// Runs `work` beside the loop.
    private static func off<Value: Sendable>(
        _ shard: isolated Shard, _ work: @escaping @Sendable () throws(ErasureList.Fault) -> Value
    ) async throws -> Value {
        do {
            return try await shard.offLoop(work)
        } catch {
            guard case .failed(let fault) = error else { throw CancellationError() }
            throw fault
        }
    }
}
