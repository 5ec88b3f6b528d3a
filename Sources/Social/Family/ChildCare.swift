internal import Platform
internal import Realtime

/// What is done for children at activities: vetting adults, keeping places, and handing children over.
struct ChildCare: Sendable {
    /// Days that a vetting lasts unless it says otherwise, and at most.
    static let vettingDays: Int64 = 365
    static let vettingDaysMax: Int64 = 731
    /// So many codes are made, of which the first that nobody has is given.
    private static let candidates = 4

    private let key: SymmetricKey

    /// Hashes codes under a key of its own.
    init(_ keyring: Keyring) { key = keyring.hashingKey(for: "release code") }

    private func hash(_ code: String, in estate: UUID) -> String {
        Hex.encoded(HMACSHA256.code(of: estate.bytes + Array(code.utf8), key: key))
    }

    // MARK: Adults

    /// Vets a person for a term, by the residents' committee.
    static func vet(_ call: Call) async throws -> Response {
        let (id, event): (UUID, UUID) = (call.context.ids.next(), call.context.ids.next())
        let person = call.id("person")
        guard let because = call.body["because"]?.text else { throw Stop(.invalid) }
        let until = call.body["ends"]?.text.flatMap { Instant($0) }
        return try await call.write { tx, _ in
            let last = tx.instant + .seconds(vettingDaysMax * 86_400)
            let ends = until ?? tx.instant + .seconds(vettingDays * 86_400)
            guard ends > tx.instant, ends <= last else {
                throw Joining.fault(
                    "/ends",
                    Text(zh: "请填两年之内的将来时刻。", en: "Give an instant within two years."))
            }
            let act = FamilyVerdict(
                sql: "SELECT linli.vet(\(id), \(person), \(because), \(ends), \(event))")
            switch try await tx.run(act).first {
            case "vetted": break
            case "not_known": return .refused(Problem(.vettingNeedsProof))
            case let verdict: return FamilyRefusal.outcome(verdict)
            }
            return .done(
                call.json(.created) { json in
                    json.object { json in
                        json.member("id", id)
                        json.member("ends", ends)
                    }
                })
        }
    }

    /// Takes a vetting back.
    static func unvet(_ call: Call) async throws -> Response {
        let (id, event) = (call.id("vetting"), call.context.ids.next())
        return try await call.write { tx, _ in
            let act = FamilyVerdict(sql: "SELECT linli.unvet(\(id), \(event))")
            let verdict = try await tx.run(act).first
            guard verdict == "withdrawn" else { return FamilyRefusal.outcome(verdict) }
            return .done(Response(.noContent))
        }
    }

    /// Writes the vettings of a person.
    static func vettings(_ call: Call) async throws -> Response {
        let person = call.id("person")
        let rows = FamilyRows(
            names: ["id", "begins", "ends", "withdrawn_at", "because"],
            sql: """
                SELECT id, begins, ends, withdrawn_at, because
                FROM linli.vettings_of(\(person))
                """)
        return try call.page("vettings", try await call.read(rows), 100)
    }

    /// Says how many children one adult looks after.
    static func setRatio(_ call: Call) async throws -> Response {
        guard let children = call.body["children_per_adult"]?.integer else { throw Stop(.invalid) }
        return try await call.write { tx, _ in
            let act = FamilyVerdict(sql: "SELECT linli.set_child_ratio(\(Int32(children)))")
            guard try await tx.run(act).first == "set" else { return .refused(Problem(.notFound)) }
            return .done(Response(.noContent))
        }
    }

    // MARK: Places

    /// Takes back that a child takes part; its place is kept a day for another guardian.
    static func withdraw(_ call: Call) async throws -> Response {
        let (child, reservation) = (call.id("child"), call.id("reservation"))
        return try await call.write { tx, _ in
            let act = FamilyVerdict(
                sql: "SELECT linli.withdraw_child(\(reservation), \(child))")
            guard try await tx.run(act).first == "withdrawn" else {
                return .refused(Problem(.notFound))
            }
            return .done(Response(.noContent))
        }
    }

    // MARK: Handing over

    /// Makes a code for who fetches a child, and shows it once.
    func ask(_ call: Call) async throws -> Response {
        let (id, event): (UUID, UUID) = (call.context.ids.next(), call.context.ids.next())
        let (child, reservation) = (call.id("child"), call.id("reservation"))
        let named = call.bodyID("fetcher")
        let codes = (0..<Self.candidates).map { _ in Attendance.freshCode() }
        return try await call.write { tx, caller in
            guard let own = caller.person, let estate = caller.estate else {
                throw Stop(.notFound)
            }
            let asked = try await tx.run(
                ReleaseAsk(
                    id: id, reservation: reservation, child: child, fetcher: named ?? own,
                    hashes: codes.map { hash($0, in: estate) }, event: event)
            ).first
            guard let asked, asked.verdict == "given", let place = asked.place,
                let expires = asked.expires, codes.indices.contains(Int(place) - 1)
            else { return try Self.refuse(asked?.verdict ?? "gone") }
            return .doneWithSecret(
                call.json(.created) { json in
                    json.object { json in
                        json.member("code", codes[Int(place) - 1])
                        json.member("child", child)
                        json.member("expires_at", expires)
                    }
                })
        }
    }

