internal import Platform
internal import Support
internal import Testing

@testable internal import Social

@Suite("The round asks all at once, through the wire") struct PairingAtOnceTests {
    typealias Estate = AskingEstate
    private static let people: [Estate.Reader] = [
        .mother, .father, .grandmother, .neighbour, .worker,
    ]

    /// What keeps some apart: a block, a safety report that stands and one that was lifted, a ban.
    private static func apart(_ help: Estate) throws {
        try help.estate.run(
            """
            SET session_replication_role = replica;
            INSERT INTO linli.block (estate_id, id, blocker_id, other_id, was_shown, begins)
            VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(FamilyEstate.grandmother)',
                '\(FamilyEstate.father)', true, '2026-01-01Z');
            INSERT INTO linli.help_safety_report (estate_id, id, visit_id, person_id, said_by,
                other_id, said_at)
            VALUES ('\(APIFixture.a)', gen_random_uuid(), gen_random_uuid(),
                '\(FamilyEstate.mother)', '\(FamilyEstate.mother)', '\(FamilyEstate.neighbour)',
                '2026-01-01Z');
            INSERT INTO linli.help_safety_report (estate_id, id, visit_id, person_id, said_by,
                other_id, said_at, decided_by, decided_at, decision)
            VALUES ('\(APIFixture.a)', gen_random_uuid(), gen_random_uuid(),
                '\(FamilyEstate.father)', '\(FamilyEstate.father)', '\(FamilyEstate.mother)',
                '2026-01-01Z', '\(FamilyEstate.worker)', '2026-01-02Z', 'lifted');
            INSERT INTO linli.safety_ban (estate_id, id, person_id, kind, reason_sealed,
                evidence_sealed, decided_by, begins, ends)
            SELECT '\(APIFixture.a)', gen_random_uuid(), '\(FamilyEstate.worker)', 'other', x, x,
                '\(FamilyEstate.mother)', '2026-01-01Z', '2027-01-01Z'
            FROM (VALUES (convert_to(repeat('x', 40), 'UTF8'))) AS sealed (x);
            INSERT INTO linli.delegation (estate_id, id, doer_id, beneficiary_id, scope, begins,
                ends, because)
            VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(FamilyEstate.mother)',
                '\(FamilyEstate.grandmother)', '{help}', '2026-01-01Z', '2027-01-01Z', 'x')
            """)
    }

    @Test("who may not meet is barred before anybody is chosen, as linli.may_help says of each two")
    func barred() async throws {
        try await Estate.with { help async throws in try Self.compare(help) }
    }

    private static func compare(_ help: Estate) throws {
        try apart(help)
        let ids = people.map { help.id($0) }
        let said = try help.owner().run(
            OneCell<String>(
                sql: """
                    SELECT concat_ws(' ', h, p)
                    FROM unnest(\(ids)) AS h CROSS JOIN unnest(\(ids)) AS p
                    WHERE h <> p AND linli.help_bar(h, p) = 'apart'
                    ORDER BY 1
                    """))
        let found = try help.owner().run(
            OneCell<String>(
                sql: """
                    SELECT concat_ws(' ', helper_id, person_id)
                    FROM linli.help_apart(\(ids), \(ids))
                    WHERE helper_id <> person_id
                    ORDER BY 1
                    """))
        #expect(said.count == 6)
        #expect(found == said)
        let pairs = try help.owner().run(
            OneCell<String>(
                sql: """
                    SELECT concat_ws(' ', helper_id, person_id)
                    FROM linli.help_round_pairs(\(ids), \(ids)) WHERE is_barred
                    """))
        #expect(Set(pairs).isSuperset(of: said))
    }

    @Test("elders and whom a ban protects are the same, asked one by one or together")
    func together() async throws {
        try await Estate.with { help async throws in
            try Self.apart(help)
            for name in ["help_elder", "is_sheltered"] {
                let many = name == "help_elder" ? "help_elders" : "sheltered"
                let ids =
                    Self.people.map { "'\(help.id($0))'" }.joined(separator: ", ")
                    + ", '\(FamilyEstate.child)'"
                let owner = try help.owner()
                try owner.run(
                    """
                    DO $$ BEGIN
                        ASSERT ARRAY(SELECT p FROM unnest(ARRAY[\(ids)]::uuid[]) AS p
                                WHERE linli.\(name)(p) ORDER BY p)
                            = ARRAY(SELECT p FROM linli.\(many)(ARRAY[\(ids)]::uuid[]) AS p
                                ORDER BY p);
                        ASSERT (SELECT count(*)
                            FROM linli.\(many)(ARRAY[\(ids)]::uuid[])) BETWEEN 1 AND 2;
                    END $$
                    """)
            }
        }
    }

