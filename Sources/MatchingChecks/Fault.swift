/// What a checker finds wrong with a solution; each checker answers a list of them.
public struct Fault: Hashable, Sendable, CustomStringConvertible {
    /// The rule that is broken, as a code, such as `ride-time`.
    public var rule: String
    /// Where, and by how much, in the ids of the instance.
    public var details: String

    /// A broken rule, and where.
    public init(_ rule: String, _ details: String) {
        self.rule = rule
        self.details = details
    }

    /// A line for the person at the terminal.
    public var description: String { "\(rule): \(details)" }
}
