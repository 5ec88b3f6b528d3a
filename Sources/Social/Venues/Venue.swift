internal import Platform
internal import Realtime

/// The rules that a request gives a venue, its shape checked.
extension VenueRules {
    /// Reads the content of a request.
    ///
    /// - Throws: `Stop` where hours are no times of day, end before they begin, or overlap.
    init(_ body: JSON) throws(Stop) {
        setupMinutes = Int(body["setup_minutes"]?.integer ?? 0)
        cleaningMinutes = Int(body["cleaning_minutes"]?.integer ?? 0)
        leadMinutes = Int(body["lead_minutes"]?.integer ?? 0)
        hoursMonthMax = body["hours_month_max"]?.integer.map { Int($0) }
        openTo = []
        for role in body["open_to"]?.elements ?? [] {
            if let role = role.text, !openTo.contains(role) { openTo.append(role) }
        }
        hours = []
        var faults: [Problem.Fault] = []
        for (index, each) in (body["hours"]?.elements ?? []).enumerated() {
            guard let weekday = each["weekday"]?.integer,
                let opens = each["opens"]?.text.flatMap(Self.minutes(ofDay:)),
                let closes = each["closes"]?.text.flatMap(Self.minutes(ofDay:)), opens < closes
            else {
                faults.append(Problem.Fault("/hours/\(index)", Self.noHours))
                continue
            }
            let given = OpeningHours(weekday: Int(weekday), opens: opens, closes: closes)
            if hours.contains(where: { $0.overlaps(given) }) {
                faults.append(Problem.Fault("/hours/\(index)", Self.overlap))
            }
            hours.append(given)
        }
        guard faults.isEmpty else { throw Stop(Problem(.invalid, faults: faults)) }
    }

    private static let noHours = Text(
        zh: "opens 和 closes 须为 HH:MM，且 opens 早于 closes；一天结束写 24:00。",
        en: "Give opens and closes as HH:MM, opens first; the end of the day is 24:00.")
    private static let overlap = Text(
        zh: "同一天的开放时间不能重叠。", en: "Hours of one weekday must not overlap.")

    /// Minutes since midnight of a time such as `09:00`; to `24:00`.
    static func minutes(ofDay text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"),
            [bytes[0], bytes[1], bytes[3], bytes[4]].allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        let hour = Int(bytes[0] - 0x30) * 10 + Int(bytes[1] - 0x30)
        let minute = Int(bytes[3] - 0x30) * 10 + Int(bytes[4] - 0x30)
        return minute < 60 && hour * 60 + minute <= 1440 ? hour * 60 + minute : nil
    }

    /// A time of day as PostgreSQL reads it.
    static func time(ofDay minutes: Int) -> String {
        "\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)"
    }
}

extension OpeningHours {
    fileprivate func overlaps(_ other: OpeningHours) -> Bool {
        weekday == other.weekday && opens < other.closes && other.opens < closes
    }
}

/// What the estate's log tells of venues: that rules changed, never who books.
enum VenueEvents {
    /// The event of a change of a venue's rules or hours.
    static func changed(_ place: UUID, version: Int32, event: UUID) -> AppendEvent {
        AppendEvent(
            EventDraft(id: event, kind: "venue.changed", audience: [.estate]) { json in
                json.member("venue", place)
                json.member("version", version)
            })
    }
}
