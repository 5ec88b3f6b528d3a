internal import Glibc

/// Shares out indivisible goods so that the product of all utilities is the largest.
///
/// Where not everybody can get something of worth, first as many as possible do, then the product of
/// their utilities counts. What comes out is envy-free up to one good and Pareto-optimal (Caragiannis
/// and others, 2016). It is NP-hard: a branch and bound over owners, for small instances. The bound is
/// the divisible problem of Eisenberg and Gale, solved a little by proportional response: at any
/// utilities the tangents of the logarithms bound the best product, and say by how much it falls when
/// a good goes to one who gets less worth of it for its price; such owners are struck out.
public enum MaxNash {
    /// Most persons.
    public static let personsMax = 64
    /// Most persons times goods.
    public static let cellsMax = 4096

    /// What is too large for an exact search; nil when nothing is.
    public static func excess(_ instance: GoodsInstance) -> String? {
        if instance.persons > personsMax { return "at most \(personsMax) persons" }
        let cells = instance.persons * instance.goods
        return cells > cellsMax ? "persons times goods at most \(cellsMax)" : nil
    }

    /// The best plan, or the best found when the budget is over; an iteration is a node of the search.
    ///
    /// The instance must not be too large (`excess`).
    public static func plan(_ instance: GoodsInstance, budget: Budget) -> GoodsPlan {
        precondition(excess(instance) == nil)
        let (persons, goods) = (instance.persons, instance.goods)
        guard persons > 0, goods > 0 else {
            return GoodsPlan(owners: [Int32](repeating: -1, count: goods), isProven: true)
        }
        let matching = NashMatching(instance)
        let groups = NashGroups(instance, size: matching.size)
        var search = NashSearch(instance, budget: budget)
        let wanted = (0..<goods).filter { good in instance.values.contains { $0[good] > 0 } }
        if matching.size == wanted.count, persons > matching.size {
            // As many goods as persons who get something: one each, which is an assignment.
            let owners = NashAssignment(instance, goods: wanted).owners
            return GoodsPlan(owners: owners, isProven: true)
        }
        if matching.size > 0 {
            search.start(from: matching.persons, owners: matching.owners)
            groups.visit { group in
                search.run(group)
                return !search.isOver
            }
        }
        return GoodsPlan(owners: search.bestOwners, isProven: !search.isOver)
    }
}

/// The most persons who can each have a good that is worth something to them (Kuhn 1955).
struct NashMatching {
    private(set) var owners: [Int32]
    private(set) var size = 0
    private let instance: GoodsInstance
    private var seen: [Bool] = []

    init(_ instance: GoodsInstance) {
        self.instance = instance
        owners = [Int32](repeating: -1, count: instance.goods)
        for person in 0..<instance.persons {
            seen = [Bool](repeating: false, count: instance.goods)
            if extend(person) { size += 1 }
        }
    }

    /// Who of a group cannot have one beside the others.
    static func isWhole(_ group: UInt64, _ instance: GoodsInstance) -> Bool {
        var part = NashMatching(instance, nobody: ())
        for person in 0..<instance.persons where group & (1 << UInt64(person)) != 0 {
            part.seen = [Bool](repeating: false, count: instance.goods)
            if !part.extend(person) { return false }
        }
        return true
    }

    private init(_ instance: GoodsInstance, nobody: Void) {
        self.instance = instance
        owners = [Int32](repeating: -1, count: instance.goods)
    }

    /// The persons who have one.
    var persons: UInt64 { owners.reduce(0) { $1 >= 0 ? $0 | 1 << UInt64($1) : $0 } }

    private mutating func extend(_ person: Int) -> Bool {
        for good in 0..<instance.goods
        where !seen[good] && instance.values[person][good] > 0 {
            seen[good] = true
            if owners[good] < 0 || extend(Int(owners[good])) {
                owners[good] = Int32(person)
                return true
            }
        }
        return false
    }
}

/// All groups of persons of one size who can each have something of worth.
struct NashGroups {
    private let instance: GoodsInstance
    private let size: Int

    init(_ instance: GoodsInstance, size: Int) {
        self.instance = instance
        self.size = size
    }

    /// Hands over one group after another, while `body` wants more.
    func visit(_ body: (UInt64) -> Bool) {
        _ = extend(0, person: 0, left: size, body)
    }

    private func extend(
        _ group: UInt64, person: Int, left: Int, _ body: (UInt64) -> Bool
    ) -> Bool {
        if left == 0 { return body(group) }
        guard person + left <= instance.persons else { return true }
        let wider = group | 1 << UInt64(person)
        if NashMatching.isWhole(wider, instance),
            !extend(wider, person: person + 1, left: left - 1, body)
        {
            return false
        }
        return extend(group, person: person + 1, left: left, body)
    }
}
