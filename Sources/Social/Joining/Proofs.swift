internal import Platform
internal import Realtime

/// How well somebody is known: proofs by operators, and one's own standing.
enum Proofs {
    // MARK: By operators

    /// Proves a person in person.
    static func give(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        let person = call.id("person")
        guard let because = call.body["because"]?.text else { throw Stop(.invalid) }
        let ends = call.body["ends"]?.text.flatMap { Instant($0) }
        return try await call.write { tx, _ in
            if let ends, ends <= tx.instant {
                throw Joining.fault(
                    "/ends", Text(zh: "请填写将来的时刻。", en: "Give an instant to come."))
            }
            let give = GiveProof(id: id, person: person, because: because, ends: ends, event: event)
            switch try await tx.run(give).first {
            case "given": break
            case "own": return .refused(Problem(.ownHousehold))
            default: return .refused(Problem(.notFound))
            }
            guard let row = try await tx.run(ProofsSeen(person: person, id: id)).first else {
                return .refused(Problem(.notFound))
            }
            return .done(Response(.created, "application/json", row))
        }
    }

    /// Takes a proof back for a reason.
    static func withdraw(_ call: Call) async throws -> Response {
        let event = call.context.ids.next()
        let (person, proof) = (call.id("person"), call.id("proof"))
        guard let because = call.body["because"]?.text else { throw Stop(.invalid) }
        return try await call.write { tx, _ in
            let withdraw = WithdrawProof(
                person: person, proof: proof, because: because, event: event)
            switch try await tx.run(withdraw).first {
            case "withdrawn": break
            case "own": return .refused(Problem(.ownHousehold))
            case "again", "ended": return .refused(Problem(.proofEnded))
            default: return .refused(Problem(.notFound))
            }
            guard let row = try await tx.run(ProofsSeen(person: person, id: proof)).first else {
                return .refused(Problem(.notFound))
            }
            return .done(Response(.ok, "application/json", row))
        }
    }

    /// Writes a person's proofs for those who may prove it.
    static func list(_ call: Call) async throws -> Response {
        let (rows, found) = try await call.read(
            ProofsSeen(person: call.id("person")), MayProve(person: call.id("person")))
        guard found.first == true else { throw Stop(.notFound) }
        return call.json(capacity: 2048) { json in
            json.object { json in
                json.key("proofs")
                json.array { json in
                    for row in rows { json.raw(row) }
                }
            }
        }
    }

    // MARK: One's own

    /// Writes how well the person that asks is known, by what, and what the next level takes.
    static func standing(_ call: Call) async throws -> Response {
        let (levels, rows) = try await call.read(OwnStanding(), OwnProofs())
        guard let own = levels.first else { throw Stop(.notFound) }
        return call.json(capacity: 2048) { json in
            json.object { json in
                json.member("level", own.level)
                json.member("is_claimed", own.isClaimed)
                json.key("proofs")
                json.array { json in
                    for row in rows { json.raw(row) }
                }
                guard let next = Level(rawValue: own.level)?.next else { return }
                json.key("next")
                json.object { json in
                    json.member("level", next.rawValue)
                    json.member("how_zh", next.way.zh)
                    json.member("how_en", next.way.en)
                }
            }
        }
    }
}

/// How well a person is known.
enum Level: String, CaseIterable {
    case guest
    case phone
    case household
    case inPerson = "in_person"

    /// The one above; `nil`: none is.
    var next: Level? {
        Self.allCases.firstIndex(of: self).flatMap { index in
            index + 1 < Self.allCases.count ? Self.allCases[index + 1] : nil
        }
    }

    /// How it is reached.
    var way: Text {
        switch self {
        case .guest: Text(zh: "打开邻里即可。", en: "Open Linli.")
        case .phone:
            Text(
                zh: "请退出后用手机验证码登录一次。",
                en: "Sign out and in again by a code sent to your phone.")
        case .household:
            Text(
                zh: "请在「我的」里输入居委会或楼组长给的加入码，或请家里已核验的成年人邀请您，"
                    + "也可以到居委会登记。",
                en: "Enter the join code that the committee or your stair leader gave you, ask an "
                    + "adult of your household who is proved to invite you, or go to the committee."
            )
        case .inPerson:
            Text(
                zh: "请带身份证件到居委会或找社工当面核验。",
                en: "Show the residents' committee or a social worker your document in person.")
        }
    }
}
