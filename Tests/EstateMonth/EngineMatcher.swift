internal import Matching

/// The engine: nearness by trust, pairing by `OnlinePairing`.
struct EngineMatcher: MonthMatcher {
    private var online: OnlinePairing
    /// Of each request of the month, its number in the pairing.
    private var numbers: [Int: Int] = [:]

    init(_ world: EstateWorld) {
        let helpers = world.offers.indices.map { Self.helper(world, $0) }
        var instance = PairingInstance(helpers: helpers, requests: [])
        instance.ties = Self.ties(world)
        instance.gridMinutes = 60
        for pair in world.barred.sorted(by: { ($0.elder, $0.offer) < ($1.elder, $1.offer) }) {
            instance.barred.append(
                PersonHelper(person: Int32(pair.elder), helper: Int32(pair.offer)))
        }
        online = OnlinePairing(instance, budget: Budget(iterations: 0))
    }

    mutating func choose(_ news: MonthNews, _ ledger: MonthLedger) -> [Int: Int] {
        for offer in ledger.world.offers.indices {
            let pending = ledger.open.count { ledger.asked[$0] == offer }
            online.setAsked(
                offer, Int32(ledger.askedLately(offer) - pending))
        }
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
            }
        }
        return choice
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
