import Foundation
import Support
import Testing

/// People of the seed who plan, join, wait and come, at a server whose clock the story moves.
struct Gathering {
    /// Who acts; the raw value is the number in the seed.
    enum Person: String {
        /// Of stair 3; plans.
        case organiser = "R00565"
        /// Of stair 3, in another household.
        case neighbour = "R00586"
        /// Each alone of its household: of stair 8, and of stair 3.
        case volunteer = "R02109"
        case elder = "R00599"
        /// The head of a family of four (two adults, a grandmother, a child), and its spouse.
        case family = "R00061"
        case spouse = "R00062"
        /// The head of another family of four (two adults, two children).
        case guests = "R00074"
        /// Each the head of a home, with one child that lives in both.
        case parent = "R00479"
        case other = "R01739"
        /// Offices: the estate's one social worker, and two of its residents' committee.
        case worker = "R02680"
        case committee = "R02678"
        case chair = "R02679"
    }

    /// A Monday, 8:00 in Shanghai.
    static let start = "2026-03-02T08:00:00+08:00"

    let house: Installation
    let estate: String
    private let tokens: [Person: String]
    private let ids: [Person: String]

    /// Runs a story with these people signed in.
    static func with(
        _ people: [Person], _ body: (Gathering) async throws -> Void
    ) async throws {
        try await TestDatabase.with { clone in
            let house = try Installation(on: clone, clock: start)
            defer { house.remove() }
            try await house.start()
            try await body(try Gathering(house, people))
            #expect(try await house.terminate() == 0)
        }
    }

    private init(_ house: Installation, _ people: [Person]) throws {
        self.house = house
        var (tokens, ids, estate): ([Person: String], [Person: String], String) = ([:], [:], "")
        for person in people {
            let token = try Self.session(house, person)
            let me = try house.request("GET", "/api/v1/me", token: token).content
            let own = try #require(me["estates"].elements.first { $0["code"].text == "YYGC" })
            tokens[person] = token
            ids[person] = own["person"].text
            estate = own.id
        }
        self.tokens = tokens
        self.ids = ids
        self.estate = estate
    }

