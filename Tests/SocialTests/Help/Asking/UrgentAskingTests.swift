internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Help at once, through the wire") struct UrgentAskingTests {
    typealias Estate = AskingEstate

    /// The body of an asking that begins in so many minutes, for an hour.
    private static func now(_ help: Estate, in minutes: Int64, _ more: String = "") -> String {
        let begins = help.api.clock.now() + .seconds(minutes * 60)
        return """
            {"kind":"company","begins":"\(begins)","ends":"\(begins + .seconds(3600))",
            "minutes":60\(more)}
            """
    }

    private static let urgent = #","urgency":"urgent""#

    private static func instant(_ json: JSON?, _ name: String) throws -> Instant {
        try #require(json?[name]?.text.flatMap { Instant($0) })
    }

    @Test("who is asked at once has ten minutes, and she who pressed it reads when it begins")
    func least() async throws {
        try await Estate.with { help async throws in
            try help.offer(.neighbour)
            let pressed = help.api.clock.now()
            let made = try help.estate.json(
                .grandmother, "POST", "/help-requests", Self.now(help, in: 2, Self.urgent), is: 201)
            let begins = try Self.instant(made, "begins")
            #expect(begins >= pressed + .seconds(600) && begins < pressed + .seconds(661))
            #expect(try Self.instant(made, "ends") == begins + .seconds(3600))
            #expect(made["moved_zh"]?.text?.contains("120") == true)
            #expect(made["moved_en"]?.text?.isEmpty == false)
            let request = try #require(made["id"]?.text)
            let asked = try #require(help.open(.neighbour).first)
            #expect(try Self.instant(asked, "until") >= pressed + .seconds(600))
            #expect(try Self.instant(asked, "begins") == begins)
            // Silence: the next is asked, again with ten minutes, and she sees the new time.
            try help.offer(.father)
            try help.api.clock.set(begins)
            try await help.round()
            let next = try #require(help.open(.father).first)
            #expect(try Self.instant(next, "until") >= help.api.clock.now() + .seconds(590))
            let shown = try help.shown(.grandmother, request)
            #expect(try Self.instant(shown, "begins") == Self.instant(next, "begins"))
            #expect(try help.events("helpRequest.moved") == 1)
            #expect(try help.answer(.father, "acceptance") == "200")
            #expect(try help.state(.grandmother, request) == "agreed")
        }
    }

    @Test("what leaves its ten minutes stays as it was asked; what is not urgent, too")
    func unmoved() async throws {
        try await Estate.with { help async throws in
            for (minutes, more) in [(Int64(11), Self.urgent), (2, "")] {
                let wanted = help.api.clock.now() + .seconds(minutes * 60)
                let made = try help.estate.json(
                    .mother, "POST", "/help-requests", Self.now(help, in: minutes, more), is: 201)
                #expect(
                    try Self.instant(made, "begins").microseconds / 60_000_000
                        == wanted.microseconds / 60_000_000)
                #expect(made["moved_zh"] == nil)
            }
        }
    }
}
