import Foundation
import Support
import Testing

/// A scammer with a free talk and ten eggs, and the social worker's desk where that ends.
@Suite("Stories of the social worker's desk", .serialized, .timeLimit(.minutes(5)))
struct DeskStoryTests {
    /// People of different households.
    private static let elders = ["R00205", "R00252", "R00343", "R00354", "R00599", "R02109"]

    private static let decision = [
        "visibility": "hidden", "because": "scam", "reason": "推销，不予公开",
    ]

    @Test("free talk, ten eggs: held, hidden with a reason, appealed to another; a day at the desk")
    func eggs() async throws {
        let people: [Gathering.Person] = [
            .organiser, .guests, .neighbour, .worker, .committee, .chair,
        ]
        try await Gathering.with(people) { there in
            let talk = there.draft([
                "meant_for": "elders", "title_zh": "免费讲座送十个鸡蛋",
                "body_zh": "专家讲养生，请带现金。",
            ])
            let post = try there.get(.guests, "POST", "activities", talk, is: 201)["activity"].id
            let path = "activities/\(post)/publication"
            #expect(try there.refusal(.guests, path, nil, is: 422) == "declaration-missing")
            let held = try there.get(.guests, "POST", path + "?declared=yes")
            #expect(held["activity"]["visibility"].text == "held")
            #expect(try !there.get(.neighbour, "occurrences").json.contains("鸡蛋"))
            #expect(try kinds(there, .worker) == [["review"]])
            let decisions = "moderation/\(post)/decisions"
            #expect(
                try there.refusal(
                    .worker, decisions,
                    ["visibility": "visible", "because": "fine", "reason": "可以"])
                    == "author-unproved")
            try there.get(.worker, "POST", decisions, Self.decision)
            let told = try there.get(.guests, "me/moderation")["posts"].elements.first
            #expect(told?["reason"].text == "推销，不予公开")
            #expect(told?.json.contains(try there.id(.worker)) == false)
            try there.get(
                .guests, "POST", "me/moderation/\(post)/appeal", ["words": "真的是公益"], is: 204)
            #expect(
                try there.refusal(.worker, decisions, Self.decision, is: 403) == "decided-before")
            try there.get(.committee, "POST", decisions, Self.decision)
            #expect(
                try there.refusal(
                    .guests, "me/moderation/\(post)/appeal", ["words": "再说一次"])
                    == "appealed-already")
            try await around(there)
            try await desk(there)
        }
    }

    /// The kinds of the open tasks, thread by thread.
    private func kinds(_ there: Gathering, _ reader: Gathering.Person) throws -> [[String]] {
        try there.get(reader, "tasks")["threads"].elements.map { thread in
            thread["tasks"].elements.compactMap { $0["kind"].text }.sorted()
        }
    }

    /// Comes near many elders, with words of money.
    private func around(_ there: Gathering) async throws {
        try there.get(
            .committee, "POST", "people/\(try there.id(.chair))/proofs", ["because": "工作证"],
            is: 201)
        let dance = there.draft(
            ["meant_for": "elders", "title_zh": "太极晨练", "body_zh": "慢慢来。"], adults: 12)
        let drafted = try there.get(.chair, "POST", "activities", dance, is: 201)["activity"].id
        try there.get(.chair, "POST", "activities/\(drafted)/publication?declared=yes")
        try there.get(
            .worker, "POST", "moderation/\(drafted)/decisions",
            ["visibility": "visible", "because": "fine", "reason": "可以"])
        let meeting = try #require(try there.meetings(.chair, drafted).first)
        for elder in Self.elders {
            let token = try there.house.run("session", elder).split(separator: "\n").last
            let joined = try there.house.request(
                "POST", there.path("occurrences/\(meeting)/reservations"),
                token: token.map(String.init), [:])
            #expect(joined.status == 201, "\(joined.text)")
        }
        #expect(try kinds(there, .worker) == [])
        let comments = "activities/\(drafted)/comments"
        let said = try there.get(.guests, "POST", comments, ["body": "大家好"], is: 201).id
        #expect(try kinds(there, .worker) == [["unusual-pattern"]])
        try there.get(
            .neighbour, "POST", "reports",
            ["thing_kind": "comment", "thing": said, "kind": "scam", "words": "推销"], is: 204)
    }

    /// Tasks of one person are one thread; the desk reads its load, says no, and what nobody takes climbs.
    private func desk(_ there: Gathering) async throws {
        let thread = try #require(try there.get(.worker, "tasks")["threads"].elements.first)
        #expect(try kinds(there, .worker) == [["report", "unusual-pattern"]])
        #expect(thread["person"].text == (try there.id(.guests)))
        let tasks = thread["tasks"].elements
        let (first, second) = (tasks[0].id, tasks[1].id)
        try there.get(.worker, "POST", "tasks/\(first)/taking")
        func load() throws -> [Int?] {
            let rows = try there.get(.worker, "task-load")["load"].elements
            return [try there.id(.worker), nil].map { person in
                rows.first { $0["person"].text == person && $0["role"].text == "social_worker" }?[
                    "open"
                ].integer
            }
        }
        #expect(try load() == [1, 1])
        try there.get(.worker, "POST", "tasks/\(second)/refusals", ["because": "too_near"])
        #expect(try there.ask(.committee, "GET", "tasks/\(second)").status == 404)
        try there.clock("03-02T08:02")
        try await there.house.until("it climbs to the committee", within: .seconds(8)) {
            (try? there.ask(.committee, "GET", "tasks/\(second)").status) == 200
        }
        #expect(try there.told(.committee).contains("task.climbed"))
        #expect(try there.ask(.committee, "GET", "tasks/\(first)").status == 404)
        // Whom it is about is not told by a line; a record that is read for care tells.
        _ = try there.get(
            .worker, "people/\(try there.id(.neighbour))/record?purpose=care")
        for (person, kinds) in [(Gathering.Person.guests, [String]()), (.neighbour, ["person"])] {
            let lines = try there.get(person, "me/record-reads")["reads"].elements
                .filter { $0["reader_name"].text == "陆晓燕" }
            #expect(lines.compactMap { $0["kind"].text } == kinds)
        }
    }
}
