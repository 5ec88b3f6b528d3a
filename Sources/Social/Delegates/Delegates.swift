internal import Platform
internal import Realtime

/// Delegates of elders: appointed before a social worker or by a call back, and ended at once.
enum Delegates {
    /// Days that a delegation lasts unless it says otherwise.
    static let days: Int64 = 180

    private static func scope(_ body: JSON) throws(Stop) -> [String] {
        guard let scope = body["scope"]?.elements?.compactMap(\.text), !scope.isEmpty else {
            throw Stop(.invalid)
        }
        return Array(Set(scope)).sorted()
    }

    /// Appoints one with the elder present, by a social worker.
    static func appoint(_ call: Call) async throws -> Response {
        let (id, event): (UUID, UUID) = (call.context.ids.next(), call.context.ids.next())
        let scope = try scope(call.body)
        let days = Int32(call.body["days"]?.integer ?? days)
        guard let doer = call.bodyID("doer"), let beneficiary = call.bodyID("beneficiary"),
            let evidence = call.body["evidence"]?.text
        else { throw Stop(.invalid) }
        return try await act(
            call, "appointed", id,
            """
            SELECT linli.appoint_delegate(\(id), \(doer), \(beneficiary), \(scope), \(days),
                \(evidence), \(event))
            """)
    }

    /// Asks to be one: a social worker calls the elder back.
    static func ask(_ call: Call) async throws -> Response {
        let (id, event): (UUID, UUID) = (call.context.ids.next(), call.context.ids.next())
        let scope = try scope(call.body)
        let days = Int32(call.body["days"]?.integer ?? days)
        guard let beneficiary = call.bodyID("beneficiary") else { throw Stop(.invalid) }
        return try await act(
            call, "asked", id,
            """
            SELECT linli.ask_delegation(\(id), \(beneficiary), \(scope), \(days), \(event))
            """)
    }

    /// Records what she said on the telephone.
    static func answer(_ call: Call) async throws -> Response {
        let (request, id) = (call.id("request"), call.context.ids.next() as UUID)
        let event: UUID = call.context.ids.next()
        guard let saidYes = call.body["confirmed"]?.bool, let because = call.body["because"]?.text
        else { throw Stop(.invalid) }
        return try await act(
            call, saidYes ? "confirmed" : "refused", id,
            "SELECT linli.answer_callback(\(request), \(id), \(saidYes), \(because), \(event))")
    }

    private static func act(
        _ call: Call, _ done: String, _ id: UUID, _ sql: SQL
    ) async throws -> Response {
        try await call.write { tx, _ in
            let verdict = try await tx.run(FamilyVerdict(sql: sql)).first
            guard verdict == done else { return outcome(verdict) }
            return .done(
                call.json(.created) { json in
                    json.object { json in
                        json.member("id", id)
                        json.member("state", done)
                    }
                })
        }
    }

    /// Ends one at once.
    static func end(_ call: Call) async throws -> Response {
        let (id, event) = (call.id("delegation"), call.context.ids.next())
        return try await call.write { tx, _ in
            let verdict = try await tx.run(
                FamilyVerdict(sql: "SELECT linli.end_delegation(\(id), \(event))")
            ).first
            guard verdict == "ended" else { return outcome(verdict) }
            return .done(Response(.noContent))
        }
    }

    /// Writes the requests that wait for a call back.
    static func callbacks(_ call: Call) async throws -> Response {
        try call.page(
            "requests",
            try await call.read(
                FamilyRows(
                    names: ["id", "doer", "beneficiary", "scope", "days", "asked_at"],
                    sql: """
                        SELECT id, doer_id, beneficiary_id, scope, days, asked_at
                        FROM linli.callbacks_seen(200)
                        """)), 200)
    }

    /// Writes an elder's delegations, at a desk.
    static func ofElder(_ call: Call) async throws -> Response {
        let person = call.id("person")
        let rows = FamilyRows(
            names: ["id", "doer", "beneficiary", "scope", "begins", "ends"],
            sql: """
                SELECT id, doer_id, beneficiary_id, scope, begins, ends
                FROM linli.delegations_of(\(person))
                """)
        let (found, desk) = try await call.read(rows, AtDesk())
        guard desk.first == true else { throw Stop(.notFound) }
        return try call.page("delegations", found, 200)
    }

    private static func outcome(_ verdict: String?) -> Outcome {
        switch verdict {
        case "own": .refused(Problem(.ownHousehold))
        case "not_known": .refused(Problem(.delegateNotKnown))
        case "protected": .refused(Problem(.protectionBetween))
        case "there": .refused(Problem(.delegateThere))
        case "again", "over": .refused(Problem(.delegationOver))
        default: .refused(Problem(.notFound))
        }
    }
}

/// Why a delegate is refused.
extension ProblemKind {
    static let delegateNotKnown = ProblemKind(
        "delegate-not-known", .forbidden,
        Text(zh: "代办人须成年并已当面核验", en: "A delegate is of age and verified in person"),
        Text(
            zh: "请代办人先带身份证件到居委会或找社工当面核验。",
            en: "Let the delegate show the committee or a social worker its document first."))
    static let delegateThere = ProblemKind(
        "delegate-there", .conflict,
        Text(zh: "已有委托，或正等待回电确认", en: "There is a mandate, or a call back is awaited"),
        Text(
            zh: "无需重复办理；要改事项请先结束原委托。",
            en: "Once is enough; to change what it covers, end it first."))
    static let delegationOver = ProblemKind(
        "delegation-over", .conflict,
        Text(zh: "这项委托或请求已经结束", en: "This mandate or request is over"),
        Text(zh: "需要时请重新办理。", en: "Have a new one made if it is needed."))
}
