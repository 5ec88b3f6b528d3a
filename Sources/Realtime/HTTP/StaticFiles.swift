internal import FoundationEssentials

/// A folder of files, read once into memory: what is not in it then cannot be asked for.
///
/// A path is only ever compared with the names that were read, so none can lead out.
package struct StaticFiles: Sendable {
    /// How much a folder may hold.
    package struct Limits: Sendable {
        /// Most files.
        package var fileCountMax = 256
        /// Most bytes in all files.
        package var bytesMax = 16 * 1024 * 1024
        /// Folders within folders.
        package var depthMax = 4

        /// The limits that the house recommends.
        package init() {}
    }

    /// Why a folder cannot be served.
    package enum Failure: Error, Equatable {
        /// A folder or file, by its path in the folder, that cannot be read.
        case unreadable(String)
        /// More files or bytes than the limits allow.
        case tooLarge
    }

    /// The files by their path in the folder, such as `img/tree.svg`.
    package private(set) var files: [String: StaticFile] = [:]
    /// Paths that are left out: hidden ones, links, and names or types that we do not serve.
    package private(set) var skipped: [String] = []

    private let limits: Limits
    private var byteCount = 0

    /// What a page of ours may load and do: only what this server sends.
    package static let contentSecurityPolicy =
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        + "frame-ancestors 'none'"

    /// Reads a folder; blocks, so it belongs before the shards start.
    package init(folder: String, limits: Limits = Limits()) throws(Failure) {
        self.limits = limits
        try read(folder, under: "", depth: 0)
    }

    /// A route for each file below `prefix`, which is empty or begins with `/`.
    ///
    /// `index.html` answers for `prefix` itself, too.
    package func routes(under prefix: String = "") -> [Route] {
        var routes: [Route] = []
        for (path, file) in files.sorted(by: { $0.key < $1.key }) {
            let answer: ImmediateHandler = { file.answer($0) }
            routes.append(Route(.get, "\(prefix)/\(path)", immediate: answer))
            if path == "index.html" {
                routes.append(Route(.get, prefix.isEmpty ? "/" : prefix, immediate: answer))
            }
        }
        return routes
    }

    private mutating func read(_ folder: String, under parent: String, depth: Int) throws(Failure) {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            throw .unreadable(parent)
        }
        for name in names {
            let path = parent + name
            switch Self.isName(name) ? Self.kind("\(folder)/\(name)") : nil {
            case .typeDirectory where depth < limits.depthMax:
                try read("\(folder)/\(name)", under: path + "/", depth: depth + 1)
            case .typeRegular:
                try readFile("\(folder)/\(name)", path)
            default:
                skipped.append(path)
            }
        }
    }

    private mutating func readFile(_ file: String, _ path: String) throws(Failure) {
        guard let contentType = Self.contentType(of: path) else { return skipped.append(path) }
        guard files.count < limits.fileCountMax else { throw .tooLarge }
        // Mapped, so that a huge file is measured without being read.
        guard let content = try? Data(contentsOf: URL(filePath: file), options: .alwaysMapped)
        else { throw .unreadable(path) }
        guard content.count <= limits.bytesMax - byteCount else { throw .tooLarge }
        byteCount += content.count
        files[path] = StaticFile(
            contentType, [UInt8](content), cacheControl: Self.cacheControl(of: path),
            fields: Self.fields)
    }

    /// Small letters, digits, `-`, `_` and `.`, not first: nothing hidden, encoded or ambiguous.
    private static func isName(_ name: String) -> Bool {
        name.utf8.count <= 100 && name.wholeMatch(of: /[a-z0-9][a-z0-9._-]*/) != nil
    }

    /// What stands there itself, not what a link leads to.
    private static func kind(_ path: String) -> FileAttributeType? {
        try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    }

    /// A name with a digest in it, such as `app.0123abcd.js`, never changes its content.
    private static func cacheControl(of path: String) -> String {
        path.contains(/\.[0-9a-f]{8,}\.[a-z0-9]+$/)
            ? "public, max-age=31536000, immutable" : "no-cache"
    }

    private static let fields = [
        Response.Field(name: "X-Content-Type-Options", value: "nosniff"),
        Response.Field(name: "Content-Security-Policy", value: contentSecurityPolicy),
        Response.Field(name: "Referrer-Policy", value: "same-origin"),
        Response.Field(name: "Cross-Origin-Resource-Policy", value: "same-origin"),
    ]

    private static func contentType(of path: String) -> String? {
        path.lastIndex(of: ".").flatMap { contentTypes[String(path[path.index(after: $0)...])] }
    }

    private static let contentTypes = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8", "json": "application/json",
        "webmanifest": "application/manifest+json", "txt": "text/plain; charset=utf-8",
        "svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "webp": "image/webp",
        "ico": "image/x-icon", "woff2": "font/woff2", "pdf": "application/pdf",
    ]
}
