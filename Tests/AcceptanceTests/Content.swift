import Foundation
import Support

/// A value of JSON, as a story reads it: what is not there is nil or empty.
struct Content {
    private let value: Any?

    /// What is in some JSON.
    init(_ json: Data) throws {
        value = try JSONSerialization.jsonObject(with: json, options: .fragmentsAllowed)
    }

    private init(value: Any?) { self.value = value }

    subscript(name: String) -> Content { Content(value: (value as? [String: Any])?[name]) }

    var text: String? { value as? String }
    var integer: Int? { value as? Int }
    var bool: Bool? { value as? Bool }
    /// The elements of an array.
    var elements: [Content] { (value as? [Any])?.map { Content(value: $0) } ?? [] }
    /// The id that an object has, or an empty text.
    var id: String { self["id"].text ?? "" }
    /// All of it, with its names in order.
    var json: String {
        guard let value,
            let data = try? JSONSerialization.data(
                withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed])
        else { return "" }
        return String(decoding: data, as: UTF8.self)
    }
}

extension TestClient.Answer {
    /// The content as JSON; nothing where there is none.
    var content: Content {
        get throws { try Content(Data(body.isEmpty ? Array("null".utf8) : body)) }
    }
}
