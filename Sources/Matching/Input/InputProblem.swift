/// What is wrong with an instance or a solution that came from outside.
///
/// A reader refuses the whole file at the first of these; it never guesses.
public struct InputProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// Line of the file, the first being 1; nil where the whole file is meant.
    public var line: Int?
    /// What should have stood there.
    public var expected: String
    /// What stands there, shortened; nil when nothing does.
    public var found: String?

    /// A problem at a line; what was found is shortened to 40 characters.
    public init(line: Int?, expected: String, found: String?) {
        self.line = line
        self.expected = expected
        self.found = found.map { $0.count > 40 ? $0.prefix(40) + "…" : $0 }
    }

    /// One line for the person at the terminal.
    public var description: String {
        let place = line.map { "line \($0): " } ?? ""
        return "\(place)expected \(expected), found \(found ?? "nothing")"
    }
}
