import MatchingChecks
import Testing

@testable import Matching

@Suite("TrustModel") struct TrustModelTests {
    /// An estate that changes, and its log.
    private struct Estate {
        var model: TrustModel
        var ties: [TieEvent] = []
        var evidence: [EvidenceEvent] = []
        let count: Int

        init(_ count: Int) {
            self.count = count
            model = TrustModel(residents: count, day: 20_000)
        }

        mutating func change(_ random: inout SplitMix64) {
            let one = Int32(random.below(count))
            // Mostly within one stair of ten.
            let near = one / 10 * 10 + Int32(random.below(10))
            let other =
                random.below(5) > 0 ? min(near, Int32(count - 1)) : Int32(random.below(count))
            let kind = TieKind.allCases[random.below(TieKind.allCases.count)]
            switch random.below(6) {
            case 0: tie(.registered(.sameStair, one, other))
            case 1: tie(.claimed(kind, by: one, with: other))
            case 2: tie(.claimed(kind, by: other, with: one))
            case 3: tie(.tookPartTogether(one, other))
            case 4:
                tie(
                    random.below(9) == 0
                        ? .blocked(by: one, whom: other)
                        : .unblocked(by: one, whom: other))
            default:
                let event = EvidenceEvent(
                    rater: one, subject: other, domain: .goods, day: 19_000 + random.below(1000),
                    tenths: random.below(21) - 10)
                evidence.append(event)
                model.record([event])
            }
        }

        mutating func tie(_ event: TieEvent) {
            ties.append(event)
            model.apply([event])
        }

        /// The same from its log, at once.
        var anew: TrustModel {
            var anew = TrustModel(residents: count, day: 20_000)
            anew.record(evidence)
            anew.apply(ties)
            return anew
        }
    }

    @Test(
        "what was kept, or pushed anew where stale, has the same bits as from scratch",
        arguments: 0..<3 as Range<UInt64>)
    func scratch(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var estate = Estate(200)
        for _ in 0..<400 { estate.change(&random) }
        var keptSome = false
        for _ in 0..<8 {
            for _ in 0..<3 { estate.change(&random) }
            var anew = estate.anew
            for _ in 0..<10 {
                let judge = Int32(random.below(200))
                keptSome = keptSome || !estate.model.isStale(judge)
                let near = estate.model.nearness(of: judge)
                let fresh = anew.nearness(of: judge)
                #expect(near.nearest == fresh.nearest, "seed \(seed)")
                #expect(near.residual == fresh.residual, "seed \(seed)")
                #expect(!estate.model.isStale(judge))
            }
        }
        #expect(keptSome)
    }

    @Test("nearness holds before the checker, and a far change does not make it stale")
    func holds() {
        var random = SplitMix64(seed: 4)
        var estate = Estate(300)
        for _ in 0..<300 { estate.change(&random) }
        let near = estate.model.nearness(of: 3)
        let instance = NearestInstance(
            graph: estate.model.ties.rows, judge: 3, restart: Nearness.restart,
            precision: Nearness.precision)
        let plan = NearestPlan(nearest: near.nearest, residual: near.residual)
        #expect(NearestCheck.faults(plan, of: instance).isEmpty)

        var pair = TrustModel(residents: 1000, day: 0)
        pair.apply([.registered(.kin, 0, 1)])
        _ = pair.nearness(of: 0)
        pair.apply([.registered(.kin, 900, 901)])
        #expect(!pair.isStale(0))
        pair.apply([.registered(.kin, 1, 2)])
        #expect(pair.isStale(0))
    }

    /// A hundred verified of one estate, and the judge's own few.
    private static func small() -> TrustModel {
        var model = TrustModel(residents: 100, day: 1000)
        for resident in 0..<60 { model.setVerified(Int32(resident), true) }
        for resident in 0..<99 {
            model.apply([.registered(.sameStair, Int32(resident), Int32(resident + 1))])
        }
        model.apply([.registered(.kin, 0, 2), .registered(.classmate, 0, 5)])
        model.renewGate()
        return model
    }

    private static func rate(
        _ rater: Int32, _ subject: Int32, _ tenths: Int
    ) -> EvidenceEvent {
        EvidenceEvent(rater: rater, subject: subject, domain: .goods, day: 990, tenths: tenths)
    }

