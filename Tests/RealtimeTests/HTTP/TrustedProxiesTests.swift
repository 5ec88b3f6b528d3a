import Realtime
import Support
import Testing

@Suite("Proxies whose word is taken")
struct TrustedProxiesTests {
    @Test(
        "a block is an address and a prefix that leaves nothing over",
        arguments: ["10.0.0.1/8", "10.0.0.0/33", "10.0.0", "::1/129", "a.example", "", "1.2.3.4/"])
    func malformed(_ text: String) {
        #expect(AddressBlock(text) == nil)
    }

    @Test(
        "a block holds the addresses that begin as it does, of its own family",
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
            ("0.0.0.0/0", "192.0.2.1", true), ("0.0.0.0/0", "::1", false),
            ("fd00::/8", "fd12::1", true), ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
        ])
    func contains(_ block: String, _ address: String, _ isInside: Bool) throws {
        let block = try #require(AddressBlock(block))
        #expect(block.contains(try #require(IPAddress(address))) == isInside)
    }

    @Test(
        "the client is the first address from the right that is no trusted proxy's",
        arguments: [
            ("127.0.0.0/8", "198.51.100.9", "198.51.100.9"),
            ("127.0.0.0/8", "203.0.113.5, 198.51.100.9", "198.51.100.9"),
            ("127.0.0.0/8", "198.51.100.9, 127.0.0.2", "198.51.100.9"),
            ("127.0.0.0/8", "198.51.100.9, what?", "127.0.0.1"),
            ("127.0.0.0/8", "", "127.0.0.1"),
            ("10.0.0.0/8", "198.51.100.9", "127.0.0.1"),
            ("", "198.51.100.9", "127.0.0.1"),
        ])
    func client(_ trusted: String, _ forwarded: String, _ expected: String) async throws {
        let blocks = trusted.isEmpty ? [] : [try #require(AddressBlock(trusted))]
        let server = try await TestServer([
            Route(.get, "/") { request, _ in Response(.ok, text: request.peerAddress) }
        ]) { $0.proxies = TrustedProxies(blocks) }
        let client = try TestClient(port: server.port)
        let answer = try client.request("GET", "/", fields: [("X-Forwarded-For", forwarded)])
        #expect(answer.text == expected)
        await server.stop()
    }
}
