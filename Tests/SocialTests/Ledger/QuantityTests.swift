internal import Testing

@testable internal import Social

@Suite("Quantities as people write them") struct QuantityTests {
    @Test(
        "are read exactly",
        arguments: [
            ("1", 0, 1), ("1.25", 2, 125), ("1.25", 3, 1250), ("0.5", 1, 5), ("3.00", 0, 3),
            ("007", 0, 7), ("0.000001", 6, 1), ("1000000000", 6, 1_000_000_000_000_000),
            ("1000000000000000.0", 0, 1_000_000_000_000_000),
        ] as [(String, Int, Int64)])
    func good(_ text: String, scale: Int, units: Int64) throws {
        #expect(try Quantity(text, scale: scale).units == units)
    }

    @Test(
        "are refused with what to do",
        arguments: [
            ("", 2, .malformed), (".", 2, .malformed), ("1.", 2, .malformed), (".5", 2, .malformed),
            ("+1", 2, .malformed), ("1e3", 2, .malformed), ("1,5", 2, .malformed),
            (" 1", 2, .malformed), ("１", 2, .malformed), ("1.2.3", 2, .malformed),
            ("NaN", 2, .malformed), ("-", 2, .malformed), ("--1", 2, .malformed),
            (String(repeating: "0", count: 33), 0, .malformed),
            ("-1", 0, .negative), ("-0", 0, .negative), ("0", 0, .nothing), ("0.00", 2, .nothing),
            ("1.5", 0, .fractional), ("1.255", 2, .tooFine(scale: 2)),
            ("1000000000000001", 0, .tooLarge(scale: 0)),
            ("99999999999999999999999999999999", 6, .tooLarge(scale: 6)),
        ] as [(String, Int, QuantityFault)])
    func bad(_ text: String, scale: Int, fault: QuantityFault) throws {
        #expect(throws: fault) { try Quantity(text, scale: scale) }
        #expect(!fault.advice.zh.isEmpty && !fault.advice.en.isEmpty)
        do {
            _ = try Quantity.read(text, scale: scale, at: "/quantity")
            Issue.record("\(text) was read")
        } catch {
            #expect(error.problem.kind == .invalid)
            #expect(error.problem.faults == [Problem.Fault("/quantity", fault.advice)])
        }
    }

    @Test("written and read again are the same, whatever the scale")
    func roundTrip() throws {
        let seed = UInt64.random(in: 0..<1 << 40)
        print("seed \(seed)")
        var dice = Noise(state: seed)
        for _ in 0..<2_000 {
            let scale = Int.random(in: 0...Quantity.scaleMax, using: &dice)
            let most = Int64.random(in: 1...Quantity.unitsMax, using: &dice)
            let units = Int64.random(in: 1...most, using: &dice)
            let text = Quantity.text(of: units, scale: scale)
            #expect(try Quantity(text, scale: scale).units == units, "\(text) at \(scale)")
            #expect(Quantity.text(of: -units, scale: scale) == "-" + text)
        }
        #expect(Quantity(units: 0) == nil && Quantity(units: Quantity.unitsMax + 1) == nil)
        #expect(Quantity.text(of: 0, scale: 2) == "0")
    }
}
