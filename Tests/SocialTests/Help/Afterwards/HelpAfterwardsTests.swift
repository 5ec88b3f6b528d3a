internal import Matching
internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

@Suite("After help: ratings, disputes, evidence and time credits") struct HelpAfterwardsTests {
    typealias Estate = HelpVisitEstate

    private static let good = #"{"kept_time":3,"careful":3,"friendly":2,"again":true}"#
    private static let bad = #"{"kept_time":1,"careful":1,"friendly":2,"again":false}"#

    private static func shown(_ help: Estate, _ reader: Estate.Reader, _ visit: UUID) throws -> Int
    {
        let shown = try help.content(reader, "/visits/\(visit)/ratings")["ratings"]
        return shown?.elements?.count ?? -1
    }

    @Test("a rating is seen by the other when both are in, not before; once a side")
    func bothIn() async throws {
        try await Estate.with { help async throws in
            let visit = try help.done()
            let path = "/visits/\(visit)/rating"
            #expect(try help.said(.stranger, "POST", path, Self.good) == "404 not-found")
            #expect(try help.said(.leader, "POST", path, Self.bad) == "204")
            #expect(try help.said(.member, "POST", path, Self.good) == "409 visit-state-other")
            #expect(try Self.shown(help, .leader, visit) == 1)
            #expect(try Self.shown(help, .neighbour, visit) == 0)
            #expect(try Self.shown(help, .officer, visit) == 0)
            #expect(try help.notices(.neighbour).contains { $0.hasPrefix("helpRating") } == false)
            #expect(try help.said(.neighbour, "POST", path, Self.good) == "204")
            #expect(try Self.shown(help, .neighbour, visit) == 2)
            #expect(try Self.shown(help, .leader, visit) == 2)
        }
    }

    @Test("after 14 days it is seen without the other's, and counts")
    func alone() async throws {
        try await Estate.with { help async throws in
            let visit = try help.done()
            #expect(try help.said(.leader, "POST", "/visits/\(visit)/rating", Self.good) == "204")
            try help.at(minutes: 60 + 14 * 1440 - 1)
            #expect(try Self.shown(help, .neighbour, visit) == 0)
            #expect(try help.gather() == 0)
            try help.at(minutes: 60 + 14 * 1440)
            #expect(try Self.shown(help, .neighbour, visit) == 1)
            #expect(try help.gather() == 1)
            #expect(try help.gather() == 0)
        }
    }

