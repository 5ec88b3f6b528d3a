internal import Platform
internal import Realtime

/// The rota of help groups: shifts, who comes, and what one leaves to the next.
struct HelpGroupRota: Sendable {
    let keyring: Keyring

    private func vault(_ call: Call) -> EstateVault { EstateVault(keyring, of: call.id("estate")) }

    // MARK: Reading

    /// Writes the templates of a group, or those that are for oneself.
    static func rotas(_ call: Call, of group: UUID?) async throws -> Response {
        if let group {
            let side = try await call.read(HelpGroupSide(group: group)).first
            guard let side, side != "nobody" else { throw Stop(.notFound) }
        }
        return try await GoodsRows(
            members: [
                "group", "kind", "weekday", "begins_minute", "minutes", "seats", "place_zh",
                "place_en", "is_visit", "person", "is_agreed",
            ],
            sql: """
                SELECT id, group_id, kind, weekday, begins_minute, minutes, seats, place_zh,
                    place_en, is_visit, person, is_agreed
                FROM linli.help_rotas_seen(\(group))
                """
        ).page(call, "rotas", limit: 100)
    }

    /// Writes a page of the shifts of a group that are to come, or of one's own.
    static func shifts(_ call: Call, of group: UUID?) async throws -> Response {
        if let group {
            let side = try await call.read(HelpGroupSide(group: group)).first
            guard side == "member" || side == "steward" else { throw Stop(.notFound) }
        }
        let (limit, cursor) = (call.limit(), try call.cursor())
        let rows = try await call.read(
            HelpShifts(
                group: group, one: nil, sort: cursor?.numbers.first ?? 0,
                id: cursor?.id ?? UUID(high: 0, low: 0), count: limit + 1))
        return try GoodsRows.page(call, "shifts", rows, limit: limit)
    }

    /// Writes one shift, with the notes that its reader may read.
    func shift(_ call: Call) async throws -> Response {
        let shift = call.id("shift")
        let (rows, notes) = try await call.read(
            HelpShifts(group: nil, one: shift, sort: 0, id: shift, count: 1),
            HelpShiftNotes(shift: shift))
        guard let row = rows.first else { throw Stop(.notFound) }
        let vault = vault(call)
        let opened = try notes.map { note in
            (note.isBefore, note.name, try vault.open(note.sealed, .helpSeatNote, of: note.seat))
        }
        return call.json(capacity: 2048) { json in
            json.object { json in
                json.key("shift")
                json.raw(row.json)
                for (name, isBefore) in [("handover", true), ("notes", false)] {
                    json.key(name)
                    json.array { json in
                        for note in opened where note.0 == isBefore {
                            json.object { json in
                                json.member("display_name", note.1)
                                json.member("note", note.2)
                            }
                        }
                    }
                }
            }
        }
    }

    // MARK: Acting

    /// Adds shifts of each week.
    static func add(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        let body = call.body
        func number(_ name: String) -> Int32 { Int32(clamping: body[name]?.integer ?? 0) }
        guard let kind = body["kind"]?.text,
            number("begins_minute") + number("minutes") <= 1440
        else { throw Stop(.helpRotaTime) }
        return try await HelpGroups.act(
            call,
            """
            SELECT linli.help_rota_add(\(event), \(id), \(call.id("group")), \(kind),
                \(number("weekday")), \(number("begins_minute")), \(number("minutes")),
                \(number("seats")), \(call.bodyID("place")), \(call.bodyID("person")))
            """
        ) { _ in call.json(.created) { $0.object { $0.member("id", id) } } }
    }

    /// Ends a template and what is ahead of it.
    static func end(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        return try await HelpGroups.act(
            call, "SELECT linli.help_rota_end(\(event), \(call.id("rota")))")
    }

    /// Agrees to be helped so, or not.
    static func agree(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        let agrees = call.body["agrees"]?.bool ?? false
        return try await HelpGroups.act(
            call, "SELECT linli.help_rota_agree(\(event), \(call.id("rota")), \(agrees))")
    }

    /// Calls a shift off.
    static func cancel(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        return try await HelpGroups.act(
            call, "SELECT linli.help_shift_cancel(\(event), \(call.id("shift")))")
    }

    /// Takes a free seat.
    static func take(_ call: Call) async throws -> Response {
        try await take(call, shift: call.id("shift"), offered: nil)
    }

    /// Takes a seat that its holder offers.
    static func takeOver(_ call: Call) async throws -> Response {
        try await take(call, shift: nil, offered: call.id("seat"))
    }

