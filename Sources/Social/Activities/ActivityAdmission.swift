internal import Platform

/// Who may hold a seat at an activity: whoever it speaks to, while it is for everyone.
struct ActivityAdmission: Admission {
    let feature = "activity"

    func refusals(
        of parties: [Party], at capacity: Capacity, beside: Beside, in transaction: Transaction
    ) async throws -> [UUID: AdmissionRefusal] {
        let persons = Set(parties.flatMap(\.members).map(\.person)).sorted()
        let strangers = Set(
            try await transaction.run(
                ActivityStrangers(occurrence: capacity.subject, persons: persons)))
        guard !strangers.isEmpty else { return [:] }
        var refusals: [UUID: AdmissionRefusal] = [:]
        for party in parties {
            if let stranger = party.members.map(\.person).first(where: strangers.contains) {
                refusals[party.id] = AdmissionRefusal("not-addressed", about: stranger)
            }
        }
        return refusals
    }
}

/// Those of some persons to whom a meeting does not speak now.
private struct ActivityStrangers: Statement {
    var occurrence: UUID
    var persons: [UUID]

    var sql: SQL { "SELECT s FROM linli.activity_strangers(\(occurrence), \(persons)) AS s" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}
