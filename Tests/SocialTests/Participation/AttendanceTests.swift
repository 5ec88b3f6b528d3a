internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Checking in and out, through the wire") struct AttendanceTests {
    typealias Estate = ParticipationEstate

    private func code(
        _ estate: Estate, _ reader: Estate.Reader, _ reservation: JSON, _ body: String = "{}"
    ) throws -> String {
        let made = try estate.json(
            reader, "POST", estate.path(reservation) + "/codes", is: 201, body)
        let code = made["code"]?.text ?? ""
        #expect(code.utf8.count == 8 && code.allSatisfy(\.isNumber))
        return code
    }

    private func shown(_ code: String) -> String { #"{"code":"\#(code)"}"# }

    @Test("a code checks in once, the next checks out; both show, and the log holds no code")
    func codes() async throws {
        try await Estate.with { estate async throws in
            let made = try estate.join(.leader)
            let target = estate.meeting + "/attendance"
            let doors = Estate.begins - .seconds(3600)
            try estate.api.clock.set(doors - .microseconds(1))
            let codes = estate.path(made) + "/codes"
            #expect(try estate.refusal(.leader, codes, "{}") == "not-attendance-time")
            try estate.api.clock.set(doors)
            #expect(try estate.refusal(.leader, codes, #"{"step":"out"}"#) == "not-checked-in")
            #expect(try estate.refusal(.member, codes, "{}") == "reservation-gone")
            let first = try code(estate, .leader, made)
            #expect(try estate.refusal(.leader, target, shown(first)) == "organisers-only")
            #expect(try estate.refusal(.stranger, target, shown(first)) == "not-found")
            let noted = try estate.json(.neighbour, "POST", target, shown(first))
            #expect(noted["display_name"]?.text == "张三")
            #expect(noted["checked_in_at"]?.text == doors.description)
            #expect(try estate.refusal(.neighbour, target, shown(first)) == "attendance-code-used")
            #expect(try estate.refusal(.leader, codes, "{}") == "already-noted")
            try estate.api.clock.set(Estate.ends + .seconds(3599))
            let second = try code(estate, .leader, made, #"{"step":"out"}"#)
            let out = try estate.json(.neighbour, "POST", target, shown(second))
            #expect(out["checked_out_at"]?.text == estate.api.clock.now().description)
            let member = try estate.json(.leader, "GET", estate.path(made))["members"]?.elements
            #expect(member?.first?["checked_in_at"]?.text == doors.description)
            for kind in ["attendance.codeMade", "attendance.checkedIn", "attendance.checkedOut"] {
                #expect(try estate.events(kind) == (kind == "attendance.codeMade" ? 2 : 1))
            }
            let kept = try estate.estate.count(
                """
                SELECT count(*) FROM linli.event, linli.attendance_code AS c
                WHERE payload::text LIKE \("%" + first + "%")
                    OR encode(code_hash, 'escape') LIKE \("%" + first + "%")
                """)
            #expect(kept == 0)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("a code comes with a picture that a phone reads, and no reader sees it again")
    func picture() async throws {
        try await Estate.with { estate async throws in
            let made = try estate.join(.leader)
            try estate.api.clock.set(Estate.begins)
            let path = estate.path(made) + "/codes"
            let answer = try estate.json(.leader, "POST", path, is: 201, "{}")
            let code = answer["code"]?.text ?? ""
            let drawn = try #require(answer["qr_svg"]?.text)
            let meeting = estate.meeting.split(separator: "/").last ?? ""
            let roll = "http://localhost/#/estates/\(APIFixture.a)/rolls/\(meeting)/\(code)"
            #expect(drawn == QRMatrix(roll)?.svg(title: "签到码 \(code)"))
            #expect(try !estate.estate.ask(.leader, "GET", estate.path(made)).text.contains(code))
        }
    }

    @Test("a code lives ten minutes, and a new one voids it")
    func expiry() async throws {
        try await Estate.with { estate async throws in
            let made = try estate.join(.leader)
            let target = estate.meeting + "/attendance"
            try estate.api.clock.set(Estate.begins)
            let voided = try code(estate, .leader, made)
            let lapsing = try code(estate, .leader, made)
            #expect(
                try estate.refusal(.neighbour, target, shown(voided)) == "attendance-code-expired")
            try estate.api.clock.set(Estate.begins + .seconds(600))
            #expect(
                try estate.refusal(.neighbour, target, shown(lapsing)) == "attendance-code-expired"
            )
            let last = try code(estate, .leader, made)
            try estate.api.clock.set(Estate.begins + .seconds(1200) - .microseconds(1))
            #expect(try estate.refusal(.neighbour, target, shown(last)) == "200")
            #expect(
                try estate.estate.count("SELECT count(*) FROM linli.attendance_attempt") == 2)
        }
    }

    @Test("a code of another meeting is refused, and so is one that nobody has")
    func elsewhere() async throws {
        try await Estate.with { estate async throws in
            let (_, other) = try Estate.publish(
                estate.estate, .neighbour,
                Estate.draft(starts: "2026-03-03T20:45", ends: "2026-03-03T21:30"))
            let made = try estate.join(.leader)
            try estate.api.clock.set(Estate.ends)
            let own = try code(estate, .leader, made)
            let target = other + "/attendance"
            #expect(
                try estate.refusal(.neighbour, target, shown(own)) == "attendance-code-elsewhere")
            let unknown = own == "00000000" ? "00000001" : "00000000"
            #expect(
                try estate.refusal(.neighbour, target, shown(unknown)) == "attendance-code-unknown")
            #expect(try estate.refusal(.neighbour, target, shown("١٢٣٤٥٦٧٨")) != "200")
            for body in ["{}", #"{"code":"1"}"#, #"{"code":"00000000","step":"in"}"#] {
                #expect(try estate.refusal(.neighbour, target, body) == "invalid", "\(body)")
            }
            // At its own meeting it still works.
            #expect(
                try estate.refusal(.neighbour, estate.meeting + "/attendance", shown(own)) == "200"
            )
        }
    }

    @Test("after ten codes that do not work none is looked at, for ten minutes")
    func attempts() async throws {
        try await Estate.with { estate async throws in
            let made = try estate.join(.leader)
            let target = estate.meeting + "/attendance"
            try estate.api.clock.set(Estate.begins)
            let own = try code(estate, .leader, made)
            let wrong = shown(own == "00000000" ? "00000001" : "00000000")
            for _ in 0..<10 {
                #expect(
                    try estate.refusal(.neighbour, target, wrong) == "attendance-code-unknown")
            }
            let refused = try estate.ask(.neighbour, "POST", target, shown(own))
            #expect(refused.status == 429)
            #expect(refused["retry-after"] == "600")
            try estate.api.clock.set(Estate.begins + .seconds(600) - .microseconds(1))
            #expect(try estate.refusal(.neighbour, target, shown(own)) == "too-many")
            try estate.api.clock.set(Estate.begins + .seconds(600))
            let fresh = try code(estate, .leader, made)
            #expect(try estate.refusal(.neighbour, target, shown(fresh)) == "200")
        }
    }

    @Test("one member asks for twenty codes within an hour and no more")
    func askedTooOften() async throws {
        try await Estate.with { estate async throws in
            let made = try estate.join(.leader)
            try estate.api.clock.set(Estate.begins - .seconds(3600))
            for _ in 0..<20 { _ = try code(estate, .leader, made) }
            #expect(try estate.refusal(.leader, estate.path(made) + "/codes", "{}") == "too-many")
            try estate.api.clock.set(Estate.begins)
            _ = try code(estate, .leader, made)
            try estate.api.clock.set(Estate.begins + .seconds(86_400))
            let job = try estate.estate.connect(job: "attendance-sweep")
            for sql in Attendance.forget { _ = try job.run(Forget(sql: sql)) }
            #expect(
                try estate.estate.count("SELECT count(*) FROM linli.attendance_code") == 0)
        }
    }

    private struct Forget: Command {
        var sql: SQL
    }

    @Test("roll-call notes who has no phone until a day later; who brings a child is told")
    func rollCall() async throws {
        try await Estate.with(adults: 1) { estate async throws in
            let made = try estate.join(.leader, Estate.leader, Estate.child)
            let waiting = try estate.join(.member)
            let target = estate.meeting + "/attendance"
            func call(_ reservation: JSON, _ person: UUID, _ step: String) -> String {
                #"{"reservation":"\#(reservation["id"]?.text ?? "")","person":"\#(person)","#
                    + #""step":"\#(step)"}"#
            }
            let present = call(made, Estate.child, "in")
            #expect(try estate.refusal(.neighbour, target, present) == "not-attendance-time")
            try estate.api.clock.set(Estate.begins - .seconds(1))
            #expect(try estate.refusal(.leader, target, present) == "organisers-only")
            #expect(
                try estate.refusal(.neighbour, target, call(made, Estate.child, "out"))
                    == "not-checked-in")
            #expect(
                try estate.refusal(.neighbour, target, call(waiting, Estate.member, "in"))
                    == "not-confirmed")
            #expect(
                try estate.refusal(.neighbour, target, call(made, Estate.member, "in"))
                    == "reservation-gone")
            #expect(try estate.refusal(.neighbour, target, present) == "200")
            #expect(try estate.told(Estate.leader) == ["attendance.checkedIn"])
            try estate.api.clock.set(Estate.ends + .seconds(86_400) - .microseconds(1))
            #expect(
                try estate.refusal(.neighbour, target, call(made, Estate.leader, "in")) == "200")
            // Who came needs no notice of it.
            #expect(try estate.told(Estate.leader) == ["attendance.checkedIn"])
            try estate.api.clock.set(Estate.ends + .seconds(86_400))
            #expect(
                try estate.refusal(.neighbour, target, call(made, Estate.child, "out"))
                    == "not-attendance-time")
            #expect(estate.api.logged.lines.isEmpty)
        }
    }
}
