internal import Platform
internal import Realtime

/// What operators see and enter of who is known.
struct People: Sendable {
    private let vault: IdentifierVault
    private let keyring: Keyring

    /// Sealing under the keys of this keyring.
    init(_ keyring: Keyring) {
        vault = IdentifierVault(keyring)
        self.keyring = keyring
    }

    // MARK: Reading

    /// Writes a page of those who are unclaimed, or new.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let isNew = call.text("state") == "new"
        let cursor = try call.cursor()
        if let cursor, cursor.id == nil || cursor.numbers.count != (isNew ? 1 : 0) {
            throw Stop(.cursorInvalid)
        }
        let first = isNew ? UUID(high: .max, low: .max) : UUID(high: 0, low: 0)
        let page = PeoplePage(
            isNew: isNew,
            afterAt: cursor?.numbers.first.map { Instant(microseconds: $0) } ?? latest,
            afterID: cursor?.id ?? first, count: Int32(limit + 1))
        let (rows, may) = try await call.read(page, MayAdmit())
        guard may.first == true else { throw Stop(.mayNotAdmit) }
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.key("people")
                json.array { json in
                    for row in rows.prefix(Int(limit)) { json.raw(row.json) }
                }
            }
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            let next =
                isNew ? Cursor(last.since.microseconds, id: last.id) : Cursor(id: last.id)
            response.add("Link", try call.link(next: next))
        }
        return response
    }

    /// Later than any claim: the year 9999.
    private static let latest = Instant("9999-12-31T00:00:00Z") ?? .epoch

    /// Writes a page of residences with who lives there.
    static func residences(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let page = ResidencesPage(
            place: call.text("place").flatMap { UUID($0) },
            after: try call.cursor()?.id ?? UUID(high: 0, low: 0), count: Int32(limit + 1))
        let (rows, may) = try await call.read(page, MayAdmit())
        guard may.first == true else { throw Stop(.mayNotAdmit) }
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.key("residences")
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

    // MARK: Entering

    /// Enters an unclaimed person, with its account, its sealed fields and a proof by the operator.
    func enter(_ call: Call) async throws -> Response {
        let wanted = try Entry(call.body)
        let ids = call.context.ids
        let (person, account, event) = (ids.next() as UUID, ids.next() as UUID, ids.next() as UUID)
        let sealed = PersonVault(keyring, of: call.id("estate"))
        let phone = try wanted.phone.map { phone in
            let identifier: UUID = ids.next()
            return EnterPerson.Phone(
                identifier: identifier, hash: vault.hash(of: phone),
                sealed: try vault.seal(phone, identifier: identifier, of: account),
                contact: try sealed.seal(phone.e164, .contactPhone, of: person))
        }
        return try await call.write { tx, _ in
            let rows = try await tx.run(
                OpenEntry(
                    household: wanted.household, residence: wanted.residence, name: wanted.name))
            switch rows.first?.verdict {
            case "open": break
            case "not_operator": return .refused(Problem(.mayNotAdmit))
            case "own": return .refused(Problem(.ownHousehold))
            default: return .refused(Problem(.notFound))
            }
            try wanted.check(on: rows[0].today)
            for namesake in rows.dropFirst() {
                guard let other = namesake.person else { continue }
                if try Household.birth(other, namesake.birthSealed, sealed) == wanted.birth {
                    return .refused(Self.duplicate(other))
                }
            }
            let household = try await tx.run(
                EnterPerson(
                    person: person, account: account, name: wanted.name,
                    language: wanted.language, household: wanted.household,
                    residence: wanted.residence, standing: wanted.standing,
                    because: wanted.because,
                    birthSealed: try wanted.birth.map {
                        try sealed.seal($0.description, .birthDate, of: person)
                    }, phone: phone, event: event)
            ).first
            return .done(
                call.json(.created) { json in
                    json.object { json in
                        json.member("person", person)
                        json.member("household", household)
                    }
                })
        }
    }

    private static func duplicate(_ person: UUID) -> Problem {
        Problem(
            .personThere,
            advice: Text(
                zh: "\(ProblemKind.personThere.advice.zh)已有的是 \(person)。",
                en: "\(ProblemKind.personThere.advice.en) The one there is \(person)."))
    }
}

/// A person as an operator enters it.
private struct Entry {
    var name: String
    var phone: PhoneNumber?
    var birth: CalendarDate?
    var household: UUID?
    var residence: UUID?
    var standing: String
    var because: String
    var language: String

    /// Reads the content of a request.
    ///
    /// - Throws: `Stop` with what is to be corrected.
    init(_ body: JSON) throws(Stop) {
        guard let name = try Joining.name(body), let standing = body["standing"]?.text,
            let because = body["because"]?.text
        else { throw Stop(.invalid) }
        (self.name, self.standing, self.because) = (name, standing, because)
        if let text = body["phone"]?.text {
            guard let phone = PhoneNumber(text) else {
                throw Joining.fault("/phone", Joining.phoneAdvice)
            }
            self.phone = phone
        }
        birth = try Joining.birth(body)
        household = body["household"]?.text.flatMap { UUID($0) }
        residence = body["residence"]?.text.flatMap { UUID($0) }
        language = body["language"]?.text ?? "zh"
        guard household != nil || residence != nil else {
            throw Joining.fault(
                "/household",
                Text(
                    zh: "请指明哪一户；新住户请指明哪一室。",
                    en: "Name the household; for a new one, the residence."))
        }
    }

    /// Checks what depends on the day in the estate.
    func check(on today: Day) throws(Stop) {
        guard let birth, birth.description > today.description else { return }
        throw Joining.fault(
            "/birth_date",
            Text(zh: "生日不能在今天之后。", en: "The day of birth is not after today."))
    }
}