    /// Hands a child over to who shows its code.
    func release(_ call: Call) async throws -> Response {
        let occurrence = call.id("occurrence")
        let (attempt, event): (UUID, UUID) = (call.context.ids.next(), call.context.ids.next())
        guard let code = call.body["code"]?.text else { throw Stop(.invalid) }
        return try await call.write { tx, caller in
            guard let estate = caller.estate else { throw Stop(.notFound) }
            guard let meeting = try await tx.run(FindMeeting(id: occurrence)).first else {
                return .refused(Problem(.notFound))
            }
            guard meeting.isSteward else { return .refused(Problem(.stewardsOnly)) }
            let done = try await tx.run(
                ReleaseRedeem(
                    occurrence: occurrence, hash: hash(code, in: estate), attempt: attempt,
                    event: event)
            ).first
            guard let done, done.verdict == "done", let child = done.child,
                let fetcher = done.fetcher
            else {
                let refused = try Self.refuse(done?.verdict ?? "gone")
                // The attempt counts, so what was written stays.
                guard case .refused(let problem) = refused else { return refused }
                return .done(call.refusal(problem))
            }
            return .done(
                call.json { json in
                    json.object { json in
                        json.member("child", child)
                        json.member("fetcher", fetcher)
                    }
                })
        }
    }

    /// Calls a child's guardians, and says whom the desk will reach.
    static func callGuardians(_ call: Call) async throws -> Response {
        let (occurrence, child) = (call.id("occurrence"), call.id("child"))
        let event: UUID = call.context.ids.next()
        return try await call.write { tx, _ in
            let rows = try await tx.run(
                FamilyRows(
                    names: ["person", "display_name"],
                    sql: """
                        SELECT person_id, display_name
                        FROM linli.call_guardians(\(occurrence), \(child), \(event))
                        """))
            guard !rows.isEmpty else { return .refused(Problem(.notFound)) }
            return .done(
                call.json { json in
                    json.object { json in
                        json.key("guardians")
                        json.array { json in
                            for row in rows { json.raw(row.json) }
                        }
                    }
                })
        }
    }

    private static func refuse(_ verdict: String) throws -> Outcome {
        // A child that is not one's to fetch, and one that is not there, look the same.
        if verdict == "gone" { return .refused(Problem(.notFound)) }
        return try Attendance.refuse(verdict)
    }
}

/// Makes a code for who fetches a child.
private struct ReleaseAsk: Statement {
    var id: UUID
    var reservation: UUID
    var child: UUID
    var fetcher: UUID
    var hashes: [String]
    var event: UUID

    var sql: SQL {
        """
        SELECT verdict, place, expires_at
        FROM linli.release_ask(\(id), \(reservation), \(child), \(fetcher), \(hashes), \(event))
        """
    }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (verdict: String, place: Int32?, expires: Instant?) {
        (try cells.read(), try cells.read(), try cells.read())
    }
}

/// Redeems one.
private struct ReleaseRedeem: Statement {
    var occurrence: UUID
    var hash: String
    var attempt: UUID
    var event: UUID

    var sql: SQL {
        """
        SELECT verdict, child_id, fetcher_id
        FROM linli.release_redeem(\(occurrence), \(hash), \(attempt), \(Attendance.attemptsMax),
            \(event))
        """
    }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (verdict: String, child: UUID?, fetcher: UUID?) {
        (try cells.read(), try cells.read(), try cells.read())
    }
}

/// Why a child does not take part or leave.
extension ProblemKind {
    static let guardianNeeded = ProblemKind(
        "guardian-needed", .forbidden,
        Text(zh: "孩子须由有报名权的监护人带或报名", en: "A child is joined by a guardian with that right"),
        Text(
            zh: "请先在「家庭」里登记为监护人，或请监护人报名；14 至 17 周岁须有监护人同意。",
            en: "Have yourself recorded as its guardian, or let a guardian join it; from 14 to "
                + "17 a guardian's consent is needed."))
    static let twoAdultsNeeded = ProblemKind(
        "two-adults-needed", .conflict,
        Text(zh: "还缺照看孩子的成年人", en: "The adults who look after children are not there yet"),
        Text(
            zh: "须有两位没有亲属关系的成年组织者，其中一位已当面核验并经居委会审查；请组织者补上，"
                + "或由监护人同来。",
            en: "Two unrelated grown-up organisers are needed, one of them verified in person and "
                + "vetted by the committee; let the organiser add them, or come along."))
    static let moreAdultsNeeded = ProblemKind(
        "more-adults-needed", .conflict,
        Text(zh: "孩子多，照看的成年人不够", en: "There are too few adults for so many children"),
        Text(
            zh: "请组织者再加一位成年人，或由监护人同来。",
            en: "Let the organiser add an adult, or come along with the child."))
    static let vettingNeedsProof = ProblemKind(
        "vetting-needs-proof", .unprocessableContent,
        Text(zh: "须先当面核验", en: "The person is to be verified in person first"),
        Text(zh: "请先看本人和证件，再登记审查。", en: "See the person and a document, then record it."))
    static let releaseByCode = ProblemKind(
        "release-by-code", .conflict,
        Text(zh: "这个孩子要凭接送码接走", en: "This child leaves with a pick-up code"),
        Text(
            zh: "请接的人出示接送码；没有码或没有人来，请点「联系监护人」，由办公台打电话。",
            en: "Ask who fetches it for the code; if there is none, call the guardians: the desk "
                + "reaches them."))
    static let notAFetcher = ProblemKind(
        "not-a-fetcher", .forbidden,
        Text(zh: "这个人不能接走孩子", en: "This person may not fetch the child"),
        Text(
            zh: "接走人须由每位有此权利的监护人同意；请联系监护人。",
            en: "Every guardian with that right has to name who fetches it; call the guardians."))
}
