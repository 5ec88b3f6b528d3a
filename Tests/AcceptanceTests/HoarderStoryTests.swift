import Foundation
import Support
import Testing

/// A mother who belongs to two homes with one child, asks for both, and is on duty at the goods room herself.
@Suite("A hoarder with two households", .serialized, .timeLimit(.minutes(5)))
struct HoarderStoryTests {
    private static let perHead = 2

    /// Her two homes: her own, and that of the child's other parent, which she has joined.
    private struct Homes {
        var own: String
        var joined: String
        var all: [String] { [own, joined] }
    }

    @Test("each of three persons counts once, each home has its quota, and nobody serves itself")
    func twoHomes() async throws {
        try await Gathering.with([.committee, .chair, .volunteer, .parent, .other]) { there in
            let room = try open(there)
            let homes = try join(there)
            try there.get(
                .committee, "PUT", "goods/quotas/food",
                ["days": 30, "per_head": "\(Self.perHead)"], is: 204)
            let rooms = try homes.all.map { try left(there, $0) }
            // Three persons, not four or five.
            #expect(rooms.reduce(0, +) == 3 * Self.perHead)
            #expect(rooms.allSatisfy { $0 > 0 })
            try share(there, room, Array(zip(homes.all, rooms)))
            try there.clock("03-07T09:00")
            try handOver(there, room, homes)
        }
    }

    /// The goods room, with her and another volunteer on duty; its id.
    private func open(_ there: Gathering) throws -> String {
        let places = try there.get(.committee, "places?kind=public&limit=100")["places"].elements
        let room = try #require(places.first { $0["name_zh"].text == "爱心物资间" }).id
        try there.get(.committee, "POST", "goods/places", ["place": room], is: 201)
        for volunteer in [Gathering.Person.volunteer, .parent] {
            try there.get(
                .committee, "POST", "roles",
                [
                    "person": try there.id(volunteer), "role": "volunteer", "place": room,
                    "because": "volunteered",
                ], is: 201)
        }
        return room
    }

    private func join(_ there: Gathering) throws -> Homes {
        func home(_ person: Gathering.Person) throws -> String {
            let id = try there.id(person)
            let members = try there.get(person, "household")["members"].elements
            return try #require(members.first { $0["person"].text == id }?["household"].text)
        }
        let homes = Homes(own: try home(.parent), joined: try home(.other))
        let invited = try there.get(
            .other, "POST", "invitations", ["standing": "relative"], is: 201)
        let joined = try there.house.request(
            "POST", "/api/v1/me/joining", token: try there.token(.parent),
            ["code": try #require(invited["code"].text)])
        try #require(joined.status == 201, "\(joined.text)")
        return homes
    }

    private func wanted(_ household: String?, _ bags: Int) -> [String: Any] {
        var body: [String: Any] = [
            "category": "food", "unit": "bag", "quantity": "\(bags)", "until": "2026-03-31",
        ]
        body["household"] = household
        return body
    }

    /// How much a home may ask for, as the refusal of too much says.
    private func left(_ there: Gathering, _ household: String) throws -> Int {
        #expect(
            try there.refusal(.parent, "goods/needs", wanted(nil, 1), is: 422)
                == "need-which-household")
        let refused = try there.ask(.parent, "POST", "goods/needs", wanted(household, 99))
        let problem = try refused.content
        #expect(problem["code"].text == "need-over-quota", "\(refused.text)")
        let numbers = (problem["detail"].text ?? "").matches(of: /\d+/).compactMap {
            Int($0.output)
        }
        return try #require(numbers.first, "\(refused.text)")
    }

    /// She asks for all that each home may have, and not for one more; it is confirmed and shared out.
    private func share(_ there: Gathering, _ room: String, _ rooms: [(String, Int)]) throws {
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
                "lines": [["item": item, "quantity": "30", "expires_on": "2026-05-31"]],
            ], is: 201)
        for (household, bags) in rooms {
            let need = try there.get(
                .parent, "POST", "goods/needs", wanted(household, bags), is: 201
            ).id
            var named = wanted(household, 1)
            named["item"] = item
            #expect(try there.refusal(.parent, "goods/needs", named) == "need-over-quota")
            try there.get(
                .committee, "POST", "goods/needs/\(need)/decision", ["decision": "confirm"], is: 204
            )
        }
        let asked: [String: Any] = ["room": room, "category": "food", "unit": "bag"]
        let mine = try there.get(.parent, "POST", "goods/allocations", asked, is: 201)
        let acceptance = "goods/allocations/\(mine["round"].id)/acceptance"
        #expect(try there.refusal(.parent, acceptance, nil, is: 403) == "hand-over-own-household")
        try there.get(.chair, "POST", acceptance, is: 204)
    }

    /// Her own word is another volunteer's to take; then nothing more is there for that home.
    private func handOver(_ there: Gathering, _ room: String, _ homes: Homes) throws {
        func word(_ person: Gathering.Person, _ household: String) throws -> String {
            try #require(
                there.get(
                    person, "POST", "me/parcel-words", ["household": household], is: 201)["word"]
                    .text)
        }
        func visit(_ person: Gathering.Person, _ word: String) throws -> Content {
            try there.get(
                person, "POST", "goods/visits", ["room": room, "word": word], is: 201)
        }
        let lot = try #require(
            there.get(.volunteer, "goods/lots")["lots"].elements.first
        ).id
        for household in homes.all {
            let own = try word(.parent, household)
            #expect(
                try there.refusal(
                    .parent, "goods/visits", ["room": room, "word": own], is: 403)
                    == "hand-over-own-household")
            // The word stays good.
            let first = try visit(.volunteer, own)
            #expect(first["parcels"].elements.count == 1)
            let parcel = try #require(first["parcels"].elements.first).id
            let path = "goods/parcels/\(parcel)/hand-over"
            #expect(
                try there.refusal(.parent, path, ["visit": first.id], is: 403)
                    == "hand-over-own-household")
            try there.get(.volunteer, "POST", path, ["visit": first.id], is: 204)
            // She comes again, with a new word.
            let second = try visit(.volunteer, try word(.parent, household))
            #expect(second["parcels"].elements.isEmpty)
            #expect(
                try there.refusal(.volunteer, path, ["visit": second.id]) == "parcel-not-waiting")
            #expect(
                try there.refusal(
                    .volunteer, "goods/visits/\(second.id)/issues",
                    ["lot": lot, "place": room, "quantity": "1"]) == "visit-no-need")
            #expect(
                try there.refusal(.parent, "goods/needs", wanted(household, 1))
                    == "need-over-quota")
        }
        let parcels = try there.get(.parent, "me/parcels")["parcels"].elements
        #expect(parcels.map { $0["state"].text } == ["handed_out", "handed_out"])
        let left = try there.get(.volunteer, "goods/lots/\(lot)")
        #expect(left.json.contains("\"\(30 - 3 * Self.perHead)\""), "\(left.json)")
    }
}
