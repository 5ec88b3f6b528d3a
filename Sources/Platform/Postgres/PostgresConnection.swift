internal import CPostgres
internal import DequeModule
internal import Realtime

/// One connection in pipeline mode, on one loop.
///
/// Many batches may be in flight; each ends with one sync, and is answered in order. Made, used and
/// dropped on the loop's thread. Only a host's name blocks (libpq looks it up): give a socket's
/// folder or an address.
@safe final class PostgresConnection {
    /// Where a connection is in its life.
    private enum Phase {
        case idle
        case connecting
        case up
        case closed
    }

    private let loop: EventLoop
    private let configuration: DatabaseConfiguration
    private var raw: OpaquePointer?
    private var watcher: SocketWatcher?
    private var deadline: Timer?
    private var isWatchingWrites = false
    private var phase = Phase.idle
    private var inFlight = Deque<Batch>()
    private var prepared = PreparedStatements()
    private var opened: ((PostgresError?) -> Void)?
    /// When the server last said something, or was first asked; the loop's milliseconds.
    private var lastHeard: UInt64 = 0
    /// Called once when an open connection is lost or closed.
    var closed: ((PostgresError) -> Void)?
    /// Called when the last batch in flight was answered.
    var drained: (() -> Void)?

    init(_ configuration: DatabaseConfiguration, on loop: EventLoop) {
        self.configuration = configuration
        self.loop = loop
    }

    var isUp: Bool { phase == .up }
    var batchesInFlight: Int { inFlight.count }
    var preparedCount: Int { prepared.count }

    /// Whether a BEGIN stands without its end, failed or not; known once no batch is in flight.
    var isInTransaction: Bool {
        guard let raw = unsafe raw else { return false }
        let status = unsafe PQtransactionStatus(raw)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }

    /// Sends the statements as one batch; `finished()` waits for its answer.
    func send(_ statements: [SQL]) -> Batch {
        let batch = Batch(statements)
        guard phase == .up, let raw = unsafe raw else {
            batch.finish(PostgresError(.unavailable, message: "the connection is not up"))
            return batch
        }
        if inFlight.isEmpty { lastHeard = loop.milliseconds }
        inFlight.append(batch)
        guard unsafe queue(batch, on: raw), unsafe PQpipelineSync(raw) == 1 else {
            fail(failure(.connectionLost))
            return batch
        }
        flush()
        return batch
    }

    /// Sends the statements, and again if a plan was stale and nothing of them is done.
    ///
    /// What stands between two syncs is one transaction, so a failed batch left no trace; only
    /// inside BEGIN is that not so, and the transaction must be run again.
    func run(_ statements: [SQL]) async throws(PostgresError) -> Batch {
        let batch = send(statements)
        do throws(PostgresError) {
            try await batch.finished()
            return batch
        } catch {
            guard error.isStalePlan, phase == .up, !isInTransaction else { throw error }
        }
        let again = send(statements)
        try await again.finished()
        return again
    }

    /// Ends a connection whose server has left a question unanswered for so many milliseconds.
    ///
    /// A server that is alive ends each statement at its time-out and says so; one that hangs, or
    /// stands behind a network that swallows everything, says nothing.
    func checkSilence(_ silenceMax: UInt64) {
        guard !inFlight.isEmpty, loop.milliseconds > lastHeard + silenceMax else { return }
        fail(PostgresError(.connectionLost, message: "the server does not answer"))
    }

    /// What can cancel the statement that runs on this connection, from another thread.
    func canceller() -> StatementCanceller? {
        guard phase == .up, let raw = unsafe raw else { return nil }
        return unsafe StatementCanceller(of: raw)
    }

    /// Ends the connection; batches in flight fail.
    func close() {
        fail(PostgresError(.unavailable, message: "the connection was closed"))
    }

    // MARK: Sending

    private func queue(_ batch: Batch, on raw: OpaquePointer) -> Bool {
        for name in prepared.takeLeaving() {
            batch.steps.append(.deallocate(name: name))
            let sql = SQL(trusted: "DEALLOCATE \(name)")
            guard unsafe sendUnprepared(sql, on: raw) else { return false }
        }
        for sql in batch.statements {
            let (entry, isNew) = prepared.use(sql)
            if isNew {
                batch.steps.append(.prepare(entry))
                guard unsafe sendPrepare(entry, sql, on: raw) else { return false }
            }
            batch.steps.append(.execute(entry))
            guard unsafe sendPrepared(entry, sql, on: raw) else { return false }
        }
        return true
    }

