internal import Platform
internal import Realtime
internal import Social
internal import Support
import Testing

@Suite("Signing in through the wire") struct SignInRouteTests {
    private func ask(_ api: APIFixture, _ phone: String) throws -> TestClient.Answer {
        try api.request(
            "POST", "/api/v1/sign-in/codes",
            fields: [("Content-Type", "application/json")], body: #"{"phone":"\#(phone)"}"#)
    }

    private func object(_ answer: TestClient.Answer) throws -> JSON {
        try JSON(parsing: answer.body)
    }

    private func signIn(
        _ api: APIFixture, _ request: String, _ code: String
    ) throws -> TestClient.Answer {
        try api.request(
            "POST", "/api/v1/sign-in/sessions",
            fields: [("Content-Type", "application/json")],
            body: #"{"request":"\#(request)","code":"\#(code)","device_label":"手机"}"#)
    }

    /// The code arrives after the answer.
    private func code(_ api: APIFixture, after count: Int) async throws -> String {
        for _ in 0..<2000 where api.post.count <= count {
            await api.server.shard.sleep(for: .milliseconds(1))
        }
        return try #require(api.post.lastCode)
    }

    @Test("a known phone gets a code, the code a session, and the session is who it is")
    func whole() async throws {
        try await APIFixture.with { api async throws in
            let asked = try ask(api, APIFixture.residentPhone)
            #expect(asked.status == 202)
            let request = try #require(try object(asked)["request"]?.text)
            let code = try await code(api, after: 0)
            let wrong = try signIn(api, request, code == "000000" ? "000001" : "000000")
            #expect(wrong.status == 422)
            #expect(try object(wrong)["code"]?.text == "code-wrong")
            let signedIn = try signIn(api, request, code)
            #expect(signedIn.status == 201)
            #expect(signedIn["cache-control"] == "no-store")
            let cookie = try #require(signedIn["set-cookie"])
            #expect(cookie.contains("HttpOnly; SameSite=Lax"))
            let token = try #require(try object(signedIn)["token"]?.text)
            #expect(cookie.hasPrefix("linli=\(token); Path=/; Max-Age=7776000"))
            let me = try api.request(
                "GET", "/api/v1/me", fields: [("Cookie", "a=b; linli=\(token)")])
            #expect(me.status == 200)
            let estate = try #require(try object(me)["estates"]?.elements?.first)
            #expect(estate["display_name"]?.text == "张三")
            #expect(estate["roles"]?.elements?.first?["role"]?.text == "stair_leader")
            #expect(try signIn(api, request, code).status == 422, "a code is good once")
        }
    }

    @Test("an unknown phone is answered alike, and a couple is asked who is there")
    func alike() async throws {
        try await APIFixture.with { api async throws in
            let unknown = try ask(api, "13999999999")
            let asked = try ask(api, APIFixture.couplePhone)
            #expect(unknown.status == asked.status)
            #expect(unknown.body.count == asked.body.count)
            #expect(unknown.fields.map(\.name) == asked.fields.map(\.name))
            let again = try ask(api, APIFixture.couplePhone)
            #expect(again.status == 202, "a limit is not told")
            let request = try #require(try object(asked)["request"]?.text)
            let who = try signIn(api, request, try await code(api, after: 0))
            #expect(who.status == 200)
            let names = try object(who)["who"]?.elements?.compactMap { $0["name"]?.text } ?? []
            #expect(Set(names) == ["王*芳", "李*"])
            let ticket = try #require(try object(who)["ticket"]?.text)
            let choice = #"{"ticket":"\#(ticket)","account":"\#(APIFixture.husband)"}"#
            func choose() throws -> TestClient.Answer {
                try api.request(
                    "POST", "/api/v1/sign-in/choices",
                    fields: [("Content-Type", "application/json")], body: choice)
            }
            #expect(try choose().status == 201)
            #expect(try choose().status == 422)
        }
    }

    @Test("sessions are listed and ended, one's own only; an ended one is nobody's")
    func sessions() async throws {
        try await APIFixture.with { api async throws in
            let list = try object(
                api.request("GET", "/api/v1/me/sessions", as: APIFixture.resident))
            let own = try #require(list["sessions"]?.elements)
            #expect(own.count == 1 && own[0]["is_current"]?.bool == true)
            #expect(own[0]["last_seen_on"]?.text == "2026-03-01")
            try api.clock.advance(by: .seconds(86_400))
            #expect(try api.request("GET", "/api/v1/me", as: APIFixture.resident).status == 200)
            let later = try object(
                api.request("GET", "/api/v1/me/sessions", as: APIFixture.resident))
            #expect(later["sessions"]?.elements?[0]["last_seen_on"]?.text == "2026-03-02")
            let id = try #require(own[0]["id"]?.text)
            let path = "/api/v1/me/sessions/\(id)"
            let foreign = try api.request("DELETE", path, as: APIFixture.stranger, key: "k")
            #expect(foreign.status == 404)
            let keyless = try api.request("DELETE", path, as: APIFixture.resident)
            #expect(keyless.status == 400)
            #expect(try object(keyless)["code"]?.text == "idempotency-key-missing")
            #expect(
                try api.request("DELETE", path, as: APIFixture.resident, key: "k").status == 204)
            let gone = try api.request("GET", "/api/v1/me", as: APIFixture.resident)
            #expect(gone.status == 401)
            let out = try api.request("POST", "/api/v1/sign-out", as: APIFixture.wife)
            #expect(
                try api.database.superuser().run(
                    OneCell<Int64>(
                        sql: "SELECT count(*) FROM linli.event WHERE kind = 'session.ended'"))
                    == [2], "the one ended before, and this")
            #expect(out.status == 204)
            #expect(out["set-cookie"]?.contains("Max-Age=0") == true)
            #expect(try api.request("GET", "/api/v1/me", as: APIFixture.wife).status == 401)
        }
    }

