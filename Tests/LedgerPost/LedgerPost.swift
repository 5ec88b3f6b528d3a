internal import Glibc
internal import Platform
internal import Realtime
internal import Social
internal import Support

/// Postings for `ops/bench ledger`, as the server makes them: a lot's goods to a household, each with
/// its event in a transaction of its own.
@main
struct LedgerPost {
    private let estate: UUID
    private let volunteer: UUID
    private let counts: (lots: Int, households: Int)

    /// Posts for so many seconds with so many clients on one loop, and prints rate and p99.
    static func main() async throws {
        let words = CommandLine.arguments.dropFirst()
        let numbers = words.dropFirst(3).compactMap { Int($0) }
        guard words.count == 7, numbers.count == 4, numbers.allSatisfy({ $0 > 0 }),
            let estate = UUID(words[words.startIndex + 1]),
            let volunteer = UUID(words[words.startIndex + 2])
        else {
            return print(
                "usage: ledger-post CONNINFO ESTATE PERSON LOTS HOUSEHOLDS CLIENTS SECONDS")
        }
        var settings = DatabaseConfiguration(connection: words[words.startIndex])
        settings.writersPerShard = numbers[2]
        let post = LedgerPost(
            estate: estate, volunteer: volunteer, counts: (numbers[0], numbers[1]))
        let clients = numbers[2]
        let seconds = numbers[3]
        let sorted = try await post.times(of: clients, for: .seconds(seconds), settings).sorted()
        guard let p99 = sorted.dropFirst(sorted.count * 99 / 100).first else { exit(1) }
        print(sorted.count / seconds, p99 / .milliseconds(1))
    }

    /// All clients on a loop of their own: how long each posting took.
    private func times(
        of clients: Int, for time: Duration, _ settings: DatabaseConfiguration
    ) async throws -> [Duration] {
        try await withShard { shard -> [Duration] in
            shard.install { Database(settings, clock: .machine(), on: $0.loop) }
            let times = try await concurrently(clients, on: shard) { _, shard -> [Duration] in
                guard let pool = shard.local(Database.self) else { return [] }
                return try await run(for: time, on: pool)
            }
            await shard.local(Database.self)?.close()
            return times.flatMap(\.self)
        }
    }

    /// One client: posts one after the other; how long each took.
    private func run(for time: Duration, on pool: Database) async throws -> [Duration] {
        let clock = ContinuousClock()
        let ids = UUIDGenerator(clock: .machine())
        let end = clock.now + time
        var times: [Duration] = []
        while clock.now < end {
            let start = clock.now
            try await post(ids, on: pool)
            times.append(clock.now - start)
        }
        return times
    }

    private func post(_ ids: UUIDGenerator, on pool: Database) async throws {
        let lot = Self.id(0xA, Int.random(in: 1...counts.lots))
        let household = Self.id(0xB, Int.random(in: 1...counts.households))
        let event = EventDraft(
            id: ids.next(), kind: "ledger.moved", audience: [.person(volunteer)]
        ) { json in json.member("lot", lot) }
        guard let piece = Quantity(units: 1) else { return }
        let movement = Movement(
            id: ids.next(), of: lot, piece, from: LedgerSide(.pot(lot), "free"),
            to: LedgerSide(.household(household), "issued"), reason: "issued",
            cause: LedgerCause("handover", household))
        let principal = Principal.person(estate: estate, person: volunteer, account: volunteer)
        let answer = try await pool.write(principal) { transaction in
            transaction.later([AppendEvent(event).sql])
            return try await Ledger(in: transaction).post([movement], telling: event.id)
        }
        _ = try answer.get()
    }

    /// The ids of the bench: a digit, and a number behind it.
    private static func id(_ digit: UInt64, _ number: Int) -> UUID {
        UUID(high: digit << 60, low: UInt64(number))
    }
}
