internal import Platform
internal import Realtime

/// The words that activities are sorted by; codes on the wire.
enum ActivityCodes {
    /// What is done.
    static let kinds = [
        "sport", "culture", "learning", "festival", "repair", "cleaning", "market", "health",
        "volunteering", "meeting", "other",
    ]
    /// Whom it is made for.
    static let meantFor = ["general", "children", "elders"]
    /// What makes it possible to take part.
    static let accessibility = [
        "step_free", "lift", "accessible_toilet", "seating", "hearing_loop", "sign_language",
        "large_print", "quiet",
    ]
    /// Kinds of seats.
    static let seats = ["adult", "child", "wheelchair", "child_seat", "helper"]
}

/// What an activity, or one meeting of it, is called and says.
struct ActivityWords: Hashable {
    var titleZh: String
    var bodyZh: String
    var titleEn: String?
    var bodyEn: String?

    /// Reads the content of a request; `nil` where it says nothing of its own.
    init?(_ body: JSON, _ faults: inout [Problem.Fault]) {
        titleEn = body["title_en"]?.text
        bodyEn = body["body_en"]?.text
        if (titleEn == nil) != (bodyEn == nil) {
            faults.append(Problem.Fault("/title_en", Self.halfEnglish))
        }
        guard let titleZh = body["title_zh"]?.text, let bodyZh = body["body_zh"]?.text else {
            if body["title_zh"] != nil || body["body_zh"] != nil || titleEn != nil {
                faults.append(Problem.Fault("/title_zh", Self.halfChinese))
            }
            return nil
        }
        self.titleZh = titleZh
        self.bodyZh = bodyZh
    }

    /// As it stands in the database.
    init(titleZh: String, bodyZh: String, titleEn: String?, bodyEn: String?) {
        self.titleZh = titleZh
        self.bodyZh = bodyZh
        self.titleEn = titleEn
        self.bodyEn = bodyEn
    }

    private static let halfEnglish = Text(
        zh: "英文标题和正文要么都填，要么都不填。", en: "Give both the English title and body, or neither.")
    private static let halfChinese = Text(
        zh: "请一并填写中文标题和正文。", en: "Give the Chinese title and body together.")
}

/// Where it is: a place of the estate, or one in words.
enum ActivityPlace: Hashable {
    case at(UUID)
    case words(String)

    /// Reads the content of a request; `nil` where it names none.
    init?(_ body: JSON, _ faults: inout [Problem.Fault]) {
        let place = body["place"]?.text.flatMap { UUID($0) }
        switch (place, body["place_text"]?.text) {
        case (let place?, nil): self = .at(place)
        case (nil, let words?): self = .words(words)
        case (nil, nil): return nil
        case (.some, .some):
            faults.append(Problem.Fault("/place", Self.oneOnly))
            return nil
        }
    }

    /// Takes the columns `place_id` and `place_text`.
    init?(id: UUID?, words: String?) {
        if let id {
            self = .at(id)
        } else if let words {
            self = .words(words)
        } else {
            return nil
        }
    }

    /// The place of the estate, if it is one.
    var id: UUID? { if case .at(let id) = self { id } else { nil } }
    /// The place in words, if it is none of the estate's.
    var words: String? { if case .words(let words) = self { words } else { nil } }

    static let oneOnly = Text(
        zh: "请在 place（本小区的地点）和 place_text（文字说明）中填一个。",
        en: "Give either place, a place of the estate, or place_text, one in words.")
}

/// The seats of each meeting, and how they are given.
struct SeatPlan: Hashable {
    var kinds: [String]
    var totals: [Int32]
    /// Most over all kinds; `nil`: as many as the kinds make.
    var overall: Int32?
    /// For each kind: up to so long before it begins one leaves without a mark.
    var cancelMinutes: [Int32]
    var offerMinutes: Int32
    var waitingMax: Int32

    /// Minutes that an offer holds its seat, if nothing else is said.
    static let offerMinutes: Int64 = 120
    /// Minutes before the begin up to which one leaves without a mark, if nothing else is said.
    static let cancelMinutes: Int64 = 120
    /// Most reservations that wait, if nothing else is said.
    static let waitingMax: Int64 = 50

