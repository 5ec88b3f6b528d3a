internal import Platform
internal import Realtime

/// Issues, lists and revokes the codes that let somebody into a household.
struct JoinCodes: Sendable {
    /// What a paper code is for.
    struct Wanted {
        var residence: UUID?
        var household: UUID?
        var person: UUID?
        var standing: String
        var because: String
        var first: Day
        var last: Day

        /// Reads the content of a request on a day of the estate.
        ///
        /// - Throws: `Stop` with what is to be corrected.
        init(_ body: JSON, today: Day) throws(Stop) {
            guard let standing = body["standing"]?.text, let because = body["because"]?.text else {
                throw Stop(.invalid)
            }
            (self.standing, self.because) = (standing, because)
            residence = body["residence"]?.text.flatMap { UUID($0) }
            household = body["household"]?.text.flatMap { UUID($0) }
            person = body["person"]?.text.flatMap { UUID($0) }
            guard residence != nil || household != nil else {
                throw Self.fault("/household", Self.somewhere)
            }
            guard person == nil || household != nil else {
                throw Self.fault("/household", Self.householdOfPerson)
            }
            first = try Self.day(body, "first_day") ?? today
            last =
                try Self.day(body, "last_day")
                ?? Day(daysSinceEpoch: first.daysSinceEpoch + Int32(JoinLimits.paperDays - 1))
            let latest = today.daysSinceEpoch + Int32(JoinLimits.paperDaysMax - 1)
            guard first >= today, first <= last, last.daysSinceEpoch <= latest else {
                throw Self.fault("/last_day", Self.days)
            }
        }

        private static func day(_ body: JSON, _ name: String) throws(Stop) -> Day? {
            guard let text = body[name]?.text else { return nil }
            guard let day = Day(text) else { throw fault("/\(name)", dayForm) }
            return day
        }

        private static func fault(_ pointer: String, _ detail: Text) -> Stop {
            Stop(Problem(.invalid, faults: [Problem.Fault(pointer, detail)]))
        }

        private static let dayForm = Text(
            zh: "请写成 2026-09-01 这样的日期。", en: "Write a day such as 2026-09-01.")
        private static let days = Text(
            zh: "首日不早于今天，末日不早于首日，且在 \(JoinLimits.paperDaysMax) 天之内。",
            en: "The first day is today or later, the last one not before it and within "
                + "\(JoinLimits.paperDaysMax) days.")
        private static let somewhere = Text(
            zh: "请指明哪一户；新住户请指明哪一室。",
            en: "Name the household; for a new one, the residence.")
        private static let householdOfPerson = Text(
            zh: "给已登记的人发码，请指明其所在的户。",
            en: "Name the household of the person whom it is for.")
    }

    private let key: SymmetricKey
    private let keyring: Keyring

    /// Codes under the keys of this keyring.
    init(_ keyring: Keyring) {
        key = keyring.hashingKey(for: "join code")
        self.keyring = keyring
    }

    /// What a code is found by.
    func hash(_ code: JoinCode) -> [UInt8] { code.hash(key) }

    /// Issues a code for paper, and shows it once.
    func issue(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        let code = JoinCode.random()
        return try await call.write { tx, caller in
            guard let person = caller.person, let today = try await tx.run(EstateToday()).first
            else { throw Stop(.notFound) }
            let wanted = try Wanted(call.body, today: today)
            let issue = IssueJoinCode(id: id, hash: hash(code), wanted: wanted)
            switch try await tx.run(issue).first {
            case "issued": break
            case "not_operator": return .refused(Problem(.mayNotAdmit))
            case "own": return .refused(Problem(.ownHousehold))
            default: return .refused(Problem(.notFound))
            }
            let (rows, _) = try await tx.run(
                JoinCodesSeen(id: id),
                Self.event(
                    "joinCode.issued", id, by: person, of: wanted.household, event: event))
            return try Self.shown(call, rows, code)
        }
    }

