internal import Platform

/// The shape of a JSON value: what content is checked against, and what the reference shows.
package struct Schema: Sendable {
    /// One member of an object.
    package struct Member: Sendable {
        var name: String
        var schema: Schema
        var isRequired: Bool

        /// A member that must be there.
        package static func required(_ name: String, _ schema: Schema) -> Member {
            Member(name: name, schema: schema, isRequired: true)
        }

        /// A member that may be left out, or be null.
        package static func optional(_ name: String, _ schema: Schema) -> Member {
            Member(name: name, schema: schema, isRequired: false)
        }
    }

    indirect enum Kind: Sendable {
        case text(length: ClosedRange<Int>, isMultiline: Bool)
        case choice([String])
        case uuid
        case instant
        case integer(ClosedRange<Int64>)
        case bool
        case array(Schema, count: ClosedRange<Int>)
        case object(name: String?, [Member])
    }

    let kind: Kind
    /// What it means, for the reference.
    package var note: String?

    private init(_ kind: Kind, _ note: String?) {
        self.kind = kind
        self.note = note
    }

    /// A text of so many characters, without control characters; line breaks if `isMultiline`.
    ///
    /// Characters are Unicode scalars, as JSON Schema counts them.
    package static func text(
        _ length: ClosedRange<Int>, isMultiline: Bool = false, note: String? = nil
    ) -> Schema { Schema(.text(length: length, isMultiline: isMultiline), note) }

    /// One of these words.
    package static func choice(_ words: [String], note: String? = nil) -> Schema {
        Schema(.choice(words), note)
    }

    /// A UUID.
    package static func uuid(note: String? = nil) -> Schema { Schema(.uuid, note) }

    /// An RFC 3339 instant.
    package static func instant(note: String? = nil) -> Schema { Schema(.instant, note) }

    /// A whole number in a range.
    package static func integer(_ range: ClosedRange<Int64>, note: String? = nil) -> Schema {
        Schema(.integer(range), note)
    }

    /// True or false.
    package static func bool(note: String? = nil) -> Schema { Schema(.bool, note) }

    /// A list of so many elements.
    package static func array(
        _ element: Schema, count: ClosedRange<Int>, note: String? = nil
    ) -> Schema { Schema(.array(element, count: count), note) }

    /// An object with these members and no others; with a name it stands once in the reference.
    package static func object(
        _ name: String? = nil, _ members: [Member], note: String? = nil
    ) -> Schema { Schema(.object(name: name, members), note) }
}

// MARK: Checking

extension Schema {
    /// Most faults that one answer lists.
    static let faultsMax = 20

    /// What is wrong with a value; empty when it fits.
    package func faults(in value: JSON) -> [Problem.Fault] {
        var faults: [Problem.Fault] = []
        check(value, at: "", &faults)
        return Array(faults.prefix(Self.faultsMax))
    }

    private func check(_ value: JSON, at pointer: String, _ faults: inout [Problem.Fault]) {
        guard faults.count < Self.faultsMax else { return }
        switch (kind, value) {
        case (.array(let element, let count), .array(let elements)):
            guard count.contains(elements.count) else {
                return faults.append(Problem.Fault(pointer, Faults.count(count)))
            }
            for (index, each) in elements.enumerated() {
                element.check(each, at: "\(pointer)/\(index)", &faults)
            }
        case (.object(_, let members), .object(let given)):
            check(given, members, at: pointer, &faults)
        default:
            if let detail = detail(of: value) {
                faults.append(Problem.Fault(pointer, detail))
            }
        }
    }

    private func check(
        _ given: [String: JSON], _ members: [Member], at pointer: String,
        _ faults: inout [Problem.Fault]
    ) {
        for member in members {
            let place = "\(pointer)/\(member.name)"
            switch given[member.name] {
            case nil where member.isRequired:
                faults.append(Problem.Fault(place, Faults.missing))
            case nil: break
            case .null where !member.isRequired: break
            case .some(let value): member.schema.check(value, at: place, &faults)
            }
        }
        let names = Set(members.map(\.name))
        // The name is the client's text: it is not repeated to it.
        if given.keys.contains(where: { !names.contains($0) }) {
            faults.append(Problem.Fault(pointer, Faults.unknownMember(members.map(\.name))))
        }
    }

