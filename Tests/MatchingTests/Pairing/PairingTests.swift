import Matching
import MatchingChecks
import Testing

@Suite("Pairing") struct PairingTests {
    /// A small estate; windows are steps of the grid unless `isLong`.
    static func estate(
        _ seed: UInt64, helpers: Int, requests: Int, isLong: Bool = false
    ) -> PairingInstance {
        var random = SplitMix64(seed: seed)
        let genders: [PairingGender?] = [nil, .female, .male]
        let offers = (0..<helpers).map { _ in
            let begin = Int32(random.below(4)) * 60
            var helper = PairingHelper(
                windows: [MinuteWindow(begin, begin + 60 * Int32(1 + random.below(8)))],
                cell: PlaceCell(x: Int32(random.below(12)), y: Int32(random.below(12))),
                loadMax: Int32(random.below(4)))
            helper.skills = [0, Int32(random.below(3))]
            helper.languages = [Int32(random.below(2)), 2]
            helper.gender = genders[random.below(3)]
            if random.below(8) == 0 { helper.genderRule = .female }
            helper.load = Int32(random.below(2))
            helper.asked = Int32(random.below(5))
            helper.askedMax = 5
            return helper
        }
        let asks = (0..<requests).map { _ in
            let begin = Int32(random.below(6)) * 60 + (isLong ? Int32(random.below(60)) : 0)
            let minutes = isLong ? Int32(20 + random.below(150)) : 60
            var request = PairingRequest(
                person: Int32(random.below(max(1, requests / 2))),
                window: MinuteWindow(begin, begin + minutes),
                cell: PlaceCell(x: Int32(random.below(12)), y: Int32(random.below(12))), reach: 9)
            request.priority = Int32(random.below(4))
            if random.below(3) == 0 { request.skills = [Int32(random.below(3))] }
            if random.below(3) == 0 { request.languages = [Int32(random.below(3))] }
            request.gender = genders[random.below(3)]
            if random.below(6) == 0 { request.genderRule = .male }
            return request
        }
        var instance = PairingInstance(helpers: offers, requests: asks)
        for helper in 0..<helpers where helper % 3 == 1 {
            instance.helpers[helper].standing = (0..<3).map {
                PairingStanding(skill: $0, evidence: Int32(helper * 67) % 300)
            }
        }
        for person in 0..<max(1, requests / 2) {
            for helper in 0..<helpers {
                let pair = PersonHelper(person: Int32(person), helper: Int32(helper))
                switch random.below(6) {
                case 0: instance.barred.append(pair)
                case 1:
                    instance.ties.append(
                        PairingTie(
                            pair: pair, nearness: Int32(random.below(5)),
                            evidence: Int32(random.below(1001)), isKnown: random.below(2) == 0))
                default: break
                }
            }
        }
        return instance
    }

    /// What is expected of answers in an estate, whose helpers differ.
    static func outlook(_ instance: inout PairingInstance, _ seed: UInt64) -> PairingOutlook {
        var random = SplitMix64(seed: seed)
        var outlook = PairingOutlook(now: Int32(random.below(90)))
        (outlook.dayBegin, outlook.dayEnd) = (10, 1400)
        outlook.yesByBand = [-80, -20, 0, 40, 90]
        outlook.yesByAsked = [30, 0, -50]
        outlook.yesOfKnown = 60
        for helper in instance.helpers.indices where random.below(3) > 0 {
            instance.helpers[helper].yes = Int32(random.below(300)) - 150
            instance.helpers[helper].answerMinutes = Int32(random.below(120))
        }
        return outlook
    }

    /// The least cost by trying everything.
    private func bruteForce(_ instance: PairingInstance) -> Int64 {
        let filter = PairingFilter(instance)
        var tasks = [[MinuteWindow]](repeating: [], count: instance.helpers.count)
        var met: [PersonHelper] = []
        func best(_ request: Int) -> Int64 {
            guard request < instance.requests.count else { return 0 }
            let window = instance.requests[request].window
            var least = filter.unmetCost(request) + best(request + 1)
            for helper in instance.helpers.indices where filter.obstacle(request, helper) == nil {
                let own = tasks[helper]
                guard own.count < instance.helpers[helper].room,
                    !own.contains(where: { $0.overlaps(window) })
                else { continue }
                tasks[helper].append(window)
                let pair = PersonHelper(
                    person: instance.requests[request].person, helper: Int32(helper))
                let meeting = met.contains(pair) ? 0 : filter.meeting(pair.person, helper)
                met.append(pair)
                let load = Int(instance.helpers[helper].load) + own.count + 1
                least = min(
                    least,
                    filter.cost(request, helper)
                        + instance.weights.workload(
                            task: load, of: instance.helpers[helper])
                        + meeting + best(request + 1))
                tasks[helper].removeLast()
                met.removeLast()
            }
            return least
        }
        return best(0)
    }