    /// A session of another device.
    static func session(_ house: Installation, _ person: Person) throws -> String {
        let lines = try house.run("session", person.rawValue).split(separator: "\n")
        return String(try #require(lines.last))
    }

    /// The path of something of the estate.
    func path(_ rest: String) -> String { "/api/v1/estates/\(estate)/\(rest)" }

    /// The id of somebody signed in.
    func id(_ person: Person) throws -> String { try #require(ids[person]) }

    /// The token of somebody signed in.
    func token(_ person: Person) throws -> String { try #require(tokens[person]) }

    func stream(_ person: Person) throws -> LiveStream {
        try LiveStream(house, estate: estate, token: tokens[person])
    }

    /// Moves the server's clock to an instant of the estate's zone, as `03-04T10:00`.
    func clock(_ local: String) throws {
        let answer = try house.request(
            "POST", "/dev/clock?set=2026-\(local):00%2B08:00")
        #expect(answer.status == 200, "\(answer.text)")
    }

    // MARK: Asking

    func ask(
        _ person: Person, _ method: String, _ rest: String, _ body: [String: Any]? = nil,
        fields: [(String, String)] = []
    ) throws -> TestClient.Answer {
        try house.request(method, path(rest), token: tokens[person], body, fields: fields)
    }

    /// The content of an answer that must have this status.
    @discardableResult
    func get(
        _ person: Person, _ method: String, _ rest: String, _ body: [String: Any]? = nil,
        is status: Int = 200, fields: [(String, String)] = []
    ) throws -> Content {
        let answer = try ask(person, method, rest, body, fields: fields)
        try #require(answer.status == status, "\(method) \(rest): \(answer.text)")
        return try answer.content
    }

    /// What somebody reads.
    func get(_ person: Person, _ rest: String) throws -> Content { try get(person, "GET", rest) }

    /// The code of the refusal of a POST.
    func refusal(
        _ person: Person, _ rest: String, _ body: [String: Any]? = [:], is status: Int = 409
    ) throws -> String { try refusal(person, "POST", rest, body, is: status) }

    /// The code of a refusal; its words are in both languages, and say what to do.
    func refusal(
        _ person: Person, _ method: String, _ rest: String, _ body: [String: Any]?,
        is status: Int = 409, fields: [(String, String)] = []
    ) throws -> String {
        var codes: Set<String> = []
        for language in ["zh", "en"] {
            let answer = try ask(
                person, method, rest, body, fields: fields + [("Accept-Language", language)])
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer["content-type"] == "application/problem+json")
            #expect(answer["content-language"] == language)
            let problem = try answer.content
            for word in [problem["title"].text, problem["detail"].text] {
                let isChinese = word?.contains { "\u{4E00}" <= $0 && $0 <= "\u{9FFF}" }
                #expect(isChinese == (language == "zh"), "\(answer.text)")
            }
            codes.insert(problem["code"].text ?? "")
        }
        #expect(codes.count == 1)
        return codes.first ?? ""
    }

    // MARK: Activities

    /// What an activity is drafted with, at 10:00 to 11:30 on the coming Wednesday.
    func draft(_ members: [String: Any] = [:], adults: Int = 2) -> [String: Any] {
        [
            "audience": [["kind": "estate"]], "kind": "culture", "title_zh": "包粽子",
            "body_zh": "一起来。", "place_text": "小花园", "starts": "2026-03-04T10:00",
            "ends": "2026-03-04T11:30", "seats": [["kind": "adult", "total": adults]],
        ].merging(members) { $1 }
    }

    /// Drafts and publishes an activity; its id, and the ids of its meetings.
    func publish(
        _ person: Person, _ draft: [String: Any]
    ) throws -> (activity: String, meetings: [String]) {
        let drafted = try get(person, "POST", "activities", draft, is: 201)
        let activity = drafted["activity"].id
        try get(person, "POST", "activities/\(activity)/publication")
        return (activity, try meetings(person, activity))
    }

    /// The ids of an activity's meetings to come.
    func meetings(_ person: Person, _ activity: String) throws -> [String] {
        try get(person, "activities/\(activity)")["occurrences"].elements.map(\.id)
    }

    /// The tag that an edit of something has to name.
    func tag(_ person: Person, _ rest: String) throws -> (String, String) {
        ("If-Match", try #require(try ask(person, "GET", rest)["etag"]))
    }

    // MARK: Taking part

    /// Joins a meeting, with these of its household or alone; the reservation.
    func join(_ person: Person, _ meeting: String, with group: [String] = []) throws -> Content {
        let members = group.map { ["person": $0] }
        return try get(
            person, "POST", "occurrences/\(meeting)/reservations",
            group.isEmpty ? [:] : ["members": members], is: 201)
    }

    func leave(_ person: Person, _ reservation: Content) throws {
        try get(person, "POST", "reservations/\(reservation.id)/cancellation", [:])
    }

    /// A reservation as its person finds it now.
    func now(_ person: Person, _ reservation: Content) throws -> Content {
        try get(person, "reservations/\(reservation.id)")
    }

    /// All of a person's household, of whose children it says that it is a guardian.
    func household(_ person: Person) throws -> [String] {
        let members = try get(person, "household")["members"].elements
        for member in members where member["is_child"].bool == true {
            let said = try ask(
                person, "POST", "guardianships", ["child": member["person"].text ?? ""])
            #expect([201, 409].contains(said.status), "\(said.text)")
        }
        return members.compactMap { $0["person"].text }
    }

    /// The kinds of what a person was told, the latest first.
    func told(_ person: Person) throws -> [String] {
        try get(person, "notices")["notices"].elements.compactMap { $0["kind"].text }
    }

    /// How many seats of the first kind a meeting has free.
    func free(_ person: Person, _ meeting: String) throws -> Int? {
        try get(person, "occurrences/\(meeting)")["seats"].elements.first?["free"].integer
    }
}
