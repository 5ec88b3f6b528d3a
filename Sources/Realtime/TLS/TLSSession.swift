internal import COpenSSL

/// One TLS connection as bytes in, bytes out, over two memory BIOs and without a socket.
///
/// Feed it what the socket gave; after every call send what `takeOutput` returns. It holds no more
/// than one record (16 KiB) between calls besides what was queued for sending, and next to nothing
/// while idle. Belongs to one loop.
@safe package final class TLSSession {
    /// How far the connection is.
    package enum Progress: Hashable {
        case handshaking
        case open
        /// The peer has said `close_notify`: nothing more will come.
        case ended
    }

    private let context: TLSContext  // keeps what OpenSSL's callbacks read
    private let ssl: OpaquePointer
    private let received: OpaquePointer  // freed by SSL_free, which owns both BIOs
    private var toSend: OpaquePointer
    private var hasFailed = false
    private var hasClosed = false
    /// How far the connection is.
    package private(set) var progress = Progress.handshaking

    /// Longest slice given to OpenSSL at once; it keeps the BIO's buffer small.
    private static let sliceBytesMax = 4096
    /// A BIO that has held more than this is replaced once it is empty.
    private static let idleBytesMax = 4096
    /// Longest plaintext of one record (RFC 8446 §5.1).
    private static let recordBytesMax = 16 * 1024

    /// Begins a session of the context's role; a client's first flight waits in `takeOutput`.
    package init(_ context: TLSContext) throws(TLSError) {
        ERR_clear_error()
        guard let ssl = unsafe SSL_new(context.raw) else {
            throw .refused(reason: TLSError.takeReason())
        }
        guard let received = unsafe BIO_new(BIO_s_mem()), let toSend = unsafe BIO_new(BIO_s_mem())
        else { preconditionFailure("out of memory") }
        unsafe SSL_set_bio(ssl, received, toSend)
        unsafe self.ssl = ssl
        unsafe self.received = received
        unsafe self.toSend = toSend
        self.context = context
        if context.isServer {
            unsafe SSL_set_accept_state(ssl)
        } else {
            unsafe SSL_set_connect_state(ssl)
            try advanceHandshake()
        }
    }

    /// Takes bytes from the wire and appends what they decrypt to.
    ///
    /// Throws once the peer breaks the protocol; the alert that says so still waits in
    /// `takeOutput`. Plaintext appended before the fault is genuine.
    package func receive(
        _ ciphertext: RawSpan, into plaintext: inout [UInt8]
    ) throws(TLSError) -> Progress {
        guard !hasFailed else { throw .notOpen }
        var offset = 0
        while offset < ciphertext.byteCount, progress != .ended {
            let count = min(Self.sliceBytesMax, ciphertext.byteCount - offset)
            unsafe ciphertext.withUnsafeBytes { bytes in
                let written = unsafe BIO_write(
                    received, bytes.baseAddress?.advanced(by: offset), Int32(count))
                precondition(written == count, "a memory BIO takes everything")
            }
            offset += count
            if progress == .handshaking { try advanceHandshake() }
            if progress == .open { try decrypt(into: &plaintext) }
        }
        return progress
    }

    /// Says that the transport has ended; throws when the peer had not closed TLS before.
    package func receiveEnd() throws(TLSError) {
        guard progress != .ended else { return }
        hasFailed = true
        throw .truncated
    }

    /// Encrypts bytes into the output; throws `notOpen` before the handshake and after `close`.
    package func send(_ plaintext: RawSpan) throws(TLSError) {
        guard progress != .handshaking, !hasClosed, !hasFailed else { throw .notOpen }
        ERR_clear_error()
        var offset = 0
        while offset < plaintext.byteCount {
            var written = 0
            let status = unsafe plaintext.withUnsafeBytes { bytes in
                let count = min(Self.recordBytesMax, bytes.count - offset)
                return unsafe SSL_write_ex(
                    ssl, bytes.baseAddress?.advanced(by: offset), count, &written)
            }
            guard status == 1 else { throw fail() }
            offset += written
        }
    }

    /// Bytes waiting for the wire.
    package var outputByteCount: Int { unsafe BIO_ctrl_pending(toSend) }

    /// Takes all bytes waiting for the wire.
    package func takeOutput() -> [UInt8] {
        let pending = outputByteCount
        guard pending > 0 else { return [] }
        let output = unsafe [UInt8](unsafeUninitializedCapacity: pending) { buffer, count in
            count = unsafe Int(BIO_read(toSend, buffer.baseAddress, Int32(pending)))
        }
        precondition(output.count == pending, "a memory BIO gives what it holds")
        if pending > Self.idleBytesMax, progress != .handshaking, !hasFailed { shrinkOutput() }
        return output
    }

    /// Says `close_notify`; nothing can be sent after it.
    package func close() {
        guard !hasClosed, !hasFailed, progress != .handshaking else { return }
        hasClosed = true
        ERR_clear_error()
        unsafe _ = SSL_shutdown(ssl)
    }

    /// Asks for new keys in the middle of a TLS 1.2 connection, which no server of ours allows.
    ///
    /// Only a client can ask; false when OpenSSL does not even send the request.
    package func requestRenegotiation() -> Bool {
        guard progress == .open, !context.isServer else { return false }
        ERR_clear_error()
        guard unsafe SSL_renegotiate(ssl) == 1 else { return false }
        unsafe _ = SSL_do_handshake(ssl)
        return outputByteCount > 0
    }

    /// The protocol agreed by ALPN, such as `http/1.1`.
    package var applicationProtocol: String? {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(ssl, &name, &count)
        guard let name = unsafe name else { return nil }
        return unsafe String(
            decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
    }

    /// The agreed version, once the handshake is done.
    package var version: TLSVersion? {
        progress == .handshaking ? nil : TLSVersion(rawValue: unsafe SSL_version(ssl))
    }

    /// The agreed cipher suite by OpenSSL's name.
    package var cipherSuite: String? {
        guard let cipher = unsafe SSL_get_current_cipher(ssl),
            let name = unsafe SSL_CIPHER_get_name(cipher)
        else { return nil }
        return unsafe String(cString: name)
    }

    /// SHA-256 of the peer's certificate in DER, when it showed one that was verified.
    package var peerCertificateSHA256: [UInt8]? {
        guard progress != .handshaking, unsafe SSL_get_verify_result(ssl) == X509_V_OK,
            let certificate = unsafe SSL_get1_peer_certificate(ssl)
        else { return nil }
        defer { unsafe X509_free(certificate) }
        var digest = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        let status = unsafe X509_digest(certificate, EVP_sha256(), &digest, &count)
        return status == 1 && count == 32 ? digest : nil
    }

    deinit { unsafe SSL_free(ssl) }

    private func advanceHandshake() throws(TLSError) {
        ERR_clear_error()
        let status = unsafe SSL_do_handshake(ssl)
        if status == 1 {
            progress = .open
        } else if unsafe SSL_get_error(ssl, status) != SSL_ERROR_WANT_READ {
            throw fail()
        }
    }

    /// Reads all complete records; OpenSSL keeps the begun one.
    private func decrypt(into plaintext: inout [UInt8]) throws(TLSError) {
        var status: Int32 = 1
        ERR_clear_error()
        while status == 1 {
            status = unsafe withUnsafeTemporaryAllocation(
                of: UInt8.self, capacity: Self.recordBytesMax
            ) { buffer in
                var count = 0
                let status = unsafe SSL_read_ex(ssl, buffer.baseAddress, buffer.count, &count)
                if status == 1 { unsafe plaintext.append(contentsOf: buffer.prefix(count)) }
                return status
            }
        }
        switch unsafe SSL_get_error(ssl, status) {
        case SSL_ERROR_WANT_READ: return
        case SSL_ERROR_ZERO_RETURN: progress = .ended
        default: throw fail()
        }
    }

    private func fail() -> TLSError {
        hasFailed = true
        return .protocolViolation(reason: TLSError.takeReason())
    }

    private func shrinkOutput() {
        guard let fresh = unsafe BIO_new(BIO_s_mem()) else { return }
        unsafe SSL_set0_wbio(ssl, fresh)  // frees the old one
        unsafe toSend = fresh
    }
}

extension TLSSession {
    /// Takes bytes from the wire, as `receive(_:into:)` of a span.
    package func receive(
        _ ciphertext: [UInt8], into plaintext: inout [UInt8]
    ) throws(TLSError) -> Progress {
        try unsafe receive(ciphertext.span.bytes, into: &plaintext)
    }

    /// Encrypts bytes into the output, as `send(_:)` of a span.
    package func send(_ plaintext: [UInt8]) throws(TLSError) {
        try unsafe send(plaintext.span.bytes)
    }
}
