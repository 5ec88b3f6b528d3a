internal import Platform
internal import Realtime

/// What a person does for others' second proofs: in the household, and at the desk.
struct Desks: Sendable {
    let keyring: Keyring
    let limits: SignInLimits

    // MARK: Vouching

    /// Writes what the person may vouch for now.
    static func requests(_ call: Call) async throws -> Response {
        let rows = try await call.read(OpenProofRequests())
        return call.json { json in
            json.object { json in
                json.key("requests")
                json.array { json in
                    for row in rows { json.raw(row) }
                }
            }
        }
    }

    /// Vouches for somebody, by the number on its screen.
    func vouch(_ call: Call) async throws -> Response {
        guard let subject = call.body["person"]?.text.flatMap({ UUID($0) }),
            let number = call.body["number"]?.integer
        else { throw Stop(.invalid) }
        let vault = PersonVault(keyring, of: call.id("estate"))
        let event = call.context.ids.next()
        return try await call.write { tx, caller in
            guard let person = caller.person else { throw Stop(.notFound) }
            let birth = try await tx.run(OwnBirth()).first
            let isChild = try birth.flatMap {
                try Household.isChild(person, birth: $0.sealed, on: $0.today, vault)
            }
            let vouch = Vouch(
                request: call.id("request"), person: subject, number: Int16(clamping: number),
                isGrown: isChild != true, because: call.body["because"]?.text,
                officeEnds: tx.instant + limits.officeLifetime)
            guard let row = try await tx.run(vouch).first else { throw Stop(.notFound) }
            switch (row.verdict, row.account, row.how) {
            case ("vouched", let account?, let how?):
                try await tx.execute(
                    vouched(call.id("request"), how, for: subject, by: person, event).sql,
                    Notify(
                        .sessionProved, of: event, about: NoticeSubject(.account, account),
                        to: [subject]
                    ) { $0.member("because", how) }.sql)
                return .done(Response(.noContent))
            case ("wrong", _, _):
                // Not undone: the try counts.
                return .done(call.refusal(Problem(.numberWrong)))
            default: return .refused(Problem(.notFound))
            }
        }
    }

    private func vouched(
        _ request: UUID, _ how: String, for subject: UUID, by person: UUID, _ event: UUID
    ) -> AppendEvent {
        AppendEvent(
            EventDraft(
                id: event, kind: "session.proved", audience: [.person(subject), .person(person)],
                about: [subject]
            ) { json in
                json.member("request", request)
                json.member("how", how)
            })
    }

    // MARK: Codes on paper

    /// Issues a device's code to a person, shown once.
    func issueCode(_ call: Call) async throws -> Response {
        let (person, id, event) = (
            call.id("person"), call.context.ids.next(), call.context.ids.next()
        )
        let code = DeviceCode.random()
        let hash = IdentifierVault(keyring).hash(of: code)
        let days = call.body["days"]?.integer ?? limits.deviceCodeDaysMax
        return try await call.write { tx, caller in
            guard let own = caller.person else { throw Stop(.notFound) }
            let until = tx.instant + .seconds(days * 86_400)
            let issue = IssueDeviceCode(id: id, person: person, hash: hash, until: until)
            guard let row = try await tx.run(issue).first else { throw Stop(.notFound) }
            switch (row.verdict, row.account) {
            case ("issued", let account?):
                try await tx.execute(
                    AppendEvent(
                        EventDraft(
                            id: event, kind: "deviceCode.issued",
                            audience: [.person(person), .person(own)], about: [person]
                        ) { json in
                            json.member("code", id)
                            json.member("until", until)
                        }
                    ).sql,
                    Notify(
                        .deviceCodeIssued, of: event, about: NoticeSubject(.account, account),
                        to: [person]
                    ) { $0.member("until", until) }.sql)
            case ("self", _): return .refused(Problem(.notForOneself))
            default: return .refused(Problem(.notFound))
            }
            return .doneWithSecret(
                call.json(.created) { json in
                    json.object { json in
                        json.member("id", id)
                        json.member("code", code.text)
                        json.member("until", until)
                    }
                })
        }
    }

    /// Revokes a device's code that the estate's desk issued.
    static func revokeCode(_ call: Call) async throws -> Response {
        let (id, event) = (call.id("code"), call.context.ids.next())
        return try await call.write { tx, caller in
            guard let own = caller.person,
                let person = try await tx.run(RevokeDeviceCode(id: id)).first ?? nil
            else { return .refused(Problem(.notFound)) }
            try await tx.execute(
                AppendEvent(
                    EventDraft(
                        id: event, kind: "deviceCode.revoked",
                        audience: [.person(person), .person(own)], about: [person]
                    ) { $0.member("code", id) }
                ).sql)
            return .done(Response(.noContent))
        }
    }

    // MARK: The desk's browser

    /// Opens a desk for a shift; its token is shown once, and kept by the browser that asked.
    func open(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        let token = SessionToken.random()
        let label = call.body["label"]?.text ?? ""
        return try await call.write { tx, caller in
            guard let person = caller.person, let estate = caller.estate,
                try await tx.run(AtDesk()).first == true
            else { return .refused(Problem(.notFound)) }
            let until = tx.instant + limits.deskLifetime
            try await tx.execute(
                OpenDesk(
                    estate: estate, id: id, hash: token.hash, label: label, person: person,
                    at: tx.instant, until: until
                ).sql,
                Self.change("desk.opened", id, by: person, event).sql)
            let response = call.json(.created) { json in
                json.object { json in
                    json.member("id", id)
                    json.member("token", token.text)
                    json.member("until", until)
                }
            }
            return .doneWithSecret(
                response.adding(
                    "Set-Cookie",
                    SignInCookies(call).field(
                        desk: token.text, seconds: limits.deskLifetime.components.seconds)))
        }
    }

    /// Writes the estate's desks that are open.
    static func list(_ call: Call) async throws -> Response {
        let (isDesk, rows) = try await call.read(AtDesk(), OpenDesks())
        guard isDesk.first == true else { throw Stop(.notFound) }
        return call.json { json in
            json.object { json in
                json.key("desks")
                json.array { json in
                    for row in rows { json.raw(row) }
                }
            }
        }
    }

    /// Closes one: it vouches for nobody from this instant on.
    static func close(_ call: Call) async throws -> Response {
        let (id, event) = (call.id("desk"), call.context.ids.next())
        return try await call.write { tx, caller in
            guard let person = caller.person,
                try await tx.execute(CloseDesk(id: id).sql) == [1]
            else { return .refused(Problem(.notFound)) }
            try await tx.execute(change("desk.closed", id, by: person, event).sql)
            return .done(Response(.noContent))
        }
    }

    private static func change(
        _ kind: String, _ desk: UUID, by person: UUID, _ event: UUID
    ) -> AppendEvent {
        let roles = ["residents_committee", "social_worker", "property_manager"]
        return AppendEvent(
            EventDraft(
                id: event, kind: kind, audience: [.person(person)] + roles.map { .role($0) },
                about: [person]
            ) { $0.member("desk", desk) })
    }
}
