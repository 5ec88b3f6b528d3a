package import Logging

/// The server's log: one JSON object a line.
///
/// **The rule**: a message is a fixed sentence, never an interpolation; what varies stands in the
/// metadata as ids, codes, counts and durations. No name, phone, address, free text, token, query
/// string or request body is ever given to a logger, nor the description of an error that quotes
/// outside input: of an error given to a logger only its type is written.
package enum Log {
    /// Sends every logger of the process to `sink`; call it once, before the loops start.
    ///
    /// `now` gives the instant in microseconds since 1970 UTC.
    package static func bootstrap(
        level: Logger.Level = .info, to sink: LogSink, now: @escaping @Sendable () -> Int64
    ) {
        LoggingSystem.bootstrap { label in
            JSONLogHandler(label: label, level: level, to: sink, now: now)
        }
    }
}

/// Writes each record as one JSON object on a line of its own.
///
/// Keys: `time` (RFC 3339, UTC, microseconds), `level`, `logger`, `message`, `error` (its
/// type, if one is given), then the metadata in the order of their keys. A line stays under 4096 bytes: long texts
/// are cut, and metadata that no longer fit are left out with `"cut":true` in their place.
package struct JSONLogHandler: LogHandler {
    /// Metadata of every record of this logger, such as `request`.
    package var metadata: Logger.Metadata = [:]
    /// Metadata found at the time of a record, if any are.
    package var metadataProvider: Logger.MetadataProvider?
    /// Records below are not written.
    package var logLevel: Logger.Level

    private let label: String
    private let sink: LogSink
    private let now: @Sendable () -> Int64

    /// Longest message in bytes of UTF-8.
    static let messageBytesMax = 1024
    /// Longest value of a piece of metadata, and longest key, in bytes of UTF-8.
    static let valueBytesMax = 512
    static let keyBytesMax = 64

    /// A handler for the logger called `label`; `now` as in `Log.bootstrap`.
    package init(
        label: String, level: Logger.Level, to sink: LogSink,
        now: @escaping @Sendable () -> Int64
    ) {
        self.label = label
        self.logLevel = level
        self.sink = sink
        self.now = now
    }

    /// One piece of metadata of this logger.
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a record.
    package func log(event: LogEvent) {
        sink.write(line(of: event))
    }

    func line(of event: LogEvent) -> [UInt8] {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let own = event.metadata { all.merge(own) { $1 } }
        var line = JSONLine()
        line.add("time", RFC3339.text(microseconds: now()))
        line.add("level", event.level.rawValue)
        line.add("logger", label, bytesMax: Self.valueBytesMax)
        line.add("message", event.message.description, bytesMax: Self.messageBytesMax)
        if let error = event.error {
            line.add("error", String(reflecting: type(of: error)), bytesMax: Self.valueBytesMax)
        }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            line.addMetadata(key, value.description)
        }
        return line.finish()
    }
}

/// Builds one JSON object of strings that never outgrows a line.
private struct JSONLine {
    private static let ending = [UInt8](#","cut":true}"#.utf8) + [UInt8(ascii: "\n")]
    private static let reserved: Set<String> = [
        "time", "level", "logger", "message", "error", "cut",
    ]

    private var bytes: [UInt8] = [UInt8(ascii: "{")]
    private var isCut = false
    private var isOpen = true

    init() { bytes.reserveCapacity(512) }

    /// Adds a pair whole, or not at all if the line would grow too long.
    mutating func add(_ key: String, _ value: String, bytesMax: Int = .max) {
        guard isOpen else { return }
        let start = bytes.count
        if start > 1 { bytes.append(UInt8(ascii: ",")) }
        append(key, JSONLogHandler.keyBytesMax)
        bytes.append(UInt8(ascii: ":"))
        append(value, bytesMax)
        guard bytes.count + Self.ending.count > LogSink.lineBytesMax else { return }
        bytes.removeSubrange(start...)
        isCut = true
        isOpen = false
    }

    /// Adds a piece of metadata, which may not pass for one of the record's own fields.
    mutating func addMetadata(_ key: String, _ value: String) {
        add(
            Self.reserved.contains(key) ? "metadata_\(key)" : key, value,
            bytesMax: JSONLogHandler.valueBytesMax)
    }

    mutating func finish() -> [UInt8] {
        bytes.append(contentsOf: isCut ? Self.ending : Array("}\n".utf8))
        return bytes
    }

    private mutating func append(_ text: String, _ bytesMax: Int) {
        bytes.append(UInt8(ascii: "\""))
        let end = bytes.count + min(bytesMax, LogSink.lineBytesMax)
        for scalar in text.unicodeScalars {
            guard bytes.count < end else {
                bytes.append(contentsOf: "…".utf8)
                break
            }
            append(scalar)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// RFC 8259 §7; line separators too, since some readers of lines take them for ends.
    private mutating func append(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": bytes.append(contentsOf: #"\""#.utf8)
        case "\\": bytes.append(contentsOf: #"\\"#.utf8)
        case "\n": bytes.append(contentsOf: #"\n"#.utf8)
        case "\u{0}"..<" ", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
            let digits = String(scalar.value, radix: 16)
            bytes.append(contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))".utf8)
            bytes.append(contentsOf: digits.utf8)
        default: bytes.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
        }
    }
}
