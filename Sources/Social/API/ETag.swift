/// A strong entity tag (RFC 9110 §8.8.3): two answers with one tag are the same bytes.
package struct ETag: Sendable, Hashable, CustomStringConvertible {
    /// The tag with its quotation marks.
    package let description: String

    /// The tag of a row's version; `variant` tells apart what one version looks like to several.
    package init(version: Int64, variant: String = "") {
        description = "\"\(variant)\(version)\""
    }

    /// The tag of content, from the hexadecimal digits of its digest.
    package init(digest: String) { description = "\"\(digest.prefix(32))\"" }

    /// Whether an `If-Match` field names this tag (§13.1.1): weak tags never do.
    package func isMatched(by field: String) -> Bool {
        Self.tags(in: field).contains { $0 == "*" || $0 == description }
    }

    /// Whether an `If-None-Match` field names this tag (§13.1.2), compared weakly.
    package func isListed(in field: String) -> Bool {
        Self.tags(in: field).contains {
            $0 == "*" || $0 == description || $0 == "W/\(description)"
        }
    }

    private static func tags(in field: String) -> [String] {
        field.split(separator: ",").map {
            String(
                $0.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }
                    .reversed())
        }
    }
}
