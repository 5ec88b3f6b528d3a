internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

@Suite("Joining and leaving, through the wire") struct JoiningTests {
    typealias Estate = ParticipationEstate

    @Test("one joins once, sees it among one's own, and leaves; others see nothing of it")
    func alone() async throws {
        try await Estate.with { estate async throws in
            let made = try estate.join(.leader)
            #expect(made["state"]?.text == "confirmed")
            #expect(made["holder"]?.text == Estate.leader.description)
            let member = made["members"]?.elements?.first
            #expect(member?["kind"]?.text == "adult")
            #expect(member?["display_name"]?.text == "张三")
            let path = estate.path(made)
            #expect(try estate.json(.leader, "GET", path) == made)
            let list = Estate.base + "/reservations"
            #expect(try estate.json(.leader, "GET", list)["reservations"] == .array([made]))
            #expect(try estate.json(.member, "GET", list)["reservations"] == .array([]))
            // Who looks after it sees it, the rest of the estate does not.
            #expect(try estate.ask(.neighbour, "GET", path).status == 200)
            #expect(try estate.json(.neighbour, "GET", list)["reservations"] == .array([]))
            for reader in [Estate.Reader.member, .officer, .stranger] {
                #expect(try estate.ask(reader, "GET", path).status == 404, "\(reader)")
            }
            let again = try estate.refusal(.leader, estate.meeting + "/reservations", "{}")
            #expect(again == "already-reserved")
            #expect(
                try estate.ask(.stranger, "POST", estate.meeting + "/reservations", "{}").status
                    == 404)
            #expect(try estate.refusal(.member, path + "/cancellation", "{}") == "not-found")
            #expect(try estate.refusal(.neighbour, path + "/cancellation", "{}") == "not-found")
            let left = try estate.json(.leader, "POST", path + "/cancellation", "{}")
            #expect(left["state"]?.text == "ended")
            #expect(left["ended_as"]?.text == "cancelled")
            #expect(try estate.refusal(.leader, path + "/cancellation", "{}") == "reservation-gone")
            let live = try estate.json(.leader, "GET", list + "?state=live")
            #expect(live["reservations"] == .array([]))
            #expect(try estate.told(Estate.leader) == [])
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("a household comes as a group, each in a seat of the own age, and those brought are told")
    func household() async throws {
        try await Estate.with { estate async throws in
            let made = try estate.join(.leader, Estate.leader, Estate.member, Estate.child)
            let kinds = (made["members"]?.elements ?? []).map { $0["kind"]?.text }
            #expect(kinds == ["adult", "adult", "child"])
            #expect(try estate.told(Estate.member) == ["reservation.confirmed"])
            let notices = try estate.json(.member, "GET", Estate.base + "/notices")
            #expect(
                notices["notices"]?.elements?.first?["text_zh"]?.text == "您已报上「包粽子」。")
            // Who is brought leaves alone, and nobody else through it.
            let path = estate.path(made)
            let others = #"{"members":["\#(Estate.child)"]}"#
            #expect(
                try estate.refusal(.member, path + "/cancellation", others) == "holder-only")
            #expect(try estate.refusal(.member, path + "/acceptance") == "holder-only")
            let left = try estate.json(.member, "POST", path + "/cancellation", "{}")
            #expect(left["state"]?.text == "confirmed")
            let lives = (left["members"]?.elements ?? []).map { $0["is_live"]?.bool }
            #expect(lives == [true, false, true])
            let rest = try estate.json(.leader, "POST", path + "/cancellation", others)
            #expect(
                (rest["members"]?.elements ?? []).map { $0["is_live"]?.bool } == [
                    true, false, false,
                ])
        }
    }

    @Test("whom one may not bring, and seats of another age, are refused, and nothing is kept")
    func refusedGroups() async throws {
        try await Estate.with { estate async throws in
            let target = estate.meeting + "/reservations"
            #expect(
                try estate.refusal(.leader, target, Estate.group(Estate.leader, Estate.neighbour))
                    == "not-of-household")
            #expect(
                try estate.refusal(.neighbour, target, Estate.group(Estate.child))
                    == "not-of-household")
            for body in [
                #"{"members":[{"person":"\#(Estate.child)","kind":"adult"}]}"#,
                #"{"members":[{"person":"\#(Estate.member)","kind":"child"}]}"#,
                Estate.group(Estate.member, Estate.member),
            ] { #expect(try estate.refusal(.leader, target, body) == "invalid", "\(body)") }
            let wheelchair = #"{"members":[{"person":"\#(Estate.leader)","kind":"wheelchair"}]}"#
            #expect(try estate.refusal(.leader, target, wheelchair) == "seat-kind-unknown")
            #expect(try estate.estate.count("SELECT count(*) FROM linli.reservation") == 0)
            // A guardian brings its child along; alone it comes where the adults are that it needs.
            #expect(
                try estate.refusal(.member, target, Estate.group(Estate.child))
                    == "two-adults-needed")
            let made = try estate.join(.member, Estate.member, Estate.child)
            #expect(made["members"]?.elements?.last?["kind"]?.text == "child")
            try estate.json(.member, "POST", estate.path(made) + "/cancellation", "{}")
            // Who lives there and guards it no more brings it nowhere.
            try estate.change(
                """
                UPDATE linli.guardianship SET ends = '2026-02-01Z'
                WHERE guardian_id = '\(Estate.member)'
                """)
            let both = Estate.group(Estate.member, Estate.child)
            #expect(try estate.refusal(.member, target, both) == "guardian-needed")
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("a child does not join by itself, nor brings another")
    func childAlone() async throws {
        let births = [Estate.neighbour: "2010-01-01", Estate.child: "2017-07-07"]
        try await Estate.with(born: births, organiser: .leader) { estate async throws in
            let target = estate.meeting + "/reservations"
            #expect(try estate.refusal(.neighbour, target, "{}") == "guardian-needed")
            try estate.change(
                """
                UPDATE linli.membership SET household_id = '\(APIFixture.id(0xD1))'
                WHERE person_id = '\(Estate.neighbour)'
                """)
            #expect(
                try estate.refusal(.neighbour, target, Estate.group(Estate.child))
                    == "guardian-needed")
            // Of age, by a day of birth that nobody has entered.
            #expect(
                try estate.ask(
                    .leader, "POST", target, Estate.group(Estate.leader, Estate.child)
                ).status == 201)
        }
    }

    @Test("each of a group must be addressed")
    func addressed() async throws {
        try await Estate.with { estate async throws in
            let (_, meeting) = try Estate.publish(
                estate.estate, .leader,
                Estate.draft(
                    audience: #"{"kind":"role","role":"stair_leader"}"#,
                    starts: "2026-03-04T19:00", ends: "2026-03-04T20:00"))
            let target = meeting + "/reservations"
            #expect(
                try estate.refusal(.leader, target, Estate.group(Estate.leader, Estate.member))
                    == "not-addressed")
            #expect(try estate.refusal(.member, target, "{}") == "not-found")
            #expect(try estate.ask(.leader, "POST", target, "{}").status == 201)
        }
    }

    @Test("who finds it full waits, is offered the place that is given up, and takes it or not")
    func waiting() async throws {
        try await Estate.with(adults: 1) { estate async throws in
            let first = try estate.join(.leader)
            let second = try estate.join(.member)
            let third = try estate.join(.neighbour)
            #expect(second["state"]?.text == "waiting")
            #expect(second["position"]?.integer == 1)
            #expect(third["position"]?.integer == 2)
            #expect(
                try estate.refusal(.member, estate.path(second) + "/acceptance") == "offer-over")
            try estate.json(.leader, "POST", estate.path(first) + "/cancellation", "{}")
            #expect(try estate.told(Estate.member) == ["reservation.offered"])
            let offered = try estate.json(.member, "GET", estate.path(second))
            #expect(offered["state"]?.text == "offered")
            #expect(offered["until"]?.text == "2026-03-01T02:00:00Z")
            #expect(
                try estate.refusal(.leader, estate.path(second) + "/acceptance") == "not-found")
            // Refused, the place goes on to the next, whose it is on a yes.
            try estate.json(.member, "POST", estate.path(second) + "/refusal")
            #expect(try estate.told(Estate.neighbour) == ["reservation.offered"])
            let taken = try estate.json(.neighbour, "POST", estate.path(third) + "/acceptance")
            #expect(taken["state"]?.text == "confirmed")
            #expect(
                try estate.json(.member, "GET", estate.path(second))["ended_as"]?.text
                    == "declined")
        }
    }

    @Test("an offer shows as lapsed, and is void, from its very instant on")
    func lapsed() async throws {
        try await Estate.with(adults: 1) { estate async throws in
            let first = try estate.join(.leader)
            let second = try estate.join(.member)
            try estate.json(.leader, "POST", estate.path(first) + "/cancellation", "{}")
            let until = Instant("2026-03-01T02:00:00Z") ?? .epoch
            try estate.api.clock.set(until - .microseconds(1))
            #expect(
                try estate.json(.member, "GET", estate.path(second))["state"]?.text == "offered")
            try estate.api.clock.set(until)
            let lapsed = try estate.json(.member, "GET", estate.path(second))
            #expect(lapsed["state"]?.text == "ended")
            #expect(lapsed["ended_as"]?.text == "lapsed")
            #expect(lapsed["ended_at"]?.text == "2026-03-01T02:00:00Z")
            #expect(
                try estate.refusal(.member, estate.path(second) + "/acceptance") == "offer-over")
        }
    }

    @Test("leaving late leaves a mark unless it is illness; from the beginning on nobody leaves")
    func late() async throws {
        try await Estate.with { estate async throws in
            let first = try estate.join(.leader)
            let second = try estate.join(.member)
            try estate.api.clock.set(Estate.begins - .seconds(60))
            let late = try estate.json(.leader, "POST", estate.path(first) + "/cancellation", "{}")
            #expect(late["ended_as"]?.text == "cancelled_late")
            let again = try estate.refusal(.leader, estate.meeting + "/reservations", "{}")
            #expect(again == "201")
            let ill = try estate.json(
                .member, "POST", estate.path(second) + "/cancellation", #"{"excuse":"illness"}"#)
            #expect(ill["ended_as"]?.text == "excused")
            try estate.api.clock.set(Estate.begins)
            let third = try estate.json(.leader, "GET", Estate.base + "/reservations?state=live")
            let own = try #require(third["reservations"]?.elements?.first)
            #expect(
                try estate.refusal(.leader, estate.path(own) + "/cancellation", "{}")
                    == "has-begun")
            #expect(
                try estate.refusal(.member, estate.meeting + "/reservations", "{}")
                    == "booking-over")
        }
    }

    @Test("who acts for another joins that one alone, and the events name both")
    func onBehalf() async throws {
        try await Estate.with(
            prepare: """
                INSERT INTO linli.delegation (estate_id, id, doer_id, beneficiary_id, scope,
                    begins, ends, because)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x41))', '\(Estate.neighbour)',
                    '\(Estate.member)', '{activities}', '2026-02-01Z', '2026-04-01Z', 'registry');
                """
        ) { estate async throws in
            let fields = [("On-Behalf-Of", Estate.member.description)]
            let target = estate.meeting + "/reservations"
            #expect(
                try estate.refusal(
                    .neighbour, target, Estate.group(Estate.member, Estate.child), fields: fields)
                    == "not-of-household")
            #expect(
                try estate.refusal(
                    .neighbour, target, Estate.group(Estate.neighbour), fields: fields)
                    == "not-of-household")
            let made = try estate.json(
                .neighbour, "POST", target, is: 201, fields: fields, "{}")
            #expect(made["holder"]?.text == Estate.member.description)
            let event = try estate.api.database.superuser().run(
                OneCell<String>(
                    sql: """
                        SELECT concat_ws(' ', actor_id, beneficiary_id) FROM linli.event
                        WHERE kind = 'reservation.confirmed'
                        """))
            #expect(event == ["\(Estate.neighbour) \(Estate.member)"])
            #expect(try estate.told(Estate.member) == ["reservation.confirmed"])
            let list = Estate.base + "/reservations"
            #expect(
                try estate.json(.neighbour, "GET", list, fields: fields)["reservations"]
                    == .array([made]))
            #expect(try estate.json(.neighbour, "GET", list)["reservations"] == .array([]))
            let left = try estate.json(
                .neighbour, "POST", estate.path(made) + "/cancellation", fields: fields, "{}")
            #expect(left["ended_as"]?.text == "cancelled")
            #expect(
                try estate.refusal(.member, target, "{}", fields: [("On-Behalf-Of", "x")])
                    == "invalid")
        }
    }

    @Test("organisers see who comes, page by page; that children were read, the log tells")
    func participants() async throws {
        try await Estate.with { estate async throws in
            let made = try estate.join(.leader, Estate.leader, Estate.child)
            let target = estate.meeting + "/participants"
            var found: [String?] = []
            var next: String? = target + "?limit=1"
            while let page = next, found.count < 10 {
                let answer = try estate.ask(.neighbour, "GET", page)
                let json = try JSON(parsing: answer.body)
                found += (json["participants"]?.elements ?? []).map { $0["display_name"]?.text }
                next = answer["link"].flatMap {
                    $0.split(separator: ">").first.map { String($0.dropFirst()) }
                }
            }
            #expect(found == ["张三", "小宝"])
            // Each page that held the child, the one after it looked at among them.
            #expect(try estate.events("participants.read") == 2)
            #expect(try estate.ask(.leader, "GET", target).status == 403)
            #expect(try estate.ask(.officer, "GET", target).status == 403)
            #expect(try estate.ask(.stranger, "GET", target).status == 404)
            #expect(try estate.events("participants.read") == 2)
            let child = #"{"members":["\#(Estate.child)"]}"#
            try estate.json(.leader, "POST", estate.path(made) + "/cancellation", child)
            #expect(try estate.ask(.neighbour, "GET", target).status == 200)
            #expect(try estate.events("participants.read") == 2)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("a rule of company is asked of a group, with those who hold places already")
    func company() async throws {
        try await Estate.with { estate async throws in
            let shard = estate.api.server.shard
            let rule = NotBeside(person: Estate.leader)
            func codes() async throws -> [String] {
                try await Task { try await shard.codes(rule, for: Estate.member) }.value
            }
            #expect(try await codes() == [])
            let made = try estate.join(.leader)
            #expect(try await codes() == ["not-beside"])
            try estate.json(.leader, "POST", estate.path(made) + "/cancellation", "{}")
            #expect(try await codes() == [])
        }
    }
}

/// Nobody comes beside this person.
private struct NotBeside: CompanyRule {
    var person: UUID

    func objection(
        to party: Party, beside: Beside, in transaction: Transaction
    ) async throws -> AdmissionRefusal? {
        try await beside.persons(in: transaction).contains(person)
            ? AdmissionRefusal("not-beside", about: person) : nil
    }
}

extension Shard {
    /// Why a person would not be admitted to the estate's one capacity under a rule.
    fileprivate func codes(_ rule: NotBeside, for person: UUID) async throws -> [String] {
        guard let database = local(Database.self) else { return [] }
        let sweep = Principal.job("reservation-sweep", estate: APIFixture.a)
        return try await database.write(sweep) { tx in
            let ids = try await tx.run(OneCell<UUID>(sql: "SELECT id FROM linli.capacity"))
            let capacities = try await tx.run(TakeCapacity(id: ids.first ?? person))
            guard let capacity = capacities.first else { return ["no capacity"] }
            let party = Party(
                id: APIFixture.id(1), holder: person,
                members: [Reservation.Member(person, .adult)])
            return try await ActivityAdmission(company: [rule]).refusals(
                of: [party], at: capacity,
                beside: Beside(state: CapacityState(capacity, now: tx.instant)), in: tx
            ).values.map(\.code)
        }
    }
}
