import Support
import Testing

@testable import Realtime

/// Every clause of the policy above llhttp, through a socket.
@Suite("The strict reading of a head")
struct HTTPPolicyTests {
    static let routes = [
        Route(.get, "/") { _, _ in Response(.ok, text: "ok") },
        Route(.post, "/") { request, _ in
            Response(.ok, "application/octet-stream", request.content)
        },
        // How many requests were read and not yet answered, this one apart.
        Route(.get, "/count") { request, shard in
            await shard.sleep(for: .milliseconds(1))
            let read = shard.local(HTTPServer.self)?.requestCount ?? 0
            return Response(.ok, text: "\(read - request.number)")
        },
        Route(.get, "/seen") { request, _ in
            Response(.ok, text: request.field("x-id") ?? request.field("x_id") ?? "nothing")
        },
    ]

    /// A head that must be refused: what is wrong with it, its bytes, and the status it earns.
    struct Fault: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: [UInt8]
        let status: Int

        init(_ what: String, _ text: String, _ status: Int = 400) {
            (testDescription, bytes, self.status) = (what, Array(text.utf8), status)
        }

        init(_ what: String, bytes: [UInt8], _ status: Int = 400) {
            (testDescription, self.bytes, self.status) = (what, bytes, status)
        }
    }

    static let faults = [
        Fault("no Host", "GET / HTTP/1.1\r\n\r\n"),
        Fault("two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
        Fault("an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        Fault("a Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        Fault("another's Host", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
        Fault(
            "Transfer-Encoding with a comma",
            "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n"),
        Fault(
            "Transfer-Encoding of junk",
            "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        Fault(
            "Transfer-Encoding twice",
            "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Fault(
            "Transfer-Encoding gzip, chunked",
            "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
        Fault(
            "Transfer-Encoding and Content-Length",
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Fault(
            "Content-Length after Transfer-Encoding",
            "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
                + "Content-Length: 5\r\n\r\n0\r\n\r\n"),
        Fault(
            "an empty Transfer-Encoding",
            "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding:\r\n\r\n0\r\n\r\n"),
        Fault(
            "Transfer-Encoding chunked twice in one list",
            "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, chunked\r\n\r\n"),
        Fault(
            "Transfer-Encoding in HTTP/1.0",
            "POST / HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Fault(
            "two Content-Lengths",
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx"
        ),
        Fault(
            "a list of Content-Lengths",
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1, 1\r\n\r\nx"),
        Fault(
            "a signed Content-Length",
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: +1\r\n\r\nx"),
        Fault(
            "a hexadecimal Content-Length",
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0x1\r\n\r\nx"),
        Fault(
            "a Content-Length past every limit",
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n"),
        Fault(
            "a Content-Length past this limit",
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65537\r\n\r\n", 413),
        Fault(
            "a space before the colon", "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n"),
        Fault(
            "a folded field", "GET / HTTP/1.1\r\nHost: localhost\r\nX-A: 1\r\n 2\r\n\r\n"),
        Fault("bare line feeds", "GET / HTTP/1.1\nHost: localhost\n\n", 505),
        Fault("a bare carriage return", "GET / HTTP/1.1\r\nHost: localhost\rX: 1\r\n\r\n"),
        Fault(
            "a NUL in a value", bytes: Array("GET / HTTP/1.1\r\nHost: local\u{0}host\r\n\r\n".utf8)),
        Fault(
            "bytes outside ASCII in a framing field",
            bytes: Array("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: ".utf8) + [0x85]
                + Array("chunked\r\n\r\n".utf8)),
        Fault(
            "bytes outside ASCII in Host",
            bytes: Array("GET / HTTP/1.1\r\nHost: localhost".utf8) + [0xA0, 13, 10, 13, 10]),
        Fault(
            "bytes outside ASCII in Content-Length",
            bytes: Array("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ".utf8)
                + [0xB2, 13, 10, 13, 10]),
        Fault(
            "bytes outside ASCII in Expect",
            bytes: Array("POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue".utf8)
                + [0xA0, 13, 10, 13, 10]),
        Fault(
            "chunks on GET",
            "GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Fault(
            "content on OPTIONS",
            "OPTIONS * HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx"),
        Fault(
            "chunks past this limit",
            "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n"
                + String(repeating: "a", count: 65_537), 413),
        Fault(
            "trailers without end",
            "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
                + String(repeating: "X: \(String(repeating: "a", count: 4096))\r\n", count: 9), 431),
        Fault(
            "content on GET", "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx"),
        Fault(
            "content on DELETE",
            "DELETE / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx"),
        Fault(
            "content on HEAD", "HEAD / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx"),
        Fault("a method of WebDAV", "PROPFIND / HTTP/1.1\r\nHost: localhost\r\n\r\n", 501),
        Fault("CONNECT", "CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n", 501),
        Fault("an invented method", "BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n", 501),
        Fault(
            "an absolute target", "GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        Fault("a host and port for target", "GET localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        Fault("an asterisk with GET", "GET * HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        Fault("a fragment in the target", "GET /#a HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        Fault(
            "Chinese in the target, not encoded", "GET /邻里 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        Fault("HTTP/2.0", "GET / HTTP/2.0\r\nHost: localhost\r\n\r\n", 505),
        Fault("HTTP/0.9", "GET / HTTP/0.9\r\nHost: localhost\r\n\r\n", 505),
        Fault(
            "an expectation of something else",
            "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: tea\r\nContent-Length: 1\r\n\r\nx", 417),
        Fault(
            "a target past its limit",
            "GET /\(String(repeating: "a", count: 8192)) HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
        Fault(
            "a field past its limit",
            "GET / HTTP/1.1\r\nHost: localhost\r\nX: \(String(repeating: "a", count: 8192))\r\n\r\n",
            431),
        Fault(
            "too many fields",
            "GET / HTTP/1.1\r\nHost: localhost\r\n"
                + String(repeating: "X: 1\r\n", count: 64) + "\r\n", 431),
        Fault(
            "fields past the head's limit",
            "GET / HTTP/1.1\r\nHost: localhost\r\n"
                + String(repeating: "X: \(String(repeating: "a", count: 4096))\r\n", count: 9)
                + "\r\n", 431),
        Fault("a TLS hello", bytes: [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00], 501),
        Fault("no HTTP at all", "hello there\r\n\r\n", 501),
    ]

    @Test("refuses and closes", arguments: faults)
    func refuses(fault: Fault) async throws {
        try await withServer { client throws in
            client.send(fault.bytes)
            let answer = try client.answer(isHead: fault.bytes.starts(with: Array("HEAD".utf8)))
            #expect(answer.status == fault.status, "\(answer)")
            #expect(answer["connection"] == "close")
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(client.closes(), "nothing is read after doubtful framing")
        }
    }

    @Test("drops a field whose name has an underscore")
    func underscore() async throws {
        try await withServer { client throws in
            let answer = try client.request("GET", "/seen", fields: [("x_id", "7")])
            #expect(answer.text == "nothing")
        }
    }

    @Test("frames nothing by a field whose name has an underscore")
    func underscoredFraming() async throws {
        try await withServer { client throws in
            client.send(
                "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer_Encoding: chunked\r\n"
                    + "Content_Length: 9\r\nContent-Length: 3\r\n\r\nabc"
                    + "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try client.answer().text == "abc")
            #expect(try client.answer().text == "ok")
        }
    }

    @Test("reads no meaning into a value with bytes outside ASCII")
    func textOutsideASCII() async throws {
        try await withServer { client throws in
            client.send(
                Array("GET /seen HTTP/1.1\r\nHost: localhost\r\nX-Id: 7".utf8)
                    + [0x85, 13, 10, 13, 10])
            #expect(try client.answer().text == "nothing")
        }
    }

    @Test("takes `*` with OPTIONS, and a transfer coding in capitals")
    func takesRare() async throws {
        try await withServer { client throws in
            client.send("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try client.answer()["connection"] != "close")
            client.send(
                "POST / HTTP/1.1\r\nHost: LOCALHOST:80\r\nTransfer-Encoding: Chunked\r\n\r\n"
                    + "1\r\na\r\n0\r\n\r\n")
            #expect(try client.answer().text == "a")
        }
    }

    @Test("reads eight requests ahead of the one that it answers, and no more")
    func pipelineDepth() async throws {
        let server = try await TestServer(Self.routes)
        do {
            let client = try TestClient(port: server.port)
            let next = "GET /count HTTP/1.1\r\nHost: localhost\r\n\r\n"
            client.send(String(repeating: next, count: 50))
            let first = try #require(try Int(client.answer().text))
            for _ in 1..<50 {
                let ahead = try #require(try Int(client.answer().text))
                #expect(ahead <= Limits().pipelineDepthMax)
            }
            #expect(first > 1, "requests are read ahead")
        }
        await server.stop()
    }

    @Test("gives a head 10 s, content 1 KiB a second after that, and silence 60 s")
    func deadlines() {
        let limits = Limits()
        #expect(limits.pipelineDepthMax == 8)
        #expect(ConnectionPhase.head(began: 7).deadline(9_000, limits) == 10_007)
        #expect(ConnectionPhase.content(began: 7, bytes: 0).deadline(9_000, limits) == 10_007)
        #expect(ConnectionPhase.content(began: 7, bytes: 5120).deadline(9_000, limits) == 15_007)
        #expect(ConnectionPhase.idle.deadline(9_000, limits) == 69_000)
    }

    @Test("drops trailers, and reads what follows them")
    func trailers() async throws {
        try await withServer { client throws in
            client.send(
                "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\n0\r\nX-Id: 9\r\n\r\nGET /seen HTTP/1.1\r\nHost: localhost\r\n\r\n"
            )
            #expect(try client.answer().text == "abc")
            #expect(try client.answer().text == "nothing")
        }
    }

    @Test("takes every head that breaks no rule, wherever it is cut")
    func takesCut() async throws {
        let text =
            "POST /?a=%E9%82%BB HTTP/1.1\r\nHost: localhost:8080\r\nContent-Length: 4\r\n\r\nabcd"
        for cut in 1..<text.utf8.count {
            try await withServer { client throws in
                client.send(Array(text.utf8.prefix(cut)))
                client.send(Array(text.utf8.dropFirst(cut)))
                #expect(try client.answer().text == "abcd", "cut at \(cut)")
            }
        }
    }

    private func withServer(_ body: (TestClient) throws -> Void) async throws {
        let server = try await Self.shared.value
        try body(TestClient(port: server.port))
    }

    private static let shared = Task {
        try await TestServer(routes) { $0.policy.hosts = ["localhost"] }
    }
}
