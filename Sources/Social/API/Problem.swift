package import Realtime

/// A kind of refusal: stable code, status, and what it says in both languages.
package struct ProblemKind: Sendable, Hashable {
    /// Lower-case words joined by hyphens; never changes once published.
    package let code: String
    /// The status that it comes with.
    package let status: Status
    /// What is the matter; the same for every occurrence.
    package let title: Text
    /// What to do about it.
    package let advice: Text

    /// A kind of refusal.
    package init(_ code: String, _ status: Status, _ title: Text, _ advice: Text) {
        self.code = code
        self.status = status
        self.title = title
        self.advice = advice
    }

    /// The `type` of RFC 9457 §3.1.1, relative to the server.
    package var type: String { "/problems/\(code)" }
}

/// One refusal as a client reads it (RFC 9457).
package struct Problem: Sendable, Hashable {
    /// One fault in what was sent.
    package struct Fault: Sendable, Hashable {
        /// Where: a JSON pointer into the content (RFC 6901), or a parameter's name.
        package var pointer: String
        /// What to do about it; never quotes what was sent.
        package var detail: Text

        /// A fault at one place.
        package init(_ pointer: String, _ detail: Text) {
            self.pointer = pointer
            self.detail = detail
        }
    }

    /// What kind of refusal it is.
    package var kind: ProblemKind
    /// What to do, where this occurrence knows better than its kind.
    package var advice: Text?
    /// The faults that were found in what was sent.
    package var faults: [Fault] = []
    /// The names of what changed since the client read it, with a failed precondition.
    package var changed: [String] = []
    /// Seconds after which trying again may succeed.
    package var retryAfterSeconds: Int?
    /// Header fields besides, such as the current `ETag`.
    package var fields: [String: String] = [:]

    /// A refusal of this kind.
    package init(_ kind: ProblemKind, advice: Text? = nil, faults: [Fault] = []) {
        self.kind = kind
        self.advice = advice
        self.faults = faults
    }

    /// The answer that carries it.
    package func response(_ language: Language, requestID: String) -> Response {
        var json = JSONWriter(capacity: 512)
        json.object { json in
            json.member("type", kind.type)
            json.member("title", kind.title[language])
            json.member("status", kind.status.code)
            json.member("detail", (advice ?? kind.advice)[language])
            json.member("code", kind.code)
            json.member("request_id", requestID)
            if !faults.isEmpty {
                json.key("errors")
                json.array { json in
                    for fault in faults {
                        json.object { json in
                            json.member("pointer", fault.pointer)
                            json.member("detail", fault.detail[language])
                        }
                    }
                }
            }
            if !changed.isEmpty { json.member("changed", changed) }
        }
        var response = Response(kind.status, Self.mediaType, json.bytes)
        response.add("Content-Language", language.rawValue)
        if let retryAfterSeconds { response.add("Retry-After", String(retryAfterSeconds)) }
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) { response.add(name, value) }
        return response
    }

    /// RFC 9457 §3.
    package static let mediaType = "application/problem+json"
}
