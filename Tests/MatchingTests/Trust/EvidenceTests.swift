import Foundation
import Matching
import Testing

@Suite("Evidence") struct EvidenceTests {
    private static func events(_ count: Int, _ random: inout SplitMix64) -> [EvidenceEvent] {
        (0..<count).map { _ in
            EvidenceEvent(
                rater: Int32(random.below(6)), subject: Int32(random.below(6)),
                domain: random.below(2) == 0 ? .goods : .driving, day: random.below(30_000),
                tenths: random.below(21) - 10)
        }
    }

    @Test("any order and any cut of a log gives the same bits", arguments: 0..<9 as Range<UInt64>)
    func anyOrder(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let table = DecayTable(halfLifeDays: [1, 30, 365][Int(seed % 3)])
        var events = Self.events(200, &random)
        func sums(_ events: ArraySlice<EvidenceEvent>) -> EvidenceSums {
            var sums = EvidenceSums()
            for event in events { sums.add(day: event.day, tenths: event.tenths, table: table) }
            return sums
        }
        let first = sums(events[...])
        var book = EvidenceBook()
        for event in events { book.record(event) }
        for _ in 0..<5 {
            events.shuffle(using: &random)
            #expect(sums(events[...]) == first, "seed \(seed)")
            let cut = random.below(events.count)
            var left = sums(events[cut...])
            left.merge(sums(events[..<cut]))
            #expect(left == first, "seed \(seed)")
            var other = EvidenceBook()
            for event in events { other.record(event) }
            #expect(other == book, "seed \(seed)")
        }
    }

    @Test("decay is a semigroup: in two steps as in one, and to the bit over half-lives")
    func semigroup() {
        let table = DecayTable(halfLifeDays: 365)
        var random = SplitMix64(seed: 5)
        for _ in 0..<200 {
            var sums = EvidenceSums()
            let day = random.below(20_000)
            sums.add(day: day, tenths: 1 + random.below(10), table: table)
            let one = random.below(2000)
            let two = random.below(2000)
            let now = sums.counts(on: day, table: table).good
            let once = sums.counts(on: day + one + two, table: table).good
            let first = sums.counts(on: day + one, table: table).good / now
            var later = EvidenceSums()
            later.add(day: day + one, tenths: 10, table: table)
            let second = later.counts(on: day + one + two, table: table).good
            #expect(abs(once - now * first * second) < 3e-6 * now)
            #expect(sums.counts(on: day + 3 * 365, table: table).good == now / 8)
        }
    }

    @Test("sums are what decaying each event backwards gives, whatever eras it crosses")
    func backwards() {
        let table = DecayTable(halfLifeDays: 30)
        var random = SplitMix64(seed: 6)
        for _ in 0..<50 {
            let last = 480 * 20 + random.below(960)
            var sums = EvidenceSums()
            var good = 0.0
            var disputed = 0.0
            for _ in 0..<100 {
                let day = last - random.below(900)
                let tenths = random.below(21) - 10
                sums.add(day: day, tenths: tenths, table: table)
                let weight = exp2(-Double(last - day) / 30) * Double(abs(tenths)) / 10
                if tenths > 0 { good += weight } else { disputed += weight }
            }
            let counts = sums.counts(on: last, table: table)
            #expect(abs(counts.good - good) < 1e-4 && abs(counts.disputed - disputed) < 1e-4)
        }
    }

    @Test("the mean rises with the good, falls with disputes, and tends to the prior with time")
    func monotone() {
        let table = DecayTable(halfLifeDays: 365)
        var random = SplitMix64(seed: 7)
        for _ in 0..<100 {
            var sums = EvidenceSums()
            for _ in 0..<random.below(20) {
                sums.add(
                    day: random.below(12_000), tenths: random.below(21) - 10, table: table)
            }
            let day = 12_000 + random.below(500)
            func mean(_ sums: EvidenceSums) -> Double {
                sums.counts(on: day, table: table).weighing(disputes: 3).capped(at: 4).mean
            }
            var better = sums
            better.add(day: random.below(day), tenths: 1 + random.below(10), table: table)
            var worse = sums
            worse.add(day: random.below(day), tenths: -1 - random.below(10), table: table)
            #expect(mean(better) >= mean(sums) && mean(worse) <= mean(sums))
            let far = sums.counts(on: day + 365 * 40, table: table)
            #expect(far.mean == 0.5 && far.uncertainty == 1)
            let gaps = (0..<10).map {
                abs(sums.counts(on: day + 365 * $0, table: table).mean - 0.5)
            }
            #expect(gaps == gaps.sorted(by: >))
        }
    }

    @Test("what one rater says is capped, of one subject and of all") func capped() {
        var book = EvidenceBook()
        func record(_ subject: Int32, times: Int) {
            for _ in 0..<times {
                book.record(
                    EvidenceEvent(
                        rater: 0, subject: subject, domain: .goods, day: 100, tenths: 10))
            }
        }
        func good(_ subject: Int32) -> Double {
            book.cappedCounts(by: 0, of: subject, in: .goods, on: 100).good
        }
        record(1, times: 4)
        #expect(good(1) == 4)
        record(1, times: 1)
        #expect(good(1) == 4)
        record(1, times: 995)
        #expect(abs(good(1) - 0.256) < 1e-12)
        var many = EvidenceBook()
        for subject in 1...200 {
            many.record(
                EvidenceEvent(
                    rater: 0, subject: Int32(subject), domain: .goods, day: 100, tenths: 10))
        }
        let sum = (1...200).map {
            many.cappedCounts(by: 0, of: Int32($0), in: .goods, on: 100).good
        }.reduce(0, +)
        #expect(abs(sum - 64) < 1e-9)
    }

    @Test("a rating of oneself is void, and domains are apart") func selfVoid() {
        var book = EvidenceBook()
        book.record(EvidenceEvent(rater: 1, subject: 1, domain: .goods, day: 9, tenths: 10))
        #expect(book == EvidenceBook())
        book.record(EvidenceEvent(rater: 1, subject: 2, domain: .goods, day: 9, tenths: 10))
        #expect(book.counts(by: 1, of: 2, in: .goods, on: 9).good == 1)
        #expect(book.counts(by: 1, of: 2, in: .childcare, on: 9).good == 0)
        #expect(book.counts(by: 2, of: 1, in: .goods, on: 9).good == 0)
    }

    @Test("a sum stays at its bound instead of passing it, in any order") func saturates() {
        let table = DecayTable(halfLifeDays: 1)
        var sums = EvidenceSums()
        sums.add(day: 15, tenths: 10, table: table)
        for _ in 0..<40 { sums.merge(sums) }
        let full = sums
        sums.merge(sums)
        #expect(sums == full)
        sums.add(day: 0, tenths: 10, table: table)
        #expect(sums == full)
        #expect(sums.counts(on: 15, table: table).good.isFinite)
    }
}
