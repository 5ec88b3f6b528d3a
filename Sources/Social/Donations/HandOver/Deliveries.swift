internal import Platform
internal import Realtime

/// Bringing home what is set aside: a request for help, a signature at the desk, a word at the door.
struct Deliveries: Sendable {
    /// Minutes that a delivery takes.
    private static let minutes: Int32 = 30

    let desk: HandOverDesk

    /// Asks that a parcel be brought home.
    static func ask(_ call: Call) async throws -> Response {
        let (parcel, event) = (call.id("parcel"), call.context.ids.next() as UUID)
        let (id, request) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        guard let span = HelpRequests.Span(call.body, minutes: minutes) else {
            throw Stop(.helpTimeUnfit)
        }
        return try await call.write { tx, _ in
            let verdict = try await tx.run(
                GoodsVerdict(
                    sql: """
                        SELECT linli.delivery_ask(\(event), \(id), \(request), \(parcel),
                            \(span.begins), \(span.ends), \(span.minutes))
                        """)
            ).first
            switch verdict {
            case "asked": break
            case "there": return .refused(Problem(.deliveryAsked))
            case "waits": return .refused(Problem(.parcelNotWaiting))
            case "valuable": return .refused(Problem(.deliveryValuable))
            default: return .refused(Problem(HelpRequests.refusal(verdict)))
            }
            return .done(
                call.json(.created) { json in
                    json.object { json in
                        json.member("id", id)
                        json.member("request", request)
                    }
                })
        }
    }

    /// Writes a page of what one asked to be brought, and of what one has agreed to bring.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let before = try call.cursor()?.id ?? UUID(high: .max, low: .max)
        return try await GoodsRows(
            members: [
                "side", "state", "request", "visit", "code", "room", "room_zh", "room_en",
                "allergens", "begins", "ends",
            ],
            sql: """
                SELECT id, side, state, request_id, visit_id, code, room_id, room_zh, room_en,
                    allergens, begins, ends
                FROM linli.deliveries_seen(\(before), \(limit + 1))
                """
        ).page(call, "deliveries", limit: limit)
    }

    /// Gives a parcel into the hands of who brings it.
    static func take(_ call: Call) async throws -> Response {
        let (parcel, event) = (call.id("parcel"), call.context.ids.next() as UUID)
        let (visit, custody) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        return try await call.write { tx, _ in
            let answer = try await tx.run(
                GoodsAnswer(
                    sql: """
                        \(literal: GoodsAnswer.select)
                        linli.delivery_take(\(event), \(visit), \(custody), \(parcel)) AS a
                        """)
            ).first
            switch answer?.verdict {
            case "early": return .refused(Problem(.deliveryNotAgreed))
            case "self": return .refused(Problem(.handOverSecondPerson))
            default: break
            }
            if let problem = HandOverDesk.problem(answer) { return .refused(problem) }
            return .done(Response(.noContent))
        }
    }

    /// Hands it over at the door, against the household's word.
    func hand(_ call: Call) async throws -> Response {
        let (delivery, event) = (call.id("delivery"), call.context.ids.next() as UUID)
        let attempt: UUID = call.context.ids.next()
        guard let word = call.body["word"]?.text else { throw Stop(.invalid) }
        return try await call.write { tx, caller in
            guard let estate = caller.estate else { throw Stop(.notFound) }
            let verdict = try await tx.run(
                GoodsVerdict(
                    sql: """
                        SELECT linli.delivery_hand(\(event), \(delivery),
                            \(desk.hash(word, in: estate)), \(attempt),
                            \(HandOverDesk.attemptsMax))
                        """)
            ).first
            switch verdict {
            case "handed": return .done(Response(.noContent))
            // The attempt counts, so what was written stays.
            case "word": return .done(call.refusal(Problem(.parcelWordUnknown)))
            case "too_many": throw Stop(.parcelWordsTooMany)
            default: return .refused(Problem(.notFound))
            }
        }
    }
}
