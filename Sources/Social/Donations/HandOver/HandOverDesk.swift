internal import Platform
internal import Realtime

/// Handing parcels over, need-blind: by a one-time word or a household's card.
struct HandOverDesk: Sendable {
    /// Days that a word is good for.
    static let wordDays: Int32 = 14
    /// Most words that do not work, of one volunteer within ten minutes.
    static let attemptsMax: Int32 = 10
    /// So many are made, of which the first that nobody has is given.
    private static let candidates = 4
    /// Most lots that one hand-over names.
    static let partsMax = 100

    private let key: SymmetricKey
    private let keyring: Keyring

    /// Hashes words under a key of its own.
    init(_ keyring: Keyring) {
        key = keyring.hashingKey(for: "goods word")
        self.keyring = keyring
    }

    func hash(_ word: String, in estate: UUID) -> String {
        Hex.encoded(HMACSHA256.code(of: estate.bytes + Array(word.utf8), key: key))
    }

    // MARK: Words and cards

    /// Makes a word that fetches what waits for a household, and shows it once.
    func makeWord(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        let household = call.bodyID("household")
        let isForNeighbour = call.body["for_neighbour"]?.bool ?? false
        return try await shown(call, id, .wordListed) { hashes in
            """
            SELECT verdict, number, expires_at
            FROM linli.word_make(\(event), \(id), \(household), \(isForNeighbour), \(hashes),
                \(Self.wordDays))
            """
        }
    }

    /// Issues a household's card, and shows its number once.
    func issueCard(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        let household = call.id("household")
        return try await shown(call, id, .cardListed) { hashes in
            """
            SELECT verdict, number, expires_at
            FROM linli.card_issue(\(event), \(id), \(household), \(hashes))
            """
        }
    }

    private func shown(
        _ call: Call, _ id: UUID, _ column: SealedColumn, _ sql: ([String]) -> SQL
    ) async throws -> Response {
        let words = (0..<Self.candidates).map { _ in Attendance.freshCode() }
        return try await call.write { tx, caller in
            guard let estate = caller.estate else { throw Stop(.notFound) }
            let made = try await tx.run(
                WordMade(sql: sql(words.map { hash($0, in: estate) }))
            ).first
            switch made?.verdict {
            case "made": break
            case "which": return .refused(Problem(.needWhichHousehold))
            case "none_free": throw Stop(.unavailable)
            default: return .refused(Problem(.notFound))
            }
            guard let made, let number = made.number, let expires = made.expires,
                words.indices.contains(Int(number) - 1)
            else { throw Stop(.notFound) }
            let listed = try EstateVault(keyring, of: estate)
                .seal(ListedWord(words[Int(number) - 1]).text, column, of: id)
            _ = try await tx.run(WordListed(word: id, sealed: listed))
            return .doneWithSecret(
                call.json(.created) { json in
                    json.object { json in
                        json.member("word", words[Int(number) - 1])
                        json.member("expires_at", expires)
                    }
                })
        }
    }

    // MARK: Visits

    /// Somebody has come with a word or a card: what waits for it, by code.
    func open(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        let attempt: UUID = call.context.ids.next()
        guard let room = call.bodyID("room"), let word = call.body["word"]?.text else {
            throw Stop(.invalid)
        }
        return try await call.write { tx, caller in
            guard let estate = caller.estate else { throw Stop(.notFound) }
            let opened = try await tx.run(
                VisitOpened(
                    sql: """
                        SELECT verdict, number
                        FROM linli.visit_open(\(event), \(id), \(room),
                            \(hash(word, in: estate)), \(attempt), \(Self.attemptsMax))
                        """)
            ).first
            switch opened?.verdict {
            case "open": break
            // The attempt counts, so what was written stays.
            case "word": return .done(call.refusal(Problem(.parcelWordUnknown)))
            case "too_many": throw Stop(.parcelWordsTooMany)
            case "own": return .refused(Problem(.handOverOwnHousehold))
            default: return .refused(Problem(.notOnGoodsDuty))
            }
            let parcels = try await tx.run(Self.parcels(of: id))
            return .done(
                call.json(.created, capacity: 4096) { json in
                    json.object { json in
                        json.member("id", id)
                        json.member("number", opened?.number ?? 1)
                        json.key("parcels")
                        json.array { json in
                            for row in parcels { json.raw(row.json) }
                        }
                    }
                })
        }
    }

