internal import Platform
internal import Realtime

/// What was brought at once, as a request gives it.
struct GoodsIntake {
    /// One thing of it: it becomes a lot.
    struct Line {
        var item: UUID
        var quantity: String
        var expires: Day?
        var condition: String
        /// opened, home_made, prescription; as from the maker if empty.
        var nature: String
        var isHeld: Bool
    }

    /// Most lines of one intake.
    static let linesMax = 100

    var place: UUID
    var drive: UUID?
    var source: String
    var donor: UUID?
    var organisation: String?
    var reference: String?
    var lines: [Line] = []

    /// Reads the content of a request.
    ///
    /// - Throws: `Stop` where a day is none, or who gave does not fit the source.
    init(_ body: JSON) throws(Stop) {
        guard let place = body["place"]?.text.flatMap({ UUID($0) }),
            let source = body["source"]?.text
        else { throw Stop(.invalid) }
        self.place = place
        self.source = source
        drive = body["drive"]?.text.flatMap { UUID($0) }
        donor = body["donor"]?.text.flatMap { UUID($0) }
        organisation = body["organisation"]?.text
        reference = body["reference"]?.text
        guard donor == nil || source == "person" else { throw Self.fault("/donor", Self.noDonor) }
        guard (organisation != nil) == (source == "organisation") else {
            throw Self.fault("/organisation", Self.whichBody)
        }
        for (index, line) in (body["lines"]?.elements ?? []).enumerated() {
            guard let item = line["item"]?.text.flatMap({ UUID($0) }) else { throw Stop(.invalid) }
            var expires: Day?
            if let text = line["expires_on"]?.text {
                guard let day = Day(text) else {
                    throw Self.fault("/lines/\(index)/expires_on", Self.noDay)
                }
                expires = day
            }
            lines.append(
                Line(
                    item: item, quantity: line["quantity"]?.text ?? "", expires: expires,
                    condition: line["condition"]?.text ?? "new",
                    nature: line["nature"]?.text ?? "", isHeld: line["is_held"]?.bool ?? false))
        }
    }

    static func fault(_ pointer: String, _ detail: Text) -> Stop {
        Stop(Problem(.invalid, faults: [Problem.Fault(pointer, detail)]))
    }

    private static let noDonor = Text(
        zh: "只有 source 为 person 时才填 donor。", en: "Name a donor only where source is person.")
    private static let whichBody = Text(
        zh: "source 为 organisation 时须填单位名称，其他情况不填。",
        en: "Name the organisation where source is organisation, and only there.")
    private static let noDay = Text(
        zh: "请填写日期，如 2026-09-01。", en: "Send a day such as 2026-09-01.")
}

/// Takes in what was brought; its verdict.
struct TakeIn: Statement {
    struct Row {
        var verdict: String
        var intake: UUID
        var objections: [String?]
    }

    var intake: GoodsIntake
    var id: UUID
    var event: UUID
    var lots: [UUID]
    var quantities: [Int64]

    var sql: SQL {
        let lines = intake.lines
        return """
            SELECT verdict, intake_id, coalesce(objections, '{}')
            FROM linli.goods_take_in(\(event), \(id), \(intake.place), \(intake.drive),
                \(intake.source), \(intake.donor), \(intake.organisation), \(intake.reference),
                \(lots), \(lines.map(\.item)), \(quantities), \(lines.map(\.expires)),
                \(lines.map(\.condition)), \(lines.map(\.nature)), \(lines.map(\.isHeld)))
            """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(verdict: try cells.read(), intake: try cells.read(), objections: try cells.read())
    }
}

/// Drives, and what is taken in at the door.
enum GoodsIntakes {
    /// Takes in what was brought, a lot a line; the same reference counts once.
    static func takeIn(_ call: Call) async throws -> Response {
        let intake = try GoodsIntake(call.body)
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        let lots = intake.lines.map { _ in call.context.ids.next() as UUID }
        return try await call.write { tx, _ in
            let rows = try await tx.run(ItemScales(items: intake.lines.map(\.item)))
            let scales = Dictionary(rows.map { ($0.id, $0.scale) }) { first, _ in first }
            var quantities: [Int64] = []
            for (index, line) in intake.lines.enumerated() {
                // An item that is unknown is refused at the door, whatever its quantity.
                let scale = scales[line.item] ?? Quantity.scaleMax
                quantities.append(
                    try Quantity.read(
                        line.quantity, scale: scale, at: "/lines/\(index)/quantity"
                    ).units)
            }
            let taken = try await tx.run(
                TakeIn(intake: intake, id: id, event: event, lots: lots, quantities: quantities))
            guard let taken = taken.first else { return .refused(Problem(.notFound)) }
            if let problem = problem(taken) { return .refused(problem) }
            let made = try await tx.run(lotsOf(taken.intake))
            return .done(
                call.json(.created) { json in
                    json.object { json in
                        json.member("id", taken.intake)
                        json.member("is_repeat", taken.verdict == "again")
                        json.key("lots")
                        json.array { json in
                            for lot in made { json.raw(lot.json) }
                        }
                    }
                })
        }
    }

