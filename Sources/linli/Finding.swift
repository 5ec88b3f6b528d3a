internal import Realtime

/// One thing that the doctor looked at, and what to do where it is not well.
struct Finding {
    /// How bad it is.
    enum Level: String {
        case ok
        /// It works, and should be put right soon.
        case warn
        case bad
    }

    var name: String
    var level = Level.ok
    /// What is wrong and what to do, in Chinese and in English; empty when all is well.
    var zh = ""
    var en = ""

    /// All is well.
    init(_ name: String) { self.name = name }

    /// Something is not.
    init(_ level: Level, _ name: String, zh: String, en: String) {
        self.name = name
        self.level = level
        self.zh = zh
        self.en = en
    }

    /// The lines for a person at a terminal.
    var lines: String {
        switch level {
        case .ok: "ok   \(name)"
        case .warn: "WARN \(name): \(zh)\n     \(en)"
        case .bad: "BAD  \(name): \(zh)\n     \(en)"
        }
    }

    /// A JSON array of all of them.
    static func array(_ findings: [Finding]) -> String {
        var json = JSONWriter()
        json.beginArray()
        for finding in findings {
            json.beginObject()
            json.member("name", finding.name)
            json.member("level", finding.level.rawValue)
            if finding.level != .ok {
                json.member("zh", finding.zh)
                json.member("en", finding.en)
            }
            json.endObject()
        }
        json.endArray()
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
