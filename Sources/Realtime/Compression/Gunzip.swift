internal import CZlib

/// Opens what is in the gzip format (RFC 1952).
package enum Gunzip {
    /// Why some bytes are not opened.
    package enum Failure: Error, Hashable {
        /// They are not gzip, or not all of it.
        case broken
        /// They would be longer than the caller allows.
        case tooLong
    }

    /// Whether bytes begin as a gzip file does.
    package static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    /// All members of a gzip file, one behind the other; at most `bytesMax` bytes.
    @safe package static func open(_ bytes: [UInt8], bytesMax: Int) throws(Failure) -> [UInt8] {
        var stream = unsafe z_stream()
        guard unsafe c_inflateInit2_gzip(&stream) == Z_OK else { throw .broken }
        defer { unsafe _ = inflateEnd(&stream) }
        var opened: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        var read = 0
        while true {
            let (status, taken, made) = unsafe step(
                &stream, bytes[read..<min(bytes.count, read + (1 << 30))], &chunk)
            read += taken
            opened.append(contentsOf: chunk[..<made])
            guard opened.count <= bytesMax else { throw .tooLong }
            if status == Z_STREAM_END {
                guard read < bytes.count else { return opened }
                guard unsafe inflateReset(&stream) == Z_OK else { throw .broken }
            } else if status != Z_OK || (taken == 0 && made == 0) {
                throw .broken
            }
        }
    }

    private static func step(
        _ stream: inout z_stream, _ source: ArraySlice<UInt8>, _ chunk: inout [UInt8]
    ) -> (status: Int32, taken: Int, made: Int) {
        unsafe source.withUnsafeBufferPointer { source in
            unsafe chunk.withUnsafeMutableBufferPointer { target in
                // zlib does not write through `next_in`; its C type only says so from 1.3 on.
                unsafe stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                unsafe stream.avail_in = UInt32(source.count)
                unsafe stream.next_out = target.baseAddress
                unsafe stream.avail_out = UInt32(target.count)
                let status = unsafe inflate(&stream, Z_NO_FLUSH)
                return unsafe (
                    status, source.count - Int(stream.avail_in),
                    target.count - Int(stream.avail_out)
                )
            }
        }
    }
}
