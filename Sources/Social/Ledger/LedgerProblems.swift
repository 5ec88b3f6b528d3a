internal import Realtime

extension ProblemKind {
    /// All that a posting may be refused for, besides what its feature says.
    package static let postingRefusals: [ProblemKind] = [
        .notEnoughThere, .accountFull, .movementKeyReused,
    ]
    /// All that taking a movement back may be refused for, besides what its feature says.
    package static let reversalRefusals: [ProblemKind] = [
        .notEnoughThere, .accountFull, .movementKeyReused, .movementReversed,
    ]

    static let notEnoughThere = ProblemKind(
        "not-enough-there", .conflict,
        Text(zh: "数量不够", en: "There is not enough"),
        Text(
            zh: "请减少数量；如与实物不符，请先盘点。",
            en: "Take less; if the shelf says otherwise, count it first."))
    static let accountFull = ProblemKind(
        "account-full", .conflict,
        Text(zh: "数量超出了可记录的范围", en: "There would be more than can be kept"),
        Text(zh: "请核对数量和单位。", en: "Check the quantity and its unit."))
    static let movementKeyReused = ProblemKind(
        "movement-key-reused", .conflict,
        Text(zh: "这个编号已经用于另一笔流水", en: "This key has moved something else"),
        Text(zh: "请换一个编号，或按原来的内容重试。", en: "Use another key, or repeat what it stood for."))
    static let movementReversed = ProblemKind(
        "movement-reversed", .conflict,
        Text(zh: "这笔流水已经冲销，或本身就是冲销", en: "It was taken back already, or takes something back"),
        Text(zh: "请刷新后再看；要再记一笔，请重新登记。", en: "Read it again; to have it after all, enter it anew."))
}

extension LedgerRefusal {
    /// As a client reads it; `scale` says in how many decimal places the asset of a movement is counted.
    package func problem(scale: (Int) -> Int = { _ in 0 }) -> Problem {
        switch self {
        case .short(let index, _, let there):
            Problem(
                .notEnoughThere,
                advice: Self.only(Quantity.text(of: max(there, 0), scale: scale(index))))
        case .full: Problem(.accountFull)
        case .keyReused: Problem(.movementKeyReused)
        case .reversed: Problem(.movementReversed)
        case .unknown: Problem(.notFound)
        }
    }

    private static func only(_ there: String) -> Text {
        Text(
            zh: "现有 \(there)。请减少数量；如与实物不符，请先盘点。",
            en: "There is \(there). Take less; if the shelf says otherwise, count it first.")
    }
}

extension Quantity {
    /// Reads what a request gives at a place of its content, of something counted in so many decimal
    /// places.
    ///
    /// - Throws: `Stop` that says what to do.
    package static func read(_ text: String, scale: Int, at pointer: String) throws(Stop) -> Self {
        do throws(QuantityFault) {
            return try Quantity(text, scale: scale)
        } catch {
            throw Stop(Problem(.invalid, faults: [Problem.Fault(pointer, error.advice)]))
        }
    }
}

extension QuantityFault {
    /// What to do about it.
    package var advice: Text {
        switch self {
        case .malformed:
            Text(
                zh: "请用阿拉伯数字填写数量，如 3 或 1.25，不带单位、空格和逗号。",
                en: "Send a number such as 3 or 1.25, without unit, space or comma.")
        case .negative:
            Text(
                zh: "数量不能是负数；要更正，请冲销原来那一笔。",
                en: "Send a quantity above zero; to correct one, take that movement back.")
        case .nothing: Text(zh: "数量须大于 0。", en: "Send a quantity above zero.")
        case .fractional:
            Text(
                zh: "这种物品按整件计数，请填整数。",
                en: "This is counted in whole pieces: send a whole number.")
        case .tooFine(let scale):
            Text(
                zh: "最多保留 \(scale) 位小数，请四舍五入。",
                en: "Send at most \(scale) decimal places: round it.")
        case .tooLarge(let scale):
            Text(
                zh: "数量太大，最多 \(Self.most(scale))；请核对数量和单位。",
                en: "Send at most \(Self.most(scale)): check the quantity and its unit.")
        }
    }

    private static func most(_ scale: Int) -> String {
        Quantity.text(of: Quantity.unitsMax, scale: scale)
    }
}
