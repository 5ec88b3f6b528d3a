/// The hard filter: which pairs may be at all, what each costs, and why the others fell.
public struct PairingFilter: Sendable {
    /// A pair that may be.
    public struct Arc: Hashable, Sendable {
        /// Number of the helper.
        public var helper: Int32
        /// Without workload; `share` is in it.
        public var cost: Int64
        /// What it costs that the person does not know the helper, once for all that it takes of
        /// this person; 0 for a known one.
        public var meeting: Int64
        /// The meeting's part of this request: no plan pays less, if all the person's requests
        /// share it.
        public var share: Int64
    }

    private(set) var instance: PairingInstance
    /// Sorted by pair.
    private let ties: [PairingTie]
    private let barred: [PersonHelper]
    private let skills: [[Int32]]
    /// Persons of the requests, ascending, each as often as they ask.
    private var persons: [Int32]
    /// Of each request, the minutes in which it may be answered.
    private var minutesLeft: [Int32]
    private let nearby: PairingNearby
    /// Helpers with each skill.
    private let skilled: [Int32: PairingNearby]
    private let promise: PairingPromise?
    /// Of each request, helpers whom its person knows, where it counts what comes later.
    private var known: [[Int32]] = []

    /// Sorts what is looked up.
    public init(_ instance: PairingInstance) {
        self.instance = instance
        ties = instance.ties.sorted { $0.pair < $1.pair }
        barred = instance.barred.sorted()
        skills = instance.helpers.map { $0.skills.sorted() }
        persons = instance.requests.map(\.person).sorted()
        minutesLeft = instance.requests.map { Self.minutesLeft($0, instance.outlook) }
        nearby = PairingNearby(instance.helpers, instance.helpers.indices)
        skilled = Self.skilled(instance.helpers, skills)
        let (skills, ties) = (skills, ties)
        promise = instance.forecast.map {
            PairingPromise($0, instance.helpers, skills, ties: ties)
        }
        if promise != nil { known = instance.requests.map { known(to: $0.person) } }
    }

    private static func skilled(
        _ helpers: [PairingHelper], _ skills: [[Int32]]
    ) -> [Int32: PairingNearby] {
        var holders: [Int32: [Int]] = [:]
        for (helper, own) in skills.enumerated() {
            for (place, skill) in own.enumerated() where place == 0 || own[place - 1] != skill {
                holders[skill, default: []].append(helper)
            }
        }
        return holders.mapValues { PairingNearby(helpers, $0) }
    }

    private static func minutesLeft(_ request: PairingRequest, _ outlook: PairingOutlook?) -> Int32
    {
        outlook.map { $0.minutesOfDay(from: $0.now, to: request.window.begin) } ?? 0
    }

    /// Takes in one more request, the last.
    mutating func add(_ request: PairingRequest) {
        instance.requests.append(request)
        persons.insert(request.person, at: persons.partition { $0 < request.person })
        minutesLeft.append(Self.minutesLeft(request, instance.outlook))
        if promise != nil { known.append(known(to: request.person)) }
    }

    /// Why a helper may not take a request; nil when it may.
    public func obstacle(_ request: Int, _ helper: Int) -> PairingReason? {
        let wish = instance.requests[request]
        let other = instance.helpers[helper]
        guard other.windows.contains(where: { $0.holds(wish.window) }),
            !other.busy.contains(where: { $0.overlaps(wish.window) })
        else { return .window }
        for skill in wish.skills where !skills[helper].contains(skill) { return .skill(skill) }
        if !wish.languages.isEmpty, !wish.languages.contains(where: other.languages.contains) {
            return .language
        }
        let cells = other.cell.distance(to: wish.cell)
        if cells > wish.reach { return .distance(cells: cells, most: wish.reach) }
        if wish.declined.contains(Int32(helper)) { return .declined }
        if other.load >= other.loadMax { return .load(most: other.loadMax) }
        if other.asked >= other.askedMax { return .asked(most: other.askedMax) }
        if let rule = wish.genderRule, rule != other.gender { return .rule }
        if let rule = other.genderRule, rule != wish.gender { return .rule }
        let pair = PersonHelper(person: wish.person, helper: Int32(helper))
        return barred.holdsSorted(pair) ? .rule : nil
    }

    /// The cost of a pair that may be, without workload and without `meeting`.
    public func cost(_ request: Int, _ helper: Int) -> Int64 {
        let weights = instance.weights
        let wish = instance.requests[request]
        let other = instance.helpers[helper]
        let tie = self.tie(wish.person, helper)
        var cost = weights.distance * other.cell.distance(to: wish.cell)
        cost += weights.nearness * Int64(4 - (tie?.nearness ?? 0))
        cost += weights.evidence * Int64(1000 - evidence(tie, wish, other))
        cost += weights.asked * Int64(other.asked)
        if tie?.isKnown != true { cost += later(request, helper) }
        if wish.proposed == Int32(helper) { return cost - weights.kept }
        return cost + waiting(request, helper, tie)
    }

    /// What the person knows of the helper, and a little of what others do.
    private func evidence(
        _ tie: PairingTie?, _ wish: PairingRequest, _ other: PairingHelper
    ) -> Int32 {
        let own = tie?.evidence ?? 0
        guard let standing = other.standing else { return own }
        let others = standing.filter { wish.skills.contains($0.skill) }.map(\.evidence).max() ?? 0
        return min(1000, own + others)
    }