    private static func problem(_ row: TakeIn.Row) -> Problem? {
        switch row.verdict {
        case "taken", "again": nil
        case "unlike": Problem(.intakeReferenceReused)
        case "forbidden": Problem(.notOnGoodsDuty)
        case "drive": Problem(.driveNotOn)
        case "donor": Problem(.donorUnknown)
        case "door":
            Problem(
                .goodsRefusedAtDoor,
                faults: row.objections.enumerated().compactMap { index, verdict in
                    verdict.map { Problem.Fault("/lines/\(index)", GoodsDoor.advice($0)) }
                })
        default: Problem(.notGoodsPlace)
        }
    }

    private static func lotsOf(_ intake: UUID) -> GoodsRows {
        GoodsRows(
            members: ["code", "item", "quantity", "expires_on"],
            sql: """
                SELECT g.id, g.code, g.item_id, linli.goods_amount(g.given, i.scale), g.expires_on
                FROM linli.goods_lot AS g
                JOIN linli.goods_item AS i ON i.estate_id = g.estate_id AND i.id = g.item_id
                WHERE g.estate_id = linli.estate_id() AND g.intake_id = \(intake)
                ORDER BY g.id
                """)
    }

    // MARK: Drives

    /// Writes a page of drives, the latest first.
    static func drives(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let before = try call.cursor()?.id ?? UUID(high: .max, low: .max)
        let rows = GoodsRows(
            members: ["title_zh", "title_en", "room", "begins", "ends", "items", "is_on"],
            sql: """
                SELECT id, title_zh, title_en, room_id, begins, ends, items,
                    begins <= linli.instant() AND ends > linli.instant() AND EXISTS (
                        SELECT FROM linli.goods_place AS g
                        WHERE g.estate_id = goods_drive.estate_id AND g.place_id = room_id
                            AND g.closed_at IS NULL)
                FROM linli.goods_drive
                WHERE estate_id = (SELECT linli.estate_id()) AND id < \(before)
                ORDER BY id DESC
                LIMIT \(limit + 1)
                """)
        return try await rows.page(call, "drives", limit: limit)
    }

    /// Opens a drive.
    static func openDrive(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        let body = call.body
        guard let room = body["room"]?.text.flatMap({ UUID($0) }),
            let begins = body["begins"]?.text.flatMap({ Instant($0) }),
            let ends = body["ends"]?.text.flatMap({ Instant($0) })
        else { throw Stop(.invalid) }
        guard begins < ends, ends - begins <= .seconds(366 * 86_400) else {
            throw GoodsIntake.fault("/ends", badTerm)
        }
        let (zh, en) = (body["title_zh"]?.text ?? "", body["title_en"]?.text ?? "")
        let items = (body["items"]?.elements ?? []).compactMap { $0.text.flatMap { UUID($0) } }
        return try await call.write { tx, _ in
            let (may, rooms, known) = try await tx.run(
                MayManageGoods(), FindRoom(room: room), ItemScales(items: items))
            guard may.first == true else { return .refused(Problem(.mayNotManageGoods)) }
            guard !rooms.isEmpty, Set(known.map(\.id)).isSuperset(of: items) else {
                return .refused(Problem(.notGoodsPlace))
            }
            _ = try await tx.execute(
                """
                INSERT INTO linli.goods_drive (estate_id, id, title_zh, title_en, room_id, begins,
                    ends, items)
                VALUES (linli.estate_id(), \(id), \(zh), \(en), \(room), \(begins), \(ends),
                    \(items))
                """)
            _ = try await tx.run(
                AppendEvent(
                    EventDraft(id: event, kind: "goods.driveOpened", audience: [.estate]) { json in
                        json.member("drive", id)
                    }))
            return .done(call.json(.created) { $0.object { $0.member("id", id) } })
        }
    }

    private static let badTerm = Text(
        zh: "ends 须晚于 begins，且不超过 366 天。", en: "Let ends follow begins by at most 366 days.")
}

/// Whether the principal manages catalogue, rooms and drives.
struct MayManageGoods: Statement {
    var sql: SQL {
        """
        SELECT linli.has_role('residents_committee') AND linli.beneficiary_id() IS NULL
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// A goods room; no row where there is none.
struct FindRoom: Statement {
    var room: UUID

    var sql: SQL {
        """
        SELECT place_id
        FROM linli.goods_place
        WHERE estate_id = linli.estate_id() AND place_id = \(room) AND room_id = \(room)
            AND closed_at IS NULL
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}
