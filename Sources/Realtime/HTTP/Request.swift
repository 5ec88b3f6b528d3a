/// One request, its content read whole.
///
/// Its head stays the bytes that came, with marks into them: text is made only when asked for.
package final class Request {
    /// What is asked.
    package internal(set) var method: Method = .get
    /// The content, decoded from its framing; at most what the route allows.
    package internal(set) var content: [UInt8] = []
    /// Whether it was sent over TLS.
    package internal(set) var isSecure = false
    /// The client's address in digits: the peer's, or the one that a trusted proxy names; empty over
    /// a Unix socket.
    package internal(set) var peerAddress = ""
    /// Counts the shard's requests; with the shard's index it names this one in logs.
    package internal(set) var number: UInt64 = 0

    var head = RequestHead()
    var match: RouteMatch?

    /// What the router found.
    struct RouteMatch {
        var index: Int
        var template: String
        var parameterNames: [String]
        /// Where the parameters stand in the head.
        var parameters: [Range<Int>]
    }

    init() {}

    /// The template that its route was declared with; `nil` when none fits.
    package var routeTemplate: String? { match?.template }

    /// The target's path as it was sent: still percent-encoded, without the query.
    package var path: String { head.text(head.path) }

    /// The path's part for a `{name}` of the route's template, percent-decoded.
    ///
    /// `nil` when the template has no such name, or the part decodes to no valid UTF-8.
    package func parameter(_ name: String) -> String? {
        guard let match, let index = match.parameterNames.firstIndex(of: name) else { return nil }
        return PercentEncoding.decode(head.bytes[match.parameters[index]], plusIsSpace: false)
    }

    /// The first value of a query parameter, decoded (`application/x-www-form-urlencoded`).
    package func query(_ name: String) -> String? {
        queryItems?.first { $0.name == name }?.value
    }

    /// The query's parameters in order; `nil` when any part decodes to no valid UTF-8, or has a NUL:
    /// a filter that cannot be read must not read as none.
    package var queryItems: [(name: String, value: String)]? {
        var items: [(name: String, value: String)] = []
        for item in head.bytes[head.query].split(separator: UInt8(ascii: "&")) {
            let parts = item.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(parts[0], plusIsSpace: true),
                let value = PercentEncoding.decode(parts.dropFirst().first ?? [], plusIsSpace: true)
            else { return nil }
            items.append((name, value))
        }
        return items
    }

    /// The value of a field, by its name in lower case.
    ///
    /// Values of a repeated field are joined by `, ` (RFC 9110 §5.3). `nil` when it is absent,
    /// or holds bytes outside ASCII: nothing of ours means anything by those.
    package func field(_ name: StaticString) -> String? { head.field(name) }

    /// Whether there is a field of this name in lower case, whatever it holds.
    package func hasField(_ name: StaticString) -> Bool {
        head.fields.contains { head.matches($0.name, name) }
    }

    func reset() {
        head.reset()
        content.removeAll(keepingCapacity: content.capacity <= 4096)
        match = nil
    }
}
