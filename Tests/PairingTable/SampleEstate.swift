internal import Matching

/// An estate with a week before it: a helper for each third request, tasks of an hour on the grid.
enum SampleEstate {
    /// The same for the same seed.
    static func make(seed: UInt64, requests: Int) -> PairingInstance {
        var random = SplitMix64(seed: seed)
        // So many cells on a side that there are as many people on each, however large it is.
        let side = Int32(max(8, Double(requests / 2).squareRoot()))
        let helpers = (0..<max(1, requests / 3)).map { _ in helper(&random, side) }
        let persons = max(1, requests / 2)
        let homes = (0..<persons).map { _ in cell(&random, side) }
        let asks = (0..<requests).map { _ in
            let person = random.below(persons)
            return request(Int32(person), homes[person], &random)
        }
        var instance = PairingInstance(helpers: helpers, requests: asks)
        for person in 0..<persons {
            for _ in 0..<6 {
                instance.ties.append(
                    PairingTie(
                        pair: PersonHelper(
                            person: Int32(person), helper: Int32(random.below(helpers.count))),
                        nearness: Int32(1 + random.below(4)), evidence: Int32(random.below(1001)),
                        isKnown: random.below(3) == 0))
            }
        }
        instance.ties.sort { $0.pair < $1.pair }
        var once: [PairingTie] = []
        for tie in instance.ties where once.last?.pair != tie.pair { once.append(tie) }
        instance.ties = once
        return instance
    }

    private static func cell(_ random: inout SplitMix64, _ side: Int32) -> PlaceCell {
        PlaceCell(x: Int32(random.below(Int(side))), y: Int32(random.below(Int(side))))
    }

    private static func helper(_ random: inout SplitMix64, _ side: Int32) -> PairingHelper {
        let windows = (0..<3).map { _ in
            let begin = Int32(random.below(7)) * 1440 + Int32(8 + random.below(9)) * 60
            return MinuteWindow(begin, begin + Int32(2 + random.below(4)) * 60)
        }
        var helper = PairingHelper(
            windows: windows, cell: cell(&random, side), loadMax: Int32(2 + random.below(4)))
        helper.skills = [Int32(random.below(3)), 3]
        helper.languages = [Int32(random.below(3)), 3]
        helper.gender = random.below(3) == 0 ? .male : .female
        helper.asked = Int32(random.below(4))
        return helper
    }

    private static func request(
        _ person: Int32, _ home: PlaceCell, _ random: inout SplitMix64
    ) -> PairingRequest {
        let begin = Int32(random.below(7)) * 1440 + Int32(8 + random.below(12)) * 60
        var request = PairingRequest(
            person: person, window: MinuteWindow(begin, begin + 60), cell: home, reach: 12)
        request.priority = Int32(random.below(4))
        if random.below(3) == 0 { request.skills = [Int32(random.below(3))] }
        request.languages = [Int32(random.below(3)), 3]
        if random.below(10) == 0 { request.genderRule = .female }
        return request
    }
}
