import Realtime
import Support
import Testing

@Suite("An HTTP server")
struct HTTPServerTests {
    static let routes = [
        Route(.get, "/hello/{name}") { request, _ in
            Response(.ok, text: request.parameter("name") ?? "?")
        },
        Route(.get, "/query") { request, _ in
            let items = request.queryItems?.map { "\($0.name)=\($0.value)" }
            return Response(.ok, text: items?.joined(separator: ";") ?? "unreadable")
        },
        Route(.post, "/echo") { request, _ in Response(.ok, "text/plain", request.content) },
        Route(.post, "/small", contentBytesMax: 8) { request, _ in
            Response(.ok, "text/plain", request.content)
        },
        Route(.get, "/slow") { _, shard in
            await shard.sleep(for: .milliseconds(50))
            return Response(.ok, text: "slow")
        },
        Route(.get, "/fails") { _, _ in throw Fault() },
        Route(.get, "/stream") { _, _ in
            Response(.ok, "text/plain") { writer, _ in
                for word in ["one ", "two ", "three"] { try await writer.write(Array(word.utf8)) }
            }
        },
        Route(.get, "/big") { _, _ in
            Response(.ok, "text/plain") { writer, _ in
                for _ in 0..<256 { try await writer.write([UInt8](repeating: 97, count: 65_536)) }
            }
        },
        Route(.get, "/cut") { _, _ in
            Response(.ok, "text/plain") { writer, _ in
                try await writer.write(Array("begun".utf8))
                throw Fault()
            }
        },
    ]
    struct Fault: Error {}

    @Test("answers many requests of one connection, in order")
    func persistent() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            for n in 0..<100 {
                #expect(try client.request("GET", "/hello/\(n)").text == "\(n)")
            }
        }
    }

    @Test("answers pipelined requests in order, more than it reads ahead")
    func pipelined() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            for n in 0..<50 { client.send("GET /hello/\(n) HTTP/1.1\r\nHost: a\r\n\r\n") }
            #expect(try client.answer().text == "slow")
            for n in 0..<50 { #expect(try client.answer().text == "\(n)") }
        }
    }

    @Test("decodes parameters and queries, and leaves out what is no UTF-8")
    func decodes() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            #expect(try client.request("GET", "/hello/%E9%82%BB%E9%87%8C").text == "邻里")
            #expect(try client.request("GET", "/hello/%FF").text == "?")
            #expect(try client.request("GET", "/hello/%00").text == "?")
            #expect(try client.request("GET", "/query?a=1+2&b=%2B&&c").text == "a=1 2;b=+;c=")
            for broken in ["a&d=%FF", "d=%0", "d=x%00", "%FF=1"] {
                #expect(try client.request("GET", "/query?\(broken)").text == "unreadable")
            }
        }
    }

    @Test("reads chunked content, and asks for it when the client waits")
    func content() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            client.send(
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "4\r\nabcd\r\n1;ext=1\r\ne\r\n0\r\n\r\n")
            #expect(try client.answer().text == "abcde")
            client.send(
                "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
            )
            #expect(try client.head().status == 100)
            client.send("ok")
            #expect(try client.answer().text == "ok")
        }
    }

    @Test("takes content at a route's limit, and refuses one byte more")
    func contentLimit() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            #expect(try client.request("POST", "/small", body: "12345678").status == 200)
            #expect(try client.request("POST", "/small", body: "123456789").status == 413)
            let chunked = try TestClient(port: server.port)
            chunked.send(
                "POST /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "9\r\n123456789\r\n0\r\n\r\n")
            #expect(try chunked.answer().status == 413)
        }
    }

    @Test("answers HEAD with GET's head alone, and says which methods a path has")
    func headAndAllow() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            let head = try client.request("HEAD", "/hello/x")
            #expect(head.status == 200)
            #expect(head["content-length"] == "1")
            #expect(try client.request("GET", "/nowhere").status == 404)
            #expect(try client.request("DELETE", "/hello/x").status == 405)
            #expect(try client.request("GET", "/hello/y").text == "y")
        }
    }

    @Test("streams chunks, cuts a failed stream short, and ends HTTP/1.0 by closing")
    func streams() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            #expect(try client.request("GET", "/stream").text == "one two three")
            #expect(try client.request("GET", "/hello/still").text == "still")
            #expect(throws: TestClient.Failure.self) { try client.request("GET", "/cut") }
            let old = try TestClient(port: server.port)
            old.send("GET /stream HTTP/1.0\r\nHost: a\r\n\r\n")
            #expect(try old.answer().text == "one two three")
        }
    }

    @Test("waits for a slow reader, and sends it all")
    func backPressure() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            #expect(try client.request("GET", "/big").body.count == 256 * 65_536)
        }
    }

    @Test("turns a handler's fault into a 500 and goes on")
    func fault() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            #expect(try client.request("GET", "/fails").status == 500)
            #expect(try client.request("GET", "/hello/x").status == 200)
        }
    }

    @Test("answers a half-closed asker")
    func halfClosed() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            client.endSending()
            #expect(try client.answer().text == "slow")
            #expect(client.closes())
        }
    }

    @Test("says 408 to a head or content that comes too slowly, and closes what idles")
    func slowness() async throws {
        let server = try await TestServer(Self.routes) {
            $0.limits.headMillisecondsMax = 100
            $0.limits.idleMillisecondsMax = 100
        }
        let slowHead = try TestClient(port: server.port)
        slowHead.send("GET /hello/x HTTP/1.1\r\nHo")
        let slowContent = try TestClient(port: server.port)
        slowContent.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab")
        let idle = try TestClient(port: server.port)
        #expect(try slowHead.answer().status == 408)
        #expect(try slowContent.answer().status == 408)
        #expect(idle.closes())
        await server.stop()
    }

    @Test("drains: the answer under way arrives, and nothing new is taken")
    func drains() async throws {
        let server = try await TestServer(Self.routes)
        let busy = try TestClient(port: server.port)
        let idle = try TestClient(port: server.port)
        #expect(try idle.request("GET", "/hello/x").status == 200)
        busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        while await server.connectionCount < 2 {}
        let stopping = Task { await server.stop() }
        let answer = try busy.answer()
        #expect(answer.text == "slow")
        #expect(idle.closes())
        await stopping.value
        #expect(throws: TestClient.Failure.self) { try TestClient(port: server.port) }
    }

    @Test("costs a plain request at most two jobs of its loop")
    func enqueues() async throws {
        try await withServer { server in
            let client = try TestClient(port: server.port)
            _ = try client.request("GET", "/hello/x")
            let before = await server.shard.localJobCount
            for _ in 0..<100 { _ = try client.request("GET", "/hello/x") }
            let perRequest = Double(await server.shard.localJobCount - before) / 100
            #expect(perRequest <= 2, "\(perRequest) jobs a request")
        }
    }

    private func withServer(_ body: (TestServer) async throws -> Void) async throws {
        let server = try await TestServer(Self.routes)
        try await body(server)
        await server.stop()
    }
}

extension Shard {
    fileprivate var localJobCount: Int { loop.localJobCount }
}
