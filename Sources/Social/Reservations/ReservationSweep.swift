package import Platform

/// The periodic work that settles an estate's capacities: lapsed holds and offers end, and free
/// places go to those who wait.
///
/// Where nothing is due it asks one question and writes nothing.
package enum ReservationSweep {
    /// How long a place may be free while somebody who could have it waits.
    package static let every: Duration = .seconds(10)
    /// Capacities that one question names.
    private static let pageMax = 100

    /// The job; `committed` hears of each transaction that wrote.
    package static func job(
        _ features: [any ReservationFeature], ids: UUIDGenerator,
        committed: @escaping @Sendable () -> Void
    ) -> Job {
        Job(name: "reservation-sweep", every: every) { run, database, _ in
            var after = UUID(high: 0, low: 0)
            while true {
                let page = try await database.read(
                    run.principal, CapacitiesToSettle(after: after, countMax: pageMax))
                for (capacity, name) in page {
                    try Task.checkCancellation()
                    guard let feature = features.first(where: { $0.name == name }) else { continue }
                    let steps = try await settle(capacity, feature, ids, run, database)
                    if steps > 0 { committed() }
                }
                guard page.count == pageMax, let last = page.last else { return }
                after = last.id
            }
        }
    }

    /// Settles one capacity, a page of its queue in each transaction, the first a small one; how many
    /// steps it took.
    private static func settle(
        _ capacity: UUID, _ feature: any ReservationFeature, _ ids: UUIDGenerator, _ run: Job.Run,
        _ database: Database
    ) async throws -> Int {
        var place: Reservation?
        var steps = 0
        repeat {
            let after = place
            let (answer, next) = try await database.write(run.principal) { tx in
                try await Reservations(in: tx, for: feature, ids: ids).settle(
                    capacity, after: after, spare: after == nil ? Reservations.queueSpare : nil)
            }
            if case .success(let outcome) = answer { steps += outcome.steps.count }
            place = next
        } while place != nil
        return steps
    }
}
