internal import Foundation

/// A server that nobody here wrote in Swift, started by a test and ended with it.
///
/// The scripts stand in `Tests/Support/peers`: each prints its port and serves until its input
/// ends, so that one never outlives the test, whatever happens to it.
package final class Peer {
    /// The port on 127.0.0.1 that it listens on.
    package let port: UInt16
    private let process: Process
    private let input = Pipe()
    private let output = Pipe()

    /// What a peer could not do.
    package struct StartError: Error {
        /// The script.
        package let script: String
    }

    /// Starts the Python script of this name with `arguments`.
    package init(_ script: String, _ arguments: [String] = []) throws {
        process = Process()
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "peers")
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", folder.appending(path: script).path] + arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        guard let line = Self.line(from: output.fileHandleForReading), let port = UInt16(line)
        else { throw StartError(script: script) }
        self.port = port
    }

    /// The next line that it prints; waits for it.
    package func nextLine() -> String? { Self.line(from: output.fileHandleForReading) }

    private static func line(from file: FileHandle) -> String? {
        var bytes: [UInt8] = []
        while let byte = file.readData(ofLength: 1).first {
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return nil
    }

    /// Ends it, and waits until its port is free.
    package func stop() {
        // Peers started at the same moment hold each other's inputs open, and they inherit the
        // blocked signals of the thread that started them: only this one surely arrives.
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    deinit { stop() }
}

/// A certificate of its own making for 127.0.0.1 and localhost, valid for a day.
package struct SelfSigned {
    /// The PEM files.
    package let certificate: String
    /// The private key's file.
    package let key: String
    private let folder: URL

    /// Makes key and certificate with the `openssl` command in a folder of their own.
    package init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "linli-certificate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificate = folder.appending(path: "certificate.pem").path
        key = folder.appending(path: "key.pem").path
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "1", "-subj", "/CN=localhost", "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Peer.StartError(script: "openssl") }
    }

    /// Removes the files.
    package func remove() { try? FileManager.default.removeItem(at: folder) }
}
