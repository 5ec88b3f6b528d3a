internal import CZlib

/// Squeezes bodies into the gzip format (RFC 1952), one after another.
///
/// One a shard: its quarter of a megabyte of tables is made once. Used on one thread at a time.
@safe package final class Gzip {
    private let stream: UnsafeMutablePointer<z_stream>
    private let level: Int32

    /// Largest body that is squeezed at once, in bytes; larger ones are better streamed plain.
    package static let bodyBytesMax = 8 * 1024 * 1024

    /// Makes the tables; `level` from 1, fastest, to 9, smallest.
    package init(level: Int = 5) {
        self.level = Int32(min(max(level, 1), 9))
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let status = unsafe c_deflateInit2_gzip(stream, self.level)
        precondition(status == Z_OK, "deflateInit2 fails only without memory")
    }

    /// `bytes` as one gzip member, or nil if there are more than `bodyBytesMax`.
    package func compress(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count <= Self.bodyBytesMax else { return nil }
        unsafe deflateReset(stream)
        let bound = Int(unsafe deflateBound(stream, UInt(bytes.count)))
        return unsafe bytes.withUnsafeBufferPointer { source in
            unsafe [UInt8](unsafeUninitializedCapacity: bound) { target, count in
                // zlib does not write through `next_in`; its C type only says so from 1.3 on.
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                unsafe stream.pointee.avail_in = UInt32(source.count)
                unsafe stream.pointee.next_out = target.baseAddress
                unsafe stream.pointee.avail_out = UInt32(target.count)
                let status = unsafe deflate(stream, Z_FINISH)
                precondition(status == Z_STREAM_END, "deflateBound promises room for all")
                count = unsafe target.count - Int(stream.pointee.avail_out)
                unsafe stream.pointee.next_in = nil
                unsafe stream.pointee.next_out = nil
            }
        }
    }

    /// `bytes` as one gzip member, by tables made for this call alone.
    package static func compress(_ bytes: [UInt8], level: Int = 5) -> [UInt8]? {
        Gzip(level: level).compress(bytes)
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }
}
