internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("One's own household, through the wire") struct HouseholdTests {
    typealias Estate = AnnouncementEstate

    private static let path = "/api/v1/estates/\(APIFixture.a)/household"
    private static let child = APIFixture.id(0xF7)

    /// The estate, with a child in the leader's household and a sealed day of birth of these.
    private func with(
        _ births: [UUID: String], _ body: @Sendable (Estate) async throws -> Void
    ) async throws {
        let keyring = Keyring.random()
        let vault = PersonVault(keyring, of: APIFixture.a)
        let (a, id) = (APIFixture.a, APIFixture.id)
        var rows = """
            INSERT INTO linli.person (estate_id, id, display_name, created_at)
            VALUES ('\(a)', '\(Self.child)', '小宝', '2026-01-01Z');
            INSERT INTO linli.membership
                (estate_id, id, household_id, person_id, role_in_household, begins)
            VALUES ('\(a)', '\(id(0x74))', '\(id(0xD1))', '\(Self.child)', 'child', '2026-01-02Z');
            """
        for (person, day) in births {
            let sealed = Hex.encoded(try vault.seal(day, .birthDate, of: person))
            rows += """
                INSERT INTO linli.person_sealed (estate_id, person_id, field, value_sealed, changed_at)
                VALUES ('\(a)', '\(person)', 'birth_date', '\\x\(sealed)', '2026-01-01Z');
                """
        }
        try await Estate.with(
            operations: HouseholdOperations.all(keyring: keyring), prepare: rows, body)
    }

    private func members(_ estate: Estate, _ reader: Estate.Reader) throws -> [String: Bool] {
        let answer = try estate.ask(reader, "GET", Self.path)
        try #require(answer.status == 200, "\(answer.text)")
        let all = try JSON(parsing: answer.body)["members"]?.elements ?? []
        return Dictionary(
            uniqueKeysWithValues: all.compactMap { one in
                guard let name = one["display_name"]?.text, let isChild = one["is_child"]?.bool
                else { return nil }
                return (name, isChild)
            })
    }

    @Test("a person sees who lives with it, and of the day of birth only whether it is a child's")
    func own() async throws {
        let births = [APIFixture.id(0xF1): "1990-05-05", Self.child: "2017-03-01"]
        try await with(births) { estate async throws in
            for reader in [Estate.Reader.leader, .member] {
                #expect(try members(estate, reader) == ["张三": false, "王小芳": false, "小宝": true])
            }
            #expect(try members(estate, .neighbour) == ["李明": false])
            #expect(try members(estate, .officer) == [:])
            let text = try estate.ask(.leader, "GET", Self.path).text
            #expect(!text.contains("2017") && !text.contains("1990"))
            #expect(try estate.ask(.stranger, "GET", Self.path).status == 404)
            #expect(try estate.ask(.visitor, "GET", Self.path).status == 401)
            let other = try estate.ask(
                .leader, "GET", Self.path, fields: [("On-Behalf-Of", Self.child.description)])
            #expect(other.status == 400)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("a child is an adult from the birthday on, in the estate's zone")
    func birthday() async throws {
        try await with([Self.child: "2008-03-02"]) { estate async throws in
            // Midnight in Shanghai is 16:00 UTC of the day before.
            let midnight = Instant("2026-03-01T16:00:00Z") ?? .epoch
            try estate.api.clock.set(midnight - .microseconds(1))
            #expect(try members(estate, .leader)["小宝"] == true)
            try estate.api.clock.set(midnight)
            #expect(try members(estate, .leader)["小宝"] == false)
        }
    }

    @Test(
        "years are whole years",
        arguments: [
            ("2008-02-29", "2026-02-28", true), ("2008-02-29", "2026-03-01", false),
            ("2008-12-31", "2026-12-30", true), ("2008-12-31", "2026-12-31", false),
            ("2030-01-01", "2026-01-01", true), ("1926-01-01", "2026-01-01", false),
        ])
    func years(_ birth: String, _ today: String, _ isChild: Bool) throws {
        let (birth, today) = (try #require(CalendarDate(birth)), try #require(CalendarDate(today)))
        #expect(Household.isChild(born: birth, on: today) == isChild)
    }

    @Test("who has left the household is not shown, nor to whom has left")
    func left() async throws {
        try await with([:]) { estate async throws in
            try estate.api.database.superuser().run(
                """
                UPDATE linli.membership SET ends = '2026-03-01T00:00:00Z'
                WHERE person_id = '\(APIFixture.id(0xF3))'
                """)
            #expect(try members(estate, .leader) == ["张三": false, "小宝": false])
            #expect(try members(estate, .member) == [:])
        }
    }
}
