/// What has happened in a month so far, as anybody who pairs may know it.
struct MonthLedger {
    let world: EstateWorld
    /// Minutes since the month began.
    var now = 0
    /// Requests that were made, have no yes, and have not begun.
    var open: [Int] = []
    /// By request, who said yes.
    var accepted: [Int?]
    /// By request, the offer that is asked now.
    var asked: [Int?]
    /// By request, offers that said no or did not answer.
    var declined: [Set<Int>]
    /// By offer, the requests that it accepted.
    var tasks: [[Int]]
    /// By offer, the minutes at which it was asked.
    var askings: [[Int]]
    /// Pairs that met, or will, by a yes.
    var haveMet: Set<EstateWorld.Pair> = []

    init(_ world: EstateWorld) {
        self.world = world
        accepted = world.asks.map { _ in nil }
        asked = accepted
        declined = world.asks.map { _ in [] }
        tasks = world.offers.map { _ in [] }
        askings = tasks
    }

    /// How often an offer was asked within seven days.
    func askedLately(_ offer: Int) -> Int {
        askings[offer].reversed().prefix { $0 > now - 7 * 1440 }.count
    }

    /// Whether an offer may be asked now: rules, time, the most it takes, and how often it was
    /// asked.
    func isFree(_ ask: Int, _ offer: Int) -> Bool {
        let minutes = world.asks[ask].minutes
        let pending = open.filter { asked[$0] == offer }
        let held = tasks[offer] + pending
        return held.count < world.offers[offer].tasksMax
            && askedLately(offer) < EstateWorld.asksMax
            && !declined[ask].contains(offer) && world.isPossible(ask, offer)
            && !held.contains { world.asks[$0].minutes.overlaps(minutes) }
    }
}

/// What happened, for those who keep plans.
enum MonthNews {
    case made(Int)
    case yes(Int)
    case no(Int)
    case begun(Int)
    case newDay
}

/// Somebody who pairs: after each piece of news, who is to be asked for what.
protocol MonthMatcher {
    init(_ world: EstateWorld)
    /// For open requests, whom to ask; who is asked already may stay or be told never mind.
    mutating func choose(_ news: MonthNews, _ ledger: MonthLedger) -> [Int: Int]
}

/// First come, first served, as a good coordinator would do it: the oldest request first; of those
/// free, whoever has helped the elder this month, then the one who is nearest to the elder by their
/// ties, then the nearest door, then the lower number.
struct GreedyMatcher: MonthMatcher {
    private let orders: [[Int]]

    init(_ world: EstateWorld) {
        orders = world.elders.indices.map { elder in
            world.offers.indices.sorted {
                let (one, other) = (world.strength(elder, $0), world.strength(elder, $1))
                if one != other { return one > other }
                return (world.distance(elder, $0), $0) < (world.distance(elder, $1), $1)
            }
        }
    }

    mutating func choose(_ news: MonthNews, _ ledger: MonthLedger) -> [Int: Int] {
        firstCome(ledger) { ask, ledger in
            let elder = ledger.world.asks[ask].elder
            let hasMet = { ledger.haveMet.contains(EstateWorld.Pair(elder: elder, offer: $0)) }
            return orders[elder].first { hasMet($0) && ledger.isFree(ask, $0) }
                ?? orders[elder].first { ledger.isFree(ask, $0) }
        }
    }
}

/// Anybody who may, by lot.
struct RandomMatcher: MonthMatcher {
    private var luck: Luck

    init(_ world: EstateWorld) { luck = Luck(world.seed, 2 << 60) }

    mutating func choose(_ news: MonthNews, _ ledger: MonthLedger) -> [Int: Int] {
        var luck = self.luck
        defer { self.luck = luck }
        return firstCome(ledger) { ask, ledger in
            let free = ledger.world.offers.indices.filter { ledger.isFree(ask, $0) }
            return free.isEmpty ? nil : free[luck.below(free.count)]
        }
    }
}

/// Who is asked stays; each other request in its turn is given one who is free.
private func firstCome(
    _ ledger: MonthLedger, _ first: (Int, MonthLedger) -> Int?
) -> [Int: Int] {
    var ledger = ledger
    var choice: [Int: Int] = [:]
    for ask in ledger.open {
        if ledger.asked[ask] == nil, let offer = first(ask, ledger) {
            ledger.asked[ask] = offer
            ledger.askings[offer].append(ledger.now)
        }
        choice[ask] = ledger.asked[ask]
    }
    return choice
}
