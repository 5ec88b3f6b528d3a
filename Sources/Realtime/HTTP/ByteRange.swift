/// What a `Range` field asks of content of a known length (RFC 9110 §14).
enum ByteRange: Equatable {
    /// All of it: no range, another unit, several ranges, or nothing that can be read.
    case whole
    /// One part of it, never empty.
    case part(Range<Int>)
    /// A part that it does not have; 416.
    case unsatisfiable

    /// Reads the field; several ranges are answered whole (§14.2 lets a server ignore any).
    init(_ field: String?, length: Int) {
        self = .whole
        guard let field, let equals = field.firstIndex(of: "="),
            field[..<equals].lowercased() == "bytes"
        else { return }
        let range = field[field.index(after: equals)...].trimmed
        let parts = range.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, !range.contains(",") else { return }
        switch (Self.number(parts[0]), Self.number(parts[1])) {
        case (let first?, let last?) where first <= last:
            self = Self.part(from: first, to: last, length)
        case (let first?, nil) where parts[1].isEmpty:
            self = Self.part(from: first, to: .max, length)
        case (nil, let suffix?) where parts[0].isEmpty:
            guard suffix > 0 else {
                self = .unsatisfiable
                return
            }
            if length > 0 { self = .part(max(0, length - suffix)..<length) }
        default: return
        }
    }

    private static func part(from first: Int, to last: Int, _ length: Int) -> ByteRange {
        guard first < length else { return .unsatisfiable }
        return .part(first..<min(last, length - 1) + 1)
    }

    /// Digits as a number; those past `Int` stand for its largest, which is past any content.
    private static func number(_ digits: Substring) -> Int? {
        guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
            return nil
        }
        return Int(digits) ?? .max
    }
}

/// Lists of entity tags, as `If-Match` and `If-None-Match` hold them (RFC 9110 §13.1).
enum EntityTags {
    /// Whether `*` or one of the tags fits a strong tag; weakly, a `W/` before it is passed over.
    static func contain(_ tag: String, _ list: String, weakly: Bool) -> Bool {
        if list.trimmed == "*" { return true }
        return list.split(separator: ",").contains { element in
            let listed = element.trimmed
            return listed == tag || (weakly && listed.hasPrefix("W/") && listed.dropFirst(2) == tag)
        }
    }
}

extension StringProtocol {
    /// The text without the spaces and tabs around it (RFC 9110 §5.6.3).
    fileprivate var trimmed: SubSequence {
        let start = drop { $0 == " " || $0 == "\t" }
        let end = start.lastIndex { $0 != " " && $0 != "\t" }
        return end.map { start[...$0] } ?? start
    }
}
