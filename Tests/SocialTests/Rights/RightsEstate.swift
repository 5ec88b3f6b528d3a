internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

/// What tests of the rights of the person ask of a family's estate.
enum RightsEstate {
    typealias Estate = FamilyEstate

    static let canary = "金丝雀"

    /// The operations besides the family's.
    static func operations(_ keyring: Keyring, _ signals: EventSignals) -> [Social.Operation] {
        RightsOperations.all(keyring: keyring, signals: signals)
    }
}

extension FamilyEstate {
    /// Asks for a copy, and lets it be made; its path.
    func export(_ reader: Reader, of child: UUID? = nil) async throws -> String {
        let body = child.map { #"{"person":"\#($0)"}"# } ?? "{}"
        let asked = try json(reader, "POST", "/me/export", body, is: 202)
        try await api.server.shard.makeExports(api.keyring)
        return "/me/export/\(asked["id"]?.text ?? "")"
    }

    /// What a foreign reader finds in a copy.
    func files(_ reader: Reader, _ path: String) throws -> [String: String] {
        let answer = try ask(reader, "GET", path)
        try #require(answer.status == 200, "\(answer.text)")
        return try Archive.files(answer.body)
    }

    func count(_ sql: SQL) throws -> Int64 {
        try api.database.superuser().run(OneCell<Int64>(sql: sql)).first ?? -1
    }
}

extension Shard {
    /// Runs the job in the fixture's estate, at the instant of the fixture's clock.
    func makeExports(_ keyring: Keyring) async throws {
        guard let database = local(Database.self) else { return }
        let ids = UUIDGenerator(clock: Platform.Clock.settable(at: APIFixture.start, scale: 0))
        let place = ExportJob.Place(estate: APIFixture.a, instant: APIFixture.start)
        try await ExportJob.make(in: place, keyring, ids, database, on: self) {}
    }
}

extension FamilyEstate {
    /// Keeps a value sealed for a person.
    func seal(_ value: String, _ field: SealedField, of person: UUID) throws {
        let vault = PersonVault(api.keyring, of: APIFixture.a)
        let sealed = Hex.encoded(try vault.seal(value, field, of: person))
        try run(
            """
            INSERT INTO linli.person_sealed (estate_id, person_id, field, value_sealed, changed_at)
            VALUES ('\(APIFixture.a)', '\(person)', '\(field.rawValue)', '\\x\(sealed)',
                '2026-01-01Z')
            """)
    }

    /// What is sealed for a person, opened.
    func opened(_ field: SealedField, of person: UUID) throws -> String? {
        let sealed = try texts(
            """
            SELECT encode(value_sealed, 'hex') FROM linli.person_sealed
            WHERE person_id = \(person) AND field = \(field.rawValue)
            """)
        let vault = PersonVault(api.keyring, of: APIFixture.a)
        return try sealed.first.flatMap { Hex.decoded($0) }.map {
            try vault.open($0, field, of: person)
        }
    }
}

extension FamilyEstate {
    /// The mother's thread, and what she said in it at an instant.
    func say(_ words: String, at instant: String) throws {
        let (a, thread, message) = (APIFixture.a, APIFixture.id(0x701), APIFixture.id(0x702))
        let vault = EstateVault(api.keyring, of: a)
        let sealed = Hex.encoded(try vault.seal(words, .messageBody, of: message))
        try run(
            """
            INSERT INTO linli.conversation
                (estate_id, id, kind, about_id, asker_id, opened_at, last_number, last_at)
            VALUES ('\(a)', '\(thread)', 'activity', '\(thread)', '\(Self.mother)', '\(instant)', 1,
                '\(instant)');
            INSERT INTO linli.conversation_message (estate_id, id, conversation_id, number,
                author_id, side, body_sealed, is_masked, at)
            VALUES ('\(a)', '\(message)', '\(thread)', 1, '\(Self.mother)', 'asker',
                '\\x\(sealed)', false, '\(instant)');
            """)
    }
}
