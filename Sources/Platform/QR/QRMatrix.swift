internal import CQREncode

/// A QR code (ISO/IEC 18004) as its square of modules.
package struct QRMatrix: Sendable, Hashable {
    /// Modules a side.
    package let width: Int
    /// Rows from the top, true where a module is dark.
    package let isDark: [Bool]

    /// Longest content in bytes: an address fits many times, and a phone still reads the code.
    package static let bytesMax = 1000

    /// The code of a text's UTF-8, in the smallest size that holds it, a seventh of it expendable
    /// (level M); nil for an empty text or one that is too long.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard (1...Self.bytesMax).contains(bytes.count) else { return nil }
        guard
            let code = unsafe QRcode_encodeData(Int32(bytes.count), bytes, 0, QR_ECLEVEL_M)
        else { return nil }
        defer { unsafe QRcode_free(code) }
        width = unsafe Int(code.pointee.width)
        // The lowest bit of a module is its colour (qrencode.h).
        let count = width * width
        isDark = (0..<count).map { unsafe code.pointee.data[$0] & 1 == 1 }
    }
}
