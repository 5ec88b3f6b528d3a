internal import Platform
internal import Realtime

/// What a signed-in account reads and changes of itself.
struct Accounts {
    /// Writes the account, its estates and its roles; notes the day on which the session was seen.
    static func me(_ call: Call) async throws -> Response {
        let answers = try await call.answers([
            OwnAccount().sql, OwnEstates().sql, OwnRoles().sql, NoteSeen().sql,
        ])
        let accounts = try answers.rows(0, OwnAccount())
        let estates = try answers.rows(1, OwnEstates())
        let roles = try answers.rows(2, OwnRoles())
        guard let account = accounts.first else { throw Stop(.unauthenticated) }
        return call.json(capacity: 4096) { json in
            json.object { json in
                json.member("account", account.id)
                json.member("language", account.language)
                json.key("estates")
                json.array { json in
                    for estate in estates { write(estate, roles, to: &json) }
                }
                json.key("offices")
                json.array { json in
                    for role in roles {
                        guard let node = role.node else { continue }
                        json.object { json in
                            json.member("role", role.role)
                            json.member("node", node)
                        }
                    }
                }
            }
        }
    }

    private static func write(
        _ estate: OwnEstates.Row, _ roles: [OwnRoles.Row], to json: inout JSONWriter
    ) {
        json.object { json in
            json.member("id", estate.id)
            json.member("code", estate.code)
            json.member("name_zh", estate.nameZh)
            json.member("name_en", estate.nameEn)
            json.member("zone", estate.zone)
            json.member("person", estate.person)
            json.member("display_name", estate.displayName)
            json.key("roles")
            json.array { json in
                for role in roles where role.estate == estate.id {
                    json.object { json in
                        json.member("role", role.role)
                        json.member("place", role.place)
                    }
                }
            }
        }
    }

    /// Writes the account's live sessions.
    static func sessions(_ call: Call) async throws -> Response {
        let rows = try await call.read(OwnSessions())
        return call.json(capacity: 4096) { json in
            json.object { json in
                json.key("sessions")
                json.array { json in
                    for row in rows {
                        json.object { json in
                            json.member("id", row.id)
                            json.member("device_label", row.deviceLabel)
                            json.member("created_at", row.createdAt)
                            json.member("last_seen_on", row.lastSeenOn)
                            json.member("expires_at", row.expiresAt)
                            json.member("is_current", row.isCurrent)
                        }
                    }
                }
            }
        }
    }

    /// Ends one of the account's sessions, wherever it is.
    static func endSession(_ call: Call) async throws -> Response {
        let (id, ids) = (call.id("session"), call.context.ids)
        return try await call.write { tx, caller in
            guard try await tx.execute(EndSession(id: id).sql) == [1] else {
                return .refused(Problem(.notFound))
            }
            try await tx.execute(ended(id, of: caller, ids).sql)
            return .done(Response(.noContent))
        }
    }

    /// Ends the session that asks.
    static func signOut(_ call: Call) async throws -> Response {
        try await call.database.write(call.principal) { tx in
            try await tx.execute([])
            guard let caller = try call.caller(tx.identity) else { throw Stop(.unauthenticated) }
            try await tx.execute(ended(caller.session, of: caller, call.context.ids).sql)
            _ = try await tx.finish(EndSession(id: caller.session).sql)
        }
        let cookie = call.context.cookie
        return Response(.noContent).adding("Set-Cookie", cookie.field(token: "", seconds: 0))
    }

    /// That a session was ended, told in each estate where the account has a person.
    private static func ended(
        _ session: UUID, of caller: Caller, _ ids: UUIDGenerator
    ) -> TellAccount {
        TellAccount(caller.account, ids: ids, kind: "session.ended", notice: nil) { json in
            json.member("session", session)
        }
    }
}
