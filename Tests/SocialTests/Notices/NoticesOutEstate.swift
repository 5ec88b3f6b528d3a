internal import Logging
internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

/// An estate whose notices leave it, over a gateway that a test answers for.
struct NoticesOutEstate: Sendable {
    static let base = "/api/v1/estates/\(APIFixture.a)"
    static let settings = base + "/me/notice-settings"
    static let failed = base + "/failed-deliveries"
    static let secret = "a-secret-of-reports"
    /// Of these the leader has a phone of her own; member and neighbour share one.
    static let leader = APIFixture.id(0xF1)
    static let member = APIFixture.id(0xF3)
    static let neighbour = APIFixture.id(0xF4)

    let estate: AnnouncementEstate
    let post: TextPost
    let mails: MailPost
    let pushes: PushPost
    let jobs: [Job]

    var api: APIFixture { estate.api }

    static func with(_ body: @Sendable (NoticesOutEstate) async throws -> Void) async throws {
        let (post, mails, pushes) = (TextPost(), MailPost(), PushPost())
        let channels = NoticeChannels(
            texts: post, mails: mails, pushes: pushes, reportSecret: secret)
        let (signals, keyring) = (EventSignals(), Keyring.random())
        try await AnnouncementEstate.with(
            operations: NoticeOperations.all(signals: signals)
                + NoticeSettingsOperations.all(signals: signals, channels: channels)
                + NoticeEmailOperations.all(keyring: keyring, signals: signals, channel: mails)
                + NoticePushOperations.all(keyring: keyring, signals: signals, channel: pushes),
            keyring: keyring
        ) { estate async throws in
            let jobs = NoticesOut.jobs(channels, keyring: keyring) {}
            try await body(
                NoticesOutEstate(
                    estate: estate, post: post, mails: mails, pushes: pushes, jobs: jobs))
        }
    }

    /// Tells persons of an event of a job's, which is nobody's own act; returns its id.
    @discardableResult
    func tell(
        _ kind: NoticeKind, to persons: [UUID],
        details: @Sendable (inout JSONWriter) -> Void = { _ in }
    ) throws -> UUID {
        let id = UUIDGenerator(clock: api.clock).next()
        let connection = try estate.connect(job: "test")
        try connection.run("BEGIN")
        _ = try connection.run(
            AppendEvent(
                EventDraft(id: id, kind: kind.rawValue, audience: persons.map { .person($0) }) {
                    _ in
                }))
        _ = try connection.run(
            Notify(
                kind, of: id, about: NoticeSubject(.activity, APIFixture.id(0x51)), to: persons,
                details: details))
        try connection.run("COMMIT")
        return id
    }

    /// Moves the clock, runs what is due, and answers what left since the last time.
    func sent(after seconds: Int64 = 5) async throws -> [OutgoingText] {
        try api.clock.advance(by: .seconds(seconds))
        try await api.server.shard.runJobs(jobs, api.clock)
        return post.taken()
    }

    /// Sets the clock, runs what is due, and answers what left since the last time.
    func sent(at instant: String) async throws -> [OutgoingText] {
        try api.clock.set(#require(Instant(instant)))
        return try await sent(after: 0)
    }

    /// Sets how a reader is told.
    func set(_ reader: AnnouncementEstate.Reader, _ body: String) throws {
        let answer = try estate.ask(
            reader, "PUT", Self.settings, key: UUID.random(), body: body)
        try #require(answer.status == 204, "\(answer.text)")
    }

    /// Makes the member a delegate of the neighbour.
    func delegate() throws {
        try api.database.superuser().run(
            """
            INSERT INTO linli.delegation (estate_id, id, doer_id, beneficiary_id, scope, begins,
                ends, because)
            VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x41))', '\(Self.leader)',
                '\(Self.neighbour)', '{activities}', '2026-02-01Z', '2026-04-01Z', 'registry')
            """)
    }

    /// How many deliveries are in a state.
    func count(_ state: String) throws -> Int64? {
        try estate.count(
            "SELECT count(*) FROM linli.notice_delivery WHERE state = \(state)")
    }
}

/// A gateway that keeps what it is handed, and answers as a test says.
final class TextPost: TextChannel {
    private let texts = Locked<[OutgoingText]>([])
    private let answers = Locked<[Handover]>([])

    let codeSender = "code"

    func sender(ofAlarms areAlarms: Bool) -> String { areAlarms ? "alarm" : "notice" }

    func hand(_ text: OutgoingText) async -> Handover {
        texts.withLock { $0.append(text) }
        return answers.withLock { $0.isEmpty ? .taken : $0.removeFirst() }
    }

    /// Answers the next ones so.
    func answer(_ next: Handover, times count: Int = 1) {
        answers.withLock { $0 += Array(repeating: next, count: count) }
    }

    /// What came since the last time.
    func taken() -> [OutgoingText] {
        texts.withLock { texts in
            defer { texts = [] }
            return texts
        }
    }
}

/// A mail server that keeps what it is handed.
final class MailPost: MailChannel {
    private let kept = Locked<[OutgoingMail]>([])

    func hand(_ mail: OutgoingMail) async -> Handover {
        kept.withLock { $0.append(mail) }
        return .taken
    }

    /// What came since the last time.
    func taken() -> [OutgoingMail] {
        kept.withLock { kept in
            defer { kept = [] }
            return kept
        }
    }
}

/// A push service that keeps what it is handed, and answers as a test says.
final class PushPost: PushChannel {
    private let kept = Locked<[OutgoingPush]>([])
    private let answers = Locked<[Handover]>([])

    let applicationServerKey = String(repeating: "B", count: 87)

    func hand(_ push: OutgoingPush) async -> Handover {
        kept.withLock { $0.append(push) }
        return answers.withLock { $0.isEmpty ? .taken : $0.removeFirst() }
    }

    /// Answers the next one so.
    func answer(_ next: Handover) { answers.withLock { $0.append(next) } }

    /// What came since the last time.
    func taken() -> [OutgoingPush] {
        kept.withLock { kept in
            defer { kept = [] }
            return kept
        }
    }
}

extension Shard {
    /// Runs what is due of some jobs, as a process of its own would.
    func runJobs(_ jobs: [Job], _ clock: Platform.Clock) async throws {
        guard let database = local(Database.self) else { return }
        let runner = JobRunner(
            jobs, holder: UUIDGenerator(clock: clock).next(), database, clock: clock,
            logger: Logger(label: "jobs"))
        _ = try await runner.runDue(on: self)
        await runner.stop()
    }
}
