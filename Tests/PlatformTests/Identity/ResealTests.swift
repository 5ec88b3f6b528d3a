import Platform
import Realtime
import Support
import Testing

@Suite("Sealing anew")
struct ResealTests {
    private static let lines = ["pepper 1 ", "sign 1 ", "seal 1 "].map {
        "\($0)\(String(repeating: "07", count: SymmetricKey.byteCount))\n"
    }.joined()
    private static let next = "seal 2 \(String(repeating: "08", count: SymmetricKey.byteCount))\n"

    private struct Sealed: Statement {
        var sql: SQL { "SELECT value_sealed FROM linli.person_sealed ORDER BY person_id, field" }
        func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] { try cells.read() }
    }

    private struct Identifier: Statement {
        var sql: SQL { "SELECT value_sealed FROM linli.account_identifier ORDER BY id" }
        func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] { try cells.read() }
    }

    /// Runs what is due of the jobs; how they ended, by name.
    private func run(
        _ keyring: Keyring, _ database: Database, _ clock: Clock, on shard: isolated Shard
    ) async throws -> [String: String] {
        let runner = JobRunner(
            Reseal.jobs(keyring), holder: EventScene.id(1), database, clock: clock,
            logger: EventScene.logger)
        _ = try await runner.runDue(on: shard)
        let statuses = try await database.read(.none, JobStatuses())
        let here = statuses.filter { [EventScene.estate, Job.noEstate].contains($0.estate) }
        return Dictionary(uniqueKeysWithValues: here.map { ($0.job, $0.outcome ?? "") })
    }

    private func rows(_ sealed: [String], _ phone: [UInt8]) -> String {
        let fields = ["attributes", "birth_date", "contact_phone"]
        let values = zip(fields, sealed).map { field, hex in
            "('\(EventScene.estate)', '\(EventScene.resident)', '\(field)', '\\x\(hex)', '2023-01-01Z')"
        }
        return """
            INSERT INTO linli.person_sealed (estate_id, person_id, field, value_sealed, changed_at)
            VALUES \(values.joined(separator: ", "));
            INSERT INTO linli.account (id, created_at) VALUES ('\(EventScene.id(0x71))', '2023-01-01Z');
            INSERT INTO linli.account_identifier
                (account_id, id, kind, value_hash, value_sealed, created_at)
            VALUES ('\(EventScene.id(0x71))', '\(EventScene.id(0x72))', 'phone',
                decode(repeat('00', 32), 'hex'), '\\x\(Hex.encoded(phone))', '2023-01-01Z');
            """
    }

    @Test("after a rotation every value comes under the new key, and still says the same")
    func rotation() async throws {
        let clock = Clock.settable(at: EventScene.before, scale: 0)
        let (old, new) = (try Keyring(text: Self.lines), try Keyring(text: Self.lines + Self.next))
        try await EventScene.with(clock: clock) { database, clone, shard in
            let (person, estate) = (EventScene.resident, EventScene.estate)
            let place = SealedPlace(
                table: "person_sealed", column: "contact_phone", row: person.bytes)
            let vault = PersonVault(old, of: estate)
            let phone = try #require(PhoneNumber("13812345678"))
            let identifier = try IdentifierVault(old).seal(
                phone, identifier: EventScene.id(0x72), of: EventScene.id(0x71))
            let sealed = [
                try vault.seal("{}", .attributes, of: person),
                try PersonVault(new, of: estate).seal("1931-01-28", .birthDate, of: person),
                // As it was sealed before an estate had keys of its own.
                try old.sealer(for: "person_sealed").seal(Array("+8613812345678".utf8), at: place),
            ]
            let server = try clone.superuser()
            try server.run(rows(sealed.map { Hex.encoded($0) }, identifier))

            let ends = try await run(new, database, clock, on: shard)
            #expect(ends == ["reseal": "done", "reseal-accounts": "done"])

            let (after, current) = (try server.run(Sealed()), PersonVault(new, of: estate))
            #expect(after[1] == sealed[1], "what is under the new key already stays as it is")
            #expect(after.allSatisfy { new.standing(of: Array($0.prefix(5))) == .current })
            #expect(try current.open(after[0], .attributes, of: person) == "{}")
            #expect(try current.open(after[2], .contactPhone, of: person) == "+8613812345678")
            let moved = try #require(try server.run(Identifier()).first)
            #expect(new.standing(of: Array(moved.prefix(5))) == .current)
            #expect(
                try IdentifierVault(new).openPhone(
                    moved, identifier: EventScene.id(0x72), of: EventScene.id(0x71)) == phone)
            let heads = try await database.read(.none, SealedHeads())
            #expect(heads.map(\.head) == [current.head] && heads.map(\.count) == [4])
        }
    }

    @Test("a value whose key is lost stays, the others are sealed anew, and the run says so")
    func lost() async throws {
        let clock = Clock.settable(at: EventScene.before, scale: 0)
        let (old, new) = (try Keyring(text: Self.lines), try Keyring(text: Self.lines + Self.next))
        try await EventScene.with(clock: clock) { database, clone, shard in
            let vault = PersonVault(old, of: EventScene.estate)
            let foreign = PersonVault(.random(), of: EventScene.estate)
            let person = EventScene.resident
            let sealed = [
                try foreign.seal("{}", .attributes, of: person),
                try vault.seal("1931-01-28", .birthDate, of: person),
            ]
            let server = try clone.superuser()
            try server.run(rows(sealed.map { Hex.encoded($0) }, sealed[0]))
            let ends = try await run(new, database, clock, on: shard)
            #expect(ends == ["reseal": "failed", "reseal-accounts": "failed"])
            let after = try server.run(Sealed())
            #expect(after[0] == sealed[0])
            #expect(new.standing(of: Array(after[1].prefix(5))) == .current)
        }
    }
}
