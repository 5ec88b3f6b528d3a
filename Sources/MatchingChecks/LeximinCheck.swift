public import Matching

/// Checks shares of divisible lots: that they are possible, and that none could be fairer.
///
/// The fairness is proven from the shares alone: nobody can get more by exchanges that end at a lot
/// with something left, or with a household whose weighted fill is larger. For the quantities that
/// households can get (a polymatroid) this is what it means to be the leximin optimum.
public enum LeximinCheck {
    /// What is wrong with an answer in the numbers of the file, to `tolerance` units and fills.
    public static func faults(
        _ answer: LeximinAnswer, of instance: LeximinInstance, tolerance: Double = 1e-6
    ) -> [Fault] {
        var faults = shape(answer, instance)
        guard faults.isEmpty else { return faults }
        var exchange = LeximinExchange(answer, instance, tolerance)
        faults = exchange.feasibilityFaults()
        guard faults.isEmpty else { return faults }
        return exchange.fairnessFaults()
    }

    private static func shape(_ answer: LeximinAnswer, _ instance: LeximinInstance) -> [Fault] {
        var faults: [Fault] = []
        let (households, lots) = (instance.needs.count, instance.supplies.count)
        if answer.fill.count != households {
            faults.append(Fault("fill", "\(answer.fill.count) of \(households) households"))
        }
        for household in answer.dropped ?? [] where household < 0 || household >= households {
            faults.append(Fault("dropped", "there is no household \(household)"))
        }
        if instance.dailyPickUps != nil, answer.days?.count != answer.allocation.count {
            faults.append(Fault("days", "one an entry of the allocation"))
        }
        for (index, entry) in answer.allocation.enumerated() {
            guard (0..<households).contains(entry.household), (0..<lots).contains(entry.lot)
            else {
                faults.append(Fault("range", "household \(entry.household), lot \(entry.lot)"))
                continue
            }
            let place = "household \(entry.household), lot \(entry.lot)"
            if !(entry.quantity >= 0) || !entry.quantity.isFinite {
                faults.append(Fault("quantity", "\(place): \(entry.quantity)"))
            }
            if !instance.lots(of: entry.household).contains(Int32(entry.lot)) {
                faults.append(Fault("eligible", place))
            }
            let last = Int(instance.lastDays[entry.lot])
            let day = instance.dailyPickUps == nil ? 1 : answer.days?[index] ?? 1
            if day < 1 || day > last { faults.append(Fault("expiry", "\(place), day \(day)")) }
        }
        return faults
    }
}

/// The shares as a graph of who could give way to whom.
private struct LeximinExchange {
    let instance: LeximinInstance
    let answer: LeximinAnswer
    let tolerance: Double
    let unit: Double
    /// Days by which pick-ups are told apart; 1 where nobody is limited.
    let days: Int
    var got: [Double]
    var left: [Double]
    var fetched: [Double] = []
    /// Pick-ups (household times `days` plus day) with a positive quantity of each lot.
    var takers: [[Int]]
    let isDropped: [Bool]

    init(_ answer: LeximinAnswer, _ instance: LeximinInstance, _ tolerance: Double) {
        self.instance = instance
        self.answer = answer
        self.tolerance = tolerance
        unit = Double(instance.grainsPerUnit)
        days = instance.dailyPickUps == nil ? 1 : Int(instance.days)
        got = [Double](repeating: 0, count: instance.needs.count)
        left = instance.supplies.map { [unit] in Double($0) / unit }
        fetched = [Double](repeating: 0, count: instance.needs.count * days)
        takers = [[Int]](repeating: [], count: instance.supplies.count)
        var isDropped = [Bool](repeating: false, count: instance.needs.count)
        for household in answer.dropped ?? [] { isDropped[household] = true }
        self.isDropped = isDropped
        for (index, entry) in answer.allocation.enumerated() {
            got[entry.household] += entry.quantity
            left[entry.lot] -= entry.quantity
            let day = instance.dailyPickUps == nil ? 0 : (answer.days?[index] ?? 1) - 1
            fetched[entry.household * days + day] += entry.quantity
            if entry.quantity > tolerance {
                takers[entry.lot].append(entry.household * days + day)
            }
        }
    }

    func need(_ household: Int) -> Double { Double(instance.needs[household]) / unit }

    /// Quantity over need times priority.
    func fill(_ household: Int) -> Double { got[household] / weight(household) }

    func weight(_ household: Int) -> Double {
        need(household) * Double(instance.priorities[household]) / 1000
    }

    func canFetchMore(_ pickUp: Int) -> Bool {
        guard let most = instance.dailyPickUps else { return true }
        return fetched[pickUp] < Double(most[pickUp / days]) / unit - tolerance
    }

