internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Who reads a record leaves a line, through the wire") struct RecordReadTests {
    typealias Estate = JoiningEstate

    private static let reads = Estate.base + "/me/record-reads"
    private static let residences = Estate.base + "/residences"

    /// The lines that one reader sees, such as "孙干事 residents_committee person admission".
    private func lines(
        _ estate: Estate, _ reader: Estate.Reader, _ query: String = ""
    ) throws -> [String] {
        let json = try estate.content(try estate.ask(reader, "GET", Self.reads + query))
        return (json["reads"]?.elements ?? []).map { line in
            ["reader_name", "role", "kind", "purpose"].map { line[$0]?.text ?? "?" }
                .joined(separator: " ")
        }
    }

    private func record(_ person: UUID, _ purpose: String) -> String {
        Estate.base + "/people/\(person)/record?purpose=\(purpose)"
    }

    @Test("a list that an office reads leaves one line a person and day, which each person sees")
    func lists() async throws {
        try await Estate.with { estate async throws in
            let committee = "孙干事 residents_committee person admission"
            let leader = "张三 stair_leader person admission"
            #expect(try lines(estate, .wife) == [])
            for _ in 0..<2 { _ = try estate.content(estate.ask(.officer, "GET", Self.residences)) }
            #expect(try lines(estate, .wife) == [committee])
            #expect(try lines(estate, .husband) == [committee])
            try estate.api.clock.advance(by: .seconds(60))
            _ = try estate.content(estate.ask(.leader, "GET", Self.residences))
            #expect(try lines(estate, .wife) == [leader, committee])
            #expect(try lines(estate, .husband) == [committee], "not of the leader's stair")
            #expect(try lines(estate, .leader) == [committee], "oneself leaves no line")
            #expect(try estate.ask(.stranger, "GET", Self.reads).status == 404)
            #expect(try estate.ask(.nobody, "GET", Self.reads).status == 401)
            let midnight = try #require(Instant("2026-03-01T16:00:00Z"))
            for (at, count) in [(midnight - .microseconds(1), 2), (midnight, 3)] {
                try estate.api.clock.set(at)
                _ = try estate.content(estate.ask(.officer, "GET", Self.residences))
                #expect(try lines(estate, .wife).count == count)
            }
            let page = try estate.ask(.wife, "GET", Self.reads + "?limit=2")
            let next = try #require(page["link"]?.split(separator: ">").first?.dropFirst())
            let rest = try estate.content(try estate.ask(.wife, "GET", String(next)))
            #expect(rest["reads"]?.elements?.count == 1)
        }
    }

    @Test("what a page does not show, nor a refusal, leaves no line; names and proofs do")
    func other() async throws {
        try await Estate.with { estate async throws in
            let page = try estate.content(
                try estate.ask(.officer, "GET", Self.residences + "?limit=1"))
            #expect(page["residences"]?.elements?.count == 1)
            let read = try estate.texts(
                "SELECT DISTINCT about_id::text FROM linli.record_read ORDER BY 1")
            #expect(read == ["\(Estate.leader)", "\(Estate.wife)"].sorted())
            #expect(try estate.ask(.husband, "GET", Self.residences).status == 403)
            _ = try estate.content(estate.ask(.officer, "GET", Estate.base + "/people"))
            _ = try estate.content(
                try estate.ask(.officer, "GET", Estate.base + "/people/\(Estate.husband)/proofs"))
            #expect(
                try lines(estate, .husband)
                    == ["孙干事 residents_committee proof verification"])
            #expect(
                try estate.texts(
                    """
                    SELECT kind || ' ' || purpose FROM linli.record_read
                    WHERE about_id = \(Estate.firstFlatmate)
                    """) == ["person admission"])
        }
    }

    @Test("a record is read for a purpose of the reader's, where it reads, and by nobody else")
    func records() async throws {
        try await Estate.with { estate async throws in
            let wife = try estate.content(
                try estate.ask(.officer, "GET", record(Estate.wife, "care")))
            #expect(wife["display_name"]?.text == "王小芳")
            #expect(wife["level"]?.text == "household")
            #expect(wife["homes"]?.elements?.first?["place_zh"]?.text == "1幢 3号 101室")
            #expect(
                try estate.ask(.leader, "GET", record(Estate.wife, "admission")).status == 200)
            #expect(
                try lines(estate, .wife).sorted()
                    == [
                        "孙干事 residents_committee person care",
                        "张三 stair_leader person admission",
                    ].sorted())
            for (reader, person, purpose) in [
                (Estate.Reader.leader, Estate.husband, "admission"),
                (.leader, Estate.wife, "care"), (.officer, Estate.wife, "support"),
                (.officer, APIFixture.id(0x99), "care"), (.wife, Estate.husband, "admission"),
                (.husband, Estate.husband, "care"), (.stranger, Estate.wife, "care"),
            ] {
                let answer = try estate.ask(reader, "GET", record(person, purpose))
                #expect(answer.status == 404, "\(reader) \(purpose)")
            }
            #expect(try estate.count("SELECT count(*) FROM linli.record_read") == 2)
            #expect(try estate.ask(.officer, "GET", record(Estate.wife, "desk")).status == 400)
        }
    }

    @Test("whom a person names sees its lines, as long as they are close; both may end it")
    func watchers() async throws {
        try await Estate.with { estate async throws in
            let watchers = Estate.base + "/me/record-watchers"
            func name(_ reader: Estate.Reader, _ other: UUID) throws -> Int {
                try estate.ask(reader, "PUT", "\(watchers)/\(other)").status
            }
            func drop(_ reader: Estate.Reader, _ other: UUID) throws -> Int {
                try estate.ask(reader, "DELETE", "\(watchers)/\(other)").status
            }
            _ = try estate.content(
                estate.ask(.officer, "GET", record(Estate.husband, "admission")))
            let line = "孙干事 residents_committee person admission"
            #expect(try name(.husband, Estate.wife) == 404, "nobody of his")
            #expect(try name(.husband, Estate.husband) == 404)
            try estate.run(
                """
                INSERT INTO linli.tie (estate_id, id, kind, claimer_id, other_id, claimed_at,
                    confirmed_at)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x55))', 'kin', '\(Estate.wife)',
                    '\(Estate.husband)', '2026-01-01Z', NULL)
                """)
            #expect(try name(.husband, Estate.wife) == 404, "she has not confirmed")
            try estate.run("UPDATE linli.tie SET confirmed_at = '2026-01-02Z'")
            #expect(try lines(estate, .wife) == [])
            #expect(try name(.husband, Estate.wife) == 204)
            #expect(try name(.husband, Estate.wife) == 204)
            #expect(try estate.told(.wife, "recordWatcher.named").count == 1)
            #expect(try lines(estate, .wife) == [line])
            #expect(try lines(estate, .wife, "?person=\(Estate.wife)") == [])
            #expect(try lines(estate, .wife, "?person=\(Estate.leader)") == [])
            #expect(try lines(estate, .leader) == [])
            let list = try estate.content(try estate.ask(.wife, "GET", watchers))
            #expect(list["watched"]?.elements?.first?["display_name"]?.text == "李明")
            #expect(list["watchers"]?.elements?.isEmpty == true)
            try estate.run("UPDATE linli.tie SET ends = '2026-03-01Z'")
            #expect(try lines(estate, .wife) == [], "a grant does not outlive its reason")
            try estate.run("UPDATE linli.tie SET ends = 'infinity'")
            #expect(try drop(.wife, Estate.husband) == 204)
            #expect(try lines(estate, .wife) == [])
            #expect(try drop(.husband, Estate.wife) == 404)
            try estate.run(
                """
                INSERT INTO linli.person (estate_id, id, display_name, created_at)
                SELECT '\(APIFixture.a)', ('00000000-0000-7000-8000-0000000009' || n)::uuid, '友',
                    '2026-01-01Z'
                FROM generate_series(10, 17) AS n;
                INSERT INTO linli.record_watcher (estate_id, person_id, watcher_id, named_at)
                SELECT estate_id, '\(Estate.husband)', id, '2026-01-01Z'
                FROM linli.person
                WHERE display_name = '友'
                """)
            let refused = try estate.ask(.husband, "PUT", "\(watchers)/\(Estate.wife)")
            #expect(try estate.refusal(refused) == "409 watchers-max")
        }
    }
}
