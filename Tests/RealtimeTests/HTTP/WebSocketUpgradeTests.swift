import Realtime
import Support
import Testing

@Suite("A connection that becomes a WebSocket")
struct WebSocketUpgradeTests {
    static let origin = "https://estate.example"
    static let routes = [
        Route(.get, "/echo") { _, _ in
            .webSocket(origins: .only([origin])) { socket, _ in await echo(socket) }
        },
        Route(.get, "/small") { _, _ in
            var limits = WebSocketConnection.Limits()
            limits.session.messageBytesMax = 8
            limits.inboxMessagesMax = 1
            return .webSocket(origins: .any, limits: limits) { socket, _ in await echo(socket) }
        },
        Route(.get, "/impatient") { _, _ in
            var limits = WebSocketConnection.Limits()
            limits.pingInterval = .zero
            limits.missedPingsMax = 1
            return .webSocket(origins: .any, limits: limits) { socket, _ in await echo(socket) }
        },
        Route(.get, "/greets") { _, _ in
            .webSocket(origins: .any) { socket, _ in socket.send(text: Array("hello".utf8)) }
        },
        Route(.get, "/floods") { _, _ in
            .webSocket(origins: .any) { socket, _ in
                let frame = WebSocketFrame.encode(.binary, [UInt8](repeating: 7, count: 65_526))
                for _ in 0..<256 {
                    guard socket.send(frame: frame) == .queued else { return }
                    await socket.whileCongested()
                }
            }
        },
        Route(.get, "/deaf") { _, _ in
            .webSocket(origins: .any) { _, shard in
                while !Task.isCancelled { await shard.sleep(for: .milliseconds(5)) }
            }
        },
        Route(.get, "/plain") { _, _ in Response(.ok, text: "plain") },
    ]

    static func echo(_ socket: WebSocketConnection) async {
        while let message = await socket.next() {
            switch message {
            case .text(let text): socket.send(text: text)
            case .binary(let bytes): socket.send(frame: WebSocketFrame.encode(.binary, bytes))
            }
        }
    }

