internal import FoundationEssentials
internal import Realtime

/// How messages are handed to a provider of text messages over HTTP.
///
/// A JSON file; `{phone}` (E.164), `{national}` (without `+86`), `{text}`, `{id}`, `{signature}` and,
/// in fields alone, `{secret}` stand for what is sent:
///
///     {
///       "url": "https://sms.example/v1/messages",
///       "method": "POST",
///       "headers": {"Content-Type": "application/json", "Authorization": "Bearer {secret}"},
///       "body": "{\"to\":\"{phone}\",\"text\":\"{text}\"}",
///       "expect": "\"code\":0",
///       "timeout_seconds": 10,
///       "secret_file": "/etc/linli/sms-secret"
///     }
package struct SMSGatewayConfiguration: Sendable {
    /// What is wrong with the file; none of it quotes a secret.
    package enum Fault: Error, Hashable, CustomStringConvertible {
        case unreadable(String)
        /// Not JSON, or a member that is missing, unknown or of another type.
        case malformed(String)
        case badURL
        case badMethod(String)
        case badField(String)
        case badTimeout
        /// A word in braces that stands for nothing there.
        case unknownPlaceholder(String)
        /// Neither the URL nor the body says whom to, or what.
        case missingPlaceholder
        /// A body whose `Content-Type` says no way to write values safely.
        case unknownContentType(String)
        case secretMissing
        case secretReadableByOthers

        package var description: String {
            switch self {
            case .unreadable(let path): "\(path) cannot be read"
            case .malformed(let what): "it is not the JSON that is expected: \(what)"
            case .badURL: "url must be https, or http to this machine alone, without a password"
            case .badMethod(let method): "method \(method) is none of GET, POST and PUT"
            case .badField(let name): "the field \(name) cannot be sent"
            case .badTimeout: "timeout_seconds is from 1 to 60"
            case .unknownPlaceholder(let word): "{\(word)} stands for nothing there"
            case .missingPlaceholder: "{text}, and {phone} or {national}, must stand somewhere"
            case .unknownContentType(let type):
                "Content-Type \(type): write a body of application/json,"
                    + " application/x-www-form-urlencoded or text/plain"
            case .secretMissing: "{secret} is asked for, and its file is missing or empty"
            case .secretReadableByOthers: "the secret's file is open to others: chmod 600 it"
            }
        }
    }

    let method: Call.Method
    let url: MessageTemplate
    let headers: [(name: String, value: String)]
    let body: MessageTemplate?
    /// What an answer must contain besides a status from 200 to 299.
    let expected: [UInt8]?
    let timeout: Duration
    private let signatures: [String: String]
    /// What the provider proves itself by when it reports what became of messages.
    package let reportSecret: String?

    /// What messages are sent for: providers limit what is sent under one signature.
    enum Purpose: String {
        case code, notice, alarm
    }

    /// The name that messages for a purpose are sent under.
    func signature(_ purpose: Purpose) -> String { signatures[purpose.rawValue] ?? "" }

    /// The call that hands a message over.
    func call(_ filling: MessageTemplate.Filling) -> Call {
        var call = Call(method, url.filled(filling), audience: .trusted)
        call.headers = headers
        call.body = body.map { Array($0.filled(filling).utf8) } ?? []
        call.timeout = timeout
        call.answerBytesMax = 64 * 1024
        return call
    }

    private struct File: Decodable {
        var url: String
        var method: String?
        var headers: [String: String]?
        var body: String?
        var expect: String?
        var timeoutSeconds: Int?
        var secretFile: String?
        var signatures: [String: String]?
        var reportSecretFile: String?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case url, method, headers, body, expect, signatures
            case timeoutSeconds = "timeout_seconds"
            case secretFile = "secret_file"
            case reportSecretFile = "report_secret_file"
        }
    }

    /// Reads a file; `credentials` is the folder of systemd's credentials, where `sms-secret` is
    /// looked for when the file names none.
    package init(path: String, credentials: String?) throws(Fault) {
        try self.init(
            json: Self.contents(of: path), secretFile: credentials.map { "\($0)/sms-secret" })
    }

    /// Reads the JSON; the secret is in the file that it names, or else in `secretFile`.
    package init(json: [UInt8], secretFile: String?) throws(Fault) {
        let file = try Self.decoded(json)
        guard
            let method = ["GET": .get, "POST": .post, "PUT": .put][file.method ?? "POST"]
                as Call.Method?
        else { throw .badMethod(file.method ?? "") }
        self.method = method
        timeout = try Self.timeout(file.timeoutSeconds ?? 10)
        expected = file.expect.map { Array($0.utf8) }
        url = try MessageTemplate(file.url, escaping: .url)
        let fields = (file.headers ?? [:]).sorted { $0.key < $1.key }
        let type = fields.first { $0.key.lowercased() == "content-type" }?.value
        body = try file.body.map { text throws(Fault) in
            try MessageTemplate(text, escaping: Self.escaping(type ?? ""))
        }
        let words = url.words.union(body?.words ?? [])
        guard words.contains(.text), !words.isDisjoint(with: [.phone, .national]) else {
            throw .missingPlaceholder
        }
        headers = try Self.fields(fields, secretFile: file.secretFile ?? secretFile)
        signatures = file.signatures ?? [:]
        guard
            signatures.allSatisfy({ purpose, name in
                Purpose(rawValue: purpose) != nil && (1...40).contains(name.count)
            })
        else { throw .malformed("signatures has code, notice and alarm, of 1 to 40 characters") }
        reportSecret = try file.reportSecretFile.map { path throws(Fault) in try Self.read(path) }
        try Self.checkTarget(file.url)
    }

    private static func decoded(_ json: [UInt8]) throws(Fault) -> File {
        let known = File.CodingKeys.allCases.map(\.rawValue)
        do {
            let members = try JSONDecoder().decode([String: Anything].self, from: Data(json))
            if let stranger = members.keys.sorted().first(where: { !known.contains($0) }) {
                throw Fault.malformed("unknown member \(stranger)")
            }
            return try JSONDecoder().decode(File.self, from: Data(json))
        } catch let fault as Fault {
            throw fault
        } catch DecodingError.keyNotFound(let key, _) {
            throw .malformed("\(key.stringValue) is missing")
        } catch DecodingError.typeMismatch(_, let context) {
            throw .malformed("\(context.codingPath.last?.stringValue ?? "it") has another type")
        } catch {
            throw .malformed("it does not parse")
        }
    }

    /// Any value: its name alone is looked at.
    private struct Anything: Decodable {
        init(from decoder: any Decoder) throws {}
    }

    private static func escaping(_ type: String) throws(Fault) -> MessageTemplate.Escaping {
        switch type.prefix(while: { $0 != ";" && $0 != " " }).lowercased() {
        case "application/json": return .json
        case "application/x-www-form-urlencoded": return .form
        case "text/plain": return .plain
        default: throw .unknownContentType(type)
        }
    }

    private static func fields(
        _ fields: [(key: String, value: String)], secretFile: String?
    ) throws(Fault) -> [(name: String, value: String)] {
        var secret: String?
        var made: [(name: String, value: String)] = []
        for (name, value) in fields {
            let pieces = value.split(separator: "{secret}", omittingEmptySubsequences: false)
            if pieces.count > 1, secret == nil { secret = try read(secretFile) }
            guard pieces.allSatisfy({ !$0.contains("{") && !$0.contains("}") }) else {
                throw .badField(name)
            }
            let whole = pieces.joined(separator: secret ?? "")
            guard whole.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
                throw .badField(name)
            }
            made.append((name, whole))
        }
        return made
    }

    /// The bytes of a gateway's file, 64 KiB at most.
    static func contents(of path: String) throws(Fault) -> [UInt8] {
        do {
            return try Files.contents(of: path, bytesMax: 64 * 1024)
        } catch {
            throw .unreadable(path)
        }
    }

    /// How long a gateway may take: a second to a minute.
    static func timeout(_ seconds: Int) throws(Fault) -> Duration {
        guard (1...60).contains(seconds) else { throw .badTimeout }
        return .seconds(seconds)
    }

    /// The secret in a file that is its owner's alone.
    static func read(_ path: String?) throws(Fault) -> String {
        guard let path, let bytes = try? Files.contents(of: path, bytesMax: 4096) else {
            throw .secretMissing
        }
        guard !PrivateFile.isOpenToOthers(path) else { throw .secretReadableByOthers }
        let text = String(decoding: bytes.split(separator: 10).first ?? [], as: UTF8.self)
        guard !text.isEmpty else { throw .secretMissing }
        return text
    }

    /// Codes travel over TLS, or do not leave the machine.
    static func checkTarget(_ url: String) throws(Fault) {
        guard !url.contains("{secret}") else { throw .unknownPlaceholder("secret") }
        let lower = url.lowercased()
        let isLocal = ["http://127.0.0.1:", "http://127.0.0.1/", "http://[::1]:", "http://[::1]/"]
            .contains { lower.hasPrefix($0) }
        guard lower.hasPrefix("https://") || isLocal,
            url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw .badURL }
        // Whom a request goes to must not depend on what is sent.
        let authority = url.drop { $0 != "/" }.dropFirst(2).prefix { !"/?".contains($0) }
        guard !authority.contains("{"), !authority.contains("@"), !authority.isEmpty else {
            throw .badURL
        }
    }
}
