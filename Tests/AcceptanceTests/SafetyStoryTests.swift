import Foundation
import Support
import Testing

/// A protected mother, an elder with a delegate, a scammer, and the social worker's desk.
@Suite("Stories of people and safety", .serialized, .timeLimit(.minutes(5)))
struct SafetyStoryTests {
    @Test("a protected mother: her former partner learns nothing, by his page, a link or a friend")
    func protected() async throws {
        let people: [Gathering.Person] = [
            .organiser, .family, .spouse, .neighbour, .guests, .worker, .committee,
        ]
        try await Gathering.with(people) { there in
            try prove(there, .worker)
            let child = try #require(
                try there.get(.family, "household")["members"].elements
                    .first { $0["is_child"].bool == true }?["person"].text)
            _ = try there.household(.family)
            _ = try there.household(.spouse)
            let link = try there.get(
                .spouse, "POST", "calendar-links", ["kind": "personal"], is: 201)
            let address = try #require(URL(string: link["url"].text ?? "")?.path)
            #expect(try there.house.request("GET", address).status == 200)
            let (activity, meetings) = try there.publish(.organiser, there.draft(adults: 12))
            let meeting = try #require(meetings.first)
            let hers = try there.join(.spouse, meeting)
            let told = try there.told(.family)
            let mother = try there.id(.spouse)
            try there.get(
                .worker, "POST", "protections",
                [
                    "person": mother, "also": [child], "from": try there.id(.family),
                    "until": "2026-09-01T00:00:00Z",
                    "evidence": ["kind": "protective_order", "reference": "民保令1号"],
                ], is: 201)

            // His own page: neither she nor the child, nor a word that anything is otherwise.
            #expect(try Set(there.told(.family)).isSubset(of: told))
            for path in [
                "household", "children", "guardianships", "guardianships?child=\(child)",
                "reservations", "agenda", "ties", "notices", "events?limit=100", "roles",
                "me/visibility", "me/record-reads", "delegation-requests",
                "occurrences/\(meeting)", "activities/\(activity)",
                "activities/\(activity)/comments",
            ] {
                let text = try there.get(.family, path).json
                for word in [mother, "闵佳怡", "欧阳佳琪", hers.id] {
                    #expect(!text.contains(word), "\(path) has \(word)")
                }
            }
            #expect(try there.house.request("GET", address).status == 404)
            try blind(there, mother, child)
            try counts(there, meeting, activity)
        }
    }

    /// What he tries is answered as about nobody, and she is told what to do.
    private func blind(_ there: Gathering, _ mother: String, _ child: String) throws {
        let nobody = "00000000-0000-7000-8000-000000000000"
        for (method, path, body) in [
            ("GET", "children/ID/bookings", nil), ("GET", "people/ID/absences", nil),
            ("GET", "people/ID/record?purpose=care", nil),
            ("POST", "delegation-requests", ["beneficiary": "ID", "scope": ["activities"]]),
            ("POST", "ties", ["person": "ID", "kind": "friend"]),
            ("PUT", "me/record-watchers/ID", nil),
        ] as [(String, String, [String: Any]?)] {
            func answer(_ id: String) throws -> (Int, String?) {
                let body = body?.mapValues { ($0 as? String) == "ID" ? id : $0 }
                let answer = try there.ask(
                    .family, method, path.replacingOccurrences(of: "ID", with: id), body)
                return (answer.status, try answer.content["code"].text)
            }
            let id = path.hasPrefix("children") ? child : mother
            let (found, none) = (try answer(id), try answer(nobody))
            #expect(found == none, "\(method) \(path)")
        }
        #expect(
            try there.refusal(
                .spouse, "delegation-requests",
                ["beneficiary": try there.id(.family), "scope": ["activities"]])
                == "protection-between")
    }

    /// The numbers are everybody's, and so is the wait: his own, a stranger's, and a friend's account.
    private func counts(_ there: Gathering, _ meeting: String, _ activity: String) throws {
        let his = try there.join(.family, meeting)
        let others = try there.join(.guests, meeting)
        for mine in [his, others] {
            #expect(mine["state"].text == "waiting" && mine["position"].integer == nil)
        }
        for path in ["occurrences/\(meeting)", "activities/\(activity)"] {
            let seats = try [Gathering.Person.family, .neighbour, .guests, .organiser].map {
                try there.get($0, path)["seats"].json
            }
            #expect(Set(seats).count == 1)
        }
        let participants = "occurrences/\(meeting)/participants"
        for reader in [Gathering.Person.family, .neighbour, .guests] {
            #expect(
                try there.refusal(reader, "GET", participants, nil, is: 403)
                    == "organisers-only")
        }
        let friends = try ["occurrences/\(meeting)", "activities/\(activity)"].map {
            try there.get(.neighbour, $0).json
        }
        for text in friends { #expect(!text.contains("闵佳怡")) }
    }

    /// The committee sees somebody and a document.
    private func prove(_ there: Gathering, _ person: Gathering.Person) throws {
        let path = "people/\(try there.id(person))/proofs"
        try there.get(.committee, "POST", path, ["because": "看过身份证"], is: 201)
    }

    @Test("an elder and an over-eager delegate: two matters, after two days, until she says no")
    func delegate() async throws {
        let people: [Gathering.Person] = [.organiser, .elder, .volunteer, .worker, .committee]
        try await Gathering.with(people) { there in
            try prove(there, .volunteer)
            let elder = try there.id(.elder)
            let behalf = [("On-Behalf-Of", elder)]
            let meeting = try #require(
                try there.publish(
                    .organiser,
                    there.draft(["starts": "2026-03-09T10:00", "ends": "2026-03-09T11:00"])
                ).meetings.first)
            func appointment(_ scope: [String]) throws -> [String: Any] {
                [
                    "doer": try there.id(.volunteer), "beneficiary": elder, "scope": scope,
                    "evidence": "本人在场，看过身份证",
                ]
            }
            for scope in ["phones", "delegates", "pairings", "doors", "alarm_plan"] {
                #expect(
                    try there.refusal(.worker, "delegations", try appointment([scope]), is: 400)
                        == "invalid")
            }
            func appoint() throws -> String {
                try there.get(
                    .worker, "POST", "delegations", try appointment(["activities"]), is: 201
                ).id
            }
            func agenda() throws -> Int {
                try there.ask(.volunteer, "GET", "agenda", fields: behalf).status
            }
            let first = try appoint()
            #expect(try there.told(.elder).first == "delegation.appointed")
            #expect(try agenda() == 403)
            try there.clock("03-04T10:00")
            #expect(try agenda() == 200)
            try there.get(
                .volunteer, "POST", "occurrences/\(meeting)/reservations", [:], is: 201,
                fields: behalf)
            let acts = try there.get(.elder, "events?limit=100")["items"].elements
                .filter { $0["kind"].text == "reservation.confirmed" }
            #expect(acts.first?.json.contains(elder) == true)
            #expect(acts.first?.json.contains(try there.id(.volunteer)) == true)
            try refused(there, behalf)
            // She ends it in the app; the next one, at the desk.
            try there.get(.elder, "DELETE", "delegations/\(first)", is: 204)
            #expect(try agenda() == 403)
            let second = try appoint()
            try there.clock("03-06T12:00")
            #expect(try agenda() == 200)
            try there.get(.committee, "DELETE", "delegations/\(second)", is: 204)
            #expect(try agenda() == 403)
            #expect(try there.told(.volunteer).first == "delegation.ended")
        }
    }

    /// Her phones, devices, delegates, consents and blocks are nobody's to change for her.
    private func refused(_ there: Gathering, _ behalf: [(String, String)]) throws {
        let own = "/api/v1/me"
        for (method, path, body) in [
            ("POST", "\(own)/phone-codes", ["phone": "13911110009"]),
            ("POST", "\(own)/phone-reports", nil), ("GET", "\(own)/passkeys", nil),
            ("DELETE", "\(own)/sessions/\(UUID())", nil),
            (
                "POST", there.path("delegation-requests"),
                ["beneficiary": try there.id(.organiser), "scope": ["activities"]]
            ),
            ("POST", there.path("me/blocks"), ["person": try there.id(.organiser)]),
            ("POST", there.path("consents"), ["purpose": "location", "version": 1]),
            ("POST", there.path("me/visibility/revocation"), nil),
        ] as [(String, String, [String: Any]?)] {
            let answer = try there.house.request(
                method, path, token: try there.token(.volunteer), body, fields: behalf)
            #expect(try answer.content["code"].text == "not-for-another", "\(path) \(answer.text)")
        }
    }
}
