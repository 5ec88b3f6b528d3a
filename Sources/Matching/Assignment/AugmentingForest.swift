/// Requests to helpers with capacities by shortest augmenting paths from all waiting requests at
/// once: the Hungarian method (Kuhn 1955) with a forest instead of one tree.
///
/// Every request first goes to its cheapest helper, if that has room; the others become roots.
/// Their trees grow together over the reduced costs, nearest first (Dijkstra 1959): a tree that
/// reaches a full helper takes its requests in. A tree that reaches room, or a request that is as
/// well left unmet, is turned over along that path, and dissolves; its helpers fall to the trees
/// about it. As so many trees share the network, one that dissolves is small, where a search from
/// one request after the other would go through the whole network for each of the last.
///
/// Prices stay whole and feasible all along, and those of helpers with room are 0: when no root is
/// left they prove the plan. At most one search of the network a root, that is, O(requests · entries
/// · log entries) whatever the costs, which must lie within `MinCostFlow.costMax` so that times,
/// multiplied by requests, do not overflow; memory 40 bytes an entry, 90 a request, 60 a helper.
struct AugmentingForest {
    private struct Entry {
        var cost: Int64
        var helper: Int32
    }

    /// An entry as its helper sees it.
    private struct Offer {
        var cost: Int64
        var request: Int32
        var entry: Int32
    }

    private struct Request {
        /// When it came into its tree, less what it paid then.
        var base: Int64 = 0
        /// When its next arc will have no slack; the least number outside of trees.
        var next: Int64 = .min
        /// That arc; negative for leaving the request unmet.
        var arc: Int32 = -1
        /// Entry by which it is helped; negative for an unmet one or a root.
        var taken: Int32 = -1
        /// Its place among those of its helper.
        var place: Int32 = -1
        /// First request of its tree.
        var root: Int32 = -1
    }

    private struct Helper {
        /// What a place costs beside the entry; in a tree, what it cost when it came there.
        var price: Int64 = 0
        /// When it came into its tree.
        var since: Int64 = 0
        var isInTree = false
        /// First of its places, and how many are taken.
        var begin: Int32 = 0
        var load: Int32 = 0
        /// The request of its tree from which it was reached, and by which entry.
        var parent: Int32 = -1
        var parentEntry: Int32 = -1
        /// The helper that came into the tree before it.
        var before: Int32 = -1
    }

    private let unmetCost: Int64
    private let capacity: Int32
    private var starts: [Int32] = [0]
    private var entries: [Entry] = []
    private var offerStarts: [Int32]
    private var offers: [Offer] = []
    /// What each request pays; in a tree, what it paid when it came there.
    private var requests: [Request]
    private var values: [Int64]
    private var helpers: [Helper]
    private var places: [Int32] = []
    /// The helper that came last into the tree of each root.
    private var lasts: [Int32]
    private var queue: EventQueue
    private var waiting = 0

    init(_ instance: CapacitatedInstance) {
        unmetCost = instance.unmetCost
        capacity = Int32(instance.capacity)
        requests = [Request](repeating: Request(), count: instance.requestCount)
        values = [Int64](repeating: instance.unmetCost, count: instance.requestCount)
        helpers = [Helper](repeating: Helper(), count: instance.helperCount)
        lasts = [Int32](repeating: -1, count: instance.requestCount)
        offerStarts = [Int32](repeating: 0, count: instance.helperCount + 1)
        queue = EventQueue(instance.requestCount)
        starts.reserveCapacity(instance.requestCount + 1)
        entries.reserveCapacity(instance.costs.count)
        for request in 0..<instance.requestCount {
            // What is not worth more than leaving the request unmet is left out.
            for entry in instance.requests.entries(of: request)
            where instance.costs[entry] < unmetCost {
                let helper = instance.requests.columns[entry]
                entries.append(Entry(cost: instance.costs[entry], helper: helper))
                offerStarts[Int(helper) + 1] += 1
            }
            starts.append(Int32(entries.count))
        }
        sortOffers()
    }

    /// By helper: what a place costs beside the entry.
    var prices: [Int64] { helpers.map(\.price) }

