internal import Platform
internal import Support

/// Two estates, A below the committee area and B elsewhere, and people in them.
///
/// Everything is in the schema's own words, written by the superuser before the test asks as others.
struct Estates {
    static let a = id(0xA)
    static let b = id(0xB)
    /// In A: accounts e1 (resident), e2 and e3 (a couple with one phone); B: e4; the officer: e5.
    static let resident = id(0xE1)
    static let wife = id(0xE2)
    static let husband = id(0xE3)
    static let stranger = id(0xE4)
    static let officer = id(0xE5)
    static let residentPerson = id(0xF1)
    static let strangerPerson = id(0xF4)
    static let unclaimedPerson = id(0xF6)
    static let start = Instant("2026-03-01T00:00:00Z") ?? .epoch
    static let termEnds = Instant("2026-05-01T00:00:00Z") ?? .epoch

    static let residentPhone = "13800000001"
    static let couplePhone = "13800000002"

    /// A small number as an id.
    static func id(_ number: UInt64) -> UUID { UUID(high: 7 << 12, low: 1 << 63 | number) }

    static func personAs(_ person: UUID, _ account: UUID, in estate: UUID = a) -> Principal {
        .person(estate: estate, person: person, account: account)
    }

    static func fill(_ database: TestDatabase, keyring: Keyring) throws {
        let vault = IdentifierVault(keyring)
        let server = try database.superuser()
        try server.run(Self.rows)
        for (account, number, row) in [
            (resident, residentPhone, 0x11 as UInt64), (wife, couplePhone, 0x12),
            (husband, couplePhone, 0x13),
        ] {
            guard let phone = PhoneNumber(number) else { continue }
            _ = try server.run(
                AddPhone(
                    account: account, id: id(row), hash: vault.hash(of: phone),
                    sealed: try vault.seal(phone, identifier: id(row), of: account)))
        }
    }

    private struct AddPhone: Command {
        var account: UUID
        var id: UUID
        var hash: [UInt8]
        var sealed: [UInt8]

        var sql: SQL {
            """
            INSERT INTO linli.account_identifier
                (account_id, id, kind, value_hash, value_sealed, created_at)
            VALUES (\(account), \(id), 'phone', \(hash), \(sealed), '2026-01-01Z')
            """
        }
    }

    private static var rows: String {
        """
        INSERT INTO linli.node (id, parent_id, kind, code, name_zh, name_en) VALUES
            ('\(id(0xC1))', NULL, 'city', 'sh', '上海市', 'Shanghai'),
            ('\(id(0xC2))', '\(id(0xC1))', 'district', 'pt', '普陀区', 'Putuo'),
            ('\(id(0xC3))', '\(id(0xC2))', 'committee_area', 'q', '秋水', 'Qiushui');
        INSERT INTO linli.estate (estate_id, node_id, code, name_zh, name_en) VALUES
            ('\(a)', '\(id(0xC3))', 'a', '甲小区', 'A'), ('\(b)', '\(id(0xC1))', 'b', '乙小区', 'B');
        INSERT INTO linli.account (id, created_at)
            SELECT unnest(ARRAY['\(resident)', '\(wife)', '\(husband)', '\(stranger)',
                '\(officer)']::uuid[]), '2026-01-01Z';
        INSERT INTO linli.place (estate_id, id, parent_id, kind, code, name_zh, name_en) VALUES
            ('\(a)', '\(id(0xA1))', NULL, 'building', '1', '1幢', 'Building 1'),
            ('\(a)', '\(id(0xA2))', '\(id(0xA1))', 'stair', '3', '3号', 'Stair 3'),
            ('\(a)', '\(id(0xA3))', '\(id(0xA2))', 'residence', '101', '101室', '101');
        INSERT INTO linli.person (estate_id, id, account_id, display_name, created_at) VALUES
            ('\(a)', '\(residentPerson)', '\(resident)', '张三', '2026-01-01Z'),
            ('\(a)', '\(id(0xF2))', '\(wife)', '王小芳', '2026-01-01Z'),
            ('\(a)', '\(id(0xF3))', '\(husband)', '李明', '2026-01-01Z'),
            ('\(b)', '\(strangerPerson)', '\(stranger)', '赵六', '2026-01-01Z'),
            ('\(a)', '\(unclaimedPerson)', NULL, '钱七', '2026-01-01Z');
        INSERT INTO linli.household (estate_id, id, residence_id, begins) VALUES
            ('\(a)', '\(id(0xD1))', '\(id(0xA3))', '2026-01-01Z'),
            ('\(a)', '\(id(0xD2))', '\(id(0xA3))', '2026-01-01Z');
        INSERT INTO linli.membership
            (estate_id, id, household_id, person_id, role_in_household, begins) VALUES
            ('\(a)', '\(id(0x71))', '\(id(0xD1))', '\(id(0xF2))', 'spouse', '2026-01-01Z'),
            ('\(a)', '\(id(0x72))', '\(id(0xD1))', '\(id(0xF3))', 'head', '2026-01-01Z'),
            ('\(a)', '\(id(0x73))', '\(id(0xD2))', '\(residentPerson)', 'head', '2026-01-01Z');
        INSERT INTO linli.account_role_term
            (account_id, id, role, node_id, display_name, begins, ends, because) VALUES
            ('\(officer)', '\(id(0x91))', 'residents_committee', '\(id(0xC3))', '孙干事',
                '2026-01-01Z', '\(termEnds)', 'elected');
        """
    }
}

/// One cell a row.
struct Cell<Value: SQLValue>: Statement {
    var sql: SQL

    init(_ sql: SQL, as type: Value.Type = Value.self) { self.sql = sql }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Value { try cells.read() }
}
