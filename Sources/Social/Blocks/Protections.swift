internal import Platform
internal import Realtime

/// Protections (保护): a social worker sets one on evidence, for a term.
///
/// Whoever it keeps away is told nothing; a person tells the protected one, which a task says.
struct Protections: Sendable {
    /// Most persons that one case protects: a mother and her children.
    static let personsMax = 10
    /// Longest term in days.
    static let daysMax: Int64 = 1830

    private let keyring: Keyring

    init(_ keyring: Keyring) { self.keyring = keyring }

    /// Writes a page of the cases that live, each with its evidence.
    func list(_ call: Call) async throws -> Response {
        let limit = call.limit(default: 50)
        let page = FindProtections(
            only: nil, after: try call.cursor()?.id ?? UUID(high: 0, low: 0), count: limit + 1)
        let (workers, rows) = try await call.read(IsSocialWorker(), page)
        guard workers == [true] else { throw Stop(.notFound) }
        let estate = call.id("estate")
        let shown = try rows.prefix(Int(limit)).map { try json(of: $0, in: estate) }
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.key("protections")
                json.array { json in
                    for row in shown { json.raw(row) }
                }
            }
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            response.add("Link", try call.link(next: Cursor(id: last.id)))
        }
        return response
    }

    /// Sets a case.
    func set(_ call: Call) async throws -> Response {
        let wanted = try Wanted(call.body, at: call.context.clock.now())
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        let ids = wanted.persons.map { _ in call.context.ids.next() }
        return try await call.write { tx, caller in
            guard let person = caller.person, let estate = caller.estate else {
                throw Stop(.notFound)
            }
            let sealed = try ids.map {
                try EstateVault(keyring, of: estate)
                    .seal(wanted.reference, .protectionEvidence, of: $0)
            }
            let set = SetProtection(id: id, ids: ids, wanted: wanted, evidence: sealed)
            if let problem = Self.refusal(try await tx.run(set).first) { return .refused(problem) }
            try await tx.execute(AppendEvent(change(event, "protection.set", id, person)).sql)
            return .done(
                call.json(.created) { json in
                    json.object { json in
                        json.member("id", id)
                        json.member("begins", tx.instant)
                        json.member("until", wanted.until)
                    }
                })
        }
    }

    /// Extends a case that lives.
    func extend(_ call: Call) async throws -> Response {
        let now = call.context.clock.now()
        let until = try Wanted.until(call.body, at: now)
        return try await change(call, to: until, "protection.extended")
    }

    /// Ends a case.
    func end(_ call: Call) async throws -> Response {
        try await change(call, to: nil, "protection.ended")
    }

    private func change(
        _ call: Call, to until: Instant?, _ kind: String
    ) async throws -> Response {
        let (id, event) = (call.id("protection"), call.context.ids.next())
        return try await call.write { tx, caller in
            guard let person = caller.person else { throw Stop(.notFound) }
            let verdict = try await tx.run(ChangeProtection(id: id, until: until)).first
            if let problem = Self.refusal(verdict) { return .refused(problem) }
            try await tx.execute(AppendEvent(change(event, kind, id, person)).sql)
            return .done(Response(.noContent))
        }
    }

    /// Its event is the worker's alone, and says nobody's name.
    private func change(
        _ event: UUID, _ kind: String, _ id: UUID, _ person: UUID
    ) -> EventDraft {
        EventDraft(id: event, kind: kind, audience: [.person(person)]) { json in
            json.member("protection", id)
        }
    }

    private static func refusal(_ verdict: String?) -> Problem? {
        switch verdict {
        case "set", "done": nil
        case "level": Problem(.inPersonNeeded)
        case "own": Problem(.notForOneself)
        case "same": Problem(.protectionOfBoth)
        case "mutual": Problem(.protectionMutual)
        case "there": Problem(.protectionThere)
        case "ended": Problem(.protectionEnded)
        case "not_later": Problem(.protectionNotLater)
        default: Problem(.notFound)
        }
    }

    private func json(of row: FindProtections.Row, in estate: UUID) throws -> [UInt8] {
        let reference = try EstateVault(keyring, of: estate)
            .open(row.sealed, .protectionEvidence, of: row.id)
        var json = JSONWriter(capacity: 512)
        json.object { json in
            json.member("id", row.caseID)
            json.member("person", row.person)
            json.member("display_name", row.name)
            json.member("from", row.other)
            json.member("from_name", row.otherName)
            json.key("evidence")
            json.object { json in
                json.member("kind", row.kind)
                json.member("reference", reference)
            }
            json.member("begins", row.begins)
            json.member("until", row.ends)
        }
        return json.bytes
    }

    /// What a worker asks for.
    struct Wanted {
        /// Whom it protects, the first first.
        var persons: [UUID]
        var other: UUID
        var kind: String
        /// What the evidence refers to, as its document says.
        var reference: String
        var until: Instant

        /// Reads the content of a request.
        ///
        /// - Throws: `Stop` with the fault that the client has to correct.
        init(_ body: JSON, at now: Instant) throws(Stop) {
            guard let person = body["person"]?.text.flatMap({ UUID($0) }),
                let other = body["from"]?.text.flatMap({ UUID($0) }),
                let kind = body["evidence"]?["kind"]?.text,
                let reference = body["evidence"]?["reference"]?.text
            else { throw Stop(.invalid) }
            persons = [person]
            for also in body["also"]?.elements ?? [] {
                guard let one = also.text.flatMap({ UUID($0) }), !persons.contains(one) else {
                    throw Stop(Problem(.invalid, faults: [Problem.Fault("/also", Self.once)]))
                }
                persons.append(one)
            }
            self.other = other
            self.kind = kind
            self.reference = reference
            until = try Self.until(body, at: now)
        }

        /// Until when it lasts.
        static func until(_ body: JSON, at now: Instant) throws(Stop) -> Instant {
            guard let until = body["until"]?.text.flatMap({ Instant($0) }), until > now,
                until <= now + .seconds(Protections.daysMax * 86_400)
            else { throw Stop(Problem(.invalid, faults: [Problem.Fault("/until", Self.term)])) }
            return until
        }

        private static let once = Text(zh: "每个人只填一次。", en: "Name each person once.")
        private static let term = Text(
            zh: "到期时间须在将来，最长五年。", en: "It ends in the future, within five years.")
    }
}

