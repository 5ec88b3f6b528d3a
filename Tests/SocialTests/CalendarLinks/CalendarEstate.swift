internal import Platform
internal import Support
import Testing

@testable internal import Social

/// The estate of the activities, with calendar links and those who take part.
struct CalendarEstate: Sendable {
    typealias Reader = ActivityEstate.Reader
    typealias Event = ICalendarReader.Component

    static let links = ActivityEstate.base + "/calendar-links"

    let activities: ActivityEstate
    var clock: Platform.Clock { activities.api.clock }

    /// Serves them over a clone.
    static func with(
        prepare more: String = "", _ body: @Sendable (CalendarEstate) async throws -> Void
    ) async throws {
        let signals = EventSignals()
        let operations =
            CalendarLinkOperations.all(signals: signals)
            + ParticipationOperations.all(signals: signals, keyring: .random())
        try await ActivityEstate.with(operations: operations, prepare: more) { estate in
            try await body(CalendarEstate(activities: estate))
        }
    }

    /// A link as it is made: its id, and the path of its address.
    struct Link {
        var id: String
        var path: String
        var secret: String { String(path.dropFirst("/calendars/".count).dropLast(4)) }
    }

    /// What a reader sends to make a link.
    static func wanted(_ kind: String, _ place: UUID? = nil) -> String {
        let place = place.map { #","place":"\#($0)""# } ?? ""
        return #"{"kind":"\#(kind)"\#(place)}"#
    }

    /// Makes a link.
    func link(_ reader: Reader, _ kind: String, _ place: UUID? = nil) throws -> Link {
        let made = try activities.json(
            reader, "POST", Self.links, is: 201, Self.wanted(kind, place))
        let url = made["url"]?.text ?? ""
        let begin = "http://localhost"
        try #require(url.hasPrefix(begin + "/calendars/") && url.hasSuffix(".ics"))
        return Link(id: made["id"]?.text ?? "", path: String(url.dropFirst(begin.count)))
    }

    /// What comes at an address, without any session.
    func fetch(_ path: String, fields: [(String, String)] = []) throws -> TestClient.Answer {
        try activities.ask(.visitor, "GET", path, fields: fields)
    }

    /// The calendar at an address, found without a fault by libical.
    func calendar(_ path: String) throws -> ICalendarReader.Component {
        let answer = try fetch(path)
        try #require(answer.status == 200, "\(answer.text)")
        #expect(answer["content-type"] == "text/calendar; charset=utf-8")
        #expect(ICalendarReader.faults(in: answer.body) == [])
        return try #require(ICalendarReader.tree(of: answer.body))
    }

    /// Its events.
    func events(_ path: String) throws -> [Event] { try calendar(path).components("VEVENT") }

    /// The summaries of its events.
    func summaries(_ path: String) throws -> [String] {
        try events(path).map { $0.value("SUMMARY") ?? "" }
    }

    /// Its one event.
    func event(_ path: String) throws -> Event {
        let events = try events(path)
        try #require(events.count == 1)
        return try #require(events.first)
    }

    /// Runs what a superuser may.
    func change(_ sql: String) throws { try activities.api.database.superuser().run(sql) }
}

extension ICalendarReader.Component {
    /// How often it was changed.
    var sequence: Int { value("SEQUENCE").flatMap { Int($0) } ?? -1 }
}
