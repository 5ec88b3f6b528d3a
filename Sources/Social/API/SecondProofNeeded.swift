internal import Platform
internal import Realtime

/// Whether the principal holds an office in the estate that does not count for want of a proof.
struct OfficeSleeps: Statement {
    var sql: SQL { "SELECT linli.office_sleeps()" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

extension Call {
    /// Whether a refusal with this status may be for want of an office that sleeps.
    func hidesOffice(_ status: Status) -> Bool {
        proof == .forOffice && (status == .notFound || status == .forbidden)
    }

    /// Does the work of an operation; a refusal that an office which sleeps would have spared says so.
    func mindingOffices(
        _ work: () async throws -> Response
    ) async throws -> Response {
        let refusal: Result<Response, Stop>
        do {
            refusal = .success(try await work())
        } catch let stop as Stop {
            refusal = .failure(stop)
        }
        let status =
            switch refusal {
            case .success(let response): response.status
            case .failure(let stop): stop.problem.kind.status
            }
        if hidesOffice(status), try await officeSleeps() { throw Stop(.secondProofNeeded) }
        return try refusal.get()
    }

    private func officeSleeps() async throws -> Bool {
        let statement = OfficeSleeps()
        let answers = try await database.answers(principal, [statement.sql])
        return try answers.rows(0, statement).first ?? false
    }
}

extension ProblemKind {
    /// What is asked takes a session with a second proof.
    package static let secondProofNeeded = ProblemKind(
        "second-proof-needed", .forbidden,
        Text(zh: "请先再证明一次是您本人", en: "Prove first that it is you"),
        Text(
            zh: "可用通行密钥、同住的成年家人在其手机上确认、纸质设备码，或到居委会、物业办公台确认；"
                + "履行职务须用通行密钥或由办公台确认，12 小时内有效。见 GET /api/v1/me/proof。",
            en: "Use a passkey, let a grown member of your household confirm it on its own device, "
                + "enter a device's code from paper, or have the desk confirm it; an office takes a "
                + "passkey or the desk, and counts for 12 hours. See GET /api/v1/me/proof."))
}