    private func sendPrepare(
        _ entry: PreparedStatements.Entry, _ sql: SQL, on raw: OpaquePointer
    ) -> Bool {
        let types = sql.binds.map { Oid($0.type.rawValue) }
        return unsafe PQsendPrepare(raw, entry.name, sql.text, Int32(types.count), types) == 1
    }

    private func sendPrepared(
        _ entry: PreparedStatements.Entry, _ sql: SQL, on raw: OpaquePointer
    ) -> Bool {
        unsafe withParameters(of: sql) { values, lengths, formats in
            unsafe PQsendQueryPrepared(
                raw, entry.name, Int32(sql.binds.count), values, lengths, formats, 1) == 1
        }
    }

    private func sendUnprepared(_ sql: SQL, on raw: OpaquePointer) -> Bool {
        unsafe PQsendQueryParams(raw, sql.text, 0, nil, nil, nil, nil, 1) == 1
    }

    /// Sends what libpq holds, as far as the socket takes it now.
    private func flush() {
        guard let raw = unsafe raw else { return }
        switch unsafe PQflush(raw) {
        case 0: watch(writes: false)
        case 1: watch(writes: true)
        default: fail(failure(.connectionLost))
        }
    }

    private func watch(writes: Bool) {
        guard writes != isWatchingWrites else { return }
        isWatchingWrites = writes
        watcher?.watch(for: writes ? [.readable, .writable] : .readable)
    }

    // MARK: Receiving

    private func ready(_ readiness: SocketWatcher.Readiness) {
        guard let raw = unsafe raw else { return }
        if readiness.contains(.readable) {
            lastHeard = loop.milliseconds
            guard unsafe PQconsumeInput(raw) == 1 else {
                unsafe takeResults(from: raw)  // a last word, such as 57P01, may have come
                return fail(failure(.connectionLost))
            }
            unsafe takeResults(from: raw)
        }
        if isWatchingWrites { flush() }
        // libuv stops watching a socket that was reset, though it may hold a last word, after
        // which alone the reset is read (libuv `src/unix/poll.c`, uv__poll_io).
        if readiness == [.readable, .writable] {
            watcher?.watch(for: isWatchingWrites ? [.readable, .writable] : .readable)
        }
    }

    private func takeResults(from raw: OpaquePointer) {
        var endsInRow = 0
        var lost: PostgresError?
        while let batch = inFlight.first, unsafe PQisBusy(raw) == 0, endsInRow < 2 {
            guard let answer = unsafe PQgetResult(raw) else {
                endsInRow += 1
                continue
            }
            endsInRow = 0
            let result = unsafe PostgresResult(taking: answer)
            if result.status == .sync {
                inFlight.removeFirst()
                if let error = batch.error, error.isConnectionLost { lost = error }
                batch.finish()
            } else if let (step, outcome) = batch.take(result) {
                settle(step, outcome)
            }
        }
        if unsafe PQstatus(raw) == CONNECTION_BAD { lost = lost ?? failure(.connectionLost) }
        if let lost { return fail(lost) }
        if inFlight.isEmpty { drained?() }
    }

    /// Keeps the cache true to what the server has.
    private func settle(_ step: Batch.Step, _ outcome: Batch.Outcome) {
        switch (step, outcome) {
        case (_, .done): break
        case (.prepare(let entry), _): prepared.drop(entry, deallocating: false)
        case (.execute(let entry), .failed(let error)) where error.isStalePlan:
            prepared.drop(entry, deallocating: error.state != "26000")
        case (.deallocate(let name), .skipped): prepared.leave(name)
        case (.execute, _), (.deallocate, _): break
        }
    }

    // MARK: Beginning and end

