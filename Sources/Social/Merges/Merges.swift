internal import Platform
internal import Realtime

/// Two persons of one human made one, and that undone.
struct Merges: Sendable {
    private let keyring: Keyring

    /// Sealing under the keys of this keyring.
    init(_ keyring: Keyring) { self.keyring = keyring }

    /// Merges a person into another.
    func merge(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        guard let keep = call.body["keep"]?.text.flatMap({ UUID($0) }),
            let drop = call.body["drop"]?.text.flatMap({ UUID($0) }),
            let because = call.body["because"]?.text
        else { throw Stop(.invalid) }
        let vault = PersonVault(keyring, of: call.id("estate"))
        return try await call.write { tx, _ in
            let merge = MergePersons(
                id: id, keep: keep, drop: drop, because: because, event: event)
            switch try await tx.run(merge).first {
            case "merged": break
            case "own": return .refused(Problem(.ownHousehold))
            case "keep_claimed": return .refused(Problem(.mergeKeepClaimed))
            case "both_alive": return .refused(Problem(.mergeBothAlive))
            default: return .refused(Problem(.notFound))
            }
            // What is sealed for one person is opened for that one alone: it is sealed anew.
            for row in try await tx.run(SealedToMove(merge: id)) {
                guard let field = SealedField(rawValue: row.field) else { continue }
                let value = try vault.open(row.sealed, field, of: drop)
                let sealed = try vault.seal(value, field, of: keep)
                _ = try await tx.run(PutMovedSealed(merge: id, field: row.field, sealed: sealed))
            }
            return .done(
                call.json(.created) { json in
                    json.object { json in json.member("id", id) }
                })
        }
    }

    /// Undoes a merge.
    static func undo(_ call: Call) async throws -> Response {
        let event = call.context.ids.next()
        guard let because = call.body["because"]?.text else { throw Stop(.invalid) }
        return try await call.write { tx, _ in
            let undo = UndoMerge(merge: call.id("merge"), because: because, event: event)
            return switch try await tx.run(undo).first {
            case "undone": .done(Response(.noContent))
            case "own": .refused(Problem(.ownHousehold))
            case "again": .refused(Problem(.mergeUndone))
            case "late": .refused(Problem(.mergeLate))
            default: .refused(Problem(.notFound))
            }
        }
    }

    /// Says that another entry is one's own, too.
    static func agree(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        guard let other = call.body["person"]?.text.flatMap({ UUID($0) }) else {
            throw Stop(.invalid)
        }
        return try await call.write { tx, _ in
            _ = try await tx.run(AgreeToMerge(id: id, other: other, event: event))
            return .done(Response(.noContent))
        }
    }

    /// Writes a page of merges.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let (rows, may) = try await call.read(
            MergesSeen(
                before: try call.cursor()?.id ?? UUID(high: .max, low: .max),
                count: Int32(limit + 1)), MayMerge())
        guard may.first == true else { throw Stop(.notFound) }
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.key("merges")
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
}
