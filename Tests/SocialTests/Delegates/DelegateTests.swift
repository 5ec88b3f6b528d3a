internal import Platform
internal import Support
internal import Testing

@testable internal import Social

@Suite("Delegates of elders, through the wire") struct DelegateTests {
    typealias Estate = FamilyEstate

    private static let elder = Estate.grandmother

    private func appointment(_ scope: String = "activities", _ more: String = "") -> String {
        """
        {"doer":"\(Estate.neighbour)","beneficiary":"\(Self.elder)","scope":["\(scope)"],
        "evidence":"本人在场，看过身份证"\(more)}
        """
    }

    @Test("an over-eager delegate: not before 48 hours, beyond its scope, or after her no")
    func overEager() async throws {
        try await Estate.with { estate async throws in
            let path = "/delegations"
            let unknown = try estate.refusal(.worker, "POST", path, appointment())
            #expect(unknown == "403 delegate-not-known")
            try estate.prove(Estate.neighbour)
            // The delegate appoints nobody, nor does her family: only who saw her.
            for other in [Estate.Reader.neighbour, .mother, .grandmother, .officer] {
                #expect(try estate.ask(other, "POST", path, appointment()).status == 404)
            }
            for scope in ["doors", "phones", "delegates", "alarm_plan", "pairings"] {
                let asked = try estate.ask(.worker, "POST", path, appointment(scope))
                #expect(asked.status == 400, "\(scope)")
            }
            let long = appointment("activities", #","days":365"#)
            #expect(try estate.ask(.worker, "POST", path, long).status == 400)
            let made = try estate.json(.worker, "POST", path, appointment(), is: 201)
            let twice = try estate.refusal(.worker, "POST", path, appointment())
            #expect(twice == "409 delegate-there")
            #expect(try estate.told(Self.elder) == ["delegation.appointed"])
            #expect(try estate.told(Estate.mother) == ["delegation.appointed"])
            #expect(try estate.told(Estate.father) == [])
            func tries() throws -> String {
                let answer = try estate.ask(.neighbour, "GET", "/notices", for: Self.elder)
                let code = try JSON(parsing: answer.body)["code"]?.text
                return "\(answer.status) \(code ?? "-")"
            }
            #expect(try tries() == "403 delegation-lacking")
            try estate.set("2026-03-03T00:00:00Z", plus: -1)
            #expect(try tries() == "403 delegation-lacking")
            try estate.set("2026-03-03T00:00:00Z")
            #expect(try tries() == "200 -")
            // What has no scope is done for nobody else: consents, guardians, delegates.
            for (method, target, body) in [
                ("POST", "/consents", #"{"purpose":"location","version":1}"#),
                (
                    "POST", "/delegation-requests",
                    #"{"beneficiary":"\#(Estate.mother)","scope":["activities"]}"#
                ),
                ("DELETE", "/delegations/\(made["id"]?.text ?? "")", nil as String?),
            ] {
                let refused = try estate.refusal(
                    .neighbour, method, target, body, for: Self.elder)
                #expect(refused == "400 not-for-another")
            }
            let one = path + "/\(made["id"]?.text ?? "")"
            #expect(try estate.ask(.father, "DELETE", one).status == 404)
            try estate.json(.grandmother, "DELETE", one, is: 204)
            #expect(try tries() == "403 delegation-lacking")
            #expect(try estate.refusal(.grandmother, "DELETE", one) == "409 delegation-over")
            #expect(try estate.told(Estate.neighbour).last == "delegation.ended")
            // The schema itself holds the bounds.
            for change in [
                "UPDATE linli.delegation SET scope = '{doors}'",
                "UPDATE linli.delegation SET ends = '2028-01-01Z', ended_by = NULL, ended_how = NULL",
                "UPDATE linli.delegation SET begins = appointed_at",
            ] { #expect(throws: PostgresError.self) { try estate.run(change) } }
        }
    }

    @Test("a delegation ends at its term, at a desk, and when the delegate lays it down")
    func ends() async throws {
        try await Estate.with { estate async throws in
            try estate.prove(Estate.neighbour)
            func appoint() throws -> String {
                let made = try estate.json(
                    .worker, "POST", "/delegations", appointment("activities", #","days":1"#),
                    is: 201)
                return "/delegations/\(made["id"]?.text ?? "")"
            }
            func status() throws -> Int {
                try estate.ask(.neighbour, "GET", "/notices", for: Self.elder).status
            }
            // At a desk, in its first 48 hours: it never begins.
            let first = try appoint()
            let list = "/people/\(Self.elder)/delegations"
            #expect(try estate.ask(.mother, "GET", list).status == 404)
            let shown = try estate.json(.officer, "GET", list)["delegations"]?.elements
            #expect(shown?.count == 1)
            try estate.json(.officer, "DELETE", first, is: 204)
            try estate.set("2026-03-03T00:00:00Z")
            #expect(try status() == 403)
            let second = try appoint()
            try estate.set("2026-03-05T00:00:00Z")
            #expect(try status() == 200)
            try estate.set("2026-03-06T00:00:00Z", plus: -1)
            #expect(try status() == 200)
            try estate.set("2026-03-06T00:00:00Z")
            #expect(try status() == 403)
            #expect(try estate.refusal(.neighbour, "DELETE", second) == "409 delegation-over")
            let third = try appoint()
            try estate.json(.neighbour, "DELETE", third, is: 204)
            #expect(
                try estate.texts(
                    """
                    SELECT ended_how FROM linli.delegation
                    WHERE ended_how IS NOT NULL ORDER BY appointed_at
                    """)
                    == ["at_desk", "laid_down"])
        }
    }

    @Test("no delegate or guardian between two whom a protection keeps apart: told, or blind")
    func protected() async throws {
        try await Estate.with { estate async throws in
            let elder = #"{"beneficiary":"\#(Self.elder)","scope":["activities"]}"#
            let mother = #"{"beneficiary":"\#(Estate.mother)","scope":["activities"]}"#
            let path = "/delegation-requests"
            try estate.prove(Estate.mother)
            try estate.prove(Self.elder)
            let asked = try estate.json(.mother, "POST", path, elder, is: 201)
            try estate.run(
                ProtectionRow.sql(Self.elder, from: Estate.mother, set: Estate.worker)
                    + ProtectionRow.sql(Estate.child, from: Estate.father, set: Estate.worker))
            // Who is kept away is answered as about nobody, and she reads what to do.
            #expect(try estate.refusal(.mother, "POST", path, elder) == "404 not-found")
            #expect(
                try estate.refusal(.grandmother, "POST", path, mother)
                    == "409 protection-between")
            let answer = path + "/\(asked["id"]?.text ?? "")/answer"
            let yes = #"{"confirmed":true,"because":"她在电话里说同意"}"#
            #expect(try estate.refusal(.worker, "POST", answer, yes) == "409 protection-between")
            let appointment = """
                {"doer":"\(Estate.mother)","beneficiary":"\(Self.elder)","scope":["activities"],
                "evidence":"本人在场"}
                """
            #expect(
                try estate.refusal(.worker, "POST", "/delegations", appointment)
                    == "409 protection-between")
            let record = """
                {"child":"\(Estate.child)","guardian":"\(Estate.father)","evidence":"离婚协议"}
                """
            #expect(
                try estate.refusal(.worker, "POST", "/guardianships", record)
                    == "409 protection-between")
            // Another office is not told of protections.
            #expect(
                try estate.refusal(.officer, "POST", "/guardianships", record)
                    == "409 social-worker-needed")
            #expect(try estate.texts("SELECT id::text FROM linli.delegation") == [])
            #expect(try estate.texts("SELECT id::text FROM linli.guardianship") == [])
        }
    }

    @Test("who asks learns nothing of strangers, and waits for what the elder says when called")
    func callBack() async throws {
        try await Estate.with { estate async throws in
            let body = #"{"beneficiary":"\#(Self.elder)","scope":["activities"]}"#
            let path = "/delegation-requests"
            #expect(try estate.ask(.neighbour, "POST", path, body).status == 404)
            #expect(
                try estate.refusal(.mother, "POST", path, body) == "403 delegate-not-known")
            try estate.prove(Estate.mother)
            #expect(
                try estate.refusal(.unproved, "POST", path, body) == "403 second-proof-needed")
            let asked = try estate.json(.mother, "POST", path, body, is: 201)
            #expect(try estate.refusal(.mother, "POST", path, body) == "409 delegate-there")
            #expect(try estate.told(Self.elder) == ["delegation.asked"])
            #expect(
                try estate.texts("SELECT kind FROM linli.task WHERE finished_at IS NULL")
                    == ["delegate-callback"])
            let answer = path + "/\(asked["id"]?.text ?? "")/answer"
            let yes = #"{"confirmed":true,"because":"她在电话里说同意"}"#
            for other in [Estate.Reader.mother, .grandmother, .officer] {
                #expect(try estate.ask(other, "POST", answer, yes).status == 404)
            }
            #expect(
                try estate.json(.worker, "GET", path)["requests"]?.elements?.count == 1)
            #expect(
                try estate.json(.neighbour, "GET", path)["requests"]?.elements?.isEmpty == true)
            let confirmed = try estate.json(.worker, "POST", answer, yes, is: 201)
            #expect(confirmed["state"]?.text == "confirmed")
            #expect(try estate.refusal(.worker, "POST", answer, yes) == "409 delegation-over")
            #expect(try estate.texts("SELECT outcome FROM linli.task") == ["confirmed"])
            #expect(
                try estate.texts("SELECT (begins - appointed_at)::text FROM linli.delegation")
                    == ["2 days"])
        }
    }
}