    /// Invites somebody as a member, and shows the code once; the other grown members are told.
    func invite(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        let code = JoinCode.random()
        guard let standing = call.body["standing"]?.text else { throw Stop(.invalid) }
        let named = call.body["household"]?.text.flatMap { UUID($0) }
        let vault = PersonVault(keyring, of: call.id("estate"))
        return try await call.write { tx, caller in
            guard let person = caller.person else { throw Stop(.notFound) }
            let members = try Household(try await tx.run(HouseholdMembers()), vault).members
            guard !members.contains(where: { $0.person == person && $0.isChild == true }) else {
                return .refused(Problem(.minorsDoNotInvite))
            }
            let invited = try await tx.run(
                InviteMember(
                    id: id, hash: hash(code), household: named, standing: standing,
                    ends: tx.instant + .seconds(JoinLimits.invitationDays * 86_400))
            ).first
            guard let invited, let household = invited.household, invited.verdict == "issued"
            else { return try Self.refuse(invitation: invited?.verdict) }
            let told = members.filter {
                $0.household == household && $0.person != person && $0.isChild != true
            }
            let (rows, _, _) = try await tx.run(
                JoinCodesSeen(id: id),
                Self.event("joinCode.issued", id, by: person, of: household, event: event),
                Notify(
                    .joinCodeIssued, of: event, about: NoticeSubject(.person, person),
                    to: told.map(\.person)))
            return try Self.shown(call, rows, code)
        }
    }

    private static func refuse(invitation verdict: String?) throws -> Outcome {
        switch verdict {
        case "which":
            throw Stop(
                Problem(
                    .invalid,
                    faults: [
                        Problem.Fault(
                            "/household",
                            Text(
                                zh: "您属于几户，请指明邀请到哪一户。",
                                en: "You belong to several households; name one."))
                    ]))
        case "not_proved": return .refused(Problem(.notProved))
        case "full": return .refused(Problem(.invitationsMax))
        default: return .refused(Problem(.notFound))
        }
    }

    private static func shown(
        _ call: Call, _ rows: [JoinCodesSeen.Row], _ code: JoinCode
    ) throws -> Outcome {
        guard let row = rows.first else { throw Stop(.internalFault) }
        return .doneWithSecret(
            call.json(.created) { json in
                json.object { json in
                    json.key("join_code")
                    json.raw(row.json)
                    json.member("code", code.text)
                }
            }.adding("Location", "/api/v1/estates/\(call.id("estate"))/join-codes/\(row.id)"))
    }

    /// Writes a page of the codes that the person sees, without their secrets.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let rows = try await call.read(
            JoinCodesSeen(
                isOpen: call.text("state") != "all",
                after: try call.cursor()?.id ?? UUID(high: .max, low: .max), count: limit + 1))
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.key("join_codes")
                json.array { json in
                    for row in rows.prefix(Int(limit)) { json.raw(row.json) }
                }
            }
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            response.add("Link", try call.link(next: Cursor(id: last.id)))
        }
        return response
    }

    /// Revokes a code: it lets in nobody from this instant on.
    static func revoke(_ call: Call) async throws -> Response {
        let (id, event) = (call.id("code"), call.context.ids.next())
        return try await call.write { tx, caller in
            guard let person = caller.person,
                let found = try await tx.run(RevokeJoinCode(id: id)).first
            else { return .refused(Problem(.notFound)) }
            switch found.verdict {
            case "revoked": break
            case "again": return .done(Response(.noContent))
            default:
                return .refused(Problem.ofJoinCode(found.verdict) ?? Problem(.joinCodeEnded))
            }
            _ = try await tx.run(
                Self.event(
                    "joinCode.revoked", id, by: person, of: found.household,
                    issuer: found.issuer, event: event),
                Notify(
                    .joinCodeRevoked, of: event, about: NoticeSubject(.person, person),
                    to: [found.issuer]))
            return .done(Response(.noContent))
        }
    }

    private static func event(
        _ kind: String, _ id: UUID, by person: UUID, of household: UUID?, issuer: UUID? = nil,
        event: UUID
    ) -> AppendEvent {
        var audience: [EventAudience] = [.person(person), .role("residents_committee")]
        if let household { audience.append(.household(household)) }
        if let issuer, issuer != person { audience.append(.person(issuer)) }
        return AppendEvent(
            EventDraft(id: event, kind: kind, audience: audience) { json in
                json.member("joinCode", id)
                json.memberIfPresent("household", household)
            })
    }
}
