import Matching
import MatchingChecks
import Testing

/// Files that somebody spoilt: each is refused with a line of it, or solved by a plan that its
/// checker accepts.
@Suite("Hostile files") struct HostileFileTests {
    /// One form of file: a good one, and what is wrong with the plan of one that is read.
    struct Form: Sendable, CustomTestStringConvertible {
        var name: String
        var sample: String
        var judge: @Sendable ([UInt8]) async throws -> [Fault]
        var testDescription: String { name }
    }

    @Test("a spoilt file is refused with its line, or solved", arguments: HostileForms.all)
    func spoilt(_ form: Form) async throws {
        #expect(try await form.judge(Array(form.sample.utf8)).isEmpty)
        for seed in UInt64(1)...400 {
            var random = SplitMix64(seed: seed)
            let file = Self.spoil(Array(form.sample.utf8), &random)
            do {
                let faults = try await form.judge(file)
                #expect(faults.isEmpty, "seed \(seed): \(String(decoding: file, as: UTF8.self))")
            } catch let problem as InputProblem {
                let lines = file.count { $0 == 0x0A } + 1
                #expect((1...lines).contains(problem.line ?? 1), "seed \(seed): \(problem)")
            }
        }
    }

    /// Numbers at which readers go wrong, and words that are none.
    private static let words = [
        "-1", "0", "1", "2", "7", "127", "65536", "2147483647", "2147483648", "-2147483648",
        "9223372036854775807", "-9223372036854775808", "1e308", "-1e-308", "0.1", "nan", "null",
        "[]", "{}", "\"\"", "true", "\u{FEFF}", "",
    ]

    /// The file with one to three words or bytes replaced, doubled, left out or put elsewhere.
    private static func spoil(_ file: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var file = file
        for _ in 0...random.below(3) {
            guard !file.isEmpty else { break }
            let place = random.below(file.count)
            let word = Self.word(at: place, in: file)
            switch random.below(6) {
            case 0: file[place] = UInt8(random.below(256))
            case 1: file.removeSubrange(word)
            case 2: file.insert(contentsOf: file[word], at: word.lowerBound)
            case 3: file.removeLast(min(file.count, 1 + random.below(8)))
            default:
                file.replaceSubrange(word, with: Self.words[random.below(Self.words.count)].utf8)
            }
        }
        return file
    }

    /// The number or name around a byte.
    private static func word(at place: Int, in file: [UInt8]) -> Range<Int> {
        func isWord(_ byte: UInt8) -> Bool {
            Unicode.Scalar(byte).properties.isAlphabetic || (48...57).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
        guard isWord(file[place]) else { return place..<place + 1 }
        let begin = file[..<place].lastIndex { !isWord($0) }.map { $0 + 1 } ?? 0
        let end = file[place...].firstIndex { !isWord($0) } ?? file.count
        return begin..<end
    }
}

/// The forms of `linli solve`, each with a small file.
enum HostileForms {
    typealias Form = HostileFileTests.Form

    static let all = assignments + stable + shares + rides + trust

    private static let budget = Budget(iterations: 40)

    private static let assignments = [
        Form(name: "or-library", sample: "3\n1 2 3\n4 -5 6\n7 8 9\n") { bytes in
            let instance = try AssignmentFormat.orLibrary(bytes)
            return AssignmentCheck.faults(of: AssignmentSolver.solve(instance), in: instance)
        },
        Form(name: "sparse", sample: "3 5 6\n0 0 4\n0 1 1\n1 1 2\n2 2 3\n1 0 -7\n") { bytes in
            let instance = try AssignmentFormat.sparse(bytes)
            guard instance.size < 1000 else { return [] }
            return AssignmentCheck.faults(of: AssignmentSolver.solve(instance), in: instance)
        },
        Form(name: "capacitated", sample: "2 3 4 1 50 5\n0 0 2\n0 1 3\n1 1 1\n1 2 -4\n") { bytes in
            let instance = try AssignmentFormat.capacitated(bytes)
            guard instance.helperCount + instance.requestCount < 1000 else { return [] }
            return CapacitatedCheck.faults(of: CapacitatedSolver.solve(instance), in: instance)
        },
    ]

    private static let stable = [
        Form(
            name: "marriage",
            sample: #"{"men": [[0, 1], [1, 0], [0]],"# + "\n"
                + #""women": [[1, 2, 0], [0, 1]], "capacities": [2, 1]}"#
        ) { bytes in
            try StableFormat.marriages(bytes).all.flatMap { instance in
                let plan = DeferredAcceptance(instance).solve()
                _ = BestSum(instance)
                return StableCheck.faults(instance, pairs: pairs(plan.partners))
            }
        },
        Form(
            name: "roommates",
            sample: #"{"prefs": [[1, 2, 3], [2, 0, 3],"# + "\n[0, 1, 3], [0, 1, 2]]}"
        ) { bytes in
            try StableFormat.roommates(bytes).all.flatMap { instance in
                let plan = RoommatesSolver(instance).solve(budget: budget)
                return StableCheck.faults(
                    instance, pairs: pairs(plan.partners).filter { $0[0] < $0[1] },
                    isStable: plan.isStable,
                    blocking: plan.isStable ? nil : plan.blocking.map { $0.map { Int($0) } })
            }
        },
        Form(name: "rings arcs", sample: "3 4\n0 1 1.5\n1 0 2\n1 2 1\n2 0 0.25\n-1 -1 -1\n") {
            faults(try RingsFormat.arcs($0))
        },
        Form(
            name: "rings donors",
            sample: #"{"data": {"1": {"sources": [1], "matches": [{"recipient": 2, "score": 3}]},"#
                + "\n" + #""2": {"sources": [2], "matches": [{"recipient": 1, "score": 1}]},"#
                + "\n" + #""3": {"altruistic": true, "matches": [{"recipient": 1, "score": 2}]}}}"#
        ) { faults(try RingsFormat.donors($0)) },
    ]

