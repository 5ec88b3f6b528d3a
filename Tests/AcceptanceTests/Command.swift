import Foundation

/// The command, run to its end by somebody at a terminal.
struct Command {
    /// Its exit status.
    var status: Int32
    /// What it printed, complaints included.
    var text: String

    /// Runs `linli` with these arguments, and this on its standard input.
    static func run(_ arguments: [String], input: some DataProtocol = Data()) throws -> Command {
        let process = Process()
        process.executableURL = Installation.binary
        process.arguments = arguments
        let (source, output) = (Pipe(), Pipe())
        process.standardInput = source
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try source.fileHandleForWriting.write(contentsOf: input)
        try source.fileHandleForWriting.close()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Command(
            status: process.terminationStatus, text: String(decoding: text, as: UTF8.self))
    }
}
