internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Children and their guardians, through the wire") struct ChildTests {
    typealias Estate = FamilyEstate

    @Test("a child is entered into its own household once, sealed, by a grown member who is proved")
    func enter() async throws {
        try await Estate.with { estate async throws in
            let key = UUID.random().description
            let body = Estate.entry("小宝", "2018-08-08")
            let made = try estate.ask(.mother, "POST", "/children", body, key: key)
            #expect(made.status == 201, "\(made.text)")
            #expect(!made.text.contains("2018"))
            let again = try estate.ask(.mother, "POST", "/children", body, key: key)
            #expect(again.body == made.body && again["idempotency-replayed"] == "true")
            #expect(try estate.refusal(.mother, "POST", "/children", body) == "409 person-there")
            let unproved = try estate.refusal(.unproved, "POST", "/children", body)
            #expect(unproved == "403 second-proof-needed")
            let elsewhere = Estate.entry("小宝", "2018-08-08", in: Estate.otherHome)
            #expect(try estate.refusal(.mother, "POST", "/children", elsewhere) == "404 not-found")
            // Grandparents are no guardians by default.
            let hers = try estate.refusal(.grandmother, "POST", "/children", body)
            #expect(hers == "403 guardian-by-office")
            let grown = Estate.entry("大宝", "2008-03-01")
            #expect(try estate.refusal(.mother, "POST", "/children", grown) == "422 not-a-child")
            #expect(
                try estate.ask(.mother, "POST", "/children", Estate.entry("小二", "2027-01-01"))
                    .status == 400)
            let children = try estate.json(.mother, "GET", "/children")["children"]?.elements
            #expect(children?.count == 1 && children?.first?["is_with_me"]?.bool == true)
            for other in [Estate.Reader.grandmother, .father, .neighbour, .worker] {
                let seen = try estate.json(other, "GET", "/children")["children"]?.elements
                #expect(seen?.isEmpty == true)
            }
            #expect(try estate.told(Estate.grandmother) == ["guardianship.begun"])
            #expect(try estate.told(Estate.father) == [])
            #expect(
                try estate.texts(
                    """
                    SELECT array_to_string(audience, ',') FROM linli.event
                    WHERE kind = 'guardianship.begun'
                    """
                ).allSatisfy { !$0.contains("household") && !$0.contains("role") })
        }
    }

    @Test("a child that was imported gets its mother by her word, and nobody else by it")
    func declare() async throws {
        try await Estate.with { estate async throws in
            let body = #"{"child":"\#(Estate.child)"}"#
            for other in [Estate.Reader.father, .neighbour] {
                let refused = try estate.refusal(other, "POST", "/guardianships", body)
                #expect(refused == "404 not-found")
            }
            let hers = try estate.refusal(.grandmother, "POST", "/guardianships", body)
            #expect(hers == "403 guardian-by-office")
            let grown = #"{"child":"\#(Estate.grandmother)"}"#
            let wrong = try estate.refusal(.mother, "POST", "/guardianships", grown)
            #expect(wrong == "422 not-a-child")
            try estate.json(.mother, "POST", "/guardianships", body, is: 201)
            let again = try estate.refusal(.mother, "POST", "/guardianships", body)
            #expect(again == "409 guardian-there")
            // Whoever names another is an office, and shows what it saw.
            let father = #"{"child":"\#(Estate.child)","guardian":"\#(Estate.father)""#
            let seen = father + #","evidence":"户口本"}"#
            let refused = try estate.refusal(.mother, "POST", "/guardianships", seen)
            #expect(refused == "404 not-found")
            #expect(
                try estate.ask(.worker, "POST", "/guardianships", father + "}").status == 400)
            try estate.recordFather(of: Estate.child.description)
            #expect(try estate.told(Estate.father) == ["guardianship.begun"])
            #expect(try estate.told(Estate.mother) == ["guardianship.begun"])
        }
    }

    @Test("a guardian that somebody objects to guards nobody until a social worker has decided")
    func objection() async throws {
        try await Estate.with { estate async throws in
            let child = try estate.enter()
            let list = try estate.json(.grandmother, "GET", "/guardianships")
            let id = list["guardianships"]?.elements?.first?["id"]?.text ?? ""
            let body = #"{"guardianship":"\#(id)","because":"不是她的孩子"}"#
            for other in [Estate.Reader.neighbour, .father, .mother] {
                let refused = try estate.refusal(other, "POST", "/family-objections", body)
                #expect(refused == "404 not-found")
            }
            let raised = try estate.json(
                .grandmother, "POST", "/family-objections", body, is: 201)
            let again = try estate.refusal(.grandmother, "POST", "/family-objections", body)
            #expect(again == "409 objection-there")
            #expect(
                try estate.json(.mother, "GET", "/children")["children"]?.elements?.isEmpty == true)
            #expect(
                try estate.texts("SELECT kind || ' ' || (finished_at IS NULL) FROM linli.task")
                    == ["consent-objection true"])
            let objected = try estate.json(.worker, "GET", "/guardianships")
            let seen = objected["guardianships"]?.elements?.first?["objection"]
            #expect(seen?["because"]?.text == "不是她的孩子")
            let path = "/family-objections/\(raised["id"]?.text ?? "")/decision"
            let dismissed = #"{"decision":"dismissed","because":"看过出生证明"}"#
            let refused = try estate.refusal(.mother, "POST", path, dismissed)
            #expect(refused == "404 not-found")
            try estate.json(.worker, "POST", path, dismissed, is: 204)
            let twice = try estate.refusal(.worker, "POST", path, dismissed)
            #expect(twice == "409 objection-there")
            #expect(
                try estate.texts("SELECT outcome FROM linli.task") == ["dismissed"])
            let children = try estate.json(.mother, "GET", "/children")["children"]?.elements
            #expect(children?.first?["child"]?.text == child)
            // Upheld, it ends.
            let second = try estate.json(
                .grandmother, "POST", "/family-objections", body, is: 201)
            try estate.json(
                .worker, "POST", "/family-objections/\(second["id"]?.text ?? "")/decision",
                #"{"decision":"upheld","because":"证明是假的"}"#, is: 204)
            #expect(
                try estate.json(.mother, "GET", "/children")["children"]?.elements?.isEmpty == true)
        }
    }

    @Test("a child in two homes: each guardian sees its own days, and of the other home nothing")
    func homes() async throws {
        try await Estate.with { estate async throws in
            let child = try estate.enter()
            try estate.recordFather(of: child)
            // 2026-03-02 is a Monday: the father has the Saturdays and Sundays.
            func home(_ days: String, in household: UUID) -> String {
                """
                {"household":"\(household)","weeks":1,"monday":"2026-03-02","days":[\(days)]}
                """
            }
            let path = "/children/\(child)/home"
            let hers = try estate.refusal(
                .father, "PUT", path, home("5", in: Estate.home))
            #expect(hers == "404 not-found")
            try estate.json(.father, "PUT", path, home("5,6", in: Estate.otherHome))
            let taken = try estate.refusal(
                .mother, "PUT", path, home("4,5", in: Estate.home))
            #expect(taken == "409 days-taken")
            for (reader, other) in [
                (Estate.Reader.mother, Estate.otherHome), (.father, Estate.home),
            ] {
                let children = try estate.ask(reader, "GET", "/children").text
                #expect(!children.contains("\(other)"))
                let guardian = reader == .mother ? Estate.father : Estate.mother
                #expect(!children.contains("\(guardian)"))
                let household = try estate.ask(reader, "GET", "/notices").text
                #expect(!household.contains("\(other)"))
            }
            func at(_ day: String) throws -> String? {
                try estate.texts(
                    """
                    SELECT coalesce(linli.home_of(\(child)::uuid, \(day)::date)::text, '-')
                    FROM set_config('linli.estate', \(APIFixture.a)::text, true) AS a,
                        set_config('linli.principal', 'job', true) AS b,
                        set_config('linli.instant', '1772323200000000', true) AS c
                    """
                ).first
            }
            #expect(try at("2026-03-06") == "\(Estate.home)")
            #expect(try at("2026-03-07") == "\(Estate.otherHome)")
            // A Saturday that he gives up, and that she takes.
            func day(_ household: UUID, _ here: Bool) -> String {
                #"{"household":"\#(household)","day":"2026-03-07","is_here":\#(here)}"#
            }
            let dayPath = "/children/\(child)/day"
            let early = try estate.refusal(.mother, "PUT", dayPath, day(Estate.home, true))
            #expect(early == "409 days-taken")
            try estate.json(.father, "PUT", dayPath, day(Estate.otherHome, false))
            #expect(try at("2026-03-07") == "\(Estate.home)")
            try estate.json(.mother, "PUT", dayPath, day(Estate.home, true))
            #expect(try at("2026-03-14") == "\(Estate.otherHome)")
        }
    }

    @Test("ages turn at local midnight; who was born on a leap day turns on the first of March")
    func midnight() async throws {
        let leap = try #require(CalendarDate("2012-02-29").flatMap { AgeDays(born: $0) })
        #expect(leap.fourteen.description == "2026-03-01")
        #expect(leap.eighteen.description == "2030-03-01")
        try await Estate.with { estate async throws in
            let child = try estate.enter("大宝", born: "2008-03-03")
            // Midnight in Shanghai is 16:00 UTC of the day before.
            try estate.set("2026-03-02T16:00:00Z", plus: -1)
            #expect(
                try estate.json(.mother, "GET", "/children")["children"]?.elements?.count == 1)
            #expect(try estate.ask(.mother, "GET", "/children/\(child)/bookings").status == 200)
            try estate.set("2026-03-02T16:00:00Z")
            #expect(
                try estate.json(.mother, "GET", "/children")["children"]?.elements?.isEmpty == true)
            #expect(try estate.ask(.mother, "GET", "/children/\(child)/bookings").status == 404)
        }
    }

    @Test("the job reads days of birth that others entered, and forgets those of who has grown up")
    func ages() async throws {
        try await Estate.with { estate async throws in
            #expect(try await estate.noteAges() == 5)
            #expect(try await estate.noteAges() == 0)
            let days: SQL = """
                SELECT person_id || ' ' || turns_14 || ' ' || turns_18 FROM linli.age
                WHERE turns_18 IS NOT NULL
                """
            #expect(try estate.texts(days) == ["\(Estate.child) 2031-07-07 2035-07-07"])
            try estate.set("2035-07-06T16:00:00Z")
            _ = try await estate.noteAges()
            #expect(try estate.texts(days) == [])
        }
    }
}

extension FamilyEstate {
    /// Runs the job once; how many days of birth it read.
    func noteAges() async throws -> Int {
        let vault = PersonVault(api.keyring, of: APIFixture.a)
        return try await api.server.shard.noteAges(vault)
    }
}

extension Shard {
    fileprivate func noteAges(_ vault: PersonVault) async throws -> Int {
        guard let database = local(Database.self) else { return -1 }
        return try await database.write(.job(Ages.name, estate: APIFixture.a)) { tx in
            try await Ages.note(tx, vault)
        }
    }
}
