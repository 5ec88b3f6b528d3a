internal import Realtime

/// Work that queues for one thing at a time, such as the seats of a meeting: so many of it at once,
/// the others in the order in which they came.
///
/// What would wait for one lock in the database waits here instead, where it holds no connection and
/// wakes nobody. Used on one loop's thread.
final class Turns {
    private final class Queue {
        var takenCount = 0
        let waiting = WaitList<Void>()
    }

    private let atOnceMax: Int
    private let waitersMax: Int
    private let patience: Duration
    private let loop: EventLoop
    private var queues: [UUID: Queue] = [:]
    /// Calls that wait for a turn.
    private(set) var waitingCount = 0

    /// At most `atOnceMax` have a turn at a thing; at most `waitersMax` wait in all, each no longer
    /// than `patience`.
    init(atOnceMax: Int, waitersMax: Int, patience: Duration, on loop: EventLoop) {
        self.atOnceMax = atOnceMax
        self.waitersMax = waitersMax
        self.patience = patience
        self.loop = loop
    }

    /// Waits for a turn at a thing; whoever has taken it gives it back.
    func take(_ thing: UUID) async throws(PostgresError) {
        let queue = queues[thing] ?? Queue()
        queues[thing] = queue
        guard queue.takenCount >= atOnceMax else {
            queue.takenCount += 1
            return
        }
        guard waitingCount < waitersMax else {
            throw PostgresError(.busy, message: "too many calls wait for a turn")
        }
        waitingCount += 1
        let turn: Void? = await queue.waiting.wait(on: loop, for: patience)
        waitingCount -= 1
        guard turn != nil else { throw PostgresError(.busy, message: "no turn came") }
    }

    /// Gives a turn to whoever has waited longest.
    func give(_ thing: UUID) {
        guard let queue = queues[thing], !queue.waiting.hand(()) else { return }
        queue.takenCount -= 1
        if queue.takenCount == 0 { queues[thing] = nil }
    }
}
