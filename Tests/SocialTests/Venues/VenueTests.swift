internal import Foundation
internal import Platform
internal import Support
internal import Testing

@testable internal import Social

@Suite("Venues through the wire") struct VenueTests {
    typealias Estate = VenueEstate

    private static let room = Estate.path + "/\(Estate.room)"
    private static let sameRules = """
        {"setup_minutes":30,"cleaning_minutes":15,"lead_minutes":60,"hours_month_max":6,
        "open_to":["resident"],"hours":[\(
            (1...7).map { #"{"weekday":\#($0),"opens":"08:00","closes":"21:00"}"# }
                .joined(separator: ","))]}
        """
    private static let newRules = """
        {"setup_minutes":10,"cleaning_minutes":0,"lead_minutes":0,"open_to":["volunteer","resident"],
        "hours":[{"weekday":1,"opens":"09:00","closes":"12:00"},
        {"weekday":1,"opens":"13:00","closes":"24:00"}]}
        """

    private func object(_ answer: TestClient.Answer) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
    }

    private func list(_ answer: TestClient.Answer, _ name: String) throws -> [[String: Any]] {
        try #require(try object(answer)[name] as? [[String: Any]])
    }

    @Test("everyone of the estate reads venues, rules and hours; a stranger finds nothing")
    func read() async throws {
        try await Estate.with { estate async throws in
            for reader in [APIFixture.resident, APIFixture.officer] {
                let all = try estate.api.request("GET", Estate.path, as: reader)
                #expect(all.status == 200, "\(all.text)")
                let venues = try list(all, "venues")
                #expect(venues.map { $0["code"] as? String } == ["G1", "G2"])
                #expect(venues[0]["hours_month_max"] as? Int == 6)
                #expect(venues[1]["hours_month_max"] == nil)
                #expect((venues[0]["hours"] as? [[String: Any]])?.count == 7)
                let one = try estate.api.request("GET", Self.room, as: reader)
                #expect(one.status == 200 && one["etag"] != nil)
                let hours = try object(one)["hours"] as? [[String: Any]]
                #expect(hours?.last?["weekday"] as? Int == 7)
                #expect(hours?.last?["opens"] as? String == "08:00")
                #expect(hours?.last?["closes"] as? String == "21:00")
                let same = try estate.api.request(
                    "GET", Self.room, as: reader, fields: [("If-None-Match", one["etag"] ?? "")])
                #expect(same.status == 304)
            }
            for target in [Estate.path, Self.room, Self.room + "/bookings"] {
                #expect(
                    try estate.api.request("GET", target, as: APIFixture.stranger).status == 404)
                #expect(try estate.api.request("GET", target).status == 401)
            }
            let none = Estate.path + "/\(Estate.lobby)"
            #expect(try estate.api.request("GET", none, as: APIFixture.resident).status == 404)
            #expect(
                try estate.api.request("GET", none + "/bookings", as: APIFixture.resident).status
                    == 404)
            #expect(estate.api.logged.lines == [])
        }
    }

    @Test("pages of venues and of busy times join without a gap")
    func pages() async throws {
        try await Estate.with { estate async throws in
            for day in [3, 4, 5] {
                _ = try await estate.book(
                    Estate.one, Estate.garden, Estate.use(UInt64(day), day, "09:00", "10:00"))
            }
            for (start, name, count) in [
                (Estate.path + "?limit=1", "venues", 2),
                (Estate.path + "/\(Estate.garden)/bookings?limit=2", "bookings", 3),
            ] {
                var target: String? = start
                var found = 0
                for _ in 0..<5 {
                    guard let next = target else { break }
                    let page = try estate.api.request("GET", next, as: APIFixture.resident)
                    found += try list(page, name).count
                    target = page["link"].flatMap {
                        $0.split(separator: ">").first.map { String($0.dropFirst()) }
                    }
                }
                #expect(found == count && target == nil)
            }
        }
    }

    @Test("all read when it is taken; whose it is, its booker and officers alone")
    func busy() async throws {
        try await Estate.with { estate async throws in
            let use = Estate.use(1, 3, "09:00", "10:00")
            _ = try await estate.book(Estate.one, Estate.room, use)
            for (reader, knows) in [
                (APIFixture.resident, true), (APIFixture.wife, false), (APIFixture.officer, true),
            ] {
                let answer = try estate.api.request("GET", Self.room + "/bookings", as: reader)
                let bookings = try list(answer, "bookings")
                #expect(bookings.count == 1)
                let booking = try #require(bookings.first)
                #expect(booking["busy_from"] as? String == "2026-03-03T00:30:00Z")
                #expect(booking["busy_until"] as? String == "2026-03-03T02:15:00Z")
                #expect((booking["booked_by"] as? String == "\(APIFixture.id(0xF1))") == knows)
                #expect((booking["for"] as? String == "\(use.id)") == knows)
                #expect(booking.count == (knows ? 8 : 4), "\(booking.keys)")
            }
        }
    }

    @Test("a span is bounded, half open, and meets what only its gaps reach")
    func span() async throws {
        try await Estate.with { estate async throws in
            _ = try await estate.book(Estate.one, Estate.room, Estate.use(1, 3, "09:00", "10:00"))
            for (query, status, count) in [
                ("", 200, 1),
                ("?from=2026-03-03T02:14:59Z", 200, 1), ("?from=2026-03-03T02:15:00Z", 200, 0),
                ("?until=2026-03-03T00:30:00Z", 200, 0),
                ("?until=2026-03-03T00:30:01Z", 200, 1),
                ("?from=2026-03-01T00:00:00Z&until=2026-05-02T00:00:00Z", 200, 1),
                ("?from=2026-03-01T00:00:00Z&until=2026-05-02T00:00:01Z", 400, 0),
                ("?from=2026-03-02T00:00:00Z&until=2026-03-02T00:00:00Z", 400, 0),
                ("?from=tomorrow", 400, 0),
            ] {
                let answer = try estate.api.request(
                    "GET", Self.room + "/bookings" + query, as: APIFixture.wife)
                #expect(answer.status == status, "\(query) \(answer.text)")
                if status == 200 {
                    #expect(try list(answer, "bookings").count == count, "\(query)")
                }
            }
        }
    }

    @Test("an officer changes the rules, and the log tells the estate; a stale edit is refused")
    func change() async throws {
        try await Estate.with { estate async throws in
            let tag = try estate.api.request("GET", Self.room, as: APIFixture.officer)["etag"]
            let fields = [("If-Match", tag ?? "")]
            let done = try estate.api.request(
                "PUT", Self.room, as: APIFixture.officer, key: "1", fields: fields,
                body: Self.newRules)
            #expect(done.status == 200 && done["etag"] != tag, "\(done.text)")
            let venue = try object(done)
            #expect(venue["setup_minutes"] as? Int == 10 && venue["hours_month_max"] == nil)
            #expect(venue["open_to"] as? [String] == ["volunteer", "resident"])
            let hours = try #require(venue["hours"] as? [[String: Any]])
            #expect(hours.map { $0["closes"] as? String } == ["12:00", "24:00"])
            let stale = try estate.api.request(
                "PUT", Self.room, as: APIFixture.officer, key: "2", fields: fields,
                body: Self.sameRules)
            #expect(stale.status == 412 && stale["etag"] == done["etag"])
            let told: SQL = """
                SELECT count(*) FROM linli.event
                WHERE kind = 'venue.changed' AND audience = '{estate}'
                """
            #expect(try estate.count(told) == 1)
            #expect(
                try await estate.refusal(
                    Estate.one, Estate.room, Estate.use(1, 3, "09:00", "10:00")) == .closedThen)
        }
    }

    @Test("rules that are there already change nothing, and the log is told nothing")
    func unchanged() async throws {
        try await Estate.with { estate async throws in
            let tag = try estate.api.request("GET", Self.room, as: APIFixture.officer)["etag"]
            let done = try estate.api.request(
                "PUT", Self.room, as: APIFixture.officer, key: "1", fields: [("If-Match", "*")],
                body: Self.sameRules)
            #expect(done.status == 200 && done["etag"] == tag, "\(done.text)")
            #expect(try estate.count("SELECT count(*) FROM linli.event") == 0)
        }
    }

    @Test("a resident may not change rules, and what is wrong with hours is told where it stands")
    func refusedChanges() async throws {
        try await Estate.with { estate async throws in
            let day = #"{"weekday":1,"opens":"09:00","closes":"12:00"}"#
            func rules(_ hours: String, setup: Int = 0) -> String {
                #"{"setup_minutes":\#(setup),"cleaning_minutes":0,"lead_minutes":0,"#
                    + #""open_to":["resident"],"hours":[\#(hours)]}"#
            }
            for (reader, path, body, status, text) in [
                (APIFixture.resident, Self.room, rules(day), 403, "may-not-rule-venue"),
                (APIFixture.stranger, Self.room, rules(day), 404, "not-found"),
                (
                    APIFixture.officer, Estate.path + "/\(Estate.lobby)", rules(day), 404,
                    "not-found"
                ),
                (APIFixture.officer, Self.room, rules(day + "," + day), 400, "/hours/1"),
                (
                    APIFixture.officer, Self.room,
                    rules(#"{"weekday":1,"opens":"12:00","closes":"12:00"}"#), 400, "/hours/0"
                ),
                (
                    APIFixture.officer, Self.room,
                    rules(#"{"weekday":1,"opens":"9:000","closes":"24:01"}"#), 400, "/hours/0"
                ),
                (APIFixture.officer, Self.room, rules(day, setup: 721), 400, "/setup_minutes"),
            ] {
                let answer = try estate.api.request(
                    "PUT", path, as: reader, key: UUID.random(), fields: [("If-Match", "*")],
                    body: body)
                #expect(answer.status == status && answer.text.contains(text), "\(answer.text)")
            }
            #expect(try estate.count("SELECT sum(version)::bigint FROM linli.venue") == 4)
        }
    }
}
