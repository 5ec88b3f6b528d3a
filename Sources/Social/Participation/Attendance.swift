internal import Platform
internal import Realtime

/// Checking in and out: by a code that a participant shows to an organiser, or by roll-call.
struct Attendance: Sendable {
    /// Minutes that a code lives.
    static let codeMinutes: Int32 = 10
    /// Digits of a code.
    static let codeDigits = 8
    /// Most codes that one member asks for within an hour.
    static let codesPerHourMax: Int32 = 20
    /// Most codes that do not work, of one organiser within ten minutes.
    static let attemptsMax: Int32 = 10
    /// So many are made, of which the first that nobody has is given.
    private static let candidates = 4

    private let key: SymmetricKey

    /// Hashes codes under a key of its own.
    init(_ keyring: Keyring) { key = keyring.hashingKey(for: "attendance code") }

    /// What is kept of a code: it says nothing without the key.
    private func hash(_ code: String, in estate: UUID) -> String {
        Hex.encoded(HMACSHA256.code(of: estate.bytes + Array(code.utf8), key: key))
    }

    static func freshCode() -> String {
        let digits = String(SecureRandom.number(below: 100_000_000))
        return String(repeating: "0", count: codeDigits - digits.count) + digits
    }

    /// Makes a code for a member of one's own reservation, and shows it once.
    func ask(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        let reservation = call.id("reservation")
        let step = call.body["step"]?.text ?? "in"
        let named = call.body["person"]?.text.flatMap { UUID($0) }
        let codes = (0..<Self.candidates).map { _ in Self.freshCode() }
        return try await call.write { tx, caller in
            let subject = try Participation.subject(call, caller)
            let person = named ?? subject
            guard let estate = caller.estate else { throw Stop(.notFound) }
            let ask = AskCode(
                id: id, reservation: reservation, person: person, step: step,
                hashes: codes.map { hash($0, in: estate) })
            let asked = try await tx.run(ask).first
            guard let asked, asked.verdict == "given", let place = asked.place,
                codes.indices.contains(Int(place) - 1), let meeting = asked.meeting,
                let holder = asked.holder
            else { return try Self.refuse(asked?.verdict ?? "gone") }
            let audience = Set([person, holder]).sorted().map { EventAudience.person($0) }
            _ = try await tx.run(
                AppendEvent(
                    EventDraft(
                        id: event, kind: "attendance.codeMade", audience: audience,
                        about: [person]
                    ) { json in
                        json.member("occurrence", meeting)
                        json.member("reservation", reservation)
                        json.member("step", step)
                    }))
            return .doneWithSecret(
                call.json(.created) { json in
                    json.object { json in
                        let code = codes[Int(place) - 1]
                        json.member("code", code)
                        json.memberIfPresent("qr_svg", picture(of: code, at: meeting, call))
                        json.member("person", person)
                        json.member("step", step)
                        json.member(
                            "expires_at", tx.instant + .seconds(60 * Int64(Self.codeMinutes)))
                    }
                })
        }
    }

    /// A QR code that leads an organiser's phone to the meeting's roll, with the code filled in.
    private func picture(of code: String, at meeting: UUID, _ call: Call) -> String? {
        let roll = "\(call.site)/#/estates/\(call.id("estate"))/rolls/\(meeting)/\(code)"
        let title = Text(zh: "签到码 \(code)", en: "Check-in code \(code)")
        return QRMatrix(roll)?.svg(title: title[call.language])
    }

    /// Notes that somebody came or went, by a code or by name.
    func note(_ call: Call) async throws -> Response {
        let occurrence = call.id("occurrence")
        let (attempt, event) = (call.context.ids.next(), call.context.ids.next())
        let way = try Way(call.body)
        return try await call.write { tx, caller in
            guard let estate = caller.estate else { throw Stop(.notFound) }
            guard let meeting = try await tx.run(FindMeeting(id: occurrence)).first else {
                return .refused(Problem(.notFound))
            }
            guard meeting.isSteward else { return .refused(Problem(.stewardsOnly)) }
            let noted: [NotedAttendance]
            switch way {
            case .code(let code):
                noted = try await tx.run(
                    RedeemCode(
                        occurrence: occurrence, hash: hash(code, in: estate), attempt: attempt))
            case .call(let reservation, let person, let step):
                noted = try await tx.run(
                    CallRoll(
                        occurrence: occurrence, reservation: reservation, person: person,
                        step: step))
            }
            guard let noted = noted.first, noted.verdict == "done", let person = noted.person,
                let step = noted.step
            else {
                let refused = try Self.refuse(noted.first?.verdict ?? "gone")
                // The attempt counts, so what was written stays.
                guard case .refused(let problem) = refused else { return refused }
                return .done(call.refusal(problem))
            }
            return try await tell(call, tx, meeting, person, step, way, event)
        }
    }