    /// What is wrong with a value that is no list and no object; `nil` when it fits.
    func detail(of value: JSON) -> Text? {
        switch kind {
        case .text(let length, let isMultiline):
            guard let text = value.text else { return Faults.text }
            guard !text.unicodeScalars.contains(where: { isControl($0, isMultiline) }) else {
                return Faults.control
            }
            return length.contains(text.unicodeScalars.count) ? nil : Faults.length(length)
        case .choice(let words):
            return value.text.map(words.contains) == true ? nil : Faults.choice(words)
        case .uuid: return value.text.flatMap { UUID($0) } == nil ? Faults.uuid : nil
        case .instant: return value.text.flatMap { Instant($0) } == nil ? Faults.instant : nil
        case .integer(let range):
            return value.integer.map(range.contains) == true ? nil : Faults.integer(range)
        case .bool: return value.bool == nil ? Faults.bool : nil
        case .array: return value.elements == nil ? Faults.array : nil
        case .object:
            if case .object = value { return nil }
            return Faults.object
        }
    }

    private func isControl(_ scalar: Unicode.Scalar, _ isMultiline: Bool) -> Bool {
        if isMultiline, scalar == "\n" || scalar == "\r" || scalar == "\t" { return false }
        return scalar.properties.generalCategory == .control
            || scalar.properties.isNoncharacterCodePoint
    }

    /// A path's or query's text as a value of this schema; `nil` when it cannot be one.
    func value(fromParameter text: String) -> JSON? {
        switch kind {
        case .integer:
            guard let number = Int64(text), String(number) == text else { return nil }
            return .integer(number)
        case .bool: return text == "true" ? .bool(true) : text == "false" ? .bool(false) : nil
        default: return .string(text)
        }
    }
}

/// What to do about each kind of fault, in both languages.
enum Faults {
    static let missing = Text(zh: "这一项必填。", en: "Add this member; it is required.")
    static let text = Text(zh: "请填写文字。", en: "Send a string.")
    static let control = Text(
        zh: "请去掉控制字符。", en: "Remove the control characters.")
    static let uuid = Text(zh: "请填写 UUID。", en: "Send a UUID.")
    static let instant = Text(
        zh: "请填写 RFC 3339 时间，例如 2026-09-01T08:00:00+08:00。",
        en: "Send an RFC 3339 instant, such as 2026-09-01T08:00:00+08:00.")
    static let bool = Text(zh: "请填写 true 或 false。", en: "Send true or false.")
    static let array = Text(zh: "请填写列表。", en: "Send an array.")
    static let object = Text(zh: "请填写对象。", en: "Send an object.")
    static let repeated = Text(zh: "这一项只能出现一次。", en: "Send this parameter only once.")
    static let encoding = Text(
        zh: "请使用正确的百分号编码（UTF-8）。", en: "Percent-encode valid UTF-8.")

    static func length(_ length: ClosedRange<Int>) -> Text {
        Text(
            zh: "请填写 \(length.lowerBound) 至 \(length.upperBound) 个字符。",
            en: "Send \(length.lowerBound) to \(length.upperBound) characters.")
    }

    static func count(_ count: ClosedRange<Int>) -> Text {
        Text(
            zh: "请填写 \(count.lowerBound) 至 \(count.upperBound) 项。",
            en: "Send \(count.lowerBound) to \(count.upperBound) elements.")
    }

    static func integer(_ range: ClosedRange<Int64>) -> Text {
        Text(
            zh: "请填写 \(range.lowerBound) 至 \(range.upperBound) 的整数。",
            en: "Send a whole number from \(range.lowerBound) to \(range.upperBound).")
    }

    static func choice(_ words: [String]) -> Text {
        Text(
            zh: "请从这些值中选一个：\(words.joined(separator: "、"))。",
            en: "Choose one of: \(words.joined(separator: ", ")).")
    }

    static func unknownMember(_ names: [String]) -> Text {
        Text(
            zh: "有多余的项；只能使用：\(names.joined(separator: "、"))。",
            en: "Remove what is not among: \(names.joined(separator: ", ")).")
    }

    static func unknownParameter(_ names: [String]) -> Text {
        Text(
            zh: "有未知的参数；只能使用：\(names.joined(separator: "、"))。",
            en: "Remove the parameters that are not among: \(names.joined(separator: ", ")).")
    }
}
