internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Copies of one's own record, through the wire") struct ExportTests {
    typealias Estate = FamilyEstate

    /// What the mother has, and what others have of her in confidence.
    private static let rows: String = {
        let (a, id) = (APIFixture.a, APIFixture.id)
        return """
            INSERT INTO linli.absence
                (estate_id, id, person_id, kind, begins, ends, set_by, set_at, because)
            VALUES ('\(a)', '\(id(0x501))', '\(Estate.mother)', 'away', '2026-01-01Z',
                '2026-01-09Z', '\(Estate.mother)', '2026-01-01Z', '=HYPERLINK("x")');
            INSERT INTO linli.block
                (estate_id, id, blocker_id, other_id, was_shown, begins) VALUES
                ('\(a)', '\(id(0x502))', '\(Estate.neighbour)', '\(Estate.mother)', true,
                    '2026-01-01Z'),
                ('\(a)', '\(id(0x503))', '\(Estate.mother)', '\(Estate.grandmother)', true,
                    '2026-01-01Z');
            INSERT INTO linli.protection (estate_id, id, case_id, protected_id, other_id,
                evidence_kind, evidence_sealed, set_by, begins, ends)
            VALUES ('\(a)', '\(id(0x504))', '\(id(0x504))', '\(Estate.neighbour)',
                '\(Estate.mother)', 'protective_order', decode(repeat('00', 40), 'hex'),
                '\(Estate.worker)', '2026-01-01Z', '2027-01-01Z');
            INSERT INTO linli.tie (estate_id, id, kind, claimer_id, other_id, claimed_at,
                confirmed_at, ends) VALUES
                ('\(a)', '\(id(0x505))', 'neighbour', '\(Estate.mother)', '\(Estate.neighbour)',
                    '2026-01-01Z', '2026-01-02Z', '2026-02-01Z'),
                ('\(a)', '\(id(0x506))', 'kin', '\(Estate.father)', '\(Estate.mother)',
                    '2026-01-01Z', '2026-01-02Z', 'infinity');
            """
    }()

    @Test("all that is kept of one, for itself alone, for seven days, each opening in the log")
    func own() async throws {
        try await Estate.with(RightsEstate.operations, prepare: Self.rows) { estate async throws in
            try estate.say("几点开始？", at: "2026-02-01Z")
            let path = try await estate.export(.mother)
            #expect(try estate.told(Estate.mother) == ["export.made"])
            let files = try estate.files(.mother, path)
            let all = files.values.joined(separator: "\n")
            for word in [
                "王小芳", "1985-05-05", "+8613800000002", "1幢 101室", "\(Estate.father)",
                "\(Estate.grandmother)", "几点开始？",
            ] { #expect(all.contains(word), "\(word) is missing") }
            // Whose block or protection it is, and other homes, are in no file.
            for word in [
                "\(Estate.neighbour)", "\(APIFixture.id(0x502))", "\(APIFixture.id(0x504))", "102室",
                "1984-04-04",
            ] { #expect(!all.contains(word), "\(word) is in it") }
            let absences = files["表格 csv/外出和住院 absence.person_id.csv"] ?? ""
            #expect(absences.contains(#""'=HYPERLINK(""x"")""#))
            let calendar = try #require(files["我的活动 activities.ics"])
            #expect(ICalendarReader.faults(in: Array(calendar.utf8)) == [])
            for reader in Estate.Reader.allCases where reader != .mother {
                let refused = reader == .unproved ? "403 second-proof-needed" : "404 not-found"
                #expect(try estate.refusal(reader, "GET", path) == refused)
            }
            #expect(
                try estate.count(
                    """
                    SELECT count(*) FROM linli.event
                    WHERE kind = 'export.opened' AND actor_id = \(Estate.mother)
                    """) == 1)
            // The last microsecond of seven days.
            let end = APIFixture.start + .seconds(7 * 86_400)
            try estate.api.clock.set(end - .microseconds(1))
            #expect(try estate.ask(.mother, "GET", path).status == 200)
            try estate.api.clock.set(end)
            #expect(try estate.refusal(.mother, "GET", path) == "404 not-found")
            try await estate.api.server.shard.makeExports(estate.api.keyring)
            #expect(try estate.count("SELECT count(*) FROM linli.data_export_piece") == 0)
            #expect(estate.api.logged.lines == [])
        }
    }

    @Test("a repeat asks once, a second one waits, three a day; a delegate never does")
    func limits() async throws {
        try await Estate.with(RightsEstate.operations) { estate async throws in
            let key: String = UUID.random()
            let first = try estate.ask(.mother, "POST", "/me/export", "{}", key: key)
            let again = try estate.ask(.mother, "POST", "/me/export", "{}", key: key)
            #expect(first.status == 202 && first.body == again.body)
            #expect(try estate.refusal(.mother, "POST", "/me/export", "{}") == "409 export-waits")
            #expect(
                try estate.refusal(.mother, "POST", "/me/export", "{}", for: Estate.grandmother)
                    == "400 not-for-another")
            #expect(
                try estate.refusal(.unproved, "POST", "/me/export", "{}")
                    == "403 second-proof-needed")
            try await estate.api.server.shard.makeExports(estate.api.keyring)
            for _ in 0..<2 { _ = try await estate.export(.mother) }
            #expect(try estate.refusal(.mother, "POST", "/me/export", "{}") == "409 exports-max")
            let list = try estate.json(.mother, "GET", "/me/export")
            #expect(list["exports"]?.elements?.count == 3)
            #expect(try estate.json(.father, "GET", "/me/export")["exports"]?.elements == [])
        }
    }

    @Test("a guardian has a child's copy by its rights, with nothing of the other home")
    func child() async throws {
        try await Estate.with(RightsEstate.operations) { estate async throws in
            let child = try estate.enter()
            let id = try #require(UUID(child))
            try estate.recordFather(of: child, rights: #""activities""#)
            try estate.seal(#"{"allergy":"花生"}"#, .attributes, of: id)
            let mothers = try estate.files(.mother, try await estate.export(.mother, of: id))
            let fathersPath = try await estate.export(.father, of: id)
            let fathers = try estate.files(.father, fathersPath)
            let (hers, his) = (
                mothers.values.joined(separator: "\n"), fathers.values.joined(separator: "\n")
            )
            #expect(hers.contains("小宝") && hers.contains("2018-08-08") && hers.contains("花生"))
            #expect(his.contains("小宝") && his.contains("2018-08-08"))
            #expect(!his.contains("花生"), "no right to health")
            for word in ["101室", "\(Estate.home)", "\(Estate.mother)"] {
                #expect(!his.contains(word), "\(word) is the other home's")
            }
            #expect(!hers.contains("\(Estate.father)"))
            for reader in [Estate.Reader.grandmother, .neighbour, .worker, .officer] {
                #expect(
                    try estate.refusal(reader, "POST", "/me/export", #"{"person":"\#(child)"}"#)
                        == "404 not-found")
            }
            #expect(try estate.refusal(.mother, "GET", fathersPath) == "404 not-found")
            try estate.run(
                """
                UPDATE linli.guardianship SET ends = '2026-03-01Z'
                WHERE guardian_id = '\(Estate.father)'
                """)
            #expect(try estate.refusal(.father, "GET", fathersPath) == "404 not-found")
        }
    }

    @Test("what cannot be made is given up after five tries, and told")
    func failing() async throws {
        try await Estate.with(RightsEstate.operations) { estate async throws in
            try estate.json(.mother, "POST", "/me/export", "{}", is: 202)
            try estate.run("UPDATE linli.data_export SET tries = 5")
            try await estate.api.server.shard.makeExports(estate.api.keyring)
            #expect(try estate.told(Estate.mother) == ["export.failed"])
            _ = try await estate.export(.mother)
            #expect(try estate.told(Estate.mother) == ["export.failed", "export.made"])
        }
    }
}
