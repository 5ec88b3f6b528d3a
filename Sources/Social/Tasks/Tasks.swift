internal import Platform
internal import Realtime

/// What stewards have to see to.
struct Tasks: Sendable {
    /// What a steward does with a task.
    enum Act: String {
        case take
        case handBack = "hand_back"
        case pass
        case decline
        case finish
    }

    /// How a task may end that no feature ends.
    static let outcomes = ["done", "not_needed", "not_reached", "referred", "other"]
    /// Why a steward says no.
    static let reasons = ["busy", "too_near", "not_mine", "other"]

    private let keyring: Keyring

    /// Sealing under the keys of this keyring.
    init(_ keyring: Keyring) { self.keyring = keyring }

    // MARK: Reading

    /// Writes a page of threads, the most pressing first.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let cursor = try call.cursor()
        if let cursor, cursor.id == nil || cursor.numbers.count != 1 { throw Stop(.cursorInvalid) }
        let rows = try await call.read(
            TaskThreads(
                view: call.text("view") ?? "open",
                person: call.text("person").flatMap { UUID($0) },
                afterDue: cursor?.numbers.first.map { Instant(microseconds: $0) } ?? .epoch,
                afterThread: cursor?.id ?? UUID(high: 0, low: 0),
                threadsMax: Int32(limit + 1)))
        var threads: [[TaskThreads.Row]] = []
        for row in rows {
            if threads.last?.first?.thread == row.thread {
                threads[threads.count - 1].append(row)
            } else {
                threads.append([row])
            }
        }
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.key("threads")
                json.array { json in
                    for thread in threads.prefix(Int(limit)) { write(thread, to: &json) }
                }
            }
        }
        if threads.count > limit, let last = threads[Int(limit) - 1].first {
            response.add(
                "Link",
                try call.link(next: Cursor(last.threadDue.microseconds, id: last.thread)))
        }
        return response
    }

    private static func write(_ thread: [TaskThreads.Row], to json: inout JSONWriter) {
        json.object { json in
            json.memberIfPresent("person", thread.first?.subject)
            json.memberIfPresent("display_name", thread.first?.name)
            json.key("tasks")
            json.array { json in
                for task in thread { json.raw(task.json) }
            }
        }
    }

    /// Writes one task with what was written at it.
    func read(_ call: Call) async throws -> Response {
        let id = call.id("task")
        let (rows, notes) = try await call.read(TaskThreads(task: id), TaskNotes(task: id))
        guard let row = rows.first else { throw Stop(.notFound) }
        return try shown(call, row, notes)
    }

    private func shown(
        _ call: Call, _ row: TaskThreads.Row, _ notes: [TaskNotes.Row]
    ) throws -> Response {
        let vault = EstateVault(keyring, of: call.id("estate"))
        return try call.json { json in
            json.beginObject()
            json.key("task")
            json.raw(row.json)
            json.memberIfPresent("person", row.subject)
            json.memberIfPresent("display_name", row.name)
            for note in notes where note.id == row.id {
                guard let sealed = note.sealed else { continue }
                json.member("note", try vault.open(sealed, .taskNote, of: note.id))
            }
            json.key("refusals")
            try json.array { json in
                for note in notes where note.id != row.id {
                    let words = try note.sealed.map {
                        try vault.open($0, .taskRefusal, of: note.id)
                    }
                    json.object { json in
                        json.memberIfPresent("person", note.person)
                        json.member("at", note.at)
                        json.member("because", note.code)
                        json.memberIfPresent("note", words)
                    }
                }
            }
            json.endObject()
        }
    }

    /// Writes how much the principal and its colleagues have in hand.
    static func load(_ call: Call) async throws -> Response {
        let rows = try await call.read(TaskLoad())
        return call.json { json in
            json.object { json in
                json.key("load")
                json.array { json in
                    for row in rows { json.raw(row) }
                }
            }
        }
    }

    // MARK: Acting

    /// Does one thing with a task, and answers with it as it is then.
    func act(_ act: Act, _ call: Call) async throws -> Response {
        let ids = call.context.ids
        let (task, event, fresh) = (call.id("task"), ids.next() as UUID, ids.next() as UUID)
        let vault = EstateVault(keyring, of: call.id("estate"))
        let sealed = try call.body["note"]?.text.map {
            act == .finish
                ? try vault.seal($0, .taskNote, of: task)
                : try vault.seal($0, .taskRefusal, of: fresh)
        }
        let code = (call.body["outcome"] ?? call.body["because"])?.text
        return try await call.write { tx, _ in
            let verdicts = try await tx.run(
                ActOnTask(
                    task: task, act: act, event: event, fresh: fresh, code: code, sealed: sealed))
            if let problem = Problem.ofTask(verdicts.first ?? "unknown") {
                return .refused(problem)
            }
            let (rows, notes) = try await tx.run(TaskThreads(task: task), TaskNotes(task: task))
            guard let row = rows.first else { return .refused(Problem(.notFound)) }
            return .done(try shown(call, row, notes))
        }
    }

    // MARK: Climbing

    static let climbing = "task-climb"

    /// The job that gives to the next what nobody took by its time; `committed` hears of each
    /// transaction that wrote.
    static func climb(committed: @escaping @Sendable () -> Void) -> Job {
        Job(name: climbing, every: .seconds(60)) { run, database, _ in
            var moved: Int64 = 0
            repeat {
                try Task.checkCancellation()
                moved =
                    try await database.write(run.principal) { tx in
                        try await tx.finish(ClimbTasks())
                    }.first ?? 0
                if moved > 0 { committed() }
            } while moved >= Int64(ClimbTasks.batch)
        }
    }
}

/// How notices name tasks: by their kinds, for who may still see them.
enum TaskTitles {
    static let all = [
        NoticeTitles(kind: .task) { ids in
            """
            SELECT t.id, t.title_zh, t.title_en
            FROM linli.task_titles(\(ids)) AS t
            """
        }
    ]
}
