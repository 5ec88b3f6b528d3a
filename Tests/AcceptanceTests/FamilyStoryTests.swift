import Foundation
import Support
import Testing

/// A child in two homes, and a couple with one phone, at the real command.
@Suite("Stories of families", .serialized, .timeLimit(.minutes(5)))
struct FamilyStoryTests {
    /// Born in 1975 and 1995, of one household.
    private static let couplePhone = "15400000113"
    private static let husband = "R00151"
    private static let wife = "R00152"

    @Test("a child in two homes keeps its place, and one home keeps from the other what is its own")
    func twoHomes() async throws {
        let people: [Gathering.Person] = [
            .organiser, .family, .neighbour, .worker, .committee,
        ]
        try await Gathering.with(people) { there in
            let child = try await self.child(there)
            let home = try own(there, .neighbour)["household"].text ?? ""
            try days(there, child)
            let photographs: [String: Any] = [
                "subject": child, "purpose": "photographs", "version": 1,
            ]
            for guardian in [Gathering.Person.family, .neighbour] {
                try there.get(guardian, "POST", "consents", photographs, is: 201)
            }
            #expect(try isCovered(there) == true)
            let given = try there.get(.neighbour, "consents")["consents"].elements.first?.id ?? ""
            try there.get(.neighbour, "POST", "consents/\(given)/withdrawal")
            #expect(try isCovered(there) == false)
            #expect(try there.told(.family).first == "consent.withdrawn")

            let seats = ["seats": [["kind": "adult", "total": 4], ["kind": "child", "total": 1]]]
            let (activity, meetings) = try there.publish(.organiser, there.draft(seats))
            let meeting = try #require(meetings.first)
            try lookAfter(there, activity)
            let joined = try there.join(.family, meeting, with: [try there.id(.family), child])
            let bookings = "children/\(child)/bookings"
            let seen = try there.get(.neighbour, bookings)["bookings"].elements
            #expect(seen.map { $0["is_mine"].bool } == [false])
            #expect(try places(there, meeting) == [2, 0])

            // Taken back, the child is in no list at once; its seat is kept for the other guardian.
            try there.get(.family, "POST", "\(bookings)/\(joined.id)/withdrawal", is: 204)
            for person in [Gathering.Person.family, .neighbour] {
                #expect(try there.get(person, bookings)["bookings"].elements.isEmpty)
                #expect(try there.told(person).first == "child.placeKept")
            }
            for path in ["occurrences/\(meeting)/participants", "activities/\(activity)/comments"] {
                #expect(try !there.get(.organiser, path).json.contains(child))
            }
            #expect(try places(there, meeting) == [1, 1])
            let kept = try there.get(.neighbour, "notices")["notices"].elements.first
            #expect(kept?["details"]["until"].text?.hasPrefix("2026-03-03T00:0") == true)
            let reservation = kept?["details"]["reservation"].text ?? ""
            try there.get(.neighbour, "POST", "reservations/\(reservation)/acceptance")
            #expect(try places(there, meeting) == [2, 0])

            // Of the other home: no name, household, person or day, in anything that she reads.
            let hidden = [home, "李斌", try there.id(.neighbour), "3-302"]
            for path in [
                "children", bookings, "household", "notices", "consents", "events?limit=100",
                "guardianships?child=\(child)", "agenda", "me/visibility",
            ] {
                let text = try there.get(.family, path).json
                for word in hidden { #expect(!text.contains(word), "\(path) has \(word)") }
            }
        }
    }

    /// Two unrelated grown-ups look after an activity, one of them proved and vetted.
    private func lookAfter(_ there: Gathering, _ activity: String) throws {
        let organiser = "people/\(try there.id(.organiser))"
        try there.get(.committee, "POST", organiser + "/proofs", ["because": "身份证"], is: 201)
        try there.get(.committee, "POST", organiser + "/vettings", ["because": "证明"], is: 201)
        try there.get(
            .organiser, "POST", "activities/\(activity)/organisers",
            ["person": try there.id(.worker)])
    }

    /// The family's child, whose other guardian the social worker has recorded.
    private func child(_ there: Gathering) async throws -> String {
        _ = try there.household(.family)
        let members = try there.get(.family, "household")["members"].elements
        let child = try #require(members.first { $0["is_child"].bool == true }?["person"].text)
        let record: [String: Any] = [
            "child": child, "guardian": try there.id(.neighbour), "evidence": "离婚协议",
        ]
        try there.get(.worker, "POST", "guardianships", record, is: 201)
        return child
    }

    private func own(_ there: Gathering, _ person: Gathering.Person) throws -> Content {
        let id = try there.id(person)
        let members = try there.get(person, "household")["members"].elements
        return try #require(members.first { $0["person"].text == id })
    }

    /// Each says its own days of the week; a day that the other has is not taken.
    private func days(_ there: Gathering, _ child: String) throws {
        func week(_ person: Gathering.Person, _ days: [Int]) throws -> [String: Any] {
            [
                "household": try own(there, person)["household"].text ?? "", "weeks": 1,
                "monday": "2026-03-02", "days": days,
            ]
        }
        let path = "children/\(child)/home"
        try there.get(.family, "PUT", path, try week(.family, [0, 1, 2]))
        #expect(
            try there.refusal(.neighbour, "PUT", path, try week(.neighbour, [2, 3]))
                == "days-taken")
        try there.get(.neighbour, "PUT", path, try week(.neighbour, [3, 4, 5, 6]))
        let (hers, his) = (
            try there.get(.family, "children")["children"].elements.first,
            try there.get(.neighbour, "children")["children"].elements.first
        )
        #expect(hers?["is_with_me"].bool == true && his?["is_with_me"].bool == false)
    }

