internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Help groups, through the wire: stewards, invitations, codes, ends")
struct HelpGroupStewardTests {
    typealias Estate = HelpGroupEstate

    @Test("the last steward names another first; when it dies the committee names one")
    func last() async throws { try await Estate.with { try Self.last($0) } }

    private static func last(_ help: Estate) throws {
        let group = try help.found()
        let path = "/help-groups/\(group)/members/"
        let (father, mother) = (FamilyEstate.father, FamilyEstate.mother)
        for reader in [Estate.Reader.mother, .neighbour] {
            #expect(try help.join(reader, group) == "joined")
        }
        #expect(
            try help.said(.father, "DELETE", path + "\(father)") == "409 help-group-last-steward")
        let names = #"{"is_steward":true}"#
        #expect(
            try help.said(.mother, "PUT", path + "\(mother)/stewardship", names) == "404 not-found")
        #expect(try help.said(.father, "PUT", path + "\(mother)/stewardship", names) == "204")
        #expect(try help.told(mother, "helpGroup.steward") == 1)
        #expect(
            try help.said(.father, "DELETE", path + "\(mother)") == "409 help-group-steward")
        #expect(try help.said(.father, "DELETE", path + "\(father)") == "204")
        #expect(try help.group(.father, group)["side"]?.text == "nobody")
        try die(help, mother)
        #expect(
            try help.count(
                """
                SELECT count(*) FROM linli.task
                WHERE kind = 'help-group-steward' AND finished_at IS NULL
                """) == 1)
        #expect(
            try help.said(
                .worker, "PUT", path + "\(FamilyEstate.neighbour)/stewardship", names) == "204")
        #expect(
            try help.count(
                """
                SELECT count(*) FROM linli.task
                WHERE kind = 'help-group-steward' AND finished_at IS NULL
                """) == 0)
        #expect(try help.group(.neighbour, group)["side"]?.text == "steward")
        // Alone, the last one closes it.
        #expect(
            try help.said(.neighbour, "DELETE", path + "\(FamilyEstate.neighbour)") == "204")
        #expect(try help.said(.neighbour, "GET", "/help-groups/\(group)") == "404 not-found")
    }

    /// Somebody dies, as an office says.
    private static func die(_ help: Estate, _ person: UUID) throws {
        try help.tick()
        let connection = try help.api.database.superuser()
        for (name, value) in [
            ("instant", "\(help.api.clock.now().microseconds)"), ("principal", "job"),
            ("estate", "\(APIFixture.a)"), ("job", "tests"),
        ] { try connection.run("SELECT set_config('linli.\(name)', '\(value)', false)") }
        try connection.run("UPDATE linli.person SET state = 'dead' WHERE id = '\(person)'")
    }

    @Test("who dies gives its shifts back in that moment")
    func dies() async throws { try await Estate.with { try Self.dies($0) } }

    private static func dies(_ help: Estate) throws {
        let group = try help.laid([.mother, .neighbour])
        let shift = try #require(help.shifts(.mother, group).first?["id"]?.text)
        _ = try help.made(.mother, "/help-shifts/\(shift)/seats")
        #expect(try help.shifts(.neighbour, group).first?["taken"]?.integer == 1)
        try die(help, FamilyEstate.mother)
        let after = try help.shifts(.neighbour, group).first
        #expect(after?["taken"]?.integer == 0 && after?["people"]?.elements?.isEmpty == true)
        #expect(
            try help.list(.neighbour, "/help-groups/\(group)/members", "members").count == 2)
    }

    @Test("a steward invites whom it knows; who is kept apart from a member hears nothing")
    func invited() async throws { try await Estate.with { try Self.invited($0) } }

    private static func invited(_ help: Estate) throws {
        let group = try help.found(.father, "invitation")
        let path = "/help-groups/\(group)/invitations"
        let body = #"{"person":"\#(FamilyEstate.neighbour)"}"#
        #expect(try help.said(.father, "POST", path, body) == "422 help-group-tie")
        #expect(
            try help.said(
                .neighbour, "POST", "/help-groups/\(group)/members", #"{"monthly_max":1}"#)
                == "409 help-group-invited-only")
        try help.tie(FamilyEstate.father, FamilyEstate.neighbour)
        try help.tie(FamilyEstate.father, FamilyEstate.mother)
        let id = try #require(help.made(.father, path, body)["id"]?.text)
        #expect(try help.said(.father, "POST", path, body) == "409 help-group-asked")
        #expect(try help.told(FamilyEstate.neighbour, "helpGroup.invited") == 1)
        let answer = "/help-group-askings/\(id)/answer"
        #expect(try help.said(.mother, "POST", answer, #"{"answer":"yes"}"#) == "404 not-found")
        #expect(
            try help.said(.neighbour, "POST", answer, #"{"answer":"yes","monthly_max":2}"#) == "204"
        )
        #expect(try help.group(.neighbour, group)["monthly_max"]?.integer == 2)
        try help.block(FamilyEstate.mother, FamilyEstate.neighbour)
        let other = try #require(
            help.made(.father, path, #"{"person":"\#(FamilyEstate.mother)"}"#)["id"]?.text)
        #expect(try help.told(FamilyEstate.mother, "helpGroup.invited") == 0)
        #expect(try help.list(.mother, "/me/help-group-askings", "askings").isEmpty)
        #expect(
            try help.said(
                .mother, "POST", "/help-group-askings/\(other)/answer", #"{"answer":"yes"}"#)
                == "404 not-found")
        #expect(
            try help.list(.father, "/help-groups/\(group)/askings", "askings")
                .contains { $0["id"]?.text == other && $0["state"]?.text == "open" })
    }

    @Test("a code lets one person in, until its instant; two at once: one")
    func coded() async throws { try await Estate.with { try await Self.coded($0) } }

    private static func coded(_ help: Estate) async throws {
        let group = try help.found(.father, "invitation")
        let path = "/help-groups/\(group)/codes"
        let until = help.api.clock.now() + .seconds(3600)
        func code(_ end: Instant) throws -> String {
            try #require(help.made(.father, path, #"{"until":"\#(end)"}"#)["code"]?.text)
        }
        #expect(
            try help.said(
                .father, "POST", path, #"{"until":"\#(until + .seconds(31 * 86_400))"}"#)
                == "422 help-group-until")
        #expect(
            try help.said(.mother, "POST", path, #"{"until":"\#(until)"}"#) == "404 not-found")
        let once = try code(until)
        let entering = #"{"code":"\#(once)","monthly_max":2}"#
        #expect(
            try help.said(.mother, "POST", "/help-group-entries", #"{"code":"0000-0000-0000"}"#)
                == "422 help-group-code")
        let answers = try await help.atOnce(
            [.mother, .neighbour, .grandmother], "POST", "/help-group-entries", entering)
        #expect(answers == [201, 422, 422])
        let late = try code(until)
        try help.api.clock.set(until)
        #expect(
            try help.said(.worker, "POST", "/help-group-entries", #"{"code":"\#(late)"}"#)
                == "422 help-group-code")
    }

    @Test("watched words let somebody look; a report and a decision take it out of the list")
    func moderated() async throws { try await Estate.with { try Self.moderated($0) } }

    private static func moderated(_ help: Estate) throws {
        let words = """
            {"name_zh":"理财互助","purpose_zh":"电话 13800138000 联系","kinds":["company"],
            "joining":"open","places":9}
            """
        let group = try #require(help.made(.father, "/help-groups", words)["id"]?.text)
        #expect(
            try help.group(.mother, group)["purpose_zh"]?.text?.contains("13800138000") == false)
        #expect(
            try help.count("SELECT count(*) FROM linli.task WHERE kind = 'post-watch'") == 1)
        #expect(
            try help.said(
                .mother, "POST", "/reports",
                #"{"thing_kind":"help_group","thing":"\#(group)","kind":"scam"}"#) == "204")
        #expect(
            try help.said(
                .worker, "POST", "/moderation/\(group)/decisions",
                #"{"visibility":"hidden","because":"scam","reason":"推销理财"}"#
            ).hasPrefix("20"))
        #expect(try help.said(.mother, "GET", "/help-groups/\(group)") == "404 not-found")
        #expect(try help.list(.mother, "/help-groups", "groups").isEmpty)
        #expect(try help.group(.father, group)["side"]?.text == "steward")
        #expect(
            try help.said(
                .father, "POST", "/help-groups",
                Estate.words(kinds: #""company""#, #","name_en":"Bank card help""#))
                == "422 help-names-secret")
        #expect(
            try help.said(.father, "POST", "/help-groups", Estate.words(kinds: #""childcare""#))
                == "422 help-group-kinds")
    }

    @Test(
        "what is no group is refused, and nothing of it stays",
        arguments: [
            "{}", "[]", HelpGroupEstate.words("secret"), HelpGroupEstate.words(places: 1),
            HelpGroupEstate.words(places: 61), HelpGroupEstate.words(kinds: #""banking""#),
            HelpGroupEstate.words(kinds: ""), HelpGroupEstate.words("open", places: 5, #","x":1"#),
        ])
    func garbage(_ body: String) async throws {
        try await Estate.with { help async throws in
            #expect(try help.said(.father, "POST", "/help-groups", body).hasPrefix("4"))
            #expect(try help.count("SELECT count(*) FROM linli.help_group") == 0)
        }
    }
}
