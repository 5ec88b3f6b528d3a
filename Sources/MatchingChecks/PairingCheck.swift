public import Matching

/// Judges a pairing by the instance alone: rules, time, load, cost, reasons.
public enum PairingCheck {
    /// What does not hold.
    public static func faults(of plan: PairingPlan, in instance: PairingInstance) -> [Fault] {
        let count = instance.requests.count
        guard plan.helpers.count == count, plan.reasons.count == count,
            plan.prices.count == instance.helpers.count
        else { return [Fault("plan", "\(plan.helpers.count) of \(count) requests")] }
        var faults: [Fault] = []
        var tasks = [[Int]](repeating: [], count: instance.helpers.count)
        var cost: Int64 = 0
        for (request, helper) in plan.helpers.enumerated() {
            if plan.reasons[request].isEmpty { faults.append(Fault("reasons", "\(request)")) }
            guard let helper else {
                let wish = instance.requests[request]
                cost += instance.weights.unmet
                cost += instance.weights.unmetPriority * Int64(wish.priority)
                continue
            }
            guard instance.helpers.indices.contains(Int(helper)) else {
                return [Fault("helper", "there is no \(helper)")]
            }
            tasks[Int(helper)].append(request)
            cost += arcCost(request, Int(helper), instance)
            for rule in broken(request, Int(helper), instance) {
                faults.append(Fault(rule, "request \(request), helper \(helper)"))
            }
        }
        for (helper, own) in tasks.enumerated() {
            faults += taskFaults(helper, own, instance)
            for place in own.indices {
                let before = Int64(instance.helpers[helper].load) + Int64(place)
                cost += instance.weights.workload * (2 * before + 1)
                let most = Int64(max(1, instance.helpers[helper].loadMax))
                cost += instance.weights.fullness * (before + 1) / most
            }
        }
        cost += Int64(unknownPairs(plan, instance).count) * instance.weights.unknown
        if cost != plan.cost { faults.append(Fault("cost", "\(plan.cost), not \(cost)")) }
        if plan.bound > plan.cost { faults.append(Fault("bound", "\(plan.bound) is above")) }
        return faults + fallenFaults(plan, instance) + personFaults(plan, instance)
    }

    /// Persons and helpers who meet by this plan for the first time this month.
    private static func unknownPairs(
        _ plan: PairingPlan, _ instance: PairingInstance
    ) -> Set<PersonHelper> {
        var pairs = Set<PersonHelper>()
        for (request, helper) in plan.helpers.enumerated() {
            if let helper {
                pairs.insert(
                    PersonHelper(person: instance.requests[request].person, helper: helper))
            }
        }
        return pairs.subtracting(instance.ties.filter(\.isKnown).map(\.pair))
    }

    private static func arcCost(
        _ request: Int, _ helper: Int, _ instance: PairingInstance
    ) -> Int64 {
        let (wish, other) = (instance.requests[request], instance.helpers[helper])
        let tie = instance.ties.first { $0.pair.person == wish.person && $0.pair.helper == helper }
        let weights = instance.weights
        var cost = cells(wish.cell, other.cell) * weights.distance
        cost += Int64(4 - (tie.map(\.nearness) ?? 0)) * weights.nearness
        var evidence = tie.map(\.evidence) ?? 0
        if let own = other.standing {
            let heard = own.reduce(Int32(0)) {
                wish.skills.contains($1.skill) ? max($0, $1.evidence) : $0
            }
            evidence = min(1000, evidence + heard)
        }
        cost += Int64(1000 - evidence) * weights.evidence
        cost += Int64(other.asked) * weights.asked
        if tie?.isKnown != true { cost += later(wish, helper, instance) }
        let isAsked = wish.proposed.map { Int($0) == helper } ?? false
        return isAsked ? cost - weights.kept : cost + waiting(wish, other, tie, instance)
    }

    /// Cells between two places, along the axis on which they are farther apart.
    private static func cells(_ one: PlaceCell, _ other: PlaceCell) -> Int64 {
        let (east, north) = (Int64(one.x) - Int64(other.x), Int64(one.y) - Int64(other.y))
        return Int64(max(east.magnitude, north.magnitude))
    }

