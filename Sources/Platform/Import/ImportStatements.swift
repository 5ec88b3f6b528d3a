/// The estate of this path and code, if it was imported before.
struct FindEstate: Statement {
    var path: [String]
    var code: String

    var sql: SQL { "SELECT linli.estate_for_import(\(path), \(code))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID? { try cells.read() }
}

/// Buildings, stairs, public places and parking spaces of the estate.
struct KnownPlaces: Statement {
    var sql: SQL {
        """
        SELECT p.code, p.kind, above.code
        FROM linli.place AS p
        LEFT JOIN linli.place AS above
            ON above.estate_id = p.estate_id AND above.id = p.parent_id
        WHERE p.estate_id = (SELECT linli.estate_id())
            AND p.kind IN ('building', 'stair', 'public', 'parking')
        """
    }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (code: String, kind: String, parent: String?) {
        (try cells.read(), try cells.read(), try cells.read())
    }
}

/// The residences of the estate with stair and floor.
struct KnownResidences: Statement {
    var sql: SQL {
        """
        SELECT stair.code, p.code, floor.code
        FROM linli.place AS p
        JOIN linli.place AS stair ON stair.estate_id = p.estate_id AND stair.id = p.stair_id
        JOIN linli.place AS floor ON floor.estate_id = p.estate_id AND floor.id = p.floor_id
        WHERE p.estate_id = (SELECT linli.estate_id()) AND p.kind = 'residence'
        """
    }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (stair: String, code: String, floor: String) {
        (try cells.read(), try cells.read(), try cells.read())
    }
}

/// The operators' keys of households or persons.
struct KnownKeys: Statement {
    var table: ImportTable

    var sql: SQL {
        table == .households
            ? """
            SELECT import_key
            FROM linli.household
            WHERE estate_id = (SELECT linli.estate_id()) AND import_key IS NOT NULL
            """
            : """
            SELECT import_key
            FROM linli.person
            WHERE estate_id = (SELECT linli.estate_id()) AND import_key IS NOT NULL
            """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// The codes of the places that are venues.
struct KnownVenues: Statement {
    var sql: SQL {
        """
        SELECT p.code
        FROM linli.venue AS v
        JOIN linli.place AS p ON p.estate_id = v.estate_id AND p.id = v.place_id
        WHERE v.estate_id = (SELECT linli.estate_id())
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// A person that was imported before, and what is sealed of it.
struct ImportedPersons: Statement {
    struct Person {
        var code: String
        var id: UUID
        var account: UUID?
        var birth: [UInt8]?
        var phone: [UInt8]?
    }

    var sql: SQL {
        """
        SELECT p.import_key, p.id, p.account_id, birth.value_sealed, phone.value_sealed
        FROM linli.person AS p
        LEFT JOIN linli.person_sealed AS birth ON birth.estate_id = p.estate_id
            AND birth.person_id = p.id AND birth.field = 'birth_date'
        LEFT JOIN linli.person_sealed AS phone ON phone.estate_id = p.estate_id
            AND phone.person_id = p.id AND phone.field = 'contact_phone'
        WHERE p.estate_id = (SELECT linli.estate_id()) AND p.import_key IS NOT NULL
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Person {
        Person(
            code: try cells.read(), id: try cells.read(), account: try cells.read(),
            birth: try cells.read(), phone: try cells.read())
    }
}

/// The accounts that hold imported roles at a node, by the operators' account codes.
struct AccountsAtNode: Statement {
    var node: UUID

    var sql: SQL {
        """
        SELECT split_part(import_key, '/', 1), account_id
        FROM linli.account_role_term
        WHERE node_id = \(node) AND import_key IS NOT NULL
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (code: String, account: UUID) {
        (try cells.read(), try cells.read())
    }
}

/// A node of the tree, made if it is not there.
struct EnsureNode: Statement {
    var id: UUID
    var parent: UUID?
    var kind: String
    var name: String

    var sql: SQL {
        """
        WITH made AS (
            INSERT INTO linli.node (id, parent_id, kind, code, name_zh, name_en)
            VALUES (\(id), \(parent), \(kind), \(name), \(name), \(name))
            ON CONFLICT ON CONSTRAINT node_code_once DO NOTHING
            RETURNING id)
        SELECT id FROM made
        UNION ALL
        SELECT id
        FROM linli.node
        WHERE parent_id IS NOT DISTINCT FROM \(parent) AND code = \(name)
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}

/// A write that returns, of each row it touched, whether it is new.
struct Upsert: Statement {
    var sql: SQL

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}