    func feasibilityFaults() -> [Fault] {
        var faults: [Fault] = []
        for lot in left.indices where left[lot] < -tolerance * max(1, -left[lot]) {
            faults.append(Fault("supply", "lot \(lot): \(-left[lot]) too much"))
        }
        for household in got.indices {
            let need = need(household)
            if got[household] > need + tolerance {
                faults.append(Fault("need", "household \(household): \(got[household])"))
            }
            let fill = need == 0 ? 1 : got[household] / need
            if !(abs(fill - answer.fill[household]) <= tolerance) {
                faults.append(
                    Fault("fill", "household \(household): \(answer.fill[household]), not \(fill)"))
            }
            let useful = Double(instance.usefulQuantities[household]) / unit
            if isDropped[household] ? got[household] > 0 : got[household] < useful - tolerance {
                faults.append(Fault("useful", "household \(household): \(got[household])"))
            }
            for day in 0..<days {
                guard let most = instance.dailyPickUps else { break }
                let quantity = fetched[household * days + day]
                if quantity > Double(most[household]) / unit + tolerance {
                    faults.append(
                        Fault("daily", "household \(household), day \(day + 1): \(quantity)"))
                }
            }
        }
        guard instance.isIntegral else { return faults }
        for entry in answer.allocation where entry.quantity != entry.quantity.rounded() {
            faults.append(Fault("whole", "household \(entry.household), lot \(entry.lot)"))
        }
        return faults
    }

    /// Searches from each household, by rising fill, for what it could get from others.
    ///
    /// What a household with a smaller fill could not change need not be searched again; with whole
    /// units it depends on the weight of who asks, and is.
    mutating func fairnessFaults() -> [Fault] {
        var faults: [Fault] = []
        let askers = got.indices.filter { household in
            !isDropped[household] && need(household) > 0
                && got[household] < room(household) - tolerance
        }.sorted { fill($0) == fill($1) ? $0 < $1 : fill($0) < fill($1) }
        var seen = Seen(self)
        for asker in askers {
            if instance.isIntegral { seen = Seen(self) }
            seen.ask(asker)
            while let household = seen.waiting.popLast() {
                if household != asker, isGain(asker, from: household) {
                    faults.append(Fault("unfair", "household \(asker) below \(household)"))
                }
                let fault = spread(from: household, seen: &seen)
                if let fault { faults.append(Fault("waste", "household \(asker): \(fault)")) }
            }
        }
        return faults
    }

    /// Most that a household could use: its need, or the whole units of it.
    private func room(_ household: Int) -> Double {
        instance.isIntegral ? need(household).rounded(.down) : need(household)
    }

    /// Whether `asker` and `giver`, sorted, would be better off with a little, or a unit, moved.
    private func isGain(_ asker: Int, from giver: Int) -> Bool {
        guard instance.isIntegral else { return fill(giver) > fill(asker) + tolerance }
        let after = [
            fill(asker) + 1 / weight(asker), fill(giver) - 1 / weight(giver),
        ].sorted()
        let before = [fill(asker), fill(giver)].sorted()
        guard abs(after[0] - before[0]) <= 1e-9 else { return after[0] > before[0] }
        return after[1] > before[1] + 1e-9
    }

    /// Goes from a household that gives way to all who could make up for it; names a lot with
    /// something left.
    private func spread(from household: Int, seen: inout Seen) -> String? {
        for day in 0..<days {
            let pickUp = household * days + day
            if !seen.pickUps[pickUp], canFetchMore(pickUp) { seen.pickUps[pickUp] = true }
        }
        var found: String?
        var pickUps = (0..<days).map { household * days + $0 }.filter { seen.pickUps[$0] }
        while let pickUp = pickUps.popLast() {
            guard !seen.spread[pickUp] else { continue }
            seen.spread[pickUp] = true
            let (owner, day) = (pickUp / days, pickUp % days + 1)
            for lot in instance.lots(of: owner).map(Int.init)
            where !seen.lots[lot] && day <= instance.lastDays[lot] {
                seen.lots[lot] = true
                let least = instance.isIntegral ? 1 - tolerance : tolerance
                let whole = instance.isIntegral ? wholeLeft(lot) : left[lot]
                if whole > least { found = "lot \(lot) has \(left[lot]) left" }
                for taker in takers[lot] where !seen.pickUps[taker] {
                    seen.pickUps[taker] = true
                    pickUps.append(taker)
                    seen.ask(taker / days)
                }
            }
        }
        return found
    }

    private func wholeLeft(_ lot: Int) -> Double {
        let supply = (Double(instance.supplies[lot]) / unit).rounded(.down)
        return supply - (Double(instance.supplies[lot]) / unit - left[lot])
    }

    /// What a search has reached.
    struct Seen {
        var households: [Bool]
        var pickUps: [Bool]
        var spread: [Bool]
        var lots: [Bool]
        var waiting: [Int] = []

        init(_ exchange: LeximinExchange) {
            households = [Bool](repeating: false, count: exchange.got.count)
            pickUps = [Bool](repeating: false, count: exchange.fetched.count)
            spread = pickUps
            lots = [Bool](repeating: false, count: exchange.left.count)
        }

        mutating func ask(_ household: Int) {
            guard !households[household] else { return }
            households[household] = true
            waiting.append(household)
        }
    }
}
