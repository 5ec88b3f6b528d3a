import Foundation
import Glibc
import Logging
import Testing

@testable import Realtime

@Suite("The log")
struct LogTests {
    /// A pipe whose reading end is the test's.
    private final class Pipe {
        let reading: Int32
        let writing: Int32

        init() {
            var ends: [Int32] = [-1, -1]
            unsafe pipe(&ends)
            (reading, writing) = (ends[0], ends[1])
            _ = fcntl(reading, F_SETFL, O_NONBLOCK)
        }

        func lines() -> [String] {
            var all: [UInt8] = []
            var some = [UInt8](repeating: 0, count: 65536)
            while true {
                let count = unsafe read(reading, &some, some.count)
                guard count > 0 else { break }
                all += some[..<count]
            }
            return String(decoding: all, as: UTF8.self).split(separator: "\n").map(String.init)
        }

        deinit {
            close(reading)
            close(writing)
        }
    }

    private func logger(_ sink: LogSink) -> Logger {
        Logger(label: "test") { label in
            JSONLogHandler(label: label, level: .info, to: sink) { 1_795_471_739_000_123 }
        }
    }

    private func object(_ line: String) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return try #require(value as? [String: Any])
    }

    @Test("a record is one line of JSON with its time, level, message and request id")
    func record() throws {
        let pipe = Pipe()
        var log = logger(LogSink(descriptor: pipe.writing))
        log[metadataKey: "request"] = "0197-abc"
        log.debug("below the level")
        log.warning("slow statement", metadata: ["milliseconds": "512", "level": "forged"])
        let lines = pipe.lines()
        #expect(
            lines == [
                #"{"time":"2026-11-23T22:08:59.000123Z","level":"warning","logger":"test","#
                    + #""message":"slow statement","metadata_level":"forged","#
                    + #""milliseconds":"512","request":"0197-abc"}"#
            ])
    }

    @Test("what would break a line is escaped")
    func escapes() throws {
        let pipe = Pipe()
        let odd = "quote\" back\\slash\nline\r\u{0}\u{7F}\u{85}\u{2028}邻里😀"
        logger(LogSink(descriptor: pipe.writing)).info("odd", metadata: ["odd": .string(odd)])
        let lines = pipe.lines()
        #expect(lines.count == 1)
        #expect(try object(lines[0])["odd"] as? String == odd)
    }

    @Test("of an error only its type is written")
    func errors() throws {
        struct Secret: Error { let phone = "13800000000" }
        let pipe = Pipe()
        logger(LogSink(descriptor: pipe.writing)).error("failed", error: Secret())
        let line = try #require(pipe.lines().first)
        #expect(!line.contains("13800000000"))
        #expect(try #require(try object(line)["error"] as? String).contains("Secret"))
    }

    @Test("a line stays under 4096 bytes and stays JSON, whatever it is given")
    func bounded() throws {
        let pipe = Pipe()
        var metadata: Logger.Metadata = [:]
        for index in 0..<50 {
            metadata["key\(index)"] = .string(String(repeating: "里", count: 9999))
        }
        let message = Logger.Message(stringLiteral: String(repeating: "\u{1}", count: 99_999))
        logger(LogSink(descriptor: pipe.writing)).info(message, metadata: metadata)
        let line = try #require(pipe.lines().first)
        #expect(line.utf8.count < 4096)
        #expect(try object(line)["cut"] as? Bool == true)
    }

    @Test("a reader that is too slow costs lines, not time")
    func drops() throws {
        let pipe = Pipe()
        let sink = LogSink(descriptor: pipe.writing)
        let log = logger(sink)
        for _ in 0..<2000 { log.info("a line that fills the pipe") }
        let kept = pipe.lines()
        #expect(sink.dropped > 0)
        #expect(UInt64(kept.count) + sink.dropped == 2000)
        for line in kept { #expect(throws: Never.self) { try object(line) } }
    }

    @Test(
        "instants are written in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (4_107_542_399_000_001, "2100-02-28T23:59:59.000001Z"),
            (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
        ] as [(Int64, String)])
    func instants(microseconds: Int64, text: String) {
        #expect(RFC3339.text(microseconds: microseconds) == text)
    }
}
