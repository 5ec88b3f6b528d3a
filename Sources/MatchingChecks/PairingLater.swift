internal import Matching

extension PairingCheck {
    /// What a helper who is not known yet costs for what cannot be asked of the helper later.
    static func later(_ wish: PairingRequest, _ helper: Int, _ instance: PairingInstance) -> Int64 {
        guard let forecast = instance.forecast else { return 0 }
        let other = instance.helpers[helper]
        let share = (weekly(forecast, wish, other) + anyHour(wish, other, instance)) / 2
        var rest = 1000 * (Int64(other.loadMax) - Int64(other.load) - 1)
        rest -= awaited(helper, instance) / 2
        let gain = min(4000, rest, expected(forecast, wish.person) * share / 1000)
        return instance.weights.again * (4000 - max(0, gain)) / 1000
    }

    private static func asked(_ forecast: PairingForecast, _ person: Int32) -> [AskedHour] {
        forecast.persons.first { $0.person == person }?.asked ?? []
    }

    /// Thousandths of requests until the end, at the pace so far with five days more.
    private static func expected(_ forecast: PairingForecast, _ person: Int32) -> Int64 {
        let days = max(0, Int64(forecast.end) - Int64(forecast.now)) / 1440
        let pace = 1000 * Int64(asked(forecast, person).count) * days
        return pace / (max(0, Int64(forecast.now)) / 1440 + 5)
    }

    /// Thousandths of the weekly repetitions of what was asked that the helper has time and skill
    /// for.
    private static func weekly(
        _ forecast: PairingForecast, _ wish: PairingRequest, _ other: PairingHelper
    ) -> Int64 {
        var able: [Bool] = []
        for past in asked(forecast, wish.person) {
            let last = (Int64(forecast.end) - Int64(past.window.end)) / (7 * 1440)
            for week in stride(from: 1, through: last, by: 1) {
                let begin = Int64(past.window.begin) + week * 7 * 1440
                let end = Int64(past.window.end) + week * 7 * 1440
                guard begin > wish.window.begin else { continue }
                able.append(
                    Set(past.skills).isSubset(of: other.skills)
                        && other.windows.contains { $0.begin <= begin && end <= $0.end })
            }
        }
        return able.isEmpty ? 0 : Int64(able.count { $0 }) * 1000 / Int64(able.count)
    }

    /// Thousandths of twelve hours a day for two weeks in which the helper has time and nobody
    /// known who takes tasks has.
    private static func anyHour(
        _ wish: PairingRequest, _ other: PairingHelper, _ instance: PairingInstance
    ) -> Int64 {
        var hours = freeHours(other, instance)
        for tie in instance.ties where tie.isKnown && tie.pair.person == wish.person {
            let known = instance.helpers[Int(tie.pair.helper)]
            if known.loadMax > known.load { hours.subtract(freeHours(known, instance)) }
        }
        return min(1000, Int64(hours.count) * 1000 / (14 * 12))
    }

    private static func freeHours(
        _ other: PairingHelper, _ instance: PairingInstance
    ) -> Set<Int32> {
        let first = (instance.forecast?.now ?? 0) / 60
        return Set(
            (first..<first + 14 * 24).filter { hour in
                other.windows.contains { $0.begin <= 60 * hour && 60 * (hour + 1) <= $0.end }
            })
    }

    /// Thousandths of requests that those who know a helper are expected to bring, each shared by
    /// all whom the person knows.
    private static func awaited(_ helper: Int, _ instance: PairingInstance) -> Int64 {
        guard let forecast = instance.forecast else { return 0 }
        let known = instance.ties.filter(\.isKnown)
        var sum: Int64 = 0
        for tie in known where tie.pair.helper == helper {
            let count = known.count { $0.pair.person == tie.pair.person }
            sum += expected(forecast, tie.pair.person) / Int64(count)
        }
        return sum
    }
}
