internal import CZlib

/// Writes a ZIP archive (PKWARE APPNOTE 6.3.10) file by file, each of them there whole.
///
/// Names are UTF-8 and say so (general purpose bit 11). Without ZIP64: bounded by `archiveBytesMax`.
package struct ZipWriter: Sendable {
    /// What does not fit.
    package enum Fault: Error, Hashable {
        /// The archive would be larger than `archiveBytesMax`, or have more than `filesMax` files.
        case tooLarge
        /// A name is empty or longer than 65,535 bytes.
        case nameUnfit
    }

    /// Largest archive, and largest file in it, in bytes.
    package static let archiveBytesMax = 1 << 30
    /// Most files.
    package static let filesMax = 10_000

    private struct Entry: Sendable {
        var name: [UInt8]
        var head: [UInt8]
        var offset: UInt32
    }

    /// What was not taken away yet.
    private var bytes: [UInt8] = []
    private var taken = 0
    private var entries: [Entry] = []
    /// MS-DOS time and date of all files.
    private let stamp: [UInt8]

    /// An empty archive whose files bear this wall-clock time.
    package init(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        let time = hour << 11 | minute << 5 | second / 2
        let date = (min(max(year, 1980), 2107) - 1980) << 9 | month << 5 | day
        stamp = Self.little(UInt64(time), 2) + Self.little(UInt64(date), 2)
    }

    /// How many bytes wait to be taken.
    package var waiting: Int { bytes.count }

    /// The bytes since the last time; the archive goes on after them.
    package mutating func take() -> [UInt8] {
        defer {
            taken += bytes.count
            bytes = []
        }
        return bytes
    }

    /// Adds a file.
    package mutating func add(_ name: String, _ content: [UInt8]) throws(Fault) {
        let name = Array(name.utf8)
        guard !name.isEmpty, name.count <= Int(UInt16.max) else { throw .nameUnfit }
        guard entries.count < Self.filesMax, content.count <= Self.archiveBytesMax,
            taken + bytes.count + content.count + 2 * name.count <= Self.archiveBytesMax
        else { throw .tooLarge }
        let squeezed = Deflate.raw(content)
        let isStored = squeezed.count >= content.count
        let body = isStored ? content : squeezed
        // Version 2.0, names in UTF-8, stored or deflated, time, date, CRC, sizes, length of the name.
        var head = Self.little(20, 2) + Self.little(1 << 11, 2)
        head += Self.little(isStored ? 0 : 8, 2) + stamp
        head += Self.little(UInt64(Deflate.check(content)), 4)
        head += Self.little(UInt64(body.count), 4) + Self.little(UInt64(content.count), 4)
        head += Self.little(UInt64(name.count), 2) + Self.little(0, 2)
        entries.append(Entry(name: name, head: head, offset: UInt32(taken + bytes.count)))
        bytes += Self.little(0x0403_4B50, 4) + head + name + body
    }

    /// Writes the directory: the archive is whole.
    package mutating func finish() {
        let start = taken + bytes.count
        for entry in entries {
            // Made on Unix; no comment, one disk, a file that its owner alone reads.
            bytes += Self.little(0x0201_4B50, 4) + Self.little(3 << 8 | 20, 2) + entry.head
            bytes += Self.little(0, 2) + Self.little(0, 2) + Self.little(0, 2)
            bytes += Self.little(0o100600 << 16, 4) + Self.little(UInt64(entry.offset), 4)
            bytes += entry.name
        }
        let size = taken + bytes.count - start
        bytes += Self.little(0x0605_4B50, 4) + Self.little(0, 4)
        bytes += Self.little(UInt64(entries.count), 2) + Self.little(UInt64(entries.count), 2)
        bytes += Self.little(UInt64(size), 4) + Self.little(UInt64(start), 4) + Self.little(0, 2)
    }

    private static func little(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }
}

/// Bare deflate (RFC 1951) and the check that ZIP keeps beside it.
enum Deflate {
    /// `bytes` squeezed, by tables made for this call alone.
    static func raw(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] {
        var stream = unsafe z_stream()
        precondition(
            unsafe c_deflateInit2_raw(&stream, level) == Z_OK,
            "deflateInit2 fails only without memory")
        defer { unsafe _ = deflateEnd(&stream) }
        let bound = Int(unsafe deflateBound(&stream, UInt(bytes.count)))
        return unsafe bytes.withUnsafeBufferPointer { source in
            unsafe [UInt8](unsafeUninitializedCapacity: bound) { target, count in
                // zlib does not write through `next_in`; its C type only says so from 1.3 on.
                unsafe stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                unsafe stream.avail_in = UInt32(source.count)
                unsafe stream.next_out = target.baseAddress
                unsafe stream.avail_out = UInt32(target.count)
                let status = unsafe deflate(&stream, Z_FINISH)
                precondition(status == Z_STREAM_END, "deflateBound promises room for all")
                count = unsafe target.count - Int(stream.avail_out)
            }
        }
    }

    /// The CRC-32 of `bytes` (ISO 3309).
    static func check(_ bytes: [UInt8]) -> UInt32 {
        unsafe bytes.withUnsafeBufferPointer { source in
            UInt32(truncatingIfNeeded: unsafe crc32(0, source.baseAddress, UInt32(source.count)))
        }
    }
}
