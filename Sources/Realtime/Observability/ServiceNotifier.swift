/// Tells systemd how the service fares, over the datagram socket in `NOTIFY_SOCKET`.
///
/// The protocol of sd_notify(3): lines of `NAME=value`. Outside systemd each call does nothing.
package struct ServiceNotifier: Sendable {
    /// What can be told.
    package enum State: Sendable, Hashable {
        /// Start-up is done and requests are answered.
        case ready
        /// The service drains and will end.
        case stopping
        /// The loops turn: send it more often than `watchdogInterval`.
        case watchdog
        /// One line for `systemctl status`; nothing personal.
        case status(String)

        fileprivate var line: String {
            switch self {
            case .ready: "READY=1"
            case .stopping: "STOPPING=1"
            case .watchdog: "WATCHDOG=1"
            case .status(let text): "STATUS=\(text.prefix { !$0.isNewline }.prefix(200))"
            }
        }
    }

    private let socketPath: String?

    /// How long systemd waits between two `.watchdog` before it restarts the service, if it does.
    package let watchdogInterval: Duration?

    /// Talks to the socket at `socketPath` (leading `@`: an abstract name), or to nobody.
    package init(socketPath: String?, watchdogInterval: Duration? = nil) {
        self.socketPath = socketPath
        self.watchdogInterval = watchdogInterval
    }

    /// Reads `NOTIFY_SOCKET` and `WATCHDOG_USEC`, as systemd sets them.
    package static func fromEnvironment() -> ServiceNotifier {
        let microseconds = Descriptor.environment("WATCHDOG_USEC").flatMap { Int64($0) }
        return ServiceNotifier(
            socketPath: Descriptor.environment("NOTIFY_SOCKET"),
            watchdogInterval: microseconds.map { .microseconds($0) })
    }

    /// Sends the states in one datagram, without waiting; whether anybody took it.
    @discardableResult
    package func notify(_ states: State...) -> Bool {
        guard let socketPath else { return false }
        let message = states.map(\.line).joined(separator: "\n")
        return Descriptor.send([UInt8](message.utf8), toDatagramSocket: socketPath)
    }
}
