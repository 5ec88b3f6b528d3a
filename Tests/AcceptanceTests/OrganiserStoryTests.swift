import Foundation
import Support
import Testing

/// What organisers do with their activities, through the wire to the real command.
@Suite("Stories of organisers", .serialized, .timeLimit(.minutes(5)))
struct OrganiserStoryTests {
    @Test("an organiser drafts, publishes, changes the numbers, checks people in and hands over")
    func organiser() async throws {
        try await Gathering.with([.organiser, .neighbour, .volunteer, .elder]) { there in
            let stream = try there.stream(.neighbour)
            let drafted = try there.get(.organiser, "POST", "activities", there.draft(), is: 201)
            let activity = drafted["activity"].id
            #expect(try there.ask(.neighbour, "GET", "activities/\(activity)").status == 404)
            try there.get(.organiser, "POST", "activities/\(activity)/publication")
            // The draft was told to nobody else: its publication is the first that they hear.
            let first = try stream.event(naming: activity)
            #expect(first["kind"].text == "activity.published")
            let meeting = try #require(try there.meetings(.neighbour, activity).first)

            let places = try numbers(there, meeting)
            try doors(there, meeting, places)
            try handOver(there, activity)
        }
    }

    /// The seats are fewer, more, and fewer with a reason; who has to leave is told.
    private func numbers(
        _ there: Gathering, _ meeting: String
    ) throws -> [Gathering.Person: Content] {
        let seats = "occurrences/\(meeting)/capacity"
        func total(_ count: Int) -> [String: Any] {
            ["seats": [["kind": "adult", "total": count]]]
        }
        let organiser = try there.stream(.organiser)
        var places = [Gathering.Person.neighbour: try there.join(.neighbour, meeting)]
        #expect(try organiser.event(naming: meeting)["kind"].text == "reservation.confirmed")
        places[.volunteer] = try there.join(.volunteer, meeting)
        let tag = try there.tag(.organiser, "occurrences/\(meeting)")
        let refused = try there.refusal(.organiser, "PUT", seats, total(1), fields: [tag])
        #expect(refused == "below-held")
        try there.get(.organiser, "PUT", seats, total(3), fields: [tag])
        #expect(try there.free(.neighbour, meeting) == 1)
        let stale = try there.refusal(
            .organiser, "PUT", seats, total(4), is: 412, fields: [tag])
        #expect(stale == "changed-meanwhile")

        let elder = try there.stream(.elder)
        let place = try there.join(.elder, meeting)
        #expect(try elder.event(naming: place.id)["kind"].text == "reservation.confirmed")
        let fewer = total(2).merging(["leaving": [place.id], "because": "借到的桌子少"]) { $1 }
        try there.get(
            .organiser, "PUT", seats, fewer,
            fields: [try there.tag(.organiser, "occurrences/\(meeting)")])
        #expect(try elder.event(naming: place.id)["kind"].text == "reservation.requeued")
        #expect(try there.told(.elder).first == "reservation.released")
        let waiting = try there.now(.elder, place)
        #expect(waiting["state"].text == "waiting" && waiting["note"].text == "借到的桌子少")
        #expect(try there.told(.neighbour) == [])
        return places
    }

    /// One shows a code, the other is called by name; nobody else comes in.
    private func doors(
        _ there: Gathering, _ meeting: String, _ places: [Gathering.Person: Content]
    ) throws {
        let (neighbour, volunteer) = (
            try #require(places[.neighbour]), try #require(places[.volunteer])
        )
        let (attendance, codes) = (
            "occurrences/\(meeting)/attendance", "reservations/\(neighbour.id)/codes"
        )
        #expect(try there.refusal(.neighbour, codes) == "not-attendance-time")
        try there.clock("03-04T09:30")
        let code = try there.get(.neighbour, "POST", codes, [:], is: 201)["code"].text ?? ""
        let refused = try there.refusal(.elder, attendance, ["code": code], is: 403)
        #expect(refused == "organisers-only")
        let stream = try there.stream(.organiser)
        let noted = try there.get(.organiser, "POST", attendance, ["code": code])
        #expect(noted["person"].text == (try there.id(.neighbour)))
        #expect(noted["checked_in_at"].text?.hasPrefix("2026-03-04T01:30") == true)
        #expect(try stream.event(naming: neighbour.id)["kind"].text == "attendance.checkedIn")
        #expect(
            try there.refusal(.organiser, attendance, ["code": code]) == "attendance-code-used")

