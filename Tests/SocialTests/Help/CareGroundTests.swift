internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("What puts somebody on the care list, and takes her off") struct CareGroundTests {
    typealias Estate = CareEstate

    private static let own = Estate.base + "/me/care-list"

    private func agree(_ care: Estate) throws -> String {
        let given = try care.content(
            care.ask(
                .leader, "POST", Estate.base + "/consents",
                #"{"purpose":"care_list","version":1}"#), 201)
        return try #require(given["id"]?.text)
    }

    @Test("she agrees, sees by whom she was entered, and is off at once when she takes it back")
    func consent() async throws {
        try await Estate.with { care async throws in
            let wanted = Estate.wanted(Estate.leader, [Estate.worker], more: "")
            #expect(try care.refusal(care.ask(.member, "POST", "", wanted)) == "409 care-consent")
            let consent = try agree(care)
            let entry = try care.enter(Estate.leader, [Estate.worker], more: "")
            #expect(try care.refusal(care.ask(.member, "POST", "", wanted)) == "409 care-there")
            let own = try care.content(care.ask(.leader, "GET", Self.own))["entries"]?.elements
            #expect(own?.first?["basis"]?.text == "consent")
            #expect(own?.first?["entered_by"]?.text == "\(Estate.worker)")
            #expect(own?.first?["turn"]?.text == "\(Estate.worker)")
            let notices = Estate.base + "/notices"
            #expect(try care.ask(.leader, "GET", notices).text.contains("探访关爱名单"))
            try care.content(care.ask(.member, "GET", "/\(entry)"))
            let reads = try care.estate.count(
                """
                SELECT count(*) FROM linli.record_read
                WHERE kind = 'care_list' AND about_id = \(Estate.leader)
                """)
            #expect(reads == 1)
            let withdrawal = Estate.base + "/consents/\(consent)/withdrawal"
            #expect(try care.ask(.leader, "POST", withdrawal).status < 300)
            #expect(try care.ask(.leader, "GET", Self.own).text == #"{"entries":[]}"#)
            #expect(try care.refusal(care.contact(.member, entry, "well")) == "409 care-over")
            #expect(try !care.ask(.member, "GET", "").text.contains(entry))
        }
    }

    @Test("a consent that runs out ends it: at once for all, and in the list by the job")
    func runsOut() async throws {
        try await Estate.with { care async throws in
            _ = try agree(care)
            let entry = try care.enter(Estate.leader, [Estate.worker], more: "")
            #expect(try care.sweep(at: "2027-03-02T15:00:00Z") == 1)
            let ended = try care.estate.count(
                "SELECT count(*) FROM linli.care_entry WHERE ended_because = 'consent'")
            #expect(ended == 1, "\(entry)")
        }
    }

    @Test("who is away or in hospital is not called on, and her task is taken back")
    func away() async throws {
        try await Estate.with { care async throws in
            let entry = try care.enter(Estate.elders[0])
            #expect(try care.sweep(at: "2026-03-09T01:00:00Z") == 1)
            try care.api.database.superuser().run(
                "UPDATE linli.person SET state = 'in_hospital' WHERE id = '\(Estate.elders[0])'")
            #expect(try care.shown(entry, "is_paused") == .bool(true))
            #expect(try care.shown(entry, "is_overdue") == .bool(false))
            #expect(try care.sweep(at: "2026-03-09T01:10:00Z") == 1)
            #expect(try care.tasks("care-due") == 0)
            try care.api.database.superuser().run(
                "UPDATE linli.person SET state = 'active' WHERE id = '\(Estate.elders[0])'")
            #expect(try care.sweep(at: "2026-03-10T01:00:00Z") == 1)
            #expect(try care.tasks("care-due") == 1)
        }
    }

    @Test("a death in the middle ends the entry and its task in the same transaction")
    func death() async throws {
        try await Estate.with { care async throws in
            let entry = try care.enter(Estate.elders[0])
            #expect(try care.sweep(at: "2026-03-09T01:00:00Z") == 1)
            let dead = """
                SELECT set_config('linli.estate', '\(APIFixture.a)', false),
                    set_config('linli.principal', 'job', false),
                    set_config('linli.job', 'test', false),
                    set_config('linli.instant', '\(care.api.clock.now().microseconds)', false);
                UPDATE linli.person SET state = 'dead' WHERE id = '\(Estate.elders[0])'
                """
            try care.api.database.superuser().run(dead)
            #expect(try care.tasks("care-due") == 0)
            #expect(try care.refusal(care.contact(.leader, entry, "well")) == "409 care-over")
            #expect(try !care.ask(.member, "GET", "").text.contains(entry))
            #expect(
                try care.refusal(
                    care.ask(.member, "POST", "", Estate.wanted(Estate.elders[0])))
                    == "404 not-found")
        }
    }

    @Test("two of the offices enter the same person at once: one entry")
    func twice() async throws {
        try await Estate.with { care async throws in
            let body = Estate.wanted(Estate.elders[1])
            let key = (0..<2).map { _ in UUID.random() }
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for (number, reader) in [Estate.Reader.member, .officer].enumerated() {
                    group.addTask {
                        try care.estate.ask(
                            reader, "POST", Estate.list, key: key[number], body: body
                        ).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [201, 409])
            #expect(try care.estate.count("SELECT count(*) FROM linli.care_entry") == 1)
        }
    }

    @Test("the committee sets the days of a class, changes an entry, and takes somebody off")
    func settings() async throws {
        try await Estate.with { care async throws in
            let entry = try care.enter(Estate.elders[2])
            let cadence = Estate.base + "/care-classes/monthly"
            #expect(
                try care.refusal(care.ask(.member, "PUT", cadence, #"{"days":20}"#))
                    == "403 care-for-committee")
            try care.content(care.ask(.officer, "PUT", cadence, #"{"days":20}"#), 204)
            let change = """
                {"class":"monthly","steward":"\(Estate.worker)","named":["\(Estate.worker)"]}
                """
            try care.content(care.ask(.officer, "PUT", "/\(entry)", change), 204)
            #expect(try care.contact(.member, entry, "well", kind: "met").status == 201)
            #expect(try care.shown(entry, "due")?.text == "2026-03-21")
            try care.content(care.ask(.officer, "DELETE", "/\(entry)"), 204)
            #expect(
                try care.refusal(care.ask(.officer, "DELETE", "/\(entry)")) == "409 care-over")
            #expect(try care.refusal(care.ask(.leader, "DELETE", "/\(entry)")) == "404 not-found")
        }
    }
}
