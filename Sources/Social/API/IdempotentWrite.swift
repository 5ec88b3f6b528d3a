package import Platform
package import Realtime

/// How a write ended, as its transaction must know.
package enum Outcome {
    /// It happened; the answer is kept for repeats.
    case done(Response)
    /// It happened, but the answer shows a secret: it is given once and kept nowhere.
    case doneWithSecret(Response)
    /// The domain refused it: nothing of it is kept but key and answer.
    case refused(Problem)
}

/// The key of a request's `Idempotency-Key` field: 1 to 255 visible ASCII characters.
struct IdempotencyKey: Hashable {
    let text: String

    init?(_ request: Request) {
        guard let text = request.field("idempotency-key"), (1...255).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        self.text = text
    }
}

extension Call {
    /// Hours that a key and its answer are kept.
    package static let keyHours: Int64 = 48

    /// The periodic work that forgets keys whose time has passed.
    package static func sweep() -> Job {
        .sweep(
            name: "idempotency-sweep", every: .seconds(600),
            [
                """
                DELETE FROM linli.idempotency
                WHERE estate_id IN (
                    linli.estate_id(), '00000000-0000-0000-0000-000000000000'::uuid)
                    AND expires_at <= linli.instant()
                """
            ])
    }

    /// Runs a write once for its key, in one transaction with the key and the answer.
    ///
    /// `body` may run again after a deadlock, so it has no effect outside the transaction. The same
    /// key and request get the same status and content, with `Idempotency-Replayed: true`; a repeat
    /// while the first runs waits for it. What is no outcome (400, 401, 429 and faults) keeps
    /// nothing: `body` throws a `Stop` for it. Writes at one `thing` that many may want at once take
    /// turns (`Database.write`).
    package func write(
        inTurnAt thing: UUID? = nil, _ body: (Transaction, Caller) async throws -> Outcome
    ) async throws -> Response {
        do {
            return try await entering { try await writeOnce(thing, body) }
        } catch let error as PostgresError where error.kind == .unknownOutcome {
            // Whether the commit happened is what the key knows: with it asking again is safe.
            return try await entering { try await writeOnce(thing, body) }
        }
    }

    private func writeOnce(
        _ thing: UUID?, _ body: (Transaction, Caller) async throws -> Outcome
    ) async throws -> Response {
        guard let key = IdempotencyKey(request) else { throw Stop(.keyMissing) }
        let keyHash = SHA256.digest(of: Array(key.text.utf8))
        let digest = requestDigest
        let take = TakeKey(
            route: operation, keyHash: keyHash, digest: digest,
            lifetimeSeconds: Self.keyHours * 3600)
        return try await database.write(principal, inTurnAt: thing) { tx in
            let (taken, _) = try await tx.run(take, BeginChange())
            guard let caller = try caller(tx.identity) else {
                preconditionFailure("\(operation) is keyed, so it asks for an account")
            }
            let place = place(of: keyHash, caller)
            guard !taken.isEmpty else {
                return try await replay(tx, keyHash, digest, place)
            }
            if let onBehalf,
                let refusal = OnBehalf.refusal(try await tx.run(onBehalf.statement).first)
            {
                return try await finish(.refused(refusal), tx, keyHash, place)
            }
            let outcome = try await body(tx, caller)
            if case .refused(let problem) = outcome, hidesOffice(problem.kind.status),
                try await tx.run(OfficeSleeps()).first == true
            {
                throw Stop(.secondProofNeeded)
            }
            return try await finish(outcome, tx, keyHash, place)
        }
    }

    private func finish(
        _ outcome: Outcome, _ tx: Transaction, _ keyHash: [UInt8], _ place: SealedPlace
    ) async throws -> Response {
        let response: Response
        var before: [SQL] = []
        var sealed: [UInt8]?
        switch outcome {
        case .done(let done):
            response = done
            sealed = try context.answers.seal(StoredAnswer(done).bytes, at: place)
        case .doneWithSecret(let done):
            response = done
        case .refused(let problem):
            response = refusal(problem)
            before = [UndoChange().sql]
            sealed = try context.answers.seal(StoredAnswer(response).bytes, at: place)
        }
        let keep = KeepAnswer(route: operation, keyHash: keyHash, answerSealed: sealed)
        if before.isEmpty {
            try await tx.finish(keep.sql)
        } else {
            try await tx.finish(before[0], keep.sql)
        }
        return response
    }

    private func replay(
        _ tx: Transaction, _ keyHash: [UInt8], _ digest: [UInt8], _ place: SealedPlace
    ) async throws -> Response {
        let found = try await tx.run(FindKey(route: operation, keyHash: keyHash)).first
        guard let found else {
            throw PostgresError(.server, state: "40001", message: "a key went while it was read")
        }
        guard isEqualInConstantTime(found.digest, digest) else { throw Stop(.keyReused) }
        guard let sealed = found.answerSealed else { throw Stop(.secretShownOnce) }
        let bytes = try context.answers.open(sealed, at: place)
        guard let answer = StoredAnswer(bytes: bytes) else { throw CryptoError.notAuthentic }
        return answer.response.adding("Idempotency-Replayed", "true")
    }

    /// Method, path, query, version, content and beneficiary: each after its length, so that no two
    /// look alike.
    private var requestDigest: [UInt8] {
        var bytes: [UInt8] = []
        func add(_ part: some Collection<UInt8>) {
            bytes.append(contentsOf: "\(part.count):".utf8)
            bytes.append(contentsOf: part)
        }
        add(Array(request.method.rawValue.utf8))
        add(Array(request.path.utf8))
        for (name, value) in request.queryItems ?? [] {
            add(Array(name.utf8))
            add(Array(value.utf8))
        }
        add(Array((request.field("if-match") ?? "").utf8))
        add(request.content)
        if let onBehalf { add(onBehalf.beneficiary.bytes) }
        return SHA256.digest(of: bytes)
    }

    private func place(of keyHash: [UInt8], _ caller: Caller) -> SealedPlace {
        SealedPlace(
            table: "idempotency", column: operation,
            row: caller.account.bytes + (caller.person == nil ? [] : caller.estate?.bytes ?? [])
                + keyHash)
    }
}

/// An answer as bytes: status, fields and content, each field on a line of its own.
struct StoredAnswer {
    let response: Response

    /// Takes an answer whose content is there whole.
    init(_ response: Response) { self.response = response }

    /// Reads `bytes`.
    init?(bytes: [UInt8]) {
        var rest = bytes[...]
        func line() -> String? {
            guard let end = rest.firstIndex(of: 0x0A) else { return nil }
            defer { rest = rest[(end + 1)...] }
            return String(decoding: rest[..<end], as: UTF8.self)
        }
        guard let code = line().flatMap({ Int($0) }), let reason = line(), let type = line() else {
            return nil
        }
        var response = Response(Status(code, reason))
        if !type.isEmpty { response.contentType = type }
        while let field = line(), !field.isEmpty {
            let parts = field.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            response.add(String(parts[0]), String(parts[1]))
        }
        if !rest.isEmpty { response.body = .bytes(Array(rest)) }
        self.response = response
    }

    /// What `init(bytes:)` reads.
    var bytes: [UInt8] {
        var text = "\(response.status.code)\n\(response.status.reason)\n"
        text += "\(response.contentType ?? "")\n"
        for field in response.fields {
            text += "\(field.name):\(field.value.filter { !$0.isNewline })\n"
        }
        text += "\n"
        guard case .bytes(let content) = response.body else { return Array(text.utf8) }
        return Array(text.utf8) + content
    }
}
