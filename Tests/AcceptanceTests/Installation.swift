import Foundation
import Support

/// The real command on a data folder and a migrated clone of its own, as an operator runs it.
final class Installation {
    /// The data folder.
    let data: URL
    /// The port that every server of this installation listens on.
    let port: Int
    private let database: String
    /// Where the clock of every command begins; nil: the machine's.
    private let clock: String?
    private var server: Process?

    /// What the command did not do.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Makes the data folder, and imports `seed-data` into the clone.
    ///
    /// With a `clock`, every command begins at that instant, and the server's can be moved.
    init(on clone: TestDatabase, clock: String? = nil) throws {
        self.clock = clock
        data = FileManager.default.temporaryDirectory
            .appending(path: "linli-acceptance-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: data, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        database = clone.connection(as: "linli")
        port = try Self.freePort()
        try run("import", Self.root.appending(path: "seed-data").path)
    }

    /// Ends the server if it still runs, and removes the data folder.
    func remove() {
        if let server, server.isRunning {
            kill(server.processIdentifier, SIGKILL)
            server.waitUntilExit()
        }
        try? FileManager.default.removeItem(at: data)
    }

    /// Starts the server, and waits until `/readyz` says that it can work.
    func start() async throws {
        let server = command(
            "serve",
            [
                "--port", "\(port)", "--loops", "2", "--quiet", "--web",
                Self.root.appending(path: "web").path,
            ])
        try server.run()
        self.server = server
        try await until("the server is ready", within: .seconds(30)) {
            (try? TestClient(port: port).request("GET", "/readyz").status) == 200
        }
    }

    /// Sends SIGTERM, and waits for the end; the exit status.
    func terminate() async throws -> Int32 {
        guard let server else { throw Failure(description: "no server was started") }
        server.terminate()
        try await until("the server has ended", within: .seconds(20)) { !server.isRunning }
        return server.terminationStatus
    }

    /// Runs a command to its end, which must be 0; what it printed.
    @discardableResult
    func run(_ verb: String, _ arguments: String...) throws -> String {
        let process = command(verb, arguments)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let printed = String(decoding: text, as: UTF8.self)
        guard process.terminationStatus == 0 else {
            throw Failure(description: "linli \(verb) failed: \(printed)")
        }
        return printed
    }

    /// One answer, on a connection of its own; a write has a new key unless `fields` name one.
    func request(
        _ method: String, _ path: String, token: String? = nil, _ body: [String: Any]? = nil,
        fields more: [(String, String)] = []
    ) throws -> TestClient.Answer {
        var fields = [("Connection", "close")] + more
        if let token { fields.append(("Authorization", "Bearer \(token)")) }
        if method != "GET", !more.contains(where: { $0.0 == "Idempotency-Key" }) {
            fields.append(("Idempotency-Key", UUID().uuidString))
        }
        var text: String?
        if let body {
            fields.append(("Content-Type", "application/json"))
            text = String(
                decoding: try JSONSerialization.data(
                    withJSONObject: body, options: .sortedKeys), as: UTF8.self)
        }
        return try TestClient(port: port).request(method, path, fields: fields, body: text)
    }

    /// Asks for a code; the request's number and the code that the phone was sent.
    func code(for phone: String) async throws -> (request: String, code: String) {
        let before = messages(to: phone).count
        let answer = try request("POST", "/api/v1/sign-in/codes", ["phone": phone])
        guard answer.status == 202, let number = try answer.object["request"] as? String else {
            throw Failure(description: "no code for \(phone): \(answer.status) \(answer.text)")
        }
        try await until("a code is in the outbox", within: .seconds(10)) {
            messages(to: phone).count > before
        }
        return (number, newestCode(for: phone) ?? "")
    }

    /// Signs in; the session's token.
    func signIn(_ phone: String) async throws -> String {
        let (number, code) = try await code(for: phone)
        let answer = try request(
            "POST", "/api/v1/sign-in/sessions", ["request": number, "code": code])
        guard answer.status == 201, let token = try answer.object["token"] as? String else {
            throw Failure(description: "\(phone) is not let in: \(answer.status) \(answer.text)")
        }
        return token
    }

    /// Shows a join code with a phone; the request's number, and the code that the phone was sent, if
    /// any is expected.
    func showJoinCode(
        _ joinCode: String, phone: String, expectsMessage: Bool = true
    ) async throws -> (request: String, code: String) {
        let answer = try request(
            "POST", "/api/v1/joining/codes", ["code": joinCode, "phone": phone])
        guard answer.status == 202, let number = try answer.object["request"] as? String else {
            throw Failure(description: "no request: \(answer.status) \(answer.text)")
        }
        guard expectsMessage else { return (number, "") }
        try await until("a code is in the outbox", within: .seconds(10)) {
            newestCode(for: phone) != nil
        }
        return (number, newestCode(for: phone) ?? "")
    }

    /// Signs an operator in with two factors: the phone, and the first code that the command prints.
    func signInOperator(_ phone: String) async throws -> String {
        let token = try await signIn(phone)
        let code = try run("operator-code", phone).trimmingCharacters(in: .whitespacesAndNewlines)
        let proved = try request("POST", "/api/v1/me/proof/codes", token: token, ["code": code])
        guard proved.status == 204 else {
            throw Failure(description: "\(phone) has no second factor: \(proved.text)")
        }
        return token
    }

    /// The newest code that a phone was sent.
    func newestCode(for phone: String) -> String? {
        messages(to: phone).last?.firstMatch(of: /\d{6}/).map { String($0.output) }
    }

    /// The texts of whole messages that a phone was sent, the first first.
    private func messages(to phone: String) -> [String] {
        let outbox = try? Data(contentsOf: data.appending(path: "outbox.jsonl"))
        let lines = String(decoding: outbox ?? Data(), as: UTF8.self).split(separator: "\n")
        return lines.filter { $0.contains("\(phone)\"") }.compactMap { line in
            let message = try? JSONSerialization.jsonObject(with: Data(line.utf8))
            return (message as? [String: Any])?["text"] as? String
        }
    }

    private func command(_ verb: String, _ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = Self.binary
        process.arguments =
            [verb, "--data", data.path, "--database", database]
            + (clock.map { ["--clock", $0] } ?? []) + arguments
        return process
    }

    func until(
        _ what: String, within patience: Duration, _ holds: () -> Bool
    ) async throws {
        let end = ContinuousClock.now + patience
        while !holds() {
            guard ContinuousClock.now < end else { throw Failure(description: "not yet: \(what)") }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// `LINLI_BINARY`, or the debug build of this checkout.
    static var binary: URL {
        if let named = ProcessInfo.processInfo.environment["LINLI_BINARY"] {
            return URL(filePath: named)
        }
        return root.appending(path: ".build/debug/linli")
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isKnown = unsafe withUnsafeMutablePointer(to: &address) { address in
            let address = unsafe UnsafeMutableRawPointer(address)
                .assumingMemoryBound(to: sockaddr.self)
            return unsafe bind(descriptor, address, length) == 0
                && getsockname(descriptor, address, &length) == 0
        }
        guard isKnown else { throw Failure(description: "no port is free") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

extension TestClient.Answer {
    /// The content as a JSON object.
    var object: [String: Any] {
        get throws {
            let value = try JSONSerialization.jsonObject(with: Data(body))
            guard let object = value as? [String: Any] else {
                throw Installation.Failure(description: "no object: \(text)")
            }
            return object
        }
    }
}
