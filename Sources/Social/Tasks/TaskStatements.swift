internal import Platform
internal import Realtime

/// A page of threads of tasks, a row a task: the thread that it belongs to, and the task as JSON.
struct TaskThreads: Statement {
    struct Row {
        var thread: UUID
        var threadDue: Instant
        var subject: UUID?
        var name: String?
        var id: UUID
        var json: [UInt8]
    }

    /// One task alone.
    var task: UUID?
    var view = "all"
    var person: UUID?
    var afterDue = Instant.epoch
    var afterThread = UUID(high: 0, low: 0)
    var threadsMax: Int32 = 1

    var sql: SQL {
        """
        SELECT thread, thread_due, subject_id, display_name, id, kind, title_zh, title_en,
            about_id, place_id, state, role, raised_at, due_at, is_overdue, is_decided_elsewhere,
            stand_in_id, taken_by, taken_at, finished_at, finished_by, outcome
        FROM linli.task_threads_read(\(task), \(view), \(person), \(afterDue), \(afterThread),
            \(threadsMax))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        let thread = try cells.read(UUID.self)
        let due = try cells.read(Instant.self)
        let subject = try cells.read(UUID?.self)
        let name = try cells.read(String?.self)
        let id = try cells.read(UUID.self)
        var json = JSONWriter(capacity: 768)
        json.beginObject()
        json.member("id", id)
        for name in ["kind", "title_zh", "title_en"] { try cells.write(name, to: &json) }
        for name in ["about", "place"] { try cells.writeIfPresent(name, to: &json) }
        for name in [
            "state", "role", "raised_at", "due_at", "is_overdue", "is_decided_elsewhere",
        ] {
            try cells.write(name, to: &json)
        }
        for name in [
            "stand_in", "taken_by", "taken_at", "finished_at", "finished_by", "outcome",
        ] {
            try cells.writeIfPresent(name, to: &json)
        }
        json.endObject()
        return Row(
            thread: thread, threadDue: due, subject: subject, name: name, id: id,
            json: json.bytes)
    }
}

/// What was written at a task, sealed: its end, and each no; nothing for whoever does not read whom it is
/// about.
struct TaskNotes: Statement {
    struct Row {
        var id: UUID
        var person: UUID?
        var at: Instant
        var code: String
        var sealed: [UInt8]?
    }

    var task: UUID

    var sql: SQL {
        """
        SELECT id, person_id, at, code, note_sealed
        FROM linli.task_notes(\(task))
        WHERE (SELECT linli.reads_tasks())
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            id: try cells.read(), person: try cells.read(), at: try cells.read(),
            code: try cells.read(), sealed: try cells.read())
    }
}

/// Does one thing with a task; its verdict.
struct ActOnTask: Statement {
    var task: UUID
    var act: Tasks.Act
    var event: UUID
    /// The id of a no.
    var fresh: UUID
    var code: String?
    var sealed: [UInt8]?

    var sql: SQL {
        """
        SELECT linli.act_on_task(\(task), \(act.rawValue), \(event), \(fresh), \(code),
            \(sealed))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// How much each holder of the principal's duties has in hand, each as JSON.
struct TaskLoad: Statement {
    var sql: SQL {
        """
        SELECT role, person_id, display_name, open, overdue
        FROM linli.task_load()
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] {
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        try cells.write("role", to: &json)
        for name in ["person", "display_name"] { try cells.writeIfPresent(name, to: &json) }
        for name in ["open", "overdue"] { try cells.write(name, to: &json) }
        json.endObject()
        return json.bytes
    }
}

/// Gives to the next what nobody took in time; how many there were.
struct ClimbTasks: Statement {
    static let batch: Int32 = 200

    var sql: SQL { "SELECT linli.climb_tasks(\(Self.batch))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
}
