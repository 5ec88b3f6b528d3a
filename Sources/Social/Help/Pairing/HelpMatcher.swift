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
    struct Home: Sendable, Hashable, Comparable {
        static let none = UUID(high: 0, low: 0)

        var building: UUID?
        var stair: UUID?

        static func < (left: Home, right: Home) -> Bool {
            (left.building ?? none, left.stair ?? none)
                < (right.building ?? none, right.stair ?? none)
        }
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
        var visits: Int32 = 0
        var isKnown = false
        var isBarred = false
    }

    /// What is known of a helper: by who is helped, or, for a kind, by all.
    struct Evidence: Sendable {
        var helper: UUID
        var person: UUID?
        var kind: String?
        /// Decayed, in hundredths of an event.
        var good: Int32
        var disputed: Int32
        var raters: Int32
        var vouches: Int32
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
    var evidence: [Evidence] = []
    /// Pairs of helper and person that may not be after all.
    var fallen: [(helper: UUID, person: UUID)] = []

    /// Whom to ask, and the requests for which there is nobody.
    func solve() -> (askings: [Asking], nobody: [UUID]) {
        let codes = Codes(self)
        let times = HelpTimes(helpers)
        let slots = requests.map { request in
            times.slot(of: request, asked: request.asked.compactMap { codes.helpers[$0] })
        }
        let plan = PairingSolver.solve(instance(codes, times, slots), listsFallen: false)
        var (askings, nobody): ([Asking], [UUID]) = ([], [])
        for (index, request) in requests.enumerated() {
            guard let number = plan.helpers[index] else {
                nobody.append(request.id)
                continue
            }
            let helper = helpers[Int(number)]
            let pair = codes.pair(helper.id, request.person).flatMap { codes.pairs[$0] }
            askings.append(
                Asking(
                    request: request.id, person: request.person, helper: helper.id,
                    begins: request.origin + .seconds(Int64(slots[index].begin) * 60),
                    reasons: Self.reasons(plan.reasons[index], pair, request, helper)))
        }
        return (askings, nobody)
    }

    /// Goes on with what was refused; who was asked is bound.
    mutating func goOn(without refused: [(request: UUID, helper: UUID)], after askings: [Asking]) {
        let left = Set(refused.map(\.request))
        let all = Dictionary(uniqueKeysWithValues: requests.map { ($0.id, $0) })
        let places = Dictionary(
            uniqueKeysWithValues: helpers.indices.map { (helpers[$0].id, $0) })
        for asking in askings where !left.contains(asking.request) {
            guard let place = places[asking.helper], let request = all[asking.request] else {
                continue
            }
            let micros = asking.begins.microseconds - request.origin.microseconds
            let begin = Int32(micros / 60_000_000)
            helpers[place].busy += [begin - 10, begin + request.minutes + 10]
            helpers[place].load += 1
            helpers[place].asked += 1
            if helpers[place].restDays > 0 { helpers[place].loadMax = helpers[place].load }
        }
        fallen += refused.compactMap { pair in
            all[pair.request].map { (helper: pair.helper, person: $0.person) }
        }
        requests.removeAll { !left.contains($0.id) }
    }

    // MARK: The instance

    /// Numbers for ids and words.
    private struct Codes {
        var persons: [UUID: Int32] = [:]
        var helpers: [UUID: Int32] = [:]
        var kinds: [String: Int32] = [:]
        var languages: [String: Int32] = [:]
        var cells: [Home: PlaceCell] = [:]
        var pairs: [PersonHelper: Pair] = [:]

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
            for pair in matcher.pairs {
                if let key = self.pair(pair.helper, pair.person) { pairs[key] = pair }
            }
            for seen in matcher.evidence {
                guard let person = seen.person, let key = pair(seen.helper, person) else {
                    continue
                }
                if pairs[key] == nil { pairs[key] = Pair(helper: seen.helper, person: person) }
            }
            place(Set(matcher.helpers.map(\.home) + matcher.requests.map(\.home)))
        }

        func pair(_ helper: UUID, _ person: UUID) -> PersonHelper? {
            guard let helper = helpers[helper], let person = persons[person] else { return nil }
            return PersonHelper(person: person, helper: helper)
        }

        /// A column a building, a row a stair.
        private mutating func place(_ homes: Set<Home>) {
            var rows: [UUID: Int32] = [:]
            var columns: [UUID?: Int32] = [:]
            for home in homes.sorted(by: <) {
                let column = columns[home.building] ?? Int32(columns.count) * 4
                columns[home.building] = column
                let stair = home.stair ?? Home.none
                let row = rows[stair] ?? Int32(rows.count % 4)
                rows[stair] = row
                cells[home] = PlaceCell(x: column, y: row)
            }
        }
    }

    private func instance(
        _ codes: Codes, _ times: HelpTimes, _ slots: [MinuteWindow]
    ) -> PairingInstance {
        let trust = HelpTrust(evidence)
        let made = helpers.indices.map { index in
            let standing = trust.standing(of: helpers[index].id) { codes.kinds[$0] }
            return pairing(helpers[index], codes, standing, times.windows[index])
        }
        let wishes = requests.indices.map { index in
            pairing(requests[index], codes, slots[index])
        }
        var instance = PairingInstance(helpers: made, requests: wishes, ties: ties(codes, trust))
        instance.barred =
            codes.pairs.filter(\.value.isBarred).map(\.key)
            + fallen.compactMap { codes.pair($0.helper, $0.person) }
        instance.outlook = requests.first.map { PairingOutlook(now: $0.now) }
        return instance
    }

    private func pairing(
        _ helper: Helper, _ codes: Codes, _ standing: [PairingStanding]?, _ windows: [MinuteWindow]
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
        made.load = helper.load
        made.asked = helper.asked
        made.standing = standing
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

    /// Ties, visits before, and who lives at the same stair or in the same building.
    private func ties(_ codes: Codes, _ trust: HelpTrust) -> [PairingTie] {
        var found: [PersonHelper: PairingTie] = [:]
        let offers = offers()
        for request in requests {
            guard let building = request.home.building, let person = codes.persons[request.person]
            else { continue }
            for helper in offers[Offer(building: building, kind: request.kind)] ?? [] {
                let pair = PersonHelper(person: person, helper: helper)
                let home = helpers[Int(helper)].home
                let nearness: Int32 = request.home.stair != nil && home == request.home ? 2 : 1
                guard found[pair].map({ $0.nearness < nearness }) != false else { continue }
                found[pair] = PairingTie(
                    pair: pair, nearness: nearness, evidence: 0, isKnown: false)
            }
        }
        for (place, pair) in codes.pairs where !pair.isBarred {
            var tie =
                found[place] ?? PairingTie(pair: place, nearness: 0, evidence: 0, isKnown: false)
            if let kind = pair.tie { tie.nearness = max(tie.nearness, kind == "kin" ? 4 : 3) }
            let own = trust.own(pair.helper, pair.person, visits: pair.visits)
            tie.evidence = own ?? 0
            tie.isKnown = pair.isKnown && own != nil
            found[place] = tie
        }
        return found.values.sorted { $0.pair < $1.pair }
    }

    private struct Offer: Hashable {
        var building: UUID
        var kind: String
    }

    /// Who offers a kind of help in a building.
    private func offers() -> [Offer: [Int32]] {
        var offers: [Offer: [Int32]] = [:]
        for (number, helper) in helpers.enumerated() {
            guard let building = helper.home.building else { continue }
            for kind in helper.kinds {
                offers[Offer(building: building, kind: kind), default: []].append(Int32(number))
            }
        }
        return offers
    }

    // MARK: Reasons

    private static func reasons(
        _ found: [PairingReason], _ pair: Pair?, _ request: Request, _ helper: Helper
    ) -> String {
        var json = JSONWriter(capacity: 256)
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
            for reason in found { write(reason, request, helper, to: &json) }
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
