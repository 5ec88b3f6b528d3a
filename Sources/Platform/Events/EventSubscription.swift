internal import DequeModule

/// One reader's stream: used on the shard of its feed.
package final class EventSubscription {
    /// What `next` brings.
    package enum Delivery: Sendable, Hashable {
        /// Events that this reader may see, oldest first.
        case batch(EventBatch)
        /// Somebody called `remind`: time to say something, whether or not events come.
        case reminder
        /// Nothing more comes.
        case ended(End)
    }

    /// Why a stream ends.
    package enum End: Sendable, Hashable {
        /// The reader could not keep up: it should resume from its last cursor.
        case tooSlow
        /// The server is stopping: the reader should resume from its last cursor.
        case stopping
        /// The reader has gone.
        case cancelled
    }

    /// Stands for a visitor among the persons of a query.
    static let visitor = UUID(high: 0, low: 0)

    /// Its number among its feed's.
    package let id: Int
    let person: UUID?
    /// Until when the person's offices count in its session; `nil`: they do not.
    let officeUntil: Instant?
    private let cursors: EventCursors
    private var served: EventCursor
    private var taken: EventCursor
    private var waiting: Deque<EventBatch> = []
    private var end: End?
    private var isReminded = false
    private var continuation: CheckedContinuation<Delivery, Never>?

    init(
        _ id: Int, person: UUID?, officeUntil: Instant?, cursor: EventCursor,
        cursors: EventCursors
    ) {
        self.id = id
        self.person = person
        self.officeUntil = officeUntil
        self.cursors = cursors
        served = cursor
        taken = cursor
    }

    var estate: UUID { served.estate }

    /// By whose rights it reads at an instant.
    func reader(at instant: Instant) -> FeedReader {
        FeedReader(
            person: person ?? Self.visitor, isOfficer: officeUntil.map { $0 > instant } ?? false)
    }

    /// Up to where the reader has been served, for a heartbeat: all before it was taken by `next`.
    package var cursor: EventCursor { waiting.isEmpty && end == nil ? served : taken }

    /// The text of `cursor`, which a reader resumes from.
    package func cursorText() throws(CryptoError) -> String { try cursors.text(cursor) }

    /// The text that resumes after an event of a batch.
    package func cursorText(after element: EventBatch.Element) throws(CryptoError) -> String {
        try cursors.text(EventCursor(estate: estate, sequence: element.sequence))
    }

    /// Makes `next` bring a `reminder`, ahead of events that wait.
    package func remind() {
        guard end == nil else { return }
        if let continuation = continuation.take() {
            continuation.resume(returning: .reminder)
        } else {
            isReminded = true
        }
    }

    /// Waits for the next batch; one caller at a time.
    ///
    /// After `ended` it answers `ended` again. Whoever cancels the task that waits here also calls
    /// `EventFeed.cancel`, which ends the wait.
    package func next() async -> Delivery {
        if let delivery = takeNow() { return delivery }
        precondition(continuation == nil, "one caller waits at a time")
        return await withCheckedContinuation { waiting in
            // What came since the question above would wake nobody.
            if let delivery = takeNow() {
                waiting.resume(returning: delivery)
            } else {
                continuation = waiting
            }
        }
    }

    private func takeNow() -> Delivery? {
        if isReminded, end == nil {
            isReminded = false
            return .reminder
        }
        if let batch = waiting.popFirst() {
            taken = batch.cursor
            return .batch(batch)
        }
        return end.map { .ended($0) }
    }

    /// Takes what was read; whether the reader keeps up.
    func deliver(_ elements: [EventBatch.Element], upTo cursor: EventCursor) -> Bool {
        guard end == nil else { return true }
        guard !elements.isEmpty else {
            served = cursor
            return true
        }
        let batch = EventBatch(elements: elements, cursor: cursor)
        if let continuation = continuation.take() {
            served = cursor
            taken = cursor
            continuation.resume(returning: .batch(batch))
            return true
        }
        guard waiting.count < EventFeed.waitingBatchesMax else { return false }
        served = cursor
        waiting.append(batch)
        return true
    }

    func end(_ reason: End) {
        guard end == nil else { return }
        end = reason
        if reason == .tooSlow { waiting = [] }
        continuation.take()?.resume(returning: .ended(reason))
    }
}

/// Events in order, and up to where they serve their reader.
package struct EventBatch: Sendable, Hashable {
    /// One event.
    package struct Element: Sendable, Hashable {
        /// Its number in the estate's log.
        package var sequence: Int64
        /// Its JSON.
        package var json: [UInt8]
    }

    /// The events.
    package var elements: [Element]
    /// Resume after it.
    package var cursor: EventCursor

    /// Each event's JSON.
    package var events: [[UInt8]] { elements.map(\.json) }
}
