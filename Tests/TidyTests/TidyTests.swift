import Testing

/// The rules of docs/STYLE.md that the compiler cannot check.
@Suite("Tidy")
struct TidyTests {
    static let rules = CodeRules.all + TextRules.all + RefusalRules.all

    @Test("the repository keeps the rule", arguments: rules)
    func keeps(_ rule: Rule) throws {
        let findings = try Repository.texts().flatMap(rule.judge)
        #expect(findings.isEmpty, "\(rule): \(findings.joined(separator: "\n"))")
    }

    @Test("the rule finds its bad sample and passes its good one", arguments: rules)
    func canFail(_ rule: Rule) {
        #expect(!rule.judge(rule.bad).isEmpty, "\(rule) finds nothing in its bad sample")
        #expect(rule.judge(rule.good).isEmpty, "\(rule) finds fault with its good sample")
    }

    @Test("the files are there to be judged")
    func seesFiles() throws {
        let paths = Set(try Repository.texts().map(\.path))
        for path in ["Package.swift", "ops/packages", "Sources/Realtime/EventLoop/EventLoop.swift"]
        {
            #expect(paths.contains(path))
        }
    }

    @Test("migrations have one number each")
    func migrationNumbers() throws {
        let numbers = try Repository.texts().map(\.path).filter { $0.contains("/Migrations/SQL/") }
            .compactMap { $0.split(separator: "/").last?.prefix(5) }
        #expect(Set(numbers).count == numbers.count, "\(numbers.sorted())")
    }

    @Test("ops/packages lists every package that the C modules ask for")
    func packages() throws {
        let texts = try Repository.texts()
        let listed = Set(
            texts.filter { $0.path == "ops/packages" }.flatMap(\.lines)
                .compactMap { $0.split(separator: " ").first.map(String.init) })
        let asked = texts.filter { $0.path.hasPrefix("Sources/C") || $0.path == "Package.swift" }
            .flatMap { file in
                file.text.matches(of: /(?:Debian package |\.apt\(\[")([a-z0-9.+-]+)/)
                    .map { String($0.1) }
            }
        #expect(!asked.isEmpty)
        for package in asked {
            #expect(listed.contains(package), "\(package) is not in ops/packages")
        }
    }
}
