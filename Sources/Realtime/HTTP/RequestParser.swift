internal import CNIOLLHTTP

/// Drives llhttp over the bytes of one connection: the only file that knows it.
///
/// It halts at the end of each head and of each message, so that policy and routing happen here in
/// Swift and never inside a C callback.
@safe struct RequestParser: ~Copyable {
    /// What the bytes came to.
    enum Step: Equatable {
        /// Everything was taken, and more is needed.
        case needsMore
        /// A head is complete; `continueWithContent` or a refusal must follow.
        case head
        /// A request is complete.
        case message
        /// No HTTP, or past a limit; nothing more can be read.
        case refused(Refusal)
    }

    /// What the callbacks write to; it never moves while llhttp knows it.
    @safe struct State {
        var request = Request()
        var limits: Limits
        var contentBytesMax: Int
        var refusal: Refusal?
        var isInHead = true
        var trailerBytes = 0
        var field = RequestHead.Field(name: 0..<0, value: 0..<0)
        var isFieldOpen = false
    }

    private let parser: UnsafeMutablePointer<llhttp_t>
    private let state: UnsafeMutablePointer<State>

    // Written once, before the first parser exists, and only read afterwards.
    nonisolated(unsafe) private static let settings: UnsafeMutablePointer<llhttp_settings_t> =
        unsafe makeSettings()

    init(limits: Limits) {
        unsafe parser = .allocate(capacity: 1)
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(
            to: State(limits: limits, contentBytesMax: limits.contentBytesMax))
        unsafe c_nio_llhttp_init(parser, HTTP_REQUEST, Self.settings)
        unsafe parser.pointee.data = UnsafeMutableRawPointer(state)
    }

    /// The request being read.
    var request: Request { unsafe state.pointee.request }

    /// Whether a request has begun and is not yet complete.
    var isInMessage: Bool {
        unsafe !state.pointee.isInHead || !state.pointee.request.head.bytes.isEmpty
    }

    /// Whether the request being read has its whole head.
    var hasHead: Bool { unsafe !state.pointee.isInHead }

    /// Bytes of the current request's content so far.
    var contentBytes: Int { unsafe state.pointee.request.content.count }

    /// Takes the next bytes, up to the next halt; returns how many it took.
    func feed(_ bytes: RawSpan) -> (step: Step, taken: Int) {
        unsafe bytes.withUnsafeBytes { raw in
            // An empty span has no address, and llhttp reads nothing from the one it gets instead.
            let base =
                unsafe raw.baseAddress.map { unsafe UnsafeRawPointer($0) }
                .map { unsafe $0.assumingMemoryBound(to: CChar.self) }
                ?? UnsafeRawPointer(parser).assumingMemoryBound(to: CChar.self)
            let outcome = unsafe c_nio_llhttp_execute(parser, base, raw.count)
            switch outcome {
            case HPE_OK: return (.needsMore, raw.count)
            case HPE_PAUSED:
                let position = unsafe c_nio_llhttp_get_error_pos(parser)
                let taken = unsafe position.map { unsafe $0 - base } ?? raw.count
                unsafe c_nio_llhttp_resume(parser)
                return (unsafe state.pointee.isInHead ? finishHead() : .message, taken)
            default:
                return (.refused(unsafe state.pointee.refusal ?? Self.refusal(for: outcome)), 0)
            }
        }
    }

    /// Says, after `.head`, how much content the route takes.
    func continueWithContent(bytesMax: Int) -> Refusal? {
        unsafe state.pointee.isInHead = false
        unsafe state.pointee.contentBytesMax = bytesMax
        let length = unsafe state.pointee.request.head.contentLength ?? 0
        guard length <= bytesMax else { return .contentTooLarge }
        unsafe state.pointee.request.content.reserveCapacity(length)
        return nil
    }

    /// Takes, after `.message`, the request away and begins anew with `next`.
    func takeRequest(beginningWith next: Request) -> Request {
        let request = unsafe state.pointee.request
        unsafe state.pointee.request = next
        unsafe state.pointee.isInHead = true
        unsafe state.pointee.trailerBytes = 0
        return request
    }

    /// Reads from llhttp what it knows of the head: method, version, keep-alive.
    private func finishHead() -> Step {
        let head = unsafe parser.pointee
        guard let method = unsafe Self.methods[Int(head.method)] else {
            return .refused(.methodUnknown)
        }
        guard unsafe head.http_major == 1, unsafe head.http_minor <= 1 else {
            return .refused(.versionUnknown)
        }
        let request = unsafe state.pointee.request
        request.method = method
        request.head.minorVersion = Int(unsafe head.http_minor)
        request.head.keepsAlive = unsafe c_nio_llhttp_should_keep_alive(parser) == 1
        request.head.wantsUpgrade = unsafe head.upgrade == 1
        // Whether to switch protocols is for the route to say; to llhttp it is one more request.
        unsafe parser.pointee.upgrade = 0
        return .head
    }

