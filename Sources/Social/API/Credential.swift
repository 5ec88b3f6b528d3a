internal import Platform
internal import Realtime

/// How a request says whose it is.
struct Credential: Hashable {
    /// Where the token stood.
    enum Source: Hashable {
        case bearer
        case cookie
    }

    /// The session's secret.
    var token: SessionToken
    var source: Source

    /// Reads `Authorization: Bearer` (RFC 6750 §2.1), or else the session's cookie.
    ///
    /// Two cookies of the name are none: one of them is not ours.
    init?(_ request: Request, cookie: SessionCookie) {
        if let authorization = request.field("authorization") {
            guard authorization.lowercased().hasPrefix("bearer ") else { return nil }
            self.init(token: authorization.dropFirst(7), .bearer)
            return
        }
        guard let field = request.field("cookie") else { return nil }
        let name = cookie.name
        let values = field.split(separator: ";").compactMap { pair -> Substring? in
            let pair = pair.drop { $0 == " " }
            guard pair.hasPrefix("\(name)=") else { return nil }
            return pair.dropFirst(name.count + 1)
        }
        guard values.count == 1 else { return nil }
        self.init(token: values[0], .cookie)
    }

    private init?(token: Substring, _ source: Source) {
        guard let token = SessionToken(token) else { return nil }
        self.token = token
        self.source = source
    }
}

/// The name and the attributes of the session's cookie.
package struct SessionCookie: Sendable, Hashable {
    /// Whether it travels over TLS alone; without TLS only in development.
    package var isSecure: Bool

    /// A cookie for one profile.
    package init(isSecure: Bool) { self.isSecure = isSecure }

    /// `__Host-` binds it to this host and to TLS (RFC 6265bis §4.1.3.2).
    package var name: String { isSecure ? "__Host-linli" : "linli" }

    /// The `Set-Cookie` that hands out a token for so many seconds; none ends it.
    package func field(token: String, seconds: Int64) -> String {
        "\(name)=\(token); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Lax"
            + (isSecure ? "; Secure" : "")
    }
}

/// Whether a write came from our own pages (OWASP, Cross-Site Request Forgery Prevention).
struct OriginCheck: Sendable {
    /// Origins besides the one that the request names as its host.
    var origins: Set<String>

    /// A browser says where a write comes from; a cookie without that word is refused, too.
    func allows(_ request: Request, by source: Credential.Source?, isSecure: Bool) -> Bool {
        if source == .bearer { return true }
        let site = request.field("sec-fetch-site")
        if let site, site != "same-origin", site != "none" { return false }
        guard let origin = request.field("origin") else { return source == nil || site != nil }
        if origins.contains(origin) { return true }
        guard let host = request.field("host") else { return false }
        return origin == "\(isSecure ? "https" : "http")://\(host)"
    }
}
