internal import FoundationEssentials
internal import Realtime

/// How calls are handed to a provider of relay numbers over HTTP: a JSON file.
///
///     {
///       "url": "https://relay.example/v1/calls",
///       "timeout_seconds": 10,
///       "secret_file": "/etc/linli/relay-secret"
///     }
package struct CallRelayConfiguration: Sendable {
    /// What is wrong with the file: as with the gateway of messages.
    package typealias Fault = SMSGatewayConfiguration.Fault

    let url: String
    let secret: String
    let timeout: Duration

    private struct File: Decodable {
        var url: String
        var timeoutSeconds: Int?
        var secretFile: String?

        enum CodingKeys: String, CodingKey {
            case url
            case timeoutSeconds = "timeout_seconds"
            case secretFile = "secret_file"
        }
    }

    /// Reads a file; `credentials` is the folder of systemd's credentials, where `relay-secret` is
    /// looked for when the file names none.
    package init(path: String, credentials: String?) throws(Fault) {
        try self.init(
            json: SMSGatewayConfiguration.contents(of: path),
            secretFile: credentials.map { "\($0)/relay-secret" })
    }

    /// Reads the JSON; the secret is in the file that it names, or else in `secretFile`.
    package init(json: [UInt8], secretFile: String?) throws(Fault) {
        guard let file = try? JSONDecoder().decode(File.self, from: Data(json)) else {
            throw .malformed("url, timeout_seconds and secret_file are its members")
        }
        url = file.url
        try SMSGatewayConfiguration.checkTarget(file.url)
        timeout = try SMSGatewayConfiguration.timeout(file.timeoutSeconds ?? 10)
        secret = try SMSGatewayConfiguration.read(file.secretFile ?? secretFile)
        guard secret.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .badField("Authorization")
        }
    }
}
