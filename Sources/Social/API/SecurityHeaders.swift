package import Realtime

extension Response {
    /// The same answer with what keeps browsers from misusing it.
    ///
    /// If it `isPersonal`, nobody may keep it; otherwise its own `Cache-Control` says for how long.
    package func secured(isPersonal: Bool, isSecure: Bool) -> Response {
        var response = self
        response.add("X-Content-Type-Options", "nosniff")
        response.add("Referrer-Policy", "same-origin")
        response.add("Cross-Origin-Resource-Policy", "same-origin")
        let isPage = contentType?.hasPrefix("text/html") == true
        response.add(
            "Content-Security-Policy",
            isPage
                ? "default-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'; "
                    + "frame-ancestors 'none'"
                : "default-src 'none'; frame-ancestors 'none'")
        if isPersonal { response.add("Cache-Control", "no-store") }
        if isSecure { response.add("Strict-Transport-Security", "max-age=31536000") }
        return response
    }
}
