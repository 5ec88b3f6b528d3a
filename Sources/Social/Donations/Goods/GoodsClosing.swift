internal import Platform
internal import Realtime

/// Rooms and bins that cease to serve, and that serve again.
enum GoodsClosing {
    /// Closes a place where nothing lies any more.
    static func close(_ call: Call) async throws -> Response {
        let (place, event) = (call.id("place"), call.context.ids.next() as UUID)
        return try await call.write { tx, _ in
            guard let answer = try await tx.run(CloseGoodsPlace(place: place, event: event)).first
            else { return .refused(Problem(.notFound)) }
            switch answer.verdict {
            case "closed": return .done(Response(.noContent))
            case "stock": return .refused(Problem(.goodsPlaceStocked, advice: answer.remains))
            case "again": return .refused(Problem(.goodsPlaceClosed))
            default: return .refused(problem(answer.verdict))
            }
        }
    }

    /// Opens a place again, with the bins that were closed with it.
    static func reopen(_ call: Call) async throws -> Response {
        let (place, event) = (call.id("place"), call.context.ids.next() as UUID)
        return try await call.write { tx, _ in
            let verdict = try await tx.run(
                GoodsVerdict(sql: "SELECT linli.goods_place_reopen(\(event), \(place))")
            ).first
            return verdict == "opened"
                ? .done(Response(.noContent)) : .refused(problem(verdict))
        }
    }

    private static func problem(_ verdict: String?) -> Problem {
        switch verdict {
        case "forbidden": Problem(.notOnGoodsDuty)
        case "again": Problem(.goodsPlaceThere)
        case "closed": Problem(.goodsPlaceClosed)
        default: Problem(.notFound)
        }
    }
}

/// Closes a place; what remains there.
private struct CloseGoodsPlace: Statement {
    struct Row {
        var verdict: String
        var lots: Int64
        var reserved: Int64
        var codes: [String]

        /// What remains and what to do about it.
        var remains: Text {
            let names = codes.joined(separator: "、") + (lots > Int64(codes.count) ? "……" : "")
            let named = codes.joined(separator: ", ") + (lots > Int64(codes.count) ? " …" : "")
            let (waitZh, waitEn) =
                reserved > 0
                ? ("其中 \(reserved) 个有留出待领的。", " Some of \(reserved) is set aside for households.")
                : ("", "")
            return Text(
                zh: "还有 \(lots) 个批次：\(names)。\(waitZh)请先移库到别的地点，或发放、报废，再关闭。",
                en:
                    "\(lots) lots are here: \(named).\(waitEn) Move them to another place, hand them "
                    + "out or discard them; then close it.")
        }
    }

    var place: UUID
    var event: UUID

    var sql: SQL {
        """
        SELECT verdict, coalesce(lots, 0), coalesce(reserved, 0), coalesce(codes, '{}')
        FROM linli.goods_place_close(\(event), \(place))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            verdict: try cells.read(), lots: try cells.read(), reserved: try cells.read(),
            codes: try cells.read())
    }
}

/// The operations of closing.
extension GoodsOperations {
    static func closing(_ signals: EventSignals) -> [Operation] {
        let place = Operation.Parameter.path(
            "place", Text(zh: "物资间或货位", en: "The room or bin"))
        return [
            act(
                "/places/{place}/closing", "closeGoodsPlace",
                Text(
                    zh: "关闭一个物资间（居委会）或货位；还有物资的不能关",
                    en: "Close a room, as the committee, or a bin; not while something lies there"),
                signals, parameters: [place],
                answer: Operation.Answer(.noContent, Text(zh: "已关闭", en: "Closed")),
                problems: [.notOnGoodsDuty, .goodsPlaceClosed, .goodsPlaceStocked],
                GoodsClosing.close),
            .write(
                .delete, base + "/places/{place}/closing", "reopenGoodsPlace",
                Text(
                    zh: "重新开设；和物资间一起关的货位也重开",
                    en: "Open it again, with the bins that were closed with it"), tag: tag,
                security: .person, proof: .forOffice, parameters: [.estate, place],
                answers: [Operation.Answer(.noContent, Text(zh: "已重开", en: "Open again"))],
                problems: [.notOnGoodsDuty, .goodsPlaceThere, .goodsPlaceClosed],
                work: telling(signals, GoodsClosing.reopen)),
        ]
    }
}
