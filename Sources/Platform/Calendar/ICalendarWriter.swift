/// Writes calendars by RFC 5545, with the names and refresh interval of RFC 7986.
///
/// Without METHOD: it is published to be read, not sent to be answered. Texts are escaped and folded
/// so that none of them, whatever it holds, ends its own line as seen by a reader.
package struct ICalendarWriter {
    private var bytes: [UInt8] = []

    /// Longest line in bytes without its CRLF (RFC 5545 §3.1).
    package static let lineBytesMax = 75
    /// What RFC 5545 asks the maker of calendars to be named by.
    package static let product = "-//Linli//邻里//ZH"

    private init() {}

    /// The calendar as `text/calendar; charset=utf-8`.
    package static func bytes(of calendar: ICalendar) -> [UInt8] {
        var writer = ICalendarWriter()
        writer.bytes.reserveCapacity(1024 + calendar.events.count * 512)
        writer.write(calendar)
        return writer.bytes
    }

    private mutating func write(_ calendar: ICalendar) {
        line("BEGIN:VCALENDAR")
        line("VERSION:2.0")
        text("PRODID", Self.product)
        line("CALSCALE:GREGORIAN")
        text("NAME", calendar.name)
        // Apple's and Google's programs read the older name, and the older interval.
        text("X-WR-CALNAME", calendar.name)
        text("X-WR-TIMEZONE", calendar.zone.name)
        let minutes = max(calendar.refreshMinutes, 1)
        line("REFRESH-INTERVAL;VALUE=DURATION:PT\(minutes)M")
        line("X-PUBLISHED-TTL:PT\(minutes)M")
        if let url = calendar.url { uri("URL", url) }
        write(calendar.zone)
        for event in calendar.events { write(event, zone: calendar.zone.name) }
        line("END:VCALENDAR")
    }

    private mutating func write(_ zone: ZoneRules) {
        line("BEGIN:VTIMEZONE")
        text("TZID", zone.name)
        for change in zone.changes {
            let kind = change.isDaylight ? "DAYLIGHT" : "STANDARD"
            line("BEGIN:\(kind)")
            line("DTSTART:\(change.at.basicForm)")
            line("TZOFFSETFROM:\(Self.offset(change.minutesBefore))")
            line("TZOFFSETTO:\(Self.offset(change.minutesAfter))")
            line("END:\(kind)")
        }
        line("END:VTIMEZONE")
    }

    private mutating func write(_ event: ICalendar.Event, zone: String) {
        line("BEGIN:VEVENT")
        text("UID", event.uid)
        line("SEQUENCE:\(max(event.sequence, 0))")
        // A published calendar's stamp is that of the last change (RFC 5545 §3.8.7.2).
        let changed = Self.utc(event.changedAt)
        line("DTSTAMP:\(changed)")
        line("LAST-MODIFIED:\(changed)")
        if let recurrence = event.recurrence { time("RECURRENCE-ID", recurrence, zone) }
        time("DTSTART", event.start, zone)
        time("DTEND", max(event.end, event.start.adding(minutes: 1)), zone)
        text("SUMMARY", event.summary)
        if let details = event.details { text("DESCRIPTION", details) }
        if let location = event.location { text("LOCATION", location) }
        if let url = event.url { uri("URL", url) }
        line("STATUS:\(event.status.rawValue)")
        if !event.categories.isEmpty {
            line("CATEGORIES:" + event.categories.map(Self.escaped).joined(separator: ","))
        }
        line("END:VEVENT")
    }

    // MARK: Values

    private mutating func time(_ name: String, _ time: LocalTime, _ zone: String) {
        line("\(name);TZID=\(Self.parameter(zone)):\(time.basicForm)")
    }

    private mutating func text(_ name: String, _ value: String) {
        line("\(name):\(Self.escaped(value))")
    }

    /// An address is not escaped; what no address holds is left out.
    private mutating func uri(_ name: String, _ value: String) {
        line("\(name):\(String(value.unicodeScalars.filter { (0x21...0x7E).contains($0.value) }))")
    }

    /// A parameter's value of letters that need no quotes; zone names have no others.
    private static func parameter(_ value: String) -> String {
        String(
            value.unicodeScalars.filter {
                ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
                    || "/_-+".unicodeScalars.contains($0)
            })
    }

    /// §3.3.11: backslash, semicolon, comma and line breaks by a backslash; no control characters.
    ///
    /// All that some reader takes for a line break becomes one: CR, CRLF, vertical tab, form feed,
    /// NEL, and the separators of lines and paragraphs.
    static func escaped(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        var wasReturn = false
        for scalar in text.unicodeScalars {
            defer { wasReturn = scalar == "\r" }
            switch scalar {
            case "\n" where wasReturn: continue
            case "\n", "\r", "\u{0B}", "\u{0C}", "\u{85}", "\u{2028}", "\u{2029}":
                escaped.append(contentsOf: "\\n".unicodeScalars)
            case "\\", ";", ",":
                escaped.append("\\")
                escaped.append(scalar)
            case "\t": escaped.append(" ")
            case _ where scalar.properties.generalCategory == .control: continue
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }

    /// `20260901T110000Z`.
    private static func utc(_ instant: Instant) -> String {
        let seconds = Instant(
            microseconds: instant.microseconds
                - (instant.microseconds % 1_000_000 + 1_000_000) % 1_000_000)
        let digits = seconds.description.utf8.filter {
            $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ":")
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// `+0800`.
    private static func offset(_ minutes: Int) -> String {
        let number = abs(minutes) / 60 * 100 + abs(minutes) % 60
        return (minutes < 0 ? "-" : "+") + String(String(number + 10_000).dropFirst())
    }

    // MARK: Lines

    /// Writes a line, folded between characters so that no part is longer than 75 bytes.
    private mutating func line(_ text: String) {
        var room = Self.lineBytesMax
        for scalar in text.unicodeScalars {
            let length = UTF8.width(scalar)
            if length > room {
                bytes += [0x0D, 0x0A, 0x20]
                room = Self.lineBytesMax - 1
            }
            bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            room -= length
        }
        bytes += [0x0D, 0x0A]
    }
}
