internal import Platform
internal import Support
internal import Testing

@testable internal import Social

@Suite("What a pairing shows, and where it goes, when a family is not one home any more")
struct PairedFamilyShieldTests {
    typealias Estate = PairedEstate

    /// Runs a statement at the clock's instant, as a job.
    private func asJob(_ pair: Estate, _ sql: String) throws {
        try pair.tick()
        let connection = try pair.api.database.superuser()
        for (name, value) in [
            ("instant", "\(pair.api.clock.now().microseconds)"), ("principal", "job"),
            ("estate", "\(APIFixture.a)"), ("job", "tests"),
        ] { try connection.run("SELECT set_config('linli.\(name)', '\(value)', false)") }
        try connection.run(sql)
    }

    private func protect(_ pair: Estate, _ person: UUID, from other: UUID) throws {
        try asJob(
            pair,
            """
            INSERT INTO linli.protection (estate_id, id, case_id, protected_id, other_id,
                evidence_kind, evidence_sealed, set_by, begins, ends)
            VALUES ('\(APIFixture.a)', gen_random_uuid(), gen_random_uuid(), '\(person)', '\(other)',
                'police_report', decode(repeat('01', 40), 'hex'), '\(FamilyEstate.worker)',
                linli.instant(), '2027-01-01Z')
            """)
    }

    @Test(
        "a guardian from whom the other or the helper is protected has no pairing there, and acts in none",
        arguments: [FamilyEstate.mother, Estate.helper])
    func guardian(protected: UUID) async throws {
        try await Estate.with { pair async throws in
            let child = try pair.estate.enter()
            try pair.estate.recordFather(of: child)
            try pair.estate.run(
                """
                INSERT INTO linli.vetting (estate_id, id, person_id, because, vetted_by, begins, ends)
                VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(Estate.helper)', '看过',
                    '\(FamilyEstate.worker)', '2026-01-01Z', '2027-01-01Z')
                """)
            for reader in [Estate.Reader.mother, .father] {
                try pair.estate.agree(reader, child, "alone_with_adult")
            }
            let pairing = try await pair.begun(
                Estate.wanted(
                    Estate.helper, FamilyEstate.mother, form: "family", kind: "homework",
                    #","child":"\#(child)""#), .mother)
            #expect(try pair.state(.father, pairing) == "trial")
            try protect(pair, protected, from: FamilyEstate.father)
            #expect(try pair.state(.mother, pairing) == "trial")
            let list = try pair.estate.ask(.father, "GET", "/me/pairings").text
            #expect(!list.contains(pairing) && !list.contains("\(protected)"))
            #expect(try pair.said(.father, "GET", "/pairings/\(pairing)") == "404 not-found")
            #expect(try pair.said(.father, "POST", "/pairings/\(pairing)/end") == "404 not-found")
            #expect(
                try pair.said(.father, "PUT", "/pairings/\(pairing)/pause", "{}")
                    == "404 not-found")
            #expect(try pair.state(.mother, pairing) == "trial")
        }
    }

    @Test("who moves within the estate is visited where it lives then, and nobody at the old door")
    func moves() async throws {
        try await Estate.with { pair async throws in
            let pairing = try await pair.begun()
            let homes: SQL = """
                SELECT DISTINCT place_id::text FROM linli.help_visit
                WHERE state = 'planned' AND begins > \(pair.api.clock.now())
                """
            #expect(try pair.estate.texts(homes) == ["\(APIFixture.id(0xA4))"])
            try asJob(
                pair,
                """
                UPDATE linli.membership SET ends = linli.instant()
                WHERE person_id = '\(Estate.elder)';
                INSERT INTO linli.membership (estate_id, id, household_id, person_id,
                    role_in_household, begins)
                VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(FamilyEstate.otherHome)',
                    '\(Estate.elder)', 'parent', linli.instant());
                """)
            try pair.api.clock.advance(by: .seconds(901))
            try await pair.tend()
            #expect(try pair.estate.texts(homes) == ["\(APIFixture.id(0xA5))"])
            #expect(try pair.visits("planned").count == 4)
            #expect(try pair.state(.grandmother, pairing) == "trial")
        }
    }

    @Test("between two homes only what is near falls out; with a home it comes back")
    func between() async throws {
        try await Estate.with { pair async throws in
            _ = try await pair.begun()
            #expect(
                try pair.visits() == [
                    "03-04 10:00 planned", "03-11 10:00 planned",
                    "03-18 10:00 planned", "03-25 10:00 planned",
                ])
            try asJob(
                pair,
                """
                UPDATE linli.membership SET ends = linli.instant()
                WHERE person_id = '\(Estate.elder)'
                """)
            try await pair.tend()
            #expect(try pair.visits("planned").count == 4)
            try pair.at("2026-03-03T08:00:00Z")
            try await pair.tend()
            #expect(try pair.visits("planned") == ["03-11 10:00", "03-18 10:00", "03-25 10:00"])
            #expect(try pair.estate.told(Estate.helper).last == "helpVisit.cancelled")
            try asJob(
                pair,
                """
                INSERT INTO linli.membership (estate_id, id, household_id, person_id,
                    role_in_household, begins)
                VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(FamilyEstate.otherHome)',
                    '\(Estate.elder)', 'parent', linli.instant())
                """)
            try pair.api.clock.advance(by: .seconds(901))
            try await pair.tend()
            #expect(try pair.visits("planned").count == 4)
            #expect(
                try pair.estate.texts(
                    "SELECT DISTINCT place_id::text FROM linli.help_visit WHERE state = 'planned'")
                    == ["\(APIFixture.id(0xA5))"])
        }
    }

    @Test("a pairing that the database refuses to go on with holds up no other")
    func refused() async throws {
        try await Estate.with { pair async throws in
            var pairings: [String] = []
            for person in [Estate.elder, FamilyEstate.father] {
                pairings.append(try pair.propose(Estate.wanted(Estate.helper, person)))
            }
            for pairing in pairings { #expect(try pair.answer(.neighbour, pairing) == "204") }
            #expect(try pair.answer(.grandmother, pairings[0]) == "204")
            #expect(try pair.answer(.father, pairings[1]) == "204")
            let first = try #require(pairings.min())
            try pair.estate.run(
                """
                CREATE FUNCTION linli.refuse() RETURNS trigger LANGUAGE plpgsql
                AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
                CREATE TRIGGER refuse BEFORE UPDATE ON linli.pairing FOR EACH ROW
                    WHEN (NEW.id = '\(first)') EXECUTE FUNCTION linli.refuse();
                """)
            await #expect(throws: PostgresError.self) { try await pair.tend() }
            let planned = try pair.estate.texts(
                "SELECT DISTINCT source_id::text FROM linli.help_visit WHERE state = 'planned'")
            #expect(planned == pairings.filter { $0 != first })
        }
    }
}
