internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

@Suite("Notices by e-mail and to browsers, through the wire") struct NoticeChannelsTests {
    typealias Estate = NoticesOutEstate

    private static let email = Estate.base + "/me/email"
    private static let browsers = Estate.base + "/me/push-subscriptions"

    /// Asks for an address; the code that came there.
    private func code(_ house: Estate, _ address: String) async throws -> String {
        let answer = try house.estate.ask(
            .member, "PUT", Self.email, key: UUID.random(), body: #"{"address":"\#(address)"}"#)
        try #require(answer.status == 202, "\(answer.text)")
        for _ in 0..<10_000 {
            if let mail = house.mails.taken().first {
                #expect(mail.to.text == address)
                return String(mail.text.drop { !$0.isNumber }.prefix { $0.isNumber })
            }
            await Task.yield()
        }
        Issue.record("no code came")
        return ""
    }

    private func confirm(_ house: Estate, _ code: String) throws -> Int {
        try house.estate.ask(
            .member, "POST", Self.email + "/confirmation", key: UUID.random(),
            body: #"{"code":"\#(code)"}"#
        ).status
    }

    @Test("an address gets notices once its code was given back, and none after it was forgotten")
    func confirmed() async throws {
        try await Estate.with { house async throws in
            let code = try await code(house, "wang@b.cn")
            try house.tell(.reservationOffered, to: [Estate.member])
            _ = try await house.sent()
            #expect(house.mails.taken().isEmpty)
            #expect(try confirm(house, code == "000000" ? "111111" : "000000") == 422)
            #expect(try confirm(house, code) == 204)
            #expect(try confirm(house, code) == 404)
            let own = try house.estate.ask(.member, "GET", Self.email)
            #expect(own.text == #"{"address":"wang@b.cn"}"#)
            #expect(try house.estate.ask(.leader, "GET", Self.email).text == "{}")
            try house.tell(.reservationOffered, to: [Estate.member])
            _ = try await house.sent()
            let mails = house.mails.taken()
            #expect(mails.map(\.to.text) == ["wang@b.cn"])
            #expect(mails.first?.text.contains("名额") == true)
            let end = try house.estate.ask(.member, "DELETE", Self.email, key: UUID.random())
            #expect(end.status == 204)
            try house.tell(.reservationOffered, to: [Estate.member])
            _ = try await house.sent()
            #expect(house.mails.taken().isEmpty)
            let left: SQL = "SELECT count(*) FROM linli.person_sealed WHERE field LIKE 'email%'"
            #expect(try house.estate.count(left) == 0)
            #expect(house.api.logged.lines.isEmpty)
        }
    }

    @Test("a code is good for five tries and fifteen minutes, and is asked for once a minute")
    func guessing() async throws {
        try await Estate.with { house async throws in
            let first = try await code(house, "wang@b.cn")
            let often = try house.estate.ask(
                .member, "PUT", Self.email, key: UUID.random(), body: #"{"address":"a@b.cn"}"#)
            #expect(often.status == 429)
            let wrong = first == "000000" ? "111111" : "000000"
            for _ in 1...5 { #expect(try confirm(house, wrong) == 422) }
            #expect(try confirm(house, first) == 422)
            try house.api.clock.advance(by: .seconds(60))
            let second = try await code(house, "wang@b.cn")
            try house.api.clock.advance(by: .seconds(900))
            #expect(try confirm(house, second) == 422)
            for address in ["nobody", "a@b.cn\\r\\nBcc: c@d.cn"] {
                let answer = try house.estate.ask(
                    .member, "PUT", Self.email, key: UUID.random(),
                    body: #"{"address":"\#(address)"}"#)
                #expect(answer.status == 400)
            }
        }
    }

    private func subscribe(
        _ house: Estate, _ reader: AnnouncementEstate.Reader, _ endpoint: String
    ) throws -> Int {
        try house.estate.ask(
            reader, "POST", Self.browsers, key: UUID.random(),
            body: """
                {"endpoint":"\(endpoint)","keys":{"p256dh":"\(Self.key)","auth":"\(Self.auth)"}}
                """
        ).status
    }

    // RFC 8291, appendix A.
    private static let key =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    private static let auth = "BTBZMqHH6r4Tts7J_aSIgg"

    @Test(
        "each of a person's browsers gets it; one that is gone is forgotten, and one moves on with its user"
    )
    func browsers() async throws {
        try await Estate.with { house async throws in
            #expect(try subscribe(house, .member, "https://p.b.cn/1") == 201)
            #expect(try subscribe(house, .member, "https://p.b.cn/2") == 201)
            #expect(try subscribe(house, .member, "http://p.b.cn/3") == 400)
            try house.tell(.commentAdded, to: [Estate.member])
            house.pushes.answer(.gone)
            _ = try await house.sent()
            let first = house.pushes.taken()
            #expect(Set(first.map(\.target.endpoint)) == ["https://p.b.cn/1", "https://p.b.cn/2"])
            let shown = try JSON(parsing: first.first?.message ?? [])
            #expect(shown["body"]?.text == "「一项活动」有新的留言。")
            let list = try house.estate.ask(.member, "GET", Self.browsers)
            #expect(try JSON(parsing: list.body)["subscriptions"]?.elements?.count == 1)
            #expect(try house.count("dropped") == 1)
            // The neighbour signs in on the browser that is left.
            let left = Set(["https://p.b.cn/1", "https://p.b.cn/2"])
            for endpoint in left { #expect(try subscribe(house, .neighbour, endpoint) == 201) }
            try house.tell(.commentAdded, to: [Estate.member])
            _ = try await house.sent()
            #expect(house.pushes.taken().isEmpty)
            for number in 3...13 {
                #expect(try subscribe(house, .neighbour, "https://p.b.cn/\(number)") == 201)
            }
            let own = try house.estate.ask(.neighbour, "GET", Self.browsers)
            let ids = try JSON(parsing: own.body)["subscriptions"]?.elements ?? []
            #expect(ids.count == 10)
            let one = Self.browsers + "/\(ids.first?["id"]?.text ?? "")"
            #expect(try house.estate.ask(.member, "DELETE", one, key: "1").status == 404)
            #expect(try house.estate.ask(.neighbour, "DELETE", one, key: "2").status == 204)
            let key = try house.api.request("GET", "/api/v1/push-key")
            #expect(try JSON(parsing: key.body)["key"]?.text == house.pushes.applicationServerKey)
        }
    }
}
