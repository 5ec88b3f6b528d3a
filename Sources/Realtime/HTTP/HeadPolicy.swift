/// The strict reading of a head, above what llhttp already refuses.
///
/// Each rule closes a door for request smuggling or cache poisoning: two readers of the same bytes
/// must never disagree on where a message ends or whom it is for (RFC 9112 §6.3 and §11.2).
package struct HeadPolicy: Sendable {
    /// The hosts we answer for, in lower case, without ports; empty means any.
    package var hosts: Set<String> = []
    /// Whether a message without a host is taken, as old devices send; never for the API.
    package var toleratesMissingHost = false

    /// The strict policy, for any host.
    package init() {}

    /// Finds what is wrong with a whole head, or reads its framing into it.
    func check(_ head: inout RequestHead, _ method: Method) -> Refusal? {
        if let refusal = checkTarget(&head, method) { return refusal }
        var framing = Framing()
        for field in head.fields {
            if let refusal = framing.read(field, of: head) { return refusal }
        }
        if let refusal = checkHost(framing, in: head) { return refusal }
        return framing.conclude(&head, method)
    }

    /// Origin form, or `*` with OPTIONS (RFC 9112 §3.2); nothing that names another server.
    private func checkTarget(_ head: inout RequestHead, _ method: Method) -> Refusal? {
        let target = head.bytes[0..<head.targetEnd]
        guard
            target.first == UInt8(ascii: "/") || (method == .options && target.elementsEqual([42]))
        else { return .malformed("the target must begin with /") }
        guard target.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
            return .malformed("the target must be percent-encoded ASCII without a fragment")
        }
        head.pathEnd = target.firstIndex(of: UInt8(ascii: "?")) ?? head.targetEnd
        return nil
    }

    private func checkHost(_ framing: Framing, in head: RequestHead) -> Refusal? {
        guard let host = framing.host, framing.hostCount == 1 else {
            return toleratesMissingHost && framing.hostCount == 0 ? nil : .hostMissingOrRepeated
        }
        let value = head.bytes[host]
        guard !value.isEmpty, value.allSatisfy(Self.isHostByte) else {
            return .malformed("the Host field is no host")
        }
        guard !hosts.isEmpty else { return nil }
        let name =
            value.first == UInt8(ascii: "[")
            ? value.prefix { $0 != UInt8(ascii: "]") } + [UInt8(ascii: "]")]
            : value.prefix { $0 != UInt8(ascii: ":") }
        return hosts.contains(String(decoding: name, as: UTF8.self).lowercased())
            ? nil : .hostUnknown
    }

    /// Letters, digits, `-._:` and the brackets of an IPv6 address.
    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x3A, 0x41...0x5B, 0x5D, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }
}

/// What the fields of one head say about where its message ends.
private struct Framing {
    var host: Range<Int>?
    var hostCount = 0
    private var lengths: [Range<Int>] = []
    private var encodings: [Range<Int>] = []
    private var expectation: Range<Int>?

    mutating func read(_ field: RequestHead.Field, of head: RequestHead) -> Refusal? {
        switch field.name.count {
        case 4 where head.matches(field.name, "host"):
            host = field.value
            hostCount += 1
        case 6 where head.matches(field.name, "expect"): expectation = field.value
        case 7 where head.matches(field.name, "upgrade"): break
        case 14 where head.matches(field.name, "content-length"): lengths.append(field.value)
        case 17 where head.matches(field.name, "transfer-encoding"): encodings.append(field.value)
        default: return nil
        }
        return head.bytes[field.value].allSatisfy { $0 < 0x80 }
            ? nil : .malformed("a framing field holds bytes outside ASCII")
    }

    func conclude(_ head: inout RequestHead, _ method: Method) -> Refusal? {
        if !encodings.isEmpty {
            guard lengths.isEmpty else {
                return .malformed("Transfer-Encoding and Content-Length exclude each other")
            }
            guard head.minorVersion == 1, encodings.count == 1,
                head.matches(encodings[0], "chunked")
            else { return .malformed("Transfer-Encoding must be exactly chunked") }
            head.isChunked = true
        }
        if let refusal = readLength(into: &head) { return refusal }
        if !method.takesContent, head.isChunked || (head.contentLength ?? 0) > 0 {
            return .malformed("\(method.rawValue) takes no content")
        }
        guard let expectation else { return nil }
        guard head.matches(expectation, "100-continue") else { return .expectationUnknown }
        head.expectsContinue = head.minorVersion == 1
        return nil
    }

    /// One value of digits only, and no list: `5, 5` is refused though RFC 9110 §8.6 allows it.
    private func readLength(into head: inout RequestHead) -> Refusal? {
        guard let range = lengths.first else { return nil }
        let digits = head.bytes[range]
        guard lengths.count == 1, !digits.isEmpty, digits.count <= 15,
            digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { return .malformed("Content-Length must be one decimal number") }
        head.contentLength = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return nil
    }
}
