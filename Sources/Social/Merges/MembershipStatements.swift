internal import Platform
internal import Realtime

/// Asks that a membership ends; its verdict.
struct AskMembershipEnd: Statement {
    var id: UUID
    var household: UUID
    var person: UUID
    var kind: String
    var because: String
    var event: UUID

    var sql: SQL {
        """
        SELECT linli.ask_membership_end(\(id), \(household), \(person), \(kind), \(because),
            \(event))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// What the person concerned says; its verdict.
struct AnswerMembershipEnd: Statement {
    var request: UUID
    var answer: String
    var because: String?
    var event: UUID

    var sql: SQL {
        "SELECT linli.answer_membership_end(\(request), \(answer), \(because), \(event))"
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Decides a request.
struct DecideMembershipEnd: Statement {
    struct Row {
        var verdict: String
        var kind: String?
        var person: UUID?
    }

    var request: UUID
    var outcome: String
    var because: String
    var event: UUID

    var sql: SQL {
        """
        SELECT d.done, d.kind, d.person
        FROM linli.decide_membership_end(\(request), \(outcome), \(because), \(event)) AS d
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(verdict: try cells.read(), kind: try cells.read(), person: try cells.read())
    }
}

/// Leaves a household; the verdict.
struct LeaveHousehold: Statement {
    var household: UUID
    var event: UUID

    var sql: SQL { "SELECT linli.leave_household(\(household), \(event))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Requests that the principal may see, the latest first, each as JSON.
struct MembershipRequests: Statement {
    struct Row {
        var id: UUID
        var json: [UInt8]
    }

    var isOpen: Bool
    var before: UUID
    var count: Int32

    var sql: SQL {
        """
        SELECT r.id, r.id, r.kind, r.household_id, r.person_id, r.display_name, r.asked_by,
            r.asked_at, r.because, r.answer, r.answer_because, r.outcome, r.decided_at,
            r.decided_because
        FROM linli.membership_requests(\(isOpen), \(before), \(count)) AS r
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        let id = try cells.read(UUID.self)
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        for name in ["id", "kind", "household", "person", "display_name"] {
            try cells.write(name, to: &json)
        }
        try cells.writeIfPresent("asked_by", to: &json)
        try cells.write("asked_at", to: &json)
        for name in [
            "because", "answer", "answer_because", "outcome", "decided_at", "decided_because",
        ] { try cells.writeIfPresent(name, to: &json) }
        json.endObject()
        return Row(id: id, json: json.bytes)
    }
}
