internal import Platform
internal import Realtime

/// The signed coded list for when the network is down, and what is entered of it afterwards.
struct ParcelLists: Sendable {
    /// Most lines that are entered at once.
    static let linesMax = 200
    /// What a line may come to.
    static let verdicts = [
        "posted", "again", "unknown", "nobody", "when", "duty", "own", "second", "out", "recalled",
        "expired", "lapsed",
    ]

    private let keyring: Keyring

    /// Signing, and opening what words are checked with, under the keys of this keyring.
    init(_ keyring: Keyring) { self.keyring = keyring }

    // MARK: The list

    /// Writes today's list of a room: codes, bins and contents, and nobody's name.
    func list(_ call: Call) async throws -> Response {
        let (room, estate) = (call.id("room"), call.id("estate"))
        let (heads, parts, words) = try await call.read(
            FindParcelListHead(room: room), FindParcelListParts(room: room),
            FindParcelListWords(room: room))
        guard let head = heads.first else { throw Stop(.notOnGoodsDuty) }
        let vault = EstateVault(keyring, of: estate)
        var opened: [String: [String]] = [:]
        for row in words {
            let text = try vault.open(
                row.sealed, row.isCard ? .cardListed : .wordListed, of: row.word)
            opened[row.code, default: []].append(text)
        }
        let text = ParcelListText(
            estate: estate, room: room, head, parts: parts, words: opened)
        return Response(
            .ok, "text/plain; charset=utf-8", try text.signed(by: keyring.signingKey)
        )
        .adding("Content-Disposition", "attachment; filename=\"parcels-\(head.day).txt\"")
        .adding("Cache-Control", "no-store")
    }

    // MARK: Reconciling

    /// Enters what went out; each line is answered with what it came to.
    static func reconcile(_ call: Call) async throws -> Response {
        let (room, event) = (call.id("room"), call.context.ids.next() as UUID)
        let lines = call.body["lines"]?.elements ?? []
        let codes = lines.map { ($0["code"]?.text ?? "").uppercased() }
        for (index, code) in codes.enumerated() where !isCode(code) {
            throw GoodsIntake.fault("/lines/\(index)/code", codeWanted)
        }
        let given = lines.compactMap { $0["given_at"]?.text.flatMap { Instant($0) } }
        let volunteers = lines.compactMap { $0["by"]?.text.flatMap { UUID($0) } }
        let seconds = lines.map { $0["second"]?.text.flatMap { UUID($0) } }
        guard given.count == lines.count, volunteers.count == lines.count else {
            throw Stop(.invalid)
        }
        for (index, second) in seconds.enumerated() where second == volunteers[index] {
            throw GoodsIntake.fault("/lines/\(index)/second", another)
        }
        let micros = given.map(\.microseconds)
        return try await call.write { tx, _ in
            let rows = try await tx.run(
                ReconcileParcels(
                    sql: """
                        SELECT number, verdict
                        FROM linli.parcel_list_reconcile(\(event), \(room), \(codes), \(micros),
                            \(volunteers), \(seconds))
                        """))
            guard rows.count == lines.count else { return .refused(Problem(.notOnGoodsDuty)) }
            let answer = call.json(capacity: 4096) { json in
                json.object { json in
                    json.key("lines")
                    json.array { json in
                        for row in rows {
                            line(row.verdict, codes[Int(row.number) - 1], call.language, to: &json)
                        }
                    }
                }
            }
            return .done(answer)
        }
    }

    private static func line(
        _ verdict: String, _ code: String, _ language: Language, to json: inout JSONWriter
    ) {
        json.object { json in
            json.member("code", code)
            json.member("verdict", verdict)
            json.member("advice", advice(verdict)[language])
        }
    }

    private static func isCode(_ code: String) -> Bool {
        let halves = code.split(separator: "-", omittingEmptySubsequences: false)
        return halves.count == 2
            && halves.allSatisfy { half in
                half.utf8.count == 4
                    && half.utf8.allSatisfy { "0123456789ABCDEF".utf8.contains($0) }
            }
    }

    private static let codeWanted = Text(
        zh: "请照清单写代号，如 1A2B-3C4D。", en: "Write the code as on the list, such as 1A2B-3C4D.")
    private static let another = Text(
        zh: "请写另一个人，或不写。", en: "Name another person, or leave it out.")

    /// Writes a page of the lines that differ.
    static func differences(_ call: Call) async throws -> Response {
        let (room, limit) = (call.id("room"), call.limit(default: 50))
        guard try await call.read(ServesRoom(room: room)).first == true else {
            throw Stop(.notOnGoodsDuty)
        }
        let before = try call.cursor()?.id ?? UUID(high: .max, low: .max)
        return try await GoodsRows(
            members: ["code", "given_at", "by", "second", "entered_at", "verdict", "task"],
            sql: """
                SELECT id, code, given_at, by_id, second_id, entered_at, verdict, task_id
                FROM linli.parcel_list_differences(\(room), \(before), \(limit + 1))
                """
        ).page(call, "lines", limit: limit)
    }

    /// What a line came to, and what to do.
    private static func advice(_ verdict: String) -> Text {
        switch verdict {
        case "posted": Text(zh: "已记账。", en: "Posted.")
        case "again": Text(zh: "之前已记账，没有重复。", en: "It was posted before, and is not again.")
        case "unknown":
            Text(
                zh: "这个物资间没有这个代号；请核对纸质清单。",
                en: "This room has no such parcel: check the paper list.")
        case "nobody": Text(zh: "找不到这位经手人；请核对。", en: "Nobody here is that volunteer: check it.")
        case "when":
            Text(
                zh: "时间不对；请填清单当天的时间，七天之内。",
                en: "The instant cannot be: give one of the list's day, within seven days.")
        case "duty":
            Text(
                zh: "经手人当时不在这里当值；请核对是谁。",
                en: "The volunteer was not on duty here then: check who it was.")
        case "own":
            Text(
                zh: "是经手人或录入人自己家的；请由另一位录入，或由居委会核对。",
                en: "It is the household of who gave or enters it: let another person enter it.")
        case "second":
            Text(zh: "贵重物资要两人经手；请补上第二人。", en: "Two persons hand this out: add the second.")
        case "out":
            Text(
                zh: "已由别的方式领走；请问清是不是拿错了包裹，并盘点。",
                en: "It went out another way: ask whether a wrong parcel was taken, and count.")
        case "recalled":
            Text(
                zh: "其中有召回的批次，这一户已列入召回；请马上联系。",
                en: "Some of it is recalled, and the household is on the recall: reach it now.")
        case "expired":
            Text(
                zh: "其中有过期的；请联系居委会通知住户，并盘点。",
                en: "Some of it has expired: tell the committee, and count.")
        default:
            Text(
                zh: "保留时间已过，物资已退回账上；请盘点或凭需求当场发放补记。",
                en: "It had lapsed and is free on the books: count, or issue it for the need.")
        }
    }
}

/// What became of each line.
struct ReconcileParcels: Statement {
    var sql: SQL

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (number: Int32, verdict: String) {
        (try cells.read(), try cells.read())
    }
}
