internal import Platform
internal import Realtime

/// One no-show as it is seen by those whom it concerns.
struct NoShow {
    var id: UUID
    var occurrence: UUID
    var reservation: UUID
    var person: UUID
    /// Who answers for the reservation.
    var holder: UUID
    var capacity: UUID
    var claimedBy: UUID
    var answer: String?
    var isAppealed: Bool
    var isDecided: Bool
    var agesOutAt: Instant
    /// Whether the principal is of the residents' committee.
    var mayDecide: Bool
    /// As the wire shows it.
    var json: [UInt8]

    /// The columns that `init(_:)` reads.
    static let columns: StaticString = """
        id, occurrence_id, activity_id, reservation_id, person_id, display_name, claimed_at, answer,
            answered_at, answer_note, appealed_at, decision, decided_at, decision_note,
            ages_out_at, holder_id, capacity_id, claimed_by, may_decide
        """

    /// Reads the columns, and writes what the wire shows of them.
    init(_ cells: inout Cells) throws(PostgresError) {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        id = try cells.read()
        writer.member("id", id)
        occurrence = try cells.read()
        writer.member("occurrence", occurrence)
        try cells.write("activity", to: &writer)
        reservation = try cells.read()
        writer.member("reservation", reservation)
        person = try cells.read()
        writer.member("person", person)
        for name in ["display_name", "claimed_at"] { try cells.write(name, to: &writer) }
        answer = try cells.read()
        writer.memberIfPresent("answer", answer)
        for name in ["answered_at", "answer_note"] {
            try cells.writeIfPresent(name, to: &writer)
        }
        isAppealed = !cells.isNull
        try cells.writeIfPresent("appealed_at", to: &writer)
        isDecided = !cells.isNull
        for name in ["decision", "decided_at", "decision_note"] {
            try cells.writeIfPresent(name, to: &writer)
        }
        agesOutAt = try cells.read()
        writer.member("ages_out_at", agesOutAt)
        writer.endObject()
        json = writer.bytes
        holder = try cells.read()
        capacity = try cells.read()
        claimedBy = try cells.read()
        mayDecide = try cells.read()
    }
}

/// One no-show, if the principal may see it.
struct OneNoShow: Statement {
    var id: UUID

    var sql: SQL {
        """
        SELECT \(literal: NoShow.columns)
        FROM linli.no_shows_read(\(id), '', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 1)
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> NoShow { try NoShow(&cells) }
}

/// A page of no-shows of one view, the latest first.
struct FindNoShows: Statement {
    var view: String
    var before: UUID
    var count: Int64

    var sql: SQL {
        """
        SELECT \(literal: NoShow.columns)
        FROM linli.no_shows_read(NULL, \(view), \(before), \(Int32(count)))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> NoShow { try NoShow(&cells) }
}

/// One whom a reservation of a capacity brings, held to the transaction's end, so that roll-call and
/// claim do not both happen.
struct TakeParticipant: Statement {
    struct Row {
        var isConfirmed: Bool
        var hasCome: Bool
        var holder: UUID
    }

    var capacity: UUID
    var reservation: UUID
    var person: UUID

    var sql: SQL {
        """
        SELECT r.state = 'confirmed' AND m.is_live, m.checked_in_at IS NOT NULL, r.holder_id
        FROM linli.reservation_member AS m
        JOIN linli.reservation AS r ON r.estate_id = m.estate_id AND r.id = m.reservation_id
        WHERE m.estate_id = (SELECT linli.estate_id()) AND m.reservation_id = \(reservation)
            AND m.person_id = \(person) AND r.capacity_id = \(capacity)
        FOR UPDATE OF m
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            isConfirmed: try cells.read(), hasCome: try cells.read(), holder: try cells.read())
    }
}

/// Writes a claim; no row when there is one already.
struct ClaimNoShow: Statement {
    var id: UUID
    var reservation: UUID
    var person: UUID
    var activity: UUID

    var sql: SQL {
        """
        INSERT INTO linli.no_show (estate_id, id, reservation_id, person_id, thing_id, claimed_by,
            claimed_at, ages_out_at)
        VALUES (linli.estate_id(), \(id), \(reservation), \(person), \(activity),
            linli.person_id(), linli.instant(),
            linli.instant() + \(NoShows.countsDays) * interval '1 day')
        ON CONFLICT ON CONSTRAINT no_show_once DO NOTHING
        RETURNING id
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}

/// Takes the claim as a reason to call somebody on the care list: `none` where it is a claim as any.
struct CallInstead: Statement {
    var id: UUID
    var reservation: UUID
    var person: UUID
    var activity: UUID

    var sql: SQL {
        """
        SELECT linli.care_claim(\(id), \(reservation), \(person), \(activity),
            \(Int32(NoShows.countsDays)))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Writes the person's word; no row when it was given already.
struct AnswerNoShow: Statement {
    var id: UUID
    var isDisputed: Bool
    var note: String?

    var sql: SQL {
        """
        UPDATE linli.no_show AS n
        SET answer = CASE WHEN \(isDisputed) THEN 'disputed' ELSE 'agreed' END,
            answered_at = linli.instant(), answer_note = \(note),
            appealed_at = CASE WHEN \(isDisputed) THEN linli.instant() END
        WHERE n.estate_id = (SELECT linli.estate_id()) AND n.id = \(id) AND n.answer IS NULL
        RETURNING n.id
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}

/// Writes the committee's decision; no row when there is one already.
struct DecideNoShow: Statement {
    var id: UUID
    var decision: String
    var note: String?

    var sql: SQL {
        """
        UPDATE linli.no_show AS n
        SET decision = \(decision), decided_at = linli.instant(), decided_by = linli.person_id(),
            decision_note = \(note)
        WHERE n.estate_id = (SELECT linli.estate_id()) AND n.id = \(id) AND n.decision IS NULL
        RETURNING n.id
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}

/// The persons of the residents' committee: who decides on appeals.
struct CommitteePersons: Statement {
    var sql: SQL { "SELECT p FROM linli.committee_persons() AS p" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}