    private static func pairs(_ partners: [Int32?]) -> [[Int]] {
        partners.enumerated().compactMap { one, other in other.map { [one, Int($0)] } }
    }

    private static func faults(_ instance: RingsInstance) -> [Fault] {
        guard instance.ids.count < 1000 else { return [] }
        func named(_ rings: [[Int32]]) -> [[Int]] { rings.map { $0.map { instance.ids[Int($0)] } } }
        let plan = RingsSolver(instance, cycleCap: 3, chainCap: 3).solve(budget: budget)
        return RingsCheck.faults(
            instance, cycles: named(plan.cycles),
            chains: named(plan.chains), cycleCap: 3, chainCap: 3,
            gifts: plan.gifts, weight: plan.weight)
    }

    private static let shares = [
        Form(
            name: "picking",
            sample: #"{"n": 2, "m": 3, "values": [[1, 2.5, 3],"# + "\n"
                + #"[3, 2, 1]], "weights": [1, 2]}"#
        ) { bytes in
            try GoodsFormat.read(bytes).all.flatMap { instance in
                let plan = PickingSequence.plan(instance, budget: budget)
                return GoodsCheck.faults(plan.owners, of: instance)
            }
        },
        Form(
            name: "leximin",
            sample: #"{"need": [4, 2, 3.5], "supply": [3, 2],"# + "\n"
                + #""eligible": [[0, 1], [1], [0]], "priority": [1, 2, 1],"# + "\n"
                + #""useful": [1, 0, 0], "expiry": [1, 2], "days": 2}"#
        ) { bytes in
            try LeximinFormat.read(bytes).all.flatMap { instance in
                let plan = LeximinSolver.plan(instance, budget: budget)
                return LeximinCertificateCheck.faults(plan, of: instance)
            }
        },
        Form(
            name: "meals",
            sample: #"{"n": 3, "slots": [[1, 2], [1], [1, 2]], "tastes": [[1], [1], [1]],"# + "\n"
                + #""trust": [[1, 0.9, 0.8], [0.9, 1, 0.7], [0.8, 0.7, 1]],"# + "\n"
                + #""dist": [[0, 1, 2], [1, 0, 1], [2, 1, 0]],"# + "\n"
                + #""lo": 2, "hi": 3, "theta": 0.5, "dmax": 3}"#
        ) { bytes in
            try MealFormat.read(bytes).all.flatMap { instance in
                let plan = MealSolver.plan(instance, seed: 1, budget: budget)
                return MealCheck.faults(
                    groups: plan.groups.map { $0.members.map { Int($0) } }, placed: plan.placed,
                    of: instance)
            }
        },
    ]

    private static let rides = [
        Form(
            name: "ride-batch",
            sample: #"{"origin": [1, 2, 3], "vehicle_node": [5, 6],"# + "\n"
                + #""trips": [[0, [0, 1], 30], [1, [2], 12.5], [0, [0], 5]], "promised": [2]}"#
        ) { bytes in
            try RideBatchFormat.read(bytes).all.flatMap { instance in
                let plan = RideBatchSolver.plan(instance, budget: budget)
                return RideBatchCheck.faults(
                    trips: plan.trips.map { Int($0) }, served: plan.served, cost: plan.cost,
                    of: instance)
            }
        },
        Form(
            name: "dial-a-ride",
            sample: "1 1 480 3 30\n0 0 0 0 0 0 480\n1 1 2 3 1 0 100\n2 4 5 3 -1 10 200\n"
        ) { bytes in
            let instance = try CordeauFormat.read(bytes)
            guard instance.requests < 10 else { return [] }
            let plan = await DialARideSolver.solve(instance, seed: 1, budget: budget, threads: 1)
            return DialARideCheck.faults(instance, plan)
        },
        Form(
            name: "pickup-delivery",
            sample: "2 10 1\n0 0 0 0 0 500 0 0 0\n1 3 4 2 0 400 5 0 2\n2 6 8 -2 0 450 5 1 0\n"
        ) { bytes in
            let instance = try LiLimFormat.read(bytes)
            let plan = await PickupDeliverySolver.solve(
                instance, seed: 1, budget: budget, threads: 1, isQuick: true)
            return PickupDeliveryCheck.faults(instance, plan)
        },
    ]

    private static let trust = [
        Form(
            name: "trust-ratings",
            sample: "from,to,rating,time\n1,2,3,1300000000\n2,1,-4,1400000000.5\n"
        ) {
            let instance = try RatingsInstance(csv: $0)
            return RatingsCheck.faults(RatingsSolver.solve(instance), of: instance)
        },
        Form(name: "trust-sybil", sample: "3 5 5 1\nseeds 0 1\n0 1\n1 2\n2 3\n3 4\n0 2\n") {
            let instance = try SybilInstance(edges: $0)
            guard instance.nodes < 1000 else { return [] }
            return SybilCheck.faults(SybilSolver.solve(instance, budget: budget), of: instance)
        },
        Form(name: "trust-nearest", sample: "4 4\n0 1 1\n1 2 0.5\n2 3 2\n3 0 1\n") {
            let instance = try NearestInstance(
                edges: $0, judge: 0, restart: 0.15, precision: 1e-4)
            guard instance.graph.count < 1000 else { return [] }
            let plan = NearestSolver.solve(instance, budget: Budget(iterations: 1_000_000))
            return NearestCheck.faults(plan, of: instance)
        },
    ]
}