    @Test("a dispute: one of the office decides, an appeal is for another; words are the raiser's")
    func dispute() async throws {
        try await Estate.with { help async throws in
            let visit = try help.done()
            let path = "/visits/\(visit)/disputes"
            let body = #"{"about":"late","words":"晚了一小时"}"#
            #expect(try help.said(.stranger, "POST", path, body) == "404 not-found")
            let answer = try help.ask(.leader, "POST", path, body)
            try #require(answer.status == 201, "\(answer.text)")
            let id = try #require(try JSON(parsing: answer.body)["id"]?.text)
            #expect(try help.said(.member, "POST", path, body) == "409 visit-state-other")
            #expect(try help.tasks("help-dispute") == 1)
            let one = "/help/disputes/\(id)"
            #expect(try help.content(.leader, one)["words"]?.text == "晚了一小时")
            #expect(try help.content(.neighbour, one)["words"] == nil)
            #expect(try help.content(.officer, one)["side"]?.text == "office")
            #expect(try help.said(.stranger, "GET", one) == "404 not-found")
            // Whoever did not raise it finds it at the visit.
            for (reader, side) in [(Estate.Reader.leader, "raiser"), (.neighbour, "other")] {
                let list = try help.content(reader, path)["disputes"]?.elements ?? []
                #expect(list.map { $0["side"]?.text } == [side])
                #expect(list.first?["id"]?.text == id)
            }
            #expect(try help.said(.stranger, "GET", path) == "404 not-found")
            let decision = #"{"decision":"upheld"}"#
            #expect(try help.said(.leader, "PUT", one + "/decision", decision) == "404 not-found")
            #expect(try help.said(.officer, "PUT", one + "/decision", decision) == "204")
            #expect(
                try help.said(.officer, "PUT", one + "/decision", decision)
                    == "409 visit-state-other")
            #expect(try help.said(.neighbour, "POST", one + "/appeal") == "204")
            #expect(
                try help.said(.officer, "PUT", one + "/decision", decision)
                    == "409 help-dispute-same")
            #expect(try help.tasks("help-dispute-appeal") == 1)
            // It counts for nothing while somebody may still decide otherwise.
            try help.at(minutes: 60 + 20 * 1440)
            #expect(try help.gather() == 0)
        }
    }

    @Test("an upheld dispute counts once nobody can appeal any more")
    func disputeCounts() async throws {
        try await Estate.with { help async throws in
            let visit = try help.done()
            let answer = try help.ask(
                .leader, "POST", "/visits/\(visit)/disputes", #"{"about":"late","words":"晚"}"#)
            let id = try #require(try JSON(parsing: answer.body)["id"]?.text)
            #expect(
                try help.said(
                    .officer, "PUT", "/help/disputes/\(id)/decision", #"{"decision":"upheld"}"#)
                    == "204")
            #expect(try help.gather() == 0)
            try help.at(minutes: 60 + 15 * 1440)
            #expect(try help.gather() == 0)
            try help.at(minutes: 60 + 15 * 1440 + 1)
            #expect(try help.gather() == 1)
            #expect(
                try help.said(.neighbour, "POST", "/help/disputes/\(id)/appeal")
                    == "409 visit-late")
        }
    }

    @Test("the log replayed into an empty store gives the same bits, which are those of Matching")
    func replay() async throws {
        try await Estate.with { help async throws in
            let visit = try help.done()
            try help.confirm(visit)
            #expect(try help.said(.leader, "POST", "/visits/\(visit)/rating", Self.bad) == "204")
            #expect(
                try help.said(.neighbour, "POST", "/visits/\(visit)/rating", Self.good) == "204")
            #expect(try help.gather() == 2)
            try help.api.database.superuser().run(Self.noise)
            let before = try help.sums()
            #expect(before.count == 2)
            #expect(try help.gather("help_evidence_replay()") == 404)
            let after = try help.sums()
            #expect(before != after)
            #expect(try help.gather("help_evidence_replay()") == 404)
            #expect(try help.sums() == after)
            let reference = try Self.reference(help)
            #expect(after == reference)
        }
    }

    /// Entries of three eras, so that sums shift and drop.
    private static let noise = """
        INSERT INTO linli.help_evidence_entry (estate_id, id, rater_id, subject_id, domain, day,
            tenths, cause, cause_id)
        SELECT '\(APIFixture.a)', gen_random_uuid(), '\(Estate.helped)', '\(Estate.helper)',
            'company', (n * 7919) % 20513, CASE WHEN n % 3 = 0 THEN -(n % 10) - 1
                ELSE n % 10 + 1 END, 'visit', gen_random_uuid()
        FROM generate_series(1, 400) AS n
        """

    /// What Matching makes of the same log.
    private static func reference(_ help: Estate) throws -> [String] {
        let entries = try help.api.database.superuser().run(EvidenceLog())
        let table = DecayTable(halfLifeDays: 365)
        var made: [String: Parts] = [:]
        for entry in entries {
            let weight = table.weight(of: entry.day) * Int64(abs(entry.tenths))
            made[entry.pair, default: Parts()].add(
                era: table.era(of: entry.day), day: entry.day, weight, isGood: entry.tenths > 0)
        }
        // The type that the rounds read agrees with the plain sums.
        for (pair, parts) in made {
            var sums = EvidenceSums()
            for entry in entries where entry.pair == pair {
                sums.add(day: entry.day, tenths: entry.tenths, table: table)
            }
            let counts = sums.counts(on: parts.lastDay, table: table)
            #expect(abs(counts.good - parts.reading(table).good) < 1e-9)
            #expect(abs(counts.disputed - parts.reading(table).disputed) < 1e-9)
        }
        return made.map { "\($0.key) \($0.value.text)" }.sorted()
    }

    private struct Parts {
        var lastDay = 0
        private var good: [Int: Int64] = [:]
        private var disputed: [Int: Int64] = [:]

        mutating func add(era: Int, day: Int, _ weight: Int64, isGood: Bool) {
            lastDay = max(lastDay, day)
            if isGood {
                good[era, default: 0] += weight
            } else {
                disputed[era, default: 0] += weight
            }
        }

        private var era: Int { lastDay / 5840 }

        var text: String {
            "\(lastDay) \(era) \(good[era] ?? 0) \(good[era - 1] ?? 0) \(disputed[era] ?? 0) "
                + "\(disputed[era - 1] ?? 0)"
        }

        func reading(_ table: DecayTable) -> (good: Double, disputed: Double) {
            let unit = Double(table.weight(of: lastDay)) * 10
            func value(_ part: [Int: Int64]) -> Double {
                (Double(part[era] ?? 0) + Double(part[era - 1] ?? 0) * 0x1p-16) / unit
            }
            return (value(good), value(disputed))
        }
    }

    @Test("own evidence shows where three could have written it; it can be contested")
    func own() async throws {
        try await Estate.with { help async throws in
            let visit = try help.done()
            try help.confirm(visit)
            let cells = try help.content(.neighbour, "/me/evidence")["cells"]?.elements
            #expect(cells?.count == 0)
            #expect(try help.said(.neighbour, "POST", "/me/evidence/contests") == "204")
            #expect(try help.tasks("evidence-contest") == 1)
        }
    }

    @Test("who is verified in person vouches for five at most, for 180 days, and says it again")
    func vouching() async throws {
        try await Estate.with { help async throws in
            func body(_ person: UUID, _ domain: String) -> String {
                #"{"person":"\#(person)","domain":"\#(domain)"}"#
            }
            let path = "/me/vouches"
            #expect(
                try help.said(.leader, "POST", path, body(Estate.helper, "errands"))
                    == "409 vouch-unproved")
            try help.api.database.superuser().run(
                """
                INSERT INTO linli.proof (estate_id, id, person_id, level, how, proved_at,
                    by_person_id, because)
                VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(Estate.helped)', 'in_person',
                    'desk', '2026-01-01Z', '\(Estate.member)', '身份证')
                """)
            for domain in ["errands", "company", "teaching", "goods", "driving"] {
                #expect(
                    try help.said(.leader, "POST", path, body(Estate.helper, domain)) == "204")
            }
            #expect(
                try help.said(.leader, "POST", path, body(Estate.helper, "childcare"))
                    == "409 vouches-too-many")
            #expect(
                try help.said(.leader, "POST", path, body(Estate.helper, "errands")) == "204")
            let vouches = try help.content(.leader, path)["vouches"]?.elements ?? []
            #expect(vouches.count == 5)
            let first = try #require(vouches.first?["id"]?.text)
            #expect(try help.said(.neighbour, "DELETE", path + "/\(first)") == "404 not-found")
            #expect(try help.said(.leader, "DELETE", path + "/\(first)") == "204")
        }
    }

    @Test("time is issued when both confirmed, given on and back; over the month's cap none is")
    func credits() async throws {
        try await Estate.with { help async throws in
            let visit = try help.done()
            try help.confirm(visit)
            func balance() throws -> Int64? {
                try help.content(.neighbour, "/me/time-credits")["credits"]?.elements?.first?[
                    "balance"]?.integer
            }
            #expect(try balance() == 60)
            let gifts = "/me/time-credits/gifts"
            #expect(
                try help.said(
                    .neighbour, "POST", gifts, #"{"to":"\#(Estate.member)","quarters":5}"#)
                    == "409 time-credit-short")
            #expect(
                try help.said(
                    .neighbour, "POST", gifts, #"{"to":"\#(Estate.member)","quarters":2}"#)
                    == "204")
            #expect(try help.said(.neighbour, "POST", gifts, #"{"quarters":1}"#) == "204")
            #expect(try balance() == 15)
            let stranger = APIFixture.id(0xF2)
            #expect(
                try help.said(.neighbour, "POST", gifts, #"{"to":"\#(stranger)","quarters":1}"#)
                    == "404 not-found")
            #expect(
                try help.said(
                    .officer, "PUT", "/help/limits", #"{"cash_fen":1,"pair_minutes":60}"#) == "204")
            try help.api.clock.set(Estate.begins + .seconds(7200))
            let next = try help.planned(after: 120, of: 2)
            #expect(try help.said(.neighbour, "POST", "/visits/\(next)/check-in") == "204")
            try help.at(minutes: 180)
            #expect(try help.said(.neighbour, "POST", "/visits/\(next)/check-out") == "204")
            try help.confirm(next)
            #expect(try balance() == 15)
            #expect(try help.events("timeCredit.overCap") == 1)
        }
    }

    @Test("the office takes an issue back, unless it was given away")
    func reversed() async throws {
        try await Estate.with { help async throws in
            let visit = try help.done()
            try help.confirm(visit)
            let credit = try #require(
                help.content(.neighbour, "/me/time-credits")["credits"]?.elements?.first?["id"]?
                    .text)
            let path = "/help/time-credits/\(credit)/reversal"
            #expect(try help.said(.leader, "POST", path) == "404 not-found")
            #expect(
                try help.said(.neighbour, "POST", "/me/time-credits/gifts", #"{"quarters":4}"#)
                    == "204")
            #expect(try help.said(.officer, "POST", path) == "409 time-credit-short")
        }
    }

    @Test("what is taken back is gone from who had it, once, and it hears of it")
    func takenBack() async throws {
        try await Estate.with { help async throws in
            let visit = try help.done()
            try help.confirm(visit)
            func credit() throws -> JSON? {
                try help.content(.neighbour, "/me/time-credits")["credits"]?.elements?.first
            }
            #expect(try credit()?["balance"]?.integer == 60)
            let id = try #require(try credit()?["id"]?.text)
            let path = "/help/time-credits/\(id)/reversal"
            #expect(try help.said(.officer, "POST", path) == "204")
            #expect(try credit()?["balance"]?.integer == 0)
            #expect(try help.said(.officer, "POST", path).hasPrefix("4"))
            #expect(try help.events("timeCredit.reversed") == 1)
            let told = try help.content(.neighbour, "/notices")["notices"]?.elements ?? []
            #expect(told.count { $0["kind"]?.text == "timeCredit.reversed" } == 1)
            // The pot and the helper are the sum of their movements, and nothing is below zero.
            #expect(
                try help.estate.count(
                    """
                    SELECT count(*)
                    FROM linli.ledger_account AS a
                    WHERE a.balance <> (
                        SELECT coalesce(sum(CASE WHEN m.to_id = a.id THEN m.quantity
                            ELSE -m.quantity END), 0)
                        FROM linli.ledger_movement AS m
                        WHERE m.estate_id = a.estate_id AND a.id IN (m.from_id, m.to_id))
                    """) == 0)
        }
    }
}

/// The log of evidence, in no order that matters.
private struct EvidenceLog: Statement {
    var sql: SQL {
        """
        SELECT concat_ws(' ', rater_id, subject_id, domain), day, tenths
        FROM linli.help_evidence_entry
        """
    }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (pair: String, day: Int, tenths: Int) {
        let pair: String = try cells.read()
        let (day, tenths): (Int32, Int32) = (try cells.read(), try cells.read())
        return (pair, Int(day), Int(tenths))
    }
}