    /// Connects; calls `opened` once, with the error if it failed.
    func open(_ opened: @escaping (PostgresError?) -> Void) {
        precondition(phase == .idle, "a connection is opened once")
        phase = .connecting
        self.opened = opened
        let parameters = configuration.parameters
        unsafe raw = withCStrings(parameters.map(\.key)) { keys in
            unsafe withCStrings(parameters.map(\.value)) { values in
                unsafe PQconnectStartParams(keys, values, 1)
            }
        }
        guard let raw = unsafe raw, unsafe PQstatus(raw) != CONNECTION_BAD else {
            return fail(failure(.unavailable))
        }
        unsafe c_ignore_notices(raw)
        do {
            let timer = try Timer(on: loop) { [weak self] in
                self?.fail(PostgresError(.unavailable, message: "connecting took too long"))
            }
            timer.start(after: configuration.connectTimeout)
            deadline = consume timer
        } catch { return fail(PostgresError(.unavailable, message: "\(error)")) }
        // As if PQconnectPoll had last returned PGRES_POLLING_WRITING (libpq manual).
        watchWhileConnecting(for: .writable)
    }

    /// The socket may be another after each poll, so it is watched afresh.
    private func watchWhileConnecting(for readiness: SocketWatcher.Readiness) {
        guard let raw = unsafe raw else { return }
        let socket = unsafe PQsocket(raw)
        do {
            let watcher = try SocketWatcher(on: loop, socket: socket) { [weak self] _ in
                self?.poll()
            }
            watcher.watch(for: readiness)
            self.watcher = consume watcher
        } catch { fail(PostgresError(.unavailable, message: "\(error)")) }
    }

    private func poll() {
        guard phase == .connecting, let raw = unsafe raw else { return }
        watcher = nil  // before libpq may close the socket
        switch unsafe PQconnectPoll(raw) {
        case PGRES_POLLING_READING: watchWhileConnecting(for: .readable)
        case PGRES_POLLING_WRITING: watchWhileConnecting(for: .writable)
        case PGRES_POLLING_OK: becomeUp()
        default: fail(failure(.unavailable))
        }
    }

    private func becomeUp() {
        guard let raw = unsafe raw else { return }
        guard unsafe PQsetnonblocking(raw, 1) == 0, unsafe PQenterPipelineMode(raw) == 1 else {
            return fail(failure(.unavailable))
        }
        do {
            let watcher = try SocketWatcher(on: loop, socket: unsafe PQsocket(raw)) {
                [weak self] in self?.ready($0)
            }
            watcher.watch(for: .readable)
            self.watcher = consume watcher
        } catch { return fail(PostgresError(.unavailable, message: "\(error)")) }
        deadline = nil
        phase = .up
        opened.take()?(nil)
    }

    /// Ends the connection for `reason`; everything waiting on it learns so.
    private func fail(_ reason: PostgresError) {
        guard phase != .closed else { return }
        phase = .closed
        watcher = nil  // before libpq closes the socket
        deadline = nil
        unsafe PQfinish(raw)
        unsafe raw = nil
        let batches = inFlight
        inFlight = []
        for batch in batches {
            batch.finish(PostgresError(.connectionLost, message: reason.message))
        }
        drained = nil
        let (opened, closed) = (opened.take(), closed.take())
        opened?(reason)
        if opened == nil { closed?(reason) }
    }

    private func failure(_ kind: PostgresError.Kind) -> PostgresError {
        guard let raw = unsafe raw else {
            return PostgresError(kind, message: "libpq has no memory for a connection")
        }
        let message = unsafe String(cString: PQerrorMessage(raw))
        return PostgresError(kind, message: message.isEmpty ? "the connection broke" : message)
    }

    deinit {
        watcher = nil
        unsafe PQfinish(raw)
    }
}

/// Calls `body` with pointers to a statement's values, which live as long as the call.
func withParameters<Result>(
    of sql: SQL,
    _ body: (
        UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
    ) -> Result
) -> Result {
    let empty: [UInt8] = [0]  // a value of no bytes is not NULL, so it needs an address
    let bytes = sql.bytes.isEmpty ? empty : sql.bytes
    return unsafe bytes.withUnsafeBytes { buffer in
        let base = unsafe buffer.assumingMemoryBound(to: CChar.self).baseAddress
        let values: [UnsafePointer<CChar>?] = unsafe sql.binds.map { bind in
            unsafe bind.count == nil ? nil : base.map { unsafe $0 + bind.offset }
        }
        let lengths = sql.binds.map { Int32($0.count ?? 0) }
        let formats = [Int32](repeating: 1, count: sql.binds.count)
        return unsafe body(values, lengths, formats)
    }
}