    @Test("a write with a cookie comes from our own pages, or is refused")
    func origins() async throws {
        try await APIFixture.with { api async throws in
            let token = api.tokens[APIFixture.resident] ?? ""
            func out(_ fields: [(String, String)]) throws -> Int {
                try api.request(
                    "POST", "/api/v1/sign-out", fields: [("Cookie", "linli=\(token)")] + fields
                ).status
            }
            #expect(try out([]) == 403)
            #expect(try out([("Origin", "https://evil.example")]) == 403)
            #expect(try out([("Origin", "null")]) == 403)
            #expect(try out([("Sec-Fetch-Site", "cross-site")]) == 403)
            #expect(
                try out([("Origin", "http://localhost"), ("Sec-Fetch-Site", "same-site")]) == 403)
            #expect(try out([("Cookie", "linli=x")]) == 401, "one of two is not ours")
            #expect(try out([("Origin", "http://localhost")]) == 204)
        }
    }

    @Test("what is wrong is said in the language asked for, with what to do")
    func problems() async throws {
        try await APIFixture.with { api async throws in
            let bad = try api.request(
                "POST", "/api/v1/sign-in/codes",
                fields: [("Content-Type", "application/json"), ("Accept-Language", "en")],
                body: #"{"phone":1}"#)
            #expect(bad.status == 400)
            #expect(bad["content-type"] == "application/problem+json")
            #expect(bad["x-content-type-options"] == "nosniff")
            let problem = try object(bad)
            #expect(problem["type"]?.text == "/problems/invalid")
            #expect(problem["title"]?.text == ProblemKind.invalid.title.en)
            #expect(problem["errors"]?.elements?.first?["pointer"]?.text == "/phone")
            #expect(problem["request_id"]?.text?.isEmpty == false)
            let unknown = try object(api.request("GET", "/api/v1/nothing"))
            #expect(unknown["title"]?.text == ProblemKind.notFound.title.zh)
            let page = try api.request("GET", "/problems/invalid")
            #expect(page.status == 200 && page.text.contains("<h1>"))
            let wrongMethod = try api.request("PUT", "/api/v1/me", body: "{}")
            #expect(wrongMethod.status == 405 && wrongMethod["allow"]?.contains("GET") == true)
            let typed = try api.request(
                "POST", "/api/v1/sign-in/codes", fields: [("Content-Type", "text/plain")],
                body: "{}")
            #expect(typed.status == 415)
            #expect(try api.request("GET", "/api/v1/me?x=1", as: APIFixture.wife).status == 400)
            let reference = try api.request("GET", "/openapi.json")
            let tag = try #require(reference["etag"])
            let same = try api.request("GET", "/openapi.json", fields: [("If-None-Match", tag)])
            #expect(same.status == 304)
        }
    }
}
