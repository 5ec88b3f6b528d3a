internal import CPostgres
internal import Synchronization

/// Asks a server to end the statement of one connection: PQcancel, which opens a connection of its
/// own and blocks, so never on a loop.
///
/// It cancels whatever runs there when the request arrives. So only the holder of a leased
/// connection uses it, and sends nothing more on it before `cancel` has returned.
///
/// `@unchecked Sendable` because libpq's object is written when it is made and freed, and only read
/// between (libpq manual, 34.7): the reference count orders both.
@safe final class StatementCanceller: @unchecked Sendable {
    /// Most requests of the process at once: a server that does not answer must not take all
    /// threads of libuv's pool.
    static let runningMax = 2

    private static let running = Atomic<Int>(0)
    private let raw: OpaquePointer

    init?(of connection: OpaquePointer) {
        guard let raw = unsafe PQgetCancel(connection) else { return nil }
        unsafe self.raw = raw
    }

    /// Whether the server was asked; the statement's own answer says what came of it.
    func cancel() -> Bool {
        let count = Self.running.wrappingAdd(1, ordering: .relaxed).newValue
        defer { Self.running.wrappingSubtract(1, ordering: .relaxed) }
        guard count <= Self.runningMax else { return false }
        var message = [CChar](repeating: 0, count: 256)
        return unsafe PQcancel(raw, &message, Int32(message.count)) == 1
    }

    deinit { unsafe PQfreeCancel(raw) }
}