    /// What a request is expected to lose by asking a helper first; who is asked already costs
    /// nothing more.
    private func waiting(_ request: Int, _ helper: Int, _ tie: PairingTie?) -> Int64 {
        guard let outlook = instance.outlook else { return 0 }
        let other = instance.helpers[helper]
        let loss = outlook.loss(
            minutesLeft: minutesLeft[request], chance: outlook.chance(other, tie),
            minutes: other.answerMinutes ?? outlook.minutes)
        return unmetCost(request) * instance.weights.waiting / 1000 * loss / 1000
    }

    /// What a helper who is not known yet costs for what the helper could not do later.
    private func later(_ request: Int, _ helper: Int) -> Int64 {
        guard let promise else { return 0 }
        let requests = promise.requests(instance.requests[request], helper, known: known[request])
        return instance.weights.again * (PairingForecast.requestsMax - requests) / 1000
    }

    /// What it costs, once for each person and helper, that they do not know each other.
    public func meeting(_ person: Int32, _ helper: Int) -> Int64 {
        tie(person, helper)?.isKnown == true ? 0 : instance.weights.unknown
    }

    private func arc(_ request: Int, _ helper: Int, of count: Int64) -> Arc {
        let meeting = meeting(instance.requests[request].person, helper)
        let share = meeting / count
        return Arc(
            helper: Int32(helper), cost: cost(request, helper) + share, meeting: meeting,
            share: share)
    }

    /// What a person and a helper are to each other.
    public func tie(_ person: Int32, _ helper: Int) -> PairingTie? {
        let pair = PersonHelper(person: person, helper: Int32(helper))
        let place = ties.partition { $0.pair < pair }
        return place < ties.count && ties[place].pair == pair ? ties[place] : nil
    }

    /// Helpers whom a person knows this month, ascending.
    public func known(to person: Int32) -> [Int32] {
        let first = ties.partition { $0.pair.person < person }
        return ties[first...].prefix { $0.pair.person == person }.filter(\.isKnown).map(
            \.pair.helper)
    }

    /// The arcs that a request keeps, ascending by cost and helper, and each pair that fell.
    public func arcs(of request: Int, fallen: inout [FallenPair]) -> [Arc] {
        var arcs: [Arc] = []
        let count = requests(of: instance.requests[request].person)
        for helper in instance.helpers.indices {
            if let reason = obstacle(request, helper) {
                fallen.append(
                    FallenPair(request: Int32(request), helper: Int32(helper), reason: reason))
            } else {
                arcs.append(arc(request, helper, of: count))
            }
        }
        return cheapest(arcs, of: request) { arc in
            fallen.append(
                FallenPair(
                    request: Int32(request), helper: arc.helper,
                    reason: .outranked(by: instance.arcsMax)))
        }
    }

    /// The arcs that a request keeps, ascending by cost and helper; looks only at helpers within
    /// its reach who have the rarest of its skills.
    public func arcs(of request: Int) -> [Arc] {
        var arcs: [Arc] = []
        let wish = instance.requests[request]
        let count = requests(of: wish.person)
        let rarest = wish.skills.map { skilled[$0] }.min { ($0?.count ?? 0) < ($1?.count ?? 0) }
        guard let able = rarest ?? nearby else { return [] }
        able.visit(wish.cell, reach: wish.reach) { helper in
            if obstacle(request, helper) == nil { arcs.append(arc(request, helper, of: count)) }
        }
        return cheapest(arcs, of: request) { _ in }
    }

    /// How many helpers fall for each code, in the order of `PairingReason.fallIndex`.
    func obstacleCounts(_ request: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: PairingReason.fallCount)
        for helper in instance.helpers.indices {
            if let index = obstacle(request, helper)?.fallIndex { counts[index] += 1 }
        }
        return counts
    }

    private func requests(of person: Int32) -> Int64 {
        let first = persons.partition { $0 < person }
        return Int64(persons[first...].prefix { $0 == person }.count)
    }

    /// The cheapest arcs, and those to helpers whom the person knows.
    private func cheapest(_ arcs: [Arc], of request: Int, fell: (Arc) -> Void) -> [Arc] {
        let arcs = arcs.sorted { ($0.cost, $0.helper) < ($1.cost, $1.helper) }
        guard arcs.count > instance.arcsMax else { return arcs }
        var kept = Array(arcs.prefix(instance.arcsMax))
        let person = instance.requests[request].person
        for arc in arcs.dropFirst(instance.arcsMax) {
            if tie(person, Int(arc.helper))?.isKnown == true { kept.append(arc) } else { fell(arc) }
        }
        return kept
    }

    /// The cost of leaving a request unmet.
    public func unmetCost(_ request: Int) -> Int64 {
        let priority = Int64(instance.requests[request].priority)
        return instance.weights.unmet + instance.weights.unmetPriority * priority
    }
}

extension Array {
    /// In an array whose elements that pass stand first, how many they are.
    func partition(_ passes: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if passes(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension Array where Element: Comparable {
    /// Whether a sorted array holds an element.
    func holdsSorted(_ element: Element) -> Bool {
        let place = partition { $0 < element }
        return place < count && self[place] == element
    }
}
