// Persons and what ties them: accounts, households, roles.

extension ImportWriter {
    /// Each person has an account, so that a phone that comes later finds it; without an identifier
    /// nobody can sign in to it.
    mutating func writePersons(at node: UUID?) async throws {
        let old = Dictionary(
            uniqueKeysWithValues: try await transaction.run(ImportedPersons()).map { ($0.code, $0) }
        )
        var accounts: [String: UUID] = [:]
        if let node {
            for (code, account) in try await transaction.run(AccountsAtNode(node: node)) {
                accounts[code] = account
            }
        }
        let fresh = rows.persons.filter { old[$0.code] == nil }
        let made = fresh.map { row in
            (row: row, account: row.account.flatMap { accounts[$0] }, id: ids.next() as UUID)
        }
        let newAccounts = made.map { $0.account ?? ids.next() }
        try await insertAccounts(
            zip(made, newAccounts).compactMap { $0.account == nil ? ($1, $0.row.language) : nil })
        let offices = officeHolders()
        try await count(
            .persons,
            """
            INSERT INTO linli.person
                (estate_id, id, account_id, display_name, origin, created_at, import_key)
            SELECT \(estate), g.id, g.account, g.name, g.origin, (SELECT linli.instant()), g.code
            FROM unnest(\(made.map(\.id)), \(newAccounts), \(fresh.map(\.name)),
                \(fresh.map { offices.contains($0.code) ? "office" : "resident" }),
                \(fresh.map(\.code))) AS g (id, account, name, origin, code)
            RETURNING true
            """)
        let kept = rows.persons.filter { old[$0.code] != nil }
        try await count(
            .persons,
            """
            UPDATE linli.person AS p
            SET display_name = g.name
            FROM unnest(\(kept.map(\.code)), \(kept.map(\.name))) AS g (code, name)
            WHERE p.estate_id = \(estate) AND p.import_key = g.code AND p.display_name <> g.name
            RETURNING false
            """)
        var phones = zip(made, newAccounts).compactMap { made, account in
            made.row.phone.map { (account: account, phone: $0) }
        }
        var seals = try made.flatMap { try sealed($0.row, person: $0.id, old: nil) }
        for row in kept {
            guard let person = old[row.code] else { continue }
            let changed = try sealed(row, person: person.id, old: person)
            seals += changed
            if let phone = row.phone, let account = person.account,
                changed.contains(where: { $0.field == "contact_phone" })
            {
                phones.append((account, phone))
            }
        }
        try await writeSeals(seals)
        try await writePhones(phones)
    }

    /// Those who are here for an office above the estate alone, without a household.
    private func officeHolders() -> Set<String> {
        let above = rows.roles.filter { if case .committeeArea = $0.scope { true } else { false } }
        return Set(above.map(\.person)).subtracting(rows.memberships.map(\.person))
    }

    private func insertAccounts(_ accounts: [(id: UUID, language: String)]) async throws {
        _ = try await transaction.execute(
            """
            INSERT INTO linli.account (id, created_at, language)
            SELECT g.id, (SELECT linli.instant()), g.language
            FROM unnest(\(accounts.map(\.id)), \(accounts.map(\.language))) AS g (id, language)
            """)
    }

    private typealias Seal = (person: UUID, field: String, hex: String, isNew: Bool)

    /// The fields of a person that are new or changed, sealed.
    private func sealed(
        _ row: PersonRow, person: UUID, old: ImportedPersons.Person?
    ) throws -> [Seal] {
        let vault = PersonVault(keyring, of: estate)
        var seals: [Seal] = []
        let fields: [(SealedField, String?, [UInt8]?)] = [
            (.birthDate, row.birth?.description, old?.birth),
            (.contactPhone, row.phone?.e164, old?.phone),
        ]
        for (field, value, before) in fields {
            guard let value else { continue }
            if let before, try vault.open(before, field, of: person) == value { continue }
            let sealed = Hex.encoded(try vault.seal(value, field, of: person))
            seals.append((person, field.rawValue, sealed, before == nil))
        }
        return seals
    }

    private mutating func writeSeals(_ seals: [Seal]) async throws {
        guard !seals.isEmpty else { return }
        _ = try await transaction.execute(
            """
            INSERT INTO linli.person_sealed (estate_id, person_id, field, value_sealed, changed_at)
            SELECT \(estate), g.person, g.field, decode(g.hex, 'hex'), (SELECT linli.instant())
            FROM unnest(\(seals.map(\.person)), \(seals.map(\.field)), \(seals.map(\.hex)))
                AS g (person, field, hex)
            ON CONFLICT ON CONSTRAINT person_sealed_pkey DO UPDATE
            SET value_sealed = excluded.value_sealed, changed_at = excluded.changed_at
            """)
        addUpdates(seals.count { !$0.isNew }, to: .persons)
    }

