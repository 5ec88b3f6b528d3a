internal import Platform

/// Why a household got so much of a round, in words that tell nothing of any other.
enum AllocationWords {
    /// The words of a reason; quantities in thousandths of the unit.
    static func why(
        _ reason: String, wanted: Int64, got: Int64, priority: Int64, least: Int64?
    ) -> Text {
        let words = main(reason, percent: wanted > 0 ? got * 100 / wanted : 100, least: least)
        guard priority > 1000, reason != "need_met" else { return words }
        return Text(
            zh: words.zh + "前几次分得少，这次已多算。",
            en: words.en + " Earlier rounds gave it less, and this one made up for some of that.")
    }

    private static func main(_ reason: String, percent: Int64, least: Int64?) -> Text {
        let useful = Quantity.text(of: least ?? 0, scale: 3)
        switch reason {
        case "need_met": return Text(zh: "要的都有了。", en: "All that is needed is there.")
        case "lots_used_up":
            return Text(
                zh: "物资不够分，按各户所需的比例尽量分匀，这次满足 \(percent)%；其余缺货待补。",
                en: "There is too little for all. Shares are as even as can be by what each "
                    + "household needs: \(percent)% of it this time, and the rest stays open.")
        case "units_used_up":
            return Text(
                zh: "整件的不能拆，分匀之后这次满足 \(percent)%；其余缺货待补。",
                en: "Whole pieces cannot be split. Shared as evenly as can be, that is \(percent)% "
                    + "this time, and the rest stays open.")
        case "too_little_there":
            return Text(
                zh: "现有的不到有用的最少数量 \(useful)，这次没有分；缺货待补。",
                en: "What is there is less than \(useful), the least that is of use: the need "
                    + "stays open.")
        case "share_below_use":
            return Text(
                zh: "分匀之后不到有用的最少数量 \(useful)，这次先不分给您家，下次优先。",
                en: "An even share would be less than \(useful), the least that is of use: "
                    + "nothing this time, and more weight in the next round.")
        default:
            return Text(
                zh: "现在没有合适的物资；缺货待补。", en: "Nothing that fits is there: the need stays open.")
        }
    }
}