    /// By request: its helper, or nil.
    var assignment: [Int32?] {
        requests.map { $0.taken < 0 ? nil : entries[Int($0.taken)].helper }
    }

    private mutating func sortOffers() {
        var placeCount: Int32 = 0
        for helper in helpers.indices {
            helpers[helper].begin = placeCount
            placeCount += min(capacity, offerStarts[helper + 1])
            offerStarts[helper + 1] += offerStarts[helper]
        }
        places = [Int32](repeating: -1, count: Int(placeCount))
        offers = [Offer](
            repeating: Offer(cost: 0, request: 0, entry: 0), count: entries.count)
        var nexts = offerStarts
        for request in requests.indices {
            for index in Int(starts[request])..<Int(starts[request + 1]) {
                let helper = Int(entries[index].helper)
                offers[Int(nexts[helper])] = Offer(
                    cost: entries[index].cost, request: Int32(request), entry: Int32(index))
                nexts[helper] += 1
            }
        }
    }

    /// Whether a proven plan was found; `stop` ends the search before.
    mutating func run(stop: StopSignal) -> Bool {
        begin()
        var rounds = 0
        while waiting > 0 {
            rounds += 1
            if rounds & 0xFFF == 0 {
                if stop.isRaised { return false }
                queue.shrink { requests[$1].next == $0 }
            }
            guard let (now, request) = queue.popFirst() else {
                preconditionFailure("every request in a tree can be left unmet")
            }
            guard requests[request].next == now else { continue }
            let arc = Int(requests[request].arc)
            guard arc >= 0 else {
                augment(request, -1, now)
                continue
            }
            let helper = Int(entries[arc].helper)
            // A helper that was in a tree meanwhile has become dearer.
            let key = requests[request].base + entries[arc].cost + helpers[helper].price
            if helpers[helper].isInTree || key != now {
                seek(request)
            } else if helpers[helper].load < capacity {
                augment(request, arc, now)
            } else {
                take(helper, from: request, arc, now)
            }
        }
        return true
    }

    /// Everybody to the cheapest helper, as long as there is room.
    private mutating func begin() {
        for request in requests.indices {
            var chosen = -1
            for index in Int(starts[request])..<Int(starts[request + 1])
            where entries[index].cost < values[request] {
                values[request] = entries[index].cost
                chosen = index
            }
            guard chosen >= 0 else { continue }
            let helper = Int(entries[chosen].helper)
            if helpers[helper].load < capacity {
                settle(request, chosen, newPlace(helper))
            } else {
                requests[request].root = Int32(request)
                waiting += 1
            }
        }
        guard waiting > 0 else { return }
        for request in requests.indices where requests[request].root >= 0 {
            enter(request, root: Int32(request), at: 0)
        }
    }

    private mutating func newPlace(_ helper: Int) -> Int32 {
        helpers[helper].load += 1
        return helpers[helper].begin + helpers[helper].load - 1
    }

    private mutating func settle(_ request: Int, _ entry: Int, _ place: Int32) {
        requests[request].taken = Int32(entry)
        requests[request].place = place
        if place >= 0 { places[Int(place)] = Int32(request) }
    }

    /// A request comes into a tree.
    private mutating func enter(_ request: Int, root: Int32, at now: Int64) {
        requests[request].base = now - values[request]
        requests[request].root = root
        seek(request)
    }

    /// Finds the arc of a request in a tree that will be without slack first.
    private mutating func seek(_ request: Int) {
        var best = unmetCost
        var chosen = -1
        for index in Int(starts[request])..<Int(starts[request + 1]) {
            let entry = entries[index]
            let helper = Int(entry.helper)
            let cost = entry.cost + helpers[helper].price
            if cost < best, !helpers[helper].isInTree {
                best = cost
                chosen = index
            }
        }
        let next = requests[request].base + best
        requests[request].arc = Int32(chosen)
        requests[request].next = next
        queue.insert(next, request)
    }

    /// A full helper and its requests come into the tree of a request.
    private mutating func take(_ helper: Int, from request: Int, _ entry: Int, _ now: Int64) {
        let root = requests[request].root
        helpers[helper].isInTree = true
        helpers[helper].since = now
        helpers[helper].parent = Int32(request)
        helpers[helper].parentEntry = Int32(entry)
        helpers[helper].before = lasts[Int(root)]
        lasts[Int(root)] = Int32(helper)
        let begin = Int(helpers[helper].begin)
        for place in begin..<begin + Int(helpers[helper].load) {
            enter(Int(places[place]), root: root, at: now)
        }
        seek(request)
    }

