import Foundation
import Realtime
import Support
import Testing

@Suite("Many calls at once, and their end")
struct CallLimitsTests {
    @Test("calls past the limit wait their turn, those past the queue are refused")
    func turns() async throws {
        let peer = try Peer("http_peer.py")
        defer { peer.stop() }
        var limits = CallClient.Limits()
        limits.runningMax = 2
        limits.waitingMax = 3
        let calls = try await Calls(limits: limits)
        let (slowURL, quickURL) = (peer.url("/slow"), peer.url("/status/204"))
        let slow = (0..<2).map { _ in Task { try await calls.get(slowURL) } }
        try await eventually { await calls.load().running == 2 }
        let waiting = (0..<3).map { _ in Task { try await calls.get(quickURL) } }
        try await eventually { await calls.load().waiting == 3 }
        await #expect(throws: CallError.overloaded) { try await calls.get(peer.url("/status/204")) }
        waiting[1].cancel()
        await #expect(throws: CallError.cancelled) { try await waiting[1].value }
        #expect(await calls.load() == (2, 2))
        for task in slow {
            task.cancel()
            await #expect(throws: CallError.cancelled) { try await task.value }
        }
        #expect(try await waiting[0].value.status == 204)
        #expect(try await waiting[2].value.status == 204)
        #expect(await calls.load() == (0, 0))
        await calls.end()
    }

    @Test("five hundred calls over few connections all come back")
    func many() async throws {
        let peer = try Peer("http_peer.py")
        defer { peer.stop() }
        var limits = CallClient.Limits()
        limits.runningMax = 16
        limits.waitingMax = 500
        let calls = try await Calls(limits: limits)
        let url = peer.url("/bytes")
        let total = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<500 {
                group.addTask { try await calls.get("\(url)/\(number)").body.count }
            }
            return try await group.reduce(0, +)
        }
        #expect(total == 499 * 500 / 2)
        await calls.end()
    }

    @Test("closing ends what runs and what waits, and refuses what comes")
    func closing() async throws {
        let peer = try Peer("http_peer.py")
        defer { peer.stop() }
        var limits = CallClient.Limits()
        limits.runningMax = 1
        let calls = try await Calls(limits: limits)
        let slowURL = peer.url("/slow")
        let tasks = (0..<3).map { _ in Task { try await calls.get(slowURL) } }
        try await eventually { await calls.load() == (1, 2) }
        await calls.close()
        for task in tasks {
            await #expect(throws: CallError.closed) { try await task.value }
        }
        await #expect(throws: CallError.closed) { try await calls.get(peer.url("/echo")) }
        #expect(await calls.load() == (0, 0))
        await calls.end()
    }

    @Test("a user's URL never reaches loopback, though the operator's does, on the same client")
    func audiences() async throws {
        let peer = try Peer("http_peer.py")
        defer { peer.stop() }
        let calls = try await Calls()
        for url in [peer.url("/echo"), "http://localhost:\(peer.port)/echo"] {
            // The trusted call leaves an open connection behind, which must not be taken over.
            #expect(try await calls.get(url).status == 200)
            let call = Call(.get, url, audience: .userGiven)
            await #expect(throws: CallError.refusedAddress) { try await calls.send(call) }
        }
        await calls.end()
    }

    @Test("every error says what to do")
    func advice() {
        #expect(CallError.timedOut.advice == .retryLater)
        #expect(CallError.refusedAddress.advice == .giveUp)
        #expect(CallError.unresolved(.badName).advice == .giveUp)
        #expect(CallError.unresolved(.unavailable).advice == .retryLater)
        #expect(CallError.untrusted.advice == .askOperator)
        #expect(CallError.mailRefused(code: 550).advice == .giveUp)
        #expect(CallError.mailRefused(code: 451).advice == .retryLater)
    }
}

@Suite("Sending mail")
struct MailCallTests {
    private func mail(_ peer: Peer, to: [String]) -> MailCall {
        var mail = MailCall(
            server: "smtp://127.0.0.1:\(peer.port)", from: "linli@example.org", to: to,
            message: Array("Subject: test\r\n\r\nfirst\r\n.dot\r\n..\r\nlast\r\n".utf8))
        mail.requiresTLS = false
        return mail
    }

    @Test("envelope and message arrive as given, dots at the start of lines too")
    func sends() async throws {
        struct Message: Decodable {
            var from: String
            var to: [String]
            var text: String
        }
        let peer = try Peer("smtp_peer.py")
        defer { peer.stop() }
        let calls = try await Calls()
        let mail = mail(peer, to: ["a@example.org", "b@example.org"])
        try await calls.send(mail)
        let line = try #require(peer.nextLine())
        let message = try JSONDecoder().decode(Message.self, from: Data(line.utf8))
        #expect(message.from == "<linli@example.org>")
        #expect(message.to == ["<a@example.org>", "<b@example.org>"])
        #expect(Array(message.text.utf8) == mail.message)
        await calls.end()
    }

    @Test("a refusal carries the server's code, and one bad recipient stops the message")
    func refused() async throws {
        let peer = try Peer("smtp_peer.py")
        defer { peer.stop() }
        let calls = try await Calls()
        await #expect(throws: CallError.mailRefused(code: 550)) {
            try await calls.send(mail(peer, to: ["a@example.org", "x@refused.example"]))
        }
        await #expect(throws: CallError.mailRefused(code: 451)) {
            try await calls.send(mail(peer, to: ["x@later.example"]))
        }
        await calls.end()
    }

    @Test("a server that cannot speak TLS is not told anything when TLS is required")
    func requiresTLS() async throws {
        let peer = try Peer("smtp_peer.py")
        defer { peer.stop() }
        let calls = try await Calls()
        var mail = mail(peer, to: ["a@example.org"])
        mail.requiresTLS = true
        await #expect(throws: CallError.untrusted) { try await calls.send(mail) }
        await calls.end()
    }

    @Test("an address cannot smuggle a command")
    func addresses() async throws {
        let peer = try Peer("smtp_peer.py")
        defer { peer.stop() }
        let calls = try await Calls()
        for address in ["", "a", "a@b>\r\nDATA", "a@b\nRCPT TO:<c@d>", "<a@b>", "a@b c"] {
            await #expect(throws: CallError.badCall) {
                try await calls.send(mail(peer, to: [address]))
            }
        }
        await #expect(throws: CallError.badCall) { try await calls.send(mail(peer, to: [])) }
        await #expect(throws: CallError.badCall) {
            try await calls.send(
                mail(peer, to: Array(repeating: "a@example.org", count: MailCall.recipientsMax + 1))
            )
        }
        await calls.end()
    }
}
