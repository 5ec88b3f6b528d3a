package import Platform
internal import Realtime

/// The operations on children, guardians and consents.
package enum FamilyOperations {
    /// All of them; `signals` hears of each commit.
    package static func all(keyring: Keyring, signals: EventSignals) -> [Operation] {
        let telling = Telling(signals: signals)
        return children(Children(keyring), telling)
            + guardianships(Guardianships(keyring), telling) + ConsentOperations.all(telling)
            + DelegateOperations.all(telling)
    }

    /// Tells the numberer after the commit.
    struct Telling {
        var signals: EventSignals

        func callAsFunction(
            _ work: @escaping @Sendable (Call) async throws -> Response
        ) -> Operation.Work {
            let signals = signals
            return { call, _ in
                let response = try await work(call)
                signals.committed()
                return response
            }
        }
    }

    private static let tag = "family"
    private static let estate = "/api/v1/estates/{estate}"
    private static let child = Operation.Parameter.path("child", Text(zh: "孩子", en: "The child"))
    private static let oneChild = Operation.Answer(
        .ok, Text(zh: "孩子", en: "The child"), FamilySchemas.child)

    private static func children(_ children: Children, _ telling: Telling) -> [Operation] {
        [
            .write(
                .post, estate + "/children", "enterChild",
                Text(
                    zh: "把孩子登记到自己家（无账号、无手机号），本人为监护人",
                    en: "Enter one's child into one's own household: no account, no phone"),
                tag: tag, security: .person, proof: .needed, parameters: [.estate],
                body: FamilySchemas.childWanted,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "已登记", en: "Entered"), FamilySchemas.child)
                ],
                problems: [.notProved, .guardianByOffice, .adultsOnly, .notAChild, .personThere],
                work: telling(children.enter)),
            .read(
                estate + "/children", "listChildren",
                Text(
                    zh: "我监护的孩子：权利、在我家的日子（另一个家不显示）",
                    en: "The children one guards: rights, and their days at one's own home"),
                tag: tag, security: .person, parameters: [.estate],
                answers: [
                    Operation.Answer(.ok, Text(zh: "孩子", en: "Them"), FamilySchemas.children)
                ]
            ) { call, _ in try await Children.list(call) },
            .read(
                estate + "/children/{child}/bookings", "listChildBookings",
                Text(zh: "孩子报名的活动", en: "What a child has joined"), tag: tag,
                security: .person, parameters: [.estate, child, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), FamilySchemas.bookings)
                ]
            ) { call, _ in try await Children.bookings(call) },
            .write(
                .put, estate + "/children/{child}/home", "setChildHome",
                Text(zh: "孩子按周在我家的日子", en: "On which days of some weeks a child is with one"),
                tag: tag, security: .person, proof: .needed, parameters: [.estate, child],
                body: FamilySchemas.homeWanted, answers: [oneChild],
                problems: [.notProved, .daysTaken], work: telling(Children.setHome)),
            .write(
                .put, estate + "/children/{child}/day", "setChildDay",
                Text(zh: "某一天例外：孩子在或不在我家", en: "One day otherwise: a child is here, or not"),
                tag: tag, security: .person, proof: .needed, parameters: [.estate, child],
                body: FamilySchemas.dayWanted, answers: [oneChild],
                problems: [.notProved, .daysTaken, .dayPast], work: telling(Children.setDay)),
        ]
    }

    private static func guardianships(
        _ guardianships: Guardianships, _ telling: Telling
    ) -> [Operation] {
        let one = Operation.Parameter.path(
            "guardianship", Text(zh: "监护关系", en: "The guardianship"))
        return [
            .write(
                .post, estate + "/guardianships", "beginGuardianship",
                Text(
                    zh: "声明自己是同户孩子的监护人；居委会或社工凭证明登记任何人",
                    en: "Declare oneself the guardian of a child of one's household; an office "
                        + "records anybody on evidence"),
                tag: tag, security: .person, proof: .needed, parameters: [.estate],
                body: FamilySchemas.guardianshipWanted,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "已登记", en: "Recorded"), FamilySchemas.guardianship)
                ],
                problems: [
                    .notAChild, .adultsOnly, .notProved, .guardianByOffice, .guardianThere,
                    .guardianNotGrown, .ownHousehold, .protectionBetween, .socialWorkerNeeded,
                ], work: telling(guardianships.begin)),
            .read(
                estate + "/guardianships", "listGuardianships",
                Text(
                    zh: "与我有关的监护关系；居委会、社工可按孩子查，或看有异议的",
                    en: "Those that concern one; offices read a child's, or those under objection"),
                tag: tag, security: .person, proof: .forOffice,
                parameters: [
                    .estate, .cursor, .limit(),
                    .query("child", .uuid(), Text(zh: "只要这个孩子的", en: "Only of this child")),
                ],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "一页", en: "A page"), FamilySchemas.guardianships)
                ]
            ) { call, _ in try await Guardianships.list(call) },
            .write(
                .post, estate + "/guardianships/{guardianship}/ending", "endGuardianship",
                Text(
                    zh: "监护人卸下，或居委会、社工说明原因后结束",
                    en: "Lay it down, or end it for a reason, by an office"),
                tag: tag, security: .person, proof: .needed, parameters: [.estate, one],
                body: FamilySchemas.ending,
                answers: [Operation.Answer(.noContent, Text(zh: "已结束", en: "Ended"))],
                problems: [.ownHousehold, .guardianshipOver], work: telling(Guardianships.end)),
            .write(
                .post, estate + "/family-objections", "objectFamily",
                Text(
                    zh: "对一项监护关系或一项用途提出异议，由社工处理",
                    en: "Object to a guardianship or a purpose: a social worker takes it up"),
                tag: tag, security: .person, parameters: [.estate],
                body: FamilySchemas.objectionWanted,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "已提出", en: "Raised"), FamilySchemas.objection)
                ], problems: [.objectionThere, .guardianshipOver],
                work: telling(Guardianships.object)),
            .write(
                .post, estate + "/family-objections/{objection}/decision", "decideObjection",
                Text(zh: "社工或居委会处理异议", en: "Decide an objection, by an office"),
                tag: tag, security: .person, proof: .forOffice,
                parameters: [
                    .estate, .path("objection", Text(zh: "异议", en: "The objection")),
                ], body: FamilySchemas.decision,
                answers: [Operation.Answer(.noContent, Text(zh: "已处理", en: "Decided"))],
                problems: [.ownHousehold, .objectionThere], work: telling(Guardianships.decide)),
        ]
    }
}
