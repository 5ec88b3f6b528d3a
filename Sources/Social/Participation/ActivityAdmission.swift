internal import Platform

/// Who may hold a seat at a meeting: whoever it speaks to at that instant; each grown-up of a group is
/// its holder or shares a household with it, each child has its holder for a guardian, and beside
/// children without their own guardian there are the adults whom V0103 asks for.
struct ActivityAdmission {
    /// Who may not come beside whom.
    var company: [any CompanyRule] = CompanyRules.all

    /// The parties that may not hold a seat, by their ids.
    func refusals(
        of parties: [Party], at capacity: Capacity, beside: Beside, in transaction: Transaction
    ) async throws -> [UUID: AdmissionRefusal] {
        let (objections, apart) = try await transaction.run(
            FindObjections(occurrence: capacity.subject, parties: parties),
            FindCompany(capacity: capacity.id, parties: parties, beside: beside))
        var refusals: [UUID: AdmissionRefusal] = [:]
        for objection in objections where refusals[objection.party] == nil {
            refusals[objection.party] = AdmissionRefusal(objection.code, about: objection.person)
        }
        for one in apart where refusals[one.party] == nil {
            refusals[one.party] = AdmissionRefusal(one.code)
        }
        for party in parties where refusals[party.id] == nil {
            refusals[party.id] = try await companyRefusal(
                of: party, beside: beside, in: transaction)
        }
        return refusals
    }

    /// What is asked of a party whose meeting has this capacity, but for rules of its own company.
    static func question(about party: Party, at capacity: UUID) -> AdmissionQuestion {
        let persons = party.members.map(\.person)
        let all = party.all
        return AdmissionQuestion(
            """
            SELECT o.code, o.person_id
            FROM linli.capacity AS c
            CROSS JOIN LATERAL linli.activity_objections(c.subject_id,
                \(persons.map { _ in party.id }), \(persons.map { _ in party.holder }),
                \(persons)) AS o
            WHERE c.estate_id = linli.estate_id() AND c.id = \(capacity)
            UNION ALL
            SELECT o.code, NULL
            FROM linli.company_objections(\(capacity), \(all.map { _ in party.id }),
                \(all.map { _ in party.holder }), \(all), \([UUID]()), \([UUID]())) AS o
            """)
    }

    /// Why a party may not come beside those who hold seats.
    func companyRefusal(
        of party: Party, beside: Beside, in transaction: Transaction
    ) async throws -> AdmissionRefusal? {
        for rule in company {
            if let refusal = try await rule.objection(to: party, beside: beside, in: transaction) {
                return refusal
            }
        }
        return nil
    }

    /// What a client reads when it was refused.
    static func problem(_ refusal: AdmissionRefusal) -> Problem {
        switch refusal.code {
        case "not-of-household": Problem(.notOfHousehold)
        case "guardian-needed": Problem(.guardianNeeded)
        case "two-adults": Problem(.twoAdultsNeeded)
        case "child-ratio": Problem(.moreAdultsNeeded)
        default: Problem(.notAddressed)
        }
    }
}

extension Party {
    /// Who answers for it, and whom it brings.
    fileprivate var all: [UUID] { [holder] + members.map(\.person).filter { $0 != holder } }
}

/// Who may not come beside whom, for a reason that the feature knows and may tell.
protocol CompanyRule: Sendable {
    /// Why a group may not hold seats beside those who do; `nil` when it may.
    func objection(
        to party: Party, beside: Beside, in transaction: Transaction
    ) async throws -> AdmissionRefusal?
}

/// The one place where rules of company stand that refuse, for bookings, offers and acceptances alike.
///
/// There is none yet; without any, nobody's company is looked up. Blocks and protections refuse nobody:
/// who is kept apart waits (`linli.company_objections`).
enum CompanyRules {
    static let all: [any CompanyRule] = []
}

/// Whom of some groups a meeting does not admit, and why.
private struct FindObjections: Statement {
    var occurrence: UUID
    var parties: [Party]

    var sql: SQL {
        var (ids, holders, persons): ([UUID], [UUID], [UUID]) = ([], [], [])
        for party in parties {
            for member in party.members {
                ids.append(party.id)
                holders.append(party.holder)
                persons.append(member.person)
            }
        }
        return """
            SELECT party_id, person_id, code
            FROM linli.activity_objections(\(occurrence), \(ids), \(holders), \(persons))
            """
    }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (party: UUID, person: UUID, code: String) {
        (try cells.read(), try cells.read(), try cells.read())
    }
}

/// Which of some groups have to wait because of those who hold places, and why.
private struct FindCompany: Statement {
    var capacity: UUID
    var parties: [Party]
    var beside: Beside

    var sql: SQL {
        var (ids, holders, persons): ([UUID], [UUID], [UUID]) = ([], [], [])
        for party in parties {
            for person in party.all {
                ids.append(party.id)
                holders.append(party.holder)
                persons.append(person)
            }
        }
        let changed = beside.changed
        return """
            SELECT party_id, code
            FROM linli.company_objections(\(capacity), \(ids), \(holders), \(persons),
                \(changed.adding), \(changed.gone))
            """
    }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (party: UUID, code: String) {
        (try cells.read(), try cells.read())
    }
}
