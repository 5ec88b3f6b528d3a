internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Calendars at their links, checked by libical") struct CalendarFeedTests {
    typealias Estate = CalendarEstate

    private static let room = [
        "place_text": "-", "place": #""\#(ActivityEstate.room)""#, "cost_note": #""材料费 5 元""#,
        "bring": #""剪刀""#,
    ]

    private static func body(_ members: [String: String] = [:]) -> String {
        ActivityEstate.body(members)
    }

    /// A meeting for the first stair, in the room.
    private static var stair: String {
        body(
            room.merging([
                "audience": "[\(AnnouncementEstate.place(AnnouncementEstate.stair))]",
                "title_zh": #""三号楼包粽子""#, "starts": #""2026-03-04T14:00""#,
                "ends": #""2026-03-04T16:00""#,
            ]) { $1 })
    }

    @Test("each kind of calendar shows each reader what it may see, no more and no less")
    func readers() async throws {
        try await Estate.with { estate async throws in
            _ = try estate.activities.publish(.leader, Self.body())
            _ = try estate.activities.publish(.leader, Self.stair)
            _ = try estate.activities.draft(.leader, Self.body(["title_zh": #""草稿""#]))
            let (open, hidden) = ("晨练太极", "三号楼包粽子")
            for (reader, seen, busy) in [
                (Estate.Reader.leader, [open, hidden], hidden), (.member, [open, hidden], hidden),
                (.neighbour, [open], "已占用"), (.officer, [open, hidden], hidden),
            ] {
                let all = try estate.link(reader, "estate").path
                #expect(try estate.summaries(all) == seen, "\(reader)")
                let venue = try estate.link(reader, "venue", ActivityEstate.room).path
                #expect(try estate.summaries(venue) == [busy], "\(reader)")
                let own = try estate.link(reader, "personal").path
                #expect(try estate.summaries(own) == (reader == .leader ? seen : []), "\(reader)")
            }
            let venue = try estate.link(.neighbour, "venue", ActivityEstate.room).path
            let text = try estate.fetch(venue).text
            for word in ["包粽子", "大家", "剪刀", "occurrences"] {
                #expect(!text.contains(word), "\(word)")
            }
        }
    }

    @Test("a meeting that one may not see any more stays where one had a place, cancelled and mute")
    func lost() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.activities.publish(.leader, Self.stair)
            let one = try estate.activities.occurrences(path).first
            let own = try estate.link(.member, "personal").path
            let (other, leader) = (
                try estate.link(.neighbour, "personal").path,
                try estate.link(.leader, "personal").path
            )
            try estate.activities.join(one, [ActivityEstate.member])
            let before = try estate.event(own)
            #expect(before.value("STATUS") == "CONFIRMED")
            // From the stair's people to those of another one.
            try estate.change(
                """
                SELECT set_config('linli.instant', '\(estate.clock.now().microseconds)', false);
                UPDATE linli.activity_occurrence
                SET audience = ARRAY['place:\(AnnouncementEstate.otherStair)'];
                UPDATE linli.activity
                SET addressed = ARRAY['place:\(AnnouncementEstate.otherStair)'],
                    audience = ARRAY['place:\(AnnouncementEstate.otherStair)']
                """)
            let after = try estate.event(own)
            #expect(after.value("UID") == before.value("UID"))
            #expect(after.value("DTSTART") == before.value("DTSTART"))
            #expect(after.value("STATUS") == "CANCELLED")
            #expect(after.value("SUMMARY") == "【已取消】不再对您开放的活动")
            #expect(after.sequence > before.sequence)
            let text = try estate.fetch(own).text
            for word in ["包粽子", "大家", "剪刀", "occurrences", "Room", "活动室"] {
                #expect(!text.contains(word), "\(word)")
            }
            #expect(try estate.events(other).isEmpty)
            #expect(try estate.summaries(leader) == ["三号楼包粽子"])
        }
    }

    @Test("an event says what, when, where, and where its page is; in its person's language")
    func words() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.activities.publish(
                .leader,
                Self.body(
                    Self.room.merging([
                        "body_zh": "\"\(String(repeating: "长", count: 501))\"",
                        "title_en": #""Tai chi; at dawn, daily""#,
                        "body_en": #""Come.\nAll of you""#,
                    ]) { $1 }))
            let id = try estate.activities.occurrences(path).first?["id"]?.text ?? ""
            let link = try estate.link(.member, "estate").path
            let calendar = try estate.calendar(link)
            #expect(calendar.value("X-WR-CALNAME") == "甲小区的活动")
            #expect(calendar.value("NAME") == "甲小区的活动")
            #expect(calendar.value("REFRESH-INTERVAL") == "PT60M")
            #expect(calendar.components("VTIMEZONE").first?.value("TZID") == "Asia/Shanghai")
            let event = try estate.event(link)
            #expect(event.value("UID") == "\(id)@a.linli")
            #expect(event.value("DTSTART") == "20260303T190000")
            #expect(event.value("DTEND") == "20260303T203000")
            #expect(event.value("SUMMARY") == "晨练太极")
            #expect(
                event.value("DESCRIPTION")
                    == String(repeating: "长", count: 500) + "…\n费用：材料费 5 元\n请带：剪刀")
            #expect(event.value("LOCATION") == "活动室")
            #expect(event.value("CATEGORIES") == "运动")
            #expect(event.value("STATUS") == "CONFIRMED" && event.sequence == 0)
            #expect(
                event.value("URL")
                    == "http://localhost/#/estates/\(APIFixture.a)/occurrences/\(id)")
            try estate.change(
                "UPDATE linli.account SET language = 'en' WHERE id = '\(APIFixture.wife)'")
            #expect(try estate.calendar(link).value("NAME") == "Activities of A")
            let english = try estate.event(link)
            #expect(english.value("SUMMARY") == "Tai chi; at dawn, daily")
            #expect(
                english.value("DESCRIPTION")
                    == "Come.\nAll of you\nCost: 材料费 5 元\nBring: 剪刀")
            #expect(english.value("LOCATION") == "Room")
            #expect(english.value("CATEGORIES") == "Sport")
            #expect(try !estate.fetch(link).text.contains("张三"))
        }
    }

    @Test("one meeting edited and one cancelled keep their UID, and raise their SEQUENCE")
    func edits() async throws {
        try await Estate.with { estate async throws in
            let weekly = Self.room.merging(["rrule": #""FREQ=WEEKLY;COUNT=3""#]) { $1 }
            let path = try estate.activities.publish(.leader, Self.body(weekly))
            let meetings = try estate.activities.occurrences(path)
            let link = try estate.link(.member, "estate").path
            let own = try estate.link(.leader, "personal").path
            let venue = try estate.link(.neighbour, "venue", ActivityEstate.room).path
            let before = try estate.events(link)
            #expect(before.map(\.sequence) == [0, 0, 0])
            try estate.clock.set(APIFixture.start + .seconds(60))
            _ = try estate.activities.json(
                .leader, "PUT", ActivityEstate.path(of: meetings[1]), version: "*",
                #"{"scope":"one","starts":"2026-03-10T09:00","ends":"2026-03-10T10:00"}"#)
            _ = try estate.activities.json(
                .leader, "POST", ActivityEstate.path(of: meetings[2]) + "/cancellation",
                #"{"because":"下雨"}"#)
            for path in [link, own] {
                let after = try estate.events(path)
                #expect(after.map { $0.value("UID") } == before.map { $0.value("UID") })
                #expect(after.map(\.sequence) == [0, 1, 1])
                #expect(
                    after.map { $0.value("STATUS") } == ["CONFIRMED", "CONFIRMED", "CANCELLED"])
                #expect(after[1].value("DTSTART") == "20260310T090000")
                #expect(
                    after.map { $0.value("LAST-MODIFIED") } == [
                        "20260301T000000Z", "20260301T000100Z", "20260301T000100Z",
                    ])
                #expect(after[2].value("SUMMARY") == "【已取消】晨练太极")
                #expect(after[2].value("DESCRIPTION")?.contains("已取消：下雨") == true)
            }
            // A use that was given back is free: it is not in the calendar of the venue.
            let uses = try estate.events(venue)
            #expect(uses.map { $0.value("DTSTART") } == ["20260303T190000", "20260310T090000"])
            #expect(uses.map(\.sequence) == [0, 1])
        }
    }

    @Test("a wait, an offer, a place and its loss are told by status and words, each a step later")
    func standing() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.activities.publish(
                .leader, Self.body(["seats": #"[{"kind":"adult","total":1}]"#]))
            let meeting = ActivityEstate.path(of: try estate.activities.occurrences(path).first)
            func later() throws { try estate.clock.set(estate.clock.now() + .seconds(60)) }
            func act(_ reader: Estate.Reader, _ path: String, is status: Int = 200) throws -> JSON {
                try later()
                return try estate.activities.json(reader, "POST", path, is: status, "{}")
            }
            let first = try act(.neighbour, meeting + "/reservations", is: 201)
            let waits = try act(.member, meeting + "/reservations", is: 201)
            let reservations = ActivityEstate.base + "/reservations/"
            let own = reservations + (waits["id"]?.text ?? "")
            let link = try estate.link(.member, "personal").path
            var told: [Estate.Event] = [try estate.event(link)]
            _ = try act(.neighbour, reservations + "\(first["id"]?.text ?? "")/cancellation")
            told.append(try estate.event(link))
            try later()
            _ = try estate.activities.json(.member, "POST", own + "/acceptance")
            told.append(try estate.event(link))
            _ = try act(.member, own + "/cancellation")
            told.append(try estate.event(link))
            // Who comes back has the same event again.
            let back = try act(.member, meeting + "/reservations", is: 201)
            told.append(try estate.event(link))
            _ = try act(.member, reservations + "\(back["id"]?.text ?? "")/cancellation")
            told.append(try estate.event(link))
            #expect(
                told.map { $0.value("STATUS") } == [
                    "TENTATIVE", "TENTATIVE", "CONFIRMED", "CANCELLED", "CONFIRMED", "CANCELLED",
                ])
            #expect(
                told.map { $0.value("SUMMARY") } == [
                    "【候补】晨练太极", "【待接受】晨练太极", "晨练太极", "【已退出】晨练太极", "晨练太极", "【已退出】晨练太极",
                ])
            #expect(told[1].value("DESCRIPTION")?.contains("请在 2026-03-01 10:03 前接受") == true)
            #expect(Set(told.map { $0.value("UID") }).count == 1)
            for (one, next) in zip(told, told.dropFirst()) {
                #expect(one.sequence < next.sequence)
                #expect((one.value("LAST-MODIFIED") ?? "") < (next.value("LAST-MODIFIED") ?? ""))
            }
            // Thirty days later programs have dropped it.
            let left = estate.clock.now()
            try estate.clock.set(left + .seconds(CalendarFeed.leftDays * 86_400) - .microseconds(1))
            #expect(try estate.events(link).count == 1)
            try estate.clock.set(left + .seconds(CalendarFeed.leftDays * 86_400))
            #expect(try estate.events(link).count == 0)
        }
    }

    @Test("an offer that has lapsed is void at its instant; a meeting that was cancelled stays")
    func lapsed() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.activities.publish(.leader, Self.body())
            let one = try estate.activities.occurrences(path).first
            let until = APIFixture.start + .seconds(3600)
            try estate.activities.join(one, [ActivityEstate.member], state: "held", until: until)
            try estate.activities.join(one, [ActivityEstate.neighbour])
            let held = try estate.link(.member, "personal").path
            let sure = try estate.link(.neighbour, "personal").path
            try estate.clock.set(until - .microseconds(1))
            let before = try estate.event(held)
            #expect(before.value("STATUS") == "TENTATIVE")
            #expect(before.value("SUMMARY") == "【待确认】晨练太极")
            try estate.clock.set(until)
            let after = try estate.event(held)
            #expect(after.value("STATUS") == "CANCELLED" && after.sequence > before.sequence)
            _ = try estate.activities.json(
                .leader, "POST", path + "/cancellation", #"{"because":"下雨"}"#)
            try estate.clock.set(until + .seconds(60 * 86_400))
            let stays = try estate.event(sure)
            #expect(stays.value("STATUS") == "CANCELLED")
            #expect(stays.value("SUMMARY") == "【已取消】晨练太极")
            #expect(try estate.events(held).count == 0)
        }
    }

    @Test("who has the calendar already is told so, until something changes")
    func tags() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.activities.publish(
                .leader, Self.body(["rrule": #""FREQ=DAILY;COUNT=5""#]))
            let link = try estate.link(.member, "estate").path
            let first = try estate.fetch(link, fields: [("Accept-Encoding", "gzip")])
            let tag = first["etag"] ?? ""
            #expect(tag.hasPrefix("W/\""))
            #expect(first["content-encoding"] == "gzip")
            #expect(first["cache-control"] == "private, max-age=300")
            try estate.clock.set(APIFixture.start + .seconds(86_400))
            let known = try estate.fetch(link, fields: [("If-None-Match", tag)])
            #expect(known.status == 304 && known.body.isEmpty && known["etag"] == tag)
            let head = try estate.activities.ask(.visitor, "HEAD", link)
            #expect(head.status == 200 && head["etag"] == tag)
            _ = try estate.activities.json(
                .leader, "POST", path + "/cancellation", #"{"because":"下雨"}"#)
            let changed = try estate.fetch(link, fields: [("If-None-Match", tag)])
            #expect(changed.status == 200 && changed["etag"] != tag)
        }
    }

    @Test("it goes back 90 days and ahead 400, and never has more than 1,000 events")
    func bounds() async throws {
        try await Estate.with { estate async throws in
            for hour in 7...9 {
                _ = try estate.activities.publish(
                    .leader,
                    Self.body([
                        "starts": #""2026-03-03T0\#(hour):00""#,
                        "ends": #""2026-03-03T0\#(hour):30""#,
                        "rrule": #""FREQ=DAILY;COUNT=400""#,
                    ]))
            }
            let links = try ["estate", "personal"].map { try estate.link(.leader, $0).path }
            func starts(_ path: String) throws -> [String] {
                try estate.events(path).map { $0.value("DTSTART") ?? "" }
            }
            let coming = try starts(links[0])
            #expect(coming.count == Int(CalendarFeed.comingMax))
            #expect(coming == coming.sorted() && coming.first == "20260303T070000")
            #expect(try starts(links[1]).count == 1000)
            // In the middle of it: the last 200 and the next 800; all of the last 90 days later.
            try estate.clock.set(Instant("2026-10-01T00:00:00Z") ?? .epoch)
            let middle = try starts(links[0])
            #expect(middle.count == 200 + 188 * 3 - 1)
            let mine = try starts(links[1])
            #expect(mine == mine.sorted() && mine.first == "20260703T080000")
            try estate.clock.set(Instant("2027-09-01T00:00:00Z") ?? .epoch)
            #expect(try links.map { try starts($0) } == [[], []])
        }
    }
}
