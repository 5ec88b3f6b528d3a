internal import Foundation
internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Members of help groups: merged, copied, erased, and what they say, through the wire")
struct HelpGroupDataTests {
    typealias Estate = HelpGroupEstate

    private static let double = APIFixture.id(0xDD)

    private static func with(_ body: @Sendable (Estate) async throws -> Void) async throws {
        let operations: (Keyring, EventSignals) -> [Social.Operation] = { keyring, signals in
            HelpGroupOperations.all(keyring: keyring, signals: signals)
                + ConversationOperations.all(keyring: keyring, signals: signals, relay: nil)
                + MergeOperations.all(keyring: keyring, signals: signals)
                + RightsOperations.all(keyring: keyring, signals: signals)
        }
        let rows = """
            INSERT INTO linli.person (estate_id, id, display_name, created_at)
            VALUES ('\(APIFixture.a)', '\(double)', '张三', '2026-01-01Z');
            """
        try await FamilyEstate.with(operations, prepare: rows) { estate in
            try estate.prove(FamilyEstate.neighbour)
            try estate.prove(FamilyEstate.father)
            try estate.run(
                "UPDATE linli.person SET claimed_at = created_at WHERE account_id IS NOT NULL")
            try await body(Estate(estate: estate))
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    /// The double is a member too, entered before it was known to be one; with a seat at a shift.
    private static func enter(_ help: Estate, _ group: String, seat shift: String) throws {
        try help.estate.run(
            """
            INSERT INTO linli.help_group_member (estate_id, id, group_id, person_id, is_steward,
                monthly_max, since)
            VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(group)', '\(double)', false, 4,
                '2026-02-01Z');
            INSERT INTO linli.help_seat (estate_id, id, shift_id, group_id, person_id, begins, ends,
                place_id, origin, state, made_at)
            SELECT '\(APIFixture.a)', gen_random_uuid(), s.id, s.group_id, '\(double)', s.begins,
                s.ends, '\(Estate.room)', 'volunteer', 'confirmed', '2026-02-01Z'
            FROM linli.help_shift AS s
            WHERE s.id = '\(shift)'
            """)
    }

    private static func merge(_ help: Estate) throws -> String {
        try help.said(
            .officer, "POST", "/merges",
            #"{"keep":"\#(FamilyEstate.neighbour)","drop":"\#(double)","because":"同一人"}"#)
    }

    @Test(
        "two entries of one member made one: one membership, the seats are its own",
        arguments: [
            false, true,
        ])
    func merged(isMember: Bool) async throws {
        try await Self.with { help in
            let group = try help.laid(isMember ? [.mother, .neighbour] : [.mother], seats: 2)
            let shift = try #require(help.shifts(.mother, group).first?["id"]?.text)
            try Self.enter(help, group, seat: shift)
            #expect(try Self.merge(help).hasPrefix("20"))
            #expect(try help.group(.neighbour, group)["side"]?.text == "member")
            let seat = try help.shifts(.neighbour, group).first
            #expect(seat?["id"]?.text == shift)
            #expect(seat?["state"]?.text == "confirmed")
            #expect(
                try help.count(
                    """
                    SELECT count(*) FROM linli.help_group_member
                    WHERE person_id = \(FamilyEstate.neighbour) AND ended_at IS NULL
                    """) == 1)
            #expect(
                try help.count(
                    "SELECT count(*) FROM linli.help_seat WHERE person_id = \(Self.double)") == 0)
        }
    }

    @Test("the copy of one's own data has one's groups and shifts, and no other member")
    func copied() async throws {
        try await Self.with { help async throws in
            let group = try help.laid([.mother, .neighbour], seats: 2)
            let shift = try #require(help.shifts(.mother, group).first?["id"]?.text)
            for reader in [Estate.Reader.mother, .neighbour] {
                _ = try help.made(reader, "/help-shifts/\(shift)/seats")
            }
            let path = try await help.estate.export(.neighbour)
            let files = try help.estate.files(.neighbour, path)
            let names = files.keys.joined(separator: "\n")
            for table in ["help_group_member.person_id", "help_seat.person_id"] {
                #expect(names.contains(table), "\(table) is missing")
            }
            let all = files.values.joined(separator: "\n")
            #expect(all.contains(group))
            #expect(!all.contains("\(FamilyEstate.mother)"))
            #expect(!all.contains("\(FamilyEstate.father)"))
        }
    }

    @Test("who is erased is in no group: seats ahead go back, notes are gone, talks are closed")
    func erased() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "linli-erased-\(Platform.UUID.random() as String)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let list = ErasureList(folder: folder.path, key: Keyring.random().signingKey)
        try await Self.with { help in try await Self.erased(help, list) }
    }

