internal import Matching
internal import Platform
internal import Realtime

/// Whom to ask for which request: what `Matching` finds, in ids and instants.
///
/// Plain values in and out, so that it runs away from the loops.
struct HelpMatcher: Sendable {
    /// Somebody who offers help.
    struct Helper: Sendable {
        var id: UUID
        var kinds: [String]
        var languages: [String]
        var gender: PairingGender?
        var genderRule: PairingGender?
        var isInPerson: Bool
        var isVetted: Bool
        /// Beginning and end, one after another, in minutes from the plan's origin.
        var windows: [Int32]
        var busy: [Int32]
        var load: Int32
        var loadMax: Int32
        var asked: Int32
        var restDays: Int32
        var home: Home
    }

    /// Where somebody lives, as far as the pairing looks.
    struct Home: Sendable, Hashable {
        var building: UUID?
        var stair: UUID?
    }

    /// What is asked.
    struct Request: Sendable {
        var id: UUID
        var person: UUID
        var kind: String
        var isWithChild: Bool
        var isOfElder: Bool
        /// The span within which it takes `minutes`.
        var first: Int32
        var last: Int32
        var minutes: Int32
        var urgency: String
        var wishGender: PairingGender?
        var wishLanguage: String?
        var personGender: PairingGender?
        /// Who was asked before, or offered.
        var asked: [UUID]
        var home: Home
        var origin: Instant
        var now: Int32
    }

    /// What a helper and a person are to each other.
    struct Pair: Sendable {
        var helper: UUID
        var person: UUID
        var tie: String?
        var visits: Int32
        var isKnown: Bool
        var isBarred: Bool
    }

    /// One asking that is to be.
    struct Asking: Sendable {
        var request: UUID
        var person: UUID
        var helper: UUID
        var begins: Instant
        /// As JSON: codes with what fills them in.
        var reasons: String
    }

    /// Skills that are no kinds of help.
    private static let inPerson: Int32 = 1000
    private static let vetted: Int32 = 1001
    /// Farther than any estate is wide, in cells.
    private static let reach: Int32 = 100_000

    var helpers: [Helper]
    var requests: [Request]
    var pairs: [Pair]
    /// Pairs of helper and person that may not be after all.
    var fallen: [(helper: UUID, person: UUID)] = []

    /// Whom to ask, and the requests for which there is nobody.
    func solve() -> (askings: [Asking], nobody: [UUID]) {
        let codes = Codes(self)
        let windows = helpers.map { Self.joined($0.windows) }
        let busy = helpers.map { Self.spans($0.busy) }
        let slots = requests.map { slot(of: $0, windows, busy) }
        let instance = instance(codes, windows, busy, slots)
        let plan = PairingSolver.solve(instance, listsFallen: false)
        var (askings, nobody): ([Asking], [UUID]) = ([], [])
        for (index, request) in requests.enumerated() {
            guard let helper = plan.helpers[index] else {
                nobody.append(request.id)
                continue
            }
            let begins = request.origin + .seconds(Int64(slots[index].begin) * 60)
            askings.append(
                Asking(
                    request: request.id, person: request.person, helper: helpers[Int(helper)].id,
                    begins: begins,
                    reasons: reasons(plan.reasons[index], request, helpers[Int(helper)])))
        }
        return (askings, nobody)
    }

    // MARK: The instance

    /// Numbers for ids and words.
    private struct Codes {
        var persons: [UUID: Int32] = [:]
        var helpers: [UUID: Int32] = [:]
        var kinds: [String: Int32] = [:]
        var languages: [String: Int32] = [:]
        var cells: [Home: PlaceCell] = [:]

        init(_ matcher: HelpMatcher) {
            for request in matcher.requests where persons[request.person] == nil {
                persons[request.person] = Int32(persons.count)
            }
            for (index, helper) in matcher.helpers.enumerated() {
                helpers[helper.id] = Int32(index)
            }
            for (index, kind) in AskingSchemas.kinds.enumerated() { kinds[kind] = Int32(index) }
            for (index, language) in AskingSchemas.languages.enumerated() {
                languages[language] = Int32(index)
            }
            let homes = Set(matcher.helpers.map(\.home) + matcher.requests.map(\.home))
            var rows: [UUID: Int32] = [:]
            var columns: [UUID?: Int32] = [:]
            for home in homes.sorted(by: { "\($0)" < "\($1)" }) {
                let column = columns[home.building] ?? Int32(columns.count) * 4
                columns[home.building] = column
                let stair = home.stair ?? UUID(high: 0, low: 0)
                let row = rows[stair] ?? Int32(rows.count % 4)
                rows[stair] = row
                cells[home] = PlaceCell(x: column, y: row)
            }
        }
    }

    private func instance(
        _ codes: Codes, _ windows: [[MinuteWindow]], _ busy: [[MinuteWindow]],
        _ slots: [MinuteWindow]
    ) -> PairingInstance {
        let made = helpers.indices.map { index in
            pairing(helpers[index], codes, windows[index], busy[index])
        }
        let wishes = requests.indices.map { index in
            pairing(requests[index], codes, slots[index])
        }
        var instance = PairingInstance(helpers: made, requests: wishes, ties: ties(codes))
        instance.barred =
            pairs.filter(\.isBarred).compactMap { pair in
                Self.pair(pair.helper, pair.person, codes)
            } + fallen.compactMap { Self.pair($0.helper, $0.person, codes) }
        instance.outlook = requests.first.map { PairingOutlook(now: $0.now) }
        return instance
    }

