internal import Matching
internal import Platform
internal import Realtime

/// Whom of a group to ask for which shift: the cheapest flow with convex costs of load.
///
/// Plain values in and out, so that it runs away from the loops. A member's next shift costs the
/// more the more it has had for what it offers, so that shares are even; at most one a day, none
/// above its month, none where it has no time.
struct HelpGroupMatcher: Sendable {
    /// A shift with free seats, the next of them first; minutes count from midnight of today.
    struct Shift: Sendable {
        var id: UUID
        var free: Int32
        var first: Int32
        var last: Int32
        /// 0: this month of the calendar, 1: the next.
        var month: Int32
        /// Who was asked before, comes already, or may not.
        var asked: [UUID]
    }

    /// Somebody who may be asked.
    struct Member: Sendable {
        var id: UUID
        /// Most shifts of a month: what it offers.
        var offered: Int32
        /// Shifts of the last four weeks and ahead.
        var load: Int32
        /// Those of the last four weeks alone.
        var past: Int32
        /// Days of the last four weeks in which it was a member.
        var days: Int32
        /// What this month and the next leave.
        var left: [Int32]
        var restDays: Int32
        /// Beginning and end, one after another.
        var windows: [Int32]
        var busy: [Int32]
    }

    /// One asking that is to be.
    struct Asking: Sendable, Equatable {
        var shift: UUID
        var person: UUID
        /// As JSON: codes with what fills them in.
        var reasons: String
    }

    /// What a seat without anybody costs: more than any share, and less the later it is.
    private static let lacking: Int64 = 1_000_000_000
    private static let sooner: Int64 = 1_000_000
    /// One load for an offer of one.
    private static let unit: Int64 = 100_000

    var shifts: [Shift]
    var members: [Member]
    /// Pairs of shift and person that may not be after all.
    var fallen: [(shift: UUID, person: UUID)] = []

    /// Whom to ask.
    func solve() -> [Asking] {
        let loads = carried()
        let able = shifts.map { shift in
            members.indices.filter { mayAsk(members[$0], shift) }
        }
        var network = Network(self, able, loads)
        guard let plan = network.solve() else { return [] }
        var rested: [Int: [Int32]] = [:]
        var counts = [Int64](repeating: 0, count: members.count)
        var askings: [Asking] = []
        for (shift, member) in plan {
            // Between two of one round rest is looked at here; who rests is asked again next time.
            let (day, rest) = (shifts[shift].first / 1440, members[member].restDays)
            if rest > 0, rested[member, default: []].contains(where: { abs($0 - day) <= rest }) {
                continue
            }
            rested[member, default: []].append(day)
            askings.append(
                Asking(
                    shift: shifts[shift].id, person: members[member].id,
                    reasons: reasons(member, loads[member] + counts[member])))
            counts[member] += 1
        }
        return askings
    }

    /// What each has had.
    ///
    /// Whoever came later has what it offers of the others' last weeks, for as long as it was not
    /// there.
    private func carried() -> [Int64] {
        let past = members.reduce(Int64(0)) { $0 + Int64($1.past) }
        let offered = members.reduce(Int64(0)) { $0 + Int64($1.offered) }
        let longest = Int64(members.map(\.days).max() ?? 0)
        return members.map { member in
            guard longest > 0, offered > 0 else { return Int64(member.load) }
            let absent = longest - Int64(member.days)
            return Int64(member.load) + past * Int64(member.offered) * absent / (offered * longest)
        }
    }

    private func mayAsk(_ member: Member, _ shift: Shift) -> Bool {
        let slot = MinuteWindow(shift.first, shift.last)
        return !shift.asked.contains(member.id)
            && !fallen.contains { $0.shift == shift.id && $0.person == member.id }
            && Self.joined(member.windows).contains { $0.holds(slot) }
            && !Self.spans(member.busy).contains { $0.overlaps(slot) }
    }

    private static func spans(_ minutes: [Int32]) -> [MinuteWindow] {
        stride(from: 0, to: minutes.count - 1, by: 2).map {
            MinuteWindow(minutes[$0], minutes[$0 + 1])
        }
    }

