internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("The care list, through the wire") struct CareListTests {
    typealias Estate = CareEstate

    @Test(
        "a social worker with 61 elders reads them by due day in pages, and each reading is logged")
    func sixtyOne() async throws {
        try await Estate.with { care async throws in
            for (index, elder) in Estate.elders.enumerated() {
                let due = "2026-03-0\(2 + index % 7)"
                _ = try care.enter(elder, more: #","because":"独居","due":"\#(due)""#)
            }
            try care.api.clock.set(#require(Instant("2026-03-06T02:00:00Z")))
            var (seen, target): ([JSON], String?) = ([], Estate.list + "?limit=25")
            var pages = 0
            while let next = target {
                let answer = try care.ask(.member, "GET", next)
                seen += try care.content(answer)["entries"]?.elements ?? []
                pages += 1
                target = answer["link"].flatMap { link in
                    link.split(separator: ">").first.map { String($0.dropFirst()) }
                }
            }
            #expect(pages == 3)
            #expect(Set(seen.compactMap { $0["person"]?.text }).count == 61)
            let days = seen.compactMap { $0["due"]?.text }
            #expect(days == days.sorted())
            #expect(seen.first?["is_overdue"] == .bool(true))
            #expect(seen.last?["is_overdue"] == .bool(false))
            let logged = try care.estate.count(
                "SELECT count(DISTINCT about_id) FROM linli.record_read WHERE kind = 'care_list'")
            #expect(logged == 61)
            // At night nobody is told; in the morning each overdue one is a task, once.
            #expect(try care.sweep(at: "2026-03-06T15:00:00Z") == 0)
            #expect(try care.tasks("care-due") == 0)
            let overdue = days.count { $0 < "2026-03-07" }
            #expect(try care.sweep(at: "2026-03-07T00:30:00Z") == Int64(overdue))
            #expect(try care.sweep(at: "2026-03-07T00:40:00Z") == 0)
            #expect(try care.tasks("care-due") == Int64(overdue))
        }
    }

    @Test("the turn goes round those who may come, and a contact sets the next day")
    func turns() async throws {
        try await Estate.with { care async throws in
            let entry = try care.enter(Estate.elders[0])
            #expect(try care.shown(entry, "turn")?.text == "\(Estate.leader)")
            let turns = Estate.base + "/me/care-turns"
            #expect(try care.ask(.leader, "GET", turns).text.contains(entry))
            #expect(try !care.ask(.neighbour, "GET", turns).text.contains(entry))
            #expect(try care.contact(.neighbour, entry, "well").status == 404)
            #expect(try care.contact(.leader, entry, "well").status == 201)
            #expect(try care.shown(entry, "turn")?.text == "\(Estate.worker)")
            #expect(try care.shown(entry, "due")?.text == "2026-03-08")
            #expect(try !care.ask(.leader, "GET", turns).text.contains(entry))
            let one = try care.content(care.ask(.member, "GET", "/\(entry)"))
            #expect(one["because"]?.text == "独居")
            #expect(one["contacts"]?.elements?.first?["note"]?.text == "门口聊了几句")
            #expect(try care.ask(.leader, "GET", "/\(entry)").status == 404)
            #expect(try care.ask(.leader, "GET", "").status == 404)
        }
    }

    @Test(
        "not reached twice is a task at once, being reached ends it; help that is needed is another"
    )
    func notReached() async throws {
        try await Estate.with { care async throws in
            let entry = try care.enter(Estate.elders[0])
            #expect(try care.contact(.leader, entry, "not_reached", kind: "call").status == 201)
            #expect(try care.tasks("care-due") == 0)
            // Two of an office write down the same at once: one of them is told.
            #expect(
                try care.refusal(care.contact(.officer, entry, "not_reached", kind: "call"))
                    == "409 care-contact-there")
            #expect(try care.contact(.officer, entry, "not_reached").status == 201)
            #expect(try care.tasks("care-due") == 1)
            #expect(try care.shown(entry, "misses")?.integer == 2)
            #expect(try care.contact(.leader, entry, "needs_help").status == 201)
            #expect(try care.tasks("care-due") == 0)
            #expect(try care.tasks("care-help") == 1)
        }
    }

    @Test("at night two misses raise nothing until the quiet hours are over")
    func quiet() async throws {
        try await Estate.with { care async throws in
            let entry = try care.enter(Estate.elders[0])
            let hours = Estate.base + "/quiet-hours"
            #expect(try care.ask(.neighbour, "GET", hours).text == #"{"begins":1320,"ends":420}"#)
            #expect(
                try care.refusal(care.ask(.member, "PUT", hours, #"{"begins":1200,"ends":480}"#))
                    == "403 care-for-committee")
            try care.content(
                care.ask(.officer, "PUT", hours, #"{"begins":1200,"ends":480}"#), 204)
            // Half past eight in the evening.
            try care.api.clock.set(#require(Instant("2026-03-01T12:30:00Z")))
            for kind in ["call", "visit"] {
                #expect(try care.contact(.leader, entry, "not_reached", kind: kind).status == 201)
            }
            #expect(try care.tasks("care-due") == 0)
            #expect(try care.sweep(at: "2026-03-01T23:59:00Z") == 0)
            #expect(try care.sweep(at: "2026-03-02T00:00:00Z") == 1)
            #expect(try care.tasks("care-due") == 1)
        }
    }

    @Test("who is blocked by her, or is not verified, does not come; why is not said")
    func blocks() async throws {
        try await Estate.with { care async throws in
            let refused = Estate.wanted(Estate.leader, [Estate.neighbour])
            #expect(try care.refusal(care.ask(.member, "POST", "", refused)) == "422 care-named")
            let verified = """
                INSERT INTO linli.role_term
                    (estate_id, id, person_id, role, begins, ends, because) VALUES
                    ('\(APIFixture.a)', gen_random_uuid(), '\(Estate.neighbour)', 'stair_leader',
                        '2026-01-01Z', '2027-01-01Z', 'elected')
                """
            try care.api.database.superuser().run(verified)
            let entry = try care.enter(Estate.leader, [Estate.neighbour, Estate.worker])
            #expect(try care.shown(entry, "turn")?.text == "\(Estate.neighbour)")
            let block = #"{"person":"\#(Estate.neighbour)"}"#
            let made = try care.ask(.leader, "POST", Estate.base + "/me/blocks", block)
            try #require(made.status == 201 || made.status == 204, "\(made.text)")
            // From that moment on the next one comes, and the blocked one finds nothing.
            #expect(try care.shown(entry, "turn")?.text == "\(Estate.worker)")
            #expect(try care.contact(.neighbour, entry, "well").status == 404)
            let turns = Estate.base + "/me/care-turns"
            #expect(try !care.ask(.neighbour, "GET", turns).text.contains(entry))
            #expect(try care.refusal(care.ask(.member, "POST", "", refused)) == "422 care-named")
        }
    }

    @Test(
        "two of the offices write down the same contact at once: one of it, and the turn moves once"
    )
    func race() async throws {
        try await Estate.with { care async throws in
            let entry = try care.enter(Estate.elders[0])
            let body = #"{"kind":"visit","outcome":"well"}"#
            let keys = (0..<2).map { _ in UUID.random() }
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for (number, reader) in [Estate.Reader.leader, .officer].enumerated() {
                    group.addTask {
                        try care.estate.ask(
                            reader, "POST", Estate.list + "/\(entry)/contacts",
                            key: keys[number], body: body
                        ).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [201, 409])
            #expect(try care.estate.count("SELECT count(*) FROM linli.care_contact") == 1)
        }
    }

    @Test("a delegate reads whether she is on the list, within its scope, and nobody else does")
    func delegate() async throws {
        try await Estate.with { care async throws in
            let elder = Estate.elders[0]
            _ = try care.enter(elder)
            func delegate(_ scope: String) throws {
                try care.api.database.superuser().run(
                    """
                    DELETE FROM linli.delegation;
                    INSERT INTO linli.delegation (estate_id, id, doer_id, beneficiary_id, scope,
                        begins, ends, because)
                    VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(Estate.neighbour)',
                        '\(elder)', '{\(scope)}', '2026-01-01Z', '2027-01-01Z', 'x')
                    """)
            }
            func read(_ reader: Estate.Reader, for other: UUID?) throws -> TestClient.Answer {
                try care.estate.ask(
                    reader, "GET", Estate.base + "/me/care-list",
                    fields: other.map { [("On-Behalf-Of", "\($0)")] } ?? [])
            }
            try delegate("needs")
            #expect(
                try care.refusal(read(.neighbour, for: elder)) == "403 delegation-lacking")
            try delegate("help")
            let seen = try care.content(read(.neighbour, for: elder))
            #expect(seen["entries"]?.elements?.count == 1)
            // Neither its own, nor for whom it does not act.
            let own = try care.content(read(.neighbour, for: nil))
            #expect(own["entries"]?.elements?.isEmpty == true)
            #expect(try read(.leader, for: elder).status == 404)
        }
    }
}
