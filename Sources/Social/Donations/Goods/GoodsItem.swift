internal import Platform
internal import Realtime

/// An item of the catalogue as a request gives it.
struct GoodsItem {
    var names: [String]
    var category: String
    var unit: String
    var scale: Int
    var isPerishable: Bool
    var shelfDaysMin: Int64
    var allergens: [String]
    var least: Int64
    var isValuable: Bool
    var refuses: [String]
    var shortBelow: Int64?
    /// For quotas one of it is so many thousandths of another unit.
    var counts: (unit: String, each: Int64)?
    var isRetired: Bool

    /// Reads the content of a request; an item that there is keeps `scale` and `unit`.
    ///
    /// - Throws: `Stop` where a quantity is none of the unit's, or food would be taken opened.
    init(_ body: JSON, counted: (unit: String, scale: Int)?) throws(Stop) {
        names = [body["name_zh"]?.text ?? "", body["name_en"]?.text ?? ""]
        category = body["category"]?.text ?? "other"
        unit = counted?.unit ?? body["unit"]?.text ?? "piece"
        scale = counted?.scale ?? Int(body["scale"]?.integer ?? 0)
        isPerishable = body["is_perishable"]?.bool ?? false
        shelfDaysMin = body["shelf_days_min"]?.integer ?? 0
        allergens = GoodsItem.words(body["allergens"])
        isValuable = body["is_valuable"]?.bool ?? false
        refuses =
            body["refuses"] == nil ? ["opened", "home_made"] : GoodsItem.words(body["refuses"])
        isRetired = body["is_retired"]?.bool ?? false
        least = 1
        if let text = body["least"]?.text {
            least = try Quantity.read(text, scale: scale, at: "/least").units
        }
        if let text = body["short_below"]?.text {
            shortBelow = try Quantity.read(text, scale: scale, at: "/short_below").units
        }
        if let other = body["counts_as"]?["unit"]?.text {
            let each = try Quantity.read(
                body["counts_as"]?["quantity"]?.text ?? "", scale: 3, at: "/counts_as/quantity")
            guard other != unit, each.units <= GoodsItem.countsMax else {
                throw Stop(
                    Problem(.invalid, faults: [Problem.Fault("/counts_as", Self.mustConvert)]))
            }
            counts = (other, each.units)
        }
        guard max(least, shortBelow ?? 0) <= GoodsItem.unitsMax else {
            throw Stop(Problem(.invalid, faults: [Problem.Fault("/least", GoodsDoor.advice(""))]))
        }
        if GoodsItem.closed.contains(category), Set(refuses) != ["opened", "home_made"] {
            throw Stop(Problem(.invalid, faults: [Problem.Fault("/refuses", Self.mustBeClosed)]))
        }
    }

    /// Most smallest units of one lot.
    static let unitsMax: Int64 = 2_000_000_000
    /// Most thousandths of another unit that one of an item counts as.
    private static let countsMax: Int64 = 1_000_000
    private static let mustConvert = Text(
        zh: "请写另一个单位，和一个这个品目合它多少（最多 1000）。",
        en: "Name another unit, and how much of it one of this item is, at most 1000.")
    /// What is eaten, drunk or put on a wound.
    private static let closed: Set = ["food", "drink", "baby", "health"]
    private static let mustBeClosed = Text(
        zh: "食品、饮料、母婴和医护用品一律不收已开封和自制的：请写 [\"opened\",\"home_made\"]。",
        en: "Food, drink, baby and health items are never taken opened or home-made: send both.")

    private static func words(_ list: JSON?) -> [String] {
        Array(Set((list?.elements ?? []).compactMap(\.text))).sorted()
    }

    /// The statement that keeps it: new, or another version of one.
    func put(_ id: UUID, version: Int32?, event: UUID) -> GoodsVerdict {
        GoodsVerdict(
            sql: """
                SELECT linli.goods_item_put(\(id), \(version), \(names), \(category), \(unit),
                    \(Int32(scale)), \(isPerishable), \(Int32(shelfDaysMin)), \(allergens),
                    \(least), \(isValuable), \(refuses), \(shortBelow), \(isRetired), \(event),
                    \(counts?.unit), \(counts?.each))
                """)
    }
}

/// The version of an item, and how it is counted.
struct ItemVersion: Statement {
    var item: UUID

    var sql: SQL {
        """
        SELECT version, unit, scale
        FROM linli.goods_item
        WHERE estate_id = linli.estate_id() AND id = \(item)
        """
    }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (version: Int32, unit: String, scale: Int) {
        (try cells.read(), try cells.read(), Int(try cells.read(Int16.self)))
    }
}
