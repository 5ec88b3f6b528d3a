import Foundation
import Support

/// A reader's stream of an estate's events, open since it was made.
final class LiveStream {
    private let client: TestClient
    private var text = ""

    /// Opens the stream, and waits until the server says from where on it will tell.
    init(_ house: Installation, estate: String, token: String?, after id: String? = nil) throws {
        client = try TestClient(port: house.port)
        var head = "GET /api/v1/estates/\(estate)/events/stream HTTP/1.1\r\nHost: localhost\r\n"
        head += "Accept: text/event-stream\r\n"
        if let token { head += "Authorization: Bearer \(token)\r\n" }
        if let id { head += "Last-Event-ID: \(id)\r\n" }
        client.send(head + "\r\n")
        let status = try client.head().status
        guard status == 200 else {
            throw Installation.Failure(description: "the stream is refused: \(status)")
        }
        while try next()["event"] != "served" {}
    }

    /// What is told up to and with the event of an announcement, oldest first; each as its kind and
    /// the announcement's id.
    func events(upTo announcement: String) throws -> [Event] {
        var events: [Event] = []
        while true {
            let message = try next()
            guard message["event"] == nil, let data = message["data"] else { continue }
            events.append(try Event(Data(data.utf8), position: message["id"] ?? ""))
            if events.last?.announcement == announcement { return events }
        }
    }

    /// The next event whose content names an id; others before it are passed over.
    func event(naming id: String) throws -> Content {
        while true {
            let message = try next()
            guard message["event"] == nil, let data = message["data"], data.contains(id) else {
                continue
            }
            return try Content(Data(data.utf8))
        }
    }

    /// The next message as its lines, by their names.
    private func next() throws -> [String: String] {
        while true {
            if let end = text.range(of: "\n\n") {
                let lines = text[..<end.lowerBound].split(separator: "\n")
                text.removeSubrange(..<end.upperBound)
                let pairs = lines.map { line in
                    let parts = line.split(separator: ":", maxSplits: 1)
                    return (String(parts.first ?? ""), String(parts.last ?? "").trimmed)
                }
                return Dictionary(pairs) { $0 + "\n" + $1 }
            }
            let size = try client.line(endingWith: "\r\n").dropLast()
            guard let size = Int(size, radix: 16), size > 0 else {
                throw Installation.Failure(description: "the stream has ended")
            }
            text += String(decoding: try client.take(size), as: UTF8.self)
            _ = try client.take(2)
        }
    }
}

/// An event as a reader is told it.
struct Event: Hashable {
    let kind: String
    /// The announcement that it is of.
    let announcement: String
    /// What resumes right after it.
    let position: String

    init(_ json: Data, position: String) throws {
        guard let object = try JSONSerialization.jsonObject(with: json) as? [String: Any],
            let kind = object["kind"] as? String
        else { throw Installation.Failure(description: "no event") }
        self.init(object, kind: kind, position: position)
    }

    init(_ object: [String: Any], kind: String, position: String) {
        self.kind = kind
        announcement = (object["payload"] as? [String: Any])?["announcement"] as? String ?? ""
        self.position = position
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
