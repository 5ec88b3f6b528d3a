internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

@Suite("Whether help was safe, and who is promised to whom") struct HelpSafetyTests {
    typealias Estate = HelpVisitEstate

    /// What the helper sees of everything: his visits, each of them, his notices and events.
    private func seen(_ help: Estate, _ visits: [UUID]) throws -> String {
        var seen = try help.ask(.neighbour, "GET", "/me/visits").text
        for visit in visits { seen += try help.ask(.neighbour, "GET", "/visits/\(visit)").text }
        seen += try help.notices(.neighbour).joined(separator: " ")
        let events = try help.estate.api.database.superuser().run(
            OneCell<String>(
                sql: """
                    SELECT kind || payload::text || actor_kind || coalesce(actor_id::text, '')
                    FROM linli.event WHERE \("person:\(Estate.helper)") = ANY (audience)
                        OR \(Estate.helper) = ANY (about)
                    ORDER BY 1
                    """))
        return seen + events.joined(separator: "\n")
    }

    /// A visit that is over and one to come, between which something happens.
    private func story(
        _ act: @escaping @Sendable (Estate, UUID, UUID) throws -> Void
    ) async throws -> String {
        let box = Box()
        try await Estate.with { help async throws in
            let visit = try help.done()
            let next = try help.planned(after: 1440, of: 2)
            // No two notices are of one instant.
            try help.at(minutes: 61)
            try act(help, visit, next)
            box.set(try self.seen(help, [visit, next]))
        }
        return box.text
    }

    private final class Box: Sendable {
        private let held = Locked("")
        func set(_ text: String) { held.withLock { $0 = text } }
        var text: String { held.withLock { $0 } }
    }

    @Test("what the other sees of a 'no' is what he sees when the office cancels, to the letter")
    func equal() async throws {
        let no = try await story { help, visit, _ throws in
            #expect(
                try help.said(
                    .member, "POST", "/visits/\(visit)/safety",
                    #"{"is_safe":false,"note":"他推了人"}"#) == "204")
            #expect(try help.tasks("help-safety") == 1)
        }
        let office = try await story { help, _, next throws in
            #expect(
                try help.said(
                    .officer, "POST", "/visits/\(next)/cancellation", #"{"because":"other"}"#)
                    == "204")
        }
        #expect(no == office)
    }

    @Test("'yes' leaves nothing; 'no' stands until it is lifted, and only the desk reads it")
    func stands() async throws {
        try await Estate.with { help async throws in
            let visit = try help.done()
            let path = "/visits/\(visit)/safety"
            #expect(try help.said(.stranger, "POST", path, #"{"is_safe":true}"#) == "404 not-found")
            #expect(try help.said(.leader, "POST", path, #"{"is_safe":true}"#) == "204")
            #expect(try help.tasks("help-safety") == 0)
            #expect(try help.said(.leader, "POST", path, #"{"is_safe":false}"#) == "204")
            // Said twice it is one.
            #expect(try help.said(.member, "POST", path, #"{"is_safe":false}"#) == "204")
            #expect(try help.tasks("help-safety") == 1)
            #expect(try help.plan(after: 1440, of: 2).verdict == "apart")
            for reader in [Estate.Reader.neighbour, .leader] {
                let list = try help.content(reader, "/help/safety-reports")
                #expect(list["reports"]?.elements?.count == 0)
            }
            let list = try help.content(.officer, "/help/safety-reports")["reports"]?.elements ?? []
            let report = try #require(list.first?["id"]?.text)
            #expect(list.count == 1)
            let decision = "/help/safety-reports/\(report)/decision"
            #expect(
                try help.said(.neighbour, "PUT", decision, #"{"decision":"lifted"}"#)
                    == "404 not-found")
            #expect(
                try help.said(.officer, "PUT", decision, #"{"decision":"stands"}"#) == "204")
            #expect(try help.plan(after: 1440, of: 2).verdict == "apart")
            #expect(
                try help.said(.officer, "PUT", decision, #"{"decision":"lifted"}"#) == "204")
            #expect(try help.plan(after: 1440, of: 2).verdict == "planned")
        }
    }

    @Test("the helper says it of the other side, too")
    func byHelper() async throws {
        try await Estate.with { help async throws in
            let visit = try help.done()
            #expect(
                try help.said(.neighbour, "POST", "/visits/\(visit)/safety", #"{"is_safe":false}"#)
                    == "204")
            #expect(try help.plan(after: 1440, of: 2).verdict == "apart")
        }
    }

    @Test(
        "a block in the middle: who comes is turned away, and what is planned ends without a name")
    func blocked() async throws {
        try await Estate.with { help async throws in
            let visit = try help.planned()
            _ = try help.planner().run(
                OneCell<Int32>(
                    sql: """
                        WITH b AS (INSERT INTO linli.block
                            (estate_id, id, blocker_id, other_id, was_shown, begins)
                            VALUES (\(APIFixture.a), \(APIFixture.id(0x99)), \(Estate.helped),
                                \(Estate.helper), true, linli.instant()) RETURNING 1)
                        SELECT count(*)::integer FROM b
                        """))
            try help.at(minutes: 0)
            #expect(
                try help.said(.neighbour, "POST", "/visits/\(visit)/check-in") == "409 visit-barred"
            )
            #expect(try help.sweep() == 1)
            #expect(try help.state(visit) == "cancelled")
            #expect(try help.plan(after: 1440, of: 2).verdict == "apart")
        }
    }

    @Test("past, far-off and childcare without every guardian are refused")
    func refused() async throws {
        try await Estate.with { help async throws in
            #expect(try help.plan(after: -181).verdict == "past")
            #expect(try help.plan(after: 600_000).verdict == "past")
            #expect(try help.plan("childcare").verdict == "child")
        }
    }

    @Test("ten promise one helper at one time: one is kept")
    func race() async throws {
        try await Estate.with { help async throws in
            let verdicts = try await concurrently(10, on: help.api.server.shard) { index, _ in
                try await Task.detached {
                    try help.plan(
                        after: index, of: UInt64(index + 1),
                        for: index % 2 == 0 ? Estate.helped : Estate.member
                    ).verdict
                }.value
            }
            #expect(verdicts.filter { $0 == "planned" }.count == 1)
            #expect(verdicts.filter { $0 == "busy" }.count == 9)
        }
    }

    @Test("two check-outs at once: one counts")
    func twoCheckOuts() async throws {
        try await Estate.with { help async throws in
            let visit = try help.planned()
            try help.at(minutes: 0)
            #expect(try help.said(.neighbour, "POST", "/visits/\(visit)/check-in") == "204")
            let answers = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try help.said(.neighbour, "POST", "/visits/\(visit)/check-out")
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.filter { $0 == "204" }.count == 1)
            #expect(answers.filter { $0 == "409 visit-state-other" }.count == 3)
            #expect(try help.events("helpVisit.checkedOut") == 1)
        }
    }
}
