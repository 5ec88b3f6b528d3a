import Foundation
import Support
import Testing

/// Newcomers at the real command over the imported estate: a code on paper, a shared flat.
@Suite("Stories of joining", .serialized, .timeLimit(.minutes(5)))
struct JoiningStoryTests {
    /// A session that joining opened.
    private struct Member {
        let house: Installation
        let base: String
        let token: String
        let person: String

        func get(_ path: String) throws -> Content {
            let answer = try house.request("GET", "\(base)/\(path)", token: token)
            try #require(answer.status == 200, "\(path): \(answer.text)")
            return try answer.content
        }

        var companions: [String] {
            get throws {
                try get("household")["members"].elements.compactMap { $0["display_name"].text }
            }
        }
    }

    private static func with(
        _ body: (Neighbourhood, String) async throws -> Void
    ) async throws {
        try await TestDatabase.with { clone in
            let house = try Installation(on: clone)
            defer { house.remove() }
            try await house.start()
            let there = try await Neighbourhood(house)
            try await body(there, "/api/v1/estates/\(there.estate)")
            #expect(try await house.terminate() == 0)
        }
    }

    /// A code on paper from the committee.
    private func issue(
        _ there: Neighbourhood, _ base: String, _ members: [String: Any], standing: String
    ) throws -> String {
        let answer = try there.ask(
            .committee, "POST", base + "/join-codes",
            members.merging(["standing": standing, "because": "看过租房合同"]) { $1 })
        try #require(answer.status == 201, "\(answer.text)")
        return try answer.content["code"].text ?? ""
    }

    /// What a newcomer does with its paper: shows it with a phone, and answers the message.
    private func join(
        _ there: Neighbourhood, _ base: String, _ code: String, _ phone: String, _ name: String
    ) async throws -> Member {
        let (request, message) = try await there.house.showJoinCode(code, phone: phone)
        let answer = try there.house.request(
            "POST", "/api/v1/joining",
            ["request": request, "phone_code": message, "display_name": name])
        try #require(answer.status == 201, "\(answer.text)")
        let content = try answer.content
        return Member(
            house: there.house, base: base, token: content["token"].text ?? "",
            person: content["person"].text ?? "")
    }

    private func code(of refusal: TestClient.Answer) throws -> String {
        "\(refusal.status) \(try refusal.content["code"].text ?? "")"
    }

    @Test("whom the roster knows claims by its phone, and its home and stair leader hear of it")
    func claim() async throws {
        try await Self.with { there, base in
            let told = try there.ask(.resident, "GET", base + "/notices").content["notices"]
            let claims = told.elements.filter { $0["kind"].text == "person.claimed" }
            #expect(!claims.isEmpty, "the spouse signed in after the resident")
            #expect(claims.allSatisfy { $0["text_zh"].text?.contains("首次登录") == true })
            for reader in [Neighbourhood.Reader.resident, .spouse, .neighbour] {
                let standing = try there.ask(reader, "GET", base + "/me/standing").content
                #expect(standing["level"].text == "household")
                #expect(standing["proofs"].elements.first?["how"].text == "roster")
            }
            let refused = try there.ask(.neighbour, "GET", base + "/people")
            #expect(try code(of: refused) == "403 may-not-admit")
            let list = try there.ask(.committee, "GET", base + "/people?limit=100").content
            #expect(list["people"].elements.count == 100, "the roster has hundreds unclaimed")
        }
    }

    @Test("two newcomers share a flat with its household, each with a code, and stay three homes")
    func sharedFlat() async throws {
        try await Self.with { there, base in
            let stair = try there.stair("3号")
            let flats = try there.ask(
                .committee, "GET", base + "/residences?limit=100&place=\(stair)"
            ).content["residences"].elements
            let flat = try #require(flats.first { $0["households"].elements.count == 1 })
            let first = try issue(there, base, ["residence": flat.id], standing: "flatmate")
            let second = try issue(there, base, ["residence": flat.id], standing: "flatmate")
            let one = try await join(there, base, first, "13911110001", "沈一")
            let other = try await join(there, base, second, "13911110002", "韩二")
            #expect(try one.companions == ["沈一"])
            #expect(try other.companions == ["韩二"])
            #expect(try one.get("me/standing")["level"].text == "household")
            let after = try there.ask(
                .committee, "GET", base + "/residences?place=\(flat.id)"
            ).content["residences"].elements.first
            #expect(after?["households"].elements.count == 3)
            // The paper of the first, found in the hall, lets nobody in, and says why.
            let (request, _) = try await there.house.showJoinCode(
                first, phone: "13911110003", expectsMessage: false)
            let found = try there.house.request(
                "POST", "/api/v1/joining", ["request": request, "display_name": "路人"])
            #expect(try code(of: found) == "409 join-code-ended")
            #expect(found.text.contains("已被用过"))
            // Nor does it make the second a member of the first one's home.
            let moved = try there.house.request(
                "POST", "/api/v1/me/joining", token: other.token, ["code": first])
            #expect(try code(of: moved) == "409 join-code-ended")
            #expect(there.house.newestCode(for: "13911110003") == nil)
            // The newcomer invites its partner, who comes to its home alone.
            let invited = try there.house.request(
                "POST", base + "/invitations", token: one.token, ["standing": "spouse"])
            let partner = try await join(
                there, base, try invited.content["code"].text ?? "", "13911110004", "沈伴")
            #expect(Set(try one.companions) == ["沈一", "沈伴"])
            #expect(try other.companions == ["韩二"])
            let news = try one.get("notices")["notices"].elements.map { $0["kind"].text }
            #expect(news.contains("person.joined"))
            #expect(!partner.person.isEmpty)
            try apart(one, other)
        }
    }

    /// Of the one home the other sees no invitation, person or number, and hears nothing of its end.
    private func apart(_ one: Member, _ other: Member) throws {
        let home = try one.get("household")["members"].elements.first?["household"].text ?? ""
        let news = try other.get("notices").json
        for path in ["join-codes", "household", "notices", "me/visibility", "events?limit=100"] {
            let text = try other.get(path).json
            for word in [home, one.person, "沈一", "沈伴", "13911110001", "13911110004"] {
                #expect(!text.contains(word), "\(path) has \(word)")
            }
        }
        let left = try one.house.request(
            "POST", one.base + "/household/leaving", token: one.token,
            ["household": home, "understood": true])
        #expect(left.status == 204, "\(left.text)")
        #expect(try other.get("notices").json == news)
        #expect(try other.companions == ["韩二"])
    }
}
