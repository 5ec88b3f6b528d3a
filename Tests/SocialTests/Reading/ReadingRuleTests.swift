internal import Foundation
internal import Platform
internal import Support
internal import Testing

@testable internal import Social

/// A rule of who reads what.
struct ReadingRule: Hashable, CustomStringConvertible {
    var role: String
    var kind: String
    var purpose: String
    var needsSecond: Bool

    var description: String { "\(role) \(kind) \(purpose)\(needsSecond ? " (second)" : "")" }

    /// The table of docs/people/reading.md, as a person wrote it down.
    static func written() throws -> [ReadingRule] {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let text = try String(contentsOfFile: "/\(root)/docs/people/reading.md", encoding: .utf8)
        return text.split(separator: "\n").flatMap { line -> [ReadingRule] in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 6, cells[1] != "kind", !cells[1].hasPrefix("-") else { return [] }
            return cells[3].components(separatedBy: ", ").map { role in
                ReadingRule(
                    role: role.trimmingCharacters(in: ["*"]), kind: cells[1], purpose: cells[2],
                    needsSecond: role.hasSuffix("*"))
            }
        }
    }
}

@Suite("Who reads what, through the wire") struct ReadingRuleTests {
    private static let operations = ReadingOperations.all(signals: EventSignals())

    @Test("the rules that everybody may read are those that a person wrote down")
    func rules() async throws {
        let written = try ReadingRule.written()
        #expect(written.count > 40)
        try await APIFixture.with(Self.operations) { api in
            let answer = try api.request("GET", "/api/v1/access-rules")
            #expect(answer.status == 200)
            let json = try JSON(parsing: answer.body)
            let served = (json["rules"]?.elements ?? []).map { rule in
                ReadingRule(
                    role: rule["role"]?.text ?? "", kind: rule["kind"]?.text ?? "",
                    purpose: rule["purpose"]?.text ?? "",
                    needsSecond: rule["needs_second"]?.bool ?? false)
            }
            #expect(Set(served) == Set(written))
            #expect(served.count == written.count)
            for rule in json["rules"]?.elements ?? [] {
                for name in ["role", "kind", "purpose"] {
                    #expect(rule[name + "_zh"]?.text != rule[name]?.text, "\(rule) has no words")
                }
            }
        }
    }

    /// What a person of the fixture reads of all that is written down, in a session or without one.
    private func read(
        _ api: APIFixture, at: Instant, proof: String, rules: [ReadingRule]
    ) throws -> Set<String> {
        var asked = Set(rules.map { [$0.kind, $0.purpose] })
        for kind in ["help", "health", "trust", "contact", "birth"] {
            asked.formUnion(["care", "duty", "support", "alarm"].map { [kind, $0] })
        }
        let server = try BlockingConnection(api.database.connection(as: "linli"))
        var found: Set<String> = []
        for pair in asked {
            let (kind, purpose) = (pair[0], pair[1])
            let settings: [(String, String)] = [
                ("instant", "\(at.microseconds)"), ("principal", "person"),
                ("estate", "\(APIFixture.a)"), ("person", "\(APIFixture.id(0xF3))"),
                ("account", "\(APIFixture.wife)"), ("session", "\(APIFixture.id(0x66))"),
                ("proof", proof),
            ]
            for (name, value) in settings { try server.run("SET linli.\(name) = '\(value)'") }
            let may = try server.run(
                OneCell<Bool>(sql: "SELECT linli.may_read(\(kind), \(purpose))"))
            if may == [true] { found.insert("\(kind) \(purpose)") }
        }
        return found
    }

    @Test("each role reads what its rows say, in its term and a proved session, and nothing else")
    func roles() async throws {
        let rules = try ReadingRule.written()
        let roles = [
            "resident", "owner", "tenant", "carer", "volunteer", "organiser", "grid_worker",
            "installer", "partner_organisation",
        ]
        try await APIFixture.with(Self.operations) { api in
            let ends = Instant("2026-06-01T00:00:00Z") ?? .epoch
            let server = try api.database.superuser()
            for role in roles + Array(Set(rules.map(\.role))) {
                try server.run(
                    """
                    DELETE FROM linli.role_term WHERE person_id = '\(APIFixture.id(0xF3))';
                    INSERT INTO linli.role_term
                        (estate_id, id, person_id, role, begins, ends, because)
                    VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x85))', '\(APIFixture.id(0xF3))',
                        '\(role)', '2026-01-01Z', '\(ends)', 'appointed')
                    """)
                let own = Set(
                    rules.filter { $0.role == role && !$0.needsSecond }
                        .map { "\($0.kind) \($0.purpose)" })
                func read(_ at: Instant, _ proof: String) throws -> Set<String> {
                    try self.read(api, at: at, proof: proof, rules: rules)
                }
                #expect(try read(ends - .microseconds(1), "office") == own, "\(role)")
                #expect(try read(ends, "office") == [], "\(role) after its term")
                for proof in ["", "session"] {
                    #expect(
                        try read(ends - .microseconds(1), proof) == [],
                        "\(role) with its office asleep")
                }
            }
        }
    }

    @Test("an operator of the software reads nothing that is said in the estate")
    func operatorOfTheSoftware() async throws {
        let more = AnnouncementOperations.all(signals: EventSignals())
        try await APIFixture.with(Self.operations + more) { api in
            try api.database.superuser().run(
                """
                INSERT INTO linli.account_role_term
                    (account_id, id, role, node_id, display_name, begins, ends, because)
                VALUES ('\(APIFixture.stranger)', '\(APIFixture.id(0x95))', 'software_operator',
                    '\(APIFixture.id(0xC1))', '运维', '2026-01-01Z', '2027-01-01Z', 'appointed')
                """)
            let path = "/api/v1/estates/\(APIFixture.a)/announcements"
            let published = try api.request(
                "POST", path, as: APIFixture.officer, key: "one",
                body: #"""
                    {"audience":[{"kind":"estate"}],"title_zh":"停水","body_zh":"明天。",
                    "ends":"2026-04-01T00:00:00Z"}
                    """#)
            #expect(published.status == 201, "\(published.text)")
            let list = try api.request("GET", path, as: APIFixture.stranger)
            #expect(list.status == 200, "it enters the estate")
            #expect(!list.text.contains("停水"))
            let one = try #require(published["location"])
            #expect(try api.request("GET", one, as: APIFixture.stranger).status == 404)
            #expect(try api.request("GET", one, as: APIFixture.officer).status == 200)
        }
    }
}
