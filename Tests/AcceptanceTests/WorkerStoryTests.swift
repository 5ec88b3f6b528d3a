import Foundation
import Support
import Testing

/// A social worker with 61 elders on her list: what she enters on Monday, and her Thursday morning.
@Suite("A social worker's morning", .serialized, .timeLimit(.minutes(5)))
struct WorkerStoryTests {
    /// How many are due on Tuesday, on Thursday and next week.
    private static let due = [("2026-03-03", 20), ("2026-03-05", 21), ("2026-03-09", 20)]

    @Test("61 elders: whose turn, calls written down, a no-show that is no mark, a task passed on")
    func morning() async throws {
        let people: [Gathering.Person] = [
            .worker, .committee, .chair, .elder, .organiser, .guests,
        ]
        try await Gathering.with(people) { there in
            let colleague = try appoint(there)
            let elders = try elders(there)
            try enter(there, elders)
            try miss(there)
            try there.clock("03-05T09:00")
            let first = try call(there)
            try turns(there, first)
            try passOn(there, to: colleague)
        }
    }

    /// A second social worker, who stands in; its session, newer than its office.
    private func appoint(_ there: Gathering) throws -> String {
        let guests = try there.id(.guests)
        try there.get(
            .committee, "POST", "people/\(guests)/proofs", ["because": "看过身份证"], is: 201)
        try there.get(
            .committee, "POST", "roles",
            [
                "person": guests, "role": "social_worker", "because": "appointed",
                "because_ref": "聘字1号", "ends": "2027-03-01T00:00:00Z",
            ], is: 201)
        return try Gathering.session(there.house, .guests)
    }

    /// 61 of the seed who were born before 1955, the elder of the story first.
    private func elders(_ there: Gathering) throws -> [String] {
        let rows = try String(
            contentsOf: Installation.root.appending(path: "seed-data/persons.csv"), encoding: .utf8)
        var old: Set<String> = []
        for row in rows.split(whereSeparator: \.isNewline) {
            let cells = row.split(separator: ",", omittingEmptySubsequences: false)
            if cells.count > 2, cells[2] < "1955" { old.insert(String(cells[1])) }
        }
        var found = [try there.id(.elder)]
        var path: String? = there.path("residences?limit=100")
        while let asked = path, found.count < 61 {
            let answer = try there.house.request(
                "GET", asked, token: try there.token(.committee))
            for residence in try answer.content["residences"].elements {
                for member in residence["households"].elements.flatMap({ $0["members"].elements })
                where old.contains(member["display_name"].text ?? "") {
                    if let person = member["person"].text, !found.contains(person) {
                        found.append(person)
                    }
                }
            }
            path = answer["link"]?.firstMatch(of: /<([^>]+)>/).map { String($0.output.1) }
        }
        try #require(found.count >= 61)
        return Array(found.prefix(61))
    }

