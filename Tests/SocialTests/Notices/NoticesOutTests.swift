internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

@Suite("Notices that leave the house, through the wire") struct NoticesOutTests {
    typealias Estate = NoticesOutEstate

    private static let everything =
        #"{"preferences":[{"topic":"*","channel":"sms","wanted":"at_once"}]}"#

    @Test(
        "an alarm goes at once, whatever was set and at any hour; what is plain goes nowhere by itself"
    )
    func alarms() async throws {
        try await Estate.with { house async throws in
            try house.set(
                .leader,
                #"{"chain":"off","preferences":[{"topic":"*","channel":"sms","wanted":"never"}]}"#)
            try house.api.clock.set(#require(Instant("2026-03-01T18:00:00Z")))
            try house.tell(.commentAdded, to: [Estate.leader])
            let alarm = try house.tell(.goodsRecalled, to: [Estate.leader])
            let sent = try await house.sent()
            #expect(sent.map(\.phone) == [PhoneNumber(APIFixture.residentPhone)])
            #expect(sent.map(\.isAlarm) == [true])
            #expect(sent.first?.text.hasPrefix("【邻里】") == true)
            #expect(try await house.sent().isEmpty)
            let key = try house.estate.count(
                "SELECT count(*) FROM linli.notice_delivery WHERE key = \(alarm.description)")
            #expect(key == 1)
            #expect(house.api.logged.lines.isEmpty)
        }
    }

    @Test("what falls due in quiet hours goes at their end, by the estate's or one's own")
    func quietHours() async throws {
        try await Estate.with { house async throws in
            try house.set(.leader, Self.everything)
            try house.set(
                .member,
                #"""
                {"quiet":"own","quiet_begins":1260,"quiet_ends":480,
                "preferences":[{"topic":"*","channel":"sms","wanted":"at_once"}]}
                """#)
            // 21:59 of the estate: quiet for the member since 21:00, for nobody else.
            try house.api.clock.set(#require(Instant("2026-03-01T13:59:00Z")))
            try house.tell(.commentAdded, to: [Estate.leader, Estate.member])
            #expect(try await house.sent(after: 0).map(\.phone.e164) == ["+8613800000001"])
            try house.api.clock.set(#require(Instant("2026-03-01T14:00:00Z")))
            try house.tell(.commentAdded, to: [Estate.leader])
            #expect(try await house.sent(after: 5).isEmpty)
            #expect(try await house.sent(at: "2026-03-01T22:59:54Z").isEmpty)
            #expect(
                try await house.sent(at: "2026-03-01T23:00:00Z").map(\.phone.e164)
                    == ["+8613800000001"])
            #expect(
                try await house.sent(at: "2026-03-02T00:00:00Z").map(\.phone.e164)
                    == ["+8613800000002"])
        }
    }

    @Test("the day's digest is one message that counts what is unread, at the minute that was set")
    func digest() async throws {
        try await Estate.with { house async throws in
            try house.set(
                .leader,
                #"""
                {"digest_minute":1140,"preferences":[{"topic":"*","channel":"sms","wanted":"digest"},
                {"topic":"reservation","channel":"sms","wanted":"never"},
                {"topic":"reservation.offered","channel":"sms","wanted":"at_once"}]}
                """#)
            let read = try house.tell(.commentAdded, to: [Estate.leader])
            try house.tell(.commentRemoved, to: [Estate.leader])
            try house.tell(.feedbackGiven, to: [Estate.leader])
            try house.tell(.reservationWaiting, to: [Estate.leader])
            try house.tell(.reservationOffered, to: [Estate.leader])
            let now = try await house.sent()
            #expect(now.map(\.text) == ["【邻里】「一项活动」为您留出了名额，请在 所示时间 前确认，过时名额会让给下一位。"])
            let receipt = Estate.base + "/notices/\(read)/receipt"
            #expect(
                try house.estate.ask(.leader, "PUT", receipt, key: UUID.random()).status == 204)
            #expect(try await house.sent(at: "2026-03-01T10:59:54Z").isEmpty)
            #expect(
                try await house.sent(at: "2026-03-01T11:00:00Z").map(\.text)
                    == ["【邻里】您有 2 条新通知，请打开邻里查看。"])
            #expect(try await house.sent(at: "2026-03-02T11:00:00Z").isEmpty)
        }
    }

    @Test(
        "an elder's unread notice goes on by SMS and then to her delegate, who is told no more than that"
    )
    func chain() async throws {
        try await Estate.with { house async throws in
            try house.delegate()
            try house.tell(.reservationOffered, to: [Estate.neighbour])
            try house.tell(.commentAdded, to: [Estate.neighbour])
            #expect(try await house.sent(after: 29 * 60 - 1).isEmpty)
            #expect(try await house.sent(after: 61).map(\.phone.e164) == ["+8613800000002"])
            #expect(try await house.sent(after: 29 * 60 - 1).isEmpty)
            let passed = try await house.sent(after: 61)
            #expect(passed.map(\.phone.e164) == ["+8613800000001"])
            #expect(passed.map(\.text) == ["【邻里】" + OutgoingWords.delegate.zh])
            #expect(try await house.sent(after: 3600).isEmpty)
        }
    }

    @Test("what was read in time goes no further, whoever of the two read it")
    func readInTime() async throws {
        try await Estate.with { house async throws in
            try house.delegate()
            let id = try house.tell(.reservationOffered, to: [Estate.neighbour])
            #expect(try await house.sent(after: 60).isEmpty)
            let answer = try house.estate.ask(
                .leader, "PUT", Estate.base + "/notices/\(id)/receipt", key: UUID.random(),
                fields: [("On-Behalf-Of", Estate.neighbour.description)])
            #expect(answer.status == 204)
            #expect(try await house.sent(after: 7200).isEmpty)
            #expect(try house.count("dropped") == 2)
        }
    }

    @Test(
        "what is not taken is tried again under one reference, then given up, seen at the desk and retried"
    )
    func deadLetters() async throws {
        try await Estate.with { house async throws in
            try house.tell(.goodsRecalled, to: [Estate.leader])
            house.post.answer(.later("status_503"), times: 12)
            var references: Set<String> = []
            for _ in 1...12 {
                let sent = try await house.sent(after: 180)
                #expect(sent.count == 1)
                references.formUnion(sent.map(\.reference))
            }
            #expect(references.count == 1)
            #expect(try house.count("dead") == 1)
            #expect(try await house.sent(after: 3600).isEmpty)
            let task: SQL = "SELECT count(*) FROM linli.task WHERE kind = 'alarm-undelivered'"
            #expect(try house.estate.count(task) == 1)
            #expect(try house.estate.ask(.neighbour, "GET", Estate.failed).status == 404)
            let seen = try house.estate.ask(.officer, "GET", Estate.failed)
            let one = try JSON(parsing: seen.body)["deliveries"]?.elements?.first
            #expect(one?["person"]?.text == Estate.leader.description)
            #expect(one?["outcome"]?.text == "status_503")
            #expect(!seen.text.contains("goods") && !seen.text.contains("138"))
            let read: SQL = "SELECT count(*) FROM linli.record_read WHERE kind = 'delivery'"
            #expect(try house.estate.count(read) == 1)
            let retry = Estate.failed + "/\(one?["id"]?.text ?? "")/retry"
            #expect(try house.estate.ask(.neighbour, "POST", retry, key: "1").status == 404)
            #expect(try house.estate.ask(.officer, "POST", retry, key: "2").status == 204)
            #expect(try await house.sent().count == 1)
            #expect(try house.estate.ask(.officer, "POST", retry, key: "3").status == 404)
        }
    }

    @Test("a number gets what its provider allows, and an alarm more than all else")
    func limits() async throws {
        try await Estate.with { house async throws in
            // Member and neighbour have one number.
            try house.set(.member, Self.everything)
            try house.tell(.goodsRecalled, to: [Estate.member, Estate.neighbour])
            #expect(try await house.sent().count == 1)
            #expect(try await house.sent(after: 50).isEmpty)
            #expect(try await house.sent(after: 10).count == 1)
            for _ in 1...5 { try house.tell(.commentAdded, to: [Estate.member]) }
            var plain = 0
            for _ in 1...30 { plain += try await house.sent(after: 61).count }
            #expect(plain == 3)
            // Of the five of an hour two are left to alarms.
            for _ in 1...4 { try house.tell(.dailyCheckTold, to: [Estate.member]) }
            var alarms = 0
            for _ in 1...10 { alarms += try await house.sent(after: 61).count { $0.isAlarm } }
            #expect(alarms == 3)
        }
    }

    @Test(
        "two servers that run at once send each once; what one held that died goes again, unchanged"
    )
    func twoServers() async throws {
        try await Estate.with { house async throws in
            try house.tell(.goodsRecalled, to: [Estate.leader])
            let (shard, jobs, clock) = (house.api.server.shard, house.jobs, house.api.clock)
            try clock.advance(by: .seconds(5))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 1...2 {
                    group.addTask { try await shard.runJobs(jobs, clock) }
                }
                try await group.waitForAll()
            }
            let first = house.post.taken()
            #expect(first.count == 1)
            try house.api.database.superuser().run(
                """
                UPDATE linli.notice_delivery
                SET state = 'waiting', settled_at = NULL, run = 999999
                """)
            #expect(try await house.sent().map(\.reference) == first.map(\.reference))
            #expect(try house.count("sent") == 1)
        }
    }

    @Test("who asks for nonsense is told what to do, and nothing changes")
    func refusals() async throws {
        try await Estate.with { house async throws in
            for body in [
                #"{"quiet":"own","quiet_begins":60,"quiet_ends":60}"#,
                #"{"sms_after":60,"delegate_after":30}"#,
                #"{"preferences":[{"topic":"weather","channel":"sms","wanted":"at_once"}]}"#,
                #"{"preferences":[{"topic":"*","channel":"sms","wanted":"at_once"},"#
                    + #"{"topic":"*","channel":"sms","wanted":"never"}]}"#,
                #"{"preferences":[{"topic":"*","channel":"fax","wanted":"at_once"}]}"#,
            ] {
                let answer = try house.estate.ask(
                    .member, "PUT", Estate.settings, key: UUID.random(), body: body)
                #expect(answer.status == 400, "\(body): \(answer.text)")
            }
            let own = try house.estate.ask(.member, "GET", Estate.settings)
            #expect(
                own.text
                    == #"{"quiet":"estate","quiet_begins":1320,"quiet_ends":420,"#
                    + #""digest_minute":1080,"chain":"auto","is_chained":false,"sms_after":30,"#
                    + #""delegate_after":60,"preferences":[]}"#)
            #expect(try house.estate.ask(.visitor, "GET", Estate.settings).status == 401)
            #expect(try house.estate.ask(.stranger, "GET", Estate.settings).status == 404)
        }
    }

    @Test(
        "a report counts once, with the gateway's secret; ids that nobody knows are answered alike")
    func reports() async throws {
        try await Estate.with { house async throws in
            try house.tell(.goodsRecalled, to: [Estate.leader])
            let reference = try await house.sent().first?.reference ?? ""
            func report(_ id: String, _ state: String, _ secret: String = Estate.secret) throws
                -> Int
            {
                try house.api.request(
                    "POST", "/api/v1/sms-reports",
                    fields: [("Authorization", "Bearer \(secret)")],
                    body: #"{"reports":[{"id":"\#(id)","state":"\#(state)"}]}"#
                ).status
            }
            #expect(try report(reference, "delivered", "wrong") == 401)
            #expect(try house.count("sent") == 1)
            for id in ["", ".", "x.y", "\(APIFixture.b).\(APIFixture.id(1))"] where !id.isEmpty {
                #expect(try report(id, "delivered") == 204)
            }
            #expect(try house.count("sent") == 1)
            #expect(try report(reference, "delivered") == 204)
            #expect(try report(reference, "undelivered") == 204)
            #expect(try report(reference, "delivered") == 204)
            #expect(try house.count("delivered") == 1)
        }
    }

    @Test("an alarm of which the gateway says that it did not arrive is a task, once")
    func notArrived() async throws {
        try await Estate.with { house async throws in
            try house.tell(.goodsRecalled, to: [Estate.leader])
            let reference = try #require(try await house.sent().first?.reference)
            let report = try house.api.request(
                "POST", "/api/v1/sms-reports",
                fields: [("Authorization", "Bearer \(Estate.secret)")],
                body: #"{"reports":[{"id":"\#(reference)","state":"undelivered"}]}"#)
            #expect(report.status == 204)
            let tasks: SQL = "SELECT count(*) FROM linli.task WHERE kind = 'alarm-undelivered'"
            #expect(try house.estate.count(tasks) == 0)
            for _ in 1...2 {
                #expect(try await house.sent(after: 60).isEmpty)
                #expect(try house.estate.count(tasks) == 1)
            }
            let told: SQL = "SELECT count(*) FROM linli.event WHERE kind = 'notice.undelivered'"
            #expect(try house.estate.count(told) == 1)
            #expect(try house.count("undelivered") == 1)
        }
    }

    @Test(
        "deliveries are forgotten a month after they were settled, and no job does another's work")
    func sweep() async throws {
        try await Estate.with { house async throws in
            try house.tell(.goodsRecalled, to: [Estate.leader])
            #expect(try await house.sent().count == 1)
            for (days, left) in [(29, 1), (31, 0)] as [(Int64, Int64)] {
                try house.api.clock.set(APIFixture.start + .seconds(days * 86_400))
                try house.estate.connect(job: "notice-sweep").run(
                    "SELECT linli.forget_deliveries()")
                #expect(
                    try house.estate.count("SELECT count(*) FROM linli.notice_delivery") == left)
            }
            #expect(throws: PostgresError.self) {
                try house.estate.connect(job: "notice-sweep").run(
                    "SELECT linli.plan_deliveries(true, 1)")
            }
        }
    }
}

@Suite("The words that leave the house") struct OutgoingWordsTests {
    @Test(
        "every kind has words in both languages that name nothing", arguments: NoticeKind.allCases)
    func words(_ kind: NoticeKind) throws {
        let row = DeliveryNotices.Row(
            delivery: APIFixture.id(1), kind: kind.rawValue,
            details: #"{"what":["time"],"because":"capacity","title":"包粽子"}"#)
        for language in [Language.zh, .en] {
            for form in ["notice", "digest", "delegate"] {
                let words = try #require(OutgoingWords.words(form, [row], language))
                #expect(words.text.hasPrefix("【邻里】") && words.text.count > 8)
                #expect(!words.subject.isEmpty && words.body.count > words.text.count)
                let all = words.text + words.subject + words.body
                #expect(!all.contains("包粽子") && !all.contains { "{}".contains($0) })
            }
            #expect(OutgoingWords.words("notice", [], language) == nil)
        }
    }

    @Test("kinds with hurry are kinds that there are")
    func urgencies() async throws {
        try await NoticesOutEstate.with { house async throws in
            let known = NoticeKind.allCases.map(\.rawValue)
            #expect(
                try house.estate.count(
                    "SELECT count(*) FROM linli.notice_urgency WHERE kind <> ALL (\(known))") == 0)
        }
    }
}
