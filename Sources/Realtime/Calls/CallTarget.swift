internal import CCurl

/// Where a URL leads, as libcurl itself reads it, so that check and call cannot disagree.
struct CallTarget: Hashable {
    let scheme: String
    /// A name, or an address without brackets; odd spellings of version 4 are made plain.
    let host: String
    let port: UInt16

    /// Longest URL called, in bytes.
    static let urlBytesMax = 4096

    /// Reads `url`; nil if its scheme is not among `schemes` or it names a user or password.
    init?(_ url: String, schemes: Set<String>) {
        guard url.utf8.count <= Self.urlBytesMax,
            url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let parser = unsafe curl_url()
        else { return nil }
        defer { unsafe curl_url_cleanup(parser) }
        guard unsafe curl_url_set(parser, CURLUPART_URL, url, 0) == CURLUE_OK,
            let scheme = unsafe Self.part(CURLUPART_SCHEME, of: parser), schemes.contains(scheme),
            unsafe Self.part(CURLUPART_USER, of: parser) == nil,
            unsafe Self.part(CURLUPART_PASSWORD, of: parser) == nil,
            let host = unsafe Self.part(CURLUPART_HOST, of: parser),
            unsafe Self.part(CURLUPART_ZONEID, of: parser) == nil,
            let portText = unsafe Self.part(CURLUPART_PORT, of: parser, UInt32(CURLU_DEFAULT_PORT)),
            let port = UInt16(portText), port != 0
        else { return nil }
        self.scheme = scheme
        self.host = host.first == "[" ? String(host.dropFirst().dropLast()) : host
        self.port = port
    }

    /// libcurl's way to say: whatever the URL's host, connect to this address and no other.
    func pin(to address: SocketAddress) -> String {
        let name = host.contains(":") ? "[\(host)]" : host
        let ip = address.ip.family == .v6 ? "[\(address.ip)]" : "\(address.ip)"
        return "\(name):\(port):\(ip):\(address.port)"
    }

    private static func part(
        _ part: CURLUPart, of parser: OpaquePointer, _ flags: UInt32 = 0
    ) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe curl_url_get(parser, part, &text, flags) == CURLUE_OK,
            let text = unsafe text
        else { return nil }
        defer { unsafe curl_free(text) }
        return unsafe String(cString: text)
    }
}
