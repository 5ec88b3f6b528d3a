internal import Platform
internal import Support
internal import Testing

@testable internal import Social

@Suite("The ledger of consents, through the wire") struct ConsentTests {
    typealias Estate = FamilyEstate

    private func body(_ child: String?, _ purpose: String, _ more: String = "") -> String {
        let subject = child.map { #""subject":"\#($0)","# } ?? ""
        return "{\(subject)\"purpose\":\"\(purpose)\",\"version\":1\(more)}"
    }

    @Test("photographs need every guardian who holds the right; one withdrawal ends them")
    func every() async throws {
        try await Estate.with { estate async throws in
            let child = try estate.enter()
            let alone = try estate.agree(.mother, child, "photographs")
            #expect(alone["is_covered"]?.bool == true)
            try estate.recordFather(of: child)
            func isCovered(_ reader: Estate.Reader = .mother) throws -> Bool? {
                let list = try estate.json(reader, "GET", "/consents")["consents"]?.elements
                return list?.first { $0["purpose"]?.text == "photographs" }?["is_covered"]?.bool
            }
            #expect(try isCovered() == false, "he has the right, and has not agreed")
            let his = try estate.agree(.father, child, "photographs")
            #expect(try isCovered() == true)
            // The ledger names no other guardian.
            let text = try estate.ask(.mother, "GET", "/consents").text
            #expect(!text.contains("\(Estate.father)"))
            let path = "/consents/\(his["id"]?.text ?? "")/withdrawal"
            #expect(try estate.ask(.mother, "POST", path).status == 404)
            try estate.json(.father, "POST", path)
            #expect(try isCovered() == false)
            #expect(try estate.refusal(.father, "POST", path) == "409 consent-over")
            #expect(try estate.told(Estate.mother).last == "consent.withdrawn")
            // Custody may leave him other rights alone: then hers is enough.
            try estate.recordFather(of: child, rights: #""activities""#)
            #expect(try isCovered() == true)
            let refused = try estate.refusal(
                .father, "POST", "/consents", body(child, "photographs"))
            #expect(refused == "403 guardian-right-lacking")
            for change in [
                "UPDATE linli.consent SET until = '2030-01-01Z'", "DELETE FROM linli.consent",
                "UPDATE linli.consent SET withdrawn_at = NULL, withdrawn_by = NULL",
            ] {
                #expect(throws: PostgresError.self) { try estate.run(change) }
            }
        }
    }

    @Test("what is agreed to is the text of now, within its time, by who is asked")
    func asked() async throws {
        try await Estate.with { estate async throws in
            let child = try estate.enter()
            let path = "/consents"
            for (sent, refusal) in [
                (body(child, "photographs").replacing(":1}", with: ":2}"), "409 consent-text-old"),
                (body(nil, "sign_in"), "422 consent-not-asked"),
                (body(child, "nothing"), "404 not-found"),
                (body(child, "pick_up"), "422 consent-person"),
                (body(Estate.child.description, "photographs"), "404 not-found"),
            ] {
                #expect(try estate.refusal(.mother, "POST", path, sent) == refusal, "\(sent)")
            }
            for until in ["2026-02-01T00:00:00Z", "2029-01-01T00:00:00Z"] {
                let sent = body(child, "photographs", #","until":"\#(until)""#)
                #expect(try estate.ask(.mother, "POST", path, sent).status == 400)
            }
            #expect(
                try estate.refusal(.neighbour, "POST", path, body(child, "photographs"))
                    == "404 not-found")
            // One's own word, to the last microsecond of its time.
            let until = #","until":"2026-03-02T00:00:00Z""#
            try estate.json(.mother, "POST", path, body(nil, "photographs", until), is: 201)
            func isCovered() throws -> Bool? {
                try estate.json(.mother, "GET", path)["consents"]?.elements?.first?["is_covered"]?
                    .bool
            }
            try estate.set("2026-03-02T00:00:00Z", plus: -1)
            #expect(try isCovered() == true)
            try estate.set("2026-03-02T00:00:00Z")
            #expect(try isCovered() == false)
            // An objection closes what needs every guardian, until a person has decided.
            let given = try estate.agree(.mother, child, "location")
            #expect(given["is_covered"]?.bool == true)
            try estate.recordFather(of: child)
            try estate.agree(.father, child, "location")
            let objection =
                #"{"child":"\#(child)","purpose":"location","because":"不放心"}"#
            let raised = try estate.json(
                .father, "POST", "/family-objections", objection, is: 201)
            let agreed = try estate.json(.mother, "GET", path)["consents"]?.elements
            #expect(agreed?.first?["is_covered"]?.bool == false)
            try estate.json(
                .worker, "POST", "/family-objections/\(raised["id"]?.text ?? "")/decision",
                #"{"decision":"dismissed","because":"已谈妥"}"#, is: 204)
            let after = try estate.json(.mother, "GET", path)["consents"]?.elements
            #expect(after?.first?["is_covered"]?.bool == true)
        }
    }
}