    /// A request leaves its tree; what it pays has risen with it.
    private mutating func leave(_ request: Int, _ now: Int64) {
        guard requests[request].next > .min else { return }
        values[request] = now - requests[request].base
        requests[request].next = .min
    }

    /// Turns a tree over along the way from its root to an entry of one of its requests, or to
    /// leaving that unmet (-1), and dissolves it.
    private mutating func augment(_ end: Int, _ lastEntry: Int, _ now: Int64) {
        let root = Int(requests[end].root)
        var (request, entry) = (end, lastEntry)
        var place = entry < 0 ? -1 : newPlace(Int(entries[entry].helper))
        while true {
            let (left, leftPlace) = (Int(requests[request].taken), requests[request].place)
            settle(request, entry, place)
            leave(request, now)
            guard left >= 0 else { break }
            let helper = helpers[Int(entries[left].helper)]
            (request, entry, place) = (Int(helper.parent), Int(helper.parentEntry), leftPlace)
        }
        waiting -= 1
        dissolve(root, now)
    }

    private mutating func dissolve(_ root: Int, _ now: Int64) {
        var next = lasts[root]
        while next >= 0 {
            let helper = Int(next)
            helpers[helper].price += now - helpers[helper].since
            helpers[helper].isInTree = false
            let begin = Int(helpers[helper].begin)
            for place in begin..<begin + Int(helpers[helper].load) {
                leave(Int(places[place]), now)
            }
            next = helpers[helper].before
        }
        guard waiting > 0 else { return }
        next = lasts[root]
        while next >= 0 {
            offer(Int(next))
            next = helpers[Int(next)].before
        }
        lasts[root] = -1
    }

    /// A helper outside of trees shows itself to the requests within.
    private mutating func offer(_ helper: Int) {
        let price = helpers[helper].price
        for index in Int(offerStarts[helper])..<Int(offerStarts[helper + 1]) {
            let offer = offers[index]
            let request = Int(offer.request)
            let next = requests[request].base + offer.cost + price
            guard next < requests[request].next else { continue }
            requests[request].next = next
            requests[request].arc = offer.entry
            queue.insert(next, request)
        }
    }
}

/// Times of requests, earliest first; of one time the first request first.
///
/// Times must not be negative, and, multiplied by the number of requests, stay within 63 bits.
private struct EventQueue {
    private let count: Int64
    private var heap: [Int64] = []
    private var sizeMax: Int

    init(_ requestCount: Int) {
        count = Int64(max(1, requestCount))
        sizeMax = 4 * requestCount + 1024
    }

    mutating func insert(_ time: Int64, _ request: Int) {
        let event = time * count + Int64(request)
        heap.append(event)
        rise(heap.count - 1, event)
    }

    mutating func popFirst() -> (time: Int64, request: Int)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty { sink(0, last) }
        let time = first / count
        return (time, Int(first - time * count))
    }

    /// Drops events that count no more, when they are many.
    mutating func shrink(_ counts: (Int64, Int) -> Bool) {
        guard heap.count > sizeMax else { return }
        heap.removeAll { event in
            let time = event / count
            return !counts(time, Int(event - time * count))
        }
        sizeMax = max(sizeMax, 2 * heap.count)
        heap.sort()
    }

    private mutating func rise(_ start: Int, _ event: Int64) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 4
            guard event < heap[parent] else { break }
            heap[index] = heap[parent]
            index = parent
        }
        heap[index] = event
    }

    private mutating func sink(_ start: Int, _ event: Int64) {
        var index = start
        while true {
            let first = 4 * index + 1
            guard first < heap.count else { break }
            var least = first
            for child in first + 1..<max(first + 1, min(first + 4, heap.count))
            where heap[child] < heap[least] {
                least = child
            }
            guard heap[least] < event else { break }
            heap[index] = heap[least]
            index = least
        }
        heap[index] = event
    }
}