    private static func take(_ call: Call, shift: UUID?, offered: UUID?) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        return try await HelpGroups.act(
            call, "SELECT linli.help_seat_take(\(event), \(id), \(shift), \(offered))"
        ) { _ in call.json(.created) { $0.object { $0.member("id", id) } } }
    }

    /// Says yes to what one is asked.
    static func accept(_ call: Call) async throws -> Response { try await answer(call, true) }

    /// Says no.
    static func decline(_ call: Call) async throws -> Response { try await answer(call, false) }

    private static func answer(_ call: Call, _ yes: Bool) async throws -> Response {
        let event: UUID = call.context.ids.next()
        return try await HelpGroups.act(
            call, "SELECT linli.help_seat_answer(\(event), \(call.id("seat")), \(yes))")
    }

    /// Gives a seat back.
    static func release(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        return try await HelpGroups.act(
            call, "SELECT linli.help_seat_release(\(event), \(call.id("seat")))")
    }

    /// Offers a seat to the others, or no more.
    static func offer(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        let offered = call.body["is_offered"]?.bool ?? false
        return try await HelpGroups.act(
            call, "SELECT linli.help_seat_offer(\(event), \(call.id("seat")), \(offered))")
    }

    /// Has come.
    static func checkIn(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        return try await HelpGroups.act(
            call, "SELECT linli.help_seat_check_in(\(event), \(call.id("seat")))")
    }

    /// Has left.
    static func checkOut(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        return try await HelpGroups.act(
            call, "SELECT linli.help_seat_check_out(\(event), \(call.id("seat")))")
    }

    /// Leaves a note for the next.
    func note(_ call: Call) async throws -> Response {
        let (seat, event) = (call.id("seat"), call.context.ids.next() as UUID)
        guard let note = call.body["note"]?.text else { throw Stop(.invalid) }
        try HelpVisitWords.check(note)
        let sealed = try vault(call).seal(note, .helpSeatNote, of: seat)
        return try await HelpGroups.act(
            call, "SELECT linli.help_seat_note(\(event), \(seat), \(sealed))")
    }
}

/// Shifts that the principal sees, each as JSON, with the words of why it is asked.
struct HelpShifts: Statement {
    var group: UUID?
    var one: UUID?
    var sort: Int64
    var id: UUID
    var count: Int64

    var sql: SQL {
        """
        SELECT sort, id, reasons, group_id, rota_id, kind, begins, ends, seats, taken, place_zh,
            place_en, is_visit, is_cancelled, people, offers, seat, state, until, is_offered,
            visit_id
        FROM linli.help_shifts_seen(\(group), \(one), \(sort), \(id), \(count))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> GoodsRows.Row {
        let (sort, id) = (try cells.read(Int64.self), try cells.read(UUID.self))
        let reasons = try cells.read(String?.self)
        var json = JSONWriter(capacity: 1024)
        json.beginObject()
        json.member("id", id)
        for name in [
            "group", "rota", "kind", "begins", "ends", "seats", "taken", "place_zh", "place_en",
            "is_visit", "is_cancelled", "people", "offers", "seat", "state", "until",
            "is_offered", "visit",
        ] { try cells.writeIfPresent(name, to: &json) }
        if let reasons, let codes = try? JSON(parsing: Array(reasons.utf8)).elements {
            Self.write(codes, to: &json)
        }
        json.endObject()
        return GoodsRows.Row(id: id, sort: sort, json: json.bytes)
    }

    private static func write(_ codes: [JSON], to json: inout JSONWriter) {
        json.key("reasons")
        json.array { json in
            for reason in codes {
                let code = reason["code"]?.text ?? ""
                let words = HelpGroupMatcher.words(
                    code, reason["count"]?.integer ?? 0, of: reason["of"]?.integer ?? 0)
                json.object { json in
                    json.member("code", code)
                    json.member("zh", words.zh)
                    json.member("en", words.en)
                }
            }
        }
    }
}

/// The sealed notes about a shift that the principal may read.
struct HelpShiftNotes: Statement {
    var shift: UUID

    var sql: SQL {
        """
        SELECT seat_id, is_before, display_name, value_sealed
        FROM linli.help_shift_notes(\(shift))
        """
    }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (seat: UUID, isBefore: Bool, name: String, sealed: [UInt8]) {
        (try cells.read(), try cells.read(), try cells.read(), try cells.read())
    }
}