    private static let methods: [Int: Method] = [
        Int(HTTP_GET.rawValue): .get, Int(HTTP_HEAD.rawValue): .head,
        Int(HTTP_POST.rawValue): .post, Int(HTTP_PUT.rawValue): .put,
        Int(HTTP_PATCH.rawValue): .patch, Int(HTTP_DELETE.rawValue): .delete,
        Int(HTTP_OPTIONS.rawValue): .options,
    ]

    private static func refusal(for outcome: llhttp_errno_t) -> Refusal {
        switch outcome {
        case HPE_INVALID_METHOD: return .methodUnknown
        case HPE_INVALID_VERSION: return .versionUnknown
        default:
            let name = unsafe c_nio_llhttp_errno_name(outcome).map { unsafe String(cString: $0) }
            return .malformed(name ?? "unreadable")
        }
    }

    deinit {
        unsafe state.deinitialize(count: 1)
        unsafe state.deallocate()
        unsafe parser.deallocate()
    }
}

/// The callbacks: each finds its state behind `data`, adds what came, and checks the limits.
extension RequestParser {
    private static func makeSettings() -> UnsafeMutablePointer<llhttp_settings_t> {
        let settings = UnsafeMutablePointer<llhttp_settings_t>.allocate(capacity: 1)
        unsafe c_nio_llhttp_settings_init(settings)
        unsafe settings.pointee.on_url = { parser, bytes, count in
            unsafe RequestParser.append(parser, bytes, count) { state in
                state.request.head.targetEnd += count
                return state.request.head.targetEnd > state.limits.targetBytesMax
                    ? .targetTooLong : nil
            }
        }
        unsafe settings.pointee.on_header_field = { parser, bytes, count in
            unsafe RequestParser.append(parser, bytes, count) { $0.readName(count) }
        }
        unsafe settings.pointee.on_header_value = { parser, bytes, count in
            unsafe RequestParser.append(parser, bytes, count) { $0.readValue(count) }
        }
        unsafe settings.pointee.on_header_value_complete = { parser in
            guard let state = unsafe RequestParser.state(of: parser) else { return -1 }
            unsafe state.pointee.endField()
            return 0
        }
        unsafe settings.pointee.on_headers_complete = { _ in Int32(HPE_PAUSED.rawValue) }
        unsafe settings.pointee.on_message_complete = { _ in Int32(HPE_PAUSED.rawValue) }
        unsafe settings.pointee.on_body = { parser, bytes, count in
            guard let state = unsafe RequestParser.state(of: parser), let bytes = unsafe bytes
            else { return -1 }
            guard
                unsafe state.pointee.request.content.count + count
                    <= state.pointee.contentBytesMax
            else {
                unsafe state.pointee.refusal = .contentTooLarge
                return Int32(HPE_USER.rawValue)
            }
            let raw = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
            unsafe state.pointee.request.content.append(contentsOf: raw)
            return 0
        }
        return unsafe settings
    }

    private static func state(
        of parser: UnsafeMutablePointer<llhttp_t>?
    ) -> UnsafeMutablePointer<State>? {
        unsafe parser?.pointee.data?.assumingMemoryBound(to: State.self)
    }

    /// Adds bytes of the head to it, then asks `limit` whether they were too many.
    private static func append(
        _ parser: UnsafeMutablePointer<llhttp_t>?, _ bytes: UnsafePointer<CChar>?, _ count: Int,
        _ limit: (inout State) -> Refusal?
    ) -> Int32 {
        guard let state = unsafe state(of: parser), let bytes = unsafe bytes else { return -1 }
        guard unsafe state.pointee.isInHead else {
            // Trailers are read past and dropped (RFC 9110 §6.5.1), but not without end.
            unsafe state.pointee.trailerBytes += count
            guard unsafe state.pointee.trailerBytes > state.pointee.limits.headBytesMax else {
                return 0
            }
            unsafe state.pointee.refusal = .fieldsTooLarge
            return Int32(HPE_USER.rawValue)
        }
        let raw = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
        unsafe state.pointee.request.head.bytes.append(contentsOf: raw)
        guard let refusal = unsafe limit(&state.pointee) else { return 0 }
        unsafe state.pointee.refusal = refusal
        return Int32(HPE_USER.rawValue)
    }
}

extension RequestParser.State {
    mutating func readName(_ count: Int) -> Refusal? {
        let end = request.head.bytes.count
        let start = isFieldOpen ? field.name.lowerBound : end - count
        isFieldOpen = true
        field = RequestHead.Field(name: start..<end, value: end..<end)
        return overrun(from: start)
    }

    mutating func readValue(_ count: Int) -> Refusal? {
        field.value = field.value.lowerBound..<request.head.bytes.count
        return overrun(from: field.name.lowerBound)
    }

    private func overrun(from start: Int) -> Refusal? {
        let end = request.head.bytes.count
        return end - start > limits.fieldBytesMax || end > limits.headBytesMax
            || request.head.fields.count >= limits.fieldCountMax ? .fieldsTooLarge : nil
    }

    /// Keeps a whole field; one whose name has `_` is dropped, since proxies make it one with `-`.
    mutating func endField() {
        guard isInHead else { return }
        isFieldOpen = false
        guard !request.head.bytes[field.name].contains(UInt8(ascii: "_")) else { return }
        request.head.fields.append(field)
    }
}