    @Test("gate, block, band and evidence count in this order") func order() {
        var model = Self.small()
        let kin = model.standing(of: 2, for: 0, in: .goods)
        let far = model.standing(of: 40, for: 0, in: .goods)
        #expect(kin > far && kin.band == .close && far.band < .close)
        #expect(kin.reasons == [.verifiedHousehold, .tie(.kin), .littleKnown(.goods)])
        model.record([20, 21, 22].map { Self.rate($0, 40, 10) })
        let praised = model.standing(of: 40, for: 0, in: .goods)
        #expect(praised > far && praised < kin && praised.band == far.band)
        #expect(praised.reasons == [.verifiedHousehold, .othersGoodExperience(.goods, atLeast: 3)])
        #expect(model.standing(of: 40, for: 0, in: .driving).reasons.last == .littleKnown(.driving))
        model.record([Self.rate(0, 2, -10)])
        let disputed = model.standing(of: 2, for: 0, in: .goods)
        #expect(disputed.band < kin.band && disputed.reasons.contains(.ownDispute(.goods)))
        #expect(disputed.isEligible)
        model.apply([.blocked(by: 2, whom: 0)])
        let blocked = model.standing(of: 2, for: 0, in: .goods)
        #expect(blocked < disputed && blocked < far && !blocked.isEligible)
        #expect(blocked.reasons == [.notProposed])
        #expect(model.standing(of: 0, for: 2, in: .goods).reasons == [.notProposed])
        model.setVerified(2, false)
        let outside = model.standing(of: 99, for: 0, in: .goods)
        #expect(!outside.isEligible && outside.reasons.first == .notYetVerified)
        #expect(outside < far)
    }

    @Test("a standing shows no number but those of its reasons") func noNumber() {
        var model = Self.small()
        let standing = model.standing(of: 2, for: 0, in: .goods)
        #expect(!(standing as Any is any Encodable))
        #expect(Mirror(reflecting: standing).children.allSatisfy { !($0.value is Double) })
        #expect(!"\(standing)".contains(".") || !"\(standing)".contains("0."))
        var dumped = ""
        dump(standing, to: &dumped)
        #expect(!dumped.contains("mean") && !dumped.contains("uncertainty"))
    }

    @Test(
        "a third person's dispute or block of the subject changes no reason",
        arguments: 0..<3 as Range<UInt64>)
    func discreet(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var model = Self.small()
        for _ in 0..<300 {
            model.record([
                Self.rate(Int32(random.below(40)), Int32(random.below(40)), random.below(11))
            ])
        }
        for _ in 0..<30 {
            let subject = Int32(1 + random.below(39))
            let third = Int32(50 + random.below(9))
            let rater = Int32(1 + random.below(39))
            guard rater != subject else { continue }
            let before = model.standing(of: subject, for: 0, in: .goods).reasons
            model.record([Self.rate(rater, subject, -10), Self.rate(third, subject, -10)])
            model.apply([.blocked(by: third, whom: subject)])
            #expect(model.standing(of: subject, for: 0, in: .goods).reasons == before)
            #expect(
                before.allSatisfy { reason in
                    if case .othersGoodExperience(_, let count) = reason { return count >= 3 }
                    return true
                })
        }
    }

    @Test("one of three common neighbours blocks either side, and the reasons stay the same")
    func commonNeighbours() {
        for whom: Int32 in [0, 4] {
            var model = TrustModel(residents: 8, day: 0)
            for third: Int32 in 1...3 {
                model.apply([.registered(.kin, third, 0), .registered(.kin, third, 4)])
            }
            let before = model.standing(of: 4, for: 0, in: .goods).reasons
            #expect(before.contains(.commonNeighbours(atLeast: 3)))
            model.apply([.blocked(by: 2, whom: whom)])
            #expect(model.ties.rows.row(2).allSatisfy { $0.column != whom })
            #expect(model.standing(of: 4, for: 0, in: .goods).reasons == before)
            model.apply([.unregistered(.kin, 2, whom)])
            #expect(model.standing(of: 4, for: 0, in: .goods).reasons != before)
        }
    }

    @Test("the word of a rater across a block counts for nothing, whichever two are apart")
    func voidWord() {
        for (by, whom): (Int32, Int32) in [(30, 40), (40, 30), (0, 30), (30, 0)] {
            var model = Self.small()
            let unknown = model.word(of: 40, for: 0, in: .goods, model.nearness(of: 0))
            model.record([Self.rate(30, 40, 10)])
            let heard = model.word(of: 40, for: 0, in: .goods, model.nearness(of: 0))
            #expect(heard.good > unknown.good)
            let reasons = model.standing(of: 40, for: 0, in: .goods).reasons
            model.apply([.blocked(by: by, whom: whom)])
            let apart = model.word(of: 40, for: 0, in: .goods, model.nearness(of: 0))
            #expect(apart == unknown)
            #expect(model.standing(of: 40, for: 0, in: .goods).reasons == reasons)
        }
    }
}
