import Foundation
import Support
import Testing

/// People of the seed, signed in at a running installation, and what they do with announcements.
struct Neighbourhood {
    /// Who asks.
    enum Reader: CaseIterable {
        /// Of stair 3, the same household, and another household of that stair.
        case resident, spouse, neighbour
        /// Of stair 1.
        case elsewhere
        /// Serves both estates.
        case committee
        /// Lives in the other estate.
        case stranger
        /// Has no session.
        case visitor

        fileprivate var phone: String? {
            switch self {
            case .resident: "15400000426"
            case .spouse: "15400000427"
            case .neighbour: "15400000442"
            case .elsewhere: "15400000001"
            case .committee: "15400002045"
            case .stranger: "15490000001"
            case .visitor: nil
            }
        }
    }

    let house: Installation
    /// The estate that the readers are told of, and the other one.
    let estate: String
    let otherEstate: String
    private let tokens: [Reader: String]

    /// Signs everybody in, by phone and code.
    init(_ house: Installation) async throws {
        self.house = house
        var tokens: [Reader: String] = [:]
        for reader in Reader.allCases {
            guard let phone = reader.phone else { continue }
            tokens[reader] =
                reader == .committee
                ? try await house.signInOperator(phone) : try await house.signIn(phone)
        }
        self.tokens = tokens
        let names = try house.request("GET", "/api/v1/estates").object["estates"]
        let estates = try #require(names as? [[String: Any]])
        func id(_ code: String) throws -> String {
            try #require(estates.first { $0["code"] as? String == code }?["id"] as? String)
        }
        estate = try id("YYGC")
        otherEstate = try id("QLY")
    }

    /// The path of the estate's announcements.
    var announcements: String { "/api/v1/estates/\(estate)/announcements" }

    /// One answer to a reader.
    func ask(
        _ reader: Reader, _ method: String, _ path: String, _ body: [String: Any]? = nil,
        fields: [(String, String)] = []
    ) throws -> TestClient.Answer {
        try house.request(method, path, token: tokens[reader], body, fields: fields)
    }

    /// A reader's stream of the estate.
    func stream(_ reader: Reader, after id: String? = nil) throws -> LiveStream {
        try LiveStream(house, estate: estate, token: tokens[reader], after: id)
    }

    /// The id of a stair, as the committee finds it by its number.
    func stair(_ code: String) throws -> String {
        let answer = try ask(.committee, "GET", "/api/v1/estates/\(estate)/places?kind=stair")
        let places = try #require(try answer.object["places"] as? [[String: Any]])
        return try #require(places.first { $0["code"] as? String == code }?["id"] as? String)
    }

    /// What the committee publishes: the answer to its draft.
    func publish(
        _ title: String, to audience: [String: Any], fields: [(String, String)] = []
    ) throws -> TestClient.Answer {
        try ask(
            .committee, "POST", announcements, draft(title, to: audience), fields: fields)
    }

    /// A draft of a month.
    func draft(_ title: String, to audience: [String: Any]) -> [String: Any] {
        wording(title).merging(["audience": [audience]]) { $1 }
    }

    /// What an announcement says.
    func wording(_ title: String) -> [String: Any] {
        let end = Date(timeIntervalSinceNow: 30 * 86_400)
        return [
            "title_zh": title, "body_zh": title + "，请相互转告。", "title_en": "In English: \(title)",
            "body_en": "Please tell your neighbours.", "ends": end.ISO8601Format(),
        ]
    }

    /// Whether a reader's list, page of events and inbox hold an announcement, and the status of its
    /// path: what the reader sees of it anywhere but live.
    func sees(_ reader: Reader, _ id: String) throws -> Sight {
        let events = try ask(reader, "GET", "/api/v1/estates/\(estate)/events?limit=100")
        let inbox = try ask(reader, "GET", "/api/v1/estates/\(estate)/inbox")
        return Sight(
            list: try ask(reader, "GET", announcements).text.contains(id),
            status: try ask(reader, "GET", "\(announcements)/\(id)").status,
            events: events.status == 200 && events.text.contains(id),
            inbox: inbox.status == 200 && inbox.text.contains(id))
    }

    struct Sight: Hashable {
        var list: Bool
        var status: Int
        var events: Bool
        var inbox: Bool

        static let all = Sight(list: true, status: 200, events: true, inbox: true)
        static let nothing = Sight(list: false, status: 404, events: false, inbox: false)
    }
}
