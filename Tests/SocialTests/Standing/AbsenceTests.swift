internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Absences, through the wire") struct AbsenceTests {
    typealias Estate = JoiningEstate

    private static func absences(_ person: UUID) -> String {
        Estate.base + "/people/\(person)/absences"
    }

    /// Notes an absence; its path.
    private func set(
        _ estate: Estate, _ reader: Estate.Reader, _ person: UUID, _ more: String = ""
    ) throws -> String {
        let body = #"{"kind":"away"\#(more)}"#
        let made = try estate.content(
            try estate.ask(reader, "POST", Self.absences(person), body), 201)
        return Self.absences(person) + "/\(made["id"]?.text ?? "")"
    }

    /// Whether a person is available, as other features ask.
    private func isAvailable(_ estate: Estate, _ person: UUID, at instant: Instant) throws -> Bool {
        try estate.count(
            """
            SELECT CASE WHEN linli.person_available(s.estate, \(person)) THEN 1 ELSE 0 END
            FROM (SELECT set_config('linli.principal', 'job', true),
                    set_config('linli.job', 'matching', true),
                    set_config('linli.instant', \(instant.microseconds)::text, true),
                    set_config('linli.estate', \(APIFixture.a)::text, true)::uuid AS estate
                OFFSET 0) AS s
            """) == 1
    }

    @Test("an absence begins and ends by its dates, to the microsecond, and nothing else shows it")
    func dates() async throws {
        try await Estate.with { estate async throws in
            let end = APIFixture.start + .seconds(7200)
            let begins = APIFixture.start + .seconds(3600)
            let path = try set(
                estate, .leader, Estate.leader,
                #","begins":"2026-03-01T01:00:00Z","ends":"2026-03-01T02:00:00Z""#)
            for (instant, isHere) in [
                (begins - .microseconds(1), true), (begins, false), (end - .microseconds(1), false),
                (end, true),
            ] { #expect(try isAvailable(estate, Estate.leader, at: instant) == isHere) }
            #expect(
                try estate.texts(
                    """
                    SELECT array_to_string(audience, ' ') || ' ' || payload
                    FROM linli.event WHERE kind = 'absence.set'
                    """
                ).first?.contains("away") == false, "the log says neither where nor how long")
            #expect(
                try estate.texts(
                    """
                    SELECT array_to_string(audience, ' ') FROM linli.event
                    WHERE kind = 'absence.set'
                    """) == ["person:\(Estate.leader) household:\(Estate.ownHousehold)"])
            for reader in [Estate.Reader.leader, .wife, .officer] {
                #expect(
                    try estate.ask(reader, "GET", Self.absences(Estate.leader)).text.contains(
                        "away"))
            }
            for reader in [Estate.Reader.husband, .stranger] {
                let answer = try estate.ask(reader, "GET", Self.absences(Estate.leader))
                #expect(try estate.refusal(answer) == "404 not-found")
                let ended = try estate.ask(reader, "POST", path + "/end", "{}")
                #expect(try estate.refusal(ended) == "404 not-found")
            }
            // What neighbours read is the same as ever.
            let offices = try estate.ask(.husband, "GET", Estate.base + "/roles").text
            try estate.api.clock.set(begins)
            #expect(try estate.ask(.husband, "GET", Estate.base + "/roles").text == offices)
            #expect(try estate.ask(.wife, "POST", path + "/end", "{}").status == 204)
            #expect(try isAvailable(estate, Estate.leader, at: begins))
            let again = try estate.ask(.leader, "POST", path + "/end", "{}")
            #expect(try estate.refusal(again) == "409 absence-over")
            #expect(try estate.told(.leader, "absence.ended") == ["您的「外出」登记已改或结束。"])
        }
    }

    @Test("a household notes it for its own, a duty role with what it rests on, and nobody else")
    func who() async throws {
        try await Estate.with { estate async throws in
            _ = try set(estate, .wife, Estate.leader, #","ends":"2026-03-05T00:00:00Z""#)
            #expect(try estate.told(.leader, "absence.set").count == 1)
            let twice = try estate.ask(
                .leader, "POST", Self.absences(Estate.leader), #"{"kind":"in_hospital"}"#)
            #expect(try estate.refusal(twice) == "409 absence-there")
            let bare = #"{"kind":"in_hospital"}"#
            let path = Self.absences(Estate.husband)
            #expect(try estate.ask(.officer, "POST", path, bare).status == 400)
            #expect(try estate.ask(.leader, "POST", path, bare).status == 404)
            _ = try set(estate, .officer, Estate.husband, #","because":"家属来电""#)
            for wrong in [
                #"{"kind":"away","begins":"2026-02-01T00:00:00Z"}"#,
                #"{"kind":"away","ends":"2026-02-01T00:00:00Z"}"#,
            ] {
                #expect(
                    try estate.ask(.wife, "POST", Self.absences(Estate.wife), wrong).status == 400)
            }
            #expect(estate.api.logged.lines == [])
        }
    }

    @Test(
        "who waits and is away is passed over and keeps its place; it is offered one on its return")
    func waiting() async throws {
        typealias Meeting = ParticipationEstate
        try await Meeting.with(adults: 1) { estate async throws in
            let first = try estate.join(.leader)
            let away = try estate.join(.member)
            let last = try estate.join(.neighbour)
            let path = Self.absences(Meeting.member)
            let made = try estate.json(.member, "POST", path, is: 201, #"{"kind":"away"}"#)
            try estate.json(.leader, "POST", estate.path(first) + "/cancellation", "{}")
            #expect(
                try estate.json(.member, "GET", estate.path(away))["state"]?.text == "waiting")
            #expect(
                try estate.json(.neighbour, "GET", estate.path(last))["state"]?.text == "offered")
            let id = made["id"]?.text ?? ""
            try estate.json(.member, "POST", path + "/\(id)/end", is: 204, "{}")
            try estate.json(.neighbour, "POST", estate.path(last) + "/refusal", "{}")
            #expect(
                try estate.json(.member, "GET", estate.path(away))["state"]?.text == "offered")
            #expect(estate.api.logged.lines.isEmpty)
        }
    }
}
