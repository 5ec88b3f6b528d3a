internal import Platform
internal import Realtime

/// Whom a meeting's reservations bring, as its organisers see them.
enum Participants {
    /// Writes a page of them; where children are among them, the log tells that they were read.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit(default: 100)
        let cursor = try call.cursor()
        var page = FindParticipants(occurrence: call.id("occurrence"), count: limit + 1)
        if let cursor {
            guard cursor.numbers.count == 2, let person = cursor.id else {
                throw Stop(.cursorInvalid)
            }
            page.afterReservation = UUID(
                high: UInt64(bitPattern: cursor.numbers[0]),
                low: UInt64(bitPattern: cursor.numbers[1]))
            page.afterPerson = person
        }
        let find = FindMeeting(id: page.occurrence)
        let sum = SumOfParticipants(occurrence: page.occurrence)
        let answers = try await call.answers([
            find.sql, page.sql, sum.sql,
            NoteReading(page: page, event: call.context.ids.next()).sql,
        ])
        let (rows, sums) = (try answers.rows(1, page), try answers.rows(2, sum))
        guard let meeting = try answers.rows(0, find).first else { throw Stop(.notFound) }
        guard meeting.isSteward else { throw Stop(.stewardsOnly) }
        var response = call.json(capacity: 8192) { json in
            json.object { json in
                json.key("participants")
                json.array { json in
                    for row in rows.prefix(Int(limit)) { json.raw(row.json) }
                }
                json.key("summary")
                json.array { json in
                    for sum in sums { json.raw(sum) }
                }
            }
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            let next = Cursor(
                Int64(bitPattern: last.reservation.high), Int64(bitPattern: last.reservation.low),
                id: last.person)
            response.add("Link", try call.link(next: next))
        }
        return response
    }
}

/// A page of a meeting's participants in the order of their reservations; none for those who do not
/// look after it.
struct FindParticipants: Statement {
    struct Row {
        var reservation: UUID
        var person: UUID
        var holder: UUID
        var json: [UInt8]
    }

    var occurrence: UUID
    var afterReservation = UUID(high: 0, low: 0)
    var afterPerson = UUID(high: 0, low: 0)
    /// Only this one.
    var person: UUID?
    var count: Int64 = 1

    var sql: SQL {
        """
        SELECT reservation_id, person_id, display_name, kind, state, holder_id, queued_at, until,
            checked_in_at, checked_out_at
        FROM linli.occurrence_participants(\(occurrence), \(afterReservation), \(afterPerson),
            \(person), \(Int32(count)))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        let (reservation, person): (UUID, UUID) = (try cells.read(), try cells.read())
        json.member("reservation", reservation)
        json.member("person", person)
        for name in ["display_name", "kind", "state"] { try cells.write(name, to: &json) }
        let holder: UUID = try cells.read()
        json.member("holder", holder)
        try cells.write("queued_at", to: &json)
        for name in ["until", "checked_in_at", "checked_out_at"] {
            try cells.writeIfPresent(name, to: &json)
        }
        json.endObject()
        return Row(reservation: reservation, person: person, holder: holder, json: json.bytes)
    }
}

/// How many come, by kind of seat, each as JSON: the same for all who look after a meeting.
private struct SumOfParticipants: Statement {
    var occurrence: UUID

    var sql: SQL {
        """
        SELECT kind, confirmed, offered, waiting, here
        FROM linli.occurrence_summary(\(occurrence))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] {
        var json = JSONWriter(capacity: 128)
        json.beginObject()
        for name in ["kind", "confirmed", "offered", "waiting", "here"] {
            try cells.write(name, to: &json)
        }
        json.endObject()
        return json.bytes
    }
}

/// Tells the log, and with it the committee, that a page with children was read; nothing otherwise.
private struct NoteReading: Command {
    var page: FindParticipants
    var event: UUID

    var sql: SQL {
        """
        SELECT linli.append_event(\(event), 'participants.read',
            ARRAY['person:' || linli.person_id(), 'role:residents_committee'],
            read.children[1:64], json_build_object('occurrence', \(page.occurrence))::text)
        FROM (
            SELECT array_agg(DISTINCT p.person_id) AS children
            FROM linli.occurrence_participants(\(page.occurrence), \(page.afterReservation),
                \(page.afterPerson), \(page.person), \(Int32(page.count))) AS p
            WHERE p.kind IN ('child', 'child_seat')
        ) AS read
        WHERE read.children IS NOT NULL
        """
    }
}
