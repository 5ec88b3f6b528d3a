internal import Realtime

/// What carries a short message to a phone.
package protocol MessageGateway: Sendable {
    /// Sends the text; throws when the gateway did not take it.
    func send(to phone: PhoneNumber, text: String) async throws
}

/// The gateway of the development profile: each message is a JSON line in `outbox.jsonl`.
package struct OutboxGateway: MessageGateway {
    private let path: String
    private let clock: Clock

    /// Appends to the file at `path`, made with mode 0600.
    package init(path: String, clock: Clock) {
        self.path = path
        self.clock = clock
    }

    // Off the caller's loop: a file system may block.
    @concurrent package func send(to phone: PhoneNumber, text: String) async throws {
        try await write(to: phone.e164, text: text)
    }

    /// Appends a message to an address of any kind.
    @concurrent func write(to address: String, text: String) async throws {
        var line = JSONWriter()
        line.beginObject()
        line.member("to", address)
        line.member("text", text)
        line.member("at", clock.now())
        line.endObject()
        try PrivateFile.append(line.bytes + [UInt8(ascii: "\n")], to: path)
    }
}
