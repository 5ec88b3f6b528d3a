internal import Platform
internal import Support
internal import Testing

@testable internal import Social

@Suite("Booking a venue at once") struct VenueRaceTests {
    typealias Estate = VenueEstate

    private static let count = 40

    @Test("of forty who want one hour, exactly one has it, and no transaction runs twice")
    func oneHour() async throws {
        try await Estate.with { estate async throws in
            let outcomes = try await concurrently(Self.count, on: estate.api.server.shard) {
                index, shard in
                let use = Estate.use(UInt64(index), 3, "09:00", "10:00")
                return try await shard.venues(index % 2 == 0 ? Estate.one : Estate.other) {
                    try await $0.book([use], at: Estate.garden, in: $1)
                }
            }
            #expect(outcomes.count { $0 == .booked } == 1)
            #expect(outcomes.count { Self.isClash($0) } == Self.count - 1)
            #expect(try estate.live == 1)
            #expect(await estate.api.server.shard.transactionsRetried == 0)
        }
    }

    @Test("series in any order, over two venues, meet in no deadlock and in no hour twice")
    func series() async throws {
        try await Estate.with { estate async throws in
            let outcomes = try await concurrently(Self.count, on: estate.api.server.shard) {
                index, shard in
                var days = [3, 4, 5, 6]
                if index % 2 == 1 { days.reverse() }
                let uses = days.map {
                    Estate.use(UInt64(index * 100 + $0), $0, "09:00", "10:00")
                }
                let others = days.map {
                    Estate.use(UInt64(index * 100 + 50 + $0), $0, "09:00", "10:00")
                }
                let places = [Estate.garden, Estate.room]
                let (first, second) = index % 3 == 0 ? (0, 1) : (1, 0)
                return try await shard.venues(Estate.manager) { venues, tx in
                    try await VenueBooking.lock(places, in: tx)
                    let one = try await venues.book(uses, at: places[first], in: tx)
                    guard one == .booked else { return one }
                    return try await venues.book(others, at: places[second], in: tx)
                }
            }
            // The room allows a person six hours a month: enough for the four of one series.
            let refused = outcomes.compactMap { outcome -> [VenueBooking.Refused]? in
                guard case .refused(let refused) = outcome else { return nil }
                return refused
            }
            #expect(outcomes.count { $0 == .booked } == 1)
            #expect(refused.count == Self.count - 1)
            #expect(refused.allSatisfy { $0.count == 4 })
            #expect(try estate.live == 8)
            #expect(await estate.api.server.shard.transactionsRetried == 0)
        }
    }

    @Test("without the lock the constraint still lets one use alone stand")
    func constraint() async throws {
        try await Estate.with { estate async throws in
            let booked = try await concurrently(8, on: estate.api.server.shard) {
                index, shard in
                let use = Estate.use(UInt64(index), 3, "09:00", "10:00")
                do {
                    return try await shard.venues(Estate.one) { _, tx in
                        _ = try await tx.run(
                            InsertBookings(
                                place: Estate.garden, feature: "activity", ids: [use.id],
                                uses: [use]))
                        return true
                    }
                } catch let error as PostgresError {
                    // Those who wait for each other end as a deadlock, or wait too long for one.
                    #expect(
                        error.constraint == "venue_booking_once"
                            || ["40P01", "55P03", "57014"].contains(error.state),
                        "\(error)")
                    return false
                }
            }
            #expect(booked.count { $0 } == 1)
            #expect(try estate.live == 1)
        }
    }

    private static func isClash(_ outcome: VenueBooking.Outcome) -> Bool {
        guard case .refused(let refused) = outcome else { return false }
        return !refused.isEmpty && refused.allSatisfy { $0.refusal.kind == .venueTaken }
    }
}
