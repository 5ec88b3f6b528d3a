internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Taking part at the same moment, through the wire") struct ParticipationRaceTests {
    typealias Estate = ParticipationEstate

    /// Asks all at once, each on a connection of its own.
    private func together(
        _ requests: [@Sendable () throws -> TestClient.Answer]
    ) async throws -> [TestClient.Answer] {
        try await withThrowingTaskGroup(of: TestClient.Answer.self) { group in
            for request in requests { group.addTask { try request() } }
            var answers: [TestClient.Answer] = []
            for try await answer in group { answers.append(answer) }
            return answers
        }
    }

    /// Makes the member a co-organiser of the activity.
    private func addOrganiser(_ estate: Estate) throws {
        try estate.json(
            .neighbour, "POST", estate.activity + "/organisers",
            #"{"person":"\#(Estate.member)"}"#)
    }

    @Test("one person on four devices has one place")
    func devices() async throws {
        try await Estate.with(adults: 5) { estate async throws in
            let target = estate.meeting + "/reservations"
            let answers = try await together(
                (0..<4).map { _ in { try estate.ask(.leader, "POST", target, "{}") } })
            #expect(answers.map(\.status).sorted() == [201, 409, 409, 409])
            #expect(try estate.estate.count("SELECT count(*) FROM linli.reservation") == 1)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("one key on four connections is one act with one answer")
    func oneKey() async throws {
        try await Estate.with { estate async throws in
            let target = estate.meeting + "/reservations"
            let answers = try await together(
                (0..<4).map { _ in
                    { try estate.estate.ask(.leader, "POST", target, key: "same", body: "{}") }
                })
            #expect(Set(answers.map(\.text)).count == 1)
            #expect(answers.map(\.status) == [201, 201, 201, 201])
        }
    }

    @Test("a code that two organisers enter at once works for one of them")
    func oneCode() async throws {
        try await Estate.with { estate async throws in
            try addOrganiser(estate)
            let made = try estate.join(.leader)
            try estate.api.clock.set(Estate.begins)
            let code = try estate.json(
                .leader, "POST", estate.path(made) + "/codes", is: 201, "{}")
            let body = #"{"code":"\#(code["code"]?.text ?? "")"}"#
            let target = estate.meeting + "/attendance"
            let answers = try await together(
                [Estate.Reader.neighbour, .member, .neighbour, .member].map { reader in
                    { try estate.ask(reader, "POST", target, body) }
                })
            #expect(answers.map(\.status).sorted() == [200, 409, 409, 409])
            #expect(try estate.events("attendance.checkedIn") == 1)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("whoever is called present while another claims a no-show is one of the two")
    func claimAndRollCall() async throws {
        try await Estate.with { estate async throws in
            try addOrganiser(estate)
            let made = try estate.join(.leader)
            try estate.api.clock.set(Estate.ends)
            let body =
                #"{"reservation":"\#(made["id"]?.text ?? "")","person":"\#(Estate.leader)"}"#
            let answers = try await together([
                { try estate.ask(.neighbour, "POST", estate.meeting + "/no-shows", body) },
                { try estate.ask(.member, "POST", estate.meeting + "/attendance", body) },
            ])
            let statuses = answers.map(\.status).sorted()
            #expect(statuses == [200, 409] || statuses == [201, 409], "\(statuses)")
            let both = try estate.estate.count(
                """
                SELECT (SELECT count(*) FROM linli.no_show)
                    + (SELECT count(*) FROM linli.reservation_member
                        WHERE checked_in_at IS NOT NULL)
                """)
            #expect(both == 1)
        }
    }

    @Test("a code is shown once: its repeat under the same key tells to ask for a new one")
    func shownOnce() async throws {
        try await Estate.with { estate async throws in
            let made = try estate.join(.leader)
            try estate.api.clock.set(Estate.begins)
            let target = estate.path(made) + "/codes"
            func ask() throws -> TestClient.Answer {
                try estate.estate.ask(.leader, "POST", target, key: "k", body: "{}")
            }
            #expect(try ask().status == 201)
            let repeated = try ask()
            #expect(repeated.status == 409)
            #expect(try JSON(parsing: repeated.body)["code"]?.text == "secret-shown-once")
            #expect(
                try estate.estate.count("SELECT count(*) FROM linli.attendance_code") == 1)
        }
    }

    @Test("what happens to a place goes out live, to those whom it concerns alone")
    func live() async throws {
        try await Estate.with(live: true) { estate async throws in
            try estate.join(.leader, Estate.leader, Estate.member)
            let all = try #require(try estate.estate.count("SELECT count(*) FROM linli.event"))
            try await estate.estate.numbered(all)
            for (reader, count) in [
                (Estate.Reader.leader, 1), (.member, 1), (.neighbour, 1), (.officer, 0),
            ] {
                let page = try estate.ask(reader, "GET", EventServing.path).text
                #expect(
                    page.ranges(of: "reservation.confirmed").count == count, "\(reader)")
            }
        }
    }
}
