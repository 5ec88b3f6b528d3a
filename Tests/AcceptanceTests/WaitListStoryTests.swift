import Foundation
import Support
import Testing

/// What those who want a seat meet, through the wire to the real command.
@Suite("Stories of the last seat", .serialized, .timeLimit(.minutes(5)))
struct WaitListStoryTests {
    @Test("a family of four is not torn apart by one free seat, and gets four when four are free")
    func family() async throws {
        try await Gathering.with([.organiser, .family, .spouse, .guests, .neighbour]) { there in
            let seats: [String: Any] = [
                "seats": [["kind": "adult", "total": 5], ["kind": "child", "total": 5]],
                "overall": 5,
            ]
            let (four, others) = (
                try there.household(.family), try there.household(.guests)
            )
            #expect(four.count == 4 && others.count == 4)
            let full = seats.merging([
                "waiting_max": 0, "starts": "2026-03-05T10:00", "ends": "2026-03-05T11:00",
            ]) { $1 }
            let closed = try #require(
                try there.publish(.organiser, there.draft(full)).meetings.first)
            _ = try there.join(.guests, closed, with: others)
            let group: [String: Any] = ["members": four.map { ["person": $0] }]
            #expect(
                try there.refusal(.family, "occurrences/\(closed)/reservations", group)
                    == "fully-booked")
            let none = try there.get(.family, "reservations")["reservations"]
            #expect(none.elements.isEmpty)
            #expect(try there.free(.family, closed) == 1)

            let meeting = try #require(
                try there.publish(.organiser, there.draft(seats)).meetings.first)
            let taken = try there.join(.guests, meeting, with: others)
            let waiting = try there.join(.family, meeting, with: four)
            #expect(waiting["state"].text == "waiting" && waiting["position"].integer == 1)
            #expect(waiting["members"].elements.count == 4)
            // The one seat is of no use to four: it is not held back from a fifth.
            #expect(try there.free(.family, meeting) == 1)
            #expect(try there.join(.neighbour, meeting)["state"].text == "confirmed")

            let streams = (try there.stream(.family), try there.stream(.spouse))
            try there.leave(.guests, taken)
            for stream in [streams.0, streams.1] {
                let told = try stream.event(naming: waiting.id)
                #expect(told["kind"].text == "reservation.offered")
                #expect(told["payload"]["seats"]["adult"].integer == 3)
                #expect(told["payload"]["seats"]["child"].integer == 1)
            }
            #expect(try there.told(.spouse).first == "reservation.offered")
            #expect(try there.free(.family, meeting) == 0)
            let accepted = try there.get(
                .family, "POST", "reservations/\(waiting.id)/acceptance")
            #expect(accepted["state"].text == "confirmed")
            let lives = accepted["members"].elements.map { $0["is_live"].bool }
            #expect(lives == [true, true, true, true])
        }
    }

    @Test("who sleeps through an offer loses it to the next, is told, and is last when back")
    func sleeper() async throws {
        let people: [Gathering.Person] = [.organiser, .guests, .neighbour, .volunteer, .elder]
        try await Gathering.with(people) { there in
            let meeting = try #require(
                try there.publish(
                    .organiser, there.draft(["offer_minutes": 30], adults: 1)
                ).meetings.first)
            let first = try there.join(.guests, meeting)
            let sleeper = try there.join(.neighbour, meeting)
            let next = try there.join(.volunteer, meeting)
            _ = try there.join(.elder, meeting)
            let streams = (try there.stream(.neighbour), try there.stream(.volunteer))
            try there.clock("03-02T09:00")
            try there.leave(.guests, first)
            let offered = try streams.0.event(naming: sleeper.id)
            #expect(offered["kind"].text == "reservation.offered")
            #expect(offered["payload"]["until"].text?.hasPrefix("2026-03-02T01:30") == true)

            try there.clock("03-02T09:31")
            // The sweep, not a request, gives the place to the next.
            let passed = try streams.1.event(naming: next.id)
            #expect(passed["kind"].text == "reservation.offered")
            let ended = try streams.0.event(naming: sleeper.id)
            #expect(ended["kind"].text == "reservation.ended")
            #expect(ended["payload"]["because"].text == "lapsed")
            let acceptance = "reservations/\(sleeper.id)/acceptance"
            let refused = try there.refusal(.neighbour, acceptance)
            #expect(["offer-over", "reservation-gone"].contains(refused), "\(refused)")
            let notice = try there.get(.neighbour, "notices")["notices"].elements.first
            #expect(notice?["kind"].text == "reservation.lapsed")
            #expect(notice?["text_zh"].text?.contains("请重新报名") == true)

            let again = try there.join(.neighbour, meeting)
            #expect(again["state"].text == "waiting" && again["position"].integer == 2)
            let accepted = try there.get(
                .volunteer, "POST", "reservations/\(next.id)/acceptance")
            #expect(accepted["state"].text == "confirmed")
            #expect(try there.now(.neighbour, again)["position"].integer == 2)
        }
    }

    /// Sends requests before any is answered; their answers.
    private func atOnce(
        _ there: Gathering, _ meeting: String, _ devices: [(token: String, key: String)]
    ) throws -> [TestClient.Answer] {
        let clients = try devices.map { device in
            let client = try TestClient(port: there.house.port)
            client.send(
                "POST \(there.path("occurrences/\(meeting)/reservations")) HTTP/1.1\r\n"
                    + "Host: localhost\r\nAuthorization: Bearer \(device.token)\r\n"
                    + "Idempotency-Key: \(device.key)\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 2\r\n\r\n{}")
            return client
        }
        return try clients.map { try $0.answer() }
    }

    @Test("two devices of one person get one seat; one key sent twice gets one answer")
    func devices() async throws {
        try await Gathering.with([.organiser, .neighbour]) { there in
            let weekly = there.draft(["rrule": "FREQ=WEEKLY;COUNT=6"], adults: 3)
            let meetings = try there.publish(.organiser, weekly).meetings
            #expect(meetings.count == 6)
            let phone = try there.token(.neighbour)
            let tablet = try Gathering.session(there.house, .neighbour)
            #expect(phone != tablet)
            for (turn, meeting) in meetings.enumerated() {
                let keys = turn < 3 ? ["a-\(turn)", "b-\(turn)"] : ["c-\(turn)", "c-\(turn)"]
                let answers = try atOnce(
                    there, meeting, [(phone, keys[0]), (tablet, keys[1]), (phone, keys[0])])
                let statuses = answers.map(\.status)
                let made = answers.filter { $0.status == 201 }
                #expect(Set(try made.map { try $0.content.id }).count == 1)
                if turn < 3 {
                    #expect(answers[0].status == answers[2].status)
                    #expect(Set(statuses) == [201, 409], "\(statuses)")
                    let refused = try #require(answers.first { $0.status == 409 })
                    #expect(try refused.content["code"].text == "already-reserved")
                } else {
                    #expect(statuses == [201, 201, 201])
                    let replays = answers.filter { $0["idempotency-replayed"] == "true" }
                    #expect(replays.count == 2)
                    #expect(Set(answers.map(\.text)).count == 1)
                }
                #expect(try there.free(.organiser, meeting) == 2)
            }
            let live = try there.get(.neighbour, "reservations?state=all")["reservations"]
            #expect(live.elements.count == 6)
        }
    }
}
