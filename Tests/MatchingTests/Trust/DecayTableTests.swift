import Foundation
import Matching
import Testing

@Suite("DecayTable") struct DecayTableTests {
    @Test(
        "a weight doubles with each half-life, to the bit, within an era", arguments: [1, 7, 365])
    func weightDoubles(_ halfLife: Int) {
        let table = DecayTable(halfLifeDays: halfLife)
        let era = halfLife * DecayTable.halfLivesAnEra
        for day in stride(from: -2 * era, to: 2 * era, by: max(1, halfLife / 5)) {
            let next = day + halfLife
            if table.era(of: day) == table.era(of: next) {
                #expect(table.weight(of: next) == 2 * table.weight(of: day))
            } else {
                #expect(table.era(of: next) == table.era(of: day) + 1)
                #expect(table.weight(of: next) << 16 == 2 * table.weight(of: day))
            }
        }
        #expect(table.weight(of: 0) == 1 << 20 && table.era(of: 0) == 0)
        #expect(table.era(of: -1) == -1 && table.era(of: era) == 1)
        #expect(table.weight(of: -1) < 1 << 36 && table.weight(of: -era) == 1 << 20)
    }

    @Test("a weight is the power of two to a millionth, and rises day by day")
    func weightPower() {
        for halfLife in [1, 2, 3, 90, 365, 3660] {
            let table = DecayTable(halfLifeDays: halfLife)
            for day in 0..<(16 * halfLife) where halfLife < 1000 || day % 7 == 0 {
                let exact = exp2(20 + Double(day) / Double(halfLife))
                #expect(abs(Double(table.weight(of: day)) / exact - 1) < 1e-6)
                #expect(day == 0 || table.weight(of: day) > table.weight(of: day - 1))
            }
        }
    }
}
