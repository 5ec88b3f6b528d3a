import Foundation
import Support
import Testing

/// A person's whole path through the wire, to the real command and back.
@Suite("Acceptance", .serialized, .timeLimit(.minutes(3)))
struct AcceptanceTests {
    // People of seed-data/demo.csv, and a couple that shares a phone.
    private let resident = "15400000426"
    private let neighbour = "15400000442"
    private let committee = "15400002045"
    private let couple = "15400000012"

    @Test("residents sign in by phone, strangers see nothing, and a restart keeps all of it")
    func wholePath() async throws {
        try await TestDatabase.with { clone in
            let house = try Installation(on: clone)
            defer { house.remove() }
            try await house.start()
            try publicPages(house)
            try strangers(house)
            let token = try await residentSignsIn(house)
            try await committeeSeesBothEstates(house)
            try await sharedPhone(house)
            let ended = try await endedSession(house)

            #expect(try await house.terminate() == 0)
            #expect(throws: TestClient.Failure.self) { try house.request("GET", "/livez") }
            try await house.start()
            #expect(try house.request("GET", "/api/v1/me", token: token).status == 200)
            #expect(try house.request("GET", "/api/v1/me", token: ended).status == 401)
            try findings(house)
            #expect(try await house.terminate() == 0)
        }
    }

    /// The doctor finds nothing, but that a cluster does not wait for the disk, if it does not.
    private func findings(_ house: Installation) throws {
        let report: String
        do {
            report = try house.run("doctor")
        } catch let failure as Installation.Failure {
            report = failure.description
        }
        #expect(report.contains("ok   events of"))
        let bad = report.split(separator: "\n").filter { $0.contains("BAD") }
        #expect(bad.allSatisfy { $0.hasPrefix("BAD  fsync: ") }, "\(report)")
        #expect(bad.isEmpty == report.contains("ok   fsync"), "\(report)")
    }

    private func publicPages(_ house: Installation) throws {
        #expect(try house.request("GET", "/livez").text == "ok\n")
        let readiness = try house.request("GET", "/readyz")
        #expect(readiness.status == 200)
        for check in ["database: ok", "schema: ok", "disk: ok"] {
            #expect(readiness.text.contains(check))
        }
        let document = try house.request("GET", "/openapi.json")
        #expect(document.status == 200)
        #expect(try (document.object["openapi"] as? String)?.hasPrefix("3.") == true)
    }

    /// Every operation of the API that is not open says 401 to nobody, and says nothing else.
    private func strangers(_ house: Installation) throws {
        let document = try house.request("GET", "/openapi.json").object
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        #expect(paths.keys.contains("/api/v1/me"))
        var guarded = 0
        for (template, operations) in paths {
            let path = template.replacing(/\{[^}]*\}/, with: "019a0000-0000-7000-8000-000000000000")
            for (method, operation) in operations where method == "get" || method == "delete" {
                let security = (operation as? [String: Any])?["security"] as? [[String: Any]]
                guard let security, !security.isEmpty, !security.contains(where: \.isEmpty)
                else { continue }
                guarded += 1
                for token in [nil, String(repeating: "A", count: 43)] {
                    let answer = try house.request(method.uppercased(), path, token: token)
                    #expect([401, 404].contains(answer.status), "\(method) \(path)")
                    #expect(!answer.text.contains("音乐广场"), "\(method) \(path)")
                }
            }
        }
        #expect(guarded >= 3, "operations that ask for an account")
    }

    private func residentSignsIn(_ house: Installation) async throws -> String {
        let (number, code) = try await house.code(for: resident)
        let wrong = code == "000000" ? "000001" : "000000"
        let refused = try house.request(
            "POST", "/api/v1/sign-in/sessions", ["request": number, "code": wrong])
        #expect((400..<500).contains(refused.status))
        #expect(try refused.object["token"] == nil)
        let answer = try house.request(
            "POST", "/api/v1/sign-in/sessions", ["request": number, "code": code])
        #expect(answer.status == 201)
        let token = try #require(try answer.object["token"] as? String)
        #expect(try await estates(house, token) == ["YYGC"])
        // A code is good once.
        let again = try house.request(
            "POST", "/api/v1/sign-in/sessions", ["request": number, "code": code])
        #expect(again.status == refused.status)
        return token
    }

    private func committeeSeesBothEstates(_ house: Installation) async throws {
        let token = try await house.signInOperator(committee)
        #expect(try await estates(house, token) == ["QLY", "YYGC"])
    }

    private func sharedPhone(_ house: Installation) async throws {
        let (number, code) = try await house.code(for: couple)
        let question = try house.request(
            "POST", "/api/v1/sign-in/sessions", ["request": number, "code": code])
        #expect(question.status == 200)
        let ticket = try #require(try question.object["ticket"] as? String)
        let who = try #require(try question.object["who"] as? [[String: String]])
        #expect(who.count == 2)
        let first = try #require(who.first?["account"])
        let stranger = try house.request(
            "POST", "/api/v1/sign-in/choices",
            ["ticket": ticket, "account": UUID().uuidString.lowercased()])
        #expect((400..<500).contains(stranger.status), "one who does not share the phone")
        let (again, second) = try await chosen(house, ticket, first)
        #expect(again == first)
        #expect(try await estates(house, second) == ["YYGC"])
    }

    private func chosen(
        _ house: Installation, _ ticket: String, _ account: String
    ) async throws -> (account: String, token: String) {
        let answer = try house.request(
            "POST", "/api/v1/sign-in/choices", ["ticket": ticket, "account": account])
        #expect(answer.status == 201, "\(answer.text)")
        let object = try answer.object
        return (
            try #require(object["account"] as? String), try #require(object["token"] as? String)
        )
    }

    /// Ends a session as its account; its token, which is void then.
    private func endedSession(_ house: Installation) async throws -> String {
        let token = try await house.signIn(neighbour)
        let list = try house.request("GET", "/api/v1/me/sessions", token: token).object
        let sessions = try #require(list["sessions"] as? [[String: Any]])
        let own = try #require(sessions.first { $0["is_current"] as? Bool == true }?["id"])
        let answer = try house.request("DELETE", "/api/v1/me/sessions/\(own)", token: token)
        #expect(answer.status == 204)
        #expect(try house.request("GET", "/api/v1/me", token: token).status == 401)
        return token
    }

    private func estates(_ house: Installation, _ token: String) async throws -> [String] {
        let answer = try house.request("GET", "/api/v1/me", token: token)
        #expect(answer.status == 200, "\(answer.text)")
        let estates = try #require(try answer.object["estates"] as? [[String: Any]])
        return estates.compactMap { $0["code"] as? String }.sorted()
    }
}
