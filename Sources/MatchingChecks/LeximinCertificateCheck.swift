public import Matching

/// Checks a plan's shares and the cut of each of its levels in whole numbers and fractions alone.
public enum LeximinCertificateCheck {
    /// What is wrong with a plan; nothing is rounded.
    public static func faults(_ plan: LeximinPlan, of instance: LeximinInstance) -> [Fault] {
        var faults = supplyFaults(plan, instance)
        let got = plan.quantities(households: instance.needs.count)
        for household in got.indices {
            guard let got = got[household] else {
                faults.append(Fault("exact", "household \(household): beyond 128 bits"))
                continue
            }
            if ExactRatio(instance.needs[household], 1).isLess(than: got) {
                faults.append(Fault("need", "household \(household)"))
            }
        }
        guard faults.isEmpty, plan.isProven, !instance.isIntegral else { return faults }
        return levelFaults(plan, instance, got.map { $0 ?? .zero })
    }

    private static func supplyFaults(
        _ plan: LeximinPlan, _ instance: LeximinInstance
    ) -> [Fault] {
        var faults: [Fault] = []
        var used = [ExactRatio?](repeating: .zero, count: instance.supplies.count)
        let days = instance.dailyPickUps == nil ? 0 : Int(instance.days)
        var fetched = [ExactRatio?](repeating: .zero, count: instance.needs.count * days)
        for share in plan.shares {
            let (household, lot) = (Int(share.household), Int(share.lot))
            let place = "household \(household), lot \(lot), day \(share.day)"
            let isDay =
                days == 0
                ? share.day == 0 && instance.lastDays[lot] > 0
                : share.day >= 1 && share.day <= instance.lastDays[lot]
            if !isDay { faults.append(Fault("expiry", place)) }
            if !instance.lots(of: household).contains(share.lot) {
                faults.append(Fault("eligible", place))
            }
            if share.quantity.numerator <= 0 { faults.append(Fault("quantity", place)) }
            used[lot] = used[lot]?.adding(share.quantity)
            guard days > 0, isDay else { continue }
            let pickUp = household * days + Int(share.day) - 1
            fetched[pickUp] = fetched[pickUp]?.adding(share.quantity)
        }
        for (lot, used) in used.enumerated() {
            guard let used, !ExactRatio(instance.supplies[lot], 1).isLess(than: used) else {
                faults.append(Fault("supply", "lot \(lot)"))
                continue
            }
        }
        for (pickUp, fetched) in fetched.enumerated() {
            let most = instance.dailyPickUps?[pickUp / days] ?? 0
            guard let fetched, !ExactRatio(most, 1).isLess(than: fetched) else {
                faults.append(Fault("daily", "household \(pickUp / days)"))
                continue
            }
        }
        return faults
    }

    /// Levels rise, hold each household once, and each cut is worth what its households get.
    private static func levelFaults(
        _ plan: LeximinPlan, _ instance: LeximinInstance, _ got: [ExactRatio]
    ) -> [Fault] {
        var faults: [Fault] = []
        var cut = Cut(instance)
        var sum: ExactRatio = .zero
        for (number, level) in plan.levels.enumerated() {
            if number > 0, !plan.levels[number - 1].fill.isLess(than: level.fill) {
                faults.append(Fault("rising", "level \(number)"))
            }
            for household in level.households.map(Int.init) {
                let fill = level.fill
                let weight = Int128(instance.weight(of: household))
                let due = fill.numerator.multipliedReportingOverflow(by: weight)
                if due.overflow || ExactRatio(due.partialValue, fill.denominator) != got[household]
                {
                    faults.append(Fault("level", "household \(household) in level \(number)"))
                }
                if cut.isIn[household] { faults.append(Fault("twice", "household \(household)")) }
                guard let more = sum.adding(got[household]) else {
                    return faults + [Fault("exact", "level \(number): beyond 128 bits")]
                }
                sum = more
            }
            cut.close(level)
            guard let worth = cut.worth() else {
                faults.append(Fault("open", "the cut of level \(number) lets more through"))
                continue
            }
            if ExactRatio(worth, 1) != sum {
                faults.append(Fault("cut", "level \(number): \(sum.value) of \(worth)"))
            }
        }
        let dropped = Set(plan.dropped.map { Int($0.household) })
        for household in got.indices
        where !cut.isIn[household] && !dropped.contains(household) && instance.needs[household] > 0
        {
            faults.append(Fault("missing", "household \(household) has no level"))
        }
        return faults
    }

    /// What levels up to one close, and the most that can come through to their households.
    private struct Cut {
        let instance: LeximinInstance
        let days: Int
        var isIn: [Bool]
        var intakes: [Bool]
        var lots: [Bool]
        var pickUps: [Bool]

        init(_ instance: LeximinInstance) {
            self.instance = instance
            days = instance.dailyPickUps == nil ? 0 : Int(instance.days)
            isIn = [Bool](repeating: false, count: instance.needs.count)
            intakes = isIn
            lots = [Bool](repeating: false, count: instance.supplies.count)
            pickUps = [Bool](repeating: false, count: instance.needs.count * days)
        }

        mutating func close(_ level: LeximinPlan.Level) {
            for household in level.households { isIn[Int(household)] = true }
            for household in level.intakes { intakes[Int(household)] = true }
            for lot in level.lots { lots[Int(lot)] = true }
            for pickUp in level.pickUps {
                pickUps[Int(pickUp.household) * days + Int(pickUp.day) - 1] = true
            }
        }

        /// The sum of what bounds each household; nil when something comes through unbounded.
        func worth() -> Int128? {
            var worth: Int128 = 0
            for lot in lots.indices where lots[lot] && instance.lastDays[lot] > 0 {
                worth += Int128(instance.supplies[lot])
            }
            for household in isIn.indices where isIn[household] {
                if !intakes[household] {
                    worth += Int128(instance.needs[household])
                } else if days == 0 {
                    guard isClosed(household, day: 1) else { return nil }
                } else {
                    for day in 1...days {
                        if pickUps[household * days + day - 1] {
                            guard isClosed(household, day: Int32(day)) else { return nil }
                        } else {
                            worth += Int128(instance.dailyPickUps?[household] ?? 0)
                        }
                    }
                }
            }
            return worth
        }

        private func isClosed(_ household: Int, day: Int32) -> Bool {
            instance.lots(of: household).allSatisfy { lot in
                lots[Int(lot)] || instance.lastDays[Int(lot)] < day
                    || instance.supplies[Int(lot)] == 0
            }
        }
    }
}
