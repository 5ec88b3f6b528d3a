import Matching
import MatchingChecks
import Testing

@Suite("Rings, files") struct RingsFormatTests {
    @Test(
        "a wrong graph is refused with its line",
        arguments: [
            ("2 1\n0 2 1\n-1 -1 -1", 2), ("2 2\n0 1 1\n", 3), ("2 1\n0 1 1\n", 3),
            ("2 1\n0 1 1\n1 0 1\n-1 -1 -1", 3), ("2 2\n0 1 1\n0 1 2\n-1 -1 -1", 3),
            ("2 1\n0 1 1e9\n-1 -1 -1", 2), ("2 1\n0 1 nan\n-1 -1 -1", 2),
            ("2 1\n0 1 1\n-1 -1 0", 3), ("-1 0\n-1 -1 -1", 1), ("2 1\n0 1 1\n-1 -1 -1\n7", 4),
            ("2\n", 2), ("", 1),
        ]) func wrongGraph(_ text: String, _ line: Int)
    {
        let problem = #expect(throws: InputProblem.self) {
            try RingsFormat.arcs(Array(text.utf8))
        }
        #expect(problem?.line == line)
    }

    @Test(
        "a wrong list of donors is refused with its line",
        arguments: [
            ("{\"data\": {\n\"x\": {\"sources\": [1]}}}", 2),
            ("{\"data\": {\n\"1\": {\"sources\": [1, 2]}}}", 2),
            ("{\"data\": {\n\"1\": {\"sources\": []}}}", 2),
            ("{\"data\": {\n\"1\": {\"altruistic\": true,\n \"sources\": [4]}}}", 3),
            ("{\"data\": {\n\"1\": {\"sources\": [1],\n\"matches\": [{\"score\": 3}]}}}", 3),
            (
                "{\"data\": {\"1\": {\"sources\": [1], \"matches\": [{\"recipient\": 2},\n"
                    + "{\"recipient\": 2}]}}}", 2
            ),
            (
                "{\"data\": {\"1\": {\"sources\": [1], \"matches\": [\n{\"recipient\": 2}]}},\n"
                    + "\"recipients\": {\"1\": {}}}", 2
            ),
            (
                "{\"data\": {\"1\": {\"sources\": [1], \"matches\": [\n"
                    + "{\"recipient\": 2, \"score\": 1e300}]}}}", 2
            ),
        ]) func wrongDonors(_ text: String, _ line: Int)
    {
        let problem = #expect(throws: InputProblem.self) {
            try RingsFormat.donors(Array(text.utf8))
        }
        #expect(problem?.line == line)
    }

    @Test("donors of one family give once, and a chain ends with a gift to the list")
    func donorsFamily() throws {
        let text = """
            {"data": {"9": {"altruistic": true, "matches": [{"recipient": 5, "score": 2.5}]},
            "1": {"sources": [5], "matches": []},
            "2": {"sources": [5], "matches": [{"recipient": 6, "score": 1}]},
            "4": {"sources": [6], "matches": [{"recipient": 5, "score": 0}]}}}
            """
        let instance = try RingsFormat.donors(Array(text.utf8))
        #expect(instance.ids == [1, 2, 4, 9])
        let solver = RingsSolver(instance, cycleCap: 3, chainCap: 3)
        let plan = solver.solve(budget: Budget(iterations: 100))
        #expect(plan.gifts == 3 && plan.weight == 3_500_000 && plan.isOptimal)
        #expect(plan.ids(plan.chains, instance) == [[9, 2, 4]])
    }

    @Test(
        "published optima are reached and proven", .enabled(if: SharedData.isThere),
        arguments: zip(1...5, [23, 22, 22, 19, 23]))
    func publishedOptima(_ number: Int, _ gifts: Int) throws {
        let instance = try RingsFormat.donors(SharedData.bytes("rings/medium-\(number).json"))
        let plan = RingsSolver(instance, cycleCap: 3, chainCap: 3)
            .solve(budget: Budget(iterations: 10_000))
        #expect(plan.gifts == gifts && plan.isOptimal)
        let faults = RingsCheck.faults(
            instance, cycles: plan.ids(plan.cycles, instance),
            chains: plan.ids(plan.chains, instance), cycleCap: 3, chainCap: 3, gifts: gifts,
            weight: plan.weight)
        #expect(faults.isEmpty)
        let prices = RingsCheck.pricesFaults(
            instance, prices: plan.prices, scale: plan.priceScale, cycleCap: 3, chainCap: 3)
        #expect(prices.isEmpty)
    }

    @Test("the published graph has 39 gifts", .enabled(if: SharedData.isThere))
    func publishedGraph() throws {
        let instance = try RingsFormat.arcs(SharedData.bytes("rings/MD-00001-00000100.input"))
        let plan = RingsSolver(instance, cycleCap: 4, chainCap: 0)
            .solve(budget: Budget(iterations: 10_000))
        #expect(plan.gifts == 39 && plan.isOptimal)
    }
}
