internal import ArgumentParser
internal import Platform
internal import Realtime

/// Prints an operator's first code: the second proof of whoever has no passkey yet, and whom no
/// other operator can vouch for.
struct OperatorCode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operator-code",
        abstract: "Print a one-time code for an operator's first proved session.",
        discussion: """
            PHONE is the number in the roster of somebody who holds an office now. The operator signs
            in with the phone, enters the code as its second proof (POST /api/v1/me/proof/codes, or
            the page's 设备码), and adds a passkey in that session; from then on the passkey is its
            second factor. The code is good once, for 24 hours; a new one voids the one before. Its
            use is told to the account.

            Examples:
              linli operator-code 13800001234
            """)

    @OptionGroup var settings: Settings

    @Argument(help: "The operator's phone number.")
    var phone: String

    func run() async throws {
        guard let number = PhoneNumber(phone) else {
            throw ValidationError("that is no phone number: give it as in the roster")
        }
        let clock = settings.makeClock()
        let vault = IdentifierVault(try settings.keyring())
        let code = DeviceCode.random()
        let (phone, hash) = (vault.hash(of: number), vault.hash(of: code))
        let count = try await settings.withDatabase(clock: clock) { database, _ in
            let id = UUIDGenerator(clock: clock).next()
            return try await database.write(.none) { transaction in
                try await transaction.finish(
                    IssueOperatorCode(
                        phone: phone, id: id, hash: hash, at: transaction.instant,
                        ends: transaction.instant + SignInLimits().operatorCodeLifetime))
            }
        }
        switch count.first ?? 0 {
        case 1: say(code.text)
        case 0:
            throw ValidationError(
                "nobody with that phone holds an office now: enter the office in the roster, and"
                    + " import it")
        default:
            throw ValidationError(
                "several who hold an office share that phone: give one of them a phone of its own")
        }
    }
}

/// Issues the code, if the phone leads to one account with an office; to how many it leads.
private struct IssueOperatorCode: Statement {
    var phone: [UInt8]
    var id: UUID
    var hash: [UInt8]
    var at: Instant
    var ends: Instant

    var sql: SQL {
        "SELECT linli.issue_operator_code(\(phone), \(id), \(hash), \(at), \(ends))"
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
}
