internal import CLibuv

/// One accepted connection's bytes, through TLS where it has any.
///
/// Dropping it closes the connection at once.
final class Wire {
    /// The peer's address in digits; empty over a Unix socket.
    let peerAddress: String
    /// Whether bytes are encrypted on their way.
    var isSecure: Bool { tls != nil }
    /// Bytes written and not yet taken by the kernel.
    var queuedBytes: Int { stream.queuedBytes }

    private let stream: ByteStream
    private let tls: TLSSession?

    init(_ stream: ByteStream, tls: TLSSession?) {
        self.stream = stream
        self.tls = tls
        peerAddress = stream.peerAddress
    }

    deinit { stream.forget() }

    /// Says who gets the bytes and the events from now on; neither must be kept alive by it.
    func deliver(
        bytes: @escaping (RawSpan) -> Void, events: @escaping (ByteStream.Event) -> Void
    ) {
        guard let tls else { return stream.deliver(bytes: bytes, events: events) }
        stream.deliver(
            bytes: { [unowned self] in decrypt($0, tls, bytes, events) }, events: events)
    }

    /// Begins or goes on reading; the peer waits while nobody reads.
    func startReading() { stream.startReading() }

    /// Stops reading, so that TCP's own window slows the peer.
    func stopReading() { stream.stopReading() }

    /// Sends bytes; false when the connection can send nothing more.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        guard let tls else {
            stream.write(bytes)
            return true
        }
        do throws(TLSError) { unsafe try tls.send(bytes.span.bytes) } catch { return false }
        writeEncrypted(tls)
        return true
    }

    /// Says that nothing more comes from us, in TLS first.
    func endSending() {
        if let tls {
            tls.close()
            writeEncrypted(tls)
        }
        stream.shutdown()
    }

    private func decrypt(
        _ bytes: RawSpan, _ tls: TLSSession, _ received: (RawSpan) -> Void,
        _ happened: (ByteStream.Event) -> Void
    ) {
        var plaintext: [UInt8] = []
        do throws(TLSError) {
            let progress = try tls.receive(bytes, into: &plaintext)
            writeEncrypted(tls)
            if !plaintext.isEmpty { unsafe received(plaintext.span.bytes) }
            if progress == .ended { happened(.ended(nil)) }
        } catch {
            writeEncrypted(tls)  // the alert that says why
            stream.forget()
            stream.stopReading()
            happened(.ended(UVError(code: UV_EPROTO.rawValue)))
        }
    }

    private func writeEncrypted(_ tls: TLSSession) {
        let bytes = tls.takeOutput()
        if !bytes.isEmpty { stream.write(bytes) }
    }
}
