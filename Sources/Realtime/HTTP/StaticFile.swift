/// Content that never changes while the process runs, ready to be sent plain, as gzip or in parts.
package struct StaticFile: Sendable {
    /// One form of the content, and the strong tag that names its bytes.
    private struct Variant: Sendable {
        let bytes: [UInt8]
        let tag: String

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
            tag = "\"\(ContentDigest.text(of: bytes))\""
        }
    }

    /// The media type.
    package let contentType: String
    private let cacheControl: String
    private let fields: [Response.Field]
    private let plain: Variant
    /// The content as gzip, where that is shorter.
    private let squeezed: Variant?

    /// Squeezes and names the bytes; `fields` go with every answer that shows them.
    package init(
        _ contentType: String, _ bytes: [UInt8], cacheControl: String = "no-cache",
        fields: [Response.Field] = []
    ) {
        self.contentType = contentType
        self.cacheControl = cacheControl
        self.fields = fields
        plain = Variant(bytes)
        squeezed = Self.squeeze(contentType, bytes).map(Variant.init)
    }

    private static func squeeze(_ contentType: String, _ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= ContentCoding.bodyBytesMin, ContentCoding.isCompressible(contentType),
            let squeezed = Gzip.compress(bytes, level: 9), squeezed.count < bytes.count
        else { return nil }
        return squeezed
    }

    /// Answers GET and HEAD: 200, 206, 304, 412 or 416 (RFC 9110 §13.2.2).
    ///
    /// A part is always one of the plain content.
    package func answer(_ request: Request) -> Response {
        let range = wantedRange(request)
        let variant = range == .whole ? choose(request) : plain
        if let list = request.field("if-match"),
            !EntityTags.contain(variant.tag, list, weakly: false)
        {
            return Response(.preconditionFailed)
        }
        if let list = request.field("if-none-match"),
            EntityTags.contain(variant.tag, list, weakly: true)
        {
            return described(Response(.notModified), as: variant)
        }
        switch range {
        case .whole:
            return described(Response(.ok, contentType, variant.bytes), as: variant)
        case .part(let part):
            let response = Response(.partialContent, contentType, Array(plain.bytes[part]))
                .adding(
                    "Content-Range",
                    "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(plain.bytes.count)")
            return described(response, as: plain)
        case .unsatisfiable:
            return Response(.rangeNotSatisfiable)
                .adding("Content-Range", "bytes */\(plain.bytes.count)")
        }
    }

    /// Ranges belong to GET alone (§14.2), and to the content that `If-Range` names (§13.1.5).
    private func wantedRange(_ request: Request) -> ByteRange {
        guard request.method == .get, let range = request.field("range") else { return .whole }
        if let tag = request.field("if-range"), tag != plain.tag { return .whole }
        return ByteRange(range, length: plain.bytes.count)
    }

    private func choose(_ request: Request) -> Variant {
        guard let squeezed,
            ContentCoding.shouldCompress(
                contentType: contentType, length: plain.bytes.count,
                acceptEncoding: request.field("accept-encoding"))
        else { return plain }
        return squeezed
    }

    private func described(_ response: Response, as variant: Variant) -> Response {
        var response = response
        response.add("ETag", variant.tag)
        response.add("Cache-Control", cacheControl)
        response.add("Accept-Ranges", "bytes")
        if let squeezed {
            response.add("Vary", "Accept-Encoding")
            if variant.tag == squeezed.tag, response.status != .notModified {
                response.add("Content-Encoding", "gzip")
            }
        }
        response.fields += fields
        return response
    }
}
