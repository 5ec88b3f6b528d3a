@testable import Realtime

/// Requests of one connection, as `HTTPConnection` reads them: the parser and the policy above it.
enum HTTPHeads: FuzzTarget {
    static let name = "http"

    /// A request that was taken whole.
    struct Message: Equatable {
        var method: String
        var target: [UInt8]
        var fields: [[UInt8]]
        var content: [UInt8]
        var isChunked: Bool
        var keepsAlive: Bool
        /// Where it ends among all bytes.
        var end: Int
    }

    /// What a stream of bytes came to.
    struct Reading: Equatable {
        var messages: [Message] = []
        var refusal: Refusal?
    }

    static func check(_ bytes: [UInt8]) throws(Disagreement) {
        // The first byte chooses the limits and the cuts, and is not part of the stream.
        guard let choice = bytes.first else { return }
        let stream = Array(bytes.dropFirst())
        var limits = Limits()
        if choice & 1 == 1 {
            (limits.targetBytesMax, limits.fieldBytesMax, limits.headBytesMax) = (24, 32, 96)
            (limits.fieldCountMax, limits.contentBytesMax) = (4, 24)
        }
        let whole = read(stream, piece: stream.count, limits)
        let cut = read(stream, piece: Int(choice >> 1) % 23 + 1, limits)
        try expect(whole.messages == cut.messages, "cut: \(whole) is not \(cut)")
        // A limit may be met before or after a broken rule, as the bytes arrive.
        let isSame = choice & 1 == 1 || stream.count > limits.targetBytesMax
        try expect(
            isSame ? (whole.refusal == nil) == (cut.refusal == nil) : whole.refusal == cut.refusal,
            "cut: \(String(describing: whole.refusal)), \(String(describing: cut.refusal))")
        try compare(whole, with: LLHTTPReading(stream))
        var start = 0
        for message in whole.messages {
            try StrictReader.judge(message, stream[start..<message.end])
            start = message.end
        }
    }

    /// As in `HTTPConnection.parse`, `piece` bytes at a time.
    static func read(_ bytes: [UInt8], piece: Int, _ limits: Limits) -> Reading {
        let parser = RequestParser(limits: limits)
        var reading = Reading()
        let policy = HeadPolicy()
        var start = 0
        while start < bytes.count {
            let end = min(start + piece, bytes.count)
            let span = unsafe bytes.span.extracting(start..<end).bytes
            var offset = 0
            var isAfterHead = false
            while offset < span.byteCount || isAfterHead {
                let (step, taken) = parser.feed(span.extracting(offset..<span.byteCount))
                offset += taken
                isAfterHead = step == .head
                switch step {
                case .needsMore: continue
                case .head:
                    let request = parser.request
                    reading.refusal =
                        policy.check(&request.head, request.method)
                        ?? parser.continueWithContent(bytesMax: limits.contentBytesMax)
                case .message:
                    let request = parser.takeRequest(beginningWith: Request())
                    reading.messages.append(Message(request, end: start + offset))
                case .refused(let refusal): reading.refusal = refusal
                }
                if reading.refusal != nil { return reading }
            }
            start = end
        }
        return reading
    }

    /// What we take, llhttp alone takes too, with the same framing and as many fields.
    private static func compare(
        _ reading: Reading, with peer: LLHTTPReading
    ) throws(Disagreement) {
        try expect(
            peer.messages.count >= reading.messages.count,
            "llhttp takes \(peer.messages.count) messages, we \(reading.messages.count)")
        for (ours, theirs) in zip(reading.messages, peer.messages) {
            try expect(ours.method == theirs.method, "\(ours.method), llhttp: \(theirs.method)")
            try expect(ours.content == theirs.content, "content: \(ours), llhttp: \(theirs)")
            try expect(
                ours.fields.count / 2 == theirs.fieldNames.count { !$0.contains(0x5F) },
                "fields: \(ours), llhttp: \(theirs)")
        }
    }

    private static func request(_ text: String) -> [UInt8] { [0] + Array(text.utf8) }

    static let seeds = [
        request("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        request("OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\nX_A: 1\r\n\r\nGET /a?b HTTP/1.0\r\n\r\n"),
        request("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\n"),
        request(
            "PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3;x=y\r\nabc\r\n0\r\nX: 1\r\n\r\nHEAD / HTTP/1.1\r\nHost: a\r\n\r\n"),
        request(
            "PATCH / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx"
                + "DELETE /b HTTP/1.1\r\nHost: a\r\nConnection: close, upgrade\r\n\r\n"),
        request(
            "GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
                + "POST / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n"
                + "Content-Length: 2\r\n\r\nabGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        [1] + Array("POST /0123456789 HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n".utf8),
    ]
}

extension HTTPHeads.Message {
    fileprivate init(_ request: Request, end: Int) {
        let head = request.head
        method = request.method.rawValue
        target = Array(head.bytes[0..<head.targetEnd])
        fields = head.fields.flatMap { [Array(head.bytes[$0.name]), Array(head.bytes[$0.value])] }
        content = request.content
        isChunked = head.isChunked
        keepsAlive = head.keepsAlive
        self.end = end
    }
}