        let name = ["reservation": volunteer.id, "person": try there.id(.volunteer)]
        try there.get(.organiser, "POST", attendance, name)
        let member = try there.now(.volunteer, volunteer)["members"].elements.first
        #expect(member?["checked_in_at"].text != nil)
        let coming = try there.get(.organiser, "occurrences/\(meeting)/participants")
        let here = coming["participants"].elements.filter { $0["checked_in_at"].text != nil }
        #expect(here.count == 2)
    }

    private func handOver(_ there: Gathering, _ activity: String) throws {
        let (organisers, successor) = (
            "activities/\(activity)/organisers", "activities/\(activity)/successor"
        )
        let neighbour = ["person": try there.id(.neighbour)]
        let reason = neighbour.merging(["because": "搬家"]) { $1 }
        #expect(try there.refusal(.organiser, successor, reason, is: 422) == "no-successor")
        let stream = try there.stream(.volunteer)
        try there.get(.organiser, "POST", organisers, neighbour)
        #expect(try there.told(.neighbour).first == "activity.organiser")
        try there.get(.organiser, "POST", successor, reason)
        var kind: String?
        while kind != "activity.succeeded" {
            kind = try stream.event(naming: activity)["kind"].text
        }
        let now = try there.get(.neighbour, "activities/\(activity)")["activity"]
        #expect(now["organiser"].text == (try there.id(.neighbour)))
        #expect(now["handed_over_because"].text == "搬家")
        // A co-organiser, a guest and one who waits: each is told once.
        for person in [Gathering.Person.neighbour, .volunteer, .elder] {
            #expect(try there.told(person).count { $0 == "activity.successor" } == 1)
            #expect(try there.told(person).first == "activity.successor")
        }
        #expect(try there.refusal(.organiser, successor, reason, is: 403) == "organiser-only")
    }

    @Test("of two who want one venue the second hears when it is taken, and not by whom")
    func venueClash() async throws {
        try await Gathering.with([.organiser, .neighbour]) { there in
            let garden = try #require(
                try there.get(.organiser, "venues")["venues"].elements.first {
                    $0["code"].text == "GG07"
                })
            let place = try #require(garden["place"].text)
            var mine = there.draft(["place": place, "title_zh": "花园茶会"])
            mine["place_text"] = nil
            let (theirs, _) = try there.publish(.organiser, mine)
            var late = mine
            late["title_zh"] = "太极"
            late["starts"] = "2026-03-04T11:45"
            late["ends"] = "2026-03-04T12:45"
            let drafted = try there.get(.neighbour, "POST", "activities", late, is: 201)
            let path = "activities/\(drafted["activity"].id)"
            #expect(try there.refusal(.neighbour, path + "/publication") == "venue-refused")
            let refused = try there.ask(.neighbour, "POST", path + "/publication")
            // Twenty minutes before, twenty after.
            #expect(refused.text.contains("2026-03-04 09:40"), "\(refused.text)")
            #expect(refused.text.contains("2026-03-04 11:50"), "\(refused.text)")
            let bookings = try there.get(.neighbour, "venues/\(place)/bookings")
            #expect(bookings["bookings"].elements.count == 1)
            for text in [refused.text, bookings.json] {
                for secret in [try there.id(.organiser), theirs, "王斌", "花园茶会"] {
                    #expect(!text.contains(secret), "\(text)")
                }
            }
            // Nothing is half done: it is a draft still, without a meeting.
            let draft = try there.get(.neighbour, path)
            #expect(draft["activity"]["state"].text == "draft")
            #expect(draft["occurrences"].elements.isEmpty)

            late["starts"] = "2026-03-04T12:30"
            late["ends"] = "2026-03-04T13:30"
            try there.get(
                .neighbour, "PUT", path, late, fields: [try there.tag(.neighbour, path)])
            try there.get(.neighbour, "POST", path + "/publication")
            let both = try there.get(.neighbour, "venues/\(place)/bookings")["bookings"].elements
            #expect(both.map { $0["booked_by"].text } == [nil, try there.id(.neighbour)])
        }
    }
}
