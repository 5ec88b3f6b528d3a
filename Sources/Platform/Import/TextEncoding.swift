internal import Glibc

/// How the bytes of an imported file spell their text.
package enum TextEncoding: String, Sendable, Hashable {
    case utf8 = "UTF-8"
    case utf8WithMark = "UTF-8 (BOM)"
    case gb18030 = "GB18030"

    /// The text of a file as UTF-8 without a byte order mark, and how it was spelled.
    ///
    /// A byte order mark means UTF-8; valid UTF-8 is UTF-8; all else is read as GB18030 (its subset
    /// GBK is what spreadsheets in China save).
    ///
    /// - Throws: the line of the first byte that neither encoding can spell.
    package static func decode(_ bytes: [UInt8]) throws(UndecodableText) -> (
        text: [UInt8], encoding: TextEncoding
    ) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        if bytes.starts(with: mark) {
            let text = Array(bytes.dropFirst(mark.count))
            guard isUTF8(text) else {
                throw UndecodableText(line: firstBadLine(text), encoding: .utf8WithMark)
            }
            return (text, .utf8WithMark)
        }
        if isUTF8(bytes) { return (bytes, .utf8) }
        return (try GB18030.decode(bytes), .gb18030)
    }

    private static func isUTF8(_ bytes: [UInt8]) -> Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }

    /// UTF-8 keeps line feeds apart from all other bytes, so lines can be tried one by one.
    private static func firstBadLine(_ bytes: [UInt8]) -> Int {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let index = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
        return (index ?? 0) + 1
    }
}

/// A file that is neither UTF-8 nor GB18030.
package struct UndecodableText: Error, Hashable {
    /// The line, from 1, of the first byte that cannot be read.
    package let line: Int
    /// What the file was taken for.
    package let encoding: TextEncoding

    /// A fault at this line of a file taken for `encoding`.
    package init(line: Int, encoding: TextEncoding) {
        self.line = line
        self.encoding = encoding
    }
}

/// GB18030 to and from UTF-8 through glibc's iconv.
package enum GB18030 {
    /// The UTF-8 of `bytes`; throws the line of the first sequence that is not GB18030.
    package static func decode(_ bytes: [UInt8]) throws(UndecodableText) -> [UInt8] {
        switch convert(bytes, from: "GB18030", to: "UTF-8") {
        case .whole(let text): return text
        case .stopped(let offset):
            let feeds = bytes[..<offset].count { $0 == UInt8(ascii: "\n") }
            throw UndecodableText(line: feeds + 1, encoding: .gb18030)
        }
    }

    /// The GB18030 of `text`, which can spell every Unicode scalar.
    package static func encode(_ text: String) -> [UInt8]? {
        guard case .whole(let bytes) = convert(Array(text.utf8), from: "UTF-8", to: "GB18030")
        else { return nil }
        return bytes
    }

    private enum Conversion {
        case whole([UInt8])
        /// The offset of the first byte that could not be converted.
        case stopped(Int)
    }

    private static func convert(_ bytes: [UInt8], from: String, to: String) -> Conversion {
        let descriptor = unsafe iconv_open(to, from)
        guard unsafe descriptor != iconv_t(bitPattern: -1) else { return .stopped(0) }
        defer { unsafe _ = iconv_close(descriptor) }
        guard !bytes.isEmpty else { return .whole([]) }
        var input = bytes.map { CChar(bitPattern: $0) }
        // One byte of GB18030 makes at most three of UTF-8, and one of UTF-8 at most two of GB18030
        // (U+0080 … U+07FF: two become four).
        let room = bytes.count * 3
        var offset = 0
        let output = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            unsafe input.withUnsafeMutableBufferPointer { source in
                var next = source.baseAddress
                var left = source.count
                var target = unsafe UnsafeMutableRawPointer(buffer.baseAddress)?
                    .assumingMemoryBound(to: CChar.self)
                var free = room
                let status = unsafe iconv(descriptor, &next, &left, &target, &free)
                offset = status == -1 ? source.count - left : source.count
                count = room - free
            }
        }
        return offset == bytes.count ? .whole(output) : .stopped(offset)
    }
}
