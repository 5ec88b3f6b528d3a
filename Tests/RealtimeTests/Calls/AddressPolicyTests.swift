import Testing

@testable import Realtime

@Suite("Where a user's URL may lead")
struct AddressPolicyTests {
    /// Spellings of addresses that are not the public Internet's, as URLs can carry them.
    static let forbidden = [
        // The machine itself.
        "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "2130706433", "017700000001",
        "0x7f000001", "0x7f.1", "0x7F.0x0.0x0.0x1", "0177.0.0.1", "0177.1", "127.0.0.1.", "0",
        "0.0.0.0",
        "0.1.2.3", "0x0", "%31%32%37.0.0.1", "localhost", "LOCALHOST", "localhost.",
        "[::1]", "[0:0:0:0:0:0:0:1]", "[::]", "[0000::0001]",
        // Version 4 inside version 6: mapped, compatible, translated, NAT64, 6to4.
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:0001]",
        "[::FFFF:10.0.0.1]", "[::ffff:169.254.169.254]", "[::127.0.0.1]",
        "[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::a00:1]", "[64:ff9b:1::1]",
        "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]", "[2002:c0a8:101::1]",
        // Private, carrier's, link-local.
        "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "0xc0a80101", "3232235777", "100.64.0.1", "100.127.255.255", "169.254.0.1",
        "[fc00::1]", "[fd12:3456::1]", "[fe80::1]", "[febf::1]", "[fec0::1]",
        // Metadata services of clouds.
        "169.254.169.254", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376",
        "100.100.100.200", "168.63.129.16", "192.0.0.192", "[fd00:ec2::254]",
        // Multicast, broadcast, reserved, documentation, benchmarks, Teredo.
        "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "[ff02::1]",
        "[ff0e::1]", "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "192.88.99.1",
        "[2001:db8::1]", "[2001:0:1::1]", "[100::1]", "[3fff::1]", "[5f00::1]", "[4000::1]",
    ]

    @Test("no spelling of a forbidden address is called", arguments: forbidden)
    func forbids(host: String) async throws {
        let shard = try Shard(index: 0)
        let outcome = await shard.outcome("http://\(host)/", .userGiven)
        let refusals: [CallError] = [
            .refusedAddress, .badCall, .unresolved(.unknownName), .unresolved(.badName),
        ]
        #expect(refusals.contains { $0 == outcome }, "\(String(describing: outcome))")
        shard.loop.stop()
    }

    @Test("at least sixty spellings are tried")
    func enough() { #expect(Set(Self.forbidden).count >= 60) }

    @Test(
        "the blocks end where they should",
        arguments: [
            ("9.255.255.255", true), ("10.0.0.0", false), ("11.0.0.0", true),
            ("100.63.255.255", true), ("100.64.0.0", false), ("100.128.0.0", true),
            ("126.255.255.255", true), ("128.0.0.0", true), ("169.253.255.255", true),
            ("169.255.0.0", true), ("172.15.255.255", true), ("172.32.0.0", true),
            ("192.167.255.255", true), ("192.169.0.0", true), ("198.17.255.255", true),
            ("198.20.0.0", true), ("223.255.255.255", true), ("224.0.0.0", false),
            ("1.1.1.1", true), ("8.8.8.8", true), ("168.63.129.15", true),
            ("2001:4860:4860::8888", true), ("2606:4700::1111", true), ("2001:200::1", true),
            ("2001:1ff::1", false), ("::ffff:8.8.8.8", true), ("64:ff9b::808:808", true),
            ("2002:808:808::1", true), ("1fff::1", false), ("2000::1", true), ("4000::", false),
        ])
    func blocks(text: String, isPublic: Bool) throws {
        let ip = try #require(IPAddress(text))
        #expect(AddressPolicy.isPublic(ip) == isPublic)
        #expect(AddressPolicy.allows(ip, for: .userGiven) == isPublic)
        #expect(AddressPolicy.allows(ip, for: .trusted))
    }

    @Test(
        "URLs that mean two things are refused",
        arguments: [
            "", "example.org", "ftp://example.org/", "file:///etc/passwd", "gopher://127.0.0.1/",
            "http://user@example.org/", "http://user:pass@example.org/", "http://",
            "http://example.org:0/", "http://example.org:65536/", "http://exa mple.org/",
            "http://example.org/\r\nHost: x", "http://[fe80::1%25eth0]/", "smtp://example.org",
            "http://a@127.0.0.1:80@example.org/", "http://example.org\u{0}/", "//example.org/",
            "http://邻里.example/",
        ])
    func badURLs(url: String) {
        #expect(CallTarget(url, schemes: ["http", "https"]) == nil)
    }

    @Test("the host that is checked is the host that is called")
    func target() throws {
        let target = try #require(
            CallTarget("HTTPS://[2606:4700::1111]/x?y", schemes: ["http", "https"]))
        #expect(target.port == 443)
        let address = try #require(SocketAddress("[2606:4700::1111]:443"))
        #expect(target.pin(to: address) == "[2606:4700::1111]:443:[2606:4700::1111]:443")
    }
}

extension Shard {
    /// How a GET of `url` fails, if it does.
    fileprivate func outcome(_ url: String, _ audience: Audience) async -> CallError? {
        do throws(CallError) {
            guard let client = try? CallClient(on: loop) else { return .closed }
            defer { client.close() }
            _ = try await client.send(Call(.get, url, audience: audience))
            return nil
        } catch {
            return error
        }
    }
}
