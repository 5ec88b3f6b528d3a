internal import CCurl

/// One run of libcurl: what it sends, what it gathers, and the one answer to its caller.
///
/// Owns its easy handle and lists, which must outlive the run (libcurl copies strings, not lists).
@safe final class Transfer {
    typealias Outcome = Result<Call.Answer, CallError>

    let easy: UnsafeMutableRawPointer
    private var lists: [UnsafeMutablePointer<curl_slist>] = unsafe []
    private var isSetUp = true

    private let audience: Audience
    private let answerBytesMax: Int
    private let upload: [UInt8]
    private var uploaded = 0

    private var headers: [(name: String, value: String)] = []
    private var headBytes = 0
    private var body: [UInt8] = []
    private var isTooLarge = false
    private var isRefused = false

    var continuation: CheckedContinuation<Outcome, Never>?

    /// Most bytes of fields in one answer, interim answers and sign-in rounds included.
    static let headBytesMax = 64 * 1024

    init?(audience: Audience, answerBytesMax: Int, upload: [UInt8] = []) {
        guard let easy = unsafe curl_easy_init() else { return nil }
        unsafe self.easy = easy
        self.audience = audience
        self.answerBytesMax = max(0, answerBytesMax)
        self.upload = upload
        // The pointer is used by callbacks only, all of which end with `curl_easy_cleanup`.
        let me = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe set(CURLOPT_WRITEDATA, me)
        unsafe set(CURLOPT_HEADERDATA, me)
        unsafe set(CURLOPT_READDATA, me)
        unsafe set(CURLOPT_OPENSOCKETDATA, me)
        setCallbacks()
    }

    deinit {
        unsafe curl_easy_cleanup(easy)
        while let list = unsafe lists.popLast() { unsafe curl_slist_free_all(list) }
    }

    /// Whether every option so far was taken.
    var isReady: Bool { isSetUp }

    func set(_ option: CURLoption, _ value: Int) {
        note(unsafe c_curl_easy_setopt_long(easy, option, value))
    }

    func set(_ option: CURLoption, _ value: String) {
        guard !value.utf8.contains(0) else {
            isSetUp = false
            return
        }
        note(unsafe c_curl_easy_setopt_string(easy, option, value))
    }

    func set(_ option: CURLoption, _ values: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for value in values {
            guard let longer = unsafe curl_slist_append(list, value) else {
                isSetUp = false
                return
            }
            unsafe list = longer
        }
        guard let list = unsafe list else { return }
        unsafe lists.append(list)
        note(unsafe c_curl_easy_setopt_list(easy, option, list))
    }

    /// Sends `bytes`, which libcurl copies.
    func setBody(_ bytes: [UInt8]) {
        note(unsafe c_curl_easy_setopt_off(easy, CURLOPT_POSTFIELDSIZE_LARGE, Int(bytes.count)))
        note(unsafe c_curl_easy_setopt_bytes(easy, CURLOPT_COPYPOSTFIELDS, bytes))
    }

    /// Sends the bytes given at `init` as the mail's message.
    func setUpload() {
        set(CURLOPT_UPLOAD, 1)
        note(unsafe c_curl_easy_setopt_off(easy, CURLOPT_INFILESIZE_LARGE, upload.count))
    }

    private func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer) {
        note(unsafe c_curl_easy_setopt_bytes(easy, option, value))
    }

    private func note(_ code: CURLcode) {
        if code != CURLE_OK { isSetUp = false }
    }

    /// What libcurl's final code means for the caller.
    func outcome(_ code: CURLcode, isMail: Bool) -> Outcome {
        if isRefused { return .failure(.refusedAddress) }
        if isTooLarge { return .failure(.tooLarge) }
        var status = 0
        unsafe _ = c_curl_easy_getinfo_long(easy, CURLINFO_RESPONSE_CODE, &status)
        switch code {
        case CURLE_OK:
            return .success(Call.Answer(status: status, headers: headers, body: body))
        case CURLE_COULDNT_CONNECT: return .failure(.unreachable)
        case CURLE_COULDNT_RESOLVE_HOST: return .failure(.unresolved(.unknownName))
        case CURLE_OPERATION_TIMEDOUT: return .failure(.timedOut)
        case CURLE_FILESIZE_EXCEEDED: return .failure(.tooLarge)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE,
            CURLE_USE_SSL_FAILED, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER:
            return .failure(.untrusted)
        case CURLE_SEND_ERROR where isMail, CURLE_RECV_ERROR where isMail,
            CURLE_LOGIN_DENIED where isMail, CURLE_WEIRD_SERVER_REPLY where isMail:
            return .failure(.mailRefused(code: status))
        default: return .failure(.broken(code: Int(code.rawValue)))
        }
    }
}

// What libcurl calls while a run lasts, always from within `curl_multi_socket_action`.
extension Transfer {
    private func setCallbacks() {
        note(
            unsafe c_curl_easy_setopt_write(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, me in
                let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
                return unsafe Transfer.from(me).received(body: buffer)
            })
        note(
            unsafe c_curl_easy_setopt_write(easy, CURLOPT_HEADERFUNCTION) {
                bytes, size, count, me in
                let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
                return unsafe Transfer.from(me).received(line: buffer)
            })
        note(
            unsafe c_curl_easy_setopt_read(easy) { bytes, size, count, me in
                let room = unsafe UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
                return unsafe Transfer.from(me).fill(room)
            })
        note(
            unsafe c_curl_easy_setopt_opensocket(easy) { me, _, address in
                guard let address = unsafe address else { return -1 }
                return unsafe Transfer.from(me).openSocket(address)
            })
    }

    private static func from(_ pointer: UnsafeMutableRawPointer?) -> Transfer {
        guard let pointer = unsafe pointer else { preconditionFailure("libcurl passes its data") }
        return unsafe Unmanaged<Transfer>.fromOpaque(pointer).takeUnretainedValue()
    }

    private func received(body bytes: UnsafeRawBufferPointer) -> Int {
        guard body.count + bytes.count <= answerBytesMax else {
            isTooLarge = true
            return 0
        }
        unsafe body.append(contentsOf: bytes)
        return bytes.count
    }

    private func received(line: UnsafeRawBufferPointer) -> Int {
        headBytes += line.count
        guard headBytes <= Self.headBytesMax else {
            isTooLarge = true
            return 0
        }
        let text = unsafe String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            // The head of a later answer: what came before it was interim, or asked to sign in.
            headers.removeAll()
        } else if let colon = text.firstIndex(of: ":") {
            let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            let end = value.lastIndex { !$0.isWhitespace }
            headers.append((text[..<colon].lowercased(), end.map { String(value[...$0]) } ?? ""))
        }
        return line.count
    }

    private func fill(_ room: UnsafeMutableRawBufferPointer) -> Int {
        let next = upload[uploaded...].prefix(room.count)
        unsafe room.copyBytes(from: next)
        uploaded += next.count
        return next.count
    }

    /// The last gate: whatever was resolved, pinned or configured, this is where it would connect.
    private func openSocket(_ raw: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        let target = unsafe withUnsafePointer(to: &raw.pointee.addr) {
            unsafe SocketAddress($0, length: Int(raw.pointee.addrlen))
        }
        guard let target, AddressPolicy.allows(target.ip, for: audience) else {
            isRefused = true
            return -1
        }
        return unsafe socket(
            raw.pointee.family, raw.pointee.socktype | c_curl_SOCK_CLOEXEC,
            raw.pointee.protocol)
    }
}
