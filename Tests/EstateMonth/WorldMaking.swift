extension EstateWorld {
    /// A month from a seed: one household in five asks, one in five offers time.
    init(seed: UInt64, days: Int, households: Int) {
        self.init(seed: seed, days: days)
        var luck = Luck(seed, 1 << 60)
        for household in 0..<households { residents.append(Self.resident(household, &luck)) }
        for household in 0..<households {
            switch luck.below(5) {
            case 0: elders.append(household)
            case 1: offers.append(Self.offer(household, days, &luck))
            default: break
            }
        }
        makeBonds(&luck)
        for elder in elders.indices {
            for _ in 0..<2 where luck.isTrue(0.2) {
                barred.insert(Pair(elder: elder, offer: luck.below(offers.count)))
            }
        }
        makeAsks(households * days * 20 / 903, &luck)
    }

    private static func resident(_ household: Int, _ luck: inout Luck) -> Resident {
        let stair = household / 20
        let building = stair / 3
        var speech = luck.isTrue(0.9) ? [0] : []
        if speech.isEmpty || luck.isTrue(0.4) { speech.append(1 + luck.below(3)) }
        return Resident(
            east: building % 4 * 5 + stair % 3, north: building / 4 * 5, stair: stair,
            town: luck.below(12), isWoman: luck.isTrue(0.55), speech: speech)
    }

    private static func offer(_ household: Int, _ days: Int, _ luck: inout Luck) -> Offer {
        let workdays: [Range<Int>]
        let weekends: [Range<Int>]
        switch luck.below(10) {
        case 0...3: (workdays, weekends) = ([8..<12, 14..<18], [9..<12])  // retired
        case 4...5: (workdays, weekends) = ([9..<15], [])  // parents
        case 6...8: (workdays, weekends) = ([18..<21], [9..<18])  // employed
        default: (workdays, weekends) = ([16..<20], [9..<12, 14..<20])  // students
        }
        let hours = (0..<7).map { weekday in
            (weekday < 5 ? workdays : weekends).filter { _ in luck.isTrue(0.75) }
        }
        let (away, gone) = (luck.below(days), luck.below(days))
        return Offer(
            resident: household, hours: hours,
            skills: Set((0..<4).filter { _ in luck.isTrue(0.4) }),
            tasksMax: 3 + luck.below(6), womenOnly: luck.isTrue(0.06),
            readiness: 0.4 + 0.45 * luck.unit(), minutesToAnswer: 10 + luck.below(110),
            away: away..<away + (luck.isTrue(0.4) ? 3 + luck.below(8) : 0),
            gone: gone..<gone + (luck.isTrue(0.3) ? 1 + luck.below(4) : 0))
    }

    // MARK: Ties

    private mutating func makeBonds(_ luck: inout Luck) {
        let count = residents.count
        // Ties beyond the stair are as many for each, however large the estate is.
        let share = 1 / Double(count)
        for one in 0..<count {
            for other in one + 1..<count {
                let (left, right) = (residents[one], residents[other])
                if left.stair == right.stair && luck.isTrue(0.35) {
                    bonds.append((one, other, .stair))
                }
                if left.town == right.town && luck.isTrue(54 * share) {
                    bonds.append((one, other, .townsman))
                }
                if luck.isTrue(1.8 * share) { bonds.append((one, other, .kin)) }
                if luck.isTrue(1.8 * share) { bonds.append((one, other, .workmate)) }
                if luck.isTrue(0.9 * share) { bonds.append((one, other, .classmate)) }
                if luck.isTrue(3.6 * share) { bonds.append((one, other, .activity)) }
            }
            if luck.isTrue(0.1) { bonds.append((one, luck.below(count), .pairedFamily)) }
        }
        bonds.removeAll { $0.0 == $0.1 }
        var elderOf: [Int: Int] = [:]
        var offerOf: [Int: Int] = [:]
        for (number, resident) in elders.enumerated() { elderOf[resident] = number }
        for (number, offer) in offers.enumerated() { offerOf[offer.resident] = number }
        for (one, other, bond) in bonds {
            for (asks, helps) in [(one, other), (other, one)] {
                guard let elder = elderOf[asks], let offer = offerOf[helps] else { continue }
                let pair = Pair(elder: elder, offer: offer)
                strengths[pair] = min(1, (strengths[pair] ?? 0) + bond.strength)
            }
        }
    }

    // MARK: Requests

    /// Three in five of the requests follow a habit; the others come as they come.
    ///
    /// A habit is a thing on a weekday at an hour. Some elders ask often, many seldom.
    private mutating func makeAsks(_ count: Int, _ luck: inout Luck) {
        let appetites = elders.map { _ in luck.unit() * luck.unit() + 0.05 }
        let habits = elders.map { _ in (luck.below(7), 8 + luck.below(10), Self.skill(&luck)) }
        let whole = appetites.reduce(0, +)
        for _ in 0..<count {
            var rest = luck.unit() * whole
            var elder = 0
            while elder < elders.count - 1, rest >= appetites[elder] {
                rest -= appetites[elder]
                elder += 1
            }
            let isHabit = luck.isTrue(0.6)
            let (weekday, hour, habit) = habits[elder]
            var day = luck.below(days)
            if isHabit { day = (day / 7 * 7 + weekday) % days }
            let begin = day * 1440 + (isHabit ? hour : 8 + luck.below(12)) * 60 + 30 * luck.below(2)
            let lead = 240 + Int(luck.unit() * luck.unit() * 5 * 1440)
            // Nobody asks at night: what would be, is asked in the evening before.
            var madeAt = max(0, begin - lead)
            if madeAt % 1440 < 420 { madeAt = max(0, madeAt / 1440 * 1440 - 240) }
            if madeAt % 1440 > 1260 { madeAt = madeAt / 1440 * 1440 + 1260 }
            let skill = isHabit ? habit : Self.skill(&luck)
            let isWoman = residents[elders[elder]].isWoman
            let isTold = skill == 3 && luck.isTrue(0.5)
            asks.append(
                Ask(
                    elder: elder, madeAt: madeAt,
                    minutes: begin..<begin + [60, 60, 90, 120][luck.below(4)], skill: skill,
                    needsWoman: isTold && isWoman, needsMan: isTold && !isWoman,
                    urgency: luck.isTrue(0.15) ? 2 : 0))
        }
        asks.sort {
            ($0.madeAt, $0.minutes.lowerBound, $0.elder) < (
                $1.madeAt, $1.minutes.lowerBound, $1.elder
            )
        }
    }

    /// Half of what is asked needs no skill; 0 escorts, 1 devices, 2 lifting, 3 care at home.
    private static func skill(_ luck: inout Luck) -> Int? { luck.isTrue(0.5) ? luck.below(4) : nil }
}
