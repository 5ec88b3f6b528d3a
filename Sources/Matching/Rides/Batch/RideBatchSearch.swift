/// Branch and bound over one component: at each node a vehicle with few trips left takes one of
/// them, or none.
struct RideBatchSearch {
    private var model: RideBatchModel
    private let stop: StopSignal
    private var open: RideBatchOpen
    private var prices: RideBatchPrices
    /// Trips, vehicles and requests that were closed, in order, as a kind and an id.
    private var trail: [(kind: Kind, id: Int32)] = []
    /// Trip of each decided vehicle, -1 for none.
    private var taken: [Int32]
    private var gain: Int64 = 0
    private var frames: [Frame] = []
    /// Share of each trip in the last linear relaxation.
    private var shares: [Double]
    /// The best choice so far: indices of its trips in the instance.
    private(set) var best: [Int32] = []
    private var bestGain: Int64 = 0
    /// Most that can be missing to the best there is, in seconds; 0 once the search is through.
    private(set) var gap: Int64 = 0

    private enum Kind { case trip, vehicle, request }

    /// A vehicle whose options are tried one after another.
    private struct Frame {
        var vehicle: Int
        /// Trips, the most promising first, -1 for none; and what each can lead to at most.
        var options: [(trip: Int32, bound: Int64)]
        var next = 0
        var trail: Int
        var gain: Int64
        var prices: [Int64]
    }

    init(_ model: RideBatchModel, stop: StopSignal) {
        self.model = model
        self.stop = stop
        open = RideBatchOpen(model)
        prices = RideBatchPrices(model)
        taken = [Int32](repeating: -1, count: model.vehicleCount)
        shares = prices.shares
    }

    /// Searches until all is decided, or `nodes` are used up.
    mutating func run(nodes: inout Int) {
        let rootBound = root()
        guard rootBound > reach else { return }
        guard nodes > 0, !stop.isRaised else { return leave(rootBound, atMost: rootBound) }
        enter()
        while !frames.isEmpty {
            guard nodes > 0, !stop.isRaised else { return leave(bestGain, atMost: rootBound) }
            guard advance() else { continue }
            nodes -= 1
            enter()
        }
    }

    /// Ends before all is decided: what is left open bounds how far the best is from the best there
    /// is.
    private mutating func leave(_ bound: Int64, atMost rootBound: Int64) {
        let most = frames.reduce(bound) { most, frame in
            frame.next < frame.options.count ? max(most, frame.options[frame.next].bound) : most
        }
        gap = max(0, (min(most, rootBound) - bestGain) / RideBatchModel.scale)
    }

    /// What a bound must exceed so that something better is possible: gains are whole seconds.
    private var reach: Int64 { bestGain + RideBatchModel.scale - 1 }

    /// Prices, cuts, a first choice, and what they bound.
    private mutating func root() -> Int64 {
        var bound = relax(rounds: 300, smoothing: 0.1)
        shares = prices.shares
        offer()
        rebuild(adding: [])
        for _ in 0..<Self.cutRoundsMax {
            simplex()
            bound = min(bound, prices.bound(model, open))
            offer()
            guard bound > reach, !stop.isRaised else { return bound }
            let cuts = RideBatchCuts.violated(model, shares: shares)
            rebuild(adding: cuts)
            if cuts.isEmpty { break }
        }
        return bound
    }

    /// Most rounds in which cuts are added.
    private static let cutRoundsMax = 30

    /// A choice along the shares, at the root also one along the prices; made better by exchanges
    /// where it is nearly as good as the best.
    private mutating func offer() {
        for isByShare in frames.isEmpty ? [true, false] : [true] {
            var choice = RideBatchChoice(model)
            for (vehicle, trip) in taken.enumerated() where trip >= 0 {
                choice.take(Int(trip), vehicle, model)
            }
            if isByShare {
                choice.follow(shares, open, model)
            } else {
                choice.follow(prices, open, model)
            }
            if choice.gain > bestGain - bestGain / Self.nearPart {
                choice.improve(model, stop: stop)
            }
            keep(choice)
        }
    }

    /// A choice that lacks less than this part of the best is worth exchanges.
    private static let nearPart: Int64 = 500

    /// Sets prices by linear programming where that bounds better, and the trips' shares.
    private mutating func simplex() {
        guard let simplex = RideBatchSimplex.solve(model, open, hint: shares, stop: stop) else {
            _ = relax(rounds: 200, smoothing: 0.1)
            shares = prices.shares
            return
        }
        shares = simplex.values
        let before = (prices.prices, prices.bound(model, open))
        for request in open.requests.indices where open.requests[request] {
            prices.prices[request] = simplex.price(request)
        }
        if prices.bound(model, open) > before.1 {
            prices.prices = before.0
            _ = prices.bound(model, open)
        }
    }

    /// Bounds a node by its prices, and by better ones where these do not suffice.
    private mutating func nodeBound() -> Int64 {
        let bound = prices.bound(model, open)
        guard bound + gain > reach else { return bound }
        simplex()
        return prices.bound(model, open)
    }

    private mutating func relax(rounds: Int, smoothing: Double) -> Int64 {
        prices.relax(
            model, open, target: bestGain - gain, rounds: rounds, smoothing: smoothing, stop: stop)
    }

