internal import Matching

/// When those who offer a kind of help have time, by the day: so that a request is put at the time at
/// which most of them have.
struct HelpTimes {
    private struct Span {
        var window: MinuteWindow
        var helper: Int32
    }

    private static let dayMinutes: Int32 = 1440

    /// Windows of each helper, without what binds it.
    let windows: [[MinuteWindow]]
    /// Of each kind and day the windows that touch it; those of one helper have no minute in common.
    private var days: [String: [Int32: [Span]]] = [:]

    init(_ helpers: [HelpMatcher.Helper]) {
        windows = helpers.map { helper in
            Self.without(Self.spans(helper.busy), Self.joined(Self.spans(helper.windows)))
        }
        for (number, helper) in helpers.enumerated() {
            for window in windows[number] {
                let span = Span(window: window, helper: Int32(number))
                for day in Self.day(window.begin)...Self.day(window.end) {
                    for kind in helper.kinds {
                        days[kind, default: [:]][day, default: []].append(span)
                    }
                }
            }
        }
    }

    /// The part of a request's span at which most helpers of its kind have time, not counting whom
    /// it asked; the earliest of several.
    func slot(of request: HelpMatcher.Request, asked: [Int32]) -> MinuteWindow {
        var best = MinuteWindow(request.first, request.first + request.minutes)
        guard request.last - request.first > request.minutes, let days = days[request.kind] else {
            return best
        }
        var most = -1
        for begin in stride(from: request.first, through: request.last - request.minutes, by: 30) {
            let slot = MinuteWindow(begin, begin + request.minutes)
            var count = 0
            for span in days[Self.day(begin)] ?? []
            where span.window.holds(slot) && !asked.contains(span.helper) {
                count += 1
            }
            if count > most { (most, best) = (count, slot) }
        }
        return best
    }

    // MARK: Windows

    private static func day(_ minute: Int32) -> Int32 {
        (minute - (minute < 0 ? dayMinutes - 1 : 0)) / dayMinutes
    }

    private static func spans(_ minutes: [Int32]) -> [MinuteWindow] {
        stride(from: 0, to: minutes.count - 1, by: 2).map {
            MinuteWindow(minutes[$0], minutes[$0 + 1])
        }
    }

    /// Windows that touch are one.
    private static func joined(_ spans: [MinuteWindow]) -> [MinuteWindow] {
        var joined: [MinuteWindow] = []
        for window in spans.sorted(by: { $0.begin < $1.begin }) {
            if let last = joined.last, window.begin <= last.end {
                joined[joined.count - 1].end = max(last.end, window.end)
            } else {
                joined.append(window)
            }
        }
        return joined
    }

    /// What is left of windows without others.
    private static func without(
        _ busy: [MinuteWindow], _ windows: [MinuteWindow]
    ) -> [MinuteWindow] {
        guard !busy.isEmpty else { return windows }
        let busy = joined(busy)
        var left: [MinuteWindow] = []
        for window in windows {
            var begin = window.begin
            for taken in busy where taken.overlaps(window) {
                if taken.begin > begin { left.append(MinuteWindow(begin, taken.begin)) }
                begin = max(begin, taken.end)
            }
            if begin < window.end { left.append(MinuteWindow(begin, window.end)) }
        }
        return left
    }
}