    private static let members = ["code", "room", "made_at", "until", "state", "parts"]

    private static func parcels(of visit: UUID) -> GoodsRows {
        GoodsRows(
            members: members,
            sql: """
                SELECT id, code, room_id, made_at, until, state, parts
                FROM linli.visit_parcels(\(visit))
                """)
    }

    /// Writes a page of who has come to a room today, by number and code.
    static func visits(_ call: Call) async throws -> Response {
        let (room, limit) = (call.id("room"), call.limit(default: 50))
        guard try await call.read(ServesRoom(room: room)).first == true else {
            throw Stop(.notOnGoodsDuty)
        }
        let cursor = try call.cursor()
        let (number, after) = (cursor?.numbers.first ?? 0, cursor?.id ?? UUID(high: 0, low: 0))
        return try await GoodsRows(
            members: ["number", "state", "opened_at", "ends", "has_second", "parcels"],
            isSorted: true,
            sql: """
                SELECT number::bigint, id, number, state, opened_at, ends, has_second, parcels
                FROM linli.room_visits(\(room), \(call.text("state") != "all"), \(number),
                    \(after), \(limit + 1))
                """
        ).page(call, "visits", limit: limit)
    }

    /// Stands by what is valuable, as the second person.
    static func second(_ call: Call) async throws -> Response {
        let (visit, event) = (call.id("visit"), call.context.ids.next() as UUID)
        return try await call.write { tx, _ in
            let verdict = try await tx.run(
                GoodsVerdict(sql: "SELECT linli.visit_second(\(event), \(visit))")
            ).first
            return switch verdict {
            case "seconded": .done(Response(.noContent))
            case "own": .refused(Problem(.handOverOwnHousehold))
            case "same": .refused(Problem(.handOverSecondPerson))
            default: .refused(Problem(.notFound))
            }
        }
    }

    /// Hands out of what is free to who has come, for a confirmed need.
    static func issue(_ call: Call) async throws -> Response {
        let (visit, event) = (call.id("visit"), call.context.ids.next() as UUID)
        let (id, parcel) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        guard let lot = call.bodyID("lot"), let place = call.bodyID("place") else {
            throw Stop(.invalid)
        }
        return try await call.write { tx, _ in
            guard let scale = try await LotScales.of([lot], tx)[lot] else {
                return .refused(Problem(.notFound))
            }
            let quantity = try Quantity.read(
                call.body["quantity"]?.text ?? "", scale: scale, at: "/quantity")
            let answer = try await tx.run(
                GoodsAnswer(
                    sql: """
                        \(literal: GoodsAnswer.select)
                        linli.visit_issue(\(event), \(id), \(parcel), \(visit), \(lot), \(place),
                            \(quantity.units)) AS a
                        """)
            ).first
            if let problem = problem(answer) { return .refused(problem) }
            return .done(call.json(.created) { $0.object { $0.member("id", parcel) } })
        }
    }

    // MARK: Parcels

    /// Writes a page of what waits at a room, the first to go back first.
    static func list(_ call: Call) async throws -> Response {
        let (room, limit) = (call.id("room"), call.limit(default: 50))
        guard try await call.read(ServesRoom(room: room)).first == true else {
            throw Stop(.notOnGoodsDuty)
        }
        let cursor = try call.cursor()
        let until = Instant(microseconds: cursor?.numbers.first ?? 0)
        let after = cursor?.id ?? UUID(high: 0, low: 0)
        return try await GoodsRows(
            members: members, isSorted: true,
            sql: """
                SELECT (extract(epoch FROM until) * 1000000)::bigint, id, code, room_id, made_at,
                    until, state, parts
                FROM linli.room_parcels(\(room), \(until), \(after), \(limit + 1))
                """
        ).page(call, "parcels", limit: limit)
    }

