/// Squeezes whole answers as they go out, one shard's after another.
///
/// HEAD goes the same way as GET, so that both show one length. An answer that holds a secret next
/// to what its asker chose says `Cache-Control: no-transform`: its squeezed length would tell of
/// the secret (the BREACH attack).
final class ContentEncoding {
    /// Largest body that is squeezed, in bytes; a larger one would hold up the loop.
    ///
    /// At some 50 MB a second this is ten milliseconds.
    static let bodyBytesMax = 512 * 1024

    private lazy var gzip = Gzip()

    /// The answer as this request's sender gets it: as gzip, or as it is.
    ///
    /// `Vary` is added whenever another sender would get it otherwise.
    func encode(_ response: consuming Response, for request: Request) -> Response {
        guard case .bytes(let bytes) = response.body, let contentType = response.contentType,
            bytes.count >= ContentCoding.bodyBytesMin, bytes.count <= Self.bodyBytesMax,
            ContentCoding.isCompressible(contentType), Self.mayTransform(response)
        else { return response }
        var answer = response
        answer.addVary("Accept-Encoding")
        guard
            ContentCoding.shouldCompress(
                contentType: contentType, length: bytes.count,
                acceptEncoding: request.field("accept-encoding")),
            let squeezed = gzip.compress(bytes), squeezed.count < bytes.count
        else { return answer }
        answer.add("Content-Encoding", "gzip")
        answer.body = .bytes(squeezed)
        return answer
    }

    /// Whether other bytes may stand for this answer's.
    ///
    /// A strong `ETag` names the very bytes (RFC 9110 §8.8.1), and weakening it would break the
    /// `If-Match` that comes back with it.
    private static func mayTransform(_ response: Response) -> Bool {
        guard !response.status.isBodiless, response.status != .partialContent else { return false }
        return response.fields.allSatisfy { field in
            switch field.name.lowercased() {
            case "content-encoding", "content-range": false
            case "cache-control": !field.value.lowercased().contains("no-transform")
            case "etag": field.value.hasPrefix("W/")
            default: true
            }
        }
    }
}

extension Response {
    /// Adds a name to `Vary`, unless it is there or everything is.
    mutating func addVary(_ name: String) {
        guard let index = fields.firstIndex(where: { $0.name.lowercased() == "vary" }) else {
            return add("Vary", name)
        }
        let names = fields[index].value.lowercased().split { $0 == "," || $0 == " " }
        guard !names.contains("*"), !names.contains(Substring(name.lowercased())) else { return }
        fields[index].value += ", \(name)"
    }
}
