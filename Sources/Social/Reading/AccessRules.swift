internal import Platform
internal import Realtime

/// The rules of who reads what, as everybody may read them.
enum AccessRules {
    /// Writes all of them.
    static func list(_ call: Call) async throws -> Response {
        let statement = PublicAccessRules()
        let rows = try await call.database.answers(.none, [statement.sql]).rows(0, statement)
        return call.json(capacity: 8192) { json in
            json.object { json in
                json.key("rules")
                json.array { json in
                    for row in rows { row.write(&json) }
                }
            }
        }.adding("Cache-Control", "public, max-age=3600")
    }
}

/// The rules as they are kept.
struct PublicAccessRules: Statement {
    struct Row {
        var role: String
        var kind: String
        var purpose: String
        var needsSecond: Bool

        func write(_ json: inout JSONWriter) {
            json.object { json in
                json.member("role", role)
                json.member("kind", kind)
                json.member("purpose", purpose)
                json.member("needs_second", needsSecond)
                for (name, words) in [
                    ("role", AccessWords.role(role)), ("kind", AccessWords.kind(kind)),
                    ("purpose", AccessWords.purpose(purpose)),
                ] {
                    json.member("\(name)_zh", words.zh)
                    json.member("\(name)_en", words.en)
                }
            }
        }
    }

    var sql: SQL {
        "SELECT role, kind, purpose, needs_second FROM linli.public_access_rules()"
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            role: try cells.read(), kind: try cells.read(), purpose: try cells.read(),
            needsSecond: try cells.read())
    }
}
