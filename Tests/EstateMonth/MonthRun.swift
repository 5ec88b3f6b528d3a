/// A month, lived through with one who pairs.
struct MonthRun {
    private enum Event {
        case made(Int)
        case answer(Int, number: Int, isYes: Bool)
        case begun(Int)
        case newDay
    }

    /// Minutes without an answer after which somebody else is asked.
    static let patienceMinutes = 180

    private var ledger: MonthLedger
    /// Events of each minute.
    private var events: [[Event]]
    /// By request, how often somebody was asked; an answer to an older asking does not count.
    private var askings: [Int]
    /// Minute of the yes.
    private var yesAt: [Int?]
    private var withdrawn = 0
    private var broken = 0

    private init(_ world: EstateWorld) {
        ledger = MonthLedger(world)
        let last = world.asks.map(\.minutes.upperBound).max() ?? 0
        events = [[Event]](repeating: [], count: max(last, world.days * 1440) + 1)
        askings = world.asks.map { _ in 0 }
        yesAt = world.asks.map { _ in nil }
        for day in 0..<world.days { events[day * 1440].append(.newDay) }
        for (number, ask) in world.asks.enumerated() {
            events[ask.madeAt].append(.made(number))
            events[ask.minutes.lowerBound].append(.begun(number))
        }
    }

    static func measures<Matcher: MonthMatcher>(
        _ world: EstateWorld, by type: Matcher.Type
    ) -> MonthMeasures {
        var run = MonthRun(world)
        var matcher = Matcher(world)
        for minute in run.events.indices {
            run.ledger.now = minute
            for event in run.events[minute] {
                guard let news = run.news(event) else { continue }
                run.ask(matcher.choose(news, run.ledger))
            }
        }
        return MonthMeasures(
            run.ledger, yesAt: run.yesAt, withdrawn: run.withdrawn, broken: run.broken)
    }

    /// What an event changes; nil when it comes too late to count.
    private mutating func news(_ event: Event) -> MonthNews? {
        switch event {
        case .newDay: return .newDay
        case .made(let ask):
            ledger.open.append(ask)
            return .made(ask)
        case .begun(let ask):
            guard ledger.accepted[ask] == nil else { return nil }
            close(ask)
            return .begun(ask)
        case .answer(let ask, let number, let isYes):
            guard number == askings[ask], let offer = ledger.asked[ask] else { return nil }
            guard isYes else {
                ledger.declined[ask].insert(offer)
                ledger.asked[ask] = nil
                return .no(ask)
            }
            ledger.accepted[ask] = offer
            ledger.tasks[offer].append(ask)
            ledger.haveMet.insert(
                EstateWorld.Pair(elder: ledger.world.asks[ask].elder, offer: offer))
            yesAt[ask] = ledger.now
            close(ask)
            return .yes(ask)
        }
    }

    private mutating func close(_ ask: Int) {
        ledger.open.removeAll { $0 == ask }
        ledger.asked[ask] = nil
    }

    /// Asks as was chosen; who was asked for something and no longer is, is told never mind, and
    /// was asked all the same.
    private mutating func ask(_ choice: [Int: Int]) {
        let changed = ledger.open.filter { ledger.asked[$0] != choice[$0] }
        for ask in changed where ledger.asked[ask] != nil {
            ledger.asked[ask] = nil
            askings[ask] += 1
            withdrawn += 1
        }
        for ask in changed {
            guard let offer = choice[ask] else { continue }
            // One who was told never mind was asked all the same, and may not be asked again yet.
            guard ledger.askedLately(offer) < EstateWorld.asksMax else { continue }
            guard ledger.isFree(ask, offer) else {
                broken += 1
                continue
            }
            send(ask, offer)
        }
    }

    private mutating func send(_ ask: Int, _ offer: Int) {
        let world = ledger.world
        let pair = EstateWorld.Pair(elder: world.asks[ask].elder, offer: offer)
        let answer = world.answer(
            ask, offer, at: ledger.now, askedLately: ledger.askedLately(offer),
            haveMet: ledger.haveMet.contains(pair))
        ledger.asked[ask] = offer
        ledger.askings[offer].append(ledger.now)
        askings[ask] += 1
        let isTimely = answer.map { $0.minutes <= Self.patienceMinutes } ?? false
        var minute = ledger.now + (isTimely ? answer?.minutes ?? 0 : Self.patienceMinutes)
        // Nobody answers, nor is anybody's patience spent, between ten and seven.
        if minute % 1440 >= 1320 { minute += 1440 - 1320 + 420 }
        if minute % 1440 < 420 { minute += 420 }
        guard minute < events.count else { return }
        let isYes = isTimely && answer?.isYes == true
        events[minute].append(.answer(ask, number: askings[ask], isYes: isYes))
    }
}
