import Realtime
import Support
import Testing

/// Routes that wait for nothing, beside one that waits.
@Suite("A route that answers at once")
struct ImmediateRouteTests {
    private static let routes = [
        Route(
            .get, "/now/{name}",
            immediate: { request in
                Response(.ok, text: request.parameter("name") ?? "?")
            }),
        Route(
            .get, "/large",
            immediate: { _ in
                Response(.ok, "text/plain", [UInt8](repeating: 97, count: 1_000_000))
            }),
        Route(
            .get, "/stream",
            immediate: { _ in
                Response(.ok, "text/plain") { writer, _ in try await writer.write(Array("s".utf8)) }
            }),
        Route(
            .get, "/last",
            immediate: { _ in
                var response = Response(.ok, text: "last")
                response.closesConnection = true
                return response
            }),
        Route(.get, "/slow") { _, shard in
            await shard.sleep(for: .milliseconds(50))
            return Response(.ok, text: "slow")
        },
        Route(.get, "/held") { _, shard in
            shard.install { _ in Gate() }
            await shard.local(Gate.self)?.pass()
            return Response(.ok, text: "held")
        },
        Route(.get, "/release") { _, shard in
            guard let gate = shard.local(Gate.self), gate.open() else {
                return Response(.ok, text: "nobody waits yet")
            }
            return Response(.ok, text: "released")
        },
    ]

    @Test("costs no job of its loop, and its HEAD neither")
    func costsNoJob() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            _ = try client.request("GET", "/now/x")
            let before = await server.shard.localJobCount
            for n in 0..<50 {
                #expect(try client.request("GET", "/now/\(n)").text == "\(n)")
                #expect(try client.request("HEAD", "/now/\(n)").status == 200)
            }
            // What asks for the count runs there, too.
            #expect(await server.shard.localJobCount - before <= 2)
        }
    }

    @Test("keeps its place among pipelined requests that wait, streams and refusals")
    func order() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            let paths = [
                "/now/1", "/slow", "/now/2", "/now/3", "/stream", "/now/4", "/nowhere", "/now/5",
            ]
            for path in paths + paths { client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n") }
            for _ in 0..<2 {
                for text in ["1", "slow", "2", "3", "s", "4", nil, "5"] {
                    let answer = try client.answer()
                    #expect(answer.status == (text == nil ? 404 : 200))
                    if let text { #expect(answer.text == text) }
                }
            }
        }
    }

    @Test("is sent before a request behind it is done")
    func early() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            client.send(
                "GET /now/a HTTP/1.1\r\nHost: a\r\n\r\nGET /held HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.answer().text == "a")
            let other = try TestClient(port: server.port)
            while try other.request("GET", "/release").text != "released" {}
            #expect(try client.answer().text == "held")
        }
    }

    @Test("ends the connection when it says so, or the client does")
    func ends() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            #expect(try client.request("GET", "/last").text == "last")
            #expect(throws: TestClient.Failure.self) { try client.request("GET", "/now/x") }
            let other = try TestClient(port: server.port)
            other.send("GET /now/y HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(try other.answer().text == "y")
            #expect(throws: TestClient.Failure.self) { try other.answer() }
        }
    }

    @Test("gathers no more for a slow reader than what its limits allow")
    func slowReader() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            for _ in 0..<40 { client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n") }
            for _ in 0..<40 { #expect(try client.answer().text.utf8.count == 1_000_000) }
        }
    }

    private func withServer(_ body: (TestServer) async throws -> Void) async throws {
        let server = try await TestServer(Self.routes)
        try await body(server)
        await server.stop()
    }
}

/// Holds one request until another opens it; used on one shard.
private final class Gate {
    private var waiting: CheckedContinuation<Void, Never>?

    func pass() async { await withCheckedContinuation { waiting = $0 } }

    func open() -> Bool {
        guard let waiting = waiting.take() else { return false }
        waiting.resume()
        return true
    }
}

extension Shard {
    fileprivate var localJobCount: Int { loop.localJobCount }
}
