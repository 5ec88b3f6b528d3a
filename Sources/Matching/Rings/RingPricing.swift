/// Finds the cycles and chains whose worth exceeds their families' prices: depth first, from the
/// lowest donor of a cycle, cut off where even the best walk back would not pay.
struct RingPricing {
    private static let none = Int64.min / 4

    private let graph: RingGraph
    private let cycleCap: Int
    private let chainCap: Int
    private let stop: StopSignal
    /// Steps that a call may take; it then answers what it has, and that it is not all.
    private let stepsMax = 400_000_000

    private var worth = RingWorth(gift: 1, weight: 0)
    private var prices: [Int64] = []
    private var gains: [Int64] = []
    private var threshold: Int64 = 0
    private var mostEach = 0
    private var mostAll = 0
    /// Best profit of a walk from a donor: back to the start of the cycle, or on along the chain.
    private var best: [[Int64]]
    private var isTaken: [Bool]
    private var path: [Int32] = []
    private var weight: Int64 = 0
    private var ties: Int64 = 0
    private var local: [FoundRing] = []
    private var steps = 0
    private(set) var isWhole = true

    init(_ graph: RingGraph, cycleCap: Int, chainCap: Int, stop: StopSignal) {
        self.graph = graph
        self.cycleCap = cycleCap
        self.chainCap = chainCap
        self.stop = stop
        let levels = max(cycleCap, chainCap) + 1
        best = Array(
            repeating: Array(repeating: Self.none, count: graph.donorCount), count: levels)
        isTaken = Array(repeating: false, count: graph.familyCount)
    }

    /// Rings with a profit above `threshold`: the best `mostEach` from each start, `mostAll` in all.
    mutating func find(
        _ worth: RingWorth, prices: [Int64], above threshold: Int64, mostEach: Int, mostAll: Int
    ) -> [FoundRing] {
        self.worth = worth
        self.prices = prices
        self.threshold = threshold
        self.mostEach = mostEach
        self.mostAll = mostAll
        steps = 0
        isWhole = true
        gains = graph.columns.indices.map { arc in
            worth.of(gifts: 1, weight: graph.weights[arc], ties: graph.ties[arc]) * worth.scale
                - prices[Int(graph.families[Int(graph.columns[arc])])]
        }
        var found: [FoundRing] = []
        findChains(&found)
        if cycleCap >= 2 { findCycles(&found) }
        return found
    }

    private var isSpent: Bool {
        !isWhole || steps > stepsMax || (steps & 0xFFF == 0 && stop.isRaised)
    }

    private mutating func flush(into found: inout [FoundRing]) {
        if found.count + local.count > mostAll {
            isWhole = false
            local.removeLast(max(0, found.count + local.count - mostAll))
        }
        found += local
        local.removeAll(keepingCapacity: true)
    }

    private mutating func emit(_ profit: Int64, closing arc: Int?) {
        let ring = FoundRing(
            donors: path, isChain: arc == nil,
            weight: weight + (arc.map { graph.weights[$0] } ?? 0),
            ties: ties + (arc.map { graph.ties[$0] } ?? 0), profit: profit)
        if local.count < mostEach { return local.append(ring) }
        // Who wants all of them wants no choice among them.
        if mostEach == mostAll {
            isWhole = false
            return
        }
        guard let least = local.indices.min(by: { local[$0].profit < local[$1].profit }),
            local[least].profit < profit
        else { return }
        local[least] = ring
    }

    // MARK: Chains

    private mutating func findChains(_ found: inout [FoundRing]) {
        guard chainCap >= 1, graph.altruists.count > 0 else { return }
        for donor in 0..<graph.donorCount { best[0][donor] = 0 }
        for level in stride(from: 1, to: chainCap - 1, by: 1) {
            for donor in 0..<graph.donorCount {
                var most: Int64 = 0
                for arc in graph.out(donor) {
                    most = max(most, gains[arc] + best[level - 1][Int(graph.columns[arc])])
                }
                best[level][donor] = most
            }
        }
        for altruist in graph.altruists {
            let family = Int(graph.families[Int(altruist)])
            path = [altruist]
            weight = 0
            isTaken[family] = true
            let profit = worth.gift * worth.scale - prices[family]
            if profit > threshold { emit(profit, closing: nil) }
            extendChain(profit, left: chainCap - 1)
            isTaken[family] = false
            flush(into: &found)
        }
        for level in best.indices { resetAll(level) }
    }

