/// What persons are expected to ask again before the span ends, by what they asked so far.
///
/// Whoever asks every Tuesday at ten is best helped by somebody who has time on Tuesdays at ten: who
/// is met first is chosen with an eye to that.
public struct PairingForecast: Hashable, Sendable, Codable {
    /// Minute of the plan.
    public var now: Int32
    /// Minute at which the span ends.
    public var end: Int32
    /// What was asked so far by each person, ascending by person.
    public var persons: [PersonForecast]

    /// Counts on what is counted for one person and one helper, in thousandths of requests.
    public static let requestsMax: Int64 = 4_000
    /// Days that are added to those that have passed, so that the first request makes no habit.
    static let daysAdded: Int64 = 5
    /// Days whose free hours are compared.
    static let daysCompared: Int32 = 14
    /// Hours of a day in which things are asked.
    static let hoursOfDay: Int64 = 12

    /// What follows, up to the end, from all that was asked until now.
    public init(now: Int32, end: Int32, asked: [PairingRequest]) {
        self.now = now
        self.end = end
        persons = []
        for request in asked.sorted(by: { $0.person < $1.person }) {
            if persons.last?.person != request.person {
                persons.append(PersonForecast(person: request.person, asked: []))
            }
            persons[persons.count - 1].asked.append(
                AskedHour(window: request.window, skills: request.skills))
        }
    }

    /// What a person asked so far, or nothing.
    func asked(by person: Int32) -> [AskedHour] {
        let place = persons.partition { $0.person < person }
        guard place < persons.count, persons[place].person == person else { return [] }
        return persons[place].asked
    }

    /// Thousandths of requests that somebody who asked so often will ask until the end.
    func requests(_ count: Int) -> Int64 {
        let (passed, left) = (Int64(max(0, now)) / 1440, Int64(max(0, end - now)) / 1440)
        return 1000 * Int64(count) * left / (passed + Self.daysAdded)
    }
}

/// What a person asked so far.
public struct PersonForecast: Hashable, Sendable, Codable {
    /// Who asks.
    public var person: Int32
    /// When, and for what.
    public var asked: [AskedHour]

    /// What somebody asked.
    public init(person: Int32, asked: [AskedHour]) {
        self.person = person
        self.asked = asked
    }
}

/// When something was asked for, and the skills that it needs.
public struct AskedHour: Hashable, Sendable, Codable {
    /// When.
    public var window: MinuteWindow
    /// The skills that are all needed.
    public var skills: [Int32]

    /// A window and skills.
    public init(window: MinuteWindow, skills: [Int32]) {
        self.window = window
        self.skills = skills
    }
}

/// What each helper could do later for a person who does not know the helper yet.
struct PairingPromise: Sendable {
    private let forecast: PairingForecast
    private let helpers: [PairingHelper]
    private let skills: [[Int32]]
    /// Hours of the days compared in which each helper has time, a bit an hour.
    private let free: [FreeHours]
    /// Thousandths of requests that persons who know each helper are expected to bring.
    private var awaited: [Int64]

    /// Sorted skills and ties.
    init(
        _ forecast: PairingForecast, _ helpers: [PairingHelper], _ skills: [[Int32]],
        ties: [PairingTie]
    ) {
        self.forecast = forecast
        self.helpers = helpers
        self.skills = skills
        free = helpers.map { FreeHours($0.windows, from: forecast.now) }
        awaited = helpers.map { _ in 0 }
        var rest = ties.filter(\.isKnown)[...]
        while let person = rest.first?.pair.person {
            let own = rest.prefix { $0.pair.person == person }
            let requests = forecast.requests(forecast.asked(by: person).count)
            for tie in own { awaited[Int(tie.pair.helper)] += requests / Int64(own.count) }
            rest = rest.dropFirst(own.count)
        }
    }

    /// Thousandths of the person's requests to come that a helper could take and nobody known could:
    /// half by the hours that were asked before, a week later and so on, half by any hours.
    ///
    /// Not more than the helper has tasks left beside half of what is awaited by others.
    func requests(_ wish: PairingRequest, _ helper: Int, known: [Int32]) -> Int64 {
        let asked = forecast.asked(by: wish.person)
        var hours = free[helper]
        for other in known where helpers[Int(other)].load < helpers[Int(other)].loadMax {
            hours.remove(free[Int(other)])
        }
        let days = Int64(PairingForecast.daysCompared)
        let any = min(1000, hours.count * 1000 / (days * PairingForecast.hoursOfDay))
        let share = (repeats(asked, after: wish.window.begin, helper) + any) / 2
        let other = helpers[helper]
        let room = 1000 * Int64(other.loadMax - other.load - 1) - awaited[helper] / 2
        let gain = forecast.requests(asked.count) * share / 1000
        return min(PairingForecast.requestsMax, gain, max(0, room))
    }

    /// Thousandths of what was asked that a helper could do again, each week until the end.
    private func repeats(_ asked: [AskedHour], after minute: Int32, _ helper: Int) -> Int64 {
        var (held, all): (Int64, Int64) = (0, 0)
        for past in asked {
            let isAble = past.skills.allSatisfy { skills[helper].holdsSorted($0) }
            var window = past.window
            while forecast.end - window.end >= Self.minutesOfWeek {
                window = MinuteWindow(
                    window.begin + Self.minutesOfWeek, window.end + Self.minutesOfWeek)
                guard window.begin > minute else { continue }
                all += 1
                if isAble, helpers[helper].windows.contains(where: { $0.holds(window) }) {
                    held += 1
                }
            }
        }
        return all > 0 ? held * 1000 / all : 0
    }

    private static let minutesOfWeek: Int32 = 10_080
}

/// Whole hours of the days compared, a bit each.
private struct FreeHours: Sendable {
    private var bits = SIMD8<UInt64>()

    init(_ windows: [MinuteWindow], from now: Int32) {
        let first = now / 60
        for window in windows {
            let whole = window.begin / 60 + (window.begin % 60 > 0 ? 1 : 0)
            let begin = max(0, whole - first)
            let end = min(24 * PairingForecast.daysCompared, window.end / 60 - first)
            guard begin < end else { continue }
            for hour in begin..<end { bits[Int(hour >> 6)] |= 1 << UInt64(hour & 63) }
        }
    }

    var count: Int64 {
        bits.indices.reduce(0) { $0 + Int64(bits[$1].nonzeroBitCount) }
    }

    mutating func remove(_ other: FreeHours) { bits &= ~other.bits }
}