    private func enter(_ there: Gathering, _ elders: [String]) throws {
        let named = [try there.id(.worker), try there.id(.chair)]
        let days = Self.due.flatMap { Array(repeating: $0.0, count: $0.1) }
        for (elder, day) in zip(elders, days) {
            try there.get(
                .worker, "POST", "care-list",
                [
                    "person": elder, "class": "weekly", "named": named, "because": "独居",
                    "due": day,
                ], is: 201)
        }
        #expect(
            try there.refusal(
                .worker, "care-list",
                ["person": elders[0], "class": "weekly", "named": named, "because": "独居"])
                == "care-there")
        #expect(try there.get(.elder, "me/care-list")["entries"].elements.count == 1)
        #expect(try there.ask(.organiser, "GET", "care-list").status == 404)
    }

    /// The elder of the story has a place at a meeting and does not come: nothing is held against her.
    private func miss(_ there: Gathering) throws {
        let meeting = try #require(try there.publish(.organiser, there.draft()).meetings.first)
        let place = try there.join(.elder, meeting)
        try there.clock("03-04T12:00")
        let told = try there.told(.elder)
        try there.get(
            .organiser, "POST", "occurrences/\(meeting)/no-shows",
            ["reservation": place.id, "person": try there.id(.elder)], is: 201)
        #expect(try there.told(.elder) == told)
        let held = try there.get(.elder, "no-shows?view=own")["no_shows"]
        #expect(held.elements.isEmpty, "\(held.json)")
    }

    /// She calls all who were due on Tuesday; their entries.
    private func call(_ there: Gathering) throws -> [String] {
        let list = try there.get(.worker, "care-list?limit=100")["entries"].elements
        #expect(list.count == 61)
        let days = list.compactMap { $0["due"].text }
        #expect(days == days.sorted() && days.first == "2026-03-03")
        let late = list.filter { $0["is_overdue"].bool == true }
        #expect(late.count == Self.due[0].1)
        for entry in late {
            try there.get(
                .worker, "POST", "care-list/\(entry.id)/contacts",
                ["kind": "call", "outcome": "well", "note": "电话里聊了几句"], is: 201)
        }
        // The finger slips: the same call is not written down twice.
        let last = try #require(late.last).id
        #expect(
            try there.refusal(
                .worker, "care-list/\(last)/contacts", ["kind": "call", "outcome": "well"])
                == "care-contact-there")
        let after = try there.get(.worker, "care-list?limit=100")["entries"].elements
        #expect(after.allSatisfy { $0["is_overdue"].bool == false })
        #expect(after.filter { $0["due"].text == "2026-03-12" }.count == late.count)
        return late.map(\.id)
    }

    /// Whom she has called it is the other's turn to call next; each sees its own turns alone.
    private func turns(_ there: Gathering, _ called: [String]) throws {
        func turns(_ person: Gathering.Person) throws -> Set<String> {
            Set(try there.get(person, "me/care-turns")["turns"].elements.map(\.id))
        }
        let (hers, other) = (try turns(.worker), try turns(.chair))
        #expect(other == Set(called))
        #expect(hers.count == 61 - called.count && hers.isDisjoint(with: other))
        #expect(try turns(.organiser).isEmpty)
    }

    /// The no-show is a call to make: who has no hand free passes it to who stands in, and that one ends it.
    private func passOn(_ there: Gathering, to colleague: String) throws {
        let worker = try there.token(.worker)
        func ask(
            _ token: String, _ method: String, _ path: String, _ body: [String: Any]? = nil,
            is status: Int = 200
        ) throws -> Content {
            let answer = try there.house.request(method, there.path(path), token: token, body)
            try #require(answer.status == status, "\(path): \(answer.text)")
            return try answer.content
        }
        func calls(_ token: String, _ view: String) throws -> [Content] {
            try ask(token, "GET", "tasks?view=\(view)")["threads"].elements
                .flatMap { $0["tasks"].elements }.filter { $0["kind"].text == "care-call" }
        }
        let task = try #require(try calls(worker, "open").first)
        let guests = try there.id(.guests)
        let stands = task["stand_in"].text == guests
        let (one, other) = stands ? (worker, colleague) : (colleague, worker)
        _ = try ask(one, "POST", "tasks/\(task.id)/taking")
        #expect(try calls(one, "mine").map(\.id) == [task.id])
        _ = try ask(one, "POST", "tasks/\(task.id)/passing")
        #expect(try calls(one, "mine").isEmpty)
        let refused = try ask(
            one, "POST", "tasks/\(task.id)/end", ["outcome": "done"], is: 403)
        #expect(refused["code"].text == "task-not-yours")
        #expect(try calls(other, "mine").map(\.id) == [task.id])
        _ = try ask(other, "POST", "tasks/\(task.id)/end", ["outcome": "done"])
        // She reads that she is on the list and who was there, and that the list was read.
        let own = try #require(try there.get(.elder, "me/care-list")["entries"].elements.first)
        #expect(own["last_contact_at"].text != nil)
        let (chair, reader) = (try there.id(.chair), try there.id(.worker))
        #expect(own["turn"].text == chair)
        let reads = try there.get(.elder, "me/record-reads").json
        #expect(reads.contains("care_list") && reads.contains(reader))
    }
}
