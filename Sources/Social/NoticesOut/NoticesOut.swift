package import Platform
internal import Realtime

/// By what notices leave the house.
package struct NoticeChannels: Sendable {
    /// Texts to phones.
    package var texts: any TextChannel
    /// Messages by e-mail; `nil`: no mail server is there.
    package var mails: (any MailChannel)?
    /// Messages to browsers; `nil`: none are sent.
    package var pushes: (any PushChannel)?
    /// What a gateway proves itself by when it reports; `nil`: none may.
    package var reportSecret: String?

    /// Channels of a server.
    package init(
        texts: any TextChannel, mails: (any MailChannel)? = nil,
        pushes: (any PushChannel)? = nil, reportSecret: String? = nil
    ) {
        self.texts = texts
        self.mails = mails
        self.pushes = pushes
        self.reportSecret = reportSecret
    }
}

/// The jobs that send notices: alarms by one, so that nothing holds them up, all others by another.
package enum NoticesOut {
    /// Their names.
    static let jobNames = [alarms, others]
    static let alarms = "alarms-out"
    static let others = "notices-out"

    /// Both; `committed` hears of each run that wrote.
    package static func jobs(
        _ channels: NoticeChannels, keyring: Keyring, committed: @escaping @Sendable () -> Void
    ) -> [Job] {
        [(alarms, Duration.seconds(2)), (others, .seconds(5))].map { name, every in
            Job(
                name: name, every: every, lease: .seconds(5), isUrgent: name == alarms
            ) { run, database, _ in
                let delivering = DeliveryRun(
                    run: run, database: database, channels: channels,
                    phones: IdentifierVault(keyring), persons: PersonVault(keyring, of: run.estate),
                    texts: EstateVault(keyring, of: run.estate))
                if try await delivering.work() { committed() }
            }
        }
    }
}

/// One run: plans what was told, then hands over what is due, a batch after another.
private struct DeliveryRun {
    let run: Job.Run
    let database: Database
    let channels: NoticeChannels
    let phones: IdentifierVault
    let persons: PersonVault
    let texts: EstateVault

    private static let plannedAtOnce: Int32 = 500
    /// Deliveries that are under way at once; what a kill may hand over twice.
    private static let batch: Int32 = 200

    private var areAlarms: Bool { run.job == NoticesOut.alarms }
    private var backoff: Backoff { areAlarms ? .alarm : .plain }

    /// A delivery with all that it takes to hand it over.
    private struct Message: Sendable {
        /// Where it goes.
        enum Address: Sendable {
            case phone(PhoneNumber)
            case email(EmailAddress)
            case browser(PushTarget)
        }

        var delivery: ClaimDeliveries.Row
        var address: Address
        var words: OutgoingWords.Words

        var phone: PhoneNumber? { if case .phone(let phone) = address { phone } else { nil } }
    }

    /// What a transaction took.
    private struct Claimed: Sendable {
        var messages: [Message] = []
        /// What needs no gateway to end.
        var settled: [DeliverySettlement] = []
        var isMoreDue = false
    }

    /// Works until nothing is due; whether it wrote anything.
    func work() async throws -> Bool {
        var hasWritten = false
        while try await plan() > 0 { hasWritten = true }
        var settled: [DeliverySettlement] = []
        while true {
            try Task.checkCancellation()
            let before = settled
            let claimed = try await database.write(run.principal) { tx in
                try await claim(tx, before)
            }
            hasWritten = hasWritten || !before.isEmpty || claimed.isMoreDue
            settled = claimed.settled + (await hand(claimed.messages))
            guard claimed.isMoreDue || !settled.isEmpty else { return hasWritten }
        }
    }

    private func plan() async throws -> Int64 {
        try Task.checkCancellation()
        let plan = PlanDeliveries(areAlarms: areAlarms, rowsMax: Self.plannedAtOnce)
        return try await database.write(run.principal) { tx in
            try await tx.finish(plan)
        }.first ?? 0
    }

