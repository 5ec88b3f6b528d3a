/// Reads marriages and roommates written as JSON: `{"men": [[…]], "women": [[…]]}`, with
/// `"capacities": […]` where the second side takes more than one, and `{"prefs": [[…]]}`.
///
/// Parties count from 0. Other members of the object are passed over. A file of 50 million entries is
/// read in a few seconds, straight into the lists.
public enum StableFormat {
    /// One marriage, or a list of them.
    public static func marriages(
        _ bytes: [UInt8]
    ) throws(InputProblem) -> OneOrMany<MarriageInstance> {
        var text = PreferenceText(bytes)
        return try text.oneOrMany(["men", "women", "capacities"]) {
            (parts) throws(InputProblem) in
            let women = try parts.lists("women")
            let instance = MarriageInstance(
                men: try parts.lists("men"), women: women,
                capacities: try parts.capacities(count: women.count))
            try parts.requireMutual(
                instance.men, "men", instance.women, "women")
            return instance
        }
    }

    /// One group of equals, or a list of them.
    public static func roommates(
        _ bytes: [UInt8]
    ) throws(InputProblem) -> OneOrMany<RoommatesInstance> {
        var text = PreferenceText(bytes)
        return try text.oneOrMany(["prefs"]) { (parts) throws(InputProblem) in
            let lists = try parts.lists("prefs")
            try parts.requireOthers(lists)
            try parts.requireMutual(lists, "prefs", lists, "prefs")
            return RoommatesInstance(preferences: lists)
        }
    }
}

/// The members of one instance as they stand in the text, with the line of each list.
struct PreferenceParts {
    var found: [String: PreferenceLists] = [:]
    var lines: [String: [Int32]] = [:]
    var line: Int

    func lists(_ name: String) throws(InputProblem) -> PreferenceLists {
        guard let lists = found[name] else {
            throw InputProblem(
                line: line, expected: "a member \"\(name)\", a list of lists", found: nil)
        }
        return lists
    }

    /// The one list of capacities, each of which is in range; nil where there is none.
    func capacities(count: Int) throws(InputProblem) -> [Int32]? {
        guard let lists = found["capacities"] else { return nil }
        guard lists.choices.count == count else {
            throw InputProblem(
                line: lines["capacities"]?.first.map { Int($0) } ?? line,
                expected: "\(count) capacities", found: "\(lists.choices.count)")
        }
        return lists.choices
    }

    /// Nobody stands on its own list.
    func requireOthers(_ lists: PreferenceLists) throws(InputProblem) {
        for party in 0..<lists.count where lists.list(of: party).contains(Int32(party)) {
            throw problem("prefs", party, "others than \(party) itself", "\(party)")
        }
    }

    /// Each list names parties of the other side, each once, and only those that name it too.
    func requireMutual(
        _ left: PreferenceLists, _ leftName: String, _ right: PreferenceLists, _ rightName: String
    ) throws(InputProblem) {
        try requireSet(left, leftName, below: right.count)
        if leftName != rightName { try requireSet(right, rightName, below: left.count) }
        let isComplete =
            leftName != rightName && left.choices.count == left.count * right.count
            && right.choices.count == left.choices.count
        if isComplete { return }
        try requireNamed(left, leftName, by: right, rightName)
        if leftName != rightName { try requireNamed(right, rightName, by: left, leftName) }
    }

    private func requireSet(
        _ lists: PreferenceLists, _ name: String, below bound: Int
    ) throws(InputProblem) {
        var seen = [Int32](repeating: -1, count: bound)
        for party in 0..<lists.count {
            for choice in lists.list(of: party) {
                guard choice >= 0, choice < bound else {
                    throw problem(name, party, "parties from 0 to \(bound - 1)", "\(choice)")
                }
                guard seen[Int(choice)] != party else {
                    throw problem(name, party, "each party once", "\(choice) twice")
                }
                seen[Int(choice)] = Int32(party)
            }
        }
    }

    /// Whoever is named by `lists` names the other in `others`.
    private func requireNamed(
        _ lists: PreferenceLists, _ name: String, by others: PreferenceLists, _ otherName: String
    ) throws(InputProblem) {
        var namers = [Int32](repeating: 0, count: others.count + 1)
        for choice in lists.choices { namers[Int(choice) + 1] += 1 }
        for party in 0..<others.count { namers[party + 1] += namers[party] }
        var next = namers
        var named = [Int32](repeating: 0, count: lists.choices.count)
        for party in 0..<lists.count {
            for choice in lists.list(of: party) {
                named[Int(next[Int(choice)])] = Int32(party)
                next[Int(choice)] += 1
            }
        }
        var seen = [Int32](repeating: -1, count: lists.count)
        for other in 0..<others.count {
            for party in others.list(of: other) { seen[Int(party)] = Int32(other) }
            for party in named[Int(namers[other])..<Int(namers[other + 1])]
            where seen[Int(party)] != other {
                throw problem(
                    name, Int(party), "only parties whose list in \"\(otherName)\" has \(party)",
                    "\(other)")
            }
        }
    }

    private func problem(
        _ name: String, _ party: Int, _ expected: String, _ found: String
    ) -> InputProblem {
        InputProblem(
            line: lines[name].map { Int($0[party]) } ?? line,
            expected: "\(expected) in list \(party) of \"\(name)\"", found: found)
    }
}