    private func isCovered(_ there: Gathering) throws -> Bool? {
        try there.get(.family, "consents")["consents"].elements.first?["is_covered"].bool
    }

    /// Who has confirmed, and whose seats are kept, as the organiser counts them.
    private func places(_ there: Gathering, _ meeting: String) throws -> [Int] {
        let sums = try there.get(.organiser, "occurrences/\(meeting)/participants")["summary"]
        return ["confirmed", "offered"].map { state in
            sums.elements.compactMap { $0[state].integer }.reduce(0, +)
        }
    }

    @Test("a couple with one phone says who is there; recycled, it opens nothing without a proof")
    func couple() async throws {
        try await Gathering.with([.committee]) { there in
            let house = there.house
            let (request, code) = try await house.code(for: Self.couplePhone)
            let asked = try house.request(
                "POST", "/api/v1/sign-in/sessions", ["request": request, "code": code]
            ).content
            let ticket = asked["ticket"].text ?? ""
            #expect(asked["who"].elements.count == 2)
            for name in ["沈志强", "张洁"] { #expect(!asked.json.contains(name)) }
            var persons: Set<String> = []
            for who in asked["who"].elements {
                let chosen = try house.request(
                    "POST", "/api/v1/sign-in/choices",
                    ["ticket": ticket, "account": who["account"].text ?? ""])
                guard chosen.status == 201 else {
                    #expect(try chosen.content["code"].text == "ticket-wrong", "it is good once")
                    continue
                }
                let me = try house.request(
                    "GET", "/api/v1/me", token: try chosen.content["token"].text)
                persons.insert(try me.content["estates"].elements.first?["person"].text ?? "")
            }
            #expect(persons.count == 1)
            try await recycled(there)
        }
    }

    /// Somebody else has the number now: the desk hears of it, and the wife comes there.
    private func recycled(_ there: Gathering) async throws {
        let house = there.house
        let persons = try [Self.husband, Self.wife].map { try person(house, $0) }
        for person in persons {
            try there.get(
                .committee, "POST", "people/\(person)/phone-reports", ["because": "号码换了人"],
                is: 204)
        }
        try there.clock("03-02T08:05")
        let (request, code) = try await house.code(for: Self.couplePhone)
        let doubt = try house.request(
            "POST", "/api/v1/sign-in/sessions", ["request": request, "code": code]
        ).content
        #expect(doubt["needs_proof"].bool == true && doubt["who"].elements.isEmpty)
        let ticket = doubt["ticket"].text ?? ""
        func prove(_ code: String) throws -> TestClient.Answer {
            try house.request(
                "POST", "/api/v1/sign-in/proofs", ["ticket": ticket, "code": code])
        }
        #expect(try prove("ABCD-EFGH-JKMN").status == 422)
        let paper = try there.get(
            .committee, "POST", "people/\(persons[1])/device-codes", ["days": 1], is: 201)
        let opened = try prove(paper["code"].text ?? "")
        #expect(opened.status == 201, "\(opened.text)")
        #expect(try prove(paper["code"].text ?? "").status == 422)
    }

    /// The id of somebody of the seed, in its estate.
    private func person(_ house: Installation, _ key: String) throws -> String {
        let session = try house.run("session", key).split(separator: "\n").last
        let me = try house.request("GET", "/api/v1/me", token: session.map(String.init))
        return try me.content["estates"].elements.first?["person"].text ?? ""
    }
}