    /// Settles what was handed over, and takes what is due.
    private func claim(
        _ tx: Transaction, _ before: [DeliverySettlement]
    ) async throws -> Claimed {
        let gone = before.filter(\.isGone).map(\.delivery)
        if !gone.isEmpty {
            _ = try await tx.run(DropPushTargets(deliveries: gone, run: run.number))
        }
        if !before.isEmpty {
            _ = try await tx.run(SettleDeliveries(settled: before, run: run.number))
        }
        let rows = try await tx.run(
            ClaimDeliveries(areAlarms: areAlarms, run: run.number, rowsMax: Self.batch))
        let due = DeliveriesDue(areAlarms: areAlarms, run: run.number)
        guard !rows.isEmpty else {
            return Claimed(isMoreDue: try await tx.finish(due).first ?? false)
        }
        let told = try await tx.run(
            DeliveryNotices(deliveries: rows.map(\.id), run: run.number))
        var claimed = prepared(rows, Dictionary(grouping: told, by: \.delivery))
        let isTaken = Set(try await tx.run(take(claimed.messages)))
        claimed.messages.removeAll { $0.phone != nil && !isTaken.contains($0.delivery.id) }
        claimed.isMoreDue = try await tx.finish(due).first ?? false
        return claimed
    }

    private func take(_ messages: [Message]) -> TakePhones {
        let sender = channels.texts.sender(ofAlarms: areAlarms)
        let texts = messages.compactMap { message in
            message.phone.map { (message.delivery.id, Hex.encoded(phones.hash(of: $0))) }
        }
        return TakePhones(
            deliveries: texts.map(\.0), phones: texts.map(\.1), sender: sender,
            areAlarms: areAlarms, countsCodes: sender == channels.texts.codeSender,
            run: run.number)
    }

    private func prepared(
        _ rows: [ClaimDeliveries.Row], _ told: [UUID: [DeliveryNotices.Row]]
    ) -> Claimed {
        var claimed = Claimed()
        for row in rows {
            guard let address = address(of: row) else {
                claimed.settled.append(
                    DeliverySettlement(row.id, .never("sealed"), tries: row.attempts, backoff))
                continue
            }
            guard let words = OutgoingWords.words(row.form, told[row.id] ?? [], row.language) else {
                claimed.settled.append(DeliverySettlement(dropped: row.id))
                continue
            }
            claimed.messages.append(Message(delivery: row, address: address, words: words))
        }
        return claimed
    }

    private func address(of row: ClaimDeliveries.Row) -> Message.Address? {
        switch row.vault {
        case "account":
            (try? phones.openPhone(row.sealed, identifier: row.row, of: row.owner))
                .map { .phone($0) }
        case "email":
            (try? persons.open(row.sealed, .email, of: row.owner))
                .flatMap { EmailAddress($0) }.map { .email($0) }
        case "push":
            (try? texts.open(row.sealed, .pushTarget, of: row.row))
                .flatMap { PushTarget(text: $0) }.map { .browser($0) }
        default:
            (try? persons.open(row.sealed, .contactPhone, of: row.owner))
                .flatMap { PhoneNumber($0) }.map { .phone($0) }
        }
    }

    /// Hands all over side by side.
    private func hand(_ messages: [Message]) async -> [DeliverySettlement] {
        let (channels, areAlarms, backoff) = (channels, areAlarms, backoff)
        let (estate, at) = (run.estate, database.now)
        return await withTaskGroup(of: DeliverySettlement.self) { group in
            for message in messages {
                group.addTask {
                    let delivery = message.delivery
                    let outcome = await Self.hand(
                        message, "\(estate).\(delivery.id)", channels, areAlarms: areAlarms, at)
                    return DeliverySettlement(
                        delivery.id, outcome, tries: delivery.attempts, backoff)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    private static func hand(
        _ message: Message, _ reference: String, _ channels: NoticeChannels, areAlarms: Bool,
        _ at: Instant
    ) async -> Handover {
        switch message.address {
        case .phone(let phone):
            return await channels.texts.hand(
                OutgoingText(
                    reference: reference, phone: phone, text: message.words.text,
                    isAlarm: areAlarms))
        case .email(let address):
            guard let mails = channels.mails else { return .later("no_mail_server") }
            return await mails.hand(
                OutgoingMail(
                    reference: reference, to: address, subject: message.words.subject,
                    text: message.words.body, at: at))
        case .browser(let target):
            guard let pushes = channels.pushes else { return .later("no_push") }
            return await pushes.hand(
                OutgoingPush(
                    target: target, message: NoticePush.message(message.words, reference),
                    isAlarm: areAlarms, at: at))
        }
    }
}
