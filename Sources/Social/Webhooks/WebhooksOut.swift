package import Platform
internal import Realtime

/// The job that sends what is public, or said to the estate, to the webhooks of its operator.
package enum WebhooksOut {
    /// Its name.
    static let name = "webhooks-out"
    private static let readAtOnce: Int32 = 500
    private static let batch: Int32 = 50
    /// Seconds between one try and the next, as Standard Webhooks proposes; after the last it is given up.
    static let waits: [Int64] = [
        5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
    ]

    /// Reads the log on, and sends what is due; `committed` hears of each run that wrote.
    package static func job(
        _ channel: any WebhookChannel, keyring: Keyring,
        committed: @escaping @Sendable () -> Void
    ) -> Job {
        Job(name: name, every: .seconds(5), lease: .seconds(20)) { run, database, _ in
            while try await readOn(run, database) > 0 {}
            var settled: [WebhookSettlement] = []
            repeat {
                try Task.checkCancellation()
                let before = settled
                let claimed = try await database.write(run.principal) { tx in
                    try await claim(tx, run, before)
                }
                if !before.isEmpty { committed() }
                settled = await hand(
                    claimed, channel, EstateVault(keyring, of: run.estate), run.estate,
                    database.now)
            } while !settled.isEmpty
            try await database.write(run.principal) { tx in
                _ = try await tx.execute(["SELECT linli.webhook_forget()"])
            }
        }
    }

    private static func readOn(_ run: Job.Run, _ database: Database) async throws -> Int64 {
        try Task.checkCancellation()
        return try await database.write(run.principal) { tx in
            try await tx.finish(ReadWebhooksOn(rowsMax: readAtOnce))
        }.first ?? 0
    }

    /// Settles what was handed over, and takes what is due.
    private static func claim(
        _ tx: Transaction, _ run: Job.Run, _ before: [WebhookSettlement]
    ) async throws -> [ClaimWebhooks.Row] {
        if !before.isEmpty {
            _ = try await tx.run(SettleWebhooks(settled: before, run: run.number))
        }
        return try await tx.run(ClaimWebhooks(run: run.number, rowsMax: batch))
    }

    private static func hand(
        _ rows: [ClaimWebhooks.Row], _ channel: any WebhookChannel, _ vault: EstateVault,
        _ estate: UUID, _ at: Instant
    ) async -> [WebhookSettlement] {
        await withTaskGroup(of: WebhookSettlement.self) { group in
            for row in rows {
                guard let outgoing = message(row, vault, estate, at) else {
                    group.addTask { WebhookSettlement(row, .never("sealed")) }
                    continue
                }
                group.addTask { WebhookSettlement(row, await channel.hand(outgoing)) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// What is sent of an event: its id and code, and the id of the estate.
    private static func message(
        _ row: ClaimWebhooks.Row, _ vault: EstateVault, _ estate: UUID, _ at: Instant
    ) -> OutgoingWebhook? {
        guard let url = try? vault.open(row.url, .webhookURL, of: row.webhook),
            let text = try? vault.open(row.secrets, .webhookSecrets, of: row.webhook)
        else { return nil }
        let secrets = WebhookSecret.read(text)
        guard !secrets.isEmpty else { return nil }
        var json = JSONWriter(capacity: 256)
        json.object { json in
            json.member("type", row.kind)
            json.member("timestamp", row.at)
            json.key("data")
            json.object { json in
                json.member("estate", estate)
                json.member("event", row.event)
                json.member("seq", row.sequence)
            }
        }
        return OutgoingWebhook(
            url: url, id: "\(row.event)", content: json.bytes,
            secrets: Array(secrets.prefix(row.areBoth ? 2 : 1)), at: at)
    }
}

/// Reads the log on; how many events there were.
private struct ReadWebhooksOn: Statement {
    var rowsMax: Int32

    var sql: SQL { "SELECT linli.webhook_read_on(\(rowsMax))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
}

/// Takes due deliveries for a run.
private struct ClaimWebhooks: Statement {
    struct Row: Sendable {
        var webhook: UUID
        var event: UUID
        var sequence: Int64
        var kind: String
        var at: Instant
        var attempts: Int32
        var url: [UInt8]
        var secrets: [UInt8]
        /// Whether the one before signs as well.
        var areBoth: Bool
    }

    var run: Int64
    var rowsMax: Int32

    var sql: SQL {
        """
        SELECT webhook_id, event_id, seq, kind, at, attempts, url_sealed, secrets_sealed, are_both
        FROM linli.webhook_claim(\(run), \(rowsMax))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            webhook: try cells.read(), event: try cells.read(), sequence: try cells.read(),
            kind: try cells.read(), at: try cells.read(), attempts: try cells.read(),
            url: try cells.read(), secrets: try cells.read(), areBoth: try cells.read())
    }
}

/// How a delivery went.
private struct WebhookSettlement: Sendable {
    var webhook: UUID
    var event: UUID
    var state: String
    var outcome = ""
    var seconds: Int64 = 0

    init(_ row: ClaimWebhooks.Row, _ handover: Handover) {
        (webhook, event) = (row.webhook, row.event)
        switch handover {
        case .taken: state = "sent"
        case .never(let code): (state, outcome) = ("dead", code)
        case .later(let code):
            outcome = code
            let tries = Int(row.attempts)
            if tries <= WebhooksOut.waits.count, tries > 0 {
                (state, seconds) = ("waiting", WebhooksOut.waits[tries - 1])
            } else {
                state = "dead"
            }
        }
    }
}

/// Writes down how deliveries went.
private struct SettleWebhooks: Command {
    var settled: [WebhookSettlement]
    var run: Int64

    var sql: SQL {
        """
        SELECT linli.webhook_settle(\(settled.map(\.webhook)), \(settled.map(\.event)),
            \(settled.map(\.state)), \(settled.map(\.outcome)),
            \(settled.map { Int32(clamping: $0.seconds) }), \(run))
        """
    }
}
