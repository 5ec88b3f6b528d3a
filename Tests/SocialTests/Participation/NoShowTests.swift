internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("No-shows, through the wire") struct NoShowTests {
    typealias Estate = ParticipationEstate

    private static let list = Estate.base + "/no-shows"

    private func claim(_ made: JSON, _ person: UUID) -> String {
        #"{"reservation":"\#(made["id"]?.text ?? "")","person":"\#(person)"}"#
    }

    /// Claims that the leader did not come, and returns the path of the claim.
    private func claimed(_ estate: Estate) throws -> String {
        let made = try estate.join(.leader)
        try estate.api.clock.set(Estate.ends)
        let noShow = try estate.json(
            .neighbour, "POST", estate.meeting + "/no-shows", is: 201,
            claim(made, Estate.leader))
        return Self.list + "/\(noShow["id"]?.text ?? "")"
    }

    private func listed(
        _ estate: Estate, _ reader: Estate.Reader, _ view: String
    ) throws -> Int? {
        try estate.json(reader, "GET", Self.list + "?view=\(view)")["no_shows"]?.elements?.count
    }

    @Test("a steward claims it after the end, once, of who had a place and did not come")
    func claims() async throws {
        try await Estate.with { estate async throws in
            let made = try estate.join(.leader, Estate.leader, Estate.child)
            let other = try estate.join(.member)
            let target = estate.meeting + "/no-shows"
            let body = claim(made, Estate.leader)
            #expect(try estate.refusal(.neighbour, target, body) == "not-over")
            try estate.api.clock.set(Estate.begins)
            let here = estate.meeting + "/attendance"
            #expect(try estate.refusal(.neighbour, here, claim(other, Estate.member)) == "200")
            try estate.api.clock.set(Estate.ends)
            #expect(try estate.refusal(.leader, target, body) == "organisers-only")
            #expect(try estate.refusal(.stranger, target, body) == "not-found")
            #expect(
                try estate.refusal(.neighbour, target, claim(other, Estate.member)) == "was-there")
            #expect(
                try estate.refusal(.neighbour, target, claim(other, Estate.leader))
                    == "reservation-gone")
            #expect(try estate.refusal(.neighbour, target, body) == "201")
            #expect(try estate.refusal(.neighbour, target, body) == "no-show-claimed")
            // Claimed, roll-call does not take it back: the person has its say.
            #expect(try estate.refusal(.neighbour, here, body) == "no-show-claimed")
            #expect(try estate.told(Estate.leader) == ["noShow.claimed"])
            let last = Estate.ends + .seconds(14 * 86_400)
            try estate.api.clock.set(last)
            #expect(
                try estate.refusal(.neighbour, target, claim(made, Estate.child))
                    == "too-long-ago")
            try estate.api.clock.set(last - .microseconds(1))
            #expect(try estate.refusal(.neighbour, target, claim(made, Estate.child)) == "201")
            // The child's is told to who brought it, and seen by it.
            #expect(try estate.told(Estate.leader).count == 2)
            #expect(try listed(estate, .leader, "own") == 2)
            #expect(try listed(estate, .neighbour, "organised") == 2)
            #expect(try listed(estate, .neighbour, "own") == 0)
            #expect(try listed(estate, .member, "own") == 0)
            #expect(try listed(estate, .officer, "appeals") == 0)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("what the person agrees to is settled; nobody else answers for it, nor twice")
    func agreed() async throws {
        try await Estate.with { estate async throws in
            let path = try claimed(estate)
            let body = #"{"answer":"agreed"}"#
            #expect(try estate.refusal(.neighbour, path + "/answer", body) == "holder-only")
            for reader in [Estate.Reader.member, .officer] {
                #expect(try estate.refusal(reader, path + "/answer", body) == "not-found")
            }
            let answered = try estate.json(.leader, "POST", path + "/answer", body)
            #expect(answered["answer"]?.text == "agreed")
            #expect(answered["appealed_at"] == nil)
            let disputed = #"{"answer":"disputed"}"#
            #expect(try estate.refusal(.leader, path + "/answer", disputed) == "already-answered")
            #expect(try estate.told(Estate.neighbour) == ["noShow.answered"])
            let decision = path + "/decision"
            #expect(
                try estate.refusal(.officer, decision, #"{"decision":"upheld"}"#) == "not-found")
        }
    }

    @Test("what is disputed goes to the committee, which decides once, and never on its own case")
    func appealed() async throws {
        try await Estate.with { estate async throws in
            // The officer has entered the estate before: it is told, too.
            _ = try estate.ask(.officer, "GET", Self.list)
            let path = try claimed(estate)
            let answered = try estate.json(
                .leader, "POST", path + "/answer", #"{"answer":"disputed","note":"我去了。"}"#)
            #expect(answered["appealed_at"]?.text == Estate.ends.description)
            #expect(try listed(estate, .officer, "appeals") == 1)
            #expect(try listed(estate, .leader, "appeals") == 0)
            let notices = try estate.json(.officer, "GET", Estate.base + "/notices")
            #expect(
                notices["notices"]?.elements?.map { $0["kind"]?.text } == ["noShow.appealed"])
            let body = #"{"decision":"dismissed","note":"有人作证。"}"#
            #expect(try estate.refusal(.leader, path + "/decision", body) == "committee-only")
            #expect(try estate.refusal(.neighbour, path + "/decision", body) == "committee-only")
            // A member of the committee who claimed it does not judge it.
            try estate.change(
                """
                INSERT INTO linli.role_term (estate_id, id, person_id, role, begins, ends, because)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x82))', '\(Estate.neighbour)',
                    'residents_committee', '2026-01-01Z', '2027-01-01Z', 'elected')
                """)
            #expect(try estate.refusal(.neighbour, path + "/decision", body) == "own-case")
            let decided = try estate.json(.officer, "POST", path + "/decision", body)
            #expect(decided["decision"]?.text == "dismissed")
            #expect(decided["decision_note"]?.text == "有人作证。")
            #expect(try estate.refusal(.officer, path + "/decision", body) == "already-decided")
            #expect(try estate.told(Estate.leader) == ["noShow.claimed", "noShow.decided"])
            #expect(try listed(estate, .officer, "appeals") == 0)
            let words = try estate.estate.count(
                "SELECT count(*) FROM linli.event WHERE payload::text LIKE '%作证%'")
            #expect(words == 0)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("after 180 days it is in no list, and nothing can be said to it")
    func agesOut() async throws {
        try await Estate.with { estate async throws in
            let path = try claimed(estate)
            let ages: SQL = "SELECT ages_out_at FROM linli.no_show"
            let end = Estate.ends + .seconds(180 * 86_400)
            let superuser = try estate.api.database.superuser()
            #expect(try superuser.run(OneCell<Instant>(sql: ages)) == [end])
            // A session does not last so long: the end comes to it.
            let sooner = Estate.ends + .seconds(3600)
            try estate.change("UPDATE linli.no_show SET ages_out_at = '\(sooner)'")
            try estate.api.clock.set(sooner - .microseconds(1))
            #expect(try listed(estate, .leader, "own") == 1)
            try estate.api.clock.set(sooner)
            #expect(try listed(estate, .leader, "own") == 0)
            #expect(
                try estate.refusal(.leader, path + "/answer", #"{"answer":"agreed"}"#)
                    == "too-long-ago")
        }
    }

    @Test(
        "of one on the care list it is a reason to call her: no mark, and the steward sees no difference"
    )
    func careList() async throws {
        try await Estate.with { estate async throws in
            let made = try estate.join(.leader)
            try estate.api.database.superuser().run(
                """
                INSERT INTO linli.care_entry (estate_id, id, person_id, class, steward_id, basis,
                    entered_by, entered_at, due_on) VALUES
                    ('\(APIFixture.a)', gen_random_uuid(), '\(Estate.leader)', 'weekly',
                        '\(Estate.member)', 'office', '\(Estate.member)', '2026-01-01Z',
                        '2026-03-08')
                """)
            try estate.api.clock.set(Estate.ends)
            let target = estate.meeting + "/no-shows"
            let said = try estate.json(
                .neighbour, "POST", target, is: 201, claim(made, Estate.leader))
            #expect(said["person"]?.text == "\(Estate.leader)")
            #expect(said["ages_out_at"] != nil)
            #expect(
                try estate.refusal(.neighbour, target, claim(made, Estate.leader))
                    == "no-show-claimed")
            #expect(
                try estate.refusal(
                    .neighbour, estate.meeting + "/attendance", claim(made, Estate.leader))
                    == "no-show-claimed")
            #expect(try listed(estate, .neighbour, "organised") == 1)
            #expect(try listed(estate, .leader, "own") == 0)
            #expect(try estate.told(Estate.leader) == [])
            let counts: [SQL] = [
                "SELECT count(*) FROM linli.no_show",
                "SELECT count(*) FROM linli.task WHERE kind = 'care-call'",
            ]
            #expect(try counts.map { try estate.estate.count($0) } == [0, 1])
        }
    }
}
