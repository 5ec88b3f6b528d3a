/// Where a handler writes content whose length it does not know beforehand.
package final class BodyWriter {
    /// The connection is gone; there is nobody to write to.
    package struct Ended: Error {}

    private let connection: HTTPConnection
    private let isChunked: Bool

    init(_ connection: HTTPConnection, isChunked: Bool) {
        self.connection = connection
        self.isChunked = isChunked
    }

    /// Sends bytes, and waits while the reader is slow.
    package func write(_ bytes: [UInt8]) async throws(Ended) {
        guard !connection.isEnded else { throw Ended() }
        if isChunked {
            ResponseEncoder.appendChunk(bytes, to: &connection.output)
        } else {
            connection.output.append(contentsOf: bytes)
        }
        connection.flush()
        await connection.whileCongested()
        guard !connection.isEnded else { throw Ended() }
    }
}
