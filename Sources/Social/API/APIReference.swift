internal import Platform
internal import Realtime

/// What the server serves about its own interface.
struct APIReference: Sendable {
    /// The OpenAPI 3.1 document.
    let document: [UInt8]
    private let kinds: [ProblemKind]

    init(
        _ operations: [Operation], title: Text, version: String, cookie: SessionCookie
    ) throws(OperationFault) {
        let builder = try OpenAPIDocument(operations, title: title, version: version, cookie)
        document = builder.bytes
        kinds = builder.kinds
    }

    /// The routes of the document and of one page for each refusal's type.
    func routes(_ context: APIContext) -> [Route] {
        let document = document
        let tag = ETag(digest: Hex.encoded(SHA256.digest(of: document)))
        let isSecure = context.cookie.isSecure
        let pages = Dictionary(kinds.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        return [
            Route(
                .get, "/openapi.json",
                immediate: { request in
                    var response = Response(.ok, "application/json", document)
                    if let field = request.field("if-none-match"), tag.isListed(in: field) {
                        response = Response(.notModified)
                    }
                    response.add("ETag", tag.description)
                    response.add("Cache-Control", "no-cache")
                    return response.secured(isPersonal: false, isSecure: isSecure)
                }),
            Route(
                .get, "/problems/{code}",
                immediate: { request in
                    let language = Language(accepting: request.field("accept-language"))
                    guard let kind = request.parameter("code").flatMap({ pages[$0] }) else {
                        return Problem(.notFound).response(
                            language, requestID: context.ids.next().description
                        ).secured(isPersonal: true, isSecure: isSecure)
                    }
                    return Self.page(kind, language).secured(isPersonal: false, isSecure: isSecure)
                }),
        ]
    }

    private static let reference = Text(zh: "接口说明", en: "API reference")

    /// What a refusal means; its texts are ours and hold no markup.
    private static func page(_ kind: ProblemKind, _ language: Language) -> Response {
        let html = """
            <!doctype html>
            <html lang="\(language == .zh ? "zh-Hans" : "en")">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(kind.title[language])</title>
            <link rel="icon" href="/icon.svg" type="image/svg+xml">
            <link rel="stylesheet" href="/style.css">
            <main class="inside">
            <h1>\(kind.title[language])</h1>
            <p>\(kind.advice[language])</p>
            <p>\(kind.status.code) · <code>\(kind.code)</code></p>
            <nav><a href="/reference.html">\(Self.reference[language])</a></nav>
            </main>
            </html>

            """
        return Response(
            .ok, "text/html; charset=utf-8",
            Array(html.utf8)
        ).adding("Cache-Control", "max-age=3600").adding("Vary", "Accept-Language")
    }
}
