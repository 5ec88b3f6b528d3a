internal import Platform
internal import Realtime

/// To whom an announcement may speak.
enum Addressee: Hashable {
    case everyone
    case estate
    /// A building or a stair.
    case place(UUID)
    case role(String)

    /// The roles that can be spoken to.
    static let roles = [
        "resident", "owner", "tenant", "family_elsewhere", "carer", "volunteer", "organiser",
        "stair_leader", "grid_worker", "social_worker", "residents_committee", "owners_committee",
        "property_manager", "duty_guard", "partner_organisation",
    ]

    /// Reads the key that V0030 stores.
    init?(key: String) {
        switch key {
        case "public": self = .everyone
        case "estate": self = .estate
        default:
            let parts = key.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            switch parts[0] {
            case "place":
                guard let id = UUID(parts[1]) else { return nil }
                self = .place(id)
            case "role": self = .role(String(parts[1]))
            default: return nil
            }
        }
    }

    /// The key that V0030 stores.
    var key: String {
        switch self {
        case .everyone: "public"
        case .estate: "estate"
        case .place(let id): "place:\(id)"
        case .role(let role): "role:\(role)"
        }
    }

    /// Who sees it, as the event log names them.
    var audience: EventAudience {
        switch self {
        case .everyone: .everyone
        case .estate: .estate
        case .place(let id): .place(id)
        case .role(let role): .role(role)
        }
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            switch self {
            case .everyone: json.member("kind", "everyone")
            case .estate: json.member("kind", "estate")
            case .place(let id):
                json.member("kind", "place")
                json.member("place", id)
            case .role(let role):
                json.member("kind", "role")
                json.member("role", role)
            }
        }
    }
}

/// The address of an announcement: one or more addressees, none twice.
struct Address: Hashable {
    var addressees: [Addressee]

    /// Takes the keys that V0030 stores.
    init(keys: [String]) { addressees = keys.compactMap { Addressee(key: $0) } }

    /// Reads the content of a request.
    ///
    /// - Throws: `Stop` where an addressee lacks its place or role, or has one too many.
    init(_ json: JSON?) throws(Stop) {
        addressees = []
        var faults: [Problem.Fault] = []
        for (index, each) in (json?.elements ?? []).enumerated() {
            guard let addressee = Self.addressee(each) else {
                faults.append(Problem.Fault("/audience/\(index)", Self.advice))
                continue
            }
            if !addressees.contains(addressee) { addressees.append(addressee) }
        }
        guard faults.isEmpty else { throw Stop(Problem(.invalid, faults: faults)) }
    }

    private static func addressee(_ json: JSON) -> Addressee? {
        let place = json["place"]?.text.flatMap { UUID($0) }
        let role = json["role"]?.text
        return switch (json["kind"]?.text, place, role) {
        case ("everyone", nil, nil): .everyone
        case ("estate", nil, nil): .estate
        case ("place", let place?, nil): .place(place)
        case ("role", nil, let role?): .role(role)
        default: nil
        }
    }

    private static let advice = Text(
        zh: "place 须带楼栋或门牌的 place；role 须带 role；其余都不带。",
        en: "Give a place its place, a role its role, and the others neither.")

    /// As V0030 stores them.
    var keys: [String] { addressees.map(\.key) }

    /// The buildings and stairs among them.
    var places: [UUID] {
        addressees.compactMap { if case .place(let id) = $0 { id } else { nil } }
    }

    /// Who sees it; whoever published it does, too.
    func audience(publisher: UUID) -> [EventAudience] {
        addressees.map(\.audience) + [.person(publisher)]
    }
}

/// What an announcement says, and when: all that a correction may change.
struct Wording {
    var titleZh: String
    var bodyZh: String
    var titleEn: String?
    var bodyEn: String?
    /// `nil`: at once, or when it began.
    var begins: Instant?
    var ends: Instant
    var isPinned: Bool

    /// Reads the content of a request, whose shape was checked.
    ///
    /// - Throws: `Stop` when English is given by half, or the term ends before it begins.
    init(_ body: JSON) throws(Stop) {
        guard let titleZh = body["title_zh"]?.text, let bodyZh = body["body_zh"]?.text,
            let ends = body["ends"]?.text.flatMap({ Instant($0) })
        else { throw Stop(.invalid) }
        self.titleZh = titleZh
        self.bodyZh = bodyZh
        self.ends = ends
        titleEn = body["title_en"]?.text
        bodyEn = body["body_en"]?.text
        begins = body["begins"]?.text.flatMap { Instant($0) }
        isPinned = body["is_pinned"]?.bool ?? false
        guard (titleEn == nil) == (bodyEn == nil) else {
            throw Stop(Problem(.invalid, faults: [Problem.Fault("/title_en", Self.halfEnglish)]))
        }
    }

    /// Refuses a term that would be over before it begins.
    func check(begins fallback: Instant) throws(Stop) {
        guard begins ?? fallback < ends else {
            throw Stop(Problem(.invalid, faults: [Problem.Fault("/ends", Self.tooEarly)]))
        }
    }

    private static let halfEnglish = Text(
        zh: "英文标题和正文要么都填，要么都不填。", en: "Give both the English title and body, or neither.")
    private static let tooEarly = Text(
        zh: "结束时间须晚于开始时间。", en: "Let the term end after it begins.")
}

extension ProblemKind {
    /// Who asks may not speak to this audience.
    static let mayNotAnnounce = ProblemKind(
        "may-not-announce", .forbidden,
        Text(zh: "您不能向这些对象发布公告", en: "You may not announce to this audience"),
        Text(
            zh: "居委会、业委会和物业可以向全小区发布；楼组长可以向自己的门牌发布。请缩小范围，或请他们发布。",
            en: "Committees and the property manager announce to the estate, a stair leader to the "
                + "own stair. Narrow the audience, or ask them."))
    /// What was withdrawn stays as it was.
    static let announcementWithdrawn = ProblemKind(
        "announcement-withdrawn", .conflict,
        Text(zh: "这则公告已撤回", en: "This announcement was withdrawn"),
        Text(zh: "请另发一则新公告。", en: "Publish a new one."))
}
