internal import Glibc

/// One good each for as many persons as there are goods, with the largest product of worths.
///
/// Shortest augmenting paths with potentials (Jonker and Volgenant 1987) over the logarithms of worths;
/// what is worth nothing costs more than any other assignment could make up for.
struct NashAssignment {
    private(set) var owners: [Int32]

    /// Assigns each of `goods`, all of which can find owners together; the others go to the first.
    init(_ instance: GoodsInstance, goods: [Int]) {
        owners = [Int32](repeating: 0, count: instance.goods)
        let persons = instance.persons
        // Logarithms are below 36, so no sum of them reaches a single one of these.
        let never = 1e6
        let costs = goods.map { good in
            instance.values.map { $0[good] > 0 ? -log(Double($0[good])) : never }
        }
        var goodPrices = [Double](repeating: 0, count: goods.count)
        var prices = [Double](repeating: 0, count: persons)
        var holding = [Int](repeating: -1, count: persons)
        for first in goods.indices {
            var distance = [Double](repeating: .infinity, count: persons)
            var before = [Int](repeating: -1, count: persons)
            var isDone = [Bool](repeating: false, count: persons)
            var (row, from, shortest) = (first, -1, 0.0)
            while true {
                var next = -1
                for person in 0..<persons where !isDone[person] {
                    let reduced =
                        shortest + costs[row][person] - goodPrices[row] - prices[person]
                    if reduced < distance[person] {
                        distance[person] = reduced
                        before[person] = from
                    }
                    if next < 0 || distance[person] < distance[next] { next = person }
                }
                shortest = distance[next]
                isDone[next] = true
                from = next
                if holding[next] < 0 { break }
                row = holding[next]
            }
            goodPrices[first] += shortest
            for person in 0..<persons where isDone[person] && person != from {
                goodPrices[holding[person]] += shortest - distance[person]
                prices[person] -= shortest - distance[person]
            }
            while from >= 0 {
                holding[from] = before[from] >= 0 ? holding[before[from]] : first
                from = before[from]
            }
        }
        for person in 0..<persons where holding[person] >= 0 {
            owners[goods[holding[person]]] = Int32(person)
        }
    }
}