    /// Reads the content of a request; `nil` where it has no seats.
    init?(_ body: JSON, _ faults: inout [Problem.Fault]) {
        guard let seats = body["seats"]?.elements else { return nil }
        (kinds, totals, cancelMinutes) = ([], [], [])
        for (index, seat) in seats.enumerated() {
            let kind = seat["kind"]?.text ?? ""
            if kinds.contains(kind) {
                faults.append(Problem.Fault("/seats/\(index)/kind", Self.twice))
            }
            kinds.append(kind)
            totals.append(Int32(clamping: seat["total"]?.integer ?? 0))
            cancelMinutes.append(
                Int32(clamping: seat["cancel_minutes"]?.integer ?? Self.cancelMinutes))
        }
        overall = body["overall"]?.integer.map { Int32(clamping: $0) }
        offerMinutes = Int32(clamping: body["offer_minutes"]?.integer ?? Self.offerMinutes)
        waitingMax = Int32(clamping: body["waiting_max"]?.integer ?? Self.waitingMax)
        if let overall, Int64(overall) > totals.reduce(0, { $0 + Int64($1) }) {
            faults.append(Problem.Fault("/overall", Self.overallIdle))
        }
    }

    /// As it stands in the database.
    init(
        kinds: [String], totals: [Int32], overall: Int32?, cancelMinutes: [Int32],
        offerMinutes: Int32, waitingMax: Int32
    ) {
        self.kinds = kinds
        self.totals = totals
        self.overall = overall
        self.cancelMinutes = cancelMinutes
        self.offerMinutes = offerMinutes
        self.waitingMax = waitingMax
    }

    private static let twice = Text(
        zh: "每种名额只能写一次。", en: "Name each kind of seat once.")
    private static let overallIdle = Text(
        zh: "总数不要超过各类名额之和；不限总数请不填。",
        en: "Let it be no more than the seats of all kinds together, or leave it out.")
}

/// When one can register, in minutes before the begin.
struct RegistrationWindow: Hashable {
    /// `nil`: from the publication on.
    var opensMinutes: Int32?
    var closesMinutes: Int32

    /// Reads the content of a request.
    init(_ body: JSON, _ faults: inout [Problem.Fault]) {
        opensMinutes = body["opens_minutes"]?.integer.map { Int32(clamping: $0) }
        closesMinutes = Int32(clamping: body["closes_minutes"]?.integer ?? 0)
        if let fault { faults.append(fault) }
    }

    /// As it stands in the database.
    init(opensMinutes: Int32?, closesMinutes: Int32) {
        self.opensMinutes = opensMinutes
        self.closesMinutes = closesMinutes
    }

    /// What is wrong with it, if it closes before it opens.
    var fault: Problem.Fault? {
        opensMinutes.flatMap {
            $0 <= closesMinutes ? Problem.Fault("/opens_minutes", Self.inverted) : nil
        }
    }

    /// From when until when, for what begins then; never inverted, and open from `earliest` on.
    func term(begins: Instant, earliest: Instant) -> Range<Instant> {
        let closes = max(begins - .seconds(60 * Int64(closesMinutes)), earliest)
        let opens = opensMinutes.map { begins - .seconds(60 * Int64($0)) } ?? earliest
        return min(max(opens, earliest), closes)..<closes
    }

    private static let inverted = Text(
        zh: "报名开始须早于报名截止：opens_minutes 须大于 closes_minutes。",
        en: "Let registration open before it closes: opens_minutes is more than closes_minutes.")
}

/// All that an organiser says of an activity.
struct ActivityContent: Hashable {
    var address: Address
    var kind: String
    var meantFor: String
    var words: ActivityWords
    var place: ActivityPlace
    var costNote: String?
    var bring: String?
    var accessibility: [String]
    var accessibilityNote: String?
    var schedule: Schedule
    var seats: SeatPlan
    var window: RegistrationWindow

    /// Reads the content of a request, whose shape was checked.
    ///
    /// - Throws: `Stop` with a fault for each place that cannot be.
    init(_ body: JSON) throws(Stop) {
        address = try Address(body["audience"])
        var faults: [Problem.Fault] = []
        kind = body["kind"]?.text ?? "other"
        meantFor = body["meant_for"]?.text ?? "general"
        costNote = body["cost_note"]?.text
        bring = body["bring"]?.text
        accessibility = (body["accessibility"]?.elements ?? []).compactMap(\.text)
        accessibilityNote = body["accessibility_note"]?.text
        window = RegistrationWindow(body, &faults)
        let words = ActivityWords(body, &faults)
        let place = ActivityPlace(body, &faults)
        let seats = SeatPlan(body, &faults)
        let schedule = Schedule(body, &faults)
        if place == nil, !faults.contains(where: { $0.pointer == "/place" }) {
            faults.append(Problem.Fault("/place", ActivityPlace.oneOnly))
        }
        guard faults.isEmpty else { throw Stop(Problem(.invalid, faults: faults)) }
        guard let words, let place, let seats, let schedule else { throw Stop(.invalid) }
        (self.words, self.place, self.seats, self.schedule) = (words, place, seats, schedule)
    }
}