    /// Drops trips that are in no better choice and cuts without a price, and adds cuts.
    private mutating func rebuild(adding: [[Int32]]) {
        let bound = prices.bound(model, open)
        var keeping = open.trips
        for vehicle in open.vehicles.indices {
            for trip in model.trips(of: vehicle) {
                let most = bound - prices.surplus[vehicle] + prices.reduced(trip, model)
                keeping[trip] = most > reach
            }
        }
        let cuts = (model.realCount..<model.requestCount).filter { prices.prices[$0] > 0 }
        let kept = prices.prices[..<model.realCount] + cuts.map { prices.prices[$0] }
        model = model.rebuilt(keeping: keeping, cuts: cuts, adding: adding)
        open = RideBatchOpen(model)
        prices = RideBatchPrices(model)
        prices.prices = kept + [Int64](repeating: 0, count: adding.count)
        shares = prices.shares
    }

    private mutating func keep(_ choice: RideBatchChoice) {
        guard choice.gain > bestGain else { return }
        bestGain = choice.gain
        best = choice.trips.filter { $0 >= 0 }.map { model.sources[Int($0)] }
    }

    /// Bounds the present node, closes what cannot be part of anything better, and pushes a frame
    /// where there is more than one way to go on.
    private mutating func enter() {
        var bound = nodeBound()
        while bound + gain > reach {
            offer()
            guard bound + gain > reach, let branch = branch(bound) else { return }
            guard branch.options.count == 1 else { return frames.append(branch) }
            decide(branch.vehicle, branch.options[0].trip)
            bound = nodeBound()
        }
    }

    /// The open vehicle whose trips the relaxation divides most evenly, after closing trips whose
    /// bound is too low, or one that has no more than one way; nil when no vehicle is open, or one
    /// has no way.
    private mutating func branch(_ bound: Int64) -> Frame? {
        var chosen = -1
        var most = -1.0
        for vehicle in open.vehicles.indices where open.vehicles[vehicle] {
            let without = bound + gain - prices.surplus[vehicle]
            var count = without > reach ? 1 : 0
            var divided = 0.0
            for trip in model.trips(of: vehicle) where open.trips[trip] {
                if without + prices.reduced(trip, model) > reach {
                    count += 1
                    divided = max(divided, min(shares[trip], 1 - shares[trip]))
                } else {
                    close(.trip, Int32(trip))
                }
            }
            if count == 0 { return nil }
            if count == 1 { divided = 1 }
            if divided > most {
                most = divided
                chosen = vehicle
            }
        }
        return chosen < 0 ? nil : frame(chosen, bound + gain - prices.surplus[chosen])
    }

    /// All ways of a vehicle; `without` is the bound when it makes no trip.
    private func frame(_ vehicle: Int, _ without: Int64) -> Frame {
        var options: [(trip: Int32, bound: Int64)] = []
        for trip in model.trips(of: vehicle) where open.trips[trip] {
            options.append((Int32(trip), without + prices.reduced(trip, model)))
        }
        if without > reach { options.append((-1, without)) }
        options.sort { left, right in
            if left.bound != right.bound { return left.bound > right.bound }
            let one = left.trip < 0 ? -1 : shares[Int(left.trip)]
            let other = right.trip < 0 ? -1 : shares[Int(right.trip)]
            return one == other ? left.trip < right.trip : one > other
        }
        return Frame(
            vehicle: vehicle, options: options, trail: trail.count, gain: gain,
            prices: prices.prices)
    }

    /// Goes to the next option of the last frame; false when there is none, or it is not worth it.
    private mutating func advance() -> Bool {
        guard let last = frames.indices.last else { return false }
        undo(to: frames[last].trail)
        gain = frames[last].gain
        let next = frames[last].next
        guard next < frames[last].options.count, frames[last].options[next].bound > reach else {
            frames.removeLast()
            return false
        }
        frames[last].next += 1
        prices.prices = frames[last].prices
        decide(frames[last].vehicle, frames[last].options[next].trip)
        return true
    }

    private mutating func decide(_ vehicle: Int, _ trip: Int32) {
        close(.vehicle, Int32(vehicle))
        taken[vehicle] = trip
        guard trip >= 0 else { return }
        gain += model.gains[Int(trip)]
        for entry in model.requests.entries(of: Int(trip)) {
            let request = model.requests.columns[entry]
            close(.request, request)
            for other in model.trips.entries(of: Int(request)) {
                let blocked = model.trips.columns[other]
                if open.trips[Int(blocked)] { close(.trip, blocked) }
            }
        }
    }

    private mutating func close(_ kind: Kind, _ id: Int32) {
        trail.append((kind, id))
        set(kind, id, isOpen: false)
    }

    private mutating func set(_ kind: Kind, _ id: Int32, isOpen: Bool) {
        switch kind {
        case .trip: open.trips[Int(id)] = isOpen
        case .request: open.requests[Int(id)] = isOpen
        case .vehicle:
            open.vehicles[Int(id)] = isOpen
            taken[Int(id)] = -1
        }
    }

    private mutating func undo(to length: Int) {
        while trail.count > length {
            let last = trail.removeLast()
            set(last.kind, last.id, isOpen: true)
        }
    }
}