/// Why a protection is refused.
extension ProblemKind {
    static let inPersonNeeded = ProblemKind(
        "in-person-needed", .forbidden,
        Text(zh: "需要先当面核验", en: "It takes a proof in person"),
        Text(
            zh: "请带证件到居委会当面核验后再办理。",
            en: "Have yourself proved in person by the residents' committee first."))
    static let protectionOfBoth = ProblemKind(
        "protection-of-oneself", .conflict,
        Text(zh: "受保护人和对方是同一个人", en: "Nobody is protected from itself"),
        Text(zh: "请核对两个人。", en: "Check the two persons."))
    static let protectionMutual = ProblemKind(
        "protection-mutual", .conflict,
        Text(zh: "对方已受保护，防的正是这个人", en: "The other is protected from this person"),
        Text(
            zh: "请与居委会核对两份凭据；先解除不成立的那一份。",
            en: "Compare both evidences with the residents' committee; end the one that fails."))
    static let protectionThere = ProblemKind(
        "protection-there", .conflict,
        Text(zh: "已有这样的保护", en: "There is such a protection"),
        Text(zh: "请延长原来的保护。", en: "Extend the one that there is."))
    static let protectionEnded = ProblemKind(
        "protection-ended", .conflict,
        Text(zh: "这项保护已经结束", en: "This protection has ended"),
        Text(zh: "如有新的凭据，请另行设立。", en: "On new evidence, set a new one."))
    static let protectionNotLater = ProblemKind(
        "protection-not-later", .conflict,
        Text(zh: "延长后的到期时间不比原来晚", en: "It would not last longer than it does"),
        Text(zh: "请填写更晚的到期时间；要提前结束请解除。", en: "Name a later end, or end it."))
    static let protectionBetween = ProblemKind(
        "protection-between", .conflict,
        Text(zh: "两人之间有保护措施", en: "A protection stands between the two"),
        Text(
            zh: "保护期内不能办理。请联系社工；情况确有变化的，由社工凭据解除保护后再办。",
            en: "It is not done while that lasts. Ask a social worker, who ends the protection on "
                + "evidence if things have changed."))
    static let socialWorkerNeeded = ProblemKind(
        "social-worker-needed", .conflict,
        Text(zh: "这一件由社工办理", en: "This one is for a social worker"),
        Text(zh: "请把材料转给社工，由社工核实后登记。", en: "Hand the papers to a social worker, who records it."))
}