    @Test("is told so with 101 and the key's acceptance, and its text comes back")
    func echoes() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            let answer = try client.upgrade("/echo")
            #expect(answer.status == 101)
            // The key and its acceptance are those of RFC 6455 §1.3.
            #expect(answer["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            #expect(answer["upgrade"] == "websocket")
            #expect(answer["connection"] == "Upgrade")
            #expect(answer["content-length"] == nil)
            for text in ["邻里", "", String(repeating: "x", count: 60_000)] {
                client.send(ClientFrame.text(text).bytes)
                #expect(try client.frame() == Frame(1, Array(text.utf8)))
            }
        }
    }

    @Test("takes frames that came with the request, and a request that came before it")
    func hasty() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            let hasty = ClientFrame.text("hasty").bytes + ClientFrame.text("more").bytes
            client.send(
                Array("GET /plain HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
                    + Array(TestClient.upgradeRequest("/echo").utf8) + hasty)
            #expect(try client.answer().text == "plain")
            #expect(try client.answer().status == 101)
            #expect(try client.frame() == Frame(1, Array("hasty".utf8)))
            #expect(try client.frame() == Frame(1, Array("more".utf8)))
        }
    }

    @Test("joins fragments, and answers a ping between them")
    func fragments() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            _ = try client.upgrade("/echo")
            client.send(ClientFrame.text("one ", isFinal: false).bytes)
            client.send(ClientFrame(opcode: 9, payload: [1, 2]).bytes)
            #expect(try client.frame() == Frame(10, [1, 2]))
            client.send(ClientFrame.more(Array("two".utf8), isFinal: true).bytes)
            #expect(try client.frame() == Frame(1, Array("one two".utf8)))
        }
    }

    @Test("is closed with the code that names the fault", arguments: violations)
    func faults(_ frame: ClientFrame, _ code: UInt16) async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            _ = try client.upgrade("/small")
            client.send(ClientFrame.text("before").bytes)
            #expect(try client.frame() == Frame(1, Array("before".utf8)))
            client.send(frame.bytes)
            #expect(try client.frame().closeCode == code)
            #expect(client.closes())
        }
    }

    @Test("echoes a close, then ends the connection first")
    func closes() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            _ = try client.upgrade("/echo")
            client.send(ClientFrame.close(1000).bytes)
            #expect(try client.frame().closeCode == 1000)
            #expect(client.closes())
        }
    }

    @Test("is closed with 1000 when its handler returns, after all that was sent")
    func handlerReturns() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            _ = try client.upgrade("/greets")
            #expect(try client.frame() == Frame(1, Array("hello".utf8)))
            #expect(try client.frame().closeCode == 1000)
            client.send(ClientFrame.close(1000).bytes)
            #expect(client.closes())
        }
    }

    @Test("is closed with 1001 when the server drains")
    func drains() async throws {
        let server = try await TestServer(Self.routes)
        let client = try TestClient(port: server.port)
        _ = try client.upgrade("/echo")
        let stopping = Task { await server.stop(within: .seconds(10)) }
        #expect(try client.frame().closeCode == 1001)
        client.send(ClientFrame.close(1001).bytes)
        #expect(client.closes())
        await stopping.value
    }

    @Test("pings a silent peer, and gives it up when it does not answer")
    func pings() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            _ = try client.upgrade("/impatient")
            #expect(try client.frame() == Frame(9, []))
            client.send(ClientFrame(opcode: 10).bytes)
            #expect(try client.frame() == Frame(9, []))
            #expect(client.closes())
        }
    }

    @Test("cancels a handler that does not hear of the end")
    func deafHandler() async throws {
        let server = try await TestServer(Self.routes) { $0.limits.lingerMillisecondsMax = 1 }
        let client = try TestClient(port: server.port)
        _ = try client.upgrade("/deaf")
        client.send(ClientFrame.close(nil).bytes)
        #expect(try client.frame() == Frame(8, []))
        #expect(client.closes())
        await eventually { await server.connectionCount == 0 }
        await server.stop()
    }

    @Test("makes a handler wait for a slow reader, and loses nothing")
    func backPressure() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            _ = try client.upgrade("/floods")
            for _ in 0..<256 { #expect(try client.frame().payload.count == 65_526) }
            #expect(try client.frame().closeCode == 1000)
        }
    }

    @Test("stops reading while its messages wait, and loses none")
    func boundedInbox() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            _ = try client.upgrade("/small")
            var bytes: [UInt8] = []
            for n in 0..<2000 { bytes += ClientFrame.text("\(n)").bytes }
            client.send(bytes)
            for n in 0..<2000 { #expect(try client.frame() == Frame(1, Array("\(n)".utf8))) }
        }
    }

    @Test("ends with a peer that goes without a word")
    func peerGoes() async throws {
        try await withServer { server in
            do {
                let client = try TestClient(port: server.port)
                _ = try client.upgrade("/echo")
                client.send([0x81])
            }
            await eventually { await server.connectionCount == 0 }
        }
    }

    @Test(
        "is refused with the status that says why",
        arguments: [
            ("", "", 426), ("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8", 426),
            ("Upgrade: websocket\r\n", "", 426),
            ("dGhlIHNhbXBsZSBub25jZQ==", "short", 400),
            ("Origin: https://estate.example", "Origin: https://other.example", 403),
        ])
    func refuses(_ part: String, _ other: String, _ status: Int) async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            let whole = TestClient.upgradeRequest("/echo")
            client.send(
                part.isEmpty
                    ? "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n" : whole.replacing(part, with: other))
            let answer = try client.answer()
            #expect(answer.status == status)
            #expect((answer["sec-websocket-version"] == "13") == (status == 426))
            #expect(client.closes())
        }
    }

    private func withServer(_ body: (TestServer) async throws -> Void) async throws {
        let server = try await TestServer(Self.routes)
        try await body(server)
        await server.stop()
    }

    private func eventually(_ condition: () async -> Bool) async {
        for _ in 0..<1_000_000 {
            guard await !condition() else { return }
            await Task.yield()
        }
        Issue.record("it did not come about")
    }
}

private let violations: [(ClientFrame, UInt16)] = [
    (.text("too long!"), 1009),
    (ClientFrame(opcode: 1, payload: [0xC3, 0x28]), 1007),
    (ClientFrame(opcode: 1, payload: [97], isMasked: false), 1002),
    (ClientFrame(opcode: 3), 1002),
]

extension TestClient {
    static func upgradeRequest(_ path: String) -> String {
        upgradeRequest(path, fields: [("Origin", WebSocketUpgradeTests.origin)])
    }

    func upgrade(_ path: String) throws -> Answer {
        send(Self.upgradeRequest(path))
        return try answer()
    }
}
