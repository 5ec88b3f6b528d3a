internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

/// One account in two estates, and a role above both of them.
@Suite("One account in several estates, through the wire") struct AccountInboxTests {
    typealias Estate = AnnouncementEstate

    private static let inbox = "/api/v1/me/inbox"
    private static let termEnds = Instant("2026-03-10T00:00:00Z") ?? .epoch
    private static func path(_ estate: UUID, _ rest: String) -> String {
        "/api/v1/estates/\(estate)/\(rest)"
    }

    /// Both estates below one committee area of one subdistrict; the officer's term is at `node`.
    private static func below(_ node: UInt64, role: String) -> String {
        let id = APIFixture.id
        return """
            INSERT INTO linli.node (id, parent_id, kind, code, name_zh, name_en) VALUES
                ('\(id(0xC3))', '\(id(0xC2))', 'subdistrict', 's', '街道', 'Subdistrict'),
                ('\(id(0xC4))', '\(id(0xC3))', 'committee_area', 'q', '居委', 'Area');
            UPDATE linli.estate SET node_id = '\(id(0xC4))';
            UPDATE linli.account_role_term
            SET node_id = '\(id(node))', role = '\(role)',
                ends = linli.instant_of(\(termEnds.microseconds))
            WHERE account_id = '\(APIFixture.officer)';
            """
    }

    private func page(
        _ estate: Estate, _ target: String = inbox, as reader: Estate.Reader = .officer
    ) throws -> (json: JSON, next: String?) {
        let answer = try estate.ask(reader, "GET", target)
        try #require(answer.status == 200, "\(answer.text)")
        let next = answer["link"].flatMap {
            $0.split(separator: ">").first.map { String($0.dropFirst()) }
        }
        return (try JSON(parsing: answer.body), next)
    }

    private func unread(_ json: JSON) -> [Int64?] {
        (json["estates"]?.elements ?? []).map { $0["unread"]?.integer } + [json["unread"]?.integer]
    }

    @Test("an office above two estates has one inbox, in order, counted and paged")
    func oneInbox() async throws {
        let prepare = Self.below(0xC4, role: "residents_committee")
        try await Estate.with(prepare: prepare) { estate async throws in
            // It has entered neither: the inbox enters both.
            let first = try page(estate).json
            #expect(unread(first) == [0, 0, 0])
            #expect(
                first["estates"]?.elements?.map { $0["name_zh"]?.text } == ["甲小区", "乙小区"])
            var published: [(estate: UUID, path: String)] = []
            for (index, home) in [
                APIFixture.a, APIFixture.b, APIFixture.a, APIFixture.b, APIFixture.b,
            ]
            .enumerated() {
                try estate.api.clock.advance(by: .seconds(1))
                let answer = try estate.ask(
                    .officer, "POST", Self.path(home, "announcements"), key: UUID.random(),
                    body: Estate.draft(to: #"{"kind":"estate"}"#, isPinned: index == 1))
                #expect(answer.status == 201, "\(answer.text)")
                published.append((home, answer["location"] ?? ""))
            }
            var expected = published
            expected.append(expected.remove(at: 1))
            expected.reverse()
            var found: [String] = []
            var target: String? = Self.inbox + "?limit=2"
            while let next = target, found.count < 10 {
                let page = try page(estate, next)
                #expect(unread(page.json) == [2, 3, 5])
                for item in page.json["announcements"]?.elements ?? [] {
                    let home = item["estate"]?.text ?? ""
                    found.append("/api/v1/estates/\(home)/announcements/\(item["id"]?.text ?? "")")
                }
                target = page.next
            }
            #expect(found == expected.map(\.path))
            let read = try estate.ask(.officer, "PUT", expected[0].path + "/receipt", key: "r")
            #expect(read.status == 204)
            #expect(unread(try page(estate).json) == [2, 2, 4])
            // The inbox of one estate says the same of it.
            let one = try page(estate, Self.path(APIFixture.b, "inbox")).json
            #expect(one["announcements"]?.elements?.count == 2)
        }
    }

    @Test("nobody's inbox shows what its persons may not see, nor another's; no session has none")
    func visibility() async throws {
        try await Estate.with { estate async throws in
            _ = try estate.publish(.leader, to: Estate.place(Estate.stair))
            _ = try estate.publish(.officer, to: Estate.place(Estate.otherStair))
            for (reader, counts) in [
                (Estate.Reader.leader, [1, 1]), (.member, [1, 1]), (.neighbour, [1, 1]),
                (.stranger, [0, 0]), (.officer, [2, 2]),
            ] as [(Estate.Reader, [Int64])] {
                #expect(unread(try page(estate, as: reader).json) == counts, "\(reader)")
            }
            let leader = try page(estate, as: .leader).json["announcements"]?.elements?.first
            #expect(
                leader?["audience"]?.elements?.first?["place"]?.text == Estate.stair.description)
            #expect(try estate.ask(.visitor, "GET", Self.inbox).status == 401)
            let unknown = SessionToken.random().text
            let nobody = try estate.ask(
                .visitor, "GET", Self.inbox, fields: [("Authorization", "Bearer \(unknown)")])
            #expect(nobody.status == 401)
            let other = try estate.ask(.officer, "GET", Estate.path + "?limit=1")["link"] ?? ""
            let cursor = other.split(separator: "cursor=").last?.prefix { $0 != "&" } ?? ""
            #expect(!cursor.isEmpty)
            let foreign = try estate.ask(.officer, "GET", Self.inbox + "?cursor=\(cursor)")
            #expect(foreign.status == 400)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test(
        "a role above estates enters each below it, and is void at the end of its term",
        arguments: [(0xC3, "subdistrict_officer"), (0xC4, "residents_committee")])
    func offices(_ node: UInt64, _ role: String) async throws {
        try await Estate.with(prepare: Self.below(node, role: role)) { estate async throws in
            let homes = [APIFixture.a, APIFixture.b]
            let persons: SQL = """
                SELECT count(*) FROM linli.person
                WHERE account_id = \(APIFixture.officer) AND origin = 'office'
                """
            #expect(try estate.count(persons) == 0)
            func statuses(_ reader: Estate.Reader) throws -> [Int] {
                try homes.map { try estate.ask(reader, "GET", Self.path($0, "inbox")).status }
            }
            #expect(try statuses(.officer) == [200, 200])
            #expect(try estate.count(persons) == 2)
            // Who holds no such role has one estate, or the other.
            #expect(try statuses(.leader) == [200, 404])
            #expect(try statuses(.stranger) == [404, 200])
            let me = try JSON(parsing: estate.ask(.officer, "GET", "/api/v1/me").body)
            #expect(me["estates"]?.elements?.count == 2)
            #expect(me["offices"]?.elements?.map { $0["role"]?.text } == [role])

            try estate.api.clock.set(Self.termEnds - .microseconds(1))
            #expect(try statuses(.officer) == [200, 200])
            try estate.api.clock.set(Self.termEnds)
            #expect(try statuses(.officer) == [404, 404])
            #expect(try page(estate).json["estates"]?.elements?.isEmpty == true)
            let after = try JSON(parsing: estate.ask(.officer, "GET", "/api/v1/me").body)
            #expect(after["estates"]?.elements?.isEmpty == true)
            #expect(after["offices"]?.elements?.isEmpty == true)
            let draft = Estate.draft(to: #"{"kind":"estate"}"#)
            for home in homes {
                let refused = try estate.ask(
                    .officer, "POST", Self.path(home, "announcements"), key: UUID.random(),
                    body: draft)
                #expect(refused.status == 404)
            }
        }
    }
}
