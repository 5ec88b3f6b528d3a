internal import Platform
internal import Realtime

/// Says in a calendar's language what its entries are.
struct CalendarWords {
    /// Where the pages of the estate are.
    var site: String
    /// What UIDs end in: a name of the estate that stays.
    var domain: String
    var language: Language

    // MARK: Calendars

    /// What the calendar is called.
    func name(of kind: CalendarKind, _ head: CalendarHead.Row) -> String {
        let estate = head.estateName[language]
        let name =
            switch kind {
            case .personal: Text(zh: "我的活动（\(estate)）", en: "My activities (\(estate))")
            case .estate: Text(zh: "\(estate)的活动", en: "Activities of \(estate)")
            case .venue:
                Text(
                    zh: "\(head.placeName?.zh ?? "")占用（\(estate)）",
                    en: "\(head.placeName?.en ?? "") in use (\(estate))")
            }
        return name[language]
    }

    // MARK: Events

    /// The event of an entry.
    func event(_ entry: CalendarEntry) -> ICalendar.Event {
        let content = entry.content
        let status = status(of: entry)
        return ICalendar.Event(
            uid: "\(entry.id)@\(domain)",
            sequence: Int(clamping: min(entry.sequence, Int64(Int32.max))),
            changedAt: entry.changedAt, start: entry.start, end: entry.end,
            summary: summary(of: entry, status), details: details(of: entry),
            location: content?.placeWords ?? entry.placeName?[language],
            url: content.map { "\(site)/occurrences/\($0.occurrence)" }, status: status,
            categories: content.map { [Self.kinds[$0.kind]?[language] ?? $0.kind] } ?? [])
    }

    private func status(of entry: CalendarEntry) -> ICalendar.Event.Status {
        if entry.content?.isCancelled == true { return .cancelled }
        return switch entry.standing {
        case .reader, .organiser, .confirmed: .confirmed
        case .held, .offered, .waiting: .tentative
        case .left: .cancelled
        }
    }

    /// The title; many programs show no status, so it says what is not settled.
    private func summary(of entry: CalendarEntry, _ status: ICalendar.Event.Status) -> String {
        guard let content = entry.content else {
            return (entry.standing == .left ? Self.lost : Self.busy)[language]
        }
        let mark: Text? =
            if content.isCancelled {
                Text(zh: "已取消", en: "Cancelled")
            } else {
                switch entry.standing {
                case .waiting: Text(zh: "候补", en: "Wait-list")
                case .offered: Text(zh: "待接受", en: "To accept")
                case .held: Text(zh: "待确认", en: "To confirm")
                case .left: Text(zh: "已退出", en: "Left")
                case .reader, .organiser, .confirmed: nil
                }
            }
        let title = content.title[language]
        guard let mark else { return title }
        return language == .zh ? "【\(mark.zh)】\(title)" : "[\(mark.en)] \(title)"
    }

    private func details(of entry: CalendarEntry) -> String? {
        guard let content = entry.content else { return nil }
        var lines: [String] = []
        if let because = content.cancelledBecause {
            lines.append(Text(zh: "已取消：\(because)", en: "Cancelled: \(because)")[language])
        } else if let note = note(of: entry) {
            lines.append(note[language])
        }
        let body = content.body[language].unicodeScalars
        let isCut = body.count > CalendarFeed.bodyMax
        lines.append(String(body.prefix(CalendarFeed.bodyMax)) + (isCut ? "…" : ""))
        if let cost = content.cost {
            lines.append(Text(zh: "费用：\(cost)", en: "Cost: \(cost)")[language])
        }
        if let bring = content.bring {
            lines.append(Text(zh: "请带：\(bring)", en: "Bring: \(bring)")[language])
        }
        return lines.joined(separator: "\n")
    }

    /// How its reader stands to it, in a sentence.
    private func note(of entry: CalendarEntry) -> Text? {
        let until = entry.keptUntil.map { "\($0.day) \($0.description.suffix(5))" } ?? ""
        return switch entry.standing {
        case .reader, .confirmed: nil
        case .organiser: Text(zh: "您是组织者。", en: "You organise it.")
        case .waiting:
            Text(zh: "您在候补，还没有名额。", en: "You are on the wait-list and have no place yet.")
        case .offered:
            Text(
                zh: "为您保留了名额，请在 \(until) 前接受。",
                en: "A place is kept for you: accept it before \(until).")
        case .held:
            Text(
                zh: "名额暂为您保留，请在 \(until) 前确认。",
                en: "A place is held for you: confirm it before \(until).")
        case .left: Text(zh: "您没有名额了。", en: "You have no place here any more.")
        }
    }

    private static let lost = Text(
        zh: "【已取消】不再对您开放的活动", en: "[Cancelled] An activity no longer open to you")
    private static let busy = Text(zh: "已占用", en: "Busy")

    private static let kinds = [
        "sport": Text(zh: "运动", en: "Sport"), "culture": Text(zh: "文化", en: "Culture"),
        "learning": Text(zh: "学习", en: "Learning"), "festival": Text(zh: "节庆", en: "Festival"),
        "repair": Text(zh: "维修", en: "Repair"), "cleaning": Text(zh: "清洁", en: "Cleaning"),
        "market": Text(zh: "集市", en: "Market"), "health": Text(zh: "健康", en: "Health"),
        "volunteering": Text(zh: "志愿服务", en: "Volunteering"),
        "meeting": Text(zh: "会议", en: "Meeting"), "other": Text(zh: "其他", en: "Other"),
    ]
}
