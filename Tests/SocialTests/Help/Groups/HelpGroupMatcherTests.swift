internal import Matching
internal import Platform
internal import Realtime
internal import Testing

@testable internal import Social

@Suite("Fair shares of a rota") struct HelpGroupMatcherTests {
    private static func id(_ number: Int) -> UUID { UUID(high: 0x7000, low: UInt64(number)) }

    private static func member(
        _ number: Int, offered: Int32 = 31, load: Int32 = 0, past: Int32 = 0, days: Int32 = 28,
        windows: [Int32] = [0, 29 * 1440], busy: [Int32] = [], rest: Int32 = 0
    ) -> HelpGroupMatcher.Member {
        HelpGroupMatcher.Member(
            id: id(1000 + number), offered: offered, load: load, past: past, days: days,
            left: [31, 31], restDays: rest, windows: windows, busy: busy)
    }

    private static func shift(_ number: Int, day: Int32, free: Int32 = 1) -> HelpGroupMatcher.Shift
    {
        HelpGroupMatcher.Shift(
            id: id(number), free: free, first: day * 1440 + 540, last: day * 1440 + 600, month: 0,
            asked: [])
    }

    private static func counts(_ askings: [HelpGroupMatcher.Asking]) -> [UUID: Int] {
        askings.reduce(into: [:]) { $0[$1.person, default: 0] += 1 }
    }

    @Test("among equals who have time, no two differ by more than one, load carried over")
    func spread() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var chance = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let size = 2 + chance.below(8)
            let loads = (0..<size).map { _ in Int32(chance.below(3)) }
            let shifts = (0..<28).flatMap { day in
                (0..<chance.below(3)).map { number in
                    Self.shift(day * 10 + number, day: Int32(day))
                }
            }
            let members = (0..<size).map { Self.member($0, load: loads[$0], past: loads[$0]) }
            let askings = HelpGroupMatcher(shifts: shifts, members: members).solve()
            let asked = Self.counts(askings)
            let sums = members.map { Int($0.load) + asked[$0.id, default: 0] }
            // At most one a day each: with two or more there is somebody for each of two.
            #expect(askings.count == shifts.count, "seed \(seed)")
            let given = askings.count >= size * 3
            if given, let most = sums.max(), let least = sums.min() {
                #expect(most - least <= 1, "seed \(seed): \(sums)")
            }
            for member in members {
                let days = askings.filter { $0.person == member.id }.compactMap { asking in
                    shifts.first { $0.id == asking.shift }.map { $0.first / 1440 }
                }
                #expect(Set(days).count == days.count, "seed \(seed)")
            }
        }
    }

    @Test("who offers twice as much has twice as many")
    func offers() {
        let shifts = (0..<27).map { Self.shift($0, day: Int32($0)) }
        let members = [Self.member(0, offered: 8), Self.member(1, offered: 16)]
        let asked = Self.counts(HelpGroupMatcher(shifts: shifts, members: members).solve())
        #expect(asked[members[0].id] == 9 && asked[members[1].id] == 18)
    }

    @Test("who has no time, was asked, is bound or has had its month is not asked")
    func bounds() {
        var shift = Self.shift(1, day: 3)
        let early = Self.member(0, windows: [0, 3 * 1440 + 599])
        let bound = Self.member(1, busy: [3 * 1440 + 599, 3 * 1440 + 700])
        var full = Self.member(2)
        full.left = [0, 5]
        let asked = Self.member(3)
        shift.asked = [asked.id]
        let able = Self.member(4, load: 9)
        let matcher = HelpGroupMatcher(shifts: [shift], members: [early, bound, full, asked, able])
        #expect(matcher.solve().map(\.person) == [able.id])
        var fallen = matcher
        fallen.fallen = [(shift: shift.id, person: able.id)]
        #expect(fallen.solve().isEmpty)
        shift.asked = []
        shift.month = 1
        #expect(
            HelpGroupMatcher(shifts: [shift], members: [full]).solve().map(\.person) == [full.id])
    }

    @Test("windows that touch are one; rest keeps two shifts of one round apart")
    func windows() {
        let member = Self.member(0, windows: [0, 570, 570, 29 * 1440], rest: 2)
        let shifts = (0..<4).map { Self.shift($0, day: Int32($0)) }
        let askings = HelpGroupMatcher(shifts: shifts, members: [member]).solve()
        #expect(askings.map(\.shift) == [Self.id(0), Self.id(3)])
    }

    @Test("where there are too few, it is the last shifts that lack somebody")
    func sooner() {
        let shifts = (0..<6).map { Self.shift($0, day: Int32($0)) }
        var member = Self.member(0, load: 20)
        member.left = [4, 0]
        let askings = HelpGroupMatcher(shifts: shifts, members: [member]).solve()
        #expect(askings.map(\.shift) == (0..<4).map(Self.id))
    }

    @Test("who comes later starts with what the others had before, not with all that is to do")
    func newcomer() {
        let members =
            (0..<3).map { Self.member($0, load: 6, past: 6) } + [Self.member(3, days: 0)]
        let shifts = (0..<8).map { Self.shift($0, day: Int32($0)) }
        let asked = Self.counts(HelpGroupMatcher(shifts: shifts, members: members).solve())
        #expect((asked[members[3].id] ?? 0) <= 4)
        #expect(asked.values.reduce(0, +) == 8)
    }
}
