import Glibc
import Testing

@testable import Realtime

@Suite("Socket addresses")
struct SocketAddressTests {
    @Test(
        "are read and written back",
        arguments: [
            "127.0.0.1:8080", "0.0.0.0:0", "255.255.255.255:65535", "[::1]:80", "[::]:443",
            "[2001:db8::1]:1", "[fe80::1:2:3]:22", "[::ffff:192.0.2.1]:80",
        ])
    func roundTrip(text: String) throws {
        let address = try #require(SocketAddress(text))
        #expect(address.description == text)
        let copy = unsafe address.withSystemAddress { unsafe SocketAddress($0, length: Int($1)) }
        #expect(copy == address)
    }

    @Test(
        "anything else is not an address",
        arguments: [
            "", ":", "127.0.0.1", "127.0.0.1:", ":80", "127.0.0.1:65536", "127.0.0.1:+80",
            "127.0.0.1:-1", "127.0.0.1: 80", "127.0.0.1:8０", "::1:80", "[::1]", "[::1]80",
            "[127.0.0.1]:80", "[::1:80", "[fe80::1%eth0]:80", "0127.0.0.1:80", "127.1:80",
            "0x7f.0.0.1:80", "2130706433:80", "256.0.0.1:80", "1.2.3.4.5:80", "localhost:80",
            "[::1\u{0}]:80", "[1:2:3:4:5:6:7:8:9]:80", "[1::2::3]:80", "[:::]:80",
        ])
    func refused(text: String) {
        #expect(SocketAddress(text) == nil)
    }

    @Test("have their bytes in the order of the wire")
    func bytes() {
        #expect(IPAddress("1.2.3.4")?.bytes == [1, 2, 3, 4])
        #expect(
            IPAddress("102:304::f")?.bytes == [1, 2, 3, 4] + Array(repeating: 0, count: 11) + [15])
    }
}

@Suite("Names")
struct ResolverTests {
    @Test("localhost is on loopback, with the port asked for")
    func localhost() async throws {
        let shard = try Shard(index: 0)
        let found = try await shard.resolve("localhost", 8080)
        #expect(!found.isEmpty)
        let loopback = ["127.0.0.1:8080", "[::1]:8080"]
        #expect(found.allSatisfy { loopback.contains($0.description) })
        shard.loop.stop()
    }

    @Test("numbers are not looked up")
    func numbers() async throws {
        let shard = try Shard(index: 0)
        #expect(try await shard.resolve("192.0.2.7", 1).map(\.description) == ["192.0.2.7:1"])
        #expect(
            try await shard.resolve("[2001:db8::7]", 1).map(\.description) == ["[2001:db8::7]:1"])
        shard.loop.stop()
    }

    @Test(
        "what is not a name is refused",
        arguments: ["", "a b", "a/b", "a\u{0}b", "邻里", "a@b", String(repeating: "a", count: 254)])
    func badNames(name: String) async throws {
        let shard = try Shard(index: 0)
        await #expect(throws: Resolver.Fault.badName) { try await shard.resolve(name, 1) }
        shard.loop.stop()
    }

    @Test("a name without an address says so, or that nobody could be asked")
    func unknown() async throws {
        let shard = try Shard(index: 0)
        do {
            _ = try await shard.resolve("nobody.invalid", 1)
            Issue.record("the name does not exist (RFC 6761)")
        } catch let fault as Resolver.Fault {
            #expect([.unknownName, .unavailable, .timedOut].contains(fault))
        }
        shard.loop.stop()
    }

    @Test("lookups past the limit are refused at once, and a cancelled one ends at once")
    func bounded() async throws {
        let shard = try Shard(index: 0)
        await shard.install { shard in Resolver(on: shard.loop) }
        let gate = Locked(false)
        let waiting = Locked(0)
        // All of the pool's threads wait at the gate, so that every lookup has to queue.
        let blockers = (0..<4).map { _ in
            Task {
                try await shard.offLoop {
                    waiting.withLock { $0 += 1 }
                    while !gate.withLock({ $0 }) { usleep(1000) }
                }
            }
        }
        try await eventually { waiting.withLock { $0 } == 4 }
        let tasks = (0..<Resolver.pendingMax).map { _ in
            Task { await shard.fault("localhost") }
        }
        try await eventually { await shard.pendingLookups == Resolver.pendingMax }
        #expect(await shard.fault("localhost") == .overloaded)
        gate.withLock { $0 = true }
        for blocker in blockers { try await blocker.value }
        for task in tasks { #expect(await task.value == nil) }
        #expect(await shard.fault("localhost") == nil)
        await shard.removeLocals()
        let task = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return try await shard.resolve("localhost", 1)
        }
        await #expect(throws: Resolver.Fault.cancelled) { try await task.value }
        shard.loop.stop()
    }
}

extension Shard {
    fileprivate func resolve(_ name: String, _ port: UInt16) async throws -> [SocketAddress] {
        try await Resolver(on: loop).addresses(of: name, port: port)
    }

    fileprivate var pendingLookups: Int { local(Resolver.self)?.pending ?? 0 }

    /// Asks the installed resolver; what went wrong, if anything did.
    fileprivate func fault(_ name: String) async -> Resolver.Fault? {
        do throws(Resolver.Fault) {
            _ = try await local(Resolver.self)?.addresses(of: name, port: 1)
            return nil
        } catch {
            return error
        }
    }
}