    private static func erased(_ help: Estate, _ list: ErasureList) async throws {
        let group = try help.laid([.mother, .neighbour], seats: 2)
        let shifts = try help.shifts(.mother, group).compactMap { $0["id"]?.text }
        let seats = try [0, 3].map { number in
            try #require(
                help.made(.neighbour, "/help-shifts/\(shifts[number])/seats")["id"]?.text)
        }
        let asked = help.api.clock.now()
        try help.estate.json(.neighbour, "POST", "/me/erasure", #"{"understood":true}"#, is: 201)
        let begins = try #require(Instant("2026-03-03T01:00:00Z"))
        try help.api.clock.set(begins)
        #expect(try help.said(.neighbour, "POST", "/help-seats/\(seats[0])/check-in") == "204")
        #expect(
            try help.said(
                .neighbour, "PUT", "/help-seats/\(seats[0])/note", #"{"note":"金丝雀"}"#) == "204")
        try help.api.clock.set(asked + .seconds(7 * 86_400))
        try await help.api.server.shard.erase(list, at: help.api.clock.now())
        let gone = FamilyEstate.neighbour
        #expect(
            try help.estate.texts("SELECT state FROM linli.person WHERE id = \(gone)")
                == ["erased"])
        try help.sweep()
        #expect(
            try help.count(
                """
                SELECT count(*) FROM linli.help_group_member
                WHERE person_id = \(gone) AND ended_at IS NULL
                """) == 0)
        #expect(
            try help.count(
                """
                SELECT count(*) FROM linli.help_seat
                WHERE person_id = \(gone) AND (note_sealed IS NOT NULL OR begins > \(begins)
                    AND state <> 'released')
                """) == 0)
        let last = try help.shifts(.mother, group).first { $0["id"]?.text == shifts[3] }
        #expect(last?["taken"]?.integer == 0)
        let members = try help.list(.mother, "/help-groups/\(group)/members", "members")
        #expect(
            !members.contains { $0["person"]?.text == "\(gone)" || $0["id"]?.text == "\(gone)" })
        #expect(
            try help.count(
                """
                SELECT count(*) FROM linli.conversation
                WHERE kind = 'group' AND asker_id = \(gone) AND closed_at IS NULL
                """) == 0)
    }

    @Test(
        "a group's conversation has the group's name, for both sides, and who comes again has one again"
    )
    func titled() async throws {
        try await Self.with { help async throws in
            let group = try help.laid([.mother])
            for reader in [Estate.Reader.mother, .father] {
                let talks = try help.list(reader, "/conversations", "conversations")
                #expect(talks.map { $0["about"]?.text } == [group], "\(reader)")
                #expect(talks.first?["title_zh"]?.text == "早餐互助")
            }
            // Who leaves and comes again has an open one again, with the same name.
            let own = "/help-groups/\(group)/members/\(FamilyEstate.mother)"
            #expect(try help.said(.mother, "DELETE", own) == "204")
            #expect(
                try help.list(.mother, "/conversations", "conversations").first?["is_open"]?.bool
                    == false)
            #expect(try help.join(.mother, group) == "joined")
            let again = try help.list(.mother, "/conversations", "conversations").first
            #expect(again?["is_open"]?.bool == true)
            #expect(again?["title_zh"]?.text == "早餐互助")
        }
    }
}
