internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("A block after two have promised one shift, through the wire")
struct HelpGroupApartTests {
    typealias Estate = HelpGroupEstate

    /// A group of three in which the mother and the neighbour come to the first shift; its id, the shift's.
    private static func promised(_ help: Estate) throws -> (group: String, shift: String) {
        let group = try help.laid([.mother, .neighbour, .grandmother], seats: 2)
        let shift = try #require(help.shifts(.mother, group).first?["id"]?.text)
        for reader in [Estate.Reader.mother, .neighbour] {
            _ = try help.made(reader, "/help-shifts/\(shift)/seats")
        }
        return (group, shift)
    }

    private static func block(_ help: Estate, _ reader: Estate.Reader, _ other: UUID) throws {
        _ = try help.made(reader, "/me/blocks", #"{"person":"\#(other)"}"#)
    }

    @Test(
        "who blocks gives its seat back and hears of it; the rota asks another, never the two again"
    )
    func parts() async throws { try await Estate.with { try await Self.parts($0) } }

    private static func parts(_ help: Estate) async throws {
        let (group, shift) = try promised(help)
        let others = try help.shifts(.mother, group).dropFirst().compactMap { $0["id"]?.text }
        let alone = try #require(others.first)
        _ = try help.made(.mother, "/help-shifts/\(alone)/seats")
        try block(help, .mother, FamilyEstate.neighbour)
        func states(_ person: UUID) throws -> [String] {
            try help.estate.texts(
                "SELECT state FROM linli.help_seat WHERE person_id = \(person) ORDER BY begins")
        }
        // Where the other does not come, nothing changes.
        #expect(try states(FamilyEstate.mother) == ["released", "confirmed"])
        #expect(try states(FamilyEstate.neighbour) == ["confirmed"])
        #expect(try help.told(FamilyEstate.mother, "helpShift.freed") == 1)
        #expect(
            try help.estate.told(FamilyEstate.neighbour).filter { $0.hasPrefix("helpShift") } == [])
        try help.offer(.grandmother)
        try await help.round()
        let asked = try help.shifts(.grandmother, group).first { $0["id"]?.text == shift }
        #expect(asked?["state"]?.text == "proposed")
        #expect(
            try help.said(.mother, "POST", "/help-shifts/\(shift)/seats")
                == "409 help-shift-unfit")
    }

    @Test("what the other and the stewards read does not differ from a seat given back")
    func silent() async throws {
        let blocked = try await Self.trace { help, shift in
            try Self.block(help, .mother, FamilyEstate.neighbour)
        }
        let given = try await Self.trace { help, shift in
            let own = try #require(
                help.shifts(.mother, Self.group(help)).first { $0["id"]?.text == shift }?["seat"]?
                    .text)
            #expect(try help.said(.mother, "POST", "/help-seats/\(own)/release") == "204")
        }
        #expect(blocked == given)
        #expect(!blocked.isEmpty)
    }

    private static func group(_ help: Estate) throws -> String {
        try #require(help.estate.texts("SELECT id::text FROM linli.help_group").first)
    }

    /// What the neighbour and the steward read of the shift after an act, and the events that open to them.
    private static func trace(
        _ act: @escaping @Sendable (Estate, String) throws -> Void
    ) async throws -> [String] {
        let traced = Locked<[String]>([])
        try await Estate.with { help in
            let (group, shift) = try Self.promised(help)
            try act(help, shift)
            try help.sweep()
            var lines: [String] = []
            for reader in [Estate.Reader.neighbour, .father] {
                let seen = try help.shifts(reader, group).first { $0["id"]?.text == shift }
                lines.append("\(reader) taken \(seen?["taken"]?.integer ?? -1)")
                lines.append("\(reader) people \(seen?["people"]?.elements?.count ?? -1)")
                lines.append("\(reader) offers \(seen?["offers"]?.elements?.count ?? -1)")
                let notices = try help.estate.told(
                    reader == .father ? FamilyEstate.father : FamilyEstate.neighbour)
                lines += notices.map { "\(reader) told \($0)" }
            }
            for person in [FamilyEstate.neighbour, FamilyEstate.father] {
                lines += try help.estate.texts(
                    """
                    SELECT kind || ' ' || actor_kind || ' ' || coalesce(actor_id::text, '')
                        || ' ' || coalesce(about::text, '')
                    FROM linli.event
                    WHERE \("person:\(person)") = ANY (audience)
                        AND kind NOT LIKE 'block.%'
                    ORDER BY id
                    """)
            }
            let found = lines
            traced.withLock { $0 = found }
        }
        return traced.withLock { $0 }
    }

    @Test("what no block ended at once the job ends: who set it goes, the other stays")
    func swept() async throws { try await Estate.with { try await Self.swept($0) } }

    private static func swept(_ help: Estate) async throws {
        _ = try promised(help)
        try help.sweep()
        func confirmed() throws -> [String] {
            try help.estate.texts(
                "SELECT person_id::text FROM linli.help_seat WHERE state = 'confirmed'")
        }
        #expect(try confirmed().count == 2)
        // As an import writes it, for nobody.
        try help.block(FamilyEstate.neighbour, FamilyEstate.mother)
        #expect(try confirmed().count == 2)
        try help.sweep()
        #expect(try confirmed() == ["\(FamilyEstate.mother)"])
        #expect(try help.sweep() == 0)
    }

    @Test("a seat taken while the block is set: never both", arguments: 0..<4)
    func race(turn: Int) async throws { try await Estate.with { try await Self.race($0, turn) } }

    private static func race(_ help: Estate, _ turn: Int) async throws {
        let group = try help.laid([.mother, .neighbour], seats: 2)
        let shift = try #require(help.shifts(.mother, group).first?["id"]?.text)
        _ = try help.made(.mother, "/help-shifts/\(shift)/seats")
        try help.tick()
        let estate = help.estate
        let take: @Sendable () throws -> Int = {
            Int(try estate.ask(.neighbour, "POST", "/help-shifts/\(shift)/seats").status)
        }
        let block: @Sendable () throws -> Int = {
            Int(
                try estate.ask(
                    .mother, "POST", "/me/blocks", #"{"person":"\#(FamilyEstate.neighbour)"}"#
                ).status)
        }
        let acts = turn % 2 == 0 ? [take, block] : [block, take]
        let answers = try await withThrowingTaskGroup(of: Int.self) { group in
            for act in acts { group.addTask { try act() } }
            return try await group.reduce(into: [Int]()) { $0.append($1) }.sorted()
        }
        #expect(answers == [201, 201] || answers == [201, 409], "\(answers)")
        #expect(
            try help.count(
                """
                SELECT count(*) FROM linli.help_seat
                WHERE shift_id::text = \(shift) AND state = 'confirmed'
                """) == 1)
    }
}