    @Test("steps of the grid get the cost that trying everything finds", arguments: 1...30)
    func small(_ seed: UInt64) {
        for meets in [true, false] {
            var instance = Self.estate(seed, helpers: 4, requests: 5)
            if !meets { instance.weights.unknown = 0 }
            if seed % 2 == 0 { instance.outlook = Self.outlook(&instance, seed) }
            let plan = PairingSolver.solve(instance, budget: Budget(iterations: 2_000))
            #expect(plan.cost == bruteForce(instance) && plan.gap >= 0, "seed \(seed)")
            // The bound is met where no two requests may share a first meeting.
            #expect(meets || plan.gap == 0, "seed \(seed)")
            #expect(PairingCheck.faults(of: plan, in: instance).isEmpty, "seed \(seed)")
        }
    }

    @Test(
        "tasks of any length keep to the rules, between the bound and the best", arguments: 1...30)
    func intervals(_ seed: UInt64) {
        let instance = Self.estate(seed, helpers: 4, requests: 6, isLong: true)
        let plan = PairingSolver.solve(instance)
        let best = bruteForce(instance)
        #expect(plan.bound <= best && best <= plan.cost, "seed \(seed)")
        #expect(plan.cost == best, "seed \(seed)")
        #expect(PairingCheck.faults(of: plan, in: instance).isEmpty, "seed \(seed)")
    }

    @Test("an estate's day keeps to the rules, the same each time", arguments: 1...3)
    func day(_ seed: UInt64) {
        for isLong in [false, true] {
            let instance = Self.estate(seed, helpers: 40, requests: 30, isLong: isLong)
            let plan = PairingSolver.solve(instance, budget: Budget(iterations: 2_000))
            #expect(PairingCheck.faults(of: plan, in: instance).isEmpty, "seed \(seed)")
            #expect(plan == PairingSolver.solve(instance, budget: Budget(iterations: 2_000)))
        }
    }

    @Test("who looks only within reach finds the same pairs", arguments: 1...5)
    func nearby(_ seed: UInt64) {
        var instance = Self.estate(seed, helpers: 40, requests: 30, isLong: true)
        for request in 0..<30 {
            instance.requests[request].reach = [-1, 0, 3, 9, .max][request % 5]
            if request % 7 == 0 { instance.requests[request].cell.y = -1_000_000 }
            instance.helpers[request].cell.y -= Int32(request % 3) * 40
        }
        let budget = Budget(iterations: 500)
        let plan = PairingSolver.solve(instance, budget: budget)
        var other = PairingSolver.solve(instance, budget: budget, listsFallen: false)
        #expect(other.fallen.isEmpty && !plan.fallen.isEmpty, "seed \(seed)")
        other.fallen = plan.fallen
        #expect(other == plan, "seed \(seed)")
        #expect(PairingCheck.faults(of: plan, in: instance).isEmpty, "seed \(seed)")
    }

    @Test("a helper more never costs, an unused one less changes nothing", arguments: 1...10)
    func helpers(_ seed: UInt64) throws {
        var instance = Self.estate(seed, helpers: 8, requests: 8)
        let plan = PairingSolver.solve(instance)
        var more = instance
        more.helpers.append(Self.estate(seed + 99, helpers: 1, requests: 0).helpers[0])
        #expect(PairingSolver.solve(more).cost <= plan.cost, "seed \(seed)")
        let unused = try #require((0..<8).last { !plan.helpers.contains(Int32($0)) })
        instance.helpers[unused].loadMax = 0
        #expect(PairingSolver.solve(instance).cost == plan.cost, "seed \(seed)")
    }

