/// Whether a body is sent squeezed.
package enum ContentCoding {
    /// Shortest body that gains from it, in bytes: below, it would still fill one packet.
    package static let bodyBytesMin = 1024
    /// Longest `Accept-Encoding` that is read, in bytes; a longer one gets plain bodies.
    static let headerBytesMax = 1024

    /// Whether a body of this type and length goes out as gzip to a reader of `acceptEncoding`.
    ///
    /// `acceptEncoding` is the field's whole value, or nil without the field. Whatever the answer,
    /// a body that could be squeezed is sent with `Vary: Accept-Encoding` (RFC 9110 §12.5.5).
    package static func shouldCompress(
        contentType: String, length: Int, acceptEncoding: String?
    ) -> Bool {
        guard length >= bodyBytesMin, isCompressible(contentType), let acceptEncoding else {
            return false
        }
        return accepts("gzip", acceptEncoding)
    }

    /// Whether bodies of this type shrink: texts, and what is text by another name.
    package static func isCompressible(_ contentType: String) -> Bool {
        let end = contentType.firstIndex(of: ";") ?? contentType.endIndex
        let type = trim(contentType[..<end]).lowercased()
        // Events are written one at a time; gzip would hold them back.
        guard type != "text/event-stream" else { return false }
        return type.hasPrefix("text/") || type.hasSuffix("+json") || type.hasSuffix("+xml")
            || compressibleTypes.contains(type)
    }

    private static let compressibleTypes: Set<String> = [
        "application/json", "application/javascript", "application/xml", "application/wasm",
        "application/geo+json-seq", "application/x-ndjson", "image/svg+xml",
        "application/manifest+json",
    ]

    /// RFC 9110 §12.5.3: the coding by its name, else by `*`; a weight of 0 refuses it.
    ///
    /// A field that cannot be read accepts nothing: plain bodies are always right.
    static func accepts(_ coding: String, _ acceptEncoding: String) -> Bool {
        guard acceptEncoding.utf8.count <= headerBytesMax else { return false }
        var named: Int?
        var any: Int?
        for element in acceptEncoding.split(separator: ",") {
            let parts = element.split(separator: ";", omittingEmptySubsequences: false).map(trim)
            guard let weight = weight(parts.dropFirst()) else { return false }
            let name = parts[0].lowercased()
            // `x-gzip` is an old name of gzip (RFC 9110 §8.4.1.3).
            if name == coding || name == "x-\(coding)" { named = max(named ?? 0, weight) }
            if name == "*" { any = weight }
        }
        return (named ?? any ?? 0) > 0
    }

    /// `q=0.123` in thousandths (RFC 9110 §12.4.2); 1000 without one, nil if it is not a weight.
    private static func weight(_ parameters: ArraySlice<Substring>) -> Int? {
        guard let parameter = parameters.first else { return 1000 }
        let text = parameter.lowercased()
        guard parameters.count == 1,
            let match = text.wholeMatch(of: /q=(?:0(?:\.([0-9]{0,3}))?|1(?:\.0{0,3})?)/)
        else { return nil }
        guard text.hasPrefix("q=0") else { return 1000 }
        let digits = match.1 ?? ""
        return Int(digits + String(repeating: "0", count: 3 - digits.count))
    }

    private static func trim(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " || $0 == "\t" }
        let end = start.lastIndex { $0 != " " && $0 != "\t" }
        return end.map { start[...$0] } ?? ""
    }
}
