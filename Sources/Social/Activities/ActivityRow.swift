internal import Platform
internal import Realtime

/// One activity as it stands in the database.
struct ActivityRow {
    /// Where it is between thought and memory.
    enum State: String {
        case draft
        case published
        case cancelled
    }

    var id: UUID
    var version: Int32
    var state: State
    var content: ActivityContent
    /// Who else sees it by office, addressed among them.
    var audience: [String]
    var organiser: UUID
    var publishedAt: Instant?
    var changedAt: Instant
    var cancelledAt: Instant?
    var cancelledBecause: String?
    var splitFrom: UUID?
    /// Why it was handed over last.
    var handedOverBecause: String?
    /// The organisers, the lead first, then by how long.
    var stewards: [UUID]
    /// Those of them from whom its reader is not kept apart, each one's id, and behind it under what
    /// name the estate knows them; `nil` for a visitor.
    var shownStewards: [String]?
    /// What reports and reviews made of it.
    var visibility: String

    /// The columns that `init(_:)` reads, of `a`.
    static let columns: StaticString = """
        a.id, a.version, a.state, a.addressed, a.kind, a.meant_for, a.title_zh, a.body_zh,
            a.title_en, a.body_en, a.place_id, a.place_text, a.cost_note, a.bring, a.accessibility,
            a.accessibility_note, a.starts_local, a.minutes, a.rrule, a.days, a.exdates, a.kinds,
            a.totals, a.overall, a.cancel_minutes, a.offer_minutes, a.waiting_max, a.opens_minutes,
            a.closes_minutes, a.audience, a.organiser_id, a.published_at, a.changed_at,
            a.cancelled_at, a.cancelled_because, a.split_from, a.handed_over_because,
            ARRAY(SELECT s.person_id
                FROM linli.steward AS s
                WHERE s.estate_id = a.estate_id AND s.thing_id = a.id
                ORDER BY s.is_lead DESC, s.since, s.person_id), linli.shown_stewards(a.id),
            linli.activity_visibility(a.id)
        """

    /// Reads the columns.
    init(_ cells: inout Cells) throws(PostgresError) {
        id = try cells.read()
        version = try cells.read()
        guard let state = State(rawValue: try cells.read()) else {
            throw PostgresError(.decoding, message: "an activity of unknown state")
        }
        self.state = state
        content = try ActivityContent(&cells)
        audience = try cells.read()
        organiser = try cells.read()
        publishedAt = try cells.read()
        changedAt = try cells.read()
        cancelledAt = try cells.read()
        cancelledBecause = try cells.read()
        splitFrom = try cells.read()
        handedOverBecause = try cells.read()
        stewards = try cells.read()
        shownStewards = try cells.read()
        visibility = try cells.read()
    }

    /// Whether nobody else sees it than those who look after it.
    var isKeptBack: Bool { ["held", "hidden", "shadowed"].contains(visibility) }

    /// Who sees its events: its audience, and whoever looks after it; what is for children or elders
    /// no visitor.
    var eventAudience: [EventAudience] {
        let all = content.address.addressees.map(\.audience).map { audience in
            content.meantFor != "general" && audience == .everyone ? .estate : audience
        }
        return (state == .draft || isKeptBack ? [] : all) + stewards.map { .person($0) }
    }

    /// Writes it as the wire shows it.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("version", version)
            json.member("state", state.rawValue)
            // Whoever is shadowed sees nothing of it.
            if ["held", "hidden", "unlisted"].contains(visibility) {
                json.member("visibility", visibility)
            }
            content.write(to: &json)
            writeOrganisers(to: &json)
            json.memberIfPresent("handed_over_because", handedOverBecause)
            json.memberIfPresent("published_at", publishedAt)
            json.member("changed_at", changedAt)
            json.memberIfPresent("cancelled_at", cancelledAt)
            json.memberIfPresent("cancelled_because", cancelledBecause)
            json.memberIfPresent("split_from", splitFrom)
        }
    }

    /// Who looks after it, without those from whom its reader is kept apart.
    private func writeOrganisers(to json: inout JSONWriter) {
        guard let shownStewards else {
            json.member("organiser", organiser)
            json.member("organisers", stewards)
            return
        }
        let ids = stride(from: 0, to: shownStewards.count, by: 2).map { shownStewards[$0] }
        json.memberIfPresent(
            "organiser", ids.contains(organiser.description) ? organiser.description : ids.first)
        json.member("organisers", ids)
        json.member(
            "organiser_names",
            stride(from: 1, to: shownStewards.count, by: 2).map { shownStewards[$0] })
    }
}

extension ActivityContent {
    /// Reads the columns from `addressed` to `closes_minutes`.
    init(_ cells: inout Cells) throws(PostgresError) {
        address = Address(keys: try cells.read())
        kind = try cells.read()
        meantFor = try cells.read()
        words = ActivityWords(
            titleZh: try cells.read(), bodyZh: try cells.read(), titleEn: try cells.read(),
            bodyEn: try cells.read())
        let (placeID, placeText): (UUID?, String?) = (try cells.read(), try cells.read())
        place = ActivityPlace(id: placeID, words: placeText) ?? .words("")
        costNote = try cells.read()
        bring = try cells.read()
        accessibility = try cells.read()
        accessibilityNote = try cells.read()
        schedule = Schedule(
            starts: try cells.read(), minutes: try cells.read(), rule: try cells.read(),
            days: DayRule(rawValue: try cells.read()) ?? .asRuled, exceptions: try cells.read())
        seats = SeatPlan(
            kinds: try cells.read(), totals: try cells.read(), overall: try cells.read(),
            cancelMinutes: try cells.read(), offerMinutes: try cells.read(),
            waitingMax: try cells.read())
        window = RegistrationWindow(
            opensMinutes: try cells.read(), closesMinutes: try cells.read())
    }

    /// Writes its members.
    func write(to json: inout JSONWriter) {
        json.key("audience")
        json.array { json in
            for addressee in address.addressees { addressee.write(to: &json) }
        }
        json.member("kind", kind)
        json.member("meant_for", meantFor)
        json.member("title_zh", words.titleZh)
        json.member("body_zh", words.bodyZh)
        json.memberIfPresent("title_en", words.titleEn)
        json.memberIfPresent("body_en", words.bodyEn)
        json.memberIfPresent("place", place.id)
        json.memberIfPresent("place_text", place.words)
        json.memberIfPresent("cost_note", costNote)
        json.memberIfPresent("bring", bring)
        json.member("accessibility", accessibility)
        json.memberIfPresent("accessibility_note", accessibilityNote)
        json.member("starts", schedule.starts)
        json.member("ends", schedule.starts.adding(minutes: Int(schedule.minutes)))
        json.memberIfPresent("rrule", schedule.rule)
        json.member("days", schedule.days.rawValue)
        json.member("exdates", schedule.exceptions)
        json.key("seats")
        json.array { json in
            for (index, kind) in seats.kinds.enumerated() {
                json.object { json in
                    json.member("kind", kind)
                    json.member("total", seats.totals[index])
                    json.member("cancel_minutes", seats.cancelMinutes[index])
                }
            }
        }
        json.memberIfPresent("overall", seats.overall)
        json.member("offer_minutes", seats.offerMinutes)
        json.member("waiting_max", seats.waitingMax)
        json.memberIfPresent("opens_minutes", window.opensMinutes)
        json.member("closes_minutes", window.closesMinutes)
    }
}

extension JSONWriter {
    /// Writes a member that is there, or nothing.
    mutating func memberIfPresent(_ name: String, _ value: (some JSONWritable)?) {
        if let value { member(name, value) }
    }
}
