import Platform
import Support
import Testing

@Suite("Times of the wall")
struct LocalTimeTests {
    @Test("every time reads back from its text, and sorts as its text does")
    func roundTrip() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Seeded(state: seed)
        for _ in 0..<5000 {
            let one = LocalTime(
                minutesSinceEpoch: Int64.random(in: -1_035_593_280...4_223_371_679, using: &random))
            let other = LocalTime(
                minutesSinceEpoch: Int64.random(in: -1_035_593_280...4_223_371_679, using: &random))
            #expect(LocalTime(one.description) == one, "seed \(seed)")
            #expect(LocalTime(one.day, minuteOfDay: one.minuteOfDay) == one, "seed \(seed)")
            #expect((one < other) == (one.description < other.description), "seed \(seed)")
        }
    }

    @Test(
        "a text that is not a minute of a day that exists is refused",
        arguments: [
            "", "2026-09-01", "2026-02-29T19:00", "2026-09-01T24:00", "2026-09-01T19:60",
            "2026-09-01T19:00:00", "2026-09-01T19:00Z", "2026-09-01t19:00", "2026-09-01 19:00",
            "0000-09-01T19:00", "2026-9-01T19:00", "２０２６-09-01T19:00", "2026-09-01T19:00 ",
        ])
    func refuses(text: String) { #expect(LocalTime(text) == nil) }

    @Test(
        "days know their week",
        arguments: [("2026-09-01", 2), ("1969-12-31", 3), ("0001-01-01", 1)])
    func weekday(text: String, number: Int) throws {
        #expect(try #require(Day(text)).weekday.rawValue == number)
    }

    @Test("minutes and days are added across months, and stop at the ends of time")
    func arithmetic() throws {
        let time = try #require(LocalTime("2026-02-28T23:30"))
        #expect(time.adding(minutes: 45).description == "2026-03-01T00:15")
        #expect(time.adding(minutes: .min).description == "0001-01-01T00:00")
        #expect(time.adding(minutes: .max).description == "9999-12-31T23:59")
        #expect(time.day.adding(days: 1).description == "2026-03-01")
        #expect(Day(year: 2028, month: 2, day: 29)?.civil.day == 29)
        #expect(Day(year: 2026, month: 2, day: 29) == nil)
    }

    @Test("PostgreSQL keeps them as timestamps without zone, alone and in arrays")
    func throughPostgreSQL() async throws {
        let times = ["2026-09-01T19:00", "1999-12-31T23:59", "0001-01-01T00:00"].compactMap {
            LocalTime($0)
        }
        try await TestDatabase.with { database in
            let found = try database.superuser().run(
                Cell<[LocalTime]>("SELECT \(times)::timestamp[]"))
            #expect(found == [times])
            let text = try database.superuser().run(
                Cell<String>(
                    "SELECT (\(times[0]) AT TIME ZONE 'Asia/Shanghai')::timestamptz(0)::text"))
            #expect(text.first?.hasPrefix("2026-09-01 ") == true)
        }
    }
}