    @Test("who is there, of age and proved is the same, asked one by one or together")
    func sets() async throws {
        try await Estate.with { help async throws in
            try help.estate.run(
                """
                SET session_replication_role = replica;
                INSERT INTO linli.absence (estate_id, id, person_id, kind, begins, ends, set_by,
                    set_at)
                VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(FamilyEstate.grandmother)',
                    'away', '2026-01-01Z', '2027-01-01Z', '\(FamilyEstate.grandmother)',
                    '2026-01-01Z');
                UPDATE linli.proof SET withdrawn_at = '2026-01-02Z',
                    withdrawn_by = by_person_id, withdrawn_because = 'x'
                WHERE person_id = '\(FamilyEstate.father)' AND level = 'in_person';
                UPDATE linli.proof SET ends = '2026-01-02Z'
                WHERE person_id = '\(FamilyEstate.worker)' AND level = 'in_person';
                UPDATE linli.person SET state = 'in_hospital'
                WHERE id = '\(FamilyEstate.neighbour)';
                INSERT INTO linli.age (estate_id, person_id, entered_at, turns_14, turns_18)
                VALUES ('\(APIFixture.a)', '\(FamilyEstate.child)', '2026-01-01Z', '2032-08-08',
                    '2036-08-08')
                ON CONFLICT (estate_id, person_id) DO UPDATE
                SET turns_14 = excluded.turns_14, turns_18 = excluded.turns_18;
                UPDATE linli.proof SET ends = '2026-01-02Z'
                WHERE person_id = '\(FamilyEstate.mother)';
                INSERT INTO linli.proof (estate_id, id, person_id, level, how, household_id,
                    proved_at)
                SELECT estate_id, gen_random_uuid(), person_id, 'household', 'roster',
                    household_id, '2026-01-01Z'
                FROM linli.membership
                WHERE person_id IN ('\(FamilyEstate.mother)', '\(FamilyEstate.father)');
                UPDATE linli.membership SET ends = '2026-01-02Z'
                WHERE person_id = '\(FamilyEstate.father)'
                """)
            let ids = (Self.people.map { help.id($0) } + [FamilyEstate.child]).map { "'\($0)'" }
            let all = "ARRAY[\(ids.joined(separator: ", "))]::uuid[]"
            for (one, many) in [
                ("linli.person_available('\(APIFixture.a)', p)", "linli.people_available(\(all))"),
                ("linli.is_child('\(APIFixture.a)', p)", "linli.children_among(\(all))"),
                (
                    "linli.level_of('\(APIFixture.a)', p) = 'in_person'",
                    "(SELECT person_id FROM linli.levels_of(\(all)) WHERE level = 'in_person')"
                ),
                (
                    "linli.level_of('\(APIFixture.a)', p) = 'household'",
                    "(SELECT person_id FROM linli.levels_of(\(all)) WHERE level = 'household')"
                ),
            ] {
                let said = "SELECT p::text FROM unnest(\(all)) AS p WHERE \(one) ORDER BY p"
                let found = "SELECT m.p::text FROM \(many) AS m (p) ORDER BY m.p"
                let owner = try help.owner()
                let apart = try owner.run(OneCell<String>(sql: SQL(stringLiteral: said)))
                let together = try owner.run(OneCell<String>(sql: SQL(stringLiteral: found)))
                #expect(together == apart)
                #expect(!apart.isEmpty && apart.count < ids.count, "\(one)")
            }
        }
    }

