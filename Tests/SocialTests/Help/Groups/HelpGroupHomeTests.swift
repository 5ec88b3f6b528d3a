internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("A help group at somebody's home, when she moves or is away")
struct HelpGroupHomeTests {
    typealias Estate = HelpGroupEstate

    /// A group that is at the grandmother's each Tuesday at nine; the neighbour has said yes to the first.
    private static func begun(_ help: Estate) async throws -> String {
        let group = try help.found()
        #expect(try help.join(.neighbour, group) == "joined")
        try help.offer(.neighbour)
        try help.tie(FamilyEstate.father, FamilyEstate.grandmother)
        let rota = try #require(
            help.made(
                .father, "/help-groups/\(group)/rotas",
                """
                {"kind":"company","weekday":2,"begins_minute":540,"minutes":60,"seats":1,
                "person":"\(FamilyEstate.grandmother)"}
                """)["id"]?.text)
        #expect(
            try help.said(
                .grandmother, "PUT", "/help-rotas/\(rota)/agreement", #"{"agrees":true}"#) == "204")
        try await help.round()
        let seat = try #require(help.shifts(.neighbour, group).first?["seat"]?.text)
        #expect(try help.said(.neighbour, "POST", "/help-seats/\(seat)/acceptance") == "204")
        return group
    }

    private static func asJob(_ help: Estate, _ name: String, _ sql: String) throws {
        try help.tick()
        let connection = try help.api.database.superuser()
        for (name, value) in [
            ("instant", "\(help.api.clock.now().microseconds)"), ("principal", "job"),
            ("estate", "\(APIFixture.a)"), ("job", name),
        ] { try connection.run("SELECT set_config('linli.\(name)', '\(value)', false)") }
        try connection.run(sql)
    }

    @Test("she moves within the estate: who has promised and who is asked come to the new door")
    func moves() async throws { try await Estate.with { try await Self.moves($0) } }

    private static func moves(_ help: Estate) async throws {
        let group = try await begun(help)
        func address() throws -> String? {
            try help.list(.neighbour, "/me/visits", "visits").first?["address_zh"]?.text
        }
        #expect(try address()?.contains("101室") == true)
        try asJob(
            help, "tests",
            """
            UPDATE linli.membership SET ends = linli.instant()
            WHERE person_id = '\(FamilyEstate.grandmother)';
            INSERT INTO linli.membership (estate_id, id, household_id, person_id, role_in_household,
                begins)
            VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(FamilyEstate.otherHome)',
                '\(FamilyEstate.grandmother)', 'parent', linli.instant());
            """)
        try asJob(help, "help-visits", "SELECT linli.help_visits_follow(50)")
        #expect(try address()?.contains("102室") == true)
        for person in [FamilyEstate.neighbour, FamilyEstate.grandmother] {
            #expect(try help.told(person, "helpVisit.elsewhere") == 1)
        }
        try asJob(help, "help-visits", "SELECT linli.help_visits_follow(50)")
        #expect(try help.told(FamilyEstate.grandmother, "helpVisit.elsewhere") == 1)
        try await help.round()
        let next = try #require(help.shifts(.neighbour, group).dropFirst().first?["seat"]?.text)
        #expect(try help.said(.neighbour, "POST", "/help-seats/\(next)/acceptance") == "204")
        let visits = try help.list(.neighbour, "/me/visits", "visits")
        #expect(visits.count == 2)
        #expect(visits.allSatisfy { $0["address_zh"]?.text?.contains("102室") == true })
    }

    @Test("she is in hospital: nobody comes to an empty home or is asked to; back, it goes on")
    func away() async throws { try await Estate.with { try await Self.away($0) } }

    private static func away(_ help: Estate) async throws {
        let group = try await begun(help)
        try asJob(
            help, "tests",
            """
            UPDATE linli.person SET state = 'in_hospital' WHERE id = '\(FamilyEstate.grandmother)'
            """)
        try await help.round()
        #expect(
            try help.list(.neighbour, "/me/visits", "visits").map { $0["state"]?.text }
                == ["cancelled"])
        #expect(try help.told(FamilyEstate.neighbour, "helpVisit.cancelled") == 1)
        let shift = try #require(help.shifts(.neighbour, group).first)
        #expect(shift["taken"]?.integer == 0)
        #expect(
            try help.said(
                .neighbour, "POST", "/help-shifts/\(shift["id"]?.text ?? "")/seats")
                == "409 help-shift-unfit")
        // A day before, that nobody comes is no news to the stewards.
        let begins = try #require(shift["begins"]?.text.flatMap { Instant($0) })
        try help.api.clock.set(begins - .seconds(20 * 3600))
        try await help.round()
        #expect(try help.told(FamilyEstate.father, "helpShift.free") == 0)
        try asJob(
            help, "tests",
            "UPDATE linli.person SET state = 'active' WHERE id = '\(FamilyEstate.grandmother)'")
        try await help.round()
        #expect(try help.shifts(.neighbour, group).first?["state"]?.text == "proposed")
    }

    @Test("a shift over midnight is refused in words that help")
    func midnight() async throws {
        try await Estate.with { help async throws in
            let group = try help.found()
            #expect(
                try help.said(
                    .father, "POST", "/help-groups/\(group)/rotas",
                    """
                    {"kind":"company","weekday":1,"begins_minute":1430,"minutes":60,"seats":1,
                    "place":"\(Estate.room)"}
                    """) == "422 help-rota-time")
        }
    }

    @Test("she is erased: nothing is planned for her any more")
    func erased() async throws { try await Estate.with { try await Self.erased($0) } }

    private static func erased(_ help: Estate) async throws {
        let group = try await begun(help)
        #expect(try help.list(.father, "/help-groups/\(group)/rotas", "rotas").count == 1)
        try asJob(
            help, "tests",
            "UPDATE linli.person SET state = 'erased' WHERE id = '\(FamilyEstate.grandmother)'")
        #expect(try help.list(.father, "/help-groups/\(group)/rotas", "rotas").isEmpty)
        #expect(
            try help.shifts(.neighbour, group).allSatisfy { $0["is_cancelled"]?.bool == true })
        #expect(
            try help.list(.neighbour, "/me/visits", "visits").map { $0["state"]?.text }
                == ["cancelled"])
    }
}
