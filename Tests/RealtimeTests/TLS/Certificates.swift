import Foundation
import Realtime

/// Certificates made for one run of the tests by the openssl command, and never kept.
struct Certificates {
    let folder: String

    /// The one set that all tests of this run share.
    static let shared = Result { try Certificates() }

    var authority: String { "\(folder)/ca.pem" }
    var server: String { "\(folder)/server.pem" }
    var serverKey: String { "\(folder)/server.key" }
    var client: String { "\(folder)/client.pem" }
    var clientKey: String { "\(folder)/client.key" }
    var strayKey: String { "\(folder)/stray.key" }
    var stranger: String { "\(folder)/stranger.pem" }

    private init() throws {
        folder = NSTemporaryDirectory() + "linli-tls-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        for name in ["ca", "server", "client", "stray", "stranger"] {
            try openssl("ecparam -name prime256v1 -genkey -noout -out \(folder)/\(name).key")
        }
        for name in ["ca", "stranger"] {
            try openssl(
                "req -x509 -new -key \(folder)/\(name).key -subj /CN=\(name) -days 2"
                    + " -out \(folder)/\(name).pem")
        }
        for name in ["server", "client"] {
            try openssl(
                "req -new -key \(folder)/\(name).key -subj /CN=\(name) -out \(folder)/\(name).csr")
            try openssl(
                "x509 -req -in \(folder)/\(name).csr -CA \(authority) -CAkey \(folder)/ca.key"
                    + " -CAcreateserial -days 2 -out \(folder)/\(name).pem")
        }
    }

    /// Settings of a server with these files.
    func settings(
        clients: TLSServerSettings.ClientCertificates = .ignored
    ) -> TLSServerSettings {
        TLSServerSettings(
            certificateChainFile: server, privateKeyFile: serverKey, clientCertificates: clients)
    }

    /// Runs the openssl command and returns what it printed.
    @discardableResult
    func openssl(_ arguments: String) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments.split(separator: " ").map(String.init)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(arguments: arguments) }
        return printed
    }

    struct Failure: Error {
        let arguments: String
    }
}

/// The machine's clock, in the unit that contexts take.
func nowSeconds() -> Int64 { Int64(Date().timeIntervalSince1970) }
