import Realtime
import Support
import Testing

@Suite("Requests that nobody waits for")
struct AbandonedRequestTests {
    /// A server whose handler waits long, and says when it began and how it ended.
    private func server(
        _ began: Locked<Bool>, _ wasCancelled: Locked<Bool?>
    ) async throws -> TestServer {
        try await TestServer([
            Route(.get, "/") { _, _ in
                began.withLock { $0 = true }
                return Response(.ok, text: "quick\n")
            },
            Route(.get, "/long") { _, shard in
                began.withLock { $0 = true }
                await shard.sleep(for: .seconds(30))
                let isCancelled = Task.isCancelled
                wasCancelled.withLock { $0 = isCancelled }
                return Response(.ok, text: "late\n")
            },
        ])
    }

    private func until(_ holds: () -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(5)
        while !holds(), ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(5)) }
    }

    @Test("a reset connection cancels the handler of its request")
    func reset() async throws {
        let (began, cancelled) = (Locked(false), Locked<Bool?>(nil))
        let server = try await server(began, cancelled)
        // A socket closed over an answer that nobody read is reset (RFC 9293 §3.10.4).
        do {
            let client = try TestClient(port: server.port)
            for path in ["/", "/long"] {
                began.withLock { $0 = false }
                client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                try await until { began.withLock { $0 } }
            }
        }
        try await until { cancelled.withLock { $0 } != nil }
        #expect(cancelled.withLock { $0 } == true)
        await server.stop()
    }

    @Test("a half-closed client is still answered, until the drain's patience is over")
    func drained() async throws {
        let (began, cancelled) = (Locked(false), Locked<Bool?>(nil))
        let server = try await server(began, cancelled)
        let client = try TestClient(port: server.port)
        client.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n")
        client.endSending()
        try await until { began.withLock { $0 } }
        #expect(cancelled.withLock { $0 } == nil)
        let start = ContinuousClock.now
        await server.stop(within: .milliseconds(50))
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(cancelled.withLock { $0 } == true)
    }
}
