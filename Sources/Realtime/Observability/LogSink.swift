internal import Synchronization

/// Where log lines go: one descriptor of the process, written without waiting.
///
/// A line that cannot be written at once is dropped and counted: a log that nobody reads must not
/// stop the service.
package final class LogSink: Sendable {
    private let descriptor: Int32
    private let droppedLines = Atomic<UInt64>(0)
    // Two writers that both saw room could make the second wait.
    private let turn = Locked(())

    /// Longest line with its newline: `PIPE_BUF`, so that a pipe takes it whole or not at all.
    static let lineBytesMax = 4096

    /// Writes to `descriptor`, which stays open; 2 is the standard error.
    package init(descriptor: Int32 = 2) {
        self.descriptor = descriptor
    }

    /// Lines dropped because the reader was slow or gone; a metric shows it.
    package var dropped: UInt64 { droppedLines.load(ordering: .relaxed) }

    func write(_ line: [UInt8]) {
        let isWritten = turn.withLock { _ in Descriptor.writeWhole(line, to: descriptor) }
        if !isWritten { droppedLines.wrappingAdd(1, ordering: .relaxed) }
    }
}
