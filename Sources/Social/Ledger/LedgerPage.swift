package import Platform

/// A movement as one account sees it.
package struct LedgerEntry: Sendable, Hashable {
    /// Which of the account's movements, from 1 without a gap.
    package var number: Int64
    /// The movement.
    package var movement: UUID
    /// When.
    package var at: Instant
    /// What came, or below zero what went, in smallest units.
    package var change: Int64
    /// What was there after it, in smallest units.
    package var balance: Int64
    /// The feature's code for why.
    package var reason: String
    /// Because of what.
    package var cause: LedgerCause
    /// The other side; whose it is shows only to who may read that, too.
    package var other: LedgerSide
    /// Who did it; shown to who may read both sides, and to itself.
    package var doer: UUID?
    /// The person it is about; shown to who may read both sides, and to itself.
    package var subject: UUID?
    /// The movement that this one takes back.
    package var reverses: UUID?
    /// The movement that took this one back.
    package var reversedBy: UUID?
}

/// Part of an account's statement.
package struct LedgerPage: Sendable, Hashable {
    /// The account as it is now.
    package var account: LedgerAccount
    /// Its movements, the latest first.
    package var entries: [LedgerEntry]
    /// Before which number the next page begins; `nil` on the last.
    package var next: Int64?

    /// The page as CSV for a spreadsheet; `words` says a reason's code in that language.
    ///
    /// Amounts stand in columns of their own, in and out, so that none begins with a sign. Times are
    /// UTC.
    package func csv(_ language: Language, words: (String) -> Text) -> [UInt8] {
        var writer = CSVWriter(byteOrderMark: true)
        writer.write(Self.heads.map { $0[language] })
        let scale = account.asset.scale
        for entry in entries {
            let amount = Quantity.text(of: abs(entry.change), scale: scale)
            writer.write([
                String(entry.number), entry.at.description, words(entry.reason)[language],
                entry.change > 0 ? amount : "", entry.change < 0 ? amount : "",
                Quantity.text(of: entry.balance, scale: scale), account.asset.unit,
                entry.movement.description, entry.reverses?.description ?? "",
                entry.reversedBy?.description ?? "",
            ])
        }
        return writer.bytes
    }

    private static let heads = [
        Text(zh: "序号", en: "number"), Text(zh: "时间（UTC）", en: "time (UTC)"),
        Text(zh: "事由", en: "reason"), Text(zh: "收入", en: "in"), Text(zh: "支出", en: "out"),
        Text(zh: "结余", en: "balance"), Text(zh: "单位", en: "unit"),
        Text(zh: "流水号", en: "movement"), Text(zh: "冲销", en: "takes back"),
        Text(zh: "被冲销", en: "taken back by"),
    ]
}
