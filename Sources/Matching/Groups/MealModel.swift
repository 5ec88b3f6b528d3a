/// A meal instance, laid out for the search: who fits whom, as lists and as bits.
struct MealModel {
    let count: Int
    let sizes: ClosedRange<Int>
    /// Slots and tastes of each person, as bits of compact numbers.
    let slots: [UInt64]
    let tastes: [UInt64]
    /// The ids behind the compact numbers, ascending.
    let slotIDs: [Int32]
    let tasteIDs: [Int32]
    /// Who could share a group with whom: a pair fits and has a slot and a taste in common.
    let neighbours: CompressedRows
    let isNewcomer: [Bool]
    private let words: Int
    private var rows: [UInt64]
    private let instance: MealInstance

    init(_ instance: MealInstance) {
        self.instance = instance
        count = instance.count
        sizes = instance.sizes
        slotIDs = Set(instance.slots.joined()).sorted()
        tasteIDs = Set(instance.tastes.joined()).sorted()
        slots = instance.slots.map { [slotIDs] in Self.bits($0, slotIDs) }
        tastes = instance.tastes.map { [tasteIDs] in Self.bits($0, tasteIDs) }
        words = (count + 63) / 64
        rows = [UInt64](repeating: 0, count: count * words)
        var newcomers = [Bool](repeating: false, count: count)
        for person in instance.newcomers { newcomers[Int(person)] = true }
        isNewcomer = newcomers
        let blocked = Set(
            instance.blocks.map { block in
                Int(min(block.first, block.second)) * instance.count
                    + Int(max(block.first, block.second))
            })
        var (one, other): ([Int32], [Int32]) = ([], [])
        for row in 0..<instance.count {
            for column in 0..<instance.count where column != row {
                guard slots[row] & slots[column] != 0, tastes[row] & tastes[column] != 0,
                    Self.accepts(instance, row, column), Self.accepts(instance, column, row),
                    !blocked.contains(min(row, column) * instance.count + max(row, column))
                else { continue }
                rows[row * words + column / 64] |= 1 << UInt64(column % 64)
                one.append(Int32(row))
                other.append(Int32(column))
            }
        }
        neighbours = CompressedRows.sorting(rows: one, columns: other, rowCount: count).rows
    }

    private static func bits(_ ids: [Int32], _ all: [Int32]) -> UInt64 {
        ids.reduce(0) { mask, id in mask | 1 << UInt64(all.firstIndex(of: id) ?? 0) }
    }

    private static func accepts(_ instance: MealInstance, _ one: Int, _ other: Int) -> Bool {
        instance.trust[one * instance.count + other] >= instance.leastTrust
            && instance.distances[one * instance.count + other] <= instance.mostDistance
    }

    /// Whether two people could share a group.
    func fit(_ one: Int32, _ other: Int32) -> Bool {
        rows[Int(one) * words + Int(other) / 64] & (1 << UInt64(other % 64)) != 0
    }

    /// Trust of two people in each other, in millionths, both ways together.
    func trust(_ one: Int32, _ other: Int32) -> Int64 {
        let (row, column) = (Int(one), Int(other))
        let sum = instance.trust[row * count + column] + instance.trust[column * count + row]
        return Int64((sum * 1e6).rounded())
    }

    /// Way between two people, in millimetres, both ways together.
    func distance(_ one: Int32, _ other: Int32) -> Int64 {
        let (row, column) = (Int(one), Int(other))
        let sum =
            instance.distances[row * count + column] + instance.distances[column * count + row]
        return Int64((sum * 1e3).rounded())
    }

    /// Whether somebody fits all of the members, at a slot and a taste that all share.
    func fits(_ person: Int32, _ members: some Sequence<Int32>) -> Bool {
        var (slot, taste) = (slots[Int(person)], tastes[Int(person)])
        for member in members {
            slot &= slots[Int(member)]
            taste &= tastes[Int(member)]
            guard slot != 0, taste != 0, fit(person, member) else { return false }
        }
        return true
    }

    /// People of a pool who fit each other with somebody, `size` in all; nil where there are none,
    /// or where `steps` ran out.
    func clique(
        around person: Int32, in pool: [Int32], size: Int, steps: inout Int
    ) -> [Int32]? {
        grow([person], slots[Int(person)], tastes[Int(person)], pool[...], size, &steps)
    }

    private func grow(
        _ chosen: [Int32], _ slot: UInt64, _ taste: UInt64, _ pool: ArraySlice<Int32>,
        _ size: Int, _ steps: inout Int
    ) -> [Int32]? {
        if chosen.count == size { return chosen }
        guard let last = chosen.last else { return nil }
        let rest = pool.filter { other in
            fit(last, other) && slots[Int(other)] & slot != 0 && tastes[Int(other)] & taste != 0
        }
        steps -= pool.count
        for index in rest.indices {
            guard steps > 0, chosen.count + rest.count - index >= size else { return nil }
            let next = rest[index]
            let found = grow(
                chosen + [next], slot & slots[Int(next)], taste & tastes[Int(next)],
                rest[(index + 1)...], size, &steps)
            if let found { return found }
        }
        return nil
    }
}