    @Test("an urgent asking asks for itself alone; what is not urgent waits for the round")
    func urgentAlone() async throws {
        try await Estate.with { help async throws in
            try help.offer(.neighbour, ["company"])
            try help.offer(.father, ["shopping"])
            let other = try help.ask(.mother, in: 48)
            let urgent = try help.ask(.mother, "shopping", in: 3, #","urgency":"urgent""#)
            let asked = "SELECT request_id::text FROM linli.help_proposal ORDER BY made_at"
            #expect(try help.estate.texts(SQL(stringLiteral: asked)) == [urgent])
            try await help.round()
            #expect(try help.estate.texts(SQL(stringLiteral: asked)) == [urgent, other])
            // Each asking has its own event, and its helper one notice.
            #expect(try help.events("helpProposal.made") == 2)
            #expect(
                try help.estate.told(FamilyEstate.father).filter { $0 == "helpProposal.made" }.count
                    == 1)
            #expect(
                try help.estate.texts(
                    """
                    SELECT audience::text FROM linli.event WHERE kind = 'helpProposal.made'
                    ORDER BY audience
                    """) == [FamilyEstate.father, FamilyEstate.neighbour].map { "{person:\($0)}" })
        }
    }

    @Test("urgent askings at one moment never ask one helper twice at a time")
    func contested() async throws {
        try await Estate.with { help async throws in
            try help.offer(.neighbour, ["company"], #","monthly_max":2"#)
            let requests = try [12, 12, 12, 15, 18].map { hours in
                try UUID(help.ask(hours > 12 ? .grandmother : .mother, in: hours))
                    ?? UUID(high: 0, low: 0)
            }
            try await help.urgent(requests)
            let open = try help.open(.neighbour)
            #expect((1...2).contains(open.count))
            #expect(Set(open.map { $0["begins"]?.text }).count == open.count)
        }
    }

    @Test("a visit that a side cancels lets the request look at once, and closes their talk once")
    func cancelled() async throws {
        try await Estate.with(prepare: Self.claimed) { help async throws in
            try help.offer(.neighbour)
            let request = try help.ask(.mother)
            try await help.round()
            #expect(try help.answer(.neighbour, "acceptance") == "200")
            let visit = try help.shown(.mother, request)["visit"]?.text ?? ""
            #expect(try help.shown(.mother, request)["conversation"] != nil)
            try help.tick()
            let body = #"{"because":"ill"}"#
            try help.estate.json(.neighbour, "POST", "/visits/\(visit)/cancellation", body, is: 204)
            #expect(try help.state(.mother, request) == "looking")
            #expect(try help.events("helpRequest.looking") == 1)
            #expect(try help.events("conversation.closed") == 1)
            #expect(try help.estate.texts("SELECT state FROM linli.help_proposal") == ["released"])
            // The next asks somebody else.
            try help.offer(.father)
            try await help.round()
            #expect(try help.events("helpRequest.looking") == 1)
            #expect(try help.asked() == [.father])
        }
    }

    @Test("who withdraws ends visit and talk, once, and nobody is looked for")
    func withdrawn() async throws {
        try await Estate.with(prepare: Self.claimed) { help async throws in
            try help.offer(.neighbour)
            let request = try help.ask(.mother)
            try await help.round()
            #expect(try help.answer(.neighbour, "acceptance") == "200")
            try help.tick()
            try help.estate.json(.mother, "DELETE", "/help-requests/\(request)", is: 204)
            #expect(try help.state(.mother, request) == "withdrawn")
            #expect(try help.events("helpRequest.looking") == 0)
            #expect(try help.events("conversation.closed") == 1)
        }
    }

    private static let claimed = """
        UPDATE linli.person SET claimed_at = '2026-01-01Z' WHERE account_id IS NOT NULL;
        """

    @Test("one cancels, one gives back, one withdraws at the same moment: one of them wins")
    func race() async throws {
        try await Estate.with { help async throws in
            try help.offer(.neighbour)
            for round in 0..<6 {
                let request = try help.ask(.mother, in: 48 + Int64(round) * 24)
                try await help.round()
                #expect(try help.answer(.neighbour, "acceptance") == "200")
                let statuses = try await Self.end(help, request)
                #expect(statuses.filter { $0 == 204 }.count >= 1, "\(statuses)")
                #expect(statuses.allSatisfy { [204, 404, 409].contains($0) }, "\(statuses)")
                let state = try help.state(.mother, request)
                #expect(state == "withdrawn" || state == "looking")
                #expect(
                    try help.count("SELECT count(*) FROM linli.help_visit WHERE state = 'planned'")
                        == 0)
                if state == "looking" {
                    try help.tick()
                    try help.estate.json(.mother, "DELETE", "/help-requests/\(request)", is: 204)
                }
            }
        }
    }

    private static func end(_ help: Estate, _ request: String) async throws -> [Int] {
        let visit = try help.shown(.mother, request)["visit"]?.text ?? ""
        let proposal =
            try help.estate.texts(
                "SELECT id::text FROM linli.help_proposal WHERE state = 'accepted'"
            )
            .first ?? ""
        try help.tick()
        let acts: [(Estate.Reader, String, String, String?)] = [
            (.neighbour, "POST", "/visits/\(visit)/cancellation", #"{"because":"ill"}"#),
            (.neighbour, "POST", "/help-proposals/\(proposal)/release", nil),
            (.mother, "DELETE", "/help-requests/\(request)", nil),
        ]
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for (reader, method, path, body) in acts {
                group.addTask { Int(try help.estate.ask(reader, method, path, body).status) }
            }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
    }

    @Test("a watched word in what is asked refuses nothing: a person looks, once for all the weeks")
    func watched() async throws {
        try await Estate.with { help async throws in
            let tasks: SQL = "SELECT count(*) FROM linli.task WHERE kind = 'help-watch'"
            try help.ask(.mother, in: 48, #","words":"请带一把伞""#)
            #expect(try help.count(tasks) == 0)
            try help.ask(
                .mother, in: 50, #","words":"请先转 账给我","until":"2026-03-25""#)
            #expect(try help.count(tasks) == 1)
            let page = try help.estate.ask(.worker, "GET", "/tasks")
            #expect(page.text.contains("help-watch"), "\(page.text)")
        }
    }
}
