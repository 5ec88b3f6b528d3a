/// Groups while a search changes them: table `t` has the members `seats[t]`.
struct MealTables {
    /// Members of each table, in the order in which they came; empty tables are free.
    private(set) var seats: [[Int32]]
    /// Table of each person, -1 for none.
    private(set) var tableOf: [Int32]
    /// People in groups.
    private(set) var placed = 0
    private var free: [Int32]

    init(_ model: MealModel) {
        let most = model.count / model.sizes.lowerBound + 1
        seats = [[Int32]](repeating: [], count: most)
        tableOf = [Int32](repeating: -1, count: model.count)
        free = (0..<Int32(most)).reversed()
    }

    /// Tables with members.
    var occupied: [Int] { seats.indices.filter { !seats[$0].isEmpty } }

    /// People in no group, ascending.
    var unplaced: [Int32] { (0..<Int32(tableOf.count)).filter { tableOf[Int($0)] < 0 } }

    mutating func join(_ person: Int32, _ table: Int) {
        seats[table].append(person)
        tableOf[Int(person)] = Int32(table)
        placed += 1
    }

    mutating func leave(_ person: Int32) {
        let table = Int(tableOf[Int(person)])
        guard table >= 0 else { return }
        seats[table].removeAll { $0 == person }
        tableOf[Int(person)] = -1
        placed -= 1
        if seats[table].isEmpty { free.append(Int32(table)) }
    }

    mutating func dissolve(_ table: Int) {
        for person in seats[table] { leave(person) }
    }

    /// A table for people who leave theirs, which are dissolved when too few remain.
    mutating func found(_ members: [Int32], least: Int) {
        let left = members.map { Int(tableOf[Int($0)]) }
        for person in members { leave(person) }
        for table in left where table >= 0 && seats[table].count < least { dissolve(table) }
        guard let table = free.popLast() else {
            preconditionFailure("each table with members has at least the least number of them")
        }
        for person in members { join(person, Int(table)) }
    }
}
