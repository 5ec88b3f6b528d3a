/// A statement's text and its bound values.
///
/// Interpolation binds: `"… WHERE id = \(id)"` becomes `… WHERE id = $1`. It cannot splice text that
/// came from outside; a constant fragment goes in with `\(literal: "…")`. A bind's type is that of
/// the Swift value (`Int` is int8, `String` is text …): cast where a function wants another.
package struct SQL: Sendable, Hashable, ExpressibleByStringInterpolation {
    /// The statement, with `$1`, `$2` … where values were interpolated.
    package private(set) var text: String
    /// The bound values one after another, in PostgreSQL's binary formats.
    private(set) var bytes: [UInt8] = []
    /// Where each value lies in `bytes`.
    private(set) var binds: [Bind] = []

    /// One bound value.
    struct Bind: Sendable, Hashable {
        var type: SQLType
        var offset: Int
        /// In bytes; `nil` is NULL.
        var count: Int?
    }

    /// A statement without values.
    package init(stringLiteral text: String) { self.text = text }

    /// A statement with values.
    package init(stringInterpolation interpolation: Interpolation) { self = interpolation.sql }

    /// A statement without values from a text of ours, such as a migration's; never from outside.
    init(trusted text: String) { self.text = text }

    private mutating func bind(_ value: some SQLValue) {
        let offset = bytes.count
        let isNull = !value.encode(into: &bytes)
        binds.append(
            Bind(
                type: value.boundType, offset: offset,
                count: isNull ? nil : bytes.count - offset))
        text += "$\(binds.count)"
    }

    /// Collects text and values.
    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var sql: SQL = ""

        /// Starts empty.
        package init(literalCapacity: Int, interpolationCount: Int) {
            sql.text.reserveCapacity(literalCapacity + 3 * interpolationCount)
            sql.binds.reserveCapacity(interpolationCount)
        }

        /// Adds text.
        package mutating func appendLiteral(_ text: String) { sql.text += text }

        /// Binds `value` and adds its `$n`.
        package mutating func appendInterpolation(_ value: some SQLValue) { sql.bind(value) }

        /// Binds `value`, NULL if there is none, and adds its `$n`.
        package mutating func appendInterpolation<Value: SQLValue>(_ value: Value?) {
            sql.bind(value)
        }

        /// Adds constant text, such as a list of columns that several statements share.
        package mutating func appendInterpolation(literal text: StaticString) {
            sql.text += text.description
        }
    }
}
