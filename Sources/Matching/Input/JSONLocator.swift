/// Finds where in a JSON text (RFC 8259) a value stands; it trusts that the text was decoded once.
///
/// Whatever the bytes are, it ends, and stays within them.
struct JSONLocator {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Goes to the value at `path`, or as far as the path exists, and answers its line.
    mutating func line(of path: ArraySlice<String>) -> Int {
        skipSpace()
        for step in path {
            let before = position
            guard enter(step) else {
                position = before
                break
            }
        }
        return 1 + bytes[..<min(position, bytes.count)].count { $0 == UInt8(ascii: "\n") }
    }

    /// The beginning of the value that was found.
    func excerpt() -> String {
        let rest = bytes[min(position, bytes.count)...].prefix(60)
        let line = rest.prefix { $0 != UInt8(ascii: "\n") }
        return String(decoding: line, as: UTF8.self)
    }

    /// The first line up to which the text is no beginning of anything in JSON: found by brackets and
    /// quotes alone, so the true fault may stand a little before it.
    static func lineOfFirstError(_ bytes: [UInt8]) -> Int {
        var locator = JSONLocator(bytes)
        locator.skipSpace()
        locator.skipValue()
        locator.skipSpace()
        return locator.line(of: [])
    }

    /// Steps into the member or element, and stands at its value.
    private mutating func enter(_ step: String) -> Bool {
        guard let opening = peek() else { return false }
        switch opening {
        case UInt8(ascii: "{"): return enterMember(step)
        case UInt8(ascii: "["): return Int(step).map { enterElement($0) } ?? false
        default: return false
        }
    }

    private mutating func enterMember(_ name: String) -> Bool {
        position += 1
        while true {
            skipSpace()
            guard peek() == UInt8(ascii: "\"") else { return false }
            let begin = position
            skipText()
            let text = bytes[min(begin + 1, position)..<max(begin + 1, position - 1)]
            skipSpace()
            guard peek() == UInt8(ascii: ":") else { return false }
            position += 1
            skipSpace()
            if text.elementsEqual(name.utf8) { return true }
            skipValue()
            skipSpace()
            guard peek() == UInt8(ascii: ",") else { return false }
            position += 1
        }
    }

    private mutating func enterElement(_ index: Int) -> Bool {
        position += 1
        skipSpace()
        for _ in 0..<index {
            guard peek() != UInt8(ascii: "]") else { return false }
            skipValue()
            skipSpace()
            guard peek() == UInt8(ascii: ",") else { return false }
            position += 1
            skipSpace()
        }
        return peek() != nil
    }

    /// Goes behind a value: to the bracket that closes the first one, counting both kinds alike.
    private mutating func skipValue() {
        var depth = 0
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""):
                skipText()
                if depth == 0 { return }
                continue
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                if depth == 0 { return }
                depth -= 1
                if depth == 0 {
                    position += 1
                    return
                }
            case UInt8(ascii: ","):
                if depth == 0 { return }
            default: break
            }
            position += 1
        }
    }

    private mutating func skipText() {
        position += 1
        while let byte = peek() {
            position += byte == UInt8(ascii: "\\") ? 2 : 1
            if byte == UInt8(ascii: "\"") { return }
        }
    }

    private mutating func skipSpace() {
        while let byte = peek(), byte.isJSONSpace { position += 1 }
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }
}
