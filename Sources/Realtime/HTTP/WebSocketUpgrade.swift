/// What a handler asks for by answering with a WebSocket.
package struct WebSocketService {
    /// Pages that may connect.
    package var origins: WebSocketHandshake.Origins
    /// Bounds of the connection.
    package var limits = WebSocketConnection.Limits()
    /// Speaks on the connection; its return closes it.
    package var body: (WebSocketConnection, isolated Shard) async -> Void
}

/// A connection that HTTP has handed over.
struct WebSocketUpgrade {
    let connection: WebSocketConnection
    let body: (WebSocketConnection, isolated Shard) async -> Void
}

/// What a server holds open, whatever it speaks.
protocol ServedConnection: AnyObject {
    /// Ends it when it is idle, or after what is under way.
    func drain()
    /// Closes without waiting for anybody.
    func abort()
    /// Called about once a second with the loop's milliseconds.
    func checkDeadline(_ now: UInt64)
}

extension Response {
    /// An answer that turns the connection into a WebSocket, if the request's handshake allows it.
    ///
    /// A handshake that is refused is answered 400, 403, 405 or 426 instead, and `body` never runs.
    package static func webSocket(
        origins: WebSocketHandshake.Origins,
        limits: WebSocketConnection.Limits = WebSocketConnection.Limits(),
        _ body: @escaping (WebSocketConnection, isolated Shard) async -> Void
    ) -> Response {
        var response = Response(.switch)
        response.body = .webSocket(
            WebSocketService(origins: origins, limits: limits, body: body))
        return response
    }

    /// The answer to a request that asked to become this WebSocket, or did not.
    consuming func judged(for request: Request, isDraining: Bool) -> Response {
        guard case .webSocket(let service) = body else { return self }
        switch request.handshake(from: service.origins) {
        case .refuse(let refusal): return .refusing(refusal)
        case .accept where isDraining:
            var response = Response(.serviceUnavailable, text: "Service Unavailable\n")
            response.closesConnection = true
            return response
        case .accept(let acceptance):
            return adding("Upgrade", "websocket").adding("Connection", "Upgrade")
                .adding("Sec-WebSocket-Accept", acceptance)
        }
    }

    /// The connection is closed after it: what follows may be frames of a hasty client.
    private static func refusing(_ refusal: WebSocketHandshake.Refusal) -> Response {
        let (status, field): (Status, (String, String)?) =
            switch refusal {
            case .method: (.methodNotAllowed, ("Allow", "GET"))
            case .noUpgrade: (.upgradeRequired, ("Upgrade", "websocket"))
            case .version: (.upgradeRequired, ("Upgrade", "websocket"))
            case .key: (.badRequest, nil)
            case .origin: (.forbidden, nil)
            }
        var response = Response(status, text: "\(status.reason)\n")
        if let (name, value) = field { response.add(name, value) }
        if status == .upgradeRequired { response.add("Sec-WebSocket-Version", "13") }
        response.closesConnection = true
        return response
    }
}

extension Request {
    /// Why this does not become a WebSocket, whatever page it comes from; `nil` when it may.
    package var webSocketRefusal: WebSocketHandshake.Refusal? {
        if case .refuse(let refusal) = handshake(from: .any) { refusal } else { nil }
    }

    fileprivate func handshake(
        from origins: WebSocketHandshake.Origins
    ) -> WebSocketHandshake.Outcome {
        let outcome = WebSocketHandshake.judge(
            method: method.rawValue, origins: origins, field: { head.values(of: $0) })
        if case .accept = outcome, !head.wantsUpgrade || head.minorVersion == 0 {
            return .refuse(.noUpgrade)
        }
        return outcome
    }
}

extension RequestHead {
    /// The values of all lines with a lower-case name, in order.
    func values(of name: String) -> [String] {
        fields.filter { text($0.name).lowercased() == name }.map { text($0.value) }
    }
}
