/// Rules about what a refusal says.
enum RefusalRules {
    static let all = [advice]

    /// What tells its reader to do something, or that there is nothing left to do.
    private static let words = ["请", "无需", "可以", "可用"]

    static let advice = Rule(
        name: "a refusal says what to do, in both languages",
        concerns: { isSource($0) && $0.hasPrefix("Sources/Social/") },
        findings: { file in
            guard file.text.contains("ProblemKind(") else { return [] }
            let kind = /ProblemKind\(\s*"([a-z0-9-]+)",\s*\.\w+,\s*Text\(.*?\),\s*Text\((.*?)\)\)/
                .dotMatchesNewlines()
            return file.text.matches(of: kind).compactMap { match in
                let advice = match.2
                // Words that stand elsewhere are judged where they stand.
                guard advice.contains("\"") else { return nil }
                let isWhole =
                    words.contains { advice.contains($0) }
                    && advice.contains(/en:\s*"[^"]/)
                return isWhole ? nil : "\(match.1): \(advice)"
            }
        },
        bad: sample(
            "Sources/Social/Bad.swift",
            #"ProblemKind("a-b", .conflict, Text(zh: "满", en: "Full"), Text(zh: "满了。", en: "Full."))"#
        ),
        good: sample(
            "Sources/Social/Good.swift",
            """
            ProblemKind(
                "a-b", .conflict,
                Text(zh: "满", en: "Full"),
                Text(zh: "请改日再来。", en: "Come another day."))
            """))
}
