import Foundation
import Support
import Testing

/// An elder has blocked a neighbour who helps, would join her group, and is on duty at the goods room.
///
/// What he reads is what another reads who is not taken either, and whom nobody has blocked.
@Suite("Somebody who is blocked", .serialized, .timeLimit(.minutes(5)))
struct BlockedStoryTests {
    /// He who is blocked, and who is not.
    private static let pair: [Gathering.Person] = [.volunteer, .guests]

    @Test("he sees nothing of it: not in proposals, groups, pairings or goods")
    func nothing() async throws {
        let people: [Gathering.Person] = [
            .elder, .volunteer, .guests, .neighbour, .worker, .committee, .chair,
        ]
        try await Gathering.with(people) { there in
            for person in [Gathering.Person.elder, .volunteer, .guests, .neighbour] {
                try there.get(
                    .committee, "POST", "people/\(try there.id(person))/proofs",
                    ["because": "看过身份证"], is: 201)
            }
            let before = try Self.pair.map { try seen(there, $0) }
            try there.get(
                .elder, "POST", "me/blocks", ["person": try there.id(.volunteer)], is: 201)
            #expect(try Self.pair.map { try seen(there, $0) } == before)
            try await proposals(there)
            try pairings(there)
            try groups(there)
            try goods(there)
            for person in Self.pair {
                #expect(try there.get(person, "me/blocks")["blocks"].elements.isEmpty)
            }
        }
    }

    /// What somebody finds about help, groups and pairings, without ids, instants and its own name.
    private func seen(_ there: Gathering, _ person: Gathering.Person) throws -> [String] {
        try [
            "help-proposals", "help-requests", "me/pairings", "me/visits", "me/help-group-askings",
            "help-groups", "me/stand-ins", "notices", "conversations",
        ].map { path in
            let text = try there.get(person, path).json
            let plain = text.replacing(/[0-9a-f]{8}-[0-9a-f-]{27}/, with: "#")
                .replacing(/"person_name":"[^"]*"/, with: "")
            return path + plain.replacing(/20\d\d-[0-9-]+T[0-9:.]+Z/, with: "@")
        }
    }