    /// The rules that a pair breaks, each by its name.
    private static func broken(
        _ request: Int, _ helper: Int, _ instance: PairingInstance
    ) -> [String] {
        let (wish, other) = (instance.requests[request], instance.helpers[helper])
        var rules: [String] = []
        let isFree = other.windows.contains {
            $0.begin <= wish.window.begin && $0.end >= wish.window.end
        }
        if !isFree { rules.append("window") }
        for busy in other.busy
        where busy.begin < wish.window.end && wish.window.begin < busy.end {
            rules.append("busy")
        }
        if !Set(wish.skills).isSubset(of: other.skills) { rules.append("skill") }
        if !wish.languages.isEmpty, Set(wish.languages).isDisjoint(with: other.languages) {
            rules.append("language")
        }
        if cells(wish.cell, other.cell) > wish.reach { rules.append("distance") }
        if wish.declined.contains(Int32(helper)) { rules.append("declined") }
        if wish.genderRule != nil && wish.genderRule != other.gender { rules.append("rule") }
        if other.genderRule != nil && other.genderRule != wish.gender { rules.append("rule") }
        for pair in instance.barred where pair.person == wish.person && pair.helper == helper {
            rules.append("rule")
        }
        return rules
    }

    private static func taskFaults(
        _ helper: Int, _ tasks: [Int], _ instance: PairingInstance
    ) -> [Fault] {
        let other = instance.helpers[helper]
        var faults: [Fault] = []
        if !tasks.isEmpty, Int(other.load) + tasks.count > other.loadMax {
            faults.append(Fault("load", "helper \(helper) has \(tasks.count) more tasks"))
        }
        if !tasks.isEmpty, Int(other.asked) + tasks.count > other.askedMax {
            faults.append(Fault("asked", "helper \(helper) is asked \(tasks.count) times more"))
        }
        let windows = tasks.map { instance.requests[$0].window }.sorted { $0.begin < $1.begin }
        for (first, second) in zip(windows, windows.dropFirst()) where second.begin < first.end {
            faults.append(Fault("overlap", "helper \(helper) at minute \(second.begin)"))
        }
        return faults
    }

    /// Each pair that fell names a rule that it breaks, and each that breaks one fell; the rule
    /// that stands for block, report, health and gender is named only where no other is broken.
    private static func fallenFaults(
        _ plan: PairingPlan, _ instance: PairingInstance
    ) -> [Fault] {
        var hasFallen = Set<PersonHelper>()
        for pair in plan.fallen {
            hasFallen.insert(PersonHelper(person: pair.request, helper: pair.helper))
            if plan.helpers[Int(pair.request)] == pair.helper {
                return [Fault("fallen", "request \(pair.request) has helper \(pair.helper)")]
            }
            let rules = broken(Int(pair.request), Int(pair.helper), instance)
            let other = instance.helpers[Int(pair.helper)]
            let isFull = other.load >= other.loadMax || other.asked >= other.askedMax
            let isPlain: Bool
            switch pair.reason {
            case .outranked: isPlain = rules.isEmpty && !isFull
            case .rule: isPlain = !rules.isEmpty && rules.allSatisfy { $0 == "rule" } && !isFull
            case .load, .asked: isPlain = isFull
            default: isPlain = rules.contains { $0 != "rule" }
            }
            if !isPlain { return [Fault("fallen", "\(pair) breaks \(rules)")] }
        }
        for request in instance.requests.indices {
            for helper in instance.helpers.indices
            where !broken(request, helper, instance).isEmpty {
                let pair = PersonHelper(person: Int32(request), helper: Int32(helper))
                if !hasFallen.contains(pair) {
                    return [Fault("fallen", "nobody says why \(helper) may not take \(request)")]
                }
            }
        }
        return []
    }

    private static func personFaults(
        _ plan: PairingPlan, _ instance: PairingInstance
    ) -> [Fault] {
        for own in plan.helpersOfPersons {
            var helpers = Set(
                instance.ties.filter { $0.isKnown && $0.pair.person == own.person }
                    .map(\.pair.helper))
            for (request, helper) in plan.helpers.enumerated() {
                if let helper, instance.requests[request].person == own.person {
                    helpers.insert(helper)
                }
            }
            if helpers.count != own.count {
                return [Fault("helpers", "person \(own.person) has \(helpers.count)")]
            }
        }
        let persons = Set(instance.requests.map(\.person))
        return persons.count == plan.helpersOfPersons.count ? [] : [Fault("helpers", "persons")]
    }
}
