internal import Realtime

/// A place of the pool: a connection, and another whenever it is lost.
final class Link {
    private let configuration: DatabaseConfiguration
    private let loop: EventLoop
    private var retry: Timer?
    private var failuresInRow = 0
    private var isStopped = false
    private(set) var connection: PostgresConnection?
    /// Why the last attempt to connect failed, until one succeeds.
    private(set) var lastError: PostgresError?
    /// Connections opened since the start.
    private(set) var openedCount = 0
    /// Whether a transaction has it.
    var isLeased = false
    /// Called each time a connection is up.
    var becameUp: ((Link) -> Void)?

    init(_ configuration: DatabaseConfiguration, on loop: EventLoop) {
        self.configuration = configuration
        self.loop = loop
    }

    var isUp: Bool { connection?.isUp ?? false }
    var batchesInFlight: Int { connection?.batchesInFlight ?? 0 }

    /// Connects, and again for as long as it takes.
    func start() {
        retry = nil
        guard !isStopped else { return }
        let connection = PostgresConnection(configuration, on: loop)
        self.connection = connection
        connection.open { [weak self] error in
            guard let self else { return }
            if let error { self.lost(error) } else { self.opened() }
        }
    }

    /// Closes the connection for good.
    func stop() {
        isStopped = true
        retry = nil
        connection?.close()
        connection = nil
    }

    private func opened() {
        failuresInRow = 0
        lastError = nil
        openedCount += 1
        connection?.closed = { [weak self] in self?.lost($0) }
        becameUp?(self)
    }

    private func lost(_ error: PostgresError) {
        connection = nil
        lastError = error
        guard !isStopped else { return }
        let delay = Self.jittered(configuration.reconnectDelays, attempt: failuresInRow)
        failuresInRow += 1
        do {
            let timer = try Timer(on: loop) { [weak self] in self?.start() }
            timer.start(after: delay)
            retry = consume timer
        } catch {
            preconditionFailure("uv_timer_init cannot fail: \(error)")
        }
    }

    /// Between half and all of a delay that doubles with each attempt, up to the range's end.
    static func jittered(_ range: ClosedRange<Duration>, attempt: Int) -> Duration {
        let doubled = range.lowerBound * (1 << min(attempt, 16))
        return min(doubled, range.upperBound) * Double.random(in: 0.5...1)
    }
}
