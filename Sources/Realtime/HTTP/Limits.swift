/// What one connection may ask of us, in bytes, counts and time.
package struct Limits: Sendable {
    /// Longest request target in bytes; past it, 414.
    ///
    /// RFC 9112 §3 asks for 8000 or more.
    package var targetBytesMax = 8 * 1024
    /// Longest single field, name and value, in bytes; past it, 431.
    package var fieldBytesMax = 8 * 1024
    /// Longest request head in bytes, target and fields together; past it, 431.
    package var headBytesMax = 32 * 1024
    /// Most fields in a head; past it, 431.
    package var fieldCountMax = 64
    /// Longest content of a request whose route names no other limit; past it, 413.
    package var contentBytesMax = 64 * 1024
    /// Requests of one connection read ahead while one is answered; then we stop reading.
    package var pipelineDepthMax = 8
    /// Open connections of one loop; past it, a connection is closed as it comes.
    package var connectionCountMax = 16 * 1024
    /// Bytes of answers gathered from a pipeline before they are sent together.
    package var outputBytesMax = 16 * 1024
    /// Bytes waiting for a slow reader before a handler's writes wait, too.
    package var queuedBytesMax = 256 * 1024
    /// Milliseconds from a request's first byte to the end of its head; past it, 408.
    package var headMillisecondsMax: UInt64 = 10_000
    /// Slowest content in bytes a second, after `headMillisecondsMax` of grace; past it, 408.
    package var contentBytesPerSecondMin: UInt64 = 1024
    /// Milliseconds a connection may stand idle between requests.
    package var idleMillisecondsMax: UInt64 = 60_000
    /// Milliseconds in which a reader must take something of what waits for it.
    package var stalledMillisecondsMax: UInt64 = 30_000
    /// Milliseconds we go on reading, and dropping, after our last word on a faulty connection.
    package var lingerMillisecondsMax: UInt64 = 2_000

    /// The limits that the house recommends.
    package init() {}
}
