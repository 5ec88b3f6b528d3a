import Foundation
import Support
import Testing

/// A series that changes under its guests, through the wire to the real command.
@Suite("The story of an edited series", .serialized, .timeLimit(.minutes(5)))
struct SeriesStoryTests {
    @Test("one meeting moves, one is cancelled, the rest changes: nobody is dropped unheard")
    func edited() async throws {
        try await Gathering.with([.organiser, .neighbour, .volunteer]) { there in
            let weekly = there.draft(["rrule": "FREQ=WEEKLY;COUNT=6"])
            let (activity, meetings) = try there.publish(.organiser, weekly)
            #expect(meetings.count == 6)
            let places = try meetings.map { try there.join(.neighbour, $0) }
            // Something else of the same guest, on the Thursday of the second week.
            let other = there.draft([
                "starts": "2026-03-12T10:00", "ends": "2026-03-12T11:00", "title_zh": "合唱",
            ])
            let choir = try #require(try there.publish(.volunteer, other).meetings.first)
            let second = try there.join(.neighbour, choir)

            try moved(there, meetings[1])
            try cancelled(there, meetings[2], places[2])
            let later = try following(there, activity, meetings)
            try vanishing(there, later, meetings)

            let live = try there.get(.neighbour, "reservations?state=live")["reservations"]
            let kept = Set(live.elements.map(\.id))
            let expected = places.indices.filter { $0 != 2 }.map { places[$0].id } + [second.id]
            #expect(kept == Set(expected))
            #expect(live.elements.allSatisfy { $0["state"].text == "confirmed" })
        }
    }

    /// The second meeting goes to where its guest has something else: named, told, not dropped.
    private func moved(_ there: Gathering, _ meeting: String) throws {
        let stream = try there.stream(.neighbour)
        let one = "occurrences/\(meeting)"
        let tag = try there.tag(.organiser, one)
        let edit = [
            "scope": "one", "starts": "2026-03-12T10:30", "ends": "2026-03-12T11:30",
        ]
        let changed = try there.get(.organiser, "PUT", one, edit, fields: [tag])
        let clashes = changed["clashes"].elements
        #expect(clashes.map { $0["person"].text } == [try there.id(.neighbour)])
        #expect(clashes.first?["occurrence"].text == meeting)
        #expect(try stream.event(naming: meeting)["kind"].text == "activity.occurrenceChanged")
        #expect(try there.told(.neighbour).first == "reservation.clash")
        let stale = try there.refusal(.organiser, "PUT", one, edit, is: 412, fields: [tag])
        #expect(stale == "changed-meanwhile")
    }

    private func cancelled(_ there: Gathering, _ meeting: String, _ place: Content) throws {
        let stream = try there.stream(.neighbour)
        try there.get(
            .organiser, "POST", "occurrences/\(meeting)/cancellation", ["because": "下雨"])
        let told = Set([
            try stream.event(naming: meeting)["kind"].text,
            try stream.event(naming: meeting)["kind"].text,
        ])
        #expect(told.contains("reservation.ended"), "\(told)")
        #expect(try there.told(.neighbour).first == "reservation.closed")
        let ended = try there.now(.neighbour, place)
        #expect(ended["state"].text == "ended" && ended["ended_as"].text == "closed")
        let shown = try there.get(.neighbour, "occurrences/\(meeting)")
        #expect(shown["state"].text == "cancelled" && shown["cancelled_because"].text == "下雨")
    }

    /// The fourth meeting and all that follow it begin an hour later; the first three do not.
    private func following(
        _ there: Gathering, _ activity: String, _ meetings: [String]
    ) throws -> String {
        let stream = try there.stream(.neighbour)
        let one = "occurrences/\(meetings[3])"
        let changed = try there.get(
            .organiser, "PUT", one,
            ["scope": "following", "starts": "2026-03-25T11:00", "ends": "2026-03-25T12:30"],
            fields: [try there.tag(.organiser, one)])
        #expect(changed["activity"]["split_from"].text == activity)
        #expect(changed["moved"].elements.count == 3)
        #expect(changed["clashes"].elements.isEmpty)
        #expect(try stream.event(naming: activity)["kind"].text?.hasPrefix("activity.") == true)
        #expect(try there.told(.neighbour).first == "activity.changed")
        let before = try there.get(.neighbour, "activities/\(activity)")["occurrences"].elements
        #expect(Set(before.map(\.id)) == Set(meetings[0...2]))
        #expect(before.first?["begins"].text == "2026-03-04T02:00:00Z")
        let later = changed["activity"].id
        let after = try there.get(.neighbour, "activities/\(later)")["occurrences"].elements
        #expect(after.map(\.id) == Array(meetings[3...]))
        #expect(
            after.map { $0["begins"].text } == [
                "2026-03-25T03:00:00Z", "2026-04-01T03:00:00Z", "2026-04-08T03:00:00Z",
            ])
        return later
    }

    /// A shorter rule would take meetings away from who holds a seat: it is refused, and names them.
    private func vanishing(
        _ there: Gathering, _ later: String, _ meetings: [String]
    ) throws {
        let path = "activities/\(later)"
        let shorter = there.draft([
            "starts": "2026-03-25T11:00", "ends": "2026-03-25T12:30",
            "rrule": "FREQ=WEEKLY;COUNT=1",
        ])
        let tag = try there.tag(.organiser, path)
        let before = try there.get(.neighbour, path).json
        let refused = try there.refusal(.organiser, "PUT", path, shorter, fields: [tag])
        #expect(refused == "guests-would-lose-places")
        let named = try there.ask(.organiser, "PUT", path, shorter, fields: [tag]).text
        #expect(named.contains("2026-04-01") && named.contains("2026-04-08"), "\(named)")
        #expect(try there.get(.neighbour, path).json == before)
        #expect(try there.meetings(.neighbour, later) == Array(meetings[3...]))
    }
}
