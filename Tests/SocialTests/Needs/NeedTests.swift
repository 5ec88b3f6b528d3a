internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("What households need, through the wire") struct NeedTests {
    typealias Estate = GoodsEstate

    static let own = "/api/v1/estates/\(APIFixture.a)/me/needs"

    static func wanted(
        _ quantity: String = "5", unit: String = "kilogram", until: String = "2026-06-30",
        category: String = "food", more: String = ""
    ) -> String {
        """
        {"category":"\(category)","unit":"\(unit)","quantity":"\(quantity)","until":"\(until)"\(more)}
        """
    }

    /// Gives a person a role over the whole estate, and takes those it had.
    static func give(_ goods: Estate, _ person: UUID, _ role: String) throws {
        try goods.api.database.superuser().run(
            """
            DELETE FROM linli.role_term WHERE person_id = '\(person)' AND place_id IS NULL;
            INSERT INTO linli.role_term
                (estate_id, id, person_id, role, begins, ends, because) VALUES
                ('\(APIFixture.a)', gen_random_uuid(), '\(person)', '\(role)', '2026-01-01Z',
                    '2027-01-01Z', 'appointed');
            """)
    }

    /// Enters a need and, if it should be, confirms it as the committee; its id.
    static func need(
        _ goods: Estate, by reader: Estate.Reader = .leader, _ body: String, confirmed: Bool = true
    ) throws -> String {
        let made = try goods.content(goods.ask(reader, "POST", "/needs", body), 201)
        let id = try #require(made["id"]?.text)
        if confirmed {
            try goods.content(
                goods.ask(
                    .officer, "POST", "/needs/\(id)/decision", #"{"decision":"confirm"}"#), 204)
        }
        return id
    }

    /// A connection of the owner of the functions, as the leader.
    static func owner(_ goods: Estate) throws -> BlockingConnection {
        let owner = try BlockingConnection(goods.api.database.connection(as: "linli_owner"))
        for (name, value) in [
            ("instant", "\(goods.api.clock.now().microseconds)"), ("principal", "person"),
            ("estate", "\(APIFixture.a)"), ("person", "\(Estate.leader)"),
        ] { try owner.run("SELECT set_config('linli.\(name)', '\(value)', false)") }
        return owner
    }

    private func states(_ goods: Estate, _ reader: Estate.Reader) throws -> [String?] {
        try goods.content(goods.ask(reader, "GET", Self.own))["needs"]?.elements?
            .map { $0["state"]?.text } ?? []
    }

    @Test("a resident asks for its household, one of another confirms it, all of the home see it")
    func household() async throws {
        try await Estate.with { goods async throws in
            let need = try Self.need(goods, Self.wanted("2.5"), confirmed: false)
            #expect(try states(goods, .leader) == ["asked"])
            #expect(try states(goods, .member) == ["asked"])
            #expect(try states(goods, .neighbour) == [])
            #expect(
                try goods.refusal(goods.ask(.member, "POST", "/needs", Self.wanted("1")))
                    == "409 need-there")
            #expect(
                try goods.refusal(
                    goods.ask(.leader, "POST", "/needs", Self.wanted("1.5", unit: "pack"))
                )
                .hasPrefix("400"))
            #expect(
                try goods.refusal(
                    goods.ask(.leader, "POST", "/needs", Self.wanted(until: "2026-02-28")))
                    == "422 need-until-unfit")
            #expect(
                try goods.refusal(
                    goods.ask(
                        .leader, "POST", "/needs",
                        Self.wanted(more: #","household":"\#(Estate.volunteersHousehold)""#)))
                    == "404 not-found")
            let decision = "/needs/\(need)/decision"
            #expect(
                try goods.ask(.neighbour, "POST", decision, #"{"decision":"confirm"}"#).status
                    == 404)
            #expect(
                try goods.refusal(goods.ask(.officer, "POST", decision, #"{"decision":"refuse"}"#))
                    .hasPrefix("400"))
            try goods.content(
                goods.ask(.officer, "POST", decision, #"{"decision":"confirm"}"#), 204)
            #expect(
                try goods.refusal(
                    goods.ask(
                        .officer, "POST", decision, #"{"decision":"refuse","because":"twice"}"#))
                    == "409 need-over")
            #expect(try states(goods, .member) == ["confirmed"])
            let notices = "/api/v1/estates/\(APIFixture.a)/notices"
            #expect(try goods.ask(.member, "GET", notices).text.contains("已核实"))
            try goods.content(goods.ask(.member, "DELETE", "/needs/\(need)"), 204)
            #expect(try states(goods, .leader) == ["withdrawn"])
        }
    }

    @Test("nobody confirms for its own household, nor what it entered; a social worker enters")
    func secondPerson() async throws {
        try await Estate.with { goods async throws in
            try Self.give(goods, Estate.leader, "residents_committee")
            let need = try Self.need(goods, by: .member, Self.wanted(), confirmed: false)
            let confirm = #"{"decision":"confirm"}"#
            #expect(
                try goods.refusal(goods.ask(.leader, "POST", "/needs/\(need)/decision", confirm))
                    == "403 need-own-household")
            let forOther = Self.wanted(
                more: #","household":"\#(Estate.volunteersHousehold)""#)
            let entered = try Self.need(goods, by: .leader, forOther, confirmed: false)
            #expect(
                try goods.refusal(
                    goods.ask(.leader, "POST", "/needs/\(entered)/decision", confirm))
                    == "403 need-second-person")
            #expect(try states(goods, .neighbour) == ["asked"])
            try Self.give(goods, Estate.leader, "social_worker")
            #expect(
                try goods.refusal(
                    goods.ask(.leader, "POST", "/needs/\(entered)/decision", confirm))
                    == "403 need-not-decider")
            for one in [need, entered] {
                try goods.content(
                    goods.ask(.officer, "POST", "/needs/\(one)/decision", confirm), 204)
            }
        }
    }

    @Test("a delegate enters for the household of another, within its scope alone")
    func delegate() async throws {
        try await Estate.with { goods async throws in
            func delegate(_ scope: String) throws {
                try goods.api.database.superuser().run(
                    """
                    DELETE FROM linli.delegation;
                    INSERT INTO linli.delegation (estate_id, id, doer_id, beneficiary_id, scope,
                        begins, ends, because)
                    VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(Estate.member)',
                        '\(Estate.volunteer)', '{\(scope)}', '2026-01-01Z', '2027-01-01Z', 'x')
                    """)
            }
            try delegate("activities")
            let beneficiary = Estate.volunteer
            #expect(
                try goods.refusal(
                    goods.ask(.member, "POST", "/needs", Self.wanted(), for: beneficiary))
                    == "403 delegation-lacking")
            try delegate("needs")
            try goods.content(
                goods.ask(.member, "POST", "/needs", Self.wanted(), for: beneficiary), 201)
            #expect(try states(goods, .neighbour) == ["asked"])
            #expect(try states(goods, .member) == [])
            let seen = try goods.content(
                goods.ask(.member, "GET", Self.own, for: beneficiary))
            #expect(seen["needs"]?.elements?.count == 1)
            #expect(
                try goods.estate.count(
                    """
                    SELECT count(*) FROM linli.event
                    WHERE kind = 'need.entered' AND actor_id = \(Estate.member)
                        AND beneficiary_id = \(beneficiary)
                    """) == 1)
        }
    }

    @Test("a person in two homes counts once, a child where it has the most days; a quota is kept")
    func quota() async throws {
        try await Estate.with { goods async throws in
            let child = APIFixture.id(0xF9)
            try goods.api.database.superuser().run(
                """
                INSERT INTO linli.person (estate_id, id, display_name, created_at)
                VALUES ('\(APIFixture.a)', '\(child)', '小明', '2026-01-01Z');
                INSERT INTO linli.age (estate_id, person_id, entered_at, turns_14, turns_18)
                VALUES ('\(APIFixture.a)', '\(child)', '2026-01-01Z', '2032-01-01', '2036-01-01');
                INSERT INTO linli.membership
                    (estate_id, id, household_id, person_id, role_in_household, begins)
                SELECT '\(APIFixture.a)', gen_random_uuid(), h::uuid, '\(child)', 'child', b
                FROM (VALUES ('\(Estate.household)', timestamptz '2026-01-01Z'),
                    ('\(Estate.volunteersHousehold)', '2026-01-02Z')) AS v (h, b);
                -- A hoarder: the volunteer belongs to the leader's household, too, later.
                INSERT INTO linli.membership
                    (estate_id, id, household_id, person_id, role_in_household, begins)
                VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(Estate.household)',
                    '\(Estate.volunteer)', 'relative', '2026-02-01Z');
                """)
            func heads() throws -> [Int64?] {
                let owner = try Self.owner(goods)
                return try [Estate.household, Estate.volunteersHousehold].map { home in
                    try owner.run(
                        OneCell<Int64>(sql: "SELECT linli.need_heads(\(home))")
                    ).first
                }
            }
            #expect(try heads() == [3, 1])
            try goods.api.database.superuser().run(
                """
                INSERT INTO linli.child_home
                    (estate_id, child_id, household_id, weeks, monday, days, set_by, set_at)
                VALUES ('\(APIFixture.a)', '\(child)', '\(Estate.volunteersHousehold)', 1,
                    '2026-02-23', '{0,1,2,3}', '\(Estate.volunteer)', '2026-02-23Z'),
                    ('\(APIFixture.a)', '\(child)', '\(Estate.household)', 1,
                    '2026-02-23', '{4,5,6}', '\(Estate.leader)', '2026-02-23Z')
                """)
            #expect(try heads() == [2, 2])

            try goods.content(
                goods.ask(.officer, "PUT", "/quotas/food", #"{"days":30,"per_head":"5"}"#), 204)
            #expect(
                try goods.refusal(
                    goods.ask(.neighbour, "PUT", "/quotas/food", #"{"days":30,"per_head":"500"}"#))
                    == "403 may-not-manage-goods")
            let over = try goods.ask(.leader, "POST", "/needs", Self.wanted("10.5"))
            #expect(try goods.refusal(over) == "409 need-over-quota")
            #expect(over.text.contains("10"))
            _ = try Self.need(goods, Self.wanted("8"))
            // Cans are no kilograms: by itself.
            _ = try Self.need(goods, Self.wanted("10", unit: "can"))
            let more = try goods.ask(
                .member, "POST", "/needs",
                Self.wanted("3", more: #","item":"\#(try goods.item())""#))
            #expect(try goods.refusal(more) == "409 need-over-quota")
            #expect(more.text.contains("2"))
        }
    }

    @Test("a quota in a unit converts what the catalogue converts, and refuses what it does not")
    func quotaUnit() async throws {
        try await Estate.with { goods async throws in
            try goods.content(
                goods.ask(
                    .officer, "PUT", "/quotas/food",
                    #"{"days":30,"per_head":"5","unit":"kilogram"}"#), 204)
            let list = try goods.content(goods.ask(.leader, "GET", "/quotas"))
            let food = list["quotas"]?.elements?.first { $0["category"]?.text == "food" }
            #expect(food?["unit"]?.text == "kilogram")
            let other = try goods.ask(.leader, "POST", "/needs", Self.wanted("1", unit: "can"))
            #expect(try goods.refusal(other) == "422 need-other-unit")
            let plain = try goods.item("豆", unit: "can", scale: 0)
            let named = try goods.ask(
                .leader, "POST", "/needs",
                Self.wanted("1", unit: "can", more: #","item":"\#(plain)""#))
            #expect(try goods.refusal(named) == "422 need-other-unit")
            let bags = try goods.item(
                "袋米", unit: "bag", scale: 0,
                more: #","counts_as":{"unit":"kilogram","quantity":"2.5"}"#)
            let shown = try goods.content(goods.ask(.leader, "GET", "/items/\(bags)"))
            #expect(shown["counts_as"]?["quantity"]?.text == "2.5")
            // Two persons, ten kilograms: four bags, or three and two and a half kilograms.
            let over = try goods.ask(
                .leader, "POST", "/needs",
                Self.wanted("5", unit: "bag", more: #","item":"\#(bags)""#))
            #expect(try goods.refusal(over) == "409 need-over-quota")
            #expect(over.text.contains("4"))
            _ = try Self.need(goods, Self.wanted("3", unit: "bag", more: #","item":"\#(bags)""#))
            #expect(
                try goods.refusal(goods.ask(.leader, "POST", "/needs", Self.wanted("2.501")))
                    == "409 need-over-quota")
            _ = try Self.need(goods, Self.wanted("2.5"))
            for wrong in [
                #"{"unit":"bag","quantity":"1"}"#, #"{"unit":"kilogram","quantity":"1000.001"}"#,
                #"{"unit":"kilogram","quantity":"0"}"#, #"{"unit":"stone","quantity":"1"}"#,
            ] {
                let refused = try goods.ask(
                    .officer, "POST", "/items",
                    """
                    {"name_zh":"米","name_en":"Rice","category":"food","unit":"bag","scale":0,
                    "is_perishable":true,"counts_as":\(wrong)}
                    """)
                #expect(try goods.refusal(refused) == "400 invalid", "\(wrong)")
            }
        }
    }

    @Test("offices but two read no need, a reading leaves a line, counts hide what is below five")
    func readers() async throws {
        try await Estate.with { goods async throws in
            let need = try Self.need(goods, Self.wanted())
            let rows = "SELECT count(*) FROM linli.record_read WHERE kind = 'need'"
            for role in [
                "property_manager", "volunteer", "owners_committee", "subdistrict_officer",
                "stair_leader", "duty_guard", "grid_worker",
            ] {
                try Self.give(goods, Estate.volunteer, role)
                for (method, path) in [("GET", "/needs"), ("DELETE", "/needs/\(need)")] {
                    #expect(try goods.ask(.neighbour, method, path).status == 404, "\(role)")
                }
                let counts = try goods.ask(.neighbour, "GET", "/needs/counts")
                let reads = ["owners_committee", "subdistrict_officer"].contains(role)
                #expect(counts.status == (reads ? 200 : 404), "\(role)")
                #expect(!counts.text.contains(#""households""#))
            }
            #expect(try goods.estate.count(SQL(stringLiteral: rows)) == 0)
            let linli = try goods.estate.connect(
                person: Estate.volunteer, account: APIFixture.husband)
            #expect(throws: PostgresError.self) {
                _ = try linli.run(OneCell<UUID>(sql: "SELECT id FROM linli.need"))
            }
            try Self.give(goods, Estate.volunteer, "social_worker")
            for _ in 0..<2 {
                let read = try goods.content(goods.ask(.neighbour, "GET", "/needs?state=confirmed"))
                #expect(read["needs"]?.elements?.first?["heads"]?.integer == 2)
            }
            // One line for each of the household, however often it is read on one day.
            #expect(try goods.estate.count(SQL(stringLiteral: rows)) == 2)
        }
    }

    @Test("counts show from five households on, as they were when the day began")
    func counts() async throws {
        try await Estate.with { goods async throws in
            _ = try Self.need(goods, Self.wanted())
            try goods.api.database.superuser().run(
                """
                WITH h AS (
                    INSERT INTO linli.household (estate_id, id, residence_id, begins)
                    SELECT estate_id, gen_random_uuid(), residence_id, begins
                    FROM linli.household, generate_series(1, 4)
                    WHERE id = '\(Estate.household)' RETURNING id)
                INSERT INTO linli.need (estate_id, id, household_id, category, unit, quantity, until,
                    entered_by, entered_at, state, decided_by, decided_at)
                SELECT n.estate_id, gen_random_uuid(), h.id, 'food', 'kilogram', 1000, n.until,
                    n.entered_by, n.entered_at, 'confirmed', n.decided_by, n.decided_at
                FROM h, linli.need AS n
                """)
            try Self.give(goods, Estate.volunteer, "owners_committee")
            func food() throws -> Int64? {
                try goods.content(goods.ask(.neighbour, "GET", "/needs/counts"))["categories"]?
                    .elements?.first { $0["category"]?.text == "food" }?["households"]?.integer
            }
            #expect(try food() == nil)
            try goods.api.clock.set(APIFixture.start + .seconds(86_400))
            #expect(try food() == 5)
        }
    }
}
