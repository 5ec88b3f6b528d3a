/// Rules about what a refusal says.
enum RefusalRules {
    static let all = [advice]

    /// What tells its reader to do something, or that there is nothing left to do.
    private static let words = ["请", "无需", "可以", "可用"]

    static let advice = Rule(
        name: "a refusal says what to do, in both languages",
        concerns: { isSource($0) && $0.hasPrefix("Sources/Social/") },
        findings: { file in
            file.text.split(separator: "ProblemKind(").dropFirst().compactMap { kind in
                // Its code and status, its title, and what to do; words that stand elsewhere are
                // judged where they stand.
                let texts = kind.split(separator: "Text(", maxSplits: 2)
                guard texts.count == 3, texts[2].contains("zh:"), texts[2].contains("\"") else {
                    return nil
                }
                let isWhole = words.contains { texts[2].contains($0) } && texts[2].contains("en:")
                return isWhole ? nil : "\(texts[0]): \(texts[2])"
            }
        },
        bad: sample(
            "Sources/Social/Bad.swift",
            """
            static let full = ProblemKind(
                "a-b", .conflict, Text(zh: "满", en: "Full"), Text(zh: "满了。", en: "It is full."))
            """),
        good: sample(
            "Sources/Social/Good.swift",
            """
            static let full = ProblemKind(
                "a-b", .conflict, Text(zh: "满", en: "Full"),
                Text(zh: "请改日再来。", en: "Come another day."))
            """))
}
