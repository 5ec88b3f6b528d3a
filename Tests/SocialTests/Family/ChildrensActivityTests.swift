internal import Platform
internal import Support
internal import Testing

@testable internal import Social

@Suite("Activities for children, through the wire") struct ChildrensActivityTests {
    typealias Estate = FamilyEstate

    private static func with(
        _ body: @Sendable (FamilyEstate) async throws -> Void
    ) async throws {
        try await Estate.with(
            { keyring, signals in
                ActivityOperations.all(signals: signals, keyring: keyring)
                    + ParticipationOperations.all(signals: signals, keyring: keyring)
                    + ChildCareOperations.all(keyring: keyring, signals: signals)
                    + ModerationOperations.all(keyring: keyring, signals: signals)
            }, body)
    }

    private static func draft(_ meantFor: String) -> String {
        ParticipationEstate.draft(children: 3)
            .replacing(#""kind":"culture""#, with: #""kind":"culture","meant_for":"\#(meantFor)""#)
    }

    private func add(_ estate: Estate, _ activity: String) throws -> String {
        let helper = #"{"person":"\#(Estate.worker)"}"#
        return try estate.refusal(.neighbour, "POST", activity + "/organisers", helper)
    }

    private func meeting(_ estate: Estate, _ activity: String) throws -> String {
        let one = try estate.json(.neighbour, "GET", activity)
        return "/occurrences/\(one["occurrences"]?.elements?.first?["id"]?.text ?? "")"
    }

    /// Two unrelated grown-ups who are verified in person, the neighbour vetted; the activity, which
    /// nobody has reviewed yet.
    private func publish(_ estate: Estate) throws -> String {
        let drafted = try estate.json(
            .neighbour, "POST", "/activities", Self.draft("children"), is: 201)
        let path = "/activities/\(drafted["activity"]?["id"]?.text ?? "")"
        let publication = path + "/publication?declared=yes"
        #expect(
            try estate.refusal(.neighbour, "POST", path + "/publication")
                == "422 declaration-missing")
        #expect(
            try estate.refusal(.neighbour, "POST", publication) == "409 children-need-adults")
        #expect(try add(estate, path) == "422 not-of-the-audience", "not known in person")
        try estate.prove(Estate.worker, by: Estate.neighbour)
        try estate.json(
            .neighbour, "POST", path + "/organisers", #"{"person":"\#(Estate.worker)"}"#)
        #expect(
            try estate.refusal(.neighbour, "POST", publication) == "409 children-need-adults")
        try estate.prove(Estate.neighbour)
        try estate.json(
            .officer, "POST", "/people/\(Estate.neighbour)/vettings",
            #"{"because":"无犯罪记录证明","ends":"2026-04-03T11:00:00Z"}"#, is: 201)
        let published = try estate.json(.neighbour, "POST", publication)
        #expect(published["activity"]?["visibility"]?.text == "held")
        #expect(try estate.refusal(.neighbour, "POST", publication) == "409 already-published")
        return path
    }

    private func pass(_ estate: Estate, _ activity: String) throws {
        let id = activity.split(separator: "/").last ?? ""
        let decision = #"{"visibility":"visible","because":"fine","reason":"看过了"}"#
        try estate.json(.officer, "POST", "/moderation/\(id)/decisions", decision)
    }

    @Test("two adults, a declaration and a review; then a guardian brings the child, nobody else")
    func published() async throws {
        try await Self.with { estate async throws in
            let child = try estate.enter()
            let activity = try publish(estate)
            #expect(try estate.ask(.mother, "GET", activity).status == 404)
            try pass(estate, activity)
            let target = try meeting(estate, activity) + "/reservations"
            let group = #"{"members":[{"person":"\#(child)"}]}"#
            #expect(
                try estate.refusal(.grandmother, "POST", target, group) == "403 guardian-needed")
            try estate.json(.mother, "POST", target, group, is: 201)
        }
    }

    @Test("an activity for everybody becomes one for children only among adults who are known")
    func edited() async throws {
        try await Self.with { estate async throws in
            let drafted = try estate.json(
                .neighbour, "POST", "/activities", Self.draft("general"), is: 201)
            let path = "/activities/\(drafted["activity"]?["id"]?.text ?? "")"
            try estate.json(.neighbour, "POST", path + "/publication")
            func edit() throws -> TestClient.Answer {
                try estate.api.request(
                    "PUT", Estate.base + path, key: UUID.random(),
                    fields: estate.fields(.neighbour) + [("If-Match", "*")],
                    body: Self.draft("children"))
            }
            let alone = try edit()
            #expect(alone.status == 409 && alone.text.contains("children-need-adults"))
            try estate.json(
                .neighbour, "POST", path + "/organisers", #"{"person":"\#(Estate.worker)"}"#)
            let unknown = try edit()
            #expect(unknown.status == 409 && unknown.text.contains("organiser-unproved"))
        }
    }

    @Test("from 14 to 17 one joins by oneself while a guardian agrees, and no longer")
    func byOneself() async throws {
        try await Self.with { estate async throws in
            let teenager = try estate.enter("大宝", born: "2011-03-01")
            // Her account is the one that the grandmother's sessions belong to.
            try estate.run(
                """
                UPDATE linli.person SET account_id = NULL, claimed_at = NULL WHERE id = '\(Estate.grandmother)';
                UPDATE linli.person SET account_id = '\(APIFixture.resident)',
                    claimed_at = '2026-01-01Z'
                WHERE id = '\(teenager)'
                """)
            let activity = try publish(estate)
            try pass(estate, activity)
            let meeting = try meeting(estate, activity)
            let group = #"{"members":[{"person":"\#(teenager)"}]}"#
            let target = meeting + "/reservations"
            #expect(
                try estate.refusal(.grandmother, "POST", target, group) == "403 guardian-needed")
            let given = try estate.agree(.mother, teenager, "join_activities")
            _ = try estate.agree(.mother, teenager, "sign_in")
            try estate.json(.grandmother, "POST", target, group, is: 201)
            let listed = try estate.ask(.neighbour, "GET", meeting + "/participants").text
            #expect(listed.contains(teenager))
            try estate.json(.mother, "POST", "/consents/\(given["id"]?.text ?? "")/withdrawal")
            let after = try estate.ask(.neighbour, "GET", meeting + "/participants").text
            #expect(!after.contains(teenager))
            #expect(try estate.told(Estate.mother).contains("child.placeKept"))
        }
    }
}
