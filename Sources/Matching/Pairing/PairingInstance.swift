/// The open requests of an estate and those who could help, at one moment.
///
/// Helpers, requests and persons are numbers; minutes count from the beginning of the span that is
/// planned. Nothing here is shown to anybody.
public struct PairingInstance: Hashable, Sendable, Codable {
    /// Who could help; a helper's number is the index.
    public var helpers: [PairingHelper]
    /// What is asked; a request's number is the index.
    public var requests: [PairingRequest]
    /// What those who ask and helpers are to each other; pairs that are not listed are strangers.
    public var ties: [PairingTie]
    /// Pairs that may not be: block, safety report, a rule of health or protection; why is not
    /// said.
    public var barred: [PersonHelper]
    /// Weights of the cost.
    public var weights = PairingWeights()
    /// What is expected of answers; nil when it does not count.
    public var outlook: PairingOutlook?
    /// What persons are expected to ask again; nil when it does not count.
    public var forecast: PairingForecast?
    /// Minutes between instants at which a helper does one thing at most: the grid of the flow.
    public var gridMinutes: Int32 = 60
    /// Most arcs a request keeps, the cheapest; helpers whom its person knows are always kept.
    public var arcsMax = 24

    /// Helpers, requests, and what stands between them.
    public init(
        helpers: [PairingHelper], requests: [PairingRequest], ties: [PairingTie] = [],
        barred: [PersonHelper] = []
    ) {
        self.helpers = helpers
        self.requests = requests
        self.ties = ties
        self.barred = barred
    }
}

/// Minutes from `begin` up to, but not, `end`.
public struct MinuteWindow: Hashable, Sendable, Codable {
    /// First minute.
    public var begin: Int32
    /// Minute after the last.
    public var end: Int32

    /// A window; empty when it ends before it begins.
    public init(_ begin: Int32, _ end: Int32) {
        self.begin = begin
        self.end = end
    }

    /// Whether another lies within.
    public func holds(_ other: MinuteWindow) -> Bool { begin <= other.begin && other.end <= end }

    /// Whether both have a minute in common.
    public func overlaps(_ other: MinuteWindow) -> Bool { begin < other.end && other.begin < end }
}

/// A place, as a cell of the estate's grid; distance is counted in cells, the larger of both axes.
public struct PlaceCell: Hashable, Sendable, Codable {
    /// Cells to the east.
    public var x: Int32
    /// Cells to the north.
    public var y: Int32

    /// A cell.
    public init(x: Int32, y: Int32) {
        self.x = x
        self.y = y
    }

    /// Cells between two places.
    public func distance(to other: PlaceCell) -> Int64 {
        max(abs(Int64(x) - Int64(other.x)), abs(Int64(y) - Int64(other.y)))
    }
}

/// Gender, for rules that somebody asked for; nil elsewhere.
public enum PairingGender: String, Hashable, Sendable, Codable {
    case female
    case male
}

/// Somebody who could help.
public struct PairingHelper: Hashable, Sendable, Codable {
    /// Codes of what the helper can and may do.
    public var skills: [Int32] = []
    /// Codes of languages and dialects.
    public var languages: [Int32] = []
    /// When the helper has time.
    public var windows: [MinuteWindow]
    /// Where the helper sets out.
    public var cell: PlaceCell
    /// The helper's own, where it was told.
    public var gender: PairingGender?
    /// Whom alone the helper helps, if so.
    public var genderRule: PairingGender?
    /// When the helper is bound already, by tasks that were accepted or otherwise.
    public var busy: [MinuteWindow] = []
    /// Tasks of the span that were taken already.
    public var load: Int32 = 0
    /// Most tasks in the span, those taken included.
    public var loadMax: Int32
    /// How often the helper was asked lately.
    public var asked: Int32 = 0
    /// How often the helper may be asked, that included.
    public var askedMax: Int32 = 8
    /// By how many thousandths of all askings the helper says yes more often than others would.
    public var yes: Int32 = 0
    /// Minutes that the helper takes to answer, mean; nil when unknown.
    public var answerMinutes: Int32?
    /// What others' experience of the helper is worth, by skill; nil when there is none.
    public var standing: [PairingStanding]?

    /// A helper with time at a place.
    public init(windows: [MinuteWindow], cell: PlaceCell, loadMax: Int32) {
        self.windows = windows
        self.cell = cell
        self.loadMax = loadMax
    }