    /// Two offer what she asks for at once: one of them, never he, is asked; the third reads as he does.
    private func proposals(_ there: Gathering) async throws {
        let times = (1...7).map { ["weekday": $0, "begins_minute": 0, "ends_minute": 1440] }
        for person in Self.pair {
            try there.get(
                person, "PUT", "me/helping",
                [
                    "is_active": true, "kinds": ["shopping"], "languages": ["mandarin"],
                    "windows": times, "days_off": [] as [String],
                ], is: 204)
        }
        let asked = try there.get(
            .elder, "POST", "help-requests",
            [
                "kind": "shopping", "begins": "2026-03-02T15:00:00+08:00",
                "ends": "2026-03-02T16:00:00+08:00", "minutes": 60, "urgency": "urgent",
            ], is: 201)
        func open(_ person: Gathering.Person) -> [Content] {
            (try? there.get(person, "help-proposals")["proposals"].elements) ?? []
        }
        try await there.house.until("somebody is asked", within: .seconds(20)) {
            !open(.guests).isEmpty
        }
        let proposal = try #require(open(.guests).first).id
        #expect(open(.volunteer).isEmpty)
        // She reads that somebody is looked for, and not who is asked.
        let shown = try there.get(.elder, "help-requests/\(asked.id)")
        #expect(shown["state"].text == "looking")
        #expect(
            try there.ask(.volunteer, "POST", "help-proposals/\(proposal)/acceptance").status == 404
        )
        try there.get(
            .guests, "POST", "help-proposals/\(proposal)/refusal", ["because": "busy"], is: 204)
        // An office that asks him by hand reads what it reads of whomever may not come.
        let hands = try Self.pair.map { person in
            try there.refusal(
                .worker, "help-requests/\(asked.id)/proposals",
                [
                    "helper": try there.id(person), "begins": "2026-03-02T15:00:00+08:00",
                ])
        }
        #expect(hands == ["help-helper-unfit", "help-helper-unfit"])
    }

    /// The office's words for a pair that may not be are those of any such pair.
    private func pairings(_ there: Gathering) throws {
        func problem(_ helper: Gathering.Person, _ person: Gathering.Person) throws -> [String?] {
            let answer = try there.ask(
                .worker, "POST", "pairings",
                [
                    "form": "elder", "kind": "company", "cadence": "weekly", "weekday": 3,
                    "minute": 600, "helper": try there.id(helper),
                    "person": try there.id(person),
                ])
            let content = try answer.content
            return [
                "\(answer.status)", content["code"].text, content["title"].text,
                content["detail"].text,
            ]
        }
        let blocked = try problem(.volunteer, .elder)
        // She is not proved to live here, which is another reason.
        let unproved = try problem(.worker, .elder)
        #expect(blocked == unproved && blocked[1] == "pairing-unfit")
        #expect(try there.get(.volunteer, "me/pairings")["pairings"].elements.isEmpty)
    }

    /// Her group takes neither: both wait, and neither hears a no before it lapses.
    private func groups(_ there: Gathering) throws {
        let group = try there.get(
            .elder, "POST", "help-groups",
            [
                "name_zh": "早餐互助", "purpose_zh": "周二一起准备早餐", "kinds": ["company"],
                "joining": "open", "places": 5,
            ], is: 201
        ).id
        for person in Self.pair {
            let joined = try there.get(
                person, "POST", "help-groups/\(group)/members", ["monthly_max": 4], is: 201)
            #expect(joined["state"].text == "waiting")
        }
        let askings = try there.get(.elder, "help-groups/\(group)/askings")["askings"].elements
        let guests = try there.id(.guests)
        #expect(askings.map { $0["person"].text } == [guests])
        try there.get(
            .elder, "POST", "help-group-askings/\(askings[0].id)/answer", ["answer": "no"], is: 204)
        func reads() throws -> [[String]] {
            try Self.pair.map { person in
                let own = try seen(there, person).filter { $0.contains("group") }
                return own + [
                    try there.get(person, "help-groups/\(group)").json,
                    try there.refusal(
                        person, "help-groups/\(group)/members", ["monthly_max": 4]),
                ]
            }
        }
        let waiting = try reads()
        #expect(waiting[0].last == "help-group-asked")
        for (his, others) in zip(waiting[0], waiting[1]) { #expect(his == others) }
        try there.clock("03-16T09:00")
        for person in Self.pair {
            let own = try there.get(person, "me/help-group-askings")["askings"].elements
            #expect(own.map { $0["state"].text } == ["not_taken"])
            #expect(
                try there.ask(person, "GET", "help-groups/\(group)/members").status == 404)
        }
    }

    /// On duty at the goods room he hands her parcel out as anybody's: a code, and no name.
    private func goods(_ there: Gathering) throws {
        let places = try there.get(.committee, "places?kind=public&limit=100")["places"].elements
        let room = try #require(places.first { $0["name_zh"].text == "爱心物资间" }).id
        try there.get(.committee, "POST", "goods/places", ["place": room], is: 201)
        try there.get(
            .committee, "POST", "roles",
            [
                "person": try there.id(.volunteer), "role": "volunteer", "place": room,
                "because": "volunteered",
            ], is: 201)
        let item = try there.get(
            .committee, "POST", "goods/items",
            [
                "name_zh": "大米", "name_en": "Rice", "category": "food", "unit": "bag", "scale": 0,
                "is_perishable": true,
            ], is: 201
        ).id
        try there.get(
            .volunteer, "POST", "goods/intakes",
            [
                "place": room, "source": "anonymous",
                "lines": [["item": item, "quantity": "4", "expires_on": "2026-05-31"]],
            ], is: 201)
        let both: [Gathering.Person] = [.elder, .neighbour]
        for person in both {
            let need = try there.get(
                person, "POST", "goods/needs",
                ["category": "food", "unit": "bag", "quantity": "2", "until": "2026-03-31"],
                is: 201
            ).id
            try there.get(
                .committee, "POST", "goods/needs/\(need)/decision", ["decision": "confirm"], is: 204
            )
        }
        let round = try there.get(
            .chair, "POST", "goods/allocations",
            ["room": room, "category": "food", "unit": "bag"], is: 201)["round"]
        try there.get(.chair, "POST", "goods/allocations/\(round.id)/acceptance", is: 204)
        let visits = try both.map { person in
            let word = try there.get(person, "POST", "me/parcel-words", [:], is: 201)["word"]
            let visit = try there.get(
                .volunteer, "POST", "goods/visits", ["room": room, "word": word.text ?? ""], is: 201
            )
            let parcel = try #require(visit["parcels"].elements.first)
            try there.get(
                .volunteer, "POST", "goods/parcels/\(parcel.id)/hand-over", ["visit": visit.id],
                is: 204)
            return visit.json.replacing(/[0-9a-f]{8}-[0-9a-f-]{27}/, with: "#")
                .replacing(/"(code|number|at|until|ends|made_at)":("[^"]*"|\d+)/, with: "")
        }
        #expect(visits[0] == visits[1])
        let hers = try there.get(.elder, "me/parcels")
        #expect(hers["parcels"].elements.map { $0["state"].text } == ["handed_out"])
        let volunteer = try there.id(.volunteer)
        #expect(!hers.json.contains(volunteer))
    }
}
