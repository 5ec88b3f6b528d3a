internal import Platform
internal import Realtime

/// The verdict of one act of V0101 and after.
struct FamilyVerdict: Statement {
    var sql: SQL

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Rows that go out as they are: each an object of these members, those that are NULL left out.
struct FamilyRows: Statement {
    /// The columns in order; the first one is the row's id.
    var names: [String]
    var sql: SQL

    struct Row {
        var id: UUID
        var json: [UInt8]
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        let id = try cells.read(UUID.self)
        json.member(names[0], id)
        for name in names.dropFirst() { try cells.writeIfPresent(name, to: &json) }
        json.endObject()
        return Row(id: id, json: json.bytes)
    }
}

extension Call {
    /// A page of rows under one name.
    func page(_ name: String, _ rows: [FamilyRows.Row], _ limit: Int64) throws -> Response {
        var response = json(capacity: 4096) { json in
            json.object { json in
                json.key(name)
                json.array { json in
                    for row in rows.prefix(Int(limit)) { json.raw(row.json) }
                }
            }
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            response.add("Link", try link(next: Cursor(id: last.id)))
        }
        return response
    }

    /// An id in the content.
    func bodyID(_ name: String) -> UUID? { body[name]?.text.flatMap { UUID($0) } }
}

/// What an act on families is refused for, by its verdict.
enum FamilyRefusal {
    private static let kinds: [String: ProblemKind] = [
        "not_proved": .notProved, "standing": .guardianByOffice, "there": .guardianThere,
        "own": .ownHousehold, "over": .guardianshipOver, "not_grown": .guardianNotGrown,
        "taken": .daysTaken, "past": .dayPast, "again": .objectionThere,
        "not_asked": .consentNotAsked, "no_right": .guardianRightLacking,
        "person": .consentPerson, "text": .consentTextOld,
        "protected": .protectionBetween, "worker": .socialWorkerNeeded,
    ]

    /// What is unknown and what is forbidden look alike.
    static func outcome(_ verdict: String?) -> Outcome {
        .refused(Problem(verdict.flatMap { kinds[$0] } ?? .notFound))
    }
}
