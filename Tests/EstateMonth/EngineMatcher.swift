internal import Matching

/// The engine: nearness by trust, pairing by `OnlinePairing`.
struct EngineMatcher: MonthMatcher {
    private var online: OnlinePairing
    /// Of each request of the month, its number in the pairing.
    private var numbers: [Int: Int] = [:]
    private var book: AnswerBook
    /// Of each request that is asked: how, and since when.
    private var askings: [Int: (asking: AnswerBook.Asking, since: Int)] = [:]
    /// Bands of nearness of those who are not strangers.
    private var bands: [PersonHelper: Int32] = [:]

    init(_ world: EstateWorld) {
        let helpers = world.offers.indices.map { Self.helper(world, $0) }
        var instance = PairingInstance(helpers: helpers, requests: [])
        instance.ties = Self.ties(world)
        for tie in instance.ties { bands[tie.pair] = tie.nearness }
        instance.gridMinutes = 60
        for pair in world.barred.sorted(by: { ($0.elder, $0.offer) < ($1.elder, $1.offer) }) {
            instance.barred.append(
                PersonHelper(person: Int32(pair.elder), helper: Int32(pair.offer)))
        }
        book = AnswerBook(helpers: helpers.count)
        online = OnlinePairing(instance, budget: Budget(iterations: 0))
        online.setSpanEnd(Int32(world.days * 1440))
    }

    mutating func choose(_ news: MonthNews, _ ledger: MonthLedger) -> [Int: Int] {
        learn(news, ledger)
        for offer in ledger.world.offers.indices {
            let pending = ledger.open.count { ledger.asked[$0] == offer }
            online.setAsked(
                offer, Int32(ledger.askedLately(offer) - pending))
            let own = book.helper(offer)
            online.setAnswers(offer, yes: own.yes, minutes: own.minutes)
        }
        online.setOutlook(book.outlook(now: Int32(ledger.now)))
        switch news {
        case .made(let ask):
            numbers[ask] = online.instance.requests.count
            online.add(Self.request(ledger.world, ask))
        case .yes(let ask):
            if let number = numbers[ask] { _ = online.accept(number) }
        case .no(let ask):
            if let number = numbers[ask] { _ = online.decline(number) }
        case .begun(let ask):
            if let number = numbers[ask] { online.withdraw(number) }
        case .newDay: break
        }
        if case .made = news {} else { online.reoptimise(Budget(iterations: 300)) }
        var choice: [Int: Int] = [:]
        for ask in ledger.open {
            if let number = numbers[ask], let helper = online.helpers[number] {
                choice[ask] = Int(helper)
                if ledger.asked[ask] != Int(helper) { note(ask, Int(helper), ledger) }
            }
        }
        return choice
    }

    /// How a request is asked from now on.
    private mutating func note(_ ask: Int, _ helper: Int, _ ledger: MonthLedger) {
        let elder = ledger.world.asks[ask].elder
        let pair = PersonHelper(person: Int32(elder), helper: Int32(helper))
        let asking = AnswerBook.Asking(
            helper: Int32(helper), band: bands[pair] ?? 0,
            isKnown: ledger.haveMet.contains(EstateWorld.Pair(elder: elder, offer: helper)),
            asked: Int32(ledger.askedLately(helper)))
        askings[ask] = (asking, ledger.now)
    }

    /// Takes an answer, or that none came, into the book.
    private mutating func learn(_ news: MonthNews, _ ledger: MonthLedger) {
        let (ask, isYes): (Int, Bool)
        switch news {
        case .yes(let number): (ask, isYes) = (number, true)
        case .no(let number): (ask, isYes) = (number, false)
        case .newDay:
            book.fade()
            return
        default: return
        }
        guard let (asking, since) = askings.removeValue(forKey: ask) else { return }
        let minutes = PairingOutlook(now: 0).minutesOfDay(
            from: Int32(since), to: Int32(ledger.now))
        book.record(asking, isYes: isYes, minutes: minutes)
    }

    private static func helper(_ world: EstateWorld, _ offer: Int) -> PairingHelper {
        let own = world.offers[offer]
        let resident = world.residents[own.resident]
        var windows: [MinuteWindow] = []
        for day in 0..<world.days {
            for free in world.free(offer, day: day) {
                windows.append(MinuteWindow(Int32(free.lowerBound), Int32(free.upperBound)))
            }
        }
        var helper = PairingHelper(
            windows: windows,
            cell: PlaceCell(x: Int32(resident.east), y: Int32(resident.north)),
            loadMax: Int32(own.tasksMax))
        helper.skills = own.skills.sorted().map { Int32($0) }
        helper.languages = resident.speech.map { Int32($0) }
        helper.gender = resident.isWoman ? .female : .male
        helper.genderRule = own.womenOnly ? .female : nil
        helper.askedMax = Int32(EstateWorld.asksMax)
        return helper
    }

    private static func request(_ world: EstateWorld, _ ask: Int) -> PairingRequest {
        let wish = world.asks[ask]
        let resident = world.residents[world.elders[wish.elder]]
        var request = PairingRequest(
            person: Int32(wish.elder),
            window: MinuteWindow(Int32(wish.minutes.lowerBound), Int32(wish.minutes.upperBound)),
            cell: PlaceCell(x: Int32(resident.east), y: Int32(resident.north)),
            reach: Int32(EstateWorld.reach))
        request.priority = Int32(wish.urgency)
        request.skills = wish.skill.map { [Int32($0)] } ?? []
        request.languages = resident.speech.map { Int32($0) }
        request.gender = resident.isWoman ? .female : .male
        if wish.needsWoman { request.genderRule = .female }
        if wish.needsMan { request.genderRule = .male }
        return request
    }

    /// Bands of nearness as trust sees them, pushed over all ties of the estate.
    private static func ties(_ world: EstateWorld) -> [PairingTie] {
        var trust = TrustModel(residents: world.residents.count, day: 0)
        var events: [TieEvent] = []
        var kin: Set<[Int]> = []
        for (one, other, bond) in world.bonds {
            let kind: TieKind
            switch bond {
            case .kin: kind = .kin
            case .pairedFamily: kind = .pairedFamily
            case .stair: kind = .sameStair
            case .townsman: kind = .townsman
            case .workmate: kind = .formerWorkmate
            case .classmate: kind = .classmate
            case .activity:
                events += Array(
                    repeating: .tookPartTogether(Int32(one), Int32(other)), count: 4)
                continue
            }
            if kind == .kin { kin.formUnion([[one, other], [other, one]]) }
            events.append(.registered(kind, Int32(one), Int32(other)))
        }
        trust.apply(events)
        var ties: [PairingTie] = []
        for (elder, resident) in world.elders.enumerated() {
            let nearness = trust.nearness(of: Int32(resident))
            for (offer, other) in world.offers.enumerated() {
                let score = nearness.score(of: other.resident)
                var band = NearnessBand(nearness: score).rawValue
                if kin.contains([resident, other.resident]) { band = 4 }
                guard band > 0 else { continue }
                ties.append(
                    PairingTie(
                        pair: PersonHelper(person: Int32(elder), helper: Int32(offer)),
                        nearness: Int32(band), evidence: 0, isKnown: false))
            }
        }
        return ties
    }
}
