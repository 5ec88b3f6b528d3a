internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Activities through the wire") struct ActivityTests {
    typealias Estate = ActivityEstate

    @Test(
        "a draft is its organisers' alone; once published its audience sees it, list and id alike")
    func audiences() async throws {
        try await Estate.with { estate async throws in
            for (audience, publisher, readers) in [
                (#"{"kind":"everyone"}"#, .officer, Set(Estate.Reader.allCases)),
                (#"{"kind":"estate"}"#, .member, [.leader, .member, .neighbour, .officer]),
                (
                    AnnouncementEstate.place(AnnouncementEstate.stair), .member,
                    [.leader, .member, .officer]
                ),
                (#"{"kind":"role","role":"stair_leader"}"#, .leader, [.leader]),
                (#"{"kind":"role","role":"stair_leader"}"#, .officer, [.leader, .officer]),
            ] as [(String, Estate.Reader, Set<Estate.Reader>)] {
                let path = try estate.draft(publisher, Estate.body(["audience": "[\(audience)]"]))
                for reader in Estate.Reader.allCases {
                    let status = try estate.ask(reader, "GET", path).status
                    #expect(status == (reader == publisher ? 200 : 404), "draft, \(reader)")
                }
                _ = try estate.json(publisher, "POST", path + "/publication")
                let one = try estate.occurrences(path, as: publisher).first
                let id = one?["id"]?.text ?? ""
                for reader in Estate.Reader.allCases {
                    let expected = readers.contains(reader)
                    let list = try estate.ask(reader, "GET", Estate.base + "/occurrences")
                    #expect(list.text.contains(id) == (list.status == 200 && expected), "\(reader)")
                    for target in [path, Estate.path(of: one), path + "/qr.svg"] {
                        let status = try estate.ask(reader, "GET", target).status
                        #expect(status == (expected ? 200 : 404), "\(target) \(reader)")
                    }
                }
            }
        }
    }

    /// What of a draft is changed, and how it is refused.
    private static let refused: [([String: String], Int, String)] = [
        (["ends": #""2026-03-03T19:00""#], 400, "/ends"),
        (["ends": #""2026-03-18T19:00""#], 400, "/ends"),
        (["starts": #""2026-03-01T07:59""#, "ends": #""2026-03-01T09:00""#], 400, "/starts"),
        (["starts": #""2028-03-05T19:00""#, "ends": #""2028-03-05T20:00""#], 400, "/starts"),
        (["starts": #""2026-02-30T19:00""#], 400, "/starts"),
        (["opens_minutes": "60", "closes_minutes": "60"], 400, "/opens_minutes"),
        (["kind": #""karaoke""#], 400, "/kind"),
        (["seats": "[]"], 400, "/seats"),
        (["seats": #"[{"kind":"adult","total":0}]"#], 400, "/seats/0/total"),
        (["seats": #"[{"kind":"sofa","total":1}]"#], 400, "/seats/0/kind"),
        (
            ["seats": #"[{"kind":"adult","total":1},{"kind":"adult","total":2}]"#], 400,
            "/seats/1/kind"
        ),
        (["overall": "21"], 400, "/overall"),
        (["place_text": "-"], 400, "/place"),
        (["place": #""\#(Estate.garden)""#], 400, "/place"),
        (["place_text": "-", "place": #""\#(APIFixture.id(0xA4))""#], 400, "/place"),
        (["title_en": #""Tai chi""#], 400, "/title_en"),
        (["exdates": #"["2026-03-03T19:00"]"#], 400, "/exdates"),
        (["rrule": #""FREQ=HOURLY;COUNT=3""#], 400, "/rrule"),
        (["rrule": #""FREQ=WEEKLY;BYDAY=FR;COUNT=3""#], 400, "/starts"),
        (["rrule": #""FREQ=WEEKLY""#], 422, "series-unbounded"),
        (["rrule": #""FREQ=DAILY;COUNT=401""#], 422, "series-too-long"),
        (["rrule": #""FREQ=DAILY;COUNT=1000000""#], 422, "series-too-long"),
        (["rrule": #""FREQ=MONTHLY;COUNT=30""#], 422, "series-too-long"),
        (["audience": #"[{"kind":"everyone"}]"#], 403, "may-not-invite"),
        (
            ["audience": "[\(AnnouncementEstate.place(AnnouncementEstate.otherStair))]"], 403,
            "may-not-invite"
        ),
        (["audience": #"[{"kind":"role","role":"owner"}]"#], 403, "may-not-invite"),
    ]

    @Test("what cannot be is refused, and each fault names its place")
    func refusals() async throws {
        try await Estate.with { estate async throws in
            for (members, status, word) in Self.refused {
                let answer = try estate.ask(.member, "POST", Estate.path, Estate.body(members))
                #expect(answer.status == status, "\(answer.text)")
                #expect(answer.text.contains(#""\#(word)""#), "\(answer.text)")
            }
            #expect(try estate.count("SELECT count(*) FROM linli.activity") == 0)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("who is under age or lives nowhere here organises nothing; a grown-up child may")
    func adultsOnly() async throws {
        let births = [Estate.member: "2008-03-02", Estate.leader: "2008-03-01"]
        try await Estate.with(births: births) { estate async throws in
            try estate.api.database.superuser().run(
                """
                UPDATE linli.membership SET role_in_household = 'child'
                WHERE person_id IN ('\(Estate.member)', '\(Estate.leader)');
                UPDATE linli.membership SET ends = '2026-02-01Z'
                WHERE person_id = '\(Estate.neighbour)'
                """)
            let young = try estate.ask(.member, "POST", Estate.path, Estate.body())
            #expect(young.status == 403 && young.text.contains("not-of-age"), "\(young.text)")
            let gone = try estate.ask(.neighbour, "POST", Estate.path, Estate.body())
            #expect(gone.status == 403 && gone.text.contains("may-not-invite"), "\(gone.text)")
            #expect(try estate.ask(.visitor, "POST", Estate.path, Estate.body()).status == 401)
            #expect(try estate.ask(.stranger, "POST", Estate.path, Estate.body()).status == 404)
            let path = try estate.publish(.leader, Estate.body())
            let helper = #"{"person":"\#(Estate.member)"}"#
            #expect(try estate.ask(.leader, "POST", path + "/organisers", helper).status == 422)
            try estate.api.clock.advance(by: .seconds(86_400))
            _ = try estate.json(.member, "POST", Estate.path, is: 201, Estate.body())
        }
    }

    @Test("a series is laid down in the time of the wall, without its exceptions and holidays")
    func series() async throws {
        let days = """
            INSERT INTO linli.calendar_day (day, kind, name_zh, name_en, year, source) VALUES
                ('2026-03-17', 'holiday', '假日', 'Holiday', 2026, '国办发明电');
            """
        try await Estate.with(prepare: days) { estate async throws in
            let path = try estate.publish(
                .leader,
                Estate.body([
                    "rrule": #""FREQ=WEEKLY;COUNT=5""#, "exdates": #"["2026-03-10T19:00"]"#,
                    "days": #""skip_holidays""#, "opens_minutes": "1440", "closes_minutes": "30",
                ]))
            let all = try estate.occurrences(path, as: .neighbour)
            #expect(
                all.map { $0["begins"]?.text } == [
                    "2026-03-03T11:00:00Z", "2026-03-24T11:00:00Z", "2026-03-31T11:00:00Z",
                ])
            #expect(all.first?["ends"]?.text == "2026-03-03T12:30:00Z")
            #expect(all.first?["recurrence"]?.text == "2026-03-03T19:00")
            #expect(all.last?["opens_at"]?.text == "2026-03-30T11:00:00Z")
            #expect(all.last?["closes_at"]?.text == "2026-03-31T10:30:00Z")
        }
    }

    @Test("four hundred meetings are published whole, in one act that takes seconds at most")
    func manyMeetings() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.draft(
                .leader,
                Estate.body([
                    "rrule": #""FREQ=DAILY;COUNT=400""#, "place_text": "-",
                    "place": #""\#(Estate.room)""#,
                ]))
            let begun = ContinuousClock.now
            let answer = try estate.ask(.leader, "POST", path + "/publication")
            let took = ContinuousClock.now - begun
            #expect(answer.status == 200, "\(answer.text)")
            #expect(took < .seconds(10), "\(took)")
            print("400 meetings published in \(took)")
            for table in ["activity_occurrence", "capacity", "venue_booking"] {
                let count = try estate.count(
                    table == "capacity"
                        ? "SELECT count(*) FROM linli.capacity"
                        : table == "venue_booking"
                            ? "SELECT count(*) FROM linli.venue_booking WHERE cancelled_at IS NULL"
                            : "SELECT count(*) FROM linli.activity_occurrence")
                #expect(count == 400, "\(table)")
            }
            #expect(try estate.occurrences(path).count == 50)
        }
    }

    @Test("a clash of the venue is named for its meeting, and then nothing at all was published")
    func venueClash() async throws {
        try await Estate.with { estate async throws in
            let room = ["place_text": "-", "place": #""\#(Estate.room)""#]
            _ = try estate.publish(
                .leader,
                Estate.body(
                    room.merging([
                        "starts": #""2026-03-10T20:40""#, "ends": #""2026-03-10T21:30""#,
                    ]) { $1 }))
            let path = try estate.draft(
                .member, Estate.body(room.merging(["rrule": #""FREQ=WEEKLY;COUNT=3""#]) { $1 }))
            let refused = try estate.ask(.member, "POST", path + "/publication")
            #expect(refused.status == 409, "\(refused.text)")
            #expect(refused.text.contains("venue-refused"))
            #expect(refused.text.contains("2026-03-10T19:00"), "\(refused.text)")
            #expect(!refused.text.contains("2026-03-17T19:00"))
            #expect(try estate.count("SELECT count(*) FROM linli.activity_occurrence") == 1)
            #expect(try estate.count("SELECT count(*) FROM linli.venue_booking") == 1)
            #expect(try estate.json(.member, "GET", path)["activity"]?["state"]?.text == "draft")
            // Elsewhere it can be.
            _ = try estate.json(
                .member, "PUT", path, version: "*",
                Estate.body(["rrule": #""FREQ=WEEKLY;COUNT=3""#]))
            _ = try estate.json(.member, "POST", path + "/publication")
        }
    }

    @Test("each change stands in the log for its audience, without what it says")
    func events() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.publish(.leader, Estate.body())
            _ = try estate.json(
                .leader, "POST", path + "/cancellation", #"{"because":"下雨"}"#)
            let rows = try estate.api.database.superuser().run(
                OneCell<String>(
                    sql: """
                        SELECT concat_ws(' ', kind, array_to_string(audience, ','), payload)
                        FROM linli.event WHERE kind LIKE 'activity.%' ORDER BY id
                        """))
            let id = path.split(separator: "/").last ?? ""
            let own = "person:\(Estate.leader)"
            #expect(
                rows == [
                    #"activity.drafted \#(own) {"activity":"\#(id)","version":1}"#,
                    #"activity.published estate,\#(own) {"activity":"\#(id)","version":2,"#
                        + #""occurrences":1}"#,
                    #"activity.cancelled estate,\#(own) {"activity":"\#(id)","version":3,"#
                        + #""occurrences":1}"#,
                ])
        }
    }
}