    /// Hands a parcel over, whole, in part or with substitutes, in one call.
    static func hand(_ call: Call) async throws -> Response {
        let (parcel, event) = (call.id("parcel"), call.context.ids.next() as UUID)
        let id: UUID = call.context.ids.next()
        guard let visit = call.bodyID("visit") else { throw Stop(.invalid) }
        let parts = call.body["parts"]?.elements ?? []
        let lots = parts.compactMap { $0["lot"]?.text.flatMap { UUID($0) } }
        let instead = parts.map { $0["instead"]?.text.flatMap { UUID($0) } }
        let places = parts.map { $0["place"]?.text.flatMap { UUID($0) } }
        guard Set(lots).count == parts.count else { throw GoodsIntake.fault("/parts", once) }
        for (index, other) in instead.enumerated() where (other == nil) != (places[index] == nil) {
            throw GoodsIntake.fault("/parts/\(index)/place", whence)
        }
        return try await call.write { tx, _ in
            let counted = zip(lots, instead).map { $1 ?? $0 }
            let scales = try await LotScales.of(counted, tx)
            var units: [Int64] = []
            for (index, part) in parts.enumerated() {
                units.append(
                    try Quantity.read(
                        part["quantity"]?.text ?? "",
                        scale: scales[counted[index]] ?? Quantity.scaleMax,
                        at: "/parts/\(index)/quantity"
                    ).units)
            }
            let answer = try await tx.run(
                GoodsAnswer(
                    sql: """
                        \(literal: GoodsAnswer.select)
                        linli.parcel_hand(\(event), \(id), \(parcel), \(visit), \(lots), \(units),
                            \(instead), \(places)) AS a
                        """)
            ).first
            if let problem = problem(answer) { return .refused(problem) }
            return .done(Response(.noContent))
        }
    }

    private static let once = Text(zh: "每个批次只写一次。", en: "Name each lot once.")
    private static let whence = Text(
        zh: "写替代批次时也写它的位置，否则都不写。", en: "Give place with instead, and only then.")

    /// Takes a hand-over back in one call.
    static func undo(_ call: Call) async throws -> Response {
        let (parcel, event) = (call.id("parcel"), call.context.ids.next() as UUID)
        return try await call.write { tx, _ in
            let answer = try await tx.run(
                GoodsAnswer(
                    sql: """
                        \(literal: GoodsAnswer.select)
                        linli.parcel_undo(\(event), \(parcel)) AS a
                        """)
            ).first
            if answer?.verdict == "over" { return .refused(Problem(.handOverNotUndone)) }
            if let problem = problem(answer) { return .refused(problem) }
            return .done(Response(.noContent))
        }
    }

    static func problem(_ answer: GoodsAnswer.Row?) -> Problem? {
        switch answer?.verdict {
        case "own": Problem(.handOverOwnHousehold)
        case "visit": Problem(.visitOver)
        case "out", "gone": Problem(.parcelNotWaiting)
        case "lapsed": Problem(.parcelLapsed)
        case "part", "over": Problem(.parcelPartUnfit)
        case "instead": Problem(.substituteUnfit)
        case "second": Problem(.handOverSecondPerson)
        case "need": Problem(.visitNoNeed)
        case nil: Problem(.notFound)
        default: answer?.problem
        }
    }
}

/// What became of making a word or a card.
struct WordMade: Statement {
    var sql: SQL

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (verdict: String, number: Int32?, expires: Instant?) {
        (try cells.read(), try cells.read(), try cells.read())
    }
}

/// What became of opening a visit.
struct VisitOpened: Statement {
    var sql: SQL

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (verdict: String, number: Int32?) {
        (try cells.read(), try cells.read())
    }
}