    /// Writes the event and the notice of who came or went, and answers with it.
    private func tell(
        _ call: Call, _ tx: Transaction, _ meeting: FindMeeting.Row, _ person: UUID,
        _ step: String, _ way: Way, _ event: UUID
    ) async throws -> Outcome {
        let occurrence = call.id("occurrence")
        let (participants, stewards) = try await tx.run(
            FindParticipants(occurrence: occurrence, person: person),
            FindStewards(capacity: meeting.capacity))
        guard let one = participants.first else { return .refused(Problem(.reservationGone)) }
        let isIn = step == "in"
        let audience = Set(stewards + [person, one.holder]).sorted().map {
            EventAudience.person($0)
        }
        let draft = EventDraft(
            id: event, kind: isIn ? "attendance.checkedIn" : "attendance.checkedOut",
            audience: audience, about: [person]
        ) { json in
            json.member("occurrence", occurrence)
            json.member("reservation", one.reservation)
            json.member("way", way.code)
        }
        // Who comes knows it; who brings somebody wants to.
        let notice = Notify(
            isIn ? .attendanceIn : .attendanceOut, of: event,
            about: NoticeSubject(.occurrence, occurrence),
            to: one.holder == person ? [] : [one.holder]
        ) { json in json.member("person", person) }
        try await tx.execute(AppendEvent(draft).sql, notice.sql)
        return .done(Response(.ok, "application/json", one.json))
    }

    /// How an organiser names who came.
    private enum Way {
        case code(String)
        case call(reservation: UUID, person: UUID, step: String)

        init(_ body: JSON) throws(Stop) {
            let person = body["person"]?.text.flatMap { UUID($0) }
            let reservation = body["reservation"]?.text.flatMap { UUID($0) }
            switch (body["code"]?.text, reservation, person, body["step"]?.text) {
            case (let code?, nil, nil, nil): self = .code(code)
            case (nil, let reservation?, let person?, let step):
                self = .call(reservation: reservation, person: person, step: step ?? "in")
            default:
                throw Stop(Problem(.invalid, faults: [Problem.Fault("/code", Self.oneWay)]))
            }
        }

        var code: String { if case .code = self { "code" } else { "roll" } }

        private static let oneWay = Text(
            zh: "请只填 code，或填 reservation 和 person（可加 step）。",
            en: "Send code alone, or reservation and person, with step if it is out.")
    }

    /// The refusal of a verdict of V0063.
    static func refuse(_ verdict: String) throws -> Outcome {
        switch verdict {
        case "gone": return .refused(Problem(.reservationGone))
        case "not_confirmed": return .refused(Problem(.notConfirmed))
        case "not_now": return .refused(Problem(.notAttendanceTime))
        case "already": return .refused(Problem(.alreadyNoted))
        case "not_in": return .refused(Problem(.notCheckedIn))
        case "claimed": return .refused(Problem(.noShowClaimed))
        case "by_code": return .refused(Problem(.releaseByCode))
        case "two_adults": return .refused(Problem(.twoAdultsNeeded))
        case "child_ratio": return .refused(Problem(.moreAdultsNeeded))
        case "not_fetcher": return .refused(Problem(.notAFetcher))
        case "unknown": return .refused(Problem(.attendanceCodeUnknown))
        case "other": return .refused(Problem(.attendanceCodeElsewhere))
        case "used": return .refused(Problem(.attendanceCodeUsed))
        case "expired": return .refused(Problem(.attendanceCodeExpired))
        case "too_many": throw Stop(tooMany)
        // All of the codes that were made are taken: the client asks again.
        case "none_free": throw Stop(.unavailable)
        default:
            throw PostgresError(.decoding, message: "V0063 gave an unknown verdict")
        }
    }

    private static var tooMany: Problem {
        var problem = Problem(.tooMany)
        problem.retryAfterSeconds = 600
        return problem
    }

    /// The periodic work that forgets codes and attempts of a day ago.
    static func sweep() -> Job { .sweep(name: "attendance-sweep", every: .seconds(3600), forget) }

    /// Forgets those of the job's estate.
    static let forget: [SQL] = [
        """
        DELETE FROM linli.attendance_code
        WHERE estate_id = linli.estate_id()
            AND created_at <= linli.instant() - interval '1 day'
        """,
        """
        DELETE FROM linli.attendance_attempt
        WHERE estate_id = linli.estate_id() AND at <= linli.instant() - interval '1 day'
        """,
    ]
}
