package import Realtime

/// A piece of periodic work, done under a lease: an estate at a time, or once for the installation.
package struct Job: Sendable {
    /// What a run covers.
    package enum Scope: Sendable, Hashable {
        /// One estate; there is a run for each.
        case estate
        /// What belongs to no estate, such as codes of sign-ins.
        case installation
    }

    /// What stands for the estate in a run of the installation.
    package static let noEstate = UUID(high: 0, low: 0)

    /// One run of a job in an estate.
    package struct Run: Sendable, Hashable {
        /// The job's name.
        package var job: String
        /// The estate it runs in; `Job.noEstate` when it is the installation's.
        package var estate: UUID
        /// Its number: who finishes must still hold it.
        package var number: Int64
        /// When it was leased.
        package var instant: Instant

        /// Whom its statements run as.
        package var principal: Principal { .job(job, estate: estate) }
    }

    /// What a run does, on a shard and its database.
    package typealias Work = @Sendable (Run, Database, isolated Shard) async throws -> Void

    /// Lower-case words joined by hyphens; also the name of its principal.
    package var name: String
    /// From the end of a run to the next.
    package var every: Duration
    /// What a run covers.
    package var scope: Scope
    /// How long a run is held without an extension, where it is not as the runner says: the time after
    /// which another process goes on with it; whole seconds.
    package var lease: Duration?
    /// Whether its runs have a place of their own beside those of all others.
    package var isUrgent: Bool
    let work: Work

    /// A job that does `work` in each estate, or once.
    package init(
        name: String, every: Duration, scope: Scope = .estate, lease: Duration? = nil,
        isUrgent: Bool = false, work: @escaping Work
    ) {
        self.name = name
        self.scope = scope
        self.every = every
        self.lease = lease
        self.isUrgent = isUrgent
        self.work = work
    }

    /// A job that runs statements in one transaction, such as deletes of what has expired.
    ///
    /// Row-level security keeps them to the estate; they see the run's instant through
    /// `linli.instant()`.
    package static func sweep(name: String, every: Duration, _ statements: [SQL]) -> Job {
        Job(name: name, every: every) { run, database, _ in
            try await database.write(run.principal) { tx in
                _ = try await tx.execute(statements)
            }
        }
    }
}