    /// How many tasks the helper may still be asked for.
    public var room: Int { Int(max(0, min(loadMax - load, askedMax - asked))) }
}

/// What is known of a helper's help with one skill, whoever is helped.
public struct PairingStanding: Hashable, Sendable, Codable {
    /// Which skill.
    public var skill: Int32
    /// Thousandths, added to what the person itself knows; both together count up to 1000.
    public var evidence: Int32

    /// What is known.
    public init(skill: Int32, evidence: Int32) {
        self.skill = skill
        self.evidence = evidence
    }
}

/// What is asked.
public struct PairingRequest: Hashable, Sendable, Codable {
    /// Who is helped.
    public var person: Int32
    /// When.
    public var window: MinuteWindow
    /// Where.
    public var cell: PlaceCell
    /// Farthest helper, in cells.
    public var reach: Int32
    /// From 0 to 9; the higher, the less it may be left.
    public var priority: Int32 = 0
    /// The skills that are all needed.
    public var skills: [Int32] = []
    /// Languages of which one is needed; empty when any will do.
    public var languages: [Int32] = []
    /// The person's own gender, where it was told.
    public var gender: PairingGender?
    /// Who alone may help, if so.
    public var genderRule: PairingGender?
    /// Helpers who said no to this request.
    public var declined: [Int32] = []
    /// Who was asked for this request, and has not answered yet.
    public var proposed: Int32?

    /// A request of a person for a time at a place.
    public init(person: Int32, window: MinuteWindow, cell: PlaceCell, reach: Int32) {
        self.person = person
        self.window = window
        self.cell = cell
        self.reach = reach
    }
}

/// A person and a helper.
public struct PersonHelper: Hashable, Sendable, Codable, Comparable {
    /// Who is helped.
    public var person: Int32
    /// Who helps.
    public var helper: Int32

    /// A pair.
    public init(person: Int32, helper: Int32) {
        self.person = person
        self.helper = helper
    }

    /// By person, then by helper.
    public static func < (left: PersonHelper, right: PersonHelper) -> Bool {
        (left.person, left.helper) < (right.person, right.helper)
    }
}

/// What a person and a helper are to each other.
public struct PairingTie: Hashable, Sendable, Codable {
    /// Whose tie.
    public var pair: PersonHelper
    /// Band of nearness, from 0, strangers, to 4, kin and close neighbours.
    public var nearness: Int32
    /// Expected value of the evidence, in thousandths.
    public var evidence: Int32
    /// Whether the helper has helped this person this month.
    public var isKnown: Bool

    /// A tie.
    public init(pair: PersonHelper, nearness: Int32, evidence: Int32, isKnown: Bool) {
        self.pair = pair
        self.nearness = nearness
        self.evidence = evidence
        self.isKnown = isKnown
    }
}

/// What the parts of an arc's cost weigh; all in the same unit, which has no name.
public struct PairingWeights: Hashable, Sendable, Codable {
    /// A request left unmet, at priority 0.
    public var unmet: Int64 = 100_000
    /// More for each step of priority.
    public var unmetPriority: Int64 = 50_000
    /// Thousandths of an unmet request that one costs which will surely stay without a yes; less,
    /// by how likely that is.
    public var waiting: Int64 = 100
    /// Each cell of distance.
    public var distance: Int64 = 40
    /// Each band of nearness that lacks to 4.
    public var nearness: Int64 = 850
    /// Each thousandth of evidence that lacks to 1000.
    public var evidence: Int64 = 1
    /// A helper whom the person does not know yet; once for each such pair of a plan, so that two
    /// requests of one person go to the same helper.
    public var unknown: Int64 = 7_000
    /// Each request to come, up to 4, that somebody whom the person does not know yet could not
    /// take, or somebody known could.
    public var again: Int64 = 1_000
    /// Each time that the helper was asked lately.
    public var asked: Int64 = 200
    /// What keeping the helper who was asked already is worth: nobody is asked anew for less.
    public var kept: Int64 = 5_000
    /// The k-th task of a helper costs (2 k - 1) times this.
    public var workload: Int64 = 110
    /// The last task that a helper takes; the k-th of n costs k / n of it, so that who takes few
    /// tasks is not used up while others can help.
    public var fullness: Int64 = 2_000

    /// The weights of the estate.
    public init() {}
}
