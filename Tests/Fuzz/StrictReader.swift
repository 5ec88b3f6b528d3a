/// Reads the bytes of one message that was taken once more, line by line, from RFC 9112 alone.
///
/// It shares no code with the parser or the policy: whatever they take must be a message to it,
/// ending at the same byte, with the same content.
enum StrictReader {
    private static let contentless: Set = ["GET", "HEAD", "DELETE", "OPTIONS"]
    private static let methods: Set = contentless.union(["POST", "PUT", "PATCH"])

    static func judge(
        _ message: HTTPHeads.Message, _ bytes: ArraySlice<UInt8>
    ) throws(Disagreement) {
        // Empty lines before a request are passed over (RFC 9112 §2.2).
        var rest = bytes.drop { $0 == 0x0D || $0 == 0x0A }
        let first = try line(&rest)
        // llhttp takes several spaces for one, as RFC 9112 §3 allows; no word can hold any.
        let start = first.split(separator: 0x20)
        try expect(
            start.count == 3 && first.first != 0x20 && first.last != 0x20,
            "a request line of \(start.count) words")
        let method = String(decoding: start[0], as: UTF8.self)
        let version = String(decoding: start[2], as: UTF8.self)
        try expect(methods.contains(method) && method == message.method, "the method \(method)")
        try expect(version == "HTTP/1.1" || version == "HTTP/1.0", "the version \(version)")
        try judge(target: start[1], method)
        try expect(start[1].elementsEqual(message.target), "the target of \(message)")
        let fields = try readFields(&rest)
        let kept = fields.filter { !$0.name.contains("_") }
        try expect(
            kept.count * 2 == message.fields.count
                && kept.enumerated().allSatisfy {
                    message.fields[2 * $0].elementsEqual($1.bytes)
                        && trimmed(message.fields[2 * $0 + 1][...]).elementsEqual($1.value)
                }, "the fields of \(message)")
        try judge(framing: kept, version, method, message, rest)
    }

    private static func judge(
        target: ArraySlice<UInt8>, _ method: String
    ) throws(Disagreement) {
        let isOrigin = target.first == UInt8(ascii: "/")
        let isAll = method == "OPTIONS" && target.elementsEqual("*".utf8)
        try expect(isOrigin || isAll, "a target that is neither origin form nor *")
        try expect(
            target.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") },
            "a target with bytes that do not belong there")
    }

    private static func judge(
        framing fields: [Field], _ version: String, _ method: String,
        _ message: HTTPHeads.Message, _ rest: ArraySlice<UInt8>
    ) throws(Disagreement) {
        let hosts = fields.filter { $0.name == "host" }
        try expect(hosts.count == 1 && hosts[0].isASCII, "\(hosts.count) hosts")
        let codings = fields.filter { $0.name == "transfer-encoding" }
        let lengths = fields.filter { $0.name == "content-length" }
        var rest = rest
        var content: [UInt8] = []
        if !codings.isEmpty {
            try expect(
                codings.count == 1 && codings[0].text == "chunked" && version == "HTTP/1.1"
                    && lengths.isEmpty, "Transfer-Encoding: \(codings), \(lengths)")
            content = try chunks(&rest)
        } else if let length = lengths.first {
            let count =
                length.value.allSatisfy { (0x30...0x39).contains($0) } ? Int(length.text) : nil
            try expect(lengths.count == 1 && count != nil, "Content-Length: \(lengths)")
            content = Array(rest.prefix(count ?? 0))
            rest = rest.dropFirst(count ?? 0)
        }
        try expect(rest.isEmpty, "it ends \(rest.count) bytes later than it should")
        try expect(content == message.content, "the content of \(message)")
        try expect(!codings.isEmpty == message.isChunked, "whether \(message) is chunked")
        try expect(!contentless.contains(method) || content.isEmpty, "content with \(method)")
    }

    private struct Field {
        var bytes: ArraySlice<UInt8>
        var value: ArraySlice<UInt8>

        var name: String { String(decoding: bytes, as: UTF8.self).lowercased() }
        var text: String { String(decoding: value, as: UTF8.self).lowercased() }
        var isASCII: Bool { value.allSatisfy { $0 < 0x80 } }
    }

    private static func readFields(
        _ rest: inout ArraySlice<UInt8>
    ) throws(Disagreement) -> [Field] {
        var fields: [Field] = []
        while true {
            let line = try line(&rest)
            if line.isEmpty { return fields }
            let name = line.prefix { $0 != UInt8(ascii: ":") }
            try expect(
                name.count < line.count && !name.isEmpty && name.allSatisfy(isTokenByte),
                "a field's name")
            fields.append(Field(bytes: name, value: trimmed(line.dropFirst(name.count + 1))))
        }
    }

    /// Chunks, the last of them empty, and trailers (RFC 9112 §7.1).
    private static func chunks(
        _ rest: inout ArraySlice<UInt8>
    ) throws(Disagreement) -> [UInt8] {
        var content: [UInt8] = []
        while true {
            let digits = String(
                decoding: try line(&rest).prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
            guard let count = Int(digits, radix: 16), count <= rest.count else {
                throw Disagreement("a chunk of \(digits)")
            }
            guard count > 0 else {
                _ = try readFields(&rest)
                return content
            }
            content += rest.prefix(count)
            rest = rest.dropFirst(count)
            try expect(try line(&rest).isEmpty, "a chunk that does not end after \(count) bytes")
        }
    }

    /// The next line, which ends in CRLF and holds neither byte alone.
    private static func line(
        _ rest: inout ArraySlice<UInt8>
    ) throws(Disagreement) -> ArraySlice<UInt8> {
        let line = rest.prefix { $0 != 0x0D && $0 != 0x0A }
        rest = rest.dropFirst(line.count)
        try expect(rest.starts(with: [0x0D, 0x0A]), "a line that does not end in CRLF")
        rest = rest.dropFirst(2)
        return line
    }

    private static func trimmed(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let start = value.drop(while: isSpace)
        let end = start.lastIndex { !isSpace($0) }
        return end.map { start[...$0] } ?? start.prefix(0)
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
