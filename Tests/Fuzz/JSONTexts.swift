import Foundation
import Realtime
import Social

/// Content of a request: what we take, Foundation takes too, and as the same value.
enum JSONTexts: FuzzTarget {
    static let name = "json"

    static func check(_ bytes: [UInt8]) throws(Disagreement) {
        guard let value = try? JSON(parsing: bytes) else { return }
        try expect(depth(of: value) <= JSON.depthMax, "\(depth(of: value)) brackets deep")
        guard
            let peer = try? JSONSerialization.jsonObject(
                with: Data(bytes), options: .fragmentsAllowed)
        else { throw Disagreement("Foundation does not take it") }
        try expect(isSame(value, peer), "\(value), Foundation: \(peer)")
        var writer = JSONWriter()
        write(value, to: &writer)
        let again = try? JSON(parsing: writer.bytes)
        try expect(
            again == value,
            "written as \(String(decoding: writer.bytes, as: UTF8.self)): \(String(describing: again))"
        )
    }

    private static func depth(of value: JSON) -> Int {
        switch value {
        case .array(let elements): 1 + (elements.map(depth).max() ?? 0)
        case .object(let members): 1 + (members.values.map(depth).max() ?? 0)
        default: 0
        }
    }

    private static func isSame(_ ours: JSON, _ theirs: Any) -> Bool {
        switch ours {
        case .null: return theirs is NSNull
        case .bool(let bool): return theirs as? Bool == bool
        case .integer(let number): return (theirs as? NSNumber)?.int64Value == number
        case .number(let number):
            // Foundation reads some through a decimal, and rounds at each of its steps.
            return (theirs as? NSNumber).map { isClose($0.doubleValue, number) } ?? false
        case .string(let text):
            return (theirs as? String).map { withoutMarks($0) == withoutMarks(text) } ?? false
        case .array(let elements):
            guard let theirs = theirs as? [Any], theirs.count == elements.count else {
                return false
            }
            return zip(elements, theirs).allSatisfy(isSame)
        case .object(let members):
            // Names that differ in marks alone are one name to Foundation.
            if members.keys.contains(where: { withoutMarks($0) != $0 }) { return true }
            guard let theirs = theirs as? [String: Any], theirs.count == members.count else {
                return false
            }
            return members.allSatisfy { name, value in
                theirs[name].map { isSame(value, $0) } ?? false
            }
        }
    }

    /// Foundation drops a byte order mark (U+FEFF) from the front of a string, and behind an escape;
    /// RFC 8259, section 8.1, speaks of the front of a whole text alone.
    private static func withoutMarks(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "\u{FEFF}" }))
    }

    private static func isClose(_ left: Double, _ right: Double) -> Bool {
        abs(left - right) <= 64 * max(left.ulp, right.ulp)
    }

    /// Writes numbers with a fraction as the shortest text that reads back.
    private static func write(_ value: JSON, to writer: inout JSONWriter) {
        switch value {
        case .null: writer.null()
        case .bool(let bool): writer.value(bool)
        case .integer(let number): writer.value(number)
        case .number(let number): writer.value(number)
        case .string(let text): writer.string(text)
        case .array(let elements):
            writer.array { writer in for element in elements { write(element, to: &writer) } }
        case .object(let members):
            writer.object { writer in
                for (name, value) in members {
                    writer.key(name)
                    write(value, to: &writer)
                }
            }
        }
    }

    static let seeds = [
        #"{"zh":{"title":"停水","body":"明天\n"},"pinned":true,"buildings":[],"until":null}"#,
        #"[0,-1,1.5,-2e10,1E-3,9223372036854775807,123456789012345678901234567890]"#,
        #""\u90BB\ud83d\ude00\"\\\/\b\f\n\r\t""#, #"{"a":{"a":[{"a":[[[[[[[1]]]]]]]}]}}"#,
        " [ true , false , null ] ", #"{"a":1,"a":2}"#, "\u{FEFF}[]",
    ].map { Array($0.utf8) }
}