    private mutating func resetAll(_ level: Int) {
        for donor in 0..<graph.donorCount { best[level][donor] = Self.none }
    }

    private mutating func extendChain(_ profit: Int64, left: Int) {
        guard left > 0 else { return }
        for arc in graph.out(Int(path[path.count - 1])) {
            let next = graph.columns[arc]
            let family = Int(graph.families[Int(next)])
            let sum = profit + gains[arc]
            guard !isTaken[family], sum + best[left - 1][Int(next)] > threshold else { continue }
            steps += 1
            if isSpent {
                isWhole = false
                return
            }
            path.append(next)
            weight += graph.weights[arc]
            ties += graph.ties[arc]
            isTaken[family] = true
            if sum > threshold { emit(sum, closing: nil) }
            extendChain(sum, left: left - 1)
            isTaken[family] = false
            weight -= graph.weights[arc]
            ties -= graph.ties[arc]
            path.removeLast()
        }
    }

    // MARK: Cycles

    private mutating func findCycles(_ found: inout [FoundRing]) {
        var touched: [[Int32]] = Array(repeating: [], count: cycleCap)
        for start in 0..<graph.donorCount where !graph.isAltruist[start] {
            if isSpent {
                isWhole = false
                return
            }
            walkBack(to: start, touched: &touched)
            if !touched[1].isEmpty {
                path = [Int32(start)]
                weight = 0
                isTaken[Int(graph.families[start])] = true
                extendCycle(0, left: cycleCap - 1)
                isTaken[Int(graph.families[start])] = false
                flush(into: &found)
            }
            for level in 1..<cycleCap {
                for donor in touched[level] { best[level][Int(donor)] = Self.none }
                touched[level].removeAll(keepingCapacity: true)
            }
        }
    }

    /// `best[k][d]`: the most that a walk of at most k arcs from d to the start can gain.
    private mutating func walkBack(to start: Int, touched: inout [[Int32]]) {
        for slot in graph.into(start) where Int(graph.tails[slot]) > start {
            let tail = graph.tails[slot]
            best[1][Int(tail)] = gains[Int(graph.arcOfSlot[slot])]
            touched[1].append(tail)
        }
        for level in stride(from: 2, to: cycleCap, by: 1) {
            for donor in touched[level - 1] {
                best[level][Int(donor)] = best[level - 1][Int(donor)]
                touched[level].append(donor)
            }
            for donor in touched[level - 1] {
                let rest = best[level - 1][Int(donor)]
                for slot in graph.into(Int(donor)) where Int(graph.tails[slot]) > start {
                    steps += 1
                    let tail = graph.tails[slot]
                    let sum = gains[Int(graph.arcOfSlot[slot])] + rest
                    if best[level][Int(tail)] == Self.none { touched[level].append(tail) }
                    best[level][Int(tail)] = max(best[level][Int(tail)], sum)
                }
            }
        }
    }

    private mutating func extendCycle(_ profit: Int64, left: Int) {
        let start = path[0]
        for arc in graph.out(Int(path[path.count - 1])) {
            let next = graph.columns[arc]
            guard next >= start else { continue }
            let sum = profit + gains[arc]
            if next == start {
                if sum > threshold { emit(sum, closing: arc) }
                continue
            }
            let family = Int(graph.families[Int(next)])
            guard left > 0, !isTaken[family], sum + best[left][Int(next)] > threshold
            else { continue }
            steps += 1
            if isSpent {
                isWhole = false
                return
            }
            path.append(next)
            weight += graph.weights[arc]
            ties += graph.ties[arc]
            isTaken[family] = true
            extendCycle(sum, left: left - 1)
            isTaken[family] = false
            weight -= graph.weights[arc]
            ties -= graph.ties[arc]
            path.removeLast()
        }
    }
}