    /// Windows that touch are one.
    private static func joined(_ minutes: [Int32]) -> [MinuteWindow] {
        var joined: [MinuteWindow] = []
        for window in spans(minutes).sorted(by: { $0.begin < $1.begin }) {
            if let last = joined.last, window.begin <= last.end {
                joined[joined.count - 1].end = max(last.end, window.end)
            } else {
                joined.append(window)
            }
        }
        return joined
    }

    // MARK: The network

    /// Shifts to the days of members, to their months, to them, and by arcs of rising cost out.
    private struct Network {
        private var network: FlowNetwork
        /// The arcs from a shift to a member.
        private var seats: [(arc: Int, shift: Int, member: Int)] = []

        init(_ matcher: HelpGroupMatcher, _ able: [[Int]], _ loads: [Int64]) {
            var days: [Int: [Int32: Int]] = [:]
            let (shifts, members) = (matcher.shifts.count, matcher.members.count)
            var count = 1 + shifts + 3 * members
            for (shift, candidates) in able.enumerated() {
                for member in candidates {
                    let day = matcher.shifts[shift].first / 1440
                    if days[member]?[day] == nil {
                        days[member, default: [:]][day] = count
                        count += 1
                    }
                }
            }
            func month(_ member: Int, _ number: Int32) -> Int {
                1 + shifts + 3 * member + Int(min(max(number, 0), 1))
            }
            network = FlowNetwork(nodeCount: count)
            for (shift, candidates) in able.enumerated() {
                let wanted = matcher.shifts[shift]
                network.supplies[1 + shift] += Int64(wanted.free)
                network.supplies[0] -= Int64(wanted.free)
                network.addArc(
                    from: 1 + shift, to: 0, capacity: Int(wanted.free),
                    cost: HelpGroupMatcher.lacking
                        + Int64(shifts - shift) * HelpGroupMatcher.sooner)
                for member in candidates {
                    guard let day = days[member]?[wanted.first / 1440] else { continue }
                    let arc = network.addArc(from: 1 + shift, to: day, capacity: 1, cost: 0)
                    seats.append((arc, shift, member))
                }
            }
            for (member, found) in days.sorted(by: { $0.key < $1.key }) {
                for (day, node) in found.sorted(by: { $0.key < $1.key }) {
                    let number =
                        matcher.shifts.first { $0.first / 1440 == day }?.month ?? 0
                    network.addArc(from: node, to: month(member, number), capacity: 1, cost: 0)
                }
                let one = matcher.members[member]
                let whole = 1 + shifts + 3 * member + 2
                for number in 0..<2 {
                    network.addArc(
                        from: month(member, Int32(number)), to: whole,
                        capacity: number < one.left.count ? Int(max(one.left[number], 0)) : 0,
                        cost: 0)
                }
                for step in 0..<Int64(found.count) {
                    let load = loads[member] + step
                    network.addArc(
                        from: whole, to: 0, capacity: 1,
                        cost: HelpGroupMatcher.unit * (2 * load + 1) / Int64(max(one.offered, 1)))
                }
            }
        }

        /// Pairs of shift and member, the shifts in their order.
        mutating func solve() -> [(Int, Int)]? {
            guard let plan = MinCostFlow.solve(network) else { return nil }
            return seats.filter { plan.flows[$0.arc] > 0 }.map { ($0.shift, $0.member) }
        }
    }

    // MARK: Reasons

    private func reasons(_ member: Int, _ load: Int64) -> String {
        var json = JSONWriter(capacity: 128)
        json.array { json in
            json.object { $0.member("code", "time") }
            json.object { json in
                json.member("code", load == 0 ? "first" : "share")
                json.member("count", load)
                json.member("of", Int64(members[member].offered))
            }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// The words of a reason.
    static func words(_ code: String, _ count: Int64, of most: Int64) -> Text {
        switch code {
        case "share":
            Text(
                zh: "您说好每月最多 \(most) 次；近四周连同排好的约 \(count) 次，按各人说好的多少轮到您。",
                en:
                    "You offered up to \(most) a month and have had about \(count) in four weeks, "
                    + "with those ahead: by what each offers it is your turn.")
        case "first":
            Text(
                zh: "您说好每月最多 \(most) 次，近四周还没有排到您。",
                en: "You offered up to \(most) a month, and have had none in four weeks.")
        default: Text(zh: "这个时间您有空。", en: "You have time then.")
        }
    }
}
