import Platform
import Realtime
import Support
import Testing

@Suite("Addresses of e-mail, and a mail server")
struct EmailTests {
    @Test(
        "what people type is read in one spelling",
        arguments: [
            ("a@b.cn", "a@b.cn"), (" Wang.Bin+x@Estate.Example ", "Wang.Bin+x@estate.example"),
            ("1@1.cn", "1@1.cn"),
        ])
    func read(_ typed: String, _ text: String) {
        #expect(EmailAddress(typed)?.text == text)
    }

    @Test(
        "what could be more than an address is none",
        arguments: [
            "", "@", "a@", "@b.cn", "a@b", "a@b@c.cn", "a b@c.cn", "a@b.cn\r\nBcc: c@d.cn",
            "<a@b.cn>",
            "a@-b.cn", "a@b-.cn", "a@b..cn", ".a@b.cn", "a.@b.cn", "a..b@c.cn", "a@127.0.0.1",
            "a@[127.0.0.1]", "王@b.cn", "a@王.cn", "a,b@c.cn", "\"a\"@b.cn",
        ])
    func refused(_ typed: String) {
        #expect(EmailAddress(typed) == nil)
    }

    @Test("lengths end where RFC 5321 ends them, and an address never prints itself")
    func limits() throws {
        let local = String(repeating: "a", count: 64)
        #expect(EmailAddress("\(local)@b.cn") != nil)
        #expect(EmailAddress("\(local)a@b.cn") == nil)
        let domain = Array(repeating: String(repeating: "b", count: 61), count: 3)
            .joined(separator: ".")
        #expect(EmailAddress("aa@\(domain).\(String(repeating: "c", count: 63))") != nil)
        #expect(EmailAddress("\(local)@\(domain).\(String(repeating: "c", count: 63))") == nil)
        let address = try #require(EmailAddress("wang@b.cn"))
        #expect(address.masked == "w***@b.cn")
        #expect(!"\(address) \(String(reflecting: address))".contains("wang"))
    }

    private static func configuration(_ port: UInt16) throws -> MailConfiguration {
        try MailConfiguration(
            json: Array(#"{"server":"smtp://127.0.0.1:\#(port)","from":"linli@b.cn"}"#.utf8),
            secretFile: nil)
    }

    @Test(
        "a server takes a message, refuses it for good, or puts it off",
        arguments: [
            ("a@taken.example", .taken), ("a@refused.example", .never("mail_550")),
            ("a@later.example", .later("mail_451")),
        ] as [(String, Handover)])
    func outcomes(_ address: String, _ expected: Handover) async throws {
        let peer = try Peer("smtp_peer.py")
        defer { peer.stop() }
        let shard = try Shard(index: 0)
        let channel = SMTPChannel(try Self.configuration(peer.port), on: shard)
        try await channel.start()
        let to = try #require(EmailAddress(address))
        let mail = OutgoingMail(
            reference: "a.b", to: to, subject: "邻里：一条新通知", text: "「一项活动」有新的留言。\n.\n",
            at: .epoch)
        #expect(await channel.hand(mail) == expected)
        if expected == .taken {
            let line = try #require(peer.nextLine())
            #expect(line.contains("Message-ID: <a.b@b.cn>") && line.contains("Thu, 01 Jan 1970"))
        }
        await channel.stop()
        await shard.removeLocals()
        shard.loop.stop()
    }

    @Test(
        "a file that would send nowhere or in clear is refused",
        arguments: [
            #"{"server":"http://a.b","from":"a@b.cn"}"#,
            #"{"server":"smtp://a:b@c.d","from":"a@b.cn"}"#,
            #"{"server":"smtp://c.d","from":"nobody"}"#, #"{"server":"smtp://c.d"}"#, "",
            #"{"server":"smtp://c.d","from":"a@b.cn","user":"u"}"#,
            #"{"server":"smtp://c.d","from":"a@b.cn","timeout_seconds":0}"#,
        ])
    func faults(_ json: String) {
        #expect(throws: MailConfiguration.Fault.self) {
            try MailConfiguration(json: Array(json.utf8), secretFile: nil)
        }
    }
}
