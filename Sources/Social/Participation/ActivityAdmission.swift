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
        let objections = try await transaction.run(
            FindObjections(occurrence: capacity.subject, parties: parties))
        var refusals: [UUID: AdmissionRefusal] = [:]
        for objection in objections where refusals[objection.party] == nil {
            refusals[objection.party] = AdmissionRefusal(objection.code, about: objection.person)
        }
        for party in parties where refusals[party.id] == nil {
            refusals[party.id] = try await companyRefusal(
                of: party, beside: beside, in: transaction)
        }
        return refusals
    }

    /// What is asked of a party whose meeting has this capacity, but for its company.
    static func question(about party: Party, at capacity: UUID) -> AdmissionQuestion {
        let persons = party.members.map(\.person)
        return AdmissionQuestion(
            """
            SELECT o.code, o.person_id
            FROM linli.capacity AS c
            CROSS JOIN LATERAL linli.activity_objections(c.subject_id,
                \(persons.map { _ in party.id }), \(persons.map { _ in party.holder }),
                \(persons)) AS o
            WHERE c.estate_id = linli.estate_id() AND c.id = \(capacity)
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

/// Who may not come beside whom, such as those between whom there is a block.
protocol CompanyRule: Sendable {
    /// Why a group may not hold seats beside those who do; `nil` when it may.
    func objection(
        to party: Party, beside: Beside, in transaction: Transaction
    ) async throws -> AdmissionRefusal?
}

/// The one place where rules of company stand, for bookings, offers and acceptances alike.
///
/// There is none yet: blocks and protections come with people and safety, and each of them is one
/// more element here. Without any, nobody's company is looked up.
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
