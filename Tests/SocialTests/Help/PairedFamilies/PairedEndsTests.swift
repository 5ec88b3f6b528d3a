internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("How a pair ends, through the wire") struct PairedEndsTests {
    typealias Estate = PairedEstate

    /// What ends it.
    enum End: String, CaseIterable, CustomTestStringConvertible {
        case side, desk, block, blocked, report, protection, dead

        var testDescription: String { rawValue }
    }

    private final class Box: Sendable {
        private let held = Locked("")
        func set(_ text: String) { held.withLock { $0 = text } }
        var text: String { held.withLock { $0 } }
    }

    /// All that the helper sees: its pairings, visits, notices and events, without ids.
    private func seen(_ pair: Estate, _ end: End) throws -> String {
        var seen = try pair.estate.ask(.neighbour, "GET", "/me/pairings").text
        // Of whom one is protected from nothing else is there.
        if end != .protection { seen += try pair.estate.ask(.neighbour, "GET", "/me/visits").text }
        let notices = try pair.estate.json(.neighbour, "GET", "/notices")["notices"]
        // Those of one instant have no order.
        let words = (notices?.elements ?? []).map {
            "\n\($0["at"]?.text ?? "") \($0["text_zh"]?.text ?? "") \($0["text_en"]?.text ?? "")"
        }
        seen += words.sorted().joined()
        let events = try pair.estate.texts(
            """
            SELECT kind || payload::text || actor_kind || coalesce(actor_id::text, '')
            FROM linli.event
            WHERE \("person:\(Estate.helper)") = ANY (audience) AND kind NOT LIKE 'block.%'
                AND kind NOT LIKE 'person.%' AND kind NOT LIKE 'tie.%'
            ORDER BY 1
            """)
        // Whoever set a block itself reads of it.
        seen += end == .blocked ? "" : events.joined(separator: "\n")
        return seen.replacing(/[0-9a-f]{8}-[0-9a-f-]{27}/, with: "#")
    }

    private func act(_ pair: Estate, _ pairing: String, _ visit: String, _ end: End) throws {
        switch end {
        case .side:
            #expect(try pair.said(.grandmother, "POST", "/pairings/\(pairing)/end") == "204")
        case .desk: #expect(try pair.said(.worker, "POST", "/pairings/\(pairing)/end") == "204")
        case .block:
            let body = #"{"person":"\#(Estate.helper)"}"#
            #expect(try pair.said(.grandmother, "POST", "/me/blocks", body) == "201")
        case .blocked:
            let body = #"{"person":"\#(Estate.elder)"}"#
            #expect(try pair.said(.neighbour, "POST", "/me/blocks", body) == "201")
        case .report:
            #expect(
                try pair.said(
                    .grandmother, "POST", "/visits/\(visit)/safety", #"{"is_safe":false}"#)
                    == "204")
        case .protection:
            try pair.tick()
            try asJob(
                pair,
                """
                INSERT INTO linli.protection (estate_id, id, case_id, protected_id, other_id,
                    evidence_kind, evidence_sealed, set_by, begins, ends)
                VALUES ('\(APIFixture.a)', gen_random_uuid(), gen_random_uuid(),
                    '\(Estate.elder)', '\(Estate.helper)', 'police_report',
                    decode(repeat('01', 40), 'hex'), '\(FamilyEstate.worker)', linli.instant(),
                    '2027-01-01Z')
                """)
        case .dead:
            #expect(
                try pair.said(
                    .officer, "POST", "/people/\(Estate.elder)/state",
                    #"{"state":"dead","because":"死亡证明"}"#
                ).hasPrefix("20"))
        }
    }

    /// Runs a statement at the clock's instant, as a job.
    private func asJob(_ pair: Estate, _ sql: String) throws {
        let connection = try pair.api.database.superuser()
        for (name, value) in [
            ("instant", "\(pair.api.clock.now().microseconds)"), ("principal", "job"),
            ("estate", "\(APIFixture.a)"), ("job", "tests"),
        ] { try connection.run("SELECT set_config('linli.\(name)', '\(value)', false)") }
        try connection.run(sql)
    }

    /// A pair with a visit behind it and others to come, which something ends.
    private func story(_ end: End) async throws -> String {
        let box = Box()
        try await Estate.with { pair async throws in
            let pairing = try await pair.begun()
            let visit = try pair.visit()
            try pair.at("2026-03-04T02:00:00Z")
            #expect(try pair.said(.neighbour, "POST", "/visits/\(visit)/check-in") == "204")
            #expect(try pair.said(.neighbour, "POST", "/visits/\(visit)/check-out") == "204")
            try pair.at("2026-03-05T02:00:00Z")
            try act(pair, pairing, visit, end)
            #expect(try pair.visits("planned") == [])
            #expect(
                try pair.estate.texts("SELECT state FROM linli.pairing") == ["ended"], "\(end)")
            box.set(try seen(pair, end))
        }
        return box.text
    }

    @Test(
        "whatever ends it, the other reads the same to the letter, at once",
        arguments: [End.desk, .block, .report, .protection, .dead, .blocked])
    func same(end: End) async throws {
        let ended = try await story(end)
        var usual = try await story(.side)
        if end == .protection {
            #expect(ended.hasPrefix(String(usual.prefix { $0 != "]" })))
            return
        } else if end == .blocked {
            usual = String(usual.prefix(ended.count))
        }
        #expect(ended == usual)
    }

    @Test("a guardian takes its consent back between proposal and answer: it is over for all")
    func consentWithdrawn() async throws {
        try await Estate.with { pair async throws in
            let child = try pair.estate.enter()
            try vet(pair)
            let body = Estate.wanted(
                Estate.helper, FamilyEstate.mother, form: "family", kind: "homework",
                #","child":"\#(child)""#)
            #expect(try pair.said(.worker, "POST", "/pairings", body) == "409 pairing-unfit")
            let consent = try pair.estate.agree(.mother, child, "alone_with_adult")
            let pairing = try pair.propose(body)
            #expect(try pair.answer(.neighbour, pairing) == "204")
            try pair.estate.json(
                .mother, "POST", "/consents/\(consent["id"]?.text ?? "")/withdrawal")
            for reader in [Estate.Reader.mother, .neighbour] {
                #expect(try pair.state(reader, pairing) == "lapsed")
            }
            #expect(try pair.answer(.mother, pairing) == "409 pairing-over")
            #expect(try pair.estate.told(Estate.helper).last == "pairing.lapsed")
            // Given anew, it can begin; a second guardian who has not agreed ends it.
            try pair.estate.agree(.mother, child, "alone_with_adult")
            let second = try await pair.begun(body, .mother)
            #expect(try pair.visits("planned").count == 4)
            #expect(
                try pair.estate.texts("SELECT DISTINCT child_id::text FROM linli.help_visit")
                    == [child])
            try pair.estate.recordFather(of: child)
            #expect(try pair.state(.neighbour, second) == "ended")
            try pair.at("2026-03-01T01:00:00Z")
            try await pair.tend()
            #expect(try pair.visits("planned") == [])
        }
    }

    /// The neighbour may look after children.
    private func vet(_ pair: Estate) throws {
        try pair.estate.run(
            """
            INSERT INTO linli.vetting (estate_id, id, person_id, because, vetted_by, begins, ends)
            VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(Estate.helper)', '看过',
                '\(FamilyEstate.worker)', '2026-01-01Z', '2027-01-01Z')
            """)
    }

    @Test("who is erased, or put under a ban, has no pair any more, and wishes for none")
    func erasedAndBanned() async throws {
        try await Estate.with { pair async throws in
            #expect(
                try pair.said(
                    .neighbour, "PUT", "/me/pairing-wishes/helper",
                    #"{"form":"elder","kinds":["walk"]}"#) == "204")
            let first = try await pair.begun()
            try pair.tick()
            // The ban is there for whom somebody else may act.
            try pair.estate.run(
                """
                INSERT INTO linli.delegation (estate_id, id, doer_id, beneficiary_id, scope, begins,
                    ends, because)
                VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(FamilyEstate.mother)',
                    '\(Estate.elder)', '{help}', '2026-01-01Z', '2027-01-01Z', 'x')
                """)
            try asJob(
                pair,
                """
                INSERT INTO linli.safety_ban (estate_id, id, person_id, kind, reason_sealed,
                    evidence_sealed, decided_by, begins, ends)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x55))', '\(Estate.helper)', 'fraud',
                    decode(repeat('01', 40), 'hex'), decode(repeat('01', 40), 'hex'),
                    '\(FamilyEstate.worker)', linli.instant(), linli.instant() + interval '9 days')
                """)
            #expect(try pair.state(.grandmother, first) == "ended")
            #expect(
                try pair.said(.worker, "POST", "/pairings", Estate.wanted())
                    == "409 pairing-unfit")
            try pair.at("2026-03-12T00:00:00Z")
            let second = try await pair.begun()
            try asJob(
                pair,
                "UPDATE linli.person SET state = 'erased' WHERE id = '\(Estate.helper)'")
            #expect(try pair.state(.grandmother, second) == "ended")
            #expect(try pair.visits("planned") == [])
            #expect(try pair.count("SELECT count(*) FROM linli.pairing_wish") == 0)
        }
    }

    @Test("two entries of one elder made one keep her pair; a second with the same helper ends")
    func merged() async throws {
        let double = APIFixture.id(0xDD)
        let rows = """
            INSERT INTO linli.person (estate_id, id, display_name, created_at)
            VALUES ('\(APIFixture.a)', '\(double)', '张三', '2026-01-01Z');
            """
        try await Estate.with(prepare: rows) { pair async throws in
            for helper in [Estate.helper, FamilyEstate.father] {
                try pair.estate.run(Self.living(helper, double))
            }
            let own = try await pair.begun()
            #expect(
                try pair.said(
                    .officer, "POST", "/merges",
                    #"{"keep":"\#(Estate.elder)","drop":"\#(double)","because":"同一人"}"#
                )
                .hasPrefix("20"))
            #expect(try pair.state(.grandmother, own) == "trial")
            #expect(
                try pair.estate.texts(
                    """
                    SELECT state || CASE WHEN person_id = \(Estate.elder) THEN ' hers' ELSE '' END
                    FROM linli.pairing ORDER BY helper_id, state
                    """) == ["trial hers", "ended", "trial hers"])
        }
    }

    /// A pairing that lives, of a helper and one who has no account.
    private static func living(_ helper: UUID, _ person: UUID) -> String {
        """
        INSERT INTO linli.pairing (estate_id, id, form, kind, helper_id, person_id, origin,
            proposed_by, cadence, weekday, minute, minutes, anchor_on, state, proposed_at, until,
            helper_agreed_at, person_agreed_at, person_agreed_by, trial_until, review_at)
        VALUES ('\(APIFixture.a)', gen_random_uuid(), 'elder', 'company', '\(helper)',
            '\(person)', 'office', '\(FamilyEstate.worker)', 'weekly', 2, 600, 60, '2026-03-02',
            'trial', '2026-02-01Z', '2026-02-08Z', '2026-02-02Z', '2026-02-02Z',
            '\(FamilyEstate.mother)', '2026-03-08Z', '2026-09-08Z')
        """
    }
}
