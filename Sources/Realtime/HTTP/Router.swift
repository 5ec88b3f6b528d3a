/// Answers a request on the shard that read it.
package typealias Handler = @Sendable (Request, isolated Shard) async throws -> Response

/// Answers a request from what is there already, waiting for nothing.
package typealias ImmediateHandler = @Sendable (Request) -> Response

/// One path and method, and who answers.
package struct Route: Sendable {
    /// What is asked of the path.
    package var method: Method
    /// A path whose segments are words or `{name}`, such as `/estates/{estate}/announcements`.
    package var template: String
    /// Longest content it takes, in bytes; `nil` for the listener's own limit.
    package var contentBytesMax: Int?
    /// Who answers.
    package var handler: Handler
    /// Who answers where the request was read, if nothing is before it.
    let immediate: ImmediateHandler?

    /// A route.
    package init(
        _ method: Method, _ template: String, contentBytesMax: Int? = nil,
        handler: @escaping Handler
    ) {
        self.method = method
        self.template = template
        self.contentBytesMax = contentBytesMax
        self.handler = handler
        immediate = nil
    }

    /// A route that answers at once: a request to it wakes no task.
    package init(_ method: Method, _ template: String, immediate: @escaping ImmediateHandler) {
        self.method = method
        self.template = template
        handler = { request, _ in immediate(request) }
        self.immediate = immediate
    }
}

/// From a path to its route: a tree of segments, where a word goes before a parameter.
package struct Router: Sendable {
    /// What was found for a request.
    enum Match {
        /// The route's index, and where its parameters stand in the head.
        case found(Int, [Range<Int>])
        case refused(Refusal)
    }

    private struct Node: Sendable {
        var words: [(word: [UInt8], node: Int)] = []
        var parameter: Int?
        var routes: [(method: Method, route: Int)] = []
    }

    /// All routes in the order given; an index into it names a route.
    package let routes: [Route]
    let parameterNames: [[String]]
    private var nodes = [Node()]

    /// Builds the tree; two routes with one method and one path are our mistake.
    package init(_ routes: [Route]) {
        self.routes = routes
        parameterNames = routes.map { route in
            route.template.split(separator: "/").filter { $0.hasPrefix("{") }
                .map { String($0.dropFirst().dropLast()) }
        }
        for (index, route) in routes.enumerated() { insert(route, index) }
    }

    private mutating func insert(_ route: Route, _ index: Int) {
        precondition(route.template.hasPrefix("/"), "a template begins with /: \(route.template)")
        var node = 0
        for segment in route.template.utf8.split(separator: UInt8(ascii: "/")) {
            node = child(of: node, for: Array(segment))
        }
        precondition(
            !nodes[node].routes.contains { $0.method == route.method },
            "two routes for \(route.method.rawValue) \(route.template)")
        nodes[node].routes.append((route.method, index))
    }

    private mutating func child(of node: Int, for segment: [UInt8]) -> Int {
        let isParameter = segment.first == UInt8(ascii: "{")
        let known =
            isParameter
            ? nodes[node].parameter : nodes[node].words.first { $0.word == segment }?.node
        if let known { return known }
        nodes.append(Node())
        if isParameter {
            nodes[node].parameter = nodes.count - 1
        } else {
            nodes[node].words.append((segment, nodes.count - 1))
        }
        return nodes.count - 1
    }

    /// Finds the route; HEAD is answered by GET's.
    func match(_ head: RequestHead, _ method: Method) -> Match {
        var parameters: [Range<Int>] = []
        var node = 0
        var start = 1
        while start < head.pathEnd {
            var end = start
            while end < head.pathEnd, head.bytes[end] != UInt8(ascii: "/") { end += 1 }
            if let word = nodes[node].words.first(where: { equal($0.word, head.bytes, start, end) })
            {
                node = word.node
            } else if let next = nodes[node].parameter, end > start {
                parameters.append(start..<end)
                node = next
            } else {
                return .refused(.routeUnknown)
            }
            start = end + 1
        }
        let found = nodes[node].routes
        let wanted = method == .head && !found.contains { $0.method == .head } ? .get : method
        if let route = found.first(where: { $0.method == wanted }) {
            return .found(route.route, parameters)
        }
        guard !found.isEmpty else { return .refused(.routeUnknown) }
        var allowed = found.map(\.method.rawValue) + ["OPTIONS"]
        if found.contains(where: { $0.method == .get }) { allowed.append("HEAD") }
        return .refused(.methodNotAllowed(allowed: allowed.sorted().joined(separator: ", ")))
    }

    private func equal(_ word: [UInt8], _ bytes: [UInt8], _ start: Int, _ end: Int) -> Bool {
        guard word.count == end - start else { return false }
        for index in 0..<word.count where word[index] != bytes[start + index] { return false }
        return true
    }
}