    /// A phone finds its accounts by a keyed hash; what it is, is sealed.
    private func writePhones(_ phones: [(account: UUID, phone: PhoneNumber)]) async throws {
        guard !phones.isEmpty else { return }
        let vault = IdentifierVault(keyring)
        let identifiers = newIDs(phones.count)
        let hashes = phones.map { Hex.encoded(vault.hash(of: $0.phone)) }
        let sealed = try zip(identifiers, phones).map { id, phone in
            Hex.encoded(try vault.seal(phone.phone, identifier: id, of: phone.account))
        }
        _ = try await transaction.execute(
            """
            INSERT INTO linli.account_identifier
                (account_id, id, kind, value_hash, value_sealed, created_at)
            SELECT g.account, g.id, 'phone', decode(g.hash, 'hex'), decode(g.sealed, 'hex'),
                (SELECT linli.instant())
            FROM unnest(\(phones.map(\.account)), \(identifiers), \(hashes), \(sealed))
                AS g (account, id, hash, sealed)
            ON CONFLICT DO NOTHING
            """)
    }

    mutating func writeMemberships() async throws {
        let all = rows.memberships
        guard !all.isEmpty else { return }
        let given: SQL = """
            WITH given AS MATERIALIZED (
                SELECT g.id, h.id AS household, p.id AS person, g.standing,
                    g.first::date::timestamp AT TIME ZONE \(zone) AS begins,
                    coalesce((nullif(g.last, '')::date + 1)::timestamp AT TIME ZONE \(zone),
                        'infinity') AS ends
                FROM unnest(\(newIDs(all.count)), \(all.map(\.household)), \(all.map(\.person)),
                    \(all.map(\.standing)), \(all.firstDays), \(all.lastDays))
                    AS g (id, household, person, standing, first, last)
                JOIN linli.household AS h ON h.estate_id = \(estate) AND h.import_key = g.household
                JOIN linli.person AS p ON p.estate_id = \(estate) AND p.import_key = g.person
            ), changed AS (
                UPDATE linli.membership AS m
                SET ends = given.ends, role_in_household = given.standing
                FROM given
                WHERE m.estate_id = \(estate) AND m.household_id = given.household
                    AND m.person_id = given.person AND m.begins = given.begins
                    AND (m.ends, m.role_in_household) IS DISTINCT FROM (given.ends, given.standing)
                RETURNING m.id
            ), made AS (
                INSERT INTO linli.membership
                    (estate_id, id, household_id, person_id, role_in_household, begins, ends)
                SELECT \(estate), given.id, given.household, given.person, given.standing,
                    given.begins, given.ends
                FROM given
                WHERE NOT EXISTS (
                    SELECT
                    FROM linli.membership AS m
                    WHERE m.estate_id = \(estate) AND m.household_id = given.household
                        AND m.person_id = given.person AND m.begins = given.begins)
                RETURNING id
            )
            SELECT false FROM changed
            UNION ALL
            SELECT true FROM made
            """
        try await count(.memberships, given)
        try await writeRolesAtHome()
    }

    /// Owners, tenants and carers have that role at the residence, for as long as they belong to it.
    private mutating func writeRolesAtHome() async throws {
        let roles: [(row: MembershipRow, role: String)] = rows.memberships.flatMap { row in
            var roles: [(row: MembershipRow, role: String)] = []
            if row.isOwner { roles.append((row, "owner")) }
            if ["tenant", "flatmate"].contains(row.standing) { roles.append((row, "tenant")) }
            if row.standing == "carer" { roles.append((row, "carer")) }
            return roles
        }
        let members = roles.map(\.row)
        try await count(
            .memberships,
            """
            INSERT INTO linli.role_term AS r
                (estate_id, id, person_id, role, place_id, begins, ends, because, import_key)
            SELECT \(estate), g.id, p.id, g.role, h.residence_id,
                g.first::date::timestamp AT TIME ZONE \(zone),
                coalesce((nullif(g.last, '')::date + 1)::timestamp AT TIME ZONE \(zone), 'infinity'),
                'registry', concat_ws('/', 'home', g.person, g.role, g.household, g.first)
            FROM unnest(\(newIDs(roles.count)), \(members.map(\.person)), \(roles.map(\.role)),
                \(members.map(\.household)), \(members.firstDays), \(members.lastDays))
                AS g (id, person, role, household, first, last)
            JOIN linli.household AS h ON h.estate_id = \(estate) AND h.import_key = g.household
            JOIN linli.person AS p ON p.estate_id = \(estate) AND p.import_key = g.person
            ON CONFLICT ON CONSTRAINT role_term_import_once DO UPDATE
            SET ends = excluded.ends
            WHERE r.ends IS DISTINCT FROM excluded.ends
            RETURNING xmax = 0
            """)
    }

