internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Children at activities, through the wire") struct ChildActivityTests {
    typealias Estate = FamilyEstate

    private static func with(
        _ body: @Sendable (FamilyEstate) async throws -> Void
    ) async throws {
        try await Estate.with(
            { keyring, signals in
                ActivityOperations.all(signals: signals, keyring: keyring)
                    + ParticipationOperations.all(signals: signals, keyring: keyring)
                    + ChildCareOperations.all(keyring: keyring, signals: signals)
            }, body)
    }

    /// The neighbour's activity; the paths of it and of its meeting.
    private func publish(_ estate: Estate) throws -> (activity: String, meeting: String) {
        let drafted = try estate.json(
            .neighbour, "POST", "/activities", ParticipationEstate.draft(children: 3), is: 201)
        let path = "/activities/\(drafted["activity"]?["id"]?.text ?? "")"
        try estate.json(.neighbour, "POST", path + "/publication")
        let one = try estate.json(.neighbour, "GET", path)
        let meeting = one["occurrences"]?.elements?.first?["id"]?.text ?? ""
        return (path, "/occurrences/\(meeting)")
    }

    /// Two unrelated grown-ups look after it, the neighbour vetted.
    private func lookAfter(_ estate: Estate, _ activity: String) throws -> String {
        try estate.prove(Estate.neighbour)
        let vetted = try estate.json(
            .officer, "POST", "/people/\(Estate.neighbour)/vettings",
            #"{"because":"无犯罪记录证明","ends":"2026-03-03T11:00:00Z"}"#, is: 201)
        try estate.json(
            .neighbour, "POST", activity + "/organisers", #"{"person":"\#(Estate.worker)"}"#)
        return vetted["id"]?.text ?? ""
    }

    private func group(_ child: String) -> String { #"{"members":[{"person":"\#(child)"}]}"# }

    private func participants(_ estate: Estate, _ meeting: String) throws -> String {
        try estate.ask(.neighbour, "GET", meeting + "/participants").text
    }

    @Test("children come alone only where two unrelated adults are, one vetted, and enough of them")
    func adults() async throws {
        try await Self.with { estate async throws in
            let child = try estate.enter()
            let (activity, meeting) = try publish(estate)
            let target = meeting + "/reservations"
            let hers = try estate.refusal(.grandmother, "POST", target, group(child))
            #expect(hers == "403 guardian-needed")
            let alone = try estate.refusal(.mother, "POST", target, group(child))
            #expect(alone == "409 two-adults-needed")
            let early = try estate.refusal(
                .officer, "POST", "/people/\(Estate.neighbour)/vettings", #"{"because":"好人"}"#)
            #expect(early == "422 vetting-needs-proof")
            let vetting = try lookAfter(estate, activity)
            // Kin are not unrelated.
            try estate.run(
                """
                INSERT INTO linli.tie
                    (estate_id, id, kind, claimer_id, other_id, claimed_at, confirmed_at)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0xB1))', 'kin', '\(Estate.neighbour)',
                    '\(Estate.worker)', '2026-01-01Z', '2026-01-01Z')
                """)
            let kin = try estate.refusal(.mother, "POST", target, group(child))
            #expect(kin == "409 two-adults-needed")
            try estate.run("DELETE FROM linli.tie")
            // One adult looks after one child: two come, a third does not.
            try estate.json(
                .officer, "PUT", "/child-ratio", #"{"children_per_adult":1}"#, is: 204)
            #expect(
                try estate.ask(.mother, "PUT", "/child-ratio", #"{"children_per_adult":9}"#).status
                    == 404)
            try estate.json(.mother, "POST", target, group(child), is: 201)
            let second = try estate.enter("二宝")
            try estate.json(.mother, "POST", target, group(second), is: 201)
            let third = try estate.enter("三宝")
            let many = try estate.refusal(.mother, "POST", target, group(third))
            #expect(many == "409 more-adults-needed")
            try estate.json(
                .officer, "PUT", "/child-ratio", #"{"children_per_adult":2}"#, is: 204)
            // The vetting ends, or is taken back: nobody else comes, and nobody comes in.
            try estate.json(.officer, "DELETE", "/vettings/\(vetting)", is: 204)
            let late = try estate.refusal(.mother, "POST", target, group(third))
            #expect(late == "409 two-adults-needed")
        }
    }

    @Test("a child in two homes with a withdrawn right: gone from every list, kept for the other")
    func withdrawn() async throws {
        try await Self.with { estate async throws in
            let child = try estate.enter()
            try estate.recordFather(of: child)
            let (activity, meeting) = try publish(estate)
            _ = try lookAfter(estate, activity)
            let target = meeting + "/reservations"
            try estate.json(.mother, "POST", target, group(child), is: 201)
            let seen = try estate.ask(.father, "GET", "/children/\(child)/bookings").text
            #expect(seen.contains(#""is_mine":false"#) && !seen.contains("\(Estate.mother)"))
            #expect(try participants(estate, meeting).contains(child))
            // In the middle of it her right goes.
            try estate.json(
                .worker, "POST", "/guardianships",
                """
                {"child":"\(child)","guardian":"\(Estate.mother)","evidence":"法院裁定",
                "rights":["photographs"]}
                """, is: 201)
            #expect(try !participants(estate, meeting).contains(child))
            let none = try estate.json(.father, "GET", "/children/\(child)/bookings")
            #expect(none["bookings"]?.elements?.isEmpty == true)
            #expect(try estate.told(Estate.father).last == "child.placeKept")
            let hers = try estate.refusal(.mother, "POST", target, group(child))
            #expect(hers == "403 guardian-needed")
            let kept = try estate.json(.father, "GET", "/reservations?state=live")
            let held = try #require(kept["reservations"]?.elements?.first)
            #expect(held["state"]?.text == "held")
            #expect(held["until"]?.text == "2026-03-02T00:00:00Z")
            let path = "/reservations/\(held["id"]?.text ?? "")"
            #expect(try estate.ask(.mother, "POST", path + "/acceptance").status == 404)
            try estate.set("2026-03-02T00:00:00Z", plus: -1)
            try estate.json(.father, "POST", path + "/acceptance")
            #expect(try participants(estate, meeting).contains(child))
            let his = try estate.json(.father, "GET", "/children/\(child)/bookings")
            #expect(his["bookings"]?.elements?.first?["is_mine"]?.bool == true)
            // He takes it back; there is nobody whom it could be kept for.
            let booking = "/children/\(child)/bookings/\(held["id"]?.text ?? "")/withdrawal"
            #expect(try estate.ask(.mother, "POST", booking).status == 404)
            try estate.json(.father, "POST", booking, is: 204)
            #expect(try !participants(estate, meeting).contains(child))
            #expect(
                try estate.texts(
                    "SELECT array_to_string(held, ',') FROM linli.capacity") == ["0,0"])
        }
    }

    @Test("a kept place lapses after a day, and goes on to whoever comes")
    func lapsed() async throws {
        try await Self.with { estate async throws in
            let child = try estate.enter()
            try estate.recordFather(of: child)
            let (activity, meeting) = try publish(estate)
            _ = try lookAfter(estate, activity)
            let made = try estate.json(
                .mother, "POST", meeting + "/reservations", group(child), is: 201)
            let booking = "/children/\(child)/bookings/\(made["id"]?.text ?? "")/withdrawal"
            try estate.json(.mother, "POST", booking, is: 204)
            #expect(
                try estate.texts("SELECT array_to_string(held, ',') FROM linli.capacity")
                    == ["0,1"])
            let kept = try estate.json(.father, "GET", "/reservations?state=live")
            let path = "/reservations/\(kept["reservations"]?.elements?.first?["id"]?.text ?? "")"
            try estate.set("2026-03-02T00:00:00Z")
            #expect(try estate.refusal(.father, "POST", path + "/acceptance") == "409 offer-over")
            try estate.json(
                .mother, "POST", meeting + "/reservations", group(child), is: 201)
        }
    }

    @Test("a kept place taken in its last microsecond, beside a new joining, brings the child once")
    func keptRace() async throws {
        try await Self.with { estate async throws in
            let child = try estate.enter()
            try estate.recordFather(of: child)
            let (activity, meeting) = try publish(estate)
            _ = try lookAfter(estate, activity)
            let target = meeting + "/reservations"
            let made = try estate.json(.mother, "POST", target, group(child), is: 201)
            try estate.json(
                .mother, "POST",
                "/children/\(child)/bookings/\(made["id"]?.text ?? "")/withdrawal", is: 204)
            let kept = try estate.json(.father, "GET", "/reservations?state=live")
            let path = "/reservations/\(kept["reservations"]?.elements?.first?["id"]?.text ?? "")"
            try estate.set("2026-03-02T00:00:00Z", plus: -1)
            let statuses = try await together([.mother, .father]) { guardian in
                try guardian == .father
                    ? estate.ask(.father, "POST", path + "/acceptance").status
                    : estate.ask(.mother, "POST", target, group(child)).status
            }
            #expect(statuses.filter { $0 < 300 }.count == 1, "\(statuses)")
            #expect(
                try estate.texts(
                    """
                    SELECT count(*)::text FROM linli.reservation_member
                    WHERE person_id::text = \(child) AND is_live
                    """) == ["1"])
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    /// What each of these does at once.
    private func together<Answer: Sendable>(
        _ readers: [Estate.Reader], _ act: @escaping @Sendable (Estate.Reader) throws -> Answer
    ) async throws -> [Answer] {
        try await withThrowingTaskGroup(of: Answer.self) { group in
            for reader in readers { group.addTask { try act(reader) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test("a child leaves with who shows its code; a withdrawn name fetches nobody")
    func release() async throws {
        try await Self.with { estate async throws in
            let child = try estate.enter()
            try estate.recordFather(of: child)
            let (activity, meeting) = try publish(estate)
            _ = try lookAfter(estate, activity)
            let made = try estate.json(
                .mother, "POST", meeting + "/reservations", group(child), is: 201)
            let id = made["id"]?.text ?? ""
            let codes = "/children/\(child)/bookings/\(id)/release-codes"
            let early = try estate.refusal(.father, "POST", codes, "{}")
            #expect(early == "409 not-attendance-time")
            try estate.set("2026-03-03T10:50:00Z")
            func roll(_ step: String) -> String {
                #"{"reservation":"\#(id)","person":"\#(child)","step":"\#(step)"}"#
            }
            try estate.json(.neighbour, "POST", meeting + "/attendance", roll("in"))
            let out = try estate.refusal(
                .neighbour, "POST", meeting + "/attendance", roll("out"))
            #expect(out == "409 release-by-code")
            // The grandmother, once both have named her.
            let about = #","about":"\#(Estate.grandmother)""#
            try estate.agree(.mother, child, "pick_up", about)
            #expect(try estate.ask(.grandmother, "POST", codes, "{}").status == 404)
            let his = try estate.agree(.father, child, "pick_up", about)
            let shown = try estate.json(.grandmother, "POST", codes, "{}", is: 201)
            func show(_ code: String?) throws -> String {
                try estate.refusal(
                    .neighbour, "POST", meeting + "/releases", #"{"code":"\#(code ?? "")"}"#)
            }
            try estate.json(
                .father, "POST", "/consents/\(his["id"]?.text ?? "")/withdrawal")
            #expect(try show(shown["code"]?.text) == "403 not-a-fetcher")
            // Nobody is there: the organiser sees whom the desk calls, and no number.
            let calls = meeting + "/children/\(child)/calls"
            #expect(try estate.ask(.mother, "POST", calls).status == 404)
            let called = try estate.json(.neighbour, "POST", calls)
            #expect(called["guardians"]?.elements?.count == 2)
            #expect(try estate.told(Estate.father).contains("child.waits"))
            let fathers = try estate.json(.father, "POST", codes, "{}", is: 201)
            let others = try estate.refusal(
                .mother, "POST", meeting + "/releases",
                #"{"code":"\#(fathers["code"]?.text ?? "")"}"#)
            #expect(others == "403 organisers-only")
            for _ in 0..<2 { #expect(try show("00000000") == "422 attendance-code-unknown") }
            // Two organisers type it at once: one hands the child over.
            let shows = try await together([.neighbour, .worker]) { organiser in
                try estate.ask(
                    organiser, "POST", meeting + "/releases",
                    #"{"code":"\#(fathers["code"]?.text ?? "")"}"#
                ).text
            }
            #expect(shows.filter { $0.contains(#""child":"\#(child)""#) }.count == 1)
            #expect(shows.filter { $0.contains("attendance-code-used") }.count == 1)
            #expect(try show(fathers["code"]?.text).hasSuffix("attendance-code-used"))
            #expect(try estate.told(Estate.mother).contains("child.released"))
            for _ in 0..<7 { _ = try show("00000000") }
            #expect(try show("00000001").hasPrefix("429"))
        }
    }
}

@Suite("Minors and their sessions, through the wire") struct MinorSignInTests {
    typealias Estate = FamilyEstate

    /// Signs in by a phone that leads to one account; status and code of the answer.
    private func signIn(_ estate: Estate, _ phone: String, at hour: Int) async throws -> String {
        try estate.set("2026-03-01T0\(hour):00:00Z")
        let sent = estate.api.post.count
        let asked = try estate.api.request(
            "POST", "/api/v1/sign-in/codes", body: #"{"phone":"\#(phone)"}"#)
        let request = try JSON(parsing: asked.body)["request"]?.text ?? ""
        for _ in 0..<2000 where estate.api.post.count <= sent {
            await estate.api.server.shard.sleep(for: .milliseconds(1))
        }
        let code = try #require(estate.api.post.lastCode)
        let answer = try estate.api.request(
            "POST", "/api/v1/sign-in/sessions",
            body: #"{"request":"\#(request)","code":"\#(code)"}"#)
        return try "\(answer.status) \(JSON(parsing: answer.body)["code"]?.text ?? "-")"
    }

    @Test(
        "nobody under 14 signs in; from 14 to 17 a guardian's consent lets in, and its end puts out"
    )
    func ages() async throws {
        try await Estate.with { estate async throws in
            let child = Estate.grandmother
            func turns(_ fourteen: String, _ eighteen: String) throws {
                try estate.run(
                    """
                    INSERT INTO linli.age (estate_id, person_id, entered_at, turns_14, turns_18)
                    VALUES ('\(APIFixture.a)', '\(child)', '2026-01-01Z', '\(fourteen)',
                        '\(eighteen)')
                    ON CONFLICT (estate_id, person_id) DO UPDATE
                        SET turns_14 = excluded.turns_14, turns_18 = excluded.turns_18
                    """)
            }
            // Her account, with the age of a child.
            try turns("2026-03-02", "2030-03-02")
            let phone = APIFixture.residentPhone
            #expect(try await signIn(estate, phone, at: 1) == "403 minor-signs-in")
            try turns("2026-03-01", "2030-03-01")
            #expect(try await signIn(estate, phone, at: 2) == "403 minor-signs-in")
            try estate.run(
                """
                INSERT INTO linli.guardianship (estate_id, id, guardian_id, child_id, rights, how,
                    evidence, recorded_by, begins)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0xB5))', '\(Estate.mother)', '\(child)',
                    linli.guardian_rights(), 'office', '户口本', '\(Estate.worker)', '2026-01-01Z')
                """)
            let given = try estate.agree(.mother, child.description, "sign_in")
            #expect(try await signIn(estate, phone, at: 3) == "201 -")
            #expect(try estate.ask(.grandmother, "GET", "/notices").status == 200)
            try estate.json(
                .mother, "POST", "/consents/\(given["id"]?.text ?? "")/withdrawal")
            #expect(try estate.ask(.grandmother, "GET", "/notices").status == 401)
            #expect(try await signIn(estate, phone, at: 4) == "403 minor-signs-in")
        }
    }
}
