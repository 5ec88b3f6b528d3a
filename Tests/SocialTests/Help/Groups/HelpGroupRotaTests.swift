internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("The rota of a help group, through the wire") struct HelpGroupRotaTests {
    typealias Estate = HelpGroupEstate

    /// The first Tuesday at nine.
    private static let first = Instant("2026-03-03T01:00:00Z") ?? .epoch

    @Test("four weeks are laid; asked, agreed, come, left; the note is for the next and 30 days")
    func whole() async throws { try await Estate.with { try await Self.whole($0) } }

    private static func whole(_ help: Estate) async throws {
        let group = try help.found()
        #expect(try help.join(.mother, group) == "joined")
        #expect(try help.join(.neighbour, group) == "joined")
        try help.rota(group)
        try help.offer(.mother)
        try await help.round()
        let shifts = try help.shifts(.mother, group)
        #expect(shifts.count == 4)
        #expect(shifts.first?["begins"]?.text.flatMap { Instant($0) } == first)
        #expect(shifts.allSatisfy { $0["state"]?.text == "proposed" })
        #expect(shifts[0]["reasons"]?.elements?.count == 2)
        #expect(try help.shifts(.neighbour, group).allSatisfy { $0["state"] == nil })
        #expect(try help.told(FamilyEstate.mother, "helpShift.proposed") == 4)
        // A second round asks for nothing again.
        try await help.round(servers: 2)
        #expect(try help.count("SELECT count(*) FROM linli.help_seat") == 4)
        let (seat, next) = (shifts[0]["seat"]?.text ?? "", shifts[1]["seat"]?.text ?? "")
        let path = "/help-seats/\(seat)"
        #expect(try help.said(.neighbour, "POST", path + "/acceptance") == "404 not-found")
        #expect(try help.said(.mother, "POST", path + "/acceptance") == "204")
        #expect(try help.said(.mother, "POST", path + "/acceptance") == "409 help-shift-over")
        #expect(try help.said(.mother, "POST", "/help-seats/\(next)/refusal") == "204")
        #expect(
            try help.said(
                .neighbour, "POST", "/help-shifts/\(shifts[1]["id"]?.text ?? "")/seats") == "201")
        #expect(try help.said(.mother, "POST", path + "/check-in") == "409 help-shift-early")
        try help.api.clock.set(first - .seconds(1800))
        #expect(try help.said(.mother, "POST", path + "/check-in") == "204")
        let note = #"{"note":"钥匙在门卫处"}"#
        #expect(
            try help.said(.mother, "PUT", path + "/note", #"{"note":"存折在抽屉"}"#)
                == "422 help-names-secret")
        #expect(try help.said(.mother, "PUT", path + "/note", note) == "204")
        try help.api.clock.set(first + .seconds(3600))
        #expect(try help.said(.mother, "POST", path + "/check-out") == "204")
        #expect(try help.said(.mother, "POST", path + "/check-out") == "409 help-shift-over")
        let reading = "/help-shifts/\(shifts[1]["id"]?.text ?? "")"
        func handover(_ reader: Estate.Reader, at path: String) throws -> [String?] {
            try help.list(reader, path, "handover").map { $0["note"]?.text }
        }
        #expect(try handover(.neighbour, at: reading) == ["钥匙在门卫处"])
        #expect(try handover(.father, at: reading) == ["钥匙在门卫处"])
        // Who does not come to the next reads its own alone.
        let third = "/help-shifts/\(shifts[2]["id"]?.text ?? "")"
        #expect(try handover(.neighbour, at: third) == [])
        try help.api.clock.set(first + .seconds(3600 + 30 * 86_400))
        #expect(try handover(.father, at: reading) == [])
    }

    @Test(
        "a no asks the next; where nobody comes the stewards hear of it a day before, once"
    )
    func next() async throws { try await Estate.with { try await Self.next($0) } }

    private static func next(_ help: Estate) async throws {
        let group = try help.found(.father)
        for reader in [Estate.Reader.mother, .neighbour] {
            #expect(try help.join(reader, group) == "joined")
            try help.offer(reader)
        }
        try help.rota(group)
        try await help.round()
        func asked(_ reader: Estate.Reader) throws -> String? {
            let shift = try help.shifts(reader, group)[0]
            return shift["state"]?.text == "proposed" ? shift["seat"]?.text : nil
        }
        let one: Estate.Reader = try asked(.mother) == nil ? .neighbour : .mother
        let other: Estate.Reader = one == .mother ? .neighbour : .mother
        let firstSeat = try asked(one)
        let seat = try #require(firstSeat)
        #expect(try asked(other) == nil)
        #expect(try help.said(one, "POST", "/help-seats/\(seat)/refusal") == "204")
        try await help.round()
        #expect(try asked(one) == nil)
        let otherSeat = try asked(other)
        let second = try #require(otherSeat)
        // The instant at which it lapses is that of the shift.
        try help.api.clock.set(first - .seconds(86_400) - .milliseconds(2))
        try help.sweep()
        #expect(try help.told(FamilyEstate.father, "helpShift.free") == 0)
        try help.sweep()
        try help.sweep()
        #expect(try help.told(FamilyEstate.father, "helpShift.free") == 1)
        try help.api.clock.set(first)
        #expect(
            try help.said(other, "POST", "/help-seats/\(second)/acceptance")
                == "409 help-shift-over")
    }

    @Test("given back, it is asked of another; a steward hears of it again when it is soon")
    func released() async throws { try await Estate.with { try await Self.released($0) } }

    private static func released(_ help: Estate) async throws {
        let group = try help.laid([.mother, .neighbour])
        try help.offer(.neighbour)
        let shift = try #require(help.shifts(.mother, group).first?["id"]?.text)
        let seat = try #require(help.made(.mother, "/help-shifts/\(shift)/seats")["id"]?.text)
        #expect(
            try help.said(.mother, "POST", "/help-shifts/\(shift)/seats")
                == "409 help-shift-there")
        #expect(
            try help.said(.neighbour, "POST", "/help-shifts/\(shift)/seats")
                == "409 help-shift-unfit")
        try help.api.clock.set(first - .seconds(3 * 3600))
        try help.sweep()
        #expect(try help.told(FamilyEstate.father, "helpShift.free") == 0)
        #expect(try help.said(.mother, "POST", "/help-seats/\(seat)/release") == "204")
        try await help.round()
        #expect(try help.told(FamilyEstate.father, "helpShift.free") == 1)
        #expect(try help.shifts(.neighbour, group).first?["state"]?.text == "proposed")
    }

    @Test("two take the last seat, two take over what is offered: one each time")
    func races() async throws { try await Estate.with { try await Self.races($0) } }

    private static func races(_ help: Estate) async throws {
        let readers: [Estate.Reader] = [.mother, .neighbour, .grandmother, .worker]
        let group = try help.found()
        for reader in readers { #expect(try help.join(reader, group, most: 31) == "joined") }
        for weekday in 2...5 { try help.rota(group, weekday: weekday) }
        try help.sweep()
        for shift in try help.shifts(.father, group).compactMap({ $0["id"]?.text }) {
            let answers = try await help.atOnce(readers, "POST", "/help-shifts/\(shift)/seats")
            #expect(answers == [201, 409, 409, 409])
            let holder = try #require(
                readers.first { reader in
                    try help.shifts(reader, group).first { $0["id"]?.text == shift }?["seat"]
                        != nil
                })
            let seat = try #require(
                help.shifts(holder, group).first { $0["id"]?.text == shift }?["seat"]?.text)
            let others = readers.filter { $0 != holder }
            #expect(
                try help.said(others[0], "POST", "/help-seats/\(seat)/takeover")
                    == "409 help-shift-unfit")
            #expect(
                try help.said(
                    holder, "PUT", "/help-seats/\(seat)/swap", #"{"is_offered":true}"#) == "204")
            #expect(
                try await help.atOnce(others, "POST", "/help-seats/\(seat)/takeover")
                    == [201, 409, 409])
            #expect(
                try help.count(
                    """
                    SELECT count(*) FROM linli.help_seat AS t
                    JOIN linli.help_shift AS s ON s.id = t.shift_id
                    WHERE s.id::text = \(shift) AND t.state = 'confirmed'
                    """) == 1)
        }
        #expect(
            try help.count("SELECT count(*) FROM linli.notice WHERE kind = 'helpShift.swapped'")
                == 16)
    }

    @Test("a shift is a promise: not two at a time, nor beside a visit, by whoever is quicker")
    func promised() async throws { try await Estate.with { try await Self.promised($0) } }

    private static func promised(_ help: Estate) async throws {
        let group = try help.laid([.mother])
        let other = try help.found(.neighbour)
        #expect(try help.join(.mother, other) == "joined")
        try help.rota(other, by: .neighbour, at: 570)
        try help.sweep()
        let (one, two) = (try help.shifts(.mother, group), try help.shifts(.mother, other))
        for number in 0..<4 {
            let paths = [one[number], two[number]].map {
                "/help-shifts/\($0["id"]?.text ?? "")/seats"
            }
            try help.tick()
            let estate = help.estate
            let answers = try await withThrowingTaskGroup(of: Int.self) { tasks in
                for path in paths {
                    tasks.addTask { Int(try estate.ask(.mother, "POST", path).status) }
                }
                return try await tasks.reduce(into: [Int]()) { $0.append($1) }.sorted()
            }
            #expect(answers == [201, 409])
        }
        #expect(
            try help.count(
                "SELECT count(*) FROM linli.help_seat WHERE state = 'confirmed'") == 4)
    }

    @Test("nobody comes: the member and its steward are told once; then it was missed, no more")
    func late() async throws { try await Estate.with { try Self.late($0) } }

    private static func late(_ help: Estate) throws {
        let group = try help.laid([.mother])
        let shift = try #require(help.shifts(.mother, group).first?["id"]?.text)
        _ = try help.made(.mother, "/help-shifts/\(shift)/seats")
        try help.api.clock.set(first + .seconds(15 * 60) - .milliseconds(2))
        try help.sweep()
        #expect(try help.told(FamilyEstate.mother, "helpShift.late") == 0)
        try help.sweep()
        try help.sweep()
        for person in [FamilyEstate.mother, FamilyEstate.father] {
            #expect(try help.told(person, "helpShift.late") == 1)
        }
        try help.api.clock.set(first + .seconds(75 * 60))
        try help.sweep()
        #expect(try help.shifts(.mother, group).first?["state"]?.text == "missed")
    }

    @Test(
        "a home: agreed to by who is helped; the shift is a visit, and the visit's end the shift's")
    func visited() async throws { try await Estate.with { try await Self.visited($0) } }

    private static func visited(_ help: Estate) async throws {
        let group = try help.found()
        #expect(try help.join(.neighbour, group) == "joined")
        try help.offer(.neighbour)
        let body = """
            {"kind":"company","weekday":2,"begins_minute":540,"minutes":60,"seats":1,
            "person":"\(FamilyEstate.grandmother)"}
            """
        let path = "/help-groups/\(group)/rotas"
        #expect(try help.said(.father, "POST", path, body) == "422 help-rota-person")
        try help.tie(FamilyEstate.father, FamilyEstate.grandmother)
        let rota = try #require(help.made(.father, path, body)["id"]?.text)
        #expect(try help.told(FamilyEstate.grandmother, "helpRota.asked") == 1)
        try await help.round()
        #expect(try help.shifts(.neighbour, group).isEmpty)
        let agreement = "/help-rotas/\(rota)/agreement"
        #expect(
            try help.said(.neighbour, "PUT", agreement, #"{"agrees":true}"#) == "404 not-found")
        // Her daughter lives with her.
        #expect(try help.list(.mother, "/me/help-rotas", "rotas").count == 1)
        #expect(try help.said(.grandmother, "PUT", agreement, #"{"agrees":true}"#) == "204")
        try await help.round()
        let shift = try #require(help.shifts(.neighbour, group).first)
        #expect(shift["place_zh"]?.text == "1幢" && shift["is_visit"]?.bool == true)
        let seat = shift["seat"]?.text ?? ""
        #expect(try help.said(.neighbour, "POST", "/help-seats/\(seat)/acceptance") == "204")
        let visits = try help.list(.neighbour, "/me/visits", "visits")
        #expect(visits.count == 1)
        #expect(visits.first?["address_zh"]?.text?.contains("101室") == true)
        let visit = visits.first?["id"]?.text ?? ""
        try help.api.clock.set(first)
        #expect(
            try help.said(.neighbour, "POST", "/help-seats/\(seat)/check-in")
                == "409 help-shift-is-visit")
        #expect(try help.said(.neighbour, "POST", "/visits/\(visit)/check-in") == "204")
        #expect(try help.shifts(.neighbour, group).first?["state"]?.text == "under_way")
        let next = try #require(help.shifts(.neighbour, group).dropFirst().first?["seat"]?.text)
        #expect(try help.said(.neighbour, "POST", "/help-seats/\(next)/acceptance") == "204")
        let second = try #require(
            help.list(.neighbour, "/me/visits", "visits").first { $0["id"]?.text != visit })
        #expect(
            try help.said(
                .grandmother, "POST", "/visits/\(second["id"]?.text ?? "")/cancellation",
                #"{"because":"ill"}"#) == "204")
        #expect(try help.shifts(.neighbour, group).dropFirst().first?["state"]?.text == "released")
        #expect(try help.said(.grandmother, "PUT", agreement, #"{"agrees":false}"#) == "204")
        #expect(try help.told(FamilyEstate.father, "helpRota.refused") == 1)
        #expect(try help.list(.neighbour, path, "rotas").isEmpty)
    }

    @Test("two who are kept apart are never on one shift; the words are those of a full one")
    func apart() async throws { try await Estate.with { try await Self.apart($0) } }

    private static func apart(_ help: Estate) async throws {
        let group = try help.laid([.mother, .neighbour], seats: 2)
        try help.block(FamilyEstate.mother, FamilyEstate.neighbour)
        let shift = try #require(help.shifts(.mother, group).first?["id"]?.text)
        _ = try help.made(.mother, "/help-shifts/\(shift)/seats")
        #expect(
            try help.said(.neighbour, "POST", "/help-shifts/\(shift)/seats")
                == "409 help-shift-unfit")
        let seen = try help.shifts(.neighbour, group).first
        #expect(seen?["taken"]?.integer == 1 && seen?["people"]?.elements?.isEmpty == true)
        try help.offer(.neighbour)
        try await help.round()
        #expect(try help.shifts(.neighbour, group).first?["state"] == nil)
        #expect(try help.shifts(.neighbour, group)[1]["state"]?.text == "proposed")
    }

    @Test("no more than one offers in a month, and rest between")
    func months() async throws { try await Estate.with { try await Self.months($0) } }

    private static func months(_ help: Estate) async throws {
        let group = try help.found()
        #expect(try help.join(.mother, group, most: 2) == "joined")
        for weekday in 2...6 { try help.rota(group, weekday: weekday) }
        try help.offer(.mother, Estate.anyTime, #","rest_days":3"#)
        for _ in 0..<4 { try await help.round() }
        // March has two, and rest keeps them apart; nothing of April is within four weeks.
        let asked = try help.shifts(.mother, group).filter { $0["seat"] != nil }
        #expect(asked.count == 2)
        let days = asked.compactMap { $0["begins"]?.text.flatMap { Instant($0) } }
        #expect(days[1] - days[0] > .seconds(3 * 86_400))
        let free = try help.shifts(.mother, group).first { $0["seat"] == nil }
        #expect(
            try help.said(.mother, "POST", "/help-shifts/\(free?["id"]?.text ?? "")/seats")
                == "409 help-shift-unfit")
    }

    @Test(
        "what is no shift is refused",
        arguments: [
            #"{"kind":"company","weekday":8,"begins_minute":0,"minutes":60,"seats":1}"#,
            #"{"kind":"company","weekday":1,"begins_minute":1430,"minutes":60,"seats":1}"#,
            #"{"kind":"meal","weekday":1,"begins_minute":0,"minutes":60,"seats":1}"#,
            #"{"kind":"company","weekday":1,"begins_minute":0,"minutes":60,"seats":1}"#,
            #"{"kind":"company","weekday":1,"begins_minute":0,"minutes":60,"seats":0}"#,
        ])
    func garbage(_ body: String) async throws {
        try await Estate.with { help async throws in
            let group = try help.found()
            #expect(
                try help.said(.father, "POST", "/help-groups/\(group)/rotas", body)
                    .hasPrefix("4"))
            #expect(try help.count("SELECT count(*) FROM linli.help_rota") == 0)
        }
    }
}
