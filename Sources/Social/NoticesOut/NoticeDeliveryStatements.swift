internal import Platform
internal import Realtime

/// Makes deliveries of notices that nobody has looked at; how many notices there were.
struct PlanDeliveries: Statement {
    var areAlarms: Bool
    var rowsMax: Int32

    var sql: SQL { "SELECT linli.plan_deliveries(\(areAlarms), \(rowsMax))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
}

/// Takes due deliveries for a run.
struct ClaimDeliveries: Statement {
    /// One delivery, with its sealed address.
    struct Row: Sendable {
        var id: UUID
        var attempts: Int32
        var channel: String
        var form: String
        var language: Language
        /// By what the address is opened: an account's keys or a person's.
        var vault: String
        var owner: UUID
        var row: UUID
        var sealed: [UInt8]
    }

    var areAlarms: Bool
    var run: Int64
    var rowsMax: Int32

    var sql: SQL {
        """
        SELECT id, attempts, channel, form, language, vault, owner_id, row_id, sealed
        FROM linli.claim_deliveries(\(areAlarms), \(run), \(rowsMax))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            id: try cells.read(), attempts: try cells.read(), channel: try cells.read(),
            form: try cells.read(),
            language: Language(rawValue: try cells.read(String.self)) ?? .zh,
            vault: try cells.read(), owner: try cells.read(), row: try cells.read(),
            sealed: try cells.read())
    }
}

/// The notices that deliveries tell of, the latest of each first.
struct DeliveryNotices: Statement {
    /// One notice of one delivery.
    struct Row: Sendable {
        var delivery: UUID
        var kind: String
        var details: String
        var until: Text?
        var begins: Text?

        /// Its words, which name nobody and nothing: what it names, its reader looks up in the inbox.
        var words: Text {
            let details = try? JSON(parsing: Array(details.utf8))
            return NoticeWords.text(
                kind,
                NoticeWords.Values(
                    until: until, begins: begins,
                    what: (details?["what"]?.elements ?? []).compactMap(\.text),
                    because: details?["because"]?.text))
        }
    }

    var deliveries: [UUID]
    var run: Int64

    var sql: SQL {
        """
        SELECT delivery_id, kind, details,
            to_char(until, \(NoticePage.formatZh)), to_char(until, \(NoticePage.formatEn)),
            to_char(begins, \(NoticePage.formatZh)), to_char(begins, \(NoticePage.formatEn))
        FROM linli.delivery_notices(\(deliveries), \(run))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            delivery: try cells.read(), kind: try cells.read(), details: try cells.read(),
            until: try NoticePage.text(&cells), begins: try NoticePage.text(&cells))
    }
}

/// Whether any delivery is due that this run does not hold.
struct DeliveriesDue: Statement {
    var areAlarms: Bool
    var run: Int64

    var sql: SQL { "SELECT linli.deliveries_due(\(areAlarms), \(run))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// Which texts a run may send now, by what providers allow a number.
struct TakePhones: Statement {
    var deliveries: [UUID]
    /// Keyed hashes, in hex.
    var phones: [String]
    var sender: String
    var areAlarms: Bool
    var countsCodes: Bool
    var run: Int64

    var sql: SQL {
        """
        SELECT linli.take_phones(\(deliveries), \(phones), \(sender), \(areAlarms), \(countsCodes),
            \(run))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}

/// How a delivery went.
struct DeliverySettlement: Sendable {
    var delivery: UUID
    /// A state of `linli.notice_delivery`.
    var state: String
    /// Why; empty where all is well.
    var outcome = ""
    /// Until the next try, where it waits.
    var seconds: Int64 = 0
    /// Whether the browser is no longer there.
    var isGone = false

    /// Nobody needs it any more.
    init(dropped delivery: UUID) {
        self.delivery = delivery
        (state, outcome) = ("dropped", "gone")
    }

    /// What follows from how a gateway took it, after so many tries.
    init(_ delivery: UUID, _ handover: Handover, tries: Int32, _ backoff: Backoff) {
        self.delivery = delivery
        switch handover {
        case .taken: state = "sent"
        case .gone: (state, outcome, isGone) = ("dropped", "gone", true)
        case .never(let code): (state, outcome) = ("dead", code)
        case .later(let code):
            outcome = code
            if let wait = backoff.seconds(afterTries: Int64(tries), seed: delivery.low) {
                (state, seconds) = ("waiting", wait)
            } else {
                state = "dead"
            }
        }
    }
}

/// Writes down how deliveries of a run went; how many it still held.
struct SettleDeliveries: Statement {
    var settled: [DeliverySettlement]
    var run: Int64

    var sql: SQL {
        """
        SELECT linli.settle_deliveries(\(settled.map(\.delivery)), \(settled.map(\.state)),
            \(settled.map(\.outcome)), \(settled.map { Int32(clamping: $0.seconds) }), \(run))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
}

/// Forgets the browsers of deliveries that a push service said are gone.
struct DropPushTargets: Command {
    var deliveries: [UUID]
    var run: Int64

    var sql: SQL { "SELECT linli.drop_push_targets(\(deliveries), \(run))" }
}

/// What a gateway reports of a text; whether it changed anything.
struct ReportDelivery: Statement {
    var estate: UUID
    var delivery: UUID
    var isDelivered: Bool

    var sql: SQL { "SELECT linli.report_delivery(\(estate), \(delivery), \(isDelivered))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}
