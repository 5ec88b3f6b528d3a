internal import Platform
internal import Realtime

/// How many ties may wait, and how long codes live.
enum TieLimits {
    /// Claims of a person that wait for the other, declined ones among them.
    static let openMax: Int32 = 10
    /// Days that a claim waits (`linli.tie_claim_lapses`).
    static let claimDays: Int64 = 30
    /// Characters of a code: 40 bits.
    static let codeLength = 8
    /// Minutes that a code lives.
    static let codeMinutes: Int64 = 10
    /// Codes that a person shows in 24 hours.
    static let codesPerDay: Int32 = 20
    /// Codes that an account tries in an hour; all of an estate a hundred times as many.
    static let triesPerHour: Int64 = 10
}

/// Ties between two persons, each confirmed by both.
struct Ties: Sendable {
    private let key: SymmetricKey

    /// Codes under the keys of this keyring.
    init(_ keyring: Keyring) { key = keyring.hashingKey(for: "tie code") }

    /// Writes a page of one's own ties and claims.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let rows = try await call.read(
            OwnTies(
                after: try call.cursor()?.id ?? UUID(high: 0, low: 0), count: Int32(limit + 1)))
        var response = call.json(capacity: 2048) { json in
            json.object { json in
                json.key("ties")
                json.array { json in
                    for row in rows.prefix(Int(limit)) { json.raw(row.json) }
                }
            }
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            response.add("Link", try call.link(next: Cursor(id: last.id)))
        }
        return response
    }

    /// Claims a tie to somebody whom one sees.
    static func claim(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        guard let person = call.body["person"]?.text.flatMap({ UUID($0) }),
            let kind = call.body["kind"]?.text
        else { throw Stop(.invalid) }
        return try await call.write { tx, _ in
            let claim = ClaimTie(id: id, person: person, kind: kind, event: event)
            let outcome = try await tx.run(claim).first
            switch outcome?.verdict {
            case "claimed": return .done(made(call, outcome, "waiting"))
            case "confirmed": return .done(made(call, outcome, "confirmed"))
            case "there": return .refused(Problem(.tieThere))
            case "full": return .refused(Problem(.tiesMax))
            default: return .refused(Problem(.notFound))
            }
        }
    }

    private static func made(_ call: Call, _ outcome: TieOutcome?, _ state: String) -> Response {
        call.json(.created) { json in
            json.object { json in
                json.member("id", outcome?.tie)
                json.member("state", state)
            }
        }
    }

    /// Confirms a claim that waits for the person that asks.
    static func confirm(_ call: Call) async throws -> Response {
        let event = call.context.ids.next()
        return try await call.write { tx, _ in
            switch try await tx.run(ConfirmTie(tie: call.id("tie"), event: event)).first {
            case "confirmed": .done(Response(.noContent))
            case "there": .refused(Problem(.tieThere))
            default: .refused(Problem(.notFound))
            }
        }
    }

    /// Declines, takes back or ends a tie; nobody else is told.
    static func end(_ call: Call) async throws -> Response {
        let event = call.context.ids.next()
        return try await call.write { tx, _ in
            switch try await tx.run(EndTie(tie: call.id("tie"), event: event)).first {
            case "done": .done(Response(.noContent))
            default: .refused(Problem(.notFound))
            }
        }
    }

    /// Shows a code that another person types.
    func issueCode(_ call: Call) async throws -> Response {
        let id = call.context.ids.next()
        let code = JoinCode.random(length: TieLimits.codeLength)
        guard let kind = call.body["kind"]?.text else { throw Stop(.invalid) }
        return try await call.write { tx, _ in
            let ends = tx.instant + .seconds(TieLimits.codeMinutes * 60)
            let issue = IssueTieCode(id: id, hash: code.hash(key), kind: kind, ends: ends)
            switch try await tx.run(issue).first {
            case "issued": break
            case "too_many": throw Self.tooMany
            default: return .refused(Problem(.notFound))
            }
            return .doneWithSecret(
                call.json(.created) { json in
                    json.object { json in
                        json.member("code", code.text)
                        json.member("kind", kind)
                        json.member("ends", ends)
                    }
                })
        }
    }

    /// Uses a code that another person shows.
    func useCode(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        let typed = JoinCode(call.body["code"]?.text ?? "", length: TieLimits.codeLength)
        let shown = (typed ?? .random(length: TieLimits.codeLength)).hash(key)
        return try await call.write { tx, _ in
            let outcome = try await tx.run(UseTieCode(shown: shown, id: id, event: event)).first
            switch outcome?.verdict {
            case "tied": return .done(Self.made(call, outcome, "confirmed"))
            case "there": return .refused(Problem(.tieThere))
            case "too_many": throw Self.tooMany
            // The try counts, so what was written stays.
            default: return .done(call.refusal(Problem(.tieCodeWrong)))
            }
        }
    }

    private static var tooMany: Stop {
        var problem = Problem(.tooMany)
        problem.retryAfterSeconds = 600
        return Stop(problem)
    }

    /// The periodic work that forgets codes a day after their end.
    static func sweep() -> Job {
        .sweep(
            name: "tie-sweep", every: .seconds(86_400),
            [
                """
                DELETE FROM linli.tie_code
                WHERE estate_id = linli.estate_id()
                    AND ends <= linli.instant() - interval '1 day'
                """
            ])
    }
}

/// How notices name those with whom their reader has a tie, or who ask for one.
enum TieTitles {
    static let all = [
        NoticeTitles(kind: .person) { ids in
            """
            SELECT n.person_id, n.name, NULL::text
            FROM linli.tie_names(\(ids)) AS n
            """
        }
    ]
}
