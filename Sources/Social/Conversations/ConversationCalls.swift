internal import Logging
internal import Platform
internal import Realtime

/// Calls between the two sides of a thread: through a relay number, or by the desk.
///
/// No number of either leaves the server but to the relay.
struct ConversationCalls: Sendable {
    /// Most calls that one person asks for within an hour.
    static let perHourMax: Int32 = 10
    /// Who sees to calls that no relay takes.
    static let desk = "social_worker"

    private let vault: IdentifierVault
    private let relay: (any CallRelay)?

    /// Calls through this relay; without one the desk has them all.
    init(_ keyring: Keyring, relay: (any CallRelay)?) {
        vault = IdentifierVault(keyring)
        self.relay = relay
    }

    /// Asks to be put through: notes the call, then asks the relay, whom a repeat asks for the same.
    func ask(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        let wanted = ConversationVerdict(
            sql: """
                SELECT linli.ask_call(\(id), \(call.id("conversation")), \(event),
                    \(Self.perHourMax))
                """)
        let noted = try await call.write { tx, _ in
            let verdict = try await tx.run(wanted).first
            guard verdict == "asked" else { return .refused(try Problem.ofConversation(verdict)) }
            return .done(
                call.json(.created) { json in
                    json.object { json in json.member("id", id) }
                })
        }
        guard noted.status == .created, case .bytes(let content) = noted.body,
            let asked = try JSON(parsing: content)["id"]?.text.flatMap({ UUID($0) })
        else { return noted }
        let relayed = try await relayed(call, asked)
        if relayed == nil {
            _ = try await call.database.write(call.principal) { tx in
                try await tx.run(CallByDesk(call: asked))
            }
        }
        return call.json(.created) { json in
            json.object { json in
                json.member("id", asked)
                json.member("how", relayed == nil ? "desk" : "relay")
                if let relayed {
                    json.member("number", relayed.number)
                    json.member("until", relayed.until)
                } else {
                    json.member("desk", Self.desk)
                }
            }
        }
    }

    /// What the relay gives; `nil` where there is none, or it refuses or fails.
    private func relayed(_ call: Call, _ asked: UUID) async throws -> RelayedCall? {
        guard let relay else { return nil }
        let ends = try await call.read(CallEnds(call: asked))
        guard ends.count == 2, ends[0].isCaller else { return nil }
        let phones = try ends.map {
            try vault.openPhone($0.sealed, identifier: $0.identifier, of: $0.account)
        }
        do {
            return try await relay.connect(asked, from: phones[0], to: phones[1])
        } catch let failure as HTTPCallRelay.Failure {
            call.context.logger.warning(
                "the relay of calls is of no use", metadata: ["because": "\(failure)"])
            return nil
        }
    }
}