    mutating func writeRoles(at node: UUID?) async throws {
        var above: [RoleRow] = []
        var here: [RoleRow] = []
        for row in rows.roles {
            if case .committeeArea = row.scope { above.append(row) } else { here.append(row) }
        }
        let places = here.map { if case .place(let code) = $0.scope { code } else { "" } }
        try await count(
            .roles,
            """
            INSERT INTO linli.role_term AS r
                (estate_id, id, person_id, role, place_id, begins, ends, because, import_key)
            SELECT \(estate), g.id, p.id, g.role, place.id,
                g.first::date::timestamp AT TIME ZONE \(zone),
                (g.last::date + 1)::timestamp AT TIME ZONE \(zone),
                'registry', concat_ws('/', 'office', g.person, g.role, g.place, g.first)
            FROM unnest(\(newIDs(here.count)), \(here.map(\.person)), \(here.map(\.role)),
                \(places), \(here.firstDays), \(here.lastDays))
                AS g (id, person, role, place, first, last)
            JOIN linli.person AS p ON p.estate_id = \(estate) AND p.import_key = g.person
            LEFT JOIN linli.place AS place ON place.estate_id = \(estate) AND place.code = g.place
                AND place.kind IN ('building', 'stair')
            ON CONFLICT ON CONSTRAINT role_term_import_once DO UPDATE
            SET ends = excluded.ends
            WHERE r.ends IS DISTINCT FROM excluded.ends
            RETURNING xmax = 0
            """)
        guard let node, !above.isEmpty else { return }
        try await writeRoles(above, node: node)
    }

    /// A role above the estates belongs to the account; the second estate finds the first one's.
    private mutating func writeRoles(_ above: [RoleRow], node: UUID) async throws {
        let accounts = above.map { row in
            rows.persons.first { $0.code == row.person }?.account ?? ""
        }
        try await count(
            .roles,
            """
            INSERT INTO linli.account_role_term (account_id, id, role, node_id, display_name,
                begins, ends, because, import_key)
            SELECT p.account_id, g.id, g.role, \(node), p.display_name,
                g.first::date::timestamp AT TIME ZONE \(zone),
                (g.last::date + 1)::timestamp AT TIME ZONE \(zone),
                'registry', concat_ws('/', g.account, g.role, g.first)
            FROM unnest(\(newIDs(above.count)), \(above.map(\.person)), \(above.map(\.role)),
                \(accounts), \(above.firstDays), \(above.lastDays))
                AS g (id, person, role, account, first, last)
            JOIN linli.person AS p ON p.estate_id = \(estate) AND p.import_key = g.person
            ON CONFLICT ON CONSTRAINT account_role_term_import_once DO NOTHING
            RETURNING true
            """)
    }

    /// The registry vouches for both sides: an imported tie is confirmed from its first day.
    mutating func writeTies() async throws {
        let all = rows.ties
        guard !all.isEmpty else { return }
        let keys = all.map { row in
            ([row.one, row.other].sorted() + [row.kind, row.term.first.description])
                .joined(separator: "/")
        }
        try await count(
            .ties,
            """
            INSERT INTO linli.tie AS t (estate_id, id, kind, claimer_id, other_id, claimed_at,
                confirmed_at, ends, import_key)
            SELECT \(estate), g.id, g.kind, one.id, other.id,
                g.first::date::timestamp AT TIME ZONE \(zone),
                g.first::date::timestamp AT TIME ZONE \(zone),
                coalesce((nullif(g.last, '')::date + 1)::timestamp AT TIME ZONE \(zone), 'infinity'),
                g.key
            FROM unnest(\(newIDs(all.count)), \(all.map(\.one)), \(all.map(\.other)),
                \(all.map(\.kind)), \(all.firstDays), \(all.lastDays), \(keys))
                AS g (id, one, other, kind, first, last, key)
            JOIN linli.person AS one ON one.estate_id = \(estate) AND one.import_key = g.one
            JOIN linli.person AS other ON other.estate_id = \(estate) AND other.import_key = g.other
            ON CONFLICT ON CONSTRAINT tie_import_once DO UPDATE
            SET ends = excluded.ends
            WHERE t.ends IS DISTINCT FROM excluded.ends
            RETURNING xmax = 0
            """)
    }

    /// Who may act for whom; a later file ends a delegation, or changes what it covers.
    mutating func writeDelegations() async throws {
        let all = rows.delegations
        guard !all.isEmpty else { return }
        try await count(
            .delegations,
            """
            INSERT INTO linli.delegation AS d (estate_id, id, doer_id, beneficiary_id, scope,
                begins, ends, because, import_key)
            SELECT \(estate), g.id, doer.id, other.id, string_to_array(g.scope, ','),
                g.first::date::timestamp AT TIME ZONE \(zone),
                (g.last::date + 1)::timestamp AT TIME ZONE \(zone),
                'registry', concat_ws('/', g.doer, g.other, g.first)
            FROM unnest(\(newIDs(all.count)), \(all.map(\.doer)), \(all.map(\.beneficiary)),
                \(all.map { $0.scopes.joined(separator: ",") }), \(all.firstDays),
                \(all.lastDays)) AS g (id, doer, other, scope, first, last)
            JOIN linli.person AS doer ON doer.estate_id = \(estate) AND doer.import_key = g.doer
            JOIN linli.person AS other ON other.estate_id = \(estate)
                AND other.import_key = g.other
            ON CONFLICT ON CONSTRAINT delegation_import_once DO UPDATE
            SET scope = excluded.scope, ends = excluded.ends
            WHERE (d.scope, d.ends) IS DISTINCT FROM (excluded.scope, excluded.ends)
            RETURNING xmax = 0
            """)
    }
}
