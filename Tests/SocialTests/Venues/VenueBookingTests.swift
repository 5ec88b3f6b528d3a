internal import Platform
internal import Support
internal import Testing

@testable internal import Social

@Suite("Booking a venue, on the database") struct VenueBookingTests {
    typealias Estate = VenueEstate

    @Test("a free venue is booked, gaps included; a public place without rules needs no booking")
    func booked() async throws {
        try await Estate.with { estate async throws in
            let outcome = try await estate.book(
                Estate.one, Estate.room, Estate.use(1, 2, "09:00", "10:00"))
            #expect(outcome == .booked)
            let period: SQL = """
                SELECT count(*) FROM linli.venue_booking
                WHERE period = tstzrange('2026-03-02 08:30+08', '2026-03-02 10:15+08')
                """
            #expect(try estate.count(period) == 1)
            #expect(
                try await estate.book(
                    Estate.guest, Estate.lobby, Estate.use(2, 2, "09:00", "10:00")) == .notNeeded)
            #expect(try estate.live == 1)
        }
    }

    @Test("uses may touch with their gaps, and not by a minute more; the time is told")
    func gaps() async throws {
        try await Estate.with { estate async throws in
            let first = Estate.use(1, 2, "09:00", "10:00")
            _ = try await estate.book(Estate.one, Estate.room, first)
            let near = try await estate.refusal(
                Estate.other, Estate.room, Estate.use(2, 2, "10:44", "11:00"))
            let busy = BusyTime(
                period: first.term.lowerBound - .seconds(1800)..<first.term.upperBound
                    + .seconds(900),
                begins: "2026-03-02 08:30", ends: "2026-03-02 10:15")
            #expect(near == .clash(busy))
            #expect(near?.problem.kind == .venueTaken)
            #expect(
                try await estate.book(
                    Estate.other, Estate.room, Estate.use(3, 2, "10:45", "11:00")) == .booked)
        }
    }

    @Test("who belongs to no household is refused; who manages the property never")
    func roles() async throws {
        try await Estate.with { estate async throws in
            let use = Estate.use(1, 2, "09:00", "10:00")
            #expect(
                try await estate.refusal(Estate.guest, Estate.room, use)
                    == .notOpenToYou(["resident"]))
            #expect(try await estate.book(Estate.manager, Estate.room, use) == .booked)
        }
    }

    @Test("too soon, closed, and past the hours of the month are refused, to the minute")
    func refusals() async throws {
        try await Estate.with { estate async throws in
            // It is eight o'clock; the room is booked an hour ahead.
            #expect(
                try await estate.refusal(
                    Estate.one, Estate.room, Estate.use(1, 1, "08:59", "10:00"))
                    == .tooSoon(leadMinutes: 60))
            #expect(
                try await estate.refusal(
                    Estate.one, Estate.room, Estate.use(1, 2, "20:00", "21:01")) == .closedThen)
            _ = try await estate.book(Estate.one, Estate.room, Estate.use(1, 2, "09:00", "14:00"))
            #expect(
                try await estate.refusal(
                    Estate.one, Estate.room, Estate.use(2, 31, "09:00", "10:01"))
                    == .tooManyHours(max: 6))
            // Another person, another month and another venue have hours of their own.
            for (person, place, use) in [
                (Estate.one, Estate.room, Estate.use(2, 31, "09:00", "10:00")),
                (Estate.other, Estate.room, Estate.use(3, 30, "09:00", "15:00")),
                (Estate.one, Estate.room, Estate.use(4, 1, "09:00", "15:00", month: "04")),
                (Estate.one, Estate.garden, Estate.use(5, 31, "09:00", "20:00")),
            ] { #expect(try await estate.book(person, place, use) == .booked) }
        }
    }

    @Test("months, weekdays and hours are those of the estate's zone, whatever its clock does")
    func zone() async throws {
        try await Estate.with { estate async throws in
            let server = try estate.api.database.superuser()
            try server.run("UPDATE linli.estate SET zone = 'Pacific/Auckland'")
            // In Auckland it is 13 hours later than UTC: this is 1 April there, and 31 March in UTC.
            func use(_ id: UInt64, _ begins: String, _ ends: String) -> VenueBooking.Use {
                VenueBooking.Use(
                    id: APIFixture.id(0x1000 + id), thing: APIFixture.id(0x2000),
                    term: (Instant(begins) ?? .epoch)..<(Instant(ends) ?? .epoch))
            }
            let march = use(1, "2026-03-30T20:00:00Z", "2026-03-31T02:00:00Z")
            let april = use(2, "2026-03-31T20:00:00Z", "2026-04-01T02:00:00Z")
            #expect(try await estate.book(Estate.one, Estate.room, march) == .booked)
            #expect(try await estate.book(Estate.one, Estate.room, april) == .booked)
            #expect(
                try await estate.refusal(
                    Estate.one, Estate.room, use(3, "2026-04-02T20:00:00Z", "2026-04-02T20:01:00Z"))
                    == .tooManyHours(max: 6))
            // The clock goes back on Sunday, 5 April, at three: eight o'clock is an hour later.
            try server.run("UPDATE linli.venue SET hours_month_max = NULL")
            #expect(
                try await estate.refusal(
                    Estate.one, Estate.room, use(4, "2026-04-04T19:00:00Z", "2026-04-04T20:30:00Z"))
                    == .closedThen)
            #expect(
                try await estate.book(
                    Estate.one, Estate.room, use(5, "2026-04-04T20:00:00Z", "2026-04-04T20:30:00Z"))
                    == .booked)
        }
    }

    @Test("a series is booked whole or not at all, its own uses standing against each other")
    func series() async throws {
        try await Estate.with { estate async throws in
            _ = try await estate.book(Estate.other, Estate.room, Estate.use(1, 4, "09:00", "10:00"))
            let outcome = try await estate.book(
                Estate.one, Estate.room, Estate.use(2, 3, "09:00", "10:00"),
                Estate.use(3, 4, "09:30", "10:30"), Estate.use(4, 3, "10:30", "11:00"))
            guard case .refused(let refused) = outcome else {
                Issue.record("it was \(outcome)")
                return
            }
            #expect(refused.map(\.use) == [APIFixture.id(0x1003), APIFixture.id(0x1004)])
            guard case .clash(let own) = refused.last?.refusal else {
                Issue.record("\(refused)")
                return
            }
            #expect(own.begins == "2026-03-03 08:30" && own.ends == "2026-03-03 10:15")
            #expect(try estate.live == 1)
            let advice = refused.first?.refusal.problem.advice
            #expect(advice?.zh.hasPrefix("2026-03-04 08:30 至 2026-03-04 10:15") == true)
            let long = try await estate.refusal(
                Estate.one, Estate.room, Estate.use(2, 3, "09:00", "12:00"),
                Estate.use(3, 5, "09:00", "12:01"))
            #expect(long == .tooManyHours(max: 6))
            #expect(try estate.live == 1)
        }
    }

    @Test("a series moves onto its own old times, to another venue, and to a place without rules")
    func moved() async throws {
        try await Estate.with { estate async throws in
            let (first, second) = (
                Estate.use(1, 3, "09:00", "10:00"), Estate.use(2, 4, "09:00", "10:00")
            )
            _ = try await estate.book(Estate.one, Estate.room, first, second)
            let later = [Estate.use(1, 4, "09:00", "10:00"), Estate.use(2, 5, "09:00", "10:00")]
            #expect(
                try await estate.book(Estate.manager, Estate.room, later[0], later[1]) == .booked)
            // Moved by another, they stay the booker's.
            let own: SQL = """
                SELECT count(*) FROM linli.venue_booking
                WHERE booked_by = \(APIFixture.id(0xF1)) AND cancelled_at IS NULL
                """
            #expect(try estate.count(own) == 2)
            #expect(
                try await estate.book(
                    Estate.other, Estate.room, Estate.use(9, 3, "09:00", "10:00")) == .booked)
            #expect(
                try await estate.book(Estate.one, Estate.garden, later[0], later[1]) == .booked)
            #expect(
                try await estate.book(
                    Estate.other, Estate.room, Estate.use(8, 4, "09:00", "10:00")) == .booked)
            #expect(
                try await estate.book(Estate.one, Estate.lobby, later[0], later[1]) == .notNeeded)
            #expect(try estate.live == 2)
        }
    }

    @Test("a refused move leaves everything as it was; one unchanged is not asked again")
    func refusedMove() async throws {
        try await Estate.with { estate async throws in
            let use = Estate.use(1, 3, "09:00", "12:00")
            _ = try await estate.book(Estate.one, Estate.room, use)
            _ = try await estate.book(Estate.other, Estate.room, Estate.use(2, 4, "09:00", "10:00"))
            let clash = try await estate.refusal(
                Estate.one, Estate.room, Estate.use(1, 4, "09:30", "10:00"))
            #expect(clash?.kind == .venueTaken)
            try estate.api.clock.set(Instant("2026-03-03T09:30:00+08:00") ?? .epoch)
            #expect(try await estate.book(Estate.one, Estate.room, use) == .booked)
            #expect(
                try await estate.book(
                    Estate.one, Estate.room, Estate.use(1, 3, "09:00", "11:00")) == .booked)
            #expect(
                try await estate.refusal(
                    Estate.one, Estate.room, Estate.use(1, 3, "09:00", "11:30"))
                    == .tooSoon(leadMinutes: 60))
        }
    }

    @Test("given back, it is free again, for others and among one's hours")
    func cancelled() async throws {
        try await Estate.with { estate async throws in
            let use = Estate.use(1, 3, "09:00", "15:00")
            _ = try await estate.book(Estate.one, Estate.room, use)
            try await estate.api.server.shard.venues(Estate.one) { venues, tx in
                try await venues.cancel([use.id, APIFixture.id(0x9999)], in: tx)
            }
            #expect(try estate.live == 0)
            #expect(try await estate.book(Estate.one, Estate.room, use) == .booked)
        }
    }

    @Test("another's booking can be neither moved nor cancelled, nor a place booked for another")
    func foreign() async throws {
        try await Estate.with { estate async throws in
            let use = Estate.use(1, 3, "09:00", "10:00")
            _ = try await estate.book(Estate.one, Estate.room, use)
            try await estate.api.server.shard.venues(Estate.other) { venues, tx in
                try await venues.cancel([use.id], in: tx)
            }
            #expect(try estate.live == 1)
            await #expect(throws: PostgresError.self) {
                try await estate.book(
                    Estate.other, Estate.room, Estate.use(1, 5, "09:00", "10:00"))
            }
            await #expect(throws: PostgresError.self) {
                try await estate.api.server.shard.venues(Estate.other) { _, tx in
                    try await tx.execute(
                        """
                        INSERT INTO linli.venue_booking (estate_id, id, place_id, booked_by,
                            booked_at, for_kind, for_id, thing_id, begins, ends)
                        VALUES (linli.estate_id(), \(APIFixture.id(1)), \(Estate.room),
                            \(APIFixture.id(0xF1)), linli.instant(), 'activity',
                            \(APIFixture.id(2)), \(APIFixture.id(3)), '2026-03-09Z',
                            '2026-03-09 01:00Z')
                        """)
                }
            }
        }
    }

    @Test("minutes between places: imported either way, none to itself, ten where nothing is said")
    func minutes() async throws {
        try await Estate.with { estate async throws in
            let pair = [Estate.room, Estate.garden].sorted { "\($0)" < "\($1)" }
            try estate.api.database.superuser().run(
                """
                INSERT INTO linli.place_minutes (estate_id, from_place, to_place, minutes)
                VALUES ('\(APIFixture.a)', '\(pair[0])', '\(pair[1])', 3)
                """)
            let cases: [(UUID?, UUID?, Int)] = [
                (Estate.room, Estate.garden, 3), (Estate.garden, Estate.room, 3),
                (Estate.room, Estate.room, 0), (Estate.room, Estate.lobby, 10),
                (nil, Estate.room, 10), (Estate.room, nil, 10), (nil, nil, 10),
            ]
            for (from, to, minutes) in cases {
                let found = try await estate.api.server.shard.venues(Estate.one) { _, tx in
                    try await tx.run(
                        OneCell<Int>(sql: "SELECT linli.minutes_between(\(from), \(to))"))
                }
                #expect(found == [minutes])
            }
        }
    }
}
