internal import Platform
internal import Realtime

/// Writes the OpenAPI 3.1 document of the operations.
struct OpenAPIDocument {
    let bytes: [UInt8]
    /// All refusals in it, each once.
    let kinds: [ProblemKind]

    init(
        _ operations: [Operation], title: Text, version: String, _ cookie: SessionCookie
    ) throws(OperationFault) {
        var kinds: [ProblemKind] = []
        for kind in ProblemKind.common + operations.flatMap(\.allProblems)
        where !kinds.contains(kind) {
            kinds.append(kind)
        }
        self.kinds = kinds
        let schemas = try Self.schemas(operations)
        var json = JSONWriter(capacity: 32 * 1024)
        json.object { json in
            json.member("openapi", "3.1.0")
            json.key("info")
            json.object { json in
                json.member("title", "\(title.zh) / \(title.en)")
                json.member("version", version)
            }
            json.key("paths")
            json.object { Self.writePaths(operations, to: &$0) }
            json.key("components")
            json.object { json in
                json.key("securitySchemes")
                json.object { Self.writeSecuritySchemes(cookie, to: &$0) }
                json.key("schemas")
                json.object { json in
                    Self.writeProblem(kinds, to: &json)
                    for (name, schema) in schemas {
                        json.key(name)
                        schema.writeWhole(to: &json)
                    }
                }
            }
        }
        bytes = json.bytes
    }

    /// The named schemas in the order of their names; two different ones may not share a name.
    private static func schemas(
        _ operations: [Operation]
    ) throws(OperationFault) -> [(String, Schema)] {
        var found: [String: (schema: Schema, text: [UInt8])] = [:]
        let used = operations.flatMap { operation in
            (operation.body?.named ?? []) + operation.answers.flatMap { $0.schema?.named ?? [] }
        }
        for schema in used {
            guard let name = schema.name else { continue }
            var json = JSONWriter()
            schema.writeWhole(to: &json)
            guard found[name]?.text ?? json.bytes == json.bytes, name != "Problem" else {
                throw .nameAmbiguous(name)
            }
            found[name] = (schema, json.bytes)
        }
        return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value.schema) }
    }

    private static func writePaths(_ operations: [Operation], to json: inout JSONWriter) {
        var templates: [String] = []
        for operation in operations where !templates.contains(operation.template) {
            templates.append(operation.template)
        }
        for template in templates {
            json.key(template)
            json.object { json in
                for operation in operations where operation.template == template {
                    json.key(operation.method.rawValue.lowercased())
                    operation.write(to: &json)
                }
            }
        }
    }

    private static func writeSecuritySchemes(
        _ cookie: SessionCookie, to json: inout JSONWriter
    ) {
        json.key("bearer")
        json.object { json in
            json.member("type", "http")
            json.member("scheme", "bearer")
        }
        json.key("cookie")
        json.object { json in
            json.member("type", "apiKey")
            json.member("in", "cookie")
            json.member("name", cookie.name)
        }
    }

    /// RFC 9457 with our members.
    private static func writeProblem(_ kinds: [ProblemKind], to json: inout JSONWriter) {
        json.key("Problem")
        json.object { json in
            json.member("type", "object")
            json.member("description", "RFC 9457; detail says what to do")
            json.member(
                "required", ["type", "title", "status", "detail", "code", "request_id"])
            json.key("properties")
            json.object { json in
                for name in ["type", "title", "detail", "request_id"] {
                    json.key(name)
                    json.object { $0.member("type", "string") }
                }
                json.key("status")
                json.object { $0.member("type", "integer") }
                json.key("code")
                json.object { json in
                    json.member("type", "string")
                    json.member("enum", kinds.map(\.code))
                }
                json.key("errors")
                json.object { json in
                    json.member("type", "array")
                    json.key("items")
                    Schema.object(
                        nil,
                        [
                            .required("pointer", .text(0...512)),
                            .required("detail", .text(1...4096)),
                        ]
                    ).write(to: &json)
                }
                json.key("changed")
                json.object { json in
                    json.member("type", "array")
                    json.key("items")
                    json.object { $0.member("type", "string") }
                }
            }
        }
    }
}

extension Operation {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("operationId", id)
            json.member("summary", "\(summary.zh) / \(summary.en)")
            json.member("tags", [tag])
            json.key("security")
            json.array { json in
                guard security != .open else { return }
                for scheme in ["bearer", "cookie"] {
                    json.object { json in
                        json.member(scheme, [String]())
                    }
                }
            }
            if !parameters.isEmpty || repetition == .keyed || needsIfMatch || delegation != nil {
                json.key("parameters")
                json.array { writeParameters(to: &$0) }
            }
            if let body {
                json.key("requestBody")
                json.object { json in
                    json.member("required", true)
                    writeContent("application/json", body, to: &json)
                }
            }
            json.key("responses")
            json.object { writeResponses(to: &$0) }
        }
    }

    private func writeParameters(to json: inout JSONWriter) {
        for parameter in parameters {
            json.object { json in
                json.member("name", parameter.name)
                json.member("in", parameter.place.rawValue)
                json.member("required", parameter.place == .path)
                json.member("description", "\(parameter.note.zh) / \(parameter.note.en)")
                json.key("schema")
                parameter.schema.write(to: &json)
            }
        }
        if repetition == .keyed {
            writeHeader("Idempotency-Key", "^[!-~]{1,255}$", to: &json)
        }
        if needsIfMatch { writeHeader("If-Match", nil, to: &json) }
        guard let delegation else { return }
        json.object { json in
            json.member("name", "On-Behalf-Of")
            json.member("in", "header")
            json.member("required", false)
            json.member(
                "description",
                "代谁办理；须有包含 \(delegation.rawValue) 的有效委托 / The person it is done for, by a live "
                    + "delegation whose scope has \(delegation.rawValue)")
            json.key("schema")
            Schema.uuid().write(to: &json)
        }
    }

    private func writeHeader(_ name: String, _ pattern: String?, to json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.member("in", "header")
            json.member("required", true)
            json.key("schema")
            json.object { json in
                json.member("type", "string")
                if let pattern { json.member("pattern", pattern) }
            }
        }
    }

    private func writeContent(
        _ mediaType: String, _ schema: Schema?, to json: inout JSONWriter
    ) {
        json.key("content")
        json.object { json in
            json.key(mediaType)
            json.object { json in
                guard let schema else { return }
                json.key("schema")
                schema.write(to: &json)
            }
        }
    }

    private func writeResponses(to json: inout JSONWriter) {
        for answer in answers {
            json.key(String(answer.status.code))
            json.object { json in
                json.member("description", "\(answer.note.zh) / \(answer.note.en)")
                guard answer.schema != nil || answer.mediaType != "application/json" else {
                    return
                }
                writeContent(answer.mediaType, answer.schema, to: &json)
            }
        }
        let refusals = Dictionary(grouping: allProblems, by: \.status.code)
        for (code, kinds) in refusals.sorted(by: { $0.key < $1.key }) {
            json.key(String(code))
            json.object { json in
                json.member("description", kinds.map(\.code).joined(separator: ", "))
                json.key("content")
                json.object { json in
                    json.key(Problem.mediaType)
                    json.object { json in
                        json.key("schema")
                        json.object { $0.member("$ref", "#/components/schemas/Problem") }
                    }
                }
            }
        }
    }
}
