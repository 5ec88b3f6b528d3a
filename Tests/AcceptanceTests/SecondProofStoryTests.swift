import Foundation
import Support
import Testing

/// Stories of second proofs, through the real command.
@Suite("Second proofs, as residents and operators meet them", .serialized)
struct SecondProofStoryTests {
    private static let committee = "15400002045"
    private static let resident = "15400000426"

    private func with(
        clock: String? = nil, _ body: @Sendable (Installation) async throws -> Void
    ) async throws {
        try await TestDatabase.with { clone in
            let house = try Installation(on: clone, clock: clock)
            defer { house.remove() }
            try await house.start()
            try await body(house)
            _ = try await house.terminate()
        }
    }

    /// The estate that a signed-in account has a person in, and the person.
    private func home(_ house: Installation, _ token: String) throws -> (String, String) {
        let me = try house.request("GET", "/api/v1/me", token: token).object
        let estates = try #require(me["estates"] as? [[String: Any]])
        let own = try #require(estates.first { $0["person"] is String })
        return (try #require(own["id"] as? String), try #require(own["person"] as? String))
    }

    @Test(
        "an operator has two factors: the phone alone publishes nothing, the first code does once")
    func operatorsFactors() async throws {
        try await with { house in
            let token = try await house.signIn(Self.committee)
            let me = try house.request("GET", "/api/v1/me", token: token).object
            let estates = try #require(me["estates"] as? [[String: Any]])
            let estate = try #require(estates.first?["id"] as? String)
            func publish() throws -> Int {
                try house.request(
                    "POST", "/api/v1/estates/\(estate)/announcements", token: token,
                    [
                        "audience": [["kind": "estate"]], "title_zh": "停水", "body_zh": "明天。",
                        "ends": "2099-01-01T00:00:00Z",
                    ]
                ).status
            }
            #expect(try publish() == 403)
            let code = try house.run("operator-code", Self.committee)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            func prove() throws -> Int {
                try house.request(
                    "POST", "/api/v1/me/proof/codes", token: token, ["code": code]
                ).status
            }
            #expect(try prove() == 204)
            #expect(try publish() == 201)
            #expect(try prove() == 422, "it is good once")
            #expect(throws: Installation.Failure.self) {
                try house.run("operator-code", Self.resident)
            }
        }
    }

    @Test("a new device: the desk's paper proves it, and it is known from then on")
    func newDevice() async throws {
        try await with { house in
            let operatorToken = try await house.signInOperator(Self.committee)
            let first = try await house.signIn(Self.resident)
            let (estate, person) = try home(house, first)
            let issued = try house.request(
                "POST", "/api/v1/estates/\(estate)/people/\(person)/device-codes",
                token: operatorToken, ["days": 1])
            #expect(issued.status == 201, "\(issued.text)")
            let code = try #require(try issued.object["code"] as? String)
            let proved = try house.request(
                "POST", "/api/v1/me/proof/codes", token: first, ["code": code])
            #expect(proved.status == 204, "\(proved.text)")
            let state = try house.request("GET", "/api/v1/me/proof", token: first).object
            #expect(state["proved_by"] as? String == "paper_code")
        }
    }

    @Test("a recycled number: after 90 days a right code names nobody, and opens nothing by itself")
    func recycled() async throws {
        try await with(clock: "2026-03-01T00:00:00Z") { house in
            let clock = try house.request("POST", "/dev/clock?set=2026-05-30T01:00:00Z")
            #expect((200..<300).contains(clock.status), "\(clock.text)")
            let (number, code) = try await house.code(for: Self.resident)
            let answer = try house.request(
                "POST", "/api/v1/sign-in/sessions", ["request": number, "code": code])
            #expect(answer.status == 200, "\(answer.text)")
            let object = try answer.object
            #expect(object["needs_proof"] as? Bool == true)
            #expect((object["who"] as? [Any])?.isEmpty == true)
            #expect(object["account"] == nil && object["token"] == nil)
        }
    }
}
