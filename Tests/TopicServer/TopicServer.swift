internal import Glibc
internal import Realtime

/// One topic for `ops/bench websocket`: what comes in at `/publish`, all who are at `/` get.
@main
struct TopicServer {
    private static let topic = "topic"

    /// Serves on a port of 127.0.0.1, with so many loops: `topic-server PORT LOOPS`.
    static func main() async throws {
        let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        guard numbers.count == 2, (1...65_535).contains(numbers[0]), (1...64).contains(numbers[1])
        else { return print("usage: topic-server PORT LOOPS") }
        let shards = try (0..<numbers[1]).map { try Shard(index: $0) }
        let topics = await Topics<[UInt8]>(on: shards)
        let router = Router([
            Route(.get, "/") { _, _ in
                .webSocket(origins: .any) { await subscribe($0, to: topics, on: $1) }
            },
            Route(.get, "/publish") { _, _ in
                .webSocket(origins: .any) { socket, _ in
                    while case .text(let text)? = await socket.next() {
                        topics.publish(WebSocketFrame.encodeText(text), to: topic)
                    }
                }
            },
        ])
        for shard in shards { try await shard.listen(port: numbers[0], router) }
        pause()  // until a signal ends it
    }

    private static func subscribe(
        _ socket: WebSocketConnection, to topics: Topics<[UInt8]>, on shard: isolated Shard
    ) async {
        let subscription = topics.subscribe(to: [topic], on: shard)
        while case .messages(let frames) = await subscription.next() {
            for frame in frames { socket.send(frame: frame) }
            await socket.whileCongested()
        }
    }
}

extension Shard {
    fileprivate func listen(port: Int, _ router: Router) throws {
        // No answer here depends on the date.
        let configuration = HTTPServer.Configuration(
            endpoint: .tcp(host: "127.0.0.1", port: port), unixSeconds: { 0 })
        try install { shard in
            let server = HTTPServer(configuration, router, on: shard.loop)
            try server.start(on: shard)
            return server
        }
    }
}
