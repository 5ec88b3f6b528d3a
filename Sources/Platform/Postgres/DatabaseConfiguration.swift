internal import Realtime

/// How to reach the database, and how far to go.
package struct DatabaseConfiguration: Sendable {
    /// A libpq connection string or URI; a socket's folder or an address, as a name blocks.
    package var connection: String
    /// Shown in `pg_stat_activity`.
    package var applicationName = "linli"
    /// Connections of a shard that pipelined reads share.
    package var readersPerShard = 2
    /// Connections of a shard that transactions lease, one at a time each.
    package var writersPerShard = 4
    /// Longest time that a connection may take to open.
    package var connectTimeout: Duration = .seconds(5)
    /// The server ends a statement after this (SQLSTATE 57014).
    package var statementTimeout: Duration = .seconds(5)
    /// The server ends a wait for a lock after this (SQLSTATE 55P03).
    package var lockTimeout: Duration = .seconds(3)
    /// Longest silence of a server that was asked something, past the statement's time-out; then the
    /// connection is given up.
    package var silenceMax: Duration = .seconds(2)
    /// Longest wait for a connection that is up; past it, `unavailable`.
    package var unavailableAfter: Duration = .seconds(1)
    /// Longest wait for a leased connection; past it, `busy`.
    package var leaseWaitMax: Duration = .seconds(3)
    /// Most calls of a shard waiting for a connection.
    package var waitersMax = 1024
    /// Transactions of a shard at work on one thing at once, where they take turns: one that has its
    /// locks, and not all of the connections.
    package var turnsAtOnceMax = 1
    /// Most calls of a shard waiting for a turn.
    package var turnWaitersMax = 1024
    /// Longest wait for a turn, which holds no connection: better late than asked again.
    package var turnWaitMax: Duration = .seconds(10)
    /// Most batches in flight on a connection.
    package var batchesInFlightMax = 512
    /// Reconnects wait from the first to the second, doubling, with jitter.
    package var reconnectDelays: ClosedRange<Duration> = .milliseconds(50)...(.seconds(2))

    /// The defaults, for one database.
    package init(connection: String) { self.connection = connection }

    /// libpq's parameters; the later one of a name wins, and `dbname` may be a whole string or URI.
    var parameters: KeyValuePairs<String, String> {
        [
            // A machine that vanished is noticed on idle connections too; the string may say else.
            "keepalives_idle": "15", "keepalives_interval": "5", "keepalives_count": "3",
            "tcp_user_timeout": "15000",
            "dbname": connection,
            "application_name": applicationName,
            "client_encoding": "UTF8",
            "options": "-c statement_timeout=\(statementTimeout.wholeMilliseconds)"
                + " -c lock_timeout=\(lockTimeout.wholeMilliseconds)"
                + " -c timezone=UTC -c search_path=linli,pg_catalog"
                + " -c idle_in_transaction_session_timeout=30000",
        ]
    }
}