    private func pairing(
        _ helper: Helper, _ codes: Codes, _ windows: [MinuteWindow], _ busy: [MinuteWindow]
    ) -> PairingHelper {
        var most = helper.loadMax
        // Who rests after each is asked for one at a time.
        if helper.restDays > 0 { most = min(most, helper.load + 1) }
        var made = PairingHelper(
            windows: windows, cell: codes.cells[helper.home] ?? PlaceCell(x: 0, y: 0),
            loadMax: most)
        made.skills = helper.kinds.compactMap { codes.kinds[$0] }
        if helper.isInPerson { made.skills.append(Self.inPerson) }
        if helper.isVetted { made.skills.append(Self.vetted) }
        made.languages = helper.languages.compactMap { codes.languages[$0] }
        (made.gender, made.genderRule) = (helper.gender, helper.genderRule)
        made.busy = busy
        made.load = helper.load
        made.asked = helper.asked
        return made
    }

    private func pairing(
        _ request: Request, _ codes: Codes, _ slot: MinuteWindow
    ) -> PairingRequest {
        var made = PairingRequest(
            person: codes.persons[request.person] ?? 0, window: slot,
            cell: codes.cells[request.home] ?? PlaceCell(x: 0, y: 0), reach: Self.reach)
        made.skills = [codes.kinds[request.kind] ?? -1]
        if request.isOfElder || request.isWithChild { made.skills.append(Self.inPerson) }
        if request.isWithChild { made.skills.append(Self.vetted) }
        made.languages = request.wishLanguage.flatMap { codes.languages[$0] }.map { [$0] } ?? []
        (made.gender, made.genderRule) = (request.personGender, request.wishGender)
        made.declined = request.asked.compactMap { codes.helpers[$0] }.sorted()
        let isSoon = slot.begin - request.now <= 1440
        made.priority = request.urgency == "urgent" ? 9 : request.urgency == "today" ? 5 : 0
        if isSoon { made.priority = max(made.priority, 3) }
        return made
    }

    private static func pair(_ helper: UUID, _ person: UUID, _ codes: Codes) -> PersonHelper? {
        guard let helper = codes.helpers[helper], let person = codes.persons[person] else {
            return nil
        }
        return PersonHelper(person: person, helper: helper)
    }

    /// Ties, visits before, and who lives at the same stair or in the same building.
    private func ties(_ codes: Codes) -> [PairingTie] {
        var found: [PersonHelper: PairingTie] = [:]
        let homes = Dictionary(grouping: helpers.indices, by: { helpers[$0].home.building })
        for request in requests {
            guard let building = request.home.building, let person = codes.persons[request.person]
            else { continue }
            for helper in homes[building] ?? [] {
                let pair = PersonHelper(person: person, helper: Int32(helper))
                let same = request.home.stair != nil && helpers[helper].home == request.home
                found[pair] = PairingTie(
                    pair: pair, nearness: same ? 2 : 1, evidence: 0, isKnown: false)
            }
        }
        for pair in pairs where !pair.isBarred {
            guard let place = Self.pair(pair.helper, pair.person, codes) else { continue }
            var tie =
                found[place] ?? PairingTie(pair: place, nearness: 0, evidence: 0, isKnown: false)
            if let kind = pair.tie { tie.nearness = max(tie.nearness, kind == "kin" ? 4 : 3) }
            tie.evidence = pair.visits > 0 ? min(1000, 500 + 100 * pair.visits) : 0
            tie.isKnown = pair.isKnown
            found[place] = tie
        }
        return found.values.sorted { $0.pair < $1.pair }
    }

    // MARK: Times

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

    /// The part of its span at which most helpers of its kind have time; the earliest of several.
    private func slot(
        of request: Request, _ windows: [[MinuteWindow]], _ busy: [[MinuteWindow]]
    ) -> MinuteWindow {
        var best = MinuteWindow(request.first, request.first + request.minutes)
        guard request.last - request.first > request.minutes else { return best }
        let able = helpers.indices.filter {
            helpers[$0].kinds.contains(request.kind) && !request.asked.contains(helpers[$0].id)
        }
        var most = -1
        for begin in stride(from: request.first, through: request.last - request.minutes, by: 30) {
            let slot = MinuteWindow(begin, begin + request.minutes)
            let count = able.reduce(0) { count, helper in
                windows[helper].contains { $0.holds(slot) }
                    && !busy[helper].contains { $0.overlaps(slot) } ? count + 1 : count
            }
            if count > most { (most, best) = (count, slot) }
        }
        return best
    }

    // MARK: Reasons

    private func reasons(
        _ found: [PairingReason], _ request: Request, _ helper: Helper
    ) -> String {
        var json = JSONWriter(capacity: 256)
        let pair = pairs.first { $0.helper == helper.id && $0.person == request.person }
        json.array { json in
            json.object { $0.member("code", "time") }
            if let tie = pair?.tie {
                json.object { json in
                    json.member("code", "tie")
                    json.member("word", tie)
                }
            }
            if let pair, pair.visits > 0 {
                json.object { $0.member("code", pair.isKnown ? "known" : "helped") }
            }
            for reason in found { Self.write(reason, request, helper, to: &json) }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func write(
        _ reason: PairingReason, _ request: Request, _ helper: Helper, to json: inout JSONWriter
    ) {
        switch reason {
        case .close(let cells):
            let code =
                helper.home == request.home && request.home.stair != nil
                ? "same_stair"
                : request.home.building != nil && helper.home.building == request.home.building
                    ? "same_building" : cells <= 4 ? "near" : nil
            guard let code else { return }
            json.object { $0.member("code", code) }
        case .workload(let count):
            json.object { json in
                json.member("code", "turn")
                json.member("count", Int64(count))
            }
        default: break
        }
    }
}
