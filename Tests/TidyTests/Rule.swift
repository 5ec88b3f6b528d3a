/// One rule of docs/STYLE.md that the compiler cannot check, with samples that prove it can fail.
struct Rule: Sendable, CustomStringConvertible {
    let name: String
    /// Whether the rule speaks about the file at this path.
    let concerns: @Sendable (String) -> Bool
    /// What is wrong, one line each; empty when nothing is.
    let findings: @Sendable (Repository.File) -> [String]
    /// A file that must be found wanting.
    let bad: Repository.File
    /// A file that must pass.
    let good: Repository.File

    var description: String { name }

    /// What is wrong with a file, nothing where the rule does not apply.
    func judge(_ file: Repository.File) -> [String] {
        concerns(file.path) ? findings(file).map { "\(file.path): \($0)" } : []
    }
}

extension Rule {
    /// A rule about single lines, from which the comments have been taken.
    static func lines(
        _ name: String, where concerns: @escaping @Sendable (String) -> Bool,
        bad: Repository.File, good: Repository.File,
        isWrong: @escaping @Sendable (String) -> Bool
    ) -> Rule {
        Rule(
            name: name, concerns: concerns,
            findings: { file in
                file.codes.enumerated().compactMap { number, code in
                    isWrong(code) ? "line \(number + 1): \(file.lines[number])" : nil
                }
            },
            bad: bad, good: good)
    }
}

/// A sample file of a rule.
func sample(_ path: String, _ text: String) -> Repository.File {
    Repository.File(path: path, text: text)
}

/// Joins the halves of a word that this repository must not contain, not even here.
func word(_ halves: String...) -> String { halves.joined() }

@Sendable func isSwift(_ path: String) -> Bool { path.hasSuffix(".swift") }
@Sendable func isSource(_ path: String) -> Bool { isSwift(path) && path.hasPrefix("Sources/") }
@Sendable func isTest(_ path: String) -> Bool { isSwift(path) && path.hasPrefix("Tests/") }
@Sendable func isAny(_ path: String) -> Bool { true }
