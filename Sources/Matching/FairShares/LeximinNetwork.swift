/// A round as a network: lots, pick-ups (a household on a day) where they are limited, intakes and
/// ends of households; what flows from a lot to an end is a share.
struct LeximinNetwork {
    let instance: LeximinInstance
    /// Grains that flow as one: 1, or those of a whole unit.
    let step: Int64
    let lots: Int
    let households: Int
    /// Days by which pick-ups are told apart; 0 where nobody is limited.
    let days: Int
    var tails: [Int32] = []
    var heads: [Int32] = []
    var capacities: [Int64] = []
    /// What each lot brings in, in steps.
    var supplies: [Int64]
    /// Weight of each household, over the greatest common divisor of all; 0 for one left out.
    var weights: [Int64]
    /// That divisor.
    let weightUnit: Int64
    /// More than ever flows.
    let endless: Int64

    var nodes: Int { lots + households * (days + 2) }
    func intake(_ household: Int) -> Int32 { Int32(lots + households * days + household) }
    func end(_ household: Int) -> Int32 { Int32(lots + households * (days + 1) + household) }

    /// The network of those households that are included.
    init(_ instance: LeximinInstance, included: [Bool]) {
        self.instance = instance
        step = instance.isIntegral ? instance.grainsPerUnit : 1
        lots = instance.supplies.count
        households = instance.needs.count
        days = instance.dailyPickUps == nil ? 0 : Int(instance.days)
        supplies = (0..<lots).map { [step] lot in
            instance.lastDays[lot] > 0 ? instance.supplies[lot] / step : 0
        }
        endless = supplies.reduce(1, +)
        weights = (0..<households).map { included[$0] ? instance.weight(of: $0) : 0 }
        var unit: Int64 = 0
        for weight in weights {
            var (larger, smaller) = (unit, weight)
            while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
            unit = larger
        }
        weightUnit = max(unit, 1)
        for household in weights.indices { weights[household] /= weightUnit }
        for household in 0..<households where weights[household] > 0 {
            days == 0 ? addLots(of: household) : addPickUps(of: household)
            add(intake(household), end(household), instance.needs[household] / step)
        }
    }

    private mutating func add(_ tail: Int32, _ head: Int32, _ capacity: Int64) {
        tails.append(tail)
        heads.append(head)
        capacities.append(capacity)
    }

    private mutating func addLots(of household: Int) {
        for lot in instance.lots(of: household) where supplies[Int(lot)] > 0 {
            add(lot, intake(household), endless)
        }
    }

    private mutating func addPickUps(of household: Int) {
        let most = (instance.dailyPickUps?[household] ?? 0) / step
        for day in 1...days {
            let pickUp = Int32(lots + household * days + day - 1)
            for lot in instance.lots(of: household)
            where supplies[Int(lot)] > 0 && Int(instance.lastDays[Int(lot)]) >= day {
                add(lot, pickUp, endless)
            }
            add(pickUp, intake(household), most)
        }
    }

    /// Days on which a lot may still be handed out, ascending: in this order lots are opened, so
    /// that what expires first is used as far as can be.
    var lastDays: [Int32] {
        var lastDays = instance.lastDays.filter { $0 > 0 }.sorted()
        var kept = 0
        for index in lastDays.indices where index == 0 || lastDays[index] != lastDays[kept - 1] {
            lastDays[kept] = lastDays[index]
            kept += 1
        }
        lastDays.removeLast(lastDays.count - kept)
        return lastDays
    }

    /// The share that the flow of an arc is; nil for an arc that leaves no lot, or without flow.
    func share(arc: Int, quantity: ExactRatio) -> LeximinPlan.Share? {
        guard tails[arc] < lots, quantity.numerator > 0 else { return nil }
        let head = Int(heads[arc]) - lots
        guard days > 0 else {
            return LeximinPlan.Share(
                household: Int32(head), lot: tails[arc], day: 0, quantity: quantity)
        }
        return LeximinPlan.Share(
            household: Int32(head / days), lot: tails[arc], day: Int32(head % days + 1),
            quantity: quantity)
    }

    /// The level of a part of the network, by its nodes.
    func level(_ fill: ExactRatio, nodes: [Int32]) -> LeximinPlan.Level {
        var level = LeximinPlan.Level(
            fill: fill, households: [], intakes: [], lots: [], pickUps: [])
        let (firstIntake, firstEnd) = (intake(0), end(0))
        for node in nodes.sorted() {
            if node < lots {
                level.lots.append(node)
            } else if node < firstIntake {
                let place = Int(node) - lots
                level.pickUps.append(
                    LeximinPlan.PickUp(
                        household: Int32(place / days), day: Int32(place % days + 1)))
            } else if node < firstEnd {
                level.intakes.append(node - firstIntake)
            } else {
                level.households.append(node - firstEnd)
            }
        }
        return level
    }
}
