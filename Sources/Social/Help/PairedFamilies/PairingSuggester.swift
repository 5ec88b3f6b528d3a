internal import Matching
internal import Platform
internal import Realtime

/// Who might suit whom for long, of those who would be one of a pair: stable pairs, so that no two who were not
/// put together would both rather have each other.
///
/// Plain values in and out, so that it runs away from the loops.
struct PairingSuggester: Sendable {
    /// Two who may be a pair, and what speaks for it.
    struct Couple: Sendable {
        var helper: UUID
        var helperName: String
        /// How many more the helper takes.
        var seats: Int32
        var person: UUID
        var personName: String
        var child: UUID?
        var form: String
        var kind: String
        var tie: String?
        var visits: Int32
        var isOfStair: Bool
        var isOfBuilding: Bool
        var language: String?

        /// What makes a pair last: familiarity first, then nearness; never shown.
        fileprivate var score: Int64 {
            (tie == nil ? 0 : tie == "kin" ? 500 : 400) + Int64(min(visits, 6)) * 60
                + (isOfStair ? 200 : isOfBuilding ? 120 : 0) + (language == nil ? 0 : 80)
        }

        /// The codes of what speaks for it, with what fills them in.
        var reasons: [(code: String, word: String?, count: Int32?)] {
            var found: [(code: String, word: String?, count: Int32?)] = [("wish", nil, nil)]
            if tie != nil { found.append(("tie", tie, nil)) }
            if visits > 0 { found.append(("helped", nil, visits)) }
            if isOfStair {
                found.append(("same_stair", nil, nil))
            } else if isOfBuilding {
                found.append(("same_building", nil, nil))
            }
            if language != nil { found.append(("language", nil, nil)) }
            return found
        }
    }

    /// In the order in which those who would be helped have waited, then those who would help.
    var couples: [Couple]

    /// The couples of a stable plan, those who have waited longest first.
    func solve() -> [Couple] {
        var (persons, helpers): ([UUID: Int], [UUID: Int]) = ([:], [:])
        var seats: [Int32] = []
        for couple in couples {
            if persons[couple.person] == nil { persons[couple.person] = persons.count }
            if helpers[couple.helper] == nil {
                helpers[couple.helper] = helpers.count
                seats.append(couple.seats)
            }
        }
        var wanted = [[(party: Int, score: Int64)]](repeating: [], count: persons.count)
        var offered = [[(party: Int, score: Int64)]](repeating: [], count: helpers.count)
        var found: [Place: Couple] = [:]
        for couple in couples {
            guard let person = persons[couple.person], let helper = helpers[couple.helper] else {
                continue
            }
            wanted[person].append((helper, couple.score))
            offered[helper].append((person, couple.score))
            found[Place(person: person, helper: helper)] = couple
        }
        let plan = DeferredAcceptance(
            MarriageInstance(
                men: .ordering(wanted), women: .ordering(offered), capacities: seats)
        ).solve()
        return plan.partners.enumerated().compactMap { person, helper in
            helper.flatMap { found[Place(person: person, helper: Int($0))] }
        }
    }

    private struct Place: Hashable {
        var person: Int
        var helper: Int
    }

    // MARK: On the wire

    /// Most suggestions of an answer.
    private static let shownMax = 1000

    /// Writes them, for an office.
    static func list(_ call: Call) async throws -> Response {
        let (may, couples) = try await call.read(
            MayRead(kind: "help", purpose: "care"), PairingCouples())
        guard may.first == true else { throw Stop(.notFound) }
        let solving = PairingSuggester(couples: couples)
        // Unstructured, so that it does not run on a loop.
        let solved = await Task.detached { solving.solve() }.value
        return call.json(capacity: 8192) { json in
            json.object { json in
                json.key("suggestions")
                json.array { json in
                    for couple in solved.prefix(shownMax) { write(couple, to: &json) }
                }
            }
        }
    }

    private static func write(_ couple: Couple, to json: inout JSONWriter) {
        json.object { json in
            json.member("helper", couple.helper)
            json.member("helper_name", couple.helperName)
            json.member("person", couple.person)
            json.member("person_name", couple.personName)
            json.memberIfPresent("child", couple.child)
            json.member("form", couple.form)
            json.member("kind", couple.kind)
            json.key("reasons")
            json.array { json in
                for reason in couple.reasons {
                    let words = PairedFamilyWords.reason(
                        reason.code, word: reason.word, count: reason.count)
                    json.object { json in
                        json.member("code", reason.code)
                        json.member("zh", words.zh)
                        json.member("en", words.en)
                    }
                }
            }
        }
    }
}

/// All who may be a pair; that is logged.
struct PairingCouples: Statement {
    var sql: SQL {
        """
        SELECT helper_id, helper_name, seats, person_id, person_name, child_id, form, kind, tie,
            visits, is_stair, is_building, language
        FROM linli.pairing_couples()
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> PairingSuggester.Couple {
        PairingSuggester.Couple(
            helper: try cells.read(), helperName: try cells.read(), seats: try cells.read(),
            person: try cells.read(), personName: try cells.read(), child: try cells.read(),
            form: try cells.read(), kind: try cells.read(), tie: try cells.read(),
            visits: try cells.read(), isOfStair: try cells.read(), isOfBuilding: try cells.read(),
            language: try cells.read())
    }
}
