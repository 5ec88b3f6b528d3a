import Foundation

/// Rules about SQL, tests, documents, and words that no file may hold.
enum TextRules {
    static let all = [
        instants, notify, migrationNames, testNames, sleeping, disabled, leftovers, machinePaths,
        links,
    ]

    @Sendable private static func holdsSQL(_ path: String) -> Bool {
        isSource(path) || path.hasSuffix(".sql")
    }

    static let instants = Rule(
        name: "no statement reads a clock", concerns: holdsSQL,
        findings: { file in
            sql(of: file).filter { _, text in
                let lower = text.lowercased()
                guard lower.holds("now", "_timestamp", "current_", "localtime", "timeofday") else {
                    return false
                }
                return lower.contains(
                    /(?:^|[^.\w])now\s*\(\s*\)|(clock|statement|transaction)_timestamp|'now'/)
                    || lower.contains(
                        /\bcurrent_(timestamp|date|time)\b|\blocaltime(stamp)?\b|\btimeofday\b/)
            }.map { "line \($0.line): \($0.text)" }
        },
        bad: sample(
            "Sources/Social/Bad.swift", "\"\"\"\nSELECT " + word("now", "()") + "\n\"\"\"\n"),
        good: sample(
            "Sources/Social/Good.swift",
            #"let sql: SQL = "UPDATE t SET at = \(now()) WHERE at < \(clock.now())" + now()"#))

    /// What may be SQL: a migration's lines, or what stands in the strings of Swift code.
    private static func sql(of file: Repository.File) -> [(line: Int, text: String)] {
        let isSQL = file.path.hasSuffix(".sql")
        var isLong = false
        return file.lines.enumerated().compactMap { number, line in
            if isSQL { return (number + 1, file.codes[number]) }
            guard isLong || line.utf8.contains(UInt8(ascii: "\"")) else { return nil }
            let quotes = line.holds("\"\"\"") ? line.ranges(of: "\"\"\"").count : 0
            defer { if quotes == 1 { isLong.toggle() } }
            // What is interpolated is Swift again.
            let text =
                line.holds("\\(")
                ? line.replacing(/\\\((?:[^()]|\([^()]*\))*\)/, with: "") : line
            if isLong || quotes > 0 { return (number + 1, String(text)) }
            let literals = text.matches(of: /"[^"]*"/).map { String($0.0) }
            return literals.isEmpty ? nil : (number + 1, literals.joined(separator: " "))
        }
    }

    static let notify = Rule.lines(
        "no NOTIFY: it halves the commits", where: holdsSQL,
        bad: sample("Sources/Social/Bad.swift", "\"SELECT pg_notify('a', 'b')\""),
        good: sample("Sources/Platform/Good.swift", "sd_notify(0, state)"),
        isWrong: { $0.holds("NOTIFY", "pg_notify") && $0.contains(/\bNOTIFY\b|pg_notify/) })

    static let migrationNames = Rule(
        name: "a migration is named V0001__what_it_does.sql",
        concerns: { $0.contains("/Migrations/SQL/") },
        findings: { file in
            let name = file.path.split(separator: "/").last ?? ""
            return name.wholeMatch(of: /V\d{4}__[a-z0-9_]+\.sql/) == nil ? ["its name"] : []
        },
        bad: sample("Sources/Platform/Migrations/SQL/2-people.sql", ""),
        good: sample("Sources/Platform/Migrations/SQL/V0002__people.sql", ""))

    static let testNames = Rule.lines(
        "a test is named by a sentence", where: isTest,
        bad: sample("Tests/SocialTests/Bad.swift", "    @" + "Test func claim2() {}\n"),
        good: sample("Tests/SocialTests/Good.swift", "    @" + "Test(\"a claim is kept\")\n"),
        isWrong: { line in
            guard line.holds("@Test") else { return false }
            return line.contains(/^\s*@Test(?!\()/) || line.contains(/^\s*@Test\((?!"|$)/)
        })

    static let sleeping = Rule.lines(
        "no test sleeps: it passes a clock, or polls a condition with pauses of up to 10 ms",
        where: isTest,
        bad: sample("Tests/SocialTests/Bad.swift", word("Task", ".sleep(for: .seconds(1))")),
        good: sample("Tests/SocialTests/Good.swift", "Task.sleep(for: .milliseconds(5))"),
        isWrong: { line in
            guard line.holds("sleep") else { return false }
            let sleeps = line.contains(/\b(?:Task|Thread)\.sleep\b|(?:^|[^.\w])(?:u|nano)?sleep\(/)
            let isPause = line.contains(
                /Task\.sleep\(for: \.milliseconds\((?:\d|10)\)\)|usleep\((?:\d{1,4}|\d_\d{3}|10_?000)\)/
            )
            return sleeps && !isPause
        })

    static let disabled = Rule.lines(
        "no test is switched off", where: isTest,
        bad: sample("Tests/SocialTests/Bad.swift", word("@Test(\"a\", ", ".disabled", "())")),
        good: sample("Tests/SocialTests/Good.swift", "@" + "Test(\"a disabled person\")"),
        isWrong: { $0.holds(word(".dis", "abled("), word("XCT", "Skip")) })

    static let leftovers = words(
        "nothing is left for later", [word("TO", "DO"), word("FIX", "ME"), word("X", "XX")],
        good: "a to-do list")

    static let machinePaths = words(
        "no path of somebody's machine",
        [
            word("/wo", "rk/"), word("/ro", "ot/"), word("/fa", "rm/"), word("/opt/", "swift"),
            word("/Us", "ers/"),
        ],
        good: "/var/lib/linli")

    private static func words(_ name: String, _ words: [String], good: String) -> Rule {
        Rule(
            name: name, concerns: isAny,
            findings: { file in
                guard words.contains(where: { file.text.holds($0) }) else { return [] }
                return file.lines.enumerated().compactMap { number, line in
                    words.contains { word in
                        guard let range = line.range(of: word) else { return false }
                        // A word of its own, or a path from its beginning.
                        let before = line[..<range.lowerBound].last
                        return before.map { !$0.isLetter && !$0.isNumber && $0 != "." } ?? true
                    } ? "line \(number + 1): \(line)" : nil
                }
            },
            bad: sample("docs/bad.md", "see \(words[0]) here"), good: sample("docs/good.md", good))
    }

    static let links = Rule(
        name: "every link of a document leads somewhere",
        concerns: { $0.hasSuffix(".md") }, findings: brokenLinks,
        bad: sample("docs/bad.md", "[gone](no-such-page.md)"),
        good: sample("docs/good.md", "[here](../Package.swift) [out](https://swift.org)"))

    @Sendable private static func brokenLinks(in file: Repository.File) -> [String] {
        let folder = file.path.split(separator: "/").dropLast().joined(separator: "/")
        return file.text.matches(of: /\]\(([^)\s]+)\)/).compactMap { match in
            let target = match.1
            guard !target.contains("://"), !target.hasPrefix("mailto:") else { return nil }
            let parts = target.split(
                separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            let path =
                parts[0].isEmpty
                ? file.path
                : URL(filePath: "/\(folder)/\(parts[0])").standardized.path.dropFirst().description
            guard Repository.holds(path) else { return "no such file: \(target)" }
            guard parts.count == 2 else { return nil }
            let text = try? String(
                contentsOf: Repository.root.appending(path: path), encoding: .utf8)
            return headings(of: text ?? "").contains(String(parts[1]))
                ? nil : "no such heading: \(target)"
        }
    }

    /// The anchors that a page's headings get: lower case, spaces to hyphens, punctuation dropped.
    private static func headings(of text: String) -> Set<String> {
        Set(
            text.matches(of: /(?m)^#+ (.+)$/).map { match in
                String(
                    match.1.lowercased().compactMap { character -> Character? in
                        if character == " " { return "-" }
                        let isKept =
                            character.isLetter || character.isNumber || "-_".contains(character)
                        return isKept ? character : nil
                    })
            })
    }
}
