import Glibc

/// A blocking TCP client for tests: bytes out, whole responses in, garbage welcome.
///
/// Every wait ends after `patience`, so that a server which hangs fails a test instead of stopping
/// it.
package final class TestClient {
    /// What went wrong on the way.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// One response as it came.
    package struct Answer: Sendable {
        /// The status code.
        package var status = 0
        /// Field names in lower case with their values, in order.
        package var fields: [(name: String, value: String)] = []
        /// The content, its chunks joined.
        package var body: [UInt8] = []

        /// The first value of a field.
        package subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

        /// The content as text.
        package var text: String { String(decoding: body, as: UTF8.self) }
    }

    private let descriptor: Int32
    private var buffer: [UInt8] = []

    /// Connects to a port of 127.0.0.1.
    package init(port: Int, patienceSeconds: Int = 10) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var wait = timeval(tv_sec: patienceSeconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe _ = setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, size)
        unsafe _ = setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &wait, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = unsafe withUnsafePointer(to: &address) { address in
            unsafe connect(
                descriptor,
                UnsafeRawPointer(address).assumingMemoryBound(to: sockaddr.self), length)
        }
        guard status == 0 else {
            throw Failure(description: "no connection to port \(port): errno \(errno)")
        }
    }

    deinit { close(descriptor) }

    /// Sends bytes; false when the server has gone.
    @discardableResult
    package func send(_ bytes: some Sequence<UInt8>) -> Bool {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let sent = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.send(
                    descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }

    /// Sends text.
    @discardableResult
    package func send(_ text: String) -> Bool { send(text.utf8) }

    /// Says that nothing more will be sent, and goes on reading.
    package func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Sends a request with a Host and a Content-Length, and reads its answer.
    package func request(
        _ method: String, _ target: String, fields: [(String, String)] = [], body: String? = nil
    ) throws -> Answer {
        var head = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n"
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.utf8.count)\r\n" }
        send(head + "\r\n" + (body ?? ""))
        return try answer(isHead: method == "HEAD")
    }

    /// Reads one whole response, passing over `100 Continue`.
    package func answer(isHead: Bool = false) throws -> Answer {
        let head = try head()
        guard head.status != 100 else { return try answer(isHead: isHead) }
        var answer = head
        if isHead || head.status == 204 || head.status == 304 || head.status == 101 {
            return answer
        }
        if head["transfer-encoding"] == "chunked" {
            answer.body = try chunks()
        } else if let length = head["content-length"].flatMap({ Int($0) }) {
            answer.body = try take(length)
        } else {
            while try fill() {}
            answer.body = buffer
            buffer = []
        }
        return answer
    }

    /// Reads one response's head and nothing after it.
    package func head() throws -> Answer {
        let lines = try line(endingWith: "\r\n\r\n").split(separator: "\r\n")
        guard let first = lines.first, first.hasPrefix("HTTP/1."),
            let status = first.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { throw Failure(description: "no status line: \(lines)") }
        var answer = Answer()
        answer.status = status
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            let value = parts.count == 2 ? parts[1].drop { $0 == " " } : ""
            answer.fields.append((parts[0].lowercased(), String(value)))
        }
        return answer
    }

    /// Reads up to and including an ending.
    package func line(endingWith ending: String) throws -> String {
        let ending = Array(ending.utf8)
        while true {
            if let end = find(ending) { return String(decoding: try take(end), as: UTF8.self) }
            guard try fill() else {
                throw Failure(description: "the server closed after \(buffer.count) bytes")
            }
        }
    }

    /// Reads exactly so many bytes.
    package func take(_ count: Int) throws -> [UInt8] {
        while buffer.count < count {
            guard try fill() else { throw Failure(description: "the server closed too early") }
        }
        defer { buffer.removeFirst(count) }
        return Array(buffer.prefix(count))
    }

    /// Whether the server closes without sending anything more.
    package func closes() -> Bool { (try? fill()) == false }

    private func chunks() throws -> [UInt8] {
        var body: [UInt8] = []
        while true {
            let size = Int(try line(endingWith: "\r\n").dropLast(1), radix: 16) ?? 0
            body += try take(size)
            _ = try take(2)
            if size == 0 { return body }
        }
    }

    private func find(_ ending: [UInt8]) -> Int? {
        guard buffer.count >= ending.count else { return nil }
        for start in 0...(buffer.count - ending.count)
        where buffer[start..<start + ending.count].elementsEqual(ending) {
            return start + ending.count
        }
        return nil
    }

    /// Reads what there is; false when the server has closed, throws when it says nothing.
    private func fill() throws -> Bool {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe recv(descriptor, &bytes, bytes.count, 0)
        if count < 0, errno == EAGAIN || errno == EWOULDBLOCK {
            throw Failure(description: "the server said nothing for too long")
        }
        guard count > 0 else { return false }
        buffer += bytes[..<count]
        return true
    }
}
