internal import Platform
internal import Support
internal import Testing

@testable internal import Social

@Suite("What ends with a guardian or a delegate, and who read of a child, through the wire")
struct FamilyEndTests {
    typealias Estate = FamilyEstate

    private func with(_ body: @Sendable (Estate) async throws -> Void) async throws {
        try await Estate.with(Self.besides, body)
    }

    private static func besides(_ keyring: Keyring, _ signals: EventSignals) -> [Social.Operation] {
        StandingOperations.all(keyring: keyring, signals: signals)
            + ReadingOperations.all(signals: signals)
    }

    private func note(_ estate: Estate, _ person: UUID, _ state: String) throws {
        try estate.json(
            .worker, "POST", "/people/\(person)/state",
            #"{"state":"\#(state)","because":"死亡证明"}"#)
    }

    private func open(_ estate: Estate) throws -> [String] {
        try estate.texts("SELECT kind FROM linli.task WHERE finished_at IS NULL ORDER BY kind")
    }

    @Test("a guardianship ends with its guardian; the other is told, and the last one is a task")
    func guardians() async throws {
        try await with { estate async throws in
            let child = try estate.enter()
            try estate.recordFather(of: child)
            let before = try estate.told(Estate.father).count
            try note(estate, Estate.mother, "moved")
            #expect(try estate.told(Estate.father).dropFirst(before) == ["guardianship.ended"])
            #expect(try open(estate) == [])
            try note(estate, Estate.father, "dead")
            #expect(try open(estate) == ["child-unguarded"])
            #expect(
                try estate.texts(
                    """
                    SELECT ended_because FROM linli.guardianship
                    WHERE ends = '2026-03-01Z' ORDER BY 1
                    """) == ["dead", "moved"])
            // The office records another; then the child is looked after.
            try estate.json(
                .worker, "POST", "/guardianships",
                #"{"child":"\#(child)","guardian":"\#(Estate.neighbour)","evidence":"居委会指定"}"#,
                is: 201)
            #expect(try open(estate) == [])
        }
    }

    @Test("a delegation ends with either of the two, even before it began, and so does a request")
    func delegates() async throws {
        try await with { estate async throws in
            try estate.prove(Estate.neighbour)
            try estate.prove(Estate.mother)
            let elder = #""beneficiary":"\#(Estate.grandmother)","scope":["activities"]"#
            try estate.json(
                .worker, "POST", "/delegations",
                #"{"doer":"\#(Estate.neighbour)",\#(elder),"evidence":"本人在场"}"#, is: 201)
            try estate.json(.mother, "POST", "/delegation-requests", "{\(elder)}", is: 201)
            #expect(try open(estate) == ["delegate-callback"])
            try note(estate, Estate.neighbour, "moved")
            #expect(try estate.told(Estate.grandmother).last == "delegation.ended")
            #expect(try estate.told(Estate.mother).last == "delegation.ended")
            #expect(
                try estate.texts("SELECT ended_how FROM linli.delegation WHERE ends <= begins")
                    == ["moved"])
            try note(estate, Estate.grandmother, "dead")
            #expect(try open(estate) == [])
            #expect(
                try estate.texts(
                    """
                    SELECT array_to_string(audience, ' ') FROM linli.event
                    WHERE kind = 'delegation.ended'
                    """) == ["person:\(Estate.grandmother) role:social_worker"])
        }
    }

    @Test("an office that reads who guards a child, or holds a role, leaves a line")
    func lines() async throws {
        try await with { estate async throws in
            let child = try estate.enter()
            try estate.run(
                """
                INSERT INTO linli.role_term (estate_id, id, person_id, role, begins, ends, because)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x84))', '\(Estate.mother)',
                    'volunteer', '2026-01-01Z', '2027-01-01Z', 'volunteered')
                """)
            try estate.json(.worker, "GET", "/guardianships?child=\(child)")
            try estate.json(.grandmother, "GET", "/guardianships?child=\(child)")
            try estate.json(.officer, "GET", "/roles?person=\(Estate.mother)")
            try estate.json(.neighbour, "GET", "/roles")
            let reads = try estate.json(.mother, "GET", "/me/record-reads")["reads"]?.elements
            let lines = (reads ?? []).map { line in
                "\(line["kind"]?.text ?? "") \(line["person_name"]?.text ?? "")"
            }
            #expect(lines.sorted() == ["guardianship 小宝", "role 王小芳"])
        }
    }
}
