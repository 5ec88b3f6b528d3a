import CNIOLLHTTP

/// What llhttp alone makes of a stream: no pauses, no policy, all bytes at once.
@safe final class LLHTTPReading {
    /// A message that llhttp saw complete.
    struct Message {
        var method = ""
        var fieldNames: [[UInt8]] = []
        var content: [UInt8] = []
    }

    private(set) var messages: [Message] = []
    private var message = Message()
    private var name: [UInt8] = []
    private var isInHead = true

    init(_ bytes: [UInt8]) {
        var settings = Self.settings
        var parser = unsafe llhttp_t()
        unsafe c_nio_llhttp_init(&parser, HTTP_REQUEST, &settings)
        unsafe parser.data = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe bytes.withUnsafeBytes { raw in
            guard var next = unsafe raw.baseAddress?.assumingMemoryBound(to: CChar.self) else {
                return
            }
            let end = unsafe next + raw.count
            // What asks to become another protocol goes on as HTTP: that is for a route to say.
            while unsafe c_nio_llhttp_execute(&parser, next, end - next) == HPE_PAUSED_UPGRADE {
                guard let position = unsafe c_nio_llhttp_get_error_pos(&parser) else { return }
                unsafe next = position
                unsafe c_nio_llhttp_resume_after_upgrade(&parser)
            }
        }
        withExtendedLifetime(self) {}
    }

    private static func owner(_ parser: UnsafeMutablePointer<llhttp_t>?) -> LLHTTPReading {
        guard let data = unsafe parser?.pointee.data else { preconditionFailure("data is set") }
        return unsafe Unmanaged<LLHTTPReading>.fromOpaque(data).takeUnretainedValue()
    }

    private static var settings: llhttp_settings_t {
        var settings = llhttp_settings_t()
        unsafe c_nio_llhttp_settings_init(&settings)
        unsafe settings.on_header_field = { parser, bytes, count in
            let bytes = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
            unsafe LLHTTPReading.owner(parser).name += Array(bytes)
            return 0
        }
        unsafe settings.on_header_value_complete = { parser in
            unsafe LLHTTPReading.owner(parser).endField()
            return 0
        }
        unsafe settings.on_headers_complete = { parser in
            unsafe LLHTTPReading.owner(parser).isInHead = false
            return 0
        }
        unsafe settings.on_body = { parser, bytes, count in
            let bytes = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
            unsafe LLHTTPReading.owner(parser).message.content += Array(bytes)
            return 0
        }
        unsafe settings.on_message_complete = { parser in
            guard let parser = unsafe parser else { return -1 }
            let method = unsafe llhttp_method_t(UInt32(parser.pointee.method))
            let name = unsafe c_nio_llhttp_method_name(method).map { unsafe String(cString: $0) }
            unsafe LLHTTPReading.owner(parser).endMessage(name ?? "")
            return 0
        }
        return settings
    }

    private func endField() {
        if isInHead { message.fieldNames.append(name) }
        name = []
    }

    private func endMessage(_ method: String) {
        message.method = method
        messages.append(message)
        message = Message()
        isInHead = true
    }
}