    @Test("a request of higher priority is not dropped for it", arguments: 1...10)
    func priority(_ seed: UInt64) {
        var instance = Self.estate(seed, helpers: 3, requests: 8)
        let plan = PairingSolver.solve(instance)
        for request in 0..<8 where plan.helpers[request] != nil {
            instance.requests[request].priority += 2
            #expect(PairingSolver.solve(instance).helpers[request] != nil, "seed \(seed)")
            instance.requests[request].priority -= 2
        }
    }

    @Test("block, report, health and gender have one wording, and only where nothing else stands")
    func oneWording() {
        var helper = PairingHelper(
            windows: [MinuteWindow(0, 60)], cell: PlaceCell(x: 0, y: 0), loadMax: 2)
        helper.gender = .male
        var request = PairingRequest(
            person: 0, window: MinuteWindow(0, 60), cell: PlaceCell(x: 1, y: 0), reach: 3)
        request.genderRule = .female
        var instance = PairingInstance(helpers: [helper], requests: [request])
        #expect(PairingSolver.solve(instance).fallen.map(\.reason) == [.rule])
        instance.requests[0].genderRule = nil
        instance.barred = [PersonHelper(person: 0, helper: 0)]
        #expect(PairingSolver.solve(instance).fallen.map(\.reason) == [.rule])
        instance.helpers[0].windows = []
        let plan = PairingSolver.solve(instance)
        #expect(plan.fallen.map(\.reason) == [.window])
        #expect(plan.reasons == [[.nobody(counts: [1, 0, 0, 0, 0, 0, 0, 0])]])
    }

    @Test("a known helper is preferred, load spreads, and nobody is asked too often")
    func continuity() {
        let window = [MinuteWindow(0, 600)]
        let helper = PairingHelper(windows: window, cell: PlaceCell(x: 0, y: 0), loadMax: 9)
        let requests = (0..<4).map { hour in
            PairingRequest(
                person: Int32(hour), window: MinuteWindow(Int32(hour) * 60, Int32(hour) * 60 + 60),
                cell: PlaceCell(x: 0, y: 0), reach: 3)
        }
        var instance = PairingInstance(helpers: [helper, helper], requests: requests)
        #expect(PairingSolver.solve(instance).helpers.count { $0 == 0 } == 2)
        instance.ties = [
            PairingTie(
                pair: PersonHelper(person: 2, helper: 1), nearness: 0, evidence: 0, isKnown: true)
        ]
        let plan = PairingSolver.solve(instance)
        #expect(plan.helpers[2] == 1 && plan.reasons[2].first == .known)
        instance.helpers[1].asked = 7
        #expect(PairingSolver.solve(instance).helpers.count { $0 == 1 } == 1)
    }

    @Test("two requests of one person go to one helper, though each would rather have its own")
    func together() {
        let window = [MinuteWindow(0, 600)]
        let helpers = [0, 4, 2].map { east in
            PairingHelper(windows: window, cell: PlaceCell(x: east, y: 0), loadMax: 9)
        }
        let requests = [(0, 0), (1, 4), (2, 0), (3, 4)].map { hour, east in
            PairingRequest(
                person: Int32(hour / 2),
                window: MinuteWindow(Int32(hour) * 60, Int32(hour) * 60 + 60),
                cell: PlaceCell(x: Int32(east), y: 0), reach: 9)
        }
        let instance = PairingInstance(helpers: helpers, requests: requests)
        let plan = PairingSolver.solve(instance)
        #expect(plan.helpers[0] == plan.helpers[1] && plan.helpers[2] == plan.helpers[3])
        #expect(plan.helpers[0] != plan.helpers[2])
        #expect(plan.helpersOfPersons.allSatisfy { $0.count == 1 })
        #expect(PairingCheck.faults(of: plan, in: instance).isEmpty)
        var apart = instance
        apart.weights.unknown = 0
        let ones = PairingSolver.solve(apart).helpersOfPersons
        #expect(ones.allSatisfy { $0.count == 2 })
    }

    @Test("a plan that was changed is refused") func changed() {
        let instance = Self.estate(2, helpers: 6, requests: 8)
        let plan = PairingSolver.solve(instance)
        for request in 0..<8 {
            for helper in -1..<Int32(6) where plan.helpers[request] != (helper < 0 ? nil : helper) {
                var other = plan
                other.helpers[request] = helper < 0 ? nil : helper
                #expect(!PairingCheck.faults(of: other, in: instance).isEmpty)
            }
        }
    }
}
