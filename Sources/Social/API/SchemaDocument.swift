package import Realtime

extension Schema {
    /// Its name in the reference, if it stands there once.
    var name: String? {
        if case .object(let name, _) = kind { name } else { nil }
    }

    /// Named schemas in it, itself included.
    var named: [Schema] {
        let inner: [Schema] =
            switch kind {
            case .array(let element, _): element.named
            case .object(_, let members): members.flatMap(\.schema.named)
            default: []
            }
        return name == nil ? inner : [self] + inner
    }

    /// Writes it as JSON Schema 2020-12, or a reference to where it stands.
    package func write(to json: inout JSONWriter) {
        guard let name else { return writeWhole(to: &json) }
        json.object { $0.member("$ref", "#/components/schemas/\(name)") }
    }

    /// Writes it as JSON Schema 2020-12.
    func writeWhole(to json: inout JSONWriter, isNullable: Bool = false) {
        json.object { json in
            json.key("type")
            if isNullable {
                json.value([type, "null"])
            } else {
                json.string(type)
            }
            writeRules(to: &json, isNullable: isNullable)
            if let note { json.member("description", note) }
        }
    }

    private var type: String {
        switch kind {
        case .text, .choice, .uuid, .instant: "string"
        case .integer: "integer"
        case .bool: "boolean"
        case .array: "array"
        case .object: "object"
        }
    }

    private func writeRules(to json: inout JSONWriter, isNullable: Bool) {
        switch kind {
        case .text(let length, let isMultiline):
            json.member("minLength", length.lowerBound)
            json.member("maxLength", length.upperBound)
            json.member(
                "pattern",
                isMultiline
                    ? #"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]*$"#
                    : #"^[^\u0000-\u001F\u007F-\u009F]*$"#)
        case .choice(let words):
            json.key("enum")
            json.beginArray()
            for word in words { json.string(word) }
            if isNullable { json.null() }
            json.endArray()
        case .uuid: json.member("format", "uuid")
        case .instant: json.member("format", "date-time")
        case .integer(let range):
            json.member("minimum", range.lowerBound)
            json.member("maximum", range.upperBound)
        case .bool: break
        case .array(let element, let count):
            json.member("minItems", count.lowerBound)
            json.member("maxItems", count.upperBound)
            json.key("items")
            element.write(to: &json)
        case .object(_, let members): write(members, to: &json)
        }
    }

    private func write(_ members: [Member], to json: inout JSONWriter) {
        json.key("properties")
        json.object { json in
            for member in members {
                json.key(member.name)
                if member.isRequired {
                    member.schema.write(to: &json)
                } else if member.schema.name != nil {
                    json.object { json in
                        json.key("anyOf")
                        json.array { json in
                            member.schema.write(to: &json)
                            json.object { $0.member("type", "null") }
                        }
                    }
                } else {
                    member.schema.writeWhole(to: &json, isNullable: true)
                }
            }
        }
        let required = members.filter(\.isRequired).map(\.name)
        if !required.isEmpty { json.member("required", required) }
        json.member("additionalProperties", false)
    }
}
