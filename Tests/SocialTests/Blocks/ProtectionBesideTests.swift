internal import Platform
internal import Support
import Testing

@testable internal import Social

/// The row of a protection that lives since the fixture's beginning.
enum ProtectionRow {
    static func sql(_ protected: UUID, from other: UUID, set by: UUID) -> String {
        """
        INSERT INTO linli.protection (estate_id, id, case_id, protected_id, other_id, evidence_kind,
            evidence_sealed, set_by, begins, ends)
        VALUES ('\(APIFixture.a)', gen_random_uuid(), gen_random_uuid(), '\(protected)', '\(other)',
            'other', decode(repeat('00', 33), 'hex'), '\(by)', '2026-03-01Z', '2027-01-01Z');
        """
    }
}

@Suite("Protection beside other rooms, through the wire") struct ProtectionBesideTests {
    typealias Estate = ParticipationEstate

    @Test("of a protected person there are no no-shows, states, proofs and roles, in an office too")
    func offices() async throws {
        let worker = """
            INSERT INTO linli.role_term (estate_id, id, person_id, role, begins, ends, because)
            VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x83))', '\(Estate.leader)',
                'social_worker', '2026-01-01Z', '2027-01-01Z', 'appointed'),
                ('\(APIFixture.a)', '\(APIFixture.id(0x84))', '\(Estate.member)',
                'organiser', '2026-01-01Z', '2027-01-01Z', 'appointed');
            """
        try await Estate.with(adults: 3, prepare: worker) { estate async throws in
            let made = try estate.join(.leader, Estate.leader, Estate.member)
            try estate.api.clock.set(Estate.ends)
            try estate.json(
                .neighbour, "POST", estate.meeting + "/no-shows", is: 201,
                #"{"reservation":"\#(made["id"]?.text ?? "")","person":"\#(Estate.member)"}"#)
            func noShows(_ reader: Estate.Reader) throws -> Int? {
                try estate.json(reader, "GET", Estate.base + "/no-shows?view=own")["no_shows"]?
                    .elements?.count
            }
            func roles(_ reader: Estate.Reader) throws -> Bool {
                try estate.ask(reader, "GET", Estate.base + "/roles").text.contains("王小芳")
            }
            let person = Estate.base + "/people/\(Estate.member)"
            func state() throws -> String {
                try estate.refusal(
                    .leader, person + "/state", #"{"state":"moved","because":"交房"}"#)
            }
            func proof() throws -> String {
                try estate.refusal(.leader, person + "/proofs", #"{"because":"身份证"}"#)
            }
            #expect(try noShows(.leader) == 1)
            #expect(try roles(.leader))
            #expect(try [state(), proof()] == ["own-household", "own-household"])
            try estate.change(
                ProtectionRow.sql(Estate.member, from: Estate.leader, set: Estate.neighbour))
            #expect(try noShows(.leader) == 0)
            #expect(try noShows(.member) == 1)
            #expect(try !roles(.leader))
            #expect(try roles(.neighbour))
            #expect(try [state(), proof()] == ["not-found", "not-found"])
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("an officer who is the other merges, appoints and takes out nobody whom it may not see")
    func acts() async throws {
        try await Estate.with(adults: 3) { estate async throws in
            // The officer's person comes to be when it first enters.
            try estate.json(.officer, "GET", estate.meeting)
            let merge = """
                {"keep":"\(Estate.neighbour)","drop":"\(Estate.member)","because":"同一个人"}
                """
            let role = """
                {"person":"\(Estate.member)","role":"stair_leader","because":"elected"}
                """
            func answers() throws -> [String] {
                [
                    try estate.refusal(.officer, Estate.base + "/merges", merge),
                    try estate.refusal(.officer, Estate.base + "/roles", role),
                ]
            }
            #expect(try !answers().contains("not-found"))
            try estate.change(
                """
                INSERT INTO linli.protection (estate_id, id, case_id, protected_id, other_id,
                    evidence_kind, evidence_sealed, set_by, begins, ends)
                SELECT '\(APIFixture.a)', gen_random_uuid(), gen_random_uuid(), '\(Estate.member)',
                    p.id, 'other', decode(repeat('00', 33), 'hex'), '\(Estate.neighbour)',
                    '2026-03-01Z', '2027-01-01Z'
                FROM linli.person AS p WHERE p.account_id = '\(APIFixture.officer)'
                """)
            #expect(try answers() == ["not-found", "not-found"])
            #expect(estate.api.logged.lines.isEmpty)
        }
    }
}
